/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-column.h"

#define MB G_GUINT64_CONSTANT (1000000)

typedef struct
{
  ShoalAppColumn   column;
  ShoalTorrentInfo info;
  gint64           eta_sec;
  const char      *text;
  guint            rank;
} Case;

static const ShoalAppColumnFacts no_facts = { .eta_sec = -1 };

#define DOWNLOADING .state = SHOAL_TORRENT_STATE_DOWNLOADING

static const Case cases[] = {
  { SHOAL_APP_COLUMN_NAME, { .name = (char *) "a\nb" }, -1, "a b" },
  { SHOAL_APP_COLUMN_SIZE, { .size = 3900 * MB }, -1, "3.9\u00a0GB" },
  { SHOAL_APP_COLUMN_SIZE, { .is_magnet = TRUE }, -1, "" },
  { SHOAL_APP_COLUMN_PROGRESS,
    { DOWNLOADING, .wanted_bytes = 1000, .done_bytes = 999 },
    -1,
    "99 %" },
  { SHOAL_APP_COLUMN_PROGRESS, { DOWNLOADING, .wanted_bytes = 10, .done_bytes = 10 }, -1, "100 %" },
  { SHOAL_APP_COLUMN_PROGRESS, { .is_magnet = TRUE }, -1, "0 %" },
  { SHOAL_APP_COLUMN_STATE, { .state = SHOAL_TORRENT_STATE_QUEUED }, -1, "Waiting" },
  { SHOAL_APP_COLUMN_DOWN, { DOWNLOADING, .down_bps = 5100000 }, -1, "5.1\u00a0MB/s" },
  { SHOAL_APP_COLUMN_DOWN, { DOWNLOADING }, -1, "" },
  { SHOAL_APP_COLUMN_UP, { .up_bps = 320000 }, -1, "320.0\u00a0kB/s" },
  { SHOAL_APP_COLUMN_TIME_LEFT, { DOWNLOADING, .down_bps = 1 }, 170, "3 minutes" },
  { SHOAL_APP_COLUMN_TIME_LEFT, { DOWNLOADING, .down_bps = 1 }, -1, "" },
  { SHOAL_APP_COLUMN_TIME_LEFT, { .state = SHOAL_TORRENT_STATE_PAUSED, .down_bps = 1 }, 170, "" },
  { SHOAL_APP_COLUMN_RATIO, { .size = 1000, .uploaded = 1999 }, -1, "1.99" },
  { SHOAL_APP_COLUMN_RATIO, { .size = 1000, .downloaded = 2000, .uploaded = 1000 }, -1, "0.50" },
  { SHOAL_APP_COLUMN_RATIO, { .size = 0 }, -1, "" },
  { SHOAL_APP_COLUMN_PEOPLE, { .n_peers = 40 }, -1, "40" },
  { SHOAL_APP_COLUMN_SEEDS, { .n_seeds = 3 }, -1, "3" },
  { SHOAL_APP_COLUMN_AVAILABILITY, { .n_peers = 1, .copies_1000 = 999 }, -1, "0.99" },
  { SHOAL_APP_COLUMN_AVAILABILITY, { .copies_1000 = 999 }, -1, "" },
  { SHOAL_APP_COLUMN_LEFT, { .wanted_bytes = 5 * MB, .done_bytes = 3 * MB }, -1, "2.0\u00a0MB" },
  { SHOAL_APP_COLUMN_LEFT, { .wanted_bytes = MB, .done_bytes = MB }, -1, "" },
  { SHOAL_APP_COLUMN_UPLOADED, { .uploaded = MB }, -1, "1.0\u00a0MB" },
  { SHOAL_APP_COLUMN_DOWNLOADED, { .downloaded = MB }, -1, "1.0\u00a0MB" },
  { SHOAL_APP_COLUMN_ADDED, { .added_time = 0 }, -1, "" },
  { SHOAL_APP_COLUMN_COMPLETED, { .completed_time = 86400 }, -1, "01/02/70 00:00" },
  { SHOAL_APP_COLUMN_SEEDING_TIME, { .seeding_sec = 3600 }, -1, "1 hour" },
  { SHOAL_APP_COLUMN_QUEUE, { .queue_position = (gint64) 2 << 32 }, -1, "3", 3 },
  { SHOAL_APP_COLUMN_QUEUE, { .queue_position = 2 }, -1, "" },
  { SHOAL_APP_COLUMN_LABELS, { .labels = NULL }, -1, "" },
  { SHOAL_APP_COLUMN_FOLDER, { .save_path = (char *) "/home/me/Downloads" }, -1, "~/Downloads" },
  { SHOAL_APP_COLUMN_FOLDER, { .save_path = (char *) "/home/meadow" }, -1, "/home/meadow" },
  { SHOAL_APP_COLUMN_FOLDER, { .save_path = (char *) "/home/me" }, -1, "~" },
};

static void
test_text (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShoalAppColumnFacts facts = { .eta_sec = cases[i].eta_sec, .rank = cases[i].rank };
      g_autofree char *text = shoal_app_column_dup_text (cases[i].column, &cases[i].info, &facts);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_words (void)
{
  const char *const words[] = { "films", "a\nb", NULL };
  g_autoptr (ShoalWords) labels = shoal_words_new (words);
  ShoalTorrentInfo info = { .labels = labels };
  g_autofree char *text = shoal_app_column_dup_text (SHOAL_APP_COLUMN_LABELS, &info, &no_facts);

  g_assert_cmpstr (text, ==, "a b, films");
}

static void
test_hosts (void)
{
  const char *const words[] = { "tracker.example", "xn--bcher-kva.example", NULL };
  g_autoptr (ShoalWords) hosts = shoal_words_new (words);
  ShoalTorrentInfo info = { .hosts = hosts };
  g_autofree char *text = shoal_app_column_dup_text (SHOAL_APP_COLUMN_TRACKER, &info, &no_facts);

  g_assert_cmpstr (text, ==, "tracker.example, bücher.example");
}

/* Whatever is not known yet, each column says something that can be shown. */
static void
test_nothing_known (void)
{
  const ShoalTorrentInfo nothing = { .name = (char *) "" };

  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    {
      g_autofree char *text = shoal_app_column_dup_text (i, &nothing, &no_facts);

      g_assert_nonnull (text);
      g_assert_cmpstr (shoal_app_column_get_title (i), !=, "");
      g_assert_cmpstr (shoal_app_column_get_meaning (i), !=, "");
      g_assert_cmpuint (shoal_app_column_get_n_chars (i), >, 0);
    }
}

static void
test_keys (void)
{
  ShoalAppColumn column = SHOAL_APP_COLUMN_SIZE;

  for (guint i = 0; i < SHOAL_APP_N_COLUMNS; i++)
    {
      g_assert_true (shoal_app_column_from_key (shoal_app_column_get_key (i), &column));
      g_assert_cmpuint (column, ==, i);
    }
  g_assert_false (shoal_app_column_from_key ("columns", &column));
  g_assert_false (shoal_app_column_from_key ("", &column));
}

int
main (int argc, char **argv)
{
  g_setenv ("HOME", "/home/me", TRUE);
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/column/text", test_text);
  g_test_add_func ("/app/column/words", test_words);
  g_test_add_func ("/app/column/hosts", test_hosts);
  g_test_add_func ("/app/column/nothing-known", test_nothing_known);
  g_test_add_func ("/app/column/keys", test_keys);
  return g_test_run ();
}
