/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "swarm.h"

/* What a person can do with a torrent while it runs. */

#define KIB 1024

static void
test_pause (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("pause", 32 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 400 * KIB);
  Node   *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint64 had, got;

  swarm_until (swarm,
               node_done_bytes (leech, FIRST) > 100 * KIB && node_get (leech, FIRST)->down_bps > 0);
  shoal_api_engine_set_paused (leech->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  g_assert_cmpuint (node_get (leech, FIRST)->down_bps, ==, 0);
  g_assert_cmpuint (leech->totals.down_bps, ==, 0);
  swarm_until (swarm, node_get (leech, FIRST)->n_peers == 0);
  swarm_run (swarm, 300);
  had = node_done_bytes (leech, FIRST);
  got = node_get (leech, FIRST)->downloaded;
  g_assert_true (node_get (leech, FIRST)->is_paused);
  swarm_run (swarm, 500);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, got);
  shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), >=, had);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

/* Faster than anything can follow. */
static void
test_pause_hastily (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("hasty", 32 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 800 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint i;

  for (i = 0; i < 50; i++)
    {
      shoal_api_engine_set_paused (leech->engine, FIRST, i % 2 == 0);
      if (i % 5 == 0)
        swarm_run (swarm, i);
    }
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

static void
test_seed_switch (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("switch", 32 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 400 * KIB);
  Node   *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint64 got;

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 100 * KIB);
  shoal_api_engine_set_seed (seed->engine, FIRST, FALSE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  swarm_until (swarm, node_get (leech, FIRST)->n_peers == 0);
  g_assert_false (node_get (seed, FIRST)->is_seed);
  swarm_run (swarm, 300);
  got = node_get (leech, FIRST)->downloaded;
  swarm_run (swarm, 700);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, got);
  shoal_api_engine_set_seed (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_SEEDING);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

/* With the switch off from the start it stops once it is complete, and the ratio is kept. */
static void
test_no_seeding (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("stop", 32 * KIB);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);

  options->is_seed = FALSE;
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  data_assert_whole (data, leech->save);
  swarm_until (swarm, node_get (leech, FIRST)->n_peers == 0);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, data->size - 107);
}

static void
test_ratio (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("ratio", 32 * KIB, 300 * KIB);
  Node            *seed = swarm_add (swarm, "seed");
  ShoalAddOptions *options = node_options (seed);
  Node            *leeches[2];
  guint            i;

  data_write (data, seed->save);
  options->seed_ratio = 1.5;
  node_add (seed, data, options);
  swarm_until (swarm, node_is_done (seed, FIRST));
  for (i = 0; i < 2; i++)
    {
      leeches[i] = node_new (swarm, i == 0 ? "a" : "b");
      leeches[i]->has_errors = FALSE;
      node_leech (leeches[i], data, seed);
      swarm_until (swarm, node_is_done (leeches[i], FIRST));
      if (i == 0)
        g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_SEEDING);
    }
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  swarm_until (swarm, !node_get (seed, FIRST)->is_seed);
}

static void
test_sequential (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("in order", 16 * KIB, 800 * KIB);
  Node            *seed = swarm_add_slow_seed (swarm, data, 250 * KIB);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);
  guint            n_had = 0, first_missing, i;

  options->is_sequential = TRUE;
  node_add (leech, data, options);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_PIECES);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 300 * KIB);
  g_assert_true (node_get (leech, FIRST)->is_sequential);
  {
    const ShoalTorrentDetails *details = node_get_details (leech, FIRST);

    first_missing = details->n_pieces;
    for (i = details->n_pieces; i-- > 0;)
      if ((details->have[i / 8] & (0x80 >> i % 8)) == 0)
        first_missing = i;
      else
        n_had++;
  }
  /* What is under way is at most a few pieces ahead. */
  g_assert_cmpuint (n_had, >, 10);
  g_assert_cmpuint (n_had - first_missing, <, 20);
  shoal_api_engine_set_sequential (leech->engine, FIRST, FALSE);
  swarm_until (swarm, !node_get (leech, FIRST)->is_sequential);
  node_finish (leech, data);
}

