/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "swarm.h"

/* What happens to files: some are skipped, moved, verified, removed. */

#define KIB 1024

/* Whether anything but folders lies below @folder. */
static gboolean
is_bare (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;
  gboolean    bare = TRUE;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);

      bare = bare && g_file_test (path, G_FILE_TEST_IS_DIR) && is_bare (path);
    }
  return bare;
}

static char *
find_parts (const char *folder)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    if (g_str_has_suffix (name, ".shoal-parts"))
      return g_build_filename (folder, name, NULL);
  return NULL;
}

static ShoalAddOptions *
skip (Node *node, const Data *data, const guint *files, guint n_files)
{
  ShoalAddOptions *options = node_options (node);
  guint            i;

  options->n_priorities = data->files->len;
  options->priorities = g_malloc (data->files->len);
  memset (options->priorities, SHOAL_FILE_PRIORITY_NORMAL, data->files->len);
  for (i = 0; i < n_files; i++)
    options->priorities[files[i]] = SHOAL_FILE_PRIORITY_SKIP;
  return options;
}

/* In the tree: a/odd (2), a/b/c/big (6) and the empty one (7) are not wanted at first. */
static void
test_skip_and_want (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("skip", 32 * KIB);
  const guint      skipped[] = { 2, 6, 7 };
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  g_autofree char *parts = NULL;
  guint            i;

  node_add (leech, data, skip (leech, data, skipped, G_N_ELEMENTS (skipped)));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  for (i = 0; i < data->files->len; i++)
    {
      gboolean is_skipped = i == 2 || i == 6 || i == 7;

      if (g_array_index (data->files, DataFile, i).is_pad)
        continue;
      g_assert_cmpint (data_file_exists (data, i, leech->save), ==, !is_skipped);
      g_assert_cmpint (data_has_file (data, i, leech->save), ==, !is_skipped);
    }
  parts = find_parts (leech->save);
  g_assert_nonnull (parts);
  g_assert_cmpuint (node_get (leech, FIRST)->wanted_bytes, <, data->size / 2);

  /* Some are wanted after all, then the rest, with a new start between. */
  shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_HIGH);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, data_has_file (data, 2, leech->save) && node_is_done (leech, FIRST));
  g_assert_false (data_file_exists (data, 6, leech->save));
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  shoal_api_engine_set_priorities (
      leech->engine, FIRST, skipped, G_N_ELEMENTS (skipped), SHOAL_FILE_PRIORITY_NORMAL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) == data->size - 107);
  node_finish (leech, data);
  swarm_until (swarm, !g_file_test (parts, G_FILE_TEST_EXISTS));
}

/* Something of a person's own, in the place of a file: a few words, or as long as the file. */
static char *
make_notes (const Data *data, guint file, gboolean is_long)
{
  return g_strnfill (is_long ? g_array_index (data->files, DataFile, file).size : 12, 'n');
}

static void
put_notes (const Data *data, guint file, const char *folder, gboolean is_long)
{
  g_autofree char *path = data_dup_path (data, file, folder);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *notes = make_notes (data, file, is_long);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, notes, -1, NULL));
}

static gboolean
has_notes (const Data *data, guint file, const char *folder, gboolean is_long)
{
  g_autofree char *path = data_dup_path (data, file, folder);
  g_autofree char *notes = make_notes (data, file, is_long);
  g_autofree char *content = NULL;

  return g_file_get_contents (path, &content, NULL, NULL) && g_str_equal (content, notes);
}

/* A person has files of the names that are skipped: one of his own, one that is what it should be.
 * Neither is touched. */
static void
test_skip_foreign (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("strange", 32 * KIB);
  const guint skipped[] = { 2, 6 };
  Node       *seed = swarm_add_seed (swarm, "seed", data);
  Node       *leech = swarm_add (swarm, "leech");
  guint       i;

  data_write (data, leech->save);
  for (i = 0; i < data->files->len; i++)
    if (i != 2 && i != 6 && !g_array_index (data->files, DataFile, i).is_pad)
      {
        g_autofree char *path = data_dup_path (data, i, leech->save);

        g_assert_cmpint (g_unlink (path), ==, 0);
      }
  put_notes (data, 2, leech->save, FALSE);
  node_add (leech, data, skip (leech, data, skipped, G_N_ELEMENTS (skipped)));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (has_notes (data, 2, leech->save, FALSE));
  g_assert_true (data_has_file (data, 6, leech->save));
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  shoal_api_engine_verify (leech->engine, FIRST);
  swarm_run (swarm, 300);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (has_notes (data, 2, leech->save, FALSE));
  g_assert_true (data_has_file (data, 6, leech->save));
}

