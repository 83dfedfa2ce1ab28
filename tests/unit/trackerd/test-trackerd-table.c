/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>
#include <malloc.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "trackerd/shoal-trackerd-table.h"

#define INTERVAL 100
#define START    100000

static ShoalTrackerdTable *
new_table (guint max_peers)
{
  ShoalTrackerdTableLimits limits = { .interval_sec = INTERVAL, .max_peers = max_peers };

  return shoal_trackerd_table_new (&limits);
}

static ShoalBaseAddress
address (const char *text)
{
  ShoalBaseAddress result;

  g_assert_true (shoal_base_address_parse (&result, text));
  return result;
}

static ShoalBaseAddress
numbered (guint32 number)
{
  ShoalBaseAddress result;
  guint8           ip[4];

  shoal_base_write_be32 (ip, 0x50000000 + number * 7);
  shoal_base_address_init_ipv4 (&result, ip, 6881);
  return result;
}

static ShoalCodecTrackerAnnounce
request (guint8 swarm, guint32 key, guint64 left, ShoalCodecTrackerEvent event)
{
  ShoalCodecTrackerAnnounce result = {
    .left = left, .event = event, .num_want = -1, .key = key, .has_key = TRUE, .port = 6881
  };

  memset (&result.info_hash, swarm, sizeof result.info_hash);
  shoal_base_write_be32 (result.peer_id.bytes, key);
  return result;
}

static void
announce (ShoalTrackerdTable       *table,
          ShoalCodecTrackerAnnounce what,
          ShoalBaseAddress          from,
          guint32                   now,
          ShoalTrackerdTableReply  *reply)
{
  g_assert_true (shoal_trackerd_table_announce (table, &what, &from, now, reply));
}

static gboolean
has_peer (const ShoalTrackerdTableReply *reply, const char *text)
{
  ShoalBaseAddress wanted = address (text);
  guint            i;

  for (i = 0; i < reply->n_same + reply->n_other; i++)
    if (memcmp (reply->peers[i]->ip, wanted.ip, 16) == 0 && reply->peers[i]->port == wanted.port)
      return TRUE;
  return FALSE;
}

static void
test_life (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  ShoalTrackerdTableReply   reply;
  ShoalCodecTrackerCounts   counts;
  ShoalCodecTrackerAnnounce a = request (1, 11, 500, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  ShoalCodecTrackerAnnounce b = request (1, 22, 0, SHOAL_CODEC_TRACKER_EVENT_STARTED);

  announce (table, a, address ("80.1.1.1:1000"), START, &reply);
  g_assert_cmpuint (reply.n_same + reply.n_other, ==, 0);
  g_assert_cmpuint (reply.n_leechers, ==, 1);

  announce (table, b, address ("80.1.1.2:2000"), START, &reply);
  g_assert_cmpuint (reply.n_same, ==, 1);
  g_assert_true (has_peer (&reply, "80.1.1.1:1000"));
  g_assert_cmpuint (reply.n_seeds, ==, 1);

  a.left = 0;
  a.event = SHOAL_CODEC_TRACKER_EVENT_COMPLETED;
  announce (table, a, address ("80.1.1.1:1000"), START + 1, &reply);
  g_assert_cmpuint (reply.n_seeds, ==, 2);
  g_assert_cmpuint (reply.n_downloaded, ==, 1);
  g_assert_cmpuint (reply.n_same, ==, 0); /* seeds are not told of seeds */
  announce (table, a, address ("80.1.1.1:1000"), START + 2, &reply);
  g_assert_cmpuint (reply.n_downloaded, ==, 1);

  g_assert_true (shoal_trackerd_table_scrape (table, &a.info_hash, &counts));
  g_assert_cmpint (counts.complete, ==, 2);
  g_assert_cmpint (counts.incomplete, ==, 0);
  g_assert_cmpint (counts.downloaded, ==, 1);

  a.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, a, address ("80.1.1.1:1000"), START + 3, &reply);
  g_assert_cmpuint (reply.n_seeds, ==, 1);
  b.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, b, address ("80.1.1.2:2000"), START + 3, &reply);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 0);
  g_assert_cmpuint (shoal_trackerd_table_get_n_swarms (table), ==, 0);
}

