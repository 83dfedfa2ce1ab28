/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "fake-resolver.h"
#include "lab.h"

/* What the announces of all torrents share: turns, quit, scrapes, names, the address policy. */

#define PERSON   SHOAL_BASE_POLICY_WORD_PERSON
#define TORRENT  SHOAL_BASE_POLICY_WORD_TORRENT
#define STRANGER SHOAL_BASE_POLICY_WORD_STRANGER

static FakeResolver *resolver;

static const char *
udp_url (const UdpTracker *tracker, const char *path)
{
  static char text[400];

  g_snprintf (text, sizeof text, "udp://127.0.0.1:%u%s", tracker->port, path);
  return text;
}

static Torrent *
numbered_torrent (Lab *lab, guint8 number)
{
  ShoalDiscoverTrackerOptions options = { 0 };

  memset (&options.info_hash, number, sizeof options.info_hash);
  return torrent_new (lab, &options);
}

static void
test_udp (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (UdpTracker) tracker = udp_tracker_new (lab, AF_INET);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char                 *key = g_strnfill (300, 'k');
  g_autofree char                 *path = g_strdup_printf ("/announce?%s", key);
  const ShoalCodecTrackerAnnounce *announce;
  ShoalTrackerInfo                *row;

  shoal_base_address_parse (&tracker->peers[0], "80.1.2.3:4567");
  shoal_base_address_parse (&tracker->peers[1], "127.0.0.1:4567");
  tracker->n_peers = 2;
  torrent_add_tier (torrent, TORRENT, udp_url (tracker, path), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (torrent->peers->len, ==, 2);
  announce = &g_array_index (tracker->announces, ShoalCodecTrackerAnnounce, 0);
  g_assert_cmpint (announce->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpint (announce->num_want, ==, 200);
  g_assert_cmpstr (tracker->url_data, ==, path); /* in chunks of 255 */
  row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
  g_assert_cmpint (row->n_seeds, ==, 7);
  shoal_tracker_info_free (row);

  torrent->stats.left = 0;
  shoal_discover_tracker_list_complete (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  shoal_discover_tracker_list_stop (torrent->list);
  lab_run_until (&tracker->announces->len, 3);
  announce = &g_array_index (tracker->announces, ShoalCodecTrackerAnnounce, 1);
  g_assert_cmpint (announce->event, ==, SHOAL_CODEC_TRACKER_EVENT_COMPLETED);
  announce = &g_array_index (tracker->announces, ShoalCodecTrackerAnnounce, 2);
  g_assert_cmpint (announce->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpint (announce->num_want, ==, 0);
  g_assert_cmpuint (tracker->n_connects, ==, 1);
}

static void
test_udp_refused (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (UdpTracker) tracker = udp_tracker_new (lab, AF_INET);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  tracker->refusal = "not here";
  torrent_add_tier (torrent, TORRENT, udp_url (tracker, ""), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_errors, 1);
  g_assert_cmpstr (torrent->message, ==, "not here");
}

/* UDP over both families, by name. */
static void
test_udp_families (void)
{
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (UdpTracker) four = udp_tracker_new (lab, AF_INET);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *url = g_strdup_printf ("udp://both.test:%u", four->port);

  /* Another tracker may hold the same port of ::1: only IPv4 is asked to answer here. */
  fake_resolver_set (resolver, "both.test", "127.0.0.1");
  torrent_add_tier (torrent, TORRENT, url, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  lab_run_for (20);
  g_assert_cmpuint (torrent->n_errors, ==, 0);
  fake_resolver_set (resolver, "gone.test", "");
  torrent_add_tier (torrent, TORRENT, "udp://gone.test:5", NULL);
  g_assert_cmpuint (four->announces->len, ==, 1);
}

static void
finished_cb (gpointer owner)
{
  ++*(guint *) owner;
}

/* Quit: a hung tracker costs no more than the deadline; the others are told all the same, those of
 * the torrents that moved the most first. */
static void
test_quit (void)
{
  enum
  {
    N = 30
  };
  ShoalDiscoverAnnouncerOptions options;
  g_autoptr (WebTracker) hung = web_tracker_new ();
  g_autoptr (WebTracker) good = web_tracker_new ();
  g_autoptr (Lab) lab = NULL;
  Torrent *torrents[2 * N];
  guint    i, n_finished = 0;
  gint64   begin_usec;

  lab_init_options (&options);
  options.http_timeout_usec = 20 * G_USEC_PER_SEC;
  lab = lab_new (1, &options);
  for (i = 0; i < 2 * N; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) i);
      torrents[i]->stats.uploaded = i * 1000;
      torrent_add_tier (torrents[i], TORRENT, web_tracker_url (i % 2 == 0 ? hung : good), NULL);
      shoal_discover_tracker_list_start (torrents[i]->list);
    }
  for (i = 0; i < 2 * N; i++)
    lab_run_until (&torrents[i]->n_ok, 1);
  hung->hangs = TRUE;
  for (i = 0; i < 2 * N; i++)
    shoal_discover_tracker_list_stop (torrents[i]->list);
  begin_usec = g_get_monotonic_time ();
  shoal_discover_announcer_finish (lab->announcer, G_USEC_PER_SEC, finished_cb, &n_finished);
  g_assert_cmpuint (n_finished, ==, 0);
  lab_run_until (&n_finished, 1);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, >=, G_USEC_PER_SEC);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, <, 3 * G_USEC_PER_SEC);
  g_assert_cmpuint (good->n_requests, ==, 2 * N);
  for (i = N; i < 2 * N; i++)
    g_assert_cmpint (web_tracker_get (good, i)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpuint (web_tracker_get (good, N)->uploaded, >, (2 * N - 20) * 1000);
  for (i = 0; i < 2 * N; i++)
    torrent_free (torrents[i]);
}

/* Nothing to say, or nobody that ever answered: no waiting. */
static void
test_quit_quick (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) hung = web_tracker_new ();
  g_autoptr (WebTracker) good = web_tracker_new ();
  g_autoptr (Torrent) unknown = numbered_torrent (lab, 1);
  g_autoptr (Torrent) known = numbered_torrent (lab, 2);
  guint  n_finished = 0;
  gint64 begin_usec;

  hung->hangs = TRUE;
  torrent_add_tier (unknown, TORRENT, web_tracker_url (hung), NULL);
  torrent_add_tier (known, TORRENT, web_tracker_url (good), NULL);
  shoal_discover_tracker_list_start (unknown->list);
  shoal_discover_tracker_list_start (known->list);
  lab_run_until (&known->n_ok, 1);
  lab_run_until (&hung->n_requests, 1);
  shoal_discover_tracker_list_stop (unknown->list);
  shoal_discover_tracker_list_stop (known->list);
  begin_usec = g_get_monotonic_time ();
  shoal_discover_announcer_finish (lab->announcer, 10 * G_USEC_PER_SEC, finished_cb, &n_finished);
  lab_run_until (&n_finished, 1);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, <, 4 * G_USEC_PER_SEC);
  g_assert_cmpuint (good->n_requests, ==, 2);
}

