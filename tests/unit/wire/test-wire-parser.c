/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-pool.h"
#include "base/shoal-base-random.h"
#include "wire/shoal-wire-extension.h"
#include "wire/shoal-wire-parser.h"

#define N_PIECES       1000
#define BITFIELD_BYTES 125

/* What was read, as one text for comparing: a line for each message. */
static void
log_message (GString *log, const ShoalWireMessage *message)
{
  g_string_append_printf (log,
                          "%d %u+%u+%u port %u ext %u",
                          (int) message->id,
                          message->range.piece,
                          message->range.begin,
                          message->range.length,
                          message->port,
                          message->extended_id);
  if (message->data != NULL)
    {
      g_autofree char *hex = shoal_base_hex_dup (message->data, message->len);

      g_string_append_printf (log, " %s", hex);
    }
  g_string_append_c (log, '\n');
}

/* Feeds @chunk and writes down what comes; blocks are gathered in @block and logged when whole. */
static ShoalWireParserResult
feed_chunk (ShoalWireParser *parser,
            GString         *log,
            GByteArray      *block,
            const guint8    *chunk,
            gsize            len)
{
  for (;;)
    {
      ShoalWireMessage      message;
      gsize                 before = len;
      ShoalWireParserResult result = shoal_wire_parser_feed (parser, &chunk, &len, &message);

      g_assert_cmpuint (len, <=, before);
      if (result == SHOAL_WIRE_PARSER_MESSAGE)
        log_message (log, &message);
      else if (result == SHOAL_WIRE_PARSER_PAYLOAD)
        g_byte_array_append (block, message.data, (guint) message.len);
      else
        return result;
      if (block->len > 0 && shoal_wire_parser_get_payload_left (parser) == 0)
        {
          g_autofree char *hex = shoal_base_hex_dup (block->data, block->len);

          g_string_append_printf (log, "block of %u: %s\n", message.range.piece, hex);
          g_byte_array_set_size (block, 0);
        }
    }
}

static void
append (GByteArray *out, const guint8 *data, gsize len)
{
  g_byte_array_append (out, data, (guint) len);
}

static void
append_random (GByteArray *out, ShoalBaseRandom *random, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      guint8 byte = (guint8) shoal_base_random_next (random);

      append (out, &byte, 1);
    }
}

/* One message of each kind, the kind chosen by @kind. */
static void
append_message (GByteArray *out, ShoalBaseRandom *random, guint kind)
{
  guint8         head[32];
  guint32        number = (guint32) shoal_base_random_next (random);
  ShoalWireRange range = { number, number >> 3, 1 + number % 300 };

  if (kind < 4)
    append (out, head, shoal_wire_message_write_plain (head, (ShoalWireMessageId) kind));
  else if (kind == 4)
    append (out, head, shoal_wire_message_write_index (head, SHOAL_WIRE_MESSAGE_SUGGEST, number));
  else if (kind == 5)
    {
      append (out, head, shoal_wire_message_write_bitfield_head (head, BITFIELD_BYTES));
      append_random (out, random, BITFIELD_BYTES);
    }
  else if (kind == 6)
    append (out, head, shoal_wire_message_write_range (head, SHOAL_WIRE_MESSAGE_REJECT, &range));
  else if (kind == 7)
    {
      append (out, head, shoal_wire_message_write_piece_head (head, &range));
      append_random (out, random, range.length);
    }
  else if (kind == 8)
    append (out, head, shoal_wire_message_write_port (head, (guint16) number));
  else if (kind == 9)
    append (out, head, shoal_wire_message_write_keep_alive (head));
  else if (kind == 10)
    {
      append (out, head, shoal_wire_message_write_extended_head (head, 0, number % 90));
      append_random (out, random, number % 90);
    }
  else
    {
      append (out, head, shoal_wire_message_write_extended_head (head, 200, number % 90));
      append_random (out, random, number % 90);
    }
}

#define N_KINDS 12

static char *
read_in_chunks (const GByteArray *stream, gsize (*choose) (gpointer data), gpointer data)
{
  g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
  g_autoptr (GByteArray) block = g_byte_array_new ();
  GString *log = g_string_new (NULL);
  gsize    at = 0;

  shoal_wire_parser_set_n_pieces (parser, N_PIECES);
  while (at < stream->len)
    {
      gsize wish = choose (data);
      gsize n = MIN (wish, stream->len - at);
      /* A copy of its own size, so that a sanitizer sees a read beyond it. */
      g_autofree guint8 *chunk = g_memdup2 (stream->data + at, n);

      g_assert_cmpint (feed_chunk (parser, log, block, chunk, n), ==, SHOAL_WIRE_PARSER_MORE);
      at += n;
    }
  return g_string_free (log, FALSE);
}

