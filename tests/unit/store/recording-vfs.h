/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-random.h"

G_BEGIN_DECLS

/* A layer below SQLite that passes everything to the real files, and
 *   - writes down what was written, synced and deleted, so that a power cut can be replayed at any
 *     point: what was not synced by then is gone, or there in part;
 *   - can make writes and syncs fail.
 * kill -9 alone never loses what the kernel has taken, so it shows nothing of this. */

/* Becomes SQLite's default for the rest of the process. */
void recording_vfs_install (void);

/* From now on; forgets what was recorded before. Files must not exist yet. */
void recording_vfs_start (void);

void recording_vfs_stop (void);

/* What happens meanwhile is not recorded. */
void recording_vfs_pause (gboolean is_paused);

/* How much has been recorded; a point in time. Any thread. */
guint recording_vfs_get_n_steps (void);

/* Records something of the caller's own: returns its point in time. */
guint recording_vfs_mark (void);

typedef enum
{
  RECORDING_VFS_KEEP_NONE,    /* nothing unsynced has reached the disk */
  RECORDING_VFS_KEEP_ALL,     /* all of it has */
  RECORDING_VFS_KEEP_STEPS,   /* any of the unsynced steps */
  RECORDING_VFS_KEEP_SECTORS, /* any of their sectors of 512 bytes */
} RecordingVfsLoss;

/* Writes to @folder what a disk has after a cut right before step @n_steps. */
void recording_vfs_replay (guint            n_steps,
                           RecordingVfsLoss loss,
                           ShoalBaseRandom *random,
                           const char      *folder);

/* SQLITE_FULL, SQLITE_IOERR_WRITE: what grows a file fails; SQLITE_IOERR_FSYNC: every sync fails.
 * SQLITE_OK: nothing does. Any thread. */
void recording_vfs_set_failure (int code);

/* How often something has failed so. Any thread. */
guint recording_vfs_get_n_failures (void);

G_END_DECLS
