/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <string.h>

#include "store/shoal-store-pack.h"
#include "store/shoal-store-private.h"

/* Jobs that read. The database may come from another machine: what makes no sense is left out. */

#define ID_CELL(id) (const ShoalStoreDbCell[]){ shoal_store_db_integer ((gint64) (id).value) }, 1

static gboolean
read_hash (sqlite3_stmt *statement, int column, guint8 *out, int len)
{
  if (sqlite3_column_bytes (statement, column) != len)
    return FALSE;
  memcpy (out, sqlite3_column_blob (statement, column), (gsize) len);
  return TRUE;
}

static guint64
read_u64 (sqlite3_stmt *statement, int column)
{
  return (guint64) sqlite3_column_int64 (statement, column);
}

static guint32
read_u32 (sqlite3_stmt *statement, int column)
{
  return (guint32) CLAMP (sqlite3_column_int64 (statement, column), 0, G_MAXUINT32);
}

static const char *
read_text (sqlite3_stmt *statement, int column, GStringChunk *texts)
{
  return shoal_store_copy_text (texts, shoal_store_db_get_text (statement, column));
}

/* Text that is shown: valid UTF-8 whatever the file says. */
static const char *
read_words (sqlite3_stmt *statement, int column, GStringChunk *texts)
{
  const char      *text = shoal_store_db_get_text (statement, column);
  g_autofree char *valid = NULL;

  if (text == NULL || g_utf8_validate (text, -1, NULL))
    return shoal_store_copy_text (texts, text);
  valid = g_utf8_make_valid (text, -1);
  return g_string_chunk_insert (texts, valid);
}

static ShoalStoreFolder
read_folder (sqlite3_stmt *statement, int column)
{
  return (ShoalStoreFolder){ read_u64 (statement, column),
                             read_u64 (statement, column + 1),
                             read_u64 (statement, column + 2) };
}

static void
read_options (sqlite3_stmt *statement, int column, ShoalStoreOptions *options)
{
  options->paused = sqlite3_column_int (statement, column) != 0;
  options->seeds = sqlite3_column_int (statement, column + 1) != 0;
  options->sequential = sqlite3_column_int (statement, column + 2) != 0;
  options->no_dht = sqlite3_column_int (statement, column + 3) != 0;
  options->no_pex = sqlite3_column_int (statement, column + 4) != 0;
  options->no_lsd = sqlite3_column_int (statement, column + 5) != 0;
  options->down_limit_bps = read_u64 (statement, column + 6);
  options->up_limit_bps = read_u64 (statement, column + 7);
  options->max_peers = read_u32 (statement, column + 8);
  options->max_uploads = read_u32 (statement, column + 9);
  options->goals.ratio_1000 = MAX (sqlite3_column_int (statement, column + 10), -1);
  options->goals.idle_minutes = read_u32 (statement, column + 11);
  options->queue_position = sqlite3_column_int64 (statement, column + 12);
  options->asks = sqlite3_column_int (statement, column + 13) != 0;
}

/* The rest of them, in columns that came later. */
static void
read_more_options (sqlite3_stmt *statement, int column, ShoalStoreOptions *options)
{
  options->encryption = read_u32 (statement, column);
  options->play_first = read_u32 (statement, column + 1);
}

static void
read_goals (sqlite3_stmt *statement, int column, ShoalStoreOptions *options)
{
  options->has_goals = sqlite3_column_int (statement, column) != 0;
  options->goals.minutes = read_u32 (statement, column + 1);
  options->goals.action = sqlite3_column_int (statement, column + 2) == SHOAL_GOAL_ACTION_REMOVE
                              ? SHOAL_GOAL_ACTION_REMOVE
                              : SHOAL_GOAL_ACTION_STOP;
  options->goals_from_bytes = read_u64 (statement, column + 3);
  options->goals_from_seconds = read_u64 (statement, column + 4);
  options->met_goal = sqlite3_column_int (statement, column + 5) != 0;
  options->is_late = sqlite3_column_int (statement, column + 6) != 0;
}

