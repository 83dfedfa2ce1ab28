/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <sqlite3.h>

#include "store-harness.h"
#include "store/shoal-store-schema.h"

static const char *program;

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

static int
read_int (const char *path, const char *sql)
{
  sqlite3      *handle = NULL;
  sqlite3_stmt *statement = NULL;
  int           value;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  value = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return value;
}

static GBytes *
read_bytes (const char *path)
{
  char *data = NULL;
  gsize len;

  g_assert_true (g_file_get_contents (path, &data, &len, NULL));
  return g_bytes_new_take (data, len);
}

static int
mode_of (const char *path)
{
  struct stat info;

  g_assert_cmpint (stat (path, &info), ==, 0);
  return info.st_mode & 0777;
}

static void
test_modes (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *folder = g_path_get_dirname (harness->path);
  g_autofree char *wal = g_strconcat (harness->path, "-wal", NULL);
  g_autofree char *lock = g_strconcat (harness->path, ".lock", NULL);

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_cmpint (mode_of (folder), ==, 0700);
  g_assert_cmpint (mode_of (harness->path), ==, 0600);
  g_assert_cmpint (mode_of (wal), ==, 0600);
  g_assert_cmpint (mode_of (lock), ==, 0600);
  g_assert_true (harness_close (harness, TRUE));
  g_assert_false (g_file_test (wal, G_FILE_TEST_EXISTS));
  g_assert_cmpint (read_int (harness->path, "PRAGMA user_version"), ==, SHOAL_STORE_SCHEMA_VERSION);
  g_assert_cmpint (
      read_int (harness->path, "SELECT count(*) FROM migrations"), ==, SHOAL_STORE_SCHEMA_VERSION);
  harness_free (harness);
}

/* Makes a database with two torrents, closed. */
static Harness *
make_filled (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_true (harness_add (harness, 2, 20000));
  g_assert_true (harness_close (harness, TRUE));
  return harness;
}

static void
assert_refused_untouched (Harness *harness, ShoalStoreError code)
{
  g_autoptr (GBytes) before = read_bytes (harness->path);
  g_autoptr (GBytes) after = NULL;

  g_assert_false (harness_open (harness));
  g_assert_error (harness->error, SHOAL_STORE_ERROR, (int) code);
  g_assert_null (harness->set_aside);
  g_assert_false (harness_add (harness, 9, 1));
  assert_error (harness, CLOSED);
  harness_close (harness, TRUE);
  after = read_bytes (harness->path);
  g_assert_true (g_bytes_equal (before, after));
}

static void
set_version (const char *path, guint version)
{
  g_autofree char *sql = g_strdup_printf ("PRAGMA user_version = %u", version);

  run_sql (path, sql);
}

static void
test_newer (void)
{
  Harness *harness = make_filled ();

  run_sql (harness->path, "PRAGMA user_version = 99; CREATE TABLE new (x)");
  g_assert_false (harness_open (harness));
  assert_error (harness, NEWER);
  g_assert_cmpuint (harness->number, ==, 99);
  harness_close (harness, TRUE);
  assert_refused_untouched (harness, SHOAL_STORE_ERROR_NEWER);
  set_version (harness->path, SHOAL_STORE_SCHEMA_VERSION);
  run_sql (harness->path, "DROP TABLE new");
  g_assert_true (harness_open (harness));
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 2);
  harness_free (harness);
}

