/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib/gstdio.h>
#include <sqlite3.h>
#include <string.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "swarm.h"

/* Files, folders and the top of a torrent are called otherwise than the torrent says. In the tree:
 * a/odd (2), a/b/tiny (3), a/b/small (4), a/b/c/big (6), last (10). */

#define KIB 1024

#define TOP G_MAXUINT

static const ShoalProblem *
rename_file (Node *node, guint file, const char *name)
{
  return node_wait (node,
                    shoal_api_engine_rename (node->engine, FIRST, file, name, node_answered, node))
      ->problem;
}

static const ShoalProblem *
rename_folder (Node *node, const char *folder, const char *name)
{
  return node_wait (node,
                    shoal_api_engine_rename_folder (
                        node->engine, FIRST, folder, name, node_answered, node))
      ->problem;
}

static const char *
get_path (Node *node, guint file)
{
  const ShoalTorrentDetails *details = node_get_details (node, FIRST);

  if (details == NULL || details->files == NULL)
    return NULL;
  return ((const ShoalFileInfo *) g_ptr_array_index (details->files, file))->path;
}

static void
watch (Node *node)
{
  shoal_api_engine_watch (node->engine, FIRST, SHOAL_WATCH_FILES);
  swarm_until (node->swarm, get_path (node, 0) != NULL);
}

/* What @data is called then: the names that the three renamings of do_all() give. */
static void
expect_all (Node *node, Data *data)
{
  watch (node);
  swarm_until (node->swarm, g_str_equal (get_path (node, 10), "my own/the end"));
  swarm_until (node->swarm, g_str_equal (get_path (node, 6), "my own/a/new b/c/big"));
  g_assert_cmpstr (get_path (node, 2), ==, "my own/a/odd");
  g_assert_cmpstr (get_path (node, 3), ==, "my own/a/new b/tiny");
  node_follow_names (node, FIRST, data);
}

static void
do_all (Node *node, const char *top)
{
  g_autofree char *folder = g_strconcat (top, "/a/b", NULL);

  g_assert_null (rename_file (node, 10, "the end"));
  g_assert_null (rename_folder (node, folder, "new b"));
  g_assert_null (rename_file (node, TOP, "my own"));
  g_assert_cmpstr (node_get (node, FIRST)->name, ==, "my own");
  g_assert_true (g_str_has_suffix (node_get (node, FIRST)->data_path, "/my own"));
}

static guint
count_files (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  guint       n = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      n += g_file_test (path, G_FILE_TEST_IS_DIR) ? count_files (path) : 1;
    }
  return n;
}

/* Everything is there under the new names, and nothing else. */
static void
check_whole (const Data *data, const char *folder)
{
  guint n_real = 0, i;

  data_assert_whole (data, folder);
  for (i = 0; i < data->files->len; i++)
    n_real += !g_array_index (data->files, DataFile, i).is_pad;
  g_assert_cmpuint (count_files (folder), ==, n_real);
}

/* Nobody is left for that, and nothing is fetched twice. */
static void
test_downloading (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  Node   *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node   *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint64 downloaded;

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 60 * KIB);
  do_all (leech, "names");
  g_assert_cmpuint (node_count_events (leech, SHOAL_EVENT_PEER_CLOSED), ==, 0);
  swarm_until (swarm, node_is_done (leech, FIRST));
  expect_all (leech, data);
  check_whole (data, leech->save);
  downloaded = node_get (leech, FIRST)->downloaded;
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_cmpstr (node_get (leech, FIRST)->name, ==, "my own");
  expect_all (leech, data);
  check_whole (data, leech->save);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, downloaded);
}

/* Who seeds goes on; who is paused stays so. */
static void
test_seeding (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autoptr (Data) same = data_new_tree ("names", 32 * KIB);
  Node *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 60 * KIB);
  do_all (seed, "names");
  node_finish (leech, same);
  expect_all (seed, data);
  check_whole (data, seed->save);
  shoal_api_engine_set_paused (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  g_assert_null (rename_file (seed, 0, "paused"));
  g_assert_cmpint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_PAUSED);
  swarm_until (swarm, g_str_equal (get_path (seed, 0), "my own/paused"));
}

