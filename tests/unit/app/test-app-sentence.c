/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-problem.h"
#include "app/shoal-app-sentence.h"

#include <errno.h>
#include <string.h>

#include "types/shoal-types-settings.h"

#define MB  G_GUINT64_CONSTANT (1000000)
#define NOW 1000000

/* Hard spaces of g_format_size() as plain ones, so that the table can be read. */
static char *
dup_plain (const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, "\u00a0", -1);

  return g_strjoinv (" ", parts);
}

typedef struct
{
  ShoalTorrentInfo info;
  gint64           eta_sec;
  const char      *sentence;
} RowCase;

#define DOWNLOADING .state = SHOAL_TORRENT_STATE_DOWNLOADING, .wanted_bytes = 3900 * MB
#define SEEDING     .state = SHOAL_TORRENT_STATE_SEEDING, .wanted_bytes = 40 * MB, .done_bytes = 40 * MB
#define WORKING     .trackers = SHOAL_TRACKERS_WORKING

static const RowCase row_cases[] = {
  { { DOWNLOADING, .done_bytes = 1200 * MB, .down_bps = 5100000, .n_senders = 12, .n_peers = 40 },
    170,
    "1.2 GB of 3.9 GB · 3 minutes left · 5.1 MB/s from 12 of 40 people" },
  { { DOWNLOADING, .down_bps = 1000, .n_senders = 1, .n_peers = 1 },
    -1,
    "0 bytes of 3.9 GB · 1.0 kB/s from 1 person" },
  { { DOWNLOADING, .down_bps = 1000, .n_senders = 3, .n_peers = 3 },
    -1,
    "0 bytes of 3.9 GB · 1.0 kB/s from 3 people" },
  { { DOWNLOADING, .down_bps = 1000, .n_peers = 5 },
    -1,
    "0 bytes of 3.9 GB · 1.0 kB/s from 1 of 5 people" },
  { { DOWNLOADING, .trackers = SHOAL_TRACKERS_TRYING },
    -1,
    "0 bytes of 3.9 GB · asking the tracker for people" },
  { { DOWNLOADING, .trackers = SHOAL_TRACKERS_FAILING }, -1, "0 bytes of 3.9 GB · nobody found" },
  { { DOWNLOADING, .trackers = SHOAL_TRACKERS_NONE },
    -1,
    "0 bytes of 3.9 GB · no tracker to ask, and finding people without one is off in the "
    "preferences" },
  { { DOWNLOADING, .trackers = SHOAL_TRACKERS_NONE, .is_private = TRUE },
    -1,
    "0 bytes of 3.9 GB · nobody found: the torrent names no tracker" },
  { { DOWNLOADING, .trackers = SHOAL_TRACKERS_NONE, .uses_dht = TRUE },
    -1,
    "0 bytes of 3.9 GB · looking for people without a tracker" },
  { { SEEDING, .trackers = SHOAL_TRACKERS_NONE, .uses_dht = TRUE },
    -1,
    "40.0 MB · seeding, nobody is asking right now" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE, .uses_dht = TRUE },
    -1,
    "fetching details, looking for people without a tracker" },
  { { DOWNLOADING, WORKING }, -1, "0 bytes of 3.9 GB · nobody else is here right now" },
  { { DOWNLOADING, WORKING, .n_known = 1 }, -1, "0 bytes of 3.9 GB · trying to reach 1 person" },
  { { DOWNLOADING, WORKING, .n_known = 9 }, -1, "0 bytes of 3.9 GB · trying to reach 9 people" },
  { { DOWNLOADING, WORKING, .n_peers = 2, .copies_1000 = 900 },
    -1,
    "0 bytes of 3.9 GB · nobody has the rest right now" },
  { { DOWNLOADING, WORKING, .n_peers = 2, .copies_1000 = 900, .stalled_time = NOW - 700 },
    -1,
    "0 bytes of 3.9 GB · nobody has the rest right now · nothing for 12 minutes" },
  { { DOWNLOADING, WORKING, .n_peers = 2, .n_seeds = 1, .stalled_time = NOW - 5 },
    -1,
    "0 bytes of 3.9 GB · connected to 2 people, who send nothing yet" },
  { { DOWNLOADING, WORKING, .n_peers = 1, .n_seeds = 1 },
    -1,
    "0 bytes of 3.9 GB · connected to 1 person, who sends nothing yet" },
  { { SEEDING, WORKING, .up_bps = 320000, .n_takers = 3, .n_peers = 12, .uploaded = 80 * MB },
    -1,
    "40.0 MB · seeding 320.0 kB/s to 3 of 12 people · 80.0 MB given so far" },
  { { SEEDING, WORKING }, -1, "40.0 MB · seeding, nobody is asking right now" },
  { { SEEDING, WORKING, .n_peers = 1 },
    -1,
    "40.0 MB · seeding, 1 person is connected and needs nothing right now" },
  { { SEEDING, .trackers = SHOAL_TRACKERS_FAILING }, -1, "40.0 MB · seeding, nobody found" },
  { { .state = SHOAL_TORRENT_STATE_FINISHED, .wanted_bytes = 5 * MB, .done_bytes = 5 * MB },
    -1,
    "5.0 MB · complete, not seeding" },
  { { .state = SHOAL_TORRENT_STATE_FINISHED,
      .wanted_bytes = 5 * MB,
      .done_bytes = 5 * MB,
      .met_goal = TRUE },
    -1,
    "5.0 MB · complete, not seeding: its goal is reached" },
  { { .state = SHOAL_TORRENT_STATE_QUEUED, .wanted_bytes = 5 * MB },
    -1,
    "0 bytes of 5.0 MB · waiting for its turn" },
  { { .state = SHOAL_TORRENT_STATE_PAUSED, .wanted_bytes = 5 * MB, .done_bytes = 1 * MB },
    -1,
    "1.0 MB of 5.0 MB · paused" },
  { { .state = SHOAL_TORRENT_STATE_PAUSED, .wanted_bytes = 5 * MB, .done_bytes = 5 * MB },
    -1,
    "5.0 MB · complete, paused" },
  { { .state = SHOAL_TORRENT_STATE_CHECKING, .size = 5 * MB, .checked_bytes = 2 * MB },
    -1,
    "2.0 MB of 5.0 MB · checking the files" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE, .n_senders = 3, .n_peers = 5 },
    -1,
    "fetching details from 3 people" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE, .n_senders = 1, .n_peers = 1 },
    -1,
    "fetching details from 1 person" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE, .n_peers = 2 },
    -1,
    "fetching details, 2 people are connected and have none yet" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE },
    -1,
    "fetching details, no tracker to ask, and finding people without one is off in the "
    "preferences" },
  { { .state = SHOAL_TORRENT_STATE_METADATA, .is_magnet = TRUE, .trackers = SHOAL_TRACKERS_TRYING },
    -1,
    "fetching details, asking the tracker for people" },
  { { .state = SHOAL_TORRENT_STATE_PAUSED, .is_magnet = TRUE, .is_paused = TRUE },
    -1,
    "paused, the details are not known yet" },
  { { .state = SHOAL_TORRENT_STATE_PAUSED, .is_asking = TRUE, .wanted_bytes = 5 * MB },
    -1,
    "0 bytes of 5.0 MB · waiting for you to choose the files" },
  { { .state = SHOAL_TORRENT_STATE_MOVING, .wanted_bytes = 5 * MB, .done_bytes = 5 * MB },
    -1,
    "5.0 MB · moving to another folder" },
  { { .state = SHOAL_TORRENT_STATE_WAITING, .wanted_bytes = 5 * MB },
    -1,
    "0 bytes of 5.0 MB · waiting, nobody has the rest right now" },
};

