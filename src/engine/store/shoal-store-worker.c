/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-worker.h"

#include <pthread.h>
#include <signal.h>
#include <time.h>

#include "store/shoal-store-batch.h"
#include "store/shoal-store-errands.h"
#include "store/shoal-store-file.h"
#include "store/shoal-store-lock.h"

/* Lazy saves reach the file within 2 s of the call: this long they wait for others. */
#define LAZY_DELAY_USEC (1 * G_USEC_PER_SEC)

/* How soon what could not be saved is tried again. */
#define RETRY_DELAY_USEC (5 * G_USEC_PER_SEC)

struct _ShoalStoreWorker
{
  pthread_t         thread;
  gboolean          is_joined; /* the other side's */
  GMainContext     *context;   /* owned */
  ShoalBaseMailbox *inbox;     /* owned */
  ShoalBaseMailbox *answers;   /* owned reference */

  /* From here on the thread's alone. */
  GSource        *timer;      /* owned: wakes us for lazy jobs */
  ShoalBaseList   queue;      /* of ShoalStoreJob.place: owned, in the order of the calls */
  GHashTable     *lazy;       /* owned; unowned jobs of the queue, by what they save */
  gint64          lazy_usec;  /* when they are due; 0: there are none */
  guint           n_urgent;   /* jobs of the queue that do not wait */
  ShoalStoreDb   *db;         /* owned; NULL: not open */
  ShoalStoreLock *lock;       /* owned */
  GHashTable     *data_locks; /* owned: id → ShoalStoreLock, owned */
  int             trouble;    /* ShoalStoreError that was reported; −1: none */

  ShoalStoreErrands errands;

  guint has_ended : 1;
};

static guint
hash_lazy (gconstpointer key)
{
  const ShoalStoreJob *job = key;

  return g_direct_hash (job->kind) ^ job->id.value * 2654435761U;
}

static gboolean
is_same_lazy (gconstpointer a, gconstpointer b)
{
  const ShoalStoreJob *one = a, *other = b;

  return one->kind == other->kind && one->id.value == other->id.value &&
         g_strcmp0 (one->text, other->text) == 0;
}

static gboolean
timer_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_source_set_ready_time (source, -1);
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs timer_funcs = { .dispatch = timer_dispatch };

/* For what is due next; its dispatch has put it off. */
static void
arm_timer (ShoalStoreWorker *self)
{
  gint64 usec = self->lazy_usec, index_usec = self->errands.index_usec;

  if (index_usec != 0 && (usec == 0 || index_usec < usec))
    usec = index_usec;
  g_source_set_ready_time (self->timer, usec != 0 ? usec : -1);
}

static ShoalStoreJob *
job_of (ShoalBaseList *place)
{
  return SHOAL_BASE_LIST_ENTRY (place, ShoalStoreJob, place);
}

static void
drop_job (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  if (g_hash_table_lookup (self->lazy, job) == job)
    g_hash_table_remove (self->lazy, job);
  shoal_base_list_remove (&job->place);
  shoal_store_job_free (job);
}

static void
receive_job_cb (gpointer message, gpointer user_data)
{
  ShoalStoreWorker *self = user_data;
  ShoalStoreJob    *job = message, *older;

  shoal_base_list_append (&self->queue, &job->place);
  if (job->kind->job_class != SHOAL_STORE_JOB_LAZY)
    {
      self->n_urgent++;
      return;
    }
  older = g_hash_table_lookup (self->lazy, job);
  if (older != NULL)
    drop_job (self, older);
  g_hash_table_add (self->lazy, job);
  if (self->lazy_usec == 0)
    self->lazy_usec = g_get_monotonic_time () + LAZY_DELAY_USEC;
}

static gboolean
is_lazy (const ShoalStoreJob *job)
{
  return job->kind->job_class == SHOAL_STORE_JOB_LAZY;
}

static gboolean
is_write (const ShoalStoreJob *job)
{
  return job->kind->job_class <= SHOAL_STORE_JOB_FULL;
}

/* Tells the other side of trouble with what nobody waits for, once for each kind; NULL: it is over.
 */
static void
report (ShoalStoreWorker *self, const GError *error)
{
  int            trouble = error != NULL ? error->code : -1;
  ShoalStoreJob *job;

  if (trouble == self->trouble)
    return;
  self->trouble = trouble;
  job = shoal_store_job_new (&shoal_store_job_report, (ShoalTorrentId){ 0 });
  job->error = error != NULL ? g_error_copy (error) : NULL;
  shoal_base_mailbox_post (self->answers, job);
}

