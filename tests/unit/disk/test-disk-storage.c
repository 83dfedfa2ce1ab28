/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-storage.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <linux/magic.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "disk/shoal-disk-digest-kernel.h"
#include "disk/shoal-disk-hash.h"
#include "support/support-disk-fault.h"

#define KIB 1024

/* Files that end on piece borders, within pieces, share one, are empty; a pad; an executable. */
static const DiskFixtureFile mixed[] = {
  { "t/first", 64 * KIB, 0 },
  { "t/empty", 0, 0 },
  { "t/a/b/second", 100000, SHOAL_CODEC_FILE_EXECUTABLE },
  { "t/.pad/31072", 31072, SHOAL_CODEC_FILE_PAD },
  { "t/small 1", 1, 0 },
  { "t/small 2", 2, 0 },
  { "t/a/third", 300001, 0 },
  { "t/a/e/empty too", 0, 0 },
};

static void
test_whole (void)
{
  DiskFixture     *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 32 * KIB, NULL, NULL);
  guint            i;
  struct stat      st;
  g_autofree char *letters = NULL;
  g_autofree char *path = g_build_filename (f->folder, "t/a/b/second", NULL);

  disk_fixture_open (f, NULL);
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/empty"));
  g_assert_true (disk_fixture_exists (f, "t/a/e/empty too"));
  g_assert_false (disk_fixture_exists (f, "t/first"));
  disk_fixture_write_all (f);
  for (i = 0; i < G_N_ELEMENTS (mixed); i++)
    if (mixed[i].flags != SHOAL_CODEC_FILE_PAD)
      g_assert_true (disk_fixture_file_is_right (f, NULL, i));
  g_assert_false (disk_fixture_exists (f, "t/.pad"));
  g_assert_cmpint (stat (path, &st), ==, 0);
  g_assert_cmpint (st.st_mode & S_IXUSR, !=, 0);
  letters = disk_fixture_check (f);
  g_assert_null (strpbrk (letters, "WMU."));
  for (i = 0; i < shoal_codec_layout_get_n_pieces (f->layout); i++)
    {
      guint32 size = shoal_codec_layout_get_piece_size (f->layout, i);

      g_assert_true (disk_fixture_read (f, i, 0, size));
      g_assert_true (disk_fixture_read (f, i, size - 1, 1));
      g_assert_true (disk_fixture_verify (f, i));
    }
  disk_fixture_free (f);
}

static guint8 **
take_corrupt_blocks (DiskFixture *f, guint piece, guint block)
{
  guint8 **blocks = disk_fixture_take_blocks (f, piece);

  blocks[block][5] ^= 0x10;
  return blocks;
}

static void
submit_piece (DiskFixture *f, guint piece, guint8 **blocks, gboolean wants_digests)
{
  ShoalDiskPieceWrite write = {
    .piece = piece,
    .blocks = blocks,
    .n_blocks = shoal_codec_layout_get_n_blocks (f->layout, piece),
    .expected = disk_fixture_get_expected (f, piece),
    .wants_digests = wants_digests,
  };

  disk_fixture_ask ();
  shoal_disk_storage_write_piece (f->storage, &write, disk_fixture_on_piece, f);
  disk_fixture_wait (f);
}

static void
assert_digests (DiskFixture *f, guint piece, guint wrong_block)
{
  guint i;

  g_assert_nonnull (disk_answer.digests);
  for (i = 0; i < shoal_codec_layout_get_n_blocks (f->layout, piece); i++)
    {
      ShoalSha1 digest;

      shoal_disk_hash_compute (f->content + shoal_codec_layout_get_piece_offset (f->layout, piece) +
                                   (gsize) i * SHOAL_BASE_BLOCK_SIZE,
                               shoal_codec_layout_get_block_size (f->layout, piece, i),
                               &digest);
      g_assert_cmpint (shoal_sha1_equal (&digest, &disk_answer.digests[i]), ==, i != wrong_block);
    }
}

/* Nothing wrong is written, and the digests tell which block it was. */
static void
test_wrong (void)
{
  DiskFixture *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);

  disk_fixture_open (f, NULL);
  submit_piece (f, 0, take_corrupt_blocks (f, 0, 2), FALSE);
  disk_assert_ok ();
  g_assert_false (disk_answer.is_right);
  assert_digests (f, 0, 2);
  g_assert_false (disk_fixture_exists (f, "t/first"));
  submit_piece (f, 0, disk_fixture_take_blocks (f, 0), FALSE);
  g_assert_true (disk_answer.is_right);
  g_assert_null (disk_answer.digests);
  submit_piece (f, 0, disk_fixture_take_blocks (f, 0), TRUE);
  assert_digests (f, 0, G_MAXUINT);
  disk_fixture_free (f);
}