static void
test_families (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  ShoalTrackerdTableReply reply;

  announce (table, request (1, 1, 5, 0), address ("80.1.1.1:1000"), START, &reply);
  announce (table, request (1, 1, 5, 0), address ("[2a00::1]:1000"), START, &reply);
  g_assert_cmpuint (reply.n_same, ==, 0);
  g_assert_cmpuint (reply.n_other, ==, 1);
  g_assert_cmpuint (reply.n_leechers, ==, 2);
  announce (table, request (1, 2, 5, 0), address ("[2a00::2]:1000"), START, &reply);
  g_assert_cmpuint (reply.n_same, ==, 1);
  g_assert_cmpuint (reply.n_other, ==, 1);
  g_assert_true (has_peer (&reply, "[2a00::1]:1000"));
  g_assert_true (has_peer (&reply, "80.1.1.1:1000"));
}

/* Somebody behind the same address translator knows address, port and peer id, not the key. */
static void
test_identity (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  ShoalTrackerdTableReply   reply;
  ShoalBaseAddress          place = address ("80.1.1.1:1000");
  ShoalCodecTrackerAnnounce mine = request (1, 11, 500, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  ShoalCodecTrackerAnnounce thief = mine;

  announce (table, mine, place, START, &reply);
  thief.key = 666;
  thief.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, thief, place, START + 1, &reply);
  g_assert_cmpuint (reply.n_leechers, ==, 1);
  thief.event = SHOAL_CODEC_TRACKER_EVENT_NONE;
  thief.left = 0;
  announce (table, thief, place, START + 2, &reply);
  g_assert_cmpuint (reply.n_leechers, ==, 1);
  thief.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, thief, place, START + 3, &reply);
  g_assert_cmpuint (reply.n_leechers, ==, 1);
  thief.has_key = FALSE; /* with the right peer id */
  announce (table, thief, place, START + 4, &reply);
  g_assert_cmpuint (reply.n_leechers, ==, 1);

  /* A client that was restarted has the place once the old one is silent. */
  thief.event = SHOAL_CODEC_TRACKER_EVENT_STARTED;
  announce (table, thief, place, START + INTERVAL + 61, &reply);
  g_assert_cmpuint (reply.n_seeds, ==, 1);
  announce (table, mine, place, START + INTERVAL + 62, &reply);
  g_assert_cmpuint (reply.n_seeds, ==, 1);
  thief.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, thief, place, START + INTERVAL + 63, &reply);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 0);

  /* Two clients behind one address have two ports. */
  announce (table, mine, address ("80.1.1.1:1000"), START, &reply);
  announce (table, thief, address ("80.1.1.1:1001"), START, &reply);
  announce (table, request (1, 5, 1, 0), address ("80.1.1.1:1001"), START, &reply);
  g_assert_cmpuint (reply.n_leechers, ==, 2);
}

static void
test_forget (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100000);
  ShoalTrackerdTableReply reply;
  guint32                 last = START + 2 * INTERVAL + 60;
  guint                   i, sweeps;

  for (i = 0; i < 5000; i++)
    announce (table,
              request ((guint8) (i % 7), i, i % 3, 0),
              numbered (i),
              START + (i % 2) * INTERVAL,
              &reply);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 5000);
  for (sweeps = 0; sweeps < 200; sweeps++)
    shoal_trackerd_table_sweep (table, last, 100);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 5000);

  /* Not told any more, even before the sweep comes by. */
  announce (table, request (0, 9999, 1, 0), numbered (9999), last + 1, &reply);
  for (i = 0; i < reply.n_same; i++)
    g_assert_cmpuint (reply.peers[i]->seen_sec, !=, START);
  for (sweeps = 0; sweeps < 60; sweeps++)
    shoal_trackerd_table_sweep (table, last + 1, 100);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 2501);
  for (sweeps = 0; sweeps < 60; sweeps++)
    shoal_trackerd_table_sweep (table, last + 10 * INTERVAL, 100);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 0);
  g_assert_cmpuint (shoal_trackerd_table_get_n_seeds (table), ==, 0);
  g_assert_cmpuint (shoal_trackerd_table_get_n_swarms (table), ==, 0);
}

