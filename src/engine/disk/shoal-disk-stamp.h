/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <sys/vfs.h>

#include "disk/shoal-disk-queue.h"
#include "disk/shoal-disk-syscalls.h"

G_BEGIN_DECLS

/* Size and time of each file as we left it, so that what others do to it shows: whoever writes to a
 * file or cuts it leaves another size or time behind. What does not show is a write through a
 * mapping whose time the kernel sets late, or one after which the time was set back. Workers only.
 *
 * Two writes of ours to one file take turns, or neither could tell whose time it finds. That costs
 * nothing: the kernel lets only one write to a file at a time. */
typedef struct _ShoalDiskStamps ShoalDiskStamps;

/* @queue: whose workers they are. */
ShoalDiskStamps *shoal_disk_stamps_new (ShoalDiskQueue *queue, guint n_files);

void shoal_disk_stamps_free (ShoalDiskStamps *self);

/* From now on on the file system that @fs tells of. On one that belongs to another machine or
 * program, times may change by themselves later: only sizes are compared. It is nobody's turn.
 */
void shoal_disk_stamps_set_place (ShoalDiskStamps *self, const struct statfs *fs);

/* The turn of @file; try_turn never waits for it. */
void shoal_disk_stamps_take_turn (ShoalDiskStamps *self, guint file);

gboolean shoal_disk_stamps_try_turn (ShoalDiskStamps *self, guint file);

void shoal_disk_stamps_give_turn (ShoalDiskStamps *self, guint file);

/* The rest needs the turn of @file. */

/* Whether a look can find anything. */
gboolean shoal_disk_stamps_is_known (const ShoalDiskStamps *self, guint file);

/* TRUE: @found is not how it was left, so somebody else was there; told once. Nothing is known of a
 * file at first. */
gboolean shoal_disk_stamps_look (ShoalDiskStamps *self, guint file, const struct stat *found);

/* So it is left. */
void shoal_disk_stamps_note (ShoalDiskStamps *self, guint file, const struct stat *left);

/* The same, after a write of ours to @fd: with a time that nobody else's write can have. */
void shoal_disk_stamps_leave (ShoalDiskStamps         *self,
                              guint                    file,
                              const ShoalDiskSyscalls *syscalls,
                              int                      fd);

/* It is gone, or will be another. */
void shoal_disk_stamps_forget (ShoalDiskStamps *self, guint file);

G_END_DECLS
