/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-db.h"

#include <errno.h>
#include <string.h>

#include "store/shoal-store-file.h"
#include "store/shoal-store-schema.h"
#include "store/shoal-store.h"

/* A person may look into the file with other tools; those give it back soon. */
#define BUSY_TIMEOUT_MS 2000

/* Larger than any .torrent that is accepted, and than what one torrent's bits can be. */
#define MAX_CELL_BYTES (256 * 1024 * 1024)

/* Memory for pages. What is read at each start passes through once. */
#define CACHE_PRAGMA "PRAGMA cache_size = -4096"

/* The log is folded back at this length: 4 MB, SQLite's own measure. */
#define MAX_LOG_PAGES 1000

struct _ShoalStoreDb
{
  sqlite3    *handle;      /* owned */
  GHashTable *statements;  /* owned: SQL, by its address → sqlite3_stmt, owned */
  int         n_log_pages; /* in the log after the last commit */

  guint is_full : 1;    /* the present PRAGMA synchronous */
  guint has_no_wal : 1; /* the file system allows a rollback journal only: always full */
  /* A sync of the log has failed: the kernel may have dropped pages of it that later commits stand
   * on. Nothing is committed before all of it has been folded back and a new log has begun. */
  guint is_log_doubtful : 1;
};

static gboolean
has_code (int code, const int *codes, guint n_codes)
{
  guint i;

  for (i = 0; i < n_codes; i++)
    if (code == codes[i] || (code & 0xff) == codes[i])
      return TRUE;
  return FALSE;
}

static ShoalStoreError
classify (sqlite3 *handle, int code)
{
  static const int exists[] = { SQLITE_CONSTRAINT_UNIQUE,
                                SQLITE_CONSTRAINT_PRIMARYKEY,
                                SQLITE_CONSTRAINT_ROWID };
  static const int damaged[] = { SQLITE_CORRUPT, SQLITE_NOTADB };
  static const int invalid[] = {
    SQLITE_CONSTRAINT, SQLITE_MISMATCH, SQLITE_TOOBIG, SQLITE_RANGE, SQLITE_ERROR
  };
  static const int locked[] = { SQLITE_BUSY, SQLITE_LOCKED };
  static const int no_room[] = { ENOSPC, EDQUOT };

  if (has_code (code, exists, G_N_ELEMENTS (exists)))
    return SHOAL_STORE_ERROR_EXISTS;
  if (code == SQLITE_CONSTRAINT_FOREIGNKEY)
    return SHOAL_STORE_ERROR_NOT_FOUND;
  if ((code & 0xff) == SQLITE_FULL)
    return SHOAL_STORE_ERROR_FULL;
  if ((code & 0xff) == SQLITE_IOERR &&
      has_code (sqlite3_system_errno (handle), no_room, G_N_ELEMENTS (no_room)))
    return SHOAL_STORE_ERROR_FULL;
  if (has_code (code, damaged, G_N_ELEMENTS (damaged)))
    return SHOAL_STORE_ERROR_DAMAGED;
  if (has_code (code, locked, G_N_ELEMENTS (locked)))
    return SHOAL_STORE_ERROR_LOCKED;
  if (has_code (code, invalid, G_N_ELEMENTS (invalid)))
    return SHOAL_STORE_ERROR_INVALID;
  return SHOAL_STORE_ERROR_FAILED;
}

gboolean
shoal_store_db_fail (sqlite3 *handle, int code, const char *doing, GError **error)
{
  int extended = sqlite3_extended_errcode (handle);

  if ((extended & 0xff) != (code & 0xff))
    extended = code;
  g_set_error (error,
               SHOAL_STORE_ERROR,
               (int) classify (handle, extended),
               "%s the database: %s (SQLite %d)",
               doing,
               (code & 0xff) == SQLITE_OK ? "unexpected end" : sqlite3_errmsg (handle),
               extended);
  return FALSE;
}

/* As shoal_store_db_fail(), with what the failure means for later transactions. */
static gboolean
fail (ShoalStoreDb *self, int code, const char *doing, GError **error)
{
  if (sqlite3_extended_errcode (self->handle) == SQLITE_IOERR_FSYNC)
    self->is_log_doubtful = TRUE;
  return shoal_store_db_fail (self->handle, code, doing, error);
}

