/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm-tracker.h"
#include "swarm.h"

/* Data goes from those who have it to the others. */

#define KIB 1024

static void
test_one_to_one (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("one", 64 * KIB, 1000 * KIB + 7);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);

  node_finish (leech, data);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, >=, data->size);
  g_assert_cmpuint (node_get (leech, FIRST)->corrupt, ==, 0);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
}

static guint64
sum_rates_of_peers (Node *node)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);
  guint64                    bps = 0;

  for (guint i = 0; details != NULL && i < details->peers->len; i++)
    bps += ((const ShoalPeerInfo *) g_ptr_array_index (details->peers, i))->down_bps;
  return bps;
}

/* The moment it is done nothing says any more that it comes. */
static void
test_rates (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("rates", 32 * KIB, 600 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 300 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);

  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PEERS);
  swarm_until (swarm, node_get (leech, FIRST)->down_bps > 0 && sum_rates_of_peers (leech) > 0);
  g_assert_cmpuint (leech->totals.down_bps, >, 0);
  swarm_until (swarm, node_get (seed, FIRST)->up_bps > 0);
  node_finish (leech, data);
  g_assert_cmpuint (node_get (leech, FIRST)->down_bps, ==, 0);
  g_assert_cmpuint (sum_rates_of_peers (leech), ==, 0);
  g_assert_cmpuint (leech->totals.down_bps, ==, 0);
}

static void
test_tiny (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("tiny", 16 * KIB, 1);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);

  node_finish (leech, data);
}

#define N_LEECHES 5

static void
check_all (Swarm *swarm, Node **leeches, const Data *data)
{
  guint i;

  for (i = 0; i < N_LEECHES; i++)
    {
      node_finish (leeches[i], data);
      g_assert_cmpuint (node_get (leeches[i], FIRST)->corrupt, ==, 0);
    }
}

static void
connect_leech (Node **leeches, guint i, Node *seed)
{
  node_connect (leeches[i], FIRST, seed);
  node_connect (leeches[i], FIRST, leeches[(i + 1) % N_LEECHES]);
}

static void
add_leeches (Node **leeches, const Data *data, Node *seed)
{
  guint i;

  for (i = 0; i < N_LEECHES; i++)
    {
      g_autofree char *name = g_strdup_printf ("leech-%u", i);

      leeches[i] = swarm_add_leech (seed->swarm, name, data, NULL);
    }
  for (i = 0; i < N_LEECHES; i++)
    connect_leech (leeches, i, seed);
}

static void
test_one_to_five (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("five", 64 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leeches[N_LEECHES];

  add_leeches (leeches, data, seed);
  check_all (swarm, leeches, data);
}

/* Some go without a word in the middle, and come again later: what they had by then they still
 * have. */
static void
test_rejoin (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("rejoin", 32 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node   *leeches[N_LEECHES];
  guint64 had[N_LEECHES];
  guint   i;

  add_leeches (leeches, data, seed);
  for (i = 0; i < 2; i++)
    {
      swarm_until (swarm, node_done_bytes (leeches[i], FIRST) > data->size / 8);
      had[i] = node_done_bytes (leeches[i], FIRST);
      node_drop (leeches[i]);
    }
  for (i = 0; i < 2; i++)
    {
      node_start (leeches[i]);
      connect_leech (leeches, i, seed);
      swarm_until (swarm, node_get (leeches[i], FIRST)->resumed_bytes != G_MAXUINT64);
      swarm_until (swarm, node_done_bytes (leeches[i], FIRST) >= had[i]);
    }
  check_all (swarm, leeches, data);
}

static void
test_two_torrents (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) first = data_new_tree ("first", 16 * KIB);
  g_autoptr (Data) second = data_new_single ("second", 128 * KIB, 900 * KIB);
  Node          *one = swarm_add_seed (swarm, "one", first);
  Node          *two = swarm_add_seed (swarm, "two", second);
  ShoalTorrentId id;

  id = node_add (one, second, NULL);
  node_connect (one, id, two);
  g_assert_cmpuint (node_add (two, first, NULL).value, ==, id.value);
  node_connect (two, id, one);
  swarm_until (swarm, node_is_done (one, id) && node_is_done (two, id));
  data_assert_whole (second, one->save);
  data_assert_whole (first, two->save);
}

static void
test_ipv6 (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("six", 32 * KIB, 300 * KIB);
  Node *nodes[2] = { node_new (swarm, "seed"), node_new (swarm, "leech") };
  guint i;

  for (i = 0; i < 2; i++)
    g_assert_true (shoal_base_address_parse_ip (
        &g_array_index (nodes[i]->settings->bind_addresses, ShoalBaseAddress, 0), "::1"));
  data_write (data, nodes[0]->save);
  node_leech (nodes[0], data, NULL);
  node_leech (nodes[1], data, nodes[0]);
  node_finish (nodes[1], data);
}

/* How often @self closed the connection to @other as banned. */
static guint
count_bans (Node *self, Node *other)
{
  guint n = 0, i;

  for (i = 0; i < self->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (self->events, i);

      n += event->kind == SHOAL_EVENT_PEER_CLOSED && g_str_equal (event->reason, "banned") &&
           event->address.port == other->totals.port;
    }
  return n;
}

/* A seed whose disk has begun to rot since it was hashed, among two that are as they should be:
 * pieces that it had a part in fail, until it is known who did it. */
static void
find_corrupt_seed (guint32 piece_length)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("corrupt", piece_length, 3 * 1024 * KIB);
  Node                   *seeds[3];
  Node                   *leech = node_new (swarm, "leech");
  const ShoalTorrentInfo *info;
  guint                   i, n_connected, wrong;

  for (i = 0; i < 3; i++)
    {
      seeds[i] = node_new (swarm, i == 0 ? "bad" : i == 1 ? "good" : "better");
      seeds[i]->settings->up_limit_bps = 300 * KIB;
      node_seed (seeds[i], data);
    }
  support_disk_fault_set_rot (seeds[0]->disk, 3);
  leech->has_errors = FALSE; /* what a disk refuses is another kind of loss */
  node_leech (leech, data, NULL);
  for (i = 0; i < 3; i++)
    node_connect (leech, FIRST, seeds[i]);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  data_assert_whole (data, leech->save);
  g_assert_cmpuint (count_bans (leech, seeds[0]), >, 0);
  g_assert_cmpuint (count_bans (leech, seeds[1]), ==, 0);
  g_assert_cmpuint (count_bans (leech, seeds[2]), ==, 0);

  /* All that came is accounted for: kept, wasted, or wrong. */
  wrong = node_count_events (leech, SHOAL_EVENT_BAD_PIECE);
  g_assert_cmpuint (wrong, >, 0);
  info = node_get (leech, FIRST);
  g_assert_cmpuint (info->corrupt, ==, wrong * piece_length);
  g_assert_cmpuint (info->downloaded, ==, data->size + info->wasted + info->corrupt);

  /* It is not talked to any more. */
  n_connected = node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED);
  node_connect (leech, FIRST, seeds[0]);
  node_connect (seeds[0], FIRST, leech);
  swarm_run (swarm, 500);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED), ==, n_connected);
}

