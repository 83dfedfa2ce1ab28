/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/add/shoal-app-source.h"

G_BEGIN_DECLS

/* One of several sources in the add dialog: name, size or what is wrong with it, and a button that
 * leaves it out. Recycled.
 *
 * Signal "remove" (ShoalAppSourceRow *, ShoalAppSource *, gpointer). */
#define SHOAL_TYPE_APP_SOURCE_ROW (shoal_app_source_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppSourceRow, shoal_app_source_row, SHOAL, APP_SOURCE_ROW, GtkBox)

GtkWidget *shoal_app_source_row_new (void);

/* NULL: none any more. */
void shoal_app_source_row_set_source (ShoalAppSourceRow *self, ShoalAppSource *source);

G_END_DECLS
