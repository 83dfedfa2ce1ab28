/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of limits: the usual ones, the alternative ones, and when these hold. */
#define SHOAL_TYPE_APP_PREFERENCES_SPEED (shoal_app_preferences_speed_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPreferencesSpeed,
                      shoal_app_preferences_speed,
                      SHOAL,
                      APP_PREFERENCES_SPEED,
                      AdwPreferencesPage)

/* Once. */
void shoal_app_preferences_speed_set_settings (ShoalAppPreferencesSpeed *self, GSettings *settings);

G_END_DECLS
