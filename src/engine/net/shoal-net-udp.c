/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-udp.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <string.h>
#include <unistd.h>

#include "net/shoal-net-source.h"

/* Datagrams a system call; a wake-up reads at most READ_BUDGET_CALLS such batches. */
#define BATCH_SIZE        32
#define READ_BUDGET_CALLS 8

/* What may wait for the kernel. */
#define QUEUE_DATAGRAMS 128
#define QUEUE_BYTES     (128 * 1024)

/* Messages about datagrams that did not arrive, read in one go. */
#define MAX_NOTICES 32

/* Bursts of small replies come faster than the engine wakes: ask for room (the kernel may give
 * less). */
#define KERNEL_BUFFER_BYTES (1024 * 1024)

typedef struct
{
  const ShoalNetUdpOps *ops;   /* unowned: static; NULL: nobody */
  gpointer              owner; /* unowned: ends the registration before it goes */
} Receiver;

typedef struct
{
  ShoalBaseAddress to;
  ShoalBaseAddress source; /* ours; family 0: as the kernel likes */
  guint32          offset; /* in the queue's bytes */
  guint16          len;

  guint8 refused : 1; /* the kernel said no once */
} Outgoing;

/* What one recvmmsg() fills. */
typedef struct
{
  struct mmsghdr          messages[BATCH_SIZE];
  struct iovec            iov[BATCH_SIZE];
  struct sockaddr_storage from[BATCH_SIZE];
  ShoalNetSource          source[BATCH_SIZE];
  guint8                  data[BATCH_SIZE][SHOAL_NET_UDP_MAX_DATAGRAM];
} Batch;

struct _ShoalNetUdp
{
  ShoalNetReactor *reactor; /* unowned: outlives us */
  ShoalNetWatch    watch;
  ShoalNetTask     flush;
  ShoalNetTask     reap;
  Receiver         receivers[SHOAL_NET_UDP_N_CLASSES];
  ShoalBaseAddress local;
  ShoalNetUdpStats stats;
  Batch           *batch; /* owned */
  int              fd;    /* owned; −1: closed */

  /* While a datagram is delivered; NULL: none is. */
  const struct mmsghdr   *delivered;      /* unowned: in the batch */
  const ShoalBaseAddress *delivered_from; /* unowned */

  /* Sent in order from first to end; both and the bytes start anew when all has gone. */
  Outgoing queue[QUEUE_DATAGRAMS];
  guint8  *queue_bytes; /* owned */
  guint    queue_first;
  guint    queue_end;
  gsize    queue_used;

  guint blocked : 1;     /* the kernel takes no more for now */
  guint is_wildcard : 1; /* bound to all addresses of its family */
};

static ShoalNetUdpClass
classify (const guint8 *data, gsize len)
{
  if (len > 0 && data[0] == 'd')
    return SHOAL_NET_UDP_DHT;
  if (len > 0 && (data[0] & 0x0f) == 1 && data[0] >> 4 <= 4)
    return SHOAL_NET_UDP_UTP;
  if (len > 3 && data[0] == 0 && data[1] == 0 && data[2] == 0 && data[3] <= 3)
    return SHOAL_NET_UDP_TRACKER;
  return SHOAL_NET_UDP_ANY;
}

static gboolean
offer (ShoalNetUdp            *self,
       ShoalNetUdpClass        kind,
       const ShoalBaseAddress *from,
       const guint8           *data,
       gsize                   len)
{
  const Receiver *receiver = &self->receivers[kind];

  return receiver->ops != NULL && receiver->ops->on_datagram (receiver->owner, from, data, len);
}

