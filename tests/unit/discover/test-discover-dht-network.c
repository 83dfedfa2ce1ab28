/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "dht-net.h"

#include <math.h>

/* A thousand nodes on a clock of their own, with loss, churn, and one in ten a liar. */

#define N_HOSTS    1000
#define N_TORRENTS 300

#define SECOND ((gint64) G_USEC_PER_SEC)

typedef struct
{
  DhtHost               *seed;
  DhtHost               *seeker;
  ShoalDiscoverDhtMember announced;
  ShoalDiscoverDhtMember wanted;
  guint                  n_found; /* of the seed's address */
  guint                  n_told;
} Torrent;

static DhtHostKind
draw_kind (DhtNet *net)
{
  guint n = shoal_base_random_below (dht_net_get_random (net), 1000);

  if (n < 100)
    return (DhtHostKind) (DHT_HOST_INVENTOR + n % 4);
  return n < 250 ? DHT_HOST_LOOSE : DHT_HOST_HONEST;
}

static void
ignore_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
}

static void
found_cb (gpointer owner, const ShoalDiscoverDhtFound *found)
{
  Torrent *torrent = owner;
  guint    i;

  torrent->n_told += found->n_peers;
  for (i = 0; i < found->n_peers; i++)
    torrent->n_found += shoal_base_address_equal (&found->peers[i], &torrent->seed->address);
}

/* Some go, as many come, of the same kinds; the first two and those with torrents stay. */
static void
churn (DhtNet *net, guint n, gboolean (*may_go) (gpointer owner, DhtHost *host), gpointer owner)
{
  while (n > 0)
    {
      guint i = 2 + shoal_base_random_below (dht_net_get_random (net), dht_net_get_size (net) - 2);
      DhtHost *host = dht_net_get (net, i);

      if (!host->is_alive || !may_go (owner, host))
        continue;
      dht_net_kill (host);
      dht_net_add (net, host->kind);
      n--;
    }
}

static gboolean
has_no_torrent (gpointer owner, DhtHost *host)
{
  const Torrent *torrents = owner;
  guint          i;

  for (i = 0; i < N_TORRENTS; i++)
    if (torrents[i].seed == host || torrents[i].seeker == host)
      return FALSE;
  return TRUE;
}

static void
run_with_churn (DhtNet *net, guint seconds, Torrent *torrents)
{
  guint i;

  for (i = 0; i < seconds; i += 10)
    {
      churn (net, 2, has_no_torrent, torrents); /* 1.2 % a minute: two thirds within the hour */
      dht_net_run (net, 10 * SECOND);
    }
}

static void
join_all (DhtNet *net)
{
  guint i;

  for (i = 0; i < N_HOSTS; i++)
    {
      dht_net_add (net, i < 2 ? DHT_HOST_HONEST : draw_kind (net));
      if (i % 20 == 19)
        dht_net_run (net, SECOND);
    }
}

static void
check_joined (DhtNet *net)
{
  guint  n_honest = 0, n_joined = 0, n_right = 0, i;
  double sure = 0;

  for (i = 0; i < dht_net_get_size (net); i++)
    {
      DhtHost *host = dht_net_get (net, i);

      if (host->node == NULL)
        continue;
      n_honest++;
      n_joined += !shoal_discover_dht_node_is_joining (host->node);
      n_right += host->kind == DHT_HOST_LOOSE ||
                 shoal_discover_dht_id_is_compliant (shoal_discover_dht_node_get_id (host->node),
                                                     &host->address);
      sure += shoal_discover_dht_node_count_sure (host->node);
    }
  g_test_message ("%u honest, %u joined, %u with an id by BEP 42; each knows %.0f",
                  n_honest,
                  n_joined,
                  n_right,
                  sure / n_honest);
  g_assert_cmpuint (n_joined * 100, >=, n_honest * 99);
  g_assert_cmpuint (n_right * 100, >=, n_honest * 95);
  g_assert_cmpfloat (sure / n_honest, >=, 30);
}

