/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-message.h"

#include "base/shoal-base-bytes.h"

/* The length prefix counts what follows it. */
#define PREFIX 4

static void
put_head (guint8 *out, gsize size, ShoalWireMessageId id)
{
  shoal_base_write_be32 (out, (guint32) (size - PREFIX));
  out[PREFIX] = (guint8) id;
}

gsize
shoal_wire_message_write_keep_alive (guint8 *out)
{
  shoal_base_write_be32 (out, 0);
  return SHOAL_WIRE_MESSAGE_KEEP_ALIVE_SIZE;
}

gsize
shoal_wire_message_write_plain (guint8 *out, ShoalWireMessageId id)
{
  put_head (out, SHOAL_WIRE_MESSAGE_PLAIN_SIZE, id);
  return SHOAL_WIRE_MESSAGE_PLAIN_SIZE;
}

gsize
shoal_wire_message_write_index (guint8 *out, ShoalWireMessageId id, guint32 piece)
{
  put_head (out, SHOAL_WIRE_MESSAGE_INDEX_SIZE, id);
  shoal_base_write_be32 (out + 5, piece);
  return SHOAL_WIRE_MESSAGE_INDEX_SIZE;
}

gsize
shoal_wire_message_write_range (guint8 *out, ShoalWireMessageId id, const ShoalWireRange *range)
{
  put_head (out, SHOAL_WIRE_MESSAGE_RANGE_SIZE, id);
  shoal_base_write_be32 (out + 5, range->piece);
  shoal_base_write_be32 (out + 9, range->begin);
  shoal_base_write_be32 (out + 13, range->length);
  return SHOAL_WIRE_MESSAGE_RANGE_SIZE;
}

gsize
shoal_wire_message_write_port (guint8 *out, guint16 port)
{
  put_head (out, SHOAL_WIRE_MESSAGE_PORT_SIZE, SHOAL_WIRE_MESSAGE_PORT);
  shoal_base_write_be16 (out + 5, port);
  return SHOAL_WIRE_MESSAGE_PORT_SIZE;
}

gsize
shoal_wire_message_write_piece_head (guint8 *out, const ShoalWireRange *range)
{
  put_head (out, SHOAL_WIRE_MESSAGE_PIECE_HEAD + range->length, SHOAL_WIRE_MESSAGE_PIECE);
  shoal_base_write_be32 (out + 5, range->piece);
  shoal_base_write_be32 (out + 9, range->begin);
  return SHOAL_WIRE_MESSAGE_PIECE_HEAD;
}

gsize
shoal_wire_message_write_bitfield_head (guint8 *out, gsize n_bytes)
{
  put_head (out, SHOAL_WIRE_MESSAGE_BITFIELD_HEAD + n_bytes, SHOAL_WIRE_MESSAGE_BITFIELD);
  return SHOAL_WIRE_MESSAGE_BITFIELD_HEAD;
}

gsize
shoal_wire_message_write_extended_head (guint8 *out, guint8 extended_id, gsize len)
{
  put_head (out, SHOAL_WIRE_MESSAGE_EXTENDED_HEAD + len, SHOAL_WIRE_MESSAGE_EXTENDED);
  out[5] = extended_id;
  return SHOAL_WIRE_MESSAGE_EXTENDED_HEAD;
}
