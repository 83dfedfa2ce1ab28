/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <string.h>

#include "net/shoal-net-stream-private.h"

/* Unsent bytes that the kernel holds before it says "full": little for a slow remote, so that a
 * choke or a cancel is not stuck behind seconds of data; more for a fast one, where it would only
 * cut our sends into small pieces. */
#define UNSENT_SLOW    (16 * 1024)
#define UNSENT_FAST    (128 * 1024)
#define FAST_BPS       (2 * 1024 * 1024)
#define FAST_SPAN_USEC (G_USEC_PER_SEC / 4)

#define MAX_VECTORS 64

static void
set_low_water (ShoalNetStream *self, int bytes)
{
  setsockopt (self->fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &bytes, sizeof bytes);
}

/* Setting this again sends what was held back. */
static void
set_no_delay (ShoalNetStream *self)
{
  int on = 1;

  setsockopt (self->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

void
shoal_net_stream_begin_sending (ShoalNetStream *self)
{
  set_no_delay (self);
  set_low_water (self, UNSENT_SLOW);
}

gsize
shoal_net_stream_limit_vectors (struct iovec *iov, guint *n_iov, gsize max)
{
  gsize total = 0;
  guint i;

  for (i = 0; i < *n_iov && total < max; i++)
    {
      iov[i].iov_len = MIN (iov[i].iov_len, max - total);
      total += iov[i].iov_len;
    }
  *n_iov = i;
  return total;
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

static gssize
send_vectors (ShoalNetStream *self, struct iovec *iov, guint n_iov, int flags)
{
  struct msghdr message = { .msg_iov = iov, .msg_iovlen = n_iov };
  gssize        sent;

  do
    sent = sendmsg (self->fd, &message, MSG_NOSIGNAL | flags);
  while (sent < 0 && errno == EINTR);
  return sent;
}

gssize
shoal_net_stream_send_vectors (ShoalNetStream *self, struct iovec *iov, guint n_iov)
{
  return send_vectors (self, iov, n_iov, 0);
}

/* The kernel is full: a moment to see how fast it empties. */
static void
adjust_low_water (ShoalNetStream *self)
{
  gint64   now_usec = shoal_net_reactor_get_now (self->reactor);
  gint64   elapsed = now_usec - self->span_usec;
  gboolean fast;

  if (elapsed < FAST_SPAN_USEC)
    return;
  fast = (double) (self->bytes_out - self->span_bytes) * G_USEC_PER_SEC >
         (double) FAST_BPS * (double) elapsed;
  if (fast != self->fast)
    set_low_water (self, fast ? UNSENT_FAST : UNSENT_SLOW);
  self->fast = fast;
  self->span_usec = now_usec;
  self->span_bytes = self->bytes_out;
}

void
shoal_net_stream_note_full (ShoalNetStream *self)
{
  self->blocked = TRUE;
  adjust_low_water (self);
  shoal_net_stream_update_interest (self);
}

/* What was held back goes now, since what should follow it does not. */
static void
push (ShoalNetStream *self)
{
  self->held_back = FALSE;
  set_no_delay (self);
}

/* @total bytes were given, @granted allowed, @sent taken: says who calls on_writable(). */
static void
note_short_send (ShoalNetStream *self, gsize total, gsize granted, gsize sent)
{
  if (sent == total)
    return;
  if (self->held_back)
    push (self);
  self->owed = TRUE;
  if (sent == granted && self->up.bucket != NULL)
    {
      shoal_net_allowance_wait (&self->up);
      return;
    }
  shoal_net_stream_note_full (self);
}

/* How many of @total bytes may be sent now. */
static gsize
begin_send (ShoalNetStream *self, gsize total)
{
  gsize granted;

  if (self->state != SHOAL_NET_STREAM_OPEN || self->blocked ||
      shoal_net_allowance_is_waiting (&self->up) || total == 0)
    return 0;
  granted = shoal_net_allowance_take (&self->up, total);
  if (granted == 0)
    note_short_send (self, total, 0, 0);
  return granted;
}

/* The kernel was given @granted of @total bytes, and took @sent, or −1 with errno; returns how many
 * went out. @more: it was told to hold back what fills no packet. */
static gsize
end_send (ShoalNetStream *self, gsize total, gsize granted, gssize sent, gboolean more)
{
  shoal_net_allowance_give_back (&self->up, granted - (gsize) MAX (sent, 0));
  if (sent < 0 && errno != EAGAIN)
    {
      shoal_net_stream_fail_later (self, errno);
      return 0;
    }
  sent = MAX (sent, 0);
  self->bytes_out += (guint64) sent;
  self->held_back = more || (self->held_back && (gsize) sent < granted);
  note_short_send (self, total, granted, (gsize) sent);
  return (gsize) sent;
}

static gsize
send_vectors_or_wait (ShoalNetStream *self, const struct iovec *iov, guint n_iov, gboolean more)
{
  struct iovec cut[MAX_VECTORS];
  gsize        total = sum_vectors (iov, n_iov);
  guint        n_cut = MIN (n_iov, MAX_VECTORS);
  gsize        granted = begin_send (self, total);
  gssize       sent;

  if (granted == 0)
    return 0;
  memcpy (cut, iov, n_cut * sizeof *cut);
  shoal_net_stream_limit_vectors (cut, &n_cut, granted);
  sent = send_vectors (self, cut, n_cut, more ? MSG_MORE : 0);
  return end_send (self, total, granted, sent, more);
}

gsize
shoal_net_stream_send_bare (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  return send_vectors_or_wait (self, iov, n_iov, FALSE);
}

gsize
shoal_net_stream_send (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  if (self->filter != NULL)
    return shoal_net_stream_secure_send (self, iov, n_iov);
  return shoal_net_stream_send_bare (self, iov, n_iov);
}

gsize
shoal_net_stream_send_before (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  if (self->filter != NULL)
    return shoal_net_stream_secure_send (self, iov, n_iov);
  return send_vectors_or_wait (self, iov, n_iov, TRUE);
}

gboolean
shoal_net_stream_is_bare (const ShoalNetStream *self)
{
  return self->filter == NULL;
}

gsize
shoal_net_stream_splice (ShoalNetStream *self, int pipe, gsize n, gboolean more)
{
  guint  flags = SPLICE_F_NONBLOCK | (more ? SPLICE_F_MORE : 0);
  gsize  granted;
  gssize sent;

  g_return_val_if_fail (self->filter == NULL, 0);
  granted = begin_send (self, n);
  if (granted == 0)
    return 0;
  do
    sent = splice (pipe, NULL, self->fd, NULL, granted, flags);
  while (sent < 0 && errno == EINTR);
  return end_send (self, n, granted, sent, more);
}
