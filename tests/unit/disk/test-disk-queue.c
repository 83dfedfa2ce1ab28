/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "disk/shoal-disk-queue.h"

#include <pthread.h>
#include <stdatomic.h>

#include "base/shoal-base-random.h"
#include "disk/shoal-disk-queue-private.h"

static GMainContext *context;

static ShoalDiskQueue *
new_queue (guint n_workers)
{
  ShoalDiskQueueOptions options = { .n_workers = n_workers };

  context = options.context = g_main_context_new ();
  return shoal_disk_queue_new (&options);
}

static void
free_queue (ShoalDiskQueue *queue)
{
  g_assert_true (shoal_disk_queue_stop (queue, 5 * G_USEC_PER_SEC, NULL));
  shoal_disk_queue_free (queue);
  g_clear_pointer (&context, g_main_context_unref);
}

/* A door that work stands before until the test opens it. */
static struct
{
  pthread_mutex_t lock;
  pthread_cond_t  changed;
  gboolean        is_open[4];
  guint           n_inside[4];
} doors = { PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, { FALSE }, { 0 } };

static void
set_door (guint door, gboolean is_open)
{
  pthread_mutex_lock (&doors.lock);
  doors.is_open[door] = is_open;
  pthread_cond_broadcast (&doors.changed);
  pthread_mutex_unlock (&doors.lock);
}

/* Waits until exactly @n stand before @door. */
static void
wait_for_inside (guint door, guint n)
{
  pthread_mutex_lock (&doors.lock);
  while (doors.n_inside[door] != n)
    pthread_cond_wait (&doors.changed, &doors.lock);
  pthread_mutex_unlock (&doors.lock);
}

static guint
get_n_inside (guint door)
{
  guint n;

  pthread_mutex_lock (&doors.lock);
  n = doors.n_inside[door];
  pthread_mutex_unlock (&doors.lock);
  return n;
}

typedef struct
{
  guint         door;
  guint         n_steps; /* to go */
  ShoalDiskStep again;
  guint        *n_done;
  guint        *n_cancelled;
  char          name;
} Call;

static GString *done_order;

static ShoalDiskStep
stand_before_door (gpointer data)
{
  Call *call = data;

  pthread_mutex_lock (&doors.lock);
  doors.n_inside[call->door]++;
  pthread_cond_broadcast (&doors.changed);
  while (!doors.is_open[call->door])
    pthread_cond_wait (&doors.changed, &doors.lock);
  doors.n_inside[call->door]--;
  pthread_cond_broadcast (&doors.changed);
  pthread_mutex_unlock (&doors.lock);
  return --call->n_steps > 0 ? call->again : SHOAL_DISK_STEP_DONE;
}

static void
count_done (gpointer data, gboolean is_cancelled)
{
  Call *call = data;

  if (is_cancelled)
    ++*call->n_cancelled;
  else
    ++*call->n_done;
  if (done_order != NULL)
    g_string_append_c (done_order, call->name);
  g_free (call);
}

static guint n_done, n_cancelled;

static ShoalDiskTicket
submit_with (ShoalDiskQueue *queue, guint64 device, Call template, gboolean is_bulk)
{
  ShoalDiskCall call = { .what = "test",
                         .work = stand_before_door,
                         .done = count_done,
                         .data = g_memdup2 (&template, sizeof template),
                         .device = device,
                         .first = SHOAL_DISK_STEP_IO,
                         .is_bulk = is_bulk };

  ((Call *) call.data)->n_done = &n_done;
  ((Call *) call.data)->n_cancelled = &n_cancelled;
  return shoal_disk_queue_submit_call (queue, &call);
}

static ShoalDiskTicket
submit (ShoalDiskQueue *queue, guint64 device, guint door)
{
  return submit_with (queue, device, (Call){ .door = door, .n_steps = 1, .name = 'n' }, FALSE);
}

static void
reset (void)
{
  guint i;

  n_done = n_cancelled = 0;
  for (i = 0; i < G_N_ELEMENTS (doors.is_open); i++)
    set_door (i, FALSE);
}

static void
wait_for_answers (guint n)
{
  while (n_done + n_cancelled < n)
    g_main_context_iteration (context, TRUE);
}

/* What is under way on one device never takes more than half of the workers. */
static void
test_devices (void)
{
  ShoalDiskQueue *queue;
  guint           i;

  reset ();
  queue = new_queue (4);
  for (i = 0; i < 6; i++)
    submit (queue, 100, 0);
  wait_for_inside (0, 2);
  set_door (1, TRUE);
  for (i = 0; i < 6; i++)
    submit (queue, 200, 1);
  wait_for_answers (6);
  g_assert_cmpuint (get_n_inside (0), ==, 2);
  g_assert_cmpuint (shoal_disk_queue_get_n_jobs (queue), ==, 6);
  set_door (0, TRUE);
  wait_for_answers (12);
  g_assert_cmpuint (n_done, ==, 12);
  free_queue (queue);
}

