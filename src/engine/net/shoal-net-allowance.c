/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-allowance.h"

/* What is asked of the bucket when it wakes us and it is not known yet how much will move. */
#define RESERVE_BYTES (256 * 1024)

static void
on_allowance (gpointer owner)
{
  ShoalNetAllowance *self = owner;
  gint64             now_usec = shoal_net_reactor_get_now (self->reactor);

  self->reserved = shoal_base_bucket_take (self->bucket, RESERVE_BYTES, now_usec);
  if (self->reserved > 0)
    shoal_net_reactor_defer (self->reactor, self->task);
  else
    shoal_base_bucket_wait (self->bucket, &self->waiter);
}

void
shoal_net_allowance_init (ShoalNetAllowance *self, ShoalNetReactor *reactor, ShoalNetTask *task)
{
  self->reactor = reactor;
  self->task = task;
  self->bucket = NULL;
  self->reserved = 0;
  shoal_base_bucket_waiter_init (&self->waiter, on_allowance, self);
}

void
shoal_net_allowance_set_bucket (ShoalNetAllowance *self, ShoalBaseBucket *bucket)
{
  shoal_net_allowance_drop_reserve (self);
  shoal_base_list_remove (&self->waiter.link);
  self->bucket = bucket;
}

gsize
shoal_net_allowance_take (ShoalNetAllowance *self, gsize want)
{
  gsize granted;

  if (self->bucket == NULL)
    return want;
  /* A whole reserve was cut by nothing but its size: the bucket may have more. */
  if (want > self->reserved && self->reserved == RESERVE_BYTES)
    shoal_net_allowance_drop_reserve (self);
  if (self->reserved == 0)
    return shoal_base_bucket_take (self->bucket, want, shoal_net_reactor_get_now (self->reactor));
  granted = MIN (want, self->reserved);
  self->reserved -= granted;
  shoal_net_allowance_drop_reserve (self);
  return granted;
}

void
shoal_net_allowance_give_back (ShoalNetAllowance *self, gsize bytes)
{
  if (self->bucket != NULL && bytes > 0)
    shoal_base_bucket_give_back (self->bucket, bytes);
}

void
shoal_net_allowance_drop_reserve (ShoalNetAllowance *self)
{
  shoal_net_allowance_give_back (self, self->reserved);
  self->reserved = 0;
}

void
shoal_net_allowance_wait (ShoalNetAllowance *self)
{
  g_return_if_fail (self->bucket != NULL);
  shoal_base_bucket_wait (self->bucket, &self->waiter);
}

gboolean
shoal_net_allowance_is_waiting (const ShoalNetAllowance *self)
{
  return shoal_base_list_is_linked (&self->waiter.link);
}
