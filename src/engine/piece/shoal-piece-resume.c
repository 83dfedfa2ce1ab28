/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "piece/shoal-piece-resume.h"

#include "base/shoal-base-bitset.h"
#include "piece/shoal-piece-ledger-private.h"

GArray *
shoal_piece_resume_list (const ShoalPieceLedger *ledger)
{
  GArray        *pieces = g_array_new (FALSE, FALSE, sizeof (guint32));
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, ledger->books);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      const ShoalPieceBook *book = value;

      if (book->n_in[BLOCK_ON_DISK] > 0)
        g_array_append_val (pieces, book->piece);
    }
  return pieces;
}

GBytes *
shoal_piece_resume_export (const ShoalPieceLedger *ledger, guint piece)
{
  const ShoalPieceBook *book = shoal_piece_ledger_find_book (ledger, piece);
  g_autoptr (ShoalBaseBitset) bits = NULL;
  const guint8 *bytes;
  gsize         len;
  guint         i;

  if (book == NULL || book->n_in[BLOCK_ON_DISK] == 0)
    return NULL;
  bits = shoal_base_bitset_new (book->n_blocks);
  for (i = 0; i < book->n_blocks; i++)
    shoal_base_bitset_set (bits, i, book->blocks[i].state == BLOCK_ON_DISK);
  bytes = shoal_base_bitset_get_bytes (bits, &len);
  return g_bytes_new (bytes, len);
}

ShoalPieceOutcome
shoal_piece_resume_import (ShoalPieceLedger *ledger, guint32 piece, const guint8 *data, gsize len)
{
  const ShoalCodecLayout *layout = shoal_piece_map_get_layout (ledger->map);
  g_autoptr (ShoalBaseBitset) bits = NULL;
  ShoalPieceBook *book;
  guint           i;

  if (piece >= shoal_codec_layout_get_n_pieces (layout) ||
      shoal_piece_map_get_state (ledger->map, piece) != SHOAL_PIECE_MISSING)
    return SHOAL_PIECE_BLOCK_UNWANTED;
  bits =
      shoal_base_bitset_new_from_bytes (shoal_codec_layout_get_n_blocks (layout, piece), data, len);
  if (bits == NULL || shoal_base_bitset_is_empty (bits))
    return SHOAL_PIECE_BLOCK_UNWANTED;
  book = shoal_piece_ledger_open_piece (ledger, piece);
  for (i = 0; i < book->n_blocks; i++)
    if (book->blocks[i].state == BLOCK_FREE && shoal_base_bitset_get (bits, i))
      shoal_piece_ledger_set_block_state (ledger, book, i, BLOCK_ON_DISK);
  return shoal_piece_book_is_whole (book) ? SHOAL_PIECE_BLOCK_COMPLETE : SHOAL_PIECE_BLOCK_ACCEPTED;
}
