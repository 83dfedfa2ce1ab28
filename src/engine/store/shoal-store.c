/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store.h"

#include "store/shoal-store-pack.h"
#include "store/shoal-store-private.h"
#include "store/shoal-store-worker.h"

struct _ShoalStore
{
  ShoalStoreWorker *worker;     /* owned */
  ShoalBaseMailbox *answers;    /* owned */
  ShoalBaseList     under_way;  /* of ShoalStoreJob.link; the jobs are the worker's */
  ShoalStoreFunc    on_trouble; /* or NULL */
  gpointer          user_data;  /* unowned: for on_trouble */

  guint is_closing : 1; /* the last job is with the worker */
};

G_DEFINE_QUARK (shoal - store - error - quark, shoal_store_error)

static void
on_answer (gpointer message, gpointer user_data)
{
  ShoalStoreJob *job = message;
  ShoalStore    *self = user_data;

  if (job->kind == &shoal_store_job_report)
    {
      job->func.done = self->on_trouble;
      job->user_data = self->user_data;
    }
  shoal_base_list_remove (&job->link);
  if (job->func.done != NULL)
    job->kind->deliver (job);
  /* What was called may have freed self. */
  shoal_store_job_free (job);
}

static void
free_job (gpointer job)
{
  shoal_store_job_free (job);
}

/* Jobs that come back are known here until they do. */
static void
submit (ShoalStore *self, ShoalStoreJob *job)
{
  gboolean comes_back = job->kind->deliver != NULL && job->kind->job_class != SHOAL_STORE_JOB_LAZY;

  if (comes_back)
    shoal_base_list_append (&self->under_way, &job->link);
  if (!self->is_closing)
    {
      shoal_store_worker_post (self->worker, job);
      return;
    }
  if (!comes_back)
    {
      shoal_store_job_free (job);
      return;
    }
  g_set_error_literal (
      &job->error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_CLOSED, "the database is closed");
  shoal_base_mailbox_post (self->answers, job);
}

static void
submit_done (ShoalStore *self, ShoalStoreJob *job, ShoalStoreFunc func, gpointer user_data)
{
  job->func.done = func;
  job->user_data = user_data;
  submit (self, job);
}

static void
give_row (ShoalStoreJob *job, const ShoalStoreRow *row)
{
  job->texts = g_string_chunk_new (256);
  job->row = shoal_store_row_copy (row, job->texts);
}

static void
give_files (ShoalStoreJob *job, const ShoalStoreFile *files, guint n_files)
{
  guint i;

  job->n_files = n_files;
  job->files = g_memdup2 (files, n_files * sizeof *files);
  for (i = 0; i < n_files; i++)
    job->files[i].renamed_path = NULL;
}

static void
give_partials (ShoalStoreJob *job, const ShoalStorePartial *partials, guint n_partials)
{
  guint i;

  job->partials = shoal_store_partials_new ();
  for (i = 0; i < n_partials; i++)
    {
      gsize             len;
      gconstpointer     data = g_bytes_get_data (partials[i].blocks, &len);
      ShoalStorePartial partial = { partials[i].piece, g_bytes_new (data, len) };

      g_array_append_val (job->partials, partial);
    }
}

static void
give_bits (ShoalStoreJob *job, const ShoalBaseBitset *bits)
{
  gsize         len;
  const guint8 *data = shoal_base_bitset_get_bytes (bits, &len);

  job->bytes = g_bytes_new (data, len);
}

static ShoalStoreJob *
new_intent_job (const ShoalStoreJobKind *kind, ShoalTorrentId id, const ShoalStoreIntent *intent)
{
  ShoalStoreJob *job = shoal_store_job_new (kind, id);

  job->value.intent = *intent;
  job->value.intent.source = shoal_store_job_keep_text (job, intent->source);
  job->value.intent.target = shoal_store_job_keep_text (job, intent->target);
  return job;
}

ShoalStore *
shoal_store_new (GMainContext *context, ShoalStoreFunc on_trouble, gpointer user_data)
{
  ShoalStore *self = g_new0 (ShoalStore, 1);

  self->on_trouble = on_trouble;
  self->user_data = user_data;
  shoal_base_list_init (&self->under_way);
  self->answers = shoal_base_mailbox_new (context, on_answer, self, free_job);
  self->worker = shoal_store_worker_new (self->answers);
  return self;
}

void
shoal_store_free (ShoalStore *self)
{
  if (!self->is_closing)
    shoal_store_close (self, FALSE, NULL, NULL);
  shoal_store_worker_free (self->worker);
  shoal_base_mailbox_close (self->answers);
  shoal_base_mailbox_unref (self->answers);
  g_free (self);
}

void
shoal_store_forget (ShoalStore *self, gpointer user_data)
{
  SHOAL_BASE_LIST_FOREACH (&self->under_way, node)
  {
    ShoalStoreJob *job = SHOAL_BASE_LIST_ENTRY (node, ShoalStoreJob, link);

    if (job->user_data == user_data)
      job->func.done = NULL;
  }
}

