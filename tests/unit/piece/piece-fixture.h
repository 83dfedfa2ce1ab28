/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "piece/shoal-piece-picker.h"

G_BEGIN_DECLS

/* One torrent with all that picks for it. */
typedef struct
{
  ShoalBaseRandom         random;
  ShoalBasePool          *pool;
  ShoalCodecLayout       *layout;
  ShoalPieceMap          *map;
  ShoalPieceAvailability *availability; /* the map's */
  ShoalPieceLedger       *ledger;
  ShoalPiecePicker       *picker;
} Torrent;

void torrent_init (Torrent *self, guint n_pieces, guint n_blocks, guint64 seed);

/* Of these files (paths and lengths count), with pieces of @n_blocks blocks. */
void torrent_init_files (Torrent              *self,
                         const ShoalCodecFile *files,
                         guint                 n_files,
                         guint                 n_blocks,
                         guint64               seed);

/* Everything must have come back to the pool by then. */
void torrent_clear (Torrent *self);

/* All the invariants of its parts. */
void torrent_check (const Torrent *self);

/* Bits from a picture: any character but '.', ' ' and '0' is a set one. The caller owns it. */
ShoalBaseBitset *bits_from_picture (const char *picture);

/* Piece i is of priority '0' (skip) … '3' (high), or normal for any other character. */
void torrent_set_priorities (Torrent *self, const char *picture);

/* Piece i is had where the picture says so. */
void torrent_set_have (Torrent *self, const char *picture);

/* @slot has the pieces of the picture, counted in the availability. The caller owns the bits. */
ShoalBaseBitset *torrent_add_peer (Torrent *self, ShoalPieceSlot slot, const char *picture);

/* So many peers that are never asked have each piece: digits. */
void torrent_set_availability (Torrent *self, const char *digits);

/* A block arrives from @slot, its content telling where it belongs. */
ShoalPieceArrival torrent_deliver (Torrent *self, ShoalPieceSlot slot, ShoalPieceBlock block);

/* Takes a whole piece and gives its blocks back to the pool. Returns how many were NULL. */
guint torrent_take (Torrent *self, guint piece);

/* The pieces of @blocks as letters, 'a' for piece 0. The caller owns it. */
char *picture_of (const ShoalPieceBlock *blocks, guint n);

G_END_DECLS
