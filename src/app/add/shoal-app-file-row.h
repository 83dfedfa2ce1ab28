/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "model/shoal-model-files.h"

G_BEGIN_DECLS

/* The row of one file or folder: expander, check box, name, size; in the list of a search also the
 * folder it lies in; of a torrent that is there also how far it is, and its priority. Recycled. */
#define SHOAL_TYPE_APP_FILE_ROW (shoal_app_file_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFileRow, shoal_app_file_row, SHOAL, APP_FILE_ROW, GtkBox)

GtkWidget *shoal_app_file_row_new (void);

/* A GtkTreeListRow of ShoalModelFile, or a bare ShoalModelFile, or NULL: none any more. */
void shoal_app_file_row_set_item (ShoalAppFileRow *self, gpointer item);

/* NULL: none. Borrowed. */
ShoalModelFile *shoal_app_file_row_get_file (ShoalAppFileRow *self);

/* Shows how the file is now. */
void shoal_app_file_row_refresh (ShoalAppFileRow *self);

void shoal_app_file_row_set_is_expanded (ShoalAppFileRow *self, gboolean is_expanded);

G_END_DECLS
