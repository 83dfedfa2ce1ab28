/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "store-harness.h"

static ShoalTorrentId
id_of (guint32 value)
{
  return (ShoalTorrentId){ value };
}

static void
reopen (Harness *harness)
{
  g_assert_true (harness_close (harness, TRUE));
  g_assert_true (harness_open (harness));
}

static void
assert_row_equal (const ShoalStoreRow *a, const ShoalStoreRow *b)
{
  guint i;

  g_assert_cmpuint (a->id.value, ==, b->id.value);
  g_assert_cmpint ((int) a->metainfo_kind, ==, (int) b->metainfo_kind);
  g_assert_true (a->hashes.has_v1 == b->hashes.has_v1 && a->hashes.has_v2 == b->hashes.has_v2);
  g_assert_cmpmem (&a->hashes.v1, sizeof a->hashes.v1, &b->hashes.v1, sizeof b->hashes.v1);
  g_assert_cmpmem (&a->hashes.v2, sizeof a->hashes.v2, &b->hashes.v2, sizeof b->hashes.v2);
  g_assert_cmpstr (a->name, ==, b->name);
  g_assert_cmpstr (a->source, ==, b->source);
  g_assert_cmpstr (a->save_path, ==, b->save_path);
  g_assert_cmpstr (a->root_name, ==, b->root_name);
  g_assert_cmpmem (&a->folder, sizeof a->folder, &b->folder, sizeof b->folder);
  g_assert_cmpuint (a->total_size, ==, b->total_size);
  g_assert_cmpint (a->added_at, ==, b->added_at);
  g_assert_cmpint (a->removed_at, ==, b->removed_at);
  g_assert_cmpmem (&a->options, sizeof a->options, &b->options, sizeof b->options);
  g_assert_cmpmem (&a->stats,
                   G_STRUCT_OFFSET (ShoalStoreStats, left_bytes),
                   &b->stats,
                   G_STRUCT_OFFSET (ShoalStoreStats, left_bytes));
  g_assert_cmpuint (a->stats.left_bytes, ==, b->stats.left_bytes);
  g_assert_true (a->stats.is_settled == b->stats.is_settled);
  g_assert_true (a->is_private == b->is_private);
  g_assert_true (a->has_tiers == b->has_tiers);
  g_assert_cmpuint (a->n_trackers, ==, b->n_trackers);
  for (i = 0; i < a->n_trackers; i++)
    {
      g_assert_cmpstr (a->trackers[i].url, ==, b->trackers[i].url);
      g_assert_cmpstr (a->trackers[i].tracker_id, ==, b->trackers[i].tracker_id);
      g_assert_cmpuint (a->trackers[i].tier, ==, b->trackers[i].tier);
      g_assert_true (a->trackers[i].by_person == b->trackers[i].by_person);
      g_assert_true (a->trackers[i].by_stranger == b->trackers[i].by_stranger);
    }
}

static ShoalStoreRow
make_full_row (guint32 id)
{
  ShoalStoreRow row = harness_row (id);

  row.name = "Größe 大";
  row.source = NULL;
  row.save_path = "/tmp/bytes \xff\xfe";
  row.root_name = "re\xffnamed";
  row.folder = (ShoalStoreFolder){ G_MAXUINT64, G_MAXUINT64 - 1, 3 };
  row.total_size = G_MAXINT64;
  row.removed_at = 77;
  row.is_private = 1;
  row.hashes.has_v2 = 1;
  memset (row.hashes.v2.bytes, (int) id, sizeof row.hashes.v2.bytes);
  row.options = (ShoalStoreOptions){ .down_limit_bps = 1,
                                     .up_limit_bps = 2,
                                     .max_peers = 3,
                                     .max_uploads = 4,
                                     .goals = { 1500, 5, 6, SHOAL_GOAL_ACTION_REMOVE },
                                     .goals_from_bytes = G_MAXUINT64,
                                     .goals_from_seconds = 8,
                                     .queue_position = -7,
                                     .encryption = 3,
                                     .play_first = 9,
                                     .paused = 1,
                                     .sequential = 1,
                                     .asks = 1,
                                     .no_pex = 1,
                                     .has_goals = 1,
                                     .met_goal = 1,
                                     .is_late = 1 };
  row.stats = (ShoalStoreStats){ G_MAXUINT64, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 1 };
  row.has_tiers = 1;
  return row;
}

