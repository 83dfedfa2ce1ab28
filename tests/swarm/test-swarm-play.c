/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "swarm.h"

/* One file is fetched before all others, so that it can be played. */

#define KIB 1024

#define N_FILES 5
#define FILM    2 /* pieces 40 … 79 */
#define SKIPPED 4

#define MAX_FAST 10 /* pieces, of one peer */

static Data *
new_data (void)
{
  const DataFile files[] = {
    { "a", 640 * KIB }, { "b", 640 * KIB }, { "film", 1280 * KIB },
    { "c", 640 * KIB }, { "d", 640 * KIB },
  };
  DataSpec spec = {
    .name = "play", .piece_length = 32 * KIB, .files = files, .n_files = N_FILES, .seed = 9
  };

  return data_new (&spec);
}

static void
watch (Node *node)
{
  const ShoalTorrentDetails *details;

  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_FILES | SHOAL_WATCH_PIECES);
  swarm_until (node->swarm,
               (details = node_get_details (node, FIRST)) != NULL && details->files != NULL);
}

static guint64
get_done (Node *node, guint file)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);

  return ((const ShoalFileInfo *) g_ptr_array_index (details->files, file))->done_bytes;
}

static guint64
get_done_of_others (Node *node)
{
  guint64 done = 0;
  guint   i;

  for (i = 0; i < N_FILES; i++)
    done += i != FILM ? get_done (node, i) : 0;
  return done;
}

static gboolean
has_piece (Node *node, guint piece)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);

  return (details->have[piece / 8] & (0x80 >> piece % 8)) != 0;
}

static guint
get_played (Node *node)
{
  return node_get (node, FIRST)->play_first;
}

/* Nothing of the others comes before it, its ends come first, and then it is as if nobody had asked
 * for it. */
static void
test_order (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_data ();
  Node            *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node            *second = node_new (swarm, "second");
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);

  second->settings->up_limit_bps = 300 * KIB;
  node_seed (second, data);
  options->is_paused = TRUE;
  node_add (leech, data, options);
  watch (leech);
  shoal_api_engine_play_first (leech->engine, FIRST, FILM);
  swarm_until (swarm, get_played (leech) == FILM);
  shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
  node_connect (leech, FIRST, seed);
  node_connect (leech, FIRST, second);
  swarm_until (swarm, get_done (leech, FILM) > 320 * KIB);
  g_assert_true (has_piece (leech, 40));
  g_assert_true (has_piece (leech, 79));
  /* But for what each gives before he unchokes us, of which he says what it may be. */
  g_assert_cmpuint (get_done_of_others (leech), <=, 2 * MAX_FAST * 32 * KIB);
  swarm_until (swarm, get_played (leech) == G_MAXUINT);
  g_assert_cmpuint (get_done (leech, FILM), ==, 1280 * KIB);
  /* What follows it is asked for while its last blocks are on their way. */
  g_assert_cmpuint (get_done_of_others (leech), <, (2 * MAX_FAST + 16) * 32 * KIB);
  node_finish (leech, data);
  /* What is late is asked of a second peer, on a busy machine more of it. */
  g_assert_cmpuint (node_get (leech, FIRST)->wasted, <, 960 * KIB);
}

/* It is wanted, although it was skipped; over a new start too, and while the torrent sleeps. */
static void
test_skipped (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_data ();
  Node            *seed = swarm_add_slow_seed (swarm, data, 2000 * KIB);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);

  options->is_seed = FALSE;
  options->n_priorities = N_FILES;
  options->priorities = g_malloc (N_FILES);
  memset (options->priorities, SHOAL_FILE_PRIORITY_NORMAL, N_FILES);
  options->priorities[FILM] = options->priorities[SKIPPED] = SHOAL_FILE_PRIORITY_SKIP;
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  swarm_until (swarm, leech->totals.n_awake == 0);
  shoal_api_engine_play_first (leech->engine, FIRST, FILM);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_cmpuint (get_played (leech), ==, FILM);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  g_assert_cmpuint (get_played (leech), ==, FILM);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  g_assert_true (data_has_file (data, FILM, leech->save));
  g_assert_false (data_has_file (data, SKIPPED, leech->save));
  swarm_until (swarm, get_played (leech) == G_MAXUINT);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  g_assert_cmpuint (get_played (leech), ==, G_MAXUINT);
}

/* What is there already, or is not wanted any more, is not played; no such file is refused. */
static void
test_ends (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = new_data ();
  const guint film = FILM;
  Node       *seed = swarm_add_seed (swarm, "seed", data);
  Node       *leech = swarm_add (swarm, "leech");
  guint64     serial;

  node_add (leech, data, NULL);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  shoal_api_engine_play_first (leech->engine, FIRST, FILM);
  swarm_until (swarm, get_played (leech) == FILM);
  shoal_api_engine_set_priorities (leech->engine, FIRST, &film, 1, SHOAL_FILE_PRIORITY_SKIP);
  swarm_until (swarm, get_played (leech) == G_MAXUINT);
  shoal_api_engine_play_first (leech->engine, FIRST, FILM);
  swarm_until (swarm, get_played (leech) == FILM);
  shoal_api_engine_play_first (leech->engine, FIRST, G_MAXUINT);
  swarm_until (swarm, get_played (leech) == G_MAXUINT);
  shoal_api_engine_play_first (leech->engine, FIRST, N_FILES);
  shoal_api_engine_play_first (seed->engine, FIRST, FILM);
  serial = shoal_api_engine_inspect (seed->engine, data->torrent, node_answered, seed);
  node_wait (seed, serial);
  swarm_until (swarm, get_played (seed) == G_MAXUINT);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
  g_assert_cmpuint (get_played (leech), ==, G_MAXUINT);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/play/order", test_order);
  g_test_add_func ("/swarm/play/skipped", test_skipped);
  g_test_add_func ("/swarm/play/ends", test_ends);
  return g_test_run ();
}