static void
write_some (DiskFixture *f, guint piece, guint8 **blocks, const guint *indices, guint n)
{
  guint8             **some = g_new (guint8 *, n);
  ShoalDiskBlocksWrite write = {
    .piece = piece, .indices = indices, .blocks = some, .n_blocks = n
  };
  guint i;

  for (i = 0; i < n; i++)
    some[i] = blocks[indices[i]];
  disk_fixture_ask ();
  shoal_disk_storage_write_blocks (f->storage, &write, disk_fixture_on_piece, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
}

/* Under memory pressure blocks go to their place before the piece is whole. */
static void
test_early_blocks (void)
{
  static const guint odd[] = { 1, 3, 4, 63 }, even[] = { 0, 2, 5 };
  DiskFixture       *f =
      disk_fixture_new ((const DiskFixtureFile[]){ { "a", 1500000, 0 }, { "b", 3000000, 0 } },
                        2,
                        2048 * KIB,
                        NULL,
                        NULL);
  guint8 **blocks;
  guint    i, rest[128], n = 0;

  disk_fixture_open (f, NULL);
  blocks = take_corrupt_blocks (f, 0, 4);
  write_some (f, 0, blocks, odd, G_N_ELEMENTS (odd));
  g_assert_false (disk_fixture_verify (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_MISSING);
  write_some (f, 0, blocks, even, G_N_ELEMENTS (even));
  for (i = 6; i < 128; i++)
    if (i != 63)
      rest[n++] = i;
  write_some (f, 0, blocks, rest, n);
  g_free (blocks);
  g_assert_false (disk_fixture_verify (f, 0));
  disk_assert_ok ();
  assert_digests (f, 0, 4);
  blocks = disk_fixture_take_blocks (f, 0);
  write_some (f, 0, blocks, (const guint[]){ 4 }, 1);
  for (i = 0; i < 128; i++)
    if (i != 4)
      shoal_base_pool_give (f->pool, blocks[i]);
  g_free (blocks);
  g_assert_true (disk_fixture_verify (f, 0));
  disk_fixture_free (f);
}

/* More blocks than one call takes (IOV_MAX), in a piece of two files. */
static void
test_large_piece (void)
{
  DiskFixture *f =
      disk_fixture_new ((const DiskFixtureFile[]){ { "a", 17000000, 0 }, { "b", 19000000, 0 } },
                        2,
                        32768 * KIB,
                        NULL,
                        NULL);
  g_autofree char *letters = NULL;

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 1));
  letters = disk_fixture_check (f);
  g_assert_cmpstr (letters, ==, "RR");
  disk_fixture_free (f);
}

#define N_SMALL 10000

static void
test_many_files (void)
{
  SupportDiskFault           *fault = support_disk_fault_new (NULL, 1);
  g_autofree DiskFixtureFile *files = g_new0 (DiskFixtureFile, N_SMALL);
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  DiskFixture     *f;
  g_autofree char *letters = NULL;
  guint            i;

  for (i = 0; i < N_SMALL; i++)
    {
      g_ptr_array_add (paths, g_strdup_printf ("t/%u/%u", i % 50, i));
      files[i].path = g_ptr_array_index (paths, i);
      files[i].length = 7 + i % 11;
    }
  f = disk_fixture_new (files, N_SMALL, 256 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (f->layout), ==, 1);
  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), <=, 40 + 1); /* and the folder */
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, N_SMALL);
  for (i = 0; i < N_SMALL; i += 999)
    g_assert_true (disk_fixture_file_is_right (f, NULL, i));
  letters = disk_fixture_check (f);
  g_assert_cmpstr (letters, ==, "R");
  g_assert_true (disk_fixture_read (f, 0, 1234, 50000));
  disk_fixture_free (f);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  support_disk_fault_free (fault);
}

/* Short counts and EINTR everywhere. */
static void
test_short_counts (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 3);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 128 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  g_autofree char *letters = NULL;
  guint            i;

  support_disk_fault_set_short (fault, TRUE);
  disk_fixture_open (f, "11100010");
  disk_fixture_write_all (f);
  letters = disk_fixture_check (f);
  g_assert_null (strpbrk (letters, "WMU."));
  for (i = 0; i < shoal_codec_layout_get_n_pieces (f->layout); i++)
    {
      g_assert_true (disk_fixture_verify (f, i));
      g_assert_true (disk_fixture_read (f, i, 0, shoal_codec_layout_get_piece_size (f->layout, i)));
    }
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

static const struct
{
  SupportDiskCall call;
  int             error_number;
  ShoalDiskError  code;
  const char     *path; /* what is named of it; NULL: the folder */
} failures[] = {
  { SUPPORT_DISK_PWRITEV, ENOSPC, SHOAL_DISK_ERROR_FULL, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, EDQUOT, SHOAL_DISK_ERROR_FULL, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, EFBIG, SHOAL_DISK_ERROR_FULL, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, EIO, SHOAL_DISK_ERROR_IO, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, EROFS, SHOAL_DISK_ERROR_READ_ONLY, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, ENOTCONN, SHOAL_DISK_ERROR_VANISHED, "t/x/file" },
  { SUPPORT_DISK_PWRITEV, ENOLCK, SHOAL_DISK_ERROR_FAILED, "t/x/file" },
  { SUPPORT_DISK_MKDIR_AT, EROFS, SHOAL_DISK_ERROR_READ_ONLY, NULL },
  { SUPPORT_DISK_MKDIR_AT, EACCES, SHOAL_DISK_ERROR_PERMISSION, NULL },
  { SUPPORT_DISK_MKDIR_AT, ENOSPC, SHOAL_DISK_ERROR_FULL, "t/x/file" },
  { SUPPORT_DISK_OPEN_AT, EACCES, SHOAL_DISK_ERROR_PERMISSION, "t/x" },
  { SUPPORT_DISK_OPEN_AT, ENAMETOOLONG, SHOAL_DISK_ERROR_NAME, "t/x/file" },
};

