/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disk-fixture.h"
#include "support/support-disk-fault.h"

/* Two torrents that have files of the same name in the same folder. */

#define KIB 1024

static const DiskFixtureFile files[] = {
  { "t/first", 300 * KIB, 0 },
  { "t/empty", 0, 0 },
  { "t/second", 100 * KIB + 1, 0 },
};

typedef struct
{
  char             *locks;
  char             *folder;
  SupportDiskFault *faults; /* of the second one */
  DiskFixture      *a;
  DiskFixture      *b;
} Pair;

static DiskFixture *
make (Pair *pair, const ShoalDiskSyscalls *syscalls)
{
  return disk_fixture_new (files, G_N_ELEMENTS (files), 64 * KIB, syscalls, NULL);
}

/* Both save to the same folder, each from a queue of its own as two engines do. */
static void
open_one (Pair *pair, DiskFixture *f)
{
  ShoalDiskStorageOptions options = { .folder = pair->folder };

  disk_fixture_open_with (f, &options);
  disk_assert_ok ();
}

static void
close_one (DiskFixture *f)
{
  disk_fixture_close (f);
}

static void
set_up (Pair *pair)
{
  pair->locks = disk_fixture_make_folder (NULL);
  pair->folder = disk_fixture_make_folder (NULL);
  disk_fixture_lock_folder = pair->locks;
  pair->faults = support_disk_fault_new (NULL, 1);
  pair->a = make (pair, NULL);
  pair->b = make (pair, support_disk_fault_get_syscalls (pair->faults));
}

static void
tear_down (Pair *pair)
{
  disk_fixture_free (pair->a);
  disk_fixture_free (pair->b);
  g_assert_cmpint (support_disk_fault_get_n_open (pair->faults), ==, 0);
  support_disk_fault_free (pair->faults);
  disk_fixture_lock_folder = NULL;
  disk_fixture_remove_folder (pair->locks);
  disk_fixture_remove_folder (pair->folder);
}

/* From now on it is another torrent; pieces it has in common with the other one: @n_same. */
static void
differ (DiskFixture *f, guint n_same)
{
  guint n = shoal_codec_layout_get_n_pieces (f->layout);
  guint piece;

  for (piece = n_same; piece < n; piece++)
    {
      guint64 offset = shoal_codec_layout_get_piece_offset (f->layout, piece);
      guint32 size = shoal_codec_layout_get_piece_size (f->layout, piece);
      gsize   n_digest = 20;
      g_autoptr (GChecksum) sum = g_checksum_new (G_CHECKSUM_SHA1);

      f->content[offset + 7] ^= 1;
      g_checksum_update (sum, f->content + offset, size);
      g_checksum_get_digest (sum, f->sha1s + (gsize) piece * 20, &n_digest);
    }
}

static ShoalBaseBitset *
make_set (guint first)
{
  ShoalBaseBitset *set = shoal_base_bitset_new (G_N_ELEMENTS (files));

  if (first < G_N_ELEMENTS (files))
    shoal_base_bitset_set (set, first, TRUE);
  return set;
}

#define NO_FILE G_N_ELEMENTS (files)

static void
hold (DiskFixture *f, guint begun, guint whole)
{
  g_autoptr (ShoalBaseBitset) begun_set = make_set (begun);
  g_autoptr (ShoalBaseBitset) whole_set = make_set (whole);

  shoal_disk_storage_hold (f->storage, begun_set, whole_set);
  disk_fixture_ask ();
  shoal_disk_storage_stat (f->storage, disk_fixture_on_stat, f); /* after it: alone */
  disk_fixture_wait (f);
  disk_assert_ok ();
}

static void
assert_claimed (DiskFixture *f, guint piece)
{
  g_assert_false (disk_fixture_write (f, piece));
  disk_assert_error (SHOAL_DISK_ERROR_CLAIMED);
  g_assert_nonnull (strstr (shoal_disk_error_get_path (disk_answer.error), "/t/"));
}

/* Whoever writes first has it, for as long as the storage is open; the other one's data stays out.
 */
static void
test_writers (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.a);
  g_assert_true (disk_fixture_write (pair.a, 0));
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  assert_claimed (pair.b, 0);
  assert_claimed (pair.b, 1);
  disk_fixture_write_all (pair.a);
  g_assert_true (disk_fixture_file_is_right (pair.a, pair.folder, 0));
  g_assert_true (disk_fixture_file_is_right (pair.a, pair.folder, 2));
  close_one (pair.a);
  g_assert_true (disk_fixture_write (pair.b, 0));
  tear_down (&pair);
}

