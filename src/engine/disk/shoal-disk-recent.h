/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* What the last way below a folder led to: the folder at its end, or one that is missing. For 10 ms
 * that is taken for what is there, and whatever somebody else does to it goes unnoticed, as if it
 * were done so much later. Paths are relative and safe. For one thread at a time; the time is the
 * monotonic one. */
typedef struct _ShoalDiskRecent ShoalDiskRecent;

ShoalDiskRecent *shoal_disk_recent_new (const ShoalDiskSyscalls *syscalls);

void shoal_disk_recent_free (ShoalDiskRecent *self);

/* Whether the folder that holds @relative is known: *fd, of O_PATH, stays ours, and is there until
 * the next call; -1: this folder, or one above it, is missing. */
gboolean
shoal_disk_recent_find (ShoalDiskRecent *self, const char *relative, gint64 now_usec, int *fd);

/* Keeps, in place of what was kept: that @fd, which is ours from now on, is the folder that the
 * first @len bytes of @path name; -1: that there is none. */
void shoal_disk_recent_keep (ShoalDiskRecent *self,
                             const char      *path,
                             gsize            len,
                             int              fd,
                             gint64           now_usec);

/* Leaves errno as it is. */
void shoal_disk_recent_forget (ShoalDiskRecent *self);

G_END_DECLS
