/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The folders that a person is likely to want: the one for downloads, those that torrents went to
 * last, and any other. Each with its free space, looked up when the menu opens; those that are gone
 * are forgotten.
 *
 * Signal "chosen" (ShoalAppFolderMenu *, const char *path, gpointer). Signal "other"
 * (ShoalAppFolderMenu *, gpointer): the person wants to choose another. */
#define SHOAL_TYPE_APP_FOLDER_MENU (shoal_app_folder_menu_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFolderMenu, shoal_app_folder_menu, SHOAL, APP_FOLDER_MENU, GtkPopover)

ShoalAppFolderMenu *shoal_app_folder_menu_new (GSettings *settings);

/* How much is to go there, or SHOAL_APP_SPACE_UNKNOWN. */
void shoal_app_folder_menu_set_needed_bytes (ShoalAppFolderMenu *self, guint64 bytes);

G_END_DECLS
