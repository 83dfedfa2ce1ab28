/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-change.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "support/support-disk-fault.h"

#define KIB 1024

#define PARTS ".abababababababababababababababababababab.shoal-parts"

static const DiskFixtureFile files[] = {
  { "t/one", 70000, 0 },
  { "t/sub/two", 130000, SHOAL_CODEC_FILE_EXECUTABLE },
  { "t/sub/deep/three", 50000, 0 },
  { "t/four", 100000, 0 },
  { "t/empty", 0, 0 },
};

#define N_PIECES 6

/* A file in a folder, with another program's file beside it, and one skipped file. */
static DiskFixture *
new_torrent (SupportDiskFault *fault)
{
  DiskFixture *f = disk_fixture_new (files,
                                     G_N_ELEMENTS (files),
                                     64 * KIB,
                                     fault != NULL ? support_disk_fault_get_syscalls (fault) : NULL,
                                     NULL);
  guint        i;

  disk_fixture_open (f, "11101");
  for (i = 0; i < 4; i++)
    g_assert_true (disk_fixture_write (f, i));
  return f;
}

static void
assert_check (DiskFixture *f)
{
  g_autofree char *letters = disk_fixture_check (f);

  g_assert_cmpstr (letters, ==, "RRRRMM");
}

static void
put_foreign (DiskFixture *f, const char *path)
{
  g_autofree char *full = g_build_filename (f->folder, path, NULL);

  g_assert_true (g_file_set_contents (full, "foreign", -1, NULL));
}

static void
do_move (DiskFixture *f, const char *folder, gboolean is_resumed)
{
  ShoalDiskMove move = { .folder = folder, .is_resumed = is_resumed };

  disk_fixture_ask ();
  shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
  disk_fixture_wait (f);
}

static void
do_remove (DiskFixture *f)
{
  disk_fixture_ask ();
  shoal_disk_change_remove (f->storage, NULL, disk_fixture_on_change, f);
  disk_fixture_wait (f);
}

static void
find_conflict (DiskFixture *f, const char *folder)
{
  disk_fixture_ask ();
  shoal_disk_change_find_conflict (f->storage, folder, disk_fixture_on_change, f);
  disk_fixture_wait (f);
}

static gboolean
exists_below (const char *folder, const char *path)
{
  g_autofree char *full = g_build_filename (folder, path, NULL);
  struct stat      st;

  return lstat (full, &st) == 0;
}

static void
test_remove (void)
{
  DiskFixture     *f = new_torrent (NULL);
  char            *outside = disk_fixture_make_folder (NULL);
  g_autofree char *precious = g_build_filename (outside, "one", NULL);
  g_autofree char *three = g_build_filename (f->folder, "t/sub/deep/three", NULL);

  put_foreign (f, "t/foreign");
  g_assert_true (disk_fixture_exists (f, PARTS));
  g_assert_true (g_file_set_contents (precious, "precious", -1, NULL));
  unlink (three);
  g_assert_cmpint (symlink (precious, three), ==, 0);
  do_remove (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.bytes, >, 200000);
  g_assert_false (disk_fixture_exists (f, PARTS));
  g_assert_false (disk_fixture_exists (f, "t/one"));
  g_assert_false (disk_fixture_exists (f, "t/sub/two"));
  g_assert_true (disk_fixture_exists (f, "t/foreign"));
  g_assert_true (disk_fixture_exists (f, "t/sub/deep/three")); /* a symlink: not ours */
  g_assert_true (g_file_test (precious, G_FILE_TEST_EXISTS));
  unlink (three);
  do_remove (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.bytes, ==, 0);
  g_assert_false (disk_fixture_exists (f, "t/sub"));
  g_assert_true (disk_fixture_exists (f, "t/foreign"));
  disk_fixture_remove_folder (outside);
  disk_fixture_free (f);
}

/* What was there before and has nothing of the torrent is not the torrent's, whatever its name. */
static void
test_remove_unwritten (void)
{
  DiskFixture *f = new_torrent (NULL);

  disk_fixture_open (f, "11101"); /* nothing was ever written, for all that is known */
  do_remove (f);
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, PARTS));
  g_assert_true (disk_fixture_exists (f, "t/one"));
  g_assert_true (disk_fixture_exists (f, "t/sub/two"));
  g_assert_true (disk_fixture_write (f, 0));
  do_remove (f);
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/one"));
  g_assert_true (disk_fixture_exists (f, "t/sub/two"));
  disk_fixture_own_all (f);
  do_remove (f);
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/sub/two"));
  disk_fixture_free (f);
}

