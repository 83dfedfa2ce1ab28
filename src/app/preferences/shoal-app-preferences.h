/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The preferences: each takes effect at once. */
#define SHOAL_TYPE_APP_PREFERENCES (shoal_app_preferences_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPreferences,
                      shoal_app_preferences,
                      SHOAL,
                      APP_PREFERENCES,
                      AdwPreferencesWindow)

GtkWidget *shoal_app_preferences_new (GtkWindow *parent, ShoalAppSession *session);

G_END_DECLS
