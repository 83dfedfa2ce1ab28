/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-index.h"

#include <string.h>

#include "codec/shoal-codec-metainfo.h"
#include "store/shoal-store-row.h"
#include "store/shoal-store.h"

/* A .torrent up to this size is read at once: in less than a millisecond. */
#define MAX_BYTES_NOW (256 * 1024)

/* Of torrents that are searched before anybody is asked whether he is in a hurry: some 0.2 ms. */
#define ROWS_AT_LEAST 32

#define ID_CELL(id) shoal_store_db_integer ((gint64) (id).value)

/* What a torrent says of itself, and what was changed of it since. */
typedef struct
{
  GBytes *bytes;     /* owned; NULL: it is a magnet, or gone */
  char   *root_name; /* owned, or NULL */
  int     kind;
} Source;

static void
source_clear (Source *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->root_name, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Source, source_clear)

static gboolean
read_source (ShoalStoreDb *db, ShoalTorrentId id, Source *source, GError **error)
{
  ShoalStoreDbCell key = ID_CELL (id);
  sqlite3_stmt    *statement =
      shoal_store_db_query (db,
                            "SELECT metainfo_kind, root_name, bytes FROM torrents"
                            " JOIN metainfo ON torrent_id = id WHERE id = ?",
                            &key,
                            1,
                            error);
  g_autoptr (GError) failure = NULL;

  if (statement == NULL)
    return FALSE;
  if (shoal_store_db_next (db, statement, &failure))
    {
      source->kind = sqlite3_column_int (statement, 0);
      source->root_name = g_strdup (shoal_store_db_get_text (statement, 1));
      source->bytes = shoal_store_db_dup_bytes (statement, 2);
    }
  sqlite3_reset (statement);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

/* Where a file lies that was given no name of its own; the caller's. */
static char *
dup_path (const Source *source, const char *path, gboolean has_folder)
{
  const char *rest = has_folder ? strchr (path, '/') : NULL;

  return source->root_name != NULL ? g_strconcat (source->root_name, rest, NULL) : g_strdup (path);
}

/* File → path, of those that were; the caller's. NULL: an error. */
static GHashTable *
read_renamed (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  ShoalStoreDbCell key = ID_CELL (id);
  sqlite3_stmt    *statement = shoal_store_db_query (
      db,
      "SELECT file, renamed_path FROM files WHERE torrent_id = ? AND renamed_path IS NOT NULL",
      &key,
      1,
      error);
  g_autoptr (GHashTable) renamed = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  g_autoptr (GError) failure = NULL;

  if (statement == NULL)
    return NULL;
  while (shoal_store_db_next (db, statement, &failure))
    {
      gint64      file = sqlite3_column_int64 (statement, 0);
      const char *path = shoal_store_db_get_text (statement, 1);

      if (path != NULL && file >= 0 && file <= G_MAXUINT32)
        g_hash_table_insert (renamed, GUINT_TO_POINTER ((guint) file), g_strdup (path));
    }
  if (failure == NULL)
    return g_steal_pointer (&renamed);
  g_propagate_error (error, g_steal_pointer (&failure));
  return NULL;
}

/* What each file is called now: by what it was called before, nobody looks for it. */
static GString *
collect (const Source *source, ShoalCodecMetainfo *metainfo, GHashTable *renamed)
{
  const ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);
  gboolean                has_folder = shoal_codec_metainfo_has_folder (metainfo);
  GString                *names = g_string_new (NULL);
  guint                   i;

  for (i = 0; i < shoal_codec_layout_get_n_files (layout); i++)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);
      const char           *name = g_hash_table_lookup (renamed, GUINT_TO_POINTER (i));
      g_autofree char      *path = NULL;

      if (file->flags & SHOAL_CODEC_FILE_PAD)
        continue;
      path = name != NULL ? g_strdup (name) : dup_path (source, file->path, has_folder);
      shoal_store_names_append (names, path);
    }
  return names;
}

static ShoalCodecMetainfo *
parse (const Source *source, ShoalTorrentId id)
{
  g_autoptr (GError) failure = NULL;
  ShoalCodecMetainfo *metainfo;

  if (source->kind == SHOAL_STORE_METAINFO_WHOLE)
    metainfo = shoal_codec_metainfo_new_from_bytes (source->bytes, &failure);
  else
    metainfo = shoal_codec_metainfo_new_from_info (source->bytes, NULL, &failure);
  if (metainfo == NULL)
    g_debug ("the files of torrent %u are not found by name: %s", id.value, failure->message);
  return metainfo;
}

static gboolean
write_names (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  g_auto (Source) source = { 0 };
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  g_autoptr (GHashTable) renamed = NULL;
  g_autoptr (GString) names = NULL;

  if (!read_source (db, id, &source, error))
    return FALSE;
  if (source.bytes != NULL)
    metainfo = parse (&source, id);
  if (metainfo == NULL)
    return TRUE;
  renamed = read_renamed (db, id, error);
  if (renamed == NULL)
    return FALSE;
  names = collect (&source, metainfo, renamed);
  return SHOAL_STORE_DB_RUN (db,
                             error,
                             "INSERT OR REPLACE INTO names VALUES (?, ?)",
                             ID_CELL (id),
                             shoal_store_db_blob (names->str, names->len));
}

