/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "piece/shoal-piece-resume.h"

/* From "written" to "durable". A checkpoint copies the set of pieces that are had, syncs the files,
 * and commits exactly the copied set. */

#define MAX_NEW_BYTES (256 * 1024 * 1024)

static void finish (ShoalTorrent *self);

/* Block maps of the unfinished pieces: what of them lies on disk. */
static GArray *
collect_partials (ShoalTorrent *self)
{
  GArray *partials = g_array_new (FALSE, TRUE, sizeof (ShoalStorePartial));
  g_autoptr (GArray) pieces = shoal_piece_resume_list (self->ledger);
  guint i;

  for (i = 0; i < pieces->len; i++)
    {
      guint32           piece = g_array_index (pieces, guint32, i);
      ShoalStorePartial row = { piece, shoal_piece_resume_export (self->ledger, piece) };

      g_array_append_val (partials, row);
    }
  return partials;
}

static void
free_partials (GArray *partials)
{
  guint i;

  for (i = 0; i < partials->len; i++)
    g_bytes_unref (g_array_index (partials, ShoalStorePartial, i).blocks);
  g_array_unref (partials);
}

/* The kernel may have dropped pages of a file whose sync failed: what was written to it since the
 * last good checkpoint is hashed from the device before it counts again. */
static void
distrust (ShoalTorrent *self, const ShoalDiskSyncResult *result)
{
  g_autoptr (ShoalBaseBitset) pieces =
      shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));
  guint i, piece, first, last;

  for (i = 0; i < result->n_failed; i++)
    if (shoal_codec_layout_get_file_pieces (self->layout, result->failed[i], &first, &last))
      for (piece = first; piece <= last; piece++)
        if (shoal_base_bitset_get (self->durable.since, piece))
          shoal_base_bitset_set (pieces, piece, TRUE);
  for (piece = shoal_base_bitset_next_set (pieces, 0); piece < shoal_base_bitset_get_size (pieces);
       piece = shoal_base_bitset_next_set (pieces, piece + 1))
    shoal_torrent_doubt_piece (self, piece);
  self->is_device_doubted = TRUE;
}

static void
committed_cb (gpointer user_data, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (error != NULL)
    {
      self->durable.is_dirty = TRUE;
      shoal_base_bitset_add (self->durable.open, self->durable.closing);
      shoal_torrent_fail_state (self, error);
    }
  else
    {
      shoal_base_bitset_subtract (self->durable.since, self->durable.copied);
      self->is_complete_durable =
          shoal_piece_map_is_finished (self->map) && !self->durable.is_dirty;
      shoal_torrent_review_complete (self);
    }
  finish (self);
  shoal_torrent_settle (self);
}

/* Marked while the sync ran, or to be marked: the commit must leave it open. */
static gboolean
is_marked (const ShoalTorrent *self, guint bit)
{
  return shoal_base_bitset_get (self->durable.marked, bit) ||
         shoal_base_bitset_get (self->durable.asked, bit);
}

static void
add_file (ShoalTorrent *self, GArray *files, const ShoalDiskFileStat *stat)
{
  guint          parts = shoal_codec_layout_get_n_files (self->layout);
  guint          bit = MIN (stat->file, parts);
  ShoalStoreFile row = {
    .file = bit == parts ? SHOAL_STORE_PARTS_FILE : bit,
    .priority = SHOAL_STORE_PRIORITY_UNSET,
    .size = stat->exists ? (gint64) stat->size : -1,
    .mtime_ns = stat->mtime_nsec,
    .open_for_write = is_marked (self, bit),
  };

  g_array_append_val (files, row);
  if (!row.open_for_write && shoal_base_bitset_set (self->durable.open, bit, FALSE))
    shoal_base_bitset_set (self->durable.closing, bit, TRUE);
}

/* The files of a commit: sizes and times after the sync, and which were marked again meanwhile.
 * What the database has open, and the sync did not name, is not there: it was marked, and then not
 * written. */
static GArray *
make_files (ShoalTorrent *self, const ShoalDiskSyncResult *result)
{
  GArray *files = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  g_autoptr (ShoalBaseBitset) absent = shoal_base_bitset_copy (self->durable.open);
  guint i;

  shoal_base_bitset_set_all (self->durable.closing, FALSE);
  for (i = 0; i < result->n_files; i++)
    {
      add_file (self, files, &result->files[i]);
      shoal_base_bitset_set (absent, result->files[i].file, FALSE);
    }
  for (i = shoal_base_bitset_next_set (absent, 0); i < shoal_base_bitset_get_size (absent);
       i = shoal_base_bitset_next_set (absent, i + 1))
    if (!is_marked (self, i))
      add_file (self, files, &(ShoalDiskFileStat){ .file = i });
  return files;
}

