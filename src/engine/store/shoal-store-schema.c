/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-schema.h"

#include "store/shoal-store-db.h"
#include "store/shoal-store.h"

/* Paths are BLOBs since a path is bytes. Sizes, devices and inodes are the 64 bits of the number,
 * whatever their sign says. What changes often lies apart from what does not, so that saving it
 * rewrites little; what is large lies apart from what is read at each start. */
#define TORRENT_ID "torrent_id INTEGER NOT NULL REFERENCES torrents (id) ON DELETE CASCADE"
#define TORRENT_KEY                                                                                \
  "torrent_id INTEGER PRIMARY KEY NOT NULL REFERENCES torrents (id) ON DELETE CASCADE"

const char *const shoal_store_schema_steps[SHOAL_STORE_SCHEMA_VERSION] = {
  /* 0 → 1 */
  "CREATE TABLE migrations ("
  "  version INTEGER PRIMARY KEY NOT NULL,"
  "  applied_at INTEGER NOT NULL,"
  "  program TEXT NOT NULL"
  ") STRICT;"

  "CREATE TABLE meta (name TEXT PRIMARY KEY NOT NULL, number INTEGER NOT NULL) STRICT;"

  "CREATE TABLE engine_values (name TEXT PRIMARY KEY NOT NULL, bytes BLOB NOT NULL) STRICT;"

  "CREATE TABLE torrents ("
  "  id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,"
  "  info_hash_v1 BLOB UNIQUE CHECK (length (info_hash_v1) = 20),"
  "  info_hash_v2 BLOB UNIQUE CHECK (length (info_hash_v2) = 32),"
  "  metainfo_kind INTEGER NOT NULL,"
  "  name TEXT NOT NULL,"
  "  source TEXT,"
  "  save_path BLOB NOT NULL,"
  "  save_device INTEGER NOT NULL,"
  "  save_inode INTEGER NOT NULL,"
  "  save_fs_id INTEGER NOT NULL,"
  "  root_name BLOB,"
  "  total_size INTEGER NOT NULL,"
  "  is_private INTEGER NOT NULL,"
  "  added_at INTEGER NOT NULL,"
  "  removed_at INTEGER NOT NULL,"
  "  paused INTEGER NOT NULL,"
  "  seeds INTEGER NOT NULL,"
  "  sequential INTEGER NOT NULL,"
  "  no_dht INTEGER NOT NULL,"
  "  no_pex INTEGER NOT NULL,"
  "  no_lsd INTEGER NOT NULL,"
  "  down_limit_bps INTEGER NOT NULL,"
  "  up_limit_bps INTEGER NOT NULL,"
  "  max_peers INTEGER NOT NULL,"
  "  max_uploads INTEGER NOT NULL,"
  "  seed_ratio_permille INTEGER NOT NULL,"
  "  seed_idle_minutes INTEGER NOT NULL,"
  "  queue_position INTEGER NOT NULL,"
  "  CHECK (info_hash_v1 IS NOT NULL OR info_hash_v2 IS NOT NULL)"
  ") STRICT;"

  "CREATE TABLE stats (" TORRENT_KEY ","
  "  payload_down INTEGER NOT NULL,"
  "  payload_up INTEGER NOT NULL,"
  "  protocol_down INTEGER NOT NULL,"
  "  protocol_up INTEGER NOT NULL,"
  "  wasted INTEGER NOT NULL,"
  "  corrupt INTEGER NOT NULL,"
  "  active_seconds INTEGER NOT NULL,"
  "  seeding_seconds INTEGER NOT NULL,"
  "  last_active_at INTEGER NOT NULL,"
  "  completed_at INTEGER NOT NULL,"
  "  have_bytes INTEGER NOT NULL,"
  "  wanted_bytes INTEGER NOT NULL,"
  "  wanted_have_bytes INTEGER NOT NULL"
  ") STRICT;"

  "CREATE TABLE metainfo (" TORRENT_KEY ", bytes BLOB NOT NULL) STRICT;"
  "CREATE TABLE written (" TORRENT_KEY ", bits BLOB NOT NULL) STRICT;"
  "CREATE TABLE durable (" TORRENT_KEY ", bits BLOB NOT NULL) STRICT;"
  "CREATE TABLE peers (" TORRENT_KEY ", packed BLOB NOT NULL) STRICT;"
  "CREATE TABLE bans (" TORRENT_KEY ", packed BLOB NOT NULL) STRICT;"

  "CREATE TABLE files (" TORRENT_ID ","
  "  file INTEGER NOT NULL,"
  "  priority INTEGER NOT NULL DEFAULT -1,"
  "  renamed_path BLOB,"
  "  size INTEGER NOT NULL DEFAULT -1,"
  "  mtime_ns INTEGER NOT NULL DEFAULT 0,"
  "  open_for_write INTEGER NOT NULL DEFAULT 0,"
  "  PRIMARY KEY (torrent_id, file)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE partials (" TORRENT_ID ","
  "  piece INTEGER NOT NULL,"
  "  blocks BLOB NOT NULL,"
  "  PRIMARY KEY (torrent_id, piece)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE intents (" TORRENT_ID ","
  "  kind INTEGER NOT NULL,"
  "  file INTEGER NOT NULL,"
  "  target BLOB,"
  "  target_device INTEGER NOT NULL,"
  "  target_inode INTEGER NOT NULL,"
  "  target_fs_id INTEGER NOT NULL,"
  "  PRIMARY KEY (torrent_id, kind, file)"
  ") STRICT, WITHOUT ROWID;"

  "CREATE TABLE urls (id INTEGER PRIMARY KEY NOT NULL, url TEXT UNIQUE NOT NULL) STRICT;"

  "CREATE TABLE trackers (" TORRENT_ID ","
  "  position INTEGER NOT NULL,"
  "  url_id INTEGER NOT NULL,"
  "  tier INTEGER NOT NULL,"
  "  by_person INTEGER NOT NULL,"
  "  tracker_id TEXT,"
  "  PRIMARY KEY (torrent_id, position)"
  ") STRICT, WITHOUT ROWID;"
  "CREATE INDEX trackers_by_url ON trackers (url_id);",

  /* 1 → 2: what is to be known of a torrent that sleeps. Of those that are there neither holds
   * before they have been loaded once. */
  "ALTER TABLE torrents ADD COLUMN has_tiers INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE stats ADD COLUMN left_bytes INTEGER NOT NULL DEFAULT 0;"
  "ALTER TABLE stats ADD COLUMN settled INTEGER NOT NULL DEFAULT 0;",

  /* 2 → 3: what came of magnet links. */
  ("ALTER TABLE torrents ADD COLUMN asks INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE trackers ADD COLUMN by_stranger INTEGER NOT NULL DEFAULT 0;"),

  /* 3 → 4: what finds a torrent again. `names` is what file names are searched in; of the torrents
   * in `unnamed` it is still to be made. */
  ("CREATE TABLE labels (" TORRENT_ID ","
   "  label TEXT NOT NULL,"
   "  PRIMARY KEY (torrent_id, label)"
   ") STRICT, WITHOUT ROWID;"
   "CREATE TABLE names (" TORRENT_KEY ", folded BLOB NOT NULL) STRICT;"
   "CREATE TABLE unnamed (" TORRENT_KEY ") STRICT;"
   "INSERT INTO unnamed SELECT id FROM torrents WHERE metainfo_kind <> 0;"
   "ALTER TABLE trackers ADD COLUMN in_tiers INTEGER NOT NULL DEFAULT 0;"),

  /* 4 → 5: folders are renamed; files are played, torrents encrypted, each by itself. */
  ("ALTER TABLE torrents ADD COLUMN encryption INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN play_first INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE intents ADD COLUMN source BLOB;"),
  /* 5 → 6: goals of seeding, and a queue whose positions leave room between them. They were ids so
   * far. Nobody noted when somebody last took anything: an idle time begins now. Files are found by
   * what they are called now; names that were made before had the torrent's own too. */
  ("ALTER TABLE torrents ADD COLUMN has_goals INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN seed_minutes INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN goal_action INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN goals_from_bytes INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN goals_from_seconds INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN met_goal INTEGER NOT NULL DEFAULT 0;"
   "ALTER TABLE torrents ADD COLUMN is_late INTEGER NOT NULL DEFAULT 0;"
   "UPDATE torrents SET has_goals = seed_ratio_permille >= 0 OR seed_idle_minutes > 0,"
   "  queue_position = id << 32;"
   "ALTER TABLE stats ADD COLUMN taken_seconds INTEGER NOT NULL DEFAULT 0;"
   "UPDATE stats SET taken_seconds = seeding_seconds;"
   "INSERT OR IGNORE INTO unnamed"
   "  SELECT id FROM torrents WHERE metainfo_kind <> 0 AND root_name IS NOT NULL;"),
};

