/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* The torrents in a recycling list, a row of three lines each. A row that is activated shows its
 * details: the action "win.open-details". */
#define SHOAL_TYPE_APP_LIST (shoal_app_list_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppList, shoal_app_list, SHOAL, APP_LIST, AdwBin)

/* Once, after construction. */
void shoal_app_list_set_actions (ShoalAppList *self, ShoalAppActions *actions);

G_END_DECLS
