/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What is published of a torrent: its row. */

/* "Sends" and "takes" mean: within so long. */
#define ACTIVE_USEC (10 * G_USEC_PER_SEC)

static ShoalTorrentState
get_state (const ShoalTorrent *self)
{
  if (self->phase == SHOAL_TORRENT_PHASE_CHECKING ||
      (self->phase == SHOAL_TORRENT_PHASE_OPENING && self->problem == NULL))
    return SHOAL_TORRENT_STATE_CHECKING;
  if (self->phase == SHOAL_TORRENT_PHASE_CHANGING)
    return SHOAL_TORRENT_STATE_MOVING;
  if (self->problem != NULL)
    return self->retry_usec != 0 ? SHOAL_TORRENT_STATE_WAITING : SHOAL_TORRENT_STATE_STOPPED;
  if (self->metainfo == NULL)
    return self->is_active ? SHOAL_TORRENT_STATE_METADATA : SHOAL_TORRENT_STATE_PAUSED;
  if (!shoal_piece_map_is_finished (self->map))
    return self->is_active && !self->is_asking ? SHOAL_TORRENT_STATE_DOWNLOADING
                                               : SHOAL_TORRENT_STATE_PAUSED;
  if (!self->is_seed)
    return SHOAL_TORRENT_STATE_FINISHED;
  return self->is_active ? SHOAL_TORRENT_STATE_SEEDING : SHOAL_TORRENT_STATE_PAUSED;
}

static void
fill_counts_of_peers (ShoalTorrent *self, ShoalTorrentInfo *info, gint64 now_usec)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink      *link = g_ptr_array_index (self->links, i);
      const ShoalBaseBitset *bits;
      ShoalPeerStats         stats;

      if (link->slot == SHOAL_PIECE_SLOT_NONE)
        continue;
      bits = shoal_peer_get_bits (link->peer);
      shoal_peer_get_stats (link->peer, &stats);
      info->n_peers++;
      info->n_seeds += bits != NULL && shoal_base_bitset_is_full (bits);
      info->n_senders +=
          stats.last_block_usec != 0 && now_usec - stats.last_block_usec < ACTIVE_USEC;
      info->n_takers += link->taken_usec != 0 && now_usec - link->taken_usec < ACTIVE_USEC;
    }
  info->n_known = shoal_torrent_knowns_get_size (self->knowns);
  info->n_exchanged = self->counts.exchanged;
  info->n_refused = self->counts.refused;
}

static gint64
estimate_eta (guint64 missing, guint64 bps)
{
  if (missing == 0 || bps == 0)
    return -1;
  return (gint64) (missing / bps) + 1;
}

static void
fill_totals (ShoalTorrent *self, ShoalTorrentInfo *info)
{
  ShoalStoreStats stats;

  shoal_torrent_get_stats (self, &stats);
  info->downloaded = stats.payload_down;
  info->uploaded = stats.payload_up;
  info->seeding_sec = (gint64) stats.seeding_seconds;
  info->wasted = stats.wasted;
  info->corrupt = stats.corrupt;
  info->completed_time = stats.completed_at;
}

static void
fill_contents (ShoalTorrent *self, ShoalTorrentInfo *info)
{
  info->size = shoal_codec_layout_get_data_size (self->layout);
  info->n_files = shoal_codec_layout_get_n_files (self->layout);
  info->wanted_bytes = shoal_piece_files_get_wanted_size (self->files);
  info->done_bytes = shoal_piece_files_get_wanted_had (self->files);
  /* What could not be looked at, as a file of it is gone, is not lost. */
  if (self->is_unresumed && self->row.stats.is_settled)
    info->done_bytes = MIN (self->counts.base.wanted_have_bytes, info->wanted_bytes);
  info->checked_bytes = MIN (self->checked_bytes, info->size);
  info->moved_bytes = self->moved_bytes;
  info->copies_1000 =
      (guint) (shoal_piece_availability_get_copies (shoal_piece_map_get_availability (self->map)) *
               1000);
}

