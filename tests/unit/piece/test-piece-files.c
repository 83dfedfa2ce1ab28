/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece/shoal-piece-files.h"

#include <string.h>

#include "piece-fixture.h"

/* Pieces of two blocks. A file is a letter and each letter half a piece; 'p' is padding. Upper row:
 * where the files lie, then the priority of each in order, then what the pieces get, and which
 * pieces are shared by a wanted and a skipped file. */
static const struct
{
  const char *files;
  const char *priorities;
  const char *expected;
  const char *boundary;
} pictures[] = {
  { "aaaabbbb", "22", "2222", "...." },
  { "aaaabbbb", "13", "1133", "...." },
  { "aaaabbbb", "03", "0033", "...." },
  { "aaabbbbb", "03", "0333", ".#.." },
  { "aaabbbbb", "30", "3300", ".#.." },
  { "aaabbbbb", "12", "1222", "...." },
  { "aaabbbbb", "00", "0000", "...." },
  { "aaabcccc", "010", "0100", ".#.." },
  { "abcdefgh", "00010000", "0100", ".#.." },
  { "aaabbbbb", "32", "3322", "...." },
  { "aaapbbbb", "023", "0033", "...." },
  { "aaapbbbb", "203", "2233", "...." },
  { "aappppbb", "103", "1333", "...." },
  { "aappppbb", "030", "0000", "...." },
  { "a", "1", "1", "." },
};

static void
init (Torrent *t, const char *picture)
{
  ShoalCodecFile files[16];
  guint          n = 0, i;

  memset (files, 0, sizeof files);
  for (i = 0; picture[i] != '\0'; i++)
    {
      if (i == 0 || picture[i] != picture[i - 1])
        {
          files[n].path = "file";
          files[n++].flags = picture[i] == 'p' ? SHOAL_CODEC_FILE_PAD : 0;
        }
      files[n - 1].length += SHOAL_BASE_BLOCK_SIZE;
    }
  /* Empty files hold nothing and change nothing. */
  files[n++].path = "empty";
  torrent_init_files (t, files, n, 2, 1);
}

static void
assert_pieces (const Torrent *t, const ShoalPieceFiles *files, guint row)
{
  guint i;

  for (i = 0; pictures[row].expected[i] != '\0'; i++)
    {
      g_assert_cmpint (
          shoal_piece_map_get_priority (t->map, i), ==, pictures[row].expected[i] - '0');
      g_assert_cmpint (
          shoal_piece_files_is_boundary (files, i), ==, pictures[row].boundary[i] == '#');
    }
}

static void
test_priorities (void)
{
  guint r, i;

  for (r = 0; r < G_N_ELEMENTS (pictures); r++)
    {
      Torrent           t;
      ShoalFilePriority all[16] = { 0 };
      g_autoptr (ShoalPieceFiles) files = NULL;

      init (&t, pictures[r].files);
      files = shoal_piece_files_new (t.map);
      for (i = 0; pictures[r].priorities[i] != '\0'; i++)
        {
          all[i] = pictures[r].priorities[i] - '0';
          shoal_piece_files_set_priority (files, i, all[i]);
          shoal_piece_files_check (files);
        }
      all[i] = SHOAL_FILE_PRIORITY_SKIP;
      shoal_piece_files_set_priority (files, i, all[i]);
      assert_pieces (&t, files, r);
      for (i = 0; i < 2; i++)
        shoal_piece_files_set_priority (files, i, SHOAL_FILE_PRIORITY_NORMAL);
      shoal_piece_files_set_priorities (files, all);
      shoal_piece_files_check (files);
      assert_pieces (&t, files, r);
      torrent_clear (&t);
    }
}

#define B SHOAL_BASE_BLOCK_SIZE

