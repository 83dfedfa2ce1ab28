/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-path.h"

G_BEGIN_DECLS

/* The folder that a move goes to, made for it if need be. A value; workers only. */
typedef struct
{
  char             *folder;     /* owned; absolute */
  char             *first_made; /* owned; the outermost folder that was made for it, or NULL */
  ShoalDiskFolderId id;         /* of the folder, once it was entered */
  ShoalDiskPathBase base;       /* while it is entered */
} ShoalDiskChangeTarget;

void shoal_disk_change_target_init (ShoalDiskChangeTarget *self, const char *folder);

void shoal_disk_change_target_clear (ShoalDiskChangeTarget *self);

/* Makes the folder, and what is missing above it, if it is not there. */
gboolean shoal_disk_change_target_make (ShoalDiskChangeTarget   *self,
                                        const ShoalDiskSyscalls *syscalls,
                                        GError                 **error);

/* Removes again what was made, as far as it is empty. */
void shoal_disk_change_target_unmake (ShoalDiskChangeTarget   *self,
                                      const ShoalDiskSyscalls *syscalls);

/* Opens the folder, which must be the same each time. Leave with shoal_disk_path_close_base(). */
gboolean shoal_disk_change_target_enter (ShoalDiskChangeTarget   *self,
                                         const ShoalDiskSyscalls *syscalls,
                                         GError                 **error);

/* Whether the folder, entered, is or lies in the one with this device and inode. */
gboolean shoal_disk_change_target_lies_in (const ShoalDiskChangeTarget *self,
                                           const struct stat           *folder);

G_END_DECLS
