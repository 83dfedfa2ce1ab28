/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

/* What is read behind the blocks that are expected. More means fewer system calls, less means fewer
 * bytes that are copied from here into the next block. */
#define LOOKAHEAD (64 * 1024)

/* Of the vectors of a read, those that are not of blocks to come: the rest of a block, scratch. */
#define OTHER_BUFFERS 2

G_STATIC_ASSERT (2 * SHOAL_PEER_LANDING_MAX + OTHER_BUFFERS <= SHOAL_NET_STREAM_MAX_BUFFERS);

/* Messages that wait for a remote which asks and does not read: above, nothing more is read of it,
 * until half of it is gone. */
#define MAX_UNREAD (64 * 1024)

/* What a message costs that is right, but serves no purpose if there are many. */
#define COST_IDLE 1

/* As many blocks as the next read may bring: a slow remote brings little at a time. */
static guint
lay_out_landing (ShoalPeer *self, struct iovec *iov)
{
  ShoalPeerLanding *landing = shoal_peer_context_get_landing (self->context);
  ShoalPeerQueue   *requests = &self->download.requests;
  ShoalBasePool    *pool = shoal_peer_context_get_pool (self->context);
  gsize             head = shoal_wire_parser_get_head_left (self->parser);
  guint n = (guint) MIN (SHOAL_PEER_LANDING_MAX, self->read_size / SHOAL_BASE_BLOCK_SIZE + 2);
  guint i;

  shoal_peer_landing_clear (landing, pool);
  if (head == 0 ||
      (self->download.block == NULL && shoal_wire_parser_get_payload_left (self->parser) > 0))
    return 0;
  for (i = 0; i < MIN (n, requests->len); i++)
    {
      shoal_peer_landing_add (
          landing, pool, head, shoal_peer_queue_get (requests, i)->length, iov + 2 * i);
      head = SHOAL_WIRE_MESSAGE_PIECE_HEAD;
    }
  return 2 * i;
}

guint
shoal_peer_receive_get_buffers (ShoalPeer *self, struct iovec *iov)
{
  ShoalPeerDownload *download = &self->download;
  gsize              size;
  guint8            *scratch = shoal_peer_context_get_scratch (self->context, &size);
  guint              n = 0;

  if (download->block != NULL)
    iov[n++] = (struct iovec){ download->block + download->filled,
                               shoal_wire_parser_get_payload_left (self->parser) };
  n += lay_out_landing (self, iov + n);
  iov[n].iov_base = scratch;
  iov[n].iov_len = n > 0 ? MIN (size, LOOKAHEAD) : size;
  return n + 1;
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

/* The next @n bytes of the block lie where they belong. */
static void
take_in_place (ShoalPeer *self, guint32 n)
{
  shoal_wire_parser_skip_payload (self->parser, n);
  shoal_peer_download_handle_payload (self, NULL, n);
}

/* The first @n bytes of the block of @slot: if a block begins with them, they are where they
 * belong, else something came between, and they are read like all others. */
static void
take_landed (ShoalPeer *self, ShoalPeerLandingSlot *slot, gsize n)
{
  ShoalPeerDownload *download = &self->download;
  guint8            *block = slot->block;

  if (download->block == NULL || download->filled > 0 ||
      shoal_wire_parser_get_payload_left (self->parser) < n)
    {
      parse (self, block, n);
      return;
    }
  slot->block = download->block;
  download->block = block;
  take_in_place (self, (guint32) n);
}

/* Returns how many of @n bytes lay there. */
static gsize
take_landing (ShoalPeer *self, gsize n)
{
  ShoalPeerLanding *landing = shoal_peer_context_get_landing (self->context);
  gsize             taken = 0;

  for (guint i = 0; i < landing->n_slots && taken < n; i++)
    {
      ShoalPeerLandingSlot *slot = &landing->slots[i];
      gsize                 head = MIN (n - taken, slot->head_size);
      gsize                 body = MIN (n - taken - head, slot->size);

      parse (self, slot->head, head);
      if (body > 0)
        take_landed (self, slot, body);
      taken += head + body;
    }
  shoal_peer_landing_clear (landing, shoal_peer_context_get_pool (self->context));
  return taken;
}

void
shoal_peer_receive_on_bytes (ShoalPeer *self, gsize n)
{
  gsize   size;
  guint8 *scratch = shoal_peer_context_get_scratch (self->context, &size);

  self->read_size = MAX (n, self->read_size * 3 / 4);
  if (self->download.block != NULL)
    {
      guint32 direct = (guint32) MIN (n, shoal_wire_parser_get_payload_left (self->parser));

      take_in_place (self, direct);
      n -= direct;
    }
  n -= take_landing (self, n);
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
