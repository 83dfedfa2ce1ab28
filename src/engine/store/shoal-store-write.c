/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-index.h"
#include "store/shoal-store-private.h"

/* Jobs that write, each inside a transaction of the worker's. */

#define INT(value)  shoal_store_db_integer ((gint64) (value))
#define TEXT(value) shoal_store_db_text (value)
#define PATH(value) shoal_store_db_path (value)
#define BLOB(value) shoal_store_db_bytes (value)
#define RUN         SHOAL_STORE_DB_RUN

static gboolean
fail (GError **error, ShoalStoreError code, const char *message)
{
  g_set_error_literal (error, SHOAL_STORE_ERROR, (int) code, message);
  return FALSE;
}

/* After an UPDATE or DELETE of one torrent's row. */
static gboolean
was_there (ShoalStoreDb *db, GError **error)
{
  return shoal_store_db_get_n_changed (db) > 0 ||
         fail (error, SHOAL_STORE_ERROR_NOT_FOUND, "no such torrent in the database");
}

static gboolean
insert_torrent (ShoalStoreDb *db, const ShoalStoreRow *row, GError **error)
{
  const ShoalStoreOptions *options = &row->options;
  const ShoalInfoHashes   *hashes = &row->hashes;

  return RUN (
      db,
      error,
      "INSERT INTO torrents VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13,"
      " ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31,"
      " ?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39)",
      INT (row->id.value),
      hashes->has_v1 ? shoal_store_db_blob (hashes->v1.bytes, 20) : TEXT (NULL),
      hashes->has_v2 ? shoal_store_db_blob (hashes->v2.bytes, 32) : TEXT (NULL),
      INT (row->metainfo_kind),
      TEXT (row->name),
      TEXT (row->source),
      PATH (row->save_path),
      INT (row->folder.device),
      INT (row->folder.inode),
      INT (row->folder.fs_id),
      PATH (row->root_name),
      INT (row->total_size),
      INT (row->is_private),
      INT (row->added_at),
      INT (row->removed_at),
      INT (options->paused),
      INT (options->seeds),
      INT (options->sequential),
      INT (options->no_dht),
      INT (options->no_pex),
      INT (options->no_lsd),
      INT (options->down_limit_bps),
      INT (options->up_limit_bps),
      INT (options->max_peers),
      INT (options->max_uploads),
      INT (options->goals.ratio_1000),
      INT (options->goals.idle_minutes),
      INT (options->queue_position),
      INT (row->has_tiers),
      INT (options->asks),
      INT (options->encryption),
      INT (options->play_first),
      INT (options->has_goals),
      INT (options->goals.minutes),
      INT (options->goals.action),
      INT (options->goals_from_bytes),
      INT (options->goals_from_seconds),
      INT (options->met_goal),
      INT (options->is_late));
}

static gboolean
write_stats (ShoalStoreDb *db, ShoalTorrentId id, const ShoalStoreStats *stats, GError **error)
{
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO stats"
              " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
              INT (id.value),
              INT (stats->payload_down),
              INT (stats->payload_up),
              INT (stats->protocol_down),
              INT (stats->protocol_up),
              INT (stats->wasted),
              INT (stats->corrupt),
              INT (stats->active_seconds),
              INT (stats->seeding_seconds),
              INT (stats->last_active_at),
              INT (stats->completed_at),
              INT (stats->have_bytes),
              INT (stats->wanted_bytes),
              INT (stats->wanted_have_bytes),
              INT (stats->left_bytes),
              INT (stats->is_settled),
              INT (stats->taken_seconds));
}

/* What the stats say of the data may hold no longer. */
static gboolean
unsettle (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  return RUN (db,
              error,
              "UPDATE stats SET settled = 0 WHERE torrent_id = ? AND settled <> 0",
              INT (id.value));
}

static gboolean
write_metainfo (ShoalStoreDb *db, ShoalTorrentId id, GBytes *bytes, GError **error)
{
  if (bytes == NULL)
    return TRUE;
  return RUN (
      db, error, "INSERT OR REPLACE INTO metainfo VALUES (?, ?)", INT (id.value), BLOB (bytes));
}

static gboolean
write_priorities (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  guint i;

  for (i = 0; i < job->n_files; i++)
    if (!RUN (db,
              error,
              "INSERT INTO files (torrent_id, file, priority) VALUES (?1, ?2, ?3)"
              " ON CONFLICT DO UPDATE SET priority = ?3",
              INT (job->id.value),
              INT (job->files[i].file),
              INT (job->files[i].priority)))
      return FALSE;
  return TRUE;
}

