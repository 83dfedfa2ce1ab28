/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "piece/shoal-piece-ledger.h"

G_BEGIN_DECLS

/* The block maps of unfinished pieces as bytes, for the database. Only blocks that lie on disk are
 * in it. Pieces appear in any order as: be32 index, be32 number of blocks, a bitfield of them. */

/* The caller owns the bytes; NULL when no block lies on disk. */
GBytes *shoal_piece_resume_export (const ShoalPieceLedger *ledger);

/* Reads what _export() made into a ledger without open pieces; returns how many blocks it took and
 * appends to @complete (of guint32) the pieces that are whole, for shoal_piece_ledger_take_piece().
 * Anything that does not fit the torrent ends the reading; pieces that are had are passed over.
 * What it takes is only claimed: each piece is read back and hashed before it counts. */
guint shoal_piece_resume_import (ShoalPieceLedger *ledger,
                                 const guint8     *data,
                                 gsize             len,
                                 GArray           *complete);

G_END_DECLS