static void
read_stats (sqlite3_stmt *statement, int column, ShoalStoreStats *stats)
{
  stats->payload_down = read_u64 (statement, column);
  stats->payload_up = read_u64 (statement, column + 1);
  stats->protocol_down = read_u64 (statement, column + 2);
  stats->protocol_up = read_u64 (statement, column + 3);
  stats->wasted = read_u64 (statement, column + 4);
  stats->corrupt = read_u64 (statement, column + 5);
  stats->active_seconds = read_u64 (statement, column + 6);
  stats->seeding_seconds = read_u64 (statement, column + 7);
  stats->last_active_at = sqlite3_column_int64 (statement, column + 8);
  stats->completed_at = sqlite3_column_int64 (statement, column + 9);
  stats->have_bytes = read_u64 (statement, column + 10);
  stats->wanted_bytes = read_u64 (statement, column + 11);
  stats->wanted_have_bytes = read_u64 (statement, column + 12);
  stats->left_bytes = read_u64 (statement, column + 13);
  stats->is_settled = sqlite3_column_int (statement, column + 14) != 0;
}

static gboolean
read_row (sqlite3_stmt *statement, ShoalStoreRow *row, GStringChunk *texts)
{
  gint64 id = sqlite3_column_int64 (statement, 0);
  int    kind = sqlite3_column_int (statement, 3);

  row->hashes.has_v1 = read_hash (statement, 1, row->hashes.v1.bytes, 20);
  row->hashes.has_v2 = read_hash (statement, 2, row->hashes.v2.bytes, 32);
  row->id.value = (guint32) id;
  row->metainfo_kind = (ShoalStoreMetainfoKind) kind;
  row->name = read_words (statement, 4, texts);
  row->source = read_words (statement, 5, texts);
  row->save_path = read_text (statement, 6, texts);
  row->folder = read_folder (statement, 7);
  row->root_name = read_text (statement, 10, texts);
  row->total_size = read_u64 (statement, 11);
  row->is_private = sqlite3_column_int (statement, 12) != 0;
  row->added_at = sqlite3_column_int64 (statement, 13);
  row->removed_at = sqlite3_column_int64 (statement, 14);
  read_options (statement, 15, &row->options);
  row->has_tiers = sqlite3_column_int (statement, 29) != 0;
  read_stats (statement, 30, &row->stats);
  read_more_options (statement, 45, &row->options);
  read_goals (statement, 47, &row->options);
  row->stats.taken_seconds = read_u64 (statement, 54);
  return id > 0 && id <= G_MAXUINT32 && (row->hashes.has_v1 || row->hashes.has_v2) &&
         row->name != NULL && row->save_path != NULL && kind >= SHOAL_STORE_METAINFO_NONE &&
         kind <= SHOAL_STORE_METAINFO_WHOLE;
}

static gboolean
read_rows (ShoalStoreDb *db, ShoalStoreListing *listing, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = shoal_store_db_query (
      db,
      "SELECT id, info_hash_v1, info_hash_v2, metainfo_kind, name, source, save_path, save_device,"
      " save_inode, save_fs_id, root_name, total_size, is_private, added_at, removed_at, paused, "
      "seeds,"
      " sequential, no_dht, no_pex, no_lsd, down_limit_bps, up_limit_bps, max_peers, max_uploads,"
      " seed_ratio_permille, seed_idle_minutes, queue_position, asks, has_tiers, payload_down, "
      "payload_up,"
      " protocol_down, protocol_up, wasted, corrupt, active_seconds, seeding_seconds,"
      " last_active_at, completed_at, have_bytes, wanted_bytes, wanted_have_bytes, left_bytes,"
      " settled, encryption, play_first,"
      " has_goals, seed_minutes, goal_action, goals_from_bytes, goals_from_seconds,"
      " met_goal, is_late, taken_seconds"
      " FROM torrents LEFT JOIN stats ON torrent_id = id ORDER BY id",
      NULL,
      0,
      error);

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      ShoalStoreRow *row = g_new0 (ShoalStoreRow, 1);

      if (read_row (statement, row, listing->texts))
        g_ptr_array_add (listing->rows, row);
      else
        {
          shoal_store_row_free (row);
          listing->n_unreadable++;
        }
    }
  return shoal_store_pass_on (&failure, error);
}

