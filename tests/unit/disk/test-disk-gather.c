/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <pthread.h>

#include "disk/shoal-disk-queue-private.h"

/* Jobs that wait for each other: when they are due, and what becomes of them in a queue. */

#define MSEC 1000

typedef struct
{
  ShoalDiskJob job;
  guint        n_computed;
  guint        n_stepped;
} TestJob;

static guint           largest, n_done, n_cancelled;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/* While closed, what computes waits before it. */
static struct
{
  pthread_cond_t changed;
  gboolean       is_closed;
  guint          n_inside;
} door = { PTHREAD_COND_INITIALIZER, FALSE, 0 };

static void
compute_many (ShoalDiskJob **jobs, guint n_jobs, ShoalDiskStep *next)
{
  guint i;

  pthread_mutex_lock (&lock);
  largest = MAX (largest, n_jobs);
  door.n_inside++;
  pthread_cond_broadcast (&door.changed);
  while (door.is_closed)
    pthread_cond_wait (&door.changed, &lock);
  door.n_inside--;
  pthread_mutex_unlock (&lock);
  for (i = 0; i < n_jobs; i++)
    {
      ((TestJob *) jobs[i])->n_computed++;
      next[i] = SHOAL_DISK_STEP_IO;
    }
}

static ShoalDiskStep
step (ShoalDiskJob *job)
{
  ((TestJob *) job)->n_stepped++;
  return SHOAL_DISK_STEP_DONE;
}

static void
finish (ShoalDiskJob *job, gboolean is_cancelled)
{
  TestJob *self = (TestJob *) job;

  if (is_cancelled)
    {
      n_cancelled++;
      g_assert_cmpuint (self->n_stepped, ==, 0);
    }
  else
    {
      n_done++;
      g_assert_cmpuint (self->n_computed, ==, 1);
      g_assert_cmpuint (self->n_stepped, ==, 1);
    }
  g_free (self);
}

static const ShoalDiskJobOps ops = { "test", step, finish, compute_many };
static const ShoalDiskJobOps other_ops = { "test another", step, finish, compute_many };

static TestJob *
new_job (guint64 write_bytes, const ShoalDiskJobOps *its_ops)
{
  TestJob *self = g_new0 (TestJob, 1);

  self->job.ops = its_ops;
  self->job.next = SHOAL_DISK_STEP_COMPUTE;
  self->job.write_bytes = write_bytes;
  shoal_base_list_init (&self->job.link);
  return self;
}

typedef struct
{
  ShoalDiskSource source;
  ShoalDiskGather gather;
} Fixture;

static void
set_up (Fixture *self, gconstpointer data)
{
  shoal_base_list_init (&self->source.normal);
  shoal_base_list_init (&self->source.bulk);
  shoal_disk_queue_gather_init (&self->gather, &self->source);
  self->gather.max_bytes = 16 * 1024 * 1024;
}

static void
add (Fixture *self, guint64 write_bytes, gint64 now_usec)
{
  shoal_disk_queue_gather_add (&self->gather, &new_job (write_bytes, &ops)->job, now_usec);
}

static guint
take (Fixture *self, gint64 now_usec)
{
  ShoalDiskJob *jobs[SHOAL_DISK_GATHER_MAX];
  guint         n = shoal_disk_queue_gather_take (&self->gather, jobs, now_usec);
  guint         i;

  for (i = 0; i < n; i++)
    g_free (jobs[i]);
  return n;
}

static gboolean
is_ready (const Fixture *self, gint64 now_usec)
{
  return shoal_disk_queue_gather_is_ready (&self->gather, now_usec);
}

static void
tear_down (Fixture *self, gconstpointer data)
{
  g_assert_cmpuint (take (self, 0), ==, 0);
}

/* One that comes now and then waits for nobody. */
static void
test_slow (Fixture *self, gconstpointer data)
{
  gint64 now_usec;

  g_assert_false (is_ready (self, 0));
  for (now_usec = 0; now_usec < 1000 * MSEC; now_usec += 30 * MSEC)
    {
      add (self, 1, now_usec);
      g_assert_true (is_ready (self, now_usec));
      g_assert_cmpuint (take (self, now_usec), ==, 1);
    }
}

/* Where many come, each waits for eight, or for 50 ms. */
static void
test_fast (Fixture *self, gconstpointer data)
{
  gint64 now_usec;
  guint  i;

  for (i = 0; i < SHOAL_DISK_GATHER_MIN; i++)
    {
      add (self, 1, i * MSEC);
      g_assert_cmpuint (take (self, i * MSEC), ==, 1);
    }
  for (i = 0; i < 8; i++)
    {
      now_usec = (SHOAL_DISK_GATHER_MIN + i) * MSEC;
      g_assert_false (is_ready (self, now_usec));
      add (self, 1, now_usec);
    }
  g_assert_true (is_ready (self, now_usec));
  add (self, 1, now_usec);
  g_assert_cmpuint (take (self, now_usec), ==, 8);
  g_assert_false (is_ready (self, now_usec + 49 * MSEC));
  g_assert_true (is_ready (self, now_usec + 50 * MSEC));
  g_assert_cmpuint (take (self, now_usec + 50 * MSEC), ==, 1);
}

