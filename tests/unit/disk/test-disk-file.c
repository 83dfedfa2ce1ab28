/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "disk-fixture.h"
#include "disk/shoal-disk-path.h"
#include "support/support-disk-fault.h"

#define PATIENCE (10 * G_USEC_PER_SEC)

static char *folder;

static GBytes *
load (const char *name, gsize max_bytes, GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);

  return shoal_disk_file_load (shoal_disk_syscalls_get_real (), path, max_bytes, error);
}

static gboolean
save (const ShoalDiskSyscalls *syscalls, const char *name, const char *text, gboolean overwrite)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (text, strlen (text));

  disk_fixture_ask ();
  return shoal_disk_file_save (syscalls, path, bytes, overwrite, &disk_answer.error);
}

static guint
count_files (void)
{
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  guint n = 0;

  while (g_dir_read_name (dir) != NULL)
    n++;
  return n;
}

static void
test_load (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (folder, "large", NULL);
  g_autofree char *data = g_malloc0 (1000000);
  GBytes          *bytes;

  data[999999] = 'x';
  g_assert_true (g_file_set_contents (path, data, 1000000, NULL));
  bytes = load ("large", 1000000, &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), data, 1000000);
  g_bytes_unref (bytes);
  g_assert_null (load ("large", 999999, &error));
  g_assert_error (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_TOO_LARGE);
  g_assert_cmpstr (shoal_disk_error_get_path (error), ==, path);
  g_clear_error (&error);
  g_assert_null (load ("absent", 100, &error));
  g_assert_error (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING);
  g_assert_cmpint (shoal_disk_error_get_errno (error), ==, ENOENT);
  g_clear_error (&error);
  g_assert_null (load (".", 100, &error));
  g_assert_error (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_UNSAFE);
  g_clear_error (&error);
  unlink (path);
  g_assert_cmpint (mkfifo (path, 0666), ==, 0);
  g_assert_null (load ("large", 100, &error));
  g_assert_error (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_UNSAFE);
  g_clear_error (&error);
  unlink (path);
  g_assert_null (shoal_disk_file_load (shoal_disk_syscalls_get_real (), "/dev/zero", 100, &error));
  g_assert_error (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_UNSAFE);
  g_clear_error (&error);
  /* What the kernel says is empty may have something to say all the same. */
  bytes =
      shoal_disk_file_load (shoal_disk_syscalls_get_real (), "/proc/self/status", 100000, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (g_bytes_get_size (bytes), >, 100);
  g_bytes_unref (bytes);
}

static void
test_save (void)
{
  SupportDiskFault            *fault = support_disk_fault_new (NULL, 1);
  const ShoalDiskSyscalls     *table = support_disk_fault_get_syscalls (fault);
  static const SupportDiskCall calls[] = {
    SUPPORT_DISK_OPEN_AT, SUPPORT_DISK_PWRITEV, SUPPORT_DISK_FDATASYNC, SUPPORT_DISK_RENAME_AT
  };
  GBytes *bytes;
  guint   i;

  g_assert_true (save (table, "a", "one", FALSE));
  g_assert_false (save (table, "a", "two", FALSE));
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  g_assert_true (save (table, "a", "two", TRUE));
  for (i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      support_disk_fault_fail (fault, calls[i], calls[i] == SUPPORT_DISK_OPEN_AT ? 2 : 1, 1, EIO);
      g_assert_false (save (table, "a", "three", TRUE));
      disk_assert_error (SHOAL_DISK_ERROR_IO);
    }
  support_disk_fault_set_short (fault, TRUE);
  g_assert_true (save (table, "b", "short counts", FALSE));
  bytes = load ("a", 100, NULL);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "two", 3);
  g_bytes_unref (bytes);
  g_assert_cmpuint (count_files (), ==, 2);
  g_assert_false (save (table, "no/folder", "x", FALSE));
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  disk_fixture_ask ();
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  support_disk_fault_free (fault);
}

static void
on_loaded (GBytes *bytes, const GError *error, gpointer user_data)
{
  *(gsize *) user_data = bytes != NULL ? g_bytes_get_size (bytes) : 0;
  disk_answer.error = error != NULL ? g_error_copy (error) : NULL;
  disk_answer.is_done = TRUE;
}

static ShoalDiskFolderInfo info;

static void
on_folder (const ShoalDiskFolderInfo *result, gpointer user_data)
{
  info = *result;
  disk_answer.error = result->error != NULL ? g_error_copy (result->error) : NULL;
  disk_answer.is_done = TRUE;
}

