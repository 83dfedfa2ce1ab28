/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <glib/gstdio.h>
#include <string.h>

#include "app/add/shoal-app-watch-job.h"

typedef struct
{
  char                *folder;
  char                *memory_path;
  ShoalAppWatchMemory *memory; /* between two errands */
  gboolean             is_loaded;
  ShoalAppWatchJob    *job; /* the last one */
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autofree char *top = g_dir_make_tmp ("shoal-watch-XXXXXX", NULL);

  fixture->folder = g_build_filename (top, "folder", NULL);
  fixture->memory_path = g_build_filename (top, "state", "watched", NULL);
  g_assert_cmpint (g_mkdir (fixture->folder, 0700), ==, 0);
}

static void
remove_all (const char *path)
{
  GDir       *dir = g_dir_open (path, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_all (child);
    }
  g_clear_pointer (&dir, g_dir_close);
  g_remove (path);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autofree char *top = g_path_get_dirname (fixture->folder);

  g_clear_pointer (&fixture->job, shoal_app_watch_job_free);
  g_clear_pointer (&fixture->memory, shoal_app_watch_memory_free);
  remove_all (top);
  g_free (fixture->folder);
  g_free (fixture->memory_path);
}

static char *
dup_path (Fixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

static void
write_file (Fixture *fixture, const char *name, const char *text)
{
  g_autofree char *path = dup_path (fixture, name);

  g_assert_true (g_file_set_contents (path, text, -1, NULL));
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = dup_path (fixture, name);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

/* @settled: a file that the last errand brought, or NULL. */
static void
run (Fixture *fixture, const char *settled, ShoalAppWatchAfter after)
{
  ShoalAppWatchJob *last = fixture->job;

  if (fixture->memory == NULL)
    fixture->memory = shoal_app_watch_memory_new ();
  fixture->job = shoal_app_watch_job_new (
      fixture->folder, fixture->memory_path, g_steal_pointer (&fixture->memory));
  fixture->job->is_loaded = fixture->is_loaded;
  for (guint i = 0; settled != NULL && i < last->fresh->len; i++)
    {
      const ShoalAppWatchFile *file = g_ptr_array_index (last->fresh, i);

      if (g_str_equal (file->name, settled))
        g_ptr_array_add (
            fixture->job->settled,
            shoal_app_watch_settled_new (
                shoal_app_watch_file_new (file->name, file->size, file->mtime_usec), after));
    }
  shoal_app_watch_job_run (fixture->job);
  fixture->memory = g_steal_pointer (&fixture->job->memory);
  fixture->is_loaded = TRUE;
  g_clear_pointer (&last, shoal_app_watch_job_free);
}

static void
restart (Fixture *fixture)
{
  g_clear_pointer (&fixture->memory, shoal_app_watch_memory_free);
  fixture->is_loaded = FALSE;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static void
assert_fresh (Fixture *fixture, const char *expected)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autofree char *all = NULL;

  for (guint i = 0; i < fixture->job->fresh->len; i++)
    g_ptr_array_add (names,
                     ((ShoalAppWatchFile *) g_ptr_array_index (fixture->job->fresh, i))->name);
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  all = g_strjoinv (" ", (char **) names->pdata);
  g_assert_cmpstr (all, ==, expected);
}

static void
test_names (void)
{
  g_assert_true (shoal_app_watch_job_is_torrent ("a.torrent"));
  g_assert_true (shoal_app_watch_job_is_torrent ("A B.TORRENT"));
  g_assert_false (shoal_app_watch_job_is_torrent (".torrent"));
  g_assert_false (shoal_app_watch_job_is_torrent (".hidden.torrent"));
  g_assert_false (shoal_app_watch_job_is_torrent ("a.torrent.part"));
  g_assert_false (shoal_app_watch_job_is_torrent ("a.torrent.added"));
  g_assert_false (shoal_app_watch_job_is_torrent ("torrent"));
}

static void
test_fresh (Fixture *fixture, gconstpointer data)
{
  g_autofree char *sub = dup_path (fixture, "sub.torrent");

  write_file (fixture, "a.torrent", "1");
  write_file (fixture, "b c\n%é.torrent", "22");
  write_file (fixture, "no.txt", "3");
  g_assert_cmpint (g_mkdir (sub, 0700), ==, 0);
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "a.torrent b c\n%é.torrent");
  g_assert_no_error (fixture->job->error);
  run (fixture, "b c\n%é.torrent", SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "a.torrent");
  run (fixture, "a.torrent", SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "");
  restart (fixture);
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "");
  write_file (fixture, "a.torrent", "another");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "a.torrent");
}

