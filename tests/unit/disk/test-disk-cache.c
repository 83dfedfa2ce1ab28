/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-cache.h"

#include <fcntl.h>
#include <pthread.h>
#include <sys/resource.h>

#include "base/shoal-base-random.h"
#include "disk-fixture.h"
#include "support/support-disk-fault.h"

#define MAX_OPEN 5
#define N_FILES  4

/* Storages have names from 1 on. */
#define ONE 1
#define TWO 2

typedef struct
{
  GMainContext     *context;
  SupportDiskFault *disk; /* counts what is open */
  ShoalDiskQueue   *queue;
  ShoalDiskCache   *cache;
  char             *folder;
} Fixture;

static void
set_up (Fixture *self, gconstpointer max_open)
{
  ShoalDiskQueueOptions options = { 0 };

  self->context = options.context = g_main_context_new ();
  self->disk = support_disk_fault_new (NULL, 1);
  options.syscalls = support_disk_fault_get_syscalls (self->disk);
  self->queue = shoal_disk_queue_new (&options);
  self->cache = shoal_disk_cache_new (self->queue, GPOINTER_TO_UINT (max_open));
  self->folder = disk_fixture_make_folder (NULL);
}

static void
tear_down (Fixture *self, gconstpointer max_open)
{
  shoal_disk_cache_free (self->cache);
  g_assert_cmpint (support_disk_fault_get_n_open (self->disk), ==, 0);
  g_assert_true (shoal_disk_queue_stop (self->queue, 5 * G_USEC_PER_SEC, NULL));
  shoal_disk_queue_free (self->queue);
  support_disk_fault_free (self->disk);
  g_main_context_unref (self->context);
  disk_fixture_remove_folder (self->folder);
}

/* As a job opens a file that the cache has not. */
static ShoalDiskCacheLoan
lend (Fixture *self, guint64 storage, guint file, gboolean for_writing)
{
  const ShoalDiskSyscalls *disk = support_disk_fault_get_syscalls (self->disk);
  g_autofree char         *path = g_strdup_printf ("%s/%u-%u", self->folder, (guint) storage, file);
  ShoalDiskCacheLoan       loan = {
          .fd = disk->open_at (
        disk->data, AT_FDCWD, path, O_CREAT | O_CLOEXEC | (for_writing ? O_RDWR : O_RDONLY), 0644)
  };

  g_assert_cmpint (loan.fd, >=, 0);
  shoal_disk_cache_lend (self->cache, storage, file, for_writing, &loan);
  return loan;
}

/* Opens it, and nobody uses it any more. */
static int
keep (Fixture *self, guint64 storage, guint file, gboolean for_writing)
{
  ShoalDiskCacheLoan loan = lend (self, storage, file, for_writing);

  shoal_disk_cache_give_back (self->cache, &loan);
  return loan.fd;
}

/* The descriptor of a file that the cache has; -1: it has it not. */
static int
look (Fixture *self, guint64 storage, guint file, gboolean for_writing)
{
  ShoalDiskCacheLoan loan;

  if (!shoal_disk_cache_borrow (self->cache, storage, file, for_writing, &loan))
    return -1;
  shoal_disk_cache_give_back (self->cache, &loan);
  return loan.fd;
}

static void
assert_n_open (Fixture *self, guint n_kept, guint n_open)
{
  g_assert_cmpuint (shoal_disk_cache_get_n_open (self->cache), ==, n_kept);
  g_assert_cmpint (support_disk_fault_get_n_open (self->disk), ==, n_open);
}

static void
test_find (Fixture *self, gconstpointer max_open)
{
  int reader, writer;

  g_assert_cmpint (look (self, ONE, 0, FALSE), ==, -1);
  assert_n_open (self, 0, 0);
  reader = keep (self, ONE, 0, FALSE);
  g_assert_cmpint (look (self, ONE, 0, FALSE), ==, reader);
  g_assert_cmpint (look (self, ONE, 0, TRUE), ==, -1);
  g_assert_cmpint (look (self, ONE, 1, FALSE), ==, -1);
  g_assert_cmpint (look (self, TWO, 0, FALSE), ==, -1);
  writer = keep (self, TWO, 0, TRUE);
  g_assert_cmpint (look (self, TWO, 0, TRUE), ==, writer);
  g_assert_cmpint (look (self, TWO, 0, FALSE), ==, writer);
  assert_n_open (self, 2, 2);
}

/* Who only reads gives way to who writes, at once or when it is given back. */
static void
test_reader_gives_way (Fixture *self, gconstpointer max_open)
{
  ShoalDiskCacheLoan reader = lend (self, ONE, 0, FALSE);
  int                writer;

  keep (self, ONE, 1, FALSE);
  keep (self, TWO, 0, FALSE);
  writer = keep (self, ONE, 0, TRUE);
  assert_n_open (self, 4, 4);
  g_assert_cmpint (look (self, ONE, 0, FALSE), ==, writer);
  g_assert_cmpint (fcntl (reader.fd, F_GETFD), >=, 0);
  shoal_disk_cache_give_back (self->cache, &reader);
  assert_n_open (self, 3, 3);
  writer = keep (self, ONE, 1, TRUE);
  assert_n_open (self, 3, 3);
  g_assert_cmpint (look (self, ONE, 1, FALSE), ==, writer);
  /* The same file of another storage is another file. */
  g_assert_cmpint (look (self, TWO, 0, FALSE), >=, 0);
}

