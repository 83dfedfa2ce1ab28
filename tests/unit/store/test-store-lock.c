/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/shoal-store-lock.h"

#include <sys/stat.h>
#include <unistd.h>

#include "store-harness.h"

/* Two descriptors of one process exclude each other like two processes. */
static void
test_file (void)
{
  g_autofree char *folder = g_dir_make_tmp ("shoal-lock-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "x.lock", NULL);
  g_autofree char *content = NULL;
  g_autoptr (GError) error = NULL;
  guint32         pid = 9;
  ShoalStoreLock *lock, *other;

  /* What a process that was killed has left. */
  g_assert_true (g_file_set_contents (path, "99999\nold text", -1, NULL));
  lock = shoal_store_lock_take (path, &pid, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (pid, ==, 0);
  other = shoal_store_lock_take (path, &pid, &error);
  g_assert_null (other);
  g_assert_error (error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_LOCKED);
  g_assert_cmpuint (pid, ==, (guint) getpid ());
  g_clear_error (&error);
  shoal_store_lock_free (lock);
  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, "");
  lock = shoal_store_lock_take (path, &pid, &error);
  g_assert_no_error (error);
  shoal_store_lock_free (lock);
  harness_remove_tree (folder);
}

static void
test_unusable (void)
{
  g_autofree char *folder = g_dir_make_tmp ("shoal-lock-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (folder, "nowhere", "x.lock", NULL);
  g_autofree char *link = g_build_filename (folder, "link.lock", NULL);
  g_autoptr (GError) error = NULL;
  guint32 pid;

  g_assert_null (shoal_store_lock_take (path, &pid, &error));
  g_assert_error (error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_FAILED);
  g_clear_error (&error);
  g_assert_cmpint (symlink ("/etc/passwd", link), ==, 0);
  g_assert_null (shoal_store_lock_take (link, &pid, &error));
  g_assert_error (error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_FAILED);
  harness_remove_tree (folder);
}

static void
test_data (void)
{
  g_autofree char *folder = g_dir_make_tmp ("shoal-lock-XXXXXX", NULL);
  g_autofree char *locks = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = NULL;
  ShoalInfoHashes hashes = { .has_v1 = 1 }, other_hashes = { .has_v2 = 1 };
  ShoalStoreLock *lock, *other;
  guint32         pid;

  g_setenv ("XDG_RUNTIME_DIR", folder, TRUE);
  hashes.v1.bytes[0] = 1;
  lock = shoal_store_lock_take_data (&hashes, 5, 6, &pid, &error);
  g_assert_no_error (error);
  g_assert_true (shoal_store_lock_is_of_data (lock, &hashes, 5, 6));
  g_assert_false (shoal_store_lock_is_of_data (lock, &hashes, 5, 7));
  g_assert_false (shoal_store_lock_is_of_data (lock, &other_hashes, 5, 6));
  g_assert_null (shoal_store_lock_take_data (&hashes, 5, 6, &pid, &error));
  g_assert_error (error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_LOCKED);
  g_assert_cmpuint (pid, ==, (guint) getpid ());
  g_clear_error (&error);
  other = shoal_store_lock_take_data (&hashes, 5, 7, &pid, &error);
  g_assert_no_error (error);
  shoal_store_lock_free (other);
  other = shoal_store_lock_take_data (&other_hashes, 5, 6, &pid, &error);
  g_assert_no_error (error);
  shoal_store_lock_free (other);
  shoal_store_lock_free (lock);
  /* They are removed, so that they do not gather. */
  locks = g_build_filename (folder, "shoal", NULL);
  dir = g_dir_open (locks, 0, NULL);
  g_assert_nonnull (dir);
  g_assert_null (g_dir_read_name (dir));
  harness_remove_tree (folder);
}

static void
test_folder (void)
{
  g_autofree char *runtime = g_dir_make_tmp ("shoal-lock-XXXXXX", NULL);
  g_autofree char *inside = g_build_filename (runtime, "shoal", NULL);
  g_autofree char *fallback = g_strdup_printf ("/tmp/shoal-%u", (guint) geteuid ());
  g_autofree char *found = NULL;
  g_autoptr (GError) error = NULL;
  struct stat info;

  g_setenv ("XDG_RUNTIME_DIR", runtime, TRUE);
  found = shoal_store_lock_dup_folder (&error);
  g_assert_cmpstr (found, ==, inside);
  g_assert_cmpint (stat (inside, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  /* One that others may write to is not used. */
  g_assert_cmpint (chmod (inside, 0777), ==, 0);
  g_free (found);
  found = shoal_store_lock_dup_folder (&error);
  g_assert_cmpstr (found, ==, fallback);
  g_assert_cmpint (stat (fallback, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);

  g_unsetenv ("XDG_RUNTIME_DIR");
  g_free (found);
  found = shoal_store_lock_dup_folder (&error);
  g_assert_cmpstr (found, ==, fallback);
  harness_remove_tree (runtime);
}

static void
lock_data (Harness *harness, const ShoalStoreRow *row)
{
  harness_expect (harness);
  shoal_store_lock_data (harness->store, row, harness_locked, harness);
  harness_wait (harness);
}

/* Two stores, as window and command line are. */
static void
test_stores (void)
{
  Harness         *one = harness_new (), *two = harness_new ();
  ShoalStoreRow    row = harness_row (4), other = harness_row (5);
  ShoalStoreIntent remove = { SHOAL_STORE_INTENT_REMOVE };

  g_setenv ("XDG_RUNTIME_DIR", one->folder, TRUE);
  g_assert_true (harness_open (one));
  g_assert_true (harness_open (two));
  lock_data (one, &row);
  g_assert_no_error (one->error);
  lock_data (one, &row); /* again is no fault */
  g_assert_no_error (one->error);
  lock_data (two, &row);
  assert_error (two, LOCKED);
  g_assert_cmpuint (two->number, ==, (guint) getpid ());
  lock_data (two, &other);
  g_assert_no_error (two->error);
  shoal_store_unlock_data (one->store, row.id);
  harness_expect (one);
  shoal_store_flush (one->store, harness_done, one);
  g_assert_true (harness_wait (one));
  lock_data (two, &row);
  g_assert_no_error (two->error);

  /* Whoever removes a torrent, or closes, lets go. */
  g_assert_true (harness_add (two, 4, 1));
  harness_expect (two);
  shoal_store_finish_intent (two->store, row.id, &remove, harness_done, two);
  g_assert_true (harness_wait (two));
  lock_data (one, &row);
  g_assert_no_error (one->error);
  g_assert_true (harness_close (two, TRUE));
  lock_data (one, &other);
  g_assert_no_error (one->error);

  /* A move takes the new place and lets go of the old one. */
  row.folder.inode++;
  lock_data (one, &row);
  g_assert_no_error (one->error);
  g_assert_true (harness_open (two));
  lock_data (two, &row);
  assert_error (two, LOCKED);
  row.folder.inode--;
  lock_data (two, &row);
  g_assert_no_error (two->error);
  harness_free (two);
  harness_free (one);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/lock/file", test_file);
  g_test_add_func ("/store/lock/unusable", test_unusable);
  g_test_add_func ("/store/lock/data", test_data);
  g_test_add_func ("/store/lock/folder", test_folder);
  g_test_add_func ("/store/lock/stores", test_stores);
  return g_test_run ();
}
