/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

static void
send_handshake (ShoalPeer *self)
{
  ShoalWireHandshake ours = {
    .flags = SHOAL_WIRE_HANDSHAKE_EXTENSION | SHOAL_WIRE_HANDSHAKE_FAST,
    .swarm_key = self->terms.swarm_key,
    .peer_id = self->terms.peer_id,
  };

  if (self->terms.has_dht)
    ours.flags |= SHOAL_WIRE_HANDSHAKE_DHT;
  shoal_wire_handshake_write (&ours, shoal_peer_send_begin (self, SHOAL_WIRE_HANDSHAKE_SIZE));
  shoal_peer_send_end (self, SHOAL_WIRE_HANDSHAKE_SIZE);
}

/* While a torrent was looked for, get_buffers() may have said that there is no room. */
static void
read_again (ShoalPeer *self)
{
  if (self->stream_reads)
    shoal_net_stream_set_reading (self->stream, TRUE);
}

/* Connected, or accepted by a torrent: whatever comes next has its own time. */
void
shoal_peer_handshake_begin (ShoalPeer *self)
{
  self->state = SHOAL_PEER_STATE_HANDSHAKING;
  self->greeting.began_usec = shoal_peer_get_now (self);
  if (self->connected_usec == 0)
    self->connected_usec = self->greeting.began_usec;
  if (self->is_accepted)
    {
      send_handshake (self);
      read_again (self);
    }
  shoal_peer_deadline_arm (self);
}

gboolean
shoal_peer_handshake_is_looking_up (const ShoalPeer *self)
{
  return self->greeting.has_key && !self->is_accepted;
}

/* Never beyond the handshake: what follows it stays in the kernel until it can be read. */
guint
shoal_peer_handshake_get_buffers (ShoalPeer *self, struct iovec *iov)
{
  ShoalPeerGreeting *greeting = &self->greeting;

  iov[0].iov_base = greeting->bytes + greeting->len;
  iov[0].iov_len = SHOAL_WIRE_HANDSHAKE_SIZE - greeting->len;
  return iov[0].iov_len > 0 ? 1 : 0;
}

/* The swarm key of the remote is known. */
static void
handle_key (ShoalPeer *self)
{
  const ShoalSwarmKey *key = &self->greeting.remote.swarm_key;

  self->greeting.has_key = TRUE;
  if (!self->is_accepted)
    {
      self->greeting.began_usec = shoal_peer_get_now (self);
      self->listener->lookup (self->listener_owner, self, key);
    }
  else if (!shoal_sha1_equal (key, &self->terms.swarm_key))
    shoal_peer_close (self, SHOAL_PEER_CLOSE_WRONG_SWARM);
}

void
shoal_peer_handshake_on_bytes (ShoalPeer *self, gsize n)
{
  ShoalPeerGreeting       *greeting = &self->greeting;
  ShoalWireHandshakeResult result;

  greeting->len += (guint) n;
  result = shoal_wire_handshake_parse (&greeting->remote, greeting->bytes, greeting->len);
  if (result == SHOAL_WIRE_HANDSHAKE_BAD)
    {
      shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_HANDSHAKE);
      return;
    }
  greeting->is_whole = result == SHOAL_WIRE_HANDSHAKE_DONE;
  if (result != SHOAL_WIRE_HANDSHAKE_MORE && !greeting->has_key)
    handle_key (self);
  shoal_peer_handshake_finish (self);
}

static guint
get_n_pieces (const ShoalPeer *self)
{
  return self->terms.layout != NULL ? shoal_codec_layout_get_n_pieces (self->terms.layout) : 0;
}

/* From here on messages flow; ours go out in the order that BEP 6 wants. */
static void
become_ready (ShoalPeer *self)
{
  const ShoalWireHandshake *remote = &self->greeting.remote;

  self->state = SHOAL_PEER_STATE_READY;
  self->message_usec = self->send.sent_usec = shoal_peer_get_now (self);
  self->has_fast = (remote->flags & SHOAL_WIRE_HANDSHAKE_FAST) != 0;
  if (shoal_wire_client_is_bitcomet (&remote->peer_id))
    shoal_peer_pipeline_set_limit (&self->download.pipeline, SHOAL_PEER_PIPELINE_BITCOMET);
  self->parser = shoal_wire_parser_new ();
  shoal_wire_parser_set_n_pieces (self->parser, get_n_pieces (self));
  shoal_peer_remote_init (self);
  shoal_peer_send_bitfield (self);
  if (remote->flags & SHOAL_WIRE_HANDSHAKE_EXTENSION)
    shoal_peer_extension_send_handshake (self);
  shoal_peer_upload_offer_fast (self);
  read_again (self);
  shoal_peer_deadline_arm (self);
  self->terms.events->ready (self->terms.owner, self);
}

void
shoal_peer_handshake_finish (ShoalPeer *self)
{
  ShoalPeerClose reason;

  if (self->state != SHOAL_PEER_STATE_HANDSHAKING || !self->greeting.is_whole || !self->is_accepted)
    return;
  shoal_wire_client_describe (&self->greeting.remote.peer_id, self->client);
  reason = self->terms.events->handshake (self->terms.owner, self, &self->greeting.remote);
  if (self->state != SHOAL_PEER_STATE_HANDSHAKING)
    return;
  if (reason != SHOAL_PEER_CLOSE_NONE)
    shoal_peer_close (self, reason);
  else
    become_ready (self);
}
