/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer.h"

#include "base/shoal-base-invariant.h"
#include "peer/shoal-peer-private.h"

gint64
shoal_peer_get_now (const ShoalPeer *self)
{
  return shoal_net_reactor_get_now (shoal_peer_context_get_reactor (self->context));
}

static void
destroy (ShoalPeer *self)
{
  shoal_net_reactor_cancel (&self->task);
  shoal_peer_output_clear (&self->send.output); /* what was written after the close */
  shoal_peer_remote_clear (self);
  shoal_peer_download_clear (self);
  shoal_peer_upload_clear (self);
  g_clear_pointer (&self->parser, shoal_wire_parser_free);
  g_clear_pointer (&self->terms.layout, shoal_codec_layout_unref);
  shoal_peer_context_count_peer (self->context, -1);
  g_free (self);
}

/* The owner may free the peer in the call: the caller holds `depth`. */
static void
tell_closed (ShoalPeer *self)
{
  self->is_told = TRUE;
  if (self->is_accepted)
    self->terms.events->closed (self->terms.owner, self, self->reason);
  else
    self->listener->closed (self->listener_owner, self, self->reason);
}

void
shoal_peer_enter (ShoalPeer *self)
{
  self->depth++;
}

void
shoal_peer_leave (ShoalPeer *self)
{
  g_assert (self->depth > 0);
  SHOAL_INVARIANT (shoal_peer_check (self));
  if (self->depth == 1 && self->state == SHOAL_PEER_STATE_CLOSING && !self->is_told)
    tell_closed (self);
  self->depth--;
  if (self->depth == 0 && self->is_freed)
    destroy (self);
}

void
shoal_peer_close (ShoalPeer *self, ShoalPeerClose reason)
{
  ShoalNetReactor *reactor = shoal_peer_context_get_reactor (self->context);

  g_return_if_fail (reason != SHOAL_PEER_CLOSE_NONE);
  if (self->state == SHOAL_PEER_STATE_CLOSING)
    return;
  self->state = SHOAL_PEER_STATE_CLOSING;
  self->reason = reason;
  self->security = shoal_net_stream_get_security (self->stream);
  g_clear_pointer (&self->stream, shoal_net_stream_free);
  shoal_net_reactor_timer_clear (reactor, &self->timer);
  shoal_peer_output_clear (&self->send.output);
  shoal_peer_download_stop (self);
  if (self->depth == 0)
    shoal_net_reactor_defer (reactor, &self->task);
}

void
shoal_peer_free (ShoalPeer *self)
{
  g_return_if_fail (!self->is_freed);
  self->is_freed = TRUE;
  self->is_told = TRUE;
  shoal_peer_close (self, SHOAL_PEER_CLOSE_STOPPED);
  if (self->depth == 0)
    destroy (self);
}

void
shoal_peer_spend (ShoalPeer *self, guint cost)
{
  if (!shoal_peer_budget_spend (&self->budget, shoal_peer_get_now (self), cost))
    shoal_peer_close (self, SHOAL_PEER_CLOSE_FLOOD);
}

static guint
get_buffers (gpointer owner, struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS])
{
  ShoalPeer *self = owner;

  if (shoal_peer_is_ready (self))
    return shoal_peer_receive_get_buffers (self, iov);
  return shoal_peer_handshake_get_buffers (self, iov);
}

static void
on_bytes (gpointer owner, gsize n)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  self->received_bytes += n;
  if (shoal_peer_is_ready (self))
    shoal_peer_receive_on_bytes (self, n);
  else
    shoal_peer_handshake_on_bytes (self, n);
  shoal_peer_leave (self);
}

static void
on_connected (gpointer owner)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  self->local_address = *shoal_net_stream_get_local_address (self->stream);
  shoal_peer_handshake_begin (self);
  shoal_peer_leave (self);
}

static void
on_writable (gpointer owner)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  self->send.is_blocked = FALSE;
  shoal_peer_send_flush (self);
  shoal_peer_upload_announce (self);
  shoal_peer_leave (self);
}

static ShoalPeerClose
choose_reason (const ShoalPeer *self, ShoalNetCloseReason reason)
{
  gboolean connecting = self->state == SHOAL_PEER_STATE_CONNECTING;

  switch (reason)
    {
    case SHOAL_NET_CLOSE_EOF:
    case SHOAL_NET_CLOSE_RESET:
    case SHOAL_NET_CLOSE_TIMEOUT:
      return connecting ? SHOAL_PEER_CLOSE_UNREACHABLE : SHOAL_PEER_CLOSE_REMOTE;
    case SHOAL_NET_CLOSE_REFUSED:
    case SHOAL_NET_CLOSE_UNREACHABLE:
      return SHOAL_PEER_CLOSE_UNREACHABLE;
    case SHOAL_NET_CLOSE_INSECURE:
      return SHOAL_PEER_CLOSE_INSECURE;
    case SHOAL_NET_CLOSE_FAILED:
      return SHOAL_PEER_CLOSE_FAILED;
    }
  g_return_val_if_reached (SHOAL_PEER_CLOSE_FAILED);
}

static void
on_closed (gpointer owner, ShoalNetCloseReason reason, int error_number)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  self->error_number = error_number;
  shoal_peer_close (self, choose_reason (self, reason));
  shoal_peer_leave (self);
}