static gboolean
insert_tracker (ShoalStoreDb            *db,
                ShoalTorrentId           id,
                guint                    position,
                const ShoalStoreTracker *tracker,
                GError                 **error)
{
  return RUN (db, error, "INSERT OR IGNORE INTO urls (url) VALUES (?)", TEXT (tracker->url)) &&
         RUN (db,
              error,
              "INSERT INTO trackers"
              " SELECT ?1, ?2, id, ?3, ?4, ?5, ?6, ?7 FROM urls WHERE url = ?8",
              INT (id.value),
              INT (position),
              INT (tracker->tier),
              INT (tracker->by_person),
              TEXT (tracker->tracker_id),
              INT (tracker->by_stranger),
              INT (tracker->in_tiers),
              TEXT (tracker->url));
}

static gboolean
insert_trackers (ShoalStoreDb            *db,
                 ShoalTorrentId           id,
                 const ShoalStoreTracker *trackers,
                 guint                    n_trackers,
                 GError                 **error)
{
  guint i;

  for (i = 0; i < n_trackers; i++)
    if (!insert_tracker (db, id, i, &trackers[i], error))
      return FALSE;
  return TRUE;
}

/* URLs that no other torrent has go with it. */
static gboolean
delete_urls (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  return RUN (db,
              error,
              "DELETE FROM urls WHERE id IN (SELECT url_id FROM trackers WHERE torrent_id = ?1)"
              " AND NOT EXISTS (SELECT 1 FROM trackers"
              "   WHERE trackers.url_id = urls.id AND torrent_id <> ?1)",
              INT (id.value));
}

static gboolean
run_add (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  const ShoalStoreRow *row = job->row;

  if (row->id.value == 0 || row->name == NULL || row->save_path == NULL ||
      (job->bytes == NULL) != (row->metainfo_kind == SHOAL_STORE_METAINFO_NONE))
    return fail (error, SHOAL_STORE_ERROR_INVALID, "a torrent without id, name, path or metainfo");
  return insert_torrent (db, row, error) && write_stats (db, row->id, &row->stats, error) &&
         write_metainfo (db, row->id, job->bytes, error) && write_priorities (db, job, error) &&
         insert_trackers (db, row->id, row->trackers, row->n_trackers, error) &&
         shoal_store_labels_write (db, row->id, row->labels, error) &&
         shoal_store_index_renew (db, row->id, error);
}

static gboolean
run_set_metainfo (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  const ShoalStoreRow   *row = job->row;
  const ShoalInfoHashes *hashes = &row->hashes;

  if (job->bytes == NULL || row->name == NULL || row->metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    return fail (error, SHOAL_STORE_ERROR_INVALID, "metainfo without bytes or name");
  return RUN (db,
              error,
              "UPDATE torrents SET info_hash_v1 = ?, info_hash_v2 = ?, metainfo_kind = ?, name = ?,"
              " total_size = ?, is_private = ? WHERE id = ?",
              hashes->has_v1 ? shoal_store_db_blob (hashes->v1.bytes, 20) : TEXT (NULL),
              hashes->has_v2 ? shoal_store_db_blob (hashes->v2.bytes, 32) : TEXT (NULL),
              INT (row->metainfo_kind),
              TEXT (row->name),
              INT (row->total_size),
              INT (row->is_private),
              INT (row->id.value)) &&
         was_there (db, error) && write_metainfo (db, row->id, job->bytes, error) &&
         shoal_store_index_renew (db, row->id, error);
}

static gboolean
run_set_removed (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "UPDATE torrents SET removed_at = ? WHERE id = ?",
              INT (job->number),
              INT (job->id.value)) &&
         was_there (db, error);
}

static gboolean
run_begin_intent (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  const ShoalStoreIntent *intent = &job->value.intent;

  return RUN (db,
              error,
              "INSERT OR REPLACE INTO intents VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
              INT (job->id.value),
              INT (intent->kind),
              INT (intent->file),
              PATH (intent->target),
              INT (intent->folder.device),
              INT (intent->folder.inode),
              INT (intent->folder.fs_id),
              PATH (intent->source));
}

static gboolean
run_drop_intent (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "DELETE FROM intents WHERE torrent_id = ? AND kind = ? AND file = ?",
              INT (job->id.value),
              INT (job->value.intent.kind),
              INT (job->value.intent.file));
}

static gboolean
apply_move (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  const ShoalStoreIntent *intent = &job->value.intent;

  return RUN (db,
              error,
              "UPDATE torrents SET save_path = ?, save_device = ?, save_inode = ?, save_fs_id = ?"
              " WHERE id = ?",
              PATH (intent->target),
              INT (intent->folder.device),
              INT (intent->folder.inode),
              INT (intent->folder.fs_id),
              INT (job->id.value)) &&
         was_there (db, error);
}

