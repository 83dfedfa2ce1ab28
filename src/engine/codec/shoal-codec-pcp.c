/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-pcp.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

#define VERSION     2
#define OLD_VERSION 0
#define OP_MAP      1
#define ANSWER      0x80 /* set in the opcode of answers */

/* Of NAT-PMP. */
#define OP_ADDRESS 0
#define OP_UDP     1
#define OP_TCP     2

/* PCP: the head, and behind it what belongs to MAP. */
#define HEAD_SIZE 24
#define MAP_SIZE  60

/* NAT-PMP. */
#define OLD_HEAD_SIZE    8
#define OLD_ADDRESS_SIZE 12
#define OLD_MAP_SIZE     16

/* As IPv6 would name it; unspecified if there is none, in the family of @like. */
static void
write_ip (guint8 out[16], const ShoalBaseAddress *address, const ShoalBaseAddress *like)
{
  gboolean is_ipv4 = (address->family != 0 ? address : like)->family == AF_INET;

  memset (out, 0, 16);
  if (is_ipv4)
    out[10] = out[11] = 0xff;
  if (address->family != 0)
    memcpy (out + (is_ipv4 ? 12 : 0), address->ip, is_ipv4 ? 4 : 16);
}

gsize
shoal_codec_pcp_write_map (const ShoalCodecPcpMap *map, guint8 out[SHOAL_CODEC_PCP_MAX_SIZE])
{
  memset (out, 0, MAP_SIZE);
  out[0] = VERSION;
  out[1] = OP_MAP;
  shoal_base_write_be32 (out + 4, map->lifetime_s);
  write_ip (out + 8, &map->client, &map->client);
  memcpy (out + 24, map->nonce, sizeof map->nonce);
  out[36] = (guint8) map->protocol;
  shoal_base_write_be16 (out + 40, map->client.port);
  shoal_base_write_be16 (out + 42, map->external.port);
  write_ip (out + 44, &map->external, &map->client);
  return MAP_SIZE;
}

gsize
shoal_codec_pcp_write_old_map (const ShoalCodecPcpMap *map, guint8 out[SHOAL_CODEC_PCP_MAX_SIZE])
{
  memset (out, 0, 12);
  out[0] = OLD_VERSION;
  out[1] = map->protocol == SHOAL_CODEC_PCP_TCP ? OP_TCP : OP_UDP;
  shoal_base_write_be16 (out + 4, map->client.port);
  /* RFC 6886: to remove, the external port is 0 as well. */
  shoal_base_write_be16 (out + 6, map->lifetime_s > 0 ? map->external.port : 0);
  shoal_base_write_be32 (out + 8, map->lifetime_s);
  return 12;
}

gsize
shoal_codec_pcp_write_old_address (guint8 out[SHOAL_CODEC_PCP_MAX_SIZE])
{
  out[0] = OLD_VERSION;
  out[1] = OP_ADDRESS;
  return 2;
}

static gboolean
parse_new (ShoalCodecPcpReply *self, const guint8 *data, gsize len)
{
  if (len < HEAD_SIZE)
    return FALSE;
  self->kind = SHOAL_CODEC_PCP_REPLY_PCP;
  self->result = data[3];
  self->lifetime_s = shoal_base_read_be32 (data + 4);
  self->epoch_s = shoal_base_read_be32 (data + 8);
  if (len < MAP_SIZE) /* a refusal may be of the head alone */
    return self->result != SHOAL_CODEC_PCP_SUCCESS;
  if ((data[1] & ~ANSWER) != OP_MAP)
    return FALSE;
  memcpy (self->nonce, data + 24, sizeof self->nonce);
  if (data[36] == SHOAL_CODEC_PCP_TCP || data[36] == SHOAL_CODEC_PCP_UDP)
    self->protocol = (ShoalCodecPcpProtocol) data[36];
  self->internal_port = shoal_base_read_be16 (data + 40);
  shoal_base_address_init_ipv6 (&self->external, data + 44, shoal_base_read_be16 (data + 42));
  return TRUE;
}

static gboolean
parse_old_map (ShoalCodecPcpReply *self, const guint8 *data, gsize len)
{
  self->kind = SHOAL_CODEC_PCP_REPLY_MAP;
  self->protocol = (data[1] & ~ANSWER) == OP_TCP ? SHOAL_CODEC_PCP_TCP : SHOAL_CODEC_PCP_UDP;
  if (len < OLD_MAP_SIZE)
    return self->result != SHOAL_CODEC_PCP_SUCCESS;
  self->internal_port = shoal_base_read_be16 (data + 8);
  self->external.port = shoal_base_read_be16 (data + 10);
  self->lifetime_s = shoal_base_read_be32 (data + 12);
  return TRUE;
}

static gboolean
parse_old (ShoalCodecPcpReply *self, const guint8 *data, gsize len)
{
  if (len < OLD_HEAD_SIZE)
    return FALSE;
  self->result = shoal_base_read_be16 (data + 2);
  self->epoch_s = shoal_base_read_be32 (data + 4);
  switch (data[1] & ~ANSWER)
    {
    case OP_ADDRESS:
      self->kind = SHOAL_CODEC_PCP_REPLY_ADDRESS;
      if (len >= OLD_ADDRESS_SIZE)
        shoal_base_address_init_ipv4 (&self->external, data + 8, 0);
      return len >= OLD_ADDRESS_SIZE || self->result != SHOAL_CODEC_PCP_SUCCESS;
    case OP_UDP:
    case OP_TCP:
      return parse_old_map (self, data, len);
    default:
      return FALSE;
    }
}

gboolean
shoal_codec_pcp_parse (ShoalCodecPcpReply *self, const guint8 *data, gsize len)
{
  memset (self, 0, sizeof *self);
  if (len < 2 || (data[1] & ANSWER) == 0)
    return FALSE;
  if (data[0] == VERSION)
    return parse_new (self, data, len);
  if (data[0] == OLD_VERSION)
    return parse_old (self, data, len);
  return FALSE;
}
