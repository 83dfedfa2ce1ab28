/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gnutls/gnutls.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "fake-resolver.h"
#include "lab.h"

/* When a tracker list says what to which tracker. */

#define PERSON   SHOAL_BASE_POLICY_WORD_PERSON
#define TORRENT  SHOAL_BASE_POLICY_WORD_TORRENT
#define STRANGER SHOAL_BASE_POLICY_WORD_STRANGER

/* A port of 127.0.0.1 where nobody listens. */
#define DEAD_URL "http://127.0.0.1:1/announce"

static FakeResolver *resolver;

static void
run_until_status (Torrent *torrent, guint index, ShoalTrackerStatus status)
{
  gint64 give_up_usec = g_get_monotonic_time () + 20 * G_USEC_PER_SEC;

  while (g_get_monotonic_time () < give_up_usec)
    {
      ShoalTrackerInfo *row = shoal_discover_tracker_list_dup_row (torrent->list, index);
      gboolean          is_there = row->status == status;

      shoal_tracker_info_free (row);
      if (is_there)
        return;
      g_main_context_iteration (NULL, TRUE);
    }
  g_assert_not_reached ();
}

static void
test_plain (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  const ShoalCodecTrackerAnnounce *announce;
  ShoalTrackerInfo                *row;
  ShoalBaseAddress                *peer;

  tracker->body = "d8:completei5e10:incompletei9e8:intervali900e"
                  "5:peers12:\x50\x01\x02\x03\x1a\xe1\x50\x01\x02\x04\x1a\xe2"
                  "15:warning message4:hmm!e";
  torrent->stats = (ShoalDiscoverStats){ .uploaded = 11, .downloaded = 22, .left = 33 };
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  g_assert_cmpint (
      shoal_discover_tracker_list_get_state (torrent->list), ==, SHOAL_TRACKERS_TRYING);
  lab_run_for (20);
  g_assert_cmpuint (tracker->n_requests, ==, 0); /* not before the start */
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);

  announce = web_tracker_get (tracker, 0);
  g_assert_cmpint (announce->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpuint (announce->uploaded, ==, 11);
  g_assert_cmpuint (announce->downloaded, ==, 22);
  g_assert_cmpuint (announce->left, ==, 33);
  g_assert_cmpint (announce->num_want, ==, 200);
  g_assert_cmpuint (
      announce->port, ==, shoal_net_endpoint_get_port (g_ptr_array_index (lab->endpoints, 0)));
  g_assert_true (announce->has_key && announce->wants_compact && announce->wants_no_peer_id);

  g_assert_cmpuint (torrent->peers->len, ==, 2);
  peer = &g_array_index (torrent->peers, ShoalBaseAddress, 1);
  g_assert_cmpuint (peer->port, ==, 0x1ae2);
  g_assert_true (shoal_base_policy_is_local (&torrent->teller));
  g_assert_cmpstr (torrent->message, ==, "hmm!");
  g_assert_cmpuint (torrent->interval_sec, ==, 900);

  row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
  g_assert_cmpstr (row->url, ==, web_tracker_url (tracker));
  g_assert_cmpint (row->status, ==, SHOAL_TRACKER_STATUS_OK);
  g_assert_cmpstr (row->message, ==, "hmm!");
  g_assert_cmpint (row->n_seeds, ==, 5);
  g_assert_cmpint (row->n_leechers, ==, 9);
  g_assert_cmpuint (row->n_peers, ==, 2);
  g_assert_cmpint (row->next_time, >, row->last_time + 850);
  g_assert_cmpint (row->next_time, <, row->last_time + 1000);
  shoal_tracker_info_free (row);
  g_assert_cmpint (
      shoal_discover_tracker_list_get_state (torrent->list), ==, SHOAL_TRACKERS_WORKING);
}

