/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-tiers.h"
#include "app/shoal-app-tracker.h"
#include "app/shoal-app-way.h"

#define NOW 1000000

/* What is said of trackers and of the other ways, and how lists of trackers are changed. */

static void
assert_said (const ShoalTrackerInfo *info, const char *last, const char *next)
{
  g_autofree char *said = shoal_app_tracker_dup_last (info, NOW);
  g_autofree char *said_next = shoal_app_tracker_dup_next (info, NOW);

  g_assert_cmpstr (said, ==, last);
  g_assert_cmpstr (said_next, ==, next);
}

static void
test_answers (void)
{
  ShoalTrackerInfo info = { .n_seeds = -1, .n_leechers = -1 };

  assert_said (&info, "not asked yet", NULL);
  info.next_time = NOW + 5;
  assert_said (&info, "not asked yet", "will be asked in a moment");
  info.next_time = NOW + 110;
  assert_said (&info, "not asked yet", "will be asked in 2 minutes");
  info.status = SHOAL_TRACKER_STATUS_WORKING;
  assert_said (&info, "being asked right now", NULL);
  info.status = SHOAL_TRACKER_STATUS_OK;
  info.last_time = NOW - 110;
  info.next_time = NOW + 700;
  info.n_peers = 1;
  assert_said (&info, "answered 2 minutes ago: it named 1 person", "asked again in 12 minutes");
  info.n_seeds = 34;
  info.n_leechers = 5;
  info.last_time = NOW - 3;
  assert_said (&info, "answered just now: 34 seeding, 5 downloading", "asked again in 12 minutes");
  info.next_time = NOW + 5;
  assert_said (
      &info, "answered just now: 34 seeding, 5 downloading", "asked again within half a minute");
  info.next_time = NOW + 700;
  info.message = (char *) "be {ago} <b>";
  assert_said (&info,
               "answered just now: 34 seeding, 5 downloading, and says “be {ago} <b>”",
               "asked again in 12 minutes");
  info.status = SHOAL_TRACKER_STATUS_ERROR;
  info.fault = SHOAL_PROBLEM_TRACKER_REFUSED;
  assert_said (&info, "failed just now: “be {ago} <b>”", "asked again in 12 minutes");
  info.message = NULL;
  assert_said (&info, "failed just now, no reason was given", "asked again in 12 minutes");
  info.message = (char *) "the engine's English";
  info.fault = SHOAL_PROBLEM_TRACKER_BROKEN;
  assert_said (&info, "failed just now: its answer makes no sense", "asked again in 12 minutes");
  info.fault = SHOAL_PROBLEM_TRACKER_STATUS;
  info.http_status = 404;
  assert_said (
      &info, "failed just now: it refused with HTTP status 404", "asked again in 12 minutes");
  info.fault = SHOAL_PROBLEM_UNSAFE;
  assert_said (&info,
               "failed just now: it could not prove that it is what it says",
               "asked again in 12 minutes");
  info.fault = SHOAL_PROBLEM_TIMEOUT;
  assert_said (&info, "failed just now: it does not answer", "asked again in 12 minutes");
  info.fault = SHOAL_PROBLEM_UNREACHABLE;
  assert_said (&info, "failed just now: it cannot be reached", "asked again in 12 minutes");
}

/* Nobody who looks over a shoulder reads a password, and a name is one that was chosen. */
static void
test_addresses (void)
{
  static const char *const rows[][2] = {
    { "http://tracker.example/announce", "http://tracker.example/announce" },
    { "https://ann:secret@tracker.example:80/a?b=c@d", "https://tracker.example:80/a?b=c@d" },
    { "udp://xn--bcher-kva.example:6969", "udp://bücher.example:6969" },
    { "http://a@b@xn--bcher-kva.example/x@y", "http://bücher.example/x@y" },
    { "http://u:p@[2001:db8::7]:80/a", "http://[2001:db8::7]:80/a" },
    { "http://xn--/a", "http://xn--/a" },
    { "nonsense", "nonsense" },
    { "", "" },
  };
  g_autofree char *host = shoal_app_tracker_dup_host ("xn--bcher-kva.example");

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *shown = shoal_app_tracker_dup_url (rows[i][0]);

      g_assert_cmpstr (shown, ==, rows[i][1]);
    }
  g_assert_cmpstr (host, ==, "bücher.example");
}

