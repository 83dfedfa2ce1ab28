/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "swarm-tracker.h"
#include "swarm.h"

/* Torrents that are not loaded: what they are to others all the same. */

#define KIB 1024

/* A tracker that was added by hand is there after a restart, and after the one that follows. */
static void
test_tracker_kept (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("kept", 32 * KIB, 100 * KIB);
  Node                   *seed = swarm_add_seed (swarm, "seed", data);
  const ShoalTrackerInfo *row;
  guint                   round;

  g_assert_cmpuint (node_get (seed, FIRST)->trackers, ==, SHOAL_TRACKERS_NONE);
  shoal_api_engine_add_tracker (seed->engine, FIRST, tracker->url, NULL, NULL);
  swarm_until (swarm, node_get (seed, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
  for (round = 1; round <= 2; round++)
    {
      g_assert_cmpuint (tracker->n_started, ==, round);
      node_stop (seed);
      swarm_until (swarm, tracker->n_stopped == round);
      node_start (seed);
      swarm_until (swarm, node_get (seed, FIRST) != NULL);
      swarm_until (swarm, node_get (seed, FIRST)->trackers == SHOAL_TRACKERS_WORKING);
    }
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_TRACKERS);
  swarm_until (swarm, node_get_details (seed, FIRST) != NULL);
  g_assert_cmpuint (node_get_details (seed, FIRST)->trackers->len, ==, 1);
  row = g_ptr_array_index (node_get_details (seed, FIRST)->trackers, 0);
  g_assert_cmpstr (row->url, ==, tracker->url);
  g_assert_cmpint (row->status, ==, SHOAL_TRACKER_STATUS_OK);
}

#define N_SEEDS 200

/* So long, in these tests, a seed that nobody uses stays awake. */
#define REST_USEC (300 * 1000)

static Node *
node_new_sleepy (Swarm *swarm, const char *name)
{
  Node *self = node_new (swarm, name);

  self->has_errors = FALSE;
  self->doubles.rest_usec = REST_USEC;
  return self;
}

static Data *
data_new_numbered (guint number, const char *announce)
{
  g_autofree char *name = g_strdup_printf ("number-%03u", number);
  DataFile         file = { .size = 40 * KIB + number };
  DataSpec         spec = {
            .name = name,
            .piece_length = 16 * KIB,
            .files = &file,
            .n_files = 1,
            .announce = announce,
            .seed = number + 1,
  };

  return data_new (&spec);
}

static gboolean
is_asleep (Node *self)
{
  return self->totals.n_awake == 0;
}

static gboolean
are_all_seeding (Node *self, guint n)
{
  guint id;

  for (id = 1; id <= n; id++)
    {
      const ShoalTorrentInfo *info = node_get (self, (ShoalTorrentId){ id });

      if (info == NULL || info->state != SHOAL_TORRENT_STATE_SEEDING ||
          info->done_bytes != info->size || info->wanted_bytes != info->size)
        return FALSE;
    }
  return TRUE;
}

/* Ids are given in the order in which workers are done. */
static const ShoalTorrentInfo *
find (Node *self, const Data *data)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->infos);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    if (shoal_sha1_equal (&((const ShoalTorrentInfo *) value)->hashes.v1, &data->info_hash))
      return value;
  g_assert_not_reached ();
}

/* A leecher comes, gets all of @data, and goes. */
static void
fetch (Swarm *swarm, const char *name, const Data *data, Node *from)
{
  Node *leech = node_new (swarm, name);

  leech->has_errors = FALSE;
  node_leech (leech, data, from);
  node_finish (leech, data);
  node_stop (leech);
}

/* Who wants something of one of many wakes that one, and no other. */
static void
test_many (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  Node *seed = node_new_sleepy (swarm, "seed");
  Data *datas[N_SEEDS];
  guint i, round;

  node_start (seed);
  for (i = 0; i < N_SEEDS; i++)
    {
      datas[i] = data_new_numbered (i, NULL);
      data_write (datas[i], seed->save);
      shoal_api_engine_add (seed->engine, datas[i]->torrent, node_options (seed), NULL, NULL);
    }
  swarm_until (swarm, seed->totals.n_torrents == N_SEEDS && are_all_seeding (seed, N_SEEDS));
  swarm_until (swarm, is_asleep (seed));
  g_assert_true (are_all_seeding (seed, N_SEEDS));
  fetch (swarm, "a", datas[7], seed);
  swarm_until (swarm, find (seed, datas[7])->uploaded == datas[7]->size);
  g_assert_cmpuint (seed->totals.n_awake, <=, 1);
  swarm_until (swarm, is_asleep (seed));

  /* Those that were never loaded in a run wake as well. */
  for (round = 0; round < 2; round++)
    {
      g_autofree char *name = g_strdup_printf ("b-%u", round);

      node_restart (seed);
      g_assert_true (are_all_seeding (seed, N_SEEDS));
      g_assert_true (is_asleep (seed));
      swarm_run (swarm, 300);
      g_assert_true (is_asleep (seed));
      g_assert_cmpuint (node_count_events (seed, SHOAL_EVENT_COMPLETE), ==, N_SEEDS);
      fetch (swarm, name, datas[100 + round], seed);
      swarm_until (swarm, is_asleep (seed));
    }
  g_assert_true (are_all_seeding (seed, N_SEEDS));
  for (i = 0; i < N_SEEDS; i++)
    data_free (datas[i]);
}