/* What shoal_store_schema_check() reads: all that lies in small tables. */
static const char *const checked_tables[] = { "meta",     "torrents", "stats",
                                              "trackers", "urls",     "labels" };

static gboolean
read_number (sqlite3 *handle, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int           code = sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    *number = sqlite3_column_int64 (statement, 0);
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || shoal_store_db_fail (handle, code, "reading", error);
}

/* 0 for an empty database. */
static gboolean
read_version (sqlite3 *handle, guint32 *version, GError **error)
{
  gint64 application_id = 0, user_version = 0, n_objects = 0;

  if (!read_number (handle, "PRAGMA application_id", &application_id, error) ||
      !read_number (handle, "PRAGMA user_version", &user_version, error) ||
      !read_number (handle, "SELECT count(*) FROM sqlite_schema", &n_objects, error))
    return FALSE;
  *version = (guint32) user_version;
  if (application_id == 0 && user_version == 0 && n_objects == 0)
    return TRUE;
  if (application_id == SHOAL_STORE_SCHEMA_APPLICATION_ID && user_version > 0)
    return TRUE;
  g_set_error (error,
               SHOAL_STORE_ERROR,
               SHOAL_STORE_ERROR_FOREIGN,
               "not a database of Shoal: its application id is %" G_GINT64_FORMAT
               ", its version %" G_GINT64_FORMAT,
               application_id,
               user_version);
  return FALSE;
}

