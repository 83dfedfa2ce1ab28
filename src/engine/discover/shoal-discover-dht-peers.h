/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-random.h"

G_BEGIN_DECLS

/* What others have announced to our DHT node: swarms near its id and who is in them. Bounded
 * whatever comes, and forgotten if it is not announced again. Pure: the caller's clock. One thread.
 */
typedef struct _ShoalDiscoverDhtPeers ShoalDiscoverDhtPeers;

#define SHOAL_DISCOVER_DHT_MAX_SWARMS          2000
#define SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM 500
#define SHOAL_DISCOVER_DHT_MAX_PEERS           20000

/* Announces of one host, over all swarms: of the many swarms it may be in, few lie near one node.
 */
#define SHOAL_DISCOVER_DHT_MAX_PER_HOST 64

/* Clients announce each 15 to 30 minutes. */
#define SHOAL_DISCOVER_DHT_PEER_USEC (45 * 60 * (gint64) G_USEC_PER_SEC)

ShoalDiscoverDhtPeers *shoal_discover_dht_peers_new (void);

void shoal_discover_dht_peers_free (ShoalDiscoverDhtPeers *self);

/* Whether an announce of @ip to @key would be kept: no token is given otherwise. */
gboolean shoal_discover_dht_peers_has_room (const ShoalDiscoverDhtPeers *self,
                                            const ShoalSwarmKey         *key,
                                            const ShoalBaseAddress      *ip);

/* FALSE: there is no room. */
gboolean shoal_discover_dht_peers_add (ShoalDiscoverDhtPeers  *self,
                                       const ShoalSwarmKey    *key,
                                       const ShoalBaseAddress *peer,
                                       gint64                  now_usec);

/* At most @max peers of @key, others each time if there are more; returns how many. */
guint shoal_discover_dht_peers_pick (const ShoalDiscoverDhtPeers *self,
                                     const ShoalSwarmKey         *key,
                                     ShoalBaseRandom             *random,
                                     ShoalBaseAddress            *out,
                                     guint                        max);

/* Forgets who has not come back. O(peers): to be called once in minutes. */
void shoal_discover_dht_peers_expire (ShoalDiscoverDhtPeers *self, gint64 now_usec);

guint shoal_discover_dht_peers_get_n_swarms (const ShoalDiscoverDhtPeers *self);

guint shoal_discover_dht_peers_get_n_peers (const ShoalDiscoverDhtPeers *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtPeers, shoal_discover_dht_peers_free)

G_END_DECLS
