/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-check.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "disk/shoal-disk-digest-kernel.h"
#include "disk/shoal-disk-hash.h"
#include "support/support-disk-fault.h"

#define KIB 1024

static const DiskFixtureFile files[] = {
  { "t/a", 40000, 0 },  /* pieces 0 … 2 */
  { "t/b", 60000, 0 },  /* 2 … 6 */
  { "t/c", 100000, 0 }, /* 6 … 12 */
  { "t/d", 70000, 0 },  /* 12 … 16 */
};

static void
overwrite (DiskFixture *f, const char *path, off_t offset, const char *text)
{
  g_autofree char *full = g_build_filename (f->folder, path, NULL);
  int              fd = open (full, O_WRONLY);

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, text, strlen (text), offset), ==, (gssize) strlen (text));
  close (fd);
}

/* Changed, missing and cut files; what is too long is left alone, nothing is created. */
static void
test_damage (void)
{
  DiskFixture     *f = disk_fixture_new (files, G_N_ELEMENTS (files), 16 * KIB, NULL, NULL);
  g_autofree char *path = g_build_filename (f->folder, "t/b", NULL);
  g_autofree char *cut = g_build_filename (f->folder, "t/c", NULL);
  g_autofree char *letters = NULL, *whole = NULL;
  struct stat      st;

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  overwrite (f, "t/a", 20000, "x");
  overwrite (f, "t/d", 70000, "beyond the end");
  unlink (path);
  g_assert_cmpint (truncate (cut, 90000), ==, 0);
  letters = disk_fixture_check (f);
  disk_assert_ok ();
  g_assert_cmpstr (letters, ==, "RWMMMMMRRRRMMRRRR");
  g_assert_false (disk_fixture_exists (f, "t/b"));
  g_assert_cmpint (stat (cut, &st), ==, 0);
  g_assert_cmpint (st.st_size, ==, 90000);

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  whole = disk_fixture_check (f);
  g_assert_cmpstr (whole, ==, "RRRRRRRRRRRRRRRRR");
  disk_fixture_free (f);
}

static void
test_nothing_there (void)
{
  DiskFixture     *f = disk_fixture_new (files, G_N_ELEMENTS (files), 16 * KIB, NULL, NULL);
  g_autofree char *letters = NULL;

  disk_fixture_open (f, NULL);
  letters = disk_fixture_check (f);
  disk_assert_ok ();
  g_assert_cmpstr (letters, ==, "MMMMMMMMMMMMMMMMM");
  g_assert_false (disk_fixture_exists (f, "t"));
  disk_fixture_free (f);
}

