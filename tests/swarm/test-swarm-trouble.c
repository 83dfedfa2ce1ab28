/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <sys/stat.h>

#include "swarm.h"

/* A disk that fails or stalls at a bad moment. */

#define KIB 1024

static guint64
get_device (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_dev;
}

/* A checkpoint that failed at one file loses nothing of what it had synced before: once the next
 * one is done the files need not be hashed again. */
static void
test_failed_sync (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("sync", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech = node_new (swarm, "leech");
  guint n_calls;

  leech->has_errors = FALSE;
  node_leech (leech, data, NULL);
  n_calls = support_disk_fault_get_n_calls (leech->disk, SUPPORT_DISK_FSYNC);
  support_disk_fault_fail (leech->disk, SUPPORT_DISK_FSYNC, 3, 1, EIO);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  g_assert_cmpuint (
      support_disk_fault_get_n_calls (leech->disk, SUPPORT_DISK_FSYNC), >, n_calls + 3);
  node_restart (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  swarm_until (swarm, node_get (leech, FIRST)->resumed_bytes != G_MAXUINT64);
  g_assert_cmpuint (
      node_get (leech, FIRST)->resumed_bytes, ==, node_get (leech, FIRST)->wanted_bytes);
  data_assert_whole (data, leech->save);
}

/* A piece that could not be read is in doubt; quitting before it was hashed keeps the claim. */
static void
test_stop_in_doubt (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("doubt", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *middle = node_new (swarm, "middle");
  Node *leech = swarm_add (swarm, "leech");

  middle->has_errors = FALSE;
  middle->doubles.retry_usec = 2 * G_USEC_PER_SEC; /* time to stall the disk before */
  node_leech (middle, data, seed);
  swarm_until (swarm, node_count_events (middle, SHOAL_EVENT_COMPLETE) == 1);
  support_disk_fault_fail (middle->disk, SUPPORT_DISK_PREADV, 1, 1, EIO);
  node_add (leech, data, NULL);
  node_connect (leech, FIRST, middle);
  swarm_until (swarm, node_has_problem (middle, FIRST, SHOAL_PROBLEM_IO));
  node_stop (leech); /* from now on only the check reads */
  support_disk_fault_stall (middle->disk, get_device (middle->save));
  swarm_until (swarm, support_disk_fault_get_n_stalled (middle->disk) > 0);
  shoal_api_engine_quit (middle->engine);
  swarm_run (swarm, 200);
  support_disk_fault_stall (middle->disk, 0);
  node_restart (middle);
  swarm_until (swarm, node_get (middle, FIRST) != NULL);
  swarm_until (swarm, node_is_done (middle, FIRST));
  g_assert_cmpuint (node_get (middle, FIRST)->downloaded, <, data->size + 32 * KIB);
  data_assert_whole (data, middle->save);
}

/* A file is gone, and somebody asks for the first piece of it: no other is said to be there either.
 * It is fetched again once the person says so. */
static void
test_file_gone (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("gone", 32 * KIB, 300 * KIB);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *middle = node_new (swarm, "middle");
  Node            *leech = swarm_add (swarm, "leech");
  g_autofree char *path = data_dup_path (data, 0, middle->save);
  guint            round;

  middle->has_errors = FALSE;
  node_seed (middle, data);
  g_assert_cmpint (g_unlink (path), ==, 0);
  node_add (leech, data, NULL);
  node_connect (leech, FIRST, middle);
  swarm_until (swarm, node_has_problem (middle, FIRST, SHOAL_PROBLEM_MISSING));
  swarm_until (swarm, node_done_bytes (middle, FIRST) == 0);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, 0);
  for (round = 0; round < 2; round++)
    {
      swarm_run (swarm, 100);
      g_assert_true (node_has_problem (middle, FIRST, SHOAL_PROBLEM_MISSING));
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
    }
  shoal_api_engine_retry (middle->engine, FIRST);
  node_connect (middle, FIRST, seed);
  node_finish (middle, data);
}

/* Of what was complete, files were deleted while it was not running: nothing of that is fetched
 * until a person says so, whether it is what the torrent is called, which is looked for at the
 * start, or one of many, which is missed when somebody needs it. A restart changes nothing. */
static void
delete_while_away (Data *data, guint file, gboolean is_put_back)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autofree char *path = NULL;
  g_autofree char *aside = g_build_filename (swarm->folder, "aside", NULL);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add_leech (swarm, "leech", data, seed);

  leech->has_errors = FALSE;
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  path = data_dup_path (data, file, leech->save);
  node_stop (leech);
  g_assert_cmpint (g_rename (path, aside), ==, 0);
  for (guint round = 0; round < 2; round++)
    {
      node_start (leech);
      swarm_until (swarm, node_get (leech, FIRST) != NULL);
      shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_FILES);
      swarm_until (swarm, node_has_problem (leech, FIRST, SHOAL_PROBLEM_MISSING));
      g_assert_cmpint (node_state (leech, FIRST), ==, SHOAL_TORRENT_STATE_STOPPED);
      g_assert_cmpstr (node_get (leech, FIRST)->problem->subject, ==, path);
      g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, node_get (leech, FIRST)->wanted_bytes);
      shoal_api_engine_set_paused (leech->engine, FIRST, TRUE);
      shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
      swarm_run (swarm, 300);
      g_assert_true (node_has_problem (leech, FIRST, SHOAL_PROBLEM_MISSING));
      g_assert_false (g_file_test (path, G_FILE_TEST_EXISTS));
      if (round == 0)
        node_stop (leech);
    }
  if (is_put_back)
    g_assert_cmpint (g_rename (aside, path), ==, 0);
  shoal_api_engine_retry (leech->engine, FIRST);
  swarm_until (swarm, node_get (leech, FIRST)->problem == NULL);
  if (!is_put_back)
    node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

