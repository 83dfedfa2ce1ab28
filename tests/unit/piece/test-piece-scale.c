/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece-fixture.h"

/* What operations cost at 1×, 32× and 1024× the pieces. Printed, not asserted: the machine is
 * shared. What is asserted is that everything still fits together at that size. */

#define N_PEERS 50
#define N_OPS   2000

typedef struct
{
  Torrent          t;
  guint            n_pieces;
  ShoalBaseBitset *has[N_PEERS];
  guint            hint[N_PEERS];
  guint            step;
} Scale;

typedef void (*ScaleFunc) (Scale *scale);

static void
measure (Scale *scale, const char *name, ScaleFunc func, guint n)
{
  gint64 start_usec = g_get_monotonic_time ();
  guint  i;

  for (i = 0; i < n; i++)
    {
      scale->step = i;
      func (scale);
    }
  g_test_message ("%8u pieces  %-34s %10.3f us",
                  scale->n_pieces,
                  name,
                  (double) (g_get_monotonic_time () - start_usec) / n);
}

static void
add_peer (Scale *scale)
{
  guint share = scale->step * 100 / N_PEERS, i;

  scale->has[scale->step] = shoal_base_bitset_new (scale->n_pieces);
  for (i = 0; i < scale->n_pieces; i++)
    shoal_base_bitset_set (
        scale->has[scale->step], i, shoal_base_random_below (&scale->t.random, 100) < share);
  shoal_piece_ledger_add_slot (scale->t.ledger, scale->step, 1 + scale->step);
}

static void
count_peer (Scale *scale)
{
  shoal_piece_availability_add (scale->t.availability, scale->has[scale->step]);
}

static void
recount_peer (Scale *scale)
{
  guint peer = scale->step % N_PEERS;

  shoal_piece_availability_remove (scale->t.availability, scale->has[peer]);
  shoal_piece_availability_add (scale->t.availability, scale->has[peer]);
}

static void
have_message (Scale *scale)
{
  guint peer = scale->step % N_PEERS;

  shoal_piece_availability_gain (scale->t.availability,
                                 scale->has[peer],
                                 shoal_base_random_below (&scale->t.random, scale->n_pieces));
}

static void
pick_one (Scale *scale)
{
  guint               peer = scale->step % N_PEERS;
  ShoalPieceRequester who = { .slot = peer, .has = scale->has[peer], .rate_bps = 100000 };
  ShoalPieceBlock     block;

  shoal_piece_picker_pick (scale->t.picker, &who, 1, &block);
}

static void
pick_and_fetch (Scale *scale)
{
  guint               peer = N_PEERS - 1 - scale->step % 10;
  ShoalPieceRequester who = { .slot = peer, .has = scale->has[peer], .rate_bps = 100000 };
  ShoalPieceBlock     blocks[8];
  guint               n = shoal_piece_picker_pick (scale->t.picker, &who, 8, blocks), i;

  for (i = 0; i < n; i++)
    if (torrent_deliver (&scale->t, peer, blocks[i]).outcome == SHOAL_PIECE_BLOCK_COMPLETE)
      {
        torrent_take (&scale->t, blocks[i].piece);
        shoal_piece_ledger_on_verified (scale->t.ledger, blocks[i].piece);
      }
}

static void
rejoin_and_pick (Scale *scale)
{
  if (scale->step % 100 == 0)
    recount_peer (scale);
  pick_and_fetch (scale);
}

static void
ask_interest (Scale *scale)
{
  guint peer = scale->step % N_PEERS;

  shoal_piece_map_is_interesting (scale->t.map, scale->has[peer], &scale->hint[peer]);
}

static void
change_priority (Scale *scale)
{
  shoal_piece_map_set_priority (
      scale->t.map, 0, scale->n_pieces / 2, 1 + scale->step % SHOAL_PIECE_PRIORITY_HIGH);
}

static void
test_scale (gconstpointer data)
{
  Scale  scale = { .n_pieces = GPOINTER_TO_UINT (data) };
  gint64 start_usec = g_get_monotonic_time ();
  guint  i;

  torrent_init (&scale.t, scale.n_pieces, 2, 1);
  g_test_message ("%8u pieces  %-34s %10.3f us",
                  scale.n_pieces,
                  "make map, ledger and picker",
                  (double) (g_get_monotonic_time () - start_usec));
  for (i = 0; i < N_PEERS; i++)
    {
      scale.step = i;
      add_peer (&scale);
    }
  measure (&scale, "count the bitfield of a peer", count_peer, N_PEERS);
  measure (&scale, "first pick makes the order", pick_one, 1);
  measure (&scale, "pick one block", pick_one, N_OPS);
  measure (&scale, "pick 8 blocks, fetch, verify", pick_and_fetch, N_OPS / 10);
  measure (&scale, "the same, a peer rejoins each 100", rejoin_and_pick, N_OPS / 10);
  measure (&scale, "a have message", have_message, N_OPS);
  measure (&scale, "is a peer interesting", ask_interest, N_OPS);
  measure (&scale, "priority of half the pieces", change_priority, 3);
  measure (&scale, "pick after that", pick_one, 1);
  torrent_clear (&scale.t);
  for (i = 0; i < N_PEERS; i++)
    shoal_base_bitset_free (scale.has[i]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/piece/scale/2048", GUINT_TO_POINTER (1u << 11), test_scale);
  g_test_add_data_func ("/piece/scale/65536", GUINT_TO_POINTER (1u << 16), test_scale);
#if !SHOAL_WITH_INVARIANTS
  g_test_add_data_func ("/piece/scale/2097152", GUINT_TO_POINTER (1u << 21), test_scale);
#endif
  return g_test_run ();
}