/* started, completed and stopped: once each, and only where they belong. */
static void
test_events (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  tracker->body = "d8:intervali1e12:min intervali1e5:peers0:e";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  torrent->stats.left = 0;
  shoal_discover_tracker_list_complete (torrent->list);
  shoal_discover_tracker_list_complete (torrent->list);
  lab_run_until (&torrent->n_ok, 3);
  g_assert_cmpint (web_tracker_get (tracker, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_COMPLETED);
  g_assert_cmpuint (web_tracker_get (tracker, 1)->left, ==, 0);
  g_assert_cmpint (web_tracker_get (tracker, 2)->event, ==, SHOAL_CODEC_TRACKER_EVENT_NONE);

  shoal_discover_tracker_list_stop (torrent->list);
  lab_run_until (&tracker->n_requests, 4);
  g_assert_cmpint (web_tracker_get (tracker, 3)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpint (web_tracker_get (tracker, 3)->num_want, ==, 0);
  lab_run_for (1500);
  g_assert_cmpuint (tracker->n_requests, ==, 4);

  /* Again, and never completed twice. */
  torrent->stats.is_partial_seed = TRUE;
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 5);
  g_assert_cmpint (web_tracker_get (tracker, 4)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpint (web_tracker_get (tracker, 5)->event, ==, SHOAL_CODEC_TRACKER_EVENT_PAUSED);
}

static void
test_added_complete (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  ShoalDiscoverTrackerOptions options = { .is_complete = TRUE };
  g_autoptr (Torrent) torrent = torrent_new (lab, &options);

  tracker->body = "d8:intervali1e12:min intervali1e5:peers0:e";
  torrent->stats.left = 0;
  torrent->stats.wants_no_peers = TRUE;
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  shoal_discover_tracker_list_complete (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpint (web_tracker_get (tracker, 0)->num_want, ==, 0);
  g_assert_cmpint (web_tracker_get (tracker, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_NONE);
}

/* `get` is done and goes: the tracker hears both, in this order, also when the list is gone. */
static void
test_complete_and_stop (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  torrent->stats.left = 0;
  shoal_discover_tracker_list_complete (torrent->list);
  shoal_discover_tracker_list_stop (torrent->list);
  g_clear_pointer (&torrent->list, shoal_discover_tracker_list_free);
  lab_run_until (&tracker->n_requests, 3);
  g_assert_cmpint (web_tracker_get (tracker, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_COMPLETED);
  g_assert_cmpint (web_tracker_get (tracker, 2)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
}

static void
test_never_started (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_stop (torrent->list);
  shoal_discover_tracker_list_start (torrent->list);
  shoal_discover_tracker_list_stop (torrent->list); /* before anything left */
  lab_run_for (50);
  g_assert_cmpuint (tracker->n_requests, ==, 0);
}

/* Stopped and started at once: the tracker hears them in this order. */
static void
test_restart (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  shoal_discover_tracker_list_stop (torrent->list);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpint (web_tracker_get (tracker, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpint (web_tracker_get (tracker, 2)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
}

/* Each family is announced by itself, with one key; `completed` counts once. */
static void
test_families (void)
{
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *url = g_strdup_printf ("http://both.test:%u/announce", tracker->port);
  guint            i, n_completed = 0;

  fake_resolver_set (resolver, "both.test", "127.0.0.1 ::1");
  tracker->body = "d8:intervali1e12:min intervali1e5:peers0:e";
  torrent_add_tier (torrent, TORRENT, url, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpuint (tracker->n_families[0], >=, 1);
  g_assert_cmpuint (tracker->n_families[1], >=, 1);
  g_assert_cmpuint (web_tracker_get (tracker, 0)->key, ==, web_tracker_get (tracker, 1)->key);
  g_assert_cmpint (web_tracker_get (tracker, 0)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpint (web_tracker_get (tracker, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);

  torrent->stats.left = 0;
  shoal_discover_tracker_list_complete (torrent->list);
  lab_run_until (&torrent->n_ok, 7);
  for (i = 0; i < tracker->announces->len; i++)
    n_completed += web_tracker_get (tracker, i)->event == SHOAL_CODEC_TRACKER_EVENT_COMPLETED;
  g_assert_cmpuint (n_completed, ==, 1);
  i = tracker->n_requests;
  shoal_discover_tracker_list_stop (torrent->list);
  lab_run_until (&tracker->n_requests, i + 2);
  g_assert_cmpint (web_tracker_get (tracker, i)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpint (web_tracker_get (tracker, i + 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
}

/* A tracker without an IPv6 address is no error while IPv4 works. */
static void
test_one_family (void)
{
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *url = g_strdup_printf ("http://four.test:%u/announce", tracker->port);

  fake_resolver_set (resolver, "four.test", "127.0.0.1");
  torrent_add_tier (torrent, TORRENT, url, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  run_until_status (torrent, 0, SHOAL_TRACKER_STATUS_OK);
  lab_run_for (50);
  g_assert_cmpuint (torrent->n_ok, ==, 1);
  g_assert_cmpuint (torrent->n_errors, ==, 0);
  g_assert_null (torrent->message);
}

static ShoalTrackerStatus
get_status (Torrent *torrent)
{
  ShoalTrackerInfo  *row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
  ShoalTrackerStatus status = row->status;

  shoal_tracker_info_free (row);
  return status;
}

/* Whoever is not there is told of once, though it is asked over two families; and once more when
 * each that it has was tried again. */
static void
test_dead (void)
{
  static const struct
  {
    const char *url;
    const char *addresses; /* of dead.test */
    const char *message;   /* what must not be in it */
  } rows[] = {
    { "http://127.0.0.1:1/announce", NULL, "IPv6" },
    { "http://[::1]:1/announce", NULL, "IPv4" },
    { "http://dead.test:1/announce", "127.0.0.1", "IPv6" },
    { "http://dead.test:1/announce", "127.0.0.1 ::1", "IPv" },
    { "http://nobody.test:1/announce", NULL, "IPv" },
    { "udp://127.0.0.1:1/announce", NULL, "IPv6" },
    { "udp://dead.test:1/announce", "::1", "IPv4" },
    { "udp://dead.test:1/announce", "127.0.0.1 ::1", "IPv" },
    { "udp://nobody.test:1/announce", NULL, "IPv" },
  };
  guint i, round;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Lab) lab = lab_new (2, NULL);
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

      if (rows[i].addresses != NULL)
        fake_resolver_set (resolver, "dead.test", rows[i].addresses);
      torrent_add_tier (torrent, TORRENT, rows[i].url, NULL);
      shoal_discover_tracker_list_start (torrent->list);
      for (round = 1; round <= 3; round++)
        {
          lab_run_until (&torrent->n_errors, round);
          while (get_status (torrent) == SHOAL_TRACKER_STATUS_WORKING)
            g_main_context_iteration (NULL, TRUE);
          lab_run_for (20);
          g_assert_cmpuint (torrent->n_errors, ==, round);
          g_assert_cmpint (get_status (torrent), ==, SHOAL_TRACKER_STATUS_ERROR);
          g_assert_nonnull (torrent->message);
          g_assert_null (strstr (torrent->message, rows[i].message));
          shoal_discover_tracker_list_announce_now (torrent->list);
        }
    }
}

/* It has addresses, none that we could reach: that is all there is to say. */
static void
test_other_family (void)
{
  static const char *const urls[] = { "http://[::1]:1/announce",
                                      "http://six.test:1/announce",
                                      "udp://[::1]:1/announce",
                                      "udp://six.test:1/announce" };
  guint                    i;

  fake_resolver_set (resolver, "six.test", "::1");
  for (i = 0; i < G_N_ELEMENTS (urls); i++)
    {
      g_autoptr (Lab) lab = lab_new (1, NULL);
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

      torrent_add_tier (torrent, TORRENT, urls[i], NULL);
      shoal_discover_tracker_list_start (torrent->list);
      lab_run_until (&torrent->n_errors, 1);
      g_assert_nonnull (strstr (torrent->message, "no IPv4 address"));
      g_assert_cmpint (get_status (torrent), ==, SHOAL_TRACKER_STATUS_ERROR);
      g_assert_cmpint (
          shoal_discover_tracker_list_get_state (torrent->list), ==, SHOAL_TRACKERS_FAILING);
    }
}

/* The first tier is dead: the second is used, and the first tried again in its time. */
static void
test_tiers (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) good = web_tracker_new ();
  g_autoptr (WebTracker) spare = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, DEAD_URL, NULL);
  torrent_add_tier (torrent, TORRENT, web_tracker_url (good), NULL);
  torrent_add_tier (torrent, TORRENT, web_tracker_url (spare), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (torrent->n_errors, ==, 1);
  g_assert_cmpuint (good->n_requests, ==, 1);
  lab_run_for (50);
  g_assert_cmpuint (spare->n_requests, ==, 0);
  run_until_status (torrent, 0, SHOAL_TRACKER_STATUS_ERROR);
  run_until_status (torrent, 1, SHOAL_TRACKER_STATUS_OK);
  run_until_status (torrent, 2, SHOAL_TRACKER_STATUS_NEW);
  {
    ShoalTrackerInfo *row = shoal_discover_tracker_list_dup_row (torrent->list, 0);

    g_assert_nonnull (row->message);
    g_assert_cmpint (row->next_time, >, row->last_time + 15);
    g_assert_cmpint (row->next_time, <, row->last_time + 25);
    shoal_tracker_info_free (row);
  }
  /* Only those that know us are told the end. */
  shoal_discover_tracker_list_stop (torrent->list);
  lab_run_until (&good->n_requests, 2);
  g_assert_cmpuint (spare->n_requests, ==, 0);
}

/* Whichever of a tier answers comes first from then on. */
static void
test_promote (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) good = web_tracker_new ();
  guint i;

  for (i = 0; i < 10; i++)
    {
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
      ShoalTrackerInfo *row;

      torrent_add_tier (torrent,
                        TORRENT,
                        DEAD_URL,
                        "http://127.0.0.1:2/announce",
                        web_tracker_url (good),
                        "http://127.0.0.1:3/announce",
                        NULL);
      shoal_discover_tracker_list_start (torrent->list);
      lab_run_until (&torrent->n_ok, 1);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
      g_assert_cmpstr (row->url, ==, web_tracker_url (good));
      shoal_tracker_info_free (row);
    }
}

/* Shuffled inside a tier, in order between tiers (BEP 12). */
static void
test_shuffle (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  guint i, n_other = 0;

  for (i = 0; i < 40; i++)
    {
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
      ShoalTrackerInfo *row;

      torrent_add_tier (torrent, TORRENT, "http://a.test/announce", "http://b.test/announce", NULL);
      torrent_add_tier (
          torrent, TORRENT, "http://c.test/announce", "http://a.test/announce", "ftp://x", NULL);
      g_assert_cmpuint (shoal_discover_tracker_list_get_n_trackers (torrent->list), ==, 3);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
      n_other += strcmp (row->url, "http://b.test/announce") == 0;
      g_assert_cmpuint (row->tier, ==, 0);
      shoal_tracker_info_free (row);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 2);
      g_assert_cmpstr (row->url, ==, "http://c.test/announce");
      g_assert_cmpuint (row->tier, ==, 1);
      shoal_tracker_info_free (row);
    }
  g_assert_cmpuint (n_other, >, 5);
  g_assert_cmpuint (n_other, <, 35);
}

/* The person's tracker is announced beside the torrent's own. */
static void
test_added_tracker (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) own = web_tracker_new ();
  g_autoptr (WebTracker) added = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, web_tracker_url (own), NULL);
  g_assert_true (shoal_discover_tracker_list_add_tracker (torrent->list, web_tracker_url (added)));
  g_assert_false (shoal_discover_tracker_list_add_tracker (torrent->list, "nonsense"));
  g_assert_true (shoal_discover_tracker_list_add_tracker (torrent->list, web_tracker_url (added)));
  g_assert_cmpuint (shoal_discover_tracker_list_get_n_trackers (torrent->list), ==, 2);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpuint (own->n_requests, ==, 1);
  g_assert_cmpuint (added->n_requests, ==, 1);
}

/* BEP 27: one at a time, over all families; the person's first; the next when it fails. */
static void
test_private (void)
{
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (WebTracker) own = web_tracker_new ();
  g_autoptr (WebTracker) added = web_tracker_new ();
  ShoalDiscoverTrackerOptions options = { .is_private = TRUE, .announce_all = TRUE };
  g_autoptr (Torrent) torrent = torrent_new (lab, &options);
  g_autofree char *url = g_strdup_printf ("http://own.test:%u/announce", own->port);

  fake_resolver_set (resolver, "own.test", "127.0.0.1 ::1");
  added->body = "d14:failure reason4:nah.e";
  torrent_add_tier (torrent, TORRENT, url, NULL);
  torrent_add_tier (torrent, TORRENT, DEAD_URL, NULL);
  shoal_discover_tracker_list_add_tracker (torrent->list, web_tracker_url (added));
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpuint (added->n_requests, ==, 1); /* 127.0.0.1 has no IPv6 */
  g_assert_cmpuint (own->n_requests, ==, 2);
  g_assert_cmpuint (torrent->n_errors, ==, 1);
  run_until_status (torrent, 0, SHOAL_TRACKER_STATUS_ERROR);
  run_until_status (torrent, 2, SHOAL_TRACKER_STATUS_NEW);
}

/* Who comes from one tracker is not to meet who comes from another. */
static void
test_private_switch (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) first = web_tracker_new ();
  g_autoptr (WebTracker) second = web_tracker_new ();
  ShoalDiscoverTrackerOptions options = { .is_private = TRUE };
  g_autoptr (Torrent) torrent = torrent_new (lab, &options);

  first->body = "d8:intervali1e12:min intervali1e5:peers6:\x50\x01\x02\x03\x1a\xe1"
                "e";
  second->body = "d8:intervali1e12:min intervali1e5:peers6:\x50\x01\x02\x04\x1a\xe2"
                 "e";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (first), NULL);
  torrent_add_tier (torrent, TORRENT, web_tracker_url (second), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpuint (torrent->n_switched, ==, 0);
  first->body = "d14:failure reason4:nah.e";
  lab_run_until (&torrent->n_switched, 1);
  lab_run_until (&torrent->n_ok, 4);
  g_assert_cmpuint (second->n_requests, >=, 1);
  g_assert_cmpuint (torrent->n_switched, ==, 1);
  g_assert_cmpuint (torrent->peers->len, >=, 1);
  g_assert_cmpuint (g_array_index (torrent->peers, ShoalBaseAddress, 0).ip[3], ==, 4);
}

#define REFUSED SHOAL_PROBLEM_TRACKER_REFUSED
#define BROKEN  SHOAL_PROBLEM_TRACKER_BROKEN
#define STATUS  SHOAL_PROBLEM_TRACKER_STATUS

static void
test_failures (void)
{
  static const struct
  {
    guint       status;
    const char *body;
    const char *message;
    guint       code;
    gint64      least, most; /* seconds to the next; 0: none */
  } rows[] = {
    { 200, "d14:failure reason6:go offe", "go off", REFUSED, 17, 22 },
    { 200, "d14:failure reason6:go off8:retry in1:3e", "go off", REFUSED, 180, 181 },
    { 200, "d14:failure reason6:go off8:retry in5:nevere", "go off", REFUSED, 0, 0 },
    { 404, "<html>", "HTTP status 404", STATUS, 17, 22 },
    { 500, "", "HTTP status 500", STATUS, 17, 22 },
    { 403, "d8:intervali1800e5:peers0:e", "HTTP status 403", STATUS, 17, 22 },
    { 400, "d14:failure reason6:go offe", "go off", REFUSED, 17, 22 },
    { 200, "<html>", NULL, BROKEN, 17, 22 },
    { 200, "", NULL, BROKEN, 17, 22 },
  };
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
      g_autoptr (ShoalProblem) problem = NULL;
      ShoalTrackerInfo *row;

      tracker->status = rows[i].status;
      tracker->body = rows[i].body;
      torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
      shoal_discover_tracker_list_start (torrent->list);
      lab_run_until (&torrent->n_errors, 1);
      if (rows[i].message != NULL)
        g_assert_cmpstr (torrent->message, ==, rows[i].message);
      else
        g_assert_nonnull (torrent->message);
      g_assert_cmpuint (torrent->interval_sec, >=, rows[i].least);
      g_assert_cmpuint (torrent->interval_sec, <=, rows[i].most);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
      g_assert_cmpint (row->status, ==, SHOAL_TRACKER_STATUS_ERROR);
      if (rows[i].least == 0)
        g_assert_cmpint (row->next_time, ==, 0);
      else
        {
          g_assert_cmpint (row->next_time - row->last_time, >=, rows[i].least);
          g_assert_cmpint (row->next_time - row->last_time, <=, rows[i].most);
        }
      g_assert_cmpuint (row->fault, ==, rows[i].code);
      g_assert_cmpuint (row->http_status, ==, rows[i].code == STATUS ? rows[i].status : 0);
      shoal_tracker_info_free (row);
      g_assert_cmpint (
          shoal_discover_tracker_list_get_state (torrent->list), ==, SHOAL_TRACKERS_FAILING);
      problem = shoal_discover_tracker_list_dup_problem (torrent->list);
      g_assert_cmpuint (problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TRACKER);
      g_assert_cmpuint (problem->code, ==, rows[i].code);
      g_assert_cmpuint (problem->number, ==, rows[i].code == STATUS ? rows[i].status : 0);
      g_assert_cmpstr (problem->subject, ==, "127.0.0.1");
      g_assert_cmpstr (problem->outside_text, ==, torrent->message);

      /* The person may ask at once, whatever was said. */
      tracker->body = NULL;
      tracker->status = 200;
      shoal_discover_tracker_list_announce_now (torrent->list);
      lab_run_until (&torrent->n_ok, 1);
      g_assert_null (shoal_discover_tracker_list_dup_problem (torrent->list));
      shoal_discover_tracker_list_stop (torrent->list);
    }
}

/* Whose certificate nobody vouches for is not told anything. */
static void
test_certificate (void)
{
  g_autofree char *path = g_test_build_filename (G_TEST_DIST, "unit/net/good-test.pem", NULL);
  g_autoptr (GTlsCertificate) certificate = NULL;
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = NULL;
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char  *url = NULL;
  ShoalTrackerInfo *row;

  if (!g_tls_backend_supports_tls (g_tls_backend_get_default ()))
    {
      g_test_skip ("no TLS here (glib-networking)");
      return;
    }
  certificate = g_tls_certificate_new_from_file (path, NULL);
  g_assert_nonnull (certificate);
  tracker = web_tracker_new_secure (certificate);
  url = g_strdup_printf ("https://good.test:%u/announce", tracker->port);
  fake_resolver_set (resolver, "good.test", "127.0.0.1");
  torrent_add_tier (torrent, TORRENT, url, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_errors, 1);
  row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
  g_assert_cmpint (row->fault, ==, SHOAL_PROBLEM_UNSAFE);
  g_assert_cmpuint (row->http_status, ==, 0);
  g_assert_cmpuint (tracker->n_requests, ==, 0);
  shoal_tracker_info_free (row);
}

/* Over one family it says why it refuses, over the other nothing at all: what it said stands, also
 * once it was asked anew. */
static void
test_refused_and_silent (void)
{
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *url = g_strdup_printf ("http://half.test:%u/announce", tracker->port);
  guint            round;

  fake_resolver_set (resolver, "half.test", "127.0.0.1 ::1");
  tracker->body = "d14:failure reason6:go offe";
  tracker->hangs_ipv6 = TRUE;
  torrent_add_tier (torrent, TORRENT, url, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  for (round = 1; round <= 2; round++)
    {
      ShoalTrackerInfo *row;

      lab_run_until (&torrent->n_errors, round);
      run_until_status (torrent, 0, SHOAL_TRACKER_STATUS_ERROR);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
      g_assert_cmpint (row->fault, ==, REFUSED);
      g_assert_cmpstr (row->message, ==, "go off");
      g_assert_cmpstr (torrent->message, ==, "go off");
      shoal_tracker_info_free (row);
      shoal_discover_tracker_list_announce_now (torrent->list);
    }
  g_assert_cmpuint (tracker->n_families[0], ==, 2);
  g_assert_cmpuint (tracker->n_families[1], ==, 2);
}

static void
test_long_message (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char *words = g_strnfill (50000, 'w');
  g_autofree char *body = g_strdup_printf ("d14:failure reason50000:%se", words);

  tracker->body = body;
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_errors, 1);
  g_assert_cmpuint (strlen (torrent->message), <=, 300);
}

static void
test_intervals (void)
{
  static const struct
  {
    const char *body;
    gint64      least, most;
  } rows[] = {
    { "d8:intervali0e5:peers0:e", 1800, 1890 },
    { "d8:intervali-1e5:peers0:e", 1800, 1890 },
    { "d5:peers0:e", 1800, 1890 },
    { "d8:intervali99999999999999e5:peers0:e", 86400, 86490 },
    { "d8:intervali4294967297e5:peers0:e", 1, 86490 }, /* not 1 by wrapping: see below */
    { "d8:intervali30e5:peers0:e", 30, 32 },           /* local: as it says */
  };
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
      ShoalTrackerInfo *row;

      tracker->body = rows[i].body;
      torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
      shoal_discover_tracker_list_start (torrent->list);
      lab_run_until (&torrent->n_ok, 1);
      row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
      g_assert_cmpint (row->next_time - row->last_time, >=, rows[i].least);
      g_assert_cmpint (row->next_time - row->last_time, <=, rows[i].most + 1);
      if (strstr (rows[i].body, "4294967297") != NULL)
        g_assert_cmpint (row->next_time - row->last_time, >, 1000);
      shoal_tracker_info_free (row);
    }
}

/* Early announces: no sooner than the tracker's minimum. */
static void
test_early (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  gint64 begin_usec;

  tracker->body = "d8:intervali900e12:min intervali1e5:peers0:e";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  begin_usec = g_get_monotonic_time ();
  shoal_discover_tracker_list_want_peers (torrent->list);
  shoal_discover_tracker_list_want_peers (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, >, 900 * 1000);
  shoal_discover_tracker_list_announce_now (torrent->list);
  lab_run_until (&torrent->n_ok, 3);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, >, 1900 * 1000);
  lab_run_for (10);
  g_assert_cmpint (
      shoal_discover_tracker_list_get_next_usec (torrent->list), >, g_get_monotonic_time ());

  tracker->body = "d8:intervali900e12:min intervali600e5:peers0:e";
  shoal_discover_tracker_list_want_peers (torrent->list);
  lab_run_until (&torrent->n_ok, 4);
  shoal_discover_tracker_list_want_peers (torrent->list);
  shoal_discover_tracker_list_announce_now (torrent->list);
  lab_run_for (1200);
  g_assert_cmpuint (torrent->n_ok, ==, 4);
}

static void
test_tracker_id (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  tracker->body = "d8:intervali1e5:peers0:10:tracker id3:a&be";
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_null (strstr (g_ptr_array_index (tracker->queries, 0), "trackerid"));
  g_assert_nonnull (strstr (g_ptr_array_index (tracker->queries, 1), "trackerid=a%26b"));
}

/* Freed by its owner in the middle of being told. */
static void
test_free_inside (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) tracker = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent->frees_list = TRUE;
  torrent_add_tier (torrent, TORRENT, web_tracker_url (tracker), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_null (torrent->list);
  lab_run_for (20);
  g_assert_cmpuint (torrent->n_changed, ==, 0);
}

int
main (int argc, char **argv)
{
  /* Linked, not loaded later by GIO: gcc 12's leak checker crashes on the thread-local data of
   * libraries that come after the first threads. */
  g_assert_nonnull (gnutls_check_version (NULL));
#define ADD(path, func) g_test_add_func ("/discover/tracker-list/" path, func)
  g_test_init (&argc, &argv, NULL);
  resolver = fake_resolver_install ();
  ADD ("plain", test_plain);
  ADD ("events", test_events);
  ADD ("added-complete", test_added_complete);
  ADD ("complete-and-stop", test_complete_and_stop);
  ADD ("never-started", test_never_started);
  ADD ("restart", test_restart);
  ADD ("families", test_families);
  ADD ("one-family", test_one_family);
  ADD ("dead", test_dead);
  ADD ("other-family", test_other_family);
  ADD ("tiers", test_tiers);
  ADD ("promote", test_promote);
  ADD ("shuffle", test_shuffle);
  ADD ("added-tracker", test_added_tracker);
  ADD ("private", test_private);
  ADD ("private-switch", test_private_switch);
  ADD ("failures", test_failures);
  ADD ("certificate", test_certificate);
  ADD ("refused-and-silent", test_refused_and_silent);
  ADD ("long-message", test_long_message);
  ADD ("intervals", test_intervals);
  ADD ("early", test_early);
  ADD ("tracker-id", test_tracker_id);
  ADD ("free-inside", test_free_inside);
  return g_test_run ();
}
