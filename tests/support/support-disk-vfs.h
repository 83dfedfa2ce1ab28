/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* Databases on a ShoalDiskSyscalls table: what happens to that disk happens to them too, at the
 * same moment. It does what SQLite's own layer does on Linux, without locks between processes and
 * without shared memory, so that a write-ahead log demands PRAGMA locking_mode = EXCLUSIVE. Errors
 * and short counts of the table reach SQLite. */

/* Becomes SQLite's default for the rest of the process; databases outside the folders below go to
 * the kernel as before. Before the first of them is opened. */
void support_disk_vfs_install (void);

/* A file of a database below the folder, with the absolute path @path, was synced. Called on the
 * thread that uses it, which waits. */
typedef void (*SupportDiskVfsSyncedFunc) (const char *path, gpointer user_data);

/* Databases below @folder (absolute, without symlinks) that are opened from now on lie on
 * @syscalls. Any thread. @func: may be NULL. */
void support_disk_vfs_add (const char              *folder,
                           const ShoalDiskSyscalls *syscalls,
                           SupportDiskVfsSyncedFunc func,
                           gpointer                 user_data);

/* No database below @folder is open any more. */
void support_disk_vfs_remove (const char *folder);

G_END_DECLS
