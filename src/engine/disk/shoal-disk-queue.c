/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-queue.h"

#include <unistd.h>

#include "base/shoal-base-invariant.h"
#include "base/shoal-base-memory.h"
#include "disk/shoal-disk-queue-private.h"

#define MIN_WORKERS 2

/* What waits to be computed with others may hold so much memory, and half of the write budget: it
 * waits in vain once the budget keeps more from coming. */
#define MAX_GATHERED_BYTES (16 * 1024 * 1024)

/* Half of them serve one device: while one waits for a sync, another still reads and writes. */
#define MIN_DEFAULT_WORKERS 4

static void
call_waiters (ShoalDiskQueue *self)
{
  ShoalBaseList         due;
  ShoalDiskQueueWaiter *waiter;

  shoal_base_list_init (&due);
  shoal_base_list_splice (&due, &self->waiters);
  while (!shoal_base_list_is_empty (&due))
    {
      waiter = SHOAL_BASE_LIST_ENTRY (due.next, ShoalDiskQueueWaiter, link);
      shoal_base_list_remove (&waiter->link);
      waiter->on_drained (waiter->owner);
    }
}

static void
deliver_job (ShoalDiskQueue *self, ShoalDiskMessage *message)
{
  ShoalDiskJob *job = (ShoalDiskJob *) message;
  guint64       write_bytes = job->write_bytes;

  g_hash_table_remove (self->jobs, &job->serial);
  self->write_bytes -= write_bytes;
  job->ops->done (job, !job->is_complete);
  if (write_bytes > 0 && self->write_bytes <= self->write_budget / 2)
    call_waiters (self);
}

static void
deliver_cb (gpointer message, gpointer user_data)
{
  ((ShoalDiskMessage *) message)->deliver (user_data, message);
}

/* Deadlines are monotonic: the clock of the wall may be set. */
static void
init_locks (ShoalDiskQueue *self)
{
  pthread_condattr_t attr;

  pthread_mutex_init (&self->lock, NULL);
  pthread_mutex_init (&self->shared_lock, NULL);
  pthread_cond_init (&self->turned, NULL);
  pthread_condattr_init (&attr);
  pthread_condattr_setclock (&attr, CLOCK_MONOTONIC);
  pthread_cond_init (&self->wake, &attr);
  pthread_cond_init (&self->ended, &attr);
  pthread_condattr_destroy (&attr);
}

static ShoalDiskSource *
add_compute_source (ShoalDiskQueue *self)
{
  ShoalDiskSource *source = g_new0 (ShoalDiskSource, 1);

  source->is_compute = TRUE;
  shoal_base_list_init (&source->normal);
  shoal_base_list_init (&source->bulk);
  shoal_base_list_append (&self->sources, &source->link);
  return source;
}

static void
init_sources (ShoalDiskQueue *self)
{
  shoal_base_list_init (&self->sources);
  self->compute = add_compute_source (self);
  shoal_disk_queue_gather_init (&self->gather, add_compute_source (self));
}

ShoalDiskQueue *
shoal_disk_queue_new (const ShoalDiskQueueOptions *options)
{
  ShoalDiskQueue *self = g_new0 (ShoalDiskQueue, 1);

  init_locks (self);
  init_sources (self);
  shoal_base_list_init (&self->waiters);
  self->mailbox = shoal_base_mailbox_new (options->context, deliver_cb, self, NULL);
  self->jobs = g_hash_table_new (g_int64_hash, g_int64_equal);
  self->syscalls = options->syscalls != NULL ? options->syscalls : shoal_disk_syscalls_get_real ();
  self->cache = shoal_disk_cache_new (self, options->max_open_files);
  self->dup_lock_folder = options->dup_lock_folder;
  self->buffers = shoal_disk_buffer_stock_new ();
  self->pipes = shoal_base_pipe_stock_new ();
  self->scratch = g_ptr_array_new_with_free_func (shoal_base_memory_free);
  self->n_workers = options->n_workers > 0 ? options->n_workers
                                           : MAX (g_get_num_processors (), MIN_DEFAULT_WORKERS);
  self->n_workers = CLAMP (self->n_workers, MIN_WORKERS, SHOAL_DISK_QUEUE_MAX_WORKERS);
  self->n_wanted = self->n_workers;
  shoal_disk_queue_set_write_budget (self, options->write_budget_bytes);
  return self;
}