void
shoal_store_open (ShoalStore *self, const char *path, ShoalStoreOpenFunc func, gpointer user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_open, (ShoalTorrentId){ 0 });

  job->text = shoal_store_job_keep_text (job, path);
  job->func.open = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_load_all (ShoalStore *self, ShoalStoreListFunc func, gpointer user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_load_all, (ShoalTorrentId){ 0 });

  job->func.list = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_load_torrent (ShoalStore        *self,
                          ShoalTorrentId     id,
                          ShoalStoreLoadFunc func,
                          gpointer           user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_load_torrent, id);

  job->func.load = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_load_value (ShoalStore         *self,
                        const char         *name,
                        ShoalStoreValueFunc func,
                        gpointer            user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_load_value, (ShoalTorrentId){ 0 });

  job->text = shoal_store_job_keep_text (job, name);
  job->func.value = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_add (ShoalStore               *self,
                 const ShoalStoreAddition *addition,
                 ShoalStoreFunc            func,
                 gpointer                  user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_add, addition->row->id);

  give_row (job, addition->row);
  give_files (job, addition->files, addition->n_files);
  if (addition->metainfo != NULL)
    job->bytes = g_bytes_ref (addition->metainfo);
  submit_done (self, job, func, user_data);
}

void
shoal_store_set_metainfo (ShoalStore          *self,
                          const ShoalStoreRow *row,
                          GBytes              *metainfo,
                          ShoalStoreFunc       func,
                          gpointer             user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_metainfo, row->id);

  give_row (job, row);
  job->bytes = g_bytes_ref (metainfo);
  submit_done (self, job, func, user_data);
}

void
shoal_store_set_removed (ShoalStore    *self,
                         ShoalTorrentId id,
                         gint64         removed_at,
                         ShoalStoreFunc func,
                         gpointer       user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_removed, id);

  job->number = removed_at;
  submit_done (self, job, func, user_data);
}

void
shoal_store_begin_intent (ShoalStore             *self,
                          ShoalTorrentId          id,
                          const ShoalStoreIntent *intent,
                          ShoalStoreFunc          func,
                          gpointer                user_data)
{
  submit_done (self, new_intent_job (&shoal_store_job_begin_intent, id, intent), func, user_data);
}

void
shoal_store_finish_intent (ShoalStore             *self,
                           ShoalTorrentId          id,
                           const ShoalStoreIntent *intent,
                           ShoalStoreFunc          func,
                           gpointer                user_data)
{
  submit_done (self, new_intent_job (&shoal_store_job_finish_intent, id, intent), func, user_data);
}

void
shoal_store_finish_rename (ShoalStore             *self,
                           ShoalTorrentId          id,
                           const ShoalStoreIntent *intent,
                           const GArray           *files,
                           ShoalStoreFunc          func,
                           gpointer                user_data)
{
  ShoalStoreJob        *job = new_intent_job (&shoal_store_job_finish_intent, id, intent);
  const ShoalStoreFile *rows = (const ShoalStoreFile *) (gconstpointer) files->data;
  guint                 i;

  give_files (job, rows, files->len);
  for (i = 0; i < files->len; i++)
    job->files[i].renamed_path = shoal_store_job_keep_text (job, rows[i].renamed_path);
  submit_done (self, job, func, user_data);
}

void
shoal_store_drop_intent (ShoalStore             *self,
                         ShoalTorrentId          id,
                         const ShoalStoreIntent *intent,
                         ShoalStoreFunc          func,
                         gpointer                user_data)
{
  submit_done (self, new_intent_job (&shoal_store_job_drop_intent, id, intent), func, user_data);
}

void
shoal_store_set_options (ShoalStore              *self,
                         ShoalTorrentId           id,
                         const ShoalStoreOptions *options,
                         ShoalStoreFunc           func,
                         gpointer                 user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_options, id);

  job->value.options = *options;
  submit_done (self, job, func, user_data);
}

void
shoal_store_set_positions (ShoalStore               *self,
                           const ShoalStorePosition *positions,
                           guint                     n_positions,
                           ShoalStoreFunc            func,
                           gpointer                  user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_positions, (ShoalTorrentId){ 0 });

  job->positions = g_array_sized_new (FALSE, FALSE, sizeof *positions, n_positions);
  g_array_append_vals (job->positions, positions, n_positions);
  submit_done (self, job, func, user_data);
}

void
shoal_store_set_priorities (ShoalStore           *self,
                            ShoalTorrentId        id,
                            const ShoalStoreFile *files,
                            guint                 n_files,
                            ShoalStoreFunc        func,
                            gpointer              user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_priorities, id);

  give_files (job, files, n_files);
  submit_done (self, job, func, user_data);
}

void
shoal_store_set_labels (ShoalStore       *self,
                        ShoalTorrentId    id,
                        const ShoalWords *labels,
                        ShoalStoreFunc    func,
                        gpointer          user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_labels, id);

  job->labels = shoal_words_ref (labels);
  submit_done (self, job, func, user_data);
}