static void
commit (ShoalTorrent *self, const ShoalDiskSyncResult *result)
{
  g_autoptr (GArray) files = make_files (self, result);
  GArray              *partials = collect_partials (self);
  ShoalStoreCheckpoint checkpoint = {
    .durable = self->durable.copied,
    .files = (const ShoalStoreFile *) files->data,
    .n_files = files->len,
    .partials = (const ShoalStorePartial *) partials->data,
    .n_partials = partials->len,
  };

  self->n_pending++;
  shoal_torrent_save_written (self); /* what was finished meanwhile is in no block map any more */
  shoal_store_commit_durable (self->env->store, self->id, &checkpoint, committed_cb, self);
  free_partials (partials);
}

/* What came into doubt while the sync ran is not made durable. */
static void
keep_had (ShoalTorrent *self)
{
  g_autoptr (ShoalBaseBitset) lost = shoal_base_bitset_copy (self->durable.copied);

  shoal_base_bitset_subtract (lost, shoal_piece_map_get_have (self->map));
  shoal_base_bitset_subtract (self->durable.copied, lost);
}

static void
synced_cb (const ShoalDiskSyncResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (result->error != NULL)
    {
      self->durable.is_dirty = TRUE;
      shoal_torrent_fail_storage (self, result->error);
      distrust (self, result);
      finish (self);
    }
  else
    {
      shoal_torrent_notice_changes (self, shoal_piece_map_is_finished (self->map));
      keep_had (self);
      commit (self, result);
    }
  shoal_torrent_settle (self);
}

void
shoal_torrent_save_written (ShoalTorrent *self)
{
  g_autoptr (ShoalBaseBitset) written = NULL;

  if (!self->durable.is_written_dirty)
    return;
  self->durable.is_written_dirty = FALSE;
  written = shoal_base_bitset_copy (shoal_piece_map_get_have (self->map));
  /* What is in doubt is claimed all the same: the next start hashes it instead of fetching it. */
  if (self->doubted != NULL)
    shoal_base_bitset_add (written, self->doubted);
  if (self->to_check != NULL)
    shoal_base_bitset_add (written, self->to_check);
  shoal_store_save_written (self->env->store, self->id, written);
}

/* The marks start anew; files of writes under way stay marked, since their bytes may come after the
 * sync. */
static void
restart_marks (ShoalTorrent *self)
{
  guint i;

  shoal_base_bitset_set_all (self->durable.marked, FALSE);
  for (i = 0; i < self->durable.writing->len; i++)
    shoal_torrent_add_files_of (
        self, g_array_index (self->durable.writing, guint, i), self->durable.marked);
}

/* A checkpoint names every file that the database has open, written since the last one or not: that
 * one may have failed after it had synced some of them. */
static void
sync_open (ShoalTorrent *self)
{
  const ShoalBaseBitset *open = self->durable.open;
  guint                  file;

  for (file = shoal_base_bitset_next_set (open, 0); file < shoal_base_bitset_get_size (open);
       file = shoal_base_bitset_next_set (open, file + 1))
    shoal_disk_storage_sync_also (self->storage, file);
}

void
shoal_torrent_checkpoint (ShoalTorrent *self)
{
  if (self->storage == NULL || self->phase == SHOAL_TORRENT_PHASE_CHECKING)
    return;
  if (self->durable.copied != NULL)
    {
      self->durable.is_wanted = TRUE;
      return;
    }
  shoal_torrent_save_written (self);
  self->durable.copied = shoal_base_bitset_copy (shoal_piece_map_get_have (self->map));
  self->durable.is_dirty = FALSE;
  self->durable.new_bytes = 0;
  self->durable.began_usec = shoal_net_reactor_get_now (self->env->reactor);
  restart_marks (self);
  sync_open (self);
  self->n_pending++;
  shoal_disk_storage_sync (self->storage, shoal_piece_map_is_finished (self->map), synced_cb, self);
}

/* A running checkpoint is over, well or not. */
static void
finish (ShoalTorrent *self)
{
  gboolean is_wanted = self->durable.is_wanted;

  g_clear_pointer (&self->durable.copied, shoal_base_bitset_free);
  self->durable.is_wanted = FALSE;
  if (is_wanted && self->durable.is_dirty && self->problem == NULL)
    shoal_torrent_checkpoint (self);
}

void
shoal_torrent_checkpoint_tick (ShoalTorrent *self, gint64 now_usec)
{
  shoal_torrent_save_written (self);
  if (shoal_torrent_checkpoint_is_done (self) || self->durable.copied != NULL)
    return;
  if (now_usec - self->durable.began_usec >= self->env->checkpoint_usec ||
      self->durable.new_bytes >= MAX_NEW_BYTES)
    shoal_torrent_checkpoint (self);
}

gboolean
shoal_torrent_checkpoint_is_done (const ShoalTorrent *self)
{
  return !self->durable.is_dirty && self->durable.n_asking == 0 && self->durable.copied == NULL &&
         shoal_base_bitset_is_empty (self->durable.open);
}