static void
test_bytes (void)
{
  Torrent t;
  g_autoptr (ShoalPieceFiles) files = NULL;

  init (&t, "aaabppcc");
  torrent_set_have (&t, "...#");
  files = shoal_piece_files_new (t.map);
  g_assert_cmpuint (shoal_piece_files_get_wanted_size (files), ==, 6 * B);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 2 * B);
  g_assert_cmpuint (shoal_piece_files_get_bytes_had (files, 3), ==, 2 * B);
  shoal_piece_map_gain (t.map, 1);
  shoal_piece_files_on_gained (files, 1);
  g_assert_cmpuint (shoal_piece_files_get_bytes_had (files, 0), ==, B);
  g_assert_cmpuint (shoal_piece_files_get_bytes_had (files, 1), ==, B);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 4 * B);
  /* Padding is no progress. */
  shoal_piece_map_gain (t.map, 2);
  shoal_piece_files_on_gained (files, 2);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 4 * B);
  g_assert_cmpuint (shoal_piece_files_get_bytes_had (files, 2), ==, 0);
  shoal_piece_files_set_priority (files, 1, SHOAL_FILE_PRIORITY_SKIP);
  g_assert_cmpuint (shoal_piece_files_get_wanted_size (files), ==, 5 * B);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 3 * B);
  g_assert_cmpuint (shoal_piece_files_get_bytes_had (files, 1), ==, B);
  shoal_piece_files_set_priority (files, 1, SHOAL_FILE_PRIORITY_HIGH);
  shoal_piece_map_lose (t.map, 1);
  shoal_piece_files_on_lost (files, 1);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 2 * B);
  shoal_piece_files_recount (files);
  g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, 2 * B);
  g_assert_cmpint (shoal_piece_files_get_priority (files, 1), ==, SHOAL_FILE_PRIORITY_HIGH);
  shoal_piece_files_check (files);
  torrent_clear (&t);
}

/* Many files of odd lengths: one at a time or all at once, incrementally or anew, all agree. */
static void
test_random (void)
{
  ShoalBaseRandom random;
  guint           seed, step, i;

  shoal_base_random_init (&random, 1);
  for (seed = 0; seed < 20; seed++)
    {
      ShoalCodecFile entries[40];
      Torrent        t;
      guint          n_pieces;
      g_autoptr (ShoalPieceFiles) files = NULL;

      memset (entries, 0, sizeof entries);
      for (i = 0; i < G_N_ELEMENTS (entries); i++)
        {
          entries[i].path = "file";
          entries[i].length = shoal_base_random_below (&random, seed % 2 ? 3 * B : 20 * B);
          if (shoal_base_random_below (&random, 4) == 0)
            entries[i].length = 0;
          if (shoal_base_random_below (&random, 5) == 0)
            entries[i].flags = SHOAL_CODEC_FILE_PAD;
        }
      entries[0].length = 1;
      torrent_init_files (&t, entries, G_N_ELEMENTS (entries), 2, seed);
      n_pieces = shoal_codec_layout_get_n_pieces (t.layout);
      files = shoal_piece_files_new (t.map);
      for (step = 0; step < 300; step++)
        {
          guint           piece = shoal_base_random_below (&random, n_pieces);
          guint64         before;
          ShoalPieceState state = shoal_piece_map_get_state (t.map, piece);

          shoal_piece_files_set_priority (
              files, shoal_base_random_below (&random, 40), shoal_base_random_below (&random, 4));
          if (state == SHOAL_PIECE_HAD)
            {
              shoal_piece_map_lose (t.map, piece);
              shoal_piece_files_on_lost (files, piece);
            }
          else
            {
              shoal_piece_map_gain (t.map, piece);
              shoal_piece_files_on_gained (files, piece);
            }
          shoal_piece_files_check (files);
          before = shoal_piece_files_get_wanted_had (files);
          shoal_piece_files_recount (files);
          g_assert_cmpuint (shoal_piece_files_get_wanted_had (files), ==, before);
        }
      torrent_clear (&t);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/piece/files/priorities", test_priorities);
  g_test_add_func ("/piece/files/bytes", test_bytes);
  g_test_add_func ("/piece/files/random", test_random);
  return g_test_run ();
}
