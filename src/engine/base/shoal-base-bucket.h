/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"

G_BEGIN_DECLS

/* A rate limit as a tree of token buckets: engine → torrent → peer. Whoever moves bytes asks its
 * leaf before each read or write, which asks the whole way up, and returns what it did not use.
 * Bytes are those of the stream, without IP and TCP headers. Engine context only. */
typedef struct _ShoalBaseBucket ShoalBaseBucket;

/* Waits for an allowance. Lies inside its owner, which initialises it and removes it when it goes.
 */
typedef struct
{
  ShoalBaseList link;
  void (*on_allowance) (gpointer owner); /* already unlinked: ask again, wait again if need be */
  gpointer owner;                        /* unowned */
} ShoalBaseBucketWaiter;

/* @parent: NULL for the root; it must outlive its children. Unlimited at first. */
ShoalBaseBucket *shoal_base_bucket_new (ShoalBaseBucket *parent);

void shoal_base_bucket_free (ShoalBaseBucket *self);

/* Bytes per second; 0: no limit. Holds from @now_usec on, and wakes who waits here. */
void shoal_base_bucket_set_limit (ShoalBaseBucket *self, guint64 limit_bps, gint64 now_usec);

guint64 shoal_base_bucket_get_limit (const ShoalBaseBucket *self);

/* How many of @want bytes may move now; taken from every bucket up to the root. 0: wait. */
gsize shoal_base_bucket_take (ShoalBaseBucket *self, gsize want, gint64 now_usec);

/* Returns what was taken and not moved. It may have been taken under a higher limit, or none: no
 * bucket has more afterwards than gathers in it by itself. */
void shoal_base_bucket_give_back (ShoalBaseBucket *self, gsize bytes);

/* Puts @waiter (initialised by shoal_base_bucket_waiter_init()) at the first bucket up the tree
 * that is empty; nothing happens if it waits already. */
void shoal_base_bucket_wait (ShoalBaseBucket *self, ShoalBaseBucketWaiter *waiter);

void shoal_base_bucket_waiter_init (ShoalBaseBucketWaiter *waiter,
                                    void (*on_allowance) (gpointer owner),
                                    gpointer owner);

/* Refills, then calls those that wait here, in the order they came, each with an equal share within
 * its reach. To be called for each limited bucket some 10 to 20 times a second. */
void shoal_base_bucket_tick (ShoalBaseBucket *self, gint64 now_usec);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBaseBucket, shoal_base_bucket_free)

G_END_DECLS
