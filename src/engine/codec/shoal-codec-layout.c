/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-layout.h"

#include <stdatomic.h>
#include <string.h>

/* One allocation: this, then the files, then their paths. */
struct _ShoalCodecLayout
{
  atomic_uint    n_refs;
  guint          n_files;
  guint          n_pieces;
  guint32        piece_length;
  guint64        total_size;
  guint64        data_size;
  gboolean       is_aligned;
  ShoalCodecFile files[];
};

static guint64
get_end (const ShoalCodecFile *file)
{
  return file->offset + file->length;
}

/* Copies the paths behind the files. */
static void
copy_files (ShoalCodecLayout *self, const ShoalCodecFile *files)
{
  char *arena = (char *) &self->files[self->n_files];
  guint i;

  for (i = 0; i < self->n_files; i++)
    {
      self->files[i] = files[i];
      self->files[i].path = arena;
      arena = stpcpy (arena, files[i].path) + 1;
    }
}

static void
place_files (ShoalCodecLayout *self)
{
  guint64 at = 0;
  guint   i;

  for (i = 0; i < self->n_files; i++)
    {
      ShoalCodecFile *file = &self->files[i];
      guint64         rest = at % self->piece_length;

      if (self->is_aligned && file->length > 0 && rest != 0)
        at += self->piece_length - rest;
      file->offset = at;
      at += file->length;
      if ((file->flags & SHOAL_CODEC_FILE_PAD) == 0)
        self->data_size += file->length;
    }
  self->total_size = at;
  self->n_pieces = (guint) ((at + self->piece_length - 1) / self->piece_length);
}

static ShoalCodecLayout *
new_layout (const ShoalCodecFile *files, guint n_files, guint32 piece_length, gboolean is_aligned)
{
  ShoalCodecLayout *self;
  gsize             size = sizeof *self + n_files * sizeof *files;
  guint             i;

  g_return_val_if_fail (piece_length > 0, NULL);
  for (i = 0; i < n_files; i++)
    size += strlen (files[i].path) + 1;
  self = g_malloc0 (size);
  atomic_init (&self->n_refs, 1);
  self->n_files = n_files;
  self->piece_length = piece_length;
  self->is_aligned = is_aligned;
  copy_files (self, files);
  place_files (self);
  return self;
}

ShoalCodecLayout *
shoal_codec_layout_new (const ShoalCodecFile *files, guint n_files, guint32 piece_length)
{
  return new_layout (files, n_files, piece_length, FALSE);
}

ShoalCodecLayout *
shoal_codec_layout_new_aligned (const ShoalCodecFile *files, guint n_files, guint32 piece_length)
{
  return new_layout (files, n_files, piece_length, TRUE);
}

ShoalCodecLayout *
shoal_codec_layout_ref (ShoalCodecLayout *self)
{
  atomic_fetch_add_explicit (&self->n_refs, 1, memory_order_relaxed);
  return self;
}

void
shoal_codec_layout_unref (ShoalCodecLayout *self)
{
  if (atomic_fetch_sub_explicit (&self->n_refs, 1, memory_order_acq_rel) == 1)
    g_free (self);
}

guint64
shoal_codec_layout_get_total_size (const ShoalCodecLayout *self)
{
  return self->total_size;
}

guint64
shoal_codec_layout_get_data_size (const ShoalCodecLayout *self)
{
  return self->data_size;
}

guint32
shoal_codec_layout_get_piece_length (const ShoalCodecLayout *self)
{
  return self->piece_length;
}

guint
shoal_codec_layout_get_n_pieces (const ShoalCodecLayout *self)
{
  return self->n_pieces;
}

guint64
shoal_codec_layout_get_piece_offset (const ShoalCodecLayout *self, guint piece)
{
  return (guint64) piece * self->piece_length;
}

guint32
shoal_codec_layout_get_piece_size (const ShoalCodecLayout *self, guint piece)
{
  guint64 start = shoal_codec_layout_get_piece_offset (self, piece);
  guint64 end = self->total_size;

  g_return_val_if_fail (piece < self->n_pieces, 0);
  if (self->is_aligned)
    end = get_end (&self->files[shoal_codec_layout_find_file (self, start)]);
  return (guint32) MIN (self->piece_length, end - start);
}

guint
shoal_codec_layout_get_n_blocks (const ShoalCodecLayout *self, guint piece)
{
  guint32 size = shoal_codec_layout_get_piece_size (self, piece);

  return (size + SHOAL_BASE_BLOCK_SIZE - 1) / SHOAL_BASE_BLOCK_SIZE;
}

guint32
shoal_codec_layout_get_block_size (const ShoalCodecLayout *self, guint piece, guint block)
{
  guint32 size = shoal_codec_layout_get_piece_size (self, piece);
  guint64 start = (guint64) block * SHOAL_BASE_BLOCK_SIZE;

  g_return_val_if_fail (start < size, 0);
  return (guint32) MIN (SHOAL_BASE_BLOCK_SIZE, size - start);
}

guint
shoal_codec_layout_get_n_files (const ShoalCodecLayout *self)
{
  return self->n_files;
}

const ShoalCodecFile *
shoal_codec_layout_get_file (const ShoalCodecLayout *self, guint file)
{
  g_return_val_if_fail (file < self->n_files, NULL);
  return &self->files[file];
}

gboolean
shoal_codec_layout_get_file_pieces (const ShoalCodecLayout *self,
                                    guint                   file,
                                    guint                  *first,
                                    guint                  *last)
{
  const ShoalCodecFile *entry = &self->files[file];

  g_return_val_if_fail (file < self->n_files, FALSE);
  if (entry->length == 0)
    return FALSE;
  *first = (guint) (entry->offset / self->piece_length);
  *last = (guint) ((get_end (entry) - 1) / self->piece_length);
  return TRUE;
}

/* The ends of files ascend, and an empty file ends where one before it does: so the first file that
 * ends beyond @offset is not empty. */
guint
shoal_codec_layout_find_file (const ShoalCodecLayout *self, guint64 offset)
{
  guint low = 0;
  guint high = self->n_files;

  g_return_val_if_fail (offset < self->total_size, 0);
  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (get_end (&self->files[middle]) > offset)
        high = middle;
      else
        low = middle + 1;
    }
  return low;
}

void
shoal_codec_layout_map (const ShoalCodecLayout *self, guint64 offset, guint64 length, GArray *spans)
{
  guint64 end = offset + length;
  guint   i;

  g_return_if_fail (length <= self->total_size && offset <= self->total_size - length);
  if (length == 0)
    return;
  for (i = shoal_codec_layout_find_file (self, offset); i < self->n_files; i++)
    {
      const ShoalCodecFile *file = &self->files[i];
      guint64               from = MAX (offset, file->offset);
      guint64               to = MIN (end, get_end (file));
      ShoalCodecSpan        span = { .file = i, .file_offset = from - file->offset };

      if (file->offset >= end)
        break;
      if (to <= from)
        continue;
      span.length = to - from;
      g_array_append_val (spans, span);
    }
}
