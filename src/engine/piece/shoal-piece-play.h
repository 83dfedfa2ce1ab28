/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-layout.h"
#include "piece/shoal-piece-types.h"

G_BEGIN_DECLS

/* In which order the pieces of a file are needed by who plays it while it comes: how it begins, its
 * end, where many formats have their index, and then all the rest from the beginning on. A value.
 */

/* Both ends included; empty if the last is before the first. */
typedef struct
{
  guint32 first;
  guint32 last;
} ShoalPieceRun;

#define SHOAL_PIECE_PLAY_N_RUNS 3

typedef struct
{
  ShoalPieceRun runs[SHOAL_PIECE_PLAY_N_RUNS]; /* one after the other, each upwards */
  guint         n_runs;                        /* 0: nothing is played */
} ShoalPiecePlay;

/* @n pieces from @first on. */
void
shoal_piece_play_init (ShoalPiecePlay *self, const ShoalCodecLayout *layout, guint first, guint n);

G_END_DECLS