/* A folder of the torrent was replaced by a symlink: nothing beyond it is touched. */
static void
test_remove_through_symlink (void)
{
  DiskFixture     *f = new_torrent (NULL);
  char            *outside = disk_fixture_make_folder (NULL);
  g_autofree char *two = g_build_filename (outside, "two", NULL);
  g_autofree char *sub = g_build_filename (f->folder, "t/sub", NULL);
  g_autofree char *away = g_build_filename (f->folder, "away", NULL);

  g_assert_true (g_file_set_contents (two, "precious", -1, NULL));
  g_assert_cmpint (rename (sub, away), ==, 0);
  g_assert_cmpint (symlink (outside, sub), ==, 0);
  do_remove (f);
  disk_assert_ok ();
  g_assert_true (g_file_test (two, G_FILE_TEST_EXISTS));
  g_assert_true (disk_fixture_exists (f, "t/sub"));
  disk_fixture_remove_folder (outside);
  disk_fixture_free (f);
}

static const char *
get_where (gboolean across)
{
  return across ? "/dev/shm" : NULL;
}

static guint n_progress;

static void
count_progress (guint64 bytes, guint64 total_bytes, gpointer user_data)
{
  g_assert_cmpuint (bytes, <=, total_bytes);
  n_progress++;
}

static void
check_moved (DiskFixture *f, const char *target)
{
  struct stat      st;
  g_autofree char *two = g_build_filename (target, "t/sub/two", NULL);

  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/one"));
  g_assert_false (disk_fixture_exists (f, "t/sub"));
  g_assert_false (disk_fixture_exists (f, PARTS));
  g_assert_true (disk_fixture_exists (f, "t/foreign"));
  g_assert_true (disk_fixture_file_is_right (f, target, 0));
  g_assert_true (disk_fixture_file_is_right (f, target, 1));
  g_assert_true (exists_below (target, PARTS));
  g_assert_cmpint (stat (two, &st), ==, 0);
  g_assert_cmpint (st.st_mode & S_IXUSR, !=, 0);
  assert_check (f);
}

static void
test_move_to (gboolean across)
{
  DiskFixture     *f = new_torrent (NULL);
  char            *parent = disk_fixture_make_folder (get_where (across));
  g_autofree char *target = g_build_filename (parent, "new", "place", NULL);
  g_autofree char *old_one = g_build_filename (f->folder, "t/one", NULL);
  g_autofree char *new_one = g_build_filename (target, "t/one", NULL);
  ShoalDiskMove    move = { .folder = target, .on_progress = count_progress };
  struct stat      before, after;

  put_foreign (f, "t/foreign");
  g_assert_cmpint (stat (old_one, &before), ==, 0);
  n_progress = 0;
  disk_fixture_ask ();
  shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  check_moved (f, target);
  g_assert_cmpuint (n_progress, >, 0);
  g_assert_cmpuint (disk_answer.n_left, ==, 0);
  g_assert_cmpint (stat (new_one, &after), ==, 0);
  g_assert_cmpint (before.st_mtim.tv_sec, ==, after.st_mtim.tv_sec);
  g_assert_cmpint (before.st_mtim.tv_nsec, ==, after.st_mtim.tv_nsec);
  g_assert_true (disk_fixture_write (f, 4)); /* later writes go to the new place */
  g_assert_true (disk_fixture_write (f, 0));
  do_move (f, target, FALSE); /* to where it is */
  disk_assert_ok ();
  disk_fixture_free (f);
  disk_fixture_remove_folder (parent);
}

static void
test_move (void)
{
  test_move_to (FALSE);
  test_move_to (TRUE);
}

