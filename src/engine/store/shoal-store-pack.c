/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-pack.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-policy.h"
#include "store/shoal-store.h"

/* One byte of version, then records without gaps:
 *   address  1 byte 4 or 6, then that address in network order
 *   peer     address, port be16, seen_at be32, source, flags, n_failures
 *   ban      address, until be64, reason; from version 2 on also port be16 */
#define VERSION           1
#define BAN_VERSION       2
#define PEER_TAIL_BYTES   9
#define BAN_TAIL_BYTES    11
#define BAN_TAIL_BYTES_V1 9

typedef struct
{
  const guint8 *data; /* unowned: the caller's for the time of one call */
  gsize         len;
} Reader;

static void
append_address (GByteArray *out, const ShoalBaseAddress *address)
{
  guint8 version = address->family == AF_INET ? 4 : 6;

  g_byte_array_append (out, &version, 1);
  g_byte_array_append (out, address->ip, address->family == AF_INET ? 4 : 16);
}

static gboolean
is_worth_keeping (const ShoalBaseAddress *address)
{
  return address->family != 0 &&
         shoal_base_policy_classify (address) != SHOAL_BASE_POLICY_KIND_LINK_LOCAL;
}

static GByteArray *
start_packing (guint8 version)
{
  return g_byte_array_append (g_byte_array_new (), &version, 1);
}

GBytes *
shoal_store_pack_peers (const ShoalStorePeer *peers, guint n_peers)
{
  GByteArray *out = start_packing (VERSION);
  guint       i, n_packed = 0;

  for (i = 0; i < n_peers && n_packed < SHOAL_STORE_MAX_PEERS; i++)
    {
      const ShoalStorePeer *peer = &peers[i];
      guint8                tail[PEER_TAIL_BYTES];

      if (!is_worth_keeping (&peer->address))
        continue;
      append_address (out, &peer->address);
      shoal_base_write_be16 (tail, peer->address.port);
      shoal_base_write_be32 (tail + 2, (guint32) CLAMP (peer->seen_at, 0, G_MAXUINT32));
      tail[6] = peer->source;
      tail[7] = peer->flags;
      tail[8] = peer->n_failures;
      g_byte_array_append (out, tail, sizeof tail);
      n_packed++;
    }
  return g_byte_array_free_to_bytes (out);
}

GBytes *
shoal_store_pack_bans (const ShoalStoreBan *bans, guint n_bans)
{
  GByteArray *out = start_packing (BAN_VERSION);
  guint       i, n_packed = 0;

  for (i = 0; i < n_bans && n_packed < SHOAL_STORE_MAX_BANS; i++)
    {
      guint8 tail[BAN_TAIL_BYTES];

      if (bans[i].address.family == 0)
        continue;
      append_address (out, &bans[i].address);
      shoal_base_write_be64 (tail, (guint64) bans[i].until);
      tail[8] = bans[i].reason;
      shoal_base_write_be16 (tail + 9, bans[i].address.port);
      g_byte_array_append (out, tail, sizeof tail);
      n_packed++;
    }
  return g_byte_array_free_to_bytes (out);
}

/* The next @tail_len bytes after an address; NULL at the end or where it makes no sense. */
static const guint8 *
read_record (Reader *reader, gsize tail_len, ShoalBaseAddress *address)
{
  gsize         ip_len;
  const guint8 *tail;

  if (reader->len < 1 || (reader->data[0] != 4 && reader->data[0] != 6))
    return NULL;
  ip_len = reader->data[0] == 4 ? 4 : 16;
  if (reader->len < 1 + ip_len + tail_len)
    return NULL;
  if (ip_len == 4)
    shoal_base_address_init_ipv4 (address, reader->data + 1, 0);
  else
    shoal_base_address_init_ipv6 (address, reader->data + 1, 0);
  tail = reader->data + 1 + ip_len;
  reader->data = tail + tail_len;
  reader->len -= 1 + ip_len + tail_len;
  return tail;
}

/* The version; 0: none that is known. */
static guint8
start_reading (Reader *reader, GBytes *bytes, guint8 max_version)
{
  reader->data = g_bytes_get_data (bytes, &reader->len);
  if (reader->len < 1 || reader->data[0] > max_version)
    return 0;
  reader->len--;
  return *reader->data++;
}

gboolean
shoal_store_unpack_peers (GBytes *bytes, GArray *peers)
{
  Reader         reader;
  ShoalStorePeer peer;
  const guint8  *tail;
  guint          n;

  if (start_reading (&reader, bytes, VERSION) == 0)
    return FALSE;
  for (n = 0; n < SHOAL_STORE_MAX_PEERS; n++)
    {
      memset (&peer, 0, sizeof peer);
      tail = read_record (&reader, PEER_TAIL_BYTES, &peer.address);
      if (tail == NULL)
        break;
      peer.address.port = shoal_base_read_be16 (tail);
      peer.seen_at = shoal_base_read_be32 (tail + 2);
      peer.source = tail[6];
      peer.flags = tail[7];
      peer.n_failures = tail[8];
      g_array_append_val (peers, peer);
    }
  return reader.len == 0;
}

gboolean
shoal_store_unpack_bans (GBytes *bytes, GArray *bans)
{
  Reader        reader;
  ShoalStoreBan ban;
  const guint8 *tail;
  guint8        version = start_reading (&reader, bytes, BAN_VERSION);
  guint         n;

  if (version == 0)
    return FALSE;
  for (n = 0; n < SHOAL_STORE_MAX_BANS; n++)
    {
      memset (&ban, 0, sizeof ban);
      tail = read_record (&reader, version == 1 ? BAN_TAIL_BYTES_V1 : BAN_TAIL_BYTES, &ban.address);
      if (tail == NULL)
        break;
      ban.until = (gint64) shoal_base_read_be64 (tail);
      ban.reason = tail[8];
      ban.address.port = version == 1 ? 0 : shoal_base_read_be16 (tail + 9);
      g_array_append_val (bans, ban);
    }
  return reader.len == 0;
}