static void
announce_all (DhtNet *net, Torrent *torrents)
{
  guint i, k;

  for (i = 0; i < N_TORRENTS; i++)
    {
      Torrent *torrent = &torrents[i];

      torrent->seed = dht_net_choose (net);
      do
        torrent->seeker = dht_net_choose (net);
      while (torrent->seeker == torrent->seed);
      for (k = 0; k < sizeof torrent->announced.key.bytes; k++)
        torrent->announced.key.bytes[k] =
            (guint8) shoal_base_random_below (dht_net_get_random (net), 256);
      torrent->wanted.key = torrent->announced.key;
      torrent->announced.func = ignore_cb;
      torrent->wanted.func = found_cb;
      torrent->wanted.owner = torrent;
      shoal_discover_dht_node_add_member (
          torrent->seed->node, &torrent->announced, FALSE, dht_net_get_now (net));
      dht_net_touch (torrent->seed);
    }
}

static void
look_up_all (DhtNet *net, Torrent *torrents)
{
  guint i;

  for (i = 0; i < N_TORRENTS; i++)
    {
      shoal_discover_dht_node_add_member (
          torrents[i].seeker->node, &torrents[i].wanted, TRUE, dht_net_get_now (net));
      dht_net_touch (torrents[i].seeker);
    }
}

static void
count_lookups (DhtNet *net, guint64 *n_lookups, guint64 *n_queries)
{
  ShoalDiscoverDhtStats stats;
  guint                 i;

  *n_lookups = *n_queries = 0;
  for (i = 0; i < dht_net_get_size (net); i++)
    if (dht_net_get (net, i)->node != NULL)
      {
        shoal_discover_dht_node_get_stats (dht_net_get (net, i)->node, &stats);
        *n_lookups += stats.n_lookups;
        *n_queries += stats.n_lookup_queries;
      }
}

static void
report (DhtNet *net, const Torrent *torrents)
{
  guint64 n_lookups, n_queries;
  guint   n_found = 0, n_false = 0, i;
  double  per_lookup;

  for (i = 0; i < N_TORRENTS; i++)
    {
      n_found += torrents[i].n_found > 0;
      n_false += torrents[i].n_told - torrents[i].n_found;
    }
  count_lookups (net, &n_lookups, &n_queries);
  per_lookup = (double) n_queries / (double) MAX (n_lookups, 1);
  g_test_message (
      "%u of %u found; %.1f queries a lookup, of %.1f hops at most in theory (log2 %u); "
      "%.1f false peers a lookup",
      n_found,
      N_TORRENTS,
      per_lookup,
      log2 (N_HOSTS),
      N_HOSTS,
      (double) n_false / N_TORRENTS);
  g_assert_cmpuint (n_found * 100, >=, N_TORRENTS * 99);
  g_assert_cmpuint (n_lookups, >=, 2 * N_TORRENTS * 95 / 100);
  g_assert_cmpfloat (per_lookup, <=, 60);
}

/* The same run each time: by chance alone one lookup in some 700 finds nothing at first. */
static void
test_thousand (gconstpointer data)
{
  g_autofree Torrent *torrents = g_new0 (Torrent, N_TORRENTS);
  g_autoptr (DhtNet) net = dht_net_new (GPOINTER_TO_UINT (data), AF_INET, 30);
  gint64 begin_usec = g_get_monotonic_time ();

  join_all (net);
  run_with_churn (net, 120, torrents);
  check_joined (net);
  g_test_message ("joined with %" G_GUINT64_FORMAT " packets", dht_net_get_n_packets (net));
  announce_all (net, torrents);
  run_with_churn (net, 120, torrents);
  look_up_all (net, torrents);
  run_with_churn (net, 60, torrents);
  report (net, torrents);
  g_test_message ("%" G_GUINT64_FORMAT " packets in %.1f s",
                  dht_net_get_n_packets (net),
                  (double) (g_get_monotonic_time () - begin_usec) / G_USEC_PER_SEC);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/discover/dht-network/thousand-1", GUINT_TO_POINTER (1), test_thousand);
  g_test_add_data_func ("/discover/dht-network/thousand-2", GUINT_TO_POINTER (2), test_thousand);
  return g_test_run ();
}
