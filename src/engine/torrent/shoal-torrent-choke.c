/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Who gets an upload slot: the rows for the choker, and its answer carried out. */

static ShoalPieceChokeRow
make_row (const ShoalTorrentLink *link)
{
  ShoalPeerStats     stats;
  ShoalPieceChokeRow row = {
    .slot = link->slot,
    .unchoked_usec = link->unchoked_usec,
    .interested = shoal_peer_is_interested (link->peer),
    .unchoked = !shoal_peer_is_choked_by_us (link->peer),
    .snubbed = shoal_peer_is_snubbed (link->peer),
  };

  shoal_peer_get_stats (link->peer, &stats);
  row.down_bps = stats.down_bps;
  row.turn_bytes = stats.payload_up - link->turn_start_bytes;
  row.given_bytes = stats.payload_up;
  row.connected_usec = stats.connected_usec;
  return row;
}

static void
apply_row (ShoalTorrentLink *link, const ShoalPieceChokeRow *row, gint64 now_usec)
{
  ShoalPeerStats stats;

  if (row->unchoke == row->unchoked)
    return;
  if (row->unchoke)
    {
      shoal_peer_get_stats (link->peer, &stats);
      link->unchoked_usec = now_usec;
      link->turn_start_bytes = stats.payload_up;
    }
  shoal_peer_set_choking (link->peer, !row->unchoke);
}

void
shoal_torrent_choke_cb (gpointer owner, gint64 now_usec)
{
  ShoalTorrent *self = owner;
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ShoalPieceChokeRow));
  ShoalPieceChokeTerms terms = {
    .n_slots = self->n_upload_slots,
    .quota_bytes =
        (guint64) SHOAL_PIECE_TURN_PIECES * shoal_codec_layout_get_piece_length (self->layout),
    .seeding = shoal_piece_map_is_finished (self->map),
  };
  gint64 next_usec;
  guint  i;

  self->n_interested = 0;
  for (i = 0; i < self->slots->len; i++)
    {
      const ShoalTorrentLink *link = g_ptr_array_index (self->slots, i);
      ShoalPieceChokeRow      row;

      if (link == NULL)
        continue;
      row = make_row (link);
      self->n_interested += row.interested;
      g_array_append_val (rows, row);
    }
  next_usec = shoal_piece_choker_run (
      self->choker, &terms, (ShoalPieceChokeRow *) rows->data, rows->len, now_usec);
  for (i = 0; i < rows->len; i++)
    {
      const ShoalPieceChokeRow *row = &g_array_index (rows, ShoalPieceChokeRow, i);

      apply_row (g_ptr_array_index (self->slots, row->slot), row, now_usec);
    }
  if (self->is_joined && rows->len > 0)
    shoal_net_reactor_timer_set (self->env->reactor, &self->choke, next_usec);
}

void
shoal_torrent_choke_soon (ShoalTorrent *self)
{
  if (self->is_joined && self->is_introduced)
    shoal_net_reactor_timer_set (
        self->env->reactor, &self->choke, shoal_net_reactor_get_now (self->env->reactor));
}

void
shoal_torrent_choke_link_gone (ShoalTorrentLink *link)
{
  if (link->torrent->choker == NULL)
    return;
  shoal_piece_choker_forget_slot (link->torrent->choker, link->slot);
  shoal_torrent_choke_soon (link->torrent);
}

void
shoal_torrent_set_slots (ShoalTorrent *self, guint n_slots)
{
  if (self->n_upload_slots == n_slots)
    return;
  self->n_upload_slots = n_slots;
  shoal_torrent_choke_soon (self);
}

guint
shoal_torrent_get_n_interested (const ShoalTorrent *self)
{
  return self->n_interested;
}