static void
answer (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  if (job->kind->deliver != NULL && !is_lazy (job))
    shoal_base_mailbox_post (self->answers, job);
  else
    shoal_store_job_free (job);
}

static gboolean
removes_torrent (const ShoalStoreJob *job)
{
  return job->kind == &shoal_store_job_finish_intent &&
         job->value.intent.kind <= SHOAL_STORE_INTENT_REMOVE_FILES;
}

static void
finish_write (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  shoal_store_errands_note (&self->errands, job);
  if (job->error == NULL && removes_torrent (job))
    g_hash_table_remove (self->data_locks, GUINT_TO_POINTER (job->id.value));
  /* A torrent may go while its last saves wait. */
  if (is_lazy (job) && job->error != NULL &&
      !g_error_matches (job->error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_NOT_FOUND))
    {
      g_warning ("not saved: %s", job->error->message);
      report (self, job->error);
    }
  answer (self, job);
}

/* Back to the head of the queue, to be tried again; newer saves of the same replace it there. */
static void
keep_lazy (ShoalStoreWorker *self, ShoalStoreJob *job, ShoalBaseList *kept)
{
  g_clear_error (&job->error);
  shoal_base_list_append (kept, &job->place);
  g_hash_table_add (self->lazy, job);
}

/* @failure: of the same before; NULL: it is tried now. */
static void
run_alone (ShoalStoreWorker *self, ShoalStoreJob *job, const GError *failure)
{
  GError *again = NULL;

  if (failure != NULL)
    again = g_error_copy (failure);
  else
    shoal_store_batch_run (self->db, &job, 1, &again);
  if (again != NULL)
    {
      g_clear_error (&job->error);
      job->error = again;
    }
  finish_write (self, job);
}

/* All failed together: those that somebody waits for get another chance alone, as there may be room
 * for one. */
static void
run_apart (ShoalStoreWorker *self, GPtrArray *jobs, const GError *failure)
{
  ShoalBaseList kept;
  guint         i;

  shoal_base_list_init (&kept);
  for (i = 0; i < jobs->len; i++)
    {
      ShoalStoreJob *job = g_ptr_array_index (jobs, i);

      if (is_lazy (job))
        keep_lazy (self, job, &kept);
      else
        run_alone (self, job, jobs->len == 1 ? failure : NULL);
    }
  if (shoal_base_list_is_empty (&kept))
    return;
  shoal_base_list_splice (&kept, &self->queue);
  shoal_base_list_splice (&self->queue, &kept);
  self->lazy_usec = g_get_monotonic_time () + RETRY_DELAY_USEC;
  report (self, failure);
}

static void
run_writes (ShoalStoreWorker *self, GPtrArray *jobs)
{
  g_autoptr (GError) failure = NULL;
  gboolean has_lazy = FALSE;
  guint    i;

  if (self->db == NULL)
    shoal_store_set_closed (&failure);
  else if (!shoal_store_batch_run (
               self->db, (ShoalStoreJob *const *) (gpointer) jobs->pdata, jobs->len, &failure))
    {
      g_debug ("not committed: %s", failure->message);
      run_apart (self, jobs, failure);
      return;
    }
  for (i = 0; i < jobs->len; i++)
    has_lazy |= is_lazy (g_ptr_array_index (jobs, i));
  if (has_lazy && failure == NULL)
    report (self, NULL);
  for (i = 0; i < jobs->len; i++)
    {
      ShoalStoreJob *job = g_ptr_array_index (jobs, i);

      if (failure != NULL)
        job->error = g_error_copy (failure);
      finish_write (self, job);
    }
}

static void
run_read (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  if (self->db == NULL)
    shoal_store_set_closed (&job->error);
  else
    job->kind->run (self->db, job, &job->error);
  answer (self, job);
}

static gboolean
read_last_id (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  sqlite3_stmt *statement = shoal_store_db_query (
      self->db, "SELECT seq FROM sqlite_sequence WHERE name = 'torrents'", NULL, 0, &job->error);

  if (statement == NULL)
    return FALSE;
  if (shoal_store_db_next (self->db, statement, &job->error))
    job->opened.last_id.value =
        (guint32) CLAMP (sqlite3_column_int64 (statement, 0), 0, G_MAXUINT32 - 1);
  sqlite3_reset (statement);
  return job->error == NULL;
}

