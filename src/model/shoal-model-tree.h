/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-command.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* The files of a torrent that is to be added, as a tree in which each file is wanted or not. Arrays
 * inside: made on any thread, then used in the UI context only; rows are made when a list asks for
 * them.
 *
 * Signal "changed" (ShoalModelTree *, gpointer): what is wanted has changed, anywhere. */
#define SHOAL_TYPE_MODEL_TREE (shoal_model_tree_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelTree, shoal_model_tree, SHOAL, MODEL_TREE, GObject)

/* An entry of the tree: a file or a folder. The root stands for all and has no name. */
typedef guint32 ShoalModelNode;

#define SHOAL_MODEL_NODE_ROOT ((ShoalModelNode) 0)

typedef enum
{
  SHOAL_MODEL_CHECK_NONE,
  SHOAL_MODEL_CHECK_SOME,
  SHOAL_MODEL_CHECK_ALL,
} ShoalModelCheck;

/* All files wanted. Pads are left out. O(n log n), any thread. */
ShoalModelTree *shoal_model_tree_new (const ShoalContents *contents);

/* The same on a worker. */
void shoal_model_tree_load_async (const ShoalContents *contents,
                                  GCancellable        *cancellable,
                                  GAsyncReadyCallback  callback,
                                  gpointer             user_data);

ShoalModelTree *shoal_model_tree_load_finish (GAsyncResult *result, GError **error);

/* Files, folders not counted. */
guint shoal_model_tree_get_n_files (ShoalModelTree *self);

guint64 shoal_model_tree_get_wanted_bytes (ShoalModelTree *self);

guint shoal_model_tree_get_n_wanted (ShoalModelTree *self);

/* Folders first, then by name; *nodes is borrowed and lives as long as the tree. */
void shoal_model_tree_get_children (ShoalModelTree        *self,
                                    ShoalModelNode         node,
                                    const ShoalModelNode **nodes,
                                    guint                 *n_nodes);

/* A stranger's words; borrowed. */
const char *shoal_model_tree_get_name (ShoalModelTree *self, ShoalModelNode node);

/* The folder it lies in, relative, "" at the top; the caller's. */
char *shoal_model_tree_dup_folder (ShoalModelTree *self, ShoalModelNode node);

/* Of a folder: all that is in it. */
guint64 shoal_model_tree_get_size (ShoalModelTree *self, ShoalModelNode node);

gboolean shoal_model_tree_is_folder (ShoalModelTree *self, ShoalModelNode node);

ShoalModelCheck shoal_model_tree_get_check (ShoalModelTree *self, ShoalModelNode node);

/* Wants, or does not, the file or everything in the folder. */
void shoal_model_tree_set_wanted (ShoalModelTree *self, ShoalModelNode node, gboolean is_wanted);

/* The files whose name contains @text, in any case, in the order of the tree; of ShoalModelNode,
 * the caller's. */
GArray *shoal_model_tree_find (ShoalModelTree *self, const char *text);

/* For ShoalAddOptions: one ShoalFilePriority for each file of the torrent; NULL if all are wanted.
 * The caller's. */
guint8 *shoal_model_tree_dup_priorities (ShoalModelTree *self, guint *n_priorities);

G_END_DECLS
