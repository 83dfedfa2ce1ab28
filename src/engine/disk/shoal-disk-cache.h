/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "disk/shoal-disk-queue.h"

G_BEGIN_DECLS

/* Open files of all storages, so that a piece does not cost an open and a close. The one that was
 * not used for longest goes first. Workers only; guarded by the queue's shared lock, which it takes
 * itself. */
typedef struct _ShoalDiskCache ShoalDiskCache;

/* A file lent to a job. */
typedef struct
{
  int   fd;
  guint slot; /* SHOAL_DISK_CACHE_NO_SLOT: not kept, closed when given back */
} ShoalDiskCacheLoan;

#define SHOAL_DISK_CACHE_NO_SLOT G_MAXUINT

/* Stands for every file of a storage in shoal_disk_cache_drop(). */
#define SHOAL_DISK_CACHE_ALL G_MAXUINT

/* @max_open: 0: 40; never more than an eighth of what the process may open. */
ShoalDiskCache *shoal_disk_cache_new (ShoalDiskQueue *queue, guint max_open);

/* Nothing may be lent. */
void shoal_disk_cache_free (ShoalDiskCache *self);

/* Finds file @file of @storage, open for writing if @for_writing. Give it back. */
gboolean shoal_disk_cache_borrow (ShoalDiskCache     *self,
                                  guint64             storage,
                                  guint               file,
                                  gboolean            for_writing,
                                  ShoalDiskCacheLoan *out);

/* Keeps @fd, just opened, and lends it. One that is open for reading only, of the same file, is
 * closed as soon as nobody uses it. */
void shoal_disk_cache_lend (ShoalDiskCache     *self,
                            guint64             storage,
                            guint               file,
                            gboolean            for_writing,
                            ShoalDiskCacheLoan *loan);

void shoal_disk_cache_give_back (ShoalDiskCache *self, const ShoalDiskCacheLoan *loan);

/* Closes @file of @storage, now or when it is given back. */
void shoal_disk_cache_drop (ShoalDiskCache *self, guint64 storage, guint file);

/* Closes one file that nobody uses; FALSE if there is none. For EMFILE. */
gboolean shoal_disk_cache_make_room (ShoalDiskCache *self);

/* How many are open. */
guint shoal_disk_cache_get_n_open (ShoalDiskCache *self);

G_END_DECLS
