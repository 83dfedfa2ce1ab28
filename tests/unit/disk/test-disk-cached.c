/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk-fixture.h"

/* Reading at once what is in the page cache, and when that is left to the workers. */

#define KIB      1024
#define PATIENCE (10 * G_USEC_PER_SEC)

static const DiskFixtureFile two[] = {
  { "t/first", 300 * KIB, 0 },
  { "t/second", 100 * KIB, 0 },
};

static ShoalDiskSyscalls table;
static gsize             most_cached; /* what lies in memory, of a read */
static pthread_mutex_t   gate = PTHREAD_MUTEX_INITIALIZER;

static gssize
cached_preadv (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  struct iovec part = { iov[0].iov_base, MIN (iov[0].iov_len, most_cached) };

  g_assert_cmpint (n, ==, 1);
  if (part.iov_len > 0)
    return preadv (fd, &part, 1, (off_t) offset);
  errno = EAGAIN;
  return -1;
}

static gssize
gated_pwritev (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  gssize written;

  pthread_mutex_lock (&gate);
  written = pwritev (fd, iov, n, (off_t) offset);
  pthread_mutex_unlock (&gate);
  return written;
}

/* All is written; no file is open for reading. */
static DiskFixture *
make_written (void)
{
  DiskFixture *f;

  table = *shoal_disk_syscalls_get_real ();
  table.preadv_cached = cached_preadv;
  table.pwritev = gated_pwritev;
  most_cached = G_MAXSIZE;
  f = disk_fixture_new (two, G_N_ELEMENTS (two), 64 * KIB, &table, NULL);
  disk_fixture_open (f, NULL);
  disk_fixture_write_all (f);
  disk_fixture_close (f);
  disk_fixture_open (f, NULL);
  disk_fixture_own_all (f);
  return f;
}

static gboolean
read_cached (DiskFixture *f, guint piece, guint32 begin, guint32 length)
{
  ShoalDiskRange range = { piece, begin, length };
  guint8        *data = shoal_disk_storage_read_cached (f->storage, &range);

  if (data == NULL)
    return FALSE;
  g_assert_cmpmem (data, length, f->content + piece * 64 * KIB + begin, length);
  shoal_disk_buffer_give (data);
  return TRUE;
}

/* Without a copy, where the whole run is there. */
static ShoalBasePipe *
splice_cached (DiskFixture *f, guint piece, guint32 begin, guint32 length)
{
  ShoalDiskRange range = { piece, begin, length };

  return shoal_disk_storage_splice_cached (f->storage, &range);
}

static void
assert_piped (DiskFixture *f, guint piece, guint32 begin, guint32 length, ShoalBasePipe *pipe)
{
  g_autofree guint8 *data = g_malloc (length);

  g_assert_nonnull (pipe);
  g_assert_cmpuint (pipe->len, ==, length);
  g_assert_true (shoal_base_pipe_drain (pipe, data));
  g_assert_cmpmem (data, length, f->content + piece * 64 * KIB + begin, length);
  shoal_base_pipe_give (pipe);
}

static void
test_open_files (void)
{
  DiskFixture *f = make_written ();

  g_assert_false (read_cached (f, 0, 0, 16 * KIB));
  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  g_assert_true (read_cached (f, 0, 0, 16 * KIB));
  g_assert_true (read_cached (f, 3, 5, 64 * KIB - 5));
  g_assert_false (read_cached (f, 5, 0, 1000));            /* the second file is not open */
  g_assert_false (read_cached (f, 4, 40 * KIB, 16 * KIB)); /* in both */
  g_assert_true (disk_fixture_read (f, 5, 0, 1000));
  g_assert_true (read_cached (f, 5, 0, 1000));
  g_assert_false (read_cached (f, 4, 40 * KIB, 16 * KIB));
  disk_fixture_free (f);
}

static void
test_not_in_memory (void)
{
  DiskFixture *f = make_written ();

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  most_cached = 16 * KIB - 1;
  g_assert_false (read_cached (f, 0, 0, 16 * KIB));
  most_cached = 0;
  g_assert_false (read_cached (f, 0, 0, 16 * KIB));
  disk_fixture_free (f);
}

/* What is being written waits for the write, as it would in the queue; what is not does not. */
static void
test_while_written (void)
{
  DiskFixture        *f = make_written ();
  ShoalDiskPieceWrite write = { .piece = 1,
                                .n_blocks = 4,
                                .expected = disk_fixture_get_expected (f, 1) };

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  write.blocks = disk_fixture_take_blocks (f, 1);
  disk_fixture_ask ();
  pthread_mutex_lock (&gate);
  shoal_disk_storage_write_piece (f->storage, &write, disk_fixture_on_piece, f);
  g_assert_false (read_cached (f, 1, 16 * KIB, 100));
  g_assert_true (read_cached (f, 2, 0, 100));
  pthread_mutex_unlock (&gate);
  disk_fixture_wait (f);
  disk_assert_ok ();
  g_assert_true (read_cached (f, 1, 16 * KIB, 100));
  disk_fixture_free (f);
}

