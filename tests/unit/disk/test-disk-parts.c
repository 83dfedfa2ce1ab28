/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-parts.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "support/support-disk-fault.h"

#define KIB 1024

#define PARTS ".abababababababababababababababababababab.shoal-parts"

/* Pieces of 64 KiB = 65536. */
static const DiskFixtureFile files[] = {
  { "t/a", 100000, 0 }, /* pieces 0 and 1 */
  { "t/b", 200000, 0 }, /* 1 … 4 */
  { "t/c", 10, 0 },     /* 4 */
  { "t/d", 100000, 0 }, /* 4 … 6 */
  { "t/e", 0, 0 },
};

static DiskFixture *
new_torrent (const ShoalDiskSyscalls *syscalls)
{
  return disk_fixture_new (files, G_N_ELEMENTS (files), 64 * KIB, syscalls, NULL);
}

static void
select_files (DiskFixture *f, const char *wanted)
{
  ShoalBaseBitset *bits = shoal_base_bitset_new (G_N_ELEMENTS (files));
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (files); i++)
    shoal_base_bitset_set (bits, i, wanted[i] == '1');
  disk_fixture_ask ();
  shoal_disk_change_set_wanted (f->storage, bits, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  shoal_base_bitset_free (bits);
}

/* 'R': the piece is had. Missing, or a hole, is all the same here. */
static void
assert_check (DiskFixture *f, const char *expected)
{
  g_autofree char *letters = g_strdelimit (disk_fixture_check (f), "MW", '-');

  g_assert_cmpstr (letters, ==, expected);
}

/* Skipped files are not created; their boundary bytes survive, are served, and go to the files when
 * these are wanted after all. */
static void
test_boundaries (void)
{
  DiskFixture     *f = new_torrent (NULL);
  ShoalBaseBitset *own = shoal_base_bitset_new (G_N_ELEMENTS (files));

  disk_fixture_open (f, "10100");
  g_assert_false (disk_fixture_exists (f, "t/e"));
  g_assert_true (disk_fixture_write (f, 0));
  g_assert_false (disk_fixture_exists (f, PARTS));
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_exists (f, PARTS));
  g_assert_true (disk_fixture_write (f, 4));
  g_assert_false (disk_fixture_exists (f, "t/b"));
  g_assert_false (disk_fixture_exists (f, "t/d"));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 0));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 2));
  g_assert_true (disk_fixture_read (f, 1, 0, 65536));
  g_assert_true (disk_fixture_read (f, 4, 30000, 20000));
  g_assert_false (disk_fixture_read (f, 5, 0, 10));
  disk_assert_error (SHOAL_DISK_ERROR_MISSING);
  assert_check (f, "RR--R--");
  disk_fixture_sync (f);
  disk_assert_ok ();

  disk_fixture_open (f, "10100"); /* the next start */
  g_assert_true (disk_answer.has_parts);
  assert_check (f, "RR--R--");

  select_files (f, "10111");
  disk_assert_ok ();
  g_assert_true (disk_fixture_exists (f, "t/d"));
  g_assert_true (disk_fixture_exists (f, "t/e"));
  g_assert_false (disk_fixture_exists (f, "t/b"));
  g_assert_true (disk_fixture_exists (f, PARTS)); /* of t/b */
  assert_check (f, "RR--R--");
  g_assert_true (disk_fixture_write (f, 5));
  g_assert_true (disk_fixture_write (f, 6));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 3));

  select_files (f, "11111");
  g_assert_false (disk_fixture_exists (f, PARTS));
  assert_check (f, "RR--RRR");
  g_assert_true (disk_fixture_write (f, 2));
  g_assert_true (disk_fixture_write (f, 3));
  g_assert_true (disk_fixture_file_is_right (f, NULL, 1));

  shoal_base_bitset_set_all (own, TRUE);
  shoal_disk_storage_own (f->storage, own);
  select_files (f, "00000"); /* what is there stays */
  assert_check (f, "RRRRRRR");
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_false (disk_fixture_exists (f, PARTS));
  shoal_base_bitset_free (own);
  disk_fixture_free (f);
}

