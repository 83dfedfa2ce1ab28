/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of what takes part at once, and of when seeding ends. */
#define SHOAL_TYPE_APP_PREFERENCES_QUEUE (shoal_app_preferences_queue_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPreferencesQueue,
                      shoal_app_preferences_queue,
                      SHOAL,
                      APP_PREFERENCES_QUEUE,
                      AdwPreferencesPage)

/* Once. */
void shoal_app_preferences_queue_set_settings (ShoalAppPreferencesQueue *self, GSettings *settings);

G_END_DECLS
