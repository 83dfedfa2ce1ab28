/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Who is connected to whom, and how often. */

#define KIB       1024
#define N_LEECHES 5
#define MAX_LINKS 2

/* Whether all are done; the seed never has more links than it may. */
static gboolean
are_done_within (Node *seed, Node **leeches)
{
  gboolean done = TRUE;
  guint    i;

  g_assert_cmpuint (node_get (seed, FIRST)->n_peers, <=, MAX_LINKS);
  g_assert_cmpuint (seed->totals.n_peers, <=, MAX_LINKS);
  for (i = 0; i < N_LEECHES; i++)
    done &= node_is_done (leeches[i], FIRST);
  return done;
}

/* All want the seed, and two may have it; the others get the data from those. */
static void
run_limit (gboolean is_overall)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("links", 32 * KIB, 600 * KIB);
  Node *seed = node_new (swarm, "seed");
  Node *leeches[N_LEECHES];
  guint i;

  if (is_overall)
    seed->settings->max_peers = MAX_LINKS;
  else
    seed->settings->max_peers_per_torrent = MAX_LINKS;
  node_seed (seed, data);
  for (i = 0; i < N_LEECHES; i++)
    {
      g_autofree char *name = g_strdup_printf ("leech-%u", i);

      leeches[i] = swarm_add_leech (swarm, name, data, seed);
    }
  for (i = 0; i < N_LEECHES; i++)
    node_connect (leeches[i], FIRST, leeches[(i + 1) % N_LEECHES]);
  swarm_until (swarm, are_done_within (seed, leeches));
  for (i = 0; i < N_LEECHES; i++)
    data_assert_whole (data, leeches[i]->save);
}

static void
test_limit_of_torrent (void)
{
  run_limit (FALSE);
}

static void
test_limit_overall (void)
{
  run_limit (TRUE);
}

/* Both find each other at the same time: one link of the two stays, and serves. */
static void
test_both_ways (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("both", 32 * KIB, 600 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 200 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, NULL);

  node_connect (leech, FIRST, seed);
  node_connect (seed, FIRST, leech);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 64 * KIB);
  g_assert_cmpuint (node_get (seed, FIRST)->n_peers, ==, 1);
  g_assert_cmpuint (node_get (leech, FIRST)->n_peers, ==, 1);
  node_finish (leech, data);
}

/* Its own address is no peer: the handshake tells. */
static void
test_self (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("self", 32 * KIB, 400 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 200 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, NULL);

  node_connect (leech, FIRST, leech);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED), ==, 1);
  g_assert_cmpuint (node_get (leech, FIRST)->n_known, ==, 2);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/links/limit-of-torrent", test_limit_of_torrent);
  g_test_add_func ("/swarm/links/limit-overall", test_limit_overall);
  g_test_add_func ("/swarm/links/both-ways", test_both_ways);
  g_test_add_func ("/swarm/links/self", test_self);
  return g_test_run ();
}
