/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-egress.h"

#include <errno.h>
#include <unistd.h>

static int
close_with_errno (int fd, int error_number)
{
  close (fd);
  errno = error_number;
  return -1;
}

static int
get_type (ShoalNetEgressPurpose purpose)
{
  switch (purpose)
    {
    case SHOAL_NET_EGRESS_PEER:
    case SHOAL_NET_EGRESS_ROUTER_HTTP:
      return SOCK_STREAM;
    case SHOAL_NET_EGRESS_ROUTER:
      return SOCK_DGRAM;
    }
  g_return_val_if_reached (SOCK_STREAM);
}

int
shoal_net_egress_open (int family, ShoalNetEgressPurpose purpose, const ShoalBaseAddress *bind_to)
{
  struct sockaddr_storage sa;
  socklen_t               len;
  int                     on = 1;
  int                     fd;

  if (bind_to != NULL && bind_to->family != family)
    {
      errno = EAFNOSUPPORT;
      return -1;
    }
  fd = socket (family, get_type (purpose) | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0 || bind_to == NULL)
    return fd;
  /* The port is chosen at connect(), where only the pair of both ends must be free: otherwise a few
   * thousand connections would use up the ports of the address. */
  setsockopt (fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
  len = shoal_base_address_to_sockaddr (bind_to, &sa);
  if (bind (fd, (const struct sockaddr *) &sa, len) < 0)
    return close_with_errno (fd, errno);
  return fd;
}
