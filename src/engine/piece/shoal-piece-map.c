/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-map.h"

#include "base/shoal-base-invariant.h"

/* More changes in a row than this are cheaper with the order of pieces made anew. */
#define MANY_PIECES 64

typedef struct
{
  guint8 state : 4;    /* ShoalPieceState */
  guint8 priority : 4; /* ShoalPiecePriority */
} Mark;

struct _ShoalPieceMap
{
  ShoalCodecLayout       *layout;       /* owned */
  ShoalPieceAvailability *availability; /* owned */
  guint                   n_pieces;
  Mark                   *marks;     /* owned */
  ShoalBaseBitset        *have;      /* owned: HAD */
  ShoalBaseBitset        *wanted;    /* owned: neither had nor skipped */
  guint64                 bytes_all; /* of all pieces */
  guint64                 bytes_had;
  guint64                 bytes_wanted; /* of the pieces in wanted */
};

ShoalPieceMap *
shoal_piece_map_new (ShoalCodecLayout *layout, ShoalBaseRandom *random)
{
  ShoalPieceMap *self = g_new0 (ShoalPieceMap, 1);
  guint          i;

  self->layout = shoal_codec_layout_ref (layout);
  self->n_pieces = shoal_codec_layout_get_n_pieces (layout);
  self->availability = shoal_piece_availability_new (self->n_pieces, random);
  self->marks = g_new0 (Mark, self->n_pieces);
  self->have = shoal_base_bitset_new (self->n_pieces);
  self->wanted = shoal_base_bitset_new (self->n_pieces);
  shoal_base_bitset_set_all (self->wanted, TRUE);
  for (i = 0; i < self->n_pieces; i++)
    {
      self->marks[i].priority = SHOAL_PIECE_PRIORITY_NORMAL;
      self->bytes_all += shoal_codec_layout_get_piece_size (layout, i);
      shoal_piece_availability_set_openable (self->availability, i, SHOAL_PIECE_PRIORITY_NORMAL);
    }
  self->bytes_wanted = self->bytes_all;
  return self;
}

void
shoal_piece_map_free (ShoalPieceMap *self)
{
  shoal_base_bitset_free (self->have);
  shoal_base_bitset_free (self->wanted);
  shoal_piece_availability_free (self->availability);
  shoal_codec_layout_unref (self->layout);
  g_free (self->marks);
  g_free (self);
}

const ShoalCodecLayout *
shoal_piece_map_get_layout (const ShoalPieceMap *self)
{
  return self->layout;
}

ShoalPieceAvailability *
shoal_piece_map_get_availability (ShoalPieceMap *self)
{
  return self->availability;
}

const ShoalBaseBitset *
shoal_piece_map_get_have (const ShoalPieceMap *self)
{
  return self->have;
}

ShoalPieceState
shoal_piece_map_get_state (const ShoalPieceMap *self, guint piece)
{
  g_assert (piece < self->n_pieces);
  return self->marks[piece].state;
}

ShoalPiecePriority
shoal_piece_map_get_priority (const ShoalPieceMap *self, guint piece)
{
  g_assert (piece < self->n_pieces);
  return self->marks[piece].priority;
}

static gboolean
may_open (Mark mark)
{
  return mark.state == SHOAL_PIECE_MISSING && mark.priority != SHOAL_PIECE_PRIORITY_SKIP;
}

static gboolean
is_wanted (Mark mark)
{
  return mark.state != SHOAL_PIECE_HAD && mark.priority != SHOAL_PIECE_PRIORITY_SKIP;
}

/* The only place where a mark changes: all that is computed from marks follows. */
static void
set_mark (ShoalPieceMap *self, guint piece, Mark mark)
{
  guint32  size = shoal_codec_layout_get_piece_size (self->layout, piece);
  gboolean is_had = mark.state == SHOAL_PIECE_HAD;

  self->marks[piece] = mark;
  if (shoal_base_bitset_set (self->have, piece, is_had))
    self->bytes_had += is_had ? size : -(guint64) size;
  if (shoal_base_bitset_set (self->wanted, piece, is_wanted (mark)))
    self->bytes_wanted += is_wanted (mark) ? size : -(guint64) size;
  shoal_piece_availability_set_openable (
      self->availability, piece, may_open (mark) ? mark.priority : SHOAL_PIECE_PRIORITY_SKIP);
}

void
shoal_piece_map_set_state (ShoalPieceMap *self, guint piece, ShoalPieceState state)
{
  Mark mark;

  SHOAL_INVARIANT (shoal_piece_map_check (self));
  g_assert (piece < self->n_pieces);
  mark = self->marks[piece];
  mark.state = state;
  set_mark (self, piece, mark);
}