/* What waits does not fill the memory. */
static void
test_large (Fixture *self, gconstpointer data)
{
  guint i;

  for (i = 0; i < SHOAL_DISK_GATHER_MIN; i++)
    {
      add (self, 1, i);
      g_assert_cmpuint (take (self, i), ==, 1);
    }
  for (i = 0; i < 4; i++)
    {
      g_assert_false (is_ready (self, 10));
      add (self, 4 * 1024 * 1024, 10);
    }
  g_assert_true (is_ready (self, 10));
  g_assert_cmpuint (take (self, 10), ==, 4);
}

/* Another kind of work is not computed with them. */
static void
test_kinds (Fixture *self, gconstpointer data)
{
  add (self, 1, 0);
  add (self, 1, 0);
  shoal_disk_queue_gather_add (&self->gather, &new_job (1, &other_ops)->job, 0);
  add (self, 1, 0);
  g_assert_cmpuint (take (self, 0), ==, 2);
  g_assert_cmpuint (take (self, 0), ==, 1);
  g_assert_cmpuint (take (self, 0), ==, 1);
}

/* In a queue: each is computed once and stepped once, or cancelled, and all are answered. */
static void
test_queue (void)
{
  ShoalDiskQueueOptions options = { .context = g_main_context_new (), .n_workers = 4 };
  ShoalDiskQueue       *queue = shoal_disk_queue_new (&options);
  ShoalDiskTicket       ticket;
  guint                 i;

  largest = n_done = n_cancelled = 0;
  for (i = 0; i < 1000; i++)
    {
      ticket = shoal_disk_queue_submit (queue, &new_job (1, &ops)->job);
      if (i % 10 == 9)
        shoal_disk_queue_cancel (queue, ticket);
      if (i % 100 == 99)
        while (shoal_disk_queue_get_n_jobs (queue) > 0)
          g_main_context_iteration (options.context, TRUE);
    }
  g_assert_cmpuint (n_done + n_cancelled, ==, 1000);
  g_assert_cmpuint (n_done, >=, 900);
  g_assert_cmpuint (largest, ==, SHOAL_DISK_GATHER_MAX);
  for (i = 0; i < 5; i++) /* some may still wait for others */
    shoal_disk_queue_submit (queue, &new_job (1, &ops)->job);
  g_assert_true (shoal_disk_queue_stop (queue, 5 * G_USEC_PER_SEC, NULL));
  g_assert_cmpuint (n_done + n_cancelled, ==, 1005);
  shoal_disk_queue_free (queue);
  g_main_context_unref (options.context);
}

static void
drain (ShoalDiskQueue *queue, GMainContext *context)
{
  while (shoal_disk_queue_get_n_jobs (queue) > 0)
    g_main_context_iteration (context, TRUE);
}

/* When all workers sleep already, one of them sees to it that a job does not wait for ever. */
static void
test_straggler (void)
{
  ShoalDiskQueueOptions options = { .context = g_main_context_new (), .n_workers = 2 };
  ShoalDiskQueue       *queue = shoal_disk_queue_new (&options);
  guint                 round, i;

  n_done = n_cancelled = 0;
  for (round = 0; round < 10; round++)
    {
      for (i = 0; i < 2 * SHOAL_DISK_GATHER_MAX; i++)
        shoal_disk_queue_submit (queue, &new_job (1, &ops)->job);
      drain (queue, options.context);
      shoal_disk_queue_submit (queue, &new_job (1, &ops)->job);
      drain (queue, options.context);
    }
  g_assert_cmpuint (n_done, ==, 10 * (2 * SHOAL_DISK_GATHER_MAX + 1));
  g_assert_true (shoal_disk_queue_stop (queue, 5 * G_USEC_PER_SEC, NULL));
  shoal_disk_queue_free (queue);
  g_main_context_unref (options.context);
}

/* What is cancelled while it is computed ends there. */
static void
test_cancel (void)
{
  ShoalDiskQueueOptions options = { .context = g_main_context_new (), .n_workers = 2 };
  ShoalDiskQueue       *queue = shoal_disk_queue_new (&options);
  ShoalDiskTicket       ticket;

  n_done = n_cancelled = 0;
  door.is_closed = TRUE;
  ticket = shoal_disk_queue_submit (queue, &new_job (1, &ops)->job);
  pthread_mutex_lock (&lock);
  while (door.n_inside == 0)
    pthread_cond_wait (&door.changed, &lock);
  pthread_mutex_unlock (&lock);
  shoal_disk_queue_cancel (queue, ticket);
  pthread_mutex_lock (&lock);
  door.is_closed = FALSE;
  pthread_cond_broadcast (&door.changed);
  pthread_mutex_unlock (&lock);
  drain (queue, options.context);
  g_assert_cmpuint (n_cancelled, ==, 1);
  g_assert_cmpuint (n_done, ==, 0);
  g_assert_true (shoal_disk_queue_stop (queue, 5 * G_USEC_PER_SEC, NULL));
  shoal_disk_queue_free (queue);
  g_main_context_unref (options.context);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/disk/gather/slow", Fixture, NULL, set_up, test_slow, tear_down);
  g_test_add ("/disk/gather/fast", Fixture, NULL, set_up, test_fast, tear_down);
  g_test_add ("/disk/gather/large", Fixture, NULL, set_up, test_large, tear_down);
  g_test_add ("/disk/gather/kinds", Fixture, NULL, set_up, test_kinds, tear_down);
  g_test_add_func ("/disk/gather/queue", test_queue);
  g_test_add_func ("/disk/gather/straggler", test_straggler);
  g_test_add_func ("/disk/gather/cancel", test_cancel);
  return g_test_run ();
}
