/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-heap.h"
#include "base/shoal-base-random.h"
#include "codec/shoal-codec-krpc.h"
#include "discover/shoal-discover-dht-node.h"

/* A network of DHT nodes with a clock of its own: packets take time and get lost, hosts come, go
 * and lie. The same seed gives the same run. */
typedef struct _DhtNet  DhtNet;
typedef struct _DhtHost DhtHost;

typedef enum
{
  DHT_HOST_HONEST,
  DHT_HOST_LOOSE,    /* honest, but of an older kind: its id does not follow BEP 42 */
  DHT_HOST_INVENTOR, /* names close nodes that do not exist, and false peers */
  DHT_HOST_SYBIL,    /* claims to be the closest to anything, and so do its friends */
  DHT_HOST_CHANGER,  /* another id in each answer */
  DHT_HOST_HOLE,     /* takes announces, and tells nobody */
} DhtHostKind;

struct _DhtHost
{
  DhtNet               *net;  /* unowned */
  ShoalDiscoverDhtNode *node; /* owned; NULL of a liar, and of who is gone */
  ShoalBaseAddress      address;
  ShoalBaseHeapNode     due;
  DhtHostKind           kind;
  ShoalSha1             id; /* of a liar */
  guint                 index;
  guint                 n_router_wishes;
  ShoalBaseAddress      external;

  guint is_alive : 1;
};

DhtNet *dht_net_new (guint64 seed, int family, guint loss_permille);

void dht_net_free (DhtNet *self);

gint64 dht_net_get_now (const DhtNet *self);

ShoalBaseRandom *dht_net_get_random (DhtNet *self);

/* Joins by the first two hosts. */
DhtHost *dht_net_add (DhtNet *self, DhtHostKind kind);

guint dht_net_get_size (const DhtNet *self);

DhtHost *dht_net_get (DhtNet *self, guint index);

/* An honest one that is there. */
DhtHost *dht_net_choose (DhtNet *self);

void dht_net_kill (DhtHost *host);

/* After something was asked of its node. */
void dht_net_touch (DhtHost *host);

/* From @from, whoever has that address. */
void dht_net_send (DhtNet                 *self,
                   const ShoalBaseAddress *from,
                   const ShoalBaseAddress *to,
                   const guint8           *data,
                   gsize                   len);

void dht_net_run (DhtNet *self, gint64 duration_usec);

guint64 dht_net_get_n_packets (const DhtNet *self);

/* All that is sent, before it may get lost; NULL: nobody watches. */
typedef void (*DhtNetWatchFunc) (gpointer owner, const DhtHost *from, gsize len);

void dht_net_watch (DhtNet *self, DhtNetWatchFunc func, gpointer owner);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (DhtNet, dht_net_free)