static gboolean
run_step (sqlite3 *handle, const char *step, guint32 version, GError **error)
{
  g_autofree char *end = g_strdup_printf (
      "INSERT INTO migrations VALUES (%u, strftime ('%%s', 'now') + 0, 'Shoal %s');"
      "PRAGMA application_id = %d; PRAGMA user_version = %u; COMMIT",
      version,
      SHOAL_VERSION,
      SHOAL_STORE_SCHEMA_APPLICATION_ID,
      version);
  int code = sqlite3_exec (handle, "PRAGMA synchronous = EXTRA; BEGIN IMMEDIATE", NULL, NULL, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_exec (handle, step, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_exec (handle, end, NULL, NULL, NULL);
  if (code == SQLITE_OK)
    return TRUE;
  shoal_store_db_fail (handle, code, "changing the schema", error);
  if (!sqlite3_get_autocommit (handle))
    sqlite3_exec (handle, "ROLLBACK", NULL, NULL, NULL);
  return FALSE;
}

gboolean
shoal_store_schema_migrate (sqlite3           *handle,
                            const char *const *steps,
                            guint              n_steps,
                            guint32           *version,
                            GError           **error)
{
  if (!read_version (handle, version, error))
    return FALSE;
  if (*version > n_steps)
    {
      g_set_error (error,
                   SHOAL_STORE_ERROR,
                   SHOAL_STORE_ERROR_NEWER,
                   "made by a newer Shoal: its version is %u, this one knows up to %u",
                   *version,
                   n_steps);
      return FALSE;
    }
  while (*version < n_steps)
    {
      if (!run_step (handle, steps[*version], *version + 1, error))
        return FALSE;
      ++*version;
    }
  return TRUE;
}

static gboolean
check_table (sqlite3 *handle, const char *table, GError **error)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA quick_check (%s)", table);
  g_autofree char *finding = NULL;
  sqlite3_stmt    *statement = NULL;
  int              code = sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    finding = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  if (code != SQLITE_ROW && code != SQLITE_ERROR)
    return shoal_store_db_fail (handle, code, "checking", error);
  if (g_strcmp0 (finding, "ok") == 0)
    return TRUE;
  g_set_error (error,
               SHOAL_STORE_ERROR,
               SHOAL_STORE_ERROR_DAMAGED,
               "damaged: table %s: %s",
               table,
               finding != NULL ? finding : "cannot be read");
  return FALSE;
}

gboolean
shoal_store_schema_check (sqlite3 *handle, GError **error)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (checked_tables); i++)
    if (!check_table (handle, checked_tables[i], error))
      return FALSE;
  return TRUE;
}
