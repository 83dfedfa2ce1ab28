/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* Some pieces in order of a small number: one array, cut into a bucket for each number 0 … n − 1.
 * Moving a piece to the next bucket is one swap at the border. Where a piece lies is kept in an
 * array of places, which several sets may share if no piece is in two. For ShoalPieceAvailability;
 * a value. One thread. */
typedef struct
{
  guint32 *places; /* unowned: the owner's, one for each piece of the torrent */
  GArray  *order;  /* owned; of guint32: pieces */
  GArray *starts; /* owned; of guint32: bucket k is order[starts[k]] … order[starts[k + 1] − 1] */
} ShoalPieceBuckets;

void shoal_piece_buckets_init (ShoalPieceBuckets *self);

void shoal_piece_buckets_clear (ShoalPieceBuckets *self);

/* Forgets what it holds and takes the pieces of @pieces, each to bucket @keys[piece]. O(size of
 * @pieces). @places is used from now on. */
void shoal_piece_buckets_build (ShoalPieceBuckets     *self,
                                const ShoalBaseBitset *pieces,
                                const guint16         *keys,
                                guint32               *places);

/* @piece must not be inside. O(buckets). */
void shoal_piece_buckets_insert (ShoalPieceBuckets *self, guint32 piece, guint key);

/* @piece must be inside. O(buckets). */
void shoal_piece_buckets_remove (ShoalPieceBuckets *self, guint32 piece);

/* @piece, inside, goes to bucket @key. O(buckets between). */
void shoal_piece_buckets_move (ShoalPieceBuckets *self, guint32 piece, guint key);

/* The bucket that @piece, inside, lies in. O(log buckets). */
guint shoal_piece_buckets_find (const ShoalPieceBuckets *self, guint32 piece);

static inline guint
shoal_piece_buckets_get_n (const ShoalPieceBuckets *self)
{
  return self->starts->len - 1;
}

/* The pieces of bucket @key; borrowed until the next change. */
static inline const guint32 *
shoal_piece_buckets_get (const ShoalPieceBuckets *self, guint key, guint *n)
{
  guint32 start = g_array_index (self->starts, guint32, key);

  *n = g_array_index (self->starts, guint32, key + 1) - start;
  return (const guint32 *) (gconstpointer) self->order->data + start;
}

G_END_DECLS
