/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <signal.h>

#include "disk/shoal-disk-queue-private.h"

/* A device whose jobs have all run for so long does not count on its workers any more. */
#define STALL_USEC G_USEC_PER_SEC

/* After so many other jobs of a device, a bulk job has its turn. */
#define TURNS_PER_BULK 8

static void *run_worker (void *data); /* a worker starts workers */

static ShoalDiskSource *
find_source (ShoalDiskQueue *self, const ShoalDiskJob *job)
{
  guint64          device = job->lane != NULL ? job->lane->device : job->device;
  ShoalDiskSource *source;

  if (job->next == SHOAL_DISK_STEP_COMPUTE)
    return self->compute;
  SHOAL_BASE_LIST_FOREACH (&self->sources, node)
  {
    source = SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link);
    if (!source->is_compute && source->device == device)
      return source;
  }
  source = g_new0 (ShoalDiskSource, 1);
  shoal_base_list_init (&source->normal);
  shoal_base_list_init (&source->bulk);
  source->device = device;
  shoal_base_list_append (&self->sources, &source->link);
  return source;
}

static gboolean
source_has_jobs (const ShoalDiskSource *source)
{
  return !shoal_base_list_is_empty (&source->normal) || !shoal_base_list_is_empty (&source->bulk);
}

static void
free_unused_source (ShoalDiskSource *source)
{
  if (source->is_compute || source->n_running > 0 || source_has_jobs (source))
    return;
  shoal_base_list_remove (&source->link);
  g_free (source);
}

static gboolean
source_can_run (const ShoalDiskQueue *self, const ShoalDiskSource *source)
{
  if (source == self->gather.source)
    return shoal_disk_queue_gather_is_ready (&self->gather, g_get_monotonic_time ());
  return source_has_jobs (source) &&
         (source->is_compute || source->n_running < MAX (1, self->n_workers / 2));
}

static ShoalDiskSource *
find_turn (ShoalDiskQueue *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->sources, node)
  if (source_can_run (self, SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link)))
    return SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link);
  return NULL;
}

static ShoalDiskJob *
take_job (ShoalDiskSource *source)
{
  ShoalBaseList *list = &source->normal;

  if (shoal_base_list_is_empty (&source->bulk))
    source->n_turns = 0;
  else if (shoal_base_list_is_empty (list) || ++source->n_turns >= TURNS_PER_BULK)
    {
      list = &source->bulk;
      source->n_turns = 0;
    }
  list = list->next;
  shoal_base_list_remove (list);
  return SHOAL_BASE_LIST_ENTRY (list, ShoalDiskJob, link);
}

/* Workers take no signals: those are the main thread's. */
static void
start_worker (ShoalDiskQueue *self)
{
  ShoalDiskWorker *worker = self->workers;
  sigset_t         all, old;
  int              result;

  while (worker < self->workers + SHOAL_DISK_QUEUE_MAX_WORKERS &&
         worker->state != SHOAL_DISK_WORKER_NONE)
    worker++;
  if (worker == self->workers + SHOAL_DISK_QUEUE_MAX_WORKERS)
    return;
  worker->queue = self;
  worker->state = SHOAL_DISK_WORKER_ALIVE;
  self->n_alive++;
  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &old);
  result = pthread_create (&worker->thread, NULL, run_worker, worker);
  pthread_sigmask (SIG_SETMASK, &old, NULL);
  if (result == 0)
    return;
  g_warning ("cannot start a disk worker, %u run: %s", self->n_alive - 1, g_strerror (result));
  worker->state = SHOAL_DISK_WORKER_NONE;
  self->n_alive--;
}

/* Gets one more worker going if there is something for it, if only to wait for others. */
static void
rouse (ShoalDiskQueue *self)
{
  if (find_turn (self) == NULL && !shoal_disk_queue_gather_wants_sentry (&self->gather))
    return;
  if (self->n_idle > 0)
    pthread_cond_signal (&self->wake);
  else if (self->n_alive < self->n_wanted)
    start_worker (self);
}

static void
put_job (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  ShoalDiskSource *source;

  if (job->next == SHOAL_DISK_STEP_COMPUTE && job->ops->compute_many != NULL)
    {
      shoal_disk_queue_gather_add (&self->gather, job, g_get_monotonic_time ());
      return;
    }
  source = find_source (self, job);
  shoal_base_list_append (job->is_bulk ? &source->bulk : &source->normal, &job->link);
}

