/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-storage.h"

G_BEGIN_DECLS

/* What changes where a torrent's files are, or whether. Each waits for all earlier work of its
 * storage and runs alone; later work sees the new state. Nothing is ever overwritten, and files
 * that are not the torrent's stay where they are. Whoever wants them to survive a crash writes the
 * intent down first and calls the same function again at the next start. Engine context. */

typedef struct
{
  ShoalDiskFolderId folder_id; /* of the folder as it is now */
  guint64           bytes;     /* moved or removed */
  const char       *conflict;  /* what is in the way, for SHOAL_DISK_ERROR_CONFLICT */
  guint             n_left;    /* files that are where they should not be: old ones that
                                * could not be removed after a copy, or on failure new ones that
                                * could not be put back */
  const GError *error;         /* all is as before, but for what n_left counts */
} ShoalDiskChangeResult;

typedef void (*ShoalDiskChangeFunc) (const ShoalDiskChangeResult *result, gpointer user_data);

typedef struct
{
  const char *folder; /* absolute; created if need be; copied */

  /* May be NULL: how far it has come, several times a second. */
  void (*on_progress) (guint64 bytes, guint64 total_bytes, gpointer user_data);

  /* It was begun before a crash: files at the new place with the size and time of the old ones, or
   * without old ones, are ours. */
  guint is_resumed : 1;
} ShoalDiskMove;

/* Moves all files that exist, with the parts file, below another folder: by renaming, or on another
 * file system by copying, syncing, and only then removing. On failure or cancelling everything is
 * put back. A folder inside the torrent's own is refused. */
ShoalDiskTicket shoal_disk_change_move (ShoalDiskStorage    *storage,
                                        const ShoalDiskMove *move,
                                        ShoalDiskChangeFunc  func,
                                        gpointer             user_data);

/* Says (error SHOAL_DISK_ERROR_CONFLICT, and conflict) whether one of the torrent's files already
 * exists below @folder; NULL: below the storage's own. Changes nothing. */
ShoalDiskTicket shoal_disk_change_find_conflict (ShoalDiskStorage   *storage,
                                                 const char         *folder,
                                                 ShoalDiskChangeFunc func,
                                                 gpointer            user_data);

typedef struct
{
  guint       file;   /* which, unless a folder is given */
  const char *folder; /* of the torrent: relative, '/' between components; copied; NULL: the file */
  const char *to;     /* what it is called from then on; the same kind of path; copied */

  /* It was begun before a crash: what has the new name already, while nothing has the old one, is
   * ours. */
  guint is_resumed : 1;
} ShoalDiskRename;

/* Gives a file another path below the storage's folder, or a folder, with all that is in it. What
 * is not there yet gets its new name when it is made; so does that in whose place something lies
 * that is not the torrent's own (shoal_disk_storage_is_ours()), and stays. A name that something
 * else has, here or in the torrent, is a conflict. */
ShoalDiskTicket shoal_disk_change_rename (ShoalDiskStorage      *storage,
                                          const ShoalDiskRename *rename,
                                          ShoalDiskChangeFunc    func,
                                          gpointer               user_data);

/* Deletes the torrent's files and the parts file, then those of its folders that are empty. Files
 * stay that are not known as its own (shoal_disk_storage_is_ours()), or that another torrent has
 * claimed too, or whose path, absolute and canonical, is in @kept (a set of strings, not changed
 * any more; may be NULL). */
ShoalDiskTicket shoal_disk_change_remove (ShoalDiskStorage   *storage,
                                          GHashTable         *kept,
                                          ShoalDiskChangeFunc func,
                                          gpointer            user_data);

/* @wanted: a bit for each file; copied. What the parts file has of files that are now wanted goes
 * to the real files; wanted empty files are created. Files no longer wanted stay as they are. */
ShoalDiskTicket shoal_disk_change_set_wanted (ShoalDiskStorage      *storage,
                                              const ShoalBaseBitset *wanted,
                                              ShoalDiskChangeFunc    func,
                                              gpointer               user_data);

G_END_DECLS
