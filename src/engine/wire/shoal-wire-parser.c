/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-parser.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-pool.h"
#include "wire/shoal-wire-extension.h"

#define PREFIX 4

/* Most messages fit: only long ones that come in parts take memory of their own. */
#define SMALL_CARRY 64

struct _ShoalWireParser
{
  guint8               *carry; /* owned unless it is `small`: the start of a message that was cut */
  gsize                 carry_len;
  gsize                 carry_size;
  guint                 n_pieces;
  guint                 extensions;   /* mask of 1 << ShoalWireExtensionId */
  guint32               payload_left; /* of the block of `piece` */
  guint32               passing_over; /* bytes of a message that nobody wants */
  ShoalWireRange        piece;
  ShoalWireParserResult failure; /* MORE: none */
  guint8                small[SMALL_CARRY];

  guint carry_is_used_up : 1; /* its message was yielded */
};

/* What there is to know of a frame from its first bytes. */
typedef struct
{
  gsize need; /* bytes from the prefix on that must be there to go on */
  gsize skip; /* bytes after those that are passed over */
} Frame;

ShoalWireParser *
shoal_wire_parser_new (void)
{
  ShoalWireParser *self = g_new0 (ShoalWireParser, 1);

  self->carry = self->small;
  self->carry_size = SMALL_CARRY;
  self->extensions = 1u << SHOAL_WIRE_EXTENSION_HANDSHAKE;
  return self;
}

static void
reset_carry (ShoalWireParser *self)
{
  if (self->carry != self->small)
    g_free (self->carry);
  self->carry = self->small;
  self->carry_size = SMALL_CARRY;
  self->carry_len = 0;
  self->carry_is_used_up = FALSE;
}

void
shoal_wire_parser_free (ShoalWireParser *self)
{
  reset_carry (self);
  g_free (self);
}

void
shoal_wire_parser_set_n_pieces (ShoalWireParser *self, guint n_pieces)
{
  self->n_pieces = n_pieces;
}

void
shoal_wire_parser_set_extensions (ShoalWireParser *self, guint mask)
{
  self->extensions = mask | 1u << SHOAL_WIRE_EXTENSION_HANDSHAKE;
}

guint32
shoal_wire_parser_get_payload_left (const ShoalWireParser *self)
{
  return self->payload_left;
}

void
shoal_wire_parser_skip_payload (ShoalWireParser *self, guint32 n)
{
  g_return_if_fail (n <= self->payload_left);
  self->payload_left -= n;
}

gsize
shoal_wire_parser_get_head_left (const ShoalWireParser *self)
{
  gsize have = self->carry_is_used_up ? 0 : self->carry_len;

  if (self->passing_over > 0 || have >= SHOAL_WIRE_MESSAGE_PIECE_HEAD ||
      (have > PREFIX && self->carry[PREFIX] != SHOAL_WIRE_MESSAGE_PIECE))
    return 0;
  return SHOAL_WIRE_MESSAGE_PIECE_HEAD - have;
}

static gboolean
is_bitfield_length (const ShoalWireParser *self, guint32 length)
{
  guint32 bytes = length - 1;

  if (self->n_pieces == 0)
    return bytes <= SHOAL_WIRE_MESSAGE_MAX_PIECES / 8;
  return bytes == (self->n_pieces + 7) / 8;
}

