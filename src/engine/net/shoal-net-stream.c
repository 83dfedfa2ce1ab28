/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-stream.h"

#include <errno.h>
#include <unistd.h>

#include "net/shoal-net-egress.h"
#include "net/shoal-net-stream-private.h"

/* What one remote may bring in one turn; the rest waits in the kernel for the next. */
#define READ_BUDGET_BYTES (256 * 1024)
#define READ_BUDGET_CALLS 4

static ShoalNetCloseReason
reason_from_errno (int error_number)
{
  switch (error_number)
    {
    case 0:
      return SHOAL_NET_CLOSE_EOF;
    case ECONNRESET:
    case EPIPE:
    case ECONNABORTED:
      return SHOAL_NET_CLOSE_RESET;
    case ECONNREFUSED:
      return SHOAL_NET_CLOSE_REFUSED;
    case ETIMEDOUT:
      return SHOAL_NET_CLOSE_TIMEOUT;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EHOSTDOWN:
    case EADDRNOTAVAIL:
    case EAFNOSUPPORT:
    case EACCES: /* a firewall on this machine */
    case EPERM:
      return SHOAL_NET_CLOSE_UNREACHABLE;
    default:
      return SHOAL_NET_CLOSE_FAILED;
    }
}

static gboolean
may_read (const ShoalNetStream *self)
{
  return self->state == SHOAL_NET_STREAM_OPEN && self->reading &&
         !shoal_net_allowance_is_waiting (&self->down) && !shoal_net_stream_secure_has_rest (self);
}

void
shoal_net_stream_update_interest (ShoalNetStream *self)
{
  guint events = 0;

  if (self->watch.reactor == NULL)
    return;
  if (may_read (self))
    events |= SHOAL_NET_READ;
  if (self->state == SHOAL_NET_STREAM_CONNECTING ||
      (self->state == SHOAL_NET_STREAM_OPEN && self->blocked))
    events |= SHOAL_NET_WRITE;
  shoal_net_reactor_modify (&self->watch, events);
}

void
shoal_net_stream_close (ShoalNetStream *self)
{
  if (self->state == SHOAL_NET_STREAM_CLOSED)
    return;
  self->state = SHOAL_NET_STREAM_CLOSED;
  shoal_net_reactor_cancel (&self->task);
  shoal_net_allowance_set_bucket (&self->down, NULL);
  shoal_net_allowance_set_bucket (&self->up, NULL);
  shoal_net_reactor_remove (&self->watch);
  if (self->fd >= 0)
    close (self->fd);
  self->fd = -1;
}

/* From the reactor only. */
static void
close_and_tell (ShoalNetStream *self, int error_number)
{
  shoal_net_stream_close (self);
  self->ops->on_closed (self->owner, reason_from_errno (error_number), error_number);
}

void
shoal_net_stream_fail_later (ShoalNetStream *self, int error_number)
{
  self->state = SHOAL_NET_STREAM_FAILED;
  self->error_number = error_number;
  shoal_net_stream_update_interest (self);
  shoal_net_reactor_defer (self->reactor, &self->task);
}

static gssize
read_vectors (ShoalNetStream *self, const struct iovec *iov, guint n_iov)
{
  gssize got;

  do
    got = readv (self->fd, iov, (int) n_iov);
  while (got < 0 && errno == EINTR);
  return got;
}

/* One read of at most @budget bytes. Returns how many came if there may be more to read now, else
 * 0. The owner may have closed the stream then. */
static gsize
read_once (ShoalNetStream *self, gsize budget)
{
  struct iovec iov[SHOAL_NET_STREAM_MAX_BUFFERS];
  guint        n_iov = self->ops->get_buffers (self->owner, iov);
  gsize        want, granted;
  gssize       got;

  if (self->state != SHOAL_NET_STREAM_OPEN)
    return 0;
  want = shoal_net_stream_limit_vectors (iov, &n_iov, budget);
  if (want == 0)
    {
      shoal_net_stream_set_reading (self, FALSE);
      return 0;
    }
  granted = shoal_net_allowance_take (&self->down, want);
  if (granted == 0)
    {
      shoal_net_allowance_wait (&self->down);
      return 0;
    }
  shoal_net_stream_limit_vectors (iov, &n_iov, granted);
  got = read_vectors (self, iov, n_iov);
  shoal_net_allowance_give_back (&self->down, granted - (gsize) MAX (got, 0));
  if (got <= 0)
    {
      if (got == 0 || errno != EAGAIN)
        close_and_tell (self, got == 0 ? 0 : errno);
      return 0;
    }
  /* A bucket that gave less than was asked for gave this stream's share: the rest of its tokens is
   * for those who wait there. */
  if (granted < want && (gsize) got == granted)
    shoal_net_allowance_wait (&self->down);
  self->bytes_in += (guint64) got;
  if (self->filter != NULL)
    shoal_net_stream_secure_receive (self, iov, (gsize) got);
  self->ops->on_bytes (self->owner, (gsize) got);
  return (gsize) got == granted ? (gsize) got : 0;
}

