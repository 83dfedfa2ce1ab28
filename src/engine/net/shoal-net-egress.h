/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* What an outgoing socket is for. */
typedef enum
{
  SHOAL_NET_EGRESS_PEER,        /* TCP to a peer */
  SHOAL_NET_EGRESS_ROUTER,      /* UDP to the router that we are behind */
  SHOAL_NET_EGRESS_ROUTER_HTTP, /* TCP to what may be a router (UPnP) */
} ShoalNetEgressPurpose;

/* Makes an outgoing socket: the one place that does, so that binding (and later device and proxy)
 * holds for all. HTTP, which libsoup connects, binds by shoal-net-http. Non-blocking,
 * close-on-exec, not yet connected. @bind: its address, its port if not 0; NULL: the system's
 * choice. Any thread. Returns the descriptor, −1 with errno (EAFNOSUPPORT if @bind is of another
 * family). */
int shoal_net_egress_open (int family, ShoalNetEgressPurpose purpose, const ShoalBaseAddress *bind);

G_END_DECLS