/* Whether a message of @id can have @length bytes, the id's own among them. */
static ShoalWireParserResult
check_length (const ShoalWireParser *self, guint8 id, guint32 length)
{
  gboolean right;

  switch (id)
    {
    case SHOAL_WIRE_MESSAGE_CHOKE:
    case SHOAL_WIRE_MESSAGE_UNCHOKE:
    case SHOAL_WIRE_MESSAGE_INTERESTED:
    case SHOAL_WIRE_MESSAGE_NOT_INTERESTED:
    case SHOAL_WIRE_MESSAGE_HAVE_ALL:
    case SHOAL_WIRE_MESSAGE_HAVE_NONE:
      right = length == SHOAL_WIRE_MESSAGE_PLAIN_SIZE - PREFIX;
      break;
    case SHOAL_WIRE_MESSAGE_HAVE:
    case SHOAL_WIRE_MESSAGE_SUGGEST:
    case SHOAL_WIRE_MESSAGE_ALLOWED_FAST:
      right = length == SHOAL_WIRE_MESSAGE_INDEX_SIZE - PREFIX;
      break;
    case SHOAL_WIRE_MESSAGE_REQUEST:
    case SHOAL_WIRE_MESSAGE_CANCEL:
    case SHOAL_WIRE_MESSAGE_REJECT:
      right = length == SHOAL_WIRE_MESSAGE_RANGE_SIZE - PREFIX;
      break;
    case SHOAL_WIRE_MESSAGE_PORT:
      right = length == SHOAL_WIRE_MESSAGE_PORT_SIZE - PREFIX;
      break;
    case SHOAL_WIRE_MESSAGE_BITFIELD:
      right = is_bitfield_length (self, length);
      break;
    case SHOAL_WIRE_MESSAGE_PIECE: /* nobody is asked for more than a block */
      right = length >= SHOAL_WIRE_MESSAGE_PIECE_HEAD - PREFIX &&
              length <= SHOAL_WIRE_MESSAGE_PIECE_HEAD - PREFIX + SHOAL_BASE_BLOCK_SIZE;
      break;
    case SHOAL_WIRE_MESSAGE_EXTENDED:
      right = length >= SHOAL_WIRE_MESSAGE_EXTENDED_HEAD - PREFIX;
      break;
    default:
      return SHOAL_WIRE_PARSER_BAD_ID;
    }
  return right ? SHOAL_WIRE_PARSER_MORE : SHOAL_WIRE_PARSER_BAD_LENGTH;
}

/* Whether an extended message that we gave the id @id to may have @len bytes of payload. */
static gboolean
is_extended_length (guint8 id, gsize len)
{
  switch (id)
    {
    case SHOAL_WIRE_EXTENSION_HANDSHAKE:
      return len <= SHOAL_WIRE_EXTENSION_MAX_HANDSHAKE;
    case SHOAL_WIRE_EXTENSION_METADATA:
      return len <= SHOAL_WIRE_EXTENSION_MAX_METADATA;
    case SHOAL_WIRE_EXTENSION_PEX:
      return len <= SHOAL_WIRE_EXTENSION_MAX_PEX;
    case SHOAL_WIRE_EXTENSION_DONTHAVE:
      return len == 4;
    case SHOAL_WIRE_EXTENSION_UPLOAD_ONLY:
      return len == 1;
    case SHOAL_WIRE_EXTENSION_HOLEPUNCH:
      return len <= SHOAL_WIRE_EXTENSION_MAX_HOLEPUNCH;
    default:
      return FALSE;
    }
}

static gboolean
wants_extended (const ShoalWireParser *self, guint8 id)
{
  return id < SHOAL_WIRE_EXTENSION_COUNT && (self->extensions & 1u << id) != 0;
}

static ShoalWireParserResult
measure_extended (const ShoalWireParser *self, const guint8 *head, gsize have, Frame *frame)
{
  gsize payload = shoal_base_read_be32 (head) + PREFIX - SHOAL_WIRE_MESSAGE_EXTENDED_HEAD;

  frame->need = SHOAL_WIRE_MESSAGE_EXTENDED_HEAD;
  if (have < frame->need)
    return SHOAL_WIRE_PARSER_MORE;
  if (!wants_extended (self, head[5]))
    frame->skip = payload;
  else if (is_extended_length (head[5], payload))
    frame->need += payload;
  else
    return SHOAL_WIRE_PARSER_BAD_LENGTH;
  return SHOAL_WIRE_PARSER_MORE;
}

/* Says how many bytes are needed for the next step, given the first @have bytes of a frame. Each
 * check is made as soon as the bytes it looks at are there. MORE: nothing wrong so far. */