/* Two jobs that missed the same file at the same moment both opened it. */
static void
test_two_readers_give_way (Fixture *self, gconstpointer max_open)
{
  ShoalDiskCacheLoan first = lend (self, ONE, 0, FALSE);
  ShoalDiskCacheLoan second = lend (self, ONE, 0, FALSE);

  shoal_disk_cache_give_back (self->cache, &first);
  shoal_disk_cache_give_back (self->cache, &second);
  assert_n_open (self, 2, 2);
  keep (self, ONE, 0, TRUE);
  assert_n_open (self, 1, 1);

  first = lend (self, ONE, 1, FALSE);
  second = lend (self, ONE, 1, FALSE);
  shoal_disk_cache_give_back (self->cache, &second);
  keep (self, ONE, 1, TRUE);
  assert_n_open (self, 3, 3);
  shoal_disk_cache_give_back (self->cache, &first);
  assert_n_open (self, 2, 2);
}

/* The one not used for longest goes first; use counts, not age. */
static void
test_oldest_goes (Fixture *self, gconstpointer max_open)
{
  guint i;

  for (i = 0; i < MAX_OPEN; i++)
    keep (self, ONE, i, FALSE);
  assert_n_open (self, MAX_OPEN, MAX_OPEN);
  g_assert_cmpint (look (self, ONE, 0, FALSE), >=, 0);
  keep (self, TWO, 0, FALSE);
  assert_n_open (self, MAX_OPEN, MAX_OPEN);
  g_assert_cmpint (look (self, ONE, 1, FALSE), ==, -1);
  for (i = 0; i < MAX_OPEN; i++)
    if (i != 1)
      g_assert_cmpint (look (self, ONE, i, FALSE), >=, 0);
  keep (self, TWO, 1, FALSE);
  g_assert_cmpint (look (self, TWO, 0, FALSE), ==, -1);
}

/* What is lent does not go, however old; where all are, the next one is not kept. */
static void
test_all_lent (Fixture *self, gconstpointer max_open)
{
  ShoalDiskCacheLoan loans[MAX_OPEN], more;
  guint              i;

  for (i = 0; i < MAX_OPEN; i++)
    loans[i] = lend (self, ONE, i, TRUE);
  g_assert_false (shoal_disk_cache_make_room (self->cache));
  more = lend (self, TWO, 0, TRUE);
  g_assert_cmpuint (more.slot, ==, SHOAL_DISK_CACHE_NO_SLOT);
  assert_n_open (self, MAX_OPEN, MAX_OPEN + 1);
  g_assert_cmpint (look (self, TWO, 0, FALSE), ==, -1);
  shoal_disk_cache_give_back (self->cache, &more);
  assert_n_open (self, MAX_OPEN, MAX_OPEN);

  /* Lent twice, it is lent until both have given it back. */
  g_assert_true (shoal_disk_cache_borrow (self->cache, ONE, 3, TRUE, &more));
  g_assert_cmpuint (more.slot, ==, loans[3].slot);
  shoal_disk_cache_give_back (self->cache, &more);
  g_assert_false (shoal_disk_cache_make_room (self->cache));
  shoal_disk_cache_give_back (self->cache, &loans[3]);
  g_assert_true (shoal_disk_cache_make_room (self->cache));
  g_assert_cmpint (look (self, ONE, 3, FALSE), ==, -1);
  assert_n_open (self, MAX_OPEN - 1, MAX_OPEN - 1);
  for (i = 0; i < MAX_OPEN; i++)
    if (i != 3)
      shoal_disk_cache_give_back (self->cache, &loans[i]);
}

static void
test_drop (Fixture *self, gconstpointer max_open)
{
  ShoalDiskCacheLoan lent = lend (self, ONE, 0, TRUE);
  int                other;

  keep (self, ONE, 1, FALSE);
  keep (self, ONE, 2, TRUE);
  other = keep (self, TWO, 0, TRUE);
  shoal_disk_cache_drop (self->cache, ONE, 1);
  g_assert_cmpint (look (self, ONE, 1, FALSE), ==, -1);
  assert_n_open (self, 3, 3);

  shoal_disk_cache_drop (self->cache, ONE, SHOAL_DISK_CACHE_ALL);
  assert_n_open (self, 2, 2);
  g_assert_cmpint (look (self, ONE, 0, FALSE), ==, -1);
  g_assert_cmpint (look (self, ONE, 2, FALSE), ==, -1);
  g_assert_cmpint (look (self, TWO, 0, TRUE), ==, other);
  g_assert_cmpint (fcntl (lent.fd, F_GETFD), >=, 0);

  /* Opened anew it is another one, and the old one goes when it is given back. */
  g_assert_cmpint (keep (self, ONE, 0, TRUE), !=, lent.fd);
  shoal_disk_cache_give_back (self->cache, &lent);
  assert_n_open (self, 2, 2);
  g_assert_cmpint (look (self, ONE, 0, TRUE), !=, -1);
  shoal_disk_cache_drop (self->cache, ONE, 77);
  assert_n_open (self, 2, 2);
}