static void
test_allowed (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  ShoalTrackerdTableReply   reply;
  ShoalCodecTrackerCounts   counts;
  ShoalCodecTrackerAnnounce good = request (1, 1, 1, 0);
  ShoalCodecTrackerAnnounce bad = request (2, 1, 1, 0);
  ShoalBaseAddress          from = address ("80.1.1.1:1000");

  shoal_trackerd_table_allow (table, &good.info_hash);
  shoal_trackerd_table_allow (table, &good.info_hash);
  g_assert_false (shoal_trackerd_table_announce (table, &bad, &from, START, &reply));
  g_assert_false (shoal_trackerd_table_scrape (table, &bad.info_hash, &counts));
  g_assert_true (shoal_trackerd_table_scrape (table, &good.info_hash, &counts));
  announce (table, good, from, START, &reply);
  good.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce (table, good, from, START, &reply);
  shoal_trackerd_table_sweep (table, START, 1000);
  g_assert_cmpuint (shoal_trackerd_table_get_n_swarms (table), ==, 1);
}

static void
test_reach (void)
{
  static const struct
  {
    const char *asker;
    gboolean    sees_loopback, sees_private, sees_global;
  } rows[] = {
    { "127.0.0.9:1", TRUE, TRUE, TRUE },
    { "192.168.1.9:1", FALSE, TRUE, TRUE },
    { "80.1.1.9:1", FALSE, FALSE, TRUE },
  };
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  ShoalTrackerdTableReply reply;
  guint                   i;

  announce (table, request (1, 1, 1, 0), address ("127.0.0.1:10"), START, &reply);
  announce (table, request (1, 2, 1, 0), address ("192.168.1.1:10"), START, &reply);
  announce (table, request (1, 3, 1, 0), address ("80.1.1.1:10"), START, &reply);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ShoalCodecTrackerAnnounce asker = request (1, 100 + i, 1, 0);

      asker.num_want = 200;
      announce (table, asker, address (rows[i].asker), START, &reply);
      g_assert_cmpint (has_peer (&reply, "127.0.0.1:10"), ==, rows[i].sees_loopback);
      g_assert_cmpint (has_peer (&reply, "192.168.1.1:10"), ==, rows[i].sees_private);
      g_assert_cmpint (has_peer (&reply, "80.1.1.1:10"), ==, rows[i].sees_global);
      g_assert_false (has_peer (&reply, rows[i].asker)); /* nobody is told of itself */
    }
}

static void
test_full (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (1024);
  ShoalTrackerdTableReply   reply;
  ShoalCodecTrackerAnnounce late = request (1, 1, 1, 0);
  guint                     i;

  /* One host takes what it can get: not more than 7/8. */
  for (i = 0; i < 2000; i++)
    {
      ShoalBaseAddress greedy = address ("80.1.1.1:1");

      greedy.port = (guint16) (i + 1);
      announce (table, request ((guint8) i, i, 1, 0), greedy, START, &reply);
    }
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 1024 - 1024 / 8);
  for (i = 0; i < 2000; i++)
    announce (table, request ((guint8) i, i, 1, 0), numbered (i), START, &reply);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 1024);

  /* Who finds no room is answered all the same. */
  announce (table, late, address ("90.1.1.1:1"), START, &reply);
  g_assert_cmpuint (reply.n_same, >, 0);
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 1024);
}

/* Every peer is told about equally often, never twice in one reply. */
static void
test_random (void)
{
  enum
  {
    N = 400,
    ROUNDS = 2000,
    WANT = 50
  };
  g_autoptr (ShoalTrackerdTable) table = new_table (1000);
  g_autofree guint         *told = g_new0 (guint, N);
  ShoalTrackerdTableReply   reply;
  ShoalCodecTrackerAnnounce asker = request (1, 7777, 1, SHOAL_CODEC_TRACKER_EVENT_NONE);
  guint                     i, k;

  for (i = 0; i < N; i++)
    announce (table, request (1, i, i % 2, 0), numbered (i), START, &reply);
  asker.num_want = WANT;
  for (k = 0; k < ROUNDS; k++)
    {
      g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

      announce (table, asker, address ("99.1.1.1:5"), START, &reply);
      g_assert_cmpuint (reply.n_same, ==, WANT);
      for (i = 0; i < reply.n_same; i++)
        {
          guint32 number = shoal_base_read_be32 (reply.peers[i]->peer_id.bytes);

          g_assert_true (g_hash_table_add (seen, GUINT_TO_POINTER (number + 1)));
          if (number < N)
            told[number]++;
        }
    }
  for (i = 0; i < N; i++)
    {
      g_assert_cmpuint (told[i], >, ROUNDS * WANT / N / 2);
      g_assert_cmpuint (told[i], <, ROUNDS * WANT / N * 2);
    }
}

