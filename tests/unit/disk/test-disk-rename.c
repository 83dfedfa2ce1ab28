/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "disk/shoal-disk-change.h"
#include "support/support-disk-fault.h"

/* A file, or a folder of the torrent, gets another name. */

#define KIB 1024

#define PARTS ".abababababababababababababababababababab.shoal-parts"

static const DiskFixtureFile files[] = {
  { "t/one", 70000, 0 },
  { "t/sub/two", 130000, SHOAL_CODEC_FILE_EXECUTABLE },
  { "t/sub/deep/three", 50000, 0 },
  { "t/four", 100000, 0 },
  { "t/empty", 0, 0 },
};

/* All is there but the last two pieces; t/four is skipped. */
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

static char *
dup_full (DiskFixture *f, const char *path)
{
  return g_build_filename (f->folder, path, NULL);
}

static void
put_foreign (DiskFixture *f, const char *path)
{
  g_autofree char *full = dup_full (f, path);

  g_assert_true (g_file_set_contents (full, "foreign", -1, NULL));
}

static void
do_rename (DiskFixture *f, const ShoalDiskRename *what)
{
  disk_fixture_ask ();
  shoal_disk_change_rename (f->storage, what, disk_fixture_on_change, f);
  disk_fixture_wait (f);
}

static void
rename_file (DiskFixture *f, guint file, const char *to)
{
  do_rename (f, &(ShoalDiskRename){ .file = file, .to = to });
}

static void
rename_folder (DiskFixture *f, const char *folder, const char *to)
{
  do_rename (f, &(ShoalDiskRename){ .folder = folder, .to = to });
}

static void
test_file (void)
{
  DiskFixture *f = new_torrent (NULL);

  rename_file (f, 1, "t/new/name");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/new/name"));
  g_assert_false (disk_fixture_exists (f, "t/sub/two"));
  g_assert_true (disk_fixture_exists (f, "t/sub/deep/three"));
  assert_check (f);
  g_assert_true (disk_fixture_write (f, 1));
  rename_file (f, 2, "elsewhere");
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/sub"));
  rename_file (f, 2, "elsewhere");
  disk_assert_ok ();
  assert_check (f);
  disk_fixture_free (f);
}

static void
test_file_taken (void)
{
  DiskFixture *f = new_torrent (NULL);

  rename_file (f, 1, "t/new/name");
  rename_file (f, 0, "t/new/name"); /* another file's name, also before that exists */
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_file (f, 0, "t/four");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_file (f, 0, "t/four/below");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_file (f, 0, "t/new");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  put_foreign (f, "foreign");
  rename_file (f, 0, "foreign");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  g_assert_true (g_str_has_suffix (disk_answer.conflict, "/foreign"));
  rename_file (f, 3, "foreign"); /* one that is not there yet would be written into it */
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_file (f, 0, "foreign/below");
  g_assert_nonnull (disk_answer.error);
  assert_check (f);
  disk_fixture_free (f);
}

static void
test_file_unsafe (void)
{
  static const char *const names[] = { "../outside", "/tmp/outside", "a//b", "new\nline",
                                       PARTS,        "..",           "." };
  DiskFixture             *f = new_torrent (NULL);
  guint                    i;

  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      rename_file (f, 0, names[i]);
      disk_assert_error (SHOAL_DISK_ERROR_NAME);
      rename_folder (f, "t/sub", names[i]);
      disk_assert_error (SHOAL_DISK_ERROR_NAME);
    }
  assert_check (f);
  disk_fixture_free (f);
}

/* With all that lies in it, whoever it belongs to. */
static void
test_top (void)
{
  DiskFixture *f = new_torrent (NULL);
  const char  *renamed[] = { "u/one", "outside", "u/sub/deep/three", "u/four", "u/empty" };
  ShoalDiskStorageOptions options = { .paths = renamed };

  put_foreign (f, "t/foreign");
  rename_file (f, 1, "outside");
  disk_assert_ok ();
  rename_folder (f, "t", "outside");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_folder (f, "t", "t");
  disk_assert_ok ();
  rename_folder (f, "t", "u");
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t"));
  g_assert_true (disk_fixture_exists (f, "u/foreign"));
  assert_check (f);
  g_assert_true (disk_fixture_write (f, 0));
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  assert_check (f);
  disk_fixture_free (f);
}

