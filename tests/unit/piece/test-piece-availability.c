/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-availability.h"

#include <string.h>

#include "piece-fixture.h"

/* Which pieces may come out, as a picture. @openable and @counts: digits, a priority and a number
 * of peers for each piece. */
static const struct
{
  const char        *openable;
  const char        *counts;
  const char        *has;
  ShoalPiecePriority priority;
  ShoalPieceOrder    order;
  const char        *expected;
} choices[] = {
  { "2222", "3123", "####", 2, SHOAL_PIECE_ORDER_RAREST, ".#.." },
  { "2222", "3123", "#.##", 2, SHOAL_PIECE_ORDER_RAREST, "..#." },
  { "2222", "2112", "####", 2, SHOAL_PIECE_ORDER_RAREST, ".##." },
  { "2222", "2112", "####", 2, SHOAL_PIECE_ORDER_COMMONEST, "#..#" },
  { "2202", "2112", "####", 2, SHOAL_PIECE_ORDER_RAREST, ".#.." },
  { "3211", "2112", "####", 1, SHOAL_PIECE_ORDER_RAREST, "..#." },
  { "3211", "2112", "####", 3, SHOAL_PIECE_ORDER_RAREST, "#..." },
  { "0000", "1111", "####", 2, SHOAL_PIECE_ORDER_RAREST, "...." },
  { "2222", "1111", "....", 2, SHOAL_PIECE_ORDER_RAREST, "...." },
  { "2222", "1234", "####", 2, SHOAL_PIECE_ORDER_RANDOM, "####" },
  { "2202", "1234", ".###", 2, SHOAL_PIECE_ORDER_RANDOM, ".#.#" },
  { "2202", "1234", "..##", 2, SHOAL_PIECE_ORDER_FIRST, "...#" },
  { "2202", "4321", "####", 2, SHOAL_PIECE_ORDER_FIRST, "#..." },
};

static void
test_choose (void)
{
  guint c, i;

  for (c = 0; c < G_N_ELEMENTS (choices); c++)
    {
      guint           n = (guint) strlen (choices[c].openable);
      ShoalBaseRandom random;
      g_autoptr (ShoalPieceAvailability) availability = NULL;
      g_autoptr (ShoalBaseBitset) has = bits_from_picture (choices[c].has);
      g_autofree char *seen = g_strnfill (n, '.');

      shoal_base_random_init (&random, c);
      availability = shoal_piece_availability_new (n, &random);
      for (i = 0; i < n; i++)
        {
          guint peer;

          shoal_piece_availability_set_openable (availability, i, choices[c].openable[i] - '0');
          for (peer = 0; peer < choices[c].counts[i] - '0'; peer++)
            {
              g_autoptr (ShoalBaseBitset) one = shoal_base_bitset_new (n);

              shoal_base_bitset_set (one, i, TRUE);
              shoal_piece_availability_add (availability, one);
            }
        }
      for (i = 0; i < 100; i++)
        {
          guint32 piece = shoal_piece_availability_choose (
              availability, has, choices[c].priority, choices[c].order);

          if (piece != SHOAL_PIECE_NONE)
            seen[piece] = '#';
        }
      g_assert_cmpstr (seen, ==, choices[c].expected);
      shoal_piece_availability_check (availability);
    }
}

/* A peer with all pieces is one number; how it came to have them does not matter. */
static void
test_seeds (void)
{
  ShoalBaseRandom random;
  g_autoptr (ShoalPieceAvailability) availability = NULL;
  g_autoptr (ShoalBaseBitset) seed = bits_from_picture ("####");
  g_autoptr (ShoalBaseBitset) grows = bits_from_picture (".##.");

  shoal_base_random_init (&random, 1);
  availability = shoal_piece_availability_new (4, &random);
  shoal_piece_availability_add (availability, seed);
  shoal_piece_availability_add (availability, grows);
  g_assert_cmpuint (shoal_piece_availability_get_n_seeds (availability), ==, 1);
  g_assert_cmpuint (shoal_piece_availability_get (availability, 0), ==, 1);
  g_assert_cmpuint (shoal_piece_availability_get (availability, 1), ==, 2);
  g_assert_cmpfloat (shoal_piece_availability_get_copies (availability), ==, 1.5);

  g_assert_false (shoal_piece_availability_gain (availability, grows, 1));
  g_assert_true (shoal_piece_availability_gain (availability, grows, 0));
  g_assert_true (shoal_piece_availability_gain (availability, grows, 3));
  g_assert_true (shoal_base_bitset_is_full (grows));
  g_assert_cmpuint (shoal_piece_availability_get_n_seeds (availability), ==, 2);
  g_assert_cmpuint (shoal_piece_availability_get (availability, 1), ==, 2);

  g_assert_true (shoal_piece_availability_lose (availability, grows, 2));
  g_assert_false (shoal_piece_availability_lose (availability, grows, 2));
  g_assert_cmpuint (shoal_piece_availability_get_n_seeds (availability), ==, 1);
  g_assert_cmpuint (shoal_piece_availability_get (availability, 2), ==, 1);
  g_assert_cmpuint (shoal_piece_availability_get (availability, 3), ==, 2);
  shoal_piece_availability_remove (availability, grows);
  shoal_piece_availability_remove (availability, seed);
  g_assert_cmpfloat (shoal_piece_availability_get_copies (availability), ==, 0);
  shoal_piece_availability_check (availability);
}

#define N_PIECES 200
#define N_PEERS  12

