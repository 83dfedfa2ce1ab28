/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A database of another machine, whole as SQLite sees it: every table has the columns that it
 * should have, without their types and promises, and every cell may hold anything. The input says
 * what: for each table a number of rows, for each cell a letter and what follows it. Where it ends,
 * a cell holds what it might in a real database. */

#include "fuzz-target.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/shoal-store-index.h"
#include "store/shoal-store-private.h"
#include "store/shoal-store-resume.h"

#define MAX_COLUMNS 48
#define MAX_ROWS    3
#define N_FILES     3

typedef struct
{
  const char *insert; /* for ever, as SQLite's statements need it */
  GPtrArray  *columns;
} Table;

typedef struct
{
  const guint8 *data;
  gsize         len;
} Input;

static const char *const table_names[] = { "torrents", "stats",         "metainfo", "written",
                                           "durable",  "peers",         "bans",     "files",
                                           "partials", "intents",       "urls",     "trackers",
                                           "meta",     "engine_values", "labels",   "names",
                                           "unnamed" };

static Table             tables[G_N_ELEMENTS (table_names)];
static ShoalStoreDb     *db;
static ShoalCodecLayout *layout;
static char             *folder;

static const guint8 hash[20] = { 1, 2, 3 };
static const guint8 bits[] = { 0xff, 0xc0 };
static const guint8 packed[] = { 1, 4, 1, 2, 3, 4, 0x1a, 0xe1, 0, 0, 0, 7, 1, 2, 3 };

static void
run (const char *sql)
{
  g_autoptr (GError) error = NULL;

  if (!shoal_store_db_run (db, g_intern_string (sql), NULL, 0, &error))
    g_error ("%s: %s", sql, error->message);
}

static void
read_columns (Table *table, const char *name)
{
  g_autofree char *sql = g_strdup_printf ("SELECT name FROM pragma_table_info ('%s')", name);
  sqlite3_stmt    *statement = shoal_store_db_query (db, g_intern_string (sql), NULL, 0, NULL);

  g_assert (statement != NULL);
  table->columns = g_ptr_array_new ();
  while (shoal_store_db_next (db, statement, NULL))
    g_ptr_array_add (
        table->columns,
        (gpointer) (guintptr) g_intern_string (shoal_store_db_get_text (statement, 0)));
  g_assert (table->columns->len > 0 && table->columns->len <= MAX_COLUMNS);
}

/* The same columns, whatever they hold. */
static void
loosen (Table *table, const char *name)
{
  g_autoptr (GString) create = g_string_new (NULL);
  g_autoptr (GString) insert = g_string_new (NULL);
  guint i;

  g_string_printf (create, "CREATE TABLE loose_%s (", name);
  g_string_printf (insert, "INSERT INTO %s VALUES (", name);
  for (i = 0; i < table->columns->len; i++)
    {
      g_string_append_printf (
          create, "%s%s", i > 0 ? ", " : "", (const char *) g_ptr_array_index (table->columns, i));
      g_string_append (insert, i > 0 ? ", ?" : "?");
    }
  g_string_append_c (create, ')');
  g_string_append_c (insert, ')');
  run (create->str);
  table->insert = g_intern_string (insert->str);
}

static void
replace (const char *name)
{
  g_autofree char *drop = g_strdup_printf ("DROP TABLE %s", name);
  g_autofree char *rename = g_strdup_printf ("ALTER TABLE loose_%s RENAME TO %s", name, name);

  run (drop);
  run (rename);
}

static void
remove_database (void)
{
  static const char *const names[] = { "db", "db-wal", "db-journal" };
  guint                    i;

  shoal_store_db_close (db, TRUE, NULL);
  for (i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = g_build_filename (folder, names[i], NULL);

      g_unlink (path);
    }
  g_rmdir (folder);
  for (i = 0; i < G_N_ELEMENTS (tables); i++)
    g_ptr_array_unref (tables[i].columns);
  shoal_codec_layout_unref (layout);
  g_free (folder);
}

static GLogWriterOutput
keep_quiet (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  return G_LOG_WRITER_HANDLED; /* it says what is unreadable: all of it, thousands of times */
}

