/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Peers that are found because others name them. */

#define KIB 1024

/* Long enough for a first message, and some more. */
#define QUIET_MS 5000

static const ShoalPeerInfo *
find_by_source (Node *node, ShoalPeerSource source)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);
  guint                      i;

  for (i = 0; details != NULL && details->peers != NULL && i < details->peers->len; i++)
    {
      const ShoalPeerInfo *peer = g_ptr_array_index (details->peers, i);

      if (peer->source == source)
        return peer;
    }
  return NULL;
}

static void
watch_peers (Node *node)
{
  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_PEERS | SHOAL_WATCH_EVENTS);
}

/* Both know the seed only. @pex: of the seed. */
static void
add_leeches (Swarm *swarm, const Data *data, gboolean pex, Node *leeches[2])
{
  Node *seed = node_new (swarm, "seed");

  seed->settings->use_pex = pex;
  seed->settings->up_limit_bps = 20 * KIB;
  node_seed (seed, data);
  leeches[0] = swarm_add_leech (swarm, "one", data, seed);
  leeches[1] = swarm_add_leech (swarm, "two", data, seed);
  watch_peers (leeches[0]);
  watch_peers (leeches[1]);
}

static gboolean
has_found_other (Node **leeches)
{
  return find_by_source (leeches[0], SHOAL_PEER_SOURCE_EXCHANGE) != NULL ||
         find_by_source (leeches[1], SHOAL_PEER_SOURCE_EXCHANGE) != NULL;
}

static void
test_third_peer (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("third", 32 * KIB, 900 * KIB);
  Node *leeches[2];

  add_leeches (swarm, data, TRUE, leeches);
  swarm_until (swarm, has_found_other (leeches));
  swarm_until (swarm,
               node_get (leeches[0], FIRST)->n_peers == 2 &&
                   node_get (leeches[1], FIRST)->n_peers == 2);
  g_assert_cmpuint (
      node_get (leeches[0], FIRST)->n_exchanged + node_get (leeches[1], FIRST)->n_exchanged, >=, 1);
}

/* The one in the middle does not want it; or the torrent is private. */
static void
run_silent (const Data *data, gboolean pex)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node *leeches[2];

  add_leeches (swarm, data, pex, leeches);
  swarm_until (swarm,
               node_get (leeches[0], FIRST)->n_peers == 1 &&
                   node_get (leeches[1], FIRST)->n_peers == 1);
  swarm_run (swarm, QUIET_MS);
  g_assert_cmpuint (node_get (leeches[0], FIRST)->n_known, ==, 1);
  g_assert_cmpuint (node_get (leeches[1], FIRST)->n_known, ==, 1);
}

static void
test_off (void)
{
  g_autoptr (Data) data = data_new_single ("off", 32 * KIB, 900 * KIB);

  run_silent (data, FALSE);
}

static void
test_private (void)
{
  DataFile file = { .size = 900 * KIB };
  DataSpec spec = {
    .name = "private", .piece_length = 32 * KIB, .files = &file, .n_files = 1, .is_private = TRUE
  };
  g_autoptr (Data) data = data_new (&spec);

  run_silent (data, TRUE);
}

static void
apply (Node *node, gboolean use_pex)
{
  ShoalSettings *settings = shoal_settings_copy (node->settings);

  settings->use_pex = use_pex;
  shoal_settings_unref (node->settings);
  node->settings = settings;
  shoal_api_engine_set_settings (node->engine, settings);
}

/* The switch counts for those that are connected, too. */
static void
test_switched_on (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("switch", 32 * KIB, 900 * KIB);
  Node *leeches[2];
  Node *seed;

  add_leeches (swarm, data, FALSE, leeches);
  seed = g_ptr_array_index (swarm->nodes, 0);
  swarm_until (swarm,
               node_get (leeches[0], FIRST)->n_peers == 1 &&
                   node_get (leeches[1], FIRST)->n_peers == 1);
  apply (seed, TRUE);
  swarm_until (swarm, has_found_other (leeches));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/exchange/third-peer", test_third_peer);
  g_test_add_func ("/swarm/exchange/off", test_off);
  g_test_add_func ("/swarm/exchange/private", test_private);
  g_test_add_func ("/swarm/exchange/switched-on", test_switched_on);
  return g_test_run ();
}