static void
put (DiskFixture *f, const char *name, const void *bytes, gssize len)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *folder = g_path_get_dirname (path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_true (g_file_set_contents (path, bytes, len, NULL));
}

static void
assert_content (DiskFixture *f, const char *name, const char *expected)
{
  g_autofree char *path = g_build_filename (f->folder, name, NULL);
  g_autofree char *content = NULL;

  g_assert_true (g_file_get_contents (path, &content, NULL, NULL));
  g_assert_cmpstr (content, ==, expected);
}

/* Somebody else's file of the same name is no place for bytes of a skipped one. One that has the
 * right content is. */
static void
test_foreign (void)
{
  DiskFixture     *f = new_torrent (NULL);
  ShoalBaseBitset *own = shoal_base_bitset_new (G_N_ELEMENTS (files));
  const guint8    *d = f->content + 300010;

  put (f, "t/b", "my own notes", -1);
  put (f, "t/d", d, 100000);
  disk_fixture_open (f, "10100");
  g_assert_false (disk_answer.files[1].is_in_parts); /* nothing is there that could be read */
  assert_check (f, "-----RR");
  shoal_base_bitset_set (own, 3, TRUE);
  shoal_disk_storage_own (f->storage, own);
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 4));
  g_assert_true (shoal_disk_storage_is_ours (f->storage, 0));
  g_assert_false (shoal_disk_storage_is_ours (f->storage, 1));
  g_assert_true (shoal_disk_storage_is_ours (f->storage, 3));
  assert_content (f, "t/b", "my own notes");
  g_assert_true (disk_fixture_file_is_right (f, NULL, 3));
  assert_check (f, "-R--RRR");

  disk_fixture_open_with (f, &(ShoalDiskStorageOptions){ .wanted = own, .ours = own });
  g_assert_true (disk_answer.files[1].is_in_parts);
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 2));
  assert_content (f, "t/b", "my own notes");
  assert_check (f, "-RR-RRR");
  disk_fixture_free (f);
  shoal_base_bitset_free (own);
}

/* One that was wanted, and nothing of it was written or right, is as little ours when it is
 * skipped. What was written to stays the place, also after a new start. */
static void
test_skipped_later (void)
{
  DiskFixture     *f = new_torrent (NULL);
  ShoalBaseBitset *own = shoal_base_bitset_new (G_N_ELEMENTS (files));

  put (f, "t/b", "my own notes", -1);
  disk_fixture_open (f, "11111");
  select_files (f, "10111");
  g_assert_true (disk_fixture_write (f, 1));
  assert_content (f, "t/b", "my own notes");
  g_assert_true (disk_fixture_write (f, 5));
  select_files (f, "00000");
  shoal_base_bitset_set (own, 3, TRUE);
  disk_fixture_open_with (f, &(ShoalDiskStorageOptions){ .wanted = own, .ours = own });
  select_files (f, "00000");
  g_assert_true (disk_fixture_write (f, 6));
  g_assert_true (disk_fixture_write (f, 4));
  assert_content (f, "t/b", "my own notes");
  assert_check (f, "-R--RRR");
  g_assert_true (disk_fixture_file_is_right (f, NULL, 3));
  disk_fixture_free (f);
  shoal_base_bitset_free (own);
}

/* A file is selected while the program is not running, or the export was interrupted. */
static void
test_export_at_start (void)
{
  DiskFixture *f = new_torrent (NULL);

  disk_fixture_open (f, "10100");
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 4));
  disk_fixture_open (f, "11111");
  disk_assert_ok ();
  g_assert_false (disk_answer.has_parts);
  g_assert_false (disk_fixture_exists (f, PARTS));
  assert_check (f, "-R--R--");
  disk_fixture_free (f);
}

