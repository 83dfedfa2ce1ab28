/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* The connection to one database file, with its prepared statements. Worker thread. */
typedef struct _ShoalStoreDb ShoalStoreDb;

typedef struct
{
  char   *set_aside; /* owned by who asked; NULL, or where a damaged database was moved */
  guint32 version;   /* NEWER: the version found */

  guint is_new : 1;
  guint was_clean : 1;
} ShoalStoreDbOpened;

/* The caller holds the lock on @path. Makes the file if need be; a damaged database is moved aside
 * with its log and a new one is made. After this the database is noted as not clean. */
ShoalStoreDb *shoal_store_db_open (const char *path, ShoalStoreDbOpened *opened, GError **error);

/* Notes whether it is clean, folds the log back and closes; an error means that the note may not
 * have reached the disk. Frees @self in any case. */
gboolean shoal_store_db_close (ShoalStoreDb *self, gboolean is_clean, GError **error);

/* Starts a transaction; its commit returns after a sync if @is_full. */
gboolean shoal_store_db_begin (ShoalStoreDb *self, gboolean is_full, GError **error);

/* Ends it; on failure nothing of it has happened. */
gboolean shoal_store_db_commit (ShoalStoreDb *self, GError **error);

void shoal_store_db_rollback (ShoalStoreDb *self);

/* Folds the log back into the database if it has grown. To be called between transactions. */
void shoal_store_db_tidy (ShoalStoreDb *self);

/* Whether a transaction is open still: some errors end it. */
gboolean shoal_store_db_is_in_transaction (ShoalStoreDb *self);

/* One parameter of a statement. The memory must last until the statement has run. */
typedef struct
{
  enum
  {
    SHOAL_STORE_DB_NULL,
    SHOAL_STORE_DB_INTEGER,
    SHOAL_STORE_DB_TEXT,
    SHOAL_STORE_DB_BLOB,
  } type;
  gint64        integer;
  gsize         len;
  gconstpointer data;
} ShoalStoreDbCell;

static inline ShoalStoreDbCell
shoal_store_db_integer (gint64 value)
{
  return (ShoalStoreDbCell){ .type = SHOAL_STORE_DB_INTEGER, .integer = value };
}

/* NULL becomes NULL. */
ShoalStoreDbCell shoal_store_db_text (const char *text);

/* The bytes of a path, or NULL. */
ShoalStoreDbCell shoal_store_db_path (const char *path);

ShoalStoreDbCell shoal_store_db_bytes (GBytes *bytes);

ShoalStoreDbCell shoal_store_db_blob (gconstpointer data, gsize len);

/* Prepares @sql, a string that lasts as long as the program, once, and binds @cells. NULL on
 * failure. The caller steps it and then calls sqlite3_reset(). */
sqlite3_stmt *shoal_store_db_query (ShoalStoreDb           *self,
                                    const char             *sql,
                                    const ShoalStoreDbCell *cells,
                                    guint                   n_cells,
                                    GError                **error);

/* The next row of a query: TRUE; at the end, or on failure with @error set, FALSE and reset. */
gboolean shoal_store_db_next (ShoalStoreDb *self, sqlite3_stmt *statement, GError **error);

/* Runs a statement that returns no rows. */
gboolean shoal_store_db_run (ShoalStoreDb           *self,
                             const char             *sql,
                             const ShoalStoreDbCell *cells,
                             guint                   n_cells,
                             GError                **error);

/* The same with the cells as arguments. */
#define SHOAL_STORE_DB_RUN(self, error, sql, ...)                                                  \
  shoal_store_db_run (self,                                                                        \
                      sql,                                                                         \
                      (const ShoalStoreDbCell[]){ __VA_ARGS__ },                                   \
                      sizeof ((const ShoalStoreDbCell[]){ __VA_ARGS__ }) /                         \
                          sizeof (ShoalStoreDbCell),                                               \
                      error)

/* How many rows the last statement that ran has changed. */
guint shoal_store_db_get_n_changed (ShoalStoreDb *self);

/* Column @column of the present row; NULL if it is NULL, empty or holds a NUL. */
const char *shoal_store_db_get_text (sqlite3_stmt *statement, int column);

/* A copy; NULL if it is NULL. */
GBytes *shoal_store_db_dup_bytes (sqlite3_stmt *statement, int column);

/* Sets @error from what SQLite said last, and returns FALSE. @doing: "opening", … */
gboolean shoal_store_db_fail (sqlite3 *handle, int code, const char *doing, GError **error);

G_END_DECLS