/* Lock held. A running job is only marked: its worker ends it at the next step, or it does so. */
static void
cancel_job (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  if (job->is_cancelled)
    return;
  job->is_cancelled = TRUE;
  if (job->is_running || job->is_complete || (job->ends_itself && job->has_begun) ||
      job->must_begin)
    return;
  shoal_disk_queue_worker_dequeue (self, job);
  shoal_disk_queue_worker_finish (self, job);
}

static void
cancel_all (ShoalDiskQueue *self)
{
  GHashTableIter iter;
  gpointer       job;

  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &job))
    {
      pthread_mutex_lock (&self->lock);
      cancel_job (self, job);
      pthread_mutex_unlock (&self->lock);
    }
}

/* Lock not held. */
static guint
count_alive (ShoalDiskQueue *self)
{
  guint n_alive;

  pthread_mutex_lock (&self->lock);
  n_alive = self->n_alive;
  pthread_mutex_unlock (&self->lock);
  return n_alive;
}

/* Waits until some worker or job ends, or @deadline_usec. Lock not held. */
static gboolean
wait_for_end (ShoalDiskQueue *self, gint64 deadline_usec)
{
  struct timespec deadline = shoal_disk_queue_worker_to_timespec (deadline_usec);
  guint           n_alive;

  pthread_mutex_lock (&self->lock);
  pthread_cond_broadcast (&self->wake);
  if (self->n_alive > 0)
    pthread_cond_timedwait (&self->ended, &self->lock, &deadline);
  n_alive = self->n_alive;
  pthread_mutex_unlock (&self->lock);
  return n_alive > 0 && g_get_monotonic_time () < deadline_usec;
}

static void
describe_stuck (ShoalDiskQueue *self, GPtrArray *stuck)
{
  const ShoalDiskJob *job;
  gint64              now_usec = g_get_monotonic_time ();
  guint               i;

  pthread_mutex_lock (&self->lock);
  for (i = 0; i < SHOAL_DISK_QUEUE_MAX_WORKERS && stuck != NULL; i++)
    if ((job = self->workers[i].job) != NULL)
      g_ptr_array_add (
          stuck,
          g_strdup_printf ("%s in %s for %.1f s",
                           job->ops->what,
                           job->lane != NULL ? job->lane->where : "no folder",
                           (double) (now_usec - self->workers[i].since_usec) / G_USEC_PER_SEC));
  pthread_mutex_unlock (&self->lock);
}

gboolean
shoal_disk_queue_stop (ShoalDiskQueue *self, gint64 timeout_usec, GPtrArray *stuck)
{
  gint64 deadline_usec = g_get_monotonic_time () + timeout_usec;

  pthread_mutex_lock (&self->lock);
  self->is_stopping = TRUE;
  pthread_mutex_unlock (&self->lock);
  cancel_all (self);
  while (wait_for_end (self, deadline_usec))
    shoal_base_mailbox_drain (self->mailbox);
  shoal_disk_queue_worker_join_ended (self);
  while (shoal_base_mailbox_drain (self->mailbox) > 0)
    ;
  if (g_hash_table_size (self->jobs) == 0 && count_alive (self) == 0)
    return TRUE;
  describe_stuck (self, stuck);
  return FALSE;
}

void
shoal_disk_queue_free (ShoalDiskQueue *self)
{
  g_return_if_fail (self->n_alive == 0 && g_hash_table_size (self->jobs) == 0);

  shoal_base_mailbox_close (self->mailbox);
  shoal_base_mailbox_unref (self->mailbox);
  shoal_disk_cache_free (self->cache);
  shoal_disk_buffer_stock_free (self->buffers);
  shoal_base_pipe_stock_free (self->pipes);
  g_ptr_array_unref (self->scratch);
  g_hash_table_unref (self->jobs);
  g_free (self->compute);
  g_free (self->gather.source);
  pthread_cond_destroy (&self->wake);
  pthread_cond_destroy (&self->ended);
  pthread_mutex_destroy (&self->lock);
  pthread_mutex_destroy (&self->shared_lock);
  pthread_cond_destroy (&self->turned);
  g_free (self);
}

void
shoal_disk_queue_check (ShoalDiskQueue *self)
{
  GHashTableIter iter;
  gpointer       value;
  guint64        write_bytes = 0;

  pthread_mutex_lock (&self->lock);
  shoal_disk_queue_worker_check (self);
  g_hash_table_iter_init (&iter, self->jobs);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ShoalDiskJob *job = value;

      write_bytes += job->write_bytes;
      if (job->lane != NULL && job->lane->jobs.next == &job->lane_link)
        shoal_disk_queue_lane_check (job->lane); /* once for each lane: of its first job */
    }
  pthread_mutex_unlock (&self->lock);
  g_assert (write_bytes == self->write_bytes);
}