void
shoal_store_add_ban (ShoalStore          *self,
                     ShoalTorrentId       id,
                     const ShoalStoreBan *ban,
                     ShoalStoreFunc       func,
                     gpointer             user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_add_ban, id);

  job->value.ban = *ban;
  submit_done (self, job, func, user_data);
}

void
shoal_store_drop_bans (ShoalStore             *self,
                       ShoalTorrentId          id,
                       const ShoalBaseAddress *address,
                       ShoalStoreFunc          func,
                       gpointer                user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_drop_bans, id);

  if (address != NULL)
    job->value.ban.address = *address;
  submit_done (self, job, func, user_data);
}

void
shoal_store_search (ShoalStore         *self,
                    const char         *text,
                    ShoalStoreFoundFunc func,
                    gpointer            user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_search, (ShoalTorrentId){ 0 });

  job->text = shoal_store_job_keep_text (job, text);
  job->func.found = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_set_folder (ShoalStore             *self,
                        ShoalTorrentId          id,
                        const ShoalStoreFolder *folder,
                        ShoalStoreFunc          func,
                        gpointer                user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_set_folder, id);

  job->value.folder = *folder;
  submit_done (self, job, func, user_data);
}

void
shoal_store_mark_open (ShoalStore    *self,
                       ShoalTorrentId id,
                       const guint32 *files,
                       guint          n_files,
                       ShoalStoreFunc func,
                       gpointer       user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_mark_open, id);
  guint          i;

  job->n_files = n_files;
  job->files = g_new0 (ShoalStoreFile, n_files);
  for (i = 0; i < n_files; i++)
    job->files[i].file = files[i];
  submit_done (self, job, func, user_data);
}

void
shoal_store_commit_durable (ShoalStore                 *self,
                            ShoalTorrentId              id,
                            const ShoalStoreCheckpoint *checkpoint,
                            ShoalStoreFunc              func,
                            gpointer                    user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_commit_durable, id);

  give_bits (job, checkpoint->durable);
  give_files (job, checkpoint->files, checkpoint->n_files);
  give_partials (job, checkpoint->partials, checkpoint->n_partials);
  submit_done (self, job, func, user_data);
}

void
shoal_store_save_written (ShoalStore *self, ShoalTorrentId id, const ShoalBaseBitset *written)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_written, id);

  give_bits (job, written);
  submit (self, job);
}

void
shoal_store_save_stats (ShoalStore *self, ShoalTorrentId id, const ShoalStoreStats *stats)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_stats, id);

  job->value.stats = *stats;
  submit (self, job);
}

void
shoal_store_save_trackers (ShoalStore              *self,
                           ShoalTorrentId           id,
                           const ShoalStoreTracker *trackers,
                           guint                    n_trackers)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_trackers, id);

  job->texts = g_string_chunk_new (256);
  job->trackers = shoal_store_trackers_copy (trackers, n_trackers, job->texts);
  job->n_trackers = n_trackers;
  submit (self, job);
}

void
shoal_store_save_peers (ShoalStore           *self,
                        ShoalTorrentId        id,
                        const ShoalStorePeer *peers,
                        guint                 n_peers)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_peers, id);

  job->bytes = shoal_store_pack_peers (peers, n_peers);
  submit (self, job);
}

void
shoal_store_save_bans (ShoalStore *self, ShoalTorrentId id, const ShoalStoreBan *bans, guint n_bans)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_bans, id);

  job->bytes = shoal_store_pack_bans (bans, n_bans);
  if (id.value == 0)
    job->text = SHOAL_STORE_BANS_VALUE;
  submit (self, job);
}

void
shoal_store_save_value (ShoalStore *self, const char *name, GBytes *bytes)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_save_value, (ShoalTorrentId){ 0 });

  job->text = shoal_store_job_keep_text (job, name);
  if (bytes != NULL)
    job->bytes = g_bytes_ref (bytes);
  submit (self, job);
}

void
shoal_store_lock_data (ShoalStore          *self,
                       const ShoalStoreRow *row,
                       ShoalStoreLockFunc   func,
                       gpointer             user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_lock, row->id);

  give_row (job, row);
  job->func.lock = func;
  job->user_data = user_data;
  submit (self, job);
}

void
shoal_store_unlock_data (ShoalStore *self, ShoalTorrentId id)
{
  submit (self, shoal_store_job_new (&shoal_store_job_unlock, id));
}

void
shoal_store_flush (ShoalStore *self, ShoalStoreFunc func, gpointer user_data)
{
  submit_done (
      self, shoal_store_job_new (&shoal_store_job_flush, (ShoalTorrentId){ 0 }), func, user_data);
}

void
shoal_store_close (ShoalStore *self, gboolean is_clean, ShoalStoreFunc func, gpointer user_data)
{
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_close, (ShoalTorrentId){ 0 });

  job->number = is_clean;
  submit_done (self, job, func, user_data);
  self->is_closing = TRUE;
}

gboolean
shoal_store_wait (ShoalStore *self, gint64 timeout_usec)
{
  return self->is_closing && shoal_store_worker_wait (self->worker, timeout_usec);
}
