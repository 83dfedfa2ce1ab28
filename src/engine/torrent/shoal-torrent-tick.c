/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "disk/shoal-disk-folder.h"

/* What time does to a torrent: once a second it looks at its problem, its peers, its ratio and what
 * is to be saved. */

/* Nothing came for so long although something is wanted: the row says so. */
#define STALL_USEC (30 * G_USEC_PER_SEC)

/* Below so many known peers trackers are asked for more. */
#define FEW_PEERS 20

/* A disk that was full is written to again when it has room for this, or for all that is missing.
 */
#define ENOUGH_ROOM (64 * 1024 * 1024)

static void
unblock (ShoalTorrent *self)
{
  self->is_blocked = FALSE;
  shoal_torrent_set_problem (self, NULL);
  shoal_torrent_review (self);
  shoal_torrent_review_complete (self);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_ask_all (self);
}

static void
room_cb (const ShoalDiskFolderInfo *info, gpointer user_data)
{
  ShoalTorrent *self = user_data;
  guint64       enough = MIN (shoal_torrent_get_missing (self), ENOUGH_ROOM);

  if (self->problem != NULL && info->error == NULL && info->exists && info->free_bytes >= enough)
    unblock (self);
  shoal_torrent_settle (self);
}

/* What is not there any more is known now: all is hashed, and what is missing fetched again. */
static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (result->error != NULL)
    shoal_torrent_fail_storage (self, result->error);
  else if (self->problem != NULL && !self->is_stopping)
    {
      unblock (self);
      shoal_torrent_verify (self);
    }
  shoal_torrent_settle (self);
}

void
shoal_torrent_retry (ShoalTorrent *self)
{
  if (self->problem == NULL || self->is_stopping)
    return;
  if (self->phase == SHOAL_TORRENT_PHASE_BROKEN)
    {
      shoal_torrent_set_problem (self, NULL);
      shoal_torrent_open (self, FALSE);
      return;
    }
  if (self->problem->code == SHOAL_PROBLEM_MISSING)
    {
      self->n_pending++;
      shoal_disk_storage_stat (self->storage, looked_cb, self);
      return;
    }
  if (self->problem->code != SHOAL_PROBLEM_FULL ||
      self->problem->domain != SHOAL_PROBLEM_DOMAIN_STORAGE)
    {
      unblock (self);
      return;
    }
  self->n_pending++;
  shoal_disk_folder_query (self->env->disk, self->row.save_path, room_cb, self);
}

static void
tick_problem (ShoalTorrent *self, gint64 now_usec)
{
  if (self->retry_usec == 0 || now_usec < self->retry_usec)
    return;
  self->retry_usec = now_usec + self->env->retry_usec;
  shoal_torrent_retry (self);
}

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
  if (shoal_torrent_knowns_get_size (self->knowns) < FEW_PEERS &&
      !shoal_piece_map_is_finished (self->map))
    shoal_discover_tracker_list_want_peers (self->trackers);
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
    shoal_torrent_set_seed (self, FALSE);
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
  tick_problem (self, now_usec);
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
