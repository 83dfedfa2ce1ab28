/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "swarm.h"

/* Two torrents of one session that have a file of the same name in the same folder. The first one
 * keeps it, the second one says so. */

#define KIB 1024

#define SECOND ((ShoalTorrentId){ 2 })

static Data *
make_single (guint64 seed, gboolean is_private)
{
  const DataFile file = { .size = 600 * KIB };
  DataSpec       spec = { .name = "same",
                          .piece_length = 32 * KIB,
                          .files = &file,
                          .n_files = 1,
                          .is_private = is_private,
                          .seed = seed };

  return data_new (&spec);
}

/* One file of its own, and one whose name both have. */
static Data *
make_album (const char *own, guint64 seed)
{
  const DataFile files[] = { { "common", 100 * KIB }, { own, 500 * KIB } };
  DataSpec       spec = {
          .name = "album", .piece_length = 32 * KIB, .files = files, .n_files = 2, .seed = seed
  };

  return data_new (&spec);
}

static Node *
start (Swarm *swarm)
{
  Node *node = node_new (swarm, "both");

  node->has_errors = FALSE;
  node_start (node);
  return node;
}

static gboolean
is_refused (Node *node, ShoalTorrentId id)
{
  return node_has_problem (node, id, SHOAL_PROBLEM_CLAIMED) ||
         node_has_problem (node, id, SHOAL_PROBLEM_CONFLICT);
}

static void
finish_first (Node *node, const Data *data, Node *seed)
{
  g_assert_cmpuint (node_add (node, data, NULL).value, ==, 1);
  node_connect (node, FIRST, seed);
  swarm_until (node->swarm, node_count_events (node, SHOAL_EVENT_COMPLETE) == 1);
  data_assert_whole (data, node->save);
}

/* Both at once, in the same moment. */
static void
test_at_once (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) one = make_single (1, FALSE);
  g_autoptr (Data) two = make_single (2, FALSE);
  Node          *seed_one = swarm_add_seed (swarm, "one", one);
  Node          *seed_two = swarm_add_seed (swarm, "two", two);
  Node          *node = start (swarm);
  const Data    *winner;
  ShoalTorrentId loser;
  gboolean       has_first_lost;

  node_add (node, one, NULL);
  node_add (node, two, NULL);
  node_connect (node, FIRST, seed_one);
  node_connect (node, SECOND, seed_two);
  swarm_until (swarm, is_refused (node, FIRST) || is_refused (node, SECOND));
  has_first_lost = is_refused (node, FIRST);
  winner = has_first_lost ? two : one;
  loser = has_first_lost ? FIRST : SECOND;
  swarm_until (swarm, node_is_done (node, has_first_lost ? SECOND : FIRST));
  swarm_until (swarm, node_count_events (node, SHOAL_EVENT_COMPLETE) == 1);
  data_assert_whole (winner, node->save);
  g_assert_true (g_str_has_suffix (node_get (node, loser)->problem->subject, "/same"));

  shoal_api_engine_retry (node->engine, loser);
  swarm_run (swarm, 500);
  g_assert_true (is_refused (node, loser));
  data_assert_whole (winner, node->save);
  g_assert_cmpuint (node_count_events (node, SHOAL_EVENT_COMPLETE), ==, 1);
}

/* A file that both have, beside others, while the first torrent is at it. */
static void
test_album (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) one = make_album ("one", 1);
  g_autoptr (Data) two = make_album ("two", 2);
  Node            *seed_one = swarm_add_slow_seed (swarm, one, 200 * KIB);
  Node            *seed_two = swarm_add_seed (swarm, "two", two);
  Node            *node = start (swarm);
  ShoalAddOptions *options = node_options (node);

  options->is_sequential = TRUE;
  node_add (node, one, options);
  node_connect (node, FIRST, seed_one);
  swarm_until (swarm, data_file_exists (one, 0, node->save));
  node_add (node, two, NULL);
  node_connect (node, SECOND, seed_two);
  swarm_until (swarm, is_refused (node, SECOND));
  g_assert_true (g_str_has_suffix (node_get (node, SECOND)->problem->subject, "album/common"));
  swarm_until (swarm, node_is_done (node, FIRST));
  data_assert_whole (one, node->save);
  g_assert_false (node_has_problem (node, FIRST, SHOAL_PROBLEM_CHANGED));
}

/* Removes the second one with its files, and what is there is still the first one's. */
static void
remove_second (Node *node, const Data *data)
{
  const ShoalAnswer *answer =
      node_wait (node, shoal_api_engine_remove (node->engine, SECOND, TRUE, node_answered, node));

  g_assert_null (answer->problem);
  swarm_until (node->swarm, node_get (node, SECOND) == NULL);
  data_assert_whole (data, node->save);
}

