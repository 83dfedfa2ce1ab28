/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-buckets.h"

#include "base/shoal-base-random.h"

#define N_PIECES 300
#define N_KEYS   12
#define OUTSIDE  G_MAXUINT16

/* Each piece that the model has lies in the bucket of its key, and nothing else does. */
static void
check (const ShoalPieceBuckets *buckets, const guint16 *model)
{
  guint n_seen = 0, n_model = 0, k, i, n;

  for (k = 0; k < shoal_piece_buckets_get_n (buckets); k++)
    {
      const guint32 *pieces = shoal_piece_buckets_get (buckets, k, &n);

      n_seen += n;
      for (i = 0; i < n; i++)
        {
          g_assert_cmpuint (model[pieces[i]], ==, k);
          g_assert_cmpuint (shoal_piece_buckets_find (buckets, pieces[i]), ==, k);
        }
    }
  for (i = 0; i < N_PIECES; i++)
    n_model += model[i] != OUTSIDE;
  g_assert_cmpuint (n_seen, ==, n_model);
}

static void
test_random (void)
{
  ShoalPieceBuckets buckets;
  ShoalBaseRandom   random;
  guint32           places[N_PIECES] = { 0 };
  guint16           model[N_PIECES];
  guint             i;
  g_autoptr (ShoalBaseBitset) pieces = shoal_base_bitset_new (N_PIECES);

  shoal_base_random_init (&random, 3);
  shoal_piece_buckets_init (&buckets);
  for (i = 0; i < N_PIECES; i++)
    model[i] =
        shoal_base_random_below (&random, 2) ? shoal_base_random_below (&random, 4) : OUTSIDE;
  for (i = 0; i < N_PIECES; i++)
    shoal_base_bitset_set (pieces, i, model[i] != OUTSIDE);
  shoal_piece_buckets_build (&buckets, pieces, model, places);
  check (&buckets, model);
  for (i = 0; i < 20000; i++)
    {
      guint   piece = shoal_base_random_below (&random, N_PIECES);
      guint16 key = (guint16) shoal_base_random_below (&random, N_KEYS);

      if (model[piece] == OUTSIDE)
        shoal_piece_buckets_insert (&buckets, piece, key);
      else if (shoal_base_random_below (&random, 3) == 0)
        shoal_piece_buckets_remove (&buckets, piece), key = OUTSIDE;
      else
        shoal_piece_buckets_move (&buckets, piece, key);
      model[piece] = key;
      if (i % 97 == 0)
        check (&buckets, model);
    }
  check (&buckets, model);
  shoal_piece_buckets_clear (&buckets);
}

static void
test_empty (void)
{
  ShoalPieceBuckets buckets;
  guint32           places[4] = { 0 };
  guint16           keys[4] = { 0 };
  g_autoptr (ShoalBaseBitset) none = shoal_base_bitset_new (4);
  guint n;

  shoal_piece_buckets_init (&buckets);
  g_assert_cmpuint (shoal_piece_buckets_get_n (&buckets), ==, 0);
  shoal_piece_buckets_build (&buckets, none, keys, places);
  g_assert_cmpuint (shoal_piece_buckets_get_n (&buckets), ==, 0);
  shoal_piece_buckets_insert (&buckets, 2, 3);
  g_assert_cmpuint (shoal_piece_buckets_get_n (&buckets), ==, 4);
  g_assert_cmpuint (shoal_piece_buckets_get (&buckets, 3, &n)[0], ==, 2);
  g_assert_cmpuint (n, ==, 1);
  shoal_piece_buckets_remove (&buckets, 2);
  shoal_piece_buckets_get (&buckets, 3, &n);
  g_assert_cmpuint (n, ==, 0);
  shoal_piece_buckets_clear (&buckets);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/buckets/random", test_random);
  g_test_add_func ("/piece/buckets/empty", test_empty);
  return g_test_run ();
}