/* What fails is told with errno and path, nothing is claimed, and later it works. */
static void
test_failures (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 4);
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (failures); i++)
    {
      DiskFixture     *f = disk_fixture_new ((const DiskFixtureFile[]){ { "t/x/file", 100000, 0 } },
                                         1,
                                         64 * KIB,
                                         support_disk_fault_get_syscalls (fault),
                                         NULL);
      g_autofree char *path = g_build_filename (f->folder, failures[i].path, NULL);

      disk_fixture_open (f, NULL);
      support_disk_fault_set_open_flags (fault, O_RDWR);
      support_disk_fault_fail (fault, failures[i].call, 1, G_MAXUINT, failures[i].error_number);
      g_assert_false (disk_fixture_write (f, 0));
      disk_assert_error ((int) failures[i].code);
      g_assert_cmpint (
          shoal_disk_error_get_errno (disk_answer.error), ==, failures[i].error_number);
      g_assert_cmpstr (shoal_disk_error_get_path (disk_answer.error), ==, path);
      support_disk_fault_heal (fault);
      g_assert_true (disk_fixture_write (f, 0));
      disk_fixture_free (f);
    }
  support_disk_fault_free (fault);
}

static void
test_full (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 5);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 32 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  g_autofree char *letters = NULL;

  disk_fixture_open (f, NULL);
  support_disk_fault_set_room (fault, 80 * KIB);
  g_assert_true (disk_fixture_write (f, 0));
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_false (disk_fixture_write (f, 2));
  disk_assert_error (SHOAL_DISK_ERROR_FULL);
  g_assert_true (disk_fixture_read (f, 1, 100, 2000));
  support_disk_fault_set_room (fault, G_MAXUINT64);
  g_assert_true (disk_fixture_write (f, 2));
  letters = disk_fixture_check (f);
  g_assert_true (g_str_has_prefix (letters, "RRRM"));
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* The same with a real file system that is full, where one may be mounted. */
static void
test_full_mount (void)
{
  char        *folder = disk_fixture_make_folder (NULL);
  DiskFixture *f;

  if (mount ("tmpfs", folder, "tmpfs", 0, "size=128k") != 0)
    {
      g_test_skip ("mounting a tmpfs is not allowed here");
      disk_fixture_remove_folder (folder);
      return;
    }
  f = disk_fixture_new (
      (const DiskFixtureFile[]){ { "file", 400000, 0 } }, 1, 64 * KIB, NULL, folder);
  disk_fixture_open (f, NULL);
  g_assert_true (disk_fixture_write (f, 0));
  g_assert_false (disk_fixture_write (f, 1) && disk_fixture_write (f, 2));
  disk_assert_error (SHOAL_DISK_ERROR_FULL);
  g_assert_cmpint (shoal_disk_error_get_errno (disk_answer.error), ==, ENOSPC);
  g_assert_true (disk_fixture_read (f, 0, 0, 64 * KIB));
  disk_fixture_close (f);
  umount2 (folder, MNT_DETACH);
  disk_fixture_free (f);
}

/* The folder is not there, or another one is in its place: never an empty torrent. */
static void
test_vanished (void)
{
  DiskFixture            *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  g_autofree char        *away = g_strconcat (f->folder, ".away", NULL);
  g_autofree char        *letters = NULL;
  ShoalDiskStorageOptions options = { 0 };
  ShoalDiskFolderId       id;

  disk_fixture_open (f, NULL);
  id = disk_answer.folder_id;
  disk_fixture_write_all (f);
  g_assert_cmpint (rename (f->folder, away), ==, 0);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  g_assert_false (disk_fixture_read (f, 0, 0, 100));
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  g_assert_cmpuint (disk_answer.n_failed, >, 3);

  g_assert_cmpint (mkdir (f->folder, 0777), ==, 0);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  letters = disk_fixture_check (f);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  g_assert_null (strpbrk (letters, "RWM"));
  options.folder_id = id;
  disk_fixture_open_with (f, &options);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  g_assert_false (disk_fixture_exists (f, "t"));

  rmdir (f->folder);
  g_assert_cmpint (rename (away, f->folder), ==, 0);
  g_assert_true (disk_fixture_read (f, 0, 0, 100));
  /* Mounted anew the device is another one, and the file system still the same. */
  options.folder_id.device += 1000;
  disk_fixture_open_with (f, &options);
  if (id.fs_id != 0)
    disk_assert_ok ();
  g_assert_cmpuint (disk_answer.folder_id.device, ==, id.device);
  options.folder_id.fs_id += 1;
  disk_fixture_open_with (f, &options);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);

  /* Any folder of the same file system will do if nobody says which. */
  options.folder_id = id;
  options.folder_id.inode++;
  disk_fixture_open_with (f, &options);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  options.folder_id.inode = 0;
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.folder_id.inode, ==, id.inode);
  disk_fixture_free (f);
}

