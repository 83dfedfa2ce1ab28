/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-pool.h"
#include "piece/shoal-piece-map.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* The books of unfinished pieces: which block was asked of whom, who sent it, where its bytes are.
 * Pieces are opened by ShoalPiecePicker. Blocks that lie wholly in padding (BEP 47) are never asked
 * for: they are here from the start, and are handed over as zeros. (A piece of nothing else is
 * fetched like any other.) One thread; no call back. */
typedef struct _ShoalPieceLedger ShoalPieceLedger;

/* In the end game a block is asked of at most so many slots at a time. */
#define SHOAL_PIECE_MAX_ASKED 8

typedef enum
{
  SHOAL_PIECE_BLOCK_ACCEPTED,  /* the ledger owns the data now */
  SHOAL_PIECE_BLOCK_COMPLETE,  /* the same, and the piece is whole: shoal_piece_ledger_take_piece()
                                */
  SHOAL_PIECE_BLOCK_DUPLICATE, /* it was here already: the data stays the caller's; waste */
  SHOAL_PIECE_BLOCK_UNWANTED,  /* that piece is not open: the data stays the caller's; waste */
} ShoalPieceOutcome;

/* What became of a block, and of whom else it was asked: these get a cancel. */
typedef struct
{
  ShoalPieceOutcome outcome;
  guint             n_cancel;
  ShoalPieceSlot    cancel[SHOAL_PIECE_MAX_ASKED];
} ShoalPieceArrival;

/* An unfinished piece, for display and checkpoints. */
typedef struct
{
  guint32 piece;
  guint   n_blocks;
  guint   n_free;    /* asked of nobody */
  guint   n_asked;   /* on their way */
  guint   n_held;    /* here, in memory */
  guint   n_writing; /* taken by shoal_piece_ledger_take_early(), not yet on disk */
  guint   n_on_disk; /* written early, or found after a restart */
  guint   n_padding;
} ShoalPieceOpenInfo;

/* @map, @pool: unowned, outlive this. Blocks come from @pool and are given back to it. */
ShoalPieceLedger *shoal_piece_ledger_new (ShoalPieceMap *map, ShoalBasePool *pool);

/* Gives back the blocks that it holds. */
void shoal_piece_ledger_free (ShoalPieceLedger *self);

/* All open pieces, and those being verified, are missing again; blocks held go back to the pool,
 * requests are forgotten; slots stay. Late answers of the disk must not be passed on. */
void shoal_piece_ledger_reset (ShoalPieceLedger *self);

/* A peer came; before its first pick. @sender: neither NONE nor SELF. */
void
shoal_piece_ledger_add_slot (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceSender sender);

/* It went: its requests are forgotten. */
void shoal_piece_ledger_remove_slot (ShoalPieceLedger *self, ShoalPieceSlot slot);

/* It choked us, or is snubbed: what was asked of it may be asked of others, and of itself again, so
 * a snubbed peer is sent cancels. A block that comes nevertheless is still accepted if it is
 * missing; a reject (BEP 6) that follows finds nothing. Returns how many requests there were. */
guint shoal_piece_ledger_forget_requests (ShoalPieceLedger *self, ShoalPieceSlot slot);

/* We cancelled one. FALSE if it was not asked of @slot. */
gboolean
shoal_piece_ledger_cancel (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceBlock block);

/* It refused one (BEP 6). It is not asked again for blocks of this piece until its requests are
 * forgotten, or all are forgiven, or it refused blocks of many others. For a reject that only
 * follows a choke use shoal_piece_ledger_cancel(). FALSE if it was not asked of @slot. */
gboolean
shoal_piece_ledger_on_reject (ShoalPieceLedger *self, ShoalPieceSlot slot, ShoalPieceBlock block);

/* Everybody may be asked again for what he refused. */
void shoal_piece_ledger_forgive (ShoalPieceLedger *self);

/* What is asked of @slot, oldest first. Borrowed until the next call. */
const ShoalPieceBlock *
shoal_piece_ledger_get_requests (const ShoalPieceLedger *self, ShoalPieceSlot slot, guint *n);

/* @data, a block of the pool with all its bytes, came from @slot. @block must lie in the torrent.
 * Whether it is accepted does not depend on its having been asked for (the peer's own list of
 * requests decides that). */
void shoal_piece_ledger_on_block (ShoalPieceLedger  *self,
                                  ShoalPieceSlot     slot,
                                  ShoalPieceBlock    block,
                                  guint8            *data,
                                  ShoalPieceArrival *arrival);

/* A whole piece is taken for hashing and writing: @blocks receives its buffers in order, one for
 * each block of the layout, the caller's from now on; NULL where the block lies on disk already and
 * is to be read back. Returns how many are NULL. The piece is being verified until it is told to be
 * verified or failed. */
guint shoal_piece_ledger_take_piece (ShoalPieceLedger *self, guint piece, guint8 **blocks);

/* Who sent each block of a piece being verified (or open). Borrowed until it is verified or failed.
 */
const ShoalPieceSender *
shoal_piece_ledger_get_senders (const ShoalPieceLedger *self, guint piece, guint *n_blocks);

/* The hash was right and every write returned its full count: the piece is had. */
void shoal_piece_ledger_on_verified (ShoalPieceLedger *self, guint piece);

/* The hash was wrong, or it could not be written: the piece is missing again. */
void shoal_piece_ledger_on_failed (ShoalPieceLedger *self, guint piece);

/* Memory is short: the open piece with blocks in memory that has waited longest for another one,
 * or SHOAL_PIECE_NONE. */
guint32 shoal_piece_ledger_get_least_active (const ShoalPieceLedger *self);

/* When the last block of that piece came, to be compared between ledgers of one pool. */
guint64 shoal_piece_ledger_get_activity (const ShoalPieceLedger *self, guint piece);

/* Blocks of an open piece are taken for an early write: @blocks (an entry for each block) receives
 * the buffers, the caller's from now on, and NULL for the rest. Returns how many it took. */
guint shoal_piece_ledger_take_early (ShoalPieceLedger *self, guint piece, guint8 **blocks);

/* An early write of @block ended; @ok: its bytes are in the file. Otherwise the block is missing
 * again. COMPLETE when the piece is whole by that, else ACCEPTED, or UNWANTED if no such write was
 * under way. */
ShoalPieceOutcome
shoal_piece_ledger_on_written (ShoalPieceLedger *self, ShoalPieceBlock block, gboolean ok);

/* @sender was banned: its blocks in open pieces are dropped, to be asked of others, so that they
 * spoil nothing more. Blocks in the middle of an early write stay. Returns how many there were. */
guint shoal_piece_ledger_drop_sender (ShoalPieceLedger *self, ShoalPieceSender sender);

/* Open pieces, for @place = 0, 1, … until FALSE; nothing may be called in between. Those being
 * verified are not among them. */
gboolean
shoal_piece_ledger_get_open (const ShoalPieceLedger *self, guint place, ShoalPieceOpenInfo *info);

guint shoal_piece_ledger_get_n_open (const ShoalPieceLedger *self);

/* Blocks of the pool that it owns at this moment. */
guint shoal_piece_ledger_get_n_held (const ShoalPieceLedger *self);

/* Walks everything and aborts on a contradiction. */
void shoal_piece_ledger_check (const ShoalPieceLedger *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceLedger, shoal_piece_ledger_free)

G_END_DECLS
