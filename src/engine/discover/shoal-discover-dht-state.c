/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-private.h"

#include <string.h>

#include "codec/shoal-codec-bencode-writer.h"

/* What a DHT node keeps from one run to the next: its id, by which address it chose that, and whom
 * it knew, those closest to it first. A dictionary, bencoded. */

#define MAX_SAVED 300
#define ID_LEN    20

/* Of a saved state. */
#define MAX_SIZE   (MAX_SAVED * 38 + 256)
#define MAX_DEPTH  4
#define MAX_TOKENS 32

GBytes *
shoal_discover_dht_node_dup_state (ShoalDiscoverDhtNode *self)
{
  const ShoalDiscoverDhtContact *saved[MAX_SAVED];
  guint n = shoal_discover_dht_table_find_closest (self->table, &self->id, TRUE, saved, MAX_SAVED);
  g_autoptr (GByteArray) nodes = g_byte_array_new ();
  GByteArray *out;
  guint8      packed[18];
  guint       i;

  if (n == 0)
    return NULL;
  for (i = 0; i < n; i++)
    {
      gsize len = shoal_base_address_write_compact (&saved[i]->address, packed);

      g_byte_array_append (nodes, saved[i]->id.bytes, ID_LEN);
      g_byte_array_append (nodes, packed, (guint) len);
    }
  out = g_byte_array_new ();
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_bytes (out, "id", self->id.bytes, ID_LEN);
  if (self->votes.winner.family != 0)
    shoal_codec_bencode_writer_add_pair_bytes (
        out, "ip", packed, shoal_base_address_write_compact (&self->votes.winner, packed));
  shoal_codec_bencode_writer_add_pair_bytes (out, "nodes", nodes->data, nodes->len);
  shoal_codec_bencode_writer_end (out);
  return g_byte_array_free_to_bytes (out);
}

static void
read_address (const guint8 *packed, int family, ShoalBaseAddress *out)
{
  if (family == AF_INET6)
    shoal_base_address_init_ipv6 (out, packed, (guint16) (packed[16] << 8 | packed[17]));
  else
    shoal_base_address_init_ipv4 (out, packed, (guint16) (packed[4] << 8 | packed[5]));
}

static void
restore_nodes (ShoalDiscoverDhtNode *self, const guint8 *nodes, gsize len)
{
  gsize row_len = ID_LEN + (self->options.family == AF_INET6 ? 18 : 6);
  gsize i;

  for (i = 0; i + row_len <= len; i += row_len)
    {
      ShoalBaseAddress address;
      ShoalSha1        id;

      memcpy (id.bytes, nodes + i, ID_LEN);
      read_address (nodes + i + ID_LEN, self->options.family, &address);
      if (address.family == self->options.family && address.port != 0)
        shoal_discover_dht_table_restore (self->table, &id, &address);
    }
}

void
shoal_discover_dht_node_restore (ShoalDiscoverDhtNode *self, GBytes *state)
{
  static const ShoalCodecBencodeLimits limits = { MAX_SIZE, MAX_DEPTH, MAX_TOKENS };
  g_autoptr (ShoalCodecBencode) reader = shoal_codec_bencode_new ();
  ShoalCodecBencodeValue root;
  gsize                  len;
  const guint8          *data = g_bytes_get_data (state, &len), *bytes;

  if (len > MAX_SIZE || !shoal_codec_bencode_parse (reader, data, len, &limits, NULL))
    return;
  root = shoal_codec_bencode_get_root (reader);
  bytes = shoal_codec_bencode_find_string (root, "id", &len);
  if (bytes == NULL || len != ID_LEN)
    return;
  memcpy (self->id.bytes, bytes, ID_LEN);
  shoal_discover_dht_table_set_own_id (self->table, &self->id);
  bytes = shoal_codec_bencode_find_string (root, "ip", &len);
  if (bytes != NULL && len == (self->options.family == AF_INET6 ? 18 : 6))
    read_address (bytes, self->options.family, &self->votes.winner);
  bytes = shoal_codec_bencode_find_string (root, "nodes", &len);
  if (bytes != NULL)
    restore_nodes (self, bytes, len);
}
