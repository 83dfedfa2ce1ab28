/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Whose the files are that lie where ours belong. Other torrents may have files of the same name in
 * the same folder: those that are awake have them claimed. What a torrent finds that has none of
 * its pieces is not its own. */

void
shoal_torrent_hold_files (ShoalTorrent *self)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) begun = shoal_base_bitset_new (n);
  g_autoptr (ShoalBaseBitset) whole = shoal_base_bitset_new (n);
  guint64 n_had;
  guint   i;

  for (i = 0; i < n; i++)
    {
      n_had = shoal_piece_files_get_bytes_had (self->files, i);
      if (n_had == 0)
        continue;
      if (self->no_download || n_had == shoal_codec_layout_get_file (self->layout, i)->length)
        shoal_base_bitset_set (whole, i, TRUE);
      else
        shoal_base_bitset_set (begun, i, TRUE);
    }
  if (!shoal_base_bitset_is_empty (begun) || !shoal_base_bitset_is_empty (whole))
    shoal_disk_storage_hold (self->storage, begun, whole);
}

static gboolean
has_bits (GBytes *bytes)
{
  gsize         len, i;
  const guint8 *data = g_bytes_get_data (bytes, &len);

  for (i = 0; i < len; i++)
    if (data[i] != 0)
      return TRUE;
  return FALSE;
}

/* What was open for writing when the last run ended may hold what is not known as written yet. A
 * file whose size is known was written, or had something right. */
static gboolean
has_written (const ShoalStoreTorrent *loaded)
{
  guint i;

  if (loaded->partials->len > 0 || (loaded->written != NULL && has_bits (loaded->written)))
    return TRUE;
  for (i = 0; i < loaded->files->len; i++)
    {
      const ShoalStoreFile *file = &g_array_index (loaded->files, ShoalStoreFile, i);

      if (file->open_for_write || file->size >= 0)
        return TRUE;
    }
  return FALSE;
}

void
shoal_torrent_review_origin (ShoalTorrent *self)
{
  self->origin.is_proven |= shoal_piece_map_get_bytes_had (self->map) > 0;
  if (self->loaded != NULL)
    self->origin.is_proven |= has_written (self->loaded);
}

/* Whether bytes of ours would go to @file itself: what is skipped is left as it is. */
static gboolean
is_target (ShoalTorrent *self, guint file)
{
  return (shoal_codec_layout_get_file (self->layout, file)->flags &
          (SHOAL_CODEC_FILE_PAD | SHOAL_CODEC_FILE_SYMLINK)) == 0 &&
         shoal_piece_files_get_priority (self->files, file) != SHOAL_FILE_PRIORITY_SKIP;
}

static void
note_strange (ShoalTorrent *self, guint file)
{
  if (!self->origin.has_strange)
    self->origin.strange_file = file;
  self->origin.has_strange = TRUE;
}

static void
note_longer (ShoalTorrent *self, guint file)
{
  if (!self->origin.has_longer)
    self->origin.longer_file = file;
  self->origin.has_longer = TRUE;
}

/* One that has its size may be what it should be, although none of its pieces is there as a whole.
 */
static void
note_size (ShoalTorrent *self, guint file, guint64 size)
{
  guint64 length = shoal_codec_layout_get_file (self->layout, file)->length;

  if (size > 0 && size != length)
    note_strange (self, file);
  if (size > length)
    note_longer (self, file);
}

void
shoal_torrent_note_sizes (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  const ShoalDiskFileStat *file;
  guint                    i;

  self->origin.has_strange = self->origin.has_longer = FALSE;
  for (i = 0; i < result->n_files; i++)
    {
      file = &result->files[i];
      if (file->exists && !file->is_in_parts && is_target (self, i))
        note_size (self, i, file->size);
    }
}

/* The first file that bytes of @piece would go to has others. */
static void
note_strange_piece (ShoalTorrent *self, guint piece)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  shoal_codec_layout_map (self->layout,
                          shoal_codec_layout_get_piece_offset (self->layout, piece),
                          shoal_codec_layout_get_piece_size (self->layout, piece),
                          spans);
  for (i = 0; i < spans->len; i++)
    if (is_target (self, g_array_index (spans, ShoalCodecSpan, i).file))
      {
        note_strange (self, g_array_index (spans, ShoalCodecSpan, i).file);
        return;
      }
}

void
shoal_torrent_note_origin (ShoalTorrent *self, const ShoalDiskCheckItem *item)
{
  if (item->verdict == SHOAL_DISK_CHECK_RIGHT)
    self->origin.is_proven = TRUE;
  else if (item->verdict == SHOAL_DISK_CHECK_WRONG && !item->is_blank && !self->origin.has_strange)
    note_strange_piece (self, item->piece);
}

gboolean
shoal_torrent_is_in_the_way (const ShoalTorrent *self)
{
  return self->origin.has_strange && !self->origin.is_proven && !self->no_download &&
         !self->must_be_whole;
}

gboolean
shoal_torrent_is_longer (const ShoalTorrent *self)
{
  return self->origin.has_longer && self->counts.base.completed_at == 0 && !self->no_download &&
         !self->must_be_whole;
}

void
shoal_torrent_refuse_origin (ShoalTorrent *self)
{
  gboolean         is_longer = !shoal_torrent_is_in_the_way (self);
  guint            file = is_longer ? self->origin.longer_file : self->origin.strange_file;
  g_autofree char *full = shoal_torrent_dup_full_path (self, file);

  self->is_blocked = TRUE;
  shoal_torrent_set_problem (
      self,
      shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                              is_longer ? SHOAL_PROBLEM_LONGER : SHOAL_PROBLEM_CONFLICT,
                              full,
                              NULL,
                              0,
                              shoal_codec_layout_get_file (self->layout, file)->length));
}

gboolean
shoal_torrent_review_conflict (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  guint i;

  if (self->problem->code == SHOAL_PROBLEM_LONGER)
    {
      shoal_torrent_note_sizes (self, result);
      return shoal_torrent_is_longer (self);
    }
  if (!self->origin.is_proven)
    {
      shoal_torrent_verify (self);
      return TRUE;
    }
  for (i = 0; i < result->n_files; i++)
    {
      g_autofree char *full = shoal_torrent_dup_full_path (self, i);

      if (result->files[i].exists && is_target (self, i) &&
          !shoal_disk_storage_is_ours (self->storage, i) &&
          g_strcmp0 (full, self->problem->subject) == 0)
        return TRUE;
    }
  return FALSE;
}
