/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-random.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* Whom to give upload slots: arithmetic only. While downloading, those who give us most (tit for
 * tat) and one or more optimistic slots that move on every 30 s, to new peers three times as
 * likely; while seeding, turns in order, each until its quota is used. One thread; the caller's
 * clock. */
typedef struct _ShoalPieceChoker ShoalPieceChoker;

#define SHOAL_PIECE_CHOKE_ROUND_USEC (10 * G_USEC_PER_SEC)
#define SHOAL_PIECE_OPTIMISTIC_USEC  (30 * G_USEC_PER_SEC)

/* Slots of one torrent when nothing else is said. */
#define SHOAL_PIECE_DEFAULT_UNCHOKED 8

/* A turn while seeding: so many pieces and at least so long. */
#define SHOAL_PIECE_TURN_PIECES 20
#define SHOAL_PIECE_TURN_USEC   (60 * G_USEC_PER_SEC)

/* One peer, as it is now. */
typedef struct
{
  ShoalPieceSlot slot;
  guint64        down_bps;       /* payload it gives us */
  guint64        turn_bytes;     /* payload we gave it since it was unchoked */
  guint64        given_bytes;    /* payload we gave it since it became a peer */
  gint64         unchoked_usec;  /* when it was last unchoked, also if choked since; 0: never */
  gint64         connected_usec; /* when it became a peer */

  guint interested : 1;
  guint unchoked : 1;
  guint snubbed : 1; /* gives nothing though it could: optimistic slots only */
  guint unchoke : 1; /* the answer: whether it is to be unchoked now */
} ShoalPieceChokeRow;

typedef struct
{
  guint   n_slots;     /* at most so many unchoked; 0: all are choked */
  guint64 quota_bytes; /* of a turn: SHOAL_PIECE_TURN_PIECES × the piece length */

  guint seeding : 1;
} ShoalPieceChokeTerms;

/* @random: unowned, outlives this. */
ShoalPieceChoker *shoal_piece_choker_new (ShoalBaseRandom *random);

void shoal_piece_choker_free (ShoalPieceChoker *self);

/* Writes `unchoke` of all @n rows, in any order of slots; never more than terms->n_slots. To be
 * called when its time has come, and at once when a peer became interested or lost interest, came
 * or went, or the terms changed: in between rounds nobody loses a slot unless they are too many,
 * but free slots are filled. Returns when it is to be called again. */
gint64 shoal_piece_choker_run (ShoalPieceChoker           *self,
                               const ShoalPieceChokeTerms *terms,
                               ShoalPieceChokeRow         *rows,
                               guint                       n,
                               gint64                      now_usec);

/* Whether @slot is unchoked optimistically at this moment. */
gboolean shoal_piece_choker_is_optimistic (const ShoalPieceChoker *self, ShoalPieceSlot slot);

/* The caller is about to use @slot for another peer. */
void shoal_piece_choker_forget_slot (ShoalPieceChoker *self, ShoalPieceSlot slot);

/* Divides @total slots over @n torrents: @wanted[i] is how many torrent i can use (its interested
 * peers, at most its own limit), @given[i] what it gets. As even as the wishes allow; what does not
 * divide goes to those after @turn in order, so that a caller who counts @turn up each round lets
 * all have their turn when there are more torrents than slots. */
void
shoal_piece_choker_distribute (const guint *wanted, guint *given, guint n, guint total, guint turn);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPieceChoker, shoal_piece_choker_free)

G_END_DECLS