static gsize
choose_fixed (gpointer data)
{
  return *(const gsize *) data;
}

static gsize
choose_random (gpointer data)
{
  return shoal_base_random_below (data, 3) == 0 ? 1 + shoal_base_random_below (data, 400)
                                                : 1 + shoal_base_random_below (data, 20);
}

static GByteArray *
make_stream (ShoalBaseRandom *random, guint n_messages)
{
  GByteArray *stream = g_byte_array_new ();

  for (guint i = 0; i < n_messages; i++)
    append_message (stream, random, i < N_KINDS ? i : shoal_base_random_below (random, N_KINDS));
  return stream;
}

static void
test_known_stream (void)
{
  static const char STREAM[] = "00000000"                           /* keep-alive */
                               "0000000100"                         /* choke */
                               "000000050400000003"                 /* have */
                               "0000000d06000000010000400000004000" /* request */
                               "0000000b07000000020000000aabcd"     /* piece of two bytes */
                               "0000000907000000020000000a"         /* piece of none */
                               "00000003091ae1"                     /* port */
                               "0000000414c80102"                   /* extended, not ours */
                               "00000004140064 65"                  /* extended handshake */
                               "000000051100000009";                /* allowed fast */
  static const char EXPECTED[] = "256 0+0+0 port 0 ext 0\n"
                                 "0 0+0+0 port 0 ext 0\n"
                                 "4 3+0+0 port 0 ext 0\n"
                                 "6 1+16384+16384 port 0 ext 0\n"
                                 "7 2+10+2 port 0 ext 0\n"
                                 "block of 2: abcd\n"
                                 "7 2+10+0 port 0 ext 0\n"
                                 "9 0+0+0 port 6881 ext 0\n"
                                 "20 0+0+0 port 0 ext 200\n"
                                 "20 0+0+0 port 0 ext 0 6465\n"
                                 "17 9+0+0 port 0 ext 0\n";
  g_autoptr (GString) hex = g_string_new (STREAM);
  g_autoptr (GByteArray) stream = g_byte_array_new ();
  gsize len;

  g_string_replace (hex, " ", "", 0);
  len = hex->len / 2;
  g_byte_array_set_size (stream, (guint) len);
  g_assert_true (shoal_base_hex_decode (hex->str, stream->data, len));
  for (gsize n = 1; n <= len; n++)
    {
      g_autofree char *log = read_in_chunks (stream, choose_fixed, &n);

      g_assert_cmpstr (log, ==, EXPECTED);
    }
}

/* However a stream is cut, the same messages come out of it. */
static void
test_any_chunks (void)
{
  ShoalBaseRandom random;

  shoal_base_random_init (&random, 7);
  for (guint round = 0; round < 60; round++)
    {
      g_autoptr (GByteArray) stream = make_stream (&random, 60);
      gsize            whole = stream->len;
      g_autofree char *expected = read_in_chunks (stream, choose_fixed, &whole);
      g_autofree char *cut = read_in_chunks (stream, choose_random, &random);

      g_assert_cmpstr (cut, ==, expected);
    }
}

static gsize
choose_two (gpointer data)
{
  gsize *parts = data;
  gsize  n = parts[0];

  parts[0] = parts[1];
  return n;
}

