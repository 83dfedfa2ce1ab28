/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "discover/shoal-discover-dht-flood.h"
#include "discover/shoal-discover-dht-peers.h"
#include "discover/shoal-discover-dht-plan.h"

#include <string.h>

#define SECOND ((gint64) G_USEC_PER_SEC)
#define MINUTE (60 * SECOND)

static ShoalBaseAddress
address_at (guint i, guint16 port)
{
  const guint8     ip[4] = { 30, (guint8) (i >> 16), (guint8) (i >> 8), (guint8) i };
  ShoalBaseAddress address;

  shoal_base_address_init_ipv4 (&address, ip, port);
  return address;
}

static ShoalSwarmKey
key_at (guint i)
{
  ShoalSwarmKey key = { { 0 } };

  memcpy (key.bytes, &i, sizeof i);
  return key;
}

static void
test_peers (void)
{
  g_autoptr (ShoalDiscoverDhtPeers) peers = shoal_discover_dht_peers_new ();
  ShoalBaseAddress picked[100], address = address_at (1, 1);
  ShoalSwarmKey    key = key_at (1), other = key_at (2);
  ShoalBaseRandom  random;
  guint            i;

  shoal_base_random_init (&random, 1);
  g_assert_cmpuint (shoal_discover_dht_peers_pick (peers, &key, &random, picked, 100), ==, 0);
  g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, 0));
  g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, MINUTE));
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), ==, 1);
  g_assert_cmpuint (shoal_discover_dht_peers_pick (peers, &key, &random, picked, 100), ==, 1);
  g_assert_true (shoal_base_address_equal (&picked[0], &address));
  g_assert_cmpuint (shoal_discover_dht_peers_pick (peers, &other, &random, picked, 100), ==, 0);
  for (i = 2; i < 300; i++)
    {
      address = address_at (i, 1);
      g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, 10 * MINUTE));
    }
  g_assert_cmpuint (shoal_discover_dht_peers_pick (peers, &key, &random, picked, 100), ==, 100);
  shoal_discover_dht_peers_expire (peers, MINUTE + SHOAL_DISCOVER_DHT_PEER_USEC);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), ==, 298);
  shoal_discover_dht_peers_expire (peers, 10 * MINUTE + SHOAL_DISCOVER_DHT_PEER_USEC);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), ==, 0);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_swarms (peers), ==, 0);
}

static void
test_peers_bounded (void)
{
  g_autoptr (ShoalDiscoverDhtPeers) peers = shoal_discover_dht_peers_new ();
  ShoalSwarmKey    key = key_at (1);
  ShoalBaseAddress address;
  guint            n = 0, i;

  for (i = 0; i < 1000; i++)
    {
      address = address_at (i, 1);
      n += shoal_discover_dht_peers_add (peers, &key, &address, 0);
    }
  g_assert_cmpuint (n, ==, SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM);
  address = address_at (3, 1); /* who is there may come back, from another port too */
  g_assert_true (shoal_discover_dht_peers_has_room (peers, &key, &address));
  g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, 0));
  address.port = 2;
  g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, 0));
  g_assert_cmpuint (
      shoal_discover_dht_peers_get_n_peers (peers), ==, SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM);
  for (i = 0; i < 1000; i++) /* one host, in ever more swarms */
    {
      key = key_at (10 + i);
      address = address_at (5000, 1);
      n += shoal_discover_dht_peers_add (peers, &key, &address, 0);
    }
  g_assert_cmpuint (
      n, ==, SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM + SHOAL_DISCOVER_DHT_MAX_PER_HOST);
  for (i = 0; i < 100000; i++)
    {
      key = key_at (10000 + i / 7);
      address = address_at (10000 + i, 1);
      shoal_discover_dht_peers_add (peers, &key, &address, 0);
    }
  g_assert_cmpuint (
      shoal_discover_dht_peers_get_n_swarms (peers), <=, SHOAL_DISCOVER_DHT_MAX_SWARMS);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), <=, SHOAL_DISCOVER_DHT_MAX_PEERS);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), >, 10000);
  shoal_discover_dht_peers_expire (peers, SHOAL_DISCOVER_DHT_PEER_USEC);
  g_assert_cmpuint (shoal_discover_dht_peers_get_n_peers (peers), ==, 0);
  address = address_at (5000, 1);
  g_assert_true (shoal_discover_dht_peers_add (peers, &key, &address, 0));
}

