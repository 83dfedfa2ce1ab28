/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>
#include <string.h>

#include "codec/shoal-codec-krpc.h"

/* What was read as a query of a known method can be asked again, and reads the same. */
static void
check_query (const ShoalCodecKrpcMessage *message)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcMessage again;
  ShoalCodecKrpcQuery   query = { .method = message->method,
                                  .transaction = 1,
                                  .id = message->id,
                                  .target = message->target,
                                  .token = message->token,
                                  .port = message->port,
                                  .want = message->want,
                                  .implied_port = message->implied_port,
                                  .is_read_only = message->is_read_only };

  if (message->is_incomplete || message->method == SHOAL_CODEC_KRPC_OTHER)
    return;
  shoal_codec_krpc_write_query (out, &query);
  g_assert_cmpuint (out->len, <=, SHOAL_CODEC_KRPC_MAX_PACKET);
  g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &again));
  g_assert_cmpint (shoal_codec_bencode_get_flaws (reader), ==, 0);
  g_assert_cmpint (again.method, ==, message->method);
  g_assert_true (shoal_sha1_equal (&again.id, &message->id));
  g_assert_false (again.is_incomplete);
}

static void
check_reply (const ShoalCodecKrpcMessage *message)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcNode    nodes4[8], nodes6[8];
  ShoalBaseAddress      peers[SHOAL_CODEC_KRPC_MAX_PEERS];
  ShoalCodecKrpcMessage again;
  ShoalCodecKrpcAnswer  answer = { .transaction = message->transaction,
                                   .id = message->id,
                                   .nodes4 = nodes4,
                                   .nodes6 = nodes6,
                                   .token = message->token,
                                   .peers = peers,
                                   .has_nodes4 = TRUE,
                                   .has_nodes6 = TRUE };

  answer.n_nodes4 = shoal_codec_krpc_read_nodes (message, AF_INET, nodes4, 8);
  answer.n_nodes6 = shoal_codec_krpc_read_nodes (message, AF_INET6, nodes6, 8);
  answer.n_peers =
      shoal_codec_krpc_read_peers (message, AF_INET, peers, SHOAL_CODEC_KRPC_MAX_PEERS);
  shoal_codec_krpc_write_answer (out, &answer);
  g_assert_cmpuint (out->len, <=, SHOAL_CODEC_KRPC_MAX_PACKET);
  g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &again));
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&again, AF_INET, nodes4, 8), ==, answer.n_nodes4);
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&again, AF_INET6, nodes6, 8), ==, answer.n_nodes6);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcMessage message;

  if (!shoal_codec_krpc_parse (reader, data, size, &message))
    return 0;
  g_assert_cmpuint (message.transaction.len, <=, SHOAL_CODEC_KRPC_MAX_TRANSACTION);
  g_assert_cmpuint (message.token.len, <=, SHOAL_CODEC_KRPC_MAX_TOKEN);
  if (message.kind == SHOAL_CODEC_KRPC_QUERY)
    check_query (&message);
  else if (message.kind == SHOAL_CODEC_KRPC_REPLY)
    check_reply (&message);
  return 0;
}
