/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The main window. Its wish to close is the application's to grant. */
#define SHOAL_TYPE_APP_WINDOW (shoal_app_window_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppWindow, shoal_app_window, SHOAL, APP_WINDOW, AdwApplicationWindow)

GtkWidget *shoal_app_window_new (GtkApplication *application, ShoalAppSession *session);

/* Sources that came from outside, of GFile. */
void shoal_app_window_take (ShoalAppWindow *self, GFile **files, guint n_files);

/* Size and place go into the settings. */
void shoal_app_window_save (ShoalAppWindow *self);

G_END_DECLS