static void
assert_way (ShoalAppWay             way,
            const ShoalTorrentInfo *info,
            const ShoalTotals      *totals,
            const ShoalSettings    *settings,
            const char             *expected)
{
  g_autofree char *text = shoal_app_way_dup_text (way, info, totals, settings);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_ways (void)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();
  g_autoptr (ShoalSettings) settings = shoal_settings_new ();
  ShoalTotals totals = { .dht = SHOAL_DHT_JOINED, .n_dht_nodes = 200 };

  settings->use_dht = settings->use_pex = TRUE;
  settings->use_lsd = FALSE;
  info->n_exchanged = 3;
  assert_way (SHOAL_APP_WAY_DHT, info, &totals, settings, "asks among 200 computers for people");
  assert_way (SHOAL_APP_WAY_EXCHANGE, info, &totals, settings, "others have named 3 new people");
  info->n_exchanged = 0;
  assert_way (
      SHOAL_APP_WAY_EXCHANGE, info, &totals, settings, "nobody is connected who could name others");
  info->n_peers = 1;
  assert_way (SHOAL_APP_WAY_EXCHANGE,
              info,
              &totals,
              settings,
              "those who are connected have named nobody new yet");
  assert_way (SHOAL_APP_WAY_LOCAL, info, &totals, settings, "off in the preferences");
  info->is_private = TRUE;
  for (guint i = 0; i < SHOAL_APP_N_WAYS; i++)
    assert_way ((ShoalAppWay) i, info, &totals, settings, "not for private torrents");
}

static void
assert_tiers (char **urls, const char *expected)
{
  g_auto (GStrv) taken = urls;
  g_autofree char *text = g_strjoinv (" ", taken);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_tiers (void)
{
  g_auto (GStrv) urls = shoal_app_tiers_from_text ("\n\n a \nb\n\n \nc\n\n");
  g_autofree char   *text = shoal_app_tiers_to_text ((const char *const *) urls);
  const char *const *some = (const char *const *) urls;

  g_assert_cmpstr (text, ==, "a\nb\n\nc");
  assert_tiers (shoal_app_tiers_from_text (""), "");
  assert_tiers (shoal_app_tiers_replace (some, "b", "x"), "a x  c");
  assert_tiers (shoal_app_tiers_replace (some, "c", NULL), "a b");
  assert_tiers (shoal_app_tiers_replace (some, "?", NULL), "a b  c");
  assert_tiers (shoal_app_tiers_move (some, "a", 1), "b  c a");
  assert_tiers (shoal_app_tiers_move (some, "a", -1), "a  b  c");
  assert_tiers (shoal_app_tiers_move (some, "c", -1), "a b c");
  assert_tiers (shoal_app_tiers_move (some, "c", 1), "a b  c");
  assert_tiers (shoal_app_tiers_move (some, "b", 1), "a  c b");
}

static void
test_trackers (void)
{
  g_autoptr (GPtrArray) trackers = g_ptr_array_new ();
  ShoalTrackerInfo infos[] = { { .url = (char *) "a", .tier = 0 },
                               { .url = (char *) "b", .tier = 0 },
                               { .url = (char *) "c", .tier = 4 } };

  assert_tiers (shoal_app_tiers_from_trackers (NULL), "");
  for (guint i = 0; i < G_N_ELEMENTS (infos); i++)
    g_ptr_array_add (trackers, &infos[i]);
  assert_tiers (shoal_app_tiers_from_trackers (trackers), "a b  c");
}

static void
test_urls (void)
{
  g_assert_true (shoal_app_tiers_is_url ("http://tracker.example/announce"));
  g_assert_true (shoal_app_tiers_is_url ("udp://[2001:db8::1]:6969"));
  g_assert_false (shoal_app_tiers_is_url ("tracker.example"));
  g_assert_false (shoal_app_tiers_is_url ("file:///etc/passwd"));
  g_assert_false (shoal_app_tiers_is_url ("http://"));
  g_assert_false (shoal_app_tiers_is_url (""));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/tracker/answers", test_answers);
  g_test_add_func ("/app/tracker/addresses", test_addresses);
  g_test_add_func ("/app/tracker/ways", test_ways);
  g_test_add_func ("/app/tracker/tiers", test_tiers);
  g_test_add_func ("/app/tracker/trackers", test_trackers);
  g_test_add_func ("/app/tracker/urls", test_urls);
  return g_test_run ();
}