guint8 *
shoal_disk_queue_take_scratch (ShoalDiskQueue *self)
{
  guint8 *data = NULL;

  shoal_disk_queue_lock_shared (self);
  if (self->scratch->len > 0)
    data = g_ptr_array_steal_index_fast (self->scratch, self->scratch->len - 1);
  shoal_disk_queue_unlock_shared (self);
  return data != NULL ? data : shoal_base_memory_new (SHOAL_DISK_SCRATCH_SIZE);
}

void
shoal_disk_queue_give_scratch (ShoalDiskQueue *self, guint8 *data)
{
  shoal_disk_queue_lock_shared (self);
  g_ptr_array_add (self->scratch, data);
  shoal_disk_queue_unlock_shared (self);
}

static void
trim_scratch (ShoalDiskQueue *self)
{
  shoal_disk_queue_lock_shared (self);
  g_ptr_array_set_size (self->scratch, 0);
  shoal_disk_queue_unlock_shared (self);
}

void
shoal_disk_queue_tick (ShoalDiskQueue *self, gint64 now_usec)
{
  SHOAL_INVARIANT (shoal_disk_queue_check (self));
  pthread_mutex_lock (&self->lock);
  shoal_disk_queue_worker_balance (self, now_usec);
  pthread_mutex_unlock (&self->lock);
  shoal_disk_queue_worker_join_ended (self);
  shoal_disk_buffer_stock_trim (self->buffers);
  shoal_base_pipe_stock_trim (self->pipes);
  trim_scratch (self);
  if (self->write_bytes <= self->write_budget / 2)
    call_waiters (self);
}

void
shoal_disk_queue_cancel (ShoalDiskQueue *self, ShoalDiskTicket ticket)
{
  ShoalDiskJob *job = g_hash_table_lookup (self->jobs, &ticket.value);

  SHOAL_INVARIANT (shoal_disk_queue_check (self));
  if (job == NULL)
    return;
  pthread_mutex_lock (&self->lock);
  cancel_job (self, job);
  pthread_mutex_unlock (&self->lock);
}

ShoalDiskAdmission
shoal_disk_queue_get_admission (const ShoalDiskQueue *self)
{
  return self->write_bytes >= self->write_budget ? SHOAL_DISK_FULL : SHOAL_DISK_ACCEPTED;
}

void
shoal_disk_queue_waiter_init (ShoalDiskQueueWaiter *waiter,
                              void (*on_drained) (gpointer owner),
                              gpointer owner)
{
  shoal_base_list_init (&waiter->link);
  waiter->on_drained = on_drained;
  waiter->owner = owner;
}

void
shoal_disk_queue_wait (ShoalDiskQueue *self, ShoalDiskQueueWaiter *waiter)
{
  if (!shoal_base_list_is_linked (&waiter->link))
    shoal_base_list_append (&self->waiters, &waiter->link);
}

void
shoal_disk_queue_set_write_budget (ShoalDiskQueue *self, guint64 bytes)
{
  self->write_budget = bytes > 0 ? bytes : SHOAL_DISK_QUEUE_WRITE_BUDGET;
  pthread_mutex_lock (&self->lock);
  self->gather.max_bytes = MIN (MAX_GATHERED_BYTES, self->write_budget / 2);
  pthread_mutex_unlock (&self->lock);
}

guint64
shoal_disk_queue_get_write_bytes (const ShoalDiskQueue *self)
{
  return self->write_bytes;
}

guint
shoal_disk_queue_get_n_jobs (const ShoalDiskQueue *self)
{
  return g_hash_table_size (self->jobs);
}

const ShoalDiskSyscalls *
shoal_disk_queue_get_syscalls (const ShoalDiskQueue *self)
{
  return self->syscalls;
}

void
shoal_disk_queue_resubmit (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  job->message.deliver = deliver_job;
  job->is_cancelled = job->has_begun = job->is_complete = FALSE;
  shoal_base_list_init (&job->link);
  shoal_base_list_init (&job->lane_link);
  g_hash_table_insert (self->jobs, &job->serial, job);
  self->write_bytes += job->write_bytes;

  pthread_mutex_lock (&self->lock);
  shoal_disk_queue_lane_add (job);
  if (self->is_stopping)
    cancel_job (self, job);
  else if (job->n_blockers == 0)
    shoal_disk_queue_worker_enqueue (self, job);
  pthread_mutex_unlock (&self->lock);
}

