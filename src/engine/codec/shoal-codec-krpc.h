/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "codec/shoal-codec-bencode.h"

G_BEGIN_DECLS

/* KRPC: the packets of the DHT, both directions (BEP 5, 32, 42, 43). The reader takes packets that
 * are larger than what is written here, keeps pointers into them, and allocates nothing once its
 * ShoalCodecBencode has grown. Any thread. */

/* Packets written here are no longer (BEP 32). */
#define SHOAL_CODEC_KRPC_MAX_PACKET 1024

/* Bytes of a transaction id that is echoed; programs use 2 to 20, BEP 5 leaves the length to them.
 * A longer one makes a packet junk: the answer would have no room for anything else. */
#define SHOAL_CODEC_KRPC_MAX_TRANSACTION 256

/* Bytes of a token that is kept and given back; programs use 4 to 20. A longer one counts as none.
 */
#define SHOAL_CODEC_KRPC_MAX_TOKEN 64

/* Nodes of one answer and family that are looked at: twice the eight that are asked for. */
#define SHOAL_CODEC_KRPC_MAX_NODES 16

/* Peers of one answer that are looked at: more than fit a packet that is not fragmented. */
#define SHOAL_CODEC_KRPC_MAX_PEERS 200

/* Errors of BEP 5. */
#define SHOAL_CODEC_KRPC_ERROR_GENERIC  201
#define SHOAL_CODEC_KRPC_ERROR_PROTOCOL 203
#define SHOAL_CODEC_KRPC_ERROR_METHOD   204

typedef enum
{
  SHOAL_CODEC_KRPC_QUERY,
  SHOAL_CODEC_KRPC_REPLY,
  SHOAL_CODEC_KRPC_ERROR,
} ShoalCodecKrpcKind;

typedef enum
{
  SHOAL_CODEC_KRPC_PING,
  SHOAL_CODEC_KRPC_FIND_NODE,
  SHOAL_CODEC_KRPC_GET_PEERS,
  SHOAL_CODEC_KRPC_ANNOUNCE_PEER,
  SHOAL_CODEC_KRPC_OTHER, /* read only: a method that is not known here */
} ShoalCodecKrpcMethod;

/* Which families of nodes are asked for (BEP 32). */
typedef enum
{
  SHOAL_CODEC_KRPC_WANT_NONE = 0, /* not said: the family of the packet */
  SHOAL_CODEC_KRPC_WANT_IPV4 = 1 << 0,
  SHOAL_CODEC_KRPC_WANT_IPV6 = 1 << 1,
} ShoalCodecKrpcWant;

typedef struct
{
  ShoalSha1        id;
  ShoalBaseAddress address;
} ShoalCodecKrpcNode;

/* A transaction id or token; @data points into the packet that was read. */
typedef struct
{
  const guint8 *data; /* unowned */
  gsize         len;
} ShoalCodecKrpcBytes;

/* A packet as it was read: fields that its kind does not have, or that make no sense, are zero. */
typedef struct
{
  ShoalCodecKrpcKind     kind;
  ShoalCodecKrpcMethod   method; /* of a query */
  ShoalCodecKrpcBytes    transaction;
  ShoalCodecKrpcBytes    token;
  ShoalSha1              id;     /* of the sender */
  ShoalSha1              target; /* of a query: what is looked for */
  ShoalCodecKrpcWant     want;
  guint16                port;       /* of an announce; 0: not said */
  ShoalCodecKrpcBytes    packed4;    /* of a reply: nodes, 26 bytes each */
  ShoalCodecKrpcBytes    packed6;    /* of a reply: nodes, 38 bytes each */
  ShoalCodecBencodeValue values;     /* of a reply: the list of peers */
  ShoalBaseAddress       external;   /* how the sender sees us (BEP 42); family 0: not said */
  gint64                 error_code; /* of an error */

  guint has_id : 1;
  guint has_target : 1;
  guint is_read_only : 1;  /* BEP 43: the sender answers nobody */
  guint implied_port : 1;  /* of an announce: the port it came from counts */
  guint is_incomplete : 1; /* of a query: something that its method needs is missing or wrong */
} ShoalCodecKrpcMessage;

/* FALSE if @data is nothing that could be answered or understood; then nothing is. A query without
 * what its method needs is TRUE, with is_incomplete. @out holds pointers into @reader and @data,
 * good until either changes. */
gboolean shoal_codec_krpc_parse (ShoalCodecBencode     *reader,
                                 const guint8          *data,
                                 gsize                  len,
                                 ShoalCodecKrpcMessage *out);

/* The nodes of @family in a reply, at most @max and SHOAL_CODEC_KRPC_MAX_NODES; those without a
 * usable port are left out. Returns how many. */
guint shoal_codec_krpc_read_nodes (const ShoalCodecKrpcMessage *message,
                                   int                          family,
                                   ShoalCodecKrpcNode          *out,
                                   guint                        max);

/* The peers of @family in a reply, in the same way. */
guint shoal_codec_krpc_read_peers (const ShoalCodecKrpcMessage *message,
                                   int                          family,
                                   ShoalBaseAddress            *out,
                                   guint                        max);

/* What is asked; @target, @token and what follows count only where the method has them. */
typedef struct
{
  ShoalCodecKrpcMethod method; /* not OTHER */
  guint32              transaction;
  ShoalSha1            id;
  ShoalSha1            target;
  ShoalCodecKrpcBytes  token;
  guint16              port;
  ShoalCodecKrpcWant   want;

  guint implied_port : 1;
  guint is_read_only : 1;
} ShoalCodecKrpcQuery;

/* Transactions of what is written are four bytes, big-endian. */
gboolean shoal_codec_krpc_get_transaction (const ShoalCodecKrpcMessage *message, guint32 *out);

/* Replaces what is in @out. */
void shoal_codec_krpc_write_query (GByteArray *out, const ShoalCodecKrpcQuery *query);

/* An answer; zeroed fields are left out. */
typedef struct
{
  ShoalCodecKrpcBytes       transaction; /* at most SHOAL_CODEC_KRPC_MAX_TRANSACTION bytes */
  ShoalSha1                 id;
  const ShoalCodecKrpcNode *nodes4; /* unowned, as the next */
  const ShoalCodecKrpcNode *nodes6;
  guint                     n_nodes4; /* at most eight, as the next */
  guint                     n_nodes6;
  ShoalCodecKrpcBytes       token;
  const ShoalBaseAddress   *peers; /* unowned; all of one family */
  guint                     n_peers;
  ShoalBaseAddress          external; /* of who asked */

  guint has_nodes4 : 1; /* also if there are none */
  guint has_nodes6 : 1;
} ShoalCodecKrpcAnswer;

/* Replaces what is in @out. Peers that would not fit SHOAL_CODEC_KRPC_MAX_PACKET are left out. */
void shoal_codec_krpc_write_answer (GByteArray *out, const ShoalCodecKrpcAnswer *answer);

void shoal_codec_krpc_write_error (GByteArray                *out,
                                   const ShoalCodecKrpcBytes *transaction,
                                   int                        code,
                                   const char                *text);

G_END_DECLS
