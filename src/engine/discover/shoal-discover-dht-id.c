/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-id.h"

#include <string.h>

#include "base/shoal-base-policy.h"

#define ID_LEN 20

/* CRC32C (Castagnoli), reflected. */
#define CRC32C_POLYNOMIAL 0x82f63b78u

/* BEP 42. */
static const guint8 mask4[4] = { 0x03, 0x0f, 0x3f, 0xff };
static const guint8 mask6[8] = { 0x01, 0x03, 0x07, 0x0f, 0x1f, 0x3f, 0x7f, 0xff };

int
shoal_discover_dht_id_compare (const ShoalSha1 *target, const ShoalSha1 *a, const ShoalSha1 *b)
{
  guint i;

  for (i = 0; i < ID_LEN; i++)
    {
      int from_a = a->bytes[i] ^ target->bytes[i];
      int from_b = b->bytes[i] ^ target->bytes[i];

      if (from_a != from_b)
        return from_a - from_b;
    }
  return 0;
}

guint
shoal_discover_dht_id_get_shared (const ShoalSha1 *a, const ShoalSha1 *b)
{
  guint i;

  for (i = 0; i < ID_LEN; i++)
    {
      guint differing = a->bytes[i] ^ b->bytes[i];

      if (differing != 0)
        return 8 * i + 8 - g_bit_storage (differing);
    }
  return SHOAL_DISCOVER_DHT_ID_BITS;
}

static guint32
crc32c (const guint8 *data, gsize len)
{
  guint32 crc = G_MAXUINT32;
  gsize   i;
  guint   bit;

  for (i = 0; i < len; i++)
    {
      crc ^= data[i];
      for (bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ (crc & 1 ? CRC32C_POLYNOMIAL : 0);
    }
  return ~crc;
}

/* Of which the first 21 bits count. */
static guint32
compute_prefix (const ShoalBaseAddress *address, guint8 last_byte)
{
  gsize         len = address->family == AF_INET6 ? sizeof mask6 : sizeof mask4;
  const guint8 *mask = address->family == AF_INET6 ? mask6 : mask4;
  guint8        masked[sizeof mask6];
  gsize         i;

  for (i = 0; i < len; i++)
    masked[i] = address->ip[i] & mask[i];
  masked[0] |= (guint8) ((last_byte & 7) << 5);
  return crc32c (masked, len);
}

gboolean
shoal_discover_dht_id_is_compliant (const ShoalSha1 *id, const ShoalBaseAddress *address)
{
  guint32 prefix;

  if (shoal_base_policy_is_local (address))
    return TRUE;
  prefix = compute_prefix (address, id->bytes[19]);
  return id->bytes[0] == (guint8) (prefix >> 24) && id->bytes[1] == (guint8) (prefix >> 16) &&
         (id->bytes[2] & 0xf8) == ((prefix >> 8) & 0xf8);
}

static void
fill (ShoalSha1 *out, ShoalBaseRandom *random)
{
  guint i;

  for (i = 0; i < ID_LEN; i++)
    out->bytes[i] = (guint8) shoal_base_random_below (random, 256);
}

void
shoal_discover_dht_id_make (ShoalSha1              *out,
                            const ShoalBaseAddress *external,
                            ShoalBaseRandom        *random)
{
  guint32 prefix;

  fill (out, random);
  if (external == NULL || external->family == 0 || shoal_base_policy_is_local (external))
    return;
  prefix = compute_prefix (external, out->bytes[19]);
  out->bytes[0] = (guint8) (prefix >> 24);
  out->bytes[1] = (guint8) (prefix >> 16);
  out->bytes[2] = (guint8) (((prefix >> 8) & 0xf8) | (out->bytes[2] & 7));
}

void
shoal_discover_dht_id_make_near (ShoalSha1       *out,
                                 const ShoalSha1 *id,
                                 guint            n_shared,
                                 ShoalBaseRandom *random)
{
  guint  whole = n_shared / 8;
  guint8 rest = (guint8) (0xff >> n_shared % 8); /* the bits of that byte that are not shared */
  guint8 flip = (guint8) (0x80 >> n_shared % 8);

  g_return_if_fail (n_shared < SHOAL_DISCOVER_DHT_ID_BITS);
  fill (out, random);
  memcpy (out->bytes, id->bytes, whole);
  out->bytes[whole] = (guint8) ((id->bytes[whole] & ~rest) | (out->bytes[whole] & rest));
  out->bytes[whole] = (guint8) ((out->bytes[whole] & ~flip) | ((id->bytes[whole] ^ flip) & flip));
}

static gboolean
is_same_prefix (const ShoalBaseAddress *a, const ShoalBaseAddress *b, gsize len4, gsize len6)
{
  if (a->family != b->family)
    return FALSE;
  if (memcmp (a->ip, b->ip, a->family == AF_INET6 ? len6 : len4) != 0)
    return FALSE;
  return !shoal_base_policy_is_local (a) || shoal_base_address_equal (a, b);
}

gboolean
shoal_discover_dht_id_is_same_host (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return is_same_prefix (a, b, 4, 8);
}

gboolean
shoal_discover_dht_id_is_same_network (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return is_same_prefix (a, b, 3, 6);
}
