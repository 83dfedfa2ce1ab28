/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "piece/shoal-piece-ledger-private.h"
#include "piece/shoal-piece-picker.h"
#include "piece/shoal-piece-play.h"

G_BEGIN_DECLS

/* What the picker's files share. */

struct _ShoalPiecePicker
{
  ShoalPieceMap    *map;       /* unowned: outlives us */
  ShoalPieceLedger *ledger;    /* unowned: outlives us */
  ShoalBaseRandom  *random;    /* unowned: outlives us */
  GArray           *deadlines; /* owned; of Deadline, the nearest first */
  ShoalPiecePlay    play;

  guint is_sequential : 1;
  guint is_tight : 1;
};

/* One call of shoal_piece_picker_pick(). */
typedef struct
{
  ShoalPiecePicker          *picker;
  const ShoalPieceRequester *who;
  ShoalPieceAccount         *account;
  ShoalPieceBlock           *out;
  guint                      n;
  guint                      n_out;

  guint is_crowded : 1; /* too many unfinished pieces, or too much memory in them */
} ShoalPiecePick;

/* How far the wish of others to have a piece to themselves counts. */
typedef enum
{
  SHOAL_PIECE_REGARD_OWNERS,
  SHOAL_PIECE_IGNORE_OWNERS, /* but for those on parole */
  SHOAL_PIECE_LAST_RESORT,   /* all of them */
} ShoalPieceRegard;

static inline gboolean
shoal_piece_pick_is_filled (const ShoalPiecePick *pick)
{
  return pick->n_out == pick->n;
}

/* Asks for free blocks of @book. */
void shoal_piece_pick_ask (ShoalPiecePick *pick, ShoalPieceBook *book);

/* Whether the peer refused a block of @piece. */
gboolean shoal_piece_pick_was_refused (const ShoalPiecePick *pick, guint32 piece);

/* Whether the peer may be asked for a free block of @book. */
gboolean shoal_piece_pick_may_join (const ShoalPiecePick *pick,
                                    const ShoalPieceBook *book,
                                    ShoalPieceRegard      regard);

/* shoal-piece-picker-play.c */

/* Blocks of what is played, in its order; with @may_open also of pieces that nobody has begun. */
void shoal_piece_pick_take_played (ShoalPiecePick *pick, gboolean may_open);

G_END_DECLS
