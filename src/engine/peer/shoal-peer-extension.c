/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-bytes.h"
#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

#define COST_UNKNOWN   1
#define COST_HANDSHAKE 20

/* Those that are handled in this folder. */
#define OWN_EXTENSIONS                                                                             \
  (1u << SHOAL_WIRE_EXTENSION_DONTHAVE | 1u << SHOAL_WIRE_EXTENSION_UPLOAD_ONLY)

/* Understood and not offered: others name whoever offers it to each other as one that can be
 * reached by it (BEP 55), and that takes uTP, which is not spoken here. */
#define UNOFFERED_EXTENSIONS (1u << SHOAL_WIRE_EXTENSION_HOLEPUNCH)

static guint
get_mask (const ShoalPeer *self)
{
  return OWN_EXTENSIONS | self->terms.extensions;
}

static void
fill_ours (const ShoalPeer *self, ShoalWireExtension *ours)
{
  guint mask = get_mask (self) & ~UNOFFERED_EXTENSIONS;

  shoal_wire_extension_init (ours);
  for (guint id = 1; id < SHOAL_WIRE_EXTENSION_COUNT; id++)
    if (mask & 1u << id)
      ours->ids[id] = (guint8) id;
  ours->withdrawn = self->withdrawn;
  ours->port = self->terms.listen_port;
  ours->reqq = SHOAL_PEER_MAX_REMOTE_REQUESTS;
  ours->metadata_size = self->terms.metadata_size;
  ours->your_ip = self->remote_address;
  ours->upload_only = self->terms.upload_only;
  ours->encryption = self->terms.prefers_encryption;
  g_strlcpy (ours->client, shoal_peer_context_get_client (self->context), sizeof ours->client);
}

void
shoal_peer_extension_send_handshake (ShoalPeer *self)
{
  g_autoptr (GByteArray) payload = g_byte_array_new ();
  ShoalWireExtension ours;

  fill_ours (self, &ours);
  shoal_wire_extension_write (&ours, payload);
  shoal_wire_parser_set_extensions (self->parser, get_mask (self));
  shoal_peer_send_extended_raw (self, SHOAL_WIRE_EXTENSION_HANDSHAKE, payload->data, payload->len);
}

static void
limit_requests (ShoalPeer *self)
{
  guint limit = self->extension.reqq;

  if (limit == 0)
    return;
  if (shoal_wire_client_is_bitcomet (&self->greeting.remote.peer_id))
    limit = MIN (limit, SHOAL_PEER_PIPELINE_BITCOMET);
  shoal_peer_pipeline_set_limit (&self->download.pipeline, limit);
}

static void
handle_handshake (ShoalPeer *self, const guint8 *data, gsize len)
{
  shoal_peer_spend (self, COST_HANDSHAKE);
  if (!shoal_peer_is_ready (self))
    return;
  if (!shoal_wire_extension_parse (
          &self->extension, shoal_peer_context_get_bencode (self->context), data, len))
    return;
  limit_requests (self);
  self->terms.events->extension (self->terms.owner, self);
}

static void
handle_upload_only (ShoalPeer *self, gboolean upload_only)
{
  shoal_peer_spend (self, COST_UNKNOWN);
  if (!shoal_peer_is_ready (self) || self->extension.upload_only == !!upload_only)
    return;
  self->extension.upload_only = !!upload_only;
  self->terms.events->extension (self->terms.owner, self);
}

void
shoal_peer_extension_handle (ShoalPeer *self, const ShoalWireMessage *message)
{
  if (message->data == NULL)
    {
      shoal_peer_spend (self, COST_UNKNOWN);
      return;
    }
  switch ((ShoalWireExtensionId) message->extended_id)
    {
    case SHOAL_WIRE_EXTENSION_HANDSHAKE:
      handle_handshake (self, message->data, message->len);
      break;
    case SHOAL_WIRE_EXTENSION_DONTHAVE:
      shoal_peer_remote_handle_lost (self, shoal_base_read_be32 (message->data));
      break;
    case SHOAL_WIRE_EXTENSION_UPLOAD_ONLY:
      handle_upload_only (self, message->data[0] != 0);
      break;
    case SHOAL_WIRE_EXTENSION_METADATA:
    case SHOAL_WIRE_EXTENSION_PEX:
    case SHOAL_WIRE_EXTENSION_HOLEPUNCH:
      self->terms.events->extended (self->terms.owner,
                                    self,
                                    (ShoalWireExtensionId) message->extended_id,
                                    message->data,
                                    message->len);
      break;
    }
}

gboolean
shoal_peer_send_extended (ShoalPeer *self, ShoalWireExtensionId id, const guint8 *data, gsize len)
{
  if (!shoal_peer_is_ready (self) || self->extension.ids[id] == 0)
    return FALSE;
  shoal_peer_send_extended_raw (self, self->extension.ids[id], data, len);
  return TRUE;
}

static gboolean
knows_extensions (const ShoalPeer *self)
{
  return (self->greeting.remote.flags & SHOAL_WIRE_HANDSHAKE_EXTENSION) != 0;
}

void
shoal_peer_set_extension (ShoalPeer *self, ShoalWireExtensionId id, gboolean is_wanted)
{
  guint8 bit = (guint8) (1u << id);

  if (((self->terms.extensions & bit) != 0) == !!is_wanted)
    return;
  self->terms.extensions ^= bit;
  if (!shoal_peer_is_ready (self))
    return; /* it is said with all the rest */
  self->withdrawn = is_wanted ? self->withdrawn & ~bit : self->withdrawn | bit;
  if (knows_extensions (self))
    shoal_peer_extension_send_handshake (self);
}

void
shoal_peer_set_upload_only (ShoalPeer *self, gboolean upload_only)
{
  guint8 value = upload_only ? 1 : 0;

  if (self->terms.upload_only == value)
    return;
  self->terms.upload_only = value;
  if (!shoal_peer_is_ready (self) || !knows_extensions (self))
    return;
  if (!shoal_peer_send_extended (self, SHOAL_WIRE_EXTENSION_UPLOAD_ONLY, &value, 1))
    shoal_peer_extension_send_handshake (self);
}

void
shoal_peer_set_metadata_size (ShoalPeer *self, guint32 size)
{
  if (self->terms.metadata_size == size)
    return;
  self->terms.metadata_size = size;
  if (shoal_peer_is_ready (self) &&
      (self->greeting.remote.flags & SHOAL_WIRE_HANDSHAKE_EXTENSION) != 0)
    shoal_peer_extension_send_handshake (self);
}
