/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-errands.h"

/* Names are made for so long at a time, and then not for so long: a fifth of the thread. */
#define INDEX_USEC       (8 * 1000)
#define INDEX_PAUSE_USEC (32 * 1000)

/* At the start others are waited for. */
#define INDEX_START_USEC (2 * G_USEC_PER_SEC)

#define INDEX_RETRY_USEC (60 * (gint64) G_USEC_PER_SEC)

/* A search waits so long for names, so that what has just come in is found. */
#define INDEX_SEARCH_USEC (25 * 1000)

void
shoal_store_set_closed (GError **error)
{
  g_set_error_literal (
      error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_CLOSED, "the database is not open");
}

void
shoal_store_errands_start (ShoalStoreErrands *self)
{
  self->index_usec = g_get_monotonic_time () + INDEX_START_USEC;
}

void
shoal_store_errands_note (ShoalStoreErrands *self, const ShoalStoreJob *job)
{
  if (self->index_usec == 0 &&
      (job->kind == &shoal_store_job_add || job->kind == &shoal_store_job_set_metainfo ||
       job->kind == &shoal_store_job_finish_intent))
    self->index_usec = g_get_monotonic_time () + INDEX_PAUSE_USEC;
}

static gboolean
make_names_until (ShoalStoreErrands *self, ShoalStoreDb *db, gint64 end_usec, GError **error)
{
  gboolean is_good;

  if (!shoal_store_db_begin (db, FALSE, error))
    return FALSE;
  do
    is_good = shoal_store_index_advance (db, error);
  while (is_good && g_get_monotonic_time () < end_usec && shoal_store_index_is_due (db) &&
         !self->is_hurried (self->owner));
  if (is_good)
    return shoal_store_db_commit (db, error);
  shoal_store_db_rollback (db);
  return FALSE;
}

static void
make_names (ShoalStoreErrands *self, ShoalStoreDb *db, gint64 budget_usec)
{
  gint64 now_usec = g_get_monotonic_time ();
  g_autoptr (GError) failure = NULL;

  self->index_usec = 0;
  if (!shoal_store_index_is_due (db))
    return;
  if (make_names_until (self, db, now_usec + budget_usec, &failure))
    self->index_usec = g_get_monotonic_time () + INDEX_PAUSE_USEC;
  else
    {
      g_debug ("names of files were not saved: %s", failure->message);
      self->index_usec = now_usec + INDEX_RETRY_USEC;
    }
  shoal_store_db_tidy (db);
}

/* With what was found, or @error; with neither where another one takes its place. Takes both over.
 */
static void
end_search (ShoalStoreErrands *self, GArray *found, GError *error)
{
  ShoalStoreJob *job = g_steal_pointer (&self->search);

  g_clear_pointer (&self->way, shoal_store_search_free);
  job->found = found;
  job->error = error;
  self->answer (self->owner, job);
}

void
shoal_store_errands_search (ShoalStoreErrands *self, ShoalStoreDb *db, ShoalStoreJob *job)
{
  if (self->search != NULL)
    end_search (self, NULL, NULL);
  if (db == NULL)
    {
      shoal_store_set_closed (&job->error);
      self->answer (self->owner, job);
      return;
    }
  self->search = job;
  self->way = shoal_store_search_new (job->text);
  if (self->index_usec != 0)
    make_names (self, db, INDEX_SEARCH_USEC);
}

static void
continue_search (ShoalStoreErrands *self, ShoalStoreDb *db)
{
  GError *failure = NULL;

  switch (shoal_store_search_advance (self->way, db, self->is_hurried, self->owner, &failure))
    {
    case SHOAL_STORE_SEARCH_GOES_ON:
      return;
    case SHOAL_STORE_SEARCH_DONE:
      end_search (self, g_steal_pointer (&self->way->found), NULL);
      return;
    case SHOAL_STORE_SEARCH_FAILED:
      end_search (self, NULL, failure);
      return;
    }
}

void
shoal_store_errands_advance (ShoalStoreErrands *self, ShoalStoreDb *db)
{
  if (db == NULL)
    return;
  if (self->search != NULL)
    continue_search (self, db);
  else if (self->index_usec != 0 && g_get_monotonic_time () >= self->index_usec)
    make_names (self, db, INDEX_USEC);
}

void
shoal_store_errands_stop (ShoalStoreErrands *self)
{
  GError *error = NULL;

  self->index_usec = 0;
  if (self->search == NULL)
    return;
  shoal_store_set_closed (&error);
  end_search (self, NULL, error);
}
