/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-files.h"

#include <string.h>

#include "base/shoal-base-invariant.h"

G_STATIC_ASSERT ((int) SHOAL_FILE_PRIORITY_SKIP == (int) SHOAL_PIECE_PRIORITY_SKIP);
G_STATIC_ASSERT ((int) SHOAL_FILE_PRIORITY_LOW == (int) SHOAL_PIECE_PRIORITY_LOW);
G_STATIC_ASSERT ((int) SHOAL_FILE_PRIORITY_NORMAL == (int) SHOAL_PIECE_PRIORITY_NORMAL);
G_STATIC_ASSERT ((int) SHOAL_FILE_PRIORITY_HIGH == (int) SHOAL_PIECE_PRIORITY_HIGH);

struct _ShoalPieceFiles
{
  ShoalPieceMap          *map;    /* unowned: outlives us */
  const ShoalCodecLayout *layout; /* unowned: the map's */
  guint                   n_files;
  guint8                 *priorities; /* owned: ShoalFilePriority of each */
  guint64                *bytes_had;  /* owned: of each */
  guint64                 wanted_size;
  guint64                 wanted_had;

  guint has_pure_padding : 1; /* some piece holds nothing but padding */
};

static gboolean
is_pad (const ShoalPieceFiles *self, guint file)
{
  return (shoal_codec_layout_get_file (self->layout, file)->flags & SHOAL_CODEC_FILE_PAD) != 0;
}

static guint
first_share (const ShoalPieceFiles *self, guint piece)
{
  return shoal_codec_layout_find_file (self->layout,
                                       shoal_codec_layout_get_piece_offset (self->layout, piece));
}

/* For file = first_share(), + 1, … until FALSE: how many bytes of @piece are @file's. */
static gboolean
get_share (const ShoalPieceFiles *self, guint piece, guint file, guint64 *bytes)
{
  guint64               start = shoal_codec_layout_get_piece_offset (self->layout, piece);
  guint64               end = start + shoal_codec_layout_get_piece_size (self->layout, piece);
  const ShoalCodecFile *entry;
  guint64               from, to;

  if (file >= self->n_files)
    return FALSE;
  entry = shoal_codec_layout_get_file (self->layout, file);
  from = MAX (start, entry->offset);
  to = MIN (end, entry->offset + entry->length);
  *bytes = from < to ? to - from : 0;
  return entry->offset < end;
}

/* The priority for pieces of nothing but padding. */
static guint8
get_highest (const ShoalPieceFiles *self)
{
  guint8 highest = SHOAL_FILE_PRIORITY_SKIP;
  guint  i;

  for (i = 0; i < self->n_files; i++)
    if (!is_pad (self, i))
      highest = MAX (highest, self->priorities[i]);
  return highest;
}

/* Of a piece that some real file has bytes in. */
static guint8
compute_priority (const ShoalPieceFiles *self, guint piece)
{
  guint8  highest = SHOAL_FILE_PRIORITY_SKIP;
  guint64 bytes;
  guint   i;

  for (i = first_share (self, piece); get_share (self, piece, i, &bytes); i++)
    if (bytes > 0 && !is_pad (self, i))
      highest = MAX (highest, self->priorities[i]);
  return highest;
}

/* Makes the priorities of all pieces, NO_FILE for those of nothing but padding. */
#define NO_FILE G_MAXUINT8
static guint8 *
compute_priorities (const ShoalPieceFiles *self, guint n_pieces)
{
  guint8 *result = g_malloc (n_pieces);
  guint   i, piece, first, last;

  memset (result, NO_FILE, n_pieces);
  for (i = 0; i < self->n_files; i++)
    {
      if (is_pad (self, i) || !shoal_codec_layout_get_file_pieces (self->layout, i, &first, &last))
        continue;
      for (piece = first; piece <= last; piece++)
        if (result[piece] == NO_FILE || result[piece] < self->priorities[i])
          result[piece] = self->priorities[i];
    }
  return result;
}

/* Writes the priorities of all pieces to the map, in runs of equal ones. */
static void
write_all (ShoalPieceFiles *self)
{
  guint              n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
  g_autofree guint8 *priorities = compute_priorities (self, n_pieces);
  guint8             highest = get_highest (self);
  guint              start = 0, i;

  self->has_pure_padding = FALSE;
  for (i = 0; i < n_pieces; i++)
    if (priorities[i] == NO_FILE)
      {
        priorities[i] = highest;
        self->has_pure_padding = TRUE;
      }
  for (i = 1; i <= n_pieces; i++)
    if (i == n_pieces || priorities[i] != priorities[start])
      {
        shoal_piece_map_set_priority (self->map, start, i - start, priorities[start]);
        start = i;
      }
}

/* The pieces that @file has to itself, then the two that it may share. */
static void
write_pieces_of (ShoalPieceFiles *self, guint file)
{
  guint first, last;

  if (!shoal_codec_layout_get_file_pieces (self->layout, file, &first, &last))
    return;
  if (last > first + 1)
    shoal_piece_map_set_priority (self->map, first + 1, last - first - 1, self->priorities[file]);
  shoal_piece_map_set_priority (self->map, first, 1, compute_priority (self, first));
  if (last > first)
    shoal_piece_map_set_priority (self->map, last, 1, compute_priority (self, last));
}