/* Wanted later, such a file is in the way, until the person has moved it, or has no wish for it any
 * more. */
static void
want_foreign (gboolean is_moved)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("wanted", 32 * KIB);
  g_autofree char *path = NULL;
  const guint      skipped[] = { 2 };
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = node_new (swarm, "leech");

  leech->has_errors = FALSE;
  node_start (leech);
  put_notes (data, 2, leech->save, TRUE);
  node_add (leech, data, skip (leech, data, skipped, 1));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_NORMAL);
  swarm_until (swarm, node_has_problem (leech, FIRST, SHOAL_PROBLEM_CONFLICT));
  shoal_api_engine_retry (leech->engine, FIRST);
  swarm_run (swarm, 300);
  g_assert_true (node_has_problem (leech, FIRST, SHOAL_PROBLEM_CONFLICT));
  g_assert_true (has_notes (data, 2, leech->save, TRUE));
  path = data_dup_path (data, 2, leech->save);
  g_assert_cmpstr (node_get (leech, FIRST)->problem->subject, ==, path);
  if (is_moved)
    g_assert_cmpint (g_unlink (path), ==, 0);
  else
    shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_SKIP);
  shoal_api_engine_retry (leech->engine, FIRST);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  if (is_moved)
    data_assert_whole (data, leech->save);
  else
    g_assert_true (has_notes (data, 2, leech->save, TRUE));
}

static void
test_want_foreign (void)
{
  want_foreign (TRUE);
  want_foreign (FALSE);
}

/* They are all that is there: no reason to stop. */
static void
test_skip_all_foreign (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("notes", 32 * KIB);
  const guint skipped[] = { 2, 6 };
  Node       *seed = swarm_add_seed (swarm, "seed", data);
  Node       *leech = swarm_add (swarm, "leech");

  put_notes (data, 2, leech->save, FALSE);
  put_notes (data, 6, leech->save, TRUE);
  node_add (leech, data, skip (leech, data, skipped, G_N_ELEMENTS (skipped)));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_true (has_notes (data, 2, leech->save, FALSE));
  g_assert_true (has_notes (data, 6, leech->save, TRUE));
}

/* The disk fails once while the bytes of such a file come out of the parts file: it is tried again,
 * and nobody has to do anything. */
static void
want_with_fault (SupportDiskCall call, guint nth)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("fault", 32 * KIB);
  const guint skipped[] = { 2, 6 };
  Node       *seed = swarm_add_seed (swarm, "seed", data);
  Node       *leech = node_new (swarm, "leech");

  leech->has_errors = FALSE;
  node_start (leech);
  node_add (leech, data, skip (leech, data, skipped, G_N_ELEMENTS (skipped)));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  support_disk_fault_fail (leech->disk, call, nth, 1, EIO);
  shoal_api_engine_set_priorities (
      leech->engine, FIRST, skipped, G_N_ELEMENTS (skipped), SHOAL_FILE_PRIORITY_NORMAL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) == data->size - 107);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_null (node_get (leech, FIRST)->problem);
  data_assert_whole (data, leech->save);
}

static void
test_want_with_faults (void)
{
  want_with_fault (SUPPORT_DISK_OPEN_AT, 1);
  want_with_fault (SUPPORT_DISK_PREADV, 1);
  want_with_fault (SUPPORT_DISK_PWRITEV, 1);
  want_with_fault (SUPPORT_DISK_PWRITEV, 3);
  want_with_fault (SUPPORT_DISK_FDATASYNC, 1);
  want_with_fault (SUPPORT_DISK_FSYNC, 1);
}

/* While a torrent sleeps. */
static void
test_want_asleep (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("asleep", 32 * KIB);
  const guint      skipped[] = { 6 };
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = skip (leech, data, skipped, 1);

  options->is_seed = FALSE;
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  swarm_run (swarm, 500);
  shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_NORMAL);
  swarm_until (swarm, node_get (leech, FIRST)->wanted_bytes == data->size - 107);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_FINISHED);
  data_assert_whole (data, leech->save);
}