static void
check_rows (const RowCase *cases, guint n_cases)
{
  for (guint i = 0; i < n_cases; i++)
    {
      const ShoalAppMoment moment = { cases[i].eta_sec, NOW, -1 };
      g_autofree char     *sentence = shoal_app_sentence_dup_row (&cases[i].info, &moment);
      g_autofree char     *plain = dup_plain (sentence);

      g_assert_cmpstr (plain, ==, cases[i].sentence);
    }
}

static void
test_row (void)
{
  check_rows (row_cases, G_N_ELEMENTS (row_cases));
}

/* Nobody of the DHT may have answered yet. */
static void
test_row_while_joining (void)
{
  const ShoalTorrentInfo fetching = { .state = SHOAL_TORRENT_STATE_METADATA,
                                      .is_magnet = TRUE,
                                      .uses_dht = TRUE };
  const ShoalTorrentInfo seeding = { SEEDING, .uses_dht = TRUE };
  const struct
  {
    const ShoalTorrentInfo *info;
    gint64                  joining_sec;
    const char             *sentence;
  } cases[] = {
    { &fetching,
      0,
      "fetching details, connecting to the network that finds people without a tracker" },
    { &fetching,
      120,
      "fetching details, the network that finds people without a tracker does not answer, perhaps "
      "UDP is blocked" },
    { &fetching, -1, "fetching details, looking for people without a tracker" },
    { &seeding,
      119,
      "40.0 MB · seeding, connecting to the network that finds people without a tracker" },
    { &seeding, -1, "40.0 MB · seeding, nobody is asking right now" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const ShoalAppMoment moment = { -1, NOW, cases[i].joining_sec };
      g_autofree char     *sentence = shoal_app_sentence_dup_row (cases[i].info, &moment);
      g_autofree char     *plain = dup_plain (sentence);

      g_assert_cmpstr (plain, ==, cases[i].sentence);
    }
}

/* What a tracker said matters while nobody is there: beside one that works, too. */
static void
test_row_with_tracker (void)
{
  g_autoptr (ShoalProblem) refused = shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_TRACKER, SHOAL_PROBLEM_TRACKER_REFUSED, "tr.example", "not yours");
  g_autoptr (ShoalProblem) silent = shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_TRACKER, SHOAL_PROBLEM_TIMEOUT, "tr.example", "timed out");
  const RowCase cases[] = {
    { { DOWNLOADING, .trackers = SHOAL_TRACKERS_FAILING, .tracker_problem = refused },
      -1,
      "0 bytes of 3.9 GB · nobody found · The tracker tr.example refused: “not yours”. Ask those "
      "who run it, or those who made the torrent." },
    { { DOWNLOADING, WORKING, .tracker_problem = silent },
      -1,
      "0 bytes of 3.9 GB · nobody else is here right now · The tracker tr.example does not answer. "
      "It will be asked again." },
    { { SEEDING, WORKING, .tracker_problem = silent, .n_peers = 1, .n_takers = 1, .up_bps = 1000 },
      -1,
      "40.0 MB · seeding 1.0 kB/s to 1 person" },
  };

  check_rows (cases, G_N_ELEMENTS (cases));
}

