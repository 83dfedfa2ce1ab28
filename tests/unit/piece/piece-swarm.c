/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece-swarm.h"

#include <string.h>

#define SECOND       ((gint64) G_USEC_PER_SEC)
#define TICK         (SECOND / 4)
#define SNUB         (20 * SECOND)
#define MIN_PIPELINE 2
#define MAX_PIPELINE 500
#define BAD          1 /* what a spoilt block has at the place of a good one's 0 */

void
swarm_init (Swarm *self, guint n_pieces, guint n_blocks, guint64 seed)
{
  memset (self, 0, sizeof *self);
  torrent_init (&self->t, n_pieces, n_blocks, seed);
  shoal_base_random_init (&self->random, seed + 1);
  self->heap = shoal_base_heap_new ();
  self->blame = shoal_piece_blame_new ();
  self->banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  self->now_usec = self->tick_usec = SECOND;
}

void
swarm_clear (Swarm *self)
{
  guint i;

  shoal_piece_blame_check (self->blame);
  for (i = 0; i < self->n_peers; i++)
    {
      shoal_base_heap_remove (self->heap, &self->peers[i].node);
      shoal_base_bitset_free (self->peers[i].has);
      g_array_unref (self->peers[i].queue);
    }
  shoal_base_heap_free (self->heap);
  shoal_piece_blame_free (self->blame);
  g_array_unref (self->banned);
  torrent_clear (&self->t);
}

SwarmPeer *
swarm_add_peer (Swarm *self, guint64 bps, guint missing_100)
{
  SwarmPeer *peer = &self->peers[self->n_peers];
  guint      n_pieces = shoal_codec_layout_get_n_pieces (self->t.layout), i;

  g_assert_cmpuint (self->n_peers, <, SWARM_MAX_PEERS);
  peer->slot = self->n_peers++;
  peer->sender = 1000 + peer->slot;
  peer->has = shoal_base_bitset_new (n_pieces);
  peer->queue = g_array_new (FALSE, FALSE, sizeof (SwarmRequest));
  peer->bps = bps;
  peer->rtt_usec = 50 * 1000;
  peer->slow_start = 4;
  peer->is_there = TRUE;
  for (i = 0; i < n_pieces; i++)
    shoal_base_bitset_set (
        peer->has, i, shoal_base_random_below (&self->random, 100) >= missing_100);
  shoal_piece_ledger_add_slot (self->t.ledger, peer->slot, peer->sender);
  shoal_piece_availability_add (self->t.availability, peer->has);
  return peer;
}

void
swarm_remove_peer (Swarm *self, SwarmPeer *peer)
{
  if (!peer->is_there)
    return;
  peer->is_there = FALSE;
  shoal_base_heap_remove (self->heap, &peer->node);
  g_array_set_size (peer->queue, 0);
  shoal_piece_ledger_remove_slot (self->t.ledger, peer->slot);
  shoal_piece_availability_remove (self->t.availability, peer->has);
}

/* --- the peer's side --- */

/* The head of its queue sets out as soon as it arrived there and what was before it is sent. */
static void
schedule (Swarm *self, SwarmPeer *peer)
{
  const SwarmRequest *head;
  gint64              start_usec;

  if (peer->queue->len == 0 || peer->is_silent || peer->node.place != 0)
    return;
  head = &g_array_index (peer->queue, SwarmRequest, 0);
  start_usec = MAX (peer->free_usec, head->sent_usec + peer->rtt_usec / 2);
  peer->free_usec = start_usec + SHOAL_BASE_BLOCK_SIZE * SECOND / (gint64) peer->bps;
  shoal_base_heap_set (self->heap, &peer->node, peer->free_usec + peer->rtt_usec / 2);
}

/* A cancel reaches it before it sends, unless the block is on its way. */
static void
cancel (SwarmPeer *peer, ShoalPieceBlock block)
{
  guint i;

  for (i = peer->node.place != 0; i < peer->queue->len; i++)
    if (memcmp (&g_array_index (peer->queue, SwarmRequest, i).block, &block, sizeof block) == 0)
      {
        g_array_remove_index (peer->queue, i);
        return;
      }
}

