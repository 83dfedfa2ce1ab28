/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "support/support-disk-fault.h"

/* What others do to our files is noticed, and what we do is not. */

#define KIB 1024

static const DiskFixtureFile two[] = {
  { "t/first", 300 * KIB, 0 },
  { "t/empty", 0, 0 },
  { "t/second", 100 * KIB + 1, 0 },
};

static const DiskFixtureFile many[] = {
  { "t/first", 64 * KIB, 0 },    { "t/empty", 0, 0 },
  { "t/a/b/second", 100000, 0 }, { "t/.pad/31072", 31072, SHOAL_CODEC_FILE_PAD },
  { "t/small 1", 1, 0 },         { "t/small 2", 2, 0 },
  { "t/a/third", 700001, 0 },    { "t/a/fourth", 5000, 0 },
};

/* A digit for each file that has changed since the last call. */
static char *
take (DiskFixture *f)
{
  guint n = shoal_codec_layout_get_n_files (f->layout);
  g_autoptr (ShoalBaseBitset) bits = shoal_base_bitset_new (n);
  GString *text = g_string_new (NULL);
  gboolean is_any = shoal_disk_storage_take_changed (f->storage, bits);
  guint    i;

  g_assert_cmpint (is_any, ==, !shoal_base_bitset_is_empty (bits));
  for (i = 0; i < n; i++)
    if (shoal_base_bitset_get (bits, i))
      g_string_append_printf (text, "%u", i);
  return g_string_free (text, FALSE);
}

#define assert_changed(f, expected)                                                                \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *taken = take (f);                                                             \
                                                                                                   \
    g_assert_cmpstr (taken, ==, expected);                                                         \
  }                                                                                                \
  G_STMT_END

static int
open_foreign (DiskFixture *f, const char *path)
{
  g_autofree char *full = g_build_filename (f->folder, path, NULL);
  int              fd = open (full, O_RDWR);

  g_assert_cmpint (fd, >=, 0);
  return fd;
}

static void
overwrite (DiskFixture *f, const char *path, guint64 offset)
{
  int fd = open_foreign (f, path);

  g_assert_cmpint (pwrite (fd, "foreign", 7, (off_t) offset), ==, 7);
  close (fd);
}

static void
cut (DiskFixture *f, const char *path, guint64 size)
{
  int fd = open_foreign (f, path);

  g_assert_cmpint (ftruncate (fd, (off_t) size), ==, 0);
  close (fd);
}

static void
look (DiskFixture *f)
{
  disk_fixture_ask ();
  shoal_disk_storage_stat (f->storage, disk_fixture_on_stat, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
}

static void
sync_all (DiskFixture *f)
{
  disk_fixture_ask ();
  shoal_disk_storage_sync (f->storage, TRUE, disk_fixture_on_sync, f);
  disk_fixture_wait (f);
}

/* A write before, then what somebody else does, then one of what notices it. */
typedef enum
{
  BY_WRITE,
  BY_READ,
  BY_SYNC,
  BY_SYNC_OF_ALL, /* with nothing written since the last */
  BY_LOOK,
  BY_VERIFY,
  N_WAYS,
} Way;

static void
notice (DiskFixture *f, Way way)
{
  switch (way)
    {
    case BY_WRITE:
      g_assert_true (disk_fixture_write (f, 3));
      break;
    case BY_READ:
      disk_fixture_read (f, 0, 0, 10);
      break;
    case BY_SYNC:
      disk_fixture_sync (f);
      disk_assert_ok ();
      break;
    case BY_SYNC_OF_ALL:
      sync_all (f);
      disk_assert_ok ();
      break;
    case BY_LOOK:
      look (f);
      break;
    case BY_VERIFY:
      disk_fixture_verify (f, 0);
      break;
    case N_WAYS:
      g_assert_not_reached ();
    }
}

static void
test_noticed (void)
{
  Way way;

  for (way = BY_WRITE; way < N_WAYS; way++)
    {
      DiskFixture *f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, NULL, NULL);

      disk_fixture_open (f, NULL);
      disk_fixture_write_all (f);
      if (way == BY_SYNC_OF_ALL)
        disk_fixture_sync (f);
      assert_changed (f, "");
      overwrite (f, "t/first", 5);
      notice (f, way);
      assert_changed (f, "0");
      notice (f, way);
      assert_changed (f, ""); /* once */
      g_assert_true (disk_fixture_write (f, 0));
      if (way == BY_SYNC_OF_ALL)
        disk_fixture_sync (f);
      cut (f, "t/first", 250 * KIB);
      notice (f, way);
      assert_changed (f, "0");
      disk_fixture_free (f);
    }
}

