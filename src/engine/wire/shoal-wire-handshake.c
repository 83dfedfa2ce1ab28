/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "wire/shoal-wire-handshake.h"

#include <string.h>

#include "base/shoal-base-random.h"

#define PROTOCOL                                                                                   \
  "\x13"                                                                                           \
  "BitTorrent protocol"
#define PROTOCOL_SIZE 20
#define KEY_OFFSET    28
#define ID_OFFSET     48

#define ID_PREFIX      "-SH0100-"
#define ID_PREFIX_SIZE 8

static const struct
{
  ShoalWireHandshakeFlags flag;
  guint8                  byte; /* of the eight reserved ones */
  guint8                  bit;
} RESERVED[] = {
  { SHOAL_WIRE_HANDSHAKE_EXTENSION, 5, 0x10 },
  { SHOAL_WIRE_HANDSHAKE_DHT, 7, 0x01 },
  { SHOAL_WIRE_HANDSHAKE_FAST, 7, 0x04 },
  { SHOAL_WIRE_HANDSHAKE_V2, 7, 0x10 },
};

ShoalWireHandshakeResult
shoal_wire_handshake_parse (ShoalWireHandshake *self, const guint8 *data, gsize len)
{
  if (memcmp (data, PROTOCOL, MIN (len, PROTOCOL_SIZE)) != 0)
    return SHOAL_WIRE_HANDSHAKE_BAD;
  if (len < SHOAL_WIRE_HANDSHAKE_KEY_SIZE)
    return SHOAL_WIRE_HANDSHAKE_MORE;
  self->flags = 0;
  for (guint i = 0; i < G_N_ELEMENTS (RESERVED); i++)
    if (data[PROTOCOL_SIZE + RESERVED[i].byte] & RESERVED[i].bit)
      self->flags |= RESERVED[i].flag;
  memcpy (self->swarm_key.bytes, data + KEY_OFFSET, sizeof self->swarm_key.bytes);
  if (len < SHOAL_WIRE_HANDSHAKE_SIZE)
    return SHOAL_WIRE_HANDSHAKE_KEY;
  memcpy (self->peer_id.bytes, data + ID_OFFSET, sizeof self->peer_id.bytes);
  return SHOAL_WIRE_HANDSHAKE_DONE;
}

void
shoal_wire_handshake_write (const ShoalWireHandshake *self, guint8 *out)
{
  memset (out, 0, SHOAL_WIRE_HANDSHAKE_SIZE);
  memcpy (out, PROTOCOL, PROTOCOL_SIZE);
  for (guint i = 0; i < G_N_ELEMENTS (RESERVED); i++)
    if (self->flags & RESERVED[i].flag)
      out[PROTOCOL_SIZE + RESERVED[i].byte] |= RESERVED[i].bit;
  memcpy (out + KEY_OFFSET, self->swarm_key.bytes, sizeof self->swarm_key.bytes);
  memcpy (out + ID_OFFSET, self->peer_id.bytes, sizeof self->peer_id.bytes);
}

void
shoal_wire_handshake_make_peer_id (ShoalPeerId *out)
{
  /* 64 characters: six bits of each random byte choose one without bias. */
  static const char CHARACTERS[] =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_";
  guint8 random[sizeof out->bytes - ID_PREFIX_SIZE];

  shoal_base_random_secure (random, sizeof random);
  memcpy (out->bytes, ID_PREFIX, ID_PREFIX_SIZE);
  for (guint i = 0; i < sizeof random; i++)
    out->bytes[ID_PREFIX_SIZE + i] = (guint8) CHARACTERS[random[i] & 63];
}
