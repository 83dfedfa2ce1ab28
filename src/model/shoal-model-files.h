/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

/* One row of the tree, made when a list asks for it. */
#define SHOAL_TYPE_MODEL_FILE (shoal_model_file_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelFile, shoal_model_file, SHOAL, MODEL_FILE, GObject)

/* Borrowed. */
ShoalModelTree *shoal_model_file_get_tree (ShoalModelFile *self);

ShoalModelNode shoal_model_file_get_node (ShoalModelFile *self);

/* A GListModel of ShoalModelFile over nodes of a tree. It never changes: which files are wanted is
 * told by the tree. */
#define SHOAL_TYPE_MODEL_FILES (shoal_model_files_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelFiles, shoal_model_files, SHOAL, MODEL_FILES, GObject)

/* What lies directly in the folder @node. */
GListModel *shoal_model_files_new_for_folder (ShoalModelTree *tree, ShoalModelNode node);

/* What a search found, as shoal_model_tree_find(). */
GListModel *shoal_model_files_new_for_search (ShoalModelTree *tree, const char *text);

G_END_DECLS