/* One inside the torrent, and one in that. */
static void
test_folder (void)
{
  DiskFixture *f = new_torrent (NULL);
  const char  *renamed[] = { "t/one", "t/new/two", "t/new/low/three", "t/four", "t/empty" };
  ShoalDiskStorageOptions options = { .paths = renamed };

  put_foreign (f, "t/sub/foreign");
  put_foreign (f, "t/taken");
  rename_folder (f, "t/sub", "t/taken");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_folder (f, "t/sub", "t/four");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_folder (f, "t/sub", "t/sub/deep/inside");
  disk_assert_error (SHOAL_DISK_ERROR_NAME);
  rename_folder (f, "t/sub", "t");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  assert_check (f);
  rename_folder (f, "t/sub", "t/new");
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/sub"));
  g_assert_true (disk_fixture_exists (f, "t/new/two"));
  g_assert_true (disk_fixture_exists (f, "t/new/foreign"));
  assert_check (f);
  rename_folder (f, "t/new/deep", "t/new/low");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/new/low/three"));
  assert_check (f);
  g_assert_true (disk_fixture_write (f, 2));
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  assert_check (f);
  disk_fixture_free (f);
}

static void
test_single (void)
{
  DiskFixture *f = disk_fixture_new (
      (const DiskFixtureFile[]){ { "file", 100000, 0 } }, 1, 64 * KIB, NULL, NULL);

  disk_fixture_open (f, NULL);
  rename_file (f, 0, "before it exists");
  disk_assert_ok ();
  disk_fixture_write_all (f);
  rename_file (f, 0, "after");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "after"));
  g_assert_false (disk_fixture_exists (f, "before it exists"));
  g_assert_true (disk_fixture_verify (f, 1));
  disk_fixture_free (f);
}

/* Nothing of it is there yet: a folder of somebody's own must not become the torrent's. */
static void
test_before_it_exists (void)
{
  DiskFixture *f = disk_fixture_new (
      (const DiskFixtureFile[]){ { "t/a", 100000, 0 }, { "t/b", 9, 0 } }, 2, 64 * KIB, NULL, NULL);
  g_autofree char *own = dup_full (f, "own");

  disk_fixture_open (f, NULL);
  g_assert_cmpint (g_mkdir (own, 0755), ==, 0);
  rename_folder (f, "t", "own");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  rename_folder (f, "t", "free");
  disk_assert_ok ();
  disk_fixture_write_all (f);
  g_assert_true (disk_fixture_exists (f, "free/a"));
  g_assert_false (disk_fixture_exists (f, "t"));
  disk_fixture_free (f);
}

/* What lies there is a person's own. */
static void
test_foreign (void)
{
  DiskFixture     *f = disk_fixture_new (files, 3, 64 * KIB, NULL, NULL);
  g_autofree char *folder = dup_full (f, "t/sub");

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  put_foreign (f, "t/sub/two");
  disk_fixture_open (f, NULL);
  rename_file (f, 1, "t/sub/new");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/sub/two"));
  rename_folder (f, "t", "u");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/sub/two"));
  g_assert_false (disk_fixture_exists (f, "u"));
  rename_folder (f, "u", "t");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  disk_fixture_write_all (f);
  g_assert_true (disk_fixture_exists (f, "u/sub/new"));
  disk_fixture_free (f);
}

