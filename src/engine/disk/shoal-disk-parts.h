/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* The parts file: where bytes go that belong to files which are not wanted and not there. All
 * numbers are little-endian:
 *
 *   64 bytes   "SHOALPRT", u32 version 1, u32 piece length, u32 pieces, u32 files, the info-hash
 *              (32 bytes, v1 padded with zeros), 8 zeros
 *   u32[pieces] for each piece 0, or 1 + its slot
 *   u8[files]  1: bytes of that file lie here; 2: and are being copied to the file itself
 *   zeros up to a multiple of 4096
 *   slots of one piece length each; a byte lies in its piece's slot where it lies in the piece
 *
 * Workers only. The table in memory is guarded by the queue's shared lock, which these functions
 * take; what happens to one piece is ordered by the storage's lane. */
typedef struct _ShoalDiskParts ShoalDiskParts;

typedef enum
{
  SHOAL_DISK_PARTS_NOTHING = 0,
  SHOAL_DISK_PARTS_HERE = 1,
  /* What lies in the file itself is ours too, if less than what lies here. */
  SHOAL_DISK_PARTS_LEAVING = 2,
} ShoalDiskPartsMark;

ShoalDiskParts *shoal_disk_parts_new (ShoalDiskQueue        *queue,
                                      const ShoalInfoHashes *hashes,
                                      guint32                piece_length,
                                      guint                  n_pieces,
                                      guint                  n_files);

void shoal_disk_parts_free (ShoalDiskParts *self);

/* Forgets what is known and reads the file open as @fd. @marks: a ShoalDiskPartsMark for each file.
 * FALSE: it is damaged, or no file of ours; errno if reading failed, else 0. */
gboolean shoal_disk_parts_load (ShoalDiskParts *self, int fd, guint8 *marks);

/* As after a load of nothing. */
void shoal_disk_parts_clear (ShoalDiskParts *self);

/* Where the slot of @piece begins in the file; FALSE if it has none. */
gboolean shoal_disk_parts_find (ShoalDiskParts *self, guint piece, guint64 *offset);

/* The same, with a new slot if there was none; shoal_disk_parts_record() writes it down. */
guint64 shoal_disk_parts_reserve (ShoalDiskParts *self, guint piece);

/* The slot is free again, in memory; record writes that down too. */
void shoal_disk_parts_forget (ShoalDiskParts *self, guint piece);

gboolean shoal_disk_parts_is_empty (ShoalDiskParts *self);

/* These write to @fd and return 0, or -1 with errno. */
int shoal_disk_parts_write_header (ShoalDiskParts *self, int fd);

int shoal_disk_parts_record (ShoalDiskParts *self, int fd, guint piece);

int shoal_disk_parts_mark (ShoalDiskParts *self, int fd, guint file, ShoalDiskPartsMark mark);

G_END_DECLS
