/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

/* What is read behind the rest of a block. More means fewer system calls, less means fewer bytes
 * that are copied from here into the next block. */
#define LOOKAHEAD (64 * 1024)

/* Messages that wait for a remote which asks and does not read: above, nothing more is read of it,
 * until half of it is gone. */
#define MAX_UNREAD (64 * 1024)

/* What a message costs that is right, but serves no purpose if there are many. */
#define COST_IDLE 1

guint
shoal_peer_receive_get_buffers (ShoalPeer *self, struct iovec iov[2])
{
  ShoalPeerDownload *download = &self->download;
  gsize              size;
  guint8            *scratch = shoal_peer_context_get_scratch (self->context, &size);

  if (download->block == NULL)
    {
      iov[0].iov_base = scratch;
      iov[0].iov_len = size;
      return 1;
    }
  iov[0].iov_base = download->block + download->filled;
  iov[0].iov_len = shoal_wire_parser_get_payload_left (self->parser);
  iov[1].iov_base = scratch;
  iov[1].iov_len = MIN (size, LOOKAHEAD);
  return 2;
}

static void
handle_port (ShoalPeer *self, guint16 port)
{
  shoal_peer_spend (self, COST_IDLE);
  if (shoal_peer_is_ready (self) && port != 0)
    self->terms.events->port (self->terms.owner, self, port);
}

static gboolean
is_fast_message (ShoalWireMessageId id)
{
  return id >= SHOAL_WIRE_MESSAGE_SUGGEST && id <= SHOAL_WIRE_MESSAGE_ALLOWED_FAST;
}

/* One line for each message there is. */
static void
dispatch (ShoalPeer *self, const ShoalWireMessage *message)
{
  switch (message->id)
    {
    case SHOAL_WIRE_MESSAGE_CHOKE:
      return shoal_peer_download_handle_choke (self, TRUE);
    case SHOAL_WIRE_MESSAGE_UNCHOKE:
      return shoal_peer_download_handle_choke (self, FALSE);
    case SHOAL_WIRE_MESSAGE_INTERESTED:
      return shoal_peer_upload_handle_interest (self, TRUE);
    case SHOAL_WIRE_MESSAGE_NOT_INTERESTED:
      return shoal_peer_upload_handle_interest (self, FALSE);
    case SHOAL_WIRE_MESSAGE_HAVE:
      return shoal_peer_remote_handle_have (self, message->range.piece);
    case SHOAL_WIRE_MESSAGE_BITFIELD:
      return shoal_peer_remote_handle_bitfield (self, message->data, message->len);
    case SHOAL_WIRE_MESSAGE_REQUEST:
      return shoal_peer_upload_handle_request (self, &message->range);
    case SHOAL_WIRE_MESSAGE_PIECE:
      return shoal_peer_download_handle_piece (self, &message->range);
    case SHOAL_WIRE_MESSAGE_CANCEL:
      return shoal_peer_upload_handle_cancel (self, &message->range);
    case SHOAL_WIRE_MESSAGE_PORT:
      return handle_port (self, message->port);
    case SHOAL_WIRE_MESSAGE_SUGGEST:
      return shoal_peer_remote_handle_suggest (self, message->range.piece);
    case SHOAL_WIRE_MESSAGE_HAVE_ALL:
      return shoal_peer_remote_handle_have_every (self, TRUE);
    case SHOAL_WIRE_MESSAGE_HAVE_NONE:
      return shoal_peer_remote_handle_have_every (self, FALSE);
    case SHOAL_WIRE_MESSAGE_REJECT:
      return shoal_peer_download_handle_reject (self, &message->range);
    case SHOAL_WIRE_MESSAGE_ALLOWED_FAST:
      return shoal_peer_remote_handle_fast (self, message->range.piece);
    case SHOAL_WIRE_MESSAGE_EXTENDED:
      return shoal_peer_extension_handle (self, message);
    case SHOAL_WIRE_MESSAGE_KEEP_ALIVE:
      return shoal_peer_spend (self, COST_IDLE);
    }
}

static void
handle_message (ShoalPeer *self, const ShoalWireMessage *message)
{
  self->message_usec = shoal_peer_get_now (self);
  if (is_fast_message (message->id) && !self->has_fast)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_NOT_NEGOTIATED);
  else
    dispatch (self, message);
}

static void
parse (ShoalPeer *self, const guint8 *data, gsize len)
{
  ShoalWireMessage message;

  while (shoal_peer_is_ready (self))
    switch (shoal_wire_parser_feed (self->parser, &data, &len, &message))
      {
      case SHOAL_WIRE_PARSER_MORE:
        return;
      case SHOAL_WIRE_PARSER_MESSAGE:
        handle_message (self, &message);
        break;
      case SHOAL_WIRE_PARSER_PAYLOAD:
        shoal_peer_download_handle_payload (self, message.data, (guint32) message.len);
        break;
      case SHOAL_WIRE_PARSER_TOO_LONG:
      case SHOAL_WIRE_PARSER_BAD_LENGTH:
      case SHOAL_WIRE_PARSER_BAD_ID:
        shoal_peer_close (self, SHOAL_PEER_CLOSE_BAD_FRAME);
        return;
      }
}

void
shoal_peer_receive_on_bytes (ShoalPeer *self, gsize n)
{
  gsize   size;
  guint8 *scratch = shoal_peer_context_get_scratch (self->context, &size);

  if (self->download.block != NULL)
    {
      guint32 left = shoal_wire_parser_get_payload_left (self->parser);
      guint32 direct = (guint32) MIN (n, left);

      shoal_wire_parser_skip_payload (self->parser, direct);
      shoal_peer_download_handle_payload (self, NULL, direct);
      n -= direct;
    }
  parse (self, scratch, n);
}

void
shoal_peer_receive_update (ShoalPeer *self)
{
  gsize    limit = self->stream_reads ? MAX_UNREAD : MAX_UNREAD / 2;
  gboolean reads = self->owner_reads && shoal_peer_output_get_control (&self->send.output) <= limit;

  if (self->stream == NULL || reads == self->stream_reads)
    return;
  self->stream_reads = reads;
  shoal_net_stream_set_reading (self->stream, reads);
}