/* Opens more files than there can be room for; returns how many are kept. */
static guint
fill (guint max_open)
{
  Fixture self;
  guint   n_kept, i;

  set_up (&self, GUINT_TO_POINTER (max_open));
  for (i = 0; i < 60; i++)
    keep (&self, ONE, i, FALSE);
  n_kept = shoal_disk_cache_get_n_open (self.cache);
  tear_down (&self, NULL);
  return n_kept;
}

/* Never more than an eighth of what the process may open; a few even so. */
static void
test_limit_of_process (void)
{
  struct rlimit before, limit;

  g_assert_cmpint (getrlimit (RLIMIT_NOFILE, &before), ==, 0);
  limit = before;
  limit.rlim_cur = MIN (before.rlim_max, 1024);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (fill (0), ==, 40);
  g_assert_cmpuint (fill (1), ==, 4);
  g_assert_cmpuint (fill (50), ==, 50);
  limit.rlim_cur = 160;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (fill (0), ==, 20);
  g_assert_cmpuint (fill (10), ==, 10);
  limit.rlim_cur = 30;
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &limit), ==, 0);
  g_assert_cmpuint (fill (0), ==, 4);
  g_assert_cmpint (setrlimit (RLIMIT_NOFILE, &before), ==, 0);
}

typedef struct
{
  Fixture *fixture;
  guint    number;
} Worker;

/* What was lent is the file that was asked for, and open, for as long as it is lent. */
static void
use (Fixture *self, guint64 storage, guint file, const ShoalDiskCacheLoan *loan)
{
  g_autofree char *path = g_strdup_printf ("%s/%u-%u", self->folder, (guint) storage, file);
  struct stat      expected, found;

  g_assert_cmpint (stat (path, &expected), ==, 0);
  g_assert_cmpint (fstat (loan->fd, &found), ==, 0);
  g_assert_cmpuint (found.st_ino, ==, expected.st_ino);
}

static gpointer
work (gpointer user_data)
{
  Worker         *worker = user_data;
  Fixture        *self = worker->fixture;
  ShoalBaseRandom random;
  guint           i;

  shoal_base_random_init (&random, worker->number);
  for (i = 0; i < 2000; i++)
    {
      guint64            storage = ONE + shoal_base_random_below (&random, 2);
      guint              file = shoal_base_random_below (&random, N_FILES);
      gboolean           for_writing = shoal_base_random_below (&random, 2) == 0;
      ShoalDiskCacheLoan loan;

      if (!shoal_disk_cache_borrow (self->cache, storage, file, for_writing, &loan))
        loan = lend (self, storage, file, for_writing);
      use (self, storage, file, &loan);
      if (shoal_base_random_below (&random, 20) == 0)
        shoal_disk_cache_drop (
            self->cache, storage, file == N_FILES - 1 ? SHOAL_DISK_CACHE_ALL : file);
      if (shoal_base_random_below (&random, 20) == 0)
        shoal_disk_cache_make_room (self->cache);
      use (self, storage, file, &loan);
      shoal_disk_cache_give_back (self->cache, &loan);
    }
  return NULL;
}

static void
test_threads (Fixture *self, gconstpointer max_open)
{
  pthread_t threads[4];
  Worker    workers[4];
  guint     i;

  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    {
      workers[i] = (Worker){ .fixture = self, .number = i + 1 };
      g_assert_cmpint (pthread_create (&threads[i], NULL, work, &workers[i]), ==, 0);
    }
  for (i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpint (pthread_join (threads[i], NULL), ==, 0);
  g_assert_cmpuint (shoal_disk_cache_get_n_open (self->cache), <=, MAX_OPEN);
  g_assert_cmpint (
      support_disk_fault_get_n_open (self->disk), ==, shoal_disk_cache_get_n_open (self->cache));
  while (shoal_disk_cache_make_room (self->cache))
    continue;
  assert_n_open (self, 0, 0);
}

static void
add (const char *path, void (*test) (Fixture *self, gconstpointer max_open))
{
  g_test_add (path, Fixture, GUINT_TO_POINTER (MAX_OPEN), set_up, test, tear_down);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  add ("/disk/cache/find", test_find);
  add ("/disk/cache/reader-gives-way", test_reader_gives_way);
  add ("/disk/cache/two-readers-give-way", test_two_readers_give_way);
  add ("/disk/cache/oldest-goes", test_oldest_goes);
  add ("/disk/cache/all-lent", test_all_lent);
  add ("/disk/cache/drop", test_drop);
  g_test_add_func ("/disk/cache/limit-of-process", test_limit_of_process);
  add ("/disk/cache/threads", test_threads);
  return g_test_run ();
}
