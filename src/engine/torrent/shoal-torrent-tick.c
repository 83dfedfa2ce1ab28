/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What time does to a torrent: once a second it looks at its problem, its peers, its ratio and what
 * is to be saved. */

/* Nothing came for so long although something is wanted: the row says so. */
#define STALL_USEC (30 * G_USEC_PER_SEC)

static void
tick_stall (ShoalTorrent *self, gint64 now_usec)
{
  gboolean is_stalled = shoal_torrent_may_download (self) &&
                        !shoal_piece_map_is_finished (self->map) &&
                        now_usec - self->counts.last_block_usec > STALL_USEC;

  if (is_stalled == (self->counts.stalled_time != 0))
    return;
  self->counts.stalled_time = is_stalled ? (g_get_real_time () - STALL_USEC) / G_USEC_PER_SEC : 0;
  shoal_torrent_changed (self, FALSE);
}

static void
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
          self->knowns, shoal_piece_map_is_finished (self->map), now_usec, &wake_usec) != NULL)
    self->events->on_wants_peers (self->owner);
  if (shoal_torrent_lacks_peers (self))
    self->events->on_lacks_peers (self->owner);
}

/* The share ratio that was asked for is reached: the switch goes off. */
static void
tick_ratio (ShoalTorrent *self)
{
  ShoalStoreStats stats;
  guint64         base;

  if (self->seed_ratio < 0 || !self->is_seed || !shoal_piece_map_is_finished (self->map))
    return;
  shoal_torrent_get_stats (self, &stats);
  base = MAX (stats.payload_down, shoal_codec_layout_get_data_size (self->layout));
  if ((double) stats.payload_up >= self->seed_ratio * (double) base)
    {
      shoal_torrent_set_seed (self, FALSE);
      shoal_torrent_changed (self, TRUE);
    }
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

void
shoal_torrent_tick_cb (gpointer owner, gint64 now_usec)
{
  ShoalTorrent *self = owner;

  shoal_net_reactor_timer_set (self->env->reactor, &self->tick, now_usec + SHOAL_TORRENT_TICK_USEC);
  shoal_torrent_tick_problem (self, now_usec);
  tick_stall (self, now_usec);
  if (self->is_joined)
    {
      tick_peers (self, now_usec);
      tick_ratio (self);
    }
  if (self->phase == SHOAL_TORRENT_PHASE_READY)
    shoal_torrent_checkpoint_tick (self, now_usec);
  tick_rates (self);
}
