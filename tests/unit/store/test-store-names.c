/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "store-harness.h"
#include "store/shoal-store-names.h"
#include "store/shoal-store-schema.h"

/* Files of all torrents by their names. */

static void
test_fold (void)
{
  static const char *const rows[][2] = {
    { "", "" },
    { "Plain NAME.mkv", "plain name.mkv" },
    { "\xc3\x89t\xc3\xa9", "ete" }, /* É, é */
    { "e\xcc\x81", "e" },           /* the same taken apart */
    { "STRASSE", "strasse" },
    { "Stra\xc3\x9f"
      "e",
      "strasse" },
    { "\xce\xa3\xce\x8a\xcf\x82", "\xcf\x83\xce\xb9\xcf\x83" }, /* Greek, with a final sigma */
    { "\xd0\x99\xd0\xbe\xd0\xb4", "\xd0\xb8\xd0\xbe\xd0\xb4" }, /* Йод */
    { "\xef\xbc\xa1\xef\xbc\xa2", "ab" },                       /* wide */
    { "\xe0\xa4\x95\xe0\xa4\xbf", "\xe0\xa4\x95\xe0\xa4\xbf" }, /* a vowel sign stays */
    { "a\nb", "a b" },
    { "a\xff"
      "B",
      "a\xef\xbf\xbd"
      "b" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *folded = shoal_store_names_fold (rows[i][0]);

      g_assert_cmpstr (folded, ==, rows[i][1]);
    }
}

static gboolean
matches (const char *text, const char *names)
{
  g_autoptr (ShoalStoreQuery) query = shoal_store_query_new (text);

  return shoal_store_query_matches (query, names, strlen (names));
}

static void
test_query (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_found;
  } rows[] = {
    { "one", TRUE },        { "ONE", TRUE },
    { "wo ne", FALSE },     { "one first", TRUE },
    { "first one", TRUE },  { "first two", FALSE }, /* not of the same file */
    { "folder two", TRUE }, { "r/second", TRUE },
    { "", FALSE },          { " \t ", FALSE },
    { "wo.tx", TRUE },      { "nowhere", FALSE },
    { "t\nfolder", TRUE },  { "folder folder", TRUE },
    { "three", TRUE },      { "x three", FALSE },
  };
  g_autofree char *long_text = g_strnfill (100000, 'o');
  g_autoptr (GString) many = g_string_new (NULL);
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    g_assert_true (
        matches (rows[i].text, "folder/first one.txt\nfolder/second two.txt\nlast three") ==
        rows[i].is_found);
  g_assert_false (matches ("a", ""));
  g_assert_false (matches (long_text, "ooo\n"));
  for (i = 0; i < 1000; i++)
    g_string_append (many, "o ");
  g_assert_true (matches (many->str, "ooo\n"));
}

static void
test_limit (void)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autofree char *path = g_strnfill (4000, 'p');
  guint            i;

  for (i = 0; i < SHOAL_STORE_MAX_NAMES_BYTES / 2000; i++)
    shoal_store_names_append (names, path);
  g_assert_cmpuint (names->len, <=, SHOAL_STORE_MAX_NAMES_BYTES);
  g_assert_cmpuint (names->len, >, SHOAL_STORE_MAX_NAMES_BYTES - 5000);
  shoal_store_names_append (names, "short"); /* what has room still comes in */
  g_assert_true (g_str_has_suffix (names->str, "short\n"));
}

/* An info dictionary with files @paths, "a/b", below a folder @name. */
static GBytes *
make_info (const char *name, const char *const *paths, guint n_paths)
{
  static const char pieces[20];
  GString          *text = g_string_new ("d5:filesl");
  guint             i, k;

  for (i = 0; i < n_paths; i++)
    {
      g_auto (GStrv) parts = g_strsplit (paths[i], "/", -1);

      g_string_append (text, "d6:lengthi1e4:pathl");
      for (k = 0; parts[k] != NULL; k++)
        g_string_append_printf (text, "%" G_GSIZE_FORMAT ":%s", strlen (parts[k]), parts[k]);
      g_string_append (text, "ee");
    }
  g_string_append_printf (text,
                          "e4:name%" G_GSIZE_FORMAT ":%s12:piece lengthi16777216e6:pieces20:",
                          strlen (name),
                          name);
  g_string_append_len (text, pieces, sizeof pieces);
  g_string_append_c (text, 'e');
  return g_string_free_to_bytes (text);
}