/* Holes are not read: a sparse file costs next to nothing. */
static void
test_holes (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  DiskFixture     *f = disk_fixture_new ((const DiskFixtureFile[]){ { "file", 64 * KIB * KIB, 0 } },
                                     1,
                                     1024 * KIB,
                                     support_disk_fault_get_syscalls (fault),
                                     NULL);
  g_autofree char *letters = NULL, *again = NULL;
  guint            n;

  memset (f->content + 20 * KIB * KIB, 0, KIB * KIB); /* one piece is zeros and is right */
  shoal_disk_hash_compute (f->content + 20 * KIB * KIB,
                           KIB * KIB,
                           (ShoalSha1 *) (gpointer) (f->sha1s + (gsize) 20 * 20));
  disk_fixture_open (f, NULL);
  g_assert_true (disk_fixture_write (f, 63));
  g_assert_true (disk_fixture_write (f, 3));
  n = support_disk_fault_get_n_calls (fault, SUPPORT_DISK_PREADV);
  letters = disk_fixture_check (f);
  g_assert_cmpstr (letters, ==, "WWWRWWWWWWWWWWWWWWWWRWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWWR");
  g_assert_cmpuint (support_disk_fault_get_n_calls (fault, SUPPORT_DISK_PREADV) - n, <, 5);
  support_disk_fault_fail (fault, SUPPORT_DISK_SEEK, 1, G_MAXUINT, EINVAL);
  again = disk_fixture_check (f);
  g_assert_cmpstr (letters, ==, again);
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

/* An unreadable piece does not hide the others, and is told at the end. */
static void
test_unreadable (void)
{
  SupportDiskFault *fault = support_disk_fault_new (NULL, 1);
  DiskFixture      *f = disk_fixture_new ((const DiskFixtureFile[]){ { "file", 8192 * KIB, 0 } },
                                     1,
                                     1024 * KIB,
                                     support_disk_fault_get_syscalls (fault),
                                     NULL);
  g_autofree char  *letters = NULL;
  guint             i, n_bad = 0;

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  /* Where there are lanes, that of several pieces, then that of one. */
  support_disk_fault_fail (
      fault, SUPPORT_DISK_PREADV, 1, shoal_disk_digest_get_min () > 0 ? 2 : 1, EIO);
  letters = disk_fixture_check (f);
  disk_assert_error (SHOAL_DISK_ERROR_IO);
  for (i = 0; i < 8; i++)
    n_bad += letters[i] == 'U';
  g_assert_cmpuint (n_bad, ==, 1);
  g_assert_null (strpbrk (letters, "WM."));
  disk_fixture_free (f);
  support_disk_fault_free (fault);
}

typedef struct
{
  DiskFixture    *f;
  ShoalDiskCheck *check;
  guint           n_items;
  guint           n_calls;
  gboolean        is_done;
  GError         *error;
} Watch;

static void
on_pieces (const ShoalDiskCheckItem *items, guint n_items, gpointer user_data)
{
  Watch *watch = user_data;
  guint  i;

  for (i = 0; i < n_items; i++)
    g_assert_cmpint (items[i].verdict, ==, SHOAL_DISK_CHECK_RIGHT);
  watch->n_items += n_items;
  if (watch->n_calls++ == 0)
    shoal_disk_check_set_paused (watch->check, TRUE);
}

static void
on_done (const GError *error, gpointer user_data)
{
  Watch *watch = user_data;

  watch->is_done = TRUE;
  watch->error = error != NULL ? g_error_copy (error) : NULL;
}

static void
start (Watch *watch, DiskFixture *f, const ShoalBaseBitset *pieces)
{
  ShoalDiskCheckOptions options = { .pieces = pieces,
                                    .sha1s = f->sha1s,
                                    .on_pieces = on_pieces,
                                    .on_done = on_done,
                                    .user_data = watch };

  g_clear_error (&watch->error);
  *watch = (Watch){ .f = f };
  watch->check = shoal_disk_check_start (f->storage, &options);
  g_assert_false (watch->is_done);
}

static void
run_until_idle (Watch *watch)
{
  while (!watch->is_done && shoal_disk_queue_get_n_jobs (watch->f->queue) > 0)
    g_main_context_iteration (watch->f->context, TRUE);
}

/* 160 MB in units of 16: far more than run at once. */
static DiskFixture *
new_long (void)
{
  DiskFixture *f = disk_fixture_new (
      (const DiskFixtureFile[]){ { "file", 160 * KIB * KIB, 0 } }, 1, 4096 * KIB, NULL, NULL);

  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  return f;
}

static void
test_pause (void)
{
  DiskFixture     *f = new_long ();
  Watch            watch = { 0 };
  ShoalBaseBitset *pieces;

  start (&watch, f, NULL);
  run_until_idle (&watch);
  g_assert_false (watch.is_done);
  g_assert_cmpuint (watch.n_items, <, 40);
  g_assert_cmpuint (watch.n_items, >, 0);
  shoal_disk_check_set_paused (watch.check, FALSE);
  g_assert_false (watch.is_done);
  run_until_idle (&watch);
  g_assert_true (watch.is_done);
  g_assert_no_error (watch.error);
  g_assert_cmpuint (watch.n_items, ==, 40);

  start (&watch, f, NULL); /* cancelled while paused */
  run_until_idle (&watch);
  shoal_disk_check_cancel (watch.check);
  g_assert_false (watch.is_done);
  run_until_idle (&watch);
  g_assert_true (watch.is_done);
  g_assert_error (watch.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED);

  start (&watch, f, NULL); /* cancelled while running */
  shoal_disk_check_cancel (watch.check);
  run_until_idle (&watch);
  g_assert_error (watch.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED);
  g_assert_cmpuint (watch.n_items, <, 40);

  pieces = shoal_base_bitset_new (40); /* none, then some */
  start (&watch, f, pieces);
  run_until_idle (&watch);
  g_assert_true (watch.is_done);
  g_assert_no_error (watch.error);
  shoal_base_bitset_set (pieces, 0, TRUE);
  shoal_base_bitset_set (pieces, 7, TRUE);
  shoal_base_bitset_set (pieces, 8, TRUE);
  shoal_base_bitset_set (pieces, 39, TRUE);
  start (&watch, f, pieces);
  run_until_idle (&watch);
  shoal_disk_check_set_paused (watch.check, FALSE);
  run_until_idle (&watch);
  g_assert_true (watch.is_done);
  g_assert_cmpuint (watch.n_items, ==, 4);
  shoal_base_bitset_free (pieces);

  start (&watch, f, NULL); /* the storage is closed while it is paused, and while it runs */
  run_until_idle (&watch);
  disk_fixture_close (f);
  g_assert_true (watch.is_done);
  disk_fixture_open (f, NULL);
  start (&watch, f, NULL);
  disk_fixture_close (f);
  g_assert_true (watch.is_done);
  g_assert_error (watch.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED);
  g_clear_error (&watch.error);
  disk_fixture_free (f);
}

/* The queue stops in the middle. */
static void
test_stop (void)
{
  DiskFixture *f = new_long ();
  Watch        watch = { 0 };

  start (&watch, f, NULL);
  g_assert_true (shoal_disk_queue_stop (f->queue, 5 * G_USEC_PER_SEC, NULL));
  g_assert_true (watch.is_done);
  g_assert_error (watch.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED);
  g_clear_error (&watch.error);
  disk_fixture_free (f);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (argc > 1 && g_str_equal (argv[1], "without-lanes"))
    shoal_disk_digest_disable ();
  g_test_add_func ("/disk/check/damage", test_damage);
  g_test_add_func ("/disk/check/nothing-there", test_nothing_there);
  g_test_add_func ("/disk/check/holes", test_holes);
  g_test_add_func ("/disk/check/unreadable", test_unreadable);
  g_test_add_func ("/disk/check/pause", test_pause);
  g_test_add_func ("/disk/check/stop", test_stop);
  return g_test_run ();
}