void
shoal_torrent_fill_info (ShoalTorrent *self, ShoalTorrentInfo *info)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->env->reactor);

  info->state = get_state (self);
  info->problem = self->problem != NULL ? shoal_problem_ref (self->problem) : NULL;
  g_free (info->save_path);
  info->save_path = g_strdup (self->row.save_path);
  if (self->metainfo != NULL)
    fill_contents (self, info);
  info->resumed_bytes = self->resumed_bytes;
  info->down_bps = shoal_torrent_get_down_bps (self);
  info->up_bps = shoal_torrent_get_up_bps (self);
  info->eta_sec = estimate_eta (info->wanted_bytes - info->done_bytes, info->down_bps);
  info->stalled_time = self->counts.stalled_time;
  fill_totals (self, info);
  fill_counts_of_peers (self, info, now_usec);
  shoal_torrent_magnet_fill_info (self, info);
}

const ShoalProblem *
shoal_torrent_get_problem (const ShoalTorrent *self)
{
  return self->problem;
}

/* An average over seconds that are gone would say that what has ended goes on. */
static guint64
get_bps (const ShoalTorrent *self, ShoalBaseRate *rate, gboolean goes_on)
{
  if (!goes_on)
    shoal_base_rate_stop (rate);
  return shoal_base_rate_get_bps (rate, shoal_net_reactor_get_now (self->env->reactor));
}

guint64
shoal_torrent_get_down_bps (ShoalTorrent *self)
{
  return get_bps (self, &self->counts.down, shoal_torrent_is_fetching (self));
}

guint64
shoal_torrent_get_up_bps (ShoalTorrent *self)
{
  return get_bps (self, &self->counts.up, self->is_joined);
}

gboolean
shoal_torrent_is_settled (const ShoalTorrent *self)
{
  return self->is_complete_durable && !self->durable.is_written_dirty &&
         shoal_torrent_checkpoint_is_done (self) && self->doubted == NULL &&
         self->to_check == NULL && self->problem == NULL;
}

static void
fill_progress (const ShoalTorrent *self, ShoalStoreStats *stats)
{
  stats->have_bytes = shoal_piece_map_get_bytes_had (self->map);
  stats->left_bytes = shoal_piece_map_get_bytes_left (self->map);
  stats->wanted_bytes = shoal_piece_files_get_wanted_size (self->files);
  stats->wanted_have_bytes = shoal_piece_files_get_wanted_had (self->files);
  stats->is_settled = shoal_torrent_is_settled (self);
}

static guint64
to_seconds (gint64 usec)
{
  return (guint64) usec / G_USEC_PER_SEC;
}

/* The time that is not in the totals yet. */
static void
add_seeding (const ShoalTorrent *self, ShoalStoreStats *stats, gint64 now_usec)
{
  const ShoalTorrentCounts *counts = &self->counts;
  guint64                   before = stats->seeding_seconds;

  if (counts->seeding_usec == 0)
    return;
  stats->seeding_seconds += to_seconds (now_usec - counts->seeding_usec);
  if (counts->given_usec > counts->seeding_usec)
    stats->taken_seconds = before + to_seconds (counts->given_usec - counts->seeding_usec);
}

void
shoal_torrent_note_seeding (ShoalTorrent *self, gboolean is_seeding)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->env->reactor);

  if (!!is_seeding == (self->counts.seeding_usec != 0))
    return;
  add_seeding (self, &self->counts.base, now_usec);
  self->counts.seeding_usec = is_seeding ? now_usec : 0;
}

gint64
shoal_torrent_get_moved_usec (const ShoalTorrent *self)
{
  return shoal_torrent_is_finished (self) ? self->counts.given_usec : self->counts.last_block_usec;
}

void
shoal_torrent_get_stats (ShoalTorrent *self, ShoalStoreStats *stats)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->env->reactor);
  guint  i;

  *stats = self->counts.base;
  stats->payload_down += self->counts.down.total_bytes;
  stats->payload_up += self->counts.up.total_bytes;
  stats->wasted += self->counts.wasted;
  stats->corrupt += self->counts.corrupt;
  stats->protocol_down += self->counts.closed_protocol_down;
  stats->protocol_up += self->counts.closed_protocol_up;
  for (i = 0; i < self->links->len; i++)
    {
      ShoalPeerStats peer;

      shoal_peer_get_stats (((ShoalTorrentLink *) g_ptr_array_index (self->links, i))->peer, &peer);
      stats->protocol_down += peer.protocol_down;
      stats->protocol_up += peer.protocol_up;
      stats->wasted += peer.wasted;
    }
  if (self->is_joined)
    stats->active_seconds += to_seconds (now_usec - self->counts.joined_usec);
  add_seeding (self, stats, now_usec);
  if (!self->is_unresumed)
    fill_progress (self, stats);
}
