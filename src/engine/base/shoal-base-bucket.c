/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-bucket.h"

/* Tokens gather for a quarter of a second: enough to ride over a late tick, too little to be seen
 * as a burst in ten seconds' average. */
#define BURST_PER_SEC 4

/* Below this a share costs more in system calls than it moves. */
#define MIN_SHARE 1024

struct _ShoalBaseBucket
{
  ShoalBaseBucket *parent; /* unowned: outlives us */
  guint64          limit_bps;
  gint64           tokens;
  gint64           filled_usec;
  gint64           share; /* the most one caller gets at a time while others wait; 0: all */
  ShoalBaseList    waiters;
};

ShoalBaseBucket *
shoal_base_bucket_new (ShoalBaseBucket *parent)
{
  ShoalBaseBucket *self = g_new0 (ShoalBaseBucket, 1);

  self->parent = parent;
  shoal_base_list_init (&self->waiters);
  return self;
}

void
shoal_base_bucket_free (ShoalBaseBucket *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->waiters, node)
  shoal_base_list_remove (node);
  g_free (self);
}

/* The most tokens there may be at a time. */
static gint64
get_cap (const ShoalBaseBucket *self)
{
  return (gint64) MAX (self->limit_bps / BURST_PER_SEC, MIN_SHARE);
}

static void
refill (ShoalBaseBucket *self, gint64 now_usec)
{
  gint64 elapsed = now_usec - self->filled_usec;
  gint64 add;

  if (elapsed <= 0)
    return;
  elapsed = MIN (elapsed, G_USEC_PER_SEC);
  add = (gint64) ((double) self->limit_bps * (double) elapsed / G_USEC_PER_SEC);
  if (add == 0)
    return; /* the time is not lost: it counts at the next call */
  self->tokens = MIN (self->tokens + add, get_cap (self));
  self->filled_usec = now_usec;
}

void
shoal_base_bucket_set_limit (ShoalBaseBucket *self, guint64 limit_bps, gint64 now_usec)
{
  self->limit_bps = limit_bps;
  self->tokens = MIN (self->tokens, get_cap (self));
  self->filled_usec = now_usec;
  self->share = 0;
  if (limit_bps == 0)
    shoal_base_bucket_tick (self, now_usec);
}

guint64
shoal_base_bucket_get_limit (const ShoalBaseBucket *self)
{
  return self->limit_bps;
}

gsize
shoal_base_bucket_take (ShoalBaseBucket *self, gsize want, gint64 now_usec)
{
  ShoalBaseBucket *bucket;
  gint64           grant = (gint64) MIN (want, G_MAXSSIZE);

  for (bucket = self; bucket != NULL; bucket = bucket->parent)
    {
      if (bucket->limit_bps == 0)
        continue;
      refill (bucket, now_usec);
      grant = MIN (grant, bucket->tokens);
      if (bucket->share > 0)
        grant = MIN (grant, bucket->share);
    }
  if (grant <= 0)
    return 0;
  for (bucket = self; bucket != NULL; bucket = bucket->parent)
    if (bucket->limit_bps != 0)
      bucket->tokens -= grant;
  return (gsize) grant;
}

void
shoal_base_bucket_give_back (ShoalBaseBucket *self, gsize bytes)
{
  ShoalBaseBucket *bucket;

  for (bucket = self; bucket != NULL; bucket = bucket->parent)
    if (bucket->limit_bps != 0)
      bucket->tokens = MIN (bucket->tokens + (gint64) bytes, get_cap (bucket));
}

void
shoal_base_bucket_waiter_init (ShoalBaseBucketWaiter *waiter,
                               void (*on_allowance) (gpointer owner),
                               gpointer owner)
{
  shoal_base_list_init (&waiter->link);
  waiter->on_allowance = on_allowance;
  waiter->owner = owner;
}

void
shoal_base_bucket_wait (ShoalBaseBucket *self, ShoalBaseBucketWaiter *waiter)
{
  ShoalBaseBucket *bucket;
  ShoalBaseBucket *limited = NULL;

  if (shoal_base_list_is_linked (&waiter->link))
    return;
  for (bucket = self; bucket != NULL; bucket = bucket->parent)
    if (bucket->limit_bps != 0)
      {
        limited = bucket;
        if (bucket->tokens <= 0)
          break;
      }
  if (limited == NULL)
    limited = self; /* the limit went while the caller was asking: the next tick calls it */
  shoal_base_list_append (&limited->waiters, &waiter->link);
}

void
shoal_base_bucket_tick (ShoalBaseBucket *self, gint64 now_usec)
{
  ShoalBaseList called;
  gint64        n = 0;

  if (self->limit_bps != 0)
    refill (self, now_usec);
  if (shoal_base_list_is_empty (&self->waiters))
    {
      self->share = 0;
      return;
    }
  SHOAL_BASE_LIST_FOREACH (&self->waiters, node)
  n++;
  self->share = self->limit_bps != 0 ? MAX (self->tokens / n, MIN_SHARE) : 0;
  shoal_base_list_init (&called);
  shoal_base_list_splice (&called, &self->waiters);
  while (!shoal_base_list_is_empty (&called) && (self->limit_bps == 0 || self->tokens > 0))
    {
      ShoalBaseBucketWaiter *waiter =
          SHOAL_BASE_LIST_ENTRY (called.next, ShoalBaseBucketWaiter, link);

      shoal_base_list_remove (&waiter->link);
      waiter->on_allowance (waiter->owner);
    }
  /* Who got nothing comes before who was called and waits again. */
  shoal_base_list_splice (&called, &self->waiters);
  shoal_base_list_splice (&self->waiters, &called);
}