static void
test_move_conflict (void)
{
  guint across;

  for (across = 0; across < 2; across++)
    {
      DiskFixture     *f = new_torrent (NULL);
      char            *target = disk_fixture_make_folder (get_where (across != 0));
      g_autofree char *folder = g_build_filename (target, "t", "sub", NULL);
      g_autofree char *two = g_build_filename (folder, "two", NULL);
      g_autofree char *content = NULL;

      find_conflict (f, target);
      disk_assert_ok ();
      find_conflict (f, "/no-such-folder-of-a-test/folder");
      disk_assert_ok ();
      g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
      g_assert_true (g_file_set_contents (two, "foreign", -1, NULL));
      find_conflict (f, target);
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      g_assert_cmpstr (disk_answer.conflict, ==, two);
      do_move (f, target, FALSE);
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      g_assert_cmpstr (disk_answer.conflict, ==, two);
      do_move (f, target, TRUE);
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      g_assert_cmpuint (disk_answer.n_left, ==, 0);
      g_assert_true (g_file_get_contents (two, &content, NULL, NULL));
      g_assert_cmpstr (content, ==, "foreign");
      g_assert_false (exists_below (target, "t/one"));
      assert_check (f);
      find_conflict (f, NULL);
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      disk_fixture_free (f);
      disk_fixture_remove_folder (target);
    }
}

static void
test_into_itself (void)
{
  DiskFixture     *f = new_torrent (NULL);
  g_autofree char *top = g_build_filename (f->folder, "t", NULL);
  g_autofree char *inside = g_build_filename (f->folder, "t", "sub", "x", "y", NULL);
  g_autofree char *beside = g_build_filename (f->folder, "t2", NULL);

  do_move (f, top, FALSE);
  disk_assert_error (SHOAL_DISK_ERROR_INTO_ITSELF);
  do_move (f, inside, FALSE);
  disk_assert_error (SHOAL_DISK_ERROR_INTO_ITSELF);
  g_assert_false (disk_fixture_exists (f, "t/sub/x"));
  assert_check (f);
  do_move (f, beside, FALSE);
  disk_assert_ok ();
  assert_check (f);
  disk_fixture_free (f);
}

/* Where a move fails, everything is as before, and it can be asked for again. */
static void
assert_unmoved (DiskFixture *f, const char *target)
{
  g_autofree char *one = g_build_filename (target, "t", "one", NULL);

  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 1));
  g_assert_false (g_file_test (one, G_FILE_TEST_EXISTS));
  assert_check (f);
  do_move (f, target, FALSE);
  disk_assert_ok ();
}

static void
test_move_fails (void)
{
  static const SupportDiskCall calls[] = { SUPPORT_DISK_OPEN_AT,  SUPPORT_DISK_PREADV,
                                           SUPPORT_DISK_PWRITEV,  SUPPORT_DISK_FDATASYNC,
                                           SUPPORT_DISK_FSYNC,    SUPPORT_DISK_RENAME_AT,
                                           SUPPORT_DISK_MKDIR_AT, SUPPORT_DISK_FTRUNCATE,
                                           SUPPORT_DISK_STAT_AT };
  SupportDiskFault            *fault = support_disk_fault_new (NULL, 1);
  guint                        i, nth, n_failed = 0, across;
  gboolean                     has_failed;

  for (i = 0; i < 2 * G_N_ELEMENTS (calls); i++)
    for (nth = 1, has_failed = TRUE; has_failed || nth < 30; nth += nth < 30 ? 1 : 7)
      {
        DiskFixture     *f = new_torrent (fault);
        char            *parent;
        g_autofree char *target = NULL;

        across = i / G_N_ELEMENTS (calls);
        parent = disk_fixture_make_folder (get_where (across != 0));
        target = g_build_filename (parent, "new", NULL);
        disk_fixture_sync (f);
        support_disk_fault_fail (fault, calls[i % G_N_ELEMENTS (calls)], nth, 1, EIO);
        do_move (f, target, FALSE);
        support_disk_fault_heal (fault);
        has_failed = disk_answer.error != NULL;
        n_failed += has_failed;
        if (has_failed)
          {
            disk_assert_error (SHOAL_DISK_ERROR_IO);
            if (disk_answer.n_left == 0)
              assert_unmoved (f, target);
            else /* a folder itself could not be opened in the middle of it */
              {
                g_assert_cmpint (calls[i % G_N_ELEMENTS (calls)], ==, SUPPORT_DISK_OPEN_AT);
                do_move (f, target, TRUE);
                disk_assert_ok ();
              }
          }
        assert_check (f);
        g_assert_false (disk_fixture_exists (f, "t/one"));
        disk_fixture_free (f);
        disk_fixture_remove_folder (parent);
      }
  g_assert_cmpuint (n_failed, >, 50);
  support_disk_fault_free (fault);
}