static void
test_row_with_problem (void)
{
  g_autoptr (ShoalProblem) full = shoal_problem_new_full (
      SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_FULL, "/data", NULL, ENOSPC, 300 * MB);
  ShoalTorrentInfo     info = { .state = SHOAL_TORRENT_STATE_WAITING,
                                .wanted_bytes = 5 * MB,
                                .done_bytes = 1 * MB,
                                .problem = full };
  const ShoalAppMoment moment = { -1, NOW, -1 };
  g_autofree char     *sentence = shoal_app_sentence_dup_row (&info, &moment);
  g_autofree char     *plain = dup_plain (sentence);

  g_assert_cmpstr (plain,
                   ==,
                   "1.0 MB of 5.0 MB · waiting · The disk is full: 300.0 MB more are needed in "
                   "“/data”. Make room, and it goes on by itself.");
}

static void
test_row_held (void)
{
  static const char *const expected[] = {
    [SHOAL_HOLD_METERED] = "0 bytes of 5.0 MB · waiting · This connection is metered. It goes on "
                           "by itself on another one.",
    [SHOAL_HOLD_POWER] = "0 bytes of 5.0 MB · waiting · The battery is being saved. It goes on by "
                         "itself after that.",
  };
  const ShoalAppMoment moment = { -1, NOW, -1 };

  for (guint hold = SHOAL_HOLD_METERED; hold < G_N_ELEMENTS (expected); hold++)
    {
      g_autoptr (ShoalProblem) held = shoal_problem_new_full (
          SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_HELD, NULL, NULL, 0, hold);
      ShoalTorrentInfo info = { .state = SHOAL_TORRENT_STATE_WAITING,
                                .wanted_bytes = 5 * MB,
                                .problem = held };
      g_autofree char *sentence = shoal_app_sentence_dup_row (&info, &moment);
      g_autofree char *plain = dup_plain (sentence);

      g_assert_cmpstr (plain, ==, expected[hold]);
    }
}