/* What cannot be read has no names: neither what else is done to it nor those behind it wait for
 * that. */
static gboolean
make_names (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  g_autoptr (GError) failure = NULL;

  if (write_names (db, id, &failure))
    return TRUE;
  if (!g_error_matches (failure, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_DAMAGED))
    {
      g_propagate_error (error, g_steal_pointer (&failure));
      return FALSE;
    }
  g_warning ("the names of torrent %u: %s", id.value, failure->message);
  return TRUE;
}

/* The first cell of the first row of @sql; @otherwise if there is none. */
static gint64
read_number (ShoalStoreDb *db, const char *sql, const ShoalStoreDbCell *key, gint64 otherwise)
{
  sqlite3_stmt *statement = shoal_store_db_query (db, sql, key, key != NULL ? 1 : 0, NULL);
  gint64        number = otherwise;

  if (statement == NULL)
    return otherwise;
  if (shoal_store_db_next (db, statement, NULL))
    number = sqlite3_column_int64 (statement, 0);
  sqlite3_reset (statement);
  return number;
}

gboolean
shoal_store_index_renew (ShoalStoreDb *db, ShoalTorrentId id, GError **error)
{
  ShoalStoreDbCell key = ID_CELL (id);
  gint64           size =
      read_number (db, "SELECT length (bytes) FROM metainfo WHERE torrent_id = ?", &key, 0);

  if (size > MAX_BYTES_NOW)
    return SHOAL_STORE_DB_RUN (db, error, "INSERT OR IGNORE INTO unnamed VALUES (?)", key);
  return size == 0 || make_names (db, id, error);
}

static gint64
find_due (ShoalStoreDb *db)
{
  return read_number (db, "SELECT min (torrent_id) FROM unnamed", NULL, 0);
}

gboolean
shoal_store_index_is_due (ShoalStoreDb *db)
{
  return find_due (db) != 0;
}

gboolean
shoal_store_index_advance (ShoalStoreDb *db, GError **error)
{
  gint64         due = find_due (db);
  ShoalTorrentId id = { (guint32) due };

  if (!make_names (db, id, error) ||
      !SHOAL_STORE_DB_RUN (
          db, error, "DELETE FROM unnamed WHERE torrent_id = ?", shoal_store_db_integer (due)))
    return FALSE;
  if (shoal_store_db_get_n_changed (db) > 0)
    return TRUE;
  g_set_error_literal (error,
                       SHOAL_STORE_ERROR,
                       SHOAL_STORE_ERROR_DAMAGED,
                       "what is to be done does not become less");
  return FALSE;
}

ShoalStoreSearch *
shoal_store_search_new (const char *text)
{
  ShoalStoreSearch *self = g_new0 (ShoalStoreSearch, 1);

  self->query = shoal_store_query_new (text);
  self->found = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  return self;
}

void
shoal_store_search_free (ShoalStoreSearch *self)
{
  shoal_store_query_free (self->query);
  g_clear_pointer (&self->found, g_array_unref);
  g_free (self);
}

/* FALSE: the rows do not rise, in a database that is none of ours. */
static gboolean
search_row (ShoalStoreSearch *self, sqlite3_stmt *statement)
{
  gint64         number = sqlite3_column_int64 (statement, 0);
  const char    *names = sqlite3_column_blob (statement, 1);
  gsize          len = (gsize) sqlite3_column_bytes (statement, 1);
  ShoalTorrentId id = { (guint32) number };

  if (number <= self->last_id)
    return FALSE;
  self->last_id = number;
  if (names != NULL && shoal_store_query_matches (self->query, names, len))
    g_array_append_val (self->found, id);
  return TRUE;
}

/* No statement stays open in between: what is written then would lie under it. */
ShoalStoreSearchResult
shoal_store_search_advance (ShoalStoreSearch *self,
                            ShoalStoreDb     *db,
                            gboolean (*is_hurried) (gpointer user_data),
                            gpointer user_data,
                            GError **error)
{
  ShoalStoreDbCell from = shoal_store_db_integer (self->last_id);
  sqlite3_stmt    *statement = shoal_store_db_query (
      db,
      "SELECT torrent_id, folded FROM names WHERE torrent_id > ? ORDER BY torrent_id",
      &from,
      1,
      error);
  g_autoptr (GError) failure = NULL;
  gboolean is_done;
  guint    n_rows = 0;

  if (statement == NULL)
    return SHOAL_STORE_SEARCH_FAILED;
  while (shoal_store_db_next (db, statement, &failure))
    {
      is_done = !search_row (self, statement);
      if (is_done || (++n_rows >= ROWS_AT_LEAST && is_hurried (user_data)))
        {
          sqlite3_reset (statement);
          return is_done ? SHOAL_STORE_SEARCH_DONE : SHOAL_STORE_SEARCH_GOES_ON;
        }
    }
  if (failure == NULL)
    return SHOAL_STORE_SEARCH_DONE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return SHOAL_STORE_SEARCH_FAILED;
}