static void
test_flood (void)
{
  g_autofree ShoalDiscoverDhtFlood *flood = g_new0 (ShoalDiscoverDhtFlood, 1);
  ShoalBaseAddress                  a = address_at (1, 1), b = address_at (2, 1);
  gint64                            now_usec = 1000 * SECOND;
  guint                             n = 0, i;

  for (i = 0; i < 1000; i++)
    n += shoal_discover_dht_flood_admit (flood, &a, now_usec);
  g_assert_cmpuint (n, ==, SHOAL_DISCOVER_DHT_FLOOD_MAX_PACKETS);
  a.port++; /* it is the host that counts */
  g_assert_false (shoal_discover_dht_flood_admit (flood, &a, now_usec + MINUTE));
  g_assert_true (shoal_discover_dht_flood_admit (flood, &b, now_usec));
  g_assert_true (
      shoal_discover_dht_flood_admit (flood, &a, now_usec + SHOAL_DISCOVER_DHT_FLOOD_PENALTY_USEC));
  for (i = 0; i < 1000; i++) /* slowly, it may go on for ever */
    g_assert_true (shoal_discover_dht_flood_admit (flood, &b, now_usec + MINUTE + i * SECOND / 4));
  for (i = 0; i < 100000; i++) /* a crowd is counted within the same memory */
    {
      ShoalBaseAddress c = address_at (1000 + i, 1);

      shoal_discover_dht_flood_admit (flood, &c, now_usec + 10 * MINUTE);
    }
}

static void
test_flood_bytes (void)
{
  g_autofree ShoalDiscoverDhtFlood *flood = g_new0 (ShoalDiscoverDhtFlood, 1);
  gint64                            now_usec = 1000 * SECOND;
  gsize                             sent = 0;
  guint                             i;

  for (i = 0; i < 10000; i++) /* a thousand tries a second, for ten seconds */
    sent += shoal_discover_dht_flood_spend (flood, 500, now_usec + i * 1000) ? 500 : 0;
  g_assert_cmpuint (sent, >=, 10 * SHOAL_DISCOVER_DHT_FLOOD_BYTES_PER_SEC);
  g_assert_cmpuint (sent,
                    <=,
                    SHOAL_DISCOVER_DHT_FLOOD_BURST_BYTES +
                        10 * SHOAL_DISCOVER_DHT_FLOOD_BYTES_PER_SEC + 1000);
}

#define N_ITEMS 10000

static void
test_plan (void)
{
  g_autofree ShoalDiscoverDhtPlanItem *items = g_new0 (ShoalDiscoverDhtPlanItem, N_ITEMS);
  g_autofree guint                    *n_turns = g_new0 (guint, N_ITEMS);
  g_autofree gint64                   *last_usec = g_new0 (gint64, N_ITEMS);
  ShoalDiscoverDhtPlanItem            *item;
  ShoalDiscoverDhtPlan                 plan;
  ShoalBaseRandom                      random;
  gint64 now_usec = 1000 * SECOND, end_usec = now_usec + 4 * 60 * MINUTE;
  gint64 longest_usec = 0;
  guint  n_queries = 0, most = 0, i;

  shoal_base_random_init (&random, 1);
  shoal_discover_dht_plan_init (&plan, &random);
  for (i = 0; i < N_ITEMS; i++)
    shoal_discover_dht_plan_add (&plan, &items[i], i < 20, now_usec);
  while (now_usec < end_usec)
    {
      guint n = 0;

      for (; (item = shoal_discover_dht_plan_take (&plan, now_usec)) != NULL; n++)
        {
          guint k = (guint) (item - items);

          if (n_turns[k]++ > 0)
            longest_usec = MAX (longest_usec, now_usec - last_usec[k]);
          last_usec[k] = now_usec;
          n_queries += 12; /* as one that begins where the last ended, most times */
          shoal_discover_dht_plan_end (&plan, item, 12, 12, now_usec);
        }
      most = MAX (most, n);
      g_assert_cmpint (shoal_discover_dht_plan_get_deadline (&plan), >, now_usec);
      now_usec = shoal_discover_dht_plan_get_deadline (&plan);
    }
  /* No more queries than are allowed; each had its turn before others forget it, and those that
   * lack peers many. */
  g_assert_cmpuint (most, <=, 2 * SHOAL_DISCOVER_DHT_PLAN_BURST);
  g_assert_cmpuint (n_queries, <=, (4 * 60 * 60 + 1) * SHOAL_DISCOVER_DHT_PLAN_QUERIES_PER_SEC);
  g_test_message ("%u torrents: each once in %.0f min at least",
                  N_ITEMS,
                  (double) longest_usec / (double) MINUTE);
  g_assert_cmpint (longest_usec, <=, 32 * MINUTE);
  for (i = 0; i < 20; i++)
    g_assert_cmpuint (n_turns[i], >=, 60);
  for (i = 20; i < N_ITEMS; i++)
    g_assert_cmpuint (n_turns[i], >=, 6);
  for (i = 0; i < N_ITEMS; i++)
    shoal_discover_dht_plan_remove (&plan, &items[i]);
  g_assert_cmpint (shoal_discover_dht_plan_get_deadline (&plan), ==, G_MAXINT64);
  shoal_discover_dht_plan_clear (&plan);
}

