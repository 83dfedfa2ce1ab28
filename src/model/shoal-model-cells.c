/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-cells.h"

static gboolean
has_bit (const guint8 *bits, guint index)
{
  return (bits[index / 8] & 0x80 >> index % 8) != 0;
}

/* Rounded, but only nothing is 0 and only all is 255. */
static guint8
get_share (guint part, guint all)
{
  if (part == 0 || part == all)
    return part == 0 ? 0 : 255;
  return (guint8) CLAMP ((guint64) part * 255 / all, 1, 254);
}

static guint64
sum_copies (const ShoalTorrentDetails *pieces, guint first, guint n)
{
  guint64 sum = 0;

  for (guint i = first; i < first + n; i++)
    if (!has_bit (pieces->have, i) && !has_bit (pieces->in_flight, i))
      sum += pieces->availability[i];
  return sum;
}

guint
shoal_model_cells_get_range (guint n_pieces, guint n_cells, guint cell, guint *first)
{
  guint64 end = ((guint64) cell + 1) * n_pieces / n_cells;

  g_return_val_if_fail (cell < n_cells, 0);
  *first = (guint) ((guint64) cell * n_pieces / n_cells);
  return (guint) end - *first;
}

ShoalModelPieceCounts
shoal_model_cells_count (const ShoalTorrentDetails *pieces, guint first, guint n)
{
  ShoalModelPieceCounts counts = { 0 };

  g_return_val_if_fail (first <= pieces->n_pieces && n <= pieces->n_pieces - first, counts);

  for (guint i = first; i < first + n; i++)
    if (has_bit (pieces->have, i))
      counts.n_have++;
    else if (has_bit (pieces->in_flight, i))
      counts.n_in_flight++;
    else if (pieces->availability[i] > 0)
      counts.n_others++;
    else
      counts.n_nobody++;
  return counts;
}

void
shoal_model_cells_fill (const ShoalTorrentDetails *pieces, ShoalModelCell *cells, guint n_cells)
{
  g_return_if_fail (n_cells <= pieces->n_pieces);

  for (guint i = 0; i < n_cells; i++)
    {
      guint                 first;
      guint                 n = shoal_model_cells_get_range (pieces->n_pieces, n_cells, i, &first);
      ShoalModelPieceCounts counts = shoal_model_cells_count (pieces, first, n);
      guint64               copies = 0;

      if (counts.n_others > 0)
        copies = sum_copies (pieces, first, n) / counts.n_others;
      cells[i].have = get_share (counts.n_have, n);
      cells[i].in_flight = get_share (counts.n_in_flight, n);
      cells[i].nobody = get_share (counts.n_nobody, n);
      cells[i].copies = (guint8) MIN (copies, 255);
    }
}