/* All that is given comes back, after a restart too. */
static void
test_add (void)
{
  Harness       *harness = harness_new ();
  ShoalStoreRow  plain = harness_row (1), full = make_full_row (7);
  ShoalStoreFile files[] = { { .file = 0, .priority = 0 }, { .file = 9, .priority = 3 } };
  g_autoptr (GBytes) metainfo = g_bytes_new_static ("d4:infod0:e", 11);
  ShoalStoreAddition       addition = { &full, metainfo, files, G_N_ELEMENTS (files) };
  const ShoalStoreListing *listing;
  const ShoalStoreTorrent *torrent;
  int                      round;

  g_assert_true (harness_open (harness));
  g_assert_true (harness->is_new);
  g_assert_cmpuint (harness->last_id.value, ==, 0);
  g_assert_true (harness_add (harness, 1, 5000));
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_true (harness_wait (harness));
  for (round = 0; round < 2; round++)
    {
      listing = harness_load_all (harness);
      g_assert_cmpuint (listing->n_unreadable, ==, 0);
      g_assert_cmpuint (listing->rows->len, ==, 2);
      assert_row_equal (g_ptr_array_index (listing->rows, 0), &plain);
      assert_row_equal (g_ptr_array_index (listing->rows, 1), &full);
      torrent = harness_load (harness, 7);
      g_assert_true (g_bytes_equal (torrent->metainfo, metainfo));
      g_assert_null (torrent->written);
      g_assert_cmpuint (torrent->files->len, ==, 2);
      g_assert_cmpint (g_array_index (torrent->files, ShoalStoreFile, 1).priority, ==, 3);
      g_assert_cmpint (g_array_index (torrent->files, ShoalStoreFile, 1).size, ==, -1);
      reopen (harness);
      g_assert_true (harness->was_clean);
      g_assert_false (harness->is_new);
      g_assert_cmpuint (harness->last_id.value, ==, 7);
    }
  harness_free (harness);
}

static void
test_refused (void)
{
  Harness      *harness = harness_new ();
  ShoalStoreRow row = harness_row (1);
  g_autoptr (GBytes) metainfo = g_bytes_new_static ("x", 1);
  ShoalStoreAddition addition = { .row = &row, .metainfo = metainfo };

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 1));
  g_assert_false (harness_add (harness, 1, 1));
  assert_error (harness, EXISTS);
  row.id.value = 2; /* the same hash */
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_false (harness_wait (harness));
  assert_error (harness, EXISTS);
  row.hashes.has_v1 = 0; /* no hash at all */
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_false (harness_wait (harness));
  assert_error (harness, INVALID);
  row = harness_row (3);
  row.name = NULL;
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_false (harness_wait (harness));
  assert_error (harness, INVALID);
  g_assert_null (harness_load (harness, 2));
  assert_error (harness, NOT_FOUND);
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 1);
  harness_free (harness);
}

static void
intend (Harness *harness, guint32 id, ShoalStoreIntent intent, int step)
{
  harness_expect (harness);
  if (step == 0)
    shoal_store_begin_intent (harness->store, id_of (id), &intent, harness_done, harness);
  else if (step == 1)
    shoal_store_finish_intent (harness->store, id_of (id), &intent, harness_done, harness);
  else
    shoal_store_drop_intent (harness->store, id_of (id), &intent, harness_done, harness);
  harness_wait (harness);
}

