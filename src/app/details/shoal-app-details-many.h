/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* What several torrents are together, and what can be done to all of them. */
#define SHOAL_TYPE_APP_DETAILS_MANY (shoal_app_details_many_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDetailsMany, shoal_app_details_many, SHOAL, APP_DETAILS_MANY, AdwBin)

/* Once, after construction. */
void shoal_app_details_many_set_actions (ShoalAppDetailsMany *self, ShoalAppActions *actions);

/* Of ShoalModelTorrent, referenced and not changed any more; NULL: nothing is shown. */
void shoal_app_details_many_set_torrents (ShoalAppDetailsMany *self, GPtrArray *torrents);

G_END_DECLS
