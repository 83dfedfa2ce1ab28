/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "recording-vfs.h"
#include "store-harness.h"

/* A session of adds, saves, checkpoints and removals is recorded once, then the power is cut at
 * each step of it and the database is opened from what a disk would have. */

#define N_PIECES   400
#define N_TORRENTS 12
#define N_ROUNDS   600
#define SEED       20260101

/* What one torrent went through, by points in time; 0: never. */
typedef struct
{
  guint add_begun;
  guint add_done;
  guint remove_begun;
  guint remove_done;
  guint written; /* pieces in memory: 0 … written − 1 */
  /* The data files: pieces 0 … synced − 1 are on the disk since then. */
  GArray *syncs;   /* owned, of Point */
  GArray *commits; /* owned, of Point: that were answered */
} Torrent;

typedef struct
{
  guint at;
  guint n_pieces;
} Point;

typedef struct
{
  Harness        *harness;
  ShoalBaseRandom random;
  Torrent         torrents[N_TORRENTS + 1];
  guint           n_added;
} Story;

static guint
now (void)
{
  return recording_vfs_mark ();
}

static void
add_point (GArray *points, guint n_pieces)
{
  Point point = { now (), n_pieces };

  g_array_append_val (points, point);
}

static void
add (Story *story)
{
  guint32  id = ++story->n_added;
  Torrent *torrent = &story->torrents[id];

  torrent->add_begun = now ();
  g_assert_true (
      harness_add (story->harness, id, 1000 + shoal_base_random_below (&story->random, 400000)));
  torrent->add_done = now ();
}

static void
download (Story *story, guint32 id)
{
  Torrent *torrent = &story->torrents[id];
  g_autoptr (ShoalBaseBitset) bits = NULL;

  torrent->written += 1 + shoal_base_random_below (&story->random, 20);
  torrent->written = MIN (torrent->written, N_PIECES);
  bits = harness_bits (N_PIECES, 0, torrent->written - 1);
  shoal_store_save_written (story->harness->store, (ShoalTorrentId){ id }, bits);
}

/* Copy, sync the data, commit the copy; the download goes on between. */
static void
checkpoint (Story *story, guint32 id)
{
  Torrent *torrent = &story->torrents[id];
  guint    n_copied = torrent->written;
  g_autoptr (ShoalBaseBitset) copy = NULL;
  ShoalStoreFile       file = { .file = 0, .size = n_copied, .mtime_ns = n_copied };
  ShoalStoreCheckpoint point = { .files = &file, .n_files = 1 };

  if (n_copied == 0)
    return;
  copy = harness_bits (N_PIECES, 0, n_copied - 1);
  point.durable = copy;
  add_point (torrent->syncs, n_copied);
  download (story, id);
  harness_expect (story->harness);
  shoal_store_commit_durable (
      story->harness->store, (ShoalTorrentId){ id }, &point, harness_done, story->harness);
  g_assert_true (harness_wait (story->harness));
  add_point (torrent->commits, n_copied);
}

static void
mark (Story *story, guint32 id)
{
  guint32 file = 0;

  harness_expect (story->harness);
  shoal_store_mark_open (
      story->harness->store, (ShoalTorrentId){ id }, &file, 1, harness_done, story->harness);
  g_assert_true (harness_wait (story->harness));
}

static void
remove_torrent (Story *story, guint32 id)
{
  Torrent         *torrent = &story->torrents[id];
  ShoalStoreIntent intent = { SHOAL_STORE_INTENT_REMOVE_FILES };

  torrent->remove_begun = now ();
  harness_expect (story->harness);
  shoal_store_finish_intent (
      story->harness->store, (ShoalTorrentId){ id }, &intent, harness_done, story->harness);
  g_assert_true (harness_wait (story->harness));
  torrent->remove_done = now ();
}

static void
do_something (Story *story)
{
  guint32 id =
      story->n_added > 0 ? 1 + shoal_base_random_below (&story->random, story->n_added) : 0;
  guint32 choice = shoal_base_random_below (&story->random, 10);

  if (id == 0 || (choice == 0 && story->n_added < N_TORRENTS))
    add (story);
  else if (story->torrents[id].remove_begun != 0)
    return;
  else if (choice <= 3)
    checkpoint (story, id);
  else if (choice <= 5)
    mark (story, id);
  else if (choice == 6 && story->n_added > 4 && id % 3 == 0)
    remove_torrent (story, id);
  else
    download (story, id);
}

static void
tell (Story *story)
{
  guint i;

  story->harness = harness_new ();
  shoal_base_random_init (&story->random, SEED);
  for (i = 1; i <= N_TORRENTS; i++)
    {
      story->torrents[i].syncs = g_array_new (FALSE, FALSE, sizeof (Point));
      story->torrents[i].commits = g_array_new (FALSE, FALSE, sizeof (Point));
    }
  recording_vfs_start ();
  g_assert_true (harness_open (story->harness));
  for (i = 0; i < N_ROUNDS; i++)
    do_something (story);
  g_assert_true (harness_close (story->harness, TRUE));
}

