/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* The first 68 bytes each side sends (BEP 3), and what their reserved bits promise. Any thread. */

#define SHOAL_WIRE_HANDSHAKE_SIZE 68

/* So many are enough to know which swarm is meant. The answer may be given then: a tracker that
 * probes us sends no peer id before it has seen ours. */
#define SHOAL_WIRE_HANDSHAKE_KEY_SIZE 48

typedef enum
{
  SHOAL_WIRE_HANDSHAKE_EXTENSION = 1 << 0, /* BEP 10: extended messages */
  SHOAL_WIRE_HANDSHAKE_DHT = 1 << 1,       /* BEP 5: port message */
  SHOAL_WIRE_HANDSHAKE_FAST = 1 << 2,      /* BEP 6 */
  SHOAL_WIRE_HANDSHAKE_V2 = 1 << 3,        /* BEP 52: may go on as v2 */
} ShoalWireHandshakeFlags;

typedef struct
{
  ShoalWireHandshakeFlags flags;
  ShoalSwarmKey           swarm_key;
  ShoalPeerId             peer_id;
} ShoalWireHandshake;

typedef enum
{
  SHOAL_WIRE_HANDSHAKE_MORE, /* right so far */
  SHOAL_WIRE_HANDSHAKE_KEY,  /* flags and swarm_key are known, the peer id is not */
  SHOAL_WIRE_HANDSHAKE_DONE,
  SHOAL_WIRE_HANDSHAKE_BAD, /* not this protocol; found at the first wrong byte */
} ShoalWireHandshakeResult;

/* Reads the first @len bytes that a remote sent; to be called again with more of them. Bytes beyond
 * SHOAL_WIRE_HANDSHAKE_SIZE are not looked at. */
ShoalWireHandshakeResult
shoal_wire_handshake_parse (ShoalWireHandshake *self, const guint8 *data, gsize len);

/* Writes SHOAL_WIRE_HANDSHAKE_SIZE bytes. */
void shoal_wire_handshake_write (const ShoalWireHandshake *self, guint8 *out);

/* "-SH0100-" (BEP 20) and 12 random characters that can be printed and need no escaping in a URL;
 * they come from the kernel, so that nobody can guess the id of another connection. */
void shoal_wire_handshake_make_peer_id (ShoalPeerId *out);

G_END_DECLS