static const ShoalNetStreamOps STREAM_OPS = {
  .get_buffers = get_buffers,
  .on_bytes = on_bytes,
  .on_connected = on_connected,
  .on_writable = on_writable,
  .on_closed = on_closed,
};

static ShoalNetKeyAnswer
find_key (gpointer owner, const ShoalSha1 *hash, ShoalSwarmKey *key, ShoalNetSecurityTerms *terms)
{
  ShoalPeer *self = owner;

  return self->listener->find_key (self->listener_owner, self, hash, key, terms);
}

/* The end of a turn in which something happened, or the first call after a close by the owner. */
static void
on_task (gpointer owner)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  shoal_peer_handshake_finish (self);
  shoal_peer_remote_apply_early (self);
  shoal_peer_download_fill (self);
  shoal_peer_send_flush (self);
  /* What was asked for just now is sent already: no turn more for it. */
  if (!self->download.wants_more && !self->remote.early_due)
    shoal_net_reactor_cancel (&self->task);
  shoal_peer_upload_announce (self);
  shoal_peer_leave (self);
}

static ShoalPeer *
new_peer (ShoalPeerContext *context)
{
  ShoalPeer *self = g_new0 (ShoalPeer, 1);

  self->context = context;
  self->owner_reads = self->stream_reads = TRUE;
  self->download.is_choked = self->upload.is_choked = TRUE;
  shoal_wire_extension_init (&self->extension);
  shoal_peer_download_init (self);
  shoal_net_reactor_timer_init (&self->timer, shoal_peer_deadline_on_timer, self);
  shoal_net_reactor_task_init (&self->task, on_task, self);
  shoal_peer_context_count_peer (context, 1);
  return self;
}

static void
take_terms (ShoalPeer *self, const ShoalPeerTerms *terms)
{
  self->terms = *terms;
  if (terms->layout != NULL)
    shoal_codec_layout_ref (terms->layout);
  self->is_accepted = TRUE;
  shoal_net_stream_set_buckets (self->stream, terms->down, terms->up);
}

ShoalPeer *
shoal_peer_new_outgoing (ShoalPeerContext       *context,
                         const ShoalBaseAddress *to,
                         const ShoalBaseAddress *bind,
                         const ShoalPeerTerms   *terms)
{
  ShoalPeer       *self = new_peer (context);
  ShoalNetReactor *reactor = shoal_peer_context_get_reactor (context);

  self->state = SHOAL_PEER_STATE_CONNECTING;
  self->remote_address = *to;
  self->greeting.began_usec = shoal_peer_get_now (self);
  self->stream = shoal_net_stream_new_outgoing (reactor, to, bind, &STREAM_OPS, self);
  if (terms->methods != 0)
    shoal_net_stream_offer_encryption (self->stream, terms->methods, &terms->swarm_key);
  take_terms (self, terms);
  shoal_peer_deadline_arm (self);
  return self;
}

ShoalPeer *
shoal_peer_new_incoming (ShoalPeerContext        *context,
                         int                      fd,
                         const ShoalPeerListener *listener,
                         gpointer                 owner)
{
  const ShoalNetSecurityTerms *security = shoal_peer_context_get_security (context);
  ShoalPeer                   *self = new_peer (context);
  ShoalNetReactor             *reactor = shoal_peer_context_get_reactor (context);

  self->listener = listener;
  self->listener_owner = owner;
  self->stream = shoal_net_stream_new_accepted (reactor, fd, &STREAM_OPS, self);
  if (listener->find_key != NULL && (security->methods != 0 || !security->accepts_bare))
    shoal_net_stream_accept_encryption (self->stream, security, find_key);
  self->remote_address = *shoal_net_stream_get_remote_address (self->stream);
  self->local_address = *shoal_net_stream_get_local_address (self->stream);
  shoal_peer_handshake_begin (self);
  return self;
}

void
shoal_peer_accept (ShoalPeer *self, const ShoalPeerTerms *terms)
{
  g_return_if_fail (!self->is_accepted);
  if (self->state == SHOAL_PEER_STATE_CLOSING)
    return;
  take_terms (self, terms);
  shoal_peer_handshake_begin (self);
}

void
shoal_peer_find_key_again (ShoalPeer *self)
{
  if (self->state != SHOAL_PEER_STATE_CLOSING)
    shoal_net_stream_find_key_again (self->stream);
}

void
shoal_peer_set_data (ShoalPeer *self, gpointer data)
{
  self->data = data;
}

gpointer
shoal_peer_get_data (const ShoalPeer *self)
{
  return self->data;
}

void
shoal_peer_set_reading (ShoalPeer *self, gboolean reading)
{
  if (self->owner_reads == !!reading)
    return;
  self->owner_reads = !!reading;
  if (reading)
    shoal_peer_deadline_excuse (self, shoal_peer_get_now (self));
  shoal_peer_receive_update (self);
}

void
shoal_peer_set_buckets (ShoalPeer *self, ShoalBaseBucket *down, ShoalBaseBucket *up)
{
  if (self->state == SHOAL_PEER_STATE_CLOSING)
    return;
  self->terms.down = down;
  self->terms.up = up;
  shoal_net_stream_set_buckets (self->stream, down, up);
}