static void
test_creates_folder (void)
{
  DiskFixture            *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  g_autofree char        *deep = g_build_filename (f->folder, "new", "deep", NULL);
  ShoalDiskStorageOptions options = { .folder = deep };

  disk_fixture_open_with (f, &options);
  disk_assert_error (SHOAL_DISK_ERROR_VANISHED);
  options.creates_folder = TRUE;
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "new/deep/t/empty"));
  disk_fixture_free (f);
}

/* A file deleted under us takes no writes that nobody would find, and is told at the next sync. */
static void
test_deleted (void)
{
  DiskFixture     *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  g_autofree char *path = g_build_filename (f->folder, "t/a/third", NULL);
  guint            last = shoal_codec_layout_get_n_pieces (f->layout) - 1;

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  unlink (path);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_MISSING);
  g_assert_cmpuint (disk_answer.n_failed, ==, 1);
  g_assert_cmpuint (disk_answer.failed[0], ==, 6);
  g_assert_false (disk_fixture_write (f, last));
  disk_assert_error (SHOAL_DISK_ERROR_MISSING);
  g_assert_false (disk_fixture_exists (f, "t/a/third"));

  disk_fixture_ask ();
  shoal_disk_storage_stat (f->storage, disk_fixture_on_stat, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
  g_assert_false (disk_answer.files[6].exists);
  g_assert_true (disk_answer.files[0].exists);
  g_assert_cmpuint (disk_answer.files[0].size, ==, 64 * KIB);
  g_assert_true (disk_fixture_write (f, last));
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.files[0].file, ==, 0); /* the first time nothing was recorded */
  disk_fixture_free (f);
}

/* A file that was replaced while we had it open. */
static void
test_replaced (void)
{
  DiskFixture     *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);
  g_autofree char *other = g_build_filename (f->folder, "other", NULL);
  g_autoptr (ShoalBaseBitset) changed = shoal_base_bitset_new (G_N_ELEMENTS (mixed));

  disk_fixture_open (f, NULL);
  g_assert_true (disk_fixture_write (f, 0));
  g_assert_true (g_file_set_contents (other, "x", 1, NULL));
  g_assert_cmpint (rename (other, path), ==, 0);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_true (shoal_disk_storage_take_changed (f->storage, changed));
  g_assert_cmpuint (shoal_base_bitset_next_set (changed, 0), ==, 0);
  g_assert_true (disk_fixture_write (f, 0));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  disk_fixture_free (f);
}

/* Nothing is written or read through a symlink, a fifo does not hold a worker. */
static void
test_planted (void)
{
  DiskFixture     *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  char            *outside = disk_fixture_make_folder (NULL);
  g_autofree char *top = g_build_filename (f->folder, "t", NULL);
  g_autofree char *first = g_build_filename (f->folder, "t/first", NULL);
  g_autofree char *inside = g_build_filename (outside, "first", NULL);
  g_autofree char *letters = NULL;

  g_assert_cmpint (symlink (outside, top), ==, 0);
  disk_fixture_open (f, NULL);
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  g_assert_cmpstr (shoal_disk_error_get_path (disk_answer.error), ==, top);
  g_assert_true (g_file_set_contents (inside, (const char *) f->content, 64 * KIB, NULL));
  g_assert_false (disk_fixture_read (f, 0, 0, 100));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  letters = disk_fixture_check (f);
  g_assert_null (strpbrk (letters, "R"));
  unlink (inside);
  g_assert_cmpint (rmdir (outside), ==, 0); /* it is empty still */

  unlink (top);
  g_assert_cmpint (mkdir (top, 0777), ==, 0);
  g_assert_cmpint (symlink (inside, first), ==, 0);
  disk_fixture_open (f, NULL);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  g_assert_cmpstr (shoal_disk_error_get_path (disk_answer.error), ==, first);
  unlink (first);
  g_assert_cmpint (mkfifo (first, 0666), ==, 0);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  g_assert_false (disk_fixture_read (f, 0, 0, 100));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  unlink (first);
  g_assert_cmpint (mkdir (first, 0777), ==, 0);
  g_assert_false (disk_fixture_write (f, 0));
  disk_assert_error (SHOAL_DISK_ERROR_UNSAFE);
  disk_fixture_free (f);
  g_free (outside);
}

/* The folder itself may be reached by a symlink: the person chose it. */
static void
test_linked_folder (void)
{
  DiskFixture            *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  g_autofree char        *link = g_strconcat (f->folder, ".link", NULL);
  ShoalDiskStorageOptions options = { .folder = link };

  g_assert_cmpint (symlink (f->folder, link), ==, 0);
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  disk_fixture_write_all (f);
  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  unlink (link);
  disk_fixture_free (f);
}