static void
test_deleted_while_away (void)
{
  g_autoptr (Data) single = data_new_single ("single", 32 * KIB, 300 * KIB);
  g_autoptr (Data) tree = data_new_tree ("tree", 32 * KIB);

  delete_while_away (single, 0, FALSE);
  delete_while_away (single, 0, TRUE);
  delete_while_away (tree, 2, FALSE);
  delete_while_away (tree, 2, TRUE);
}

/* A file is unticked, deleted, and ticked again: it is fetched anew, and what lies beside it is
 * left alone. A restart on the way does not bring the claim back. */
static void
want_deleted (gboolean is_restarted)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("again", 32 * KIB);
  g_autofree char *path = NULL;
  const guint      big = 6;
  Node            *seed = node_new (swarm, "seed");
  Node            *leech = node_new (swarm, "leech");

  seed->has_errors = leech->has_errors = FALSE;
  node_seed (seed, data);
  node_leech (leech, data, seed);
  node_finish (leech, data);
  path = data_dup_path (data, big, leech->save);
  node_stop (seed);
  shoal_api_engine_set_priorities (leech->engine, FIRST, &big, 1, SHOAL_FILE_PRIORITY_SKIP);
  swarm_until (swarm, node_get (leech, FIRST)->wanted_bytes < data->size - 107);
  g_assert_cmpint (g_unlink (path), ==, 0);
  shoal_api_engine_set_priorities (leech->engine, FIRST, &big, 1, SHOAL_FILE_PRIORITY_NORMAL);
  swarm_until (swarm, node_get (leech, FIRST)->wanted_bytes == data->size - 107);
  swarm_until (swarm, node_done_bytes (leech, FIRST) < data->size - 107);
  g_assert_null (node_get (leech, FIRST)->problem);
  if (is_restarted)
    node_restart (leech);
  node_start (seed);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), <, data->size - 107);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
  g_assert_cmpuint (node_get (leech, FIRST)->downloaded, <, 2 * data->size);
}

static void
test_want_deleted (void)
{
  want_deleted (FALSE);
  want_deleted (TRUE);
}

