/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* The router through which this machine reaches everybody else, port 0; for IPv6 with the scope if
 * it is link-local. FALSE: there is none. Reads the kernel's table, which takes no disk. Any
 * thread. */
gboolean shoal_net_route_find_gateway (guint16 family, ShoalBaseAddress *out);

/* The same from the text of /proc/net/route and /proc/net/ipv6_route; in the latter the interface
 * is named, and its index told by @get_index. */
gboolean shoal_net_route_parse_ipv4 (const char *text, ShoalBaseAddress *out);

typedef guint32 (*ShoalNetRouteIndexFunc) (const char *interface);

gboolean shoal_net_route_parse_ipv6 (const char            *text,
                                     ShoalNetRouteIndexFunc get_index,
                                     ShoalBaseAddress      *out);

G_END_DECLS