static void
run_open (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  g_autofree char   *lock_path = g_strconcat (job->text, ".lock", NULL);
  g_autofree char   *set_aside = NULL;
  ShoalStoreDbOpened opened = { 0 };

  if (self->db != NULL)
    g_set_error_literal (
        &job->error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_INVALID, "the database is open already");
  else if (shoal_store_file_make_folder (job->text, &job->error))
    self->lock = shoal_store_lock_take (lock_path, &job->other, &job->error);
  if (job->error == NULL)
    self->db = shoal_store_db_open (job->text, &opened, &job->error);
  set_aside = g_steal_pointer (&opened.set_aside);
  if (g_error_matches (job->error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_NEWER))
    job->other = opened.version;
  job->opened.set_aside = shoal_store_job_keep_text (job, set_aside);
  job->opened.is_new = opened.is_new;
  job->opened.was_clean = opened.was_clean;
  if (job->error == NULL && !read_last_id (self, job))
    shoal_store_db_close (g_steal_pointer (&self->db), FALSE, NULL);
  if (job->error == NULL)
    shoal_store_errands_start (&self->errands);
  if (self->db == NULL)
    g_clear_pointer (&self->lock, shoal_store_lock_free);
  answer (self, job);
}

static void
run_lock (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  const ShoalStoreRow *row = job->row;
  gpointer             key = GUINT_TO_POINTER (job->id.value);
  ShoalStoreLock      *lock = g_hash_table_lookup (self->data_locks, key);

  if (lock == NULL ||
      !shoal_store_lock_is_of_data (lock, &row->hashes, row->folder.device, row->folder.inode))
    {
      lock = shoal_store_lock_take_data (
          &row->hashes, row->folder.device, row->folder.inode, &job->other, &job->error);
      if (lock != NULL)
        g_hash_table_insert (self->data_locks, key, lock);
    }
  answer (self, job);
}

static void
run_unlock (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  g_hash_table_remove (self->data_locks, GUINT_TO_POINTER (job->id.value));
  answer (self, job);
}

static void
drop_all (ShoalStoreWorker *self)
{
  while (!shoal_base_list_is_empty (&self->queue))
    drop_job (self, job_of (self->queue.next));
}

/* Saves that are in the queue still have failed just now. */
static void
run_close (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  gboolean is_all_saved = shoal_base_list_is_empty (&self->queue);

  shoal_store_errands_stop (&self->errands);
  if (self->db != NULL)
    shoal_store_db_close (
        g_steal_pointer (&self->db), job->number != 0 && is_all_saved, &job->error);
  if (!is_all_saved && job->error == NULL)
    g_set_error_literal (&job->error,
                         SHOAL_STORE_ERROR,
                         SHOAL_STORE_ERROR_FAILED,
                         "the last changes were not saved");
  drop_all (self);
  g_hash_table_remove_all (self->data_locks);
  g_clear_pointer (&self->lock, shoal_store_lock_free);
  self->has_ended = TRUE;
  answer (self, job);
}

static void
run_own (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  if (job->kind == &shoal_store_job_open)
    run_open (self, job);
  else if (job->kind == &shoal_store_job_lock)
    run_lock (self, job);
  else if (job->kind == &shoal_store_job_unlock)
    run_unlock (self, job);
  else if (job->kind == &shoal_store_job_search)
    shoal_store_errands_search (&self->errands, self->db, job);
  else if (job->kind == &shoal_store_job_close)
    run_close (self, job);
}

static ShoalStoreJob *
take_job (ShoalStoreWorker *self, ShoalBaseList *from)
{
  ShoalStoreJob *job = job_of (from->next);

  if (is_lazy (job))
    g_hash_table_remove (self->lazy, job);
  shoal_base_list_remove (&job->place);
  return job;
}

