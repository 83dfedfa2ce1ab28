/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bucket.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* One direction of a stream before its token bucket. When the bucket wakes it, it takes its part at
 * once, so that the bucket sees what is left for the others, and lets the stream move the bytes at
 * the end of the turn: whoever ticks the bucket does not expect a stream's callbacks. Lies inside
 * the stream. Engine context only. */
typedef struct
{
  ShoalNetReactor      *reactor; /* unowned: outlives the stream */
  ShoalNetTask         *task;    /* unowned: the stream's; deferred when there is a reserve */
  ShoalBaseBucket      *bucket;  /* unowned: outlives the stream or is replaced; NULL: no limit */
  ShoalBaseBucketWaiter waiter;
  gsize                 reserved; /* taken when the bucket woke us, not yet used */
} ShoalNetAllowance;

void
shoal_net_allowance_init (ShoalNetAllowance *self, ShoalNetReactor *reactor, ShoalNetTask *task);

/* Ends waiting and returns the reserve to the old bucket. @bucket may be the same, or NULL. */
void shoal_net_allowance_set_bucket (ShoalNetAllowance *self, ShoalBaseBucket *bucket);

/* How many of @want bytes may move now, from the reserve if there is one; 0: wait. */
gsize shoal_net_allowance_take (ShoalNetAllowance *self, gsize want);

/* Returns what was taken and not moved. */
void shoal_net_allowance_give_back (ShoalNetAllowance *self, gsize bytes);

/* Returns what is left of the reserve. */
void shoal_net_allowance_drop_reserve (ShoalNetAllowance *self);

/* From now on until the bucket can give again. There must be a bucket. */
void shoal_net_allowance_wait (ShoalNetAllowance *self);

gboolean shoal_net_allowance_is_waiting (const ShoalNetAllowance *self);

G_END_DECLS
