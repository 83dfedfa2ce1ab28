/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-change.h"
#include "disk/shoal-disk-storage-private.h"

G_BEGIN_DECLS

/* The head of each change. */
typedef struct
{
  ShoalDiskOp         op;
  ShoalDiskChangeFunc func;
  ShoalDiskFolderId   folder_id; /* as the last step saw it */
  char               *conflict;  /* owned */
  guint64             bytes;
  guint               n_left;
} ShoalDiskChangeOp;

/* shoal_disk_storage_enter() for a step. */
gboolean shoal_disk_change_enter (ShoalDiskChangeOp *self, ShoalDiskVisit *visit, GError **error);

/* Tells the result; the rest of the op is its maker's to free. Engine context. */
void shoal_disk_change_answer (ShoalDiskChangeOp *self, gboolean is_cancelled);

/* Sets the error to a conflict at @path, which is taken over. */
void shoal_disk_change_set_conflict (ShoalDiskChangeOp *self, char *path);

/* Syncs the folders that held the files at @paths (char *) below the base, the base included. */
gboolean
shoal_disk_change_sync_folders (ShoalDiskVisit *visit, const GPtrArray *paths, GError **error);

/* Creates the folders that the files at @paths (char *) are to lie in, durably: what is renamed
 * into them must not be lost with them. */
gboolean
shoal_disk_change_make_folders (ShoalDiskVisit *visit, const GPtrArray *paths, GError **error);

/* Every folder below the base that a file of the torrent lies in (char *, owned by it), inner ones
 * first. */
GPtrArray *shoal_disk_change_list_folders (ShoalDiskStorage *storage);

G_END_DECLS
