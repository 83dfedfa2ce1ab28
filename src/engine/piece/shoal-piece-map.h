/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-random.h"
#include "codec/shoal-codec-layout.h"
#include "piece/shoal-piece-availability.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* What we have and what we want of one torrent, piece by piece. One thread. */
typedef struct _ShoalPieceMap ShoalPieceMap;

/* All pieces missing and of normal priority. @layout is referenced; @random: unowned, outlives
 * this. */
ShoalPieceMap *shoal_piece_map_new (ShoalCodecLayout *layout, ShoalBaseRandom *random);

void shoal_piece_map_free (ShoalPieceMap *self);

/* Borrowed. */
const ShoalCodecLayout *shoal_piece_map_get_layout (const ShoalPieceMap *self);

/* Borrowed; the caller counts its peers in it. */
ShoalPieceAvailability *shoal_piece_map_get_availability (ShoalPieceMap *self);

/* Pieces verified and written, as the bitfield message and the database want them. Borrowed. */
const ShoalBaseBitset *shoal_piece_map_get_have (const ShoalPieceMap *self);

ShoalPieceState shoal_piece_map_get_state (const ShoalPieceMap *self, guint piece);

/* What is had, all at once (start, recheck). @have: of n_pieces bits. No piece may be open: see
 * shoal_piece_ledger_reset(). */
void shoal_piece_map_load_have (ShoalPieceMap *self, const ShoalBaseBitset *have);

/* @piece is had, found so outside the ledger (recheck); nothing happens if it was. It may not be
 * open or being verified. */
void shoal_piece_map_gain (ShoalPieceMap *self, guint piece);

/* @piece was had and is no longer (found damaged on disk). Nothing happens if it was not. */
void shoal_piece_map_lose (ShoalPieceMap *self, guint piece);

/* For pieces @first … @first + @n − 1; whatever their state, an open piece is only not asked for
 * while it is skipped. */
void shoal_piece_map_set_priority (ShoalPieceMap     *self,
                                   guint              first,
                                   guint              n,
                                   ShoalPiecePriority priority);

ShoalPiecePriority shoal_piece_map_get_priority (const ShoalPieceMap *self, guint piece);

/* Whether @piece is neither skipped nor had. A `have` for such a piece makes its sender
 * interesting. O(1). */
gboolean shoal_piece_map_wants (const ShoalPieceMap *self, guint piece);

/* The first piece from @from on that is wanted and in @has; or the number of pieces. */
guint
shoal_piece_map_next_wanted (const ShoalPieceMap *self, const ShoalBaseBitset *has, guint from);

/* Whether @has holds a piece that we want. *hint belongs to the peer, is 0 at first and points at
 * the piece that made it interesting, so that the answer costs O(1) until we have that one. */
gboolean
shoal_piece_map_is_interesting (const ShoalPieceMap *self, const ShoalBaseBitset *has, guint *hint);

/* Nothing that is wanted is missing. */
gboolean shoal_piece_map_is_finished (const ShoalPieceMap *self);

/* Bytes of the pieces that are had; missing and wanted; missing at all (what a tracker is told as
 * "left"). Padding included. O(1). */
guint64 shoal_piece_map_get_bytes_had (const ShoalPieceMap *self);

guint64 shoal_piece_map_get_bytes_wanted (const ShoalPieceMap *self);

guint64 shoal_piece_map_get_bytes_left (const ShoalPieceMap *self);

/* For ShoalPieceLedger: moves @piece between MISSING, OPEN, VERIFYING and HAD. */
void shoal_piece_map_set_state (ShoalPieceMap *self, guint piece, ShoalPieceState state);

/* Walks everything and aborts on a contradiction. */
void shoal_piece_map_check (const ShoalPieceMap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceMap, shoal_piece_map_free)

G_END_DECLS
