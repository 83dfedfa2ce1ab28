/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-private.h"

static void
deliver_opened (ShoalStoreJob *job)
{
  job->func.open (job->user_data, job->error == NULL ? &job->opened : NULL, job->other, job->error);
}

static void
deliver_lock (ShoalStoreJob *job)
{
  job->func.lock (job->user_data, job->other, job->error);
}

static void
deliver_found (ShoalStoreJob *job)
{
  job->func.found (job->user_data, g_steal_pointer (&job->found), job->error);
}

void
shoal_store_job_deliver_done (ShoalStoreJob *job)
{
  job->func.done (job->user_data, job->error);
}

void
shoal_store_job_deliver_listing (ShoalStoreJob *job)
{
  job->func.list (job->user_data, g_steal_pointer (&job->listing), job->error);
}

void
shoal_store_job_deliver_torrent (ShoalStoreJob *job)
{
  job->func.load (job->user_data, g_steal_pointer (&job->torrent), job->error);
}

void
shoal_store_job_deliver_value (ShoalStoreJob *job)
{
  job->func.value (job->user_data, g_steal_pointer (&job->bytes), job->error);
}

const ShoalStoreJobKind shoal_store_job_open = { SHOAL_STORE_JOB_OWN, NULL, deliver_opened };
const ShoalStoreJobKind shoal_store_job_close = { SHOAL_STORE_JOB_OWN,
                                                  NULL,
                                                  shoal_store_job_deliver_done };
const ShoalStoreJobKind shoal_store_job_lock = { SHOAL_STORE_JOB_OWN, NULL, deliver_lock };
const ShoalStoreJobKind shoal_store_job_unlock = { SHOAL_STORE_JOB_OWN, NULL, NULL };
const ShoalStoreJobKind shoal_store_job_report = { SHOAL_STORE_JOB_REPORT,
                                                   NULL,
                                                   shoal_store_job_deliver_done };

const ShoalStoreJobKind shoal_store_job_search = { SHOAL_STORE_JOB_OWN, NULL, deliver_found };

ShoalStoreJob *
shoal_store_job_new (const ShoalStoreJobKind *kind, ShoalTorrentId id)
{
  ShoalStoreJob *job = g_new0 (ShoalStoreJob, 1);

  shoal_base_list_init (&job->link);
  shoal_base_list_init (&job->place);
  job->kind = kind;
  job->id = id;
  return job;
}

void
shoal_store_job_free (ShoalStoreJob *job)
{
  g_clear_pointer (&job->row, shoal_store_row_free);
  g_clear_pointer (&job->bytes, g_bytes_unref);
  g_clear_pointer (&job->files, g_free);
  g_clear_pointer (&job->partials, g_array_unref);
  g_clear_pointer (&job->positions, g_array_unref);
  g_clear_pointer (&job->trackers, g_free);
  g_clear_pointer (&job->listing, shoal_store_listing_free);
  g_clear_pointer (&job->torrent, shoal_store_torrent_free);
  g_clear_pointer (&job->labels, shoal_words_unref);
  g_clear_pointer (&job->found, g_array_unref);
  g_clear_pointer (&job->texts, g_string_chunk_free);
  g_clear_error (&job->error);
  g_free (job);
}

const char *
shoal_store_job_keep_text (ShoalStoreJob *job, const char *text)
{
  if (text == NULL)
    return NULL;
  if (job->texts == NULL)
    job->texts = g_string_chunk_new (128);
  return g_string_chunk_insert (job->texts, text);
}