void
shoal_disk_queue_worker_enqueue (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  put_job (self, job);
  rouse (self);
}

void
shoal_disk_queue_worker_dequeue (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  if (!shoal_base_list_is_linked (&job->link))
    return;
  shoal_base_list_remove (&job->link);
  SHOAL_BASE_LIST_FOREACH (&self->sources, node)
  free_unused_source (SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link));
}

void
shoal_disk_queue_worker_finish (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  shoal_disk_queue_lane_remove (job, shoal_disk_queue_worker_enqueue, self);
  shoal_base_mailbox_post (self->mailbox, &job->message);
  pthread_cond_signal (&self->ended);
}

/* One step, and those after it that only compute: they need no turn, and the data is in this core's
 * cache. */
static void
run_steps (ShoalDiskWorker *worker, ShoalDiskJob *job)
{
  ShoalDiskQueue *self = worker->queue;

  do
    {
      worker->since_usec = g_get_monotonic_time ();
      pthread_mutex_unlock (&self->lock);
      job->next = job->ops->step (job);
      pthread_mutex_lock (&self->lock);
      worker->source->n_running--;
      free_unused_source (worker->source);
      worker->source = self->compute;
      self->compute->n_running++;
      if (job->next == SHOAL_DISK_STEP_COMPUTE)
        rouse (self);
    }
  while (job->next == SHOAL_DISK_STEP_COMPUTE && (!job->is_cancelled || job->ends_itself));
  self->compute->n_running--;
}

/* After a step: what becomes of the job. */
static void
settle_job (ShoalDiskQueue *self, ShoalDiskJob *job)
{
  job->is_running = FALSE;
  job->is_complete = job->next == SHOAL_DISK_STEP_DONE;
  if (job->is_complete || (job->is_cancelled && !job->ends_itself))
    shoal_disk_queue_worker_finish (self, job);
  else
    put_job (self, job);
}

static void
run_job (ShoalDiskWorker *worker, ShoalDiskJob *job)
{
  worker->job = job;
  job->has_begun = job->is_running = TRUE;
  run_steps (worker, job);
  worker->job = NULL;
  worker->source = NULL;
  settle_job (worker->queue, job);
}

/* The compute step of all that has gathered. */
static void
run_gathered (ShoalDiskWorker *worker)
{
  ShoalDiskQueue *self = worker->queue;
  ShoalDiskJob   *jobs[SHOAL_DISK_GATHER_MAX];
  ShoalDiskStep   next[SHOAL_DISK_GATHER_MAX];
  guint           n, i;

  worker->since_usec = g_get_monotonic_time ();
  n = shoal_disk_queue_gather_take (&self->gather, jobs, worker->since_usec);
  for (i = 0; i < n; i++)
    jobs[i]->has_begun = jobs[i]->is_running = TRUE;
  worker->job = jobs[0];
  rouse (self);
  pthread_mutex_unlock (&self->lock);
  jobs[0]->ops->compute_many (jobs, n, next);
  pthread_mutex_lock (&self->lock);
  worker->source->n_running--;
  worker->job = NULL;
  worker->source = NULL;
  for (i = 0; i < n; i++)
    {
      jobs[i]->next = next[i];
      settle_job (self, jobs[i]);
    }
}

static void
work (ShoalDiskWorker *worker)
{
  ShoalDiskQueue  *self = worker->queue;
  ShoalDiskSource *source;
  ShoalDiskJob    *job;

  while ((source = find_turn (self)) != NULL)
    {
      shoal_base_list_remove (&source->link);
      shoal_base_list_append (&self->sources, &source->link);
      source->n_running++;
      worker->source = source;
      if (source == self->gather.source)
        {
          run_gathered (worker);
          continue;
        }
      job = take_job (source);
      rouse (self);
      run_job (worker, job);
    }
}

struct timespec
shoal_disk_queue_worker_to_timespec (gint64 usec)
{
  return (struct timespec){ .tv_sec = usec / G_USEC_PER_SEC,
                            .tv_nsec =
                                (long) (usec % G_USEC_PER_SEC) * 1000 }; /* as libc spells it */
}