/* Skipping on the way: what has come of the files stays, nothing more of them comes. */
static void
test_skip_later (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("later", 32 * KIB);
  const guint big = 6;
  Node       *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node       *leech = swarm_add_leech (swarm, "leech", data, seed);
  guint       i;

  swarm_until (swarm, node_done_bytes (leech, FIRST) > 60 * KIB);
  shoal_api_engine_set_priorities (leech->engine, FIRST, &big, 1, SHOAL_FILE_PRIORITY_SKIP);
  swarm_until (swarm, node_is_done (leech, FIRST));
  for (i = 0; i < data->files->len; i++)
    if (i != big && !g_array_index (data->files, DataFile, i).is_pad)
      g_assert_true (data_has_file (data, i, leech->save));
  shoal_api_engine_set_priorities (leech->engine, FIRST, &big, 1, SHOAL_FILE_PRIORITY_LOW);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) == data->size - 107);
  node_finish (leech, data);
}

static const ShoalProblem *
move (Node *node, const char *folder)
{
  guint64 serial = shoal_api_engine_move (node->engine, FIRST, folder, node_answered, node);

  return node_wait (node, serial)->problem;
}

/* A disk that fails in the middle leaves all as it was. */
static void
move_at_last (Node *node, const char *folder)
{
  const ShoalProblem *problem = move (node, folder);

  if (problem != NULL)
    {
      g_assert_cmpuint (problem->code, ==, SHOAL_PROBLEM_IO);
      g_assert_true (is_bare (folder));
      g_assert_cmpstr (node_get (node, FIRST)->save_path, ==, node->save);
      problem = move (node, folder);
    }
  g_assert_null (problem);
}

static void
move_while_downloading (const char *folder)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("move", 32 * KIB);
  g_autofree char *target =
      folder != NULL ? g_strdup (folder) : g_build_filename (swarm->folder, "new", "below", NULL);
  const guint skipped[] = { 2 };
  Node       *seed = swarm_add_slow_seed (swarm, data, 500 * KIB);
  Node       *leech = swarm_add (swarm, "leech");
  guint64     had;

  node_add (leech, data, skip (leech, data, skipped, 1));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) > 100 * KIB);
  had = node_done_bytes (leech, FIRST);
  move_at_last (leech, target);
  g_assert_cmpstr (node_get (leech, FIRST)->save_path, ==, target);
  g_assert_true (is_bare (leech->save));
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_DOWNLOADING);
  swarm_until (swarm, node_done_bytes (leech, FIRST) >= had);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  shoal_api_engine_set_priorities (leech->engine, FIRST, skipped, 1, SHOAL_FILE_PRIORITY_NORMAL);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_done_bytes (leech, FIRST) == data->size - 107);
  swarm_until (swarm, node_is_done (leech, FIRST));
  data_assert_whole (data, target);
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_cmpstr (node_get (leech, FIRST)->save_path, ==, target);
  g_assert_true (is_bare (leech->save));
  g_assert_null (find_parts (target));
}

static void
test_move (void)
{
  move_while_downloading (NULL);
}

static int
remove_one (const char *path, const struct stat *st, int kind, struct FTW *walk)
{
  return remove (path);
}

