/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-command.h"
#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* The files of a torrent, as a tree in which each file is wanted or not, and how much; of one that
 * is there (live) also how far each is. Arrays inside: made on any thread, then used in the UI
 * context only; rows are made when a list asks for them.
 *
 * Signals: "changed" (), when anything is other than it was, of any file; "chosen" (GArray *files,
 * guint priority), after that, when it was the person who changed what is wanted of those files: of
 * guint, as in the torrent, and ShoalFilePriority. */
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

/* Of a torrent that is there; @files as in ShoalTorrentDetails. O(n log n), any thread. */
ShoalModelTree *shoal_model_tree_new_for_files (GPtrArray *files);

/* The same on a worker; shoal_model_tree_load_finish(). */
void shoal_model_tree_load_files_async (GPtrArray          *files,
                                        GCancellable       *cancellable,
                                        GAsyncReadyCallback callback,
                                        gpointer            user_data);

gboolean shoal_model_tree_is_live (ShoalModelTree *self);

/* Takes in how it stands now: progress, priorities, new names (in place: the order stays). FALSE:
 * these are other files, a new tree is needed. @last_serial: of the snapshot they came with. */
gboolean shoal_model_tree_update (ShoalModelTree *self, GPtrArray *files, guint64 last_serial);

/* What is wanted was sent by the command @serial: it stays so until a snapshot has taken it in. */
void shoal_model_tree_wish (ShoalModelTree *self, guint64 serial);

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

/* Below the download folder; the caller's. */
char *shoal_model_tree_dup_path (ShoalModelTree *self, ShoalModelNode node);

/* Its index in the torrent; of a folder G_MAXUINT. */
guint shoal_model_tree_get_file (ShoalModelTree *self, ShoalModelNode node);

/* Bytes; of a folder, those of the wanted files in it. */
void shoal_model_tree_get_progress (ShoalModelTree *self,
                                    ShoalModelNode  node,
                                    guint64        *done,
                                    guint64        *total);

gboolean shoal_model_tree_is_folder (ShoalModelTree *self, ShoalModelNode node);

ShoalModelCheck shoal_model_tree_get_check (ShoalModelTree *self, ShoalModelNode node);

/* Wants, or does not, the file or everything in the folder. */
void shoal_model_tree_set_wanted (ShoalModelTree *self, ShoalModelNode node, gboolean is_wanted);

/* ShoalFilePriority by its value, and: at least normal. */
typedef enum
{
  SHOAL_MODEL_CHOICE_SKIP = SHOAL_FILE_PRIORITY_SKIP,
  SHOAL_MODEL_CHOICE_LOW = SHOAL_FILE_PRIORITY_LOW,
  SHOAL_MODEL_CHOICE_NORMAL = SHOAL_FILE_PRIORITY_NORMAL,
  SHOAL_MODEL_CHOICE_HIGH = SHOAL_FILE_PRIORITY_HIGH,
  SHOAL_MODEL_CHOICE_WANT, /* what is skipped becomes normal, the rest stays as it is */
} ShoalModelChoice;

/* The same of several, told once. */
void shoal_model_tree_choose (ShoalModelTree       *self,
                              const ShoalModelNode *nodes,
                              guint                 n_nodes,
                              ShoalModelChoice      choice);

/* The highest of the files in it; FALSE: others that are wanted have another one. */
gboolean shoal_model_tree_get_priority (ShoalModelTree    *self,
                                        ShoalModelNode     node,
                                        ShoalFilePriority *priority);

/* The file that is fetched before all others, by its index in the torrent; G_MAXUINT: none. */
void shoal_model_tree_set_play_first (ShoalModelTree *self, guint file);

guint shoal_model_tree_get_play_first (ShoalModelTree *self);

/* The files whose name contains @text, in any case, in the order of the tree; of ShoalModelNode,
 * the caller's. */
GArray *shoal_model_tree_find (ShoalModelTree *self, const char *text);

/* For ShoalAddOptions: one ShoalFilePriority for each file of the torrent; NULL if all are wanted.
 * The caller's. */
guint8 *shoal_model_tree_dup_priorities (ShoalModelTree *self, guint *n_priorities);

G_END_DECLS