/* Changes the priority of one file, and what is counted by it. */
static void
set_one (ShoalPieceFiles *self, guint file, ShoalFilePriority priority)
{
  guint64  length = shoal_codec_layout_get_file (self->layout, file)->length;
  gboolean was_wanted = self->priorities[file] != SHOAL_FILE_PRIORITY_SKIP;
  gboolean is_wanted = priority != SHOAL_FILE_PRIORITY_SKIP;

  self->priorities[file] = (guint8) priority;
  if (is_pad (self, file) || was_wanted == is_wanted)
    return;
  self->wanted_size += is_wanted ? length : -length;
  self->wanted_had += is_wanted ? self->bytes_had[file] : -self->bytes_had[file];
}

/* The bytes of @piece are had, or no longer. */
static void
count_piece (ShoalPieceFiles *self, guint piece, gboolean is_had)
{
  guint64 bytes;
  guint   i;

  for (i = first_share (self, piece); get_share (self, piece, i, &bytes); i++)
    {
      guint64 change = is_had ? bytes : -bytes;

      if (is_pad (self, i))
        continue;
      self->bytes_had[i] += change;
      if (self->priorities[i] != SHOAL_FILE_PRIORITY_SKIP)
        self->wanted_had += change;
    }
}

ShoalPieceFiles *
shoal_piece_files_new (ShoalPieceMap *map)
{
  ShoalPieceFiles *self = g_new0 (ShoalPieceFiles, 1);
  guint            i;

  self->map = map;
  self->layout = shoal_piece_map_get_layout (map);
  self->n_files = shoal_codec_layout_get_n_files (self->layout);
  self->priorities = g_new0 (guint8, self->n_files);
  self->bytes_had = g_new0 (guint64, self->n_files);
  for (i = 0; i < self->n_files; i++)
    set_one (self, i, SHOAL_FILE_PRIORITY_NORMAL);
  write_all (self);
  shoal_piece_files_recount (self);
  return self;
}

void
shoal_piece_files_free (ShoalPieceFiles *self)
{
  g_free (self->priorities);
  g_free (self->bytes_had);
  g_free (self);
}

void
shoal_piece_files_set_priority (ShoalPieceFiles *self, guint file, ShoalFilePriority priority)
{
  SHOAL_INVARIANT (shoal_piece_files_check (self));
  g_assert (file < self->n_files);
  set_one (self, file, priority);
  if (self->has_pure_padding)
    write_all (self);
  else if (!is_pad (self, file))
    write_pieces_of (self, file);
}

void
shoal_piece_files_set_priorities (ShoalPieceFiles *self, const ShoalFilePriority *priorities)
{
  guint i;

  SHOAL_INVARIANT (shoal_piece_files_check (self));
  for (i = 0; i < self->n_files; i++)
    set_one (self, i, priorities[i]);
  write_all (self);
}

ShoalFilePriority
shoal_piece_files_get_priority (const ShoalPieceFiles *self, guint file)
{
  g_assert (file < self->n_files);
  return self->priorities[file];
}

void
shoal_piece_files_on_gained (ShoalPieceFiles *self, guint piece)
{
  count_piece (self, piece, TRUE);
  SHOAL_INVARIANT (shoal_piece_files_check (self));
}

void
shoal_piece_files_on_lost (ShoalPieceFiles *self, guint piece)
{
  count_piece (self, piece, FALSE);
  SHOAL_INVARIANT (shoal_piece_files_check (self));
}

void
shoal_piece_files_recount (ShoalPieceFiles *self)
{
  const ShoalBaseBitset *have = shoal_piece_map_get_have (self->map);
  guint                  n_pieces = shoal_base_bitset_get_size (have);
  guint                  i;

  self->wanted_had = 0;
  for (i = 0; i < self->n_files; i++)
    self->bytes_had[i] = 0;
  for (i = shoal_base_bitset_next_set (have, 0); i < n_pieces;
       i = shoal_base_bitset_next_set (have, i + 1))
    count_piece (self, i, TRUE);
}

guint64
shoal_piece_files_get_bytes_had (const ShoalPieceFiles *self, guint file)
{
  g_assert (file < self->n_files);
  return self->bytes_had[file];
}

guint64
shoal_piece_files_get_wanted_size (const ShoalPieceFiles *self)
{
  return self->wanted_size;
}

guint64
shoal_piece_files_get_wanted_had (const ShoalPieceFiles *self)
{
  return self->wanted_had;
}

gboolean
shoal_piece_files_is_boundary (const ShoalPieceFiles *self, guint piece)
{
  guint64 bytes;
  guint   i;

  if (shoal_piece_map_get_priority (self->map, piece) == SHOAL_PIECE_PRIORITY_SKIP)
    return FALSE;
  for (i = first_share (self, piece); get_share (self, piece, i, &bytes); i++)
    if (bytes > 0 && !is_pad (self, i) && self->priorities[i] == SHOAL_FILE_PRIORITY_SKIP)
      return TRUE;
  return FALSE;
}

void
shoal_piece_files_check (const ShoalPieceFiles *self)
{
  guint              n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
  g_autofree guint8 *priorities = compute_priorities (self, n_pieces);
  guint64            wanted_size = 0, wanted_had = 0;
  guint              i;

  for (i = 0; i < self->n_files; i++)
    {
      guint64 length = shoal_codec_layout_get_file (self->layout, i)->length;

      g_assert (self->bytes_had[i] <= length);
      if (is_pad (self, i) || self->priorities[i] == SHOAL_FILE_PRIORITY_SKIP)
        continue;
      wanted_size += length;
      wanted_had += self->bytes_had[i];
    }
  g_assert (wanted_size == self->wanted_size && wanted_had == self->wanted_had);
  for (i = 0; i < n_pieces; i++)
    g_assert (shoal_piece_map_get_priority (self->map, i) ==
              (priorities[i] == NO_FILE ? get_highest (self) : priorities[i]));
}