/* It wakes for that, and sleeps again; several at once follow each other. */
static void
test_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  Node   *seed = node_new (swarm, "seed");
  guint64 serials[3];
  guint   i;

  seed->has_errors = FALSE;
  seed->doubles.rest_usec = 200 * 1000;
  node_seed (seed, data);
  swarm_until (swarm, seed->totals.n_awake == 0);
  serials[0] = shoal_api_engine_rename (seed->engine, FIRST, 10, "the end", node_answered, seed);
  serials[1] = shoal_api_engine_rename_folder (
      seed->engine, FIRST, "names/a/b", "new b", node_answered, seed);
  serials[2] = shoal_api_engine_rename (seed->engine, FIRST, TOP, "my own", node_answered, seed);
  for (i = 0; i < G_N_ELEMENTS (serials); i++)
    g_assert_null (node_wait (seed, serials[i])->problem);
  swarm_until (swarm, seed->totals.n_awake == 0);
  expect_all (seed, data);
  check_whole (data, seed->save);
}

/* One file outside any folder is its own top. */
static void
test_single (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("one", 32 * KIB, 200 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);

  g_assert_null (rename_file (seed, 0, "two"));
  g_assert_cmpstr (node_get (seed, FIRST)->name, ==, "two");
  g_assert_null (rename_file (seed, TOP, "three"));
  node_restart (seed);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_cmpstr (node_get (seed, FIRST)->name, ==, "three");
  watch (seed);
  g_assert_cmpstr (get_path (seed, 0), ==, "three");
  node_follow_names (seed, FIRST, data);
  check_whole (data, seed->save);
}

static void
assert_refused (const ShoalProblem *problem, ShoalProblemCode code)
{
  g_assert_nonnull (problem);
  g_assert_cmpint (problem->code, ==, code);
}

/* What cannot be, and why; all stays as it is. */
static void
test_refused (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autofree char    *long_name = g_strnfill (256, 'x');
  g_autofree char    *own = NULL;
  const ShoalProblem *problem;
  Node               *seed = node_new (swarm, "seed");

  seed->has_errors = FALSE;
  node_seed (seed, data);
  own = g_build_filename (seed->save, "names", "a", "own", NULL);
  g_assert_true (g_file_set_contents (own, "own", -1, NULL));
  problem = rename_file (seed, 2, "own");
  assert_refused (problem, SHOAL_PROBLEM_CONFLICT);
  g_assert_cmpstr (problem->subject, ==, own);
  assert_refused (rename_folder (seed, "names/a/b", "own"), SHOAL_PROBLEM_CONFLICT);
  assert_refused (rename_file (seed, 3, "small"), SHOAL_PROBLEM_CONFLICT);
  assert_refused (rename_file (seed, 2, "a/b"), SHOAL_PROBLEM_NAME_SLASH);
  assert_refused (rename_file (seed, 2, ".."), SHOAL_PROBLEM_NAME_RESERVED);
  assert_refused (rename_file (seed, 2, ""), SHOAL_PROBLEM_NAME_SLASH);
  assert_refused (rename_file (seed, 2, long_name), SHOAL_PROBLEM_NAME_LONG);
  assert_refused (rename_file (seed, TOP, "../names"), SHOAL_PROBLEM_NAME_SLASH);
  assert_refused (rename_file (seed, 11, "x"), SHOAL_PROBLEM_NO_FILE);
  assert_refused (rename_folder (seed, "names/nothing", "x"), SHOAL_PROBLEM_NO_FILE);
  assert_refused (rename_folder (seed, "names/first", "x"), SHOAL_PROBLEM_NO_FILE);
  data_assert_whole (data, seed->save);
  g_assert_null (rename_file (seed, 2, "with\tcontrol")); /* as names in a torrent */
  watch (seed);
  g_assert_cmpstr (get_path (seed, 2), ==, "names/a/with_control");
  node_follow_names (seed, FIRST, data);
  data_assert_whole (data, seed->save);
}

