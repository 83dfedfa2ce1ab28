/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The program: one process, one window, one engine, and one way to quit. */
#define SHOAL_TYPE_APP_APPLICATION (shoal_app_application_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppApplication,
                      shoal_app_application,
                      SHOAL,
                      APP_APPLICATION,
                      AdwApplication)

ShoalAppApplication *shoal_app_application_new (void);

/* Called once, when the window is there: for a run that is not the person's own (`--demo`). The
 * program does not look for another instance of itself then. Before g_application_run(). */
void shoal_app_application_set_private (ShoalAppApplication *self,
                                        void (*func) (gpointer user_data, ShoalAppSession *session),
                                        gpointer user_data);

/* After the main loop has ended: what main() is to return. Does not come back if an engine still
 * runs that would not stop: the process ends with that status then. */
int shoal_app_application_finish (ShoalAppApplication *self, int status);

G_END_DECLS