static void
deliver (ShoalNetUdp *self, const struct mmsghdr *message)
{
  const guint8    *data = message->msg_hdr.msg_iov->iov_base;
  gsize            len = message->msg_len;
  ShoalNetUdpClass kind = classify (data, len);
  ShoalBaseAddress from;

  self->stats.datagrams_in++;
  self->stats.bytes_in += len;
  if ((message->msg_hdr.msg_flags & MSG_TRUNC) ||
      !shoal_base_address_init_sockaddr (
          &from, message->msg_hdr.msg_name, message->msg_hdr.msg_namelen))
    {
      self->stats.dropped_in++;
      return;
    }
  self->delivered = message;
  self->delivered_from = &from;
  if (!offer (self, kind, &from, data, len) && !(self->fd >= 0 && kind != SHOAL_NET_UDP_ANY &&
                                                 offer (self, SHOAL_NET_UDP_ANY, &from, data, len)))
    self->stats.dropped_in++;
  self->delivered = NULL;
  self->delivered_from = NULL;
}

static void
prepare_batch (Batch *batch, gboolean with_source)
{
  guint i;

  for (i = 0; i < BATCH_SIZE; i++)
    {
      batch->iov[i] =
          (struct iovec){ .iov_base = batch->data[i], .iov_len = sizeof batch->data[i] };
      batch->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &batch->iov[i],
                                                    .msg_iovlen = 1,
                                                    .msg_name = &batch->from[i],
                                                    .msg_namelen = sizeof batch->from[i] };
      if (with_source)
        shoal_net_source_prepare (&batch->source[i], &batch->messages[i].msg_hdr);
    }
}

/* Returns whether there may be more. */
static gboolean
read_batch (ShoalNetUdp *self)
{
  int n, i;

  prepare_batch (self->batch, self->is_wildcard);
  n = recvmmsg (self->fd, self->batch->messages, BATCH_SIZE, 0, NULL);
  if (n < 0)
    return errno != EAGAIN; /* EINTR, or what the network said of a datagram sent before */
  for (i = 0; i < n && self->fd >= 0; i++)
    deliver (self, &self->batch->messages[i]);
  return n == BATCH_SIZE;
}

static void
tell_unreachable (ShoalNetUdp *self, const ShoalBaseAddress *to, int error_number)
{
  guint i;

  for (i = 0; i < SHOAL_NET_UDP_N_CLASSES && self->fd >= 0; i++)
    {
      const Receiver *receiver = &self->receivers[i];

      if (receiver->ops != NULL && receiver->ops->on_unreachable != NULL)
        receiver->ops->on_unreachable (receiver->owner, to, error_number);
    }
}

/* The errno that an ICMP message stands for; 0: none that tells of an unreachable remote. */
static int
get_notice (struct msghdr *message)
{
  struct cmsghdr *part;

  for (part = CMSG_FIRSTHDR (message); part != NULL; part = CMSG_NXTHDR (message, part))
    {
      struct sock_extended_err notice;

      if (!(part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_RECVERR) &&
          !(part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_RECVERR))
        continue;
      memcpy (&notice, CMSG_DATA (part), sizeof notice);
      if (notice.ee_origin != SO_EE_ORIGIN_ICMP && notice.ee_origin != SO_EE_ORIGIN_ICMP6)
        return 0;
      return notice.ee_errno != EMSGSIZE ? (int) notice.ee_errno : 0;
    }
  return 0;
}

static void
read_notices (ShoalNetUdp *self)
{
  guint i;

  for (i = 0; i < MAX_NOTICES && self->fd >= 0; i++)
    {
      char                    control[512];
      struct sockaddr_storage sa = { 0 };
      struct msghdr           message = { .msg_name = &sa,
                                          .msg_namelen = sizeof sa,
                                          .msg_control = control,
                                          .msg_controllen = sizeof control };
      ShoalBaseAddress        to;
      int                     error_number;

      if (recvmsg (self->fd, &message, MSG_ERRQUEUE) < 0)
        return;
      error_number = get_notice (&message);
      if (error_number != 0 &&
          shoal_base_address_init_sockaddr (&to, (struct sockaddr *) &sa, message.msg_namelen))
        tell_unreachable (self, &to, error_number);
    }
}

/* What one sendmmsg() reads. */
typedef struct
{
  struct mmsghdr          messages[BATCH_SIZE];
  struct iovec            iov[BATCH_SIZE];
  struct sockaddr_storage to[BATCH_SIZE];
  ShoalNetSource          source[BATCH_SIZE];
} OutBatch;