static gint64
time_download (Node *leech, const Data *data)
{
  gint64 begin_usec = g_get_monotonic_time ();

  swarm_until (leech->swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
  return g_get_monotonic_time () - begin_usec;
}

static void
test_limits (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("limits", 32 * KIB, 1000 * KIB);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);
  gint64           usec;

  options->down_limit_bps = 400 * KIB;
  node_add (leech, data, options);
  g_assert_cmpuint (node_get (leech, FIRST)->down_limit_bps, ==, 400 * KIB);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 0);
  usec = time_download (leech, data);
  g_assert_cmpint (usec, >, 3 * G_USEC_PER_SEC / 2);

  /* The seed's limit on this torrent, changed on the way. */
  shoal_api_engine_set_limits (seed->engine, FIRST, 0, 200 * KIB);
  leech = swarm_add_leech (swarm, "second", data, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 0);
  swarm_run (swarm, 1000);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), <, 600 * KIB);
  shoal_api_engine_set_limits (seed->engine, FIRST, 0, 0);
  usec = time_download (leech, data);
  g_assert_cmpint (usec, <, 20 * G_USEC_PER_SEC);
}

/* A limit of the whole engine, by new settings. */
static void
test_settings (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("settings", 32 * KIB, 1000 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 100 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);
  g_autoptr (ShoalSettings) settings = shoal_settings_copy (seed->settings);

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 0);
  swarm_run (swarm, 1000);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), <, 500 * KIB);
  settings->up_limit_bps = 0;
  settings->max_slots = 1;
  settings->max_peers = 1;
  shoal_api_engine_set_settings (seed->engine, settings);
  g_assert_cmpint (time_download (leech, data), <, 20 * G_USEC_PER_SEC);
}

/* With one slot for all, one after the other. */
static void
test_one_slot (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("slot", 32 * KIB, 300 * KIB);
  Node *seed = node_new (swarm, "seed");
  Node *leeches[3];
  guint i;

  seed->settings->max_slots = 1;
  data_write (data, seed->save);
  node_leech (seed, data, NULL);
  for (i = 0; i < 3; i++)
    leeches[i] = swarm_add_leech (swarm, i == 0 ? "a" : i == 1 ? "b" : "c", data, seed);
  for (i = 0; i < 3; i++)
    time_download (leeches[i], data);
}

static void
test_hide (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("hide", 32 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node   *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint64 had;

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 100 * KIB);
  had = node_done_bytes (leech, FIRST);
  shoal_api_engine_set_hidden (leech->engine, FIRST, TRUE);
  swarm_until (swarm, node_get (leech, FIRST) == NULL);
  swarm_until (swarm, leech->totals.n_torrents == 0);
  swarm_until (swarm, node_get (seed, FIRST)->n_peers == 0);
  shoal_api_engine_set_hidden (leech->engine, FIRST, FALSE);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), >=, had);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);

  /* Hidden to the end it is gone with the next start; its files stay. */
  shoal_api_engine_set_hidden (leech->engine, FIRST, TRUE);
  swarm_until (swarm, node_get (leech, FIRST) == NULL);
  node_restart (leech);
  g_assert_cmpuint (g_hash_table_size (leech->infos), ==, 0);
  g_assert_cmpuint (node_add (leech, data, NULL).value, !=, FIRST.value);
  data_assert_whole (data, leech->save);
}

/* Added again while it is hidden, it comes back with what it has. */
static void
test_revive (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("revive", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);

  shoal_api_engine_set_hidden (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_get (seed, FIRST) == NULL);
  g_assert_cmpuint (node_add (seed, data, NULL).value, ==, FIRST.value);
  swarm_until (swarm, node_is_done (seed, FIRST));
}

static void
test_duplicate (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("twice", 32 * KIB);
  Node              *node = swarm_add (swarm, "node");
  const ShoalAnswer *answer;
  guint64            serials[3];
  guint              i, n_added = 0;

  /* All at once: one of them makes it. */
  for (i = 0; i < 3; i++)
    serials[i] = shoal_api_engine_add (
        node->engine, data->torrent, node_options (node), node_answered, node);
  for (i = 0; i < 3; i++)
    {
      answer = node_wait (node, serials[i]);
      g_assert_cmpuint (answer->id.value, ==, FIRST.value);
      if (answer->problem == NULL)
        n_added++;
      else
        g_assert_cmpuint (answer->problem->code, ==, SHOAL_PROBLEM_DUPLICATE);
    }
  g_assert_cmpuint (n_added, ==, 1);
  answer =
      node_wait (node, shoal_api_engine_inspect (node->engine, data->torrent, node_answered, node));
  g_assert_null (answer->problem);
  g_assert_cmpuint (answer->contents->known_as.value, ==, FIRST.value);
  g_assert_cmpuint (answer->contents->n_pieces, ==, data->n_pieces);
  g_assert_cmpmem (&answer->contents->hashes.v1, 20, &data->info_hash, 20);
}