typedef struct
{
  ShoalPieceAvailability *availability;
  ShoalBaseRandom         random;
  ShoalBaseBitset        *peers[N_PEERS]; /* NULL: not there */
  guint8                  openable[N_PIECES];
} Model;

static guint
count_of (const Model *model, guint piece)
{
  guint n = 0, i;

  for (i = 0; i < N_PEERS; i++)
    n += model->peers[i] != NULL && shoal_base_bitset_get (model->peers[i], piece);
  return n;
}

static ShoalBaseBitset *
new_random_bits (ShoalBaseRandom *random)
{
  ShoalBaseBitset *bits = shoal_base_bitset_new (N_PIECES);
  guint            share = shoal_base_random_below (random, 5), i;

  for (i = 0; i < N_PIECES; i++)
    shoal_base_bitset_set (bits, i, shoal_base_random_below (random, 4) < share);
  return bits;
}

static void
change_peer (Model *model, guint peer)
{
  guint piece = shoal_base_random_below (&model->random, N_PIECES);

  if (model->peers[peer] == NULL)
    {
      model->peers[peer] = new_random_bits (&model->random);
      shoal_piece_availability_add (model->availability, model->peers[peer]);
      return;
    }
  switch (shoal_base_random_below (&model->random, 8))
    {
    case 0:
      shoal_piece_availability_remove (model->availability, model->peers[peer]);
      g_clear_pointer (&model->peers[peer], shoal_base_bitset_free);
      break;
    case 1:
      shoal_piece_availability_lose (model->availability, model->peers[peer], piece);
      break;
    default:
      shoal_piece_availability_gain (model->availability, model->peers[peer], piece);
      break;
    }
}

/* What is chosen is openable, the peer has it, and while buckets are small and nothing is stale no
 * better one exists. NONE only if there is none. */
static void
choose_one (Model *model, const ShoalBaseBitset *has)
{
  ShoalPiecePriority priority = 1 + shoal_base_random_below (&model->random, 3);
  ShoalPieceOrder    order = shoal_base_random_below (&model->random, 4);
  guint32 chosen = shoal_piece_availability_choose (model->availability, has, priority, order);
  guint   n_possible = 0, i;

  for (i = 0; i < N_PIECES; i++)
    {
      if (model->openable[i] != priority || !shoal_base_bitset_get (has, i))
        continue;
      n_possible++;
      g_assert_cmpuint (chosen, !=, SHOAL_PIECE_NONE);
      if (order == SHOAL_PIECE_ORDER_RAREST)
        g_assert_cmpuint (count_of (model, chosen), <=, count_of (model, i));
      if (order == SHOAL_PIECE_ORDER_COMMONEST)
        g_assert_cmpuint (count_of (model, chosen), >=, count_of (model, i));
      if (order == SHOAL_PIECE_ORDER_FIRST)
        g_assert_cmpuint (chosen, <=, i);
    }
  if (n_possible == 0)
    {
      g_assert_cmpuint (chosen, ==, SHOAL_PIECE_NONE);
      return;
    }
  g_assert_true (shoal_base_bitset_get (has, chosen));
  g_assert_cmpuint (model->openable[chosen], ==, priority);
}

static void
test_random (void)
{
  Model model = { 0 };
  guint step, i;

  shoal_base_random_init (&model.random, 5);
  model.availability = shoal_piece_availability_new (N_PIECES, &model.random);
  for (step = 0; step < 4000; step++)
    {
      guint peer = shoal_base_random_below (&model.random, N_PEERS);
      guint piece = shoal_base_random_below (&model.random, N_PIECES);

      change_peer (&model, peer);
      model.openable[piece] = (guint8) shoal_base_random_below (&model.random, 4);
      shoal_piece_availability_set_openable (model.availability, piece, model.openable[piece]);
      if (step % 400 == 0)
        shoal_piece_availability_forget_order (model.availability);
      if (model.peers[peer] != NULL)
        choose_one (&model, model.peers[peer]);
      shoal_piece_availability_check (model.availability);
      g_assert_cmpuint (
          shoal_piece_availability_get (model.availability, piece), ==, count_of (&model, piece));
    }
  for (i = 0; i < N_PEERS; i++)
    g_clear_pointer (&model.peers[i], shoal_base_bitset_free);
  shoal_piece_availability_free (model.availability);
}

/* In a large bucket a peer with one piece only is still served. */
static void
test_needle (void)
{
  ShoalBaseRandom random;
  g_autoptr (ShoalPieceAvailability) availability = NULL;
  g_autoptr (ShoalBaseBitset) has = shoal_base_bitset_new (100000);
  guint i;

  shoal_base_random_init (&random, 1);
  availability = shoal_piece_availability_new (100000, &random);
  for (i = 0; i < 100000; i++)
    shoal_piece_availability_set_openable (availability, i, SHOAL_PIECE_PRIORITY_LOW);
  shoal_base_bitset_set (has, 77777, TRUE);
  for (i = 0; i < 50; i++)
    {
      g_assert_cmpuint (
          shoal_piece_availability_choose (availability, has, SHOAL_PIECE_PRIORITY_LOW, i % 4),
          ==,
          77777);
      g_assert_cmpuint (
          shoal_piece_availability_choose (availability, has, SHOAL_PIECE_PRIORITY_HIGH, i % 4),
          ==,
          SHOAL_PIECE_NONE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/availability/choose", test_choose);
  g_test_add_func ("/piece/availability/seeds", test_seeds);
  g_test_add_func ("/piece/availability/random", test_random);
  g_test_add_func ("/piece/availability/needle", test_needle);
  return g_test_run ();
}