static guint
last_point (const GArray *points, guint cut)
{
  guint i, n_pieces = 0;

  for (i = 0; i < points->len; i++)
    if (g_array_index (points, Point, i).at < cut)
      n_pieces = g_array_index (points, Point, i).n_pieces;
  return n_pieces;
}

static guint
count_bits (GBytes *bytes)
{
  gsize            len;
  gconstpointer    data;
  ShoalBaseBitset *bits;
  guint            count;

  if (bytes == NULL)
    return 0;
  data = g_bytes_get_data (bytes, &len);
  bits = shoal_base_bitset_new_from_bytes (N_PIECES, data, len);
  g_assert_nonnull (bits);
  count = shoal_base_bitset_count (bits);
  /* They are always a run from 0: nothing of two sets was mixed. */
  g_assert_cmpuint (shoal_base_bitset_next_clear (bits, 0), ==, count);
  shoal_base_bitset_free (bits);
  return count;
}

static void
check_torrent (const Torrent *torrent, Harness *after, guint32 id, gboolean is_listed, guint cut)
{
  const ShoalStoreTorrent *loaded;
  guint                    n_durable;

  if (torrent->add_done != 0 && torrent->add_done < cut &&
      (torrent->remove_begun == 0 || torrent->remove_begun >= cut))
    g_assert_true (is_listed);
  if (torrent->add_begun == 0 || torrent->add_begun >= cut ||
      (torrent->remove_done != 0 && torrent->remove_done < cut))
    g_assert_false (is_listed);
  if (!is_listed)
    return;
  loaded = harness_load (after, id);
  g_assert_no_error (after->error);
  g_assert_false (loaded->lost_bits);
  n_durable = count_bits (loaded->durable);
  /* What was answered is there; what is there lies on the disk. */
  g_assert_cmpuint (n_durable, >=, last_point (torrent->commits, cut));
  g_assert_cmpuint (n_durable, <=, last_point (torrent->syncs, cut));
  g_assert_cmpuint (n_durable, <=, count_bits (loaded->written));
  if (n_durable > 0)
    g_assert_cmpint (g_array_index (loaded->files, ShoalStoreFile, 0).size, ==, n_durable);
}

static void
check_cut (Story *story, guint cut, RecordingVfsLoss loss)
{
  Harness         *after = harness_new ();
  g_autofree char *folder = g_path_get_dirname (after->path);
  gboolean         is_listed[N_TORRENTS + 1] = { FALSE };
  guint            i;

  g_assert_cmpint (g_mkdir_with_parents (folder, 0700), ==, 0);
  recording_vfs_replay (cut, loss, &story->random, folder);
  recording_vfs_pause (TRUE);
  g_assert_true (harness_open (after));
  g_assert_null (after->set_aside);
  harness_load_all (after);
  g_assert_nonnull (after->listing);
  g_assert_cmpuint (after->listing->n_unreadable, ==, 0);
  for (i = 0; i < after->listing->rows->len; i++)
    {
      const ShoalStoreRow *row = g_ptr_array_index (after->listing->rows, i);

      g_assert_cmpuint (row->id.value, <=, N_TORRENTS);
      is_listed[row->id.value] = TRUE;
    }
  for (i = 1; i <= N_TORRENTS; i++)
    check_torrent (&story->torrents[i], after, i, is_listed[i], cut);
  harness_free (after);
  recording_vfs_pause (FALSE);
}

static void
test_cuts (void)
{
  static Story story;
  guint        n_steps, cut, i, n_cuts = 0;

  /* Each opening syncs a dozen times: in memory that costs nothing. */
  if (g_file_test ("/dev/shm", G_FILE_TEST_IS_DIR))
    g_setenv ("TMPDIR", "/dev/shm", TRUE);
  tell (&story);
  n_steps = recording_vfs_get_n_steps ();
  for (cut = 0; cut <= n_steps; cut += 1 + shoal_base_random_below (&story.random, 24))
    {
      check_cut (&story, cut, (RecordingVfsLoss) (cut % 4));
      check_cut (&story, cut, (RecordingVfsLoss) ((cut + 2) % 4));
      n_cuts += 2;
    }
  g_test_message ("%u steps, %u cuts", n_steps, n_cuts);
  for (i = 1; i <= N_TORRENTS; i++)
    {
      g_array_unref (story.torrents[i].syncs);
      g_array_unref (story.torrents[i].commits);
    }
  recording_vfs_stop ();
  harness_free (story.harness);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  recording_vfs_install ();
  g_test_add_func ("/store/powerloss/cuts", test_cuts);
  return g_test_run ();
}
