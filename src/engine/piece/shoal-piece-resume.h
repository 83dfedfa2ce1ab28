/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "piece/shoal-piece-ledger.h"

G_BEGIN_DECLS

/* The block map of an unfinished piece as bytes, for the database: bit 0 is the high bit of the
 * first byte. A set bit: the block lies on disk, unverified. */

/* The pieces that have blocks on disk and are not had, also those that are being verified: of
 * guint32, in no order; the caller owns it. */
GArray *shoal_piece_resume_list (const ShoalPieceLedger *ledger);

/* The map of one of them; the caller owns it. NULL when no block of @piece lies on disk. */
GBytes *shoal_piece_resume_export (const ShoalPieceLedger *ledger, guint piece);

/* Opens @piece and books the blocks of its map as lying on disk. COMPLETE: the piece is whole
 * (shoal_piece_ledger_take_piece() it); ACCEPTED: blocks are missing; UNWANTED: nothing changed,
 * for the map does not fit the torrent, is empty, or the piece is had, open, or being verified.
 * What it books is only a claim: the piece is read back and hashed before it counts. */
ShoalPieceOutcome
shoal_piece_resume_import (ShoalPieceLedger *ledger, guint32 piece, const guint8 *data, gsize len);

G_END_DECLS
