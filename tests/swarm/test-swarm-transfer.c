/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "swarm.h"

/* Data goes from one to the others. */

#define KIB 1024

static void
test_one_to_one (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("one", 64 * KIB, 1000 * KIB + 7);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech = swarm_add (swarm, "leech");

  node_add (leech, data, NULL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
}

static void
test_one_to_five (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("five", 64 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leeches[5];
  guint i;

  for (i = 0; i < G_N_ELEMENTS (leeches); i++)
    {
      g_autofree char *name = g_strdup_printf ("leech-%u", i);

      leeches[i] = swarm_add (swarm, name);
      node_add (leeches[i], data, NULL);
    }
  for (i = 0; i < G_N_ELEMENTS (leeches); i++)
    {
      node_connect (leeches[i], FIRST, seed);
      node_connect (leeches[i], FIRST, leeches[(i + 1) % G_N_ELEMENTS (leeches)]);
    }
  for (i = 0; i < G_N_ELEMENTS (leeches); i++)
    {
      swarm_until (swarm, node_is_done (leeches[i], FIRST));
      data_assert_whole (data, leeches[i]->save);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/transfer/one-to-one", test_one_to_one);
  g_test_add_func ("/swarm/transfer/one-to-five", test_one_to_five);
  return g_test_run ();
}
