/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-krpc.h"

#include <string.h>
#include <sys/socket.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-bencode-writer.h"

#define ID_LEN     20
#define NODE4_LEN  26
#define NODE6_LEN  38
#define MAX_ANSWER 8

/* Of a packet: what a UDP socket delivers here, nested as deep as extensions of the protocol nest,
 * with more values than peers fit into it. */
#define MAX_SIZE   4096
#define MAX_DEPTH  16
#define MAX_TOKENS 1024

/* What follows the peers of an answer, at its longest. */
#define TAIL_LEN (sizeof "ee1:t256:1:v4:SH011:y1:re" + SHOAL_CODEC_KRPC_MAX_TRANSACTION)

/* BEP 20: which program, and which of its versions. */
#define VERSION "SH\0\1"

static const char *const method_names[] = { "ping", "find_node", "get_peers", "announce_peer" };

static ShoalCodecKrpcBytes
find_bytes (ShoalCodecBencodeValue dict, const char *key, gsize max_len)
{
  ShoalCodecKrpcBytes bytes;

  bytes.data = shoal_codec_bencode_find_string (dict, key, &bytes.len);
  if (bytes.data == NULL || bytes.len > max_len)
    bytes = (ShoalCodecKrpcBytes){ 0 };
  return bytes;
}

static gboolean
find_id (ShoalCodecBencodeValue dict, const char *key, ShoalSha1 *out)
{
  gsize         len;
  const guint8 *bytes = shoal_codec_bencode_find_string (dict, key, &len);

  if (bytes == NULL || len != ID_LEN)
    return FALSE;
  memcpy (out->bytes, bytes, ID_LEN);
  return TRUE;
}

/* With a port or without: both are written. */
static void
read_external (ShoalCodecBencodeValue root, ShoalBaseAddress *out)
{
  gsize         len;
  const guint8 *bytes = shoal_codec_bencode_find_string (root, "ip", &len);

  if (bytes != NULL && (len == 4 || len == 6))
    shoal_base_address_init_ipv4 (out, bytes, len == 6 ? shoal_base_read_be16 (bytes + 4) : 0);
  else if (bytes != NULL && (len == 16 || len == 18))
    shoal_base_address_init_ipv6 (out, bytes, len == 18 ? shoal_base_read_be16 (bytes + 16) : 0);
}

static ShoalCodecKrpcWant
read_want (ShoalCodecBencodeValue arguments)
{
  ShoalCodecKrpcWant     want = SHOAL_CODEC_KRPC_WANT_NONE;
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue value;

  shoal_codec_bencode_iter_init (
      &iter, shoal_codec_bencode_find_typed (arguments, "want", SHOAL_CODEC_BENCODE_LIST));
  while (shoal_codec_bencode_iter_next (&iter, NULL, &value))
    if (shoal_codec_bencode_is_string (value, "n4"))
      want |= SHOAL_CODEC_KRPC_WANT_IPV4;
    else if (shoal_codec_bencode_is_string (value, "n6"))
      want |= SHOAL_CODEC_KRPC_WANT_IPV6;
  return want;
}

static ShoalCodecKrpcMethod
read_method (ShoalCodecBencodeValue root)
{
  ShoalCodecBencodeValue name = shoal_codec_bencode_find (root, "q");
  guint                  i;

  for (i = 0; i < G_N_ELEMENTS (method_names); i++)
    if (shoal_codec_bencode_is_string (name, method_names[i]))
      return (ShoalCodecKrpcMethod) i;
  return SHOAL_CODEC_KRPC_OTHER;
}

static gboolean
is_incomplete (const ShoalCodecKrpcMessage *message)
{
  if (!message->has_id)
    return TRUE;
  switch (message->method)
    {
    case SHOAL_CODEC_KRPC_PING:
    case SHOAL_CODEC_KRPC_OTHER:
      return FALSE;
    case SHOAL_CODEC_KRPC_FIND_NODE:
    case SHOAL_CODEC_KRPC_GET_PEERS:
      return !message->has_target;
    case SHOAL_CODEC_KRPC_ANNOUNCE_PEER:
      return !message->has_target || message->token.data == NULL ||
             (message->port == 0 && !message->implied_port);
    }
  g_return_val_if_reached (TRUE);
}

