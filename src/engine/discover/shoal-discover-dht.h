/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-dht-node.h"
#include "net/shoal-net-endpoint.h"

G_BEGIN_DECLS

/* The DHT of an engine: one node for each address family, on the UDP socket of an endpoint of that
 * family; names of bootstrap nodes; and the torrents that are looked up and announced, each by both
 * nodes. Engine context only. Nothing here is freed inside its callbacks. */
typedef struct _ShoalDiscoverDht ShoalDiscoverDht;

typedef struct
{
  /* Most of those who answer see us at @ip (BEP 42). */
  void (*found_external) (gpointer owner, const ShoalBaseAddress *ip);

  /* Numbers are others now: at most once in a few seconds. */
  void (*changed) (gpointer owner);
} ShoalDiscoverDhtEvents;

typedef struct
{
  const char *const *routers; /* "host:port" on the person's word, ends with NULL; copied. NULL or
                               * empty: the public ones */

  guint allow_local : 1;  /* strangers may name local addresses */
  guint is_read_only : 1; /* as _set_read_only() */
} ShoalDiscoverDhtOptions;

/* A torrent that takes part. Lies inside its owner, zeroed. */
typedef struct
{
  ShoalBaseList          link;
  ShoalDiscoverDhtMember members[2]; /* of the nodes for IPv4 and IPv6 */

  guint is_in : 1;
  guint is_lacking : 1;
} ShoalDiscoverDhtTorrent;

/* @reactor: unowned, outlives it. @events: static. */
ShoalDiscoverDht *shoal_discover_dht_new (ShoalNetReactor               *reactor,
                                          const ShoalDiscoverDhtOptions *options,
                                          const ShoalDiscoverDhtEvents  *events,
                                          gpointer                       owner);

/* Torrents are forgotten. */
void shoal_discover_dht_free (ShoalDiscoverDht *self);

/* What _dup_state() gave in an earlier run; before the endpoint of that family. */
void shoal_discover_dht_restore (ShoalDiscoverDht *self, int family, GBytes *state);

/* For the next run; NULL: there is nothing worth keeping. */
GBytes *shoal_discover_dht_dup_state (ShoalDiscoverDht *self, int family);

/* The node of its family lives at @endpoint from now on: the first one of a family, or the one that
 * takes the place of the one before. Unowned: outlives us, or is replaced or taken away before it
 * goes. */
void shoal_discover_dht_set_endpoint (ShoalDiscoverDht *self, ShoalNetEndpoint *endpoint);

gboolean shoal_discover_dht_has_endpoint (const ShoalDiscoverDht *self,
                                          const ShoalNetEndpoint *endpoint);

/* Peers reach the endpoint of @family by @port, which a router maps to it: all torrents are
 * announced anew, with it. 0: no longer, what counts is again the port that our packets come from
 * (BEP 5: implied_port). Holds until the endpoint is another. */
void shoal_discover_dht_set_port (ShoalDiscoverDht *self, int family, guint16 port);

/* BEP 43: the nodes ask, say so, and answer nobody, who forget us then. For a machine whose traffic
 * is paid for by volume: what it looks for it finds all the same, and what it would do for others
 * comes from all the world, for as long as it is there. */
void shoal_discover_dht_set_read_only (ShoalDiscoverDht *self, gboolean is_read_only);

/* There may be a node at @address, which named itself (BEP 5: PORT). */
void shoal_discover_dht_add_hint (ShoalDiscoverDht *self, const ShoalBaseAddress *address);

/* A torrent says that there is one (BEP 5: "nodes"). @host: a name or a number. */
void shoal_discover_dht_add_named (ShoalDiscoverDht *self, const char *host, guint16 port);

/* @torrent is looked up and announced from now on, when it is its turn. */
void shoal_discover_dht_add (ShoalDiscoverDht         *self,
                             ShoalDiscoverDhtTorrent  *torrent,
                             const ShoalSwarmKey      *key,
                             ShoalDiscoverDhtFoundFunc func,
                             gpointer                  owner);

/* Nothing happens if it is not in. */
void shoal_discover_dht_remove (ShoalDiscoverDht *self, ShoalDiscoverDhtTorrent *torrent);

/* It wants peers soon, or no longer. Nothing happens if it is not in. */
void shoal_discover_dht_set_lacking (ShoalDiscoverDht        *self,
                                     ShoalDiscoverDhtTorrent *torrent,
                                     gboolean                 is_lacking);

gboolean shoal_discover_dht_has_torrents (const ShoalDiscoverDht *self);

/* Nodes that answer us, of both families. */
guint shoal_discover_dht_count_nodes (const ShoalDiscoverDht *self);

/* Whether at least one of the nodes has found its place. */
gboolean shoal_discover_dht_is_joined (const ShoalDiscoverDht *self);

/* Of the node of @family; zero if there is none. */
void
shoal_discover_dht_get_stats (const ShoalDiscoverDht *self, int family, ShoalDiscoverDhtStats *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDht, shoal_discover_dht_free)

G_END_DECLS
