/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>

#include "api/shoal-api-torrent.h"
#include "swarm-tracker.h"
#include "swarm.h"

/* Who may take part at once, and what becomes of the others. */

#define KIB 1024

/* In a test that waits for it, so long nothing comes until a place is given up. */
#define STALL_USEC (700 * 1000)

static ShoalTorrentId
id_of (guint32 value)
{
  return (ShoalTorrentId){ value };
}

static Data *
make (guint number, const char *announce, gsize size)
{
  g_autofree char *name = g_strdup_printf ("number-%u", number);
  DataFile         file = { .size = size };
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

/* Three torrents that a tracker knows, and who has them. */
typedef struct
{
  Tracker *tracker;
  Swarm   *swarm;
  Data    *datas[3];
  Node    *seed;
  Node    *leech; /* one torrent at a time */
} Fixture;

static Node *
new_node (Fixture *self, const char *name)
{
  Node *node = node_new (self->swarm, name);

  node->has_errors = FALSE;
  return node;
}

static void
set_up (Fixture *self, gconstpointer data)
{
  guint64 up_bps = GPOINTER_TO_UINT (data);
  guint   i;

  self->tracker = tracker_new (60);
  self->swarm = swarm_new ();
  self->seed = new_node (self, "seed");
  self->seed->settings->up_limit_bps = up_bps;
  node_start (self->seed);
  for (i = 0; i < 3; i++)
    {
      self->datas[i] = make (i, self->tracker->url, 400 * KIB);
      data_write (self->datas[i], self->seed->save);
      node_add (self->seed, self->datas[i], NULL);
    }
  for (i = 1; i <= 3; i++)
    swarm_until (self->swarm, node_is_done (self->seed, id_of (i)));
  swarm_until (self->swarm, self->tracker->n_started == 3);
  self->leech = new_node (self, "leech");
  self->leech->settings->max_downloading = 1;
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  guint i;

  swarm_free (self->swarm);
  for (i = 0; i < 3; i++)
    data_free (self->datas[i]);
  tracker_free (self->tracker);
}

static void
add_all (Fixture *self)
{
  guint i;

  for (i = 0; i < 3; i++)
    g_assert_cmpuint (node_add (self->leech, self->datas[i], NULL).value, ==, i + 1);
}

static gboolean
is_in (Node *node, guint32 id, ShoalTorrentState state)
{
  return node_get (node, id_of (id)) != NULL && node_state (node, id_of (id)) == state;
}

static gboolean
is_queued (Node *node, guint32 id)
{
  return is_in (node, id, SHOAL_TORRENT_STATE_QUEUED);
}

static gboolean
is_downloading (Node *node, guint32 id)
{
  return is_in (node, id, SHOAL_TORRENT_STATE_DOWNLOADING);
}

static const ShoalAnswer *
enqueue (Node *node, guint32 id, ShoalQueuePlace place, guint32 before)
{
  ShoalTorrentId one = id_of (id);
  guint64        serial = shoal_api_engine_enqueue (node->engine, &one, 1, place, id_of (before));

  return node_wait (node, serial);
}

/* The ids in the order of the queue, each one figure. */
static char *
dup_order (Node *node)
{
  g_autoptr (GString) order = g_string_new (NULL);
  const ShoalTorrentInfo *info = NULL;

  while ((info = node_next_in_queue (node, info)) != NULL)
    g_string_append_printf (order, "%u", info->id.value);
  g_assert_cmpuint (order->len, ==, g_hash_table_size (node->infos)); /* no two are equal */
  return g_string_free (g_steal_pointer (&order), FALSE);
}

static gboolean
is_order (Node *node, const char *expected)
{
  g_autofree char *order = dup_order (node);

  return g_str_equal (order, expected);
}

/* One after the other, in order; who waits is not there for others. */
static void
test_one_at_a_time (Fixture *self, gconstpointer data)
{
  Node *leech = self->leech;
  guint i;

  node_start (leech);
  add_all (self);
  swarm_until (self->swarm, is_downloading (leech, 1) && is_queued (leech, 2));
  swarm_until (self->swarm, is_queued (leech, 3) && leech->totals.n_awake == 1);
  swarm_until (self->swarm, self->tracker->n_started == 4);
  g_assert_cmpuint (node_get (leech, id_of (2))->n_peers, ==, 0);
  g_assert_cmpuint (node_get (leech, id_of (2))->trackers, ==, SHOAL_TRACKERS_NONE);
  g_assert_false (node_get (leech, id_of (2))->is_paused);
  for (i = 1; i <= 3; i++)
    {
      swarm_until (self->swarm, node_is_done (leech, id_of (i)));
      data_assert_whole (self->datas[i - 1], leech->save);
      if (i == 1)
        g_assert_cmpuint (node_done_bytes (leech, id_of (3)), ==, 0);
    }
  g_assert_cmpuint (self->tracker->n_started, ==, 6);
}

/* What is moved to the top starts at once; who has to wait for it is left, and finishes later. */
static void
test_top_starts (Fixture *self, gconstpointer data)
{
  Node *leech = self->leech;
  guint i;

  node_start (leech);
  add_all (self);
  swarm_until (self->swarm, node_done_bytes (leech, id_of (1)) > 30 * KIB);
  g_assert_null (enqueue (leech, 3, SHOAL_QUEUE_TOP, 0)->problem);
  swarm_until (self->swarm, is_queued (leech, 1) && is_downloading (leech, 3));
  swarm_until (self->swarm, self->tracker->n_stopped == 1);
  swarm_until (self->swarm, node_get (leech, id_of (1))->n_peers == 0);
  g_assert_true (is_order (leech, "312"));
  for (i = 1; i <= 3; i++)
    {
      swarm_until (self->swarm, node_is_done (leech, id_of (i)));
      data_assert_whole (self->datas[i - 1], leech->save);
    }
}

/* Paused, hidden, removed: a place is free for the next. */
static void
test_gives_way (Fixture *self, gconstpointer data)
{
  Node *leech = self->leech;

  node_start (leech);
  add_all (self);
  swarm_until (self->swarm, is_downloading (leech, 1));
  shoal_api_engine_set_paused (leech->engine, id_of (1), TRUE);
  swarm_until (self->swarm, is_downloading (leech, 2) && is_queued (leech, 3));
  shoal_api_engine_set_hidden (leech->engine, id_of (2), TRUE);
  swarm_until (self->swarm, is_downloading (leech, 3));
  shoal_api_engine_set_hidden (leech->engine, id_of (2), FALSE); /* it stands where it stood */
  swarm_until (self->swarm, is_downloading (leech, 2) && is_queued (leech, 3));
  g_assert_true (is_order (leech, "123"));
  shoal_api_engine_set_paused (leech->engine, id_of (1), FALSE);
  swarm_until (self->swarm, is_downloading (leech, 1) && is_queued (leech, 2));
  g_assert_null (
      node_wait (leech,
                 shoal_api_engine_remove (leech->engine, id_of (1), TRUE, node_answered, leech))
          ->problem);
  swarm_until (self->swarm, node_is_done (leech, id_of (2)));
  swarm_until (self->swarm, node_is_done (leech, id_of (3)));
}

/* A limit that changes is felt at once. */
static void
test_limit (Fixture *self, gconstpointer data)
{
  g_autoptr (ShoalSettings) more = NULL;
  g_autoptr (ShoalSettings) none = NULL;
  Node *leech = self->leech;

  node_start (leech);
  add_all (self);
  swarm_until (self->swarm, is_downloading (leech, 1) && is_queued (leech, 2));
  more = shoal_settings_copy (leech->settings);
  more->max_downloading = 2;
  shoal_api_engine_set_settings (leech->engine, more);
  swarm_until (self->swarm, is_downloading (leech, 2) && is_queued (leech, 3));
  shoal_api_engine_set_settings (leech->engine, leech->settings);
  swarm_until (self->swarm, is_downloading (leech, 1) && is_queued (leech, 2));
  none = shoal_settings_copy (leech->settings);
  none->max_downloading = 0;
  shoal_api_engine_set_settings (leech->engine, none);
  swarm_until (self->swarm, is_downloading (leech, 2) && is_downloading (leech, 3));
}

/* The order is there after a restart, and after an end without a word: what the disk has when the
 * answer is there is all there is. */
static void
test_order_kept (Fixture *self, gconstpointer data)
{
  static const char *const suffixes[] = { "", "-wal" };
  Node                    *leech = self->leech;
  Node                    *heir;
  ShoalAddOptions         *options;
  g_autofree char         *folder = NULL;
  guint                    i;

  shoal_api_engine_set_paused (self->seed->engine, id_of (1), TRUE);
  node_start (leech);
  for (i = 0; i < 2; i++)
    node_add (leech, self->datas[i], NULL);
  options = node_options (leech);
  options->is_first = TRUE;
  node_add (leech, self->datas[2], options);
  g_assert_true (is_order (leech, "312"));
  node_restart (leech);
  swarm_until (self->swarm, g_hash_table_size (leech->infos) == 3);
  g_assert_true (is_order (leech, "312"));
  g_assert_null (enqueue (leech, 2, SHOAL_QUEUE_UP, 0)->problem);
  g_assert_true (is_order (leech, "321"));
  g_assert_null (enqueue (leech, 3, SHOAL_QUEUE_BOTTOM, 0)->problem);
  g_assert_null (enqueue (leech, 1, SHOAL_QUEUE_DOWN, 0)->problem);
  g_assert_true (is_order (leech, "231"));
  g_assert_null (enqueue (leech, 1, SHOAL_QUEUE_BEFORE, 2)->problem);
  heir = new_node (self, "heir");
  folder = g_path_get_dirname (heir->state);
  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (leech->state, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (heir->state, suffixes[i], NULL);
      g_autofree char *bytes = NULL;
      gsize            len;

      if (g_file_get_contents (from, &bytes, &len, NULL))
        g_assert_true (g_file_set_contents (to, bytes, (gssize) len, NULL));
    }
  node_stop (leech);
  node_start (heir);
  swarm_until (self->swarm, g_hash_table_size (heir->infos) == 3);
  g_assert_true (is_order (heir, "123"));
}

static void
test_bad_moves (Fixture *self, gconstpointer data)
{
  Node *leech = self->leech;

  node_start (leech);
  add_all (self);
  g_assert_cmpint (
      enqueue (leech, 9, SHOAL_QUEUE_TOP, 0)->problem->code, ==, SHOAL_PROBLEM_NOT_FOUND);
  g_assert_cmpint (
      enqueue (leech, 1, SHOAL_QUEUE_BEFORE, 9)->problem->code, ==, SHOAL_PROBLEM_NOT_FOUND);
  g_assert_cmpint (
      enqueue (leech, 1, (ShoalQueuePlace) 77, 0)->problem->code, ==, SHOAL_PROBLEM_INVALID);
  g_assert_null (enqueue (leech, 1, SHOAL_QUEUE_TOP, 0)->problem);
  g_assert_true (is_order (leech, "123"));
}

/* Those that get nothing, be they links or torrents, do not keep those behind them waiting; they go
 * on looking meanwhile. What is known of that is known after a restart as well. */
static void
test_stalled (Fixture *self, gconstpointer data)
{
  g_autoptr (Data) nowhere = make (50, NULL, 100 * KIB);
  g_autoptr (Data) unknown = make (51, NULL, 100 * KIB);
  g_autofree char *link = shoal_api_dup_magnet (unknown->torrent);
  g_autoptr (ShoalSettings) rest = NULL;
  Node *leech = self->leech;

  leech->doubles.stall_usec = STALL_USEC;
  node_start (leech);
  node_add (leech, nowhere, NULL);
  g_assert_null (node_wait (leech,
                            shoal_api_engine_add_magnet (
                                leech->engine, link, node_options (leech), node_answered, leech))
                     ->problem);
  g_assert_cmpuint (node_add (leech, self->datas[0], NULL).value, ==, 3);
  swarm_until (self->swarm, is_downloading (leech, 1));
  swarm_until (self->swarm, node_is_done (leech, id_of (3)));
  g_assert_true (is_downloading (leech, 1));
  g_assert_true (is_in (leech, 2, SHOAL_TORRENT_STATE_METADATA));
  g_assert_true (is_order (leech, "123"));

  /* Nobody has his turn before all have come; and it lasts longer than this test. */
  rest = shoal_settings_copy (leech->settings);
  rest->hold = SHOAL_HOLD_POWER;
  shoal_api_engine_set_settings (leech->engine, rest);
  g_assert_cmpuint (node_add (leech, self->datas[1], NULL).value, ==, 4);
  node_stop (leech);
  leech->doubles.stall_usec = 0;
  node_start (leech);
  swarm_until (self->swarm, node_get (leech, id_of (4)) != NULL);
  swarm_until (self->swarm, node_is_done (leech, id_of (4)));
}

/* Who waits for a person to choose files takes nobody's place, and is shown what there is. */
static void
test_asking (Fixture *self, gconstpointer data)
{
  g_autofree char *link = shoal_api_dup_magnet (self->datas[1]->torrent);
  Node            *leech = self->leech;
  ShoalAddOptions *options;

  node_start (leech);
  node_add (leech, self->datas[0], NULL);
  swarm_until (self->swarm, is_downloading (leech, 1));
  options = node_options (leech);
  options->asks = TRUE;
  g_assert_null (
      node_wait (leech,
                 shoal_api_engine_add_magnet (leech->engine, link, options, node_answered, leech))
          ->problem);
  swarm_until (self->swarm, is_in (leech, 2, SHOAL_TORRENT_STATE_METADATA));
  node_connect (leech, id_of (2), self->seed);
  swarm_until (self->swarm, node_get (leech, id_of (2))->is_asking);
  g_assert_true (is_downloading (leech, 1));
  shoal_api_engine_set_paused (leech->engine, id_of (2), FALSE);
  swarm_until (self->swarm, is_queued (leech, 2));
  swarm_until (self->swarm, node_is_done (leech, id_of (1)));
  swarm_until (self->swarm, !is_queued (leech, 2));
}

/* As long as a seed is taken from it has a place, and another has to wait, who is gone to others
 * meanwhile. */
static void
test_seeds (Fixture *self, gconstpointer data)
{
  Node *seed = self->seed;
  Node *leech = self->leech;
  guint i;

  node_stop (seed);
  seed->settings->max_seeding = 1;
  seed->doubles.stall_usec = 8 * G_USEC_PER_SEC; /* things move in steps of a second */
  node_start (seed);
  leech->settings->max_downloading = 0;
  for (i = 1; i <= 3; i++)
    swarm_until (self->swarm, is_in (seed, i, SHOAL_TORRENT_STATE_SEEDING));
  node_start (leech);
  for (i = 0; i < 2; i++)
    node_add (leech, self->datas[i], NULL);
  swarm_until (self->swarm, is_queued (seed, 2));
  g_assert_true (is_in (seed, 1, SHOAL_TORRENT_STATE_SEEDING));
  g_assert_true (is_in (seed, 3, SHOAL_TORRENT_STATE_SEEDING));
  swarm_until (self->swarm, node_is_done (leech, id_of (1)));
  g_assert_false (node_is_done (leech, id_of (2)));
  swarm_until (self->swarm, is_in (seed, 2, SHOAL_TORRENT_STATE_SEEDING));
  node_connect (leech, id_of (2), seed);
  swarm_until (self->swarm, node_is_done (leech, id_of (2)));
  data_assert_whole (self->datas[1], leech->save);
}

static gboolean
is_held (Node *node, guint32 id, ShoalHold hold)
{
  return is_in (node, id, SHOAL_TORRENT_STATE_WAITING) &&
         node_has_problem (node, id_of (id), SHOAL_PROBLEM_HELD) &&
         node_get (node, id_of (id))->problem->number == hold;
}

/* All but what is paused rests, and goes on by itself as it was. */
static void
test_hold (Fixture *self, gconstpointer data)
{
  g_autoptr (ShoalSettings) metered = shoal_settings_copy (self->leech->settings);
  g_autoptr (ShoalSettings) none = shoal_settings_copy (self->leech->settings);
  g_autofree guint8 *zeros = g_malloc0 (self->datas[0]->size);
  g_autofree char   *link = shoal_api_dup_magnet (self->datas[2]->torrent);
  g_autofree char   *target = g_build_filename (self->swarm->folder, "elsewhere", NULL);
  g_autofree char   *path = data_dup_path (self->datas[0], 0, target);
  Node              *leech = self->leech;
  guint64            had;

  node_start (leech);
  node_add (leech, self->datas[0], NULL);
  node_add (leech, self->datas[1], NULL);
  g_assert_null (node_wait (leech,
                            shoal_api_engine_add_magnet (
                                leech->engine, link, node_options (leech), node_answered, leech))
                     ->problem);
  swarm_until (self->swarm, node_done_bytes (leech, id_of (1)) > 30 * KIB);
  metered->hold = SHOAL_HOLD_METERED;
  shoal_api_engine_set_settings (leech->engine, metered);
  swarm_until (self->swarm, is_held (leech, 1, SHOAL_HOLD_METERED));
  swarm_until (self->swarm, is_held (leech, 2, SHOAL_HOLD_METERED));
  swarm_until (self->swarm, is_held (leech, 3, SHOAL_HOLD_METERED));
  swarm_until (self->swarm, self->tracker->n_stopped == 1);
  swarm_until (self->swarm, leech->totals.n_awake == 0 && leech->totals.n_peers == 0);
  g_assert_false (node_get (leech, id_of (1))->is_paused);
  had = node_done_bytes (leech, id_of (1));

  /* What a person does with the files goes on, and a pause is one. */
  g_assert_null (
      node_wait (leech,
                 shoal_api_engine_move (leech->engine, id_of (1), target, node_answered, leech))
          ->problem);
  g_assert_cmpuint (node_done_bytes (leech, id_of (1)), ==, had);
  g_assert_true (
      g_file_set_contents (path, (const char *) zeros, (gssize) self->datas[0]->size, NULL));
  shoal_api_engine_verify (leech->engine, id_of (1));
  swarm_until (self->swarm, node_done_bytes (leech, id_of (1)) == 0);
  swarm_until (self->swarm, is_held (leech, 1, SHOAL_HOLD_METERED));
  swarm_until (self->swarm, leech->totals.n_awake == 0);
  shoal_api_engine_set_paused (leech->engine, id_of (2), TRUE);
  swarm_until (self->swarm, is_in (leech, 2, SHOAL_TORRENT_STATE_PAUSED));
  g_assert_null (node_get (leech, id_of (2))->problem);

  /* For another reason, and over a restart. */
  node_stop (leech);
  leech->settings->hold = SHOAL_HOLD_POWER;
  node_start (leech);
  swarm_until (self->swarm, is_held (leech, 1, SHOAL_HOLD_POWER));
  swarm_until (self->swarm, is_held (leech, 3, SHOAL_HOLD_POWER));
  swarm_until (self->swarm, is_in (leech, 2, SHOAL_TORRENT_STATE_PAUSED));
  g_assert_cmpuint (leech->totals.n_awake, ==, 0);
  g_assert_cmpuint (self->tracker->n_started, ==, 4);

  shoal_api_engine_set_settings (leech->engine, none);
  swarm_until (self->swarm, is_downloading (leech, 1));
  g_assert_null (node_get (leech, id_of (1))->problem);
  swarm_until (self->swarm, is_queued (leech, 3));
  swarm_until (self->swarm, node_is_done (leech, id_of (1)));
  data_assert_whole (self->datas[0], target);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, up_bps, func)                                                                    \
  g_test_add ("/swarm/queue/" name, Fixture, GUINT_TO_POINTER (up_bps), set_up, func, tear_down)
  ADD ("one-at-a-time", 250 * KIB, test_one_at_a_time);
  ADD ("top-starts", 150 * KIB, test_top_starts);
  ADD ("gives-way", 100 * KIB, test_gives_way);
  ADD ("limit", 30 * KIB, test_limit);
  ADD ("order-kept", 30 * KIB, test_order_kept);
  ADD ("bad-moves", 30 * KIB, test_bad_moves);
  ADD ("stalled", 0, test_stalled);
  ADD ("asking", 150 * KIB, test_asking);
  ADD ("seeds", 50 * KIB, test_seeds);
  ADD ("hold", 100 * KIB, test_hold);
  return g_test_run ();
}