static void
test_intents (void)
{
  Harness             *harness = harness_new ();
  const ShoalStoreRow *row;
  ShoalStoreIntent     move = { SHOAL_STORE_INTENT_MOVE, 0, "/new \xff", { 1, 2, 3 } };
  ShoalStoreIntent     rename = { SHOAL_STORE_INTENT_RENAME, 4, "dir/new name" };
  ShoalStoreIntent     root = { SHOAL_STORE_INTENT_RENAME, SHOAL_STORE_ROOT, "top" };
  ShoalStoreIntent     remove = { SHOAL_STORE_INTENT_REMOVE_FILES };
  ShoalStoreFile      *file;

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_true (harness_add (harness, 2, 10));
  intend (harness, 1, move, 0);
  intend (harness, 1, rename, 0);
  intend (harness, 1, root, 0);
  intend (harness, 3, root, 0);
  assert_error (harness, NOT_FOUND);
  intend (harness, 2, remove, 0);
  reopen (harness);
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpuint (row->n_intents, ==, 3);
  g_assert_cmpint ((int) row->intents[0].kind, ==, (int) SHOAL_STORE_INTENT_MOVE);
  g_assert_cmpstr (row->intents[0].target, ==, move.target);
  g_assert_cmpmem (&row->intents[0].folder, sizeof move.folder, &move.folder, sizeof move.folder);
  g_assert_cmpuint (row->intents[1].file, ==, 4);
  g_assert_cmpuint (row->intents[2].file, ==, SHOAL_STORE_ROOT);
  intend (harness, 1, move, 1);
  intend (harness, 1, rename, 1);
  intend (harness, 1, root, 2);
  intend (harness, 2, remove, 1);
  reopen (harness);
  g_assert_cmpuint (harness->last_id.value, ==, 2);
  g_assert_cmpuint (harness_load_all (harness)->rows->len, ==, 1);
  row = g_ptr_array_index (harness->listing->rows, 0);
  g_assert_cmpuint (row->n_intents, ==, 0);
  g_assert_cmpstr (row->save_path, ==, move.target);
  g_assert_cmpuint (row->folder.inode, ==, 2);
  g_assert_null (row->root_name);
  file = &g_array_index (harness_load (harness, 1)->files, ShoalStoreFile, 0);
  g_assert_cmpuint (file->file, ==, 4);
  g_assert_cmpstr (file->renamed_path, ==, "dir/new name");
  intend (harness, 1, root, 1);
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpstr (row->root_name, ==, "top");
  intend (harness, 2, remove, 1);
  assert_error (harness, NOT_FOUND);
  harness_free (harness);
}

/* A folder: its intent knows where it was, and with it go the paths of all that is in it. */
static void
test_rename_folder (void)
{
  Harness         *harness = harness_new ();
  ShoalStoreIntent folder = { SHOAL_STORE_INTENT_RENAME, SHOAL_STORE_SUBFOLDER, "top/new \xff" };
  ShoalStoreIntent root = { SHOAL_STORE_INTENT_RENAME, SHOAL_STORE_ROOT, "high" };
  const ShoalStoreFile rows[] = { { .file = 2, .renamed_path = "top/new \xff/a", .size = 99 },
                                  { .file = 7, .renamed_path = "top/new \xff/b" } };
  const ShoalStoreFile later = { .file = 7, .renamed_path = "high/new \xff/b" };
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (ShoalStoreFile));
  const ShoalStoreRow *row;
  const GArray        *found;

  folder.source = "top/old";
  g_array_append_vals (files, rows, G_N_ELEMENTS (rows));
  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  intend (harness, 1, folder, 0);
  reopen (harness);
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpuint (row->n_intents, ==, 1);
  g_assert_cmpuint (row->intents[0].file, ==, SHOAL_STORE_SUBFOLDER);
  g_assert_cmpstr (row->intents[0].source, ==, folder.source);
  g_assert_cmpstr (row->intents[0].target, ==, folder.target);
  harness_expect (harness);
  shoal_store_finish_rename (harness->store, id_of (1), &folder, files, harness_done, harness);
  harness_wait (harness);
  g_array_set_size (files, 0);
  g_array_append_val (files, later);
  harness_expect (harness);
  shoal_store_finish_rename (harness->store, id_of (1), &root, files, harness_done, harness);
  harness_wait (harness);
  reopen (harness);
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpuint (row->n_intents, ==, 0);
  g_assert_cmpstr (row->root_name, ==, "high");
  found = harness_load (harness, 1)->files;
  g_assert_cmpuint (found->len, ==, 2);
  g_assert_cmpuint (g_array_index (found, ShoalStoreFile, 0).file, ==, 2);
  g_assert_cmpstr (g_array_index (found, ShoalStoreFile, 0).renamed_path, ==, rows[0].renamed_path);
  g_assert_cmpint (g_array_index (found, ShoalStoreFile, 0).size, ==, -1);
  g_assert_cmpstr (g_array_index (found, ShoalStoreFile, 1).renamed_path, ==, later.renamed_path);
  harness_free (harness);
}