static void
test_spoken (void)
{
  char             name[] = "Tom & Jerry <b>x</b> %s";
  ShoalTorrentInfo info = { DOWNLOADING, .name = name, .done_bytes = 1700 * MB };
  g_autofree char *part = shoal_app_sentence_dup_spoken (&info);
  g_autofree char *whole = NULL;

  g_assert_cmpstr (part, ==, "Tom & Jerry <b>x</b> %s, Downloading, 40 percent");
  info.state = SHOAL_TORRENT_STATE_SEEDING;
  info.done_bytes = info.wanted_bytes;
  whole = shoal_app_sentence_dup_spoken (&info);
  g_assert_cmpstr (whole, ==, "Tom & Jerry <b>x</b> %s, Seeding, complete");
}

/* With the rates of the moment before still there. */
static void
test_spoken_now (void)
{
  char name[] = "a";
  const struct
  {
    ShoalTorrentInfo info;
    const char      *text;
  } cases[] = {
    { { DOWNLOADING, .done_bytes = 1700 * MB, .down_bps = MB },
      "a, Downloading, 40 percent, 1.0 MB/s" },
    { { SEEDING, .up_bps = MB, .down_bps = 2 * MB }, "a, Seeding, complete, 1.0 MB/s" },
    { { .state = SHOAL_TORRENT_STATE_PAUSED, .wanted_bytes = MB, .down_bps = MB },
      "a, Paused, 0 percent" },
    { { .state = SHOAL_TORRENT_STATE_MOVING, .wanted_bytes = MB, .down_bps = MB },
      "a, Moving, 0 percent" },
    { { .state = SHOAL_TORRENT_STATE_FINISHED, .wanted_bytes = MB, .done_bytes = MB, .up_bps = MB },
      "a, Complete" },
    { { .state = SHOAL_TORRENT_STATE_SEEDING, .size = MB }, "a, Seeding, nothing is wanted" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShoalTorrentInfo info = cases[i].info;
      g_autofree char *spoken = NULL;
      g_autofree char *plain = NULL;

      info.name = name;
      spoken = shoal_app_sentence_dup_spoken_now (&info);
      plain = dup_plain (spoken);
      g_assert_cmpstr (plain, ==, cases[i].text);
    }
}

static void
test_why_nobody (void)
{
  static const struct
  {
    ShoalTorrentInfo info;
    const char      *text;
  } cases[] = {
    { { DOWNLOADING, .trackers = SHOAL_TRACKERS_TRYING }, "Asking the tracker for people" },
    { { SEEDING, WORKING }, "Nobody else is here right now" },
    { { SEEDING, .n_known = 1 }, "Trying to reach 1 person" },
    { { .state = SHOAL_TORRENT_STATE_PAUSED, .wanted_bytes = MB }, "Paused" },
    { { .state = SHOAL_TORRENT_STATE_QUEUED }, "Waiting for its turn" },
  };
  ShoalAppMoment moment = { .eta_sec = -1, .now_sec = NOW, .dht_joining_sec = -1 };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *text = shoal_app_sentence_dup_why_nobody (&cases[i].info, &moment);

      g_assert_cmpstr (text, ==, cases[i].text);
    }
}