/* What else is done with files finds them. */
static void
test_after (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autofree char *target = g_build_filename (swarm->folder, "elsewhere", NULL);
  Node            *seed = node_new (swarm, "seed");

  seed->has_errors = FALSE;
  node_seed (seed, data);
  do_all (seed, "names");
  expect_all (seed, data);
  shoal_api_engine_verify (seed->engine, FIRST);
  swarm_run (swarm, 300);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_null (
      node_wait (seed, shoal_api_engine_move (seed->engine, FIRST, target, node_answered, seed))
          ->problem);
  check_whole (data, target);
  g_assert_null (rename_folder (seed, "my own/a", "again"));
  g_assert_null (rename_file (seed, 2, "even"));
  node_restart (seed);
  swarm_until (swarm, node_is_done (seed, FIRST));
  watch (seed);
  g_assert_cmpstr (get_path (seed, 2), ==, "my own/again/even");
  g_assert_cmpstr (get_path (seed, 6), ==, "my own/again/new b/c/big");
  node_follow_names (seed, FIRST, data);
  check_whole (data, target);
  g_assert_null (
      node_wait (seed, shoal_api_engine_remove (seed->engine, FIRST, TRUE, node_answered, seed))
          ->problem);
  swarm_until (swarm, count_files (target) == 0);
}

/* A file that was skipped, and has bytes in the parts file, is called otherwise before it is
 * wanted. */
static void
test_skipped (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  const guint      skipped[] = { 2 };
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);

  options->n_priorities = data->files->len;
  options->priorities = g_malloc (data->files->len);
  memset (options->priorities, SHOAL_FILE_PRIORITY_NORMAL, data->files->len);
  options->priorities[2] = SHOAL_FILE_PRIORITY_SKIP;
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_null (rename_file (leech, 2, "late"));
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_NORMAL);
  node_connect (leech, FIRST, seed);
  watch (leech);
  g_assert_cmpstr (get_path (leech, 2), ==, "names/a/late");
  node_follow_names (leech, FIRST, data);
  swarm_until (swarm, data_has_file (data, 2, leech->save) && node_is_done (leech, FIRST));
  data_assert_whole (data, leech->save);
}

/* Before anybody has said what it consists of. */
static void
test_magnet (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autofree char *uri = shoal_api_dup_magnet (data->torrent);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");

  g_assert_null (node_wait (leech,
                            shoal_api_engine_add_magnet (
                                leech->engine, uri, node_options (leech), node_answered, leech))
                     ->problem);
  assert_refused (rename_file (leech, 0, "x"), SHOAL_PROBLEM_DETAILS_MISSING);
  g_assert_null (rename_file (leech, TOP, "early"));
  g_assert_cmpstr (node_get (leech, FIRST)->name, ==, "early");
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  watch (leech);
  g_assert_cmpstr (get_path (leech, 2), ==, "early/a/odd");
  node_follow_names (leech, FIRST, data);
  check_whole (data, leech->save);
}

/* --- what a crash leaves --- */

typedef struct
{
  const char *file;   /* of the intent: an index, or as the store names it */
  const char *source; /* or NULL */
  const char *target;
  const char *from; /* on the disk */
  const char *to;
} Step;

static const Step steps[] = {
  { "10", NULL, "names/the end", "names/last", "names/the end" },
  { "4294967293", "names/a/b", "names/a/new b", "names/a/b", "names/a/new b" },
  { "4294967294", NULL, "my own", "names", "my own" },
};

static void
put_intent (Node *node, const Step *step)
{
  sqlite3 *handle = NULL;
  char    *statement;

  statement = sqlite3_mprintf ("INSERT INTO intents (torrent_id, kind, file, target, target_device,"
                               "  target_inode, target_fs_id, source)"
                               " VALUES (1, 3, %s, CAST (%Q AS BLOB), 0, 0, 0, CAST (%Q AS BLOB))",
                               step->file,
                               step->target,
                               step->source);
  g_assert_cmpint (sqlite3_open (node->state, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, statement, NULL, NULL, NULL), ==, SQLITE_OK);
  sqlite3_close (handle);
  sqlite3_free (statement);
}

