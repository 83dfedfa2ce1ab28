/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-tree.h"

G_BEGIN_DECLS

#define SHOAL_MODEL_NO_FILE G_MAXUINT32

/* Of a file, or of all files in a folder. Differences may be negative: numbers wrap around. */
typedef struct
{
  guint32 n_wanted;
  guint32 n_low;
  guint32 n_high;
  guint64 wanted_bytes;
  guint64 done_bytes; /* of the wanted */
} ShoalModelTreeCounts;

/* Children are made after their parents, so a parent's index is always the smaller one. */
typedef struct
{
  const char *name; /* unowned: in the strings of the tree, or in its files */
  const char *fold; /* unowned: in the strings; for searching and sorting without case */
  guint32     parent;
  guint32     first_child; /* in order */
  guint32     n_children;
  guint32     file; /* index in the torrent; SHOAL_MODEL_NO_FILE: a folder */
  guint32     n_files;
  guint64     size;
  guint64     had_bytes; /* of a file, wanted or not */

  ShoalFilePriority    priority; /* of a file */
  ShoalModelTreeCounts counts;
} ShoalModelTreeNode;

struct _ShoalModelTree
{
  GObject parent_instance;

  GPtrArray    *files;        /* owned; of ShoalFileInfo, as they were at first */
  GPtrArray    *latest;       /* owned; the same as they were last */
  GStringChunk *strings;      /* owned */
  GArray       *nodes;        /* owned, of ShoalModelTreeNode */
  guint32      *order;        /* owned; the children of each node stand together, sorted */
  guint32      *node_of_file; /* owned; 0: a pad */
  guint         next_path;    /* the file whose name is compared next */
  guint         play_first;   /* G_MAXUINT: none */
  guint64       wish_serial;  /* priorities of older snapshots are not those asked for; 0: none */

  guint is_live : 1;
  guint is_chosen : 1; /* what is wanted may differ from what the latest files say */
};

static inline ShoalModelTreeNode *
shoal_model_tree_get_node (const ShoalModelTree *self, guint32 index)
{
  return &g_array_index (self->nodes, ShoalModelTreeNode, index);
}

/* Of a file: sets the priority, and counts it. Its folders are the caller's. */
void shoal_model_tree_node_set_priority (ShoalModelTreeNode *node, ShoalFilePriority priority);

/* @sign: 1 or −1. */
void shoal_model_tree_counts_add (ShoalModelTreeCounts       *self,
                                  const ShoalModelTreeCounts *other,
                                  int                         sign);

void shoal_model_tree_tell_changed (ShoalModelTree *self);

void shoal_model_tree_tell_chosen (ShoalModelTree *self, GArray *files, ShoalFilePriority priority);

G_END_DECLS
