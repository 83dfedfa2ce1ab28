/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <string.h>

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

/* As many as the stream looks at: half of them are blocks. */
#define MAX_VECTORS 64

/* The longest bitfield is a quarter of what may wait for a remote. */
G_STATIC_ASSERT (SHOAL_PEER_MAX_UNSENT >= 4 * SHOAL_WIRE_MESSAGE_MAX_PIECES / 8);

void
shoal_peer_send_schedule (ShoalPeer *self)
{
  shoal_net_reactor_defer (shoal_peer_context_get_reactor (self->context), &self->task);
}

guint8 *
shoal_peer_send_begin (ShoalPeer *self, gsize max)
{
  if (shoal_peer_output_is_empty (&self->send.output))
    self->send.waiting_usec = shoal_peer_get_now (self);
  return shoal_peer_output_begin (&self->send.output, max);
}

void
shoal_peer_send_end (ShoalPeer *self, gsize n)
{
  shoal_peer_output_end (&self->send.output, n);
  shoal_peer_send_schedule (self);
  if (shoal_peer_output_get_control (&self->send.output) > SHOAL_PEER_MAX_UNSENT)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_STALLED);
  else
    shoal_peer_receive_update (self);
}

gsize
shoal_peer_get_n_unsent (const ShoalPeer *self)
{
  return shoal_peer_output_get_control (&self->send.output);
}

void
shoal_peer_send_plain (ShoalPeer *self, ShoalWireMessageId id)
{
  guint8 *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_PLAIN_SIZE);

  shoal_peer_send_end (self, shoal_wire_message_write_plain (out, id));
}

void
shoal_peer_send_index (ShoalPeer *self, ShoalWireMessageId id, guint32 piece)
{
  guint8 *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_INDEX_SIZE);

  shoal_peer_send_end (self, shoal_wire_message_write_index (out, id, piece));
}

void
shoal_peer_send_range (ShoalPeer *self, ShoalWireMessageId id, const ShoalWireRange *range)
{
  guint8 *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_RANGE_SIZE);

  shoal_peer_send_end (self, shoal_wire_message_write_range (out, id, range));
}

void
shoal_peer_send_extended_raw (ShoalPeer *self, guint8 id, const guint8 *data, gsize len)
{
  guint8 *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_EXTENDED_HEAD + len);
  gsize   head = shoal_wire_message_write_extended_head (out, id, len);

  if (len > 0)
    memcpy (out + head, data, len);
  shoal_peer_send_end (self, head + len);
}

void
shoal_peer_send_keep_alive (ShoalPeer *self)
{
  guint8 *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_KEEP_ALIVE_SIZE);

  shoal_peer_send_end (self, shoal_wire_message_write_keep_alive (out));
}

void
shoal_peer_send_block (ShoalPeer            *self,
                       const ShoalWireRange *range,
                       ShoalPeerBuffer      *buffer,
                       gsize                 offset)
{
  if (shoal_peer_output_is_empty (&self->send.output))
    self->send.waiting_usec = shoal_peer_get_now (self);
  shoal_peer_output_add_piece (&self->send.output, range, buffer, offset);
  shoal_peer_send_schedule (self);
}

static void
send_bits (ShoalPeer *self)
{
  gsize         len, head;
  const guint8 *bits = shoal_base_bitset_get_bytes (self->terms.have, &len);
  guint8       *out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_BITFIELD_HEAD + len);

  head = shoal_wire_message_write_bitfield_head (out, len);
  memcpy (out + head, bits, len);
  shoal_peer_send_end (self, head + len);
}

void
shoal_peer_send_bitfield (ShoalPeer *self)
{
  const ShoalBaseBitset *have = self->terms.layout != NULL ? self->terms.have : NULL;
  gboolean               has_none = have == NULL || shoal_base_bitset_is_empty (have);

  if (has_none && !self->has_fast)
    return; /* to say nothing is to have nothing */
  if (has_none)
    shoal_peer_send_plain (self, SHOAL_WIRE_MESSAGE_HAVE_NONE);
  else if (self->has_fast && shoal_base_bitset_is_full (have))
    shoal_peer_send_plain (self, SHOAL_WIRE_MESSAGE_HAVE_ALL);
  else
    send_bits (self);
}

/* What comes first, of one kind; *total is how many bytes that is. */
static gsize
send_front (ShoalPeer *self, gsize *total)
{
  ShoalPeerOutput *output = &self->send.output;
  ShoalBasePipe   *pipe = shoal_peer_output_get_pipe (output, total);
  struct iovec     iov[MAX_VECTORS];
  guint            n = 0;
  gboolean         more;

  if (pipe == NULL)
    n = shoal_peer_output_get_vectors (output, iov, MAX_VECTORS, total);
  more = *total < shoal_peer_output_get_control (output) + shoal_peer_output_get_payload (output);
  if (pipe != NULL)
    return shoal_net_stream_splice (self->stream, pipe->out, *total, more);
  if (more)
    return shoal_net_stream_send_before (self->stream, iov, n);
  return shoal_net_stream_send (self->stream, iov, n);
}

void
shoal_peer_send_flush (ShoalPeer *self)
{
  ShoalPeerSend *send = &self->send;

  if (self->state != SHOAL_PEER_STATE_HANDSHAKING && self->state != SHOAL_PEER_STATE_READY)
    return;
  while (!send->is_blocked && !shoal_peer_output_is_empty (&send->output))
    {
      gint64 now = shoal_peer_get_now (self);
      gsize  total, payload;
      gsize  sent = send_front (self, &total);

      send->is_blocked = sent < total;
      if (sent == 0)
        break;
      payload = shoal_peer_output_consume (&send->output, sent);
      send->protocol_bytes += sent - payload;
      send->sent_usec = send->waiting_usec = now;
      shoal_base_rate_add (&self->upload.rate, now, payload);
    }
  shoal_peer_receive_update (self);
}

void
shoal_peer_send_haves (ShoalPeer *self, const guint32 *pieces, guint n)
{
  guint8 *out;
  gsize   len = 0;
  guint   i;

  if (!shoal_peer_is_ready (self) || n == 0)
    return;
  out = shoal_peer_send_begin (self, n * SHOAL_WIRE_MESSAGE_INDEX_SIZE);
  for (i = 0; i < n; i++)
    len += shoal_wire_message_write_index (out + len, SHOAL_WIRE_MESSAGE_HAVE, pieces[i]);
  shoal_peer_send_end (self, len);
}

void
shoal_peer_send_have (ShoalPeer *self, guint32 piece)
{
  shoal_peer_send_haves (self, &piece, 1);
}

void
shoal_peer_send_port (ShoalPeer *self, guint16 port)
{
  guint8 *out;

  if (!shoal_peer_is_ready (self) || (self->greeting.remote.flags & SHOAL_WIRE_HANDSHAKE_DHT) == 0)
    return;
  out = shoal_peer_send_begin (self, SHOAL_WIRE_MESSAGE_PORT_SIZE);
  shoal_peer_send_end (self, shoal_wire_message_write_port (out, port));
}