static void
test_changes (void)
{
  Harness          *harness = harness_new ();
  ShoalStoreRow     expected = harness_row (1);
  ShoalStoreOptions options = {
    .paused = 1, .sequential = 1, .up_limit_bps = 5, .encryption = 4, .play_first = 70000
  };
  ShoalStoreFolder  folder = { 7, 8, 9 };
  ShoalStoreFile    files[] = { { .file = 3, .priority = 0 } };
  ShoalStoreStats   stats = { .payload_up = 12, .completed_at = 99 };
  ShoalStoreTracker trackers[] = { { .url = "udp://three.example:1", .tier = 2 },
                                   { .url = "udp://two.example:80", .tier = 3 } };

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  harness_expect (harness);
  shoal_store_set_options (harness->store, id_of (1), &options, NULL, NULL);
  shoal_store_set_folder (harness->store, id_of (1), &folder, NULL, NULL);
  shoal_store_set_priorities (harness->store, id_of (1), files, 1, NULL, NULL);
  shoal_store_save_stats (harness->store, id_of (1), &stats);
  shoal_store_save_trackers (harness->store, id_of (1), trackers, 2);
  shoal_store_set_removed (harness->store, id_of (1), 4, harness_done, harness);
  g_assert_true (harness_wait (harness));
  reopen (harness);
  expected.options = options;
  expected.folder = folder;
  expected.stats = stats;
  expected.trackers = trackers;
  expected.has_tiers = 1;
  expected.removed_at = 4;
  assert_row_equal (g_ptr_array_index (harness_load_all (harness)->rows, 0), &expected);
  g_assert_cmpint (
      g_array_index (harness_load (harness, 1)->files, ShoalStoreFile, 0).priority, ==, 0);
  harness_expect (harness);
  shoal_store_set_removed (harness->store, id_of (5), 4, harness_done, harness);
  g_assert_false (harness_wait (harness));
  assert_error (harness, NOT_FOUND);
  harness_free (harness);
}

static gboolean
is_settled (Harness *harness)
{
  const ShoalStoreRow *row = g_ptr_array_index (harness_load_all (harness)->rows, 0);

  return row->stats.is_settled;
}

/* A torrent is no longer settled once anything of its data was touched, whatever its stats said
 * last; until they are saved again. */
static void
test_settled (void)
{
  Harness *harness = harness_new ();
  g_autoptr (ShoalBaseBitset) bits = harness_bits (20, 0, 19);
  ShoalStoreFile  files[] = { { .file = 3, .priority = 2 } };
  ShoalStoreStats stats = { .left_bytes = 5, .is_settled = 1 };
  guint32         marked[] = { 0 };
  guint           round;

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_true (harness_add (harness, 2, 10));
  g_assert_false (is_settled (harness));
  for (round = 0; round < 3; round++)
    {
      shoal_store_save_stats (harness->store, id_of (1), &stats);
      g_assert_true (is_settled (harness));
      if (round == 0)
        shoal_store_mark_open (harness->store, id_of (2), marked, 1, NULL, NULL);
      g_assert_true (is_settled (harness));
      if (round == 0)
        shoal_store_mark_open (harness->store, id_of (1), marked, 1, NULL, NULL);
      else if (round == 1)
        shoal_store_save_written (harness->store, id_of (1), bits);
      else
        shoal_store_set_priorities (harness->store, id_of (1), files, 1, NULL, NULL);
      g_assert_false (is_settled (harness));
      reopen (harness);
      g_assert_false (is_settled (harness));
    }
  harness_free (harness);
}

