/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-multicast.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

/* Datagrams a wake-up: the rest waits for the next turn. */
#define READ_BUDGET 32

/* The kernel has it since 4.20; the C library's headers name it later. */
#ifndef IPV6_MULTICAST_ALL
#define IPV6_MULTICAST_ALL 29
#endif

struct _ShoalNetMulticast
{
  ShoalNetReactor      *reactor; /* unowned: outlives us */
  ShoalNetWatch         watch;
  ShoalNetTask          reap;
  ShoalBaseAddress      group;
  ShoalNetMulticastFunc func;
  gpointer              owner; /* unowned: frees us before it goes */
  int                   fd;    /* owned; −1: freed, the memory goes at the end of the turn */
  guint                 n_joined;
  guint                 joined[SHOAL_NET_MULTICAST_MAX_INTERFACES]; /* indices */
};

/* Room for what says on which interface, and from which address, a datagram goes. */
typedef union
{
  struct cmsghdr head;
  char           bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
} Control;

static gboolean
set_option (int fd, int level, int name, int value)
{
  return setsockopt (fd, level, name, &value, sizeof value) == 0;
}

/* Only what comes to the group, and on the interfaces where this socket has joined it. */
static gboolean
set_options (int fd, guint16 family, guint hops)
{
  if (!set_option (fd, SOL_SOCKET, SO_REUSEADDR, 1))
    return FALSE;
  if (family == AF_INET)
    return set_option (fd, IPPROTO_IP, IP_MULTICAST_TTL, (int) hops) &&
           set_option (fd, IPPROTO_IP, IP_MULTICAST_LOOP, 1) &&
           set_option (fd, IPPROTO_IP, IP_MULTICAST_ALL, 0);
  set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0);
  return set_option (fd, IPPROTO_IPV6, IPV6_V6ONLY, 1) &&
         set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, (int) hops) &&
         set_option (fd, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, 1);
}

