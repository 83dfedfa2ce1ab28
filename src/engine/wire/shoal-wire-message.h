/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The messages of the peer protocol (BEP 3, 6, 10), as values, and as bytes. Any thread. */

/* Message ids as on the wire, and one for what has none. */
typedef enum
{
  SHOAL_WIRE_MESSAGE_CHOKE = 0,
  SHOAL_WIRE_MESSAGE_UNCHOKE = 1,
  SHOAL_WIRE_MESSAGE_INTERESTED = 2,
  SHOAL_WIRE_MESSAGE_NOT_INTERESTED = 3,
  SHOAL_WIRE_MESSAGE_HAVE = 4,
  SHOAL_WIRE_MESSAGE_BITFIELD = 5,
  SHOAL_WIRE_MESSAGE_REQUEST = 6,
  SHOAL_WIRE_MESSAGE_PIECE = 7,
  SHOAL_WIRE_MESSAGE_CANCEL = 8,
  SHOAL_WIRE_MESSAGE_PORT = 9,     /* BEP 5 */
  SHOAL_WIRE_MESSAGE_SUGGEST = 13, /* BEP 6 from here … */
  SHOAL_WIRE_MESSAGE_HAVE_ALL = 14,
  SHOAL_WIRE_MESSAGE_HAVE_NONE = 15,
  SHOAL_WIRE_MESSAGE_REJECT = 16,
  SHOAL_WIRE_MESSAGE_ALLOWED_FAST = 17, /* … to here */
  SHOAL_WIRE_MESSAGE_EXTENDED = 20,     /* BEP 10 */
  SHOAL_WIRE_MESSAGE_KEEP_ALIVE = 256,
} ShoalWireMessageId;

/* Bytes @begin … @begin + @length − 1 of a piece: what is asked for, sent and refused. */
typedef struct
{
  guint32 piece;
  guint32 begin;
  guint32 length;
} ShoalWireRange;

/* A message as it was received. Which fields mean something depends on @id. */
typedef struct
{
  ShoalWireMessageId id;
  ShoalWireRange     range;  /* request, cancel, reject, piece; have, suggest, allowed fast:
                              * its @piece only */
  guint16       port;        /* port */
  guint8        extended_id; /* extended: the id that the receiver gave out */
  const guint8 *data;        /* bitfield, extended: the payload; unowned: lies in what was fed or
                              * in the parser, valid until it is fed again */
  gsize len;                 /* bytes at @data */
} ShoalWireMessage;

/* Bytes on the wire, with the length prefix. */
#define SHOAL_WIRE_MESSAGE_KEEP_ALIVE_SIZE 4
#define SHOAL_WIRE_MESSAGE_PLAIN_SIZE      5 /* an id alone: choke, have all, … */
#define SHOAL_WIRE_MESSAGE_EXTENDED_HEAD   6 /* what precedes an extended payload */
#define SHOAL_WIRE_MESSAGE_PORT_SIZE       7
#define SHOAL_WIRE_MESSAGE_INDEX_SIZE      9  /* have, suggest, allowed fast */
#define SHOAL_WIRE_MESSAGE_PIECE_HEAD      13 /* what precedes the bytes of a block */
#define SHOAL_WIRE_MESSAGE_RANGE_SIZE      17 /* request, cancel, reject */
#define SHOAL_WIRE_MESSAGE_BITFIELD_HEAD   5  /* what precedes the bits */

/* No frame is longer, whatever its id (the length counts the id, not the prefix). */
#define SHOAL_WIRE_MESSAGE_MAX_LENGTH (1024 * 1024)

/* No torrent has more pieces: 2^21, and a bitfield before the metadata is known no more bits. */
#define SHOAL_WIRE_MESSAGE_MAX_PIECES (1u << 21)

static inline gboolean
shoal_wire_range_equal (const ShoalWireRange *a, const ShoalWireRange *b)
{
  return a->piece == b->piece && a->begin == b->begin && a->length == b->length;
}

/* Each of these writes one message to @out, which must have room for it, and returns its size. */

gsize shoal_wire_message_write_keep_alive (guint8 *out);

/* @id: one that has no payload. */
gsize shoal_wire_message_write_plain (guint8 *out, ShoalWireMessageId id);

/* @id: have, suggest or allowed fast. */
gsize shoal_wire_message_write_index (guint8 *out, ShoalWireMessageId id, guint32 piece);

/* @id: request, cancel or reject. */
gsize
shoal_wire_message_write_range (guint8 *out, ShoalWireMessageId id, const ShoalWireRange *range);

gsize shoal_wire_message_write_port (guint8 *out, guint16 port);

/* Only the head: range->length bytes of data must follow. */
gsize shoal_wire_message_write_piece_head (guint8 *out, const ShoalWireRange *range);

/* Only the head: @n_bytes of bits must follow. */
gsize shoal_wire_message_write_bitfield_head (guint8 *out, gsize n_bytes);

/* Only the head: @len bytes of payload must follow. @extended_id is the receiver's. */
gsize shoal_wire_message_write_extended_head (guint8 *out, guint8 extended_id, gsize len);

G_END_DECLS
