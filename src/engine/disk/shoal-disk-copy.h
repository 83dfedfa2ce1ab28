/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-path.h"

G_BEGIN_DECLS

/* One file copied to another file system, in steps, with its holes and its time. Workers only. */
typedef struct _ShoalDiskCopy ShoalDiskCopy;

/* Opens @from below @from_base, and the new file @to below @to_base; an old @to is removed, so the
 * name must be ours. @from is synced, so that after a power cut both still have one time. NULL with
 * errno; *failed_path is then the path it happened at (the caller's).
 */
ShoalDiskCopy *shoal_disk_copy_begin (const ShoalDiskPathBase *from_base,
                                      const char              *from,
                                      const ShoalDiskPathBase *to_base,
                                      const char              *to,
                                      char                   **failed_path);

typedef enum
{
  SHOAL_DISK_COPY_MORE,
  SHOAL_DISK_COPY_DONE, /* and synced */
  SHOAL_DISK_COPY_FAILED,
} ShoalDiskCopyResult;

/* Copies up to about @budget bytes more; *copied: how far it came. FAILED with errno. */
ShoalDiskCopyResult shoal_disk_copy_step (ShoalDiskCopy *self, guint64 budget, guint64 *copied);

/* Whether the last failure was in reading. */
gboolean shoal_disk_copy_failed_reading (const ShoalDiskCopy *self);

/* Closes both; what was copied stays where it is. */
void shoal_disk_copy_free (ShoalDiskCopy *self);

G_END_DECLS
