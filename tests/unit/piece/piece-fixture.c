/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "piece-fixture.h"

#include <string.h>

void
torrent_init_files (Torrent              *self,
                    const ShoalCodecFile *files,
                    guint                 n_files,
                    guint                 n_blocks,
                    guint64               seed)
{
  shoal_base_random_init (&self->random, seed);
  self->pool = shoal_base_pool_new ();
  self->layout = shoal_codec_layout_new (files, n_files, n_blocks * SHOAL_BASE_BLOCK_SIZE);
  self->map = shoal_piece_map_new (self->layout, &self->random);
  self->availability = shoal_piece_map_get_availability (self->map);
  self->ledger = shoal_piece_ledger_new (self->map, self->pool);
  self->picker = shoal_piece_picker_new (self->map, self->ledger, &self->random);
}

void
torrent_init (Torrent *self, guint n_pieces, guint n_blocks, guint64 seed)
{
  ShoalCodecFile file = { .path = "file" };

  file.length = (guint64) n_pieces * n_blocks * SHOAL_BASE_BLOCK_SIZE;
  torrent_init_files (self, &file, 1, n_blocks, seed);
}

void
torrent_clear (Torrent *self)
{
  torrent_check (self);
  shoal_piece_picker_free (self->picker);
  shoal_piece_ledger_free (self->ledger);
  shoal_piece_map_free (self->map);
  shoal_codec_layout_unref (self->layout);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (self->pool), ==, 0);
  shoal_base_pool_free (self->pool);
}

void
torrent_check (const Torrent *self)
{
  shoal_piece_map_check (self->map);
  shoal_piece_ledger_check (self->ledger);
}

static gboolean
is_set (char c)
{
  return c != '.' && c != ' ' && c != '0';
}

ShoalBaseBitset *
bits_from_picture (const char *picture)
{
  guint            n = (guint) strlen (picture), i;
  ShoalBaseBitset *bits = shoal_base_bitset_new (n);

  for (i = 0; i < n; i++)
    shoal_base_bitset_set (bits, i, is_set (picture[i]));
  return bits;
}

void
torrent_set_priorities (Torrent *self, const char *picture)
{
  guint i;

  for (i = 0; picture[i] != '\0'; i++)
    shoal_piece_map_set_priority (self->map,
                                  i,
                                  1,
                                  g_ascii_isdigit (picture[i]) ? picture[i] - '0'
                                                               : SHOAL_PIECE_PRIORITY_NORMAL);
}

void
torrent_set_have (Torrent *self, const char *picture)
{
  guint i;

  for (i = 0; picture[i] != '\0'; i++)
    if (is_set (picture[i]))
      shoal_piece_map_gain (self->map, i);
}

ShoalBaseBitset *
torrent_add_peer (Torrent *self, ShoalPieceSlot slot, const char *picture)
{
  ShoalBaseBitset *has = bits_from_picture (picture);

  shoal_piece_ledger_add_slot (self->ledger, slot, 1000 + slot);
  shoal_piece_availability_add (self->availability, has);
  return has;
}

void
torrent_set_availability (Torrent *self, const char *digits)
{
  guint n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
  guint level, i;

  for (level = 1; level <= 9; level++)
    {
      g_autoptr (ShoalBaseBitset) has = shoal_base_bitset_new (n_pieces);

      for (i = 0; digits[i] != '\0'; i++)
        shoal_base_bitset_set (has, i, digits[i] - '0' >= (int) level);
      shoal_piece_availability_add (self->availability, has);
    }
}

ShoalPieceArrival
torrent_deliver (Torrent *self, ShoalPieceSlot slot, ShoalPieceBlock block)
{
  guint8           *data = shoal_base_pool_take (self->pool);
  ShoalPieceArrival arrival;

  memcpy (data, &block, sizeof block);
  shoal_piece_ledger_on_block (self->ledger, slot, block, data, &arrival);
  if (arrival.outcome == SHOAL_PIECE_BLOCK_DUPLICATE ||
      arrival.outcome == SHOAL_PIECE_BLOCK_UNWANTED)
    shoal_base_pool_give (self->pool, data);
  return arrival;
}

guint
torrent_take (Torrent *self, guint piece)
{
  guint               n_blocks = shoal_codec_layout_get_n_blocks (self->layout, piece), i;
  g_autofree guint8 **blocks = g_new0 (guint8 *, n_blocks);
  guint               n_null = shoal_piece_ledger_take_piece (self->ledger, piece, blocks);
  guint               n_seen = 0;

  for (i = 0; i < n_blocks; i++)
    {
      n_seen += blocks[i] == NULL;
      if (blocks[i] != NULL)
        shoal_base_pool_give (self->pool, blocks[i]);
    }
  g_assert_cmpuint (n_null, ==, n_seen);
  return n_null;
}

char *
picture_of (const ShoalPieceBlock *blocks, guint n)
{
  GString *picture = g_string_new (NULL);
  guint    i;

  for (i = 0; i < n; i++)
    g_string_append_c (picture, (char) ('a' + blocks[i].piece));
  return g_string_free (picture, FALSE);
}