/* Wherever an export fails, nothing is lost, and trying again finishes it. */
static void
test_export_fails (void)
{
  static const SupportDiskCall calls[] = { SUPPORT_DISK_OPEN_AT, SUPPORT_DISK_PREADV,
                                           SUPPORT_DISK_PWRITEV, SUPPORT_DISK_FDATASYNC,
                                           SUPPORT_DISK_FSYNC,   SUPPORT_DISK_UNLINK_AT };
  SupportDiskFault            *fault = support_disk_fault_new (NULL, 2);
  DiskFixture                 *f;
  guint                        i, nth, n_failed = 0;
  gboolean                     has_failed;

  for (i = 0; i < G_N_ELEMENTS (calls); i++)
    for (nth = 1, has_failed = TRUE; has_failed; nth++)
      {
        f = new_torrent (support_disk_fault_get_syscalls (fault));
        disk_fixture_open (f, "10100");
        g_assert_true (disk_fixture_write (f, 0));
        g_assert_true (disk_fixture_write (f, 1));
        g_assert_true (disk_fixture_write (f, 4));
        support_disk_fault_fail (fault, calls[i], nth, 1, EIO);
        select_files (f, "11111");
        support_disk_fault_heal (fault);
        has_failed = disk_answer.error != NULL;
        n_failed += has_failed;
        assert_check (f, "RR--R--");
        if (has_failed && nth % 2 == 0)
          disk_fixture_open (f, "11111");
        else if (has_failed)
          select_files (f, "11111");
        disk_assert_ok ();
        assert_check (f, "RR--R--");
        disk_fixture_write_all (f);
        disk_fixture_open (f, "11111");
        assert_check (f, "RRRRRRR");
        g_assert_false (disk_fixture_exists (f, PARTS));
        disk_fixture_free (f);
      }
  g_assert_cmpuint (n_failed, >, 10);
  support_disk_fault_free (fault);
}

/* An export is interrupted, and the next start does not know that it was asked for: there is a
 * file, and what it is to hold still lies in the parts file. */
static void
test_export_forgotten (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 5);
  DiskFixture      *f = new_torrent (support_disk_fault_get_syscalls (fault));

  disk_fixture_open (f, "10100");
  g_assert_true (disk_answer.files[1].is_in_parts);
  g_assert_false (disk_answer.files[0].is_in_parts);
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 4));
  /* After the two marks. */
  support_disk_fault_fail (fault, SUPPORT_DISK_PWRITEV, 3, 1, EIO);
  select_files (f, "11111");
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  disk_fixture_open (f, "10100");
  g_assert_true (disk_answer.files[1].exists);
  g_assert_true (disk_answer.files[1].is_in_parts);
  assert_check (f, "-R--R--");
  disk_fixture_open (f, "11111");
  g_assert_false (disk_answer.files[1].is_in_parts);
  assert_check (f, "-R--R--");
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* Somebody else's file lies where one is to go that is wanted now. */
static void
test_export_taken (void)
{
  DiskFixture *f = new_torrent (NULL);

  put (f, "t/b", "my own notes", -1);
  disk_fixture_open (f, "10100");
  g_assert_true (disk_fixture_write (f, 1));
  select_files (f, "11100");
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  assert_content (f, "t/b", "my own notes");
  select_files (f, "10100");
  disk_assert_ok ();
  put (f, "t/b", "", 0);
  select_files (f, "11100");
  disk_assert_ok ();
  assert_check (f, "-R-----");
  disk_fixture_free (f);
}