static void
test_move_full (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  DiskFixture      *f = new_torrent (fault);
  char             *target = disk_fixture_make_folder ("/dev/shm");

  support_disk_fault_set_room (fault, 100000);
  do_move (f, target, FALSE);
  disk_assert_error (SHOAL_DISK_ERROR_FULL);
  g_assert_true (g_str_has_prefix (shoal_disk_error_get_path (disk_answer.error), target));
  g_assert_false (exists_below (target, "t"));
  assert_check (f);
  g_assert_cmpint (rmdir (target), ==, 0);
  disk_fixture_free (f);
  g_free (target);
  support_disk_fault_free (fault);
}

/* It was interrupted: some files are here, some there, a copy is half done. */
static void
test_move_resumed (void)
{
  guint across;

  for (across = 0; across < 2; across++)
    {
      DiskFixture     *f = new_torrent (NULL);
      char            *target = disk_fixture_make_folder (get_where (across != 0));
      g_autofree char *folder = g_build_filename (target, "t/sub", NULL);
      g_autofree char *old_one = g_build_filename (f->folder, "t/one", NULL);
      g_autofree char *new_one = g_build_filename (target, "t/one", NULL);
      g_autofree char *old_two = g_build_filename (f->folder, "t/sub/two", NULL);
      g_autofree char *new_two = g_build_filename (folder, "two", NULL);
      g_autofree char *temp = g_build_filename (target, PARTS "-move", NULL);
      g_autofree char *content = NULL;
      struct stat      st;
      struct timespec  times[2];
      int              fd;

      put_foreign (f, "t/foreign");
      g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
      g_assert_true (g_file_get_contents (old_one, &content, NULL, NULL)); /* copied and removed */
      g_assert_true (g_file_set_contents (new_one, content, 70000, NULL));
      unlink (old_one);
      g_free (content);
      g_assert_true (g_file_get_contents (old_two, &content, NULL, NULL)); /* copied */
      g_assert_true (g_file_set_contents (new_two, content, 130000, NULL));
      g_assert_cmpint (stat (old_two, &st), ==, 0);
      times[0] = st.st_atim;
      times[1] = st.st_mtim;
      fd = open (new_two, O_WRONLY);
      g_assert_cmpint (futimens (fd, times), ==, 0);
      g_assert_cmpint (fchmod (fd, 0755), ==, 0);
      close (fd);
      g_assert_true (g_file_set_contents (temp, "half a copy", -1, NULL));

      do_move (f, target, TRUE);
      check_moved (f, target);
      g_assert_false (across != 0 && exists_below (target, PARTS "-move"));
      disk_fixture_free (f);
      disk_fixture_remove_folder (target);
    }
}

static void
test_move_cancelled (void)
{
  DiskFixture *f = disk_fixture_new (
      (const DiskFixtureFile[]){ { "a", 20 * KIB * KIB, 0 }, { "b", 20 * KIB * KIB, 0 } },
      2,
      4096 * KIB,
      NULL,
      NULL);
  char           *target = disk_fixture_make_folder ("/dev/shm");
  ShoalDiskMove   move = { .folder = target, .on_progress = count_progress };
  ShoalDiskTicket ticket;

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  disk_fixture_ask ();
  n_progress = 0;
  ticket = shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
  while (n_progress == 0)
    g_main_context_iteration (f->context, TRUE);
  shoal_disk_queue_cancel (f->queue, ticket);
  disk_fixture_wait (f);
  if (disk_answer.error == NULL)
    g_test_skip ("the copy was quicker");
  else
    {
      disk_assert_error (SHOAL_DISK_ERROR_CANCELLED);
      g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
      g_assert_true (disk_fixture_file_is_right (f, NULL, 1));
      g_assert_cmpint (rmdir (target), ==, 0);
      g_assert_cmpint (mkdir (target, 0777), ==, 0);
      ticket = shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
      shoal_disk_queue_cancel (f->queue, ticket); /* perhaps before it begins */
      disk_fixture_ask ();
      disk_fixture_wait (f);
      disk_assert_error (SHOAL_DISK_ERROR_CANCELLED);
    }
  disk_fixture_free (f);
  disk_fixture_remove_folder (target);
}

