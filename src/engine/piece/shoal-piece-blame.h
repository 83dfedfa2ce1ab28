/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* Who sent bad data. When a piece fails, digests of its blocks are kept with their senders; when
 * the piece passes later, whoever sent a block that differs from the good one lied. Points (+1 for
 * a good piece up to 8, −2 for a failed one, ban at −7) count only as far as comparing cannot clear
 * somebody. A contributor of a failed piece is on parole until a piece that it sent alone passed.
 * Digests are made elsewhere (on a disk worker). Memory is bounded. One thread. */
typedef struct _ShoalPieceBlame ShoalPieceBlame;

/* At most so many digests are kept, about 3 MiB; the oldest failed piece goes first. */
#define SHOAL_PIECE_MAX_DIGESTS 65536

/* At most so many senders are remembered; who has done nothing of note goes first. */
#define SHOAL_PIECE_MAX_SENDERS 4096

ShoalPieceBlame *shoal_piece_blame_new (void);

void shoal_piece_blame_free (ShoalPieceBlame *self);

/* @piece failed its hash. @senders and @digests (SHA-1 of each block as it came; NULL if they could
 * not be made) have @n_blocks entries. Appends to @banned (of ShoalPieceSender) who is to be banned
 * at once: the only contributor, or who sent two versions of one block. */
void shoal_piece_blame_on_failed (ShoalPieceBlame        *self,
                                  guint                   piece,
                                  const ShoalPieceSender *senders,
                                  const ShoalSha1        *digests,
                                  guint                   n_blocks,
                                  GArray                 *banned);

/* @piece passed. @digests may be NULL unless shoal_piece_blame_wants_digests(). Appends to @banned
 * whose earlier blocks were bad. */
void shoal_piece_blame_on_passed (ShoalPieceBlame        *self,
                                  guint                   piece,
                                  const ShoalPieceSender *senders,
                                  const ShoalSha1        *digests,
                                  guint                   n_blocks,
                                  GArray                 *banned);

/* Whether @piece failed before, so that the digests of its blocks are needed when it passes. Ask
 * when it is handed to verify. */
gboolean shoal_piece_blame_wants_digests (const ShoalPieceBlame *self, guint piece);

/* Whether @sender is to get whole pieces alone (ShoalPieceRequester.on_parole). O(1). */
gboolean shoal_piece_blame_is_on_parole (const ShoalPieceBlame *self, ShoalPieceSender sender);

/* Points of @sender; 0 if unknown. */
int shoal_piece_blame_get_trust (const ShoalPieceBlame *self, ShoalPieceSender sender);

/* Digests kept at this moment. */
guint shoal_piece_blame_get_n_digests (const ShoalPieceBlame *self);

/* Walks everything and aborts on a contradiction. */
void shoal_piece_blame_check (const ShoalPieceBlame *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceBlame, shoal_piece_blame_free)

G_END_DECLS