/* The pool has closed its descriptor: the claim stays. */
static void
test_few_descriptors (void)
{
  enum
  {
    N_FILES = 30
  };
  DiskFixtureFile many[N_FILES];
  char           *names[N_FILES];
  struct rlimit   limit, low;
  Pair            pair = { 0 };
  guint           i;

  for (i = 0; i < N_FILES; i++)
    many[i] = (DiskFixtureFile){ names[i] = g_strdup_printf ("t/%u", i), SHOAL_BASE_BLOCK_SIZE, 0 };
  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  low = limit;
  low.rlim_cur = 64; /* 8 files open in each queue */
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &low), ==, 0);
  pair.locks = disk_fixture_make_folder (NULL);
  pair.folder = disk_fixture_make_folder (NULL);
  disk_fixture_lock_folder = pair.locks;
  pair.a = disk_fixture_new (many, N_FILES, SHOAL_BASE_BLOCK_SIZE, NULL, NULL);
  pair.b = disk_fixture_new (many, N_FILES, SHOAL_BASE_BLOCK_SIZE, NULL, NULL);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  for (i = 0; i < N_FILES; i++)
    assert_claimed (pair.b, i);
  disk_fixture_free (pair.a);
  disk_fixture_free (pair.b);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  disk_fixture_lock_folder = NULL;
  disk_fixture_remove_folder (pair.locks);
  disk_fixture_remove_folder (pair.folder);
  for (i = 0; i < N_FILES; i++)
    g_free (names[i]);
}

/* The other one was not there yet when it was looked at. */
static void
test_made_meanwhile (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  close_one (pair.a);
  g_assert_false (disk_fixture_write (pair.b, 0));
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  g_assert_true (disk_fixture_file_is_right (pair.a, pair.folder, 0));
  tear_down (&pair);
}

/* Bytes that are the same need no second writer. */
static void
test_same_bytes (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  open_one (&pair, pair.b);
  differ (pair.b, 3);
  support_disk_fault_set_short (pair.faults, TRUE);
  g_assert_true (disk_fixture_write (pair.b, 0));
  g_assert_true (disk_fixture_write (pair.b, 2));
  assert_claimed (pair.b, 3);
  disk_fixture_sync (pair.b);
  disk_assert_ok ();
  g_assert_true (disk_fixture_file_is_right (pair.a, pair.folder, 0));
  tear_down (&pair);
}

/* What was complete before is claimed without a write, by any number who have all of it. */
static void
test_seeds (void)
{
  Pair         pair;
  DiskFixture *c;

  set_up (&pair);
  c = make (&pair, NULL);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  open_one (&pair, pair.a);
  open_one (&pair, c);
  open_one (&pair, pair.b);
  hold (pair.a, NO_FILE, 0);
  hold (c, NO_FILE, 0);
  differ (pair.b, 0);
  assert_claimed (pair.b, 0);
  close_one (pair.a);
  assert_claimed (pair.b, 0);
  close_one (c);
  g_assert_true (disk_fixture_write (pair.b, 0));
  disk_fixture_free (c);
  tear_down (&pair);
}

/* Of two that have begun the same file, the first one to come goes on. */
static void
test_begun (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  open_one (&pair, pair.a);
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  hold (pair.a, 0, NO_FILE);
  hold (pair.b, 0, NO_FILE);
  assert_claimed (pair.b, 0);
  g_assert_true (disk_fixture_write (pair.a, 0));
  /* The other file is nobody's. */
  g_assert_true (disk_fixture_write (pair.b, 5));
  assert_claimed (pair.a, 5);
  tear_down (&pair);
}

/* An empty file is the same in all torrents. */
static void
test_empty (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.a);
  hold (pair.a, 1, NO_FILE);
  open_one (&pair, pair.b);
  g_assert_true (disk_fixture_exists (pair.a, "") && disk_fixture_exists (pair.b, ""));
  disk_fixture_ask ();
  shoal_disk_change_remove (pair.b->storage, NULL, disk_fixture_on_change, pair.b);
  disk_fixture_wait (pair.b);
  disk_assert_ok ();
  tear_down (&pair);
}

/* Removing one torrent's files leaves those of the other. */
static void
test_remove (void)
{
  Pair             pair;
  g_autofree char *second = NULL;

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  open_one (&pair, pair.a);
  hold (pair.a, NO_FILE, 0);
  open_one (&pair, pair.b);
  disk_fixture_own_all (pair.b);
  disk_fixture_ask ();
  shoal_disk_change_remove (pair.b->storage, NULL, disk_fixture_on_change, pair.b);
  disk_fixture_wait (pair.b);
  disk_assert_ok ();
  g_assert_cmpuint (disk_answer.bytes, ==, files[2].length);
  g_assert_true (disk_fixture_file_is_right (pair.a, pair.folder, 0));
  second = g_build_filename (pair.folder, "t/second", NULL);
  g_assert_cmpint (access (second, F_OK), !=, 0);
  tear_down (&pair);
}

/* A file that is gone is nobody's any more, whatever takes its inode. */
static void
test_gone (void)
{
  Pair             pair;
  g_autofree char *path = NULL;

  set_up (&pair);
  open_one (&pair, pair.a);
  g_assert_true (disk_fixture_write (pair.a, 0));
  path = g_build_filename (pair.folder, "t/first", NULL);
  g_assert_cmpint (unlink (path), ==, 0);
  hold (pair.a, NO_FILE, NO_FILE); /* looks */
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  g_assert_true (disk_fixture_write (pair.b, 0));
  g_assert_false (disk_fixture_write (pair.a, 1));
  disk_assert_error (SHOAL_DISK_ERROR_CONFLICT);
  tear_down (&pair);
}