static gboolean
add (Harness *self, guint32 id, const char *name, const char *const *paths, guint n_paths)
{
  ShoalStoreRow row = harness_row (id);
  g_autoptr (GBytes) info = make_info (name, paths, n_paths);
  ShoalStoreAddition addition = { .row = &row, .metainfo = info };

  row.metainfo_kind = SHOAL_STORE_METAINFO_INFO;
  harness_expect (self);
  shoal_store_add (self->store, &addition, harness_done, self);
  return harness_wait (self);
}

typedef struct
{
  GArray  *ids; /* owned */
  guint    n_answers;
  gboolean has_error;
} Found;

static void
found_cb (gpointer user_data, GArray *ids, const GError *error)
{
  Found *self = user_data;

  self->n_answers++;
  self->has_error = error != NULL;
  g_clear_pointer (&self->ids, g_array_unref);
  self->ids = ids;
}

/* "1 5": the torrents that are found. The caller's. */
static char *
search (Harness *harness, const char *text)
{
  Found    found = { 0 };
  GString *out = g_string_new (NULL);
  guint    i;

  shoal_store_search (harness->store, text, found_cb, &found);
  harness_wait_for (harness, &found.n_answers);
  g_assert_false (found.has_error);
  g_assert_nonnull (found.ids);
  for (i = 0; i < found.ids->len; i++)
    g_string_append_printf (
        out, "%s%u", i > 0 ? " " : "", g_array_index (found.ids, ShoalTorrentId, i).value);
  g_array_unref (found.ids);
  return g_string_free (out, FALSE);
}

#define assert_found(harness, text, expected)                                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *all = search (harness, text);                                                 \
    g_assert_cmpstr (all, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static const char *const photos[] = { "2019/Été/Plage.JPG", "2020/winter.jpg" };
static const char *const talks[] = { "winter school/day 1.ogg", "winter school/day 2.ogg" };

static Harness *
make_filled (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, "Photos", photos, G_N_ELEMENTS (photos)));
  g_assert_true (add (harness, 2, "Talks", talks, G_N_ELEMENTS (talks)));
  g_assert_true (harness_add (harness, 3, 100)); /* no torrent at all */
  return harness;
}

static void
test_search (void)
{
  Harness *harness = make_filled ();
  guint    round;

  for (round = 0; round < 2; round++)
    {
      assert_found (harness, "winter", "1 2");
      assert_found (harness, "jpg ete", "1");
      assert_found (harness, "PHOTOS plage", "1");
      assert_found (harness, "day winter ogg talks", "2");
      assert_found (harness, "2019 winter", "");
      assert_found (harness, "", "");
      g_assert_true (harness_close (harness, TRUE));
      g_assert_true (harness_open (harness));
    }
  harness_free (harness);
}

static void
rename_to (Harness *harness, guint32 id, guint32 file, const char *target)
{
  ShoalStoreIntent intent = { .kind = SHOAL_STORE_INTENT_RENAME, .file = file, .target = target };

  harness_expect (harness);
  shoal_store_finish_intent (
      harness->store, (ShoalTorrentId){ id }, &intent, harness_done, harness);
  g_assert_true (harness_wait (harness));
}

static void
remove_one (Harness *harness, guint32 id)
{
  ShoalStoreIntent intent = { .kind = SHOAL_STORE_INTENT_REMOVE };

  harness_expect (harness);
  shoal_store_finish_intent (
      harness->store, (ShoalTorrentId){ id }, &intent, harness_done, harness);
  g_assert_true (harness_wait (harness));
}

/* All that lies in a folder of the torrent. */
static void
rename_folder (Harness *harness, const char *folder, const char *name)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  ShoalStoreIntent intent = { .kind = SHOAL_STORE_INTENT_RENAME,
                              .file = SHOAL_STORE_SUBFOLDER,
                              .source = folder,
                              .target = name };
  ShoalStoreFile   row = { .file = 1, .renamed_path = "Vorträge/summer school/day 2.ogg" };

  g_array_append_val (rows, row);
  harness_expect (harness);
  shoal_store_finish_rename (
      harness->store, (ShoalTorrentId){ 2 }, &intent, rows, harness_done, harness);
  g_assert_true (harness_wait (harness));
}