static gboolean
run_sql (sqlite3 *handle, const char *sql, const char *doing, GError **error)
{
  int code = sqlite3_exec (handle, sql, NULL, NULL, NULL);

  return code == SQLITE_OK || shoal_store_db_fail (handle, code, doing, error);
}

static void
configure (sqlite3 *handle)
{
  sqlite3_extended_result_codes (handle, 1);
  sqlite3_busy_timeout (handle, BUSY_TIMEOUT_MS);
  sqlite3_limit (handle, SQLITE_LIMIT_LENGTH, MAX_CELL_BYTES);
  /* A database may come from another machine: nothing in it is run. */
  sqlite3_db_config (handle, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
  sqlite3_db_config (handle, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
  /* Until it is known to be ours and whole, closing it leaves it as it was found. */
  sqlite3_db_config (handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
}

/* The name SQLite gives the mode it ended in is the answer of the pragma. */
static gboolean
enter_wal (ShoalStoreDb *self, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int           code;

  code = sqlite3_prepare_v2 (self->handle, "PRAGMA journal_mode = WAL", -1, &statement, NULL);
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    self->has_no_wal = g_strcmp0 ((const char *) sqlite3_column_text (statement, 0), "wal") != 0;
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || shoal_store_db_fail (self->handle, code, "opening", error);
}

static int
on_commit_cb (void *user_data, sqlite3 *handle, const char *schema, int n_pages)
{
  ShoalStoreDb *self = user_data;

  self->n_log_pages = n_pages;
  return SQLITE_OK;
}

static gboolean
read_clean (ShoalStoreDb *self, gboolean *was_clean, GError **error)
{
  g_autoptr (GError) failure = NULL;
  sqlite3_stmt *statement =
      shoal_store_db_query (self, "SELECT number FROM meta WHERE name = 'clean'", NULL, 0, error);

  if (statement == NULL)
    return FALSE;
  *was_clean =
      shoal_store_db_next (self, statement, &failure) && sqlite3_column_int (statement, 0) == 1;
  sqlite3_reset (statement);
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}

static gboolean
write_clean (ShoalStoreDb *self, gboolean is_clean, GError **error)
{
  if (!shoal_store_db_begin (self, TRUE, error))
    return FALSE;
  if (SHOAL_STORE_DB_RUN (self,
                          error,
                          "INSERT OR REPLACE INTO meta VALUES ('clean', ?)",
                          shoal_store_db_integer (is_clean)))
    return shoal_store_db_commit (self, error);
  shoal_store_db_rollback (self);
  return FALSE;
}

/* EXTRA is FULL that syncs the folder as well after a rollback journal was removed: one that comes
 * back after a power cut would roll back what the log has brought since. */
static gboolean
prepare (ShoalStoreDb *self, ShoalStoreDbOpened *opened, GError **error)
{
  gboolean was_clean = FALSE;

  configure (self->handle);
  if (!run_sql (self->handle,
                "PRAGMA locking_mode = EXCLUSIVE; PRAGMA synchronous = EXTRA",
                "locking",
                error) ||
      !shoal_store_schema_migrate (self->handle,
                                   shoal_store_schema_steps,
                                   SHOAL_STORE_SCHEMA_VERSION,
                                   &opened->version,
                                   error) ||
      !enter_wal (self, error) ||
      !run_sql (self->handle,
                "PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; " CACHE_PRAGMA,
                "opening",
                error) ||
      !run_sql (self->handle, "PRAGMA synchronous = NORMAL", "opening", error) ||
      !shoal_store_schema_check (self->handle, error) || !read_clean (self, &was_clean, error))
    return FALSE;
  opened->was_clean = was_clean;
  sqlite3_db_config (self->handle, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
  /* In place of SQLite's own, which would keep to itself that a sync has failed. */
  sqlite3_wal_hook (self->handle, on_commit_cb, self);
  return write_clean (self, FALSE, error);
}

static void
free_db (ShoalStoreDb *self)
{
  g_clear_pointer (&self->statements, g_hash_table_unref);
  sqlite3_close (self->handle);
  g_free (self);
}

static void
finalize_statement (gpointer statement)
{
  sqlite3_finalize (statement);
}

static ShoalStoreDb *
open_file (const char *path, ShoalStoreDbOpened *opened, GError **error)
{
  ShoalStoreDb *self;
  gboolean      is_new;
  int           code;

  if (!shoal_store_file_make (path, &is_new, error))
    return NULL;
  opened->is_new = is_new;
  self = g_new0 (ShoalStoreDb, 1);
  self->statements = g_hash_table_new_full (NULL, NULL, NULL, finalize_statement);
  code = sqlite3_open_v2 (path,
                          &self->handle,
                          SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE,
                          NULL);
  if (code != SQLITE_OK)
    shoal_store_db_fail (self->handle, code, "opening", error);
  else if (prepare (self, opened, error))
    return self;
  free_db (self);
  return NULL;
}

ShoalStoreDb *
shoal_store_db_open (const char *path, ShoalStoreDbOpened *opened, GError **error)
{
  g_autoptr (GError) failure = NULL;
  ShoalStoreDb *self;

  *opened = (ShoalStoreDbOpened){ 0 };
  self = open_file (path, opened, &failure);
  if (self == NULL && g_error_matches (failure, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_DAMAGED))
    {
      g_warning ("%s: %s", path, failure->message);
      opened->set_aside = shoal_store_file_set_aside (path, error);
      return opened->set_aside != NULL ? open_file (path, opened, error) : NULL;
    }
  if (self == NULL)
    g_propagate_error (error, g_steal_pointer (&failure));
  return self;
}

gboolean
shoal_store_db_close (ShoalStoreDb *self, gboolean is_clean, GError **error)
{
  gboolean is_written = write_clean (self, is_clean, error);

  free_db (self);
  return is_written;
}

gboolean
shoal_store_db_begin (ShoalStoreDb *self, gboolean is_full, GError **error)
{
  gboolean wants_full = is_full || self->has_no_wal;
  int      code;

  if (self->is_log_doubtful)
    {
      code = sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);
      if (code != SQLITE_OK)
        return fail (self, code, "folding the log into", error);
      self->is_log_doubtful = FALSE;
    }
  if (wants_full != self->is_full)
    {
      if (!run_sql (self->handle,
                    wants_full ? "PRAGMA synchronous = EXTRA" : "PRAGMA synchronous = NORMAL",
                    "writing",
                    error))
        return FALSE;
      self->is_full = wants_full;
    }
  return shoal_store_db_run (self, "BEGIN IMMEDIATE", NULL, 0, error);
}

gboolean
shoal_store_db_commit (ShoalStoreDb *self, GError **error)
{
  if (shoal_store_db_run (self, "COMMIT", NULL, 0, error))
    return TRUE;
  shoal_store_db_rollback (self);
  return FALSE;
}

void
shoal_store_db_rollback (ShoalStoreDb *self)
{
  if (shoal_store_db_is_in_transaction (self))
    shoal_store_db_run (self, "ROLLBACK", NULL, 0, NULL);
}

void
shoal_store_db_tidy (ShoalStoreDb *self)
{
  int code;

  if (self->n_log_pages < MAX_LOG_PAGES)
    return;
  self->n_log_pages = 0;
  code = sqlite3_wal_checkpoint_v2 (self->handle, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
  if (code != SQLITE_OK)
    fail (self, code, "folding the log into", NULL);
}

gboolean
shoal_store_db_is_in_transaction (ShoalStoreDb *self)
{
  return !sqlite3_get_autocommit (self->handle);
}

ShoalStoreDbCell
shoal_store_db_text (const char *text)
{
  if (text == NULL)
    return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_NULL };
  return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_TEXT, .len = strlen (text), .data = text };
}

ShoalStoreDbCell
shoal_store_db_path (const char *path)
{
  if (path == NULL)
    return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_NULL };
  return shoal_store_db_blob (path, strlen (path));
}

ShoalStoreDbCell
shoal_store_db_blob (gconstpointer data, gsize len)
{
  return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_BLOB, .len = len, .data = data };
}