static gboolean
read_query (ShoalCodecBencodeValue root, ShoalCodecKrpcMessage *out)
{
  ShoalCodecBencodeValue arguments =
      shoal_codec_bencode_find_typed (root, "a", SHOAL_CODEC_BENCODE_DICT);
  gint64 number = 0;

  out->kind = SHOAL_CODEC_KRPC_QUERY;
  out->method = read_method (root);
  out->has_id = find_id (arguments, "id", &out->id);
  out->has_target =
      find_id (arguments, "target", &out->target) || find_id (arguments, "info_hash", &out->target);
  out->token = find_bytes (arguments, "token", SHOAL_CODEC_KRPC_MAX_TOKEN);
  out->want = read_want (arguments);
  if (shoal_codec_bencode_find_integer (arguments, "port", &number) && number > 0 &&
      number <= G_MAXUINT16)
    out->port = (guint16) number;
  out->implied_port =
      shoal_codec_bencode_find_integer (arguments, "implied_port", &number) && number != 0;
  out->is_read_only = shoal_codec_bencode_find_integer (root, "ro", &number) && number == 1;
  out->is_incomplete = is_incomplete (out);
  return TRUE;
}

static gboolean
read_reply (ShoalCodecBencodeValue root, ShoalCodecKrpcMessage *out)
{
  ShoalCodecBencodeValue values =
      shoal_codec_bencode_find_typed (root, "r", SHOAL_CODEC_BENCODE_DICT);

  out->kind = SHOAL_CODEC_KRPC_REPLY;
  out->has_id = find_id (values, "id", &out->id);
  out->token = find_bytes (values, "token", SHOAL_CODEC_KRPC_MAX_TOKEN);
  out->packed4 = find_bytes (values, "nodes", MAX_SIZE);
  out->packed6 = find_bytes (values, "nodes6", MAX_SIZE);
  out->values = shoal_codec_bencode_find_typed (values, "values", SHOAL_CODEC_BENCODE_LIST);
  return out->has_id;
}

static gboolean
read_error (ShoalCodecBencodeValue root, ShoalCodecKrpcMessage *out)
{
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue value;

  out->kind = SHOAL_CODEC_KRPC_ERROR;
  shoal_codec_bencode_iter_init (
      &iter, shoal_codec_bencode_find_typed (root, "e", SHOAL_CODEC_BENCODE_LIST));
  if (shoal_codec_bencode_iter_next (&iter, NULL, &value))
    shoal_codec_bencode_get_integer (value, &out->error_code);
  return TRUE;
}

gboolean
shoal_codec_krpc_parse (ShoalCodecBencode     *reader,
                        const guint8          *data,
                        gsize                  len,
                        ShoalCodecKrpcMessage *out)
{
  static const ShoalCodecBencodeLimits limits = { MAX_SIZE, MAX_DEPTH, MAX_TOKENS };
  ShoalCodecBencodeValue               root, kind;

  memset (out, 0, sizeof *out);
  if (len > MAX_SIZE || !shoal_codec_bencode_parse (reader, data, len, &limits, NULL))
    return FALSE;
  root = shoal_codec_bencode_get_root (reader);
  out->transaction = find_bytes (root, "t", SHOAL_CODEC_KRPC_MAX_TRANSACTION);
  if (out->transaction.data == NULL)
    return FALSE;
  read_external (root, &out->external);
  kind = shoal_codec_bencode_find (root, "y");
  if (shoal_codec_bencode_is_string (kind, "q"))
    return read_query (root, out);
  if (shoal_codec_bencode_is_string (kind, "r"))
    return read_reply (root, out);
  return shoal_codec_bencode_is_string (kind, "e") && read_error (root, out);
}

static gboolean
read_address (const guint8 *packed, int family, ShoalBaseAddress *out)
{
  if (family == AF_INET6)
    shoal_base_address_init_ipv6 (out, packed, shoal_base_read_be16 (packed + 16));
  else
    shoal_base_address_init_ipv4 (out, packed, shoal_base_read_be16 (packed + 4));
  return out->port != 0 && out->family == family; /* not an IPv4 address in the clothes of IPv6 */
}

