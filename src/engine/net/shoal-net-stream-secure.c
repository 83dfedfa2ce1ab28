/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-stream-private.h"

#include <errno.h>

/* The encryption of a stream. While it is negotiated, the functions below stand in the owner's
 * place, so that a stream without encryption goes no longer way. */

/* Encrypted bytes that wait for the kernel: what is encrypted cannot be taken back, so that little
 * of it waits for a slow remote. */
#define ROOM_SLOW (16 * 1024)
#define ROOM_FAST (64 * 1024)

#define MAX_VECTORS 64

static void
drop_if_idle (ShoalNetStream *self)
{
  if (self->filter != NULL && shoal_net_filter_is_idle (self->filter))
    g_clear_pointer (&self->filter, shoal_net_filter_free);
}

/* Of the handshake: counted like all bytes of the owner. */
static void
send_handshake (ShoalNetStream *self)
{
  struct iovec iov;
  gsize        sent;

  do
    {
      const guint8 *data = shoal_net_filter_get_output (self->filter, &iov.iov_len);

      iov.iov_base = (gpointer) (gsize) data;
      sent = iov.iov_len > 0 ? shoal_net_stream_send_bare (self, &iov, 1) : 0;
      shoal_net_filter_consume_output (self->filter, sent);
    }
  while (sent > 0 && sent < iov.iov_len);
}

static void
deliver_rest (ShoalNetStream *self)
{
  struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS];

  while (self->state == SHOAL_NET_STREAM_OPEN && self->reading &&
         shoal_net_stream_secure_has_rest (self))
    {
      guint n_iov = self->ops->get_buffers (self->owner, iov);
      gsize n;

      if (self->state != SHOAL_NET_STREAM_OPEN)
        return;
      n = shoal_net_filter_take_rest (self->filter, iov, n_iov);
      if (n == 0)
        shoal_net_stream_set_reading (self, FALSE);
      else
        self->ops->on_bytes (self->owner, n);
    }
}

static void
step_aside (ShoalNetStream *self)
{
  self->ops = self->front_ops;
  self->owner = self->front_owner;
  self->owed = self->front_owed;
  self->front_ops = NULL;
  self->front_owed = FALSE;
}

/* It is negotiated: the owner gets its place back. */
static void
finish (ShoalNetStream *self)
{
  step_aside (self);
  shoal_net_reactor_defer (self->reactor, &self->task); /* what is owed, and output that is left */
  deliver_rest (self);
}

static void
refuse (ShoalNetStream *self)
{
  step_aside (self);
  shoal_net_stream_close (self);
  self->ops->on_closed (self->owner, SHOAL_NET_CLOSE_INSECURE, 0);
}

static gboolean
has_space (ShoalNetStream *self)
{
  gsize len;

  shoal_net_filter_get_space (self->filter, &len);
  return len > 0;
}

/* @n bytes came; 0: the torrent is asked for again. From the reactor only. */
static void
negotiate (ShoalNetStream *self, gsize n)
{
  ShoalNetMseResult result = shoal_net_filter_advance (self->filter, n);

  self->security = shoal_net_filter_get_security (self->filter);
  switch (result)
    {
    case SHOAL_NET_MSE_MORE:
      send_handshake (self);
      break;
    case SHOAL_NET_MSE_LATER:
      if (!has_space (self))
        refuse (self);
      break;
    case SHOAL_NET_MSE_DONE:
    case SHOAL_NET_MSE_BARE:
      finish (self);
      break;
    case SHOAL_NET_MSE_BAD:
    case SHOAL_NET_MSE_UNKNOWN:
    case SHOAL_NET_MSE_DIFFERS:
      refuse (self);
      break;
    }
}

static guint
get_buffers (gpointer owner, struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS])
{
  ShoalNetStream *self = owner;

  iov[0].iov_base = shoal_net_filter_get_space (self->filter, &iov[0].iov_len);
  return 1;
}

static void
on_bytes (gpointer owner, gsize n)
{
  negotiate (owner, n);
}

static void
on_connected (gpointer owner)
{
  ShoalNetStream *self = owner;

  send_handshake (self);
  self->front_ops->on_connected (self->front_owner);
}

static void
on_writable (gpointer owner)
{
  send_handshake (owner);
}

static void
on_closed (gpointer owner, ShoalNetCloseReason reason, int error_number)
{
  ShoalNetStream *self = owner;

  step_aside (self);
  self->ops->on_closed (self->owner, reason, error_number);
}

static const ShoalNetStreamOps HANDSHAKE_OPS = {
  .get_buffers = get_buffers,
  .on_bytes = on_bytes,
  .on_connected = on_connected,
  .on_writable = on_writable,
  .on_closed = on_closed,
};

static void
begin (ShoalNetStream *self, ShoalNetMse *mse)
{
  self->filter = shoal_net_filter_new (mse);
  self->security = SHOAL_NET_SECURITY_ASKED;
  self->front_ops = self->ops;
  self->front_owner = self->owner;
  self->ops = &HANDSHAKE_OPS;
  self->owner = self;
}

void
shoal_net_stream_offer_encryption (ShoalNetStream *self, guint8 methods, const ShoalSwarmKey *key)
{
  ShoalNetMseRandom random;

  g_return_if_fail (self->filter == NULL && self->state != SHOAL_NET_STREAM_OPEN);
  shoal_net_mse_random_fill (&random);
  begin (self, shoal_net_mse_new_initiator (&random, methods, key));
  explicit_bzero (&random, sizeof random);
}