static void
test_magnet (void)
{
  Harness      *harness = harness_new ();
  ShoalStoreRow row = harness_row (1);
  g_autoptr (GBytes) metainfo = g_bytes_new_static ("d0:e", 4);
  ShoalStoreAddition addition = { .row = &row };

  g_assert_true (harness_open (harness));
  row.metainfo_kind = SHOAL_STORE_METAINFO_NONE;
  row.total_size = 0;
  harness_expect (harness);
  shoal_store_add (harness->store, &addition, harness_done, harness);
  g_assert_true (harness_wait (harness));
  g_assert_null (harness_load (harness, 1)->metainfo);
  row.metainfo_kind = SHOAL_STORE_METAINFO_INFO;
  row.total_size = 5;
  row.name = "Now it has one";
  harness_expect (harness);
  shoal_store_set_metainfo (harness->store, &row, metainfo, harness_done, harness);
  g_assert_true (harness_wait (harness));
  assert_row_equal (g_ptr_array_index (harness_load_all (harness)->rows, 0), &row);
  g_assert_true (g_bytes_equal (harness_load (harness, 1)->metainfo, metainfo));
  harness_free (harness);
}

static void
test_bits (void)
{
  Harness *harness = harness_new ();
  g_autoptr (ShoalBaseBitset) written = harness_bits (20, 2, 9);
  g_autoptr (ShoalBaseBitset) durable = harness_bits (20, 2, 5);
  g_autoptr (GBytes) blocks = g_bytes_new_static ("\xf0", 1);
  ShoalStoreFile           files[] = { { .file = 0, .size = 100, .mtime_ns = -5 },
                                       { .file = 2, .size = 0, .mtime_ns = 6, .open_for_write = 1 },
                                       { .file = SHOAL_STORE_PARTS_FILE, .size = 9, .mtime_ns = 1 } };
  ShoalStorePartial        partials[] = { { 11, blocks }, { 12, blocks } };
  ShoalStoreCheckpoint     checkpoint = { durable, files, 3, partials, 2 };
  guint32                  marked[] = { 0, 1 };
  const ShoalStoreTorrent *torrent;
  const ShoalStoreFile    *file;
  gsize                    len;
  gconstpointer            bytes = shoal_base_bitset_get_bytes (written, &len);

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  harness_expect (harness);
  shoal_store_mark_open (harness->store, id_of (1), marked, 2, harness_done, harness);
  g_assert_true (harness_wait (harness));
  shoal_store_save_written (harness->store, id_of (1), durable);
  shoal_store_save_written (harness->store, id_of (1), written);
  harness_expect (harness);
  shoal_store_commit_durable (harness->store, id_of (1), &checkpoint, harness_done, harness);
  g_assert_true (harness_wait (harness));
  torrent = harness_load (harness, 1);
  g_assert_cmpmem (
      bytes, len, g_bytes_get_data (torrent->written, NULL), g_bytes_get_size (torrent->written));
  bytes = shoal_base_bitset_get_bytes (durable, &len);
  g_assert_cmpmem (
      bytes, len, g_bytes_get_data (torrent->durable, NULL), g_bytes_get_size (torrent->durable));
  g_assert_cmpuint (torrent->files->len, ==, 4);
  file = (const ShoalStoreFile *) (gpointer) torrent->files->data;
  g_assert_true (file[0].size == 100 && file[0].mtime_ns == -5 && !file[0].open_for_write);
  g_assert_true (file[1].file == 1 && file[1].size == -1 && file[1].open_for_write);
  g_assert_true (file[2].file == 2 && file[2].size == 0 && file[2].open_for_write);
  g_assert_true (file[3].file == SHOAL_STORE_PARTS_FILE && file[3].size == 9);
  g_assert_cmpint (file[0].priority, ==, SHOAL_STORE_PRIORITY_UNSET);
  g_assert_cmpuint (torrent->partials->len, ==, 2);
  g_assert_cmpuint (g_array_index (torrent->partials, ShoalStorePartial, 1).piece, ==, 12);
  checkpoint.n_partials = 0;
  harness_expect (harness);
  shoal_store_commit_durable (harness->store, id_of (1), &checkpoint, harness_done, harness);
  g_assert_true (harness_wait (harness));
  g_assert_cmpuint (harness_load (harness, 1)->partials->len, ==, 0);
  harness_free (harness);
}