/* A file that was moved is claimed at its new place, and its old name is free. */
static void
move_to (const char *where)
{
  Pair          pair;
  char         *target = disk_fixture_make_folder (where);
  ShoalDiskMove move = { .folder = target };

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  disk_fixture_ask ();
  shoal_disk_change_move (pair.a->storage, &move, disk_fixture_on_change, pair.a);
  disk_fixture_wait (pair.a);
  disk_assert_ok ();
  differ (pair.b, 0);
  open_one (&pair, pair.b);
  g_assert_true (disk_fixture_write (pair.b, 0));
  close_one (pair.b);
  disk_fixture_open_with (pair.b, &(ShoalDiskStorageOptions){ .folder = target });
  assert_claimed (pair.b, 0);
  g_assert_true (disk_fixture_file_is_right (pair.a, target, 0));
  tear_down (&pair);
  disk_fixture_remove_folder (target);
}

static void
test_move_near (void)
{
  move_to (NULL);
}

static void
test_move_far (void)
{
  if (access ("/dev/shm", W_OK) != 0)
    g_test_skip ("/dev/shm cannot be written");
  else
    move_to ("/dev/shm");
}

/* Of a process that was killed nothing is left. */
static void
test_other_process (void)
{
  Pair  pair;
  int   ready[2];
  pid_t child;
  char  byte;

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  close_one (pair.a);
  g_assert_cmpint (pipe (ready), ==, 0);
  child = fork ();
  if (child == 0)
    {
      g_autofree char *path = g_build_filename (pair.locks, "files.lock", NULL);
      struct flock     all = { .l_type = F_WRLCK, .l_whence = SEEK_SET };
      int              fd = open (path, O_RDWR);

      if (fd < 0 || fcntl (fd, F_OFD_SETLK, &all) != 0 || write (ready[1], "", 1) != 1)
        _exit (1);
      pause ();
      _exit (1);
    }
  close (ready[1]);
  g_assert_cmpint (read (ready[0], &byte, 1), ==, 1);
  close (ready[0]);
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  assert_claimed (pair.b, 0);
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_true (disk_fixture_write (pair.b, 0));
  tear_down (&pair);
}

/* Where nothing can be locked, work goes on as if nobody else were there. */
static void
test_no_locks (void)
{
  Pair pair;

  set_up (&pair);
  open_one (&pair, pair.a);
  disk_fixture_write_all (pair.a);
  support_disk_fault_fail (pair.faults, SUPPORT_DISK_LOCK_BYTE, 1, G_MAXUINT, ENOLCK);
  open_one (&pair, pair.b);
  differ (pair.b, 0);
  g_assert_true (disk_fixture_write (pair.b, 0));
  close_one (pair.b);
  support_disk_fault_heal (pair.faults);
  g_assert_cmpint (chmod (pair.locks, 0), ==, 0);
  if (access (pair.locks, W_OK) != 0)
    {
      open_one (&pair, pair.b);
      g_assert_true (disk_fixture_write (pair.b, 1));
    }
  g_assert_cmpint (chmod (pair.locks, 0700), ==, 0);
  tear_down (&pair);
}

/* One lock for each file that is opened, none for a write to it. */
static void
test_costs (void)
{
  Pair  pair;
  guint piece;

  set_up (&pair);
  open_one (&pair, pair.b);
  for (piece = 0; piece < 4; piece++)
    g_assert_true (disk_fixture_write (pair.b, piece));
  g_assert_cmpuint (support_disk_fault_get_n_calls (pair.faults, SUPPORT_DISK_LOCK_BYTE), ==, 1);
  disk_fixture_write_all (pair.b);
  g_assert_cmpuint (support_disk_fault_get_n_calls (pair.faults, SUPPORT_DISK_LOCK_BYTE), ==, 2);
  tear_down (&pair);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/claim/writers", test_writers);
  g_test_add_func ("/disk/claim/few-descriptors", test_few_descriptors);
  g_test_add_func ("/disk/claim/made-meanwhile", test_made_meanwhile);
  g_test_add_func ("/disk/claim/same-bytes", test_same_bytes);
  g_test_add_func ("/disk/claim/seeds", test_seeds);
  g_test_add_func ("/disk/claim/begun", test_begun);
  g_test_add_func ("/disk/claim/empty", test_empty);
  g_test_add_func ("/disk/claim/remove", test_remove);
  g_test_add_func ("/disk/claim/gone", test_gone);
  g_test_add_func ("/disk/claim/move/near", test_move_near);
  g_test_add_func ("/disk/claim/move/far", test_move_far);
  g_test_add_func ("/disk/claim/other-process", test_other_process);
  g_test_add_func ("/disk/claim/no-locks", test_no_locks);
  g_test_add_func ("/disk/claim/costs", test_costs);
  return g_test_run ();
}