static void
query (DiskFixture *f, const char *path)
{
  disk_fixture_ask ();
  shoal_disk_folder_query (f->queue, path, on_folder, NULL);
  g_assert_false (disk_answer.is_done);
  disk_fixture_wait (f);
}

static void
test_async (void)
{
  DiskFixture *f =
      disk_fixture_new ((const DiskFixtureFile[]){ { "x", 10, 0 } }, 1, 16384, NULL, NULL);
  g_autofree char    *path = g_build_filename (f->folder, "file", NULL);
  g_autofree char    *deep = g_build_filename (f->folder, "new", "deep", NULL);
  ShoalDiskFolderInfo here;
  ShoalDiskTicket     ticket;
  gsize               size;

  g_assert_true (g_file_set_contents (path, "twelve bytes", -1, NULL));
  disk_fixture_ask ();
  shoal_disk_file_load_async (f->queue, path, 100, on_loaded, &size);
  disk_fixture_wait (f);
  disk_assert_ok ();
  g_assert_cmpuint (size, ==, 12);
  disk_fixture_ask ();
  ticket = shoal_disk_file_load_async (f->queue, path, 5, on_loaded, &size);
  disk_fixture_wait (f);
  disk_assert_error (SHOAL_DISK_ERROR_TOO_LARGE);
  shoal_disk_queue_cancel (f->queue, ticket);

  query (f, f->folder);
  disk_assert_ok ();
  g_assert_true (info.exists);
  g_assert_true (shoal_disk_folder_id_is_known (&info.id));
  g_assert_cmpuint (info.total_bytes, >, info.free_bytes);
  here = info;
  query (f, deep);
  disk_assert_ok ();
  g_assert_false (info.exists);
  g_assert_false (shoal_disk_folder_id_is_known (&info.id));
  g_assert_cmpuint (info.total_bytes, ==, here.total_bytes);
  query (f, "/no-such-folder-of-a-test");
  disk_assert_ok ();
  g_assert_false (info.exists);
  disk_fixture_free (f);
}

