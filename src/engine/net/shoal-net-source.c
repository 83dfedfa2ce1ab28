/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-source.h"

#include <string.h>

void
shoal_net_source_ask (int fd, int family)
{
  int on = 1;

  if (family == AF_INET6)
    setsockopt (fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on);
  else
    setsockopt (fd, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

void
shoal_net_source_prepare (ShoalNetSource *self, struct msghdr *message)
{
  message->msg_control = self;
  message->msg_controllen = sizeof *self;
}

ShoalBaseAddress
shoal_net_source_find (const struct msghdr *message)
{
  ShoalBaseAddress      target = { 0 };
  const struct cmsghdr *part = CMSG_FIRSTHDR (message); /* there is room for one */
  struct in_pktinfo     info4;
  struct in6_pktinfo    info6;

  if (part == NULL)
    return target;
  if (part->cmsg_level == IPPROTO_IP && part->cmsg_type == IP_PKTINFO)
    {
      memcpy (&info4, CMSG_DATA (part), sizeof info4);
      shoal_base_address_init_ipv4 (&target, (const guint8 *) &info4.ipi_spec_dst, 0);
    }
  else if (part->cmsg_level == IPPROTO_IPV6 && part->cmsg_type == IPV6_PKTINFO)
    {
      memcpy (&info6, CMSG_DATA (part), sizeof info6);
      if (!IN6_IS_ADDR_MULTICAST (&info6.ipi6_addr))
        shoal_base_address_init_ipv6 (&target, info6.ipi6_addr.s6_addr, 0);
    }
  return target;
}

void
shoal_net_source_set (ShoalNetSource *self, struct msghdr *message, const ShoalBaseAddress *source)
{
  struct in_pktinfo  info4 = { 0 };
  struct in6_pktinfo info6 = { 0 };
  gboolean           is_ipv6 = source->family == AF_INET6;
  gsize              len = is_ipv6 ? sizeof info6 : sizeof info4;

  memset (self, 0, sizeof *self);
  memcpy (&info4.ipi_spec_dst, source->ip, sizeof info4.ipi_spec_dst);
  memcpy (&info6.ipi6_addr, source->ip, sizeof info6.ipi6_addr);
  self->head.cmsg_level = is_ipv6 ? IPPROTO_IPV6 : IPPROTO_IP;
  self->head.cmsg_type = is_ipv6 ? IPV6_PKTINFO : IP_PKTINFO;
  self->head.cmsg_len = CMSG_LEN (len);
  memcpy (CMSG_DATA (&self->head), is_ipv6 ? (const void *) &info6 : &info4, len);
  message->msg_control = self;
  message->msg_controllen = CMSG_SPACE (len);
}
