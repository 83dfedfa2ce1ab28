/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* The torrents in a compact table, a line each, with the columns that the person chose. A row that
 * is activated shows its details: the action "win.open-details"; a title that is clicked sorts,
 * which is kept where the actions "win.sort" and "win.sort-reversed" keep it. As a page of a stack
 * that shows another it holds no rows. */
#define SHOAL_TYPE_APP_TABLE (shoal_app_table_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTable, shoal_app_table, SHOAL, APP_TABLE, AdwBin)

/* Once, after construction. */
void shoal_app_table_set_actions (ShoalAppTable *self, ShoalAppActions *actions);

/* Opens the menu in which columns are chosen, as a right click on the first title does. */
void shoal_app_table_choose_columns (ShoalAppTable *self);

G_END_DECLS