guint
shoal_codec_krpc_read_nodes (const ShoalCodecKrpcMessage *message,
                             int                          family,
                             ShoalCodecKrpcNode          *out,
                             guint                        max)
{
  const ShoalCodecKrpcBytes *packed = family == AF_INET6 ? &message->packed6 : &message->packed4;
  gsize                      node_len = family == AF_INET6 ? NODE6_LEN : NODE4_LEN;
  gsize                      n_packed = MIN (packed->len / node_len, SHOAL_CODEC_KRPC_MAX_NODES);
  guint                      n = 0;
  gsize                      i;

  for (i = 0; i < n_packed && n < max; i++)
    {
      const guint8 *node = packed->data + i * node_len;

      memcpy (out[n].id.bytes, node, ID_LEN);
      if (read_address (node + ID_LEN, family, &out[n].address))
        n++;
    }
  return n;
}

guint
shoal_codec_krpc_read_peers (const ShoalCodecKrpcMessage *message,
                             int                          family,
                             ShoalBaseAddress            *out,
                             guint                        max)
{
  gsize                  peer_len = family == AF_INET6 ? 18 : 6;
  ShoalCodecBencodeIter  iter;
  ShoalCodecBencodeValue value;
  guint                  n = 0, i;

  shoal_codec_bencode_iter_init (&iter, message->values);
  for (i = 0; i < SHOAL_CODEC_KRPC_MAX_PEERS && n < max; i++)
    {
      const guint8 *packed;
      gsize         len;

      if (!shoal_codec_bencode_iter_next (&iter, NULL, &value))
        break;
      packed = shoal_codec_bencode_get_string (value, &len);
      if (packed != NULL && len == peer_len && read_address (packed, family, &out[n]))
        n++;
    }
  return n;
}

gboolean
shoal_codec_krpc_get_transaction (const ShoalCodecKrpcMessage *message, guint32 *out)
{
  if (message->transaction.len != sizeof *out)
    return FALSE;
  *out = shoal_base_read_be32 (message->transaction.data);
  return TRUE;
}

/* The end of every packet: transaction, version, kind. */
static void
write_tail (GByteArray *out, gconstpointer transaction, gsize len, const char *kind)
{
  shoal_codec_bencode_writer_add_pair_bytes (out, "t", transaction, len);
  shoal_codec_bencode_writer_add_pair_bytes (out, "v", VERSION, 4);
  shoal_codec_bencode_writer_add_pair_string (out, "y", kind);
  shoal_codec_bencode_writer_end (out);
}

static void
write_want (GByteArray *out, ShoalCodecKrpcWant want)
{
  if (want == SHOAL_CODEC_KRPC_WANT_NONE)
    return;
  shoal_codec_bencode_writer_add_string (out, "want");
  shoal_codec_bencode_writer_begin_list (out);
  if (want & SHOAL_CODEC_KRPC_WANT_IPV4)
    shoal_codec_bencode_writer_add_string (out, "n4");
  if (want & SHOAL_CODEC_KRPC_WANT_IPV6)
    shoal_codec_bencode_writer_add_string (out, "n6");
  shoal_codec_bencode_writer_end (out);
}

static void
write_arguments (GByteArray *out, const ShoalCodecKrpcQuery *query)
{
  gboolean is_announce = query->method == SHOAL_CODEC_KRPC_ANNOUNCE_PEER;

  shoal_codec_bencode_writer_add_string (out, "a");
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_bytes (out, "id", query->id.bytes, ID_LEN);
  if (is_announce)
    shoal_codec_bencode_writer_add_pair_integer (out, "implied_port", query->implied_port);
  if (is_announce || query->method == SHOAL_CODEC_KRPC_GET_PEERS)
    shoal_codec_bencode_writer_add_pair_bytes (out, "info_hash", query->target.bytes, ID_LEN);
  if (is_announce)
    {
      shoal_codec_bencode_writer_add_pair_integer (out, "port", query->port);
      shoal_codec_bencode_writer_add_pair_bytes (out, "token", query->token.data, query->token.len);
    }
  if (query->method == SHOAL_CODEC_KRPC_FIND_NODE)
    shoal_codec_bencode_writer_add_pair_bytes (out, "target", query->target.bytes, ID_LEN);
  if (query->method == SHOAL_CODEC_KRPC_FIND_NODE || query->method == SHOAL_CODEC_KRPC_GET_PEERS)
    write_want (out, query->want);
  shoal_codec_bencode_writer_end (out);
}

