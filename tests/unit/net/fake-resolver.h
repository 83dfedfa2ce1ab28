/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/* A resolver that knows what the test tells it and asks nobody. */
#define TYPE_FAKE_RESOLVER (fake_resolver_get_type ())
G_DECLARE_FINAL_TYPE (FakeResolver, fake_resolver, FAKE, RESOLVER, GResolver)

/* Becomes the process's default resolver. */
FakeResolver *fake_resolver_install (void);

/* @addresses: numeric, separated by blanks; NULL: the question is never answered. */
void fake_resolver_set (FakeResolver *self, const char *name, const char *addresses);

/* How many questions came. */
guint fake_resolver_get_n_asked (FakeResolver *self);

G_END_DECLS