static void
test_addresses (void)
{
  Harness                 *harness = harness_new ();
  ShoalStorePeer           peers[3] = { 0 };
  ShoalStoreBan            bans[2] = { 0 };
  const ShoalStoreTorrent *torrent;
  const ShoalStoreListing *listing;

  shoal_base_address_parse (&peers[0].address, "1.2.3.4:5");
  shoal_base_address_parse (&peers[1].address, "[fe80::1]:5");
  shoal_base_address_parse (&peers[2].address, "[2001:db8::1]:65535");
  peers[2].seen_at = 1700000000;
  peers[2].n_failures = 3;
  shoal_base_address_parse_ip (&bans[0].address, "9.9.9.9");
  bans[0].until = G_MAXINT64;
  shoal_base_address_parse_ip (&bans[1].address, "2001:db8::2");
  bans[1].reason = 4;
  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  shoal_store_save_peers (harness->store, id_of (1), peers, 3);
  shoal_store_save_bans (harness->store, id_of (1), bans, 1);
  shoal_store_save_bans (harness->store, id_of (0), bans, 2);
  torrent = harness_load (harness, 1);
  g_assert_cmpuint (torrent->peers->len, ==, 2);
  g_assert_cmpmem (&g_array_index (torrent->peers, ShoalStorePeer, 1),
                   sizeof (ShoalStorePeer),
                   &peers[2],
                   sizeof (ShoalStorePeer));
  g_assert_cmpuint (torrent->bans->len, ==, 1);
  listing = harness_load_all (harness);
  g_assert_cmpuint (listing->bans->len, ==, 2);
  g_assert_cmpmem (
      listing->bans->data, sizeof bans, bans, listing->bans->len * sizeof (ShoalStoreBan));
  harness_free (harness);
}

static void
on_value (gpointer user_data, GBytes *bytes, const GError *error)
{
  ((Harness *) user_data)->bytes = bytes;
  harness_done (user_data, error);
}

static void
test_values (void)
{
  Harness *harness = harness_new ();
  g_autoptr (GBytes) value = g_bytes_new_static ("", 0);

  g_assert_true (harness_open (harness));
  shoal_store_save_value (harness->store, "empty", value);
  shoal_store_save_value (harness->store, "gone", value);
  shoal_store_save_value (harness->store, "gone", NULL);
  harness_expect (harness);
  shoal_store_load_value (harness->store, "empty", on_value, harness);
  g_assert_true (harness_wait (harness));
  g_assert_nonnull (harness->bytes);
  g_assert_cmpuint (g_bytes_get_size (harness->bytes), ==, 0);
  harness_expect (harness);
  shoal_store_load_value (harness->store, "gone", on_value, harness);
  g_assert_true (harness_wait (harness));
  g_assert_null (harness->bytes);
  harness_free (harness);
}

/* All at once, and who is not there hinders nobody. */
static void
test_positions (void)
{
  Harness             *harness = harness_new ();
  const ShoalStoreRow *row;
  ShoalStorePosition   positions[] = { { { 2 }, -5 }, { { 9 }, 1 }, { { 1 }, G_MAXINT64 } };

  g_assert_true (harness_open (harness));
  g_assert_true (harness_add (harness, 1, 10));
  g_assert_true (harness_add (harness, 2, 10));
  harness_expect (harness);
  shoal_store_set_positions (harness->store, positions, 3, harness_done, harness);
  g_assert_true (harness_wait (harness));
  reopen (harness);
  row = g_ptr_array_index (harness_load_all (harness)->rows, 0);
  g_assert_cmpint (row->options.queue_position, ==, G_MAXINT64);
  row = g_ptr_array_index (harness->listing->rows, 1);
  g_assert_cmpint (row->options.queue_position, ==, -5);
  harness_free (harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/store/torrents/add", test_add);
  g_test_add_func ("/store/torrents/refused", test_refused);
  g_test_add_func ("/store/torrents/intents", test_intents);
  g_test_add_func ("/store/torrents/rename-folder", test_rename_folder);
  g_test_add_func ("/store/torrents/changes", test_changes);
  g_test_add_func ("/store/torrents/positions", test_positions);
  g_test_add_func ("/store/torrents/settled", test_settled);
  g_test_add_func ("/store/torrents/magnet", test_magnet);
  g_test_add_func ("/store/torrents/bits", test_bits);
  g_test_add_func ("/store/torrents/addresses", test_addresses);
  g_test_add_func ("/store/torrents/values", test_values);
  return g_test_run ();
}
