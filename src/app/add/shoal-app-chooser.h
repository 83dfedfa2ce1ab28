/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

/* The dialog in which a person chooses torrent files, several at once. It remembers the folder.
 *
 * Signal "chosen" (ShoalAppChooser *, GListModel *files, gpointer): of GFile; at least one. */
#define SHOAL_TYPE_APP_CHOOSER (shoal_app_chooser_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppChooser, shoal_app_chooser, SHOAL, APP_CHOOSER, GObject)

/* @window: not referenced; it owns the chooser. */
ShoalAppChooser *shoal_app_chooser_new (GtkWindow *window, GSettings *settings);

/* Opens it; nothing happens if it is open. */
void shoal_app_chooser_open (ShoalAppChooser *self);

G_END_DECLS