static void
test_totals (void)
{
  ShoalTotals      totals = { .down_bps = 5100000 };
  g_autofree char *text = shoal_app_sentence_dup_totals (&totals, FALSE);
  g_autofree char *plain = dup_plain (text);
  g_autofree char *text_when_limited = shoal_app_sentence_dup_totals (&totals, TRUE);
  g_autofree char *plain_when_limited = dup_plain (text_when_limited);

  g_assert_cmpstr (plain, ==, "↓ 5.1 MB/s  ↑ 0 kB/s");
  g_assert_cmpstr (plain_when_limited, ==, "↓ 5.1 MB/s  ↑ 0 kB/s · alternative limits");
}

/* Whatever the pair, there is a sentence, and no placeholder is left in it. */
static void
test_problem_of_any_kind (void)
{
  for (guint domain = 0; domain <= SHOAL_PROBLEM_DOMAIN_USE; domain++)
    for (guint code = 0; code <= SHOAL_PROBLEM_TIMEOUT; code++)
      for (guint full = 0; full < 2; full++)
        {
          g_autoptr (ShoalProblem) problem = shoal_problem_new_full (domain,
                                                                     code,
                                                                     full ? "/a/b" : NULL,
                                                                     full ? "50 % off" : NULL,
                                                                     full ? EIO : 0,
                                                                     full ? 7 : 0);
          g_autofree char *sentence = shoal_app_problem_dup_sentence (problem);

          g_assert_null (strchr (sentence, '{'));
          g_assert_null (strstr (sentence, "(null)"));
          g_assert_true (g_str_has_suffix (sentence, ".") || g_str_has_suffix (sentence, "?") ||
                         code == SHOAL_PROBLEM_PEER_ADDRESS); /* ends with an example */
        }
}

static void
test_problem_shows_strangers_words_as_text (void)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TRACKER,
                                                        SHOAL_PROBLEM_TRACKER_REFUSED,
                                                        "http://t/announce",
                                                        "go {subject} %s <b>away\n");
  g_autofree char *sentence = shoal_app_problem_dup_sentence (problem);

  g_assert_nonnull (strstr (sentence, "“go {subject} %s <b>away ”"));
}

static void
test_problem_says_the_status (void)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_TRACKER,
                                                             SHOAL_PROBLEM_TRACKER_STATUS,
                                                             "tr.example",
                                                             "HTTP status 404",
                                                             0,
                                                             404);
  g_autofree char *sentence = shoal_app_problem_dup_sentence (problem);

  g_assert_cmpstr (
      sentence, ==, "The tracker tr.example refused with HTTP status 404. It will be asked again.");
}

static void
test_problem_names_the_file_only (void)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_MALFORMED, "/home/me/x.torrent", "no info");
  g_autofree char *sentence = shoal_app_problem_dup_sentence (problem);

  g_assert_true (g_str_has_prefix (sentence, "“x.torrent” is not a torrent"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/sentence/row", test_row);
  g_test_add_func ("/app/sentence/row-while-joining", test_row_while_joining);
  g_test_add_func ("/app/sentence/row-with-tracker", test_row_with_tracker);
  g_test_add_func ("/app/sentence/row-with-problem", test_row_with_problem);
  g_test_add_func ("/app/sentence/row-held", test_row_held);
  g_test_add_func ("/app/sentence/spoken", test_spoken);
  g_test_add_func ("/app/sentence/spoken-now", test_spoken_now);
  g_test_add_func ("/app/sentence/why-nobody", test_why_nobody);
  g_test_add_func ("/app/sentence/totals", test_totals);
  g_test_add_func ("/app/problem/any-kind", test_problem_of_any_kind);
  g_test_add_func ("/app/problem/strangers-words", test_problem_shows_strangers_words_as_text);
  g_test_add_func ("/app/problem/says-the-status", test_problem_says_the_status);
  g_test_add_func ("/app/problem/file-only", test_problem_names_the_file_only);
  return g_test_run ();
}