/* Whatever stands in the parts file, nothing but its pieces is lost. */
static void
test_damaged (void)
{
  static const struct
  {
    goffset     offset;
    const char *bytes;
    gsize       len;
    goffset     length; /* −1: not cut */
  } damages[] = {
    { 0, "", 0, 0 },
    { 0, "", 0, 70 },
    { 0, "SHOALXXX", 8, -1 },
    { 8, "\2\0\0\0", 4, -1 },
    { 12, "\0\0\0\0", 4, -1 },
    { 16, "\377\377\377\377", 4, -1 },
    { 24, "another hash", 12, -1 },
    { 64, "\377\377\377\177", 4, -1 },                  /* a slot beyond the file */
    { 68, "\1\0\0\0", 4, 3000 },                        /* the data is cut off */
    { 68, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16, -1 }, /* no slots */
    { 68, "\1\0\0\0\0\0\0\0\0\0\0\0\1\0\0\0", 16, -1 }, /* two pieces in one */
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (damages); i++)
    {
      DiskFixture     *f = new_torrent (NULL);
      g_autofree char *path = g_build_filename (f->folder, PARTS, NULL);
      int              fd;

      disk_fixture_open (f, "10100");
      g_assert_true (disk_fixture_write (f, 0));
      g_assert_true (disk_fixture_write (f, 1));
      g_assert_true (disk_fixture_write (f, 4));
      disk_fixture_close (f);
      fd = open (path, O_RDWR);
      g_assert_cmpint (fd, >=, 0);
      g_assert_cmpint (pwrite (fd, damages[i].bytes, damages[i].len, damages[i].offset), >=, 0);
      if (damages[i].length >= 0)
        g_assert_cmpint (ftruncate (fd, damages[i].length), ==, 0);
      close (fd);

      disk_fixture_open (f, "10100");
      disk_assert_ok ();
      assert_check (f, "R------");
      g_assert_true (disk_fixture_write (f, 1));
      g_assert_true (disk_fixture_write (f, 4));
      disk_fixture_open (f, "10100");
      assert_check (f, "RR--R--");
      disk_fixture_free (f);
    }
}

/* A failed sync of the parts file names the files whose bytes lie there. */
static void
test_sync_fails (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 3);
  DiskFixture      *f = new_torrent (support_disk_fault_get_syscalls (fault));

  disk_fixture_open (f, "00000");
  g_assert_true (disk_fixture_write (f, 4));
  support_disk_fault_fail (fault, SUPPORT_DISK_FDATASYNC, 1, 1, EIO);
  disk_fixture_sync (f);
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  g_assert_cmpuint (disk_answer.n_failed, ==, 3);
  disk_fixture_sync (f);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.n_files, ==, 1);
  g_assert_cmpuint (disk_answer.files[0].file, ==, G_N_ELEMENTS (files));
  g_assert_cmpuint (disk_answer.files[0].size, >, 64 * KIB);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* Removed with the rest, moved with the rest, and full like the rest. */
static void
test_lifetime (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 4);
  DiskFixture      *f = new_torrent (support_disk_fault_get_syscalls (fault));
  char             *other = disk_fixture_make_folder ("/dev/shm");
  ShoalDiskMove     move = { .folder = other };

  disk_fixture_open (f, "10100");
  support_disk_fault_set_room (fault, 40000);
  g_assert_false (disk_fixture_write (f, 1));
  disk_assert_error (SHOAL_DISK_ERROR_FULL);
  support_disk_fault_set_room (fault, G_MAXUINT64);
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 4));
  disk_fixture_ask ();
  shoal_disk_change_move (f->storage, &move, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
  g_assert_false (disk_fixture_exists (f, PARTS));
  assert_check (f, "-R--R--");
  disk_fixture_ask ();
  shoal_disk_change_remove (f->storage, NULL, disk_fixture_on_change, f);
  disk_fixture_wait (f);
  disk_assert_ok ();
  g_assert_cmpint (rmdir (other), ==, 0);
  disk_fixture_free (f);
  g_free (other);
  support_disk_fault_free (fault);
}

/* A storage that only looks makes and exports nothing, reads where the bytes are, and leaves even a
 * damaged parts file. */
static void
test_looks_only (void)
{
  DiskFixture            *f = new_torrent (NULL);
  ShoalDiskStorageOptions options = { .looks_only = TRUE };
  g_autofree char        *path = g_build_filename (f->folder, PARTS, NULL);

  disk_fixture_open (f, "10100");
  g_assert_true (disk_fixture_write (f, 1));
  g_assert_true (disk_fixture_write (f, 4));
  disk_fixture_sync (f);

  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  g_assert_true (disk_answer.has_parts);
  g_assert_true (disk_answer.files[1].is_in_parts);
  g_assert_false (disk_fixture_exists (f, "t/b"));
  g_assert_false (disk_fixture_exists (f, "t/e"));
  assert_check (f, "-R--R--");
  g_assert_true (disk_fixture_read (f, 4, 30000, 20000));

  g_assert_true (g_file_set_contents (path, "damaged", 7, NULL));
  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
  g_assert_false (disk_answer.has_parts);
  g_assert_true (disk_fixture_exists (f, PARTS));
  disk_fixture_free (f);
}