/* By what they are called now, and by nothing else; what is gone is not found. */
static void
test_changes (void)
{
  Harness *harness = make_filled ();

  rename_to (harness, 1, 1, "Photos/2020/Snow \xff.jpg");
  assert_found (harness, "snow", "1");
  assert_found (harness, "2020 winter", "");
  assert_found (harness, "winter", "2");
  assert_found (harness, "plage", "1");
  rename_to (harness, 1, 1, "Photos/2020/Ice.jpg");
  assert_found (harness, "snow", "");
  assert_found (harness, "ice", "1");
  rename_to (harness, 2, SHOAL_STORE_ROOT, "Vorträge");
  assert_found (harness, "vortrage winter 1.ogg", "2");
  assert_found (harness, "talks", "");
  rename_folder (harness, "Vorträge/winter school", "Vorträge/summer school");
  assert_found (harness, "summer day 2", "2");
  assert_found (harness, "winter day 2", "");
  assert_found (harness, "winter day 1", "2");
  remove_one (harness, 2);
  assert_found (harness, "day", "");
  assert_found (harness, "ice", "1");
  harness_free (harness);
}

#define N_FILES 20000

/* The names of one that is too large to be read at once follow later, and then as they are. */
static void
test_large_renamed (void)
{
  Harness *harness = make_filled ();
  g_auto (GStrv) paths = g_new0 (char *, N_FILES + 1);
  guint i;

  for (i = 0; i < N_FILES; i++)
    paths[i] = g_strdup_printf ("part %u/file number %u.bin", i / 100, i);
  g_assert_true (add (harness, 5, "Large", (const char *const *) paths, N_FILES));
  assert_found (harness, "number 19999.bin", "5");
  rename_to (harness, 5, N_FILES - 1, "Large/part 199/the last.bin");
  assert_found (harness, "the last.bin", "5");
  assert_found (harness, "number 19999.bin", "");
  assert_found (harness, "number 19998.bin", "5");
  harness_free (harness);
}

/* A magnet is found once it is known what it is. */
static void
test_magnet (void)
{
  Harness           *harness = make_filled ();
  ShoalStoreRow      row = harness_row (9);
  ShoalStoreAddition addition = { .row = &row };
  g_autoptr (GBytes) info = make_info ("Later", talks, G_N_ELEMENTS (talks));

  row.metainfo_kind = SHOAL_STORE_METAINFO_NONE;
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_true (harness_wait (harness));
  assert_found (harness, "later", "");
  row.metainfo_kind = SHOAL_STORE_METAINFO_INFO;
  harness_expect (harness);
  shoal_store_set_metainfo (harness->store, &row, info, harness_done, harness);
  g_assert_true (harness_wait (harness));
  assert_found (harness, "later", "9");
  harness_free (harness);
}

/* One that is too large to be read at once is found as well. */
static void
test_large (void)
{
  Harness *harness = make_filled ();
  g_auto (GStrv) paths = g_new0 (char *, N_FILES + 1);
  guint i;

  for (i = 0; i < N_FILES; i++)
    paths[i] = g_strdup_printf ("part %u/file number %u.bin", i / 100, i);
  g_assert_true (add (harness, 5, "Large", (const char *const *) paths, N_FILES));
  assert_found (harness, "number 19999.bin", "5");
  assert_found (harness, "winter", "1 2");
  harness_free (harness);
}

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

/* A database from before: what is in it is found as well, sooner or later, and at once if there is
 * little; one torrent that cannot be read holds up no other. */
static void
test_older (void)
{
  Harness *harness = make_filled ();

  g_assert_true (harness_close (harness, TRUE));
  run_sql (harness->path,
           "DELETE FROM names; INSERT INTO unnamed SELECT id FROM torrents;"
           "UPDATE metainfo SET bytes = x'00' WHERE torrent_id = 1;");
  g_assert_true (harness_open (harness));
  assert_found (harness, "winter", "2");
  harness_free (harness);
}

static int
read_number (const char *path, const char *sql)
{
  sqlite3      *handle = NULL;
  sqlite3_stmt *statement = NULL;
  int           number;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_prepare_v2 (handle, sql, -1, &statement, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_ROW);
  number = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  return number;
}

/* The step that brought names. */
#define NAMES_STEP 4