void
shoal_piece_map_load_have (ShoalPieceMap *self, const ShoalBaseBitset *have)
{
  guint i;

  g_assert (shoal_base_bitset_get_size (have) == self->n_pieces);
  shoal_piece_availability_forget_order (self->availability);
  for (i = 0; i < self->n_pieces; i++)
    {
      Mark mark = self->marks[i];

      g_assert (mark.state == SHOAL_PIECE_MISSING || mark.state == SHOAL_PIECE_HAD);
      mark.state = shoal_base_bitset_get (have, i) ? SHOAL_PIECE_HAD : SHOAL_PIECE_MISSING;
      set_mark (self, i, mark);
    }
}

void
shoal_piece_map_gain (ShoalPieceMap *self, guint piece)
{
  ShoalPieceState state = shoal_piece_map_get_state (self, piece);

  g_assert (state == SHOAL_PIECE_MISSING || state == SHOAL_PIECE_HAD);
  shoal_piece_map_set_state (self, piece, SHOAL_PIECE_HAD);
}

void
shoal_piece_map_lose (ShoalPieceMap *self, guint piece)
{
  if (shoal_piece_map_get_state (self, piece) == SHOAL_PIECE_HAD)
    shoal_piece_map_set_state (self, piece, SHOAL_PIECE_MISSING);
}

void
shoal_piece_map_set_priority (ShoalPieceMap     *self,
                              guint              first,
                              guint              n,
                              ShoalPiecePriority priority)
{
  guint i;

  SHOAL_INVARIANT (shoal_piece_map_check (self));
  g_assert (first <= self->n_pieces && n <= self->n_pieces - first);
  if (n > MANY_PIECES)
    shoal_piece_availability_forget_order (self->availability);
  for (i = first; i < first + n; i++)
    {
      Mark mark = self->marks[i];

      mark.priority = priority;
      set_mark (self, i, mark);
    }
}

gboolean
shoal_piece_map_wants (const ShoalPieceMap *self, guint piece)
{
  return shoal_base_bitset_get (self->wanted, piece);
}

guint
shoal_piece_map_next_wanted (const ShoalPieceMap *self, const ShoalBaseBitset *has, guint from)
{
  return from < self->n_pieces ? shoal_base_bitset_next_common (has, self->wanted, from)
                               : self->n_pieces;
}

gboolean
shoal_piece_map_is_interesting (const ShoalPieceMap *self, const ShoalBaseBitset *has, guint *hint)
{
  guint from = *hint < self->n_pieces ? *hint : 0;
  guint found = shoal_base_bitset_next_common (has, self->wanted, from);

  if (found == self->n_pieces && from > 0)
    found = shoal_base_bitset_next_common (has, self->wanted, 0);
  *hint = found < self->n_pieces ? found : 0;
  return found < self->n_pieces;
}

gboolean
shoal_piece_map_is_finished (const ShoalPieceMap *self)
{
  return shoal_base_bitset_is_empty (self->wanted);
}

guint64
shoal_piece_map_get_bytes_had (const ShoalPieceMap *self)
{
  return self->bytes_had;
}

guint64
shoal_piece_map_get_bytes_wanted (const ShoalPieceMap *self)
{
  return self->bytes_wanted;
}

guint64
shoal_piece_map_get_bytes_left (const ShoalPieceMap *self)
{
  return self->bytes_all - self->bytes_had;
}

void
shoal_piece_map_check (const ShoalPieceMap *self)
{
  guint64 bytes_had = 0, bytes_wanted = 0;
  guint   n_openable[SHOAL_PIECE_N_PRIORITIES] = { 0 };
  guint   i;

  for (i = 0; i < self->n_pieces; i++)
    {
      Mark    mark = self->marks[i];
      guint32 size = shoal_codec_layout_get_piece_size (self->layout, i);

      g_assert (shoal_base_bitset_get (self->have, i) == (mark.state == SHOAL_PIECE_HAD));
      g_assert (shoal_base_bitset_get (self->wanted, i) == is_wanted (mark));
      bytes_had += mark.state == SHOAL_PIECE_HAD ? size : 0;
      bytes_wanted += is_wanted (mark) ? size : 0;
      n_openable[mark.priority] += may_open (mark);
    }
  g_assert (bytes_had == self->bytes_had && bytes_wanted == self->bytes_wanted);
  for (i = 0; i < SHOAL_PIECE_N_PRIORITIES; i++)
    g_assert (n_openable[i] == shoal_piece_availability_get_n_openable (self->availability, i));
  shoal_piece_availability_check (self->availability);
}