/* One of those who have nothing to do sees to what gathers. */
static void
wait_for_work (ShoalDiskQueue *self)
{
  struct timespec due;

  self->n_idle++;
  if (shoal_disk_queue_gather_wants_sentry (&self->gather))
    {
      self->gather.has_sentry = TRUE;
      due = shoal_disk_queue_worker_to_timespec (self->gather.due_usec);
      pthread_cond_timedwait (&self->wake, &self->lock, &due);
      self->gather.has_sentry = FALSE;
    }
  else
    pthread_cond_wait (&self->wake, &self->lock);
  self->n_idle--;
}

static void *
run_worker (void *data)
{
  ShoalDiskWorker *worker = data;
  ShoalDiskQueue  *self = worker->queue;

  pthread_setname_np (pthread_self (), "shoal-disk");
  pthread_mutex_lock (&self->lock);
  while (TRUE)
    {
      work (worker);
      if (self->is_stopping || self->n_alive > self->n_wanted)
        break;
      wait_for_work (self);
    }
  self->n_alive--;
  worker->state = SHOAL_DISK_WORKER_ENDED;
  pthread_cond_signal (&self->ended);
  pthread_mutex_unlock (&self->lock);
  return NULL;
}

static gboolean
is_stalled (const ShoalDiskQueue *self, const ShoalDiskSource *source, gint64 now_usec)
{
  guint i;

  for (i = 0; i < SHOAL_DISK_QUEUE_MAX_WORKERS; i++)
    if (self->workers[i].source == source && self->workers[i].since_usec > now_usec - STALL_USEC)
      return FALSE;
  return source->n_running > 0;
}

void
shoal_disk_queue_worker_balance (ShoalDiskQueue *self, gint64 now_usec)
{
  ShoalDiskSource *source;

  self->n_wanted = self->n_workers;
  SHOAL_BASE_LIST_FOREACH (&self->sources, node)
  {
    source = SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link);
    if (!source->is_compute && is_stalled (self, source, now_usec))
      self->n_wanted += source->n_running;
  }
  self->n_wanted = MIN (self->n_wanted, SHOAL_DISK_QUEUE_MAX_WORKERS);
  if (self->n_alive > self->n_wanted && self->n_idle > 0)
    pthread_cond_broadcast (&self->wake);
  rouse (self);
}

void
shoal_disk_queue_worker_join_ended (ShoalDiskQueue *self)
{
  guint    i;
  gboolean has_ended;

  for (i = 0; i < SHOAL_DISK_QUEUE_MAX_WORKERS; i++)
    {
      pthread_mutex_lock (&self->lock);
      has_ended = self->workers[i].state == SHOAL_DISK_WORKER_ENDED;
      pthread_mutex_unlock (&self->lock);
      if (!has_ended)
        continue;
      pthread_join (self->workers[i].thread, NULL);
      pthread_mutex_lock (&self->lock);
      self->workers[i].state = SHOAL_DISK_WORKER_NONE;
      pthread_mutex_unlock (&self->lock);
    }
}

void
shoal_disk_queue_worker_check (ShoalDiskQueue *self)
{
  ShoalBaseList   *node;
  ShoalDiskSource *source;
  ShoalDiskWorker *worker;
  guint            n_running, n_alive = 0;

  for (worker = self->workers; worker < self->workers + SHOAL_DISK_QUEUE_MAX_WORKERS; worker++)
    {
      n_alive += worker->state == SHOAL_DISK_WORKER_ALIVE;
      g_assert ((worker->job != NULL) == (worker->source != NULL));
      g_assert (worker->job == NULL || worker->job->is_running);
    }
  g_assert (n_alive == self->n_alive && self->n_idle <= n_alive);
  for (node = self->sources.next; node != &self->sources; node = node->next)
    {
      source = SHOAL_BASE_LIST_ENTRY (node, ShoalDiskSource, link);
      n_running = 0;
      for (worker = self->workers; worker < self->workers + SHOAL_DISK_QUEUE_MAX_WORKERS; worker++)
        n_running += worker->source == source;
      g_assert (n_running == source->n_running);
      g_assert (source->is_compute || n_running <= MAX (1, self->n_workers / 2));
    }
}