/* Seconds from the order to the end, of a quit at which a tracker hangs that knows @n torrents, the
 * first of which moved @moved bytes and the others nothing; another tracker, which answers, knows
 * as many. */
static double
quit_beside_hung (guint n, guint64 moved)
{
  g_autoptr (Lab) lab = NULL;
  g_autoptr (WebTracker) hung = web_tracker_new ();
  g_autoptr (WebTracker) good = web_tracker_new ();
  g_autoptr (GPtrArray) torrents = g_ptr_array_new_with_free_func ((GDestroyNotify) torrent_free);
  ShoalDiscoverAnnouncerOptions options;
  gint64                        begin_usec;
  guint64                       told = 0;
  guint                         i, n_finished = 0;

  lab_init_options (&options);
  options.http_timeout_usec = 20 * G_USEC_PER_SEC;
  lab = lab_new (1, &options);
  for (i = 0; i < 2 * n; i++)
    {
      Torrent *torrent = numbered_torrent (lab, (guint8) i);

      g_ptr_array_add (torrents, torrent);
      torrent_add_tier (torrent, TORRENT, web_tracker_url (i % 2 == 0 ? hung : good), NULL);
      shoal_discover_tracker_list_start (torrent->list);
    }
  for (i = 0; i < 2 * n; i++)
    lab_run_until (&((Torrent *) g_ptr_array_index (torrents, i))->n_ok, 1);
  hung->hangs = TRUE;
  ((Torrent *) g_ptr_array_index (torrents, 0))->stats.uploaded = moved;
  for (i = 0; i < 2 * n; i++)
    shoal_discover_tracker_list_stop (((Torrent *) g_ptr_array_index (torrents, i))->list);
  begin_usec = g_get_monotonic_time ();
  shoal_discover_announcer_finish (lab->announcer, 4 * G_USEC_PER_SEC, finished_cb, &n_finished);
  lab_run_until (&n_finished, 1);
  g_assert_cmpuint (good->n_requests, ==, 2 * n);
  g_assert_cmpuint (hung->n_requests, >, n);
  for (i = n; i < hung->n_requests; i++)
    told += web_tracker_get (hung, i)->uploaded;
  g_assert_cmpuint (told, ==, moved);
  return (double) (g_get_monotonic_time () - begin_usec) / G_USEC_PER_SEC;
}

