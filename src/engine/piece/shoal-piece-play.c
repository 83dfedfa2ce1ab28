/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-play.h"

/* The index of a film of two hours is hardly larger than this, and of a short one smaller. */
#define MAX_END_BYTES (2 * 1024 * 1024)
#define END_SHARE     64

static void
add_run (ShoalPiecePlay *self, guint first, guint last)
{
  if (first <= last)
    self->runs[self->n_runs++] = (ShoalPieceRun){ first, last };
}

void
shoal_piece_play_init (ShoalPiecePlay *self, const ShoalCodecLayout *layout, guint first, guint n)
{
  guint64 piece_length = shoal_codec_layout_get_piece_length (layout);
  guint64 end_bytes = MIN (n * piece_length / END_SHARE, MAX_END_BYTES);
  guint   n_end = (guint) ((end_bytes + piece_length - 1) / piece_length);
  guint   end;

  self->n_runs = 0;
  if (n == 0)
    return;
  end = first + n - CLAMP (n_end, 1, n);
  add_run (self, first, first);
  add_run (self, MAX (end, first + 1), first + n - 1);
  if (end > first + 1)
    add_run (self, first + 1, end - 1);
}
