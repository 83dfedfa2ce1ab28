/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-error.h"
#include "net/shoal-net-listener.h"
#include "net/shoal-net-udp.h"

G_BEGIN_DECLS

/* Where we can be reached: an address of one family (or all of it), a TCP listener and a UDP socket
 * there, both with one port number. The session holds a list of them; UDP trackers, DHT and uTP
 * belong to one. Engine context only. */
typedef struct _ShoalNetEndpoint ShoalNetEndpoint;

/* Opens one endpoint for each of @binds (the ports in it are not used), or, with @n_binds 0, for
 * all addresses of IPv4 and of IPv6, without a family that the machine does not have. All get the
 * same port: @port, or else the next free one of the ten after it; 0: any free one. Returns the
 * endpoints (a GPtrArray that frees them), never empty; NULL with SHOAL_NET_ERROR. */
GPtrArray *shoal_net_endpoint_open_all (ShoalNetReactor        *reactor,
                                        const ShoalBaseAddress *binds,
                                        guint                   n_binds,
                                        guint16                 port,
                                        GError                **error);

/* Safe inside every callback. */
void shoal_net_endpoint_free (ShoalNetEndpoint *self);

/* The first of @endpoints (of ShoalNetEndpoint) that is of @family (AF_…); NULL: there is none. */
ShoalNetEndpoint *shoal_net_endpoint_find (const GPtrArray *endpoints, guint16 family);

/* The bound address with the port; unspecified (0.0.0.0, ::) for all. */
const ShoalBaseAddress *shoal_net_endpoint_get_address (const ShoalNetEndpoint *self);

/* What outgoing sockets of this endpoint's family bind to: the address without the port, or NULL if
 * the endpoint is for all addresses. */
const ShoalBaseAddress *shoal_net_endpoint_get_bind (const ShoalNetEndpoint *self);

guint16 shoal_net_endpoint_get_port (const ShoalNetEndpoint *self);

/* The port under which those outside reach it: the same, unless a router made it another. */
guint16 shoal_net_endpoint_get_public_port (const ShoalNetEndpoint *self);

/* 0: the same. */
void shoal_net_endpoint_set_public_port (ShoalNetEndpoint *self, guint16 port);

/* Both borrowed; they live as long as the endpoint. */
ShoalNetListener *shoal_net_endpoint_get_listener (ShoalNetEndpoint *self);

ShoalNetUdp *shoal_net_endpoint_get_udp (ShoalNetEndpoint *self);

/* For servers with sockets of their own (the tracker): bound, non-blocking, listening if it is
 * SOCK_STREAM. @address: with its port, 0 for any free one. −1 with errno. */
int shoal_net_endpoint_open_socket (const ShoalBaseAddress *address, int type);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetEndpoint, shoal_net_endpoint_free)

G_END_DECLS
