/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "piece/shoal-piece-resume.h"
#include "store/shoal-store-resume.h"

/* What the database claims is held against what is there. */

ShoalStoreFound *
shoal_torrent_make_found (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  ShoalStoreFound *found = g_new0 (ShoalStoreFound, result->n_files + 1);
  guint            i;

  for (i = 0; i < result->n_files; i++)
    {
      found[i].size = result->files[i].exists ? (gint64) result->files[i].size : -1;
      found[i].mtime_ns = result->files[i].mtime_nsec;
      found[i].in_parts = result->files[i].is_in_parts;
    }
  return found;
}

static ShoalBaseBitset *
bitset_of (ShoalTorrent *self, GBytes *bytes)
{
  gsize         len;
  const guint8 *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &len);
  return shoal_base_bitset_new_from_bytes (
      shoal_codec_layout_get_n_pieces (self->layout), data, len);
}

/* Whether the blocks of an unfinished piece are to be had: it was not found whole since, is not to
 * be hashed as a whole, and its bytes are there. */
static gboolean
may_restore (ShoalTorrent *self, const ShoalStoreResumeInput *input, guint32 piece)
{
  return piece < shoal_codec_layout_get_n_pieces (self->layout) &&
         shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_MISSING &&
         (self->to_check == NULL || !shoal_base_bitset_get (self->to_check, piece)) &&
         shoal_store_resume_has_bytes (input, piece);
}

/* Blocks of unfinished pieces that were written before the last end of the run. */
static void
restore_partials (ShoalTorrent *self, const ShoalStoreResumeInput *input)
{
  guint i;

  for (i = 0; i < self->loaded->partials->len; i++)
    {
      const ShoalStorePartial *row = &g_array_index (self->loaded->partials, ShoalStorePartial, i);
      gsize                    len;
      const guint8            *bits = g_bytes_get_data (row->blocks, &len);

      if (may_restore (self, input, row->piece) &&
          shoal_piece_resume_import (self->ledger, row->piece, bits, len) ==
              SHOAL_PIECE_BLOCK_COMPLETE)
        shoal_torrent_submit_piece (self, row->piece);
    }
}

/* Files that the last run left open for writing: a checkpoint closes them. */
static void
note_open_files (ShoalTorrent *self)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  guint i;

  for (i = 0; i < self->loaded->files->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (self->loaded->files, ShoalStoreFile, i);

      if (row->open_for_write)
        shoal_base_bitset_set (self->durable.open, MIN (row->file, parts), TRUE);
    }
}

void
shoal_torrent_resume_pieces (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  g_autoptr (ShoalBaseBitset) written = bitset_of (self, self->loaded->written);
  g_autoptr (ShoalBaseBitset) durable = bitset_of (self, self->loaded->durable);
  g_autofree ShoalStoreFound *found = shoal_torrent_make_found (self, result);
  ShoalStoreResumeInput       input = {
          .layout = self->layout,
          .written = written,
          .durable = durable,
          .files = (const ShoalStoreFile *) self->loaded->files->data,
          .n_files = self->loaded->files->len,
          .found = found,
          .parts = { .size = result->parts.exists ? (gint64) result->parts.size : -1,
                     .mtime_ns = result->parts.mtime_nsec },
          .was_clean = self->was_clean,
  };
  ShoalStoreResume outcome = shoal_store_resume (&input);

  shoal_torrent_drop_unfinished (self); /* of an attempt before that got no further */
  shoal_piece_map_load_have (self->map, outcome.trusted);
  shoal_piece_files_recount (self->files);
  if (!shoal_base_bitset_is_empty (outcome.to_hash))
    {
      g_clear_pointer (&self->to_check, shoal_base_bitset_free);
      self->to_check = g_steal_pointer (&outcome.to_hash);
      self->is_device_doubted = TRUE; /* whatever the kernel remembers of the last run */
    }
  if (outcome.trusted == NULL || written == NULL ||
      shoal_base_bitset_count (outcome.trusted) != shoal_base_bitset_count (written))
    self->durable.is_written_dirty = TRUE;
  note_open_files (self);
  restore_partials (self, &input);
  shoal_store_resume_clear (&outcome);
}