static void
test_safe_names (void)
{
  static const struct
  {
    const char *path;
    gboolean    is_safe;
  } rows[] = {
    { "a", TRUE },      { "a/b.c", TRUE }, { "...", TRUE },    { ".hidden", TRUE },
    { "..a", TRUE },    { "a b/ü", TRUE }, { "", FALSE },      { ".", FALSE },
    { "..", FALSE },    { "a/..", FALSE }, { "../a", FALSE },  { "/a", FALSE },
    { "a/", FALSE },    { "a//b", FALSE }, { "a/./b", FALSE }, { "a\nb", FALSE },
    { "a\x7f", FALSE }, { "\x01", FALSE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_cmpint (shoal_disk_path_is_safe (rows[i].path), ==, rows[i].is_safe);
}

/* Whatever a path from outside looks like, it is checked where it is opened. */
static void
test_stays_below (void)
{
  static const char *const paths[] = { "..", "../x", "a/../../x", "", "/etc/passwd", "a//x", "." };
  ShoalDiskPathBase        base;
  ShoalDiskFolderId        id;
  const char              *leaf;
  guint                    i;
  int                      fd;

  g_assert_true (
      shoal_disk_path_open_base (shoal_disk_syscalls_get_real (), folder, NULL, &id, &base, NULL));
  for (i = 0; i < G_N_ELEMENTS (paths); i++)
    {
      g_assert_cmpint (shoal_disk_path_open_parent (&base, paths[i], TRUE, &leaf), <, 0);
      g_assert_cmpint (
          shoal_disk_path_open_file (&base, paths[i], SHOAL_DISK_PATH_READ, NULL), <, 0);
    }
  fd = shoal_disk_path_open_file (
      &base, "new/x", SHOAL_DISK_PATH_WRITE | SHOAL_DISK_PATH_CREATE, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  fd = shoal_disk_path_open_file (
      &base, "new/x", SHOAL_DISK_PATH_WRITE | SHOAL_DISK_PATH_CREATE | SHOAL_DISK_PATH_NEW, NULL);
  g_assert_cmpint (fd, <, 0);
  g_assert_cmpint (errno, ==, EEXIST);
  shoal_disk_path_close_base (&base);
}

static gboolean
make (const ShoalDiskPathBase *base, const char *relative)
{
  int fd = shoal_disk_path_open_file (
      base, relative, SHOAL_DISK_PATH_WRITE | SHOAL_DISK_PATH_CREATE, NULL);

  if (fd >= 0)
    close (fd);
  return fd >= 0;
}

static gboolean
is_there (const char *relative)
{
  g_autofree char *path = g_build_filename (folder, relative, NULL);

  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static void
remove_outside (const char *relative)
{
  g_autofree char *path = g_build_filename (folder, relative, NULL);

  g_assert_cmpint (remove (path), ==, 0);
}

/* The way to a folder is walked once for the files that come one after the other in it. */
static void
test_same_folder (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  ShoalDiskPathBase base;
  ShoalDiskFolderId id;
  guint             n, i;

  g_assert_true (shoal_disk_path_open_base (
      support_disk_fault_get_syscalls (fault), folder, NULL, &id, &base, NULL));
  g_assert_true (make (&base, "deep/er/est/first"));
  n = support_disk_fault_get_n_calls (fault, SUPPORT_DISK_OPEN_AT);
  for (i = 0; i < 200; i++)
    g_assert_cmpint (
        close (shoal_disk_path_open_file (&base, "deep/er/est/first", SHOAL_DISK_PATH_READ, NULL)),
        ==,
        0);
  /* Four each if every way were walked; a few are, on a slow machine. */
  g_assert_cmpuint (support_disk_fault_get_n_calls (fault, SUPPORT_DISK_OPEN_AT) - n, <, 500);
  shoal_disk_path_close_base (&base);
  support_disk_fault_free (fault);
}

/* What lies below a folder that is missing is not looked for one by one; a file that is missing in
 * a folder that is there is asked for once. */
static void
test_missing (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  ShoalDiskPathBase base;
  ShoalDiskFolderId id;
  struct stat       st;
  char              name[40];
  guint             n, i;

  g_assert_true (shoal_disk_path_open_base (
      support_disk_fault_get_syscalls (fault), folder, NULL, &id, &base, NULL));
  g_assert_true (make (&base, "there/first"));
  n = support_disk_fault_get_n_calls (fault, SUPPORT_DISK_OPEN_AT);
  for (i = 0; i < 400; i++)
    {
      g_snprintf (name, sizeof name, i < 200 ? "there/%u" : "missing/%u/file", i);
      g_assert_cmpint (shoal_disk_path_stat (&base, name, &st), <, 0);
      g_assert_cmpint (errno, ==, ENOENT);
    }
  /* One each at least if every way were walked; a few are, on a slow machine. */
  g_assert_cmpuint (support_disk_fault_get_n_calls (fault, SUPPORT_DISK_OPEN_AT) - n, <, 300);
  g_assert_cmpint (shoal_disk_path_stat (&base, "missing/..", &st), <, 0);
  g_assert_cmpint (errno, ==, ELOOP);
  shoal_disk_path_close_base (&base);
  support_disk_fault_free (fault);
}

/* Nothing is held to be missing that was made by way of the base, or whose name only begins alike;
 * and what somebody else makes is found where it is opened. */
static void
test_not_missing (void)
{
  g_autofree char  *foreign = g_build_filename (folder, "late", NULL);
  g_autofree char  *file = g_build_filename (folder, "late", "file", NULL);
  ShoalDiskPathBase base;
  ShoalDiskFolderId id;
  const char       *leaf;
  struct stat       st;
  int               fd;

  g_assert_true (
      shoal_disk_path_open_base (shoal_disk_syscalls_get_real (), folder, NULL, &id, &base, NULL));
  g_assert_true (make (&base, "lately/file"));
  g_assert_cmpint (shoal_disk_path_stat (&base, "late/file", &st), <, 0);
  g_assert_cmpint (shoal_disk_path_stat (&base, "lately/file", &st), ==, 0);
  g_assert_cmpint (shoal_disk_path_stat (&base, "late/file", &st), <, 0);
  g_assert_cmpint (g_mkdir (foreign, 0777), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  fd = shoal_disk_path_open_file (&base, "late/file", SHOAL_DISK_PATH_READ, NULL);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_cmpint (shoal_disk_path_stat (&base, "early/deep/file", &st), <, 0);
  g_assert_true (make (&base, "early/deep/file"));
  g_assert_cmpint (shoal_disk_path_stat (&base, "early/deep/file", &st), ==, 0);
  g_assert_cmpint (shoal_disk_path_stat (&base, "never/deep/file", &st), <, 0);
  fd = shoal_disk_path_open_parent (&base, "never/deep/file", TRUE, &leaf);
  g_assert_cmpint (fd, >=, 0);
  close (fd);
  g_assert_cmpint (shoal_disk_path_stat (&base, "never/deep", &st), ==, 0);
  g_assert_cmpint (shoal_disk_path_stat (&base, "to/deep/file", &st), <, 0);
  g_assert_cmpint (shoal_disk_path_rename (&base, "early/deep/file", &base, "to/deep/file"), ==, 0);
  g_assert_cmpint (shoal_disk_path_stat (&base, "to/deep/file", &st), ==, 0);
  shoal_disk_path_close_base (&base);
}

/* A folder that went away meanwhile, by us or by somebody else, is walked to, and made, anew. */
static void
test_folder_gone (void)
{
  ShoalDiskPathBase base;
  ShoalDiskFolderId id;
  struct stat       st;

  g_assert_true (
      shoal_disk_path_open_base (shoal_disk_syscalls_get_real (), folder, NULL, &id, &base, NULL));
  g_assert_true (make (&base, "gone/one"));
  remove_outside ("gone/one");
  remove_outside ("gone");
  g_assert_cmpint (shoal_disk_path_stat (&base, "gone/one", &st), <, 0);
  g_assert_true (make (&base, "gone/two"));
  g_assert_true (is_there ("gone/two"));
  remove_outside ("gone/two");
  remove_outside ("gone");
  g_assert_true (make (&base, "gone/three"));
  g_assert_true (is_there ("gone/three"));
  g_assert_cmpint (shoal_disk_path_unlink (&base, "gone/three", 0), ==, 0);
  g_assert_cmpint (shoal_disk_path_unlink (&base, "gone", AT_REMOVEDIR), ==, 0);
  g_assert_true (make (&base, "gone/four"));
  g_assert_true (is_there ("gone/four"));
  g_assert_cmpint (shoal_disk_path_rename (&base, "gone", &base, "moved"), ==, 0);
  g_assert_true (make (&base, "gone/five"));
  g_assert_true (is_there ("gone/five") && is_there ("moved/four") && !is_there ("moved/five"));
  shoal_disk_path_close_base (&base);
}

/* A folder that somebody replaces by a link is there for a moment longer, with what lay in it; by
 * way of the link nothing is ever found. */
static void
test_folder_replaced (void)
{
  g_autofree char  *place = g_build_filename (folder, "swapped", NULL);
  g_autofree char  *aside = g_build_filename (folder, "aside", NULL);
  g_autofree char  *outside = g_build_filename (folder, "outside", NULL);
  g_autofree char  *file = g_build_filename (outside, "file", NULL);
  gint64            give_up = g_get_monotonic_time () + PATIENCE;
  ShoalDiskPathBase base;
  ShoalDiskFolderId id;
  struct stat       st;

  g_assert_true (
      shoal_disk_path_open_base (shoal_disk_syscalls_get_real (), folder, NULL, &id, &base, NULL));
  g_assert_true (make (&base, "swapped/file"));
  g_assert_cmpint (g_mkdir (outside, 0777), ==, 0);
  g_assert_true (g_file_set_contents (file, "x", 1, NULL));
  g_assert_cmpint (rename (place, aside), ==, 0);
  g_assert_cmpint (symlink (outside, place), ==, 0);
  while (shoal_disk_path_stat (&base, "swapped/file", &st) == 0)
    {
      g_assert_cmpint (st.st_size, ==, 0);
      g_assert_cmpint (g_get_monotonic_time (), <, give_up);
      g_usleep (1000);
    }
  g_assert_true (errno == ENOTDIR || errno == ELOOP);
  g_assert_false (make (&base, "swapped/more"));
  shoal_disk_path_close_base (&base);
}

int
main (int argc, char **argv)
{
  int result;

  g_test_init (&argc, &argv, NULL);
  folder = disk_fixture_make_folder (NULL);
  g_test_add_func ("/disk/file/load", test_load);
  g_test_add_func ("/disk/file/save", test_save);
  g_test_add_func ("/disk/file/async", test_async);
  g_test_add_func ("/disk/path/safe-names", test_safe_names);
  g_test_add_func ("/disk/path/stays-below", test_stays_below);
  g_test_add_func ("/disk/path/same-folder", test_same_folder);
  g_test_add_func ("/disk/path/missing", test_missing);
  g_test_add_func ("/disk/path/not-missing", test_not_missing);
  g_test_add_func ("/disk/path/folder-gone", test_folder_gone);
  g_test_add_func ("/disk/path/folder-replaced", test_folder_replaced);
  result = g_test_run ();
  disk_fixture_remove_folder (folder);
  return result;
}