/* What some file systems do not know has a fallback. */
static void
test_fallbacks (void)
{
  static const int        unsupported[] = { EINVAL, ENOSYS, EOPNOTSUPP, EPERM };
  SupportDiskFault       *fault = support_disk_fault_new (NULL, 6);
  ShoalDiskStorageOptions options = { .preallocates = TRUE };
  guint                   i;

  for (i = 0; i < G_N_ELEMENTS (unsupported); i++)
    {
      DiskFixture *f = disk_fixture_new (
          mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);
      g_autofree char *letters = NULL;

      support_disk_fault_fail (fault, SUPPORT_DISK_FALLOCATE, 1, G_MAXUINT, unsupported[i]);
      support_disk_fault_fail (fault, SUPPORT_DISK_SEEK, 1, G_MAXUINT, unsupported[i]);
      support_disk_fault_fail (fault, SUPPORT_DISK_FSTATFS, 1, G_MAXUINT, unsupported[i]);
      support_disk_fault_set_open_flags (fault, O_NOATIME);
      support_disk_fault_fail (fault, SUPPORT_DISK_OPEN_AT, 1, G_MAXUINT, EPERM);
      disk_fixture_open_with (f, &options);
      disk_assert_ok ();
      disk_fixture_write_all (f);
      letters = disk_fixture_check (f);
      g_assert_null (strpbrk (letters, "WMU."));
      support_disk_fault_heal (fault);
      disk_fixture_free (f);
      options.folder = NULL;
    }
  support_disk_fault_free (fault);
}

static void
test_preallocate (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 7);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  ShoalBaseBitset        *wanted = shoal_base_bitset_new (G_N_ELEMENTS (mixed));
  ShoalDiskStorageOptions options = { .preallocates = TRUE, .wanted = wanted };
  g_autofree char        *letters = NULL;

  shoal_base_bitset_set_all (wanted, TRUE);
  shoal_base_bitset_set (wanted, 6, FALSE);
  support_disk_fault_fail (fault, SUPPORT_DISK_FALLOCATE, 1, G_MAXUINT, ENOSPC);
  disk_fixture_open_with (f, &options);
  disk_assert_error (SHOAL_DISK_ERROR_FULL);
  support_disk_fault_heal (fault);
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.files[2].size, ==, 100000);
  g_assert_false (disk_answer.files[6].exists);
  letters = disk_fixture_check (f);
  g_assert_true (g_str_has_prefix (letters, "WW"));
  disk_fixture_write_all (f);
  g_assert_true (disk_fixture_file_is_right (f, NULL, 2));
  shoal_base_bitset_free (wanted);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* No descriptor left: those that nobody uses make room. */
static void
test_descriptors (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 8);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);

  disk_fixture_open (f, NULL);
  g_assert_true (disk_fixture_write (f, 0));
  support_disk_fault_set_open_flags (fault, O_RDWR);
  support_disk_fault_fail (fault, SUPPORT_DISK_OPEN_AT, 1, 1, EMFILE);
  g_assert_true (disk_fixture_write (f, 1));
  support_disk_fault_fail (fault, SUPPORT_DISK_OPEN_AT, 1, G_MAXUINT, EMFILE);
  g_assert_false (disk_fixture_write (f, 3));
  disk_assert_error (SHOAL_DISK_ERROR_FAILED);
  disk_fixture_free (f);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  support_disk_fault_free (fault);
}

static void
test_sync (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  guint n;

  disk_fixture_open (f, NULL);
  disk_fixture_sync (f); /* the empty files */
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, 2);
  n = support_disk_fault_get_n_calls (fault, SUPPORT_DISK_FSYNC);
  disk_fixture_sync (f);
  g_assert_cmpuint (disk_answer.n_files, ==, 0);
  g_assert_cmpuint (support_disk_fault_get_n_calls (fault, SUPPORT_DISK_FSYNC), ==, n);

  g_assert_true (disk_fixture_write (f, 0));
  g_assert_true (disk_fixture_write (f, 1));
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, 2);
  g_assert_cmpuint (disk_answer.files[0].file, ==, 0);
  g_assert_cmpuint (disk_answer.files[0].size, ==, 64 * KIB);
  g_assert_cmpuint (disk_answer.files[1].file, ==, 2);
  g_assert_cmpuint (disk_answer.files[1].size, ==, 64 * KIB);
  g_assert_cmpint (disk_answer.files[1].mtime_nsec, >, G_GINT64_CONSTANT (1600000000000000000));

  /* Told by the first way over the files only, and by that of a folder. */
  g_assert_true (disk_fixture_write (f, 0));
  support_disk_fault_fail (fault, SUPPORT_DISK_FDATASYNC, 1, 1, EIO);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  g_assert_cmpuint (disk_answer.n_failed, ==, 1);
  g_assert_cmpuint (disk_answer.failed[0], ==, 0);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_true (disk_fixture_write (f, 3)); /* creates "t/a/third" */
  support_disk_fault_fail (fault, SUPPORT_DISK_FSYNC, 4, G_MAXUINT, EIO);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  g_assert_cmpuint (disk_answer.n_failed, >=, 1);
  support_disk_fault_heal (fault);
  disk_fixture_sync (f);
  disk_assert_ok ();
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* Bytes of an earlier run may be in memory only; a file system that cannot sync has none such. */
static void
test_sync_also (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);

  disk_fixture_open (f, NULL);
  g_assert_true (disk_fixture_write (f, 0));
  disk_fixture_sync (f);
  disk_fixture_open (f, NULL);
  disk_fixture_sync (f);
  g_assert_cmpuint (disk_answer.n_files, ==, 0);
  shoal_disk_storage_sync_also (f->storage, 0);
  shoal_disk_storage_sync_also (f->storage, 6);                    /* not there yet */
  shoal_disk_storage_sync_also (f->storage, G_N_ELEMENTS (mixed)); /* nor is a parts file */
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, 1);
  g_assert_cmpuint (disk_answer.files[0].file, ==, 0);
  g_assert_cmpuint (disk_answer.files[0].size, ==, 64 * KIB);

  shoal_disk_storage_sync_also (f->storage, 0);
  support_disk_fault_fail (fault, SUPPORT_DISK_FDATASYNC, 1, 1, EROFS);
  support_disk_fault_fail (fault, SUPPORT_DISK_FSYNC, 1, 1, EINVAL);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, 1);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* So many that they are synced with their whole file system, of which this is the state. */
