/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The program: one process, one window, one engine, and one way to quit. */
#define SHOAL_TYPE_APP_APPLICATION (shoal_app_application_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppApplication,
                      shoal_app_application,
                      SHOAL,
                      APP_APPLICATION,
                      AdwApplication)

ShoalAppApplication *shoal_app_application_new (void);

/* After the main loop has ended: what main() is to return. Does not come back if an engine still
 * runs that would not stop: the process ends with that status then. */
int shoal_app_application_finish (ShoalAppApplication *self, int status);

G_END_DECLS
