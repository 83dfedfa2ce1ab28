/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include <sqlite3.h>

#include "store-harness.h"

/* What a person says of torrents: labels, bans, and where trackers stand. */

#define FIRST ((ShoalTorrentId){ 1 })

static gboolean
add (Harness *self, guint32 id, const char *const *labels)
{
  ShoalStoreRow row = harness_row (id);
  g_autoptr (GBytes) metainfo = g_bytes_new_static ("d4:infod0:e", 11);
  ShoalStoreAddition addition = { .row = &row, .metainfo = metainfo };
  g_autoptr (ShoalWords) words = shoal_words_new (labels);

  row.labels = words;
  harness_expect (self);
  shoal_store_add (self->store, &addition, harness_done, self);
  return harness_wait (self);
}

static void
set (Harness *self, guint32 id, const char *const *labels)
{
  g_autoptr (ShoalWords) words = shoal_words_new (labels);

  harness_expect (self);
  shoal_store_set_labels (self->store, (ShoalTorrentId){ id }, words, harness_done, self);
}

/* "a, b": of torrent @id. */
static char *
get (Harness *self, guint32 id)
{
  const ShoalStoreListing *listing = harness_load_all (self);
  guint                    i;

  for (i = 0; i < listing->rows->len; i++)
    {
      const ShoalStoreRow *row = g_ptr_array_index (listing->rows, i);

      if (row->id.value == id)
        return row->labels != NULL ? g_strjoinv (", ", row->labels->items) : g_strdup ("");
    }
  return g_strdup ("gone");
}

#define assert_labels(harness, id, expected)                                                       \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *all = get (harness, id);                                                      \
    g_assert_cmpstr (all, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static void
run_sql (const char *path, const char *sql)
{
  sqlite3 *handle = NULL;

  g_assert_cmpint (sqlite3_open (path, &handle), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (handle, sql, NULL, NULL, NULL), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_close (handle), ==, SQLITE_OK);
}

static void
test_labels (void)
{
  static const char *const two[] = { "linux", "Größe", NULL };
  static const char *const one[] = { "music", NULL };
  Harness                 *harness = harness_new ();
  guint                    round;

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, two));
  g_assert_true (add (harness, 2, NULL));
  g_assert_true (add (harness, 3, one));
  for (round = 0; round < 2; round++)
    {
      assert_labels (harness, 1, "Größe, linux");
      assert_labels (harness, 2, "");
      assert_labels (harness, 3, "music");
      g_assert_true (harness_close (harness, TRUE));
      g_assert_true (harness_open (harness));
    }
  set (harness, 1, one);
  g_assert_true (harness_wait (harness));
  set (harness, 3, NULL);
  g_assert_true (harness_wait (harness));
  assert_labels (harness, 1, "music");
  assert_labels (harness, 3, "");
  set (harness, 77, one);
  g_assert_false (harness_wait (harness));
  assert_error (harness, NOT_FOUND);
  harness_free (harness);
}

/* With the torrent they go. */
static void
test_removed (void)
{
  static const char *const one[] = { "music", NULL };
  Harness                 *harness = harness_new ();
  ShoalStoreIntent         intent = { .kind = SHOAL_STORE_INTENT_REMOVE };

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, one));
  harness_expect (harness);
  shoal_store_finish_intent (harness->store, FIRST, &intent, harness_done, harness);
  g_assert_true (harness_wait (harness));
  g_assert_true (add (harness, 1, NULL));
  assert_labels (harness, 1, "");
  harness_free (harness);
}

static void
test_hostile (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, NULL));
  g_assert_true (add (harness, 2, NULL));
  g_assert_true (harness_close (harness, TRUE));
  run_sql (harness->path,
           "INSERT INTO labels VALUES (1, CAST (x'ff41' AS TEXT)), (1, 'good'), (1, ''),"
           " (1, CAST (x'610062' AS TEXT)), (500, 'nobody'), (2, 'x')");
  g_assert_true (harness_open (harness));
  assert_labels (harness, 1, "good");
  assert_labels (harness, 2, "x");
  harness_free (harness);
}

static ShoalStoreBan
make_ban (const char *text, guint8 reason)
{
  ShoalStoreBan ban = { .until = G_MAXINT64, .reason = reason };

  g_assert_true (shoal_base_address_parse (&ban.address, text));
  return ban;
}

static void
add_ban (Harness *harness, const char *text, guint8 reason)
{
  ShoalStoreBan ban = make_ban (text, reason);

  harness_expect (harness);
  shoal_store_add_ban (harness->store, FIRST, &ban, harness_done, harness);
  g_assert_true (harness_wait (harness));
}

static void
drop_bans (Harness *harness, const char *text)
{
  ShoalStoreBan ban = { 0 };

  if (text != NULL)
    ban = make_ban (text, 0);
  harness_expect (harness);
  shoal_store_drop_bans (
      harness->store, FIRST, text != NULL ? &ban.address : NULL, harness_done, harness);
  g_assert_true (harness_wait (harness));
}

static const ShoalStoreBan *
get_ban (Harness *harness, guint index)
{
  return &g_array_index (harness->torrent->bans, ShoalStoreBan, index);
}

/* Of a torrent that nobody has in memory. */
static void
test_bans (void)
{
  Harness *harness = harness_new ();

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, NULL));
  add_ban (harness, "127.0.0.1:1000", 1);
  add_ban (harness, "127.0.0.1:2000", 0);
  add_ban (harness, "127.0.0.1:2000", 1);
  g_assert_true (harness_close (harness, TRUE));
  g_assert_true (harness_open (harness));
  g_assert_nonnull (harness_load (harness, 1));
  g_assert_cmpuint (harness->torrent->bans->len, ==, 2);
  g_assert_cmpuint (get_ban (harness, 0)->address.port, ==, 1000);
  g_assert_cmpuint (get_ban (harness, 1)->reason, ==, 1);
  drop_bans (harness, "127.0.0.1:1000");
  drop_bans (harness, "127.0.0.1:3000");
  g_assert_nonnull (harness_load (harness, 1));
  g_assert_cmpuint (harness->torrent->bans->len, ==, 1);
  g_assert_cmpuint (get_ban (harness, 0)->address.port, ==, 2000);
  drop_bans (harness, NULL);
  g_assert_nonnull (harness_load (harness, 1));
  g_assert_cmpuint (harness->torrent->bans->len, ==, 0);
  harness_free (harness);
}

static void
test_trackers (void)
{
  static const ShoalStoreTracker trackers[] = {
    { .url = "https://one.example/announce", .by_person = 1, .in_tiers = 1 },
    { .url = "https://two.example/announce", .by_person = 1 },
  };
  Harness             *harness = harness_new ();
  const ShoalStoreRow *row;

  g_assert_true (harness_open (harness));
  g_assert_true (add (harness, 1, NULL));
  shoal_store_save_trackers (harness->store, FIRST, trackers, G_N_ELEMENTS (trackers));
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpuint (row->n_trackers, ==, 2);
  g_assert_true (row->trackers[0].in_tiers);
  g_assert_false (row->trackers[1].in_tiers);
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/labels/labels", test_labels);
  g_test_add_func ("/store/labels/removed", test_removed);
  g_test_add_func ("/store/labels/hostile", test_hostile);
  g_test_add_func ("/store/labels/bans", test_bans);
  g_test_add_func ("/store/labels/trackers", test_trackers);
  return g_test_run ();
}