ShoalDiskTicket
shoal_disk_queue_submit (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  ShoalDiskTicket ticket = { ++self->last_serial };

  SHOAL_INVARIANT (shoal_disk_queue_check (self));
  job->serial = ticket.value;
  shoal_disk_queue_resubmit (self, job);
  return ticket;
}

void
shoal_disk_queue_cancel_lane (ShoalDiskQueue *self, ShoalDiskLane *lane)
{
  ShoalBaseList *node, *prev;

  pthread_mutex_lock (&self->lock);
  for (node = lane->jobs.prev; node != &lane->jobs; node = prev)
    {
      prev = node->prev;
      cancel_job (self, SHOAL_BASE_LIST_ENTRY (node, ShoalDiskJob, lane_link));
    }
  pthread_mutex_unlock (&self->lock);
}

void
shoal_disk_queue_post (ShoalDiskQueue *self, ShoalDiskMessage *message)
{
  shoal_base_mailbox_post (self->mailbox, message);
}

gboolean
shoal_disk_queue_is_cancelled (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  gboolean is_cancelled;

  pthread_mutex_lock (&self->lock);
  is_cancelled = job->is_cancelled;
  pthread_mutex_unlock (&self->lock);
  return is_cancelled;
}

void
shoal_disk_queue_set_place (ShoalDiskQueue *self,
                            ShoalDiskLane  *lane,
                            guint64         device,
                            const char     *where)
{
  pthread_mutex_lock (&self->lock);
  lane->device = device;
  lane->where = where;
  pthread_mutex_unlock (&self->lock);
}

gboolean
shoal_disk_queue_may_read (ShoalDiskQueue *self,
                           ShoalDiskLane  *lane,
                           guint64         offset,
                           guint64         length)
{
  const ShoalDiskJob job = { .order = SHOAL_DISK_ORDER_READ, .offset = offset, .length = length };
  gboolean           may;

  pthread_mutex_lock (&self->lock);
  may = !self->is_stopping && !shoal_disk_queue_lane_has_conflict (lane, &job);
  pthread_mutex_unlock (&self->lock);
  return may;
}

void
shoal_disk_queue_lock_shared (ShoalDiskQueue *self)
{
  pthread_mutex_lock (&self->shared_lock);
}

void
shoal_disk_queue_unlock_shared (ShoalDiskQueue *self)
{
  pthread_mutex_unlock (&self->shared_lock);
}

void
shoal_disk_queue_take_turn (ShoalDiskQueue *self, guint8 *turn)
{
  pthread_mutex_lock (&self->shared_lock);
  while (*turn)
    pthread_cond_wait (&self->turned, &self->shared_lock);
  *turn = TRUE;
  pthread_mutex_unlock (&self->shared_lock);
}

gboolean
shoal_disk_queue_try_turn (ShoalDiskQueue *self, guint8 *turn)
{
  gboolean is_ours;

  pthread_mutex_lock (&self->shared_lock);
  is_ours = !*turn;
  *turn = TRUE;
  pthread_mutex_unlock (&self->shared_lock);
  return is_ours;
}

void
shoal_disk_queue_give_turn (ShoalDiskQueue *self, guint8 *turn)
{
  pthread_mutex_lock (&self->shared_lock);
  *turn = FALSE;
  pthread_cond_broadcast (&self->turned);
  pthread_mutex_unlock (&self->shared_lock);
}

/* A call as a job. */
typedef struct
{
  ShoalDiskJob    job;
  ShoalDiskJobOps ops;
  ShoalDiskCall   call;
} CallJob;

static ShoalDiskStep
step_call (ShoalDiskJob *job)
{
  CallJob *self = (CallJob *) job;

  return self->call.work (self->call.data);
}

static void
finish_call (ShoalDiskJob *job, gboolean is_cancelled)
{
  CallJob      *self = (CallJob *) job;
  ShoalDiskCall call = self->call;

  g_free (self);
  call.done (call.data, is_cancelled);
}

ShoalDiskTicket
shoal_disk_queue_submit_call (ShoalDiskQueue *self, const ShoalDiskCall *call)
{
  CallJob *job = g_new0 (CallJob, 1);

  job->call = *call;
  job->ops = (ShoalDiskJobOps){ call->what, step_call, finish_call };
  job->job.ops = &job->ops;
  job->job.device = call->device;
  job->job.next = call->first;
  job->job.is_bulk = call->is_bulk;
  return shoal_disk_queue_submit (self, &job->job);
}