#define N_ANNOUNCED 50

/* Trackers are told that it begins and that it ends, whether it was ever loaded or not. */
static void
test_announced (void)
{
  g_autoptr (Tracker) tracker = tracker_new (60);
  g_autoptr (Swarm) swarm = swarm_new ();
  Node *seed = node_new_sleepy (swarm, "seed");
  guint i, round;

  node_start (seed);
  for (i = 0; i < N_ANNOUNCED; i++)
    {
      g_autoptr (Data) data = data_new_numbered (i, tracker->url);

      data_write (data, seed->save);
      shoal_api_engine_add (seed->engine, data->torrent, node_options (seed), NULL, NULL);
    }
  swarm_until (swarm, seed->totals.n_torrents == N_ANNOUNCED);
  for (round = 1; round <= 3; round++)
    {
      swarm_until (swarm, are_all_seeding (seed, N_ANNOUNCED));
      swarm_until (swarm, tracker->n_started == round * N_ANNOUNCED);
      swarm_until (swarm, is_asleep (seed));
      swarm_run (swarm, 200);
      g_assert_cmpuint (tracker->n_stopped, ==, (round - 1) * N_ANNOUNCED);
      g_assert_cmpuint (tracker->n_seeds, ==, 1);
      g_assert_cmpuint (tracker->n_leechers, ==, 0);
      node_stop (seed);
      swarm_until (swarm, tracker->n_stopped == round * N_ANNOUNCED);
      node_start (seed);
    }
}

/* Tells @tracker on behalf of @node, which does not know it, that it wants @data. */
static void
announce_for (Tracker *tracker, Node *node, const Data *data)
{
  g_autoptr (GSocketClient) client = g_socket_client_new ();
  g_autoptr (GSocketConnection) connection = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *hash = g_uri_escape_bytes (data->info_hash.bytes, 20, NULL);
  g_autofree char *text = g_strdup_printf ("GET /announce?info_hash=%s&peer_id=-XX0000-abcdefghijkl"
                                           "&port=%u&uploaded=0&downloaded=0&left=9&event=started"
                                           " HTTP/1.1\r\nHost: 127.0.0.1\r\n"
                                           "Connection: close\r\n\r\n",
                                           hash,
                                           node->totals.port);
  char             answer[256] = "";

  /* Whoever looks for a proxy may open a socket that watches the network, and it stays. */
  g_socket_client_set_enable_proxy (client, FALSE);
  connection = g_socket_client_connect_to_host (
      client, "127.0.0.1", shoal_api_tracker_get_port (tracker->tracker), NULL, &error);
  g_assert_no_error (error);
  g_output_stream_write_all (g_io_stream_get_output_stream (G_IO_STREAM (connection)),
                             text,
                             strlen (text),
                             NULL,
                             NULL,
                             &error);
  g_assert_no_error (error);
  g_input_stream_read (g_io_stream_get_input_stream (G_IO_STREAM (connection)),
                       answer,
                       sizeof answer - 1,
                       NULL,
                       &error);
  g_assert_no_error (error);
  if (!g_str_has_prefix (answer, "HTTP/1.1 200"))
    g_error ("the tracker says %s", answer);
}

/* Somebody who cannot come by himself is gone to. */
static void
test_goes_to_leechers (void)
{
  g_autoptr (Tracker) tracker = tracker_new (1);
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) announced = data_new_numbered (1, tracker->url);
  g_autoptr (Data) data = data_new_numbered (1, NULL);
  Node *seed = node_new_sleepy (swarm, "seed");
  Node *leech = node_new_sleepy (swarm, "leech");

  g_assert_cmpmem (&announced->info_hash, 20, &data->info_hash, 20);
  data_write (data, seed->save);
  node_leech (seed, announced, NULL);
  swarm_until (swarm, node_is_done (seed, FIRST) && tracker->n_started == 1);
  swarm_until (swarm, is_asleep (seed));
  node_leech (leech, data, NULL);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, 0);
  announce_for (tracker, leech, data);
  node_finish (leech, data);
  swarm_until (swarm, node_get (seed, FIRST)->uploaded == data->size);
  node_stop (leech);
  swarm_until (swarm, is_asleep (seed));
}

