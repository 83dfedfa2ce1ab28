/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "app/torrents/shoal-app-table-bar.h"
#include "app/torrents/shoal-app-table-row.h"

G_BEGIN_DECLS

struct _ShoalAppTableRow
{
  GtkWidget parent_instance;

  ShoalAppColumns  *columns;                    /* owned */
  GtkInscription   *cells[SHOAL_APP_N_COLUMNS]; /* unowned, as all children; NULL: not made */
  GtkImage         *icon;                       /* beside the name */
  ShoalAppTableBar *bar;                        /* beside the hundredths; NULL: not shown */

  ShoalModelTorrent *torrent; /* owned; NULL while recycled */
  gulong             status_handler;
  int                state;  /* ShoalTorrentState as the icon shows it; −1: none yet */
  char              *spoken; /* owned; what the row is called, but for its speed */

  guint is_seen : 1;       /* by the person: it is on the screen */
  guint cells_are_old : 1; /* other columns are shown now */
  guint place_is_old : 1;  /* the cells lie where they lay when the row was seen last */
  guint all_is_old : 1;    /* what is shown belongs to another torrent, or another state */
  guint text_is_old : 1;
  guint bar_is_old : 1;
};

/* Makes the cells for the columns that are shown, in their order, and takes away the others. */
void shoal_app_table_row_make_cells (ShoalAppTableRow *self);

void shoal_app_table_row_remove_cells (ShoalAppTableRow *self);

/* In a row of @width. */
void shoal_app_table_row_put_cells (ShoalAppTableRow *self, int width);

G_END_DECLS
