/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-buckets.h"

static guint32 *
start_of (const ShoalPieceBuckets *self, guint key)
{
  return &g_array_index (self->starts, guint32, key);
}

static guint32
piece_at (const ShoalPieceBuckets *self, guint32 place)
{
  return g_array_index (self->order, guint32, place);
}

static void
put (ShoalPieceBuckets *self, guint32 place, guint32 piece)
{
  g_array_index (self->order, guint32, place) = piece;
  self->places[piece] = place;
}

/* @piece changes places with the one at @place. */
static void
swap_to (ShoalPieceBuckets *self, guint32 piece, guint32 place)
{
  guint32 other = piece_at (self, place);

  put (self, self->places[piece], other);
  put (self, place, piece);
}

static void
reserve_bucket (ShoalPieceBuckets *self, guint key)
{
  while (shoal_piece_buckets_get_n (self) <= key)
    {
      guint32 end = self->order->len;

      g_array_append_val (self->starts, end);
    }
}

void
shoal_piece_buckets_init (ShoalPieceBuckets *self)
{
  guint32 start = 0;

  self->places = NULL;
  self->order = g_array_new (FALSE, FALSE, sizeof (guint32));
  self->starts = g_array_new (FALSE, FALSE, sizeof (guint32));
  g_array_append_val (self->starts, start);
}

void
shoal_piece_buckets_clear (ShoalPieceBuckets *self)
{
  g_clear_pointer (&self->order, g_array_unref);
  g_clear_pointer (&self->starts, g_array_unref);
}

/* Makes starts[k + 1] the number of pieces with a key up to k. */
static void
count_keys (ShoalPieceBuckets *self, const ShoalBaseBitset *pieces, const guint16 *keys)
{
  guint size = shoal_base_bitset_get_size (pieces);
  guint i, k;

  g_array_set_size (self->order, 0);
  g_array_set_size (self->starts, 1);
  for (i = shoal_base_bitset_next_set (pieces, 0); i < size;
       i = shoal_base_bitset_next_set (pieces, i + 1))
    {
      reserve_bucket (self, keys[i]);
      ++*start_of (self, keys[i] + 1u);
    }
  for (k = 1; k < self->starts->len; k++)
    *start_of (self, k) += *start_of (self, k - 1);
}

void
shoal_piece_buckets_build (ShoalPieceBuckets     *self,
                           const ShoalBaseBitset *pieces,
                           const guint16         *keys,
                           guint32               *places)
{
  guint size = shoal_base_bitset_get_size (pieces);
  guint i, k;

  self->places = places;
  count_keys (self, pieces, keys);
  g_array_set_size (self->order, shoal_base_bitset_count (pieces));
  /* The start of each bucket serves as its write position, and is moved back afterwards. */
  for (i = shoal_base_bitset_next_set (pieces, 0); i < size;
       i = shoal_base_bitset_next_set (pieces, i + 1))
    put (self, (*start_of (self, keys[i]))++, i);
  for (k = shoal_piece_buckets_get_n (self); k > 0; k--)
    *start_of (self, k) = *start_of (self, k - 1);
  *start_of (self, 0) = 0;
}

guint
shoal_piece_buckets_find (const ShoalPieceBuckets *self, guint32 piece)
{
  guint32 place = self->places[piece];
  guint   low = 0, high = shoal_piece_buckets_get_n (self);

  g_assert (place < self->order->len);
  while (high - low > 1)
    {
      guint middle = low + (high - low) / 2;

      if (*start_of (self, middle) <= place)
        low = middle;
      else
        high = middle;
    }
  return low;
}

static void
move_up (ShoalPieceBuckets *self, guint32 piece, guint from, guint to)
{
  for (; from < to; from++)
    swap_to (self, piece, --*start_of (self, from + 1));
}

static void
move_down (ShoalPieceBuckets *self, guint32 piece, guint from, guint to)
{
  for (; from > to; from--)
    swap_to (self, piece, (*start_of (self, from))++);
}

void
shoal_piece_buckets_move (ShoalPieceBuckets *self, guint32 piece, guint key)
{
  guint from = shoal_piece_buckets_find (self, piece);

  reserve_bucket (self, key);
  move_up (self, piece, from, key);
  move_down (self, piece, from, key);
}

void
shoal_piece_buckets_insert (ShoalPieceBuckets *self, guint32 piece, guint key)
{
  guint last;

  reserve_bucket (self, key);
  last = shoal_piece_buckets_get_n (self) - 1;
  g_array_append_val (self->order, piece);
  self->places[piece] = self->order->len - 1;
  ++*start_of (self, last + 1);
  move_down (self, piece, last, key);
}

void
shoal_piece_buckets_remove (ShoalPieceBuckets *self, guint32 piece)
{
  guint last = shoal_piece_buckets_get_n (self) - 1;

  move_up (self, piece, shoal_piece_buckets_find (self, piece), last);
  swap_to (self, piece, self->order->len - 1);
  g_array_set_size (self->order, self->order->len - 1);
  --*start_of (self, last + 1);
}
