/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* A UDP socket that reads and writes in batches (recvmmsg, sendmmsg) and gives each datagram to the
 * one whose protocol it begins like. Engine context only. */
typedef struct _ShoalNetUdp ShoalNetUdp;

/* Longer ones are neither sent nor received: 200 IPv6 peers of a tracker fit. */
#define SHOAL_NET_UDP_MAX_DATAGRAM 4096

typedef enum
{
  SHOAL_NET_UDP_DHT,     /* the first byte is 'd' (BEP 5) */
  SHOAL_NET_UDP_UTP,     /* low nibble of the first byte 1, high nibble at most 4 (BEP 29) */
  SHOAL_NET_UDP_TRACKER, /* three zero bytes, then one of at most 3 (BEP 15, replies) */
  SHOAL_NET_UDP_ANY,     /* what none of the others takes: a server with a socket of its own */
  SHOAL_NET_UDP_N_CLASSES,
} ShoalNetUdpClass;

typedef struct
{
  /* A datagram; @data is valid during the call. What is sent to @from inside the call leaves from
   * the address that this came to: of several that we have, the one it knows us by. FALSE: not
   * expected (from somebody never asked), and counted as dropped unless SHOAL_NET_UDP_ANY takes it.
   */
  gboolean (*on_datagram) (gpointer                owner,
                           const ShoalBaseAddress *from,
                           const guint8           *data,
                           gsize                   len);

  /* May be NULL. The network says that a datagram to @to did not arrive (ICMP): a hint that anyone
   * could forge. Everyone registered hears of every such message. */
  void (*on_unreachable) (gpointer owner, const ShoalBaseAddress *to, int error_number);
} ShoalNetUdpOps;

typedef struct
{
  guint64 datagrams_in;
  guint64 datagrams_out;
  guint64 bytes_in;
  guint64 bytes_out;
  guint64 dropped_in;  /* nobody's, or too long */
  guint64 dropped_out; /* refused by the kernel, or the queue was full */
} ShoalNetUdpStats;

/* Takes @fd over: bound, non-blocking (as shoal-net-endpoint opens it). */
ShoalNetUdp *shoal_net_udp_new (ShoalNetReactor *reactor, int fd);

/* Safe inside every callback: the memory goes at the end of the turn. What is queued is dropped. */
void shoal_net_udp_free (ShoalNetUdp *self);

/* @ops outlives the registration; NULL ends it. One receiver a class; also inside callbacks. */
void shoal_net_udp_register (ShoalNetUdp          *self,
                             ShoalNetUdpClass      kind,
                             const ShoalNetUdpOps *ops,
                             gpointer              owner);

/* Queues a copy; it leaves with all others of this turn. FALSE, and counted as dropped, if it is
 * too long, of another family, or the queue is full because the kernel takes no more. */
gboolean
shoal_net_udp_send (ShoalNetUdp *self, const ShoalBaseAddress *to, const guint8 *data, gsize len);

/* Sends what is queued now, as far as the kernel takes it: for the last words before an exit. */
void shoal_net_udp_flush (ShoalNetUdp *self);

/* Bound address and port. */
const ShoalBaseAddress *shoal_net_udp_get_local_address (const ShoalNetUdp *self);

const ShoalNetUdpStats *shoal_net_udp_get_stats (const ShoalNetUdp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetUdp, shoal_net_udp_free)

G_END_DECLS