static void
hand_over_trackers (ShoalStoreRow *row, GArray *trackers)
{
  if (row != NULL && trackers->len > 0)
    {
      row->n_trackers = trackers->len;
      row->trackers =
          g_memdup2 (trackers->data, trackers->len * (gsize) g_array_get_element_size (trackers));
    }
  g_array_set_size (trackers, 0);
}

/* One copy of each URL, whoever names it. */
static const char *
read_url (sqlite3_stmt *statement, int column, ShoalStoreListing *listing)
{
  const char *url = shoal_store_db_get_text (statement, column);

  return url != NULL ? g_string_chunk_insert_const (listing->texts, url) : NULL;
}

static gboolean
read_trackers (ShoalStoreDb *db, ShoalStoreListing *listing, GError **error)
{
  g_autoptr (GError) failure = NULL;
  g_autoptr (GArray) trackers = g_array_new (FALSE, TRUE, sizeof (ShoalStoreTracker));
  sqlite3_stmt *statement =
      shoal_store_db_query (db,
                            "SELECT torrent_id, url, tier, by_person, tracker_id, by_stranger, "
                            "in_tiers FROM trackers CROSS JOIN urls"
                            " ON urls.id = url_id ORDER BY torrent_id, position",
                            NULL,
                            0,
                            error);
  ShoalStoreRow *row = NULL;
  guint          place = 0;

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      ShoalStoreTracker tracker = { .url = read_url (statement, 1, listing),
                                    .tier = read_u32 (statement, 2),
                                    .by_person = sqlite3_column_int (statement, 3) != 0,
                                    .tracker_id = read_text (statement, 4, listing->texts),
                                    .by_stranger = sqlite3_column_int (statement, 5) != 0,
                                    .in_tiers = sqlite3_column_int (statement, 6) != 0 };
      ShoalStoreRow    *next =
          shoal_store_listing_find (listing, sqlite3_column_int64 (statement, 0), &place);

      if (next != row)
        hand_over_trackers (row, trackers);
      row = next;
      if (row != NULL && tracker.url != NULL)
        g_array_append_val (trackers, tracker);
    }
  hand_over_trackers (row, trackers);
  return shoal_store_pass_on (&failure, error);
}

static void
add_intent (ShoalStoreRow *row, const ShoalStoreIntent *intent)
{
  row->intents = g_renew (ShoalStoreIntent, row->intents, row->n_intents + 1);
  row->intents[row->n_intents++] = *intent;
}

static gboolean
read_intents (ShoalStoreDb *db, ShoalStoreListing *listing, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = shoal_store_db_query (
      db,
      "SELECT torrent_id, kind, file, target, target_device, target_inode, target_fs_id, source"
      " FROM intents ORDER BY torrent_id, kind, file",
      NULL,
      0,
      error);
  guint place = 0;

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      int            kind = sqlite3_column_int (statement, 1);
      ShoalStoreRow *row =
          shoal_store_listing_find (listing, sqlite3_column_int64 (statement, 0), &place);
      ShoalStoreIntent intent = { .kind = (ShoalStoreIntentKind) kind,
                                  .file = read_u32 (statement, 2),
                                  .source = read_text (statement, 7, listing->texts),
                                  .target = read_text (statement, 3, listing->texts),
                                  .folder = read_folder (statement, 4) };

      if (row != NULL && kind >= SHOAL_STORE_INTENT_REMOVE && kind <= SHOAL_STORE_INTENT_RENAME &&
          (intent.target != NULL || kind < SHOAL_STORE_INTENT_MOVE))
        add_intent (row, &intent);
    }
  return shoal_store_pass_on (&failure, error);
}

