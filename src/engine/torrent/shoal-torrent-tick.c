/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What time does to a torrent: it looks at its problem, its peers and what is to be saved. Once a
 * second while something moves, else when the next thing is due: thousands that wait for somebody
 * to come must not be felt. */

#define TICK_USEC G_USEC_PER_SEC

/* Between two saves of totals, while they grow. */
#define STATS_USEC (30 * G_USEC_PER_SEC)

/* Nothing came for so long although something is wanted: the row says so, and what was refused is
 * asked for again. */
#define STALL_USEC (30 * G_USEC_PER_SEC)

/* Who had no block of a piece for us, because his disk failed him perhaps, may have it by now; and
 * he may be the only one. */
static void
ask_again (ShoalTorrent *self, gint64 now_usec)
{
  if (now_usec - self->counts.forgiven_usec <= STALL_USEC)
    return;
  self->counts.forgiven_usec = now_usec;
  shoal_piece_ledger_forgive (self->ledger);
  shoal_torrent_ask_all (self);
}

static void
tick_stall (ShoalTorrent *self, gint64 now_usec)
{
  gboolean is_stalled =
      shoal_torrent_is_fetching (self) && now_usec - self->counts.last_block_usec > STALL_USEC;

  if (is_stalled)
    ask_again (self, now_usec);
  if (is_stalled == (self->counts.stalled_time != 0))
    return;
  self->counts.stalled_time = is_stalled ? (g_get_real_time () - STALL_USEC) / G_USEC_PER_SEC : 0;
  shoal_torrent_changed (self, FALSE);
}

/* Returns when the next known peer may be tried. */
static gint64
tick_peers (ShoalTorrent *self, gint64 now_usec)
{
  gint64 wake_usec;
  guint  i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        shoal_torrent_count_up (link, now_usec);
    }
  if (shoal_torrent_knowns_choose (
          self->knowns, shoal_torrent_is_finished (self), now_usec, &wake_usec) != NULL)
    self->events->on_wants_peers (self->owner);
  if (shoal_torrent_lacks_peers (self))
    self->events->on_lacks_peers (self->owner);
  return wake_usec;
}

/* Rates fade by themselves: the row follows until they are zero. */
static void
tick_rates (ShoalTorrent *self)
{
  gboolean is_moving = shoal_torrent_get_down_bps (self) > 0 || shoal_torrent_get_up_bps (self) > 0;

  if (self->links->len > 0 || is_moving || self->was_moving)
    shoal_torrent_changed (self, FALSE);
  self->was_moving = is_moving;
}

/* Seconds alone are not worth a write: those of an idle torrent are saved when it stops. */
static gboolean
differs (const ShoalStoreStats *a, const ShoalStoreStats *b)
{
  return a->payload_down != b->payload_down || a->payload_up != b->payload_up ||
         a->have_bytes != b->have_bytes || a->wanted_bytes != b->wanted_bytes ||
         a->is_settled != b->is_settled || a->completed_at != b->completed_at;
}

/* Returns when totals are to be saved next. */
static gint64
tick_stats (ShoalTorrent *self, gint64 now_usec)
{
  ShoalStoreStats stats;

  shoal_torrent_get_stats (self, &stats);
  if (!differs (&stats, &self->counts.saved))
    return G_MAXINT64;
  if (now_usec - self->counts.saved_usec < STATS_USEC)
    return self->counts.saved_usec + STATS_USEC;
  self->counts.saved_usec = now_usec;
  self->counts.saved = stats;
  shoal_store_save_stats (self->env->store, self->id, &stats);
  return G_MAXINT64;
}

static gboolean
is_lively (const ShoalTorrent *self)
{
  return self->links->len > 0 || self->was_moving || self->n_pending > 0 ||
         self->durable.is_written_dirty ||
         (self->map != NULL && !shoal_torrent_checkpoint_is_done (self));
}

static gboolean
has_ready_link (const ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->slots->len; i++)
    if (g_ptr_array_index (self->slots, i) != NULL)
      return TRUE;
  return FALSE;
}

/* When it will be at rest if nothing happens; G_MAXINT64: not by itself. Who does not answer holds
 * it up for a while only. */
static gint64
get_rest_usec (const ShoalTorrent *self)
{
  gint64 quiet_usec = self->env->rest_usec * (self->links->len > 0 ? 2 : 1);

  if (!self->is_joined || self->n_pending > 0 || !shoal_torrent_is_settled (self) ||
      has_ready_link (self) || shoal_torrent_knowns_has_wished (self->knowns))
    return G_MAXINT64;
  return self->counts.used_usec + quiet_usec;
}

gboolean
shoal_torrent_is_at_rest (const ShoalTorrent *self)
{
  return shoal_net_reactor_get_now (self->env->reactor) >= get_rest_usec (self);
}

void
shoal_torrent_note_use (ShoalTorrent *self)
{
  self->counts.used_usec = shoal_net_reactor_get_now (self->env->reactor);
}

/* Returns when it will be, if it is not yet. */
static gint64
tick_rest (ShoalTorrent *self, gint64 now_usec)
{
  gint64 rest_usec = get_rest_usec (self);

  if (rest_usec > now_usec)
    return rest_usec;
  self->events->on_rest (self->owner);
  return G_MAXINT64;
}

/* When a problem, or a lull, is to be looked at. */
static gint64
get_due (ShoalTorrent *self)
{
  gint64 due_usec = G_MAXINT64;

  if (self->retry_usec != 0)
    due_usec = self->retry_usec;
  if (shoal_torrent_is_fetching (self) && self->counts.stalled_time == 0)
    due_usec = MIN (due_usec, self->counts.last_block_usec + STALL_USEC + 1);
  return due_usec;
}

static void
set_due (ShoalTorrent *self, gint64 due_usec, gint64 now_usec)
{
  if (self->phase == SHOAL_TORRENT_PHASE_STOPPED)
    return;
  if (due_usec == G_MAXINT64)
    shoal_net_reactor_timer_clear (self->env->reactor, &self->tick);
  else
    shoal_net_reactor_timer_set (
        self->env->reactor, &self->tick, MAX (due_usec, now_usec + TICK_USEC));
}

void
shoal_torrent_tick_cb (gpointer owner, gint64 now_usec)
{
  ShoalTorrent *self = owner;
  gint64        due_usec = G_MAXINT64;

  shoal_torrent_tick_problem (self, now_usec);
  tick_stall (self, now_usec);
  shoal_torrent_magnet_tick (self, now_usec);
  if (self->is_joined)
    {
      due_usec = tick_peers (self, now_usec);
      shoal_torrent_exchange_tick (self, now_usec);
    }
  shoal_torrent_notice_changes (self, FALSE);
  if (self->phase == SHOAL_TORRENT_PHASE_READY)
    shoal_torrent_checkpoint_tick (self, now_usec);
  tick_rates (self);
  due_usec = MIN (due_usec, tick_stats (self, now_usec));
  due_usec = MIN (due_usec, tick_rest (self, now_usec));
  due_usec = MIN (due_usec, get_due (self));
  set_due (self, is_lively (self) ? 0 : due_usec, now_usec);
}

void
shoal_torrent_stir (ShoalTorrent *self)
{
  gint64 due_usec = shoal_net_reactor_get_now (self->env->reactor) + TICK_USEC;

  if (self->phase == SHOAL_TORRENT_PHASE_STOPPED)
    return;
  if (!shoal_net_reactor_timer_is_set (&self->tick) || self->tick.node.key > due_usec)
    shoal_net_reactor_timer_set (self->env->reactor, &self->tick, due_usec);
}