/* What it was added with holds whenever it wakes: what is not right is not fetched. */
static void
test_rules_kept (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_numbered (1, NULL);
  Node            *seed = node_new_sleepy (swarm, "seed");
  Node            *other = swarm_add_seed (swarm, "other", data);
  ShoalAddOptions *options = node_options (seed);

  data_write (data, seed->save);
  node_start (seed);
  options->must_be_whole = options->no_download = TRUE;
  node_add (seed, data, options);
  swarm_until (swarm, node_is_done (seed, FIRST));
  swarm_until (swarm, is_asleep (seed));
  data_damage (data, 17 * KIB, seed->save);
  node_connect (other, FIRST, seed);
  swarm_until (swarm, node_has_problem (seed, FIRST, SHOAL_PROBLEM_INCOMPLETE));
  swarm_run (swarm, 500);
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_STOPPED);
  g_assert_cmpuint (node_get (seed, FIRST)->downloaded, ==, 0);
  g_assert_false (data_has_piece (data, 1, seed->save, FALSE));
}

/* What a person does with one that sleeps: it is loaded where that is needed, sleeps again, and
 * seeds all the time. */
static void
test_used (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_numbered (1, NULL);
  Node            *seed = node_new_sleepy (swarm, "seed");
  g_autofree char *target = g_build_filename (swarm->folder, "elsewhere", NULL);

  node_seed (seed, data);
  swarm_until (swarm, is_asleep (seed));

  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_FILES | SHOAL_WATCH_PIECES);
  swarm_until (swarm, node_get_details (seed, FIRST) != NULL);
  g_assert_cmpuint (seed->totals.n_awake, ==, 1);
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_SEEDING);
  swarm_run (swarm, 2 * REST_USEC / 1000);
  g_assert_cmpuint (seed->totals.n_awake, ==, 1);
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_NONE);
  swarm_until (swarm, is_asleep (seed));

  shoal_api_engine_set_paused (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  shoal_api_engine_set_paused (seed->engine, FIRST, FALSE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_SEEDING);
  g_assert_true (is_asleep (seed));

  shoal_api_engine_verify (seed->engine, FIRST);
  swarm_until (swarm, !is_asleep (seed));
  swarm_until (swarm, is_asleep (seed));
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_SEEDING);

  g_assert_null (
      node_wait (seed, shoal_api_engine_move (seed->engine, FIRST, target, node_answered, seed))
          ->problem);
  data_assert_whole (data, target);
  swarm_until (swarm, is_asleep (seed));
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_SEEDING);
  g_assert_cmpstr (node_get (seed, FIRST)->save_path, ==, target);
  fetch (swarm, "leech", data, seed);
  swarm_until (swarm, is_asleep (seed));

  node_wait (seed, shoal_api_engine_remove (seed->engine, FIRST, TRUE, node_answered, seed));
  g_assert_false (data_file_exists (data, 0, target));
}

/* Skipping nothing of one that sleeps and has a part only: it goes on fetching. */
static void
test_wanted_again (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("part", 32 * KIB);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = node_new_sleepy (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);
  const guint      big = 6;

  options->n_priorities = data->files->len;
  options->priorities = g_malloc (data->files->len);
  memset (options->priorities, SHOAL_FILE_PRIORITY_NORMAL, data->files->len);
  options->priorities[big] = SHOAL_FILE_PRIORITY_SKIP;
  node_start (leech);
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  swarm_until (swarm, is_asleep (leech));
  shoal_api_engine_set_priorities (leech->engine, FIRST, &big, 1, SHOAL_FILE_PRIORITY_NORMAL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) == data->size - 107);
  swarm_until (swarm, is_asleep (leech));
  data_assert_whole (data, leech->save);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/asleep/tracker-kept", test_tracker_kept);
  g_test_add_func ("/swarm/asleep/many", test_many);
  g_test_add_func ("/swarm/asleep/announced", test_announced);
  g_test_add_func ("/swarm/asleep/goes-to-leechers", test_goes_to_leechers);
  g_test_add_func ("/swarm/asleep/rules-kept", test_rules_kept);
  g_test_add_func ("/swarm/asleep/used", test_used);
  g_test_add_func ("/swarm/asleep/wanted-again", test_wanted_again);
  return g_test_run ();
}