/* --- our side --- */

static guint
get_pipeline (Swarm *self, SwarmPeer *peer)
{
  guint64 by_rate =
      3 * shoal_base_rate_get_bps (&peer->rate, self->now_usec) / SHOAL_BASE_BLOCK_SIZE;

  if (peer->is_snubbed)
    return 1;
  return (guint) CLAMP (MAX (by_rate, peer->slow_start), MIN_PIPELINE, MAX_PIPELINE);
}

static void
refill (Swarm *self, SwarmPeer *peer)
{
  ShoalPieceBlock     blocks[MAX_PIPELINE];
  ShoalPieceRequester who = { .slot = peer->slot, .has = peer->has };
  guint               n_before, n, i;

  if (!peer->is_there || peer->is_choking)
    return;
  shoal_piece_ledger_get_requests (self->t.ledger, peer->slot, &n_before);
  n = get_pipeline (self, peer);
  if (n_before >= n)
    return;
  who.rate_bps = shoal_base_rate_get_bps (&peer->rate, self->now_usec);
  who.snubbed = peer->is_snubbed;
  who.on_parole = shoal_piece_blame_is_on_parole (self->blame, peer->sender);
  n = shoal_piece_picker_pick (self->t.picker, &who, n - n_before, blocks);
  for (i = 0; i < n; i++)
    {
      SwarmRequest request = { blocks[i], self->now_usec };

      g_assert_true (shoal_base_bitset_get (peer->has, blocks[i].piece));
      g_array_append_val (peer->queue, request);
    }
  if (n_before == 0)
    peer->last_usec = self->now_usec;
  schedule (self, peer);
}

static void
ban_all (Swarm *self, GArray *banned)
{
  guint i, j;

  for (i = 0; i < banned->len; i++)
    {
      ShoalPieceSender sender = g_array_index (banned, ShoalPieceSender, i);

      g_array_append_val (self->banned, sender);
      for (j = 0; j < self->n_peers; j++)
        if (self->peers[j].sender == sender)
          swarm_remove_peer (self, &self->peers[j]);
      shoal_piece_ledger_drop_sender (self->t.ledger, sender);
    }
}

/* The disk's part: looks whether all blocks are good, and digests them. */
static void
verify (Swarm *self, guint piece)
{
  guint                 n = shoal_codec_layout_get_n_blocks (self->t.layout, piece), i;
  g_autofree guint8   **blocks = g_new0 (guint8 *, n);
  g_autofree ShoalSha1 *digests = g_new0 (ShoalSha1, n);
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  const ShoalPieceSender *senders;
  gboolean                is_good = TRUE;

  shoal_piece_ledger_take_piece (self->t.ledger, piece, blocks);
  for (i = 0; i < n; i++)
    {
      if (blocks[i] == NULL)
        continue;
      g_assert_cmpmem (blocks[i], sizeof (guint32), &piece, sizeof piece);
      digests[i].bytes[0] = blocks[i][sizeof (ShoalPieceBlock)];
      is_good &= digests[i].bytes[0] != BAD;
      shoal_base_pool_give (self->t.pool, blocks[i]);
    }
  senders = shoal_piece_ledger_get_senders (self->t.ledger, piece, &n);
  if (is_good)
    {
      shoal_piece_blame_on_passed (self->blame, piece, senders, digests, n, banned);
      shoal_piece_ledger_on_verified (self->t.ledger, piece);
    }
  else
    {
      shoal_piece_blame_on_failed (self->blame, piece, senders, digests, n, banned);
      shoal_piece_ledger_on_failed (self->t.ledger, piece);
      self->n_spoilt++;
    }
  ban_all (self, banned);
}

