/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-columns.h"
#include "app/torrents/shoal-app-pulsed.h"
#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* One line of the table: a cell for each column that is shown. Recycled, and driven as
 * ShoalAppPulsed: cells are made when the row is seen for the first time, and a row that is not on
 * the screen places and draws none. When it has something to show, it activates "table.wake". */
#define SHOAL_TYPE_APP_TABLE_ROW (shoal_app_table_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTableRow, shoal_app_table_row, SHOAL, APP_TABLE_ROW, GtkWidget)

GtkWidget *shoal_app_table_row_new (ShoalAppColumns *columns);

G_END_DECLS
