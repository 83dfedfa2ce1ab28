/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-progress.h"

#define MB 1000000

static char *
dup_line (const ShoalTorrentInfo *rows, guint n_rows, gboolean is_seed, guint columns)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();
  g_autofree char *line = NULL;
  g_auto (GStrv) parts = NULL;
  guint i;

  for (i = 0; i < n_rows; i++)
    g_ptr_array_add (infos, (gpointer) &rows[i]);
  line = shoal_cli_progress_dup_line (infos, is_seed, columns);
  parts = g_strsplit (line, "\u00a0", -1);
  return g_strjoinv (" ", parts);
}

#define HALF                                                                                       \
  {                                                                                                \
    .state = SHOAL_TORRENT_STATE_DOWNLOADING, .wanted_bytes = 4 * MB, .done_bytes = 2 * MB,        \
    .down_bps = MB, .up_bps = 0, .n_peers = 3, .n_known = 9, .eta_sec = 65                         \
  }

static void
test_lines (void)
{
  static const struct
  {
    ShoalTorrentInfo row;
    gboolean         is_seed;
    const char      *line;
  } rows[] = {
    { HALF, FALSE, "2.0 MB of 4.0 MB, 1:05 left, down 1.0 MB/s, up 0 bytes/s, 3 of 9 peers" },
    { { .state = SHOAL_TORRENT_STATE_DOWNLOADING, .wanted_bytes = MB, .eta_sec = -1 },
      FALSE,
      "0 bytes of 1.0 MB, down 0 bytes/s, up 0 bytes/s, 0 of 0 peers" },
    { { .state = SHOAL_TORRENT_STATE_DOWNLOADING, .wanted_bytes = MB, .eta_sec = 3725 },
      FALSE,
      "0 bytes of 1.0 MB, 1:02:05 left, down 0 bytes/s, up 0 bytes/s, 0 of 0 peers" },
    { { .state = SHOAL_TORRENT_STATE_CHECKING, .size = 4 * MB, .checked_bytes = MB },
      FALSE,
      "checking 1.0 MB of 4.0 MB" },
    { { .state = SHOAL_TORRENT_STATE_SEEDING, .wanted_bytes = MB, .done_bytes = MB, .n_peers = 1 },
      FALSE,
      "seeding 1.0 MB, up 0 bytes/s to 1 peer" },
    { { .state = SHOAL_TORRENT_STATE_DOWNLOADING, .wanted_bytes = 2 * MB, .done_bytes = MB },
      TRUE,
      "seeding 1.0 MB of 2.0 MB, up 0 bytes/s to 0 peers" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = dup_line (&rows[i].row, 1, rows[i].is_seed, 0);

      g_assert_cmpstr (line, ==, rows[i].line);
    }
}

/* However narrow the terminal, a line stays a line; and there is a bar wherever one fits. */
static void
test_widths (void)
{
  static const struct
  {
    guint       columns;
    const char *line;
  } rows[] = {
    { 100,
      "[██████████░░░░░░░░░░]  50 % 2.0 MB of 4.0 MB, 1:05 left, down 1.0 MB/s, up 0 bytes/s, 3 of "
      "9 "
      "peers" },
    { 80, "[██████████████░░░░░░░░░░░░░░]  50 % 2.0 MB of 4.0 MB, 1:05 left, down 1.0 MB/s" },
    { 60, "[████░░░░]  50 % 2.0 MB of 4.0 MB, 1:05 left, down 1.0 MB/s" },
    { 40, "[████████░░░░░░░░░]  50 % down 1.0 MB/s" },
  };
  static const ShoalTorrentInfo row = HALF;
  guint                         columns, i;

  for (columns = 1; columns < 250; columns++)
    {
      g_autofree char *line = dup_line (&row, 1, FALSE, columns);

      g_assert_cmpint (g_utf8_strlen (line, -1), <=, (long) columns);
      g_assert_cmpint (line[0] == '[', ==, columns >= 31);
    }
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *line = dup_line (&row, 1, FALSE, rows[i].columns);

      g_assert_cmpstr (line, ==, rows[i].line);
    }
}

static void
test_several (void)
{
  static const ShoalTorrentInfo rows[] = { HALF, HALF };
  g_autofree char              *line = dup_line (rows, 2, FALSE, 0);

  g_assert_cmpstr (
      line, ==, "4.0 MB of 8.0 MB, 1:05 left, down 2.0 MB/s, up 0 bytes/s, 6 of 18 peers");
}

/* Nothing wanted is all there. */
static void
test_empty (void)
{
  static const ShoalTorrentInfo row = { .state = SHOAL_TORRENT_STATE_FINISHED };
  g_autofree char              *line = dup_line (&row, 1, FALSE, 80);

  g_assert_nonnull (g_strstr_len (line, -1, "] 100 % seeding 0 bytes"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/progress/lines", test_lines);
  g_test_add_func ("/cli/progress/widths", test_widths);
  g_test_add_func ("/cli/progress/several", test_several);
  g_test_add_func ("/cli/progress/empty", test_empty);
  return g_test_run ();
}
