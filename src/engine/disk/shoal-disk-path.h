/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-folder.h"
#include "disk/shoal-disk-recent.h"

G_BEGIN_DECLS

/* Ways into a folder that leave it by no symlink. Workers only. Unless said otherwise: -1 with
 * errno on failure; a symlink in a path gives ELOOP or ENOTDIR, anything that is no regular file
 * EMEDIUMTYPE. Relative paths have '/' between components and are checked by
 * shoal_disk_path_is_safe() where they come in. */
typedef struct
{
  const ShoalDiskSyscalls *syscalls; /* unowned: the queue's */
  const char              *folder;   /* unowned: as the person wrote it */
  int                      fd;       /* of O_PATH */
  ShoalDiskRecent         *recent;   /* owned: what the last way below led to */
} ShoalDiskPathBase;

typedef enum
{
  SHOAL_DISK_PATH_READ = 0,
  SHOAL_DISK_PATH_WRITE = 1 << 0,
  SHOAL_DISK_PATH_CREATE = 1 << 1, /* with the folders above it */
  SHOAL_DISK_PATH_EXECUTABLE = 1 << 2,
  SHOAL_DISK_PATH_NEW = 1 << 3, /* fails with EEXIST if it is there */
} ShoalDiskPathFlags;

/* Relative, no empty component, no "." or "..", no control character. */
gboolean shoal_disk_path_is_safe (const char *relative);

/* Opens @folder, following symlinks. @expected, if known, must be what is there: otherwise
 * SHOAL_DISK_ERROR_VANISHED. @found: its id. Close with shoal_disk_path_close_base(). */
gboolean shoal_disk_path_open_base (const ShoalDiskSyscalls *syscalls,
                                    const char              *folder,
                                    const ShoalDiskFolderId *expected,
                                    ShoalDiskFolderId       *found,
                                    ShoalDiskPathBase       *out,
                                    GError                 **error);

/* What ShoalDiskFolderId calls fs_id. */
guint64 shoal_disk_path_get_fs_id (const struct statfs *fs);

void shoal_disk_path_close_base (ShoalDiskPathBase *base);

/* Creates @folder (absolute) and what is missing above it, durably. 0, or -1. */
int shoal_disk_path_make_folder (const ShoalDiskSyscalls *syscalls, const char *folder);

/* The path as the person would write it; the caller owns it. @relative: NULL: the folder. */
char *shoal_disk_path_dup_full (const ShoalDiskPathBase *base, const char *relative);

/* Whatever of @relative is there, or else the folder above it that is, as the person would write
 * it: that is what lacks a permission where a file could not be made. The caller owns it. */
char *shoal_disk_path_dup_existing (const ShoalDiskPathBase *base, const char *relative);

/* The first part of @relative that is a symlink, or no folder where one belongs, as the person
 * would write it; else all of it. For ELOOP and ENOTDIR. The caller owns it. */
char *shoal_disk_path_dup_obstacle (const ShoalDiskPathBase *base, const char *relative);

/* Opens the folder that holds @relative (O_PATH), creating it if @creates. *leaf points into
 * @relative. */
int shoal_disk_path_open_parent (const ShoalDiskPathBase *base,
                                 const char              *relative,
                                 gboolean                 creates,
                                 const char             **leaf);

/* *is_new: whether this call made it; may be NULL. The way to a folder that this base was asked for
 * within the last 10 ms is not walked anew, here and in shoal_disk_path_stat(), unless something
 * was renamed or removed by way of this base, or the file cannot be opened there. */
int shoal_disk_path_open_file (const ShoalDiskPathBase *base,
                               const char              *relative,
                               ShoalDiskPathFlags       flags,
                               gboolean                *is_new);

/* Of a symlink in the last component: the symlink. ENOENT may be up to 10 ms old, as long as
 * nothing was made by way of this base: what is below a folder that was missing is not looked for.
 */
int shoal_disk_path_stat (const ShoalDiskPathBase *base, const char *relative, struct stat *out);

/* Removes the file or empty folder @relative. @flags: of unlinkat(). */
int shoal_disk_path_unlink (const ShoalDiskPathBase *base, const char *relative, int flags);

/* Renames, never over something: EEXIST. Where the file system knows no such rename, by a link, and
 * where it has no links, by looking first. */
int shoal_disk_path_rename (const ShoalDiskPathBase *from_base,
                            const char              *from,
                            const ShoalDiskPathBase *to_base,
                            const char              *to);

/* Removes the folders that held @relative, from below, while they are empty. */
void shoal_disk_path_prune (const ShoalDiskPathBase *base, const char *relative);

/* Syncs one folder; @relative: NULL: the base. */
int shoal_disk_path_sync_folder (const ShoalDiskPathBase *base, const char *relative);

G_END_DECLS
