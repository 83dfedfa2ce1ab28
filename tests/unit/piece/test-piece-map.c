/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-map.h"

#include <string.h>

#include "piece-fixture.h"

#define PIECE_SIZE (4u * SHOAL_BASE_BLOCK_SIZE)

static void
test_bytes (void)
{
  const ShoalCodecFile file = { .path = "file", .length = 3 * PIECE_SIZE + 100 };
  Torrent              t;

  torrent_init_files (&t, &file, 1, 4, 1);
  g_assert_cmpuint (shoal_piece_map_get_bytes_left (t.map), ==, file.length);
  g_assert_cmpuint (shoal_piece_map_get_bytes_wanted (t.map), ==, file.length);
  shoal_piece_map_gain (t.map, 3);
  shoal_piece_map_gain (t.map, 3);
  g_assert_cmpuint (shoal_piece_map_get_bytes_had (t.map), ==, 100);
  torrent_set_priorities (&t, "20..");
  g_assert_cmpuint (shoal_piece_map_get_bytes_wanted (t.map), ==, 2 * PIECE_SIZE);
  g_assert_cmpuint (shoal_piece_map_get_bytes_left (t.map), ==, 3 * PIECE_SIZE);
  shoal_piece_map_gain (t.map, 1);
  shoal_piece_map_gain (t.map, 0);
  g_assert_false (shoal_piece_map_is_finished (t.map));
  shoal_piece_map_gain (t.map, 2);
  g_assert_true (shoal_piece_map_is_finished (t.map));
  shoal_piece_map_lose (t.map, 0);
  shoal_piece_map_lose (t.map, 0);
  g_assert_false (shoal_piece_map_is_finished (t.map));
  g_assert_cmpint (shoal_piece_map_get_state (t.map, 0), ==, SHOAL_PIECE_MISSING);
  torrent_clear (&t);
}

static void
test_load (void)
{
  Torrent t;
  g_autoptr (ShoalBaseBitset) have = bits_from_picture ("#..#.#");

  torrent_init (&t, 6, 4, 1);
  torrent_set_have (&t, ".#....");
  shoal_piece_map_load_have (t.map, have);
  g_assert_true (shoal_base_bitset_equal (have, shoal_piece_map_get_have (t.map)));
  g_assert_cmpuint (shoal_piece_map_get_bytes_had (t.map), ==, 3 * PIECE_SIZE);
  torrent_clear (&t);
}

/* The hint makes it cheap, and never wrong. */
static void
test_interest (void)
{
  static const struct
  {
    const char *have;
    const char *priorities;
    const char *has;
    gboolean    expected;
  } rows[] = {
    { "......", "222222", "......", FALSE }, { "......", "222222", "#.....", TRUE },
    { "#.....", "222222", "#.....", FALSE }, { "#.....", "222222", "#....#", TRUE },
    { "......", "022222", "#.....", FALSE }, { "......", "022220", "#...##", TRUE },
    { "######", "222222", "######", FALSE }, { "......", "000000", "######", FALSE },
  };
  guint i, hint;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    for (hint = 0; hint < 8; hint++)
      {
        Torrent t;
        guint   kept = hint;
        g_autoptr (ShoalBaseBitset) has = bits_from_picture (rows[i].has);

        torrent_init (&t, 6, 4, 1);
        torrent_set_have (&t, rows[i].have);
        torrent_set_priorities (&t, rows[i].priorities);
        g_assert_cmpint (shoal_piece_map_is_interesting (t.map, has, &kept), ==, rows[i].expected);
        if (rows[i].expected)
          g_assert_true (shoal_piece_map_wants (t.map, kept));
        torrent_clear (&t);
      }
}

static void
test_random (void)
{
  Torrent t;
  guint8  state[150] = { 0 }, priority[150];
  guint   i, step, first, n, hint = 0;
  g_autoptr (ShoalBaseBitset) has = shoal_base_bitset_new (150);

  torrent_init (&t, 150, 4, 9);
  memset (priority, SHOAL_PIECE_PRIORITY_NORMAL, sizeof priority);
  for (i = 0; i < 150; i += 2)
    shoal_base_bitset_set (has, i, TRUE);
  for (step = 0; step < 3000; step++)
    {
      gboolean is_interesting = FALSE;
      guint64  bytes_wanted = 0;

      first = shoal_base_random_below (&t.random, 150);
      n = shoal_base_random_below (&t.random, step % 50 == 0 ? 151 - first : MIN (3, 151 - first));
      i = shoal_base_random_below (&t.random, 4);
      memset (priority + first, (int) i, n);
      shoal_piece_map_set_priority (t.map, first, n, i);
      i = shoal_base_random_below (&t.random, 150);
      state[i] = (guint8) shoal_base_random_below (&t.random, 4);
      shoal_piece_map_set_state (t.map, i, state[i]);
      for (i = 0; i < 150; i++)
        {
          gboolean wants = state[i] != SHOAL_PIECE_HAD && priority[i] != SHOAL_PIECE_PRIORITY_SKIP;

          g_assert_cmpint (shoal_piece_map_wants (t.map, i), ==, wants);
          is_interesting |= wants && i % 2 == 0;
          bytes_wanted += wants ? PIECE_SIZE : 0;
        }
      g_assert_cmpint (shoal_piece_map_is_interesting (t.map, has, &hint), ==, is_interesting);
      g_assert_cmpuint (shoal_piece_map_get_bytes_wanted (t.map), ==, bytes_wanted);
      shoal_piece_map_check (t.map);
    }
  torrent_clear (&t);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/map/bytes", test_bytes);
  g_test_add_func ("/piece/map/load", test_load);
  g_test_add_func ("/piece/map/interest", test_interest);
  g_test_add_func ("/piece/map/random", test_random);
  return g_test_run ();
}