/* A move of an earlier run that is cancelled before it has begun here: all is where it was. */
static void
test_move_resumed_cancelled (void)
{
  DiskFixture     *f = new_torrent (NULL);
  char            *target = disk_fixture_make_folder (NULL);
  g_autofree char *folder = g_build_filename (target, "t", NULL);
  g_autofree char *old_one = g_build_filename (f->folder, "t/one", NULL);
  g_autofree char *new_one = g_build_filename (folder, "one", NULL);
  g_autofree char *new_empty = g_build_filename (folder, "empty", NULL);
  ShoalDiskMove    move = { .folder = target, .is_resumed = TRUE };
  ShoalDiskTicket  ticket;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_cmpint (rename (old_one, new_one), ==, 0);
  disk_fixture_ask ();
  ticket = shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
  shoal_disk_queue_cancel (f->queue, ticket);
  disk_fixture_wait (f);
  disk_assert_error (SHOAL_DISK_ERROR_CANCELLED);
  g_assert_cmpuint (disk_answer.n_left, ==, 0);
  g_assert_true (disk_fixture_exists (f, "t/one"));
  g_assert_false (exists_below (target, "t"));
  assert_check (f);

  /* The same if it fails: somebody has put something in the way. */
  g_assert_cmpint (g_mkdir_with_parents (folder, 0777), ==, 0);
  g_assert_cmpint (rename (old_one, new_one), ==, 0);
  g_assert_true (g_file_set_contents (new_empty, "foreign", -1, NULL));
  do_move (f, target, TRUE);
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  g_assert_true (disk_fixture_exists (f, "t/one"));
  g_assert_true (exists_below (target, "t/empty"));
  assert_check (f);
  disk_fixture_free (f);
  disk_fixture_remove_folder (target);
}

/* A sparse file stays one, with and without help of the file system. */
static void
test_move_holes (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  guint             i;

  for (i = 0; i < 2; i++)
    {
      DiskFixture *f = disk_fixture_new ((const DiskFixtureFile[]){ { "a", 40 * KIB * KIB, 0 } },
                                         1,
                                         1024 * KIB,
                                         support_disk_fault_get_syscalls (fault),
                                         NULL);
      char        *target = disk_fixture_make_folder ("/dev/shm");
      g_autofree char *path = g_build_filename (target, "a", NULL);
      struct stat      st;

      disk_fixture_open (f, NULL);
      g_assert_true (disk_fixture_write (f, 3));
      g_assert_true (disk_fixture_write (f, 30));
      if (i == 1)
        support_disk_fault_fail (fault, SUPPORT_DISK_SEEK, 1, G_MAXUINT, EINVAL);
      do_move (f, target, FALSE);
      disk_assert_ok ();
      g_assert_true (disk_fixture_verify (f, 3));
      g_assert_true (disk_fixture_verify (f, 30));
      g_assert_cmpint (stat (path, &st), ==, 0);
      g_assert_cmpint (st.st_size, ==, 31 * KIB * KIB);
      g_assert_cmpint (st.st_blocks * 512, <, 4 * KIB * KIB);
      disk_fixture_free (f);
      disk_fixture_remove_folder (target);
      support_disk_fault_heal (fault);
    }
  support_disk_fault_free (fault);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/change/remove", test_remove);
  g_test_add_func ("/disk/change/remove-unwritten", test_remove_unwritten);
  g_test_add_func ("/disk/change/remove-through-symlink", test_remove_through_symlink);
  g_test_add_func ("/disk/change/move", test_move);
  g_test_add_func ("/disk/change/move-conflict", test_move_conflict);
  g_test_add_func ("/disk/change/into-itself", test_into_itself);
  g_test_add_func ("/disk/change/move-fails", test_move_fails);
  g_test_add_func ("/disk/change/move-full", test_move_full);
  g_test_add_func ("/disk/change/move-resumed", test_move_resumed);
  g_test_add_func ("/disk/change/move-cancelled", test_move_cancelled);
  g_test_add_func ("/disk/change/move-resumed-cancelled", test_move_resumed_cancelled);
  g_test_add_func ("/disk/change/move-holes", test_move_holes);
  return g_test_run ();
}