static void
test_migration (void)
{
  Harness         *harness = harness_new ();
  g_autofree char *folder = g_path_get_dirname (harness->path);
  g_autoptr (GBytes) info = make_info ("Talks", talks, G_N_ELEMENTS (talks));
  sqlite3      *handle = NULL;
  sqlite3_stmt *statement = NULL;
  guint32       version;
  gsize         len;
  gconstpointer data = g_bytes_get_data (info, &len);

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  g_assert_cmpint (sqlite3_open (harness->path, &handle), ==, SQLITE_OK);
  g_assert_true (shoal_store_schema_migrate (
      handle, shoal_store_schema_steps, NAMES_STEP - 1, &version, NULL));
  g_assert_cmpint (
      sqlite3_exec (handle,
                    "INSERT INTO torrents (id, info_hash_v1, metainfo_kind, name, save_path,"
                    "  save_device, save_inode, save_fs_id, total_size, is_private, added_at,"
                    "  removed_at, paused, seeds, sequential, no_dht, no_pex, no_lsd,"
                    "  down_limit_bps, up_limit_bps, max_peers, max_uploads, seed_ratio_permille,"
                    "  seed_idle_minutes, queue_position)"
                    " SELECT value, randomblob (20), value = 3, 'old', x'2f', 0, 0, 0, 9, 0, 1, 0,"
                    "  0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 FROM json_each ('[3, 4]')",
                    NULL,
                    NULL,
                    NULL),
      ==,
      SQLITE_OK);
  g_assert_cmpint (
      sqlite3_prepare_v2 (handle, "INSERT INTO metainfo VALUES (3, ?)", -1, &statement, NULL),
      ==,
      SQLITE_OK);
  sqlite3_bind_blob (statement, 1, data, (int) len, SQLITE_STATIC);
  g_assert_cmpint (sqlite3_step (statement), ==, SQLITE_DONE);
  sqlite3_finalize (statement);
  sqlite3_close (handle);
  g_assert_true (harness_open (harness));
  assert_found (harness, "winter 2.ogg", "3");
  g_assert_true (harness_close (harness, TRUE));
  g_assert_cmpint (read_number (harness->path, "SELECT count(*) FROM unnamed"), ==, 0);
  g_assert_cmpint (read_number (harness->path, "SELECT count(*) FROM names"), ==, 1);
  harness_free (harness);
}

/* Who types on asks anew: the last one counts, and each is answered once. */
static void
test_overtaken (void)
{
  static const char *const texts[] = { "w", "wi", "win", "wint", "winter 1.ogg" };
  Harness                 *harness = make_filled ();
  Found                    found[G_N_ELEMENTS (texts)] = { 0 };
  guint                    last = G_N_ELEMENTS (texts) - 1, i;

  for (i = 0; i <= last; i++)
    shoal_store_search (harness->store, texts[i], found_cb, &found[i]);
  harness_wait_for (harness, &found[last].n_answers);
  for (i = 0; i <= last; i++)
    {
      g_assert_cmpuint (found[i].n_answers, ==, 1);
      g_assert_false (found[i].has_error);
    }
  g_assert_cmpuint (found[last].ids->len, ==, 1);
  for (i = 0; i <= last; i++)
    g_clear_pointer (&found[i].ids, g_array_unref);
  harness_free (harness);
}

static void
test_closed (void)
{
  Harness *harness = make_filled ();
  Found    found = { 0 };

  g_assert_true (harness_close (harness, TRUE));
  harness->store = shoal_store_new (harness->context, NULL, NULL);
  shoal_store_search (harness->store, "winter", found_cb, &found);
  harness_wait_for (harness, &found.n_answers);
  g_assert_true (found.has_error);
  g_assert_null (found.ids);
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/names/fold", test_fold);
  g_test_add_func ("/store/names/query", test_query);
  g_test_add_func ("/store/names/limit", test_limit);
  g_test_add_func ("/store/names/search", test_search);
  g_test_add_func ("/store/names/changes", test_changes);
  g_test_add_func ("/store/names/magnet", test_magnet);
  g_test_add_func ("/store/names/large", test_large);
  g_test_add_func ("/store/names/large-renamed", test_large_renamed);
  g_test_add_func ("/store/names/older", test_older);
  g_test_add_func ("/store/names/migration", test_migration);
  g_test_add_func ("/store/names/overtaken", test_overtaken);
  g_test_add_func ("/store/names/closed", test_closed);
  return g_test_run ();
}
