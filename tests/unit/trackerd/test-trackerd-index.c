/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>

#include "base/shoal-base-random.h"
#include "trackerd/shoal-trackerd-hash.h"
#include "trackerd/shoal-trackerd-index.h"

/* From the paper's reference implementation: key 00 … 0f, input 00, 01, 02 … */
static void
test_vectors (void)
{
  static const struct
  {
    gsize   len;
    guint64 expected;
  } rows[] = {
    { 0, G_GUINT64_CONSTANT (0x726fdb47dd0e0e31) },
    { 8, G_GUINT64_CONSTANT (0x93f5f5799a932462) },
    { 15, G_GUINT64_CONSTANT (0xa129ca6149be45e5) },
  };
  ShoalTrackerdKey key = { { G_GUINT64_CONSTANT (0x0706050403020100),
                             G_GUINT64_CONSTANT (0x0f0e0d0c0b0a0908) } };
  guint8           input[16];
  guint            i;

  for (i = 0; i < sizeof input; i++)
    input[i] = (guint8) i;
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmphex (shoal_trackerd_hash (&key, input, rows[i].len), ==, rows[i].expected);
}

#define N_PLACES 2000

/* Elements are numbers; few distinct hashes make long runs. */
static guint32
hash_number (gconstpointer owner, guint32 place)
{
  return ((const guint32 *) owner)[place] % 37 * 61;
}

static gboolean
matches_number (gconstpointer owner, guint32 place, gconstpointer key)
{
  return ((const guint32 *) owner)[place] == *(const guint32 *) key;
}

static const ShoalTrackerdIndexOps ops = { hash_number, matches_number };

static void
check_all (const ShoalTrackerdIndex *index, const guint32 *numbers, const gboolean *is_there)
{
  guint32 place, n = 0;

  for (place = 0; place < N_PLACES; place++)
    {
      guint32 found = shoal_trackerd_index_find (
          index, hash_number (numbers, place), &numbers[place], &ops, numbers);

      g_assert_cmpuint (found, ==, is_there[place] ? place : SHOAL_TRACKERD_INDEX_NONE);
      n += is_there[place];
    }
  g_assert_cmpuint (index->n, ==, n);
}

static void
test_index (void)
{
  ShoalTrackerdIndex index = { 0 };
  ShoalBaseRandom    random;
  guint32            numbers[N_PLACES];
  gboolean           is_there[N_PLACES] = { FALSE };
  guint              i;

  shoal_base_random_init (&random, 7);
  for (i = 0; i < N_PLACES; i++)
    numbers[i] = i * 7919;
  for (i = 0; i < 20000; i++)
    {
      guint32 place = shoal_base_random_below (&random, i % 8000 < 4000 ? N_PLACES : 50);

      if (is_there[place])
        shoal_trackerd_index_remove (&index, place, &ops, numbers);
      else
        shoal_trackerd_index_add (&index, place, &ops, numbers);
      is_there[place] = !is_there[place];
      if (i % 500 == 0)
        check_all (&index, numbers, is_there);
    }
  for (i = 0; i < N_PLACES; i++)
    if (is_there[i])
      shoal_trackerd_index_remove (&index, i, &ops, numbers);
  g_assert_null (index.slots);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trackerd/hash/vectors", test_vectors);
  g_test_add_func ("/trackerd/index/random", test_index);
  return g_test_run ();
}
