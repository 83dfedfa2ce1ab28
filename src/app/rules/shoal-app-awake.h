/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* Keeps the machine from going to sleep by itself while something is being downloaded, if the
 * person wants that (the setting "keep-awake"). UI context only. */
typedef struct _ShoalAppAwake ShoalAppAwake;

/* @application outlives it. */
ShoalAppAwake *shoal_app_awake_new (GtkApplication *application, ShoalAppSession *session);

void shoal_app_awake_free (ShoalAppAwake *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppAwake, shoal_app_awake_free)

G_END_DECLS