/* Random life against a plain list: counts and membership agree. */
static void
test_model (void)
{
  enum
  {
    N = 300
  };
  g_autoptr (ShoalTrackerdTable) table = new_table (10000);
  ShoalTrackerdTableReply reply;
  ShoalBaseRandom         random;
  guint8                  state[N] = { 0 }; /* 0: away, 1: leecher, 2: seed */
  guint                   i, round;

  shoal_base_random_init (&random, 3);
  for (round = 0; round < 20000; round++)
    {
      guint  who = shoal_base_random_below (&random, round % 6000 < 3000 ? N : 20);
      guint8 next = (guint8) shoal_base_random_below (&random, round % 5000 < 2500 ? 3 : 2);
      guint  n_seeds = 0, n_leechers = 0;

      announce (
          table,
          request (1,
                   who,
                   next == 2 ? 0 : 1,
                   next == 0 ? SHOAL_CODEC_TRACKER_EVENT_STOPPED : SHOAL_CODEC_TRACKER_EVENT_NONE),
          numbered (who),
          START,
          &reply);
      state[who] = next;
      for (i = 0; i < N; i++)
        {
          n_seeds += state[i] == 2;
          n_leechers += state[i] == 1;
        }
      g_assert_cmpuint (reply.n_seeds, ==, n_seeds);
      g_assert_cmpuint (reply.n_leechers, ==, n_leechers);
      g_assert_cmpuint (shoal_trackerd_table_get_n_seeds (table), ==, n_seeds);
    }
}

static void
test_rows (void)
{
  g_autoptr (ShoalTrackerdTable) table = new_table (100);
  g_autoptr (GArray) rows = NULL;
  ShoalTrackerdTableReply reply;
  guint                   i;

  for (i = 0; i < 20; i++)
    announce (table, request ((guint8) (i * 77), i, 1, 0), numbered (i), START, &reply);
  rows = shoal_trackerd_table_dup_rows (table, 100);
  g_assert_cmpuint (rows->len, ==, 20);
  for (i = 1; i < rows->len; i++)
    g_assert_cmpint (memcmp (&g_array_index (rows, ShoalCodecTrackerScrapeRow, i - 1).info_hash,
                             &g_array_index (rows, ShoalCodecTrackerScrapeRow, i).info_hash,
                             20),
                     <,
                     0);
}

static gsize
count_allocated (void)
{
  struct mallinfo2 info = mallinfo2 ();

  return info.uordblks + info.hblkhd;
}

/* A peer in a swarm of its own costs most. */
static void
test_memory (void)
{
  gsize before = count_allocated ();
  g_autoptr (ShoalTrackerdTable) table = NULL;
  ShoalTrackerdTableReply reply;
  gsize                   used;
  guint32                 i;

  if (before == 0)
    {
      g_test_skip ("the allocator does not say what it gave");
      return;
    }
  table = new_table (100000);
  for (i = 0; i < 100000; i++)
    {
      ShoalCodecTrackerAnnounce what = request (0, i, 1, SHOAL_CODEC_TRACKER_EVENT_STARTED);

      shoal_base_write_be32 ((guint8 *) &what.info_hash, i);
      announce (table, what, numbered (i), START, &reply);
    }
  g_assert_cmpuint (shoal_trackerd_table_get_n_peers (table), ==, 100000);
  g_assert_cmpuint (shoal_trackerd_table_get_n_swarms (table), ==, 100000);
  used = count_allocated () - before;
  g_test_message ("100,000 peers in 100,000 swarms: %" G_GSIZE_FORMAT " KiB", used / 1024);
  g_assert_cmpuint (used, <, 64 * 1000 * 1000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trackerd/table/life", test_life);
  g_test_add_func ("/trackerd/table/families", test_families);
  g_test_add_func ("/trackerd/table/identity", test_identity);
  g_test_add_func ("/trackerd/table/forget", test_forget);
  g_test_add_func ("/trackerd/table/allowed", test_allowed);
  g_test_add_func ("/trackerd/table/reach", test_reach);
  g_test_add_func ("/trackerd/table/full", test_full);
  g_test_add_func ("/trackerd/table/random", test_random);
  g_test_add_func ("/trackerd/table/model", test_model);
  g_test_add_func ("/trackerd/table/rows", test_rows);
  g_test_add_func ("/trackerd/table/memory", test_memory);
  return g_test_run ();
}