static void
test_foreign (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *folder = g_path_get_dirname (harness->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  run_sql (harness->path, "CREATE TABLE letters (text); INSERT INTO letters VALUES ('a')");
  assert_refused_untouched (harness, SHOAL_STORE_ERROR_FOREIGN);
  run_sql (harness->path, "PRAGMA user_version = 1");
  assert_refused_untouched (harness, SHOAL_STORE_ERROR_FOREIGN);
  g_assert_cmpint (read_int (harness->path, "SELECT count(*) FROM letters"), ==, 1);
  harness_free (harness);
}

/* An empty file is what a crash may leave of the very first start. */
static void
test_empty (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *folder = g_path_get_dirname (harness->path);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_true (g_file_set_contents (harness->path, "", 0, NULL));
  g_assert_true (harness_open (harness));
  g_assert_null (harness->set_aside);
  g_assert_true (harness_add (harness, 1, 1));
  harness_free (harness);
}

typedef enum
{
  GARBAGE,   /* all of it */
  HEADER,    /* the first bytes */
  TORRENTS,  /* a page of the list of torrents */
  TRUNCATED, /* to half its pages */
} Damage;

static void
do_damage (const char *path, Damage damage)
{
  g_autoptr (GBytes) bytes = read_bytes (path);
  gsize            len;
  gconstpointer    data = g_bytes_get_data (bytes, &len);
  g_autofree char *copy = g_memdup2 (data, len);
  int              root;

  switch (damage)
    {
    case GARBAGE:
      memset (copy, 'x', len);
      break;
    case HEADER:
      memset (copy, 0, 50);
      break;
    case TORRENTS:
      root = read_int (path, "SELECT rootpage FROM sqlite_schema WHERE name = 'torrents'");
      memset (copy + (root - 1) * 4096, 0xee, 4096);
      break;
    case TRUNCATED:
      len = len / 2 / 4096 * 4096;
      break;
    }
  g_assert_true (g_file_set_contents (path, copy, (gssize) len, NULL));
}

static void
test_damaged (gconstpointer data)
{
  Harness *harness = make_filled ();
  g_autoptr (GBytes) before = NULL;
  g_autoptr (GBytes) after = NULL;
  g_autofree char *prefix = g_strconcat (harness->path, ".damaged-", NULL);

  do_damage (harness->path, (Damage) GPOINTER_TO_INT (data));
  before = read_bytes (harness->path);
  g_test_expect_message ("shoal", G_LOG_LEVEL_WARNING, "*state.db*");
  g_assert_true (harness_open (harness));
  g_test_assert_expected_messages ();
  g_assert_nonnull (harness->set_aside);
  g_assert_true (g_str_has_prefix (harness->set_aside, prefix));
  after = read_bytes (harness->set_aside);
  g_assert_true (g_bytes_equal (before, after));
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 0);
  g_assert_true (harness_add (harness, 1, 1));
  g_assert_true (harness_close (harness, TRUE));
  g_assert_true (harness_open (harness));
  g_assert_null (harness->set_aside);
  harness_free (harness);
}

/* The list is whole, one torrent's own data is not. */
static void
test_damaged_bits (void)
{
  Harness *harness = harness_new ();
  g_autoptr (ShoalBaseBitset) bits = harness_bits (100000, 0, 99999);
  g_autofree char *data = NULL;
  gsize            len;
  int              root;

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_true (harness_add (harness, 2, 10));
  shoal_store_save_written (harness->store, (ShoalTorrentId){ 1 }, bits);
  g_assert_true (harness_close (harness, TRUE));
  root = read_int (harness->path, "SELECT rootpage FROM sqlite_schema WHERE name = 'written'");
  g_assert_true (g_file_get_contents (harness->path, &data, &len, NULL));
  memset (data + (root - 1) * 4096, 0xee, 4096);
  g_assert_true (g_file_set_contents (harness->path, data, (gssize) len, NULL));
  g_assert_true (harness_open (harness));
  g_assert_null (harness->set_aside);
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 2);
  g_test_expect_message ("shoal", G_LOG_LEVEL_WARNING, "have-bits of torrent 1*");
  g_assert_nonnull (harness_load (harness, 1));
  g_test_assert_expected_messages ();
  g_assert_true (harness->torrent->lost_bits);
  g_assert_nonnull (harness->torrent->metainfo);
  g_assert_null (harness->torrent->written);
  g_assert_true (harness_add (harness, 3, 10));
  harness_free (harness);
}

