/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"

/* From a row to a torrent: its rest is read from the database and parsed by a worker. A few at a
 * time, so that who is waited for need not wait for thousands. */

#define MAX_LOADING 16

/* What a worker does with a torrent that was read from the database. */
typedef struct
{
  ShoalSession       *session;
  ShoalTorrentId      id;
  ShoalStoreTorrent  *loaded;
  ShoalCodecMetainfo *metainfo;
  GError             *error;
} ParseJob;

static ShoalDiskStep
parse_work (gpointer data)
{
  ParseJob *job = data;

  if (job->loaded->metainfo_kind == SHOAL_STORE_METAINFO_WHOLE)
    job->metainfo = shoal_codec_metainfo_new_from_bytes (job->loaded->metainfo, &job->error);
  else
    job->metainfo = shoal_codec_metainfo_new_from_info (job->loaded->metainfo, NULL, &job->error);
  return SHOAL_DISK_STEP_DONE;
}

static void
fail (ShoalSessionEntry *entry, const GError *error)
{
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  entry->problem = shoal_torrent_problem_from_error (error, entry->row.name);
  entry->is_missing = FALSE;
  shoal_session_mark (entry, TRUE);
  entry->is_deleting = FALSE; /* nobody can tell which files are its own */
  if (entry->wants_move)
    shoal_session_end_move (entry, entry->problem);
  shoal_session_files_refuse_renames (entry, entry->problem);
}

/* It is loaded, or cannot be. */
static void
finish (ShoalSessionEntry *entry)
{
  shoal_session_entry_set_loading (entry, FALSE);
  entry->is_stale = FALSE;
  shoal_session_entry_review (entry);
  shoal_session_quit_advance (entry->session);
}

static void
parse_done (gpointer data, gboolean is_cancelled)
{
  ParseJob          *job = data;
  ShoalSessionEntry *entry = shoal_session_find (job->session, job->id);

  if (job->error != NULL)
    fail (entry, job->error);
  else if (!entry->is_stale && !is_cancelled && shoal_session_entry_wants_awake (entry))
    shoal_session_wake (entry, job->metainfo, g_steal_pointer (&job->loaded));
  g_clear_pointer (&job->loaded, shoal_store_torrent_free);
  g_clear_pointer (&job->metainfo, shoal_codec_metainfo_unref);
  g_clear_error (&job->error);
  g_free (job);
  finish (entry);
}

static void
parse (ShoalSessionEntry *entry, ShoalStoreTorrent *loaded)
{
  ParseJob     *job = g_new0 (ParseJob, 1);
  ShoalDiskCall call = {
    .what = "parse a torrent",
    .work = parse_work,
    .done = parse_done,
    .data = job,
    .first = SHOAL_DISK_STEP_COMPUTE,
  };

  job->session = entry->session;
  job->id = entry->id;
  job->loaded = loaded;
  shoal_disk_queue_submit_call (entry->session->disk, &call);
}

/* Nobody knows yet what it is. Takes @loaded over. */
static void
wake_magnet (ShoalSessionEntry *entry, ShoalStoreTorrent *loaded)
{
  if (!entry->is_stale && entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE &&
      shoal_session_entry_wants_awake (entry))
    shoal_session_wake (entry, NULL, loaded);
  else
    shoal_store_torrent_free (loaded);
}

static void
loaded_cb (gpointer user_data, ShoalStoreTorrent *loaded, const GError *error)
{
  ShoalSessionEntry *entry = user_data;
  g_autoptr (GError) missing = NULL;

  if (error == NULL && loaded->metainfo != NULL)
    {
      parse (entry, loaded);
      return;
    }
  if (error == NULL && loaded->metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    {
      wake_magnet (entry, loaded);
      finish (entry);
      return;
    }
  if (error == NULL)
    missing = g_error_new_literal (
        SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_DAMAGED, "the torrent's metainfo is missing");
  g_clear_pointer (&loaded, shoal_store_torrent_free);
  fail (entry, error != NULL ? error : missing);
  finish (entry);
}

static void
load_next (ShoalSession *self)
{
  while (self->phase == SHOAL_SESSION_PHASE_RUNNING && self->n_loading < MAX_LOADING &&
         !shoal_base_list_is_empty (&self->queue))
    {
      ShoalSessionEntry *entry =
          SHOAL_BASE_LIST_ENTRY (self->queue.next, ShoalSessionEntry, queued);

      shoal_base_list_remove (&entry->queued);
      shoal_session_entry_set_loading (entry, TRUE);
      shoal_store_load_torrent (self->store, entry->id, loaded_cb, entry);
    }
}

void
shoal_session_entry_set_loading (ShoalSessionEntry *entry, gboolean is_loading)
{
  ShoalSession *self = entry->session;

  if (entry->is_loading == is_loading)
    return;
  entry->is_loading = is_loading;
  shoal_session_stir (self);
  if (is_loading)
    self->n_loading++;
  else
    {
      self->n_loading--;
      load_next (self);
    }
}

/* Somebody waits for it. */
static gboolean
is_urgent (const ShoalSessionEntry *entry)
{
  return entry->visitors != NULL || (entry->watch & ~SHOAL_WATCH_EVENTS) != 0;
}

void
shoal_session_load (ShoalSessionEntry *entry)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = g_steal_pointer (&entry->metainfo);
  ShoalSession *self = entry->session;

  if (metainfo != NULL)
    {
      shoal_session_wake (entry, metainfo, NULL);
      return;
    }
  if (is_urgent (entry))
    {
      shoal_base_list_remove (&entry->queued);
      shoal_base_list_prepend (&self->queue, &entry->queued);
    }
  else if (!shoal_base_list_is_linked (&entry->queued))
    shoal_base_list_append (&self->queue, &entry->queued);
  load_next (self);
}