static ShoalNetKeyAnswer
find_cb (gpointer owner, const ShoalSha1 *hash, ShoalSwarmKey *key, ShoalNetSecurityTerms *terms)
{
  ShoalNetStream *self = owner;

  return self->find (self->front_owner, hash, key, terms);
}

void
shoal_net_stream_accept_encryption (ShoalNetStream              *self,
                                    const ShoalNetSecurityTerms *terms,
                                    ShoalNetKeyFunc              find)
{
  ShoalNetMseRandom random;

  g_return_if_fail (self->filter == NULL);
  self->find = find;
  shoal_net_mse_random_fill (&random);
  begin (self, shoal_net_mse_new_responder (&random, terms, find_cb, self));
  explicit_bzero (&random, sizeof random);
}

void
shoal_net_stream_find_key_again (ShoalNetStream *self)
{
  if (self->front_ops == NULL || self->state != SHOAL_NET_STREAM_OPEN)
    return;
  self->asks_again = TRUE;
  shoal_net_reactor_defer (self->reactor, &self->task);
}

ShoalNetSecurity
shoal_net_stream_get_security (const ShoalNetStream *self)
{
  return self->security;
}

void
shoal_net_stream_secure_receive (ShoalNetStream *self, const struct iovec *iov, gsize n)
{
  shoal_net_filter_decrypt (self->filter, iov, n);
  drop_if_idle (self);
}

gboolean
shoal_net_stream_secure_flush (ShoalNetStream *self)
{
  struct iovec iov;
  gssize       sent;

  if (shoal_net_filter_is_negotiating (self->filter))
    return TRUE; /* on_writable() goes on */
  iov.iov_base = (gpointer) (gsize) shoal_net_filter_get_output (self->filter, &iov.iov_len);
  if (iov.iov_len == 0)
    return TRUE;
  sent = shoal_net_stream_send_vectors (self, &iov, 1);
  if (sent < 0 && errno != EAGAIN)
    {
      shoal_net_stream_fail_later (self, errno);
      return FALSE;
    }
  sent = MAX (sent, 0);
  self->bytes_out += (guint64) sent;
  shoal_net_filter_consume_output (self->filter, (gsize) sent);
  if ((gsize) sent == iov.iov_len)
    return TRUE;
  shoal_net_stream_note_full (self);
  return FALSE;
}

static gsize
sum_vectors (const struct iovec *iov, guint n_iov)
{
  gsize total = 0;
  guint i;

  for (i = 0; i < n_iov; i++)
    total += iov[i].iov_len;
  return total;
}

/* Encrypts and sends @granted bytes, or until the kernel is full; returns how many were taken. What
 * is encrypted counts as sent: it goes out first. */
static gsize
send_encrypted (ShoalNetStream *self, const struct iovec *iov, guint n_iov, gsize granted)
{
  struct iovec  copy[MAX_VECTORS];
  struct iovec *from = copy;
  gsize         room = self->fast ? ROOM_FAST : ROOM_SLOW;
  gsize         taken = 0;

  memcpy (copy, iov, n_iov * sizeof *copy);
  do
    taken += shoal_net_filter_encrypt (self->filter, &from, granted - taken, MIN (granted, room));
  while (shoal_net_stream_secure_flush (self) && taken < granted);
  shoal_net_filter_trim (self->filter);
  return taken;
}

static gsize
send_within_allowance (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  guint n_looked_at = MIN (n_iov, MAX_VECTORS);
  gsize looked_at = sum_vectors (iov, n_looked_at);
  gsize granted = shoal_net_allowance_take (&self->up, looked_at);
  gsize taken = granted > 0 ? send_encrypted (self, iov, n_looked_at, granted) : 0;

  shoal_net_allowance_give_back (&self->up, granted - taken);
  if (self->state != SHOAL_NET_STREAM_OPEN)
    return 0;
  if (taken == sum_vectors (iov, n_iov))
    return taken;
  self->owed = TRUE;
  if (!self->blocked && taken < looked_at)
    shoal_net_allowance_wait (&self->up);
  else if (!self->blocked)
    shoal_net_stream_note_full (self);
  return taken;
}

gsize
shoal_net_stream_secure_send (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  gsize total = sum_vectors (iov, n_iov);
  gsize taken;

  if (self->state != SHOAL_NET_STREAM_OPEN || total == 0)
    return 0;
  if (self->front_ops != NULL)
    {
      taken = shoal_net_filter_add_payload (self->filter, iov, n_iov);
      self->front_owed |= taken < total;
      return taken;
    }
  if (self->blocked || shoal_net_allowance_is_waiting (&self->up) ||
      !shoal_net_stream_secure_flush (self))
    {
      self->owed = TRUE;
      return 0;
    }
  if (shoal_net_filter_encrypts (self->filter))
    return send_within_allowance (self, iov, n_iov);
  drop_if_idle (self);
  return shoal_net_stream_send_bare (self, iov, n_iov);
}

void
shoal_net_stream_secure_run (ShoalNetStream *self)
{
  if (self->asks_again)
    {
      self->asks_again = FALSE;
      if (self->front_ops != NULL)
        negotiate (self, 0);
    }
  if (self->state != SHOAL_NET_STREAM_OPEN || self->front_ops != NULL)
    return;
  if (!self->blocked)
    shoal_net_stream_secure_flush (self);
  deliver_rest (self);
  drop_if_idle (self);
  shoal_net_stream_update_interest (self);
}
