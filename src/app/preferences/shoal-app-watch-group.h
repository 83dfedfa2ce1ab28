/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The preferences of the watched folder. */
#define SHOAL_TYPE_APP_WATCH_GROUP (shoal_app_watch_group_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppWatchGroup,
                      shoal_app_watch_group,
                      SHOAL,
                      APP_WATCH_GROUP,
                      AdwPreferencesGroup)

void shoal_app_watch_group_bind (ShoalAppWatchGroup *self, GSettings *settings);

G_END_DECLS