/* Steps that only compute need no device: all workers may run them. */
static void
test_compute (void)
{
  ShoalDiskQueue *queue;
  ShoalDiskCall   call;
  guint           i;

  reset ();
  queue = new_queue (4);
  for (i = 0; i < 4; i++)
    {
      Call template = { .door = 0, .n_steps = 1, .n_done = &n_done, .n_cancelled = &n_cancelled };

      call = (ShoalDiskCall){ .what = "test",
                              .work = stand_before_door,
                              .done = count_done,
                              .data = g_memdup2 (&template, sizeof template),
                              .device = 100,
                              .first = SHOAL_DISK_STEP_COMPUTE };
      shoal_disk_queue_submit_call (queue, &call);
    }
  wait_for_inside (0, 4);
  set_door (0, TRUE);
  wait_for_answers (4);
  free_queue (queue);
}

/* Two devices that hang hold all workers: after a second others start for a third, and go again. */
static void
test_stall (void)
{
  ShoalDiskQueue *queue;
  guint           i, n_alive;

  reset ();
  queue = new_queue (4);
  for (i = 0; i < 3; i++)
    {
      submit (queue, 100, 0);
      submit (queue, 200, 0);
    }
  wait_for_inside (0, 4);
  submit (queue, 300, 1);
  submit (queue, 300, 1);
  shoal_disk_queue_tick (queue, g_get_monotonic_time ());
  g_assert_cmpuint (get_n_inside (1), ==, 0);
  shoal_disk_queue_tick (queue, g_get_monotonic_time () + 2 * G_USEC_PER_SEC);
  wait_for_inside (1, 2);
  g_assert_cmpuint (get_n_inside (0), ==, 4);
  set_door (1, TRUE);
  wait_for_answers (2);
  set_door (0, TRUE);
  wait_for_answers (8);
  do
    {
      shoal_disk_queue_tick (queue, g_get_monotonic_time ());
      pthread_mutex_lock (&queue->lock);
      n_alive = queue->n_alive;
      pthread_mutex_unlock (&queue->lock);
    }
  while (n_alive > 4);
  free_queue (queue);
}

static void
test_max_workers (void)
{
  ShoalDiskQueue *queue;
  guint           device;

  reset ();
  queue = new_queue (4);
  for (device = 1; device <= 40; device++)
    submit (queue, device, 0);
  while (get_n_inside (0) < SHOAL_DISK_QUEUE_MAX_WORKERS)
    shoal_disk_queue_tick (queue, g_get_monotonic_time () + 2 * G_USEC_PER_SEC);
  for (device = 0; device < 10; device++)
    shoal_disk_queue_tick (queue, g_get_monotonic_time () + 2 * G_USEC_PER_SEC);
  g_assert_cmpuint (get_n_inside (0), ==, SHOAL_DISK_QUEUE_MAX_WORKERS);
  set_door (0, TRUE);
  wait_for_answers (40);
  free_queue (queue);
}

/* Others go before a long job that yields, but it goes on. */
static void
test_bulk (void)
{
  ShoalDiskQueue *queue;
  guint           i;

  reset ();
  done_order = g_string_new (NULL);
  queue = new_queue (2);
  submit_with (queue,
               100,
               (Call){ .door = 0, .n_steps = 5, .again = SHOAL_DISK_STEP_IO, .name = 'B' },
               TRUE);
  wait_for_inside (0, 1);
  for (i = 0; i < 20; i++)
    submit (queue, 100, 0);
  set_door (0, TRUE);
  wait_for_answers (21);
  /* A step now, and one after each eight turns: the fifth comes at the end. */
  g_assert_cmpstr (done_order->str, ==, "nnnnnnnnnnnnnnnnnnnnB");
  g_string_free (done_order, TRUE);
  done_order = NULL;
  free_queue (queue);
}

static void
test_cancel (void)
{
  ShoalDiskQueue *queue;
  ShoalDiskTicket running, waiting;

  reset ();
  queue = new_queue (2);
  running = submit_with (
      queue, 100, (Call){ .door = 0, .n_steps = 1000, .again = SHOAL_DISK_STEP_IO }, FALSE);
  waiting = submit (queue, 100, 0);
  submit (queue, 100, 0);
  wait_for_inside (0, 1);
  shoal_disk_queue_cancel (queue, waiting);
  shoal_disk_queue_cancel (queue, waiting);
  g_assert_cmpuint (n_cancelled, ==, 0);
  wait_for_answers (1);
  g_assert_cmpuint (n_cancelled, ==, 1);
  shoal_disk_queue_cancel (queue, running);
  set_door (0, TRUE);
  wait_for_answers (3);
  g_assert_cmpuint (n_cancelled, ==, 2);
  g_assert_cmpuint (n_done, ==, 1);
  shoal_disk_queue_cancel (queue, running);
  shoal_disk_queue_cancel (queue, (ShoalDiskTicket){ 0 });
  free_queue (queue);
}

