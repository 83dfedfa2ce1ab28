/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* A row that shows a folder, lets the person choose another, and says how much room is there and
 * what remains of it.
 *
 * Property "path" (string): absolute. */
#define SHOAL_TYPE_APP_FOLDER_ROW (shoal_app_folder_row_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFolderRow, shoal_app_folder_row, SHOAL, APP_FOLDER_ROW, AdwActionRow)

const char *shoal_app_folder_row_get_path (ShoalAppFolderRow *self);

void shoal_app_folder_row_set_path (ShoalAppFolderRow *self, const char *path);

/* How much is to go there: then the row says what remains. */
void shoal_app_folder_row_set_needed_bytes (ShoalAppFolderRow *self, guint64 bytes);

/* For a folder from which things come, and into which nothing goes. */
void shoal_app_folder_row_hide_room (ShoalAppFolderRow *self);

/* The row then opens a menu with the folders of the settings, which are shown with their room,
 * before it lets the person choose any other. */
void shoal_app_folder_row_offer_recent (ShoalAppFolderRow *self, GSettings *settings);

G_END_DECLS