static void
test_complete (gconstpointer is_asleep)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) one = make_single (1, FALSE);
  g_autoptr (Data) two = make_single (2, FALSE);
  Node *seed_one = swarm_add_seed (swarm, "one", one);
  Node *seed_two = swarm_add_seed (swarm, "two", two);
  Node *node = start (swarm);
  guint i;

  finish_first (node, one, seed_one);
  if (is_asleep != NULL)
    {
      shoal_api_engine_set_paused (node->engine, FIRST, TRUE);
      swarm_until (swarm, node_state (node, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
    }
  node_add (node, two, NULL);
  node_connect (node, SECOND, seed_two);
  swarm_until (swarm, node_has_problem (node, SECOND, SHOAL_PROBLEM_CONFLICT));
  for (i = 0; i < 2; i++)
    {
      shoal_api_engine_retry (node->engine, SECOND);
      swarm_run (swarm, 300);
      swarm_until (swarm, node_has_problem (node, SECOND, SHOAL_PROBLEM_CONFLICT));
      node_stop (node);
      node_start (node);
      swarm_until (swarm, node_get (node, SECOND) != NULL);
      swarm_until (swarm, node_has_problem (node, SECOND, SHOAL_PROBLEM_CONFLICT));
    }
  g_assert_cmpuint (node_done_bytes (node, SECOND), ==, 0);
  remove_second (node, one);
}

/* Whatever was there before stays: one shorter than a piece, one of the right size, one that is
 * longer. Whoever moves it away, and tries again, gets the torrent. */
static void
test_in_the_way (gconstpointer size)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = make_single (2, FALSE);
  g_autofree char *elsewhere = g_build_filename (swarm->folder, "elsewhere", NULL);
  g_autofree char *path = NULL;
  g_autofree char *text = g_strnfill (GPOINTER_TO_SIZE (size), 'x');
  g_autofree char *found = NULL;
  gsize            n_found;
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *node = start (swarm);

  path = data_dup_path (data, 0, node->save);
  g_assert_true (g_file_set_contents (path, text, (gssize) GPOINTER_TO_SIZE (size), NULL));
  node_add (node, data, NULL);
  node_connect (node, FIRST, seed);
  swarm_until (swarm, node_has_problem (node, FIRST, SHOAL_PROBLEM_CONFLICT));
  g_assert_cmpstr (node_get (node, FIRST)->problem->subject, ==, path);
  g_assert_cmpint (rename (path, elsewhere), ==, 0);
  shoal_api_engine_retry (node->engine, FIRST);
  swarm_until (swarm, node_is_done (node, FIRST));
  data_assert_whole (data, node->save);
  g_assert_true (g_file_get_contents (elsewhere, &found, &n_found, NULL));
  g_assert_cmpmem (found, n_found, text, GPOINTER_TO_SIZE (size));
}

/* Every byte that belongs to it is there, and some more: that is not what the torrent says. */
static void
test_longer (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = make_single (2, FALSE);
  g_autofree char *path = NULL;
  Node            *node = start (swarm);

  path = data_dup_path (data, 0, node->save);
  data_write (data, node->save);
  g_assert_cmpint (truncate (path, (off_t) data->size + 100), ==, 0);
  node_add (node, data, NULL);
  swarm_until (swarm, node_has_problem (node, FIRST, SHOAL_PROBLEM_LONGER));
  g_assert_cmpstr (node_get (node, FIRST)->problem->subject, ==, path);
  g_assert_cmpuint (node_get (node, FIRST)->problem->number, ==, data->size);
  g_assert_cmpuint (node_count_events (node, SHOAL_EVENT_COMPLETE), ==, 0);
  shoal_api_engine_retry (node->engine, FIRST);
  swarm_run (swarm, 300);
  g_assert_true (node_has_problem (node, FIRST, SHOAL_PROBLEM_LONGER));
  g_assert_cmpint (truncate (path, (off_t) data->size), ==, 0);
  shoal_api_engine_retry (node->engine, FIRST);
  swarm_until (swarm, node_is_done (node, FIRST));
  data_assert_whole (data, node->save);
}

/* What another program has made room for, and not written to, is taken; so is what it has begun. */
static void
test_room (gconstpointer has_piece)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = make_single (2, FALSE);
  g_autofree char *zeros = g_malloc0 (data->size);
  g_autofree char *path = NULL;
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *node = start (swarm);

  if (has_piece != NULL)
    {
      memset (zeros, 'x', data->size);
      memcpy (zeros + data->piece_length, data->bytes + data->piece_length, data->piece_length);
    }
  path = data_dup_path (data, 0, node->save);
  g_assert_true (g_file_set_contents (path, zeros, (gssize) data->size, NULL));
  node_add (node, data, NULL);
  node_connect (node, FIRST, seed);
  swarm_until (swarm, node_is_done (node, FIRST));
  data_assert_whole (data, node->save);
}

/* The same data in two torrents, as under two trackers: both have it, neither is in the way. */
static void
test_same_data (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) one = make_single (1, FALSE);
  g_autoptr (Data) two = make_single (1, TRUE);
  Node *seed = swarm_add_seed (swarm, "seed", one);
  Node *node = start (swarm);

  finish_first (node, one, seed);
  node_add (node, two, NULL);
  swarm_until (swarm, node_is_done (node, SECOND));
  node_stop (node);
  node_start (node);
  swarm_until (swarm, node_get (node, SECOND) != NULL);
  swarm_until (swarm, node_is_done (node, FIRST) && node_is_done (node, SECOND));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/claim/at-once", test_at_once);
  g_test_add_func ("/swarm/claim/album", test_album);
  g_test_add_data_func ("/swarm/claim/complete/awake", NULL, test_complete);
  g_test_add_data_func ("/swarm/claim/complete/paused", "paused", test_complete);
  g_test_add_func ("/swarm/claim/longer", test_longer);
  g_test_add_data_func ("/swarm/claim/in-the-way/small", GSIZE_TO_POINTER (8), test_in_the_way);
  g_test_add_data_func (
      "/swarm/claim/in-the-way/equal", GSIZE_TO_POINTER (600 * KIB), test_in_the_way);
  g_test_add_data_func (
      "/swarm/claim/in-the-way/long", GSIZE_TO_POINTER (600 * KIB + 1), test_in_the_way);
  g_test_add_data_func ("/swarm/claim/room/empty", NULL, test_room);
  g_test_add_data_func ("/swarm/claim/room/begun", "begun", test_room);
  g_test_add_func ("/swarm/claim/same-data", test_same_data);
  return g_test_run ();
}