/* Over the budget: the least active piece goes to disk. */
static void
write_early (Swarm *self)
{
  guint32             piece = shoal_piece_ledger_get_least_active (self->t.ledger);
  guint               n = shoal_codec_layout_get_n_blocks (self->t.layout, piece), i;
  g_autofree guint8 **blocks = g_new0 (guint8 *, n);

  self->n_early += shoal_piece_ledger_take_early (self->t.ledger, piece, blocks);
  for (i = 0; i < n; i++)
    if (blocks[i] != NULL)
      {
        ShoalPieceBlock block = { piece, i };

        shoal_base_pool_give (self->t.pool, blocks[i]);
        if (shoal_piece_ledger_on_written (self->t.ledger, block, TRUE) ==
            SHOAL_PIECE_BLOCK_COMPLETE)
          verify (self, piece);
      }
}

static void
watch_memory (Swarm *self)
{
  guint n_held = shoal_piece_ledger_get_n_held (self->t.ledger);

  self->most_held = MAX (self->most_held, n_held);
  self->most_open = MAX (self->most_open, shoal_piece_ledger_get_n_open (self->t.ledger));
  if (self->budget == 0)
    return;
  shoal_piece_picker_set_tight (self->t.picker, n_held > self->budget * 3 / 4);
  if (n_held >= self->budget)
    write_early (self);
}

static gboolean
is_spoilt (const SwarmPeer *peer, ShoalPieceBlock block)
{
  return peer->is_poisoner && (block.piece + block.block) % 16 == 1;
}

static void
on_arrival (Swarm *self, SwarmPeer *peer)
{
  SwarmRequest      request = g_array_index (peer->queue, SwarmRequest, 0);
  guint8           *data = shoal_base_pool_take (self->t.pool);
  ShoalPieceArrival arrival;
  guint             i;

  g_array_remove_index (peer->queue, 0);
  memcpy (data, &request.block, sizeof request.block);
  data[sizeof request.block] = is_spoilt (peer, request.block) ? BAD : 0;
  shoal_base_rate_add (&peer->rate, self->now_usec, SHOAL_BASE_BLOCK_SIZE);
  peer->last_usec = self->now_usec;
  peer->is_snubbed = FALSE;
  peer->slow_start += peer->n_sent < 200;
  if (++peer->n_sent >= 200)
    peer->slow_start = 0;
  shoal_piece_ledger_on_block (self->t.ledger, peer->slot, request.block, data, &arrival);
  if (arrival.outcome > SHOAL_PIECE_BLOCK_COMPLETE)
    {
      shoal_base_pool_give (self->t.pool, data);
      self->n_wasted++;
    }
  watch_memory (self);
  for (i = 0; i < arrival.n_cancel; i++)
    cancel (&self->peers[arrival.cancel[i]], request.block);
  if (arrival.outcome == SHOAL_PIECE_BLOCK_COMPLETE)
    verify (self, request.block.piece);
  schedule (self, peer);
  refill (self, peer);
  for (i = 0; i < arrival.n_cancel; i++)
    refill (self, &self->peers[arrival.cancel[i]]);
}

static void
on_tick (Swarm *self)
{
  guint i;

  for (i = 0; i < self->n_peers; i++)
    {
      SwarmPeer *peer = &self->peers[i];

      if (peer->is_there && peer->queue->len > 0 && !peer->is_snubbed &&
          self->now_usec - peer->last_usec >= SNUB)
        {
          peer->is_snubbed = TRUE;
          shoal_piece_ledger_forget_requests (self->t.ledger, peer->slot);
          g_array_set_size (peer->queue, peer->node.place != 0);
        }
    }
  for (i = 0; i < self->n_peers; i++)
    refill (self, &self->peers[i]);
  shoal_piece_ledger_check (self->t.ledger);
}

gboolean
swarm_run (Swarm *self, guint seconds)
{
  gint64 end_usec = self->now_usec + seconds * SECOND;

  while (self->now_usec < end_usec && !shoal_piece_map_is_finished (self->t.map))
    {
      ShoalBaseHeapNode *next = shoal_base_heap_peek (self->heap);

      if (next == NULL || next->key >= self->tick_usec)
        {
          self->now_usec = self->tick_usec;
          self->tick_usec += TICK;
          on_tick (self);
          continue;
        }
      self->now_usec = next->key;
      shoal_base_heap_remove (self->heap, next);
      on_arrival (self, (SwarmPeer *) (gpointer) next);
    }
  return shoal_piece_map_is_finished (self->t.map);
}
