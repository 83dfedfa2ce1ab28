/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/torrents/shoal-app-columns.h"

G_BEGIN_DECLS

/* The line above the table: a title for each column that is shown. A click sorts by it, dragging
 * moves it, dragging its end changes the width, a double click there brings the usual width back,
 * and the menu has what a hand can do.
 *
 * Tab enters it once and leaves it once. The arrows go from title to title, with Ctrl they move the
 * column, with Shift they change its width; Return and Space sort, Menu and Shift+F10 open the
 * menu.
 *
 * Signal "sort" (ShoalAppTableHeader *, guint column, gpointer): the person wants the rows sorted
 * by that ShoalAppColumn, or the other way round if they are. */
#define SHOAL_TYPE_APP_TABLE_HEADER (shoal_app_table_header_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTableHeader,
                      shoal_app_table_header,
                      SHOAL,
                      APP_TABLE_HEADER,
                      GtkWidget)

/* Once, after construction. @adjustment: the one by which the rows scroll sideways. */
void shoal_app_table_header_set_columns (ShoalAppTableHeader *self,
                                         ShoalAppColumns     *columns,
                                         GtkAdjustment       *adjustment);

/* Which title has an arrow, by the word of its order; the arrow points down if @is_falling: what is
 * large stands above what is small. */
void shoal_app_table_header_set_order (ShoalAppTableHeader *self,
                                       const char          *order,
                                       gboolean             is_falling);

/* The menu of a column, as by a right click on its title. */
void shoal_app_table_header_pop_up (ShoalAppTableHeader *self, ShoalAppColumn column);

G_END_DECLS