static guint
prepare_send (ShoalNetUdp *self, OutBatch *batch)
{
  guint n = MIN (self->queue_end - self->queue_first, BATCH_SIZE);
  guint i;

  for (i = 0; i < n; i++)
    {
      const Outgoing *out = &self->queue[self->queue_first + i];

      batch->iov[i] =
          (struct iovec){ .iov_base = self->queue_bytes + out->offset, .iov_len = out->len };
      batch->messages[i].msg_hdr = (struct msghdr){ .msg_iov = &batch->iov[i],
                                                    .msg_iovlen = 1,
                                                    .msg_name = &batch->to[i],
                                                    .msg_namelen = shoal_base_address_to_sockaddr (
                                                        &out->to, &batch->to[i]) };
      if (out->source.family != 0)
        shoal_net_source_set (&batch->source[i], &batch->messages[i].msg_hdr, &out->source);
    }
  return n;
}

/* The kernel took none of what was offered. A first refusal may be the echo of an earlier datagram
 * to somebody else: the same is tried again. Returns whether to go on. */
static gboolean
handle_send_error (ShoalNetUdp *self, int error_number, gboolean tell)
{
  Outgoing *out = &self->queue[self->queue_first];

  if (error_number == EINTR)
    return TRUE;
  if (error_number == EAGAIN)
    {
      self->blocked = TRUE;
      return FALSE;
    }
  if (error_number == ENOBUFS) /* lost at a full device, as it could be anywhere on its way */
    {
      self->queue_first++;
      self->stats.dropped_out++;
      return TRUE;
    }
  if (!out->refused)
    {
      out->refused = TRUE;
      return TRUE;
    }
  self->queue_first++;
  self->stats.dropped_out++;
  if (tell)
    {
      ShoalBaseAddress to = out->to;

      tell_unreachable (self, &to, error_number);
    }
  return self->fd >= 0;
}

static void
count_sent (ShoalNetUdp *self, guint n)
{
  for (; n > 0; n--)
    {
      self->stats.datagrams_out++;
      self->stats.bytes_out += self->queue[self->queue_first++].len;
    }
}

/* @tell: whether receivers may be called. */
static void
send_queue (ShoalNetUdp *self, gboolean tell)
{
  OutBatch batch;

  self->blocked = FALSE;
  while (self->queue_first < self->queue_end)
    {
      guint n = prepare_send (self, &batch);
      int   sent = sendmmsg (self->fd, batch.messages, n, MSG_NOSIGNAL);

      if (sent > 0)
        count_sent (self, (guint) sent);
      else if (!handle_send_error (self, errno, tell))
        break;
    }
  if (self->fd < 0)
    return;
  if (self->queue_first == self->queue_end)
    self->queue_first = self->queue_end = self->queue_used = 0;
  shoal_net_reactor_modify (&self->watch, SHOAL_NET_READ | (self->blocked ? SHOAL_NET_WRITE : 0));
}

static void
on_flush (gpointer owner)
{
  send_queue (owner, TRUE);
}

static void
on_event (gpointer owner, guint events)
{
  ShoalNetUdp *self = owner;
  guint        i;

  if (events & SHOAL_NET_FAULT)
    read_notices (self);
  for (i = 0; i < READ_BUDGET_CALLS && self->fd >= 0; i++)
    if (!read_batch (self))
      break;
  if ((events & SHOAL_NET_WRITE) && self->fd >= 0)
    send_queue (self, TRUE);
}

static void
on_reap (gpointer owner)
{
  ShoalNetUdp *self = owner;

  g_free (self->batch);
  g_free (self->queue_bytes);
  g_free (self);
}