static void
start (void)
{
  const ShoalCodecFile files[N_FILES] = {
    { .path = (char *) (guintptr) "t/a", .length = 100000 },
    { .path = (char *) (guintptr) "t/b", .length = 1 },
    { .path = (char *) (guintptr) "t/c", .length = 60000 },
  };
  ShoalStoreDbOpened opened;
  g_autofree char   *path = NULL;
  guint              i;

  g_log_set_writer_func (keep_quiet, NULL, NULL);
  folder = g_dir_make_tmp ("fuzz-XXXXXX", NULL);
  path = g_build_filename (folder, "db", NULL);
  db = shoal_store_db_open (path, &opened, NULL);
  g_assert (db != NULL);
  layout = shoal_codec_layout_new (files, N_FILES, 16384);
  for (i = 0; i < G_N_ELEMENTS (table_names); i++)
    {
      read_columns (&tables[i], table_names[i]);
      loosen (&tables[i], table_names[i]);
    }
  run ("PRAGMA foreign_keys = OFF");
  for (i = 0; i < G_N_ELEMENTS (table_names); i++)
    replace (table_names[i]);
  atexit (remove_database);
}

static guint
take_byte (Input *input)
{
  if (input->len == 0)
    return 0;
  input->len--;
  return *input->data++;
}

static const guint8 *
take_bytes (Input *input, gsize *len)
{
  const guint8 *data = input->data;

  *len = MIN (*len, input->len);
  input->data += *len;
  input->len -= *len;
  return data;
}

/* What a real database might have there. */
static ShoalStoreDbCell
make_usual (const char *column)
{
  static const char *const numbers[] = { "id", "torrent_id", "url_id" };

  if (g_strv_contains (numbers, column) || g_str_equal (column, "metainfo_kind"))
    return shoal_store_db_integer (1);
  if (g_str_equal (column, "info_hash_v1"))
    return shoal_store_db_blob (hash, sizeof hash);
  if (g_str_equal (column, "bits") || g_str_equal (column, "blocks"))
    return shoal_store_db_blob (bits, sizeof bits);
  if (g_str_equal (column, "packed") || g_str_equal (column, "bytes"))
    return shoal_store_db_blob (packed, sizeof packed);
  if (g_str_equal (column, "name") || g_str_equal (column, "url"))
    return shoal_store_db_text ("bans");
  if (g_str_has_suffix (column, "_path") || g_str_equal (column, "target"))
    return shoal_store_db_path ("/somewhere");
  if (g_str_equal (column, "info_hash_v2") || g_str_equal (column, "root_name"))
    return shoal_store_db_path (NULL);
  return shoal_store_db_integer (1);
}

static ShoalStoreDbCell
make_cell (Input *input, const char *column)
{
  ShoalStoreDbCell cell = make_usual (column);
  guint            kind = take_byte (input);
  const guint8    *bytes;
  gsize            len;

  switch (kind)
    {
    case 'n':
      return shoal_store_db_path (NULL);
    case 'i':
      return shoal_store_db_integer ((gint8) take_byte (input));
    case 'l':
      cell = shoal_store_db_integer (0);
      len = sizeof cell.integer;
      bytes = take_bytes (input, &len);
      memcpy (&cell.integer, bytes, len);
      return cell;
    case 't':
    case 'b':
      len = take_byte (input);
      bytes = take_bytes (input, &len);
      cell = shoal_store_db_blob (bytes, len);
      cell.type = kind == 't' ? SHOAL_STORE_DB_TEXT : SHOAL_STORE_DB_BLOB;
      return cell;
    default:
      return cell;
    }
}

static void
fill_table (const Table *table, Input *input)
{
  ShoalStoreDbCell cells[MAX_COLUMNS];
  guint            n_rows = (1 + take_byte (input)) % (MAX_ROWS + 1);
  guint            i;

  for (; n_rows > 0; n_rows--)
    {
      for (i = 0; i < table->columns->len; i++)
        cells[i] = make_cell (input, g_ptr_array_index (table->columns, i));
      shoal_store_db_run (db, table->insert, cells, table->columns->len, NULL);
    }
}

