/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece-swarm.h"

#define KB     1000
#define MB     (1000 * 1000)
#define SECOND ((gint64) G_USEC_PER_SEC)

static double
get_seconds (const Swarm *s)
{
  return (s->now_usec - SECOND) / (double) SECOND;
}

static guint
count_blocks (const Swarm *s)
{
  return (guint) (shoal_piece_map_get_bytes_had (s->t.map) / SHOAL_BASE_BLOCK_SIZE);
}

/* 20 peers of unequal speed, all with everything or some with half of it, finish within 1.3 × the
 * time that their speeds together allow, and the end game wastes little. */
static void
test_unequal (void)
{
  static const struct
  {
    guint n_pieces, n_blocks, missing_100;
    guint slowest, fastest; /* bytes per second */
  } rows[] = {
    { 500, 32, 0, 20 * KB, 2 * MB },  { 500, 32, 50, 20 * KB, 2 * MB },
    { 60, 256, 0, 20 * KB, 2 * MB },  { 4000, 4, 30, 20 * KB, 2 * MB },
    { 20, 1024, 0, 50 * KB, 2 * MB }, { 500, 32, 0, 5 * KB, 5 * MB },
    { 16000, 1, 0, 20 * KB, 2 * MB }, { 300, 16, 30, 2 * KB, 1 * MB },
  };
  guint r, i;

  for (r = 0; r < G_N_ELEMENTS (rows); r++)
    {
      Swarm  s;
      double ideal, ratio, bps = 0;
      guint  n_wasted_max;

      /* Invariants walk all pieces at every call; a build without them runs these rows. */
      if (SHOAL_WITH_INVARIANTS && rows[r].n_pieces > 1000)
        continue;
      swarm_init (&s, rows[r].n_pieces, rows[r].n_blocks, r);
      for (i = 0; i < 20; i++)
        {
          double     speed = rows[r].slowest;
          SwarmPeer *peer;
          guint      k;

          /* Each a fixed factor faster than the one before, over the whole span. */
          for (k = 0; k < i; k++)
            speed *= rows[r].fastest / rows[r].slowest > 200 ? 1.44 : 1.274;
          peer = swarm_add_peer (&s, (guint64) speed, i % 2 ? rows[r].missing_100 : 0);
          bps += peer->bps;
        }
      ideal = rows[r].n_pieces * rows[r].n_blocks * (double) SHOAL_BASE_BLOCK_SIZE / bps;
      g_assert_true (swarm_run (&s, 3600));
      ratio = get_seconds (&s) / ideal;
      n_wasted_max = count_blocks (&s) / 100 + 40;
      g_test_message ("%u pieces of %u blocks: %.1f s, ideal %.1f s, ratio %.2f; wasted %u of %u; "
                      "at most %u blocks held, %u pieces open",
                      rows[r].n_pieces,
                      rows[r].n_blocks,
                      get_seconds (&s),
                      ideal,
                      ratio,
                      s.n_wasted,
                      count_blocks (&s),
                      s.most_held,
                      s.most_open);
      g_assert_cmpfloat (ratio, <=, 1.3);
      g_assert_cmpuint (s.n_wasted, <=, n_wasted_max);
      swarm_clear (&s);
    }
}

/* 30 peers at 20 kB/s, pieces of 16 MiB, 16 MiB of memory: it completes, within the budget, and as
 * fast as they can send. */
static void
test_memory (void)
{
  Swarm  s;
  guint  i;
  double ideal = 6 * 1024 * (double) SHOAL_BASE_BLOCK_SIZE / (30 * 20 * KB);

  swarm_init (&s, 6, 1024, 1);
  s.budget = 1024;
  for (i = 0; i < 30; i++)
    swarm_add_peer (&s, 20 * KB, i % 3 == 0 ? 30 : 0);
  g_assert_true (swarm_run (&s, 3600));
  g_test_message ("%.1f s, ideal %.1f s; %u blocks written early; %u held, %u pieces open",
                  get_seconds (&s),
                  ideal,
                  s.n_early,
                  s.most_held,
                  s.most_open);
  g_assert_cmpuint (s.most_held, <=, s.budget);
  g_assert_cmpfloat (get_seconds (&s), <=, 1.3 * ideal);
  swarm_clear (&s);
}

/* Fast peers with large pieces each have one to themselves until memory is short. */
static void
test_memory_fast (void)
{
  Swarm s;
  guint i;

  swarm_init (&s, 100, 256, 1);
  s.budget = 1024;
  for (i = 0; i < 20; i++)
    swarm_add_peer (&s, 1 * MB, 0);
  g_assert_true (swarm_run (&s, 3600));
  g_assert_cmpuint (s.most_held, <=, s.budget);
  swarm_clear (&s);
}

