/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Of several addresses of this machine: to which one a datagram came, and from which one another is
 * to leave (IP_PKTINFO, IPV6_PKTINFO). A socket that is bound to all addresses knows neither by
 * itself. Any thread. */

/* What the kernel says of one datagram, or is told. Valid as long as the message that has it. */
typedef union
{
  struct cmsghdr head;
  guint8         bytes[CMSG_SPACE (sizeof (struct in6_pktinfo))];
} ShoalNetSource;

/* From now on @fd, a UDP socket of @family, tells. */
void shoal_net_source_ask (int fd, int family);

/* @message has room for the answer in @self. */
void shoal_net_source_prepare (ShoalNetSource *self, struct msghdr *message);

/* The address that @message, which was received, came to; port 0, family 0: not known, or that of a
 * group. */
ShoalBaseAddress shoal_net_source_find (const struct msghdr *message);

/* @message leaves from @source. */
void
shoal_net_source_set (ShoalNetSource *self, struct msghdr *message, const ShoalBaseAddress *source);

G_END_DECLS
