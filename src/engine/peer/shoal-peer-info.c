/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

ShoalPeerState
shoal_peer_get_state (const ShoalPeer *self)
{
  return self->state;
}

ShoalPeerClose
shoal_peer_get_close_reason (const ShoalPeer *self)
{
  return self->reason;
}

int
shoal_peer_get_error_number (const ShoalPeer *self)
{
  return self->error_number;
}

gboolean
shoal_peer_is_outgoing (const ShoalPeer *self)
{
  return self->listener == NULL;
}

const ShoalBaseAddress *
shoal_peer_get_remote_address (const ShoalPeer *self)
{
  return &self->remote_address;
}

const ShoalBaseAddress *
shoal_peer_get_local_address (const ShoalPeer *self)
{
  return &self->local_address;
}

ShoalNetSecurity
shoal_peer_get_security (const ShoalPeer *self)
{
  return self->stream != NULL ? shoal_net_stream_get_security (self->stream) : self->security;
}

gboolean
shoal_peer_is_encrypted (const ShoalPeer *self)
{
  return shoal_peer_get_security (self) == SHOAL_NET_SECURITY_RC4;
}

gboolean
shoal_peer_has_heard (const ShoalPeer *self)
{
  return self->received_bytes > 0;
}

const ShoalWireHandshake *
shoal_peer_get_handshake (const ShoalPeer *self)
{
  return &self->greeting.remote;
}

gboolean
shoal_peer_has_fast (const ShoalPeer *self)
{
  return self->has_fast;
}

const ShoalWireExtension *
shoal_peer_get_extension (const ShoalPeer *self)
{
  return &self->extension;
}

const char *
shoal_peer_get_client (const ShoalPeer *self)
{
  return self->extension.client[0] != '\0' ? self->extension.client : self->client;
}

const ShoalBaseBitset *
shoal_peer_get_bits (const ShoalPeer *self)
{
  return self->remote.bits;
}

gboolean
shoal_peer_is_choking_us (const ShoalPeer *self)
{
  return self->download.is_choked;
}

gboolean
shoal_peer_is_interested (const ShoalPeer *self)
{
  return self->upload.is_interested;
}

gboolean
shoal_peer_is_choked_by_us (const ShoalPeer *self)
{
  return self->upload.is_choked;
}

gboolean
shoal_peer_are_we_interested (const ShoalPeer *self)
{
  return self->download.is_interested;
}

gboolean
shoal_peer_is_snubbed (const ShoalPeer *self)
{
  return self->download.pipeline.snubbed;
}

gboolean
shoal_peer_is_upload_only (const ShoalPeer *self)
{
  if (self->extension.upload_only)
    return TRUE;
  return self->remote.bits != NULL && shoal_base_bitset_is_full (self->remote.bits);
}

const guint32 *
shoal_peer_get_allowed_fast (const ShoalPeer *self, guint *n)
{
  *n = self->remote.n_fast;
  return self->remote.fast;
}

const guint32 *
shoal_peer_get_suggested (const ShoalPeer *self, guint *n)
{
  *n = self->remote.n_suggested;
  return self->remote.suggested;
}

void
shoal_peer_get_stats (ShoalPeer *self, ShoalPeerStats *out)
{
  gint64             now = shoal_peer_get_now (self);
  ShoalPeerDownload *download = &self->download;
  ShoalPeerUpload   *upload = &self->upload;

  *out = (ShoalPeerStats){
    .payload_down = download->rate.total_bytes,
    .payload_up = upload->rate.total_bytes,
    .protocol_down = self->received_bytes - download->rate.total_bytes - download->wasted,
    .protocol_up = self->send.protocol_bytes,
    .wasted = download->wasted,
    .down_bps = shoal_base_rate_get_bps (&download->rate, now),
    .recent_down_bps = shoal_peer_pipeline_get_bps (&download->pipeline, now),
    .up_bps = shoal_base_rate_get_bps (&upload->rate, now),
    .n_requests = download->requests.len + (download->block != NULL ? 1 : 0),
    .n_requests_wanted = shoal_peer_pipeline_get_target (&download->pipeline),
    .n_requests_remote = upload->asked.len + upload->taken.len,
    .connected_usec = self->connected_usec,
    .last_block_usec = download->pipeline.block_usec,
    .last_request_usec = upload->request_usec,
    .last_message_usec = self->message_usec,
  };
}
