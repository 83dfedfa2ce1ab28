/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-error.h"
#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* What a folder is known by. A vanished mount leaves an empty folder in its place: writing there
 * would fill the wrong disk, and reading would find everything missing. All zero: not known. */
typedef struct
{
  guint64 device; /* st_dev; some file systems get another one at each mount */
  guint64 inode;  /* 0 beside a device: any folder of that file system */
  guint64 fs_id;  /* statfs() f_fsid, which mostly stays; 0: the file system has none */
} ShoalDiskFolderId;

static inline gboolean
shoal_disk_folder_id_is_known (const ShoalDiskFolderId *id)
{
  return id->device != 0 || id->inode != 0;
}

/* What a person wants to know of a folder before saving there. */
typedef struct
{
  const char       *folder; /* as asked */
  ShoalDiskFolderId id;     /* zero if it does not exist */
  guint64           free_bytes;
  guint64           total_bytes;
  const GError     *error; /* NULL: it was looked at */

  guint exists : 1; /* otherwise the bytes are those of the nearest folder above that exists */
} ShoalDiskFolderInfo;

typedef void (*ShoalDiskFolderFunc) (const ShoalDiskFolderInfo *info, gpointer user_data);

/* Looks at @folder (absolute), and calls @func once, on the engine context. */
ShoalDiskTicket shoal_disk_folder_query (ShoalDiskQueue     *queue,
                                         const char         *folder,
                                         ShoalDiskFolderFunc func,
                                         gpointer            user_data);

G_END_DECLS
