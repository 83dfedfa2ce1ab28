/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Packets by which a router is asked to let connections in: PCP (RFC 6887, the MAP opcode) and the
 * older NAT-PMP (RFC 6886), both on the same port. The client's side. Any thread. */

#define SHOAL_CODEC_PCP_PORT 5351

/* Room for any packet that is written here. */
#define SHOAL_CODEC_PCP_MAX_SIZE 60

#define SHOAL_CODEC_PCP_NONCE_SIZE 12

/* As IP numbers them. */
typedef enum
{
  SHOAL_CODEC_PCP_TCP = 6,
  SHOAL_CODEC_PCP_UDP = 17,
} ShoalCodecPcpProtocol;

/* Of both protocols, as far as the meaning is the same; others are refusals of some kind. */
enum
{
  SHOAL_CODEC_PCP_SUCCESS = 0,
  SHOAL_CODEC_PCP_BAD_VERSION = 1,
  SHOAL_CODEC_PCP_NOT_AUTHORIZED = 2,
};

/* What a router is asked for. */
typedef struct
{
  ShoalBaseAddress      client;   /* ours, as the packet's sender; its port is the one to map */
  ShoalBaseAddress      external; /* the wish: family 0: any address; port 0: any port */
  ShoalCodecPcpProtocol protocol;
  guint32               lifetime_s; /* 0: remove */
  guint8                nonce[SHOAL_CODEC_PCP_NONCE_SIZE];
} ShoalCodecPcpMap;

typedef enum
{
  SHOAL_CODEC_PCP_REPLY_PCP,     /* to a MAP; without a mapping if the result is not SUCCESS */
  SHOAL_CODEC_PCP_REPLY_ADDRESS, /* of NAT-PMP: the external address */
  SHOAL_CODEC_PCP_REPLY_MAP,     /* of NAT-PMP */
} ShoalCodecPcpReplyKind;

typedef struct
{
  ShoalCodecPcpReplyKind kind;
  guint                  result;
  guint32                epoch_s;    /* since the router forgot all its mappings last */
  guint32                lifetime_s; /* of the mapping; of the refusal if it is one (PCP) */
  ShoalCodecPcpProtocol  protocol;   /* 0: not said */
  guint16                internal_port;
  ShoalBaseAddress       external; /* family 0: not said, as in MAP of NAT-PMP, which has a port */
  guint8                 nonce[SHOAL_CODEC_PCP_NONCE_SIZE]; /* zeros in NAT-PMP */
} ShoalCodecPcpReply;

/* Each returns the length. */

gsize shoal_codec_pcp_write_map (const ShoalCodecPcpMap *map, guint8 out[SHOAL_CODEC_PCP_MAX_SIZE]);

/* NAT-PMP; of @map counts all but the external address and the nonce. */
gsize shoal_codec_pcp_write_old_map (const ShoalCodecPcpMap *map,
                                     guint8                  out[SHOAL_CODEC_PCP_MAX_SIZE]);

/* NAT-PMP: which is the external address? */
gsize shoal_codec_pcp_write_old_address (guint8 out[SHOAL_CODEC_PCP_MAX_SIZE]);

/* FALSE if @data is no answer to any of these. Who sent it, and whether it was asked for, is the
 * caller's to check. */
gboolean shoal_codec_pcp_parse (ShoalCodecPcpReply *self, const guint8 *data, gsize len);

G_END_DECLS
