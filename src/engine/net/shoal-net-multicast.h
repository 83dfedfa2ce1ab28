/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "net/shoal-net-error.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* A socket of one multicast group: hears what is sent to it on the interfaces that were named, and
 * sends to it from one of them. Other programs may share group and port. Engine context only. */
typedef struct _ShoalNetMulticast ShoalNetMulticast;

/* Longer datagrams are not received. */
#define SHOAL_NET_MULTICAST_MAX_DATAGRAM 2048

/* Interfaces at a time. */
#define SHOAL_NET_MULTICAST_MAX_INTERFACES 32

/* @data is valid during the call. The socket may be freed in it. */
typedef void (*ShoalNetMulticastFunc) (gpointer                owner,
                                       const ShoalBaseAddress *from,
                                       const guint8           *data,
                                       gsize                   len);

/* @group: with its port. @hops: how many networks what is sent goes through. On no interface yet.
 * NULL with SHOAL_NET_ERROR. */
ShoalNetMulticast *shoal_net_multicast_new (ShoalNetReactor        *reactor,
                                            const ShoalBaseAddress *group,
                                            guint                   hops,
                                            ShoalNetMulticastFunc   func,
                                            gpointer                owner,
                                            GError                **error);

/* Safe inside @func. */
void shoal_net_multicast_free (ShoalNetMulticast *self);

/* From now on it is on these interfaces and no others. Those that cannot be joined are left out; a
 * later call tries them again. */
void shoal_net_multicast_set_interfaces (ShoalNetMulticast *self, const guint *indices, guint n);

/* Sends from @source (an address of interface @index) through it. FALSE with errno if the kernel
 * refuses: nothing is kept for later. */
gboolean shoal_net_multicast_send (ShoalNetMulticast      *self,
                                   guint                   index,
                                   const ShoalBaseAddress *source,
                                   const guint8           *data,
                                   gsize                   len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetMulticast, shoal_net_multicast_free)

G_END_DECLS