static void
test_stop (void)
{
  ShoalDiskQueue *queue;
  g_autoptr (GPtrArray) stuck = g_ptr_array_new_with_free_func (g_free);
  guint i;

  reset ();
  queue = new_queue (4);
  for (i = 0; i < 5; i++)
    submit (queue, 100, 0);
  wait_for_inside (0, 2);
  g_assert_false (shoal_disk_queue_stop (queue, 1000, stuck));
  g_assert_cmpuint (stuck->len, ==, 2);
  g_assert_true (g_str_has_prefix (g_ptr_array_index (stuck, 0), "test in "));
  g_assert_cmpuint (n_cancelled, ==, 3);
  submit (queue, 100, 0);
  g_assert_cmpuint (n_cancelled, ==, 3);
  set_door (0, TRUE);
  g_assert_true (shoal_disk_queue_stop (queue, 5 * G_USEC_PER_SEC, stuck));
  g_assert_cmpuint (n_done + n_cancelled, ==, 6);
  shoal_disk_queue_free (queue);
  g_clear_pointer (&context, g_main_context_unref);
}

/* Jobs of a lane, each noting when it began and ended. */
#define N_JOBS 600

typedef struct
{
  ShoalDiskJob job;
  guint        n_steps;
  guint        began;
  guint        ended;
} LaneJob;

static atomic_uint moment;
static LaneJob     lane_jobs[N_JOBS];
static guint       n_lane_done;

static ShoalDiskStep
step_lane_job (ShoalDiskJob *job)
{
  LaneJob *self = (LaneJob *) job;

  if (self->began == 0)
    self->began = atomic_fetch_add (&moment, 1);
  sched_yield ();
  if (--self->n_steps > 0)
    return self->n_steps % 2 == 0 ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_COMPUTE;
  self->ended = atomic_fetch_add (&moment, 1);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_lane_job (ShoalDiskJob *job, gboolean is_cancelled)
{
  n_lane_done++;
}

static const ShoalDiskJobOps lane_ops = { "test", step_lane_job, finish_lane_job };

static gboolean
may_overlap (const ShoalDiskJob *a, const ShoalDiskJob *b)
{
  gboolean apart = a->offset + a->length <= b->offset || b->offset + b->length <= a->offset;

  if (a->order == SHOAL_DISK_ORDER_ALONE || b->order == SHOAL_DISK_ORDER_ALONE)
    return FALSE;
  if (a->order == SHOAL_DISK_ORDER_READ && b->order == SHOAL_DISK_ORDER_READ)
    return TRUE;
  if (a->order == SHOAL_DISK_ORDER_SYNC)
    return b->order == SHOAL_DISK_ORDER_READ;
  if (b->order == SHOAL_DISK_ORDER_SYNC)
    return a->order == SHOAL_DISK_ORDER_READ;
  return apart;
}

static void
test_lane (void)
{
  ShoalDiskQueue *queue = new_queue (8);
  ShoalDiskLane   lane;
  ShoalBaseRandom random;
  guint           i, j, kind, n_overlaps = 0;

  shoal_base_random_init (&random, 7);
  shoal_disk_queue_lane_init (&lane);
  lane.device = 100;
  atomic_store (&moment, 1);
  for (i = 0; i < N_JOBS; i++)
    {
      ShoalDiskJob *job = &lane_jobs[i].job;

      kind = shoal_base_random_below (&random, 50);
      job->ops = &lane_ops;
      job->lane = &lane;
      job->next = kind % 2 == 0 ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_COMPUTE;
      job->order = kind == 0   ? SHOAL_DISK_ORDER_ALONE
                   : kind == 1 ? SHOAL_DISK_ORDER_SYNC
                   : kind < 25 ? SHOAL_DISK_ORDER_READ
                               : SHOAL_DISK_ORDER_WRITE;
      job->offset = shoal_base_random_below (&random, 1000);
      job->length = 1 + shoal_base_random_below (&random, 60);
      lane_jobs[i].n_steps = 1 + shoal_base_random_below (&random, 4);
      shoal_disk_queue_submit (queue, job);
    }
  while (n_lane_done < N_JOBS)
    {
      shoal_disk_queue_check (queue);
      g_main_context_iteration (context, TRUE);
    }
  for (i = 0; i < N_JOBS; i++)
    for (j = i + 1; j < N_JOBS; j++)
      if (!may_overlap (&lane_jobs[i].job, &lane_jobs[j].job))
        g_assert_cmpuint (lane_jobs[i].ended, <, lane_jobs[j].began);
      else
        n_overlaps += lane_jobs[j].began < lane_jobs[i].ended;
  g_assert_cmpuint (n_overlaps, >, 0);
  free_queue (queue);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/disk/queue/devices", test_devices);
  g_test_add_func ("/disk/queue/compute", test_compute);
  g_test_add_func ("/disk/queue/stall", test_stall);
  g_test_add_func ("/disk/queue/max-workers", test_max_workers);
  g_test_add_func ("/disk/queue/bulk", test_bulk);
  g_test_add_func ("/disk/queue/cancel", test_cancel);
  g_test_add_func ("/disk/queue/stop", test_stop);
  g_test_add_func ("/disk/queue/lane", test_lane);
  return g_test_run ();
}