/* Beside writes and reads of other files; told at the next start only if it happens then. */
static void
test_others (void)
{
  DiskFixture *f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, NULL, NULL);

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  disk_fixture_sync (f);
  overwrite (f, "t/first", 0);
  overwrite (f, "t/second", 0);
  disk_fixture_write (f, 6);
  assert_changed (f, "2");
  disk_fixture_sync (f); /* of what was written */
  assert_changed (f, "");
  sync_all (f);
  assert_changed (f, "0");
  overwrite (f, "t/first", 0);
  disk_fixture_open (f, NULL);
  sync_all (f);
  assert_changed (f, "");
  overwrite (f, "t/first", 9);
  overwrite (f, "t/empty", 0);
  sync_all (f);
  assert_changed (f, "01");
  disk_fixture_free (f);
}

static void
test_gone (void)
{
  DiskFixture     *f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, NULL, NULL);
  g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  disk_fixture_sync (f);
  unlink (path);
  disk_fixture_sync (f);
  disk_assert_ok ();
  sync_all (f);
  disk_assert_error (SHOAL_DISK_ERROR_MISSING);
  g_assert_cmpuint (disk_answer.n_failed, ==, 1);
  g_assert_cmpuint (disk_answer.failed[0], ==, 0);
  disk_fixture_free (f);
}

/* As an editor saves: the old file goes, another takes its place. */
static void
test_replaced (void)
{
  guint round;

  for (round = 0; round < 3; round++)
    {
      DiskFixture     *f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, NULL, NULL);
      g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);
      g_autofree char *other = g_build_filename (f->folder, "other", NULL);
      g_autofree char *old = g_build_filename (f->folder, "old", NULL);

      disk_fixture_open (f, NULL);
      disk_fixture_write_all (f);
      g_assert_true (g_file_set_contents (other, (const char *) f->content, 300 * KIB, NULL));
      if (round == 1)
        g_assert_cmpint (link (path, old), ==, 0);
      g_assert_cmpint (rename (other, path), ==, 0);
      if (round == 2)
        g_assert_true (disk_fixture_write (f, 0));
      disk_fixture_sync (f);
      disk_assert_ok ();
      assert_changed (f, "0");
      g_assert_true (disk_fixture_write (f, 1));
      disk_fixture_sync (f);
      disk_assert_ok ();
      g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
      disk_fixture_free (f);
    }
}

static guint n_pending;

static void
on_piece (const ShoalDiskPieceResult *result, gpointer fixture)
{
  guint i;

  g_assert_no_error (result->error);
  for (i = 0; i < result->n_blocks; i++)
    shoal_base_pool_give (((DiskFixture *) fixture)->pool, result->blocks[i]);
  g_free (result->blocks);
  n_pending--;
}

static void
on_synced (const ShoalDiskSyncResult *result, gpointer fixture)
{
  g_assert_no_error (result->error);
  n_pending--;
}

static void
submit_write (DiskFixture *f, guint piece)
{
  guint                n = shoal_codec_layout_get_n_blocks (f->layout, piece), i;
  g_autofree guint    *indices = g_new (guint, n);
  guint8             **blocks = disk_fixture_take_blocks (f, piece);
  ShoalDiskPieceWrite  whole = { .piece = piece,
                                 .blocks = blocks,
                                 .n_blocks = n,
                                 .expected = disk_fixture_get_expected (f, piece) };
  ShoalDiskBlocksWrite some = { piece, indices, blocks, n };

  for (i = 0; i < n; i++)
    indices[i] = i;
  n_pending++;
  if (piece % 3 == 0)
    shoal_disk_storage_write_blocks (f->storage, &some, on_piece, f);
  else
    shoal_disk_storage_write_piece (f->storage, &whole, on_piece, f);
}

static void
submit_verify (DiskFixture *f, guint piece)
{
  ShoalDiskPieceVerify verify = { .piece = piece,
                                  .expected = disk_fixture_get_expected (f, piece) };

  n_pending++;
  shoal_disk_storage_verify_piece (f->storage, &verify, on_piece, f);
}