/* Pieces that mostly come from one peer, and those that all have a part in. */
static void
test_corrupt_seed (void)
{
  find_corrupt_seed (64 * KIB);
  find_corrupt_seed (1024 * KIB);
}

static Data *
new_announced (const char *name, const char *announce, gboolean is_private)
{
  DataFile file = { .size = 400 * KIB + 1 };
  DataSpec spec = {
    .name = name,
    .piece_length = 32 * KIB,
    .files = &file,
    .n_files = 1,
    .announce = announce,
    .is_private = is_private,
    .seed = 5,
  };

  return data_new (&spec);
}

/* They know only the tracker. */
static void
run_tracker (const char *name, gboolean is_udp, gboolean is_private)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Data) data =
      new_announced (name, is_udp ? tracker->udp_url : tracker->url, is_private);
  g_autoptr (Swarm) swarm = swarm_new ();
  Node *leeches[2];
  guint i;

  swarm_add_seed (swarm, "seed", data);
  swarm_until (swarm, tracker->n_started == 1);
  for (i = 0; i < 2; i++)
    {
      leeches[i] = swarm_add (swarm, i == 0 ? "leech-0" : "leech-1");
      node_add (leeches[i], data, NULL);
    }
  for (i = 0; i < 2; i++)
    {
      node_finish (leeches[i], data);
      g_assert_cmpuint (node_get (leeches[i], FIRST)->is_private, ==, is_private);
      g_assert_cmpuint (node_get (leeches[i], FIRST)->trackers, ==, SHOAL_TRACKERS_WORKING);
    }
  swarm_until (swarm, tracker->n_completed == 2);
  g_clear_pointer (&swarm, swarm_free);
  while (tracker->n_stopped < 3)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (tracker->n_started, ==, 3);
  g_assert_cmpuint (tracker->n_completed, ==, 2);
}

static void
test_http_tracker (void)
{
  run_tracker ("http", FALSE, FALSE);
}

static void
test_udp_tracker (void)
{
  run_tracker ("udp", TRUE, FALSE);
}

static void
test_private (void)
{
  run_tracker ("private", FALSE, TRUE);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/transfer/one-to-one", test_one_to_one);
  g_test_add_func ("/swarm/transfer/rates", test_rates);
  g_test_add_func ("/swarm/transfer/tiny", test_tiny);
  g_test_add_func ("/swarm/transfer/one-to-five", test_one_to_five);
  g_test_add_func ("/swarm/transfer/rejoin", test_rejoin);
  g_test_add_func ("/swarm/transfer/corrupt-seed", test_corrupt_seed);
  g_test_add_func ("/swarm/transfer/two-torrents", test_two_torrents);
  g_test_add_func ("/swarm/transfer/ipv6", test_ipv6);
  g_test_add_func ("/swarm/transfer/http-tracker", test_http_tracker);
  g_test_add_func ("/swarm/transfer/udp-tracker", test_udp_tracker);
  g_test_add_func ("/swarm/transfer/private", test_private);
  return g_test_run ();
}
