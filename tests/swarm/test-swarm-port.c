/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "swarm-tracker.h"
#include "swarm.h"

/* The port that peers reach us by, and what happens when a person chooses another. */

#define KIB 1024

static int
open_port (guint16 port, gboolean to_listen)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int                fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  g_assert_cmpint (fd, >=, 0);
  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (to_listen
          ? bind (fd, (struct sockaddr *) &address, sizeof address) == 0 && listen (fd, 1) == 0
          : connect (fd, (struct sockaddr *) &address, sizeof address) == 0)
    return fd;
  close (fd);
  return -1;
}

/* A port that is taken while the next ones are free, as far as anybody can tell. */
static int
take_port (guint16 *port)
{
  for (*port = 42000; *port < 60000; *port += 20)
    {
      int fd = open_port (*port, TRUE);

      if (fd >= 0)
        return fd;
    }
  g_assert_not_reached ();
}

static void
set_port (Node *node, guint16 port)
{
  g_autoptr (ShoalSettings) settings = shoal_settings_copy (node->settings);

  settings->port = port;
  node_wait (node, shoal_api_engine_set_settings (node->engine, settings));
}

static gboolean
is_reachable (guint16 port)
{
  int fd = open_port (port, FALSE);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

/* At once: peers reach it there and no longer where it was, and trackers hear of both; who is
 * connected stays so. */
static void
run_change (gboolean is_udp)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("change", 32 * KIB, 600 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 100 * KIB);
  Node   *early, *late;
  guint16 old;

  shoal_api_engine_add_tracker (
      seed->engine, FIRST, is_udp ? tracker->udp_url : tracker->url, NULL, NULL);
  swarm_until (swarm, tracker->n_started == 1);
  early = swarm_add_leech (swarm, "early", data, seed);
  swarm_until (swarm, node_done_bytes (early, FIRST) > 0);

  old = seed->totals.port;
  g_assert_cmpuint (tracker->started_port, ==, old);
  g_assert_true (is_reachable (old));
  seed->settings->up_limit_bps = 0;
  set_port (seed, old < 60000 ? old + 1 : old - 100);
  swarm_until (swarm, seed->totals.port != old);
  g_assert_false (is_reachable (old));
  g_assert_true (is_reachable (seed->totals.port));
  g_assert_cmpuint (node_get (seed, FIRST)->n_peers, ==, 1);
  swarm_until (swarm, tracker->n_started == 2);
  g_assert_cmpuint (tracker->n_stopped, ==, 1);
  g_assert_cmpuint (tracker->stopped_port, ==, old);
  g_assert_cmpuint (tracker->started_port, ==, seed->totals.port);
  g_assert_cmpuint (tracker->n_peers, ==, 1);

  late = swarm_add_leech (swarm, "late", data, seed);
  swarm_until (swarm, node_is_done (early, FIRST));
  swarm_until (swarm, node_is_done (late, FIRST));
  g_assert_null (shoal_api_engine_get_problem (seed->engine));
}

static void
test_change (void)
{
  run_change (FALSE);
}

static void
test_change_udp (void)
{
  run_change (TRUE);
}

/* The next free one, as at the start; and it stays there while the wished one is taken. */
static void
test_busy (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node   *node = swarm_add (swarm, "node");
  guint16 taken, got;
  int     fd = take_port (&taken);
  guint   n_taken;

  n_taken = node_count_events (node, SHOAL_EVENT_PORT_TAKEN);
  set_port (node, taken);
  got = node->totals.port;
  g_assert_cmpuint (got, >, taken);
  g_assert_cmpuint (got, <=, taken + 10);
  g_assert_cmpuint (node_count_events (node, SHOAL_EVENT_PORT_TAKEN), ==, n_taken + 1);
  set_port (node, 0);
  g_assert_cmpuint (node->totals.port, ==, got);
  set_port (node, taken);
  g_assert_cmpuint (node->totals.port, ==, got);
  close (fd);
  set_port (node, 0);
  set_port (node, taken);
  g_assert_cmpuint (node->totals.port, ==, taken);
}

/* None can be had: it stays where it was, and that is said until one can. */
static void
test_none (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node               *node = swarm_add (swarm, "node");
  guint16             port = node->totals.port;
  int                 fd = open_port (G_MAXUINT16, TRUE);
  const ShoalProblem *problem;

  if (fd < 0)
    {
      g_test_skip ("somebody has the last port");
      return;
    }
  set_port (node, G_MAXUINT16);
  g_assert_cmpuint (node->totals.port, ==, port);
  g_assert_true (is_reachable (port));
  problem = shoal_api_engine_get_problem (node->engine);
  g_assert_nonnull (problem);
  g_assert_cmpint (problem->domain, ==, SHOAL_PROBLEM_DOMAIN_NETWORK);
  g_assert_cmpint (problem->code, ==, SHOAL_PROBLEM_PORT_BUSY);
  g_assert_cmpuint (problem->number, ==, G_MAXUINT16);
  set_port (node, port);
  swarm_until (swarm, shoal_api_engine_get_problem (node->engine) == NULL);
  g_assert_cmpuint (node->totals.port, ==, port);
  close (fd);
}

/* There was none at the start: the torrents that are there get trackers and peers all the same. */
static void
test_none_at_first (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("first", 32 * KIB, 300 * KIB);
  Node *node = swarm_add_seed (swarm, "node", data);
  Node *leech;
  int   fd = open_port (G_MAXUINT16, TRUE);

  if (fd < 0)
    {
      g_test_skip ("somebody has the last port");
      return;
    }
  shoal_api_engine_add_tracker (node->engine, FIRST, tracker->url, NULL, NULL);
  swarm_until (swarm, tracker->n_started == 1);
  node_stop (node);
  node->settings->port = G_MAXUINT16;
  node->is_deaf = TRUE;
  node_start (node);
  swarm_until (swarm, shoal_api_engine_get_problem (node->engine) != NULL);
  g_assert_cmpuint (node->totals.port, ==, 0);
  swarm_until (swarm, node_is_done (node, FIRST));
  g_assert_cmpuint (tracker->n_started, ==, 1);
  set_port (node, 0);
  g_assert_cmpuint (node->totals.port, !=, 0);
  g_assert_null (shoal_api_engine_get_problem (node->engine));
  swarm_until (swarm, tracker->n_started == 2);
  leech = swarm_add_leech (swarm, "leech", data, node);
  swarm_until (swarm, node_is_done (leech, FIRST));
  close (fd);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/port/change", test_change);
  g_test_add_func ("/swarm/port/change-udp", test_change_udp);
  g_test_add_func ("/swarm/port/busy", test_busy);
  g_test_add_func ("/swarm/port/none", test_none);
  g_test_add_func ("/swarm/port/none-at-first", test_none_at_first);
  return g_test_run ();
}
