/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-krpc.h"

#include <string.h>

/* The examples of BEP 5. */
#define PING_QUERY "d1:ad2:id20:abcdefghij0123456789e1:q4:ping1:t2:aa1:y1:qe"
#define PING_REPLY "d1:rd2:id20:mnopqrstuvwxyz123456e1:t2:aa1:y1:re"
#define FIND_QUERY                                                                                 \
  "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q9:find_node1:t2:aa1:y1:qe"
#define PEERS_QUERY                                                                                \
  "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q9:get_peers1:t2:aa1:y1:"  \
  "qe"
#define PEERS_REPLY                                                                                \
  "d1:rd2:id20:abcdefghij01234567895:token8:aoeusnth6:valuesl6:axje.u6:idhtnmee1:t2:aa1:y1:re"
#define ANNOUNCE_QUERY                                                                             \
  "d1:ad2:id20:abcdefghij012345678912:implied_porti1e9:info_hash20:mnopqrstuvwxyz1234564:porti"    \
  "6881e5:token8:aoeusnthe1:q13:announce_peer1:t2:aa1:y1:qe"
#define ERROR_REPLY "d1:eli201e23:A Generic Error Ocurrede1:t2:aa1:y1:ee"

static gboolean
parse (ShoalCodecBencode *reader, const char *text, ShoalCodecKrpcMessage *out)
{
  return shoal_codec_krpc_parse (reader, (const guint8 *) text, strlen (text), out);
}

static void
assert_bytes (ShoalCodecKrpcBytes bytes, const char *text)
{
  g_assert_cmpmem (bytes.data, bytes.len, text, strlen (text));
}

static void
test_examples (void)
{
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcMessage message;
  ShoalBaseAddress      peers[4];
  char                  text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  g_assert_true (parse (reader, PING_QUERY, &message));
  g_assert_cmpint (message.kind, ==, SHOAL_CODEC_KRPC_QUERY);
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_PING);
  g_assert_cmpmem (message.id.bytes, 20, "abcdefghij0123456789", 20);
  assert_bytes (message.transaction, "aa");
  g_assert_false (message.is_incomplete || message.is_read_only || message.has_target);

  g_assert_true (parse (reader, PING_REPLY, &message));
  g_assert_cmpint (message.kind, ==, SHOAL_CODEC_KRPC_REPLY);
  g_assert_cmpmem (message.id.bytes, 20, "mnopqrstuvwxyz123456", 20);

  g_assert_true (parse (reader, FIND_QUERY, &message));
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_FIND_NODE);
  g_assert_true (message.has_target && !message.is_incomplete);

  g_assert_true (parse (reader, PEERS_QUERY, &message));
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_GET_PEERS);
  g_assert_cmpmem (message.target.bytes, 20, "mnopqrstuvwxyz123456", 20);

  g_assert_true (parse (reader, PEERS_REPLY, &message));
  assert_bytes (message.token, "aoeusnth");
  g_assert_cmpuint (shoal_codec_krpc_read_peers (&message, AF_INET, peers, 4), ==, 2);
  g_assert_cmpstr (shoal_base_address_format (&peers[0], TRUE, text), ==, "97.120.106.101:11893");
  g_assert_cmpuint (shoal_codec_krpc_read_peers (&message, AF_INET, peers, 1), ==, 1);
  g_assert_cmpuint (shoal_codec_krpc_read_peers (&message, AF_INET6, peers, 4), ==, 0);

  g_assert_true (parse (reader, ANNOUNCE_QUERY, &message));
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_ANNOUNCE_PEER);
  g_assert_cmpuint (message.port, ==, 6881);
  g_assert_true (message.implied_port && !message.is_incomplete);

  g_assert_true (parse (reader, ERROR_REPLY, &message));
  g_assert_cmpint (message.kind, ==, SHOAL_CODEC_KRPC_ERROR);
  g_assert_cmpint (message.error_code, ==, 201);
}

#define X16 "xxxxxxxxxxxxxxxx"

/* None of these may be answered. */
static void
test_junk (void)
{
  static const char *const texts[] = {
    "",
    "d",
    "le",
    "i1e",
    "de",
    "d1:y1:qe",
    "d1:t2:aae",
    "d1:t2:aa1:y1:xe",
    "d1:t2:aa1:yi1ee",
    "d1:ti1e1:y1:qe",
    "d1:rd2:id19:mnopqrstuvwxyz12345e1:t2:aa1:y1:re",
    "d1:rde1:t2:aa1:y1:re",
    "d1:q4:ping1:t257:" X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 X16 "x1:y1:qe",
    "d1:t2:aa1:y1:q1:q4:ping",
  };
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  g_autofree char      *large = g_strnfill (5000, 'x');
  g_autofree char      *text = g_strdup_printf ("d1:q4:ping1:t2:aa1:x5000:%s1:y1:qe", large);
  ShoalCodecKrpcMessage message;
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    g_assert_false (parse (reader, texts[i], &message));
  g_assert_false (parse (reader, text, &message));
}