static ShoalWireParserResult
measure (const ShoalWireParser *self, const guint8 *head, gsize have, Frame *frame)
{
  ShoalWireParserResult result;
  guint32               length;

  frame->need = PREFIX;
  frame->skip = 0;
  if (have < PREFIX)
    return SHOAL_WIRE_PARSER_MORE;
  length = shoal_base_read_be32 (head);
  if (length > SHOAL_WIRE_MESSAGE_MAX_LENGTH)
    return SHOAL_WIRE_PARSER_TOO_LONG;
  if (length == 0)
    return SHOAL_WIRE_PARSER_MORE;
  frame->need = PREFIX + 1;
  if (have < frame->need)
    return SHOAL_WIRE_PARSER_MORE;
  result = check_length (self, head[PREFIX], length);
  if (result != SHOAL_WIRE_PARSER_MORE)
    return result;
  if (head[PREFIX] == SHOAL_WIRE_MESSAGE_EXTENDED)
    return measure_extended (self, head, have, frame);
  if (head[PREFIX] == SHOAL_WIRE_MESSAGE_PIECE)
    frame->need = SHOAL_WIRE_MESSAGE_PIECE_HEAD;
  else
    frame->need = PREFIX + length;
  return SHOAL_WIRE_PARSER_MORE;
}

static void
decode_range (const guint8 *data, ShoalWireRange *range)
{
  range->piece = shoal_base_read_be32 (data);
  range->begin = shoal_base_read_be32 (data + 4);
  range->length = shoal_base_read_be32 (data + 8);
}

static void
decode_piece (ShoalWireParser *self, const guint8 *head, ShoalWireMessage *out)
{
  out->range.piece = shoal_base_read_be32 (head + 5);
  out->range.begin = shoal_base_read_be32 (head + 9);
  out->range.length = shoal_base_read_be32 (head) + PREFIX - SHOAL_WIRE_MESSAGE_PIECE_HEAD;
  self->piece = out->range;
  self->payload_left = out->range.length;
}

static void
decode_extended (const ShoalWireParser *self,
                 const guint8          *head,
                 const Frame           *frame,
                 ShoalWireMessage      *out)
{
  out->extended_id = head[5];
  out->data = wants_extended (self, head[5]) ? head + SHOAL_WIRE_MESSAGE_EXTENDED_HEAD : NULL;
  out->len = frame->need + frame->skip - SHOAL_WIRE_MESSAGE_EXTENDED_HEAD;
}

/* The frame at @head is whole and of a right length. */
static void
decode (ShoalWireParser *self, const guint8 *head, const Frame *frame, ShoalWireMessage *out)
{
  memset (out, 0, sizeof *out);
  if (frame->need == PREFIX)
    {
      out->id = SHOAL_WIRE_MESSAGE_KEEP_ALIVE;
      return;
    }
  out->id = (ShoalWireMessageId) head[PREFIX];
  switch (head[PREFIX])
    {
    case SHOAL_WIRE_MESSAGE_HAVE:
    case SHOAL_WIRE_MESSAGE_SUGGEST:
    case SHOAL_WIRE_MESSAGE_ALLOWED_FAST:
      out->range.piece = shoal_base_read_be32 (head + 5);
      break;
    case SHOAL_WIRE_MESSAGE_REQUEST:
    case SHOAL_WIRE_MESSAGE_CANCEL:
    case SHOAL_WIRE_MESSAGE_REJECT:
      decode_range (head + 5, &out->range);
      break;
    case SHOAL_WIRE_MESSAGE_PORT:
      out->port = shoal_base_read_be16 (head + 5);
      break;
    case SHOAL_WIRE_MESSAGE_BITFIELD:
      out->data = head + SHOAL_WIRE_MESSAGE_BITFIELD_HEAD;
      out->len = frame->need - SHOAL_WIRE_MESSAGE_BITFIELD_HEAD;
      break;
    case SHOAL_WIRE_MESSAGE_PIECE:
      decode_piece (self, head, out);
      break;
    case SHOAL_WIRE_MESSAGE_EXTENDED:
      decode_extended (self, head, frame, out);
      break;
    default: /* the id alone */
      break;
    }
}

