/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <sqlite3.h>

#include "api/shoal-api-torrent.h"
#include "swarm-tracker.h"
#include "swarm.h"

/* When a torrent has been given to others for long enough. Time is in the database: a seed that has
 * seeded for 57 s there has three more to a minute. */

#define KIB 1024

#define SIZE (300 * KIB)

static Node *
node_new_sound (Swarm *swarm, const char *name)
{
  Node *self = node_new (swarm, name);

  self->has_errors = FALSE;
  self->doubles.rest_usec = 300 * 1000;
  return self;
}

static Node *
add_seed (Swarm *swarm, const Data *data)
{
  Node *seed = node_new_sound (swarm, "seed");

  node_seed (seed, data);
  return seed;
}

/* A leecher comes, gets all of @data from @seed, and goes. */
static void
fetch (Swarm *swarm, const char *name, const Data *data, Node *seed)
{
  Node *leech = node_new_sound (swarm, name);

  node_leech (leech, data, seed);
  node_finish (leech, data);
  node_stop (leech);
}

/* Not while it runs. */
static void
set_times (Node *self, guint seeding_sec, guint taken_sec)
{
  g_autofree char *sql = g_strdup_printf (
      "UPDATE stats SET seeding_seconds = %u, taken_seconds = %u", seeding_sec, taken_sec);
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (self->state, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
}

static void
set_goals (Node *self, ShoalSeedGoals goals)
{
  shoal_api_engine_set_goals (self->engine, FIRST, &goals);
  swarm_until (self->swarm,
               node_get (self, FIRST)->has_goals &&
                   shoal_seed_goals_equal (&node_get (self, FIRST)->goals, &goals));
}

static gboolean
has_met (Node *self)
{
  const ShoalTorrentInfo *info = node_get (self, FIRST);

  return info != NULL && info->met_goal && !info->is_seed &&
         info->state == SHOAL_TORRENT_STATE_FINISHED;
}

static gboolean
is_seeding (Node *self)
{
  const ShoalTorrentInfo *info = node_get (self, FIRST);

  return info != NULL && !info->met_goal && info->is_seed &&
         info->state == SHOAL_TORRENT_STATE_SEEDING;
}

/* Given once it stops; turned on again by hand it gives as much once more, over a restart as well.
 */
static void
test_ratio (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("ratio", 32 * KIB, SIZE);
  Node *seed = add_seed (swarm, data);

  shoal_api_engine_add_tracker (seed->engine, FIRST, tracker->url, NULL, NULL);
  swarm_until (swarm, tracker->n_started == 1);
  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = 1000 });
  g_assert_true (is_seeding (seed));
  fetch (swarm, "a", data, seed);
  swarm_until (swarm, has_met (seed));
  g_assert_cmpuint (node_get (seed, FIRST)->uploaded, >=, SIZE);
  swarm_until (swarm, tracker->n_stopped == 1);
  node_restart (seed);
  swarm_until (swarm, has_met (seed));

  shoal_api_engine_set_seed (seed->engine, FIRST, TRUE);
  swarm_until (swarm, is_seeding (seed));
  node_restart (seed);
  swarm_until (swarm, is_seeding (seed));
  swarm_run (swarm, 1500);
  g_assert_true (is_seeding (seed));
  fetch (swarm, "b", data, seed);
  swarm_until (swarm, has_met (seed));
  g_assert_cmpuint (node_get (seed, FIRST)->uploaded, >=, 2 * SIZE);

  /* A goal that is farther away lets it go on, and one that is passed does not. */
  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = 1900 });
  g_assert_true (has_met (seed));
  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = 9000 });
  swarm_until (swarm, is_seeding (seed));
  shoal_api_engine_set_goals (seed->engine, FIRST, NULL);
  swarm_until (swarm, !node_get (seed, FIRST)->has_goals);
  g_assert_true (is_seeding (seed));
}

