/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "swarm.h"

/* Somebody else changes our files while we use them. What is called complete is right all the same.
 */

#define KIB 1024

/* Files of the tree. */
#define FIRST_FILE 0
#define BIG_FILE   6

static gboolean
is_there (const Data *data, guint file, Node *node)
{
  g_autofree char *path = data_dup_path (data, file, node->save);

  return access (path, F_OK) == 0;
}

static int
open_file (const Data *data, guint file, Node *node)
{
  g_autofree char *path = data_dup_path (data, file, node->save);
  int              fd = open (path, O_RDWR);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

/* All that is there, with its size as it was. */
static void
overwrite (const Data *data, guint file, Node *node)
{
  int   fd = open_file (data, file, node);
  off_t size = lseek (fd, 0, SEEK_END), i;

  for (i = 0; i + 4 <= size; i += 1024)
    g_assert_cmpint (pwrite (fd, "evil", 4, i), ==, 4);
  close (fd);
}

static void
cut (const Data *data, guint file, Node *node)
{
  int fd = open_file (data, file, node);

  g_assert_cmpint (ftruncate (fd, 100), ==, 0);
  close (fd);
}

/* As an editor saves. */
static void
replace (const Data *data, guint file, Node *node)
{
  g_autofree char *path = data_dup_path (data, file, node->save);
  g_autofree char *other = g_strconcat (path, "~", NULL);

  g_assert_true (g_file_set_contents (other, "other", 5, NULL));
  g_assert_cmpint (rename (other, path), ==, 0);
}

typedef void (*Deed) (const Data *data, guint file, Node *node);

static void
finish (Node *node, const Data *data)
{
  swarm_until (node->swarm, node_count_events (node, SHOAL_EVENT_COMPLETE) == 1);
  data_assert_whole (data, node->save);
  swarm_until (node->swarm, node_is_done (node, FIRST));
}

/* Once in the middle, to a file that is being written. */
static void
test_midway (gconstpointer deed)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("midway", 32 * KIB, 1200 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 600 * KIB);
  Node *leech = node_new (swarm, "leech");

  leech->has_errors = FALSE;
  node_leech (leech, data, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 300 * KIB);
  ((Deed) deed) (data, FIRST_FILE, leech);
  finish (leech, data);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  node_finish (leech, data);
}

/* To a file that was whole before: nobody writes to it any more. */
static void
test_whole_file (gconstpointer deed)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("whole", 32 * KIB);
  Node            *seed = swarm_add_slow_seed (swarm, data, 200 * KIB);
  Node            *leech = node_new (swarm, "leech");
  ShoalAddOptions *options;

  leech->has_errors = FALSE;
  node_start (leech);
  options = node_options (leech);
  options->is_sequential = TRUE;
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 260 * KIB);
  g_assert_true (data_has_file (data, FIRST_FILE, leech->save));
  swarm_run (swarm, 300);
  ((Deed) deed) (data, FIRST_FILE, leech);
  finish (leech, data);
}

/* Again and again: that costs time, but an end is reached. */
static void
test_all_the_time (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("always", 32 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 300 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint i;

  for (i = 0; i < 40; i++)
    {
      if (is_there (data, BIG_FILE, leech))
        overwrite (data, BIG_FILE, leech);
      if (is_there (data, FIRST_FILE, leech) && i % 10 == 0)
        cut (data, FIRST_FILE, leech);
      swarm_run (swarm, 50);
    }
  node_connect (leech, FIRST, seed);
  finish (leech, data);
}

static void
assert_claims_nothing_of (Node *node, guint first, guint last)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);
  guint                      i;

  for (i = first; i <= last; i++)
    g_assert_cmpint (details->have[i / 8] & (0x80 >> i % 8), ==, 0);
}

/* Of what was complete only a person can say whether it is to be fetched again. */
static void
test_seed (gconstpointer deed)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("seed", 32 * KIB, 700 * KIB);
  Node *other = swarm_add_seed (swarm, "other", data);
  Node *seed = node_new (swarm, "seed");
  Node *leech = swarm_add (swarm, "leech");

  seed->has_errors = FALSE;
  node_leech (seed, data, other);
  finish (seed, data);
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_PIECES);
  swarm_until (swarm, node_get_details (seed, FIRST) != NULL);
  ((Deed) deed) (data, FIRST_FILE, seed);
  node_add (leech, data, NULL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_has_problem (seed, FIRST, SHOAL_PROBLEM_CHANGED));
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_STOPPED);
  g_assert_true (g_str_has_suffix (node_get (seed, FIRST)->problem->subject, "/seed/files/seed"));
  swarm_until (swarm, node_done_bytes (seed, FIRST) == 0);
  swarm_run (swarm, 300);
  assert_claims_nothing_of (seed, 0, data->n_pieces - 1);
  g_assert_cmpuint (node_get (seed, FIRST)->n_peers, ==, 0);

  shoal_api_engine_retry (seed->engine, FIRST);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  node_connect (seed, FIRST, other);
  swarm_until (swarm, node_is_done (seed, FIRST));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, seed->save);
  data_assert_whole (data, leech->save);
  g_assert_cmpuint (node_get (leech, FIRST)->corrupt, <=, data->size / 2);
}

/* Only its time is another: it is hashed, and that is all. */
static void
test_touched (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("touched", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech;
  int   fd = open_file (data, BIG_FILE, seed);

  g_assert_cmpint (futimens (fd, NULL), ==, 0);
  close (fd);
  leech = swarm_add_leech (swarm, "leech", data, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (node_is_done (seed, FIRST));
  g_assert_cmpuint (node_done_bytes (seed, FIRST), ==, data->size - 107);
  data_assert_whole (data, leech->save);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/swarm/foreign/midway/overwritten", overwrite, test_midway);
  g_test_add_data_func ("/swarm/foreign/midway/cut", cut, test_midway);
  g_test_add_data_func ("/swarm/foreign/midway/replaced", replace, test_midway);
  g_test_add_data_func ("/swarm/foreign/whole-file/overwritten", overwrite, test_whole_file);
  g_test_add_data_func ("/swarm/foreign/whole-file/cut", cut, test_whole_file);
  g_test_add_data_func ("/swarm/foreign/whole-file/replaced", replace, test_whole_file);
  g_test_add_func ("/swarm/foreign/all-the-time", test_all_the_time);
  g_test_add_data_func ("/swarm/foreign/seed/overwritten", overwrite, test_seed);
  g_test_add_data_func ("/swarm/foreign/seed/cut", cut, test_seed);
  g_test_add_func ("/swarm/foreign/touched", test_touched);
  return g_test_run ();
}