static void
set_options (int fd, int family, gboolean is_wildcard)
{
  int on = 1;
  int size = KERNEL_BUFFER_BYTES;

  setsockopt (fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
  if (family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_RECVERR, &on, sizeof on);
  else
    setsockopt (fd, IPPROTO_IP, IP_RECVERR, &on, sizeof on);
  if (is_wildcard)
    shoal_net_source_ask (fd, family);
}

static gboolean
is_unspecified (const ShoalBaseAddress *address)
{
  static const guint8 zero[sizeof address->ip];

  return memcmp (address->ip, zero, sizeof zero) == 0;
}

ShoalNetUdp *
shoal_net_udp_new (ShoalNetReactor *reactor, int fd)
{
  ShoalNetUdp            *self = g_new0 (ShoalNetUdp, 1);
  struct sockaddr_storage sa = { 0 };
  socklen_t               len = sizeof sa;

  self->reactor = reactor;
  self->fd = fd;
  self->batch = g_new0 (Batch, 1);
  self->queue_bytes = g_malloc (QUEUE_BYTES);
  shoal_net_reactor_task_init (&self->flush, on_flush, self);
  shoal_net_reactor_task_init (&self->reap, on_reap, self);
  if (getsockname (fd, (struct sockaddr *) &sa, &len) == 0)
    shoal_base_address_init_sockaddr (&self->local, (const struct sockaddr *) &sa, len);
  self->is_wildcard = is_unspecified (&self->local) != FALSE;
  set_options (fd, self->local.family, self->is_wildcard);
  if (!shoal_net_reactor_add (reactor, &self->watch, fd, SHOAL_NET_READ, on_event, self))
    g_warning ("UDP port %u cannot be watched: %s", self->local.port, g_strerror (errno));
  return self;
}

void
shoal_net_udp_free (ShoalNetUdp *self)
{
  shoal_net_reactor_cancel (&self->flush);
  shoal_net_reactor_remove (&self->watch);
  close (self->fd);
  self->fd = -1;
  memset (self->receivers, 0, sizeof self->receivers);
  shoal_net_reactor_defer (self->reactor, &self->reap);
}

void
shoal_net_udp_register (ShoalNetUdp          *self,
                        ShoalNetUdpClass      kind,
                        const ShoalNetUdpOps *ops,
                        gpointer              owner)
{
  g_return_if_fail (kind < SHOAL_NET_UDP_N_CLASSES);
  self->receivers[kind].ops = ops;
  self->receivers[kind].owner = owner;
}

static gboolean
has_room (const ShoalNetUdp *self, gsize len)
{
  return self->queue_end < QUEUE_DATAGRAMS && self->queue_used + len <= QUEUE_BYTES;
}

/* Who is answered while its datagram is delivered knows us by the address that it asked. Looked for
 * only then: most of what comes is not answered like this. */
static ShoalBaseAddress
choose_source (const ShoalNetUdp *self, const ShoalBaseAddress *to)
{
  if (!self->is_wildcard || self->delivered == NULL ||
      !shoal_base_address_equal (to, self->delivered_from))
    return (ShoalBaseAddress){ 0 };
  return shoal_net_source_find (&self->delivered->msg_hdr);
}

gboolean
shoal_net_udp_send (ShoalNetUdp *self, const ShoalBaseAddress *to, const guint8 *data, gsize len)
{
  if (!has_room (self, len) && !self->blocked)
    send_queue (self, FALSE);
  if (len > SHOAL_NET_UDP_MAX_DATAGRAM || to->family != self->local.family || !has_room (self, len))
    {
      self->stats.dropped_out++;
      return FALSE;
    }
  memcpy (self->queue_bytes + self->queue_used, data, len);
  self->queue[self->queue_end++] = (Outgoing){ .to = *to,
                                               .source = choose_source (self, to),
                                               .offset = (guint32) self->queue_used,
                                               .len = (guint16) len };
  self->queue_used += len;
  if (!self->blocked)
    shoal_net_reactor_defer (self->reactor, &self->flush);
  return TRUE;
}

void
shoal_net_udp_flush (ShoalNetUdp *self)
{
  send_queue (self, FALSE);
}

const ShoalBaseAddress *
shoal_net_udp_get_local_address (const ShoalNetUdp *self)
{
  return &self->local;
}

const ShoalNetUdpStats *
shoal_net_udp_get_stats (const ShoalNetUdp *self)
{
  return &self->stats;
}
