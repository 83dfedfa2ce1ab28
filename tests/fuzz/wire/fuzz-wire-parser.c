/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The first two bytes say what is allowed and how the rest is cut; the rest is what a remote sends
 * after its handshake. However it is cut, the same comes out. */

#include "fuzz-target.h"

#include "base/shoal-base-random.h"
#include "wire/shoal-wire-extension.h"
#include "wire/shoal-wire-parser.h"

static void
mix (guint64 *digest, const guint8 *data, gsize len)
{
  for (gsize i = 0; i < len; i++)
    *digest = (*digest ^ data[i]) * G_GUINT64_CONSTANT (0x100000001b3);
}

static void
mix_message (guint64 *digest, const ShoalWireMessage *message)
{
  guint32 fields[] = { message->id,           message->range.piece, message->range.begin,
                       message->range.length, message->port,        message->extended_id,
                       (guint32) message->len };

  mix (digest, (const guint8 *) fields, sizeof fields);
  if (message->data != NULL)
    mix (digest, message->data, message->len);
}

static ShoalWireParserResult
feed (ShoalWireParser *parser, const guint8 *data, gsize len, guint64 *digest)
{
  for (;;)
    {
      ShoalWireMessage      message;
      ShoalWireParserResult result = shoal_wire_parser_feed (parser, &data, &len, &message);

      if (result == SHOAL_WIRE_PARSER_MESSAGE)
        mix_message (digest, &message);
      else if (result == SHOAL_WIRE_PARSER_PAYLOAD)
        mix (digest, message.data, message.len); /* wherever a block is cut */
      else
        return result;
    }
}

/* @random: where to cut; NULL: nowhere. */
static ShoalWireParserResult
read_all (const guint8 *data, gsize len, guint8 options, ShoalBaseRandom *random, guint64 *digest)
{
  g_autoptr (ShoalWireParser) parser = shoal_wire_parser_new ();
  ShoalWireParserResult result = SHOAL_WIRE_PARSER_MORE;
  gsize                 at = 0;

  *digest = 1;
  shoal_wire_parser_set_extensions (parser, options >> 1 & 31);
  shoal_wire_parser_set_n_pieces (parser, options & 1 ? 100 : 0);
  while (at < len && result == SHOAL_WIRE_PARSER_MORE)
    {
      gsize left = len - at;
      gsize n = random != NULL ? 1 + shoal_base_random_below (random, 40) : left;

      n = MIN (n, left);
      result = feed (parser, data + at, n, digest);
      at += n;
    }
  return result;
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ShoalBaseRandom       random;
  guint64               whole, cut;
  ShoalWireParserResult result;

  if (size < 2)
    return 0;
  shoal_base_random_init (&random, data[1]);
  result = read_all (data + 2, size - 2, data[0], NULL, &whole);
  g_assert_cmpint (read_all (data + 2, size - 2, data[0], &random, &cut), ==, result);
  g_assert_cmpuint (whole, ==, cut);
  return 0;
}