ShoalStoreDbCell
shoal_store_db_bytes (GBytes *bytes)
{
  gsize         len;
  gconstpointer data;

  if (bytes == NULL)
    return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_NULL };
  data = g_bytes_get_data (bytes, &len);
  return shoal_store_db_blob (data, len);
}

static int
bind_cell (sqlite3_stmt *statement, int index, const ShoalStoreDbCell *cell)
{
  switch (cell->type)
    {
    case SHOAL_STORE_DB_NULL:
      return sqlite3_bind_null (statement, index);
    case SHOAL_STORE_DB_INTEGER:
      return sqlite3_bind_int64 (statement, index, cell->integer);
    case SHOAL_STORE_DB_TEXT:
      return sqlite3_bind_text64 (
          statement, index, cell->data, cell->len, SQLITE_STATIC, SQLITE_UTF8);
    case SHOAL_STORE_DB_BLOB:
      /* A NULL pointer would bind NULL: an empty blob is something else. */
      return sqlite3_bind_blob64 (
          statement, index, cell->data != NULL ? cell->data : "", cell->len, SQLITE_STATIC);
    }
  return SQLITE_MISUSE;
}

sqlite3_stmt *
shoal_store_db_query (ShoalStoreDb           *self,
                      const char             *sql,
                      const ShoalStoreDbCell *cells,
                      guint                   n_cells,
                      GError                **error)
{
  sqlite3_stmt *statement = g_hash_table_lookup (self->statements, sql);
  int           code = SQLITE_OK;
  guint         i;

  if (statement == NULL)
    {
      code =
          sqlite3_prepare_v3 (self->handle, sql, -1, SQLITE_PREPARE_PERSISTENT, &statement, NULL);
      if (code == SQLITE_OK)
        g_hash_table_insert (self->statements, (gpointer) (guintptr) sql, statement);
    }
  for (i = 0; i < n_cells && code == SQLITE_OK; i++)
    code = bind_cell (statement, (int) i + 1, &cells[i]);
  if (code == SQLITE_OK)
    return statement;
  fail (self, code, "preparing", error);
  return NULL;
}