/* Who moved nothing is told of, but not waited for to the end; who did is, and comes first. */
static void
test_quit_minor (void)
{
  double seconds = quit_beside_hung (30, 0);

  g_assert_cmpfloat (seconds, >, 1.4);
  g_assert_cmpfloat (seconds, <, 3.5);
  g_assert_cmpfloat (quit_beside_hung (30, 1), >=, 4.0);
}

static void
test_quit_idle (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  guint n_finished = 0;

  shoal_discover_announcer_finish (lab->announcer, 10 * G_USEC_PER_SEC, finished_cb, &n_finished);
  g_assert_cmpuint (n_finished, ==, 0);
  lab_run_for (200);
  g_assert_cmpuint (n_finished, ==, 1);
}

/* A hung tracker with many torrents has its share of places, no more. */
static void
test_turns (void)
{
  enum
  {
    N = 60
  };
  ShoalDiscoverAnnouncerOptions options;
  g_autoptr (WebTracker) hung = web_tracker_new ();
  g_autoptr (WebTracker) good = web_tracker_new ();
  g_autoptr (Lab) lab = NULL;
  g_autoptr (Torrent) last = NULL;
  ShoalDiscoverAnnouncerStats stats;
  Torrent                    *torrents[N];
  guint                       i;

  lab_init_options (&options);
  options.http_timeout_usec = G_USEC_PER_SEC;
  lab = lab_new (1, &options);
  last = numbered_torrent (lab, 250);
  hung->hangs = TRUE;
  for (i = 0; i < N; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) i);
      torrent_add_tier (torrents[i], TORRENT, web_tracker_url (hung), NULL);
      shoal_discover_tracker_list_start (torrents[i]->list);
    }
  torrent_add_tier (last, TORRENT, web_tracker_url (good), NULL);
  shoal_discover_tracker_list_start (last->list);
  lab_run_until (&last->n_ok, 1);
  lab_run_until (&hung->n_requests, 10);
  shoal_discover_announcer_get_stats (lab->announcer, &stats);
  g_assert_cmpuint (stats.n_http, ==, 10);
  g_assert_cmpuint (stats.n_waiting, ==, N - 10);
  g_assert_cmpuint (hung->n_requests, ==, 10);

  /* Once ten waited in vain, the others need not. */
  for (i = 0; i < N; i++)
    lab_run_until (&torrents[i]->n_errors, 1);
  g_assert_cmpuint (hung->n_requests, <, 30);
  for (i = 0; i < N; i++)
    torrent_free (torrents[i]);
}

