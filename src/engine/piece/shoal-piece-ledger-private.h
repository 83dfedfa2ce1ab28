/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "piece/shoal-piece-ledger.h"

G_BEGIN_DECLS

/* What the picker and the resume maps share with the ledger. */

typedef enum
{
  BLOCK_FREE,    /* asked of nobody */
  BLOCK_ASKED,   /* of n_asked slots */
  BLOCK_HELD,    /* data is here */
  BLOCK_WRITING, /* an early write has the data */
  BLOCK_ON_DISK,
  BLOCK_PADDING,
} ShoalPieceBlockState;

#define SHOAL_PIECE_N_BLOCK_STATES 6

typedef struct
{
  guint8        *data;  /* owned: of the pool; NULL unless HELD */
  ShoalPieceSlot asked; /* whom first; the others are in the ledger's list of extras */
  guint8         state; /* ShoalPieceBlockState */
  guint8         n_asked;
} ShoalPieceBookBlock;

/* One piece that is open or being verified. */
typedef struct
{
  guint32           piece;
  guint             n_blocks;
  guint             n_in[SHOAL_PIECE_N_BLOCK_STATES];
  guint             first_free; /* no free block lies before it */
  guint             place;      /* among the open ones */
  ShoalPieceSlot    owner;      /* for whom it is kept while there is a choice; or none */
  guint64           activity;   /* the pool's count of blocks when the last one came */
  ShoalPieceSender *senders;    /* owned: one for each block */

  guint is_alone : 1; /* the owner is on parole: nobody else may add to it */
  guint is_verifying : 1;

  ShoalPieceBookBlock blocks[];
} ShoalPieceBook;

#define SHOAL_PIECE_N_REFUSED 16

/* One peer. */
typedef struct
{
  ShoalPieceSender sender;
  GArray          *asked;      /* owned; of ShoalPieceBlock, oldest first */
  guint64          rate_bps;   /* as of its last pick */
  guint32          last_piece; /* that it was asked for last, or none */
  guint            n_owned;    /* books whose owner it is */

  /* Pieces of which it refused a block; the oldest is overwritten. */
  guint32 refused[SHOAL_PIECE_N_REFUSED];
  guint   n_refused;
} ShoalPieceAccount;

/* That @block was asked of @slot too, after somebody else. */
typedef struct
{
  ShoalPieceBlock block;
  ShoalPieceSlot  slot;
} ShoalPieceExtra;

struct _ShoalPieceLedger
{
  ShoalPieceMap *map;   /* unowned: outlives us */
  ShoalBasePool *pool;  /* unowned: outlives us */
  GHashTable    *books; /* owned; piece → ShoalPieceBook, owned */
  GPtrArray     *open; /* owned; the open books (unowned: in books), first those with free blocks */
  guint          n_with_free;
  GPtrArray     *accounts; /* owned; by slot; ShoalPieceAccount, owned, or NULL */
  GArray
       *extras; /* owned; of ShoalPieceExtra: short outside the end game, empty most of the time */
  guint n_slots;
  guint n_held;

  guint has_padding : 1; /* some file of the layout is padding */
};

void shoal_piece_account_free (gpointer account);

/* The account of a slot that was added. */
ShoalPieceAccount *shoal_piece_ledger_get_account (const ShoalPieceLedger *self,
                                                   ShoalPieceSlot          slot);

guint shoal_piece_ledger_get_n_slots (const ShoalPieceLedger *self);

/* The open book at @place, for 0 ≤ place < shoal_piece_ledger_get_n_open(). */
ShoalPieceBook *shoal_piece_ledger_get_book (const ShoalPieceLedger *self, guint place);

/* How many of the open books have free blocks: those at the first places. */
guint shoal_piece_ledger_get_n_with_free (const ShoalPieceLedger *self);

/* The book of @piece if it is open or being verified, else NULL. */
ShoalPieceBook *shoal_piece_ledger_find_book (const ShoalPieceLedger *self, guint32 piece);

/* Opens missing piece @piece. */
ShoalPieceBook *shoal_piece_ledger_open_piece (ShoalPieceLedger *self, guint32 piece);

/* @owner: or SHOAL_PIECE_SLOT_NONE, and then not @is_alone. */
void shoal_piece_ledger_set_owner (ShoalPieceLedger *self,
                                   ShoalPieceBook   *book,
                                   ShoalPieceSlot    owner,
                                   gboolean          is_alone);

/* Asks @slot for up to @n free blocks of @book; returns how many it wrote to @out. */
guint shoal_piece_ledger_ask (ShoalPieceLedger *self,
                              ShoalPieceBook   *book,
                              ShoalPieceSlot    slot,
                              guint             n,
                              ShoalPieceBlock  *out);

/* Asks @slot too for @block, which was asked of others and not of it. */
void
shoal_piece_ledger_ask_again (ShoalPieceLedger *self, ShoalPieceBlock block, ShoalPieceSlot slot);

/* Takes @block, if it was asked for, from all it was asked of; those other than @slot become
 * arrival->cancel. The caller gives it another state at once. */
void shoal_piece_ledger_settle (ShoalPieceLedger  *self,
                                ShoalPieceBlock    block,
                                ShoalPieceSlot     slot,
                                ShoalPieceArrival *arrival);

/* Whether @block was asked of @slot. */
gboolean shoal_piece_ledger_is_asked_of (const ShoalPieceLedger *self,
                                         ShoalPieceBlock         block,
                                         ShoalPieceSlot          slot);

/* Gives block @index of @book another state, counts that, and returns the block. */
ShoalPieceBookBlock *shoal_piece_ledger_set_block_state (ShoalPieceLedger    *self,
                                                         ShoalPieceBook      *book,
                                                         guint                index,
                                                         ShoalPieceBlockState state);

/* Nothing of it is missing or under way. */
static inline gboolean
shoal_piece_book_is_whole (const ShoalPieceBook *book)
{
  return book->n_in[BLOCK_FREE] + book->n_in[BLOCK_ASKED] + book->n_in[BLOCK_WRITING] == 0;
}

G_END_DECLS
