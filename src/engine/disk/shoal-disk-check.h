/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-storage.h"

G_BEGIN_DECLS

/* A recheck: hashes all or some pieces from disk, on all cores, as bulk work; creates nothing. It
 * may run beside reads and writes of the same storage. */
typedef struct _ShoalDiskCheck ShoalDiskCheck;

typedef enum
{
  SHOAL_DISK_CHECK_RIGHT,
  SHOAL_DISK_CHECK_WRONG,
  SHOAL_DISK_CHECK_MISSING,    /* a file of it is not there, or too short */
  SHOAL_DISK_CHECK_UNREADABLE, /* the error comes at the end */
} ShoalDiskCheckVerdict;

typedef struct
{
  guint                 piece;
  ShoalDiskCheckVerdict verdict;

  guint is_blank : 1; /* WRONG, and nothing but zeros: nobody has written there, or so it looks */
} ShoalDiskCheckItem;

typedef struct
{
  const ShoalBaseBitset *pieces; /* NULL: all; copied */
  const guint8          *sha1s; /* unowned: 20 bytes for each piece of the torrent, until on_done */

  /* Some pieces are checked; roughly in order, each piece once. */
  void (*on_pieces) (const ShoalDiskCheckItem *items, guint n_items, gpointer user_data);

  /* The end; the check is freed afterwards. @error: NULL, SHOAL_DISK_ERROR_CANCELLED, or why the
   * first unreadable piece was that; after SHOAL_DISK_ERROR_VANISHED nothing more was looked at. */
  void (*on_done) (const GError *error, gpointer user_data);

  gpointer user_data;

  guint from_device : 1; /* after a failed sync: not what the kernel still remembers */
} ShoalDiskCheckOptions;

/* Begins at once. The pointer is valid until on_done. */
ShoalDiskCheck *shoal_disk_check_start (ShoalDiskStorage            *storage,
                                        const ShoalDiskCheckOptions *options);

/* While paused, what is under way ends and nothing new begins. */
void shoal_disk_check_set_paused (ShoalDiskCheck *self, gboolean is_paused);

/* on_done comes soon. Closing the storage does the same. */
void shoal_disk_check_cancel (ShoalDiskCheck *self);

G_END_DECLS