/* Scrapes of several torrents at one tracker are one request. */
static void
test_scrape_http (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  Torrent *torrents[3];
  guint    i;
  int      n_seeds, n_leechers;

  tracker->scrape_body = "d5:filesd20:aaaaaaaaaaaaaaaaaaaad8:completei1e10:incompletei11ee"
                         "20:bbbbbbbbbbbbbbbbbbbbd8:completei2e10:incompletei22eeee";
  for (i = 0; i < 3; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) ('a' + i));
      torrent_add_tier (torrents[i], TORRENT, web_tracker_url (tracker), NULL);
      shoal_discover_tracker_list_scrape (torrents[i]->list);
      shoal_discover_tracker_list_scrape (torrents[i]->list);
    }
  lab_run_until (&torrents[1]->n_changed, 1);
  g_assert_cmpuint (tracker->n_scrapes, ==, 1);
  g_assert_cmpuint (tracker->n_requests, ==, 0);
  for (i = 0; i < 3; i++)
    {
      shoal_discover_tracker_list_get_counts (torrents[i]->list, &n_seeds, &n_leechers);
      g_assert_cmpint (n_seeds, ==, i < 2 ? (int) i + 1 : -1);
      g_assert_cmpint (n_leechers, ==, i < 2 ? ((int) i + 1) * 11 : -1);
      torrent_free (torrents[i]);
    }
}

/* A tracker that takes one swarm at a time only. */
static void
test_scrape_split (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  Torrent *torrents[8];
  guint    i;

  tracker->scrape_body = "d14:failure reason8:too longe";
  for (i = 0; i < 8; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) ('a' + i));
      torrent_add_tier (torrents[i], TORRENT, web_tracker_url (tracker), NULL);
      shoal_discover_tracker_list_scrape (torrents[i]->list);
    }
  lab_run_until (&tracker->n_scrapes, 1 + 2 + 4 + 8);
  lab_run_for (50);
  g_assert_cmpuint (tracker->n_scrapes, ==, 1 + 2 + 4 + 8);
  for (i = 0; i < 8; i++)
    torrent_free (torrents[i]);
}

static void
test_scrape_udp (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (UdpTracker) tracker = udp_tracker_new (lab, AF_INET);
  Torrent *torrents[100];
  guint    i;
  int      n_seeds, n_leechers;

  for (i = 0; i < 100; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) (i + 1));
      torrent_add_tier (torrents[i], TORRENT, udp_url (tracker, ""), NULL);
      shoal_discover_tracker_list_scrape (torrents[i]->list);
    }
  for (i = 0; i < 100; i++)
    {
      lab_run_until (&torrents[i]->n_changed, 1);
      shoal_discover_tracker_list_get_counts (torrents[i]->list, &n_seeds, &n_leechers);
      g_assert_cmpint (n_seeds, ==, i + 1);
      g_assert_cmpint (n_leechers, ==, 5);
      torrent_free (torrents[i]);
    }
  g_assert_cmpuint (tracker->n_scrapes, ==, 2);
}

/* Gone while it rides along with another's scrape, or leads one. */
static void
test_scrape_free (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  Torrent *torrents[4];
  guint    i;

  tracker->scrape_body = "d5:filesd20:ddddddddddddddddddddd8:completei4eeee";
  for (i = 0; i < 4; i++)
    {
      torrents[i] = numbered_torrent (lab, (guint8) ('a' + i));
      torrent_add_tier (torrents[i], TORRENT, web_tracker_url (tracker), NULL);
      shoal_discover_tracker_list_scrape (torrents[i]->list);
    }
  torrent_free (torrents[2]);
  g_main_context_iteration (NULL, FALSE);
  torrent_free (torrents[1]);
  torrent_free (torrents[0]);
  lab_run_until (&torrents[3]->n_changed, 1);
  torrent_free (torrents[3]);
}