/* The one cell that @sql finds; *bytes stays NULL if there is none. */
static gboolean
read_cell (ShoalStoreDb *db, const char *sql, ShoalStoreDbCell key, GBytes **bytes, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = shoal_store_db_query (db, sql, &key, 1, error);

  if (statement == NULL)
    return FALSE;
  if (shoal_store_db_next (db, statement, &failure))
    *bytes = shoal_store_db_dup_bytes (statement, 0);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return shoal_store_pass_on (&failure, error);
}

static gboolean
read_value (ShoalStoreDb *db, const char *name, GBytes **bytes, GError **error)
{
  return read_cell (db,
                    "SELECT bytes FROM engine_values WHERE name = ?",
                    shoal_store_db_text (name),
                    bytes,
                    error);
}

static gboolean
run_load_all (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  g_autoptr (ShoalStoreListing) listing = shoal_store_listing_new ();
  g_autoptr (GBytes) bans = NULL;

  if (!read_rows (db, listing, error) || !read_trackers (db, listing, error) ||
      !read_intents (db, listing, error) || !shoal_store_labels_read (db, listing, error) ||
      !read_value (db, SHOAL_STORE_BANS_VALUE, &bans, error))
    return FALSE;
  if (bans != NULL && !shoal_store_unpack_bans (bans, listing->bans))
    g_warning ("bans in the database end in something unreadable");
  job->listing = g_steal_pointer (&listing);
  return TRUE;
}

static gboolean
read_kind (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = shoal_store_db_query (
      db, "SELECT metainfo_kind FROM torrents WHERE id = ?", ID_CELL (torrent->id), error);
  gboolean is_there;

  if (statement == NULL)
    return FALSE;
  is_there = shoal_store_db_next (db, statement, &failure);
  if (is_there)
    torrent->metainfo_kind =
        (ShoalStoreMetainfoKind) CLAMP (sqlite3_column_int (statement, 0), 0, 2);
  sqlite3_reset (statement);
  if (failure != NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  else if (!is_there)
    g_set_error (error,
                 SHOAL_STORE_ERROR,
                 SHOAL_STORE_ERROR_NOT_FOUND,
                 "no torrent %u in the database",
                 torrent->id.value);
  return is_there;
}

static gboolean
read_files (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement =
      shoal_store_db_query (db,
                            "SELECT file, priority, renamed_path, size, mtime_ns, open_for_write"
                            " FROM files WHERE torrent_id = ? ORDER BY file",
                            ID_CELL (torrent->id),
                            error);

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      ShoalStoreFile file = {
        .file = read_u32 (statement, 0),
        .priority = CLAMP (sqlite3_column_int (statement, 1), -1, G_MAXUINT8),
        .renamed_path = read_text (statement, 2, torrent->texts),
        .size = MAX (sqlite3_column_int64 (statement, 3), -1),
        .mtime_ns = sqlite3_column_int64 (statement, 4),
        .open_for_write = sqlite3_column_int (statement, 5) != 0,
      };

      g_array_append_val (torrent->files, file);
    }
  return shoal_store_pass_on (&failure, error);
}

static gboolean
read_partials (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement = shoal_store_db_query (
      db,
      "SELECT piece, blocks FROM partials WHERE torrent_id = ? ORDER BY piece",
      ID_CELL (torrent->id),
      error);

  if (statement == NULL)
    return FALSE;
  while (shoal_store_db_next (db, statement, &failure))
    {
      ShoalStorePartial partial = { .piece = read_u32 (statement, 0),
                                    .blocks = shoal_store_db_dup_bytes (statement, 1) };

      if (partial.blocks != NULL)
        g_array_append_val (torrent->partials, partial);
    }
  return shoal_store_pass_on (&failure, error);
}