static void
test_plan_turns (void)
{
  ShoalDiscoverDhtPlanItem items[40] = { 0 }, *item;
  ShoalDiscoverDhtPlan     plan;
  ShoalBaseRandom          random;
  gint64                   now_usec = 1000 * SECOND, due_usec;
  guint                    i;

  shoal_base_random_init (&random, 1);
  shoal_discover_dht_plan_init (&plan, &random);
  for (i = 0; i < G_N_ELEMENTS (items); i++)
    shoal_discover_dht_plan_add (&plan, &items[i], FALSE, now_usec);
  for (i = 0; i < 100; i++) /* no more at once, though time goes on */
    shoal_discover_dht_plan_take (&plan, now_usec + i * SECOND);
  g_assert_cmpuint (plan.n_active, ==, SHOAL_DISCOVER_DHT_PLAN_MAX_ACTIVE);
  g_assert_cmpint (shoal_discover_dht_plan_get_deadline (&plan), ==, G_MAXINT64);
  for (i = 0; i < G_N_ELEMENTS (items); i++)
    shoal_discover_dht_plan_remove (&plan, &items[i]);
  g_assert_cmpuint (plan.n_active, ==, 0);

  now_usec += 60 * MINUTE;
  shoal_discover_dht_plan_add (&plan, &items[0], FALSE, now_usec);
  item = shoal_discover_dht_plan_take (&plan, now_usec);
  g_assert_true (item == &items[0]);
  shoal_discover_dht_plan_end (&plan, item, 40, 30, now_usec);
  due_usec = shoal_discover_dht_plan_get_deadline (&plan);
  g_assert_cmpint (due_usec, >=, now_usec + SHOAL_DISCOVER_DHT_PLAN_INTERVAL_USEC);
  shoal_discover_dht_plan_set_lacking (&plan, item, TRUE, now_usec);
  due_usec = shoal_discover_dht_plan_get_deadline (&plan);
  g_assert_cmpint (due_usec, ==, now_usec + SHOAL_DISCOVER_DHT_PLAN_LACKING_USEC);
  item = shoal_discover_dht_plan_take (&plan, due_usec);
  shoal_discover_dht_plan_set_lacking (&plan, item, FALSE, due_usec);
  shoal_discover_dht_plan_end (&plan, item, 4, 0, due_usec);
  g_assert_cmpint (shoal_discover_dht_plan_get_deadline (&plan), <, due_usec + 2 * MINUTE);
  shoal_discover_dht_plan_remove (&plan, item);
  shoal_discover_dht_plan_clear (&plan);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/dht-limits/peers", test_peers);
  g_test_add_func ("/discover/dht-limits/peers-bounded", test_peers_bounded);
  g_test_add_func ("/discover/dht-limits/flood", test_flood);
  g_test_add_func ("/discover/dht-limits/flood-bytes", test_flood_bytes);
  g_test_add_func ("/discover/dht-limits/plan", test_plan);
  g_test_add_func ("/discover/dht-limits/plan-turns", test_plan_turns);
  return g_test_run ();
}