static gboolean
write_path (ShoalStoreDb        *db,
            const ShoalStoreJob *job,
            guint32              file,
            const char          *path,
            GError             **error)
{
  return RUN (db,
              error,
              "INSERT INTO files (torrent_id, file, renamed_path) VALUES (?1, ?2, ?3)"
              " ON CONFLICT DO UPDATE SET renamed_path = ?3",
              INT (job->id.value),
              INT (file),
              PATH (path));
}

static gboolean
apply_rename (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  const ShoalStoreIntent *intent = &job->value.intent;
  guint                   i;

  for (i = 0; i < job->n_files; i++)
    if (!write_path (db, job, job->files[i].file, job->files[i].renamed_path, error))
      return FALSE;
  if (intent->file == SHOAL_STORE_ROOT)
    return RUN (db,
                error,
                "UPDATE torrents SET root_name = ? WHERE id = ?",
                PATH (intent->target),
                INT (job->id.value)) &&
           was_there (db, error);
  return intent->file == SHOAL_STORE_SUBFOLDER ||
         write_path (db, job, intent->file, intent->target, error);
}

static gboolean
apply_remove (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  return delete_urls (db, job->id, error) &&
         RUN (db, error, "DELETE FROM torrents WHERE id = ?", INT (job->id.value)) &&
         was_there (db, error);
}

static gboolean
run_finish_intent (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  if (!run_drop_intent (db, job, error))
    return FALSE;
  switch (job->value.intent.kind)
    {
    case SHOAL_STORE_INTENT_REMOVE:
    case SHOAL_STORE_INTENT_REMOVE_FILES:
      return apply_remove (db, job, error);
    case SHOAL_STORE_INTENT_MOVE:
      return apply_move (db, job, error);
    case SHOAL_STORE_INTENT_RENAME:
      return apply_rename (db, job, error) && shoal_store_index_renew (db, job->id, error);
    }
  return fail (error, SHOAL_STORE_ERROR_INVALID, "an intent of no kind");
}

static gboolean
run_set_options (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  const ShoalStoreOptions *options = &job->value.options;

  return RUN (db,
              error,
              "UPDATE torrents SET paused = ?, seeds = ?, sequential = ?, no_dht = ?, no_pex = ?,"
              " no_lsd = ?, down_limit_bps = ?, up_limit_bps = ?, max_peers = ?, max_uploads = ?,"
              " seed_ratio_permille = ?, seed_idle_minutes = ?, queue_position = ?, asks = ?,"
              " encryption = ?, play_first = ?,"
              " has_goals = ?, seed_minutes = ?, goal_action = ?, goals_from_bytes = ?,"
              " goals_from_seconds = ?, met_goal = ?, is_late = ? WHERE id = ?",
              INT (options->paused),
              INT (options->seeds),
              INT (options->sequential),
              INT (options->no_dht),
              INT (options->no_pex),
              INT (options->no_lsd),
              INT (options->down_limit_bps),
              INT (options->up_limit_bps),
              INT (options->max_peers),
              INT (options->max_uploads),
              INT (options->goals.ratio_1000),
              INT (options->goals.idle_minutes),
              INT (options->queue_position),
              INT (options->asks),
              INT (options->encryption),
              INT (options->play_first),
              INT (options->has_goals),
              INT (options->goals.minutes),
              INT (options->goals.action),
              INT (options->goals_from_bytes),
              INT (options->goals_from_seconds),
              INT (options->met_goal),
              INT (options->is_late),
              INT (job->id.value)) &&
         was_there (db, error);
}