static void
test_deleted (void)
{
  DiskFixture     *f = make_written ();
  g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  g_assert_true (read_cached (f, 0, 0, 100));
  g_assert_cmpint (unlink (path), ==, 0);
  g_assert_false (read_cached (f, 0, 0, 100));
  disk_fixture_free (f);
}

/* Nothing of a file is given that somebody else wrote to, and it is told which one that is. */
static void
test_changed (void)
{
  DiskFixture     *f = make_written ();
  g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);
  ShoalBaseBitset *changed = shoal_base_bitset_new (G_N_ELEMENTS (two));
  int              fd = open (path, O_RDWR);

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (ftruncate (fd, 200 * KIB), ==, 0);
  close (fd);
  g_assert_false (read_cached (f, 0, 0, 100));
  g_assert_true (shoal_disk_storage_take_changed (f->storage, changed));
  g_assert_true (shoal_base_bitset_get (changed, 0));
  g_assert_false (shoal_base_bitset_get (changed, 1));
  shoal_base_bitset_free (changed);
  disk_fixture_free (f);
}

/* A folder that is not there any more is found out soon, however much of it is in memory. */
static void
test_folder_gone (void)
{
  DiskFixture     *f = make_written ();
  g_autofree char *away = g_strconcat (f->folder, "-away", NULL);
  gint64           give_up = g_get_monotonic_time () + PATIENCE;

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  g_assert_true (read_cached (f, 0, 0, 100));
  g_assert_cmpint (rename (f->folder, away), ==, 0);
  while (read_cached (f, 0, 0, 100))
    {
      g_assert_cmpint (g_get_monotonic_time (), <, give_up);
      g_usleep (10 * 1000);
    }
  g_assert_null (splice_cached (f, 0, 0, 100));
  g_assert_false (disk_fixture_read (f, 0, 0, 100));
  g_assert_error (disk_answer.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED);
  g_assert_cmpint (rename (away, f->folder), ==, 0);
  disk_fixture_free (f);
}

/* Moves references at most so many bytes at a time; with 0, nothing lies in memory. */
static gssize
limited_splice (gpointer data, int fd, guint64 offset, int pipe, gsize length)
{
  off64_t from = (off64_t) offset;

  errno = ENODATA;
  if (most_cached == 0)
    return -1;
  return splice (fd, &from, pipe, NULL, MIN (length, most_cached), SPLICE_F_NONBLOCK);
}

static DiskFixture *
make_spliced (void)
{
  DiskFixture *f = make_written ();

  table.splice_cached = limited_splice;
  return f;
}

static void
test_spliced (void)
{
  DiskFixture *f = make_spliced ();

  g_assert_null (splice_cached (f, 0, 0, 16 * KIB)); /* not open */
  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  assert_piped (f, 0, 0, 16 * KIB, splice_cached (f, 0, 0, 16 * KIB));
  assert_piped (f, 3, 5, 64 * KIB - 5, splice_cached (f, 3, 5, 64 * KIB - 5));
  g_assert_null (splice_cached (f, 4, 40 * KIB, 16 * KIB)); /* in two files */
  most_cached = 20 * KIB;
  assert_piped (f, 3, 0, 64 * KIB, splice_cached (f, 3, 0, 64 * KIB));
  most_cached = 0;
  g_assert_null (splice_cached (f, 0, 0, 16 * KIB));
  table.splice_cached = NULL;
  g_assert_null (splice_cached (f, 0, 0, 16 * KIB));
  disk_fixture_free (f);
}

/* Also of what is not written: some file systems let nobody splice meanwhile. */
static void
test_spliced_while_written (void)
{
  DiskFixture        *f = make_spliced ();
  ShoalDiskPieceWrite write = { .piece = 1,
                                .n_blocks = 4,
                                .expected = disk_fixture_get_expected (f, 1) };

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  write.blocks = disk_fixture_take_blocks (f, 1);
  disk_fixture_ask ();
  pthread_mutex_lock (&gate);
  shoal_disk_storage_write_piece (f->storage, &write, disk_fixture_on_piece, f);
  g_assert_null (splice_cached (f, 2, 0, 100));
  pthread_mutex_unlock (&gate);
  disk_fixture_wait (f);
  disk_assert_ok ();
  assert_piped (f, 1, 0, 100, splice_cached (f, 1, 0, 100));
  disk_fixture_free (f);
}

/* What is under way arrives whole when the file is cut; nothing more of it is given, and it is
 * told.
 */
static void
test_cut_while_sent (void)
{
  DiskFixture     *f = make_spliced ();
  g_autofree char *path = g_build_filename (f->folder, "t/first", NULL);
  ShoalBaseBitset *changed = shoal_base_bitset_new (G_N_ELEMENTS (two));
  ShoalBasePipe   *pipe;

  g_assert_true (disk_fixture_read (f, 0, 0, 16 * KIB));
  pipe = splice_cached (f, 1, 0, 64 * KIB);
  g_assert_cmpint (truncate (path, 0), ==, 0);
  assert_piped (f, 1, 0, 64 * KIB, pipe);
  g_assert_null (splice_cached (f, 1, 0, 64 * KIB));
  g_assert_false (read_cached (f, 1, 0, 64 * KIB));
  g_assert_cmpint (truncate (path, 300 * KIB), ==, 0); /* the same size again */
  g_assert_null (splice_cached (f, 1, 0, 64 * KIB));
  g_assert_true (shoal_disk_storage_take_changed (f->storage, changed));
  g_assert_true (shoal_base_bitset_get (changed, 0));
  shoal_base_bitset_free (changed);
  disk_fixture_free (f);
}

