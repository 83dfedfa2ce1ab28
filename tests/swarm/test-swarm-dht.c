/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Torrents without trackers, on a DHT of the engines themselves. */

#define KIB 1024

/* Nobody is there. */
#define NOWHERE "127.0.0.1:1"

/* Takes part in the DHT by way of @guide; NULL: by nobody's. */
static Node *
new_node (Swarm *swarm, const char *name, Node *guide)
{
  Node *node = node_new (swarm, name);

  node->settings->use_dht = TRUE;
  g_ptr_array_add (node->settings->dht_nodes,
                   guide != NULL ? node_dup_address (guide) : g_strdup (NOWHERE));
  return node;
}

static gboolean
is_joined (const Node *node)
{
  return node->totals.dht == SHOAL_DHT_JOINED && node->totals.n_dht_nodes > 0;
}

/* A seed of a torrent of its own, by which others find each other. */
static Node *
add_guide (Swarm *swarm, const Data *data)
{
  Node *node = new_node (swarm, "guide", NULL);

  node_seed (node, data);
  return node;
}

/* The seed sleeps when the other one comes, and is found all the same. */
static void
test_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("dht", 32 * KIB, 600 * KIB);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 100 * KIB);
  Node *guide = add_guide (swarm, other);
  Node *seed = new_node (swarm, "seed", guide);
  Node *leech;

  seed->doubles.rest_usec = G_USEC_PER_SEC / 10;
  node_seed (seed, data);
  swarm_until (swarm, seed->totals.n_awake == 0 && is_joined (seed) && is_joined (guide));
  leech = new_node (swarm, "leech", guide);
  node_leech (leech, data, NULL);
  node_finish (leech, data);
  g_assert_true (is_joined (leech));
}

/* Only a torrent that may be known makes us known. */
static void
test_private (void)
{
  const DataFile file = { .size = 100 * KIB };
  const DataSpec spec = {
    .name = "private", .piece_length = 32 * KIB, .files = &file, .n_files = 1, .is_private = TRUE
  };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new (&spec);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 100 * KIB);
  g_autoptr (Data) third = data_new_single ("third", 32 * KIB, 100 * KIB);
  Node *guide = add_guide (swarm, other);
  Node *node = new_node (swarm, "node", guide);

  node_seed (node, data);
  swarm_run (swarm, 1000);
  g_assert_cmpint (node->totals.dht, ==, SHOAL_DHT_OFF);
  data_write (third, node->save);
  node_add (node, third, NULL);
  swarm_until (swarm, is_joined (node));
}

/* A peer says where its node is, and may do so before what the last run knew is read. */
static void
test_told_by_a_peer (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("dht", 32 * KIB, 100 * KIB);
  Node *guide = add_guide (swarm, data);
  int   i;

  for (i = 0; i < 8; i++)
    {
      g_autofree char *name = g_strdup_printf ("leech%d", i);
      Node            *leech = new_node (swarm, name, NULL);
      ShoalAddOptions *options = node_options (leech);

      options->peers = g_new0 (char *, 2);
      options->peers[0] = node_dup_address (guide);
      node_start (leech);
      node_add (leech, data, options);
      swarm_until (swarm, is_joined (leech));
    }
}

static void
set_use (Node *node, gboolean use_dht)
{
  g_autoptr (ShoalSettings) settings = shoal_settings_copy (node->settings);

  settings->use_dht = use_dht != FALSE;
  node_wait (node, shoal_api_engine_set_settings (node->engine, settings));
}

/* Nobody but those it knows leads it there from now on. The old settings are the engine's too. */
static void
forget_guide (Node *node)
{
  ShoalSettings *settings = shoal_settings_copy (node->settings);

  g_ptr_array_set_size (settings->dht_nodes, 0);
  g_ptr_array_add (settings->dht_nodes, g_strdup (NOWHERE));
  shoal_settings_unref (node->settings);
  node->settings = settings;
}

/* Whom it knew it comes back by: after the switch was off, and in the next run. */
static void
test_returns (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("dht", 32 * KIB, 100 * KIB);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 100 * KIB);
  Node *guide = add_guide (swarm, other);
  Node *node = new_node (swarm, "node", guide);

  node_seed (node, data);
  swarm_until (swarm, is_joined (node));
  forget_guide (node);
  set_use (node, FALSE);
  swarm_until (swarm, node->totals.dht == SHOAL_DHT_OFF && node->totals.n_dht_nodes == 0);
  set_use (node, TRUE);
  swarm_until (swarm, is_joined (node));
  node_restart (node);
  swarm_until (swarm, is_joined (node));
}

static void
set_metered (Node *node, gboolean is_metered)
{
  g_autoptr (ShoalSettings) settings = shoal_settings_copy (node->settings);

  settings->is_metered = is_metered != FALSE;
  node_wait (node, shoal_api_engine_set_settings (node->engine, settings));
}

/* Who pays for what it sends answers nobody, and takes part all the same. */
static void
test_metered (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("dht", 32 * KIB, 100 * KIB);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 100 * KIB);
  Node *guide = add_guide (swarm, other);
  Node *node = new_node (swarm, "node", guide);

  node->settings->is_metered = TRUE;
  node_seed (node, data);
  swarm_until (swarm, is_joined (node));
  g_assert_false (is_joined (guide)); /* nobody whom it asks answers */
  set_metered (node, FALSE);
  swarm_until (swarm, is_joined (guide));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/dht/asleep", test_asleep);
  g_test_add_func ("/swarm/dht/metered", test_metered);
  g_test_add_func ("/swarm/dht/private", test_private);
  g_test_add_func ("/swarm/dht/returns", test_returns);
  g_test_add_func ("/swarm/dht/told-by-a-peer", test_told_by_a_peer);
  return g_test_run ();
}
