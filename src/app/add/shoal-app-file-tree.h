/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

/* The files of a torrent to choose from: a checked tree with sizes, and a search when there are
 * many. */
#define SHOAL_TYPE_APP_FILE_TREE (shoal_app_file_tree_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFileTree, shoal_app_file_tree, SHOAL, APP_FILE_TREE, AdwBin)

/* NULL: none. */
void shoal_app_file_tree_set_tree (ShoalAppFileTree *self, ShoalModelTree *tree);

G_END_DECLS