/* Whether all of the file is in memory, or not all of it. */
static gboolean
is_in_memory (int fd, gsize size)
{
  gsize              n_pages = size / (gsize) sysconf (_SC_PAGESIZE);
  guint8            *map = mmap (NULL, size, PROT_READ, MAP_SHARED, fd, 0);
  g_autofree guint8 *pages = g_malloc (n_pages);
  gboolean           is_there = TRUE;

  g_assert_true (map != MAP_FAILED);
  g_assert_cmpint (mincore (map, size, pages), ==, 0);
  for (gsize i = 0; i < n_pages; i++)
    is_there &= (pages[i] & 1) != 0;
  munmap (map, size);
  return is_there;
}

/* The real call on a file of the disk, if that is where these are: all of it, or nothing where a
 * page would be waited for; and past its end. */
static void
test_real_splice (void)
{
  const ShoalDiskSyscalls *syscalls = shoal_disk_syscalls_get_real ();
  g_autofree char         *path = NULL;
  g_autofree guint8       *data = g_malloc (64 * KIB), *got = g_malloc (64 * KIB);
  int                      fd = g_file_open_tmp ("shoal-XXXXXX", &path, NULL), ends[2];
  gboolean                 is_there;
  gssize                   n;

  g_assert_cmpint (fd, >=, 0);
  memset (data, 'x', 64 * KIB);
  g_assert_cmpint (write (fd, data, 64 * KIB), ==, 64 * KIB);
  g_assert_cmpint (pipe2 (ends, O_NONBLOCK), ==, 0);
  for (guint round = 0; round < 2; round++)
    {
      is_there = is_in_memory (fd, 64 * KIB);
      n = syscalls->splice_cached (syscalls->data, fd, 10, ends[1], 60 * KIB);
      if (n > 0)
        g_assert_cmpint (read (ends[0], got, 64 * KIB), ==, n);
      g_assert_cmpmem (got, MAX (n, 0), data, MAX (n, 0));
      if (!is_there)
        g_assert_cmpint (n, ==, -1);
      g_assert_cmpint (fdatasync (fd), ==, 0);
      posix_fadvise (fd, 0, 0, POSIX_FADV_DONTNEED);
      /* Only what is read by the first byte is there again. */
      g_assert_cmpint (pread (fd, got, 1, 10), ==, 1);
      posix_fadvise (fd, 16 * KIB, 0, POSIX_FADV_DONTNEED);
    }
  g_assert_cmpint (syscalls->splice_cached (syscalls->data, fd, 64 * KIB, ends[1], KIB), <=, 0);
  g_assert_cmpint (syscalls->splice_cached (syscalls->data, ends[0], 0, ends[1], KIB), ==, -1);
  close (ends[0]);
  close (ends[1]);
  close (fd);
  g_assert_cmpint (unlink (path), ==, 0);
}

/* The real call: files in memory have no RWF_NOWAIT, and are read all the same; others are never
 * waited for. */
static void
test_real (void)
{
  const ShoalDiskSyscalls *syscalls = shoal_disk_syscalls_get_real ();
  int                      fd = memfd_create ("test", MFD_CLOEXEC), pipes[2];
  char                     bytes[5] = "";
  struct iovec             iov = { bytes, sizeof bytes };

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (pwrite (fd, "abcde", 5, 3), ==, 5);
  g_assert_cmpint (syscalls->preadv_cached (syscalls->data, fd, &iov, 1, 3), ==, 5);
  g_assert_cmpmem (bytes, 5, "abcde", 5);
  close (fd);
  g_assert_cmpint (pipe (pipes), ==, 0);
  g_assert_cmpint (syscalls->preadv_cached (syscalls->data, pipes[0], &iov, 1, 0), ==, -1);
  close (pipes[0]);
  close (pipes[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/cached/open-files", test_open_files);
  g_test_add_func ("/disk/cached/not-in-memory", test_not_in_memory);
  g_test_add_func ("/disk/cached/while-written", test_while_written);
  g_test_add_func ("/disk/cached/deleted", test_deleted);
  g_test_add_func ("/disk/cached/changed", test_changed);
  g_test_add_func ("/disk/cached/folder-gone", test_folder_gone);
  g_test_add_func ("/disk/cached/spliced", test_spliced);
  g_test_add_func ("/disk/cached/spliced-while-written", test_spliced_while_written);
  g_test_add_func ("/disk/cached/cut-while-sent", test_cut_while_sent);
  g_test_add_func ("/disk/cached/real-splice", test_real_splice);
  g_test_add_func ("/disk/cached/real", test_real);
  return g_test_run ();
}
