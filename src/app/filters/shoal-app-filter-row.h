/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/filters/shoal-app-filter-item.h"

G_BEGIN_DECLS

/* The row of one ShoalAppFilterItem: below a heading if it is the first of its kind. Recycled. */
#define SHOAL_TYPE_APP_FILTER_ROW (shoal_app_filter_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFilterRow, shoal_app_filter_row, SHOAL, APP_FILTER_ROW, GtkBox)

GtkWidget *shoal_app_filter_row_new (void);

/* NULL: none any more. */
void shoal_app_filter_row_set_item (ShoalAppFilterRow *self, ShoalAppFilterItem *item);

/* Borrowed; NULL while recycled. */
ShoalAppFilterItem *shoal_app_filter_row_get_item (ShoalAppFilterRow *self);

G_END_DECLS
