/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"

G_BEGIN_DECLS

/* The page of the network: how other people get in, how they are found, and how many at once. */
#define SHOAL_TYPE_APP_PREFERENCES_NETWORK (shoal_app_preferences_network_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPreferencesNetwork,
                      shoal_app_preferences_network,
                      SHOAL,
                      APP_PREFERENCES_NETWORK,
                      AdwPreferencesPage)

/* Once. */
void shoal_app_preferences_network_set_session (ShoalAppPreferencesNetwork *self,
                                                ShoalAppSession            *session);

G_END_DECLS