/* Each of the first writes fails once; the file is whole all the same once one came through. */
static void
test_header_fails (void)
{
  guint nth;

  for (nth = 1; nth <= 5; nth++)
    {
      SupportDiskFault *fault = support_disk_fault_new (NULL, nth);
      DiskFixture      *f = new_torrent (support_disk_fault_get_syscalls (fault));

      disk_fixture_open (f, "10100");
      support_disk_fault_fail (fault, SUPPORT_DISK_PWRITEV, nth, 1, EIO);
      g_assert_false (disk_fixture_write (f, 1));
      g_assert_true (disk_fixture_write (f, 1));
      disk_fixture_sync (f);
      disk_assert_ok ();
      disk_fixture_open (f, "10100");
      g_assert_true (disk_answer.has_parts);
      assert_check (f, "-R-----");
      disk_fixture_free (f);
      support_disk_fault_free (fault);
    }
}

typedef struct
{
  DiskFixture *fixture;
  guint        n_left;
} Writers;

static void
written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  Writers *writers = user_data;

  writers->n_left--;
  disk_fixture_on_piece (result, writers->fixture);
  disk_assert_ok ();
  g_assert_true (disk_answer.is_right);
}

static void
write_together (DiskFixture *f, guint first, guint last)
{
  Writers writers = { f, last + 1 - first };
  guint   piece;

  for (piece = first; piece <= last; piece++)
    {
      ShoalDiskPieceWrite write = {
        .piece = piece,
        .blocks = disk_fixture_take_blocks (f, piece),
        .n_blocks = shoal_codec_layout_get_n_blocks (f->layout, piece),
        .expected = disk_fixture_get_expected (f, piece),
      };

      shoal_disk_storage_write_piece (f->storage, &write, written_cb, &writers);
    }
  while (writers.n_left > 0)
    {
      disk_fixture_ask ();
      disk_fixture_wait (f);
    }
}

/* Several pieces are the first of the file at the same moment: none of those who write them takes
 * another for a stranger. */
static void
test_first_together (void)
{
  guint round;

  for (round = 0; round < 60; round++)
    {
      SupportDiskFault *fault = support_disk_fault_new (NULL, round);
      DiskFixture      *f = new_torrent (support_disk_fault_get_syscalls (fault));

      support_disk_fault_set_short (fault, TRUE);
      disk_fixture_open (f, "00000");
      write_together (f, 0, 6);
      disk_fixture_sync (f);
      disk_assert_ok ();
      g_assert_false (shoal_disk_storage_has_changed (f->storage));
      assert_check (f, "RRRRRRR");
      disk_fixture_free (f);
      support_disk_fault_free (fault);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/parts/boundaries", test_boundaries);
  g_test_add_func ("/disk/parts/foreign", test_foreign);
  g_test_add_func ("/disk/parts/skipped-later", test_skipped_later);
  g_test_add_func ("/disk/parts/export-at-start", test_export_at_start);
  g_test_add_func ("/disk/parts/export-fails", test_export_fails);
  g_test_add_func ("/disk/parts/export-forgotten", test_export_forgotten);
  g_test_add_func ("/disk/parts/export-taken", test_export_taken);
  g_test_add_func ("/disk/parts/damaged", test_damaged);
  g_test_add_func ("/disk/parts/sync-fails", test_sync_fails);
  g_test_add_func ("/disk/parts/lifetime", test_lifetime);
  g_test_add_func ("/disk/parts/looks-only", test_looks_only);
  g_test_add_func ("/disk/parts/header-fails", test_header_fails);
  g_test_add_func ("/disk/parts/first-together", test_first_together);
  return g_test_run ();
}
