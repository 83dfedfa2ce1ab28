/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* The pieces of a torrent, gathered for a picture of them. Pure functions over the details of a
 * torrent whose pieces are watched; O(pieces). */

/* What a run of neighbouring pieces is, as shares of 255. */
typedef struct
{
  guint8 have;
  guint8 in_flight;
  guint8 nobody; /* neither, and none of the connected has it */
  guint8 copies; /* of the other missing ones: how many of the connected have each, on average */
} ShoalModelCell;

/* Divides all pieces evenly over @n_cells ≤ n_pieces cells. */
void
shoal_model_cells_fill (const ShoalTorrentDetails *pieces, ShoalModelCell *cells, guint n_cells);

/* The pieces of cell @cell: *first, and how many they are. */
guint shoal_model_cells_get_range (guint n_pieces, guint n_cells, guint cell, guint *first);

/* A partition of pieces. */
typedef struct
{
  guint n_have;
  guint n_in_flight;
  guint n_others; /* missing, and somebody who is connected has it */
  guint n_nobody;
} ShoalModelPieceCounts;

/* Of @n pieces from @first on. */
ShoalModelPieceCounts
shoal_model_cells_count (const ShoalTorrentDetails *pieces, guint first, guint n);

G_END_DECLS
