/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-batch.h"

/* Whether the fault lies in this one job, so that others may go on. */
static gboolean
is_own_fault (const GError *error)
{
  return error->code == SHOAL_STORE_ERROR_EXISTS || error->code == SHOAL_STORE_ERROR_NOT_FOUND ||
         error->code == SHOAL_STORE_ERROR_INVALID || error->code == SHOAL_STORE_ERROR_DAMAGED;
}

/* FALSE: the whole transaction has failed. */
static gboolean
run_in_transaction (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  g_autoptr (GError) failure = NULL;

  g_clear_error (&job->error);
  if (!shoal_store_db_run (db, "SAVEPOINT job", NULL, 0, error))
    return FALSE;
  if (!job->kind->run (db, job, &failure))
    {
      if (!is_own_fault (failure) || !shoal_store_db_is_in_transaction (db))
        {
          g_propagate_error (error, g_steal_pointer (&failure));
          return FALSE;
        }
      job->error = g_steal_pointer (&failure);
      if (!shoal_store_db_run (db, "ROLLBACK TO job", NULL, 0, error))
        return FALSE;
    }
  return shoal_store_db_run (db, "RELEASE job", NULL, 0, error);
}

gboolean
shoal_store_batch_run (ShoalStoreDb *db, ShoalStoreJob *const *jobs, guint n_jobs, GError **error)
{
  gboolean is_full = FALSE;
  guint    i;

  for (i = 0; i < n_jobs; i++)
    is_full |= jobs[i]->kind->job_class == SHOAL_STORE_JOB_FULL;
  if (!shoal_store_db_begin (db, is_full, error))
    return FALSE;
  for (i = 0; i < n_jobs; i++)
    if (!run_in_transaction (db, jobs[i], error))
      {
        shoal_store_db_rollback (db);
        return FALSE;
      }
  return shoal_store_db_commit (db, error);
}