#define N_MANY 96

static struct
{
  const ShoalDiskSyscalls *below;
  pthread_mutex_t          lock;
  pthread_cond_t           changed;
  gboolean                 holds;
  gboolean                 is_held;
  gboolean                 is_read_only;
  gulong                   min_usec; /* that it takes */
} whole = { .lock = PTHREAD_MUTEX_INITIALIZER, .changed = PTHREAD_COND_INITIALIZER };

static int
say_tmpfs (gpointer data, int fd, struct statfs *out)
{
  int result = whole.below->fstatfs (data, fd, out);

  out->f_type = TMPFS_MAGIC;
  if (whole.is_read_only)
    out->f_flags |= ST_RDONLY;
  return result;
}

/* Is done, but does not return while it is held. */
static int
hold_sync_fs (gpointer data, int fd)
{
  int result = whole.below->sync_fs (data, fd);

  g_usleep (whole.min_usec);
  pthread_mutex_lock (&whole.lock);
  whole.is_held = TRUE;
  pthread_cond_signal (&whole.changed);
  while (whole.holds)
    pthread_cond_wait (&whole.changed, &whole.lock);
  whole.is_held = FALSE;
  pthread_mutex_unlock (&whole.lock);
  return result;
}

static void
whole_synced_cb (const ShoalDiskSyncResult *result, gpointer user_data)
{
  guint *n_files = user_data;

  g_assert_no_error (result->error);
  *n_files = result->n_files;
}

static DiskFixture *
open_many (SupportDiskFault *fault, ShoalDiskSyscalls *table)
{
  DiskFixtureFile many[N_MANY];
  DiskFixture    *f;
  guint           i;

  whole.below = support_disk_fault_get_syscalls (fault);
  *table = *whole.below;
  table->fstatfs = say_tmpfs;
  table->sync_fs = hold_sync_fs;
  for (i = 0; i < N_MANY; i++)
    many[i] = (DiskFixtureFile){ g_strdup_printf ("t/%u", i), 2 * KIB, 0 };
  f = disk_fixture_new (many, N_MANY, 16 * KIB, table, NULL);
  for (i = 0; i < N_MANY; i++)
    g_free ((char *) many[i].path);
  disk_fixture_open (f, NULL);
  return f;
}

static guint
count (SupportDiskFault *fault, SupportDiskCall call)
{
  return support_disk_fault_get_n_calls (fault, call);
}

/* What is written after the file system was synced, and before the sync is answered, is synced by
 * itself, and nothing else is. */
static void
test_sync_many (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  ShoalDiskSyscalls table;
  DiskFixture      *f = open_many (fault, &table);
  guint             n_files = 0, n_syncs;

  disk_fixture_write_all (f);
  n_syncs = count (fault, SUPPORT_DISK_FSYNC);
  whole.holds = TRUE;
  shoal_disk_storage_sync (f->storage, FALSE, whole_synced_cb, &n_files);
  pthread_mutex_lock (&whole.lock);
  while (!whole.is_held)
    pthread_cond_wait (&whole.changed, &whole.lock);
  pthread_mutex_unlock (&whole.lock);
  g_assert_true (disk_fixture_write (f, 3)); /* eight files */
  pthread_mutex_lock (&whole.lock);
  whole.holds = FALSE;
  pthread_cond_signal (&whole.changed);
  pthread_mutex_unlock (&whole.lock);
  while (n_files == 0)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (n_files, ==, N_MANY);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_SYNC_FS), ==, 1);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_FDATASYNC), ==, 0);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_FSYNC), >=, n_syncs + 8);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_FSYNC), <=, n_syncs + 8 + 2); /* and folders */
  disk_fixture_sync (f);
  g_assert_cmpuint (disk_answer.n_files, ==, 0);
  disk_fixture_free (f);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  support_disk_fault_free (fault);
}

/* Where it takes long, as when somebody else writes much there, it is not done again. */
static void
test_sync_many_slow (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  ShoalDiskSyscalls table;
  DiskFixture      *f = open_many (fault, &table);

  disk_fixture_write_all (f);
  whole.min_usec = G_USEC_PER_SEC;
  disk_fixture_sync (f);
  whole.min_usec = 0;
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, N_MANY);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_SYNC_FS), ==, 1);
  disk_fixture_write_all (f);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, N_MANY);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_SYNC_FS), ==, 1);
  disk_fixture_free (f);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  support_disk_fault_free (fault);
}