/* After a read that failed: whether one can do without what was to be read. */
static gboolean
can_do_without (GError **failure, guint32 id, const char *what)
{
  if (!g_error_matches (*failure, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_DAMAGED))
    return FALSE;
  g_warning ("%s of torrent %u: %s", what, id, (*failure)->message);
  g_clear_error (failure);
  return TRUE;
}

static gboolean
read_addresses (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  g_autoptr (GBytes) peers = NULL;
  g_autoptr (GBytes) bans = NULL;
  ShoalStoreDbCell key = shoal_store_db_integer (torrent->id.value);

  if (!read_cell (db, "SELECT packed FROM peers WHERE torrent_id = ?", key, &peers, error) ||
      !read_cell (db, "SELECT packed FROM bans WHERE torrent_id = ?", key, &bans, error))
    return FALSE;
  if (peers != NULL && !shoal_store_unpack_peers (peers, torrent->peers))
    g_warning ("peers of torrent %u end in something unreadable", torrent->id.value);
  if (bans != NULL && !shoal_store_unpack_bans (bans, torrent->bans))
    g_warning ("bans of torrent %u end in something unreadable", torrent->id.value);
  return TRUE;
}

static gboolean
read_bits (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  ShoalStoreDbCell key = shoal_store_db_integer (torrent->id.value);

  return read_cell (
             db, "SELECT bits FROM written WHERE torrent_id = ?", key, &torrent->written, error) &&
         read_cell (
             db, "SELECT bits FROM durable WHERE torrent_id = ?", key, &torrent->durable, error);
}

static gboolean
read_metainfo (ShoalStoreDb *db, ShoalStoreTorrent *torrent, GError **error)
{
  if (!read_cell (db,
                  "SELECT bytes FROM metainfo WHERE torrent_id = ?",
                  shoal_store_db_integer (torrent->id.value),
                  &torrent->metainfo,
                  error))
    return FALSE;
  if ((torrent->metainfo == NULL) == (torrent->metainfo_kind == SHOAL_STORE_METAINFO_NONE))
    return TRUE;
  g_set_error (error,
               SHOAL_STORE_ERROR,
               SHOAL_STORE_ERROR_DAMAGED,
               "the metainfo of torrent %u is not in the database",
               torrent->id.value);
  return FALSE;
}

static gboolean
run_load_torrent (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  g_autoptr (ShoalStoreTorrent) torrent = shoal_store_torrent_new (job->id);
  g_autoptr (GError) failure = NULL;

  if (!read_kind (db, torrent, error) || !read_metainfo (db, torrent, error) ||
      !read_files (db, torrent, error))
    return FALSE;
  if (!read_bits (db, torrent, &failure))
    torrent->lost_bits = can_do_without (&failure, job->id.value, "have-bits");
  if (failure == NULL && !read_partials (db, torrent, &failure))
    can_do_without (&failure, job->id.value, "unfinished pieces");
  if (failure == NULL && !read_addresses (db, torrent, &failure))
    can_do_without (&failure, job->id.value, "peers");
  if (!shoal_store_pass_on (&failure, error))
    return FALSE;
  job->torrent = g_steal_pointer (&torrent);
  return TRUE;
}

static gboolean
run_load_value (ShoalStoreDb *db, ShoalStoreJob *job, GError **error)
{
  return read_value (db, job->text, &job->bytes, error);
}

const ShoalStoreJobKind shoal_store_job_load_all = { SHOAL_STORE_JOB_READ,
                                                     run_load_all,
                                                     shoal_store_job_deliver_listing };
const ShoalStoreJobKind shoal_store_job_load_torrent = { SHOAL_STORE_JOB_READ,
                                                         run_load_torrent,
                                                         shoal_store_job_deliver_torrent };
const ShoalStoreJobKind shoal_store_job_load_value = { SHOAL_STORE_JOB_READ,
                                                       run_load_value,
                                                       shoal_store_job_deliver_value };
