/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "wire/shoal-wire-message.h"

G_BEGIN_DECLS

/* Cuts a stream of bytes into messages (BEP 3, 6, 10), from after the handshake on. One thread.
 *
 * Bytes may come in any portions. What is whole in a portion is read where it lies; only a message
 * that a portion cuts is put together inside the parser, in a buffer that grows with the bytes that
 * come, never with the length that a message promises. Each length is checked against its id before
 * anything of the message is kept.
 *
 * The fast path: a piece message is yielded as soon as its 13 bytes of head are there. Its block is
 * the receiver's affair from then on: while shoal_wire_parser_get_payload_left() is not 0, either
 * the bytes are fed like all others and come back as SHOAL_WIRE_PARSER_PAYLOAD, to be copied or
 * dropped, or they are received straight to where they belong and the parser is only told how many
 * they were, with shoal_wire_parser_skip_payload(). Both ways can be mixed within a block. */
typedef struct _ShoalWireParser ShoalWireParser;

typedef enum
{
  SHOAL_WIRE_PARSER_MORE,    /* all input is used up */
  SHOAL_WIRE_PARSER_MESSAGE, /* *out is a message; of a piece its head */
  SHOAL_WIRE_PARSER_PAYLOAD, /* out->data, out->len: the next bytes of the block of the last piece
                              * message, in the input; out->range still says which block */
  /* The stream cannot be followed any further; every later call says the same. */
  SHOAL_WIRE_PARSER_TOO_LONG,   /* above SHOAL_WIRE_MESSAGE_MAX_LENGTH */
  SHOAL_WIRE_PARSER_BAD_LENGTH, /* not a length that a message of its id can have */
  SHOAL_WIRE_PARSER_BAD_ID,     /* no message that we know or allowed */
} ShoalWireParserResult;

ShoalWireParser *shoal_wire_parser_new (void);

void shoal_wire_parser_free (ShoalWireParser *self);

/* From now on a bitfield must have exactly the length for @n_pieces. Before, and with 0, any up to
 * SHOAL_WIRE_MESSAGE_MAX_PIECES bits is let through. */
void shoal_wire_parser_set_n_pieces (ShoalWireParser *self, guint n_pieces);

/* Which extended messages we gave ids to, as a mask of 1 << ShoalWireExtensionId. Their payload is
 * handed over up to a limit for each; the payload of any other is passed over without keeping it
 * (the message comes with data NULL, and len as it was announced). At first none; the handshake of
 * BEP 10 (id 0) is always let through. */
void shoal_wire_parser_set_extensions (ShoalWireParser *self, guint mask);

/* Takes bytes from the front of *data (moving *data and *len on) up to the end of one message, of
 * one piece's head, or of what there is of a block. Call it until it says MORE. */
ShoalWireParserResult shoal_wire_parser_feed (ShoalWireParser  *self,
                                              const guint8    **data,
                                              gsize            *len,
                                              ShoalWireMessage *out);

/* How many bytes of the present block have not come yet; 0 outside a block. */
guint32 shoal_wire_parser_get_payload_left (const ShoalWireParser *self);

/* The next @n bytes of the stream, at most what is left of the block, are with the receiver already
 * and will not be fed. */
void shoal_wire_parser_skip_payload (ShoalWireParser *self, guint32 n);

/* If the next message, after what is left of the present block, is a piece: how many bytes of its
 * head have not come yet (1 … SHOAL_WIRE_MESSAGE_PIECE_HEAD). 0: it is another one. */
gsize shoal_wire_parser_get_head_left (const ShoalWireParser *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalWireParser, shoal_wire_parser_free)

G_END_DECLS