/* It was done before a crash, and nobody was told; or not; or half. */
static void
test_resumed (void)
{
  DiskFixture     *f = new_torrent (NULL);
  ShoalDiskRename  file = { .file = 0, .to = "t/new", .is_resumed = TRUE };
  ShoalDiskRename  folder = { .folder = "t/sub", .to = "t/dir", .is_resumed = TRUE };
  g_autofree char *one = dup_full (f, "t/one");
  g_autofree char *new = dup_full (f, "t/new");
  g_autofree char *sub = dup_full (f, "t/sub");
  g_autofree char *dir = dup_full (f, "t/dir");
  g_autofree char *again = dup_full (f, "t/again");

  g_assert_cmpint (g_rename (one, new), ==, 0);
  do_rename (f, &file);
  disk_assert_ok ();
  assert_check (f);
  g_assert_cmpint (g_rename (sub, dir), ==, 0);
  do_rename (f, &folder);
  disk_assert_ok ();
  assert_check (f);
  file.to = "t/again"; /* by a link, and the old name was still to go */
  g_assert_cmpint (link (new, again), ==, 0);
  do_rename (f, &file);
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, "t/new"));
  assert_check (f);
  put_foreign (f, "t/foreign"); /* came in between */
  file.to = "t/foreign";
  do_rename (f, &file);
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  g_assert_true (disk_fixture_exists (f, "t/again"));
  disk_fixture_free (f);
}

/* No renameat2() flags, no links either: nothing is overwritten all the same. */
static void
test_fallbacks (void)
{
  static const int  unsupported[] = { EINVAL, ENOSYS, EOPNOTSUPP, EPERM };
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  guint             i;

  for (i = 0; i < 2 * G_N_ELEMENTS (unsupported); i++)
    {
      DiskFixture *f = new_torrent (fault);

      put_foreign (f, "foreign");
      if (i % 2 == 1)
        support_disk_fault_fail (fault, SUPPORT_DISK_LINK_AT, 1, G_MAXUINT, unsupported[i / 2]);
      support_disk_fault_fail (fault, SUPPORT_DISK_RENAME_AT, 1, 1, unsupported[i / 2]);
      rename_file (f, 0, "foreign");
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      support_disk_fault_fail (fault, SUPPORT_DISK_RENAME_AT, 1, 1, unsupported[i / 2]);
      rename_file (f, 0, "free");
      disk_assert_ok ();
      g_assert_false (disk_fixture_exists (f, "t/one"));
      support_disk_fault_fail (fault, SUPPORT_DISK_RENAME_AT, 1, 1, unsupported[i / 2]);
      rename_folder (f, "t/sub", "foreign");
      disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
      assert_check (f);
      support_disk_fault_heal (fault);
      disk_fixture_free (f);
    }
  support_disk_fault_free (fault);
}

/* Whichever call fails: it is as it was, or as it was to be, and says which. */
static void
test_faults (void)
{
  static const SupportDiskCall calls[] = { SUPPORT_DISK_RENAME_AT,
                                           SUPPORT_DISK_FSYNC,
                                           SUPPORT_DISK_OPEN_AT };
  SupportDiskFault            *fault = support_disk_fault_new (NULL, 1);
  guint                        i, nth;

  for (i = 0; i < G_N_ELEMENTS (calls); i++)
    for (nth = 1; nth < 8; nth++)
      {
        DiskFixture *f = new_torrent (fault);

        support_disk_fault_fail (fault, calls[i], nth, 1, EIO);
        rename_folder (f, "t/sub", "t/new");
        g_assert_cmpint (disk_fixture_exists (f, "t/new/two"), ==, disk_answer.error == NULL);
        g_assert_cmpint (disk_fixture_exists (f, "t/sub/two"), ==, disk_answer.error != NULL);
        support_disk_fault_heal (fault);
        assert_check (f);
        disk_fixture_free (f);
      }
  support_disk_fault_free (fault);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/rename/file", test_file);
  g_test_add_func ("/disk/rename/file-taken", test_file_taken);
  g_test_add_func ("/disk/rename/file-unsafe", test_file_unsafe);
  g_test_add_func ("/disk/rename/top", test_top);
  g_test_add_func ("/disk/rename/folder", test_folder);
  g_test_add_func ("/disk/rename/single", test_single);
  g_test_add_func ("/disk/rename/before-it-exists", test_before_it_exists);
  g_test_add_func ("/disk/rename/foreign", test_foreign);
  g_test_add_func ("/disk/rename/resumed", test_resumed);
  g_test_add_func ("/disk/rename/fallbacks", test_fallbacks);
  g_test_add_func ("/disk/rename/faults", test_faults);
  return g_test_run ();
}