/* Who is gone meanwhile has no position. */
static gboolean
run_set_positions (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  guint i;

  for (i = 0; i < job->positions->len; i++)
    {
      const ShoalStorePosition *position = &g_array_index (job->positions, ShoalStorePosition, i);

      if (!RUN (db,
                error,
                "UPDATE torrents SET queue_position = ? WHERE id = ?",
                INT (position->position),
                INT (position->id.value)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_set_priorities (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return write_priorities (db, job, error) && unsettle (db, job->id, error);
}

static gboolean
run_set_folder (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "UPDATE torrents SET save_device = ?, save_inode = ?, save_fs_id = ? WHERE id = ?",
              INT (job->value.folder.device),
              INT (job->value.folder.inode),
              INT (job->value.folder.fs_id),
              INT (job->id.value)) &&
         was_there (db, error);
}

static gboolean
run_mark_open (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  guint i;

  for (i = 0; i < job->n_files; i++)
    if (!RUN (db,
              error,
              "INSERT INTO files (torrent_id, file, open_for_write) VALUES (?, ?, 1)"
              " ON CONFLICT DO UPDATE SET open_for_write = 1",
              INT (job->id.value),
              INT (job->files[i].file)))
      return FALSE;
  return unsettle (db, job->id, error);
}

static gboolean
write_file_states (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  guint i;

  for (i = 0; i < job->n_files; i++)
    if (!RUN (db,
              error,
              "INSERT INTO files (torrent_id, file, size, mtime_ns, open_for_write)"
              " VALUES (?1, ?2, ?3, ?4, ?5)"
              " ON CONFLICT DO UPDATE SET size = ?3, mtime_ns = ?4, open_for_write = ?5",
              INT (job->id.value),
              INT (job->files[i].file),
              INT (job->files[i].size),
              INT (job->files[i].mtime_ns),
              INT (job->files[i].open_for_write)))
      return FALSE;
  return TRUE;
}

static gboolean
replace_partials (ShoalStoreDb *db, const ShoalStoreJob *job, GError **error)
{
  guint i;

  if (!RUN (db, error, "DELETE FROM partials WHERE torrent_id = ?", INT (job->id.value)))
    return FALSE;
  for (i = 0; i < job->partials->len; i++)
    {
      const ShoalStorePartial *partial = &g_array_index (job->partials, ShoalStorePartial, i);

      if (!RUN (db,
                error,
                "INSERT INTO partials VALUES (?, ?, ?)",
                INT (job->id.value),
                INT (partial->piece),
                BLOB (partial->blocks)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
run_commit_durable (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO durable VALUES (?, ?)",
              INT (job->id.value),
              BLOB (job->bytes)) &&
         write_file_states (db, job, error) && replace_partials (db, job, error);
}

static gboolean
run_save_written (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO written VALUES (?, ?)",
              INT (job->id.value),
              BLOB (job->bytes)) &&
         unsettle (db, job->id, error);
}

static gboolean
run_save_stats (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return write_stats (db, job->id, &job->value.stats, error);
}

static gboolean
run_save_trackers (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return delete_urls (db, job->id, error) &&
         RUN (db, error, "DELETE FROM trackers WHERE torrent_id = ?", INT (job->id.value)) &&
         insert_trackers (db, job->id, job->trackers, job->n_trackers, error) &&
         RUN (db, error, "UPDATE torrents SET has_tiers = 1 WHERE id = ?", INT (job->id.value));
}

static gboolean
run_save_peers (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO peers VALUES (?, ?)",
              INT (job->id.value),
              BLOB (job->bytes));
}

static gboolean
run_save_value (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  if (job->bytes == NULL)
    return RUN (db, error, "DELETE FROM engine_values WHERE name = ?", TEXT (job->text));
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO engine_values VALUES (?, ?)",
              TEXT (job->text),
              BLOB (job->bytes));
}

static gboolean
run_save_bans (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  if (job->id.value == 0)
    return run_save_value (db, job, error);
  return RUN (db,
              error,
              "INSERT OR REPLACE INTO bans VALUES (?, ?)",
              INT (job->id.value),
              BLOB (job->bytes));
}

/* An empty transaction would sync nothing of what was committed without a sync before. */
static gboolean
run_flush (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return RUN (db,
              error,
              "INSERT INTO meta VALUES ('flushes', ?)"
              " ON CONFLICT DO UPDATE SET number = number + 1",
              INT (1));
}

#define KIND(name, job_class, run)                                                                 \
  const ShoalStoreJobKind shoal_store_job_##name = { SHOAL_STORE_JOB_##job_class,                  \
                                                     run,                                          \
                                                     shoal_store_job_deliver_done }

KIND (add, FULL, run_add);
KIND (set_metainfo, FULL, run_set_metainfo);
KIND (set_removed, FULL, run_set_removed);
KIND (begin_intent, FULL, run_begin_intent);
KIND (finish_intent, FULL, run_finish_intent);
KIND (drop_intent, FULL, run_drop_intent);
KIND (set_options, NOW, run_set_options);
KIND (set_positions, NOW, run_set_positions);
KIND (set_priorities, NOW, run_set_priorities);
KIND (set_folder, NOW, run_set_folder);
KIND (mark_open, NOW, run_mark_open);
KIND (commit_durable, FULL, run_commit_durable);
KIND (save_written, LAZY, run_save_written);
KIND (save_stats, LAZY, run_save_stats);
KIND (save_trackers, LAZY, run_save_trackers);
KIND (save_peers, LAZY, run_save_peers);
KIND (save_bans, LAZY, run_save_bans);
KIND (save_value, LAZY, run_save_value);
KIND (flush, FULL, run_flush);
