/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-bitset.h"
#include "base/shoal-base-random.h"
#include "piece/shoal-piece-ledger.h"
#include "piece/shoal-piece-map.h"

G_BEGIN_DECLS

/* Which blocks to ask a peer for. Pieces with a deadline come first, then what is played, in
 * order, then higher priority before lower; within one priority unfinished pieces before new ones,
 * and new ones at random for the first four, then the rarest first (or in order, or the commonest
 * first for a snubbed peer). A peer that can fetch a whole piece in 20 s gets pieces to itself
 * while there is a choice. When nothing is left that was not asked for, an idle peer is asked for
 * one block that another one owes. One thread; the caller's clock. */
typedef struct _ShoalPiecePicker ShoalPiecePicker;

/* Who is to be asked. */
typedef struct
{
  ShoalPieceSlot         slot;
  const ShoalBaseBitset *has;            /* unowned */
  const guint32         *allowed_fast;   /* unowned: pieces it gives while it chokes us (BEP 6) */
  guint                  n_allowed_fast; /* indices in range */
  guint64                rate_bps;       /* what it sends us */

  guint choked : 1; /* it chokes us: only allowed-fast pieces */
  guint snubbed : 1;
  guint on_parole : 1; /* suspected of bad data: gets whole pieces alone */
} ShoalPieceRequester;

/* @map, @ledger, @random: unowned, outlive this. */
ShoalPiecePicker *
shoal_piece_picker_new (ShoalPieceMap *map, ShoalPieceLedger *ledger, ShoalBaseRandom *random);

void shoal_piece_picker_free (ShoalPiecePicker *self);

/* @n pieces from @first on are fetched before all others, in the order of ShoalPiecePlay, by all
 * that have them; nobody keeps one of them to himself. What the first of them lack, and somebody
 * would be long in sending, is asked of one other too. @n 0: none. */
void shoal_piece_picker_set_played (ShoalPiecePicker *self, guint first, guint n);

/* In order of index instead of rarity. */
void shoal_piece_picker_set_sequential (ShoalPiecePicker *self, gboolean sequential);

/* Data in flight is over its budget: unfinished pieces of any priority before new ones, and none
 * kept for one peer, but for those that it fetches within a quarter of a second. */
void shoal_piece_picker_set_tight (ShoalPiecePicker *self, gboolean tight);

/* @piece is needed at @deadline_usec (somebody is playing it); 0: no longer. Skipped pieces keep
 * their deadline but are not asked for. At most SHOAL_PIECE_MAX_DEADLINES, else FALSE. */
#define SHOAL_PIECE_MAX_DEADLINES 1024
gboolean
shoal_piece_picker_set_deadline (ShoalPiecePicker *self, guint piece, gint64 deadline_usec);

void shoal_piece_picker_clear_deadlines (ShoalPiecePicker *self);

/* Chooses up to @n blocks to ask of @who, books them in the ledger as asked, writes them to @out
 * and returns how many. 0: nothing for it at this moment; try again when it has something new, a
 * piece failed, or requests of others were forgotten. */
guint shoal_piece_picker_pick (ShoalPiecePicker          *self,
                               const ShoalPieceRequester *who,
                               guint                      n,
                               ShoalPieceBlock           *out);

/* Every wanted block was asked of somebody. */
gboolean shoal_piece_picker_is_end_game (const ShoalPiecePicker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPiecePicker, shoal_piece_picker_free)

G_END_DECLS