/* All kinds of work at once, as fast as it goes. */
static void
test_own_work (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  DiskFixture      *f = disk_fixture_new (
      many, G_N_ELEMENTS (many), 32 * KIB, support_disk_fault_get_syscalls (fault), NULL);
  guint            n = shoal_codec_layout_get_n_pieces (f->layout);
  guint            round, piece;
  g_autofree char *letters = NULL;

  support_disk_fault_set_short (fault, TRUE);
  disk_fixture_open (f, "11011011");
  disk_fixture_write_all (f);
  for (round = 0; round < 20; round++)
    {
      for (piece = 0; piece < n; piece++)
        {
          submit_write (f, piece);
          submit_verify (f, (piece + round) % n);
        }
      n_pending++;
      shoal_disk_storage_sync (f->storage, round % 2 == 0, on_synced, f);
      while (n_pending > n) /* the next ones beside the last of these */
        g_main_context_iteration (f->context, TRUE);
    }
  while (n_pending > 0)
    g_main_context_iteration (f->context, TRUE);
  look (f);
  letters = disk_fixture_check (f);
  g_assert_null (strpbrk (letters, "WMU."));
  sync_all (f);
  disk_assert_ok ();
  assert_changed (f, "");
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

static void
set_wanted (DiskFixture *f, const char *wanted)
{
  guint i, n = shoal_codec_layout_get_n_files (f->layout);
  g_autoptr (ShoalBaseBitset) bits = shoal_base_bitset_new (n);

  for (i = 0; i < n; i++)
    shoal_base_bitset_set (bits, i, wanted[i] == '1');
  disk_fixture_ask ();
  shoal_disk_change_set_wanted (f->storage, bits, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
}

static void
move (DiskFixture *f, const char *folder)
{
  ShoalDiskMove options = { .folder = folder };

  disk_fixture_ask ();
  shoal_disk_change_move (f->storage, &options, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
}

static void
test_own_changes (void)
{
  DiskFixture     *f = disk_fixture_new (many, G_N_ELEMENTS (many), 32 * KIB, NULL, NULL);
  char            *far = disk_fixture_make_folder ("/dev/shm");
  g_autofree char *near = g_build_filename (f->folder, "below", NULL);

  disk_fixture_open (f, "11011000");
  disk_fixture_write_all (f);
  set_wanted (f, "11011011");
  disk_fixture_sync (f);
  assert_changed (f, "");
  set_wanted (f, "11111111");
  g_assert_true (disk_fixture_verify (f, 3));
  sync_all (f);
  assert_changed (f, "");
  move (f, near);
  disk_fixture_write_all (f);
  sync_all (f);
  move (f, far);
  disk_fixture_write_all (f);
  sync_all (f);
  look (f);
  assert_changed (f, "");
  disk_fixture_free (f);
  disk_fixture_remove_folder (far);
}

/* Somebody uses the moment before a move. */
static void
test_before_move (void)
{
  DiskFixture     *f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, NULL, NULL);
  g_autofree char *near = g_build_filename (f->folder, "below", NULL);

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  overwrite (f, "t/second", 0);
  move (f, near);
  assert_changed (f, "2");
  disk_fixture_free (f);
}

static void
test_parts (void)
{
  DiskFixture *f = disk_fixture_new (many, G_N_ELEMENTS (many), 32 * KIB, NULL, NULL);

  disk_fixture_open (f, "11011000");
  disk_fixture_write_all (f);
  overwrite (f, ".abababababababababababababababababababab.shoal-parts", 50000);
  disk_fixture_read (f, 2, 0, 10);
  assert_changed (f, "2567");
  disk_fixture_free (f);
}

/* A kernel of before 6.13, with a clock that moves on a few times a hundredth of a second. */
static void
set_coarse_time (int fd)
{
  struct timespec times[2] = { { 0, UTIME_OMIT } };

  clock_gettime (CLOCK_REALTIME_COARSE, &times[1]);
  g_assert_cmpint (futimens (fd, times), ==, 0);
}

static gssize
old_pwritev (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  gssize result = pwritev (fd, iov, n, (off_t) offset);

  set_coarse_time (fd);
  return result;
}

static void
test_same_tick (void)
{
  ShoalDiskSyscalls calls = *shoal_disk_syscalls_get_real ();
  DiskFixture      *f;
  guint             round;
  int               fd;

  calls.pwritev = old_pwritev;
  f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, &calls, NULL);
  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  assert_changed (f, "");
  fd = open_foreign (f, "t/first");
  for (round = 0; round < 500; round++)
    {
      g_assert_true (disk_fixture_write (f, 1));
      assert_changed (f, "");
      g_assert_cmpint (pwrite (fd, "x", 1, 0), ==, 1);
      set_coarse_time (fd);
      g_assert_true (disk_fixture_write (f, 2));
      assert_changed (f, "0");
    }
  close (fd);
  disk_fixture_free (f);
}

static int
nfs_fstatfs (gpointer data, int fd, struct statfs *out)
{
  int result = fstatfs (fd, out);

  out->f_type = NFS_SUPER_MAGIC;
  return result;
}

/* Where the time is another machine's, it may change by itself. */
static void
test_network (void)
{
  ShoalDiskSyscalls calls = *shoal_disk_syscalls_get_real ();
  DiskFixture      *f;

  calls.fstatfs = nfs_fstatfs;
  f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, &calls, NULL);
  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  overwrite (f, "t/first", 5);
  sync_all (f);
  assert_changed (f, "");
  cut (f, "t/first", 5);
  sync_all (f);
  assert_changed (f, "0");
  disk_fixture_free (f);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/foreign/noticed", test_noticed);
  g_test_add_func ("/disk/foreign/others", test_others);
  g_test_add_func ("/disk/foreign/gone", test_gone);
  g_test_add_func ("/disk/foreign/replaced", test_replaced);
  g_test_add_func ("/disk/foreign/own-work", test_own_work);
  g_test_add_func ("/disk/foreign/own-changes", test_own_changes);
  g_test_add_func ("/disk/foreign/before-move", test_before_move);
  g_test_add_func ("/disk/foreign/parts", test_parts);
  g_test_add_func ("/disk/foreign/same-tick", test_same_tick);
  g_test_add_func ("/disk/foreign/network", test_network);
  return g_test_run ();
}
