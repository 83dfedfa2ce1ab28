/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

/* What time does to the engine as a whole. While there are peers or disk work it looks ten times a
 * second; while there are only torrents that wait for something, once; with all asleep never. */

#define TICK_USEC    (G_USEC_PER_SEC / 10)
#define SLOW_USEC    G_USEC_PER_SEC
#define BUCKETS_USEC (G_USEC_PER_SEC / 20)

/* After the last work so many ticks follow, in which the disk queue and the pool give back what
 * they have kept for more. */
#define N_CALM_TICKS 5

/* To look through all free memory takes a while, and what is calm may not be for long. */
#define TRIM_USEC (60 * (gint64) G_USEC_PER_SEC)

static gboolean
has_limits (const ShoalSession *self)
{
  return self->settings->down_limit_bps > 0 || self->settings->up_limit_bps > 0 ||
         !shoal_base_list_is_empty (&self->limited);
}

static guint
count_peers (const ShoalSession *self)
{
  return shoal_peer_context_get_n_peers (self->peers);
}

static gboolean
is_lively (ShoalSession *self)
{
  if (count_peers (self) > 0 || !shoal_base_list_is_empty (&self->connecting) ||
      self->n_loading > 0 || shoal_disk_queue_get_n_jobs (self->disk) > 0)
    self->n_calm_ticks = 0;
  else
    self->n_calm_ticks++;
  return self->n_calm_ticks <= N_CALM_TICKS;
}

static void
set_timer (ShoalSession *self, ShoalNetTimer *timer, gint64 delay_usec)
{
  gint64 due_usec = shoal_net_reactor_get_now (self->reactor) + delay_usec;

  if (!shoal_net_reactor_timer_is_set (timer) || timer->node.key > due_usec)
    shoal_net_reactor_timer_set (self->reactor, timer, due_usec);
}

void
shoal_session_stir (ShoalSession *self)
{
  self->n_calm_ticks = 0;
  set_timer (self, &self->tick, TICK_USEC);
}

/* What it took to read a list of thousands, or to move data fast, is the system's again: the C
 * library alone keeps half as much as the list itself. */
static void
trim (ShoalSession *self, gint64 now_usec)
{
  if (self->n_calm_ticks != N_CALM_TICKS + 1 ||
      (self->trimmed_usec != 0 && now_usec - self->trimmed_usec < TRIM_USEC))
    return;
  self->trimmed_usec = now_usec;
#ifdef __GLIBC__
  malloc_trim (0);
#endif
}

static void
tick_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;

  shoal_disk_queue_tick (self->disk, now_usec);
  shoal_base_pool_trim (self->pool);
  if (self->phase == SHOAL_SESSION_PHASE_RUNNING)
    shoal_session_network_tick (self, now_usec);
  if (is_lively (self))
    set_timer (self, &self->tick, TICK_USEC);
  else
    {
      trim (self, now_usec);
      if (!shoal_base_list_is_empty (&self->awake))
        set_timer (self, &self->tick, SLOW_USEC);
    }
  if (count_peers (self) > 0 && has_limits (self))
    set_timer (self, &self->buckets, BUCKETS_USEC);
}

/* Whose limit has just gone may have somebody waiting all the same: all get their turn once more.
 */
static void
tick_all_buckets (ShoalSession *self, gint64 now_usec)
{
  self->has_new_limits = FALSE;
  SHOAL_BASE_LIST_FOREACH (&self->awake, node)
  shoal_torrent_tick_buckets (SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, awake)->torrent,
                              now_usec);
}

static void
buckets_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;

  if (count_peers (self) > 0 && has_limits (self))
    set_timer (self, &self->buckets, BUCKETS_USEC);
  shoal_base_bucket_tick (self->down_bucket, now_usec);
  shoal_base_bucket_tick (self->up_bucket, now_usec);
  if (self->has_new_limits)
    {
      tick_all_buckets (self, now_usec);
      return;
    }
  SHOAL_BASE_LIST_FOREACH (&self->limited, node)
  shoal_torrent_tick_buckets (SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, limited)->torrent,
                              now_usec);
}

void
shoal_session_limits_changed (ShoalSession *self)
{
  self->has_new_limits = TRUE;
  set_timer (self, &self->buckets, BUCKETS_USEC);
}

void
shoal_session_tick_init (ShoalSession *self)
{
  shoal_net_reactor_timer_init (&self->tick, tick_cb, self);
  shoal_net_reactor_timer_init (&self->buckets, buckets_cb, self);
  shoal_session_stir (self);
}
