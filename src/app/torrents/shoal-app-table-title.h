/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-column.h"

G_BEGIN_DECLS

/* The title of a column, with an arrow if the rows are sorted by it. */
#define SHOAL_TYPE_APP_TABLE_TITLE (shoal_app_table_title_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTableTitle, shoal_app_table_title, SHOAL, APP_TABLE_TITLE, GtkButton)

GtkWidget *shoal_app_table_title_new (ShoalAppColumn column);

ShoalAppColumn shoal_app_table_title_get_column (ShoalAppTableTitle *self);

void shoal_app_table_title_set_sort (ShoalAppTableTitle *self, GtkAccessibleSort sort);

G_END_DECLS