static void
check_row (const ShoalStoreRow *row)
{
  guint i;

  if (row->id.value == 0 || row->save_path == NULL || !g_utf8_validate (row->name, -1, NULL) ||
      (!row->hashes.has_v1 && !row->hashes.has_v2))
    abort ();
  for (i = 0; i < row->n_trackers; i++)
    if (row->trackers[i].url == NULL)
      abort ();
  for (i = 0; row->labels != NULL && i < row->labels->n; i++)
    if (!g_utf8_validate (row->labels->items[i], -1, NULL))
      abort ();
  for (i = 0; i < row->n_intents; i++)
    if (row->intents[i].kind > SHOAL_STORE_INTENT_RENAME)
      abort ();
}

static ShoalBaseBitset *
make_set (GBytes *bytes)
{
  gsize         len = 0;
  gconstpointer data = bytes != NULL ? g_bytes_get_data (bytes, &len) : NULL;

  return bytes != NULL ? shoal_base_bitset_new_from_bytes (
                             shoal_codec_layout_get_n_pieces (layout), data, len)
                       : NULL;
}

/* Each piece is in exactly one set, whatever the rows say. */
static void
check_resume (const ShoalStoreTorrent *torrent)
{
  static const ShoalStoreFound found[N_FILES] = { { 100000, 1, 0 }, { -1, 0, 0 }, { 7, 1, 1 } };
  g_autoptr (ShoalBaseBitset) written = make_set (torrent->written);
  g_autoptr (ShoalBaseBitset) durable = make_set (torrent->durable);
  ShoalStoreResumeInput input = {
    .layout = layout,
    .written = written,
    .durable = durable,
    .files = (const ShoalStoreFile *) torrent->files->data,
    .n_files = torrent->files->len,
    .found = found,
    .parts = { 5000, 1, 0 },
  };
  ShoalStoreResume result = shoal_store_resume (&input);
  guint            piece;

  for (piece = 0; piece < shoal_codec_layout_get_n_pieces (layout); piece++)
    if (shoal_base_bitset_get (result.trusted, piece) +
            shoal_base_bitset_get (result.to_hash, piece) +
            shoal_base_bitset_get (result.missing, piece) !=
        1)
      abort ();
  shoal_store_resume_clear (&result);
}

static void
check_torrent (const ShoalStoreTorrent *torrent)
{
  guint i;

  if (torrent->peers->len > SHOAL_STORE_MAX_PEERS)
    abort ();
  for (i = 0; i < torrent->files->len; i++)
    if (g_array_index (torrent->files, ShoalStoreFile, i).size < -1)
      abort ();
  for (i = 0; i < torrent->partials->len; i++)
    if (g_array_index (torrent->partials, ShoalStorePartial, i).blocks == NULL)
      abort ();
  check_resume (torrent);
}

static gboolean
is_hurried (gpointer user_data)
{
  return TRUE;
}

/* It comes to an end. */
static void
search_all (void)
{
  ShoalStoreSearch *search = shoal_store_search_new ("1 b");
  guint             n = 0, i;

  while (shoal_store_search_advance (search, db, is_hurried, NULL, NULL) ==
         SHOAL_STORE_SEARCH_GOES_ON)
    if (++n > MAX_ROWS)
      abort ();
  shoal_store_search_free (search);
  for (i = 0; i < MAX_ROWS && shoal_store_index_is_due (db); i++)
    shoal_store_index_advance (db, NULL);
}

static void
read_all (void)
{
  ShoalTorrentId id = { 1 };
  ShoalStoreJob *job = shoal_store_job_new (&shoal_store_job_load_all, id);
  guint          i;

  if (job->kind->run (db, job, &job->error))
    for (i = 0; i < job->listing->rows->len; i++)
      {
        const ShoalStoreRow *row = g_ptr_array_index (job->listing->rows, i);

        check_row (row);
        id = row->id;
      }
  shoal_store_job_free (job);
  job = shoal_store_job_new (&shoal_store_job_load_torrent, id);
  if (job->kind->run (db, job, &job->error))
    check_torrent (job->torrent);
  shoal_store_job_free (job);
  search_all ();
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  Input input = { data, size };
  guint i;

  if (db == NULL)
    start ();
  if (!shoal_store_db_begin (db, FALSE, NULL))
    abort ();
  for (i = 0; i < G_N_ELEMENTS (tables); i++)
    fill_table (&tables[i], &input);
  read_all ();
  shoal_store_db_rollback (db);
  return 0;
}