static void
test_bound (Fixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *name = g_strdup_printf ("%u.torrent", i);

      write_file (fixture, name, "x");
    }
  fixture->memory = shoal_app_watch_memory_new ();
  fixture->job = shoal_app_watch_job_new (
      fixture->folder, fixture->memory_path, g_steal_pointer (&fixture->memory));
  fixture->job->max_fresh = 4;
  shoal_app_watch_job_run (fixture->job);
  g_assert_cmpuint (fixture->job->fresh->len, ==, 4);
  g_assert_true (fixture->job->has_more);
}

static void
test_forgets (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = dup_path (fixture, "a.torrent");
  g_autofree char *text = NULL;

  write_file (fixture, "a.torrent", "1");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  run (fixture, "a.torrent", SHOAL_APP_WATCH_LEAVE);
  g_assert_true (g_file_get_contents (fixture->memory_path, &text, NULL, NULL));
  g_assert_nonnull (strstr (text, "a.torrent"));
  g_assert_cmpint (g_remove (path), ==, 0);
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  g_clear_pointer (&text, g_free);
  g_assert_true (g_file_get_contents (fixture->memory_path, &text, NULL, NULL));
  g_assert_null (strstr (text, "a.torrent"));
}

static void
test_other_folder (Fixture *fixture, gconstpointer data)
{
  g_autofree char *other = g_strconcat (fixture->folder, " 2", NULL);

  write_file (fixture, "a.torrent", "1");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  run (fixture, "a.torrent", SHOAL_APP_WATCH_LEAVE);
  restart (fixture);
  g_assert_cmpint (g_rename (fixture->folder, other), ==, 0);
  g_free (fixture->folder);
  fixture->folder = g_strdup (other);
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "a.torrent");
}

static void
test_rename (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "a.torrent", "1");
  write_file (fixture, "a.torrent.added", "an earlier one");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  run (fixture, "a.torrent", SHOAL_APP_WATCH_RENAME);
  assert_fresh (fixture, "");
  g_assert_null (fixture->job->trouble);
  g_assert_false (has_file (fixture, "a.torrent"));
  g_assert_true (has_file (fixture, "a.torrent.added"));
  g_assert_true (has_file (fixture, "a.torrent.added.2"));
}

/* What came in the meantime is another file, and stays. */
static void
test_changed (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "a.torrent", "1");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  write_file (fixture, "a.torrent", "another");
  run (fixture, "a.torrent", SHOAL_APP_WATCH_RENAME);
  g_assert_true (has_file (fixture, "a.torrent"));
  assert_fresh (fixture, "a.torrent");
}

static void
test_missing (Fixture *fixture, gconstpointer data)
{
  write_file (fixture, "a.torrent", "1");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  run (fixture, "a.torrent", SHOAL_APP_WATCH_LEAVE);
  {
    g_autofree char *away = g_strconcat (fixture->folder, " away", NULL);

    g_assert_cmpint (g_rename (fixture->folder, away), ==, 0);
    run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
    g_assert_error (fixture->job->error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
    g_assert_cmpint (g_rename (away, fixture->folder), ==, 0);
  }
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "");
}

static void
test_damaged (Fixture *fixture, gconstpointer data)
{
  g_autofree char *parent = g_path_get_dirname (fixture->memory_path);
  g_autofree char *text = g_strconcat (fixture->folder, "\n\nx\n1\n1 2\n1 2 %zz\n-1 -1 a\n", NULL);

  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (fixture->memory_path, text, -1, NULL));
  write_file (fixture, "a.torrent", "1");
  run (fixture, NULL, SHOAL_APP_WATCH_LEAVE);
  assert_fresh (fixture, "a.torrent");
}

#define ADD(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/watch/names", test_names);
  ADD ("/app/watch/fresh", test_fresh);
  ADD ("/app/watch/bound", test_bound);
  ADD ("/app/watch/forgets", test_forgets);
  ADD ("/app/watch/other-folder", test_other_folder);
  ADD ("/app/watch/rename", test_rename);
  ADD ("/app/watch/changed", test_changed);
  ADD ("/app/watch/missing", test_missing);
  ADD ("/app/watch/damaged", test_damaged);
  return g_test_run ();
}
