/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-error.h"
#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* Small whole files that are not a torrent's data: a .torrent, a list of addresses. */

/* Reads all of @path (symlinks are followed: the person named it), at most @max_bytes, on a worker:
 * it blocks. NULL and @error: not there, no regular file, larger. */
GBytes *shoal_disk_file_load (const ShoalDiskSyscalls *syscalls,
                              const char              *path,
                              gsize                    max_bytes,
                              GError                 **error);

/* Writes @bytes to a new file beside @path, syncs it, and renames it to @path, whose folder is
 * synced too: afterwards there is the old content or the new one. On a worker: it blocks.
 * @overwrite: FALSE fails with SHOAL_DISK_ERROR_CONFLICT if @path exists. */
gboolean shoal_disk_file_save (const ShoalDiskSyscalls *syscalls,
                               const char              *path,
                               GBytes                  *bytes,
                               gboolean                 overwrite,
                               GError                 **error);

/* @bytes: NULL on failure; borrowed. */
typedef void (*ShoalDiskFileFunc) (GBytes *bytes, const GError *error, gpointer user_data);

/* shoal_disk_file_load() on a worker, and @func once on the engine context. */
ShoalDiskTicket shoal_disk_file_load_async (ShoalDiskQueue   *queue,
                                            const char       *path,
                                            gsize             max_bytes,
                                            ShoalDiskFileFunc func,
                                            gpointer          user_data);

G_END_DECLS