/* The intent is in the database, and the file system has done it, or has not. */
static void
test_resumed (void)
{
  guint i, is_done;

  for (i = 0; i < G_N_ELEMENTS (steps); i++)
    for (is_done = 0; is_done < 2; is_done++)
      {
        g_autoptr (Swarm) swarm = swarm_new ();
        g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
        Node            *seed = swarm_add_seed (swarm, "seed", data);
        g_autofree char *from = g_build_filename (seed->save, steps[i].from, NULL);
        g_autofree char *to = g_build_filename (seed->save, steps[i].to, NULL);

        node_stop (seed);
        put_intent (seed, &steps[i]);
        if (is_done)
          g_assert_cmpint (g_rename (from, to), ==, 0);
        node_start (seed);
        swarm_until (swarm, g_file_test (to, G_FILE_TEST_EXISTS) && node_is_done (seed, FIRST));
        watch (seed);
        swarm_until (swarm, g_str_has_prefix (get_path (seed, 10), steps[i].target) || i != 0);
        node_follow_names (seed, FIRST, data);
        check_whole (data, seed->save);
        node_restart (seed);
        swarm_until (swarm, node_is_done (seed, FIRST));
        watch (seed);
        check_whole (data, seed->save);
        g_assert_false (g_file_test (from, G_FILE_TEST_EXISTS));
      }
}

/* The disk is not there at the start after that: it is gone on with when it is. */
static void
test_resumed_late (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autofree char *away = g_build_filename (swarm->folder, "away", NULL);
  g_autofree char *top = NULL;
  Node            *seed = swarm_add_seed (swarm, "seed", data);

  top = g_build_filename (seed->save, "my own", NULL);
  node_stop (seed);
  put_intent (seed, &steps[2]);
  g_assert_cmpint (g_rename (seed->save, away), ==, 0);
  node_start (seed);
  swarm_until (swarm, node_has_problem (seed, FIRST, SHOAL_PROBLEM_VANISHED));
  g_assert_cmpint (g_rename (away, seed->save), ==, 0);
  swarm_until (swarm, g_file_test (top, G_FILE_TEST_EXISTS) && node_is_done (seed, FIRST));
  watch (seed);
  node_follow_names (seed, FIRST, data);
  check_whole (data, seed->save);
}

/* Somebody took the name in between: it stays as it was. */
static void
test_resumed_conflict (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("names", 32 * KIB);
  g_autofree char *top = NULL;
  Node            *seed = swarm_add_seed (swarm, "seed", data);

  top = g_build_filename (seed->save, "my own", NULL);
  node_stop (seed);
  put_intent (seed, &steps[2]);
  g_assert_true (g_file_set_contents (top, "own", -1, NULL));
  node_start (seed);
  watch (seed);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_cmpstr (get_path (seed, 2), ==, "names/a/odd");
  data_assert_whole (data, seed->save);
  g_assert_null (rename_file (seed, TOP, "free"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/rename/downloading", test_downloading);
  g_test_add_func ("/swarm/rename/seeding", test_seeding);
  g_test_add_func ("/swarm/rename/asleep", test_asleep);
  g_test_add_func ("/swarm/rename/single", test_single);
  g_test_add_func ("/swarm/rename/refused", test_refused);
  g_test_add_func ("/swarm/rename/after", test_after);
  g_test_add_func ("/swarm/rename/skipped", test_skipped);
  g_test_add_func ("/swarm/rename/magnet", test_magnet);
  g_test_add_func ("/swarm/rename/resumed", test_resumed);
  g_test_add_func ("/swarm/rename/resumed-late", test_resumed_late);
  g_test_add_func ("/swarm/rename/resumed-conflict", test_resumed_conflict);
  return g_test_run ();
}
