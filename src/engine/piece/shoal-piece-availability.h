/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-random.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* How many peers have each piece, and which piece not yet begun is the one to begin next. The
 * pieces that may be begun lie in buckets, one per priority and number of peers, so that a change
 * by one peer is one swap and the choice looks at few pieces however many there are. A peer with
 * all pieces is one number for the whole torrent, not a walk. Owned by ShoalPieceMap. One thread.
 */
typedef struct _ShoalPieceAvailability ShoalPieceAvailability;

typedef enum
{
  SHOAL_PIECE_ORDER_RAREST,
  SHOAL_PIECE_ORDER_COMMONEST,
  SHOAL_PIECE_ORDER_RANDOM,
  SHOAL_PIECE_ORDER_FIRST, /* by index */
} ShoalPieceOrder;

/* No peer, no piece that may be begun. @random: unowned, outlives this. */
ShoalPieceAvailability *shoal_piece_availability_new (guint n_pieces, ShoalBaseRandom *random);

void shoal_piece_availability_free (ShoalPieceAvailability *self);

/* A peer arrived with (or leaves with) the pieces @has. What is removed must be what was added, as
 * changed by _gain() and _lose() since. */
void shoal_piece_availability_add (ShoalPieceAvailability *self, const ShoalBaseBitset *has);

void shoal_piece_availability_remove (ShoalPieceAvailability *self, const ShoalBaseBitset *has);

/* A counted peer got (have) or lost (BEP 54) one piece: sets or clears the bit in its @has and
 * counts that. FALSE and no change if the bit was so already. O(1), but O(pieces) at the moment the
 * peer becomes, or ceases to be, one with all pieces. */
gboolean
shoal_piece_availability_gain (ShoalPieceAvailability *self, ShoalBaseBitset *has, guint piece);

gboolean
shoal_piece_availability_lose (ShoalPieceAvailability *self, ShoalBaseBitset *has, guint piece);

/* How many of the counted peers have @piece, those with all pieces included. */
guint shoal_piece_availability_get (const ShoalPieceAvailability *self, guint piece);

/* How many counted peers have all pieces. */
guint shoal_piece_availability_get_n_seeds (const ShoalPieceAvailability *self);

/* Copies of the torrent among the counted peers: the count of the rarest piece, plus the share of
 * pieces that are less rare. For people; O(pieces). */
double shoal_piece_availability_get_copies (const ShoalPieceAvailability *self);

/* For ShoalPieceMap: @piece may be begun with @priority from now on; SKIP: it may not. */
void shoal_piece_availability_set_openable (ShoalPieceAvailability *self,
                                            guint                   piece,
                                            ShoalPiecePriority      priority);

/* For ShoalPieceMap, before many set_openable() in a row: the order is made anew at the next
 * choice, in O(pieces), instead of kept up with each. */
void shoal_piece_availability_forget_order (ShoalPieceAvailability *self);

/* How many pieces of @priority may be begun. */
guint shoal_piece_availability_get_n_openable (const ShoalPieceAvailability *self,
                                               ShoalPiecePriority            priority);

/* A piece of @priority that may be begun and that @has holds, by @order with ties broken by chance;
 * SHOAL_PIECE_NONE if there is none. Rarity is exact while a bucket is small; in a large one a
 * bounded number of pieces is looked at before the next bucket's turn comes. */
guint32 shoal_piece_availability_choose (ShoalPieceAvailability *self,
                                         const ShoalBaseBitset  *has,
                                         ShoalPiecePriority      priority,
                                         ShoalPieceOrder         order);

/* Walks everything and aborts on a contradiction. */
void shoal_piece_availability_check (const ShoalPieceAvailability *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceAvailability, shoal_piece_availability_free)

G_END_DECLS
