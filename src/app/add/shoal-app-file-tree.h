/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

/* The files of a torrent to choose from: a checked tree with sizes, and a search when there are
 * many. Of a torrent that is there several can be selected.
 *
 * Signal "open" (ShoalAppFileTree *, guint node): of such a torrent; Return or a double click. */
#define SHOAL_TYPE_APP_FILE_TREE (shoal_app_file_tree_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFileTree, shoal_app_file_tree, SHOAL, APP_FILE_TREE, AdwBin)

/* NULL: none. */
void shoal_app_file_tree_set_tree (ShoalAppFileTree *self, ShoalModelTree *tree);

/* The list, for menus. */
GtkWidget *shoal_app_file_tree_get_view (ShoalAppFileTree *self);

/* What an action is about: the selection, or the row that has the focus, if that is not part of it.
 * Of ShoalModelNode; the caller's. */
GArray *shoal_app_file_tree_dup_nodes (ShoalAppFileTree *self);

G_END_DECLS
