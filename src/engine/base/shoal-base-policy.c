/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-policy.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

typedef struct
{
  guint32             net;
  guint               prefix;
  ShoalBasePolicyKind kind;
} Range4;

/* RFC 6890 and the cloud's metadata address. The first match counts. */
static const Range4 ranges4[] = {
  { 0xa9fea9fe, 32, SHOAL_BASE_POLICY_KIND_METADATA },   /* 169.254.169.254 */
  { 0xa9feaa02, 32, SHOAL_BASE_POLICY_KIND_METADATA },   /* 169.254.170.2 */
  { 0x646464c8, 32, SHOAL_BASE_POLICY_KIND_METADATA },   /* 100.100.100.200 */
  { 0x7f000000, 8, SHOAL_BASE_POLICY_KIND_LOOPBACK },    /* 127/8 */
  { 0xa9fe0000, 16, SHOAL_BASE_POLICY_KIND_LINK_LOCAL }, /* 169.254/16 */
  { 0x0a000000, 8, SHOAL_BASE_POLICY_KIND_PRIVATE },     /* 10/8 */
  { 0xac100000, 12, SHOAL_BASE_POLICY_KIND_PRIVATE },    /* 172.16/12 */
  { 0xc0a80000, 16, SHOAL_BASE_POLICY_KIND_PRIVATE },    /* 192.168/16 */
  { 0x64400000, 10, SHOAL_BASE_POLICY_KIND_CARRIER },    /* 100.64/10 */
  { 0x00000000, 8, SHOAL_BASE_POLICY_KIND_UNUSABLE },    /* 0/8 */
  { 0xe0000000, 4, SHOAL_BASE_POLICY_KIND_UNUSABLE },    /* multicast */
  { 0xf0000000, 4, SHOAL_BASE_POLICY_KIND_UNUSABLE },    /* reserved, broadcast */
};

static ShoalBasePolicyKind
classify4 (const guint8 ip[4])
{
  guint32 value = shoal_base_read_be32 (ip);
  guint   i;

  for (i = 0; i < G_N_ELEMENTS (ranges4); i++)
    if ((value ^ ranges4[i].net) >> (32 - ranges4[i].prefix) == 0)
      return ranges4[i].kind;
  return SHOAL_BASE_POLICY_KIND_GLOBAL;
}

static ShoalBasePolicyKind
classify6 (const guint8 ip[16])
{
  static const guint8 zero[16];
  static const guint8 loopback[16] = { [15] = 1 };
  static const guint8 metadata[16] = { 0xfd, 0x00, 0x0e, 0xc2, [14] = 0x02, [15] = 0x54 };
  static const guint8 nat64[12] = { 0x00, 0x64, 0xff, 0x9b };

  if (memcmp (ip, metadata, 16) == 0)
    return SHOAL_BASE_POLICY_KIND_METADATA;
  if (memcmp (ip, loopback, 16) == 0)
    return SHOAL_BASE_POLICY_KIND_LOOPBACK;
  if (memcmp (ip, zero, 12) == 0) /* unspecified, and the long gone IPv4-compatible form */
    return SHOAL_BASE_POLICY_KIND_UNUSABLE;
  if (memcmp (ip, nat64, 12) == 0) /* a translator would reach the IPv4 address inside */
    return classify4 (ip + 12);
  if (ip[0] == 0x20 && ip[1] == 0x02) /* 6to4, the same */
    return classify4 (ip + 2);
  if (ip[0] == 0xfe && (ip[1] & 0xc0) == 0x80)
    return SHOAL_BASE_POLICY_KIND_LINK_LOCAL;
  if ((ip[0] & 0xfe) == 0xfc)
    return SHOAL_BASE_POLICY_KIND_PRIVATE;
  if (ip[0] == 0xff)
    return SHOAL_BASE_POLICY_KIND_UNUSABLE;
  return SHOAL_BASE_POLICY_KIND_GLOBAL;
}

ShoalBasePolicyKind
shoal_base_policy_classify (const ShoalBaseAddress *address)
{
  if (address->family == AF_INET)
    return classify4 (address->ip);
  if (address->family == AF_INET6)
    return classify6 (address->ip);
  return SHOAL_BASE_POLICY_KIND_UNUSABLE;
}

static gboolean
is_local_kind (ShoalBasePolicyKind kind)
{
  return kind == SHOAL_BASE_POLICY_KIND_LOOPBACK || kind == SHOAL_BASE_POLICY_KIND_LINK_LOCAL ||
         kind == SHOAL_BASE_POLICY_KIND_PRIVATE || kind == SHOAL_BASE_POLICY_KIND_CARRIER;
}

gboolean
shoal_base_policy_is_local (const ShoalBaseAddress *address)
{
  return is_local_kind (shoal_base_policy_classify (address));
}

gboolean
shoal_base_policy_allows (const ShoalBaseAddress *address,
                          ShoalBasePolicyWord     word,
                          const ShoalBaseAddress *teller,
                          gboolean                allow_local)
{
  ShoalBasePolicyKind kind = shoal_base_policy_classify (address);

  if (kind == SHOAL_BASE_POLICY_KIND_GLOBAL)
    return TRUE;
  if (!is_local_kind (kind))
    return FALSE;
  if (allow_local || word != SHOAL_BASE_POLICY_WORD_STRANGER)
    return TRUE;
  return teller != NULL && shoal_base_policy_classify (teller) == kind;
}