/* Who may name a local tracker, with which path (cli-contract.md). */
static void
test_policy (void)
{
  static const struct
  {
    ShoalBasePolicyWord word;
    const char         *path;
    gboolean            is_udp, is_asked;
  } rows[] = {
    { PERSON, "/announce", FALSE, TRUE },    { PERSON, "/x", FALSE, TRUE },
    { TORRENT, "/announce", FALSE, TRUE },   { TORRENT, "/a/announce", FALSE, TRUE },
    { TORRENT, "/x", FALSE, FALSE },         { TORRENT, "/announce.php", FALSE, FALSE },
    { STRANGER, "/announce", FALSE, FALSE }, { PERSON, "", TRUE, TRUE },
    { TORRENT, "/x", TRUE, TRUE },           { STRANGER, "", TRUE, FALSE },
  };
  guint i, allow;

  for (allow = 0; allow < 2; allow++)
    for (i = 0; i < G_N_ELEMENTS (rows); i++)
      {
        ShoalDiscoverAnnouncerOptions options;
        g_autoptr (Lab) lab = NULL;
        g_autoptr (WebTracker) web = web_tracker_new ();
        g_autoptr (UdpTracker) udp = NULL;
        g_autoptr (Torrent) torrent = NULL;
        g_autofree char *url = NULL;
        gboolean         is_asked = rows[i].is_asked || (allow && rows[i].word == STRANGER);

        lab_init_options (&options);
        options.allow_local = allow;
        lab = lab_new (1, &options);
        udp = udp_tracker_new (lab, AF_INET);
        torrent = torrent_new (lab, NULL);
        url = g_strdup_printf ("%s://127.0.0.1:%u%s",
                               rows[i].is_udp ? "udp" : "http",
                               rows[i].is_udp ? udp->port : web->port,
                               rows[i].path);
        torrent_add_tier (torrent, rows[i].word, url, NULL);
        shoal_discover_tracker_list_start (torrent->list);
        lab_run_until (is_asked ? &torrent->n_ok : &torrent->n_local_calls, 1);
        g_assert_cmpuint (web->n_requests + udp->announces->len, ==, is_asked);
        g_assert_cmpuint (torrent->n_local, ==, 0);
        g_clear_pointer (&torrent, torrent_free);
        g_clear_pointer (&udp, udp_tracker_free);
      }
}

/* A local tracker may name addresses of its own kind, no others; said once. */
static void
test_policy_peers (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  tracker->body = "d8:intervali1e5:peers30:"
                  "\x7f\x01\x01\x01\x11\x11"
                  "\x0a\x01\x01\x01\x11\x11"
                  "\xa9\xfe\xa9\xfe\x11\x11"
                  "\xc0\xa8\x01\x01\x11\x11"
                  "\x50\x01\x01\x01\x11\x11"
                  "e";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpuint (torrent->peers->len, >=, 2);
  g_assert_cmpuint (torrent->n_local_calls, ==, 1);
  g_assert_cmpuint (torrent->n_local, ==, 2);
}

/* Peers by name, as dictionaries: looked up, and put before the policy. */
static void
test_names (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  ShoalBaseAddress *peer;

  fake_resolver_set (resolver, "peer.test", "80.9.9.9");
  fake_resolver_set (resolver, "lan.test", "192.168.1.1");
  tracker->body = "d8:intervali1800e5:peersld2:ip9:peer.test4:porti77eed2:ip8:lan.test4:porti77ee"
                  "d2:ip8:80.1.1.14:porti78eeee";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_local_calls, 1);
  lab_run_until (&torrent->peers->len, 2);
  peer = &g_array_index (torrent->peers, ShoalBaseAddress, 1);
  g_assert_cmpuint (peer->port, ==, 77);
  g_assert_cmpuint (peer->ip[1], ==, 9);
}