static void
test_incomplete (void)
{
  static const char *const texts[] = {
    "d1:ade1:q4:ping1:t2:aa1:y1:qe",
    "d1:q4:ping1:t2:aa1:y1:qe",
    "d1:ad2:id20:abcdefghij0123456789e1:q9:find_node1:t2:aa1:y1:qe",
    "d1:ad2:id20:abcdefghij01234567896:target3:abce1:q9:find_node1:t2:aa1:y1:qe",
    "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz123456e1:q13:announce_peer1:t2:"
    "aa1:"
    "y1:qe",
    "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti0e5:token1:xe1:q13:"
    "announce_peer1:t2:aa1:y1:qe",
    "d1:ad2:id20:abcdefghij01234567899:info_hash20:mnopqrstuvwxyz1234564:porti65536e5:token1:xe1:"
    "q13:announce_peer1:t2:aa1:y1:qe",
  };
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcMessage message;
  guint                 i;

  for (i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_assert_true (parse (reader, texts[i], &message));
      g_assert_true (message.is_incomplete);
      assert_bytes (message.transaction, "aa");
    }
  /* A method that nobody here knows may have a target all the same. */
  g_assert_true (parse (reader,
                        "d1:ad2:id20:abcdefghij01234567896:target20:mnopqrstuvwxyz123456e1:q3:get"
                        "1:t2:aa1:y1:qe",
                        &message));
  g_assert_cmpint (message.method, ==, SHOAL_CODEC_KRPC_OTHER);
  g_assert_true (message.has_target && !message.is_incomplete);
  g_assert_true (
      parse (reader, "d1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1e1:t2:aa1:y1:qe", &message));
  g_assert_true (message.is_read_only);
}

/* The version has a zero byte, so texts end before it and go on after. */
static void
test_write_query (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcQuery   query = { .method = SHOAL_CODEC_KRPC_PING, .transaction = 0x61626364 };
  ShoalCodecKrpcMessage message;
  guint32               transaction;
  guint                 method;

  static const char ping[] = "d1:ad2:id20:abcdefghij0123456789e1:q4:ping2:roi1e1:t4:abcd1:v4:SH";

  memcpy (query.id.bytes, "abcdefghij0123456789", 20);
  query.is_read_only = TRUE;
  shoal_codec_krpc_write_query (out, &query);
  g_assert_cmpmem (out->data, sizeof ping - 1, ping, sizeof ping - 1);
  g_assert_cmpmem (out->data + out->len - 7, 7, "1:y1:qe", 7);

  for (method = SHOAL_CODEC_KRPC_PING; method < SHOAL_CODEC_KRPC_OTHER; method++)
    {
      query = (ShoalCodecKrpcQuery){ .method = (ShoalCodecKrpcMethod) method,
                                     .transaction = 0xfffefdfc,
                                     .token = { (const guint8 *) "tok", 3 },
                                     .port = 7,
                                     .want = SHOAL_CODEC_KRPC_WANT_IPV6 };
      memset (query.id.bytes, 0xff, 20);
      memset (query.target.bytes, 'e', 20);
      shoal_codec_krpc_write_query (out, &query);
      g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &message));
      g_assert_cmpint (shoal_codec_bencode_get_flaws (reader), ==, 0);
      g_assert_cmpint (message.method, ==, method);
      g_assert_false (message.is_incomplete);
      g_assert_true (shoal_sha1_equal (&message.id, &query.id));
      g_assert_true (shoal_codec_krpc_get_transaction (&message, &transaction));
      g_assert_cmpuint (transaction, ==, 0xfffefdfc);
      if (method == SHOAL_CODEC_KRPC_PING)
        continue;
      g_assert_true (shoal_sha1_equal (&message.target, &query.target));
      if (method == SHOAL_CODEC_KRPC_ANNOUNCE_PEER)
        {
          assert_bytes (message.token, "tok");
          g_assert_cmpuint (message.port, ==, 7);
          g_assert_false (message.implied_port);
        }
      else
        g_assert_cmpint (message.want, ==, SHOAL_CODEC_KRPC_WANT_IPV6);
    }
}

static void
fill_nodes (ShoalCodecKrpcNode *nodes, guint n, int family)
{
  guint i;

  for (i = 0; i < n; i++)
    {
      guint8 ip[16] = { 0x20, 1, 2, 3, (guint8) i };

      memset (nodes[i].id.bytes, (int) i, 20);
      if (family == AF_INET6)
        shoal_base_address_init_ipv6 (&nodes[i].address, ip, (guint16) (i + 1));
      else
        shoal_base_address_init_ipv4 (&nodes[i].address, ip + 1, (guint16) (i + 1));
    }
}

