/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-private.h"
#include "peer/shoal-peer.h"

/* Messages do not move the timer: it comes at the deadline that held when it was set, looks at what
 * has happened since, and is set to the next one. */

static gint64
get_ready_deadline (const ShoalPeer *self)
{
  const ShoalPeerPipeline *pipeline = &self->download.pipeline;
  gint64                   deadline = self->message_usec + SHOAL_PEER_IDLE_USEC;

  if (shoal_peer_output_is_empty (&self->send.output))
    deadline = MIN (deadline, self->send.sent_usec + SHOAL_PEER_KEEPALIVE_USEC);
  else
    deadline = MIN (deadline,
                    MIN (self->send.waiting_usec + SHOAL_PEER_IDLE_USEC,
                         shoal_peer_get_now (self) + SHOAL_PEER_KEEPALIVE_USEC));
  if (!self->download.is_choked)
    deadline = MIN (deadline, shoal_peer_pipeline_get_snub_deadline (pipeline));
  return MIN (deadline, shoal_peer_pipeline_get_reply_deadline (pipeline));
}

static gint64
get_deadline (const ShoalPeer *self)
{
  switch (self->state)
    {
    case SHOAL_PEER_STATE_CONNECTING:
      return self->greeting.began_usec + SHOAL_PEER_CONNECT_USEC;
    case SHOAL_PEER_STATE_HANDSHAKING:
      return self->greeting.began_usec + (shoal_peer_handshake_is_looking_up (self)
                                              ? SHOAL_PEER_LOOKUP_USEC
                                              : SHOAL_PEER_HANDSHAKE_USEC);
    case SHOAL_PEER_STATE_READY:
      return get_ready_deadline (self);
    case SHOAL_PEER_STATE_CLOSING:
      return G_MAXINT64;
    }
  g_return_val_if_reached (G_MAXINT64);
}

void
shoal_peer_deadline_arm (ShoalPeer *self)
{
  gint64 deadline = get_deadline (self);

  if (!shoal_net_reactor_timer_is_set (&self->timer) || deadline < self->timer.node.key)
    shoal_net_reactor_timer_set (
        shoal_peer_context_get_reactor (self->context), &self->timer, deadline);
}

gboolean
shoal_peer_deadline_is_armed (const ShoalPeer *self)
{
  return shoal_net_reactor_timer_is_set (&self->timer) &&
         self->timer.node.key <= get_deadline (self);
}

void
shoal_peer_deadline_excuse (ShoalPeer *self, gint64 now_usec)
{
  self->message_usec = now_usec;
  shoal_peer_pipeline_excuse (&self->download.pipeline, now_usec);
}

static void
check_ready (ShoalPeer *self, gint64 now_usec)
{
  ShoalPeerSend *send = &self->send;
  gboolean       waits = !shoal_peer_output_is_empty (&send->output);

  if (!self->owner_reads || shoal_net_stream_is_limited (self->stream, SHOAL_NET_READ))
    shoal_peer_deadline_excuse (self, now_usec);
  if (shoal_net_stream_is_limited (self->stream, SHOAL_NET_WRITE))
    send->waiting_usec = now_usec;
  if (now_usec >= self->message_usec + SHOAL_PEER_IDLE_USEC)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_IDLE);
  else if (waits && now_usec >= send->waiting_usec + SHOAL_PEER_IDLE_USEC)
    shoal_peer_close (self, SHOAL_PEER_CLOSE_STALLED);
  else
    {
      if (!waits && now_usec >= send->sent_usec + SHOAL_PEER_KEEPALIVE_USEC)
        {
          shoal_peer_send_keep_alive (self);
          shoal_peer_send_flush (self);
        }
      shoal_peer_download_check (self, now_usec);
    }
}

static void
check (ShoalPeer *self, gint64 now_usec)
{
  switch (self->state)
    {
    case SHOAL_PEER_STATE_CONNECTING:
      shoal_peer_close (self, SHOAL_PEER_CLOSE_CONNECT_TIMEOUT);
      break;
    case SHOAL_PEER_STATE_HANDSHAKING:
      shoal_peer_close (self,
                        shoal_peer_handshake_is_looking_up (self)
                            ? SHOAL_PEER_CLOSE_LOOKUP_TIMEOUT
                            : SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT);
      break;
    case SHOAL_PEER_STATE_READY:
      check_ready (self, now_usec);
      break;
    case SHOAL_PEER_STATE_CLOSING:
      break;
    }
}

void
shoal_peer_deadline_on_timer (gpointer owner, gint64 now_usec)
{
  ShoalPeer *self = owner;

  shoal_peer_enter (self);
  if (now_usec >= get_deadline (self))
    check (self, now_usec);
  if (self->state != SHOAL_PEER_STATE_CLOSING)
    shoal_peer_deadline_arm (self);
  shoal_peer_leave (self);
}
