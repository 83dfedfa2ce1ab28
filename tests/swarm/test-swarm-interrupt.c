/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "swarm.h"

/* Long work on the disk is broken off, or stands still, and nothing is lost by that. */

#define KIB 1024
#define MIB (1024 * KIB)

static guint64
get_device (const char *path)
{
  struct stat st;

  g_assert_cmpint (stat (path, &st), ==, 0);
  return st.st_dev;
}

static guint
count_reads (Node *node)
{
  return support_disk_fault_get_n_calls (node->disk, SUPPORT_DISK_PREADV);
}

/* A node without errors that has @data; *@n_reads: what hashing all of it takes. */
static Node *
add_large_seed (Swarm *swarm, const Data *data, guint *n_reads)
{
  Node *seed = node_new (swarm, "seed");

  seed->has_errors = FALSE;
  data_write (data, seed->save);
  node_start (seed);
  *n_reads = count_reads (seed);
  node_add (seed, data, NULL);
  swarm_until (swarm, node_is_done (seed, FIRST));
  *n_reads = count_reads (seed) - *n_reads;
  node_stop (seed); /* nothing is left to be synced */
  node_start (seed);
  swarm_until (swarm, node_get (seed, FIRST) != NULL);
  swarm_until (swarm, node_is_done (seed, FIRST));
  return seed;
}

/* Reads of a check wait for a disk that stands still. */
static void
check_and_stall (Swarm *swarm, Node *node)
{
  support_disk_fault_stall (node->disk, get_device (node->save));
  shoal_api_engine_verify (node->engine, FIRST);
  swarm_until (swarm, node_state (node, FIRST) == SHOAL_TORRENT_STATE_CHECKING);
  swarm_until (swarm, support_disk_fault_get_n_stalled (node->disk) > 0);
}

/* Who deletes a torrent while it is checked does not wait until all of it was hashed. */
static void
test_remove_while_checking (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 64 * MIB);
  guint   n_reads, n_before;
  guint64 serial;
  Node   *seed = add_large_seed (swarm, data, &n_reads);

  n_before = count_reads (seed);
  check_and_stall (swarm, seed);
  serial = shoal_api_engine_remove (seed->engine, FIRST, TRUE, node_answered, seed);
  swarm_until (swarm, node_get (seed, FIRST) == NULL);
  support_disk_fault_stall (seed->disk, 0);
  g_assert_null (node_wait (seed, serial)->problem);
  g_assert_cmpuint (count_reads (seed) - n_before, <, n_reads / 2);
  g_assert_false (data_file_exists (data, 0, seed->save));
}

/* The same with quitting; the next start checks what is left of it. */
static void
test_quit_while_checking (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 64 * MIB);
  guint n_reads, n_before;
  Node *seed = add_large_seed (swarm, data, &n_reads);

  data_damage (data, 63 * MIB, seed->save);
  n_before = count_reads (seed);
  check_and_stall (swarm, seed);
  shoal_api_engine_quit (seed->engine);
  swarm_run (swarm, 100);
  support_disk_fault_stall (seed->disk, 0);
  node_stop (seed);
  g_assert_cmpuint (count_reads (seed) - n_before, <, n_reads / 2);
  node_start (seed);
  swarm_until (swarm, node_get (seed, FIRST) != NULL);
  swarm_until (swarm, node_done_bytes (seed, FIRST) == data->size - 64 * KIB);
  g_assert_false (node_is_done (seed, FIRST));
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *walk)
{
  return remove (path);
}

/* Quitting in the middle of a move to another file system does not wait for its end: the next start
 * goes on with it. */
static void
test_quit_while_moving (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 64 * MIB);
  g_autofree char *far = g_strdup ("/dev/shm/swarm-XXXXXX");
  guint            n_reads;
  Node            *seed = add_large_seed (swarm, data, &n_reads);

  if (mkdtemp (far) == NULL || get_device (far) == get_device (seed->save))
    {
      g_test_skip ("there is no other file system");
      return;
    }
  support_disk_fault_stall (seed->disk, get_device (far));
  shoal_api_engine_move (seed->engine, FIRST, far, NULL, NULL);
  swarm_until (swarm, support_disk_fault_get_n_stalled (seed->disk) > 0);
  shoal_api_engine_quit (seed->engine);
  swarm_run (swarm, 100);
  support_disk_fault_stall (seed->disk, 0);
  node_stop (seed);
  node_start (seed);
  swarm_until (swarm, node_get (seed, FIRST) != NULL);
  swarm_until (swarm, g_str_equal (node_get (seed, FIRST)->save_path, far));
  swarm_until (swarm, node_is_done (seed, FIRST));
  data_assert_whole (data, far);
  g_assert_false (data_file_exists (data, 0, seed->save));
  node_stop (seed);
  nftw (far, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A folder on another file system; NULL and a skip if there is none. */
static char *
make_far (Node *node)
{
  char *far = g_strdup ("/dev/shm/swarm-XXXXXX");

  if (mkdtemp (far) != NULL && get_device (far) != get_device (node->save))
    return far;
  g_test_skip ("there is no other file system");
  g_free (far);
  return NULL;
}

static gboolean
is_empty (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);

  return dir == NULL || g_dir_read_name (dir) == NULL;
}