/* By hand before a goal was reached: what was given so far counts. */
static void
test_switch (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("switch", 32 * KIB, SIZE);
  Node *seed = add_seed (swarm, data);

  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = 2000 });
  fetch (swarm, "a", data, seed);
  shoal_api_engine_set_seed (seed->engine, FIRST, FALSE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  g_assert_false (node_get (seed, FIRST)->met_goal);
  shoal_api_engine_set_seed (seed->engine, FIRST, TRUE);
  swarm_until (swarm, is_seeding (seed));
  fetch (swarm, "b", data, seed);
  swarm_until (swarm, has_met (seed));
}

/* Asleep all the time. */
static void
test_time (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("time", 32 * KIB, SIZE);
  Node  *seed = add_seed (swarm, data);
  gint64 begun_usec;

  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = -1, .minutes = 1 });
  node_stop (seed);
  set_times (seed, 57, 57);
  begun_usec = g_get_monotonic_time ();
  node_start (seed);
  g_assert_cmpuint (seed->totals.n_awake, ==, 0);
  swarm_until (swarm, has_met (seed));
  g_assert_cmpint (g_get_monotonic_time () - begun_usec, >=, 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (seed->totals.n_awake, ==, 0);
  g_assert_cmpint (node_get (seed, FIRST)->seeding_sec, >=, 60);

  /* Anew: another minute. */
  shoal_api_engine_set_seed (seed->engine, FIRST, TRUE);
  swarm_until (swarm, is_seeding (seed));
  swarm_run (swarm, 1500);
  g_assert_true (is_seeding (seed));
  node_stop (seed);
  set_times (seed, 119, 58);
  node_start (seed);
  swarm_until (swarm, has_met (seed));
}

/* By the goals of all; who takes something sets the time back. */
static void
test_idle (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("idle", 32 * KIB, SIZE);
  Node  *seed = add_seed (swarm, data);
  gint64 begun_usec;

  node_stop (seed);
  seed->settings->goals.idle_minutes = 1;
  set_times (seed, 5000, 4950);
  begun_usec = g_get_monotonic_time ();
  node_start (seed);
  swarm_until (swarm, is_seeding (seed));
  g_assert_false (node_get (seed, FIRST)->has_goals);
  g_assert_cmpuint (node_get (seed, FIRST)->goals.idle_minutes, ==, 1);
  fetch (swarm, "a", data, seed);
  swarm_until (swarm, g_get_monotonic_time () - begun_usec > 12 * G_USEC_PER_SEC);
  g_assert_true (is_seeding (seed));
  node_stop (seed);
  set_times (seed, 6000, 5942);
  node_start (seed);
  swarm_until (swarm, has_met (seed));
}

/* It leaves the list when it has given what it should, and its files stay; nothing of it comes back
 * with the next start. */
static void
test_remove (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("remove", 32 * KIB, SIZE);
  Node *seed = add_seed (swarm, data);
  Node *middle = node_new_sound (swarm, "middle");

  middle->settings->goals.ratio_1000 = 1000;
  middle->settings->goals.action = SHOAL_GOAL_ACTION_REMOVE;
  node_leech (middle, data, NULL);
  shoal_api_engine_add_tracker (middle->engine, FIRST, tracker->url, NULL, NULL);
  swarm_until (swarm, tracker->n_started == 1);
  node_connect (middle, FIRST, seed);
  swarm_until (swarm, node_is_done (middle, FIRST));
  node_stop (seed);
  fetch (swarm, "leech", data, middle);
  swarm_until (swarm, node_get (middle, FIRST) == NULL);
  swarm_until (swarm, middle->totals.n_torrents == 0);
  swarm_until (swarm, tracker->n_stopped == 1);
  data_assert_whole (data, middle->save);
  node_restart (middle);
  g_assert_cmpuint (g_hash_table_size (middle->infos), ==, 0);
  data_assert_whole (data, middle->save);
  g_assert_cmpuint (node_add (middle, data, NULL).value, !=, FIRST.value);
}