static ShoalBaseAddress external;
static guint            n_external;

static void
external_cb (gpointer owner, const ShoalBaseAddress *ip, const ShoalBaseAddress *teller)
{
  external = *ip;
  n_external++;
}

static void
test_external (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  shoal_discover_announcer_set_external_func (lab->announcer, external_cb, NULL);
  shoal_discover_announcer_set_port (lab->announcer, g_ptr_array_index (lab->endpoints, 0), 12345);
  tracker->body = "d11:external ip4:\x50\x07\x08\x09"
                  "8:intervali1800e5:peers0:e";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&n_external, 1);
  g_assert_cmpuint (external.ip[3], ==, 9);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (web_tracker_get (tracker, 0)->port, ==, 12345);
}

static void
test_redirect (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) from = web_tracker_new ();
  g_autoptr (WebTracker) to = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *location = NULL;

  location = g_strdup_printf ("%s?info_hash=%%01%%00%%01%%01%%01%%01%%01%%01%%01%%01%%01%%01%%01%%"
                              "01%%01%%01%%01%%01%%01%%01"
                              "&peer_id=-XX0001-aaaaaaaaaaaa&port=1&left=0",
                              web_tracker_url (to));
  from->status = 302;
  from->location = location;
  torrent_add_tier (torrent, TORRENT, web_tracker_url (from), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (to->n_requests, ==, 1);

  /* To itself, without end. */
  g_free (location);
  location = g_strdup_printf ("/announce?%s", (const char *) g_ptr_array_index (from->queries, 0));
  from->location = location;
  shoal_discover_tracker_list_stop (torrent->list);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_errors, 1);
  g_assert_cmpuint (from->n_requests, <, 30);
}

static void
test_gzip (void)
{
  static const char plain[] = "d8:intervali1800e5:peers6:\x50\x01\x02\x03\x1a\xe1"
                              "e";
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autoptr (GZlibCompressor) packer = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autoptr (GError) error = NULL;
  char  packed[200];
  gsize n_read, n_written;

  g_assert_cmpint (g_converter_convert (G_CONVERTER (packer),
                                        plain,
                                        sizeof plain - 1,
                                        packed,
                                        sizeof packed,
                                        G_CONVERTER_INPUT_AT_END,
                                        &n_read,
                                        &n_written,
                                        &error),
                   ==,
                   G_CONVERTER_FINISHED);
  tracker->body = packed;
  tracker->body_len = n_written;
  tracker->encoding = "gzip";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (torrent->peers->len, ==, 1);
}

int
main (int argc, char **argv)
{
#define ADD(path, func) g_test_add_func ("/discover/announcer/" path, func)
  g_test_init (&argc, &argv, NULL);
  resolver = fake_resolver_install ();
  ADD ("udp", test_udp);
  ADD ("udp-refused", test_udp_refused);
  ADD ("udp-families", test_udp_families);
  ADD ("quit", test_quit);
  ADD ("quit-quick", test_quit_quick);
  ADD ("quit-minor", test_quit_minor);
  ADD ("quit-idle", test_quit_idle);
  ADD ("turns", test_turns);
  ADD ("scrape-http", test_scrape_http);
  ADD ("scrape-split", test_scrape_split);
  ADD ("scrape-udp", test_scrape_udp);
  ADD ("scrape-free", test_scrape_free);
  ADD ("policy", test_policy);
  ADD ("policy-peers", test_policy_peers);
  ADD ("names", test_names);
  ADD ("external", test_external);
  ADD ("redirect", test_redirect);
  ADD ("gzip", test_gzip);
  return g_test_run ();
}