/* A person sees how far it is, and ends it: everything is where it was, and it can be moved once
 * more. */
static void
test_cancel_move (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 64 * MIB);
  guint              n_reads;
  Node              *seed = add_large_seed (swarm, data, &n_reads);
  g_autofree char   *far = make_far (seed);
  const ShoalAnswer *answer;
  guint64            serial;

  if (far == NULL)
    return;
  shoal_api_engine_cancel_move (seed->engine, FIRST); /* there is none: nothing happens */
  support_disk_fault_stall (seed->disk, get_device (far));
  serial = shoal_api_engine_move (seed->engine, FIRST, far, node_answered, seed);
  swarm_until (swarm, support_disk_fault_get_n_stalled (seed->disk) > 0);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_MOVING);
  shoal_api_engine_cancel_move (seed->engine, FIRST);
  swarm_run (swarm, 100);
  support_disk_fault_stall (seed->disk, 0);
  answer = node_wait (seed, serial);
  g_assert_nonnull (answer->problem);
  g_assert_cmpint (answer->problem->code, ==, SHOAL_PROBLEM_CANCELLED);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_cmpstr (node_get (seed, FIRST)->save_path, ==, seed->save);
  g_assert_cmpuint (node_get (seed, FIRST)->moved_bytes, ==, 0);
  g_assert_true (is_empty (far));
  data_assert_whole (data, seed->save);
  node_restart (seed);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_null (
      node_wait (seed, shoal_api_engine_move (seed->engine, FIRST, far, node_answered, seed))
          ->problem);
  data_assert_whole (data, far);
  node_stop (seed);
  nftw (far, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The row says how far a move to another file system is. */
static void
test_move_progress (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 64 * MIB);
  guint                   n_reads;
  Node                   *seed = add_large_seed (swarm, data, &n_reads);
  g_autofree char        *far = make_far (seed);
  const ShoalTorrentInfo *info;

  if (far == NULL)
    return;
  support_disk_fault_set_write_usec (seed->disk, 10 * 1000);
  shoal_api_engine_move (seed->engine, FIRST, far, NULL, NULL);
  swarm_until (swarm, node_get (seed, FIRST)->moved_bytes > 0);
  info = node_get (seed, FIRST);
  g_assert_cmpint (info->state, ==, SHOAL_TORRENT_STATE_MOVING);
  g_assert_cmpuint (info->moved_bytes, <=, info->done_bytes);
  support_disk_fault_set_write_usec (seed->disk, 0);
  swarm_until (swarm, node_is_done (seed, FIRST));
  g_assert_cmpstr (node_get (seed, FIRST)->save_path, ==, far);
  g_assert_cmpuint (node_get (seed, FIRST)->moved_bytes, ==, 0);
  node_stop (seed);
  nftw (far, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A torrent that waits for room gives others what it has, and goes on when there is room. */
static void
test_full_disk (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_single ("large", 64 * KIB, 4 * MIB);
  Node   *seed = swarm_add_seed (swarm, "seed", data);
  Node   *middle = node_new (swarm, "middle");
  Node   *leech = swarm_add (swarm, "leech");
  guint64 had;
  guint   i;

  middle->has_errors = FALSE;
  support_disk_fault_set_room (middle->disk, 2 * MIB);
  node_leech (middle, data, seed);
  swarm_until (swarm, node_has_problem (middle, FIRST, SHOAL_PROBLEM_FULL));
  had = node_done_bytes (middle, FIRST);
  g_assert_cmpuint (had, >, 0);
  g_assert_cmpuint (had, <=, 2 * MIB);
  node_add (leech, data, NULL);
  node_connect (leech, FIRST, middle);
  swarm_until (swarm, node_done_bytes (leech, FIRST) >= had);
  for (i = 0; i < 50; i++) /* also while it tries again */
    {
      swarm_run (swarm, 20);
      g_assert_true (node_has_problem (middle, FIRST, SHOAL_PROBLEM_FULL));
    }
  support_disk_fault_set_room (middle->disk, G_MAXUINT64);
  swarm_until (swarm, node_is_done (middle, FIRST));
  g_assert_null (node_get (middle, FIRST)->problem);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, middle->save);
  data_assert_whole (data, leech->save);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/interrupt/remove-while-checking", test_remove_while_checking);
  g_test_add_func ("/swarm/interrupt/quit-while-checking", test_quit_while_checking);
  g_test_add_func ("/swarm/interrupt/quit-while-moving", test_quit_while_moving);
  g_test_add_func ("/swarm/interrupt/cancel-move", test_cancel_move);
  g_test_add_func ("/swarm/interrupt/move-progress", test_move_progress);
  g_test_add_func ("/swarm/interrupt/full-disk", test_full_disk);
  return g_test_run ();
}