static void
test_no_folder (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *folder = g_path_get_dirname (harness->path);

  g_assert_true (g_file_set_contents (folder, "in the way", -1, NULL));
  g_assert_false (harness_open (harness));
  assert_error (harness, FAILED);
  harness_close (harness, TRUE);
  harness_free (harness);
}

/* Another process of this program: opens the database, adds a torrent, says so, and waits. */
static int
run_child (const char *path)
{
  Harness *harness = harness_new ();
  gboolean is_good;
  char     c;

  g_free (harness->path);
  harness->path = g_strdup (path);
  if (!harness_open (harness) || !harness_add (harness, harness->last_id.value + 1, 100))
    return 1;
  harness_remove_tree (harness->folder);
  if (write (STDOUT_FILENO, "+", 1) != 1 || read (STDIN_FILENO, &c, 1) < 0)
    return 1;
  is_good = harness_close (harness, TRUE);
  harness_free (harness);
  return is_good ? 0 : 1;
}

typedef struct
{
  GPid pid;
  int  in;
  int  out;
} Child;

static Child
start_child (const char *path)
{
  const char *argv[] = { program, "--child", path, NULL };
  Child       child;
  char        c;

  g_assert_true (g_spawn_async_with_pipes (NULL,
                                           (char **) (gpointer) argv,
                                           NULL,
                                           G_SPAWN_DO_NOT_REAP_CHILD,
                                           NULL,
                                           NULL,
                                           &child.pid,
                                           &child.in,
                                           &child.out,
                                           NULL,
                                           NULL));
  g_assert_cmpint (read (child.out, &c, 1), ==, 1);
  return child;
}

static int
end_child (Child *child, int signal_number)
{
  int status;

  if (signal_number != 0)
    g_assert_cmpint (kill (child->pid, signal_number), ==, 0);
  close (child->in);
  close (child->out);
  g_assert_cmpint (waitpid (child->pid, &status, 0), ==, child->pid);
  return status;
}

static void
test_two_processes (void)
{
  Harness *harness = harness_new ();
  Child    child = start_child (harness->path);

  g_assert_false (harness_open (harness));
  assert_error (harness, LOCKED);
  g_assert_cmpuint (harness->number, ==, (guint) child.pid);
  harness_close (harness, TRUE);
  g_assert_cmpint (end_child (&child, 0), ==, 0);
  g_assert_true (harness_open (harness));
  g_assert_true (harness->was_clean);
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 1);
  harness_free (harness);
}

static void
test_killed (void)
{
  Harness *harness = harness_new ();
  Child    child;
  guint    i;

  for (i = 1; i <= 5; i++)
    {
      child = start_child (harness->path);
      g_assert_true (WIFSIGNALED (end_child (&child, SIGKILL)));
      g_assert_true (harness_open (harness));
      g_assert_false (harness->was_clean);
      g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, i);
      g_assert_true (harness_close (harness, FALSE));
    }
  harness_free (harness);
}

static const char *const steps[] = {
  ("CREATE TABLE torrents (id INTEGER PRIMARY KEY, name TEXT);"
   "CREATE TABLE migrations (version INTEGER, applied_at INTEGER, program TEXT)"),
  "ALTER TABLE torrents ADD COLUMN size INTEGER NOT NULL DEFAULT 5",
  "UPDATE torrents SET size = 6; INSERT INTO nowhere VALUES (1)",
};

