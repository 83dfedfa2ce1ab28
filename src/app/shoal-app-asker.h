/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/* An object that waits for answers, and may die before they come. There is one for it, whatever
 * number of answers are under way: GObject looks through all weak references to an object to end
 * one, so that thousands of them take their square. */
typedef struct _ShoalAppAsker ShoalAppAsker;

/* That of @object; to be released. */
ShoalAppAsker *shoal_app_asker_acquire (GObject *object);

void shoal_app_asker_release (ShoalAppAsker *self);

/* A reference to the object, which the caller owns; NULL: it has died. */
GObject *shoal_app_asker_ref_object (ShoalAppAsker *self);

G_END_DECLS