void
shoal_codec_krpc_write_query (GByteArray *out, const ShoalCodecKrpcQuery *query)
{
  guint8 transaction[4];

  g_return_if_fail (query->method < SHOAL_CODEC_KRPC_OTHER);
  g_byte_array_set_size (out, 0);
  shoal_codec_bencode_writer_begin_dict (out);
  write_arguments (out, query);
  shoal_codec_bencode_writer_add_pair_string (out, "q", method_names[query->method]);
  if (query->is_read_only)
    shoal_codec_bencode_writer_add_pair_integer (out, "ro", 1);
  shoal_base_write_be32 (transaction, query->transaction);
  write_tail (out, transaction, sizeof transaction, "q");
}

static void
write_nodes (GByteArray *out, const char *key, const ShoalCodecKrpcNode *nodes, guint n)
{
  guint8 packed[MAX_ANSWER * NODE6_LEN];
  gsize  len = 0;
  guint  i;

  for (i = 0; i < MIN (n, MAX_ANSWER); i++)
    {
      memcpy (packed + len, nodes[i].id.bytes, ID_LEN);
      len += ID_LEN;
      len += shoal_base_address_write_compact (&nodes[i].address, packed + len);
    }
  shoal_codec_bencode_writer_add_pair_bytes (out, key, packed, len);
}

/* As many as fit. */
static void
write_peers (GByteArray *out, const ShoalBaseAddress *peers, guint n)
{
  guint8 packed[18];
  guint  i;

  shoal_codec_bencode_writer_add_string (out, "values");
  shoal_codec_bencode_writer_begin_list (out);
  for (i = 0; i < n; i++)
    {
      gsize len = shoal_base_address_write_compact (&peers[i], packed);

      if (out->len + strlen ("18:") + len + TAIL_LEN > SHOAL_CODEC_KRPC_MAX_PACKET)
        break;
      shoal_codec_bencode_writer_add_bytes (out, packed, len);
    }
  shoal_codec_bencode_writer_end (out);
}

void
shoal_codec_krpc_write_answer (GByteArray *out, const ShoalCodecKrpcAnswer *answer)
{
  guint8 packed[18];

  g_byte_array_set_size (out, 0);
  shoal_codec_bencode_writer_begin_dict (out);
  if (answer->external.family != 0)
    shoal_codec_bencode_writer_add_pair_bytes (
        out, "ip", packed, shoal_base_address_write_compact (&answer->external, packed));
  shoal_codec_bencode_writer_add_string (out, "r");
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_bytes (out, "id", answer->id.bytes, ID_LEN);
  if (answer->has_nodes4)
    write_nodes (out, "nodes", answer->nodes4, answer->n_nodes4);
  if (answer->has_nodes6)
    write_nodes (out, "nodes6", answer->nodes6, answer->n_nodes6);
  if (answer->token.data != NULL)
    shoal_codec_bencode_writer_add_pair_bytes (out, "token", answer->token.data, answer->token.len);
  if (answer->n_peers > 0)
    write_peers (out, answer->peers, answer->n_peers);
  shoal_codec_bencode_writer_end (out);
  write_tail (out, answer->transaction.data, answer->transaction.len, "r");
}

void
shoal_codec_krpc_write_error (GByteArray                *out,
                              const ShoalCodecKrpcBytes *transaction,
                              int                        code,
                              const char                *text)
{
  g_byte_array_set_size (out, 0);
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_string (out, "e");
  shoal_codec_bencode_writer_begin_list (out);
  shoal_codec_bencode_writer_add_integer (out, code);
  shoal_codec_bencode_writer_add_string (out, text);
  shoal_codec_bencode_writer_end (out);
  write_tail (out, transaction->data, transaction->len, "e");
}
