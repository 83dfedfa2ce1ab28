/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Blocks come in: what is asked of whom, and what becomes of what they send. */

/* Blocks asked for in one go: what a peer's pipeline may hold. */
#define MAX_PICK 512

static ShoalWireRange
range_of (ShoalTorrent *self, ShoalPieceBlock block)
{
  return (ShoalWireRange){
    .piece = block.piece,
    .begin = block.block * SHOAL_BASE_BLOCK_SIZE,
    .length = shoal_codec_layout_get_block_size (self->layout, block.piece, block.block),
  };
}

static ShoalPieceBlock
block_of (const ShoalWireRange *range)
{
  return (ShoalPieceBlock){ range->piece, range->begin / SHOAL_BASE_BLOCK_SIZE };
}

void
shoal_torrent_update_interest (ShoalTorrentLink *link)
{
  ShoalTorrent          *self = link->torrent;
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);
  gboolean               wants;

  if (link->slot == SHOAL_PIECE_SLOT_NONE || bits == NULL)
    return;
  wants = shoal_torrent_may_download (self) &&
          shoal_piece_map_is_interesting (self->map, bits, &link->interest_hint);
  shoal_peer_set_interested (link->peer, wants);
  if (wants)
    shoal_peer_kick (link->peer);
}

void
shoal_torrent_update_all_interest (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    shoal_torrent_update_interest (g_ptr_array_index (self->links, i));
}

void
shoal_torrent_ask_all (ShoalTorrent *self)
{
  guint i;

  if (!shoal_torrent_may_download (self))
    return;
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        shoal_peer_kick (link->peer);
    }
}

void
shoal_torrent_hold_back (ShoalTorrent *self, gboolean hold)
{
  guint i;

  if (hold)
    shoal_disk_queue_wait (self->env->disk, &self->drained);
  if (self->is_held_back == !!hold)
    return;
  self->is_held_back = hold;
  for (i = 0; i < self->links->len; i++)
    shoal_peer_set_reading (((ShoalTorrentLink *) g_ptr_array_index (self->links, i))->peer, !hold);
}

void
shoal_torrent_handle_choke (gpointer owner, ShoalPeer *peer, gboolean choked)
{
  ShoalTorrentLink *link = owner;

  shoal_torrent_changed (link->torrent, FALSE);
}

void
shoal_torrent_handle_wants_requests (gpointer owner, ShoalPeer *peer, guint n)
{
  ShoalTorrentLink   *link = owner;
  ShoalTorrent       *self = link->torrent;
  ShoalPieceBlock     blocks[MAX_PICK];
  ShoalPeerStats      stats;
  ShoalPieceRequester who = {
    .slot = link->slot,
    .has = shoal_peer_get_bits (peer),
    .choked = shoal_peer_is_choking_us (peer),
    .snubbed = shoal_peer_is_snubbed (peer),
  };
  guint i;

  if (!shoal_torrent_may_download (self) || who.has == NULL)
    return;
  shoal_peer_get_stats (peer, &stats);
  who.rate_bps = MAX (stats.down_bps, stats.recent_down_bps);
  who.allowed_fast = shoal_peer_get_allowed_fast (peer, &who.n_allowed_fast);
  who.on_parole = shoal_piece_blame_is_on_parole (self->blame, link->known->sender);
  n = shoal_piece_picker_pick (self->picker, &who, MIN (n, MAX_PICK), blocks);
  for (i = 0; i < n; i++)
    {
      ShoalWireRange range = range_of (self, blocks[i]);

      shoal_peer_request (peer, &range);
    }
}

static void
cancel_others (ShoalTorrent *self, const ShoalPieceArrival *arrival, const ShoalWireRange *range)
{
  guint i;

  for (i = 0; i < arrival->n_cancel; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->slots, arrival->cancel[i]);

      shoal_peer_cancel (link->peer, range);
    }
}

void
shoal_torrent_handle_block (gpointer              owner,
                            ShoalPeer            *peer,
                            const ShoalWireRange *range,
                            guint8               *block)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;
  gint64            now_usec = shoal_net_reactor_get_now (self->env->reactor);
  ShoalPieceArrival arrival;

  shoal_base_rate_add (&self->counts.down, now_usec, range->length);
  self->counts.last_block_usec = now_usec;
  shoal_piece_ledger_on_block (self->ledger, link->slot, block_of (range), block, &arrival);
  cancel_others (self, &arrival, range);
  switch (arrival.outcome)
    {
    case SHOAL_PIECE_BLOCK_DUPLICATE:
    case SHOAL_PIECE_BLOCK_UNWANTED:
      shoal_base_pool_give (self->env->pool, block);
      self->counts.wasted += range->length;
      break;
    case SHOAL_PIECE_BLOCK_COMPLETE:
      shoal_torrent_submit_piece (self, range->piece);
      break;
    case SHOAL_PIECE_BLOCK_ACCEPTED:
      shoal_torrent_relieve_memory (self);
      break;
    }
  shoal_torrent_changed (self, FALSE);
}

void
shoal_torrent_handle_rejected (gpointer owner, ShoalPeer *peer, const ShoalWireRange *range)
{
  ShoalTorrentLink *link = owner;

  /* Who chokes refuses what is under way (BEP 6): that says nothing about the piece. */
  if (shoal_peer_is_choking_us (peer))
    shoal_piece_ledger_cancel (link->torrent->ledger, link->slot, block_of (range));
  else
    shoal_piece_ledger_on_reject (link->torrent->ledger, link->slot, block_of (range));
  shoal_torrent_ask_all (link->torrent);
}

void
shoal_torrent_handle_dropped (gpointer owner, ShoalPeer *peer)
{
  ShoalTorrentLink *link = owner;

  if (link->torrent->ledger != NULL &&
      shoal_piece_ledger_forget_requests (link->torrent->ledger, link->slot) > 0)
    shoal_torrent_ask_all (link->torrent);
}

static void
cancel_all (ShoalPeer *peer)
{
  g_autoptr (GArray) ranges = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));
  ShoalWireRange range;
  guint          i;

  for (i = 0; shoal_peer_get_request (peer, i, &range); i++)
    g_array_append_val (ranges, range);
  for (i = 0; i < ranges->len; i++)
    shoal_peer_cancel (peer, &g_array_index (ranges, ShoalWireRange, i));
}

void
shoal_torrent_handle_snubbed (gpointer owner, ShoalPeer *peer, gboolean snubbed)
{
  if (!snubbed)
    return;
  cancel_all (peer);
  shoal_torrent_handle_dropped (owner, peer);
}

void
shoal_torrent_cancel_requests (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        cancel_all (link->peer);
    }
}