static void
run_queue (ShoalStoreWorker *self)
{
  ShoalBaseList due;

  self->lazy_usec = 0;
  self->n_urgent = 0;
  shoal_base_list_init (&due);
  shoal_base_list_splice (&due, &self->queue);
  while (!shoal_base_list_is_empty (&due))
    {
      g_autoptr (GPtrArray) writes = g_ptr_array_new ();

      while (!shoal_base_list_is_empty (&due) && is_write (job_of (due.next)))
        g_ptr_array_add (writes, take_job (self, &due));
      if (writes->len > 0)
        run_writes (self, writes);
      else if (job_of (due.next)->kind->job_class == SHOAL_STORE_JOB_READ)
        run_read (self, take_job (self, &due));
      else
        run_own (self, take_job (self, &due));
    }
  /* After the answers, which do not wait for it. */
  if (self->db != NULL)
    shoal_store_db_tidy (self->db);
}

/* Some may have been received while something else was done. */
static gboolean
has_work (const ShoalStoreWorker *self)
{
  return self->n_urgent > 0 || self->errands.search != NULL;
}

static gboolean
is_hurried_cb (gpointer owner)
{
  ShoalStoreWorker *self = owner;

  shoal_base_mailbox_drain (self->inbox);
  return self->n_urgent > 0;
}

static void
answer_cb (gpointer owner, ShoalStoreJob *job)
{
  answer (owner, job);
}

static void *
run_thread (void *data)
{
  ShoalStoreWorker *self = data;

  while (!self->has_ended)
    {
      g_main_context_iteration (self->context, !has_work (self));
      if (self->n_urgent > 0 ||
          (self->lazy_usec != 0 && g_get_monotonic_time () >= self->lazy_usec))
        run_queue (self);
      shoal_store_errands_advance (&self->errands, self->db);
      arm_timer (self);
    }
  shoal_base_mailbox_close (self->inbox);
  return NULL;
}

/* Signals are for the other threads. */
static void
start_thread (ShoalStoreWorker *self)
{
  sigset_t all, before;
  int      code;

  sigfillset (&all);
  pthread_sigmask (SIG_SETMASK, &all, &before);
  code = pthread_create (&self->thread, NULL, run_thread, self);
  pthread_sigmask (SIG_SETMASK, &before, NULL);
  if (code != 0)
    g_error ("no thread for the database: %s", g_strerror (code));
  pthread_setname_np (self->thread, "shoal-store");
}

static void
free_lock (gpointer lock)
{
  shoal_store_lock_free (lock);
}

static void
free_job (gpointer job)
{
  shoal_store_job_free (job);
}

ShoalStoreWorker *
shoal_store_worker_new (ShoalBaseMailbox *answers)
{
  ShoalStoreWorker *self = g_new0 (ShoalStoreWorker, 1);

  self->context = g_main_context_new ();
  self->inbox = shoal_base_mailbox_new (self->context, receive_job_cb, self, free_job);
  self->answers = shoal_base_mailbox_ref (answers);
  self->timer = g_source_new (&timer_funcs, sizeof (GSource));
  g_source_set_static_name (self->timer, "shoal-store-worker");
  g_source_attach (self->timer, self->context);
  shoal_base_list_init (&self->queue);
  self->lazy = g_hash_table_new (hash_lazy, is_same_lazy);
  self->data_locks = g_hash_table_new_full (NULL, NULL, NULL, free_lock);
  self->trouble = -1;
  self->errands.is_hurried = is_hurried_cb;
  self->errands.answer = answer_cb;
  self->errands.owner = self;
  start_thread (self);
  return self;
}

void
shoal_store_worker_free (ShoalStoreWorker *self)
{
  if (!self->is_joined)
    pthread_join (self->thread, NULL);
  shoal_clear_source (&self->timer);
  shoal_base_mailbox_unref (self->inbox);
  shoal_base_mailbox_unref (self->answers);
  g_main_context_unref (self->context);
  g_hash_table_unref (self->lazy);
  g_hash_table_unref (self->data_locks);
  g_free (self);
}

void
shoal_store_worker_post (ShoalStoreWorker *self, ShoalStoreJob *job)
{
  shoal_base_mailbox_post (self->inbox, job);
}

gboolean
shoal_store_worker_wait (ShoalStoreWorker *self, gint64 timeout_usec)
{
  gint64          end_usec = g_get_real_time () + MAX (timeout_usec, 0);
  struct timespec end = { .tv_sec = end_usec / G_USEC_PER_SEC,
                          .tv_nsec = end_usec % G_USEC_PER_SEC * 1000 };

  if (!self->is_joined)
    self->is_joined = pthread_timedjoin_np (self->thread, NULL, &end) == 0;
  return self->is_joined;
}