static void
test_write_answer (void)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  guint8                long_transaction[SHOAL_CODEC_KRPC_MAX_TRANSACTION] = { 1, 2, 3 };
  ShoalCodecKrpcNode    nodes4[8], nodes6[8], read[SHOAL_CODEC_KRPC_MAX_NODES];
  ShoalBaseAddress      peers[200], read_peers[200];
  ShoalCodecKrpcMessage message;
  ShoalCodecKrpcAnswer  answer = { .transaction = { long_transaction, sizeof long_transaction },
                                   .nodes4 = nodes4,
                                   .nodes6 = nodes6,
                                   .n_nodes4 = 8,
                                   .n_nodes6 = 8,
                                   .token = { (const guint8 *) "12345678", 8 },
                                   .peers = peers,
                                   .n_peers = 200,
                                   .has_nodes4 = TRUE,
                                   .has_nodes6 = TRUE };
  guint                 n, i;

  fill_nodes (nodes4, 8, AF_INET);
  fill_nodes (nodes6, 8, AF_INET6);
  for (i = 0; i < 200; i++)
    shoal_base_address_init_ipv4 (&peers[i], (const guint8[]){ 9, 9, 9, (guint8) i }, 1000);
  answer.external = nodes6[3].address;
  shoal_codec_krpc_write_answer (out, &answer);
  g_assert_cmpuint (out->len, <=, SHOAL_CODEC_KRPC_MAX_PACKET);
  g_assert_cmpuint (out->len, >, SHOAL_CODEC_KRPC_MAX_PACKET - 40);
  g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &message));
  g_assert_cmpint (shoal_codec_bencode_get_flaws (reader), ==, 0);
  g_assert_true (shoal_base_address_equal (&message.external, &nodes6[3].address));
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&message, AF_INET, read, 16), ==, 8);
  g_assert_true (shoal_base_address_equal (&read[7].address, &nodes4[7].address));
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&message, AF_INET6, read, 16), ==, 8);
  g_assert_true (shoal_base_address_equal (&read[7].address, &nodes6[7].address));
  n = shoal_codec_krpc_read_peers (&message, AF_INET, read_peers, 200);
  g_assert_cmpuint (n, >, 5);
  g_assert_true (shoal_base_address_equal (&read_peers[n - 1], &peers[n - 1]));

  answer.n_nodes4 = 0;
  answer.has_nodes6 = FALSE;
  answer.token = (ShoalCodecKrpcBytes){ 0 };
  answer.n_peers = 0;
  shoal_codec_krpc_write_answer (out, &answer);
  g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &message));
  g_assert_nonnull (message.packed4.data);
  g_assert_null (message.packed6.data);
  g_assert_null (message.token.data);

  shoal_codec_krpc_write_error (
      out, &answer.transaction, SHOAL_CODEC_KRPC_ERROR_PROTOCOL, "bad token");
  g_assert_true (shoal_codec_krpc_parse (reader, out->data, out->len, &message));
  g_assert_cmpint (message.error_code, ==, 203);
  g_assert_cmpmem (
      message.transaction.data, message.transaction.len, long_transaction, sizeof long_transaction);
}

/* Lists that are cut, ports that nobody has, addresses in the clothes of the other family. */
static void
test_odd_nodes (void)
{
  g_autoptr (GString) text = g_string_new ("d1:rd2:id20:mnopqrstuvwxyz1234565:nodes80:");
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecKrpcNode    nodes[16];
  ShoalCodecKrpcMessage message;
  static const guint8   mapped[18] = { [10] = 0xff, [11] = 0xff, [12] = 1, [17] = 1 };

  g_string_append_len (text, "aaaaaaaaaaaaaaaaaaaa\1\2\3\4\0\0", 26); /* port 0 */
  g_string_append_len (text, "bbbbbbbbbbbbbbbbbbbb\1\2\3\4\0\5", 26);
  g_string_append_len (text, "cccccccccccccccccccc\1\2\3\4\0\6", 26);
  g_string_append (text, "xx"); /* too short for one more */
  g_string_append (text, "6:nodes638:dddddddddddddddddddd");
  g_string_append_len (text, (const char *) mapped, sizeof mapped);
  g_string_append (text, "e1:t2:aa1:y1:re");
  g_assert_true (shoal_codec_krpc_parse (reader, (const guint8 *) text->str, text->len, &message));
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&message, AF_INET, nodes, 16), ==, 2);
  g_assert_cmpuint (nodes[0].address.port, ==, 5);
  g_assert_cmpuint (shoal_codec_krpc_read_nodes (&message, AF_INET6, nodes, 16), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/krpc/examples", test_examples);
  g_test_add_func ("/codec/krpc/junk", test_junk);
  g_test_add_func ("/codec/krpc/incomplete", test_incomplete);
  g_test_add_func ("/codec/krpc/write-query", test_write_query);
  g_test_add_func ("/codec/krpc/write-answer", test_write_answer);
  g_test_add_func ("/codec/krpc/odd-nodes", test_odd_nodes);
  return g_test_run ();
}