/* Which of them could not be written is told by syncing each; and each is synced by itself until
 * all are well. */
static void
test_sync_many_fails (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  ShoalDiskSyscalls table;
  DiskFixture      *f = open_many (fault, &table);

  disk_fixture_write_all (f);
  support_disk_fault_fail (fault, SUPPORT_DISK_SYNC_FS, 1, 1, EIO);
  support_disk_fault_fail (fault, SUPPORT_DISK_FDATASYNC, 3, 1, EIO);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  g_assert_cmpuint (disk_answer.n_failed, ==, 1);
  g_assert_cmpuint (disk_answer.failed[0], ==, 2);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, N_MANY);
  g_assert_cmpuint (count (fault, SUPPORT_DISK_SYNC_FS), ==, 1);
  disk_fixture_write_all (f);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (count (fault, SUPPORT_DISK_SYNC_FS), ==, 2);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* After an error the kernel makes it read-only: syncing all of it "succeeds" then. */
static void
test_sync_many_read_only (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 9);
  ShoalDiskSyscalls table;
  DiskFixture      *f = open_many (fault, &table);

  disk_fixture_write_all (f);
  disk_fixture_sync (f);
  disk_assert_ok ();
  disk_fixture_write_all (f);
  whole.is_read_only = TRUE;
  support_disk_fault_fail (fault, SUPPORT_DISK_FDATASYNC, 1, G_MAXUINT, EROFS);
  support_disk_fault_fail (fault, SUPPORT_DISK_FSYNC, 1, G_MAXUINT, EROFS);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_READ_ONLY);
  g_assert_cmpuint (disk_answer.n_failed, ==, N_MANY);
  whole.is_read_only = FALSE;
  support_disk_fault_heal (fault);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, N_MANY);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* After a failed sync a piece is read from the device. */
static void
test_from_device (void)
{
  DiskFixture         *f = disk_fixture_new (mixed, G_N_ELEMENTS (mixed), 64 * KIB, NULL, NULL);
  ShoalDiskPieceVerify verify = { .piece = 1, .from_device = TRUE, .wants_digests = TRUE };

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  verify.expected = disk_fixture_get_expected (f, 1);
  disk_fixture_ask ();
  shoal_disk_storage_verify_piece (f->storage, &verify, disk_fixture_on_piece, f);
  disk_fixture_wait (f);
  g_assert_true (disk_answer.is_right);
  assert_digests (f, 1, G_MAXUINT);
  disk_fixture_free (f);
}

static guint n_answers;
static guint n_drained;

static void
count_piece (const ShoalDiskPieceResult *result, gpointer fixture)
{
  disk_fixture_on_piece (result, fixture);
  n_answers++;
}

static void
count_drained (gpointer owner)
{
  n_drained++;
}