static void
test_bad_torrents (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node              *node = swarm_add (swarm, "node");
  const char        *texts[] = { "", "d", "de", "i1e", "d4:infod4:name1:xee", "nonsense" };
  const ShoalAnswer *answer;
  guint              i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GBytes) bytes = g_bytes_new_static (texts[i], strlen (texts[i]));

      answer = node_wait (
          node,
          shoal_api_engine_add (node->engine, bytes, node_options (node), node_answered, node));
      g_assert_cmpuint (answer->problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TORRENT);
      answer =
          node_wait (node, shoal_api_engine_inspect (node->engine, bytes, node_answered, node));
      g_assert_cmpuint (answer->problem->domain, ==, SHOAL_PROBLEM_DOMAIN_TORRENT);
    }
  /* One that is not there. */
  answer =
      node_wait (node, shoal_api_engine_remove (node->engine, FIRST, TRUE, node_answered, node));
  g_assert_cmpuint (answer->problem->code, ==, SHOAL_PROBLEM_NOT_FOUND);
}

/* What the command line does: the state sleeps until a torrent is asked for again. */
static void
test_replaces (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("again", 32 * KIB);
  g_autoptr (Data) other = data_new_single ("other", 32 * KIB, 200 * KIB);
  Node            *seed = swarm_add_slow_seed (swarm, data, 400 * KIB);
  Node            *leech = swarm_add_leech (swarm, "leech", data, seed);
  ShoalAddOptions *options;
  guint64          had;

  node_add (leech, other, NULL);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 100 * KIB);
  node_stop (leech);
  leech->is_held = TRUE;
  node_start (leech);
  swarm_run (swarm, 300);
  g_assert_cmpuint (leech->totals.n_peers, ==, 0);
  options = node_options (leech);
  options->replaces = TRUE;
  options->is_seed = FALSE;
  options->peers = g_new0 (char *, 2);
  options->peers[0] = node_dup_address (seed);
  g_assert_cmpuint (node_add (leech, data, options).value, ==, FIRST.value);
  swarm_until (swarm, node_get (leech, FIRST)->resumed_bytes != G_MAXUINT64);
  had = node_get (leech, FIRST)->resumed_bytes;
  g_assert_cmpuint (had, >, 0);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  data_assert_whole (data, leech->save);
  /* The other one sleeps on. */
  g_assert_cmpuint (node_get (leech, (ShoalTorrentId){ 2 })->resumed_bytes, ==, G_MAXUINT64);
}

static void
check_files (const ShoalTorrentDetails *details, const Data *data)
{
  guint i;

  g_assert_cmpuint (details->files->len, ==, data->files->len);
  for (i = 0; i < data->files->len; i++)
    {
      const DataFile      *file = &g_array_index (data->files, DataFile, i);
      const ShoalFileInfo *info = g_ptr_array_index (details->files, i);

      g_assert_cmpuint (info->size, ==, file->size);
      g_assert_cmpint (info->is_pad, ==, file->is_pad);
      if (!file->is_pad)
        g_assert_cmpstr (info->path, ==, file->path);
      g_assert_cmpuint (info->done_bytes, <=, info->size);
    }
}