static void
test_move_far (void)
{
  g_autofree char *folder = g_strdup ("/dev/shm/swarm-XXXXXX");

  if (mkdtemp (folder) == NULL)
    {
      g_test_skip ("/dev/shm cannot be written");
      return;
    }
  move_while_downloading (folder);
  nftw (folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* A sleeping torrent; a place that is taken; a place that is not one. */
static void
test_move_others (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("others", 32 * KIB);
  g_autofree char    *target = g_build_filename (swarm->folder, "new", NULL);
  g_autofree char    *taken = g_build_filename (swarm->folder, "taken", NULL);
  g_autofree char    *inside = g_build_filename (swarm->folder, "taken", "others", "a", NULL);
  g_autofree char    *odd = g_build_filename (inside, "odd", NULL);
  Node               *seed = swarm_add_seed (swarm, "seed", data);
  const ShoalProblem *problem;

  g_assert_cmpint (g_mkdir_with_parents (inside, 0755), ==, 0);
  g_assert_true (g_file_set_contents (odd, "mine", 4, NULL));
  problem = move (seed, taken);
  g_assert_nonnull (problem);
  g_assert_cmpuint (problem->code, ==, SHOAL_PROBLEM_CONFLICT);
  data_assert_whole (data, seed->save);
  g_assert_cmpstr (node_get (seed, FIRST)->save_path, ==, seed->save);
  g_assert_cmpuint (move (seed, "relative")->code, ==, SHOAL_PROBLEM_RELATIVE);

  shoal_api_engine_set_paused (seed->engine, FIRST, TRUE);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_PAUSED);
  swarm_run (swarm, 300);
  move_at_last (seed, target);
  data_assert_whole (data, target);
  g_assert_true (is_bare (seed->save));
  swarm_until (swarm, g_str_equal (node_get (seed, FIRST)->save_path, target));
  shoal_api_engine_set_paused (seed->engine, FIRST, FALSE);
  swarm_until (swarm, node_is_done (seed, FIRST));
  data_assert_whole (data, target);
}

static void
test_verify (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("verify", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  Node *leech = swarm_add_leech (swarm, "leech", data, seed);

  /* From then on nobody looks at the files by himself. */
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  data_damage (data, 5, leech->save);
  data_damage (data, data->size / 2, leech->save);
  data_damage (data, data->size - 1, leech->save);
  swarm_run (swarm, 300);
  g_assert_cmpuint (node_done_bytes (leech, FIRST), ==, data->size - 107);
  shoal_api_engine_verify (leech->engine, FIRST);
  swarm_until (swarm, node_state (leech, FIRST) == SHOAL_TORRENT_STATE_CHECKING);
  swarm_until (swarm, node_state (leech, FIRST) != SHOAL_TORRENT_STATE_CHECKING);
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

/* One cut, one changed behind its back while it was not running. It is found when somebody needs
 * the torrent: until then nobody looks. */
static void
test_changed_while_away (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("away", 32 * KIB);
  g_autofree char *cut = NULL;
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add_leech (swarm, "leech", data, seed);

  /* Else what the disk fails to sync at the stop is checked at the start. */
  swarm_until (swarm, node_count_events (leech, SHOAL_EVENT_COMPLETE) == 1);
  node_stop (leech);
  node_stop (seed); /* which the leech knows: what it lacks is to be seen before it has it again */
  cut = data_dup_path (data, 6, leech->save);
  g_assert_cmpint (truncate (cut, 40 * KIB), ==, 0);
  data_damage (data, 7, leech->save);
  node_start (leech);
  g_assert_cmpuint (node_state (leech, FIRST), ==, SHOAL_TORRENT_STATE_SEEDING);
  shoal_api_engine_watch (leech->engine, FIRST, SHOAL_WATCH_FILES);
  swarm_until (swarm, node_done_bytes (leech, FIRST) < data->size - 10 * 32 * KIB);
  node_start (seed);
  swarm_until (swarm, node_is_done (seed, FIRST));
  node_connect (leech, FIRST, seed);
  node_finish (leech, data);
}

static void
check_removed (Node *node, const Data *data, gboolean with_files)
{
  const ShoalAnswer *answer = node_wait (
      node, shoal_api_engine_remove (node->engine, FIRST, with_files, node_answered, node));
  g_autofree char *parts = NULL;

  g_assert_null (answer->problem);
  g_assert_null (node_get (node, FIRST));
  if (!with_files)
    return;
  g_assert_true (is_bare (node->save));
  parts = find_parts (node->save);
  g_assert_null (parts);
}

static void
test_remove (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("remove", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);

  check_removed (seed, data, FALSE);
  data_assert_whole (data, seed->save);
  g_assert_cmpuint (node_add (seed, data, NULL).value, ==, 2);
  swarm_until (swarm, node_is_done (seed, (ShoalTorrentId){ 2 }));
  node_restart (seed);
  g_assert_cmpuint (g_hash_table_size (seed->infos), ==, 1);
}

/* Foreign files stay, and so do the folders they are in. */
static void
test_remove_files (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("own", 32 * KIB);
  Node              *seed = swarm_add_seed (swarm, "seed", data);
  g_autofree char   *foreign = g_build_filename (seed->save, "own", "a", "mine", NULL);
  g_autofree char   *beside = g_build_filename (seed->save, "beside", NULL);
  g_autofree char   *deep = g_build_filename (seed->save, "own", "a", "b", NULL);
  const ShoalAnswer *answer;
  guint              i;

  g_assert_true (g_file_set_contents (foreign, "x", 1, NULL));
  g_assert_true (g_file_set_contents (beside, "y", 1, NULL));
  answer =
      node_wait (seed, shoal_api_engine_remove (seed->engine, FIRST, TRUE, node_answered, seed));
  g_assert_null (answer->problem);
  for (i = 0; i < data->files->len; i++)
    g_assert_false (data_file_exists (data, i, seed->save));
  g_assert_true (g_file_test (foreign, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (beside, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (deep, G_FILE_TEST_EXISTS));
  g_assert_true (g_file_test (seed->save, G_FILE_TEST_IS_DIR));
}

static void
assert_gone_or_whole (const Data *data, const char *folder)
{
  g_autofree char *parts = find_parts (folder);
  guint            i;

  g_assert_null (parts);
  for (i = 0; i < data->files->len; i++)
    g_assert_true (!data_file_exists (data, i, folder) || data_has_file (data, i, folder));
}

/* Files of these names were there before, and nobody has looked into them. */
static void
test_remove_unchecked (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("before", 32 * KIB);
  Node              *node = swarm_add (swarm, "node");
  ShoalAddOptions   *options = node_options (node);
  const ShoalAnswer *answer;

  data_write (data, node->save);
  put_notes (data, 2, node->save, FALSE);
  put_notes (data, 6, node->save, TRUE);
  options->is_paused = TRUE;
  node_add (node, data, options);
  swarm_run (swarm, 300);
  answer =
      node_wait (node, shoal_api_engine_remove (node->engine, FIRST, TRUE, node_answered, node));
  g_assert_null (answer->problem);
  swarm_until (swarm, node_get (node, FIRST) == NULL);
  g_assert_true (has_notes (data, 2, node->save, FALSE));
  g_assert_true (has_notes (data, 6, node->save, TRUE));
}

/* What was found right is deleted although another program wrote it; a person's own file beside it
 * stays, and so does one in the place of a skipped file whose bytes lie in the parts file. */
static void
test_remove_verified (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("right", 32 * KIB);
  const guint skipped[] = { 2 };
  Node       *seed = swarm_add_seed (swarm, "seed", data);
  Node       *leech = swarm_add (swarm, "leech");
  guint       i;

  data_write (data, leech->save);
  put_notes (data, 2, leech->save, FALSE);
  node_add (leech, data, skip (leech, data, skipped, 1));
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  node_restart (leech);
  g_assert_null (
      node_wait (leech, shoal_api_engine_remove (leech->engine, FIRST, TRUE, node_answered, leech))
          ->problem);
  swarm_until (swarm, node_get (leech, FIRST) == NULL);
  for (i = 0; i < data->files->len; i++)
    if (i != 2)
      g_assert_false (data_file_exists (data, i, leech->save));
  g_assert_true (has_notes (data, 2, leech->save, FALSE));
}

/* The same files under another info-hash. */
static Data *
new_cross (gboolean is_private)
{
  static const DataFile files[] = { { "one", 100 * KIB, FALSE }, { "deep/two", 40 * KIB, FALSE } };

  return data_new (&(DataSpec){ .name = "cross",
                                .piece_length = 32 * KIB,
                                .files = files,
                                .n_files = G_N_ELEMENTS (files),
                                .is_private = is_private,
                                .seed = 7 });
}

static void delete (Node *node, ShoalTorrentId id)
{
  g_assert_null (
      node_wait (node, shoal_api_engine_remove (node->engine, id, TRUE, node_answered, node))
          ->problem);
  swarm_until (node->swarm, node_get (node, id) == NULL);
}

static void
delete_one_of_two (gboolean asleep)
{
  const ShoalTorrentId second = { 2 };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) a = new_cross (FALSE);
  g_autoptr (Data) b = new_cross (TRUE);
  Node *node = swarm_add_seed (swarm, "node", a);

  g_assert_cmpuint (node_add (node, b, NULL).value, ==, 2);
  swarm_until (swarm, node_is_done (node, second));
  if (asleep)
    node_restart (node);
  delete (node, FIRST);
  data_assert_whole (b, node->save);
  shoal_api_engine_verify (node->engine, second);
  swarm_run (swarm, 200);
  swarm_until (swarm, node_is_done (node, second));
  delete (node, second);
  g_assert_true (is_bare (node->save));
}

/* Files that another torrent in the list has too stay until the last of them goes, whether it is
 * awake or not. */
static void
test_remove_shared (void)
{
  delete_one_of_two (FALSE);
  delete_one_of_two (TRUE);
}

/* Both are removed at once: nobody has a use for them. */
static void
test_remove_both (void)
{
  const ShoalTorrentId second = { 2 };
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) a = new_cross (FALSE);
  g_autoptr (Data) b = new_cross (TRUE);
  Node   *node = swarm_add_seed (swarm, "node", a);
  guint64 serial;

  g_assert_cmpuint (node_add (node, b, NULL).value, ==, 2);
  swarm_until (swarm, node_is_done (node, second));
  node_restart (node);
  serial = shoal_api_engine_remove (node->engine, FIRST, TRUE, node_answered, node);
  delete (node, second);
  g_assert_null (node_wait (node, serial)->problem);
  g_assert_true (is_bare (node->save));
}

/* In the middle of everything else; never is anything left, or answered twice. What was there
 * before goes as far as it was looked into. */
static void
test_remove_any_time (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("any", 32 * KIB);
  Node *seed = swarm_add_seed (swarm, "seed", data);
  guint round;

  for (round = 0; round < 14; round++)
    {
      g_autofree char   *name = g_strdup_printf ("leech-%u", round);
      Node              *leech = node_new (swarm, name);
      const ShoalAnswer *answer;
      guint64            serial;

      leech->has_errors = FALSE;
      if (round % 2 == 0)
        data_write (data, leech->save);
      node_leech (leech, data, seed);
      if (round >= 4)
        swarm_run (swarm, round * 5);
      if (round % 3 == 0)
        shoal_api_engine_set_paused (leech->engine, FIRST, TRUE);
      if (round % 5 == 0)
        shoal_api_engine_verify (leech->engine, FIRST);
      if (round == 7 || round == 8)
        shoal_api_engine_move (leech->engine, FIRST, swarm->folder, node_answered, leech);
      if (round % 4 == 3)
        shoal_api_engine_set_paused (leech->engine, FIRST, FALSE);
      serial = shoal_api_engine_remove (leech->engine, FIRST, TRUE, node_answered, leech);
      answer = node_wait (
          leech, shoal_api_engine_remove (leech->engine, FIRST, TRUE, node_answered, leech));
      g_assert_cmpuint (answer->problem->code, ==, SHOAL_PROBLEM_NOT_FOUND);
      answer = node_wait (leech, serial);
      g_assert_null (answer->problem);
      g_assert_null (node_get (leech, FIRST));
      if (round % 2 == 0)
        assert_gone_or_whole (data, leech->save);
      else
        g_assert_true (is_bare (leech->save));
      g_assert_cmpuint (node_add (leech, data, NULL).value, >, 1);
      node_stop (leech);
    }
}

/* The folder is gone: there is nothing to delete, but the torrent goes. */
static void
test_remove_vanished (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("gone", 32 * KIB);
  g_autofree char   *elsewhere = g_build_filename (swarm->folder, "elsewhere", NULL);
  Node              *seed = swarm_add_seed (swarm, "seed", data);
  const ShoalAnswer *answer;

  node_stop (seed);
  g_assert_cmpint (g_rename (seed->save, elsewhere), ==, 0);
  node_start (seed);
  swarm_until (swarm, node_has_problem (seed, FIRST, SHOAL_PROBLEM_VANISHED));
  g_assert_cmpuint (node_state (seed, FIRST), ==, SHOAL_TORRENT_STATE_WAITING);
  answer =
      node_wait (seed, shoal_api_engine_remove (seed->engine, FIRST, TRUE, node_answered, seed));
  g_assert_cmpuint (answer->id.value, ==, 1);
  swarm_until (swarm, node_get (seed, FIRST) == NULL);
  node_restart (seed);
  g_assert_cmpuint (g_hash_table_size (seed->infos), ==, 0);
  data_assert_whole (data, elsewhere);
}

/* Another folder lies where the torrent's was. By itself it is not taken for that; whoever asks for
 * a check of it means it. */
static void
test_other_folder (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("other", 32 * KIB);
  g_autofree char *elsewhere = g_build_filename (swarm->folder, "elsewhere", NULL);
  Node            *seed = swarm_add_seed (swarm, "seed", data);

  node_stop (seed);
  g_assert_cmpint (g_rename (seed->save, elsewhere), ==, 0);
  data_write (data, seed->save);
  node_start (seed);
  shoal_api_engine_watch (seed->engine, FIRST, SHOAL_WATCH_PIECES); /* wakes it */
  swarm_until (swarm, node_has_problem (seed, FIRST, SHOAL_PROBLEM_VANISHED));
  shoal_api_engine_verify (seed->engine, FIRST);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_SEEDING);
  g_assert_null (node_get (seed, FIRST)->problem);
  node_restart (seed);
  swarm_until (swarm, node_state (seed, FIRST) == SHOAL_TORRENT_STATE_SEEDING);
}

/* The top has another name on disk than in the torrent. */
static void
test_top_name (void)
{
  g_autoptr (Swarm) swarm = swarm_new ();
  g_autoptr (Data) data = data_new_tree ("top", 32 * KIB);
  Node            *seed = swarm_add_seed (swarm, "seed", data);
  Node            *leech = swarm_add (swarm, "leech");
  ShoalAddOptions *options = node_options (leech);
  g_autofree char *top = g_build_filename (leech->save, "my own name", NULL);
  g_autofree char *expected = g_build_filename (leech->save, "top", NULL);

  options->top_name = g_strdup ("my own name");
  node_add (leech, data, options);
  node_connect (leech, FIRST, seed);
  swarm_until (swarm, node_is_done (leech, FIRST));
  g_assert_cmpstr (node_get (leech, FIRST)->data_path, ==, top);
  g_assert_false (g_file_test (expected, G_FILE_TEST_EXISTS));
  node_restart (leech);
  swarm_until (swarm, node_is_done (leech, FIRST));
  node_stop (leech);
  g_assert_cmpint (g_rename (top, expected), ==, 0);
  data_assert_whole (data, leech->save);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/swarm/files/skip-and-want", test_skip_and_want);
  g_test_add_func ("/swarm/files/skip-foreign", test_skip_foreign);
  g_test_add_func ("/swarm/files/skip-all-foreign", test_skip_all_foreign);
  g_test_add_func ("/swarm/files/want-foreign", test_want_foreign);
  g_test_add_func ("/swarm/files/want-with-faults", test_want_with_faults);
  g_test_add_func ("/swarm/files/want-asleep", test_want_asleep);
  g_test_add_func ("/swarm/files/skip-later", test_skip_later);
  g_test_add_func ("/swarm/files/move", test_move);
  g_test_add_func ("/swarm/files/move-far", test_move_far);
  g_test_add_func ("/swarm/files/move-others", test_move_others);
  g_test_add_func ("/swarm/files/verify", test_verify);
  g_test_add_func ("/swarm/files/changed-while-away", test_changed_while_away);
  g_test_add_func ("/swarm/files/remove", test_remove);
  g_test_add_func ("/swarm/files/remove-files", test_remove_files);
  g_test_add_func ("/swarm/files/remove-unchecked", test_remove_unchecked);
  g_test_add_func ("/swarm/files/remove-verified", test_remove_verified);
  g_test_add_func ("/swarm/files/remove-shared", test_remove_shared);
  g_test_add_func ("/swarm/files/remove-both", test_remove_both);
  g_test_add_func ("/swarm/files/remove-any-time", test_remove_any_time);
  g_test_add_func ("/swarm/files/remove-vanished", test_remove_vanished);
  g_test_add_func ("/swarm/files/other-folder", test_other_folder);
  g_test_add_func ("/swarm/files/top-name", test_top_name);
  return g_test_run ();
}