gboolean
shoal_store_db_next (ShoalStoreDb *self, sqlite3_stmt *statement, GError **error)
{
  int code = sqlite3_step (statement);

  if (code == SQLITE_ROW)
    return TRUE;
  if (code != SQLITE_DONE)
    fail (self, code, "reading", error);
  sqlite3_reset (statement);
  return FALSE;
}

gboolean
shoal_store_db_run (ShoalStoreDb           *self,
                    const char             *sql,
                    const ShoalStoreDbCell *cells,
                    guint                   n_cells,
                    GError                **error)
{
  sqlite3_stmt *statement = shoal_store_db_query (self, sql, cells, n_cells, error);
  int           code;

  if (statement == NULL)
    return FALSE;
  code = sqlite3_step (statement);
  if (code != SQLITE_DONE && code != SQLITE_ROW)
    fail (self, code, "writing", error);
  sqlite3_reset (statement);
  sqlite3_clear_bindings (statement);
  return code == SQLITE_DONE || code == SQLITE_ROW;
}

guint
shoal_store_db_get_n_changed (ShoalStoreDb *self)
{
  return (guint) sqlite3_changes (self->handle);
}

const char *
shoal_store_db_get_text (sqlite3_stmt *statement, int column)
{
  const char *text = sqlite3_column_blob (statement, column);
  gsize       len = (gsize) sqlite3_column_bytes (statement, column);

  /* SQLite ends text with a NUL but blobs without: sqlite3_column_text() converts those. */
  if (text == NULL || len == 0 || memchr (text, 0, len) != NULL)
    return NULL;
  return (const char *) sqlite3_column_text (statement, column);
}

GBytes *
shoal_store_db_dup_bytes (sqlite3_stmt *statement, int column)
{
  gconstpointer data = sqlite3_column_blob (statement, column);

  if (sqlite3_column_type (statement, column) == SQLITE_NULL)
    return NULL;
  return g_bytes_new (data, (gsize) sqlite3_column_bytes (statement, column));
}