/* Makes room for @size bytes, all of which have come. */
static void
grow_carry (ShoalWireParser *self, gsize size)
{
  gsize   new_size = self->carry_size;
  guint8 *grown;

  if (size <= self->carry_size)
    return;
  while (new_size < size)
    new_size *= 2;
  grown = g_malloc (new_size);
  memcpy (grown, self->carry, self->carry_len);
  if (self->carry != self->small)
    g_free (self->carry);
  self->carry = grown;
  self->carry_size = new_size;
}

/* Moves up to @want bytes of the input behind what is kept. */
static void
keep (ShoalWireParser *self, const guint8 **data, gsize *len, gsize want)
{
  gsize n = MIN (want, *len);

  grow_carry (self, self->carry_len + n);
  memcpy (self->carry + self->carry_len, *data, n);
  self->carry_len += n;
  *data += n;
  *len -= n;
}

/* What lies in the way of the next frame: a block, or a message that nobody wants. */
static ShoalWireParserResult
feed_rest (ShoalWireParser *self, const guint8 **data, gsize *len, ShoalWireMessage *out)
{
  guint32 *left = self->payload_left > 0 ? &self->payload_left : &self->passing_over;
  guint32  n = (guint32) MIN (*len, *left);

  if (n == 0)
    return SHOAL_WIRE_PARSER_MORE;
  if (left == &self->payload_left)
    {
      memset (out, 0, sizeof *out);
      out->id = SHOAL_WIRE_MESSAGE_PIECE;
      out->range = self->piece;
      out->data = *data;
      out->len = n;
    }
  *left -= n;
  *data += n;
  *len -= n;
  return left == &self->payload_left ? SHOAL_WIRE_PARSER_PAYLOAD : SHOAL_WIRE_PARSER_MORE;
}

/* Gathers one frame's bytes: *head is where they lie in one run. MORE: the input ended first. */
static ShoalWireParserResult
gather (ShoalWireParser *self, const guint8 **data, gsize *len, const guint8 **head, Frame *frame)
{
  for (;;)
    {
      gboolean              cut = self->carry_len > 0;
      gsize                 have = cut ? self->carry_len : *len;
      ShoalWireParserResult result;

      *head = cut ? self->carry : *data;
      result = measure (self, *head, have, frame);
      if (result != SHOAL_WIRE_PARSER_MORE)
        return result;
      if (have >= frame->need)
        break;
      if (*len == 0)
        return SHOAL_WIRE_PARSER_MORE;
      keep (self, data, len, frame->need - self->carry_len);
    }
  if (self->carry_len > 0)
    {
      self->carry_is_used_up = TRUE;
      return SHOAL_WIRE_PARSER_MESSAGE;
    }
  *data += frame->need;
  *len -= frame->need;
  return SHOAL_WIRE_PARSER_MESSAGE;
}

ShoalWireParserResult
shoal_wire_parser_feed (ShoalWireParser  *self,
                        const guint8    **data,
                        gsize            *len,
                        ShoalWireMessage *out)
{
  ShoalWireParserResult result;
  const guint8         *head;
  Frame                 frame;

  if (self->failure != SHOAL_WIRE_PARSER_MORE)
    return self->failure;
  if (self->carry_is_used_up)
    reset_carry (self);
  while (self->payload_left > 0 || self->passing_over > 0)
    {
      result = feed_rest (self, data, len, out);
      if (result == SHOAL_WIRE_PARSER_PAYLOAD || *len == 0)
        return result;
    }
  result = gather (self, data, len, &head, &frame);
  if (result == SHOAL_WIRE_PARSER_MESSAGE)
    {
      decode (self, head, &frame, out);
      self->passing_over = (guint32) frame.skip;
    }
  else if (result != SHOAL_WIRE_PARSER_MORE)
    self->failure = result;
  return result;
}