static void
read_within_budget (ShoalNetStream *self)
{
  gsize total = 0;
  guint i;

  for (i = 0; i < READ_BUDGET_CALLS && total < READ_BUDGET_BYTES && may_read (self); i++)
    {
      gsize got = read_once (self, READ_BUDGET_BYTES - total);

      if (got == 0)
        break;
      total += got;
    }
  shoal_net_allowance_drop_reserve (&self->down);
  shoal_net_stream_update_interest (self);
}

static void
learn_local_address (ShoalNetStream *self)
{
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;

  if (getsockname (self->fd, (struct sockaddr *) &sa, &len) == 0)
    shoal_base_address_init_sockaddr (&self->local, (const struct sockaddr *) &sa, len);
}

static void
finish_connect (ShoalNetStream *self)
{
  int       error_number = 0;
  socklen_t len = sizeof error_number;

  if (getsockopt (self->fd, SOL_SOCKET, SO_ERROR, &error_number, &len) < 0)
    error_number = errno;
  if (error_number != 0)
    {
      close_and_tell (self, error_number);
      return;
    }
  self->state = SHOAL_NET_STREAM_OPEN;
  learn_local_address (self);
  shoal_net_stream_update_interest (self);
  self->ops->on_connected (self->owner);
}

static void
tell_writable (ShoalNetStream *self)
{
  self->blocked = FALSE;
  self->owed = FALSE;
  shoal_net_stream_update_interest (self);
  self->ops->on_writable (self->owner);
}

/* The kernel has room again. */
static void
handle_room (ShoalNetStream *self)
{
  self->blocked = FALSE;
  if (self->filter != NULL && !shoal_net_stream_secure_flush (self))
    return;
  if (self->owed)
    {
      tell_writable (self);
      return;
    }
  shoal_net_stream_update_interest (self);
  if (self->filter != NULL)
    shoal_net_filter_trim (self->filter);
}

static void
on_event (gpointer owner, guint events)
{
  ShoalNetStream *self = owner;

  if (self->state == SHOAL_NET_STREAM_CONNECTING)
    {
      finish_connect (self);
      return;
    }
  if ((events & SHOAL_NET_WRITE) && self->blocked)
    handle_room (self);
  if ((events & (SHOAL_NET_READ | SHOAL_NET_FAULT)) && may_read (self))
    read_within_budget (self);
}

static void
on_task (gpointer owner)
{
  ShoalNetStream *self = owner;

  if (self->state == SHOAL_NET_STREAM_FAILED)
    {
      close_and_tell (self, self->error_number);
      return;
    }
  if (self->filter != NULL)
    shoal_net_stream_secure_run (self);
  if (self->state != SHOAL_NET_STREAM_OPEN)
    return;
  if (self->owed && !self->blocked && !shoal_net_allowance_is_waiting (&self->up))
    tell_writable (self);
  shoal_net_allowance_drop_reserve (&self->up);
  if (self->down.reserved > 0)
    read_within_budget (self);
}

static void
on_reap (gpointer owner)
{
  ShoalNetStream *self = owner;

  g_clear_pointer (&self->filter, shoal_net_filter_free);
  g_free (self);
}

static ShoalNetStream *
new_stream (ShoalNetReactor *reactor, const ShoalNetStreamOps *ops, gpointer owner)
{
  ShoalNetStream *self = g_new0 (ShoalNetStream, 1);

  self->reactor = reactor;
  self->ops = ops;
  self->owner = owner;
  self->fd = -1;
  self->reading = TRUE;
  shoal_net_reactor_task_init (&self->task, on_task, self);
  shoal_net_reactor_task_init (&self->reap, on_reap, self);
  shoal_net_allowance_init (&self->down, reactor, &self->task);
  shoal_net_allowance_init (&self->up, reactor, &self->task);
  return self;
}

