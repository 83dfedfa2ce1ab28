/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <sys/stat.h>
#include <unistd.h>

#include "swarm.h"

/* Pieces that are larger than what may be in memory. */

#define KIB 1024
#define MIB (1024 * KIB)

#define SECOND ((ShoalTorrentId){ 2 })

/* Without a file, or a hole, it is 0. */
static guint64
get_bytes_on_disk (const Data *data, Node *node)
{
  g_autofree char *path = data_dup_path (data, 0, node->save);
  struct stat      st;

  return stat (path, &st) == 0 ? (guint64) st.st_size : 0;
}

static Node *
add_seed (Swarm *swarm, const char *name, const Data *data, guint64 up_bps)
{
  Node *seed = node_new (swarm, name);

  seed->settings->up_limit_bps = up_bps;
  node_seed (seed, data);
  return seed;
}

static Node *
make_leech (Swarm *swarm, guint64 budget_bytes)
{
  Node *leech = node_new (swarm, "leech");

  leech->settings->memory_budget_bytes = budget_bytes;
  leech->has_errors = FALSE;
  node_start (leech);
  return leech;
}

/* One torrent has much of a piece and gets no more of it; another one needs the room. */
static void
test_two_torrents (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) idle = data_new_single ("idle", 4 * MIB, 4 * MIB);
  g_autoptr (Data) busy = data_new_single ("busy", 4 * MIB, 12 * MIB);
  Node *idle_seed = add_seed (swarm, "idle seed", idle, 600 * KIB);
  Node *busy_seed = add_seed (swarm, "busy seed", busy, 3 * MIB);
  Node *leech = make_leech (swarm, 2 * MIB);

  node_add (leech, idle, NULL);
  node_connect (leech, FIRST, idle_seed);
  swarm_until (swarm, node_get (leech, FIRST)->downloaded > MIB);
  shoal_api_engine_set_limits (idle_seed->engine, FIRST, 0, 1);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, 0);
  g_assert_cmpuint (get_bytes_on_disk (idle, leech), ==, 0);

  node_add (leech, busy, NULL);
  node_connect (leech, SECOND, busy_seed);
  swarm_until (swarm, get_bytes_on_disk (idle, leech) > 900 * KIB);
  swarm_until (swarm, node_is_done (leech, SECOND));
  data_assert_whole (busy, leech->save);
  shoal_api_engine_set_limits (idle_seed->engine, FIRST, 0, 0);
  node_finish (leech, idle);
  g_assert_cmpuint (node_get (leech, FIRST)->corrupt, ==, 0);
}

/* The data of @first, which @other shall have too, need not be there twice. */
static void
share (const Data *data, Node *first, Node *other)
{
  g_autofree char *from = data_dup_path (data, 0, first->save);
  g_autofree char *to = data_dup_path (data, 0, other->save);

  if (other == first)
    data_write (data, first->save);
  else
    g_assert_cmpint (link (from, to), ==, 0);
}

#define N_SLOW   30
#define SLOW_BPS 20000

/* Each of many slow peers would need minutes for a piece, and one piece fills the budget. */
static void
test_slow_peers (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("slow", 16 * MIB, 19 * MIB + 5);
  Node   *leech = make_leech (swarm, 16 * MIB);
  Node   *seeds[N_SLOW];
  guint64 step;
  guint   i;

  for (i = 0; i < N_SLOW; i++)
    {
      g_autofree char *name = g_strdup_printf ("seed-%u", i);

      seeds[i] = node_new (swarm, name);
      seeds[i]->has_errors = FALSE;
      seeds[i]->settings->up_limit_bps = SLOW_BPS;
      share (data, seeds[0], seeds[i]);
      node_leech (seeds[i], data, NULL);
    }
  node_add (leech, data, NULL);
  for (i = 0; i < N_SLOW; i++)
    {
      swarm_until (swarm, node_is_done (seeds[i], FIRST));
      node_connect (leech, FIRST, seeds[i]);
    }
  swarm_until (swarm, node_get (leech, FIRST)->n_peers == N_SLOW);
  for (step = 4 * MIB; step < data->size; step += 4 * MIB)
    swarm_until (swarm, node_get (leech, FIRST)->downloaded > step);
  node_finish (leech, data);
  g_assert_cmpuint (node_get (leech, FIRST)->corrupt, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/memory/two-torrents", test_two_torrents);
  g_test_add_func ("/swarm/memory/slow-peers", test_slow_peers);
  return g_test_run ();
}