typedef enum
{
  THE_FOLDER,  /* that all was saved in */
  THE_TORRENT, /* the folder of its own in there */
  ONE_FILE,
} Moved;

static void
move_by_hand (Moved moved, const Data *data, const char *from, const char *to)
{
  g_autofree char *old = moved == THE_TORRENT ? g_build_filename (from, data->name, NULL)
                                              : data_dup_path (data, 2, from);
  g_autofree char *new =
      moved == THE_TORRENT ? g_build_filename (to, data->name, NULL) : data_dup_path (data, 2, to);
  g_autofree char *parent = g_path_get_dirname (new);

  if (moved != THE_FOLDER)
    g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_cmpint (
      g_rename (moved == THE_FOLDER ? from : old, moved == THE_FOLDER ? to : new), ==, 0);
}

/* What was complete was moved by a person while it was not running. Told where it is now, it goes
 * on with that, and fetches nothing; what was left behind comes after. */
static void
find_again (Moved moved)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("found", 32 * KIB);
  g_autofree char *other = g_build_filename (swarm->folder, "elsewhere", NULL);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint64          serial, downloaded;

  leech->has_errors = FALSE;
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1); /* and it is kept */
  downloaded = node_get (leech, FIRST)->downloaded;
  node_stop (leech);
  move_by_hand (moved, data, leech->save, other);
  node_start (leech);
  swarm_until (swarm, node_get (leech, FIRST) != NULL);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_FILES);
  swarm_until (
      swarm,
      node_has_problem (
          leech, FIRST, moved == THE_FOLDER ? SHOAL_PROBLEM_VANISHED : SHOAL_PROBLEM_MISSING));
  serial = shoal_api_engine_move (leech->engine, FIRST, other, node_answered, leech);
  g_assert_null (node_wait (leech, serial)->problem);
  for (guint round = 0; round < 2; round++)
    {
      swarm_until (swarm, node_get (leech, FIRST) != NULL);
      swarm_until (swarm, node_is_done (leech, FIRST) && node_get (leech, FIRST)->problem == NULL);
      g_assert_cmpstr (node_get (leech, FIRST)->save_path, ==, other);
      g_assert_cmpuint (node_get (leech, FIRST)->downloaded, ==, downloaded);
      data_assert_whole (data, other);
      if (round == 0)
        node_restart (leech);
    }
}

static void
test_moved_by_hand (void)
{
  find_again (THE_FOLDER);
  find_again (THE_TORRENT);
  find_again (ONE_FILE);
}

/* The only seed cannot read a piece, and refuses it. Later it can, and is asked again. */
static void
test_failed_read (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("read", 32 * KIB, 600 * KIB);
  Node *seed = node_new (swarm, "seed");
  Node *leech = node_new (swarm, "leech");
  guint n_calls;

  seed->has_errors = leech->has_errors = FALSE;
  node_seed (seed, data);
  support_disk_fault_fail (seed->disk, SUPPORT_DISK_PREADV, 3, 1, EIO);
  n_calls = support_disk_fault_get_n_calls (seed->disk, SUPPORT_DISK_PREADV);
  node_leech (leech, data, seed);
  node_finish (leech, data);
  g_assert_cmpuint (
      support_disk_fault_get_n_calls (seed->disk, SUPPORT_DISK_PREADV), >, n_calls + 3);
  g_assert_true (node_is_done (seed, FIRST));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/trouble/failed-read", test_failed_read);
  g_test_add_func ("/swarm/trouble/failed-sync", test_failed_sync);
  g_test_add_func ("/swarm/trouble/file-gone", test_file_gone);
  g_test_add_func ("/swarm/trouble/deleted-while-away", test_deleted_while_away);
  g_test_add_func ("/swarm/trouble/want-deleted", test_want_deleted);
  g_test_add_func ("/swarm/trouble/moved-by-hand", test_moved_by_hand);
  g_test_add_func ("/swarm/trouble/stop-in-doubt", test_stop_in_doubt);
  return g_test_run ();
}