static void
start_watching (ShoalNetStream *self)
{
  shoal_net_stream_begin_sending (self);
  if (!shoal_net_reactor_add (self->reactor, &self->watch, self->fd, 0, on_event, self))
    shoal_net_stream_fail_later (self, errno);
  shoal_net_stream_update_interest (self);
}

ShoalNetStream *
shoal_net_stream_new_outgoing (ShoalNetReactor         *reactor,
                               const ShoalBaseAddress  *to,
                               const ShoalBaseAddress  *bind_to,
                               const ShoalNetStreamOps *ops,
                               gpointer                 owner)
{
  ShoalNetStream         *self = new_stream (reactor, ops, owner);
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (to, &sa);

  self->state = SHOAL_NET_STREAM_CONNECTING;
  self->remote = *to;
  self->fd = shoal_net_egress_open (to->family, SHOAL_NET_EGRESS_PEER, bind_to);
  if (self->fd < 0)
    shoal_net_stream_fail_later (self, errno);
  else if (connect (self->fd, (const struct sockaddr *) &sa, len) < 0 && errno != EINPROGRESS)
    shoal_net_stream_fail_later (self, errno);
  else
    start_watching (self);
  return self;
}

ShoalNetStream *
shoal_net_stream_new_accepted (ShoalNetReactor         *reactor,
                               int                      fd,
                               const ShoalNetStreamOps *ops,
                               gpointer                 owner)
{
  ShoalNetStream         *self = new_stream (reactor, ops, owner);
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;

  self->state = SHOAL_NET_STREAM_OPEN;
  self->fd = fd;
  learn_local_address (self);
  if (getpeername (fd, (struct sockaddr *) &sa, &len) == 0)
    shoal_base_address_init_sockaddr (&self->remote, (const struct sockaddr *) &sa, len);
  start_watching (self);
  return self;
}

void
shoal_net_stream_free (ShoalNetStream *self)
{
  shoal_net_stream_close (self);
  shoal_net_reactor_defer (self->reactor, &self->reap);
}

void
shoal_net_stream_set_owner (ShoalNetStream *self, const ShoalNetStreamOps *ops, gpointer owner)
{
  if (self->front_ops != NULL)
    {
      self->front_ops = ops;
      self->front_owner = owner;
      return;
    }
  self->ops = ops;
  self->owner = owner;
}

gboolean
shoal_net_stream_is_connected (const ShoalNetStream *self)
{
  return self->state == SHOAL_NET_STREAM_OPEN;
}

void
shoal_net_stream_set_reading (ShoalNetStream *self, gboolean reading)
{
  reading = reading != FALSE;
  if (self->reading == reading)
    return;
  self->reading = reading;
  if (!reading)
    shoal_net_allowance_set_bucket (&self->down, self->down.bucket);
  else if (shoal_net_stream_secure_has_rest (self) && self->state == SHOAL_NET_STREAM_OPEN)
    shoal_net_reactor_defer (self->reactor, &self->task);
  shoal_net_stream_update_interest (self);
}

void
shoal_net_stream_set_buckets (ShoalNetStream *self, ShoalBaseBucket *down, ShoalBaseBucket *up)
{
  if (self->state == SHOAL_NET_STREAM_CLOSED)
    return;
  shoal_net_allowance_set_bucket (&self->down, down);
  shoal_net_allowance_set_bucket (&self->up, up);
  /* Nobody waits at the old bucket any more: the kernel will say at once that there is room. */
  if (self->owed)
    self->blocked = TRUE;
  shoal_net_stream_update_interest (self);
}

gboolean
shoal_net_stream_is_limited (const ShoalNetStream *self, guint direction)
{
  const ShoalNetAllowance *allowance = direction == SHOAL_NET_READ ? &self->down : &self->up;

  return shoal_net_allowance_is_waiting (allowance) || allowance->reserved > 0;
}

const ShoalBaseAddress *
shoal_net_stream_get_remote_address (const ShoalNetStream *self)
{
  return &self->remote;
}

const ShoalBaseAddress *
shoal_net_stream_get_local_address (const ShoalNetStream *self)
{
  return &self->local;
}

guint64
shoal_net_stream_get_bytes_in (const ShoalNetStream *self)
{
  return self->bytes_in;
}

guint64
shoal_net_stream_get_bytes_out (const ShoalNetStream *self)
{
  return self->bytes_out;
}