static void
test_watch (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("watch", 32 * KIB);
  Node                      *seed = node_new (swarm, "seed");
  Node                      *leech = node_new (swarm, "leech");
  const ShoalTorrentDetails *details;
  const ShoalPeerInfo       *peer;

  leech->has_errors = seed->has_errors = FALSE;
  seed->settings->up_limit_bps = 300 * KIB;
  data_write (data, seed->save);
  node_leech (seed, data, NULL);
  node_leech (leech, data, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 0);
  g_assert_null (node_get_details (leech, FIRST));
  shoal_api_engine_watch (leech->engine,
                          FIRST,
                          SHOAL_WATCH_FILES | SHOAL_WATCH_PEERS | SHOAL_WATCH_PIECES |
                              SHOAL_WATCH_TRACKERS);
  swarm_until (swarm, node_get_details (leech, FIRST) != NULL);
  swarm_until (swarm, node_get_details (leech, FIRST)->peers->len == 1);
  details = node_get_details (leech, FIRST);
  check_files (details, data);
  g_assert_cmpuint (details->n_pieces, ==, data->n_pieces);
  g_assert_cmpuint (details->piece_length, ==, data->piece_length);
  g_assert_cmpuint (details->availability[0], ==, 1);
  g_assert_cmpuint (details->trackers->len, ==, 0);
  peer = g_ptr_array_index (details->peers, 0);
  g_assert_cmpuint (peer->address.port, ==, seed->totals.port);
  g_assert_true (g_str_has_prefix (peer->client, "Shoal "));
  g_assert_false (peer->is_incoming);
  g_assert_cmpuint (peer->done_1000, ==, 1000);
  g_assert_true (peer->we_want);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_FILES);
  swarm_until (swarm, node_get_details (leech, FIRST)->peers == NULL);
  g_assert_null (node_get_details (leech, FIRST)->have);
  swarm_until (swarm, node_is_done (leech, FIRST));
  swarm_until (swarm, node_get_details (leech, FIRST) != NULL);
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CONNECTED), >, 0);
}

/* A torrent that sleeps wakes to be looked at. */
static void
test_watch_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("sleeper", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);

  shoal_api_engine_set_paused (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  swarm_run (swarm, 300);
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_FILES);
  swarm_until (swarm, node_get_details (seed, FIRST) != NULL);
  check_files (node_get_details (seed, FIRST), data);
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_PAUSED);
  g_assert_cmpuint (node_done_bytes (seed, FIRST), ==, data->size - 107);
}

/* What is asked for before the state was read waits for it, in order. */
static void
test_early_commands (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("early", 32 * KIB);
  Node                 *node = node_new (swarm, "node");
  ShoalApiEngineOptions options = {
    .state_path = node->state,
    .runtime_dir = node->runtime,
    .settings = node->settings,
  };
  ShoalApiEngine *engine;
  guint           i;

  /* And an engine that goes at once, at every age. */
  for (i = 0; i < 20; i++)
    {
      engine = shoal_api_engine_new (&options);
      shoal_api_engine_add (engine, data->torrent, node_options (node), NULL, NULL);
      shoal_api_engine_set_paused (engine, FIRST, TRUE);
      swarm_run (swarm, i);
      g_object_unref (engine);
    }
  node_start (node);
  swarm_until (swarm, node_get (node, FIRST) != NULL);
}

static void
drop_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, gpointer user_data)
{
  ShoalApiEngine **owner = user_data;

  if (snapshot->is_stopped)
    g_clear_object (owner);
}

/* As a window does: the engine is dropped by who hears that it has stopped. */
static void
test_drop_inside (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node                 *node = node_new (swarm, "node");
  ShoalApiEngineOptions options = {
    .state_path = node->state,
    .runtime_dir = node->runtime,
    .settings = node->settings,
  };
  ShoalApiEngine  *engine = shoal_api_engine_new (&options);
  ShoalApiEngine **owner = &engine;

  g_signal_connect (engine, "snapshot", G_CALLBACK (drop_cb), owner);
  shoal_api_engine_quit (engine);
  swarm_until (swarm, *owner == NULL);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/control/pause", test_pause);
  g_test_add_func ("/swarm/control/pause-hastily", test_pause_hastily);
  g_test_add_func ("/swarm/control/seed-switch", test_seed_switch);
  g_test_add_func ("/swarm/control/no-seeding", test_no_seeding);
  g_test_add_func ("/swarm/control/ratio", test_ratio);
  g_test_add_func ("/swarm/control/sequential", test_sequential);
  g_test_add_func ("/swarm/control/limits", test_limits);
  g_test_add_func ("/swarm/control/settings", test_settings);
  g_test_add_func ("/swarm/control/one-slot", test_one_slot);
  g_test_add_func ("/swarm/control/hide", test_hide);
  g_test_add_func ("/swarm/control/revive", test_revive);
  g_test_add_func ("/swarm/control/duplicate", test_duplicate);
  g_test_add_func ("/swarm/control/bad-torrents", test_bad_torrents);
  g_test_add_func ("/swarm/control/replaces", test_replaces);
  g_test_add_func ("/swarm/control/watch", test_watch);
  g_test_add_func ("/swarm/control/watch-asleep", test_watch_asleep);
  g_test_add_func ("/swarm/control/early-commands", test_early_commands);
  g_test_add_func ("/swarm/control/drop-inside", test_drop_inside);
  return g_test_run ();
}