static int
open_socket (const ShoalBaseAddress *group, guint hops)
{
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (group, &sa);
  int                     fd = socket (group->family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  int                     error_number;

  if (fd < 0)
    return -1;
  if (set_options (fd, group->family, hops) && bind (fd, (const struct sockaddr *) &sa, len) == 0)
    return fd;
  error_number = errno;
  close (fd);
  errno = error_number;
  return -1;
}

/* Whether there was one. */
static gboolean
read_one (ShoalNetMulticast *self)
{
  guint8                  data[SHOAL_NET_MULTICAST_MAX_DATAGRAM];
  struct sockaddr_storage sa;
  struct iovec            iov = { .iov_base = data, .iov_len = sizeof data };
  struct msghdr           message = {
              .msg_name = &sa, .msg_namelen = sizeof sa, .msg_iov = &iov, .msg_iovlen = 1
  };
  gssize           len = recvmsg (self->fd, &message, MSG_DONTWAIT);
  ShoalBaseAddress from;

  if (len < 0)
    return errno == EINTR;
  if ((message.msg_flags & MSG_TRUNC) == 0 &&
      shoal_base_address_init_sockaddr (&from, (const struct sockaddr *) &sa, message.msg_namelen))
    self->func (self->owner, &from, data, (gsize) len);
  return TRUE;
}

static void
ready_cb (gpointer owner, guint events)
{
  ShoalNetMulticast *self = owner;
  guint              n;

  for (n = 0; n < READ_BUDGET && self->fd >= 0; n++)
    if (!read_one (self))
      return;
}

static void
reap_cb (gpointer owner)
{
  g_free (owner);
}

ShoalNetMulticast *
shoal_net_multicast_new (ShoalNetReactor        *reactor,
                         const ShoalBaseAddress *group,
                         guint                   hops,
                         ShoalNetMulticastFunc   func,
                         gpointer                owner,
                         GError                **error)
{
  ShoalNetMulticast *self;
  int                fd = open_socket (group, hops);

  if (fd < 0)
    {
      g_set_error (error,
                   SHOAL_NET_ERROR,
                   SHOAL_NET_ERROR_FAILED,
                   "no socket for a multicast group: %s",
                   g_strerror (errno));
      return NULL;
    }
  self = g_new0 (ShoalNetMulticast, 1);
  self->reactor = reactor;
  self->group = *group;
  self->func = func;
  self->owner = owner;
  self->fd = fd;
  shoal_net_reactor_task_init (&self->reap, reap_cb, self);
  shoal_net_reactor_add (reactor, &self->watch, fd, SHOAL_NET_READ, ready_cb, self);
  return self;
}

void
shoal_net_multicast_free (ShoalNetMulticast *self)
{
  shoal_net_reactor_remove (&self->watch);
  close (self->fd);
  self->fd = -1;
  shoal_net_reactor_defer (self->reactor, &self->reap);
}

static gboolean
change_membership (ShoalNetMulticast *self, guint index, gboolean is_member)
{
  if (self->group.family == AF_INET)
    {
      struct ip_mreqn request = { .imr_ifindex = (int) index };

      memcpy (&request.imr_multiaddr, self->group.ip, sizeof request.imr_multiaddr);
      return setsockopt (self->fd,
                         IPPROTO_IP,
                         is_member ? IP_ADD_MEMBERSHIP : IP_DROP_MEMBERSHIP,
                         &request,
                         sizeof request) == 0;
    }
  else
    {
      struct ipv6_mreq request = { .ipv6mr_interface = index };

      memcpy (&request.ipv6mr_multiaddr, self->group.ip, sizeof request.ipv6mr_multiaddr);
      return setsockopt (self->fd,
                         IPPROTO_IPV6,
                         is_member ? IPV6_ADD_MEMBERSHIP : IPV6_DROP_MEMBERSHIP,
                         &request,
                         sizeof request) == 0;
    }
}

static gboolean
contains (const guint *indices, guint n, guint index)
{
  guint i;

  for (i = 0; i < n; i++)
    if (indices[i] == index)
      return TRUE;
  return FALSE;
}

void
shoal_net_multicast_set_interfaces (ShoalNetMulticast *self, const guint *indices, guint n)
{
  guint i;

  for (i = self->n_joined; i > 0; i--)
    if (!contains (indices, n, self->joined[i - 1]))
      {
        change_membership (self, self->joined[i - 1], FALSE);
        self->joined[i - 1] = self->joined[--self->n_joined];
      }
  for (i = 0; i < n && self->n_joined < SHOAL_NET_MULTICAST_MAX_INTERFACES; i++)
    if (!contains (self->joined, self->n_joined, indices[i]) &&
        (change_membership (self, indices[i], TRUE) || errno == EADDRINUSE))
      self->joined[self->n_joined++] = indices[i];
}

static void
fill_control (ShoalNetMulticast      *self,
              guint                   index,
              const ShoalBaseAddress *source,
              struct msghdr          *message)
{
  struct cmsghdr    *head = CMSG_FIRSTHDR (message);
  struct in_pktinfo  info4 = { .ipi_ifindex = (int) index };
  struct in6_pktinfo info6 = { .ipi6_ifindex = index };

  if (self->group.family == AF_INET)
    {
      memcpy (&info4.ipi_spec_dst, source->ip, sizeof info4.ipi_spec_dst);
      head->cmsg_level = IPPROTO_IP;
      head->cmsg_type = IP_PKTINFO;
      head->cmsg_len = CMSG_LEN (sizeof info4);
      memcpy (CMSG_DATA (head), &info4, sizeof info4);
    }
  else
    {
      memcpy (&info6.ipi6_addr, source->ip, sizeof info6.ipi6_addr);
      head->cmsg_level = IPPROTO_IPV6;
      head->cmsg_type = IPV6_PKTINFO;
      head->cmsg_len = CMSG_LEN (sizeof info6);
      memcpy (CMSG_DATA (head), &info6, sizeof info6);
    }
  message->msg_controllen = CMSG_SPACE (head->cmsg_len - CMSG_LEN (0));
}

gboolean
shoal_net_multicast_send (ShoalNetMulticast      *self,
                          guint                   index,
                          const ShoalBaseAddress *source,
                          const guint8           *data,
                          gsize                   len)
{
  struct sockaddr_storage sa;
  socklen_t               sa_len = shoal_base_address_to_sockaddr (&self->group, &sa);
  Control                 control = { 0 };
  struct iovec            iov = { .iov_base = (gpointer) (gsize) data, .iov_len = len };
  struct msghdr           message = { .msg_name = &sa,
                                      .msg_namelen = sa_len,
                                      .msg_iov = &iov,
                                      .msg_iovlen = 1,
                                      .msg_control = control.bytes,
                                      .msg_controllen = sizeof control.bytes };

  fill_control (self, index, source, &message);
  return sendmsg (self->fd, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (gssize) len;
}