/* One that takes requests and sends nothing holds nobody up longer than until it is snubbed. */
static void
test_withholder (void)
{
  Swarm      s;
  SwarmPeer *silent;
  guint      i;

  swarm_init (&s, 100, 16, 1);
  silent = swarm_add_peer (&s, 1 * MB, 0);
  silent->is_silent = TRUE;
  for (i = 0; i < 5; i++)
    swarm_add_peer (&s, 100 * KB, 0);
  g_assert_true (swarm_run (&s, 3600));
  g_assert_cmpfloat (get_seconds (&s), <=, 1.3 * 100 * 16 * SHOAL_BASE_BLOCK_SIZE / (500.0 * KB));
  swarm_clear (&s);

  /* Alone with it, nothing comes; when another one arrives, all does. */
  swarm_init (&s, 10, 16, 1);
  silent = swarm_add_peer (&s, 1 * MB, 0);
  silent->is_silent = TRUE;
  g_assert_false (swarm_run (&s, 60));
  g_assert_true (silent->is_snubbed);
  swarm_add_peer (&s, 100 * KB, 0);
  g_assert_true (swarm_run (&s, 60));
  swarm_clear (&s);
}

/* One of ten spoils a block of each piece it can: only it is banned, and the rest is done. */
static void
test_poisoner (void)
{
  static const struct
  {
    guint n_pieces, n_blocks;
    guint bps; /* of all */
  } rows[] = {
    { 200, 16, 200 * KB }, { 50, 64, 20 * KB }, { 30, 256, 2 * MB }, { 20, 1024, 50 * KB }
  };
  guint r, seed, i;

  for (r = 0; r < G_N_ELEMENTS (rows); r++)
    for (seed = 0; seed < (SHOAL_WITH_INVARIANTS ? 2 : 5); seed++)
      {
        Swarm      s;
        SwarmPeer *poisoner = NULL;

        swarm_init (&s, rows[r].n_pieces, rows[r].n_blocks, seed);
        for (i = 0; i < 10; i++)
          {
            SwarmPeer *peer = swarm_add_peer (&s, rows[r].bps, 0);

            if (i == seed)
              poisoner = peer;
          }
        poisoner->is_poisoner = TRUE;
        g_assert_true (swarm_run (&s, 7200));
        g_test_message ("%u pieces of %u blocks: %u pieces spoilt, %u banned",
                        rows[r].n_pieces,
                        rows[r].n_blocks,
                        s.n_spoilt,
                        s.banned->len);
        g_assert_cmpuint (s.n_spoilt, >, 0);
        g_assert_cmpuint (s.banned->len, >, 0);
        for (i = 0; i < s.banned->len; i++)
          g_assert_cmpuint (g_array_index (s.banned, ShoalPieceSender, i), ==, poisoner->sender);
        swarm_clear (&s);
      }
}

/* Peers come, go, choke and unchoke all the time: it is done in the end. */
static void
test_churn (void)
{
  guint seed, i, step;

  for (seed = 0; seed < 10; seed++)
    {
      Swarm s;

      swarm_init (&s, 150, 8, seed);
      swarm_add_peer (&s, 50 * KB, 0);
      for (i = 1; i < 10; i++)
        swarm_add_peer (&s, 10 * KB * i, 50);
      for (step = 0; step < 2000 && !swarm_run (&s, 1); step++)
        {
          SwarmPeer *peer = &s.peers[shoal_base_random_below (&s.random, s.n_peers)];

          if (!peer->is_there || peer->slot == 0)
            continue;
          if (s.n_peers < SWARM_MAX_PEERS && shoal_base_random_below (&s.random, 10) == 0)
            {
              swarm_remove_peer (&s, peer);
              swarm_add_peer (&s, 50 * KB, 50);
              continue;
            }
          peer->is_choking = !peer->is_choking;
          if (peer->is_choking)
            {
              shoal_piece_ledger_forget_requests (s.t.ledger, peer->slot);
              /* What is on its way comes all the same. */
              g_array_set_size (peer->queue, peer->node.place != 0);
            }
        }
      g_assert_true (shoal_piece_map_is_finished (s.t.map));
      swarm_clear (&s);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/swarm/unequal", test_unequal);
  g_test_add_func ("/piece/swarm/memory", test_memory);
  g_test_add_func ("/piece/swarm/memory-fast", test_memory_fast);
  g_test_add_func ("/piece/swarm/withholder", test_withholder);
  g_test_add_func ("/piece/swarm/poisoner", test_poisoner);
  g_test_add_func ("/piece/swarm/churn", test_churn);
  return g_test_run ();
}