static void
test_every_split (void)
{
  ShoalBaseRandom random;
  g_autoptr (GByteArray) stream = NULL;
  g_autofree char *expected = NULL;
  gsize            whole;

  shoal_base_random_init (&random, 11);
  stream = make_stream (&random, N_KINDS);
  whole = stream->len;
  expected = read_in_chunks (stream, choose_fixed, &whole);
  for (gsize at = 1; at < stream->len; at++)
    {
      gsize            parts[2] = { at, whole };
      g_autofree char *log = read_in_chunks (stream, choose_two, parts);

      g_assert_cmpstr (log, ==, expected);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char           *hex;
    gsize                 at; /* how many bytes it takes to know */
    ShoalWireParserResult result;
  } ROWS[] = {
    { "00100001", 4, SHOAL_WIRE_PARSER_TOO_LONG },
    { "ffffffff", 4, SHOAL_WIRE_PARSER_TOO_LONG },
    { "0000000200", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* choke */
    { "0000000203", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* not interested */
    { "0000000104", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* have */
    { "0000000604", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* have */
    { "0000007d05", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* bitfield, a byte short */
    { "0000007f05", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* bitfield, a byte long */
    { "0000000105", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* bitfield, empty */
    { "0000000c06", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* request */
    { "0000000e08", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* cancel */
    { "0000000807", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* piece without its head */
    { "0000400a07", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* piece of 16 KiB and a byte */
    { "0000000209", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* port */
    { "000000010d", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* suggest */
    { "000000020e", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* have all */
    { "0000000110", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* reject */
    { "0000000111", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* allowed fast */
    { "0000000114", 5, SHOAL_WIRE_PARSER_BAD_LENGTH },   /* extended without an id */
    { "000080031400", 6, SHOAL_WIRE_PARSER_BAD_LENGTH }, /* extension handshake above its cap */
    { "000000051403", 6, SHOAL_WIRE_PARSER_BAD_LENGTH }, /* lt_donthave of three bytes */
    { "000000010a", 5, SHOAL_WIRE_PARSER_BAD_ID },
    { "0000000112", 5, SHOAL_WIRE_PARSER_BAD_ID },
    { "0000003115", 5, SHOAL_WIRE_PARSER_BAD_ID }, /* a hash request: not agreed to */
    { "00000001ff", 5, SHOAL_WIRE_PARSER_BAD_ID },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      guint8        data[8];
      const guint8 *at = data;
      gsize         len = strlen (ROWS[i].hex) / 2;

      shoal_wire_parser_set_n_pieces (parser, N_PIECES);
      shoal_wire_parser_set_extensions (parser, 1 << SHOAL_WIRE_EXTENSION_DONTHAVE);
      g_assert_true (shoal_base_hex_decode (ROWS[i].hex, data, len));
      for (gsize n = 1; n <= len; n++)
        {
          ShoalWireMessage      message;
          gsize                 one = 1;
          ShoalWireParserResult result = shoal_wire_parser_feed (parser, &at, &one, &message);

          g_assert_cmpint (result, ==, n < ROWS[i].at ? SHOAL_WIRE_PARSER_MORE : ROWS[i].result);
        }
      at = data;
      for (guint again = 0; again < 2; again++)
        {
          ShoalWireMessage message;
          gsize            rest = 4;

          g_assert_cmpint (
              shoal_wire_parser_feed (parser, &at, &rest, &message), ==, ROWS[i].result);
          g_assert_cmpuint (rest, ==, 4);
        }
    }
}

/* Without metadata any bitfield goes, up to what no torrent exceeds. */
static void
test_bitfield_before_metadata (void)
{
  static const struct
  {
    guint32               length;
    ShoalWireParserResult result;
  } ROWS[] = {
    { 1, SHOAL_WIRE_PARSER_MESSAGE },
    { 2, SHOAL_WIRE_PARSER_MORE },
    { 1 + SHOAL_WIRE_MESSAGE_MAX_PIECES / 8, SHOAL_WIRE_PARSER_MORE },
    { 2 + SHOAL_WIRE_MESSAGE_MAX_PIECES / 8, SHOAL_WIRE_PARSER_BAD_LENGTH },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      ShoalWireMessage message;
      guint8           data[5] = { 0, 0, 0, 0, SHOAL_WIRE_MESSAGE_BITFIELD };
      const guint8    *at = data;
      gsize            len = sizeof data;

      shoal_base_write_be32 (data, ROWS[i].length);
      g_assert_cmpint (shoal_wire_parser_feed (parser, &at, &len, &message), ==, ROWS[i].result);
    }
}

/* The head of a piece is yielded with its last byte, before any of the block. */
static void
test_piece_head (void)
{
  g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
  ShoalWireRange   range = { 5, 0x4000, SHOAL_BASE_BLOCK_SIZE };
  ShoalWireMessage message;
  guint8           head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];

  shoal_wire_message_write_piece_head (head, &range);
  for (gsize i = 0; i < sizeof head; i++)
    {
      const guint8         *at = head + i;
      gsize                 len = 1;
      ShoalWireParserResult result;

      g_assert_cmpuint (shoal_wire_parser_get_head_left (parser), ==, sizeof head - i);
      result = shoal_wire_parser_feed (parser, &at, &len, &message);
      g_assert_cmpint (
          result, ==, i + 1 < sizeof head ? SHOAL_WIRE_PARSER_MORE : SHOAL_WIRE_PARSER_MESSAGE);
    }
  g_assert_cmpint (message.id, ==, SHOAL_WIRE_MESSAGE_PIECE);
  g_assert_true (shoal_wire_range_equal (&message.range, &range));
  g_assert_cmpuint (shoal_wire_parser_get_payload_left (parser), ==, SHOAL_BASE_BLOCK_SIZE);
  g_assert_cmpuint (shoal_wire_parser_get_head_left (parser), ==, sizeof head);
}

/* What is not a block has no head of one in front, as soon as its id is there. */
static void
test_no_head (void)
{
  static const char *const STARTS[] = { "0000000504",
                                        "0000010014630000",
                                        "00000020050000000000000000" };

  for (guint i = 0; i < G_N_ELEMENTS (STARTS); i++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      ShoalWireMessage message;
      guint8           bytes[16];
      const guint8    *at = bytes;
      gsize            len = strlen (STARTS[i]) / 2;

      for (guint k = 0; k < len; k++)
        bytes[k] = (guint8) (g_ascii_xdigit_value (STARTS[i][2 * k]) << 4 |
                             g_ascii_xdigit_value (STARTS[i][2 * k + 1]));
      while (shoal_wire_parser_feed (parser, &at, &len, &message) == SHOAL_WIRE_PARSER_MESSAGE)
        ;
      g_assert_cmpuint (shoal_wire_parser_get_head_left (parser), ==, 0);
    }
}

/* A block is taken past the parser in part, and fed in part; what follows is read as ever. */
static void
test_payload_past_parser (void)
{
  ShoalBaseRandom random;

  shoal_base_random_init (&random, 3);
  for (guint round = 0; round < 200; round++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      ShoalWireRange   range = { round, 0, 1 + shoal_base_random_below (&random, 2000) };
      ShoalWireMessage message;
      guint8           head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];
      const guint8    *at;
      gsize            len;

      append (stream, head, shoal_wire_message_write_piece_head (head, &range));
      append_random (stream, &random, range.length);
      append (stream, head, shoal_wire_message_write_index (head, SHOAL_WIRE_MESSAGE_HAVE, round));
      at = stream->data;
      len = sizeof head;
      g_assert_cmpint (
          shoal_wire_parser_feed (parser, &at, &len, &message), ==, SHOAL_WIRE_PARSER_MESSAGE);
      while (shoal_wire_parser_get_payload_left (parser) > 0)
        {
          guint32 n =
              1 + shoal_base_random_below (&random, shoal_wire_parser_get_payload_left (parser));

          len = n;
          if (shoal_base_random_below (&random, 2) == 0)
            {
              shoal_wire_parser_skip_payload (parser, n);
              at += n;
              continue;
            }
          g_assert_cmpint (
              shoal_wire_parser_feed (parser, &at, &len, &message), ==, SHOAL_WIRE_PARSER_PAYLOAD);
          g_assert_cmpuint (message.len, ==, n);
          g_assert_true (message.data == at - n);
        }
      len = SHOAL_WIRE_MESSAGE_INDEX_SIZE;
      g_assert_cmpint (
          shoal_wire_parser_feed (parser, &at, &len, &message), ==, SHOAL_WIRE_PARSER_MESSAGE);
      g_assert_cmpint (message.id, ==, SHOAL_WIRE_MESSAGE_HAVE);
      g_assert_cmpuint (message.range.piece, ==, round);
    }
}

/* What is whole in a portion is not copied. */
static void
test_points_into_input (void)
{
  g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
  guint8           data[SHOAL_WIRE_MESSAGE_BITFIELD_HEAD + BITFIELD_BYTES] = { 0 };
  const guint8    *at = data;
  gsize            len = sizeof data;
  ShoalWireMessage message;

  shoal_wire_message_write_bitfield_head (data, BITFIELD_BYTES);
  g_assert_cmpint (
      shoal_wire_parser_feed (parser, &at, &len, &message), ==, SHOAL_WIRE_PARSER_MESSAGE);
  g_assert_true (message.data == data + SHOAL_WIRE_MESSAGE_BITFIELD_HEAD);
  g_assert_cmpuint (message.len, ==, BITFIELD_BYTES);
  g_assert_cmpuint (len, ==, 0);
}

static void
test_allowed_extensions (void)
{
  static const struct
  {
    guint    mask;
    guint8   id;
    guint    len;
    gboolean kept;
  } ROWS[] = {
    { 0, SHOAL_WIRE_EXTENSION_HANDSHAKE, 2, TRUE },
    { 0, SHOAL_WIRE_EXTENSION_PEX, 2, FALSE },
    { 0, SHOAL_WIRE_EXTENSION_PEX, 900000, FALSE },
    { 1 << SHOAL_WIRE_EXTENSION_PEX, SHOAL_WIRE_EXTENSION_PEX, 400000, TRUE },
    { 1 << SHOAL_WIRE_EXTENSION_PEX, SHOAL_WIRE_EXTENSION_METADATA, 20, FALSE },
    { 1 << SHOAL_WIRE_EXTENSION_METADATA, SHOAL_WIRE_EXTENSION_METADATA, 16500, TRUE },
    { 1 << SHOAL_WIRE_EXTENSION_UPLOAD_ONLY, SHOAL_WIRE_EXTENSION_UPLOAD_ONLY, 1, TRUE },
    { 1 << SHOAL_WIRE_EXTENSION_HOLEPUNCH, SHOAL_WIRE_EXTENSION_HOLEPUNCH, 24, TRUE },
    { 0xff, SHOAL_WIRE_EXTENSION_COUNT, 0, FALSE },
    { 0xff, 255, 17, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      g_autoptr (GByteArray) stream = g_byte_array_new ();
      g_autoptr (GString) log = g_string_new (NULL);
      g_autoptr (GByteArray) block = g_byte_array_new ();
      ShoalWireMessage message;
      guint8           head[SHOAL_WIRE_MESSAGE_EXTENDED_HEAD];
      const guint8    *at;
      gsize            len;

      append (stream, head, shoal_wire_message_write_extended_head (head, ROWS[i].id, ROWS[i].len));
      g_byte_array_set_size (stream, stream->len + ROWS[i].len);
      memset (stream->data + sizeof head, 0x5a, ROWS[i].len);
      append (stream, head, shoal_wire_message_write_plain (head, SHOAL_WIRE_MESSAGE_CHOKE));
      at = stream->data;
      len = stream->len;
      shoal_wire_parser_set_extensions (parser, ROWS[i].mask);
      g_assert_cmpint (
          shoal_wire_parser_feed (parser, &at, &len, &message), ==, SHOAL_WIRE_PARSER_MESSAGE);
      g_assert_cmpuint (message.extended_id, ==, ROWS[i].id);
      g_assert_cmpuint (message.len, ==, ROWS[i].len);
      g_assert_cmpint (message.data != NULL, ==, ROWS[i].kept);
      g_assert_cmpint (feed_chunk (parser, log, block, at, len), ==, SHOAL_WIRE_PARSER_MORE);
      g_assert_cmpstr (log->str, ==, "0 0+0+0 port 0 ext 0\n");
    }
}

/* Bytes of any kind neither crash the parser nor stop it from saying MORE or a failure. */
static void
test_noise (void)
{
  ShoalBaseRandom random;

  shoal_base_random_init (&random, 5);
  for (guint round = 0; round < 3000; round++)
    {
      g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
      g_autoptr (GString) log = g_string_new (NULL);
      g_autoptr (GByteArray) block = g_byte_array_new ();
      guint8 data[96];

      for (guint i = 0; i < sizeof data; i++)
        data[i] = (guint8) (shoal_base_random_below (&random, 3) == 0
                                ? shoal_base_random_below (&random, 22)
                                : 0);
      shoal_wire_parser_set_extensions (parser, (guint) shoal_base_random_next (&random));
      for (gsize at = 0; at < sizeof data; at += 12)
        {
          ShoalWireParserResult result = feed_chunk (parser, log, block, data + at, 12);

          g_assert_cmpint (result, !=, SHOAL_WIRE_PARSER_MESSAGE);
          g_assert_cmpint (result, !=, SHOAL_WIRE_PARSER_PAYLOAD);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/parser/known-stream", test_known_stream);
  g_test_add_func ("/wire/parser/any-chunks", test_any_chunks);
  g_test_add_func ("/wire/parser/every-split", test_every_split);
  g_test_add_func ("/wire/parser/refused", test_refused);
  g_test_add_func ("/wire/parser/bitfield-before-metadata", test_bitfield_before_metadata);
  g_test_add_func ("/wire/parser/piece-head", test_piece_head);
  g_test_add_func ("/wire/parser/no-head", test_no_head);
  g_test_add_func ("/wire/parser/payload-past-parser", test_payload_past_parser);
  g_test_add_func ("/wire/parser/points-into-input", test_points_into_input);
  g_test_add_func ("/wire/parser/allowed-extensions", test_allowed_extensions);
  g_test_add_func ("/wire/parser/noise", test_noise);
  return g_test_run ();
}