/* From an older version on, a step at a time; one that fails leaves what was before it. */
static void
test_migrations (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *path = g_build_filename (harness->folder, "old.db", NULL);
  g_autoptr (GError) error = NULL;
  sqlite3 *handle = NULL;
  guint32  version;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_true (shoal_store_schema_migrate (handle, steps, 1, &version, &error));
  sqlite3_exec (handle, "INSERT INTO torrents VALUES (1, 'one')", NULL, NULL, NULL);
  g_assert_true (shoal_store_schema_migrate (handle, steps, 1, &version, &error));
  g_assert_cmpuint (version, ==, 1);
  g_assert_true (shoal_store_schema_migrate (handle, steps, 2, &version, &error));
  g_assert_cmpuint (version, ==, 2);
  g_assert_false (shoal_store_schema_migrate (handle, steps, 3, &version, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_assert_false (shoal_store_schema_migrate (handle, steps, 1, &version, &error));
  g_assert_error (error, SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_NEWER);
  sqlite3_close (handle);
  g_assert_cmpint (read_int (path, "PRAGMA user_version"), ==, 2);
  g_assert_cmpint (read_int (path, "SELECT count(*) FROM migrations"), ==, 2);
  g_assert_cmpint (read_int (path, "SELECT size FROM torrents WHERE name = 'one'"), ==, 5);
  harness_free (harness);
}

/* A database as the first @n_steps steps of the schema made it, with the rows of @sql, is where
 * that of the harness will be looked for. */
static void
make_old (Harness *harness, guint n_steps, const char *sql)
{
  g_autofree char *folder = g_path_get_dirname (harness->path);
  g_autoptr (GError) error = NULL;
  sqlite3 *handle = NULL;
  guint32  version;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (harness->path, &handle), ==, SQLITE_OK);
  g_assert_true (
      shoal_store_schema_migrate (handle, shoal_store_schema_steps, n_steps, &version, &error));
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
  run_sql (harness->path, sql);
}

/* A database of the first version is taken over: nothing is known of its torrents that was not. */
static void
test_first_version (void)
{
  Harness             *harness = harness_new ();
  const ShoalStoreRow *row;

  make_old (harness,
            1,
            "INSERT INTO torrents SELECT 3, zeroblob (20), NULL, 0, 'old', NULL, x'2f', 0,"
            "  0, 0, NULL, 9, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0;"
            "INSERT INTO stats VALUES (3, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 9, 9, 9);");
  g_assert_true (harness_open (harness));
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpuint (row->stats.payload_up, ==, 7);
  g_assert_cmpuint (row->stats.wanted_have_bytes, ==, 9);
  g_assert_false (row->stats.is_settled);
  g_assert_false (row->has_tiers);
  g_assert_cmpuint (row->options.encryption, ==, 0);
  g_assert_cmpuint (row->options.play_first, ==, 0);
  g_assert_true (harness_close (harness, TRUE));
  g_assert_cmpint (
      read_int (harness->path, "SELECT count(*) FROM migrations"), ==, SHOAL_STORE_SCHEMA_VERSION);
  harness_free (harness);
}

/* Of a database from before there was a queue: the order is that of the ids, with room between
 * them; a ratio that was asked for is a goal of its own, and the time in which nobody took anything
 * begins now. */
static void
test_before_queue (void)
{
  Harness             *harness = harness_new ();
  const ShoalStoreRow *row;

  make_old (harness,
            3,
            "INSERT INTO torrents SELECT 3, zeroblob (20), NULL, 0, 'old', NULL, x'2f', 0,"
            "  0, 0, NULL, 9, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 1500, 0, 3, 1, 0;"
            "INSERT INTO torrents SELECT 4, randomblob (20), NULL, 0, 'plain', NULL,"
            "  x'2f', 0, 0, 0, NULL, 9, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, -1, 0, 4, 1,"
            "  0;"
            "INSERT INTO stats VALUES (3, 0, 7, 0, 0, 0, 0, 0, 60, 0, 0, 9, 9, 9, 0, 1);");
  g_assert_true (harness_open (harness));
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_true (row->options.has_goals);
  g_assert_cmpint (row->options.goals.ratio_1000, ==, 1500);
  g_assert_cmpint (row->options.goals.action, ==, SHOAL_GOAL_ACTION_STOP);
  g_assert_false (row->options.met_goal);
  g_assert_cmpint (row->options.queue_position, ==, (gint64) 3 << 32);
  g_assert_cmpuint (row->stats.taken_seconds, ==, 60);
  row = g_ptr_array_index (harness->listing->rows, 1);
  g_assert_false (row->options.has_goals);
  g_assert_cmpint (row->options.queue_position, ==, (gint64) 4 << 32);
  g_assert_true (harness_close (harness, TRUE));
  harness_free (harness);
}

/* All that a database of the version before names of folders may have is there afterwards. */
static void
test_before_folders (void)
{
  Harness              *harness = harness_new ();
  const ShoalStoreRow  *row;
  const ShoalStoreFile *file;

  make_old (harness,
            4,
            "INSERT INTO torrents SELECT 7, zeroblob (20), NULL, 2, 'old', NULL, x'2f61',"
            "  5, 6, 7, x'746f70', 9, 1, 11, 12, 1, 0, 1, 1, 1, 1, 100, 200, 30, 4, -1, 45,"
            "  7, 1, 1;"
            "INSERT INTO stats VALUES (7, 1, 2, 3, 4, 5, 6, 70, 60, 8, 9, 10, 9, 9, 0, 1);"
            "INSERT INTO metainfo VALUES (7, x'00');"
            "INSERT INTO files VALUES (7, 3, 2, x'612f62', 77, 5, 0);"
            "INSERT INTO intents VALUES (7, 3, 3, x'612f63', 0, 0, 0);"
            "INSERT INTO urls VALUES (1, 'http://t/announce');"
            "INSERT INTO trackers VALUES (7, 0, 1, 0, 1, NULL, 0, 1);"
            "INSERT INTO labels VALUES (7, 'films');"
            "INSERT INTO names VALUES (7, x'6f6c642f610a746f702f610a');");
  g_assert_true (harness_open (harness));
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpstr (row->root_name, ==, "top");
  g_assert_cmpstr (row->labels->items[0], ==, "films");
  g_assert_cmpstr (row->trackers[0].url, ==, "http://t/announce");
  g_assert_true (row->options.paused && row->options.sequential && row->options.asks);
  g_assert_false (row->options.seeds || row->options.is_late || row->options.met_goal);
  g_assert_cmpuint (row->options.down_limit_bps, ==, 100);
  g_assert_cmpuint (row->options.up_limit_bps, ==, 200);
  g_assert_true (row->options.has_goals);
  g_assert_cmpint (row->options.goals.ratio_1000, ==, -1);
  g_assert_cmpuint (row->options.goals.idle_minutes, ==, 45);
  g_assert_cmpint (row->options.queue_position, ==, (gint64) 7 << 32);
  g_assert_true (row->stats.is_settled);
  g_assert_cmpuint (row->stats.taken_seconds, ==, 60);
  g_assert_cmpuint (row->n_intents, ==, 1);
  g_assert_cmpstr (row->intents[0].target, ==, "a/c");
  g_assert_null (row->intents[0].source);
  g_assert_nonnull (harness_load (harness, 7));
  file = &g_array_index (harness->torrent->files, ShoalStoreFile, 0);
  g_assert_cmpstr (file->renamed_path, ==, "a/b");
  g_assert_cmpint (file->priority, ==, 2);
  g_assert_cmpint (file->size, ==, 77);
  g_assert_true (harness_close (harness, TRUE));
  /* Its names are made anew: what was made had those of the .torrent in it too. */
  g_assert_cmpint (read_int (harness->path, "SELECT count(*) FROM unnamed"), ==, 1);
  harness_free (harness);
}

/* What a database from another machine may hold makes no trouble. */
static void
test_hostile_rows (void)
{
  Harness             *harness = make_filled ();
  const ShoalStoreRow *row;

  run_sql (
      harness->path,
      "PRAGMA ignore_check_constraints = ON;"
      "UPDATE torrents SET name = CAST (x'ff41' AS TEXT), max_peers = -5,"
      "  seed_ratio_permille = -900 WHERE id = 1;"
      "UPDATE torrents SET save_path = x'2f610062' WHERE id = 2;"
      "INSERT INTO torrents SELECT 9000000000, x'0102', NULL, 2, 'n', NULL, x'2f', 0, 0, 0,"
      "  NULL, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0;"
      "INSERT INTO peers VALUES (1, x'01040102');"
      "INSERT INTO files VALUES (1, -4, 1000, x'00', -70, 5, 9);"
      "INSERT INTO intents VALUES (1, 55, 0, NULL, 0, 0, 0, NULL),"
      "  (1, 2, 0, NULL, 0, 0, 0, NULL)");
  g_test_expect_message ("shoal", G_LOG_LEVEL_WARNING, "*state.db: damaged*");
  g_assert_true (harness_open (harness)); /* its CHECKs do not hold */
  g_test_assert_expected_messages ();
  g_assert_nonnull (harness->set_aside);
  harness_close (harness, TRUE);
  harness_free (harness);

  harness = make_filled ();
  run_sql (harness->path,
           "UPDATE torrents SET name = CAST (x'ff41' AS TEXT), max_peers = -5,"
           "  seed_ratio_permille = -900 WHERE id = 1;"
           "UPDATE torrents SET save_path = x'2f610062' WHERE id = 2;"
           "INSERT INTO peers VALUES (1, x'01040102');"
           "INSERT INTO files VALUES (1, -4, 1000, x'00', -70, 5, 9);"
           "INSERT INTO intents VALUES (1, 55, 0, NULL, 0, 0, 0, NULL),"
           "  (1, 2, 0, NULL, 0, 0, 0, NULL)");
  g_assert_true (harness_open (harness));
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 1);
  g_assert_cmpuint (harness->listing->n_unreadable, ==, 1);
  row = g_ptr_array_index (harness->listing->rows, 0);
  g_assert_true (g_utf8_validate (row->name, -1, NULL));
  g_assert_cmpuint (row->options.max_peers, ==, 0);
  g_assert_cmpint (row->options.goals.ratio_1000, ==, -1);
  g_assert_cmpuint (row->n_intents, ==, 0);
  g_test_expect_message ("shoal", G_LOG_LEVEL_WARNING, "peers of torrent 1*");
  g_assert_nonnull (harness_load (harness, 1));
  g_test_assert_expected_messages ();
  g_assert_cmpuint (harness->torrent->peers->len, ==, 0);
  g_assert_cmpint (g_array_index (harness->torrent->files, ShoalStoreFile, 0).size, ==, -1);
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  program = argv[0];
  if (argc == 3 && strcmp (argv[1], "--child") == 0)
    return run_child (argv[2]);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/file/modes", test_modes);
  g_test_add_func ("/store/file/newer", test_newer);
  g_test_add_func ("/store/file/foreign", test_foreign);
  g_test_add_func ("/store/file/empty", test_empty);
  g_test_add_data_func ("/store/file/damaged/garbage", GINT_TO_POINTER (GARBAGE), test_damaged);
  g_test_add_data_func ("/store/file/damaged/header", GINT_TO_POINTER (HEADER), test_damaged);
  g_test_add_data_func ("/store/file/damaged/torrents", GINT_TO_POINTER (TORRENTS), test_damaged);
  g_test_add_data_func ("/store/file/damaged/truncated", GINT_TO_POINTER (TRUNCATED), test_damaged);
  g_test_add_func ("/store/file/damaged/bits", test_damaged_bits);
  g_test_add_func ("/store/file/no-folder", test_no_folder);
  g_test_add_func ("/store/file/two-processes", test_two_processes);
  g_test_add_func ("/store/file/killed", test_killed);
  g_test_add_func ("/store/file/migrations", test_migrations);
  g_test_add_func ("/store/file/first-version", test_first_version);
  g_test_add_func ("/store/file/before-queue", test_before_queue);
  g_test_add_func ("/store/file/before-folders", test_before_folders);
  g_test_add_func ("/store/file/hostile-rows", test_hostile_rows);
  return g_test_run ();
}