/* Asleep, by time. */
static void
test_remove_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("asleep", 32 * KIB, SIZE);
  Node *seed = add_seed (swarm, data);

  set_goals (
      seed, (ShoalSeedGoals){ .ratio_1000 = -1, .minutes = 1, .action = SHOAL_GOAL_ACTION_REMOVE });
  node_stop (seed);
  set_times (seed, 58, 0);
  node_start (seed);
  swarm_until (swarm, node_get (seed, FIRST) == NULL);
  data_assert_whole (data, seed->save);
  node_restart (seed);
  g_assert_cmpuint (g_hash_table_size (seed->infos), ==, 0);
}

/* What is paused, or not complete, has reached nothing. */
static void
test_not_yet (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("not yet", 32 * KIB, SIZE);
  Node *seed = add_seed (swarm, data);
  Node *leech = node_new_sound (swarm, "leech");

  leech->settings->goals.ratio_1000 = 0;
  node_leech (leech, data, NULL);
  shoal_api_engine_set_paused (seed->engine, FIRST, TRUE);
  set_goals (seed, (ShoalSeedGoals){ .ratio_1000 = 0, .action = SHOAL_GOAL_ACTION_REMOVE });
  swarm_run (swarm, 1200);
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_PAUSED);
  g_assert_cmpuint (node_state (leech, FIRST), ==, SHOAL_TORRENT_STATE_DOWNLOADING);
  shoal_api_engine_set_paused (seed->engine, FIRST, FALSE);
  swarm_until (swarm, node_get (seed, FIRST) == NULL);
}

/* What the .torrent of a link says nothing of stays as it was said of the link. */
static void
test_kept (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("kept", 32 * KIB, SIZE);
  g_autofree char     *link = shoal_api_dup_magnet (data->torrent);
  const ShoalSeedGoals goals = { .ratio_1000 = 2500, .minutes = 90 };
  Node                *node = node_new_sound (swarm, "node");
  ShoalAddOptions     *options;

  node_start (node);
  g_assert_null (node_wait (node,
                            shoal_api_engine_add_magnet (
                                node->engine, link, node_options (node), node_answered, node))
                     ->problem);
  set_goals (node, goals);
  shoal_api_engine_set_encryption (node->engine, FIRST, SHOAL_ENCRYPTION_REQUIRE);
  swarm_until (swarm, node_get (node, FIRST)->encryption == SHOAL_ENCRYPTION_REQUIRE);
  options = node_options (node);
  options->up_limit_bps = 70 * KIB;
  g_assert_cmpuint (node_add (node, data, options).value, ==, FIRST.value);
  swarm_until (swarm, !node_get (node, FIRST)->is_magnet);
  g_assert_cmpint (node_get (node, FIRST)->encryption, ==, SHOAL_ENCRYPTION_REQUIRE);
  g_assert_cmpuint (node_get (node, FIRST)->up_limit_bps, ==, 70 * KIB);
  g_assert_true (node_get (node, FIRST)->has_goals);
  g_assert_true (shoal_seed_goals_equal (&node_get (node, FIRST)->goals, &goals));
  node_restart (node);
  swarm_until (swarm, node_get (node, FIRST) != NULL);
  g_assert_cmpint (node_get (node, FIRST)->encryption, ==, SHOAL_ENCRYPTION_REQUIRE);
  g_assert_true (shoal_seed_goals_equal (&node_get (node, FIRST)->goals, &goals));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/goals/ratio", test_ratio);
  g_test_add_func ("/swarm/goals/switch", test_switch);
  g_test_add_func ("/swarm/goals/time", test_time);
  g_test_add_func ("/swarm/goals/idle", test_idle);
  g_test_add_func ("/swarm/goals/remove", test_remove);
  g_test_add_func ("/swarm/goals/remove-asleep", test_remove_asleep);
  g_test_add_func ("/swarm/goals/not-yet", test_not_yet);
  g_test_add_func ("/swarm/goals/kept", test_kept);
  return g_test_run ();
}
