/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A peer as this folder sees it: a small number that the caller gives out and may use again once
 * the slot was removed. Below SHOAL_PIECE_MAX_SLOTS. */
typedef guint32 ShoalPieceSlot;

#define SHOAL_PIECE_SLOT_NONE G_MAXUINT32
#define SHOAL_PIECE_MAX_SLOTS 32768

/* No such piece. */
#define SHOAL_PIECE_NONE G_MAXUINT32

/* Who sent a block: opaque, outlives the slot, so that somebody who left can still be blamed. */
typedef guint64 ShoalPieceSender;

/* Unknown: the block was found on disk after a restart. */
#define SHOAL_PIECE_SENDER_NONE G_GUINT64_CONSTANT (0)

/* Padding: zeros of our own making, certainly right. */
#define SHOAL_PIECE_SENDER_SELF G_MAXUINT64

/* One block of SHOAL_BASE_BLOCK_SIZE bytes (less at the end of a piece). */
typedef struct
{
  guint32 piece;
  guint32 block;
} ShoalPieceBlock;

typedef enum
{
  SHOAL_PIECE_PRIORITY_SKIP,
  SHOAL_PIECE_PRIORITY_LOW,
  SHOAL_PIECE_PRIORITY_NORMAL,
  SHOAL_PIECE_PRIORITY_HIGH,
} ShoalPiecePriority;

#define SHOAL_PIECE_N_PRIORITIES 4

/* STATE.md in this folder shows who moves a piece from one to the next. */
typedef enum
{
  SHOAL_PIECE_MISSING,   /* nothing of it is known or asked for */
  SHOAL_PIECE_OPEN,      /* the ledger has it: some blocks asked for or here */
  SHOAL_PIECE_VERIFYING, /* all blocks were taken by the caller; hash and write under way */
  SHOAL_PIECE_HAD,       /* hash right and written */
} ShoalPieceState;

G_END_DECLS