/* Writers are asked to wait, and told when they may go on; nothing is refused. */
static void
test_back_pressure (void)
{
  SupportDiskFault    *fault = support_disk_fault_new (NULL, 10);
  DiskFixture         *f = disk_fixture_new ((const DiskFixtureFile[]){ { "file", 1024 * KIB, 0 } },
                                     1,
                                     64 * KIB,
                                     support_disk_fault_get_syscalls (fault),
                                     NULL);
  ShoalDiskQueueWaiter waiter;
  guint                i;

  disk_fixture_open (f, NULL);
  n_answers = n_drained = 0;
  shoal_disk_queue_waiter_init (&waiter, count_drained, NULL);
  shoal_disk_queue_set_write_budget (f->queue, 256 * KIB);
  support_disk_fault_stall (fault, disk_answer.folder_id.device);
  for (i = 0; i < 16; i++)
    {
      ShoalDiskPieceWrite write = { .piece = i,
                                    .blocks = disk_fixture_take_blocks (f, i),
                                    .n_blocks = 4,
                                    .expected = disk_fixture_get_expected (f, i) };

      g_assert_cmpint (shoal_disk_storage_write_piece (f->storage, &write, count_piece, f),
                       ==,
                       i < 3 ? SHOAL_DISK_ACCEPTED : SHOAL_DISK_FULL);
    }
  shoal_disk_queue_wait (f->queue, &waiter);
  shoal_disk_queue_wait (f->queue, &waiter);
  while (support_disk_fault_get_n_stalled (fault) < 1) /* a second write waits for its turn */
    g_main_context_iteration (f->context, FALSE);
  g_assert_cmpuint (n_answers, ==, 0);
  support_disk_fault_stall (fault, 0);
  while (n_drained == 0)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (shoal_disk_queue_get_write_bytes (f->queue), <=, 128 * KIB);
  g_assert_cmpint (shoal_disk_queue_get_admission (f->queue), ==, SHOAL_DISK_ACCEPTED);
  while (n_answers < 16)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (n_drained, ==, 1);
  g_assert_cmpuint (shoal_disk_queue_get_write_bytes (f->queue), ==, 0);
  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* Closing cancels what waits; every block comes back. */
static void
test_close (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 11);
  DiskFixture      *f = disk_fixture_new ((const DiskFixtureFile[]){ { "file", 1024 * KIB, 0 } },
                                     1,
                                     64 * KIB,
                                     support_disk_fault_get_syscalls (fault),
                                     NULL);
  guint             i;

  disk_fixture_open (f, NULL);
  n_answers = 0;
  support_disk_fault_stall (fault, disk_answer.folder_id.device);
  for (i = 0; i < 16; i++)
    {
      ShoalDiskPieceWrite write = { .piece = i,
                                    .blocks = disk_fixture_take_blocks (f, i),
                                    .n_blocks = 4,
                                    .expected = disk_fixture_get_expected (f, i) };

      shoal_disk_storage_write_piece (f->storage, &write, count_piece, f);
    }
  disk_fixture_ask ();
  shoal_disk_storage_sync (f->storage, FALSE, disk_fixture_on_sync, f);
  while (support_disk_fault_get_n_stalled (fault) < 1) /* a second write waits for its turn */
    g_main_context_iteration (f->context, FALSE);
  shoal_disk_storage_close (g_steal_pointer (&f->storage), NULL, NULL);
  while (n_answers < 14)
    g_main_context_iteration (f->context, TRUE);
  support_disk_fault_stall (fault, 0);
  while (shoal_disk_queue_get_n_jobs (f->queue) > 0)
    g_main_context_iteration (f->context, TRUE);
  g_assert_cmpuint (n_answers, ==, 16);
  g_assert_cmpint (support_disk_fault_get_n_open (fault), ==, 0);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* A device that hangs does not hold up another one. */
static void
test_stalled_device (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 12);
  DiskFixture      *f = disk_fixture_new (
      mixed, G_N_ELEMENTS (mixed), 64 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  char                   *other = disk_fixture_make_folder ("/dev/shm");
  ShoalDiskStorageOptions options = { .folder = other };
  ShoalDiskStorage       *slow;
  guint64                 device;
  guint                   i;

  disk_fixture_open_with (f, &options);
  slow = g_steal_pointer (&f->storage);
  device = disk_answer.folder_id.device;
  disk_fixture_open (f, NULL);
  if (disk_answer.folder_id.device == device)
    g_test_skip ("/dev/shm is not another device here");
  else
    {
      n_answers = 0;
      support_disk_fault_stall (fault, device);
      for (i = 0; i < 6; i++)
        {
          ShoalDiskPieceWrite write = { .piece = i,
                                        .blocks = disk_fixture_take_blocks (f, i),
                                        .n_blocks = shoal_codec_layout_get_n_blocks (f->layout, i),
                                        .expected = disk_fixture_get_expected (f, i) };

          shoal_disk_storage_write_piece (slow, &write, count_piece, f);
        }
      disk_fixture_write_all (f);
      g_assert_cmpuint (n_answers, ==, 0);
      support_disk_fault_stall (fault, 0);
      while (n_answers < 6)
        g_main_context_iteration (f->context, TRUE);
    }
  shoal_disk_storage_close (slow, NULL, NULL);
  disk_fixture_free (f);
  disk_fixture_remove_folder (other);
  support_disk_fault_free (fault);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "without-lanes"))
    shoal_disk_digest_disable ();
  g_test_add_func ("/disk/storage/whole", test_whole);
  g_test_add_func ("/disk/storage/wrong", test_wrong);
  g_test_add_func ("/disk/storage/early-blocks", test_early_blocks);
  g_test_add_func ("/disk/storage/large-piece", test_large_piece);
  g_test_add_func ("/disk/storage/many-files", test_many_files);
  g_test_add_func ("/disk/storage/short-counts", test_short_counts);
  g_test_add_func ("/disk/storage/failures", test_failures);
  g_test_add_func ("/disk/storage/full", test_full);
  g_test_add_func ("/disk/storage/full-mount", test_full_mount);
  g_test_add_func ("/disk/storage/vanished", test_vanished);
  g_test_add_func ("/disk/storage/creates-folder", test_creates_folder);
  g_test_add_func ("/disk/storage/deleted", test_deleted);
  g_test_add_func ("/disk/storage/replaced", test_replaced);
  g_test_add_func ("/disk/storage/planted", test_planted);
  g_test_add_func ("/disk/storage/linked-folder", test_linked_folder);
  g_test_add_func ("/disk/storage/fallbacks", test_fallbacks);
  g_test_add_func ("/disk/storage/preallocate", test_preallocate);
  g_test_add_func ("/disk/storage/descriptors", test_descriptors);
  g_test_add_func ("/disk/storage/sync", test_sync);
  g_test_add_func ("/disk/storage/sync-many", test_sync_many);
  g_test_add_func ("/disk/storage/sync-many-slow", test_sync_many_slow);
  g_test_add_func ("/disk/storage/sync-many-fails", test_sync_many_fails);
  g_test_add_func ("/disk/storage/sync-many-read-only", test_sync_many_read_only);
  g_test_add_func ("/disk/storage/sync-also", test_sync_also);
  g_test_add_func ("/disk/storage/from-device", test_from_device);
  g_test_add_func ("/disk/storage/back-pressure", test_back_pressure);
  g_test_add_func ("/disk/storage/close", test_close);
  g_test_add_func ("/disk/storage/stalled-device", test_stalled_device);
  return g_test_run ();
}
