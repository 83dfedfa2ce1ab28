/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/stat.h>

#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* Which files of the disk the torrents of one person keep their data in, so that no two write to
 * the same one: whoever writes to a file claims it for itself alone, whoever has data in it that it
 * will not write any more shares it with others of that kind (the same data in two torrents).
 *
 * A claim is a lock of the kernel on one byte of a file that all processes of the person have in
 * common, at an offset made of the device and inode claimed. So it costs no open data file, holds
 * between two engines of one process as between two processes, works whatever file system the data
 * is on, and is gone when its holder is. One descriptor for each storage that claims anything.
 * Where there is no such file, or it cannot be locked, everybody gets everything. Workers only. */
typedef struct _ShoalDiskClaims ShoalDiskClaims;

/* Of one storage. @queue: whose workers they are, and who knows where that file is. */
ShoalDiskClaims *shoal_disk_claims_new (ShoalDiskQueue *queue, guint n_files);

/* Lets go of all. Nobody uses it any more; any thread. */
void shoal_disk_claims_free (ShoalDiskClaims *self);

typedef enum
{
  SHOAL_DISK_CLAIM_NONE,
  SHOAL_DISK_CLAIM_SHARED,
  SHOAL_DISK_CLAIM_SOLE,
} ShoalDiskClaim;

/* @file is what @found tells of: what was claimed of another file in its place is claimed of this
 * one, if it can be. */
void shoal_disk_claims_note (ShoalDiskClaims *self, guint file, const struct stat *found);

/* Claims @file, which is what @found tells of (NULL: what was noted last; nothing noted: nothing to
 * claim), at least as @claim says. FALSE: another storage has it; what was held stays held. */
gboolean shoal_disk_claims_take (ShoalDiskClaims   *self,
                                 guint              file,
                                 const struct stat *found,
                                 ShoalDiskClaim     claim);

/* Not claimed any more. */
void shoal_disk_claims_release (ShoalDiskClaims *self, guint file);

/* It is gone: its inode may be another's file next. */
void shoal_disk_claims_drop (ShoalDiskClaims *self, guint file);

G_END_DECLS
