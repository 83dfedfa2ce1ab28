/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-dht-plan.h"
#include "discover/shoal-discover-dht-secret.h"
#include "discover/shoal-discover-dht-table.h"

G_BEGIN_DECLS

/* A node of the DHT of one address family (BEP 5, 32, 42, 43), as a state machine: packets, time
 * and one seed go in, packets and deadlines come out. It opens no socket and reads no clock. It
 * keeps its table of others in order, finds the peers of its members (torrents) and announces them,
 * each when its plan says so, and serves what others ask. Everything it keeps for others is bounded
 * and every refusal is counted. STATE.md has its states. One thread. */
typedef struct _ShoalDiscoverDhtNode ShoalDiscoverDhtNode;

typedef struct _ShoalDiscoverDhtLookup ShoalDiscoverDhtLookup;

/* Called inside the functions below that take a time. */
typedef struct
{
  /* @data is valid during the call. */
  void (*send) (gpointer owner, const ShoalBaseAddress *to, const guint8 *data, gsize len);

  /* Too few nodes are known: bootstrap nodes are to be given by _add_router(), then or later. */
  void (*wants_routers) (gpointer owner);

  /* Most of those who answer see us at @ip. */
  void (*found_external) (gpointer owner, const ShoalBaseAddress *ip);
} ShoalDiscoverDhtNodeOps;

typedef struct
{
  int     family;                             /* AF_INET or AF_INET6 */
  guint8  seed[SHOAL_DISCOVER_DHT_SEED_SIZE]; /* nobody else may know it */
  guint16 port;                               /* that peers reach us by */

  guint allow_local : 1;  /* strangers may name local addresses */
  guint is_read_only : 1; /* BEP 43: asks, and answers nobody */
} ShoalDiscoverDhtNodeOptions;

/* What a node said of the swarm of a member. */
typedef struct
{
  const ShoalBaseAddress *peers;   /* none told twice in one turn */
  guint                   n_peers; /* at most SHOAL_CODEC_KRPC_MAX_PEERS */
  guint n_local; /* besides, left out: local ones, which the teller may not name */
  const ShoalBaseAddress *teller;
} ShoalDiscoverDhtFound;

/* The member may be removed inside the call, nothing else be freed. */
typedef void (*ShoalDiscoverDhtFoundFunc) (gpointer owner, const ShoalDiscoverDhtFound *found);

/* A torrent whose peers are looked for, and that is announced. Lies inside its owner, zeroed. */
typedef struct
{
  ShoalDiscoverDhtPlanItem  item;
  ShoalSwarmKey             key;
  ShoalDiscoverDhtFoundFunc func;
  gpointer                  owner;  /* unowned: contains this */
  ShoalDiscoverDhtLookup   *lookup; /* unowned: of the node; NULL: it is not its turn */
} ShoalDiscoverDhtMember;

/* All since the start. */
typedef struct
{
  guint64 n_sent;
  guint64 bytes_sent;
  guint64 n_queries; /* of n_sent */
  guint64 n_received;
  guint64 n_answered; /* queries of others */
  guint64 n_stored;   /* announces of others that were kept */
  guint64 n_told;     /* announces of ours that were accepted */
  guint64 n_lookups;  /* of members, that came to their end */
  guint64 n_lookup_queries;

  guint64 n_junk;           /* no message, or an answer from nobody in particular */
  guint64 n_unasked;        /* answers to what was never asked, or too late */
  guint64 n_wrong_endpoint; /* answers from another endpoint than was asked */
  guint64 n_wrong_id;       /* answers of another node than was asked */
  guint64 n_flooding;       /* queries not answered: too many */
  guint64 n_bad_tokens;
  guint64 n_refused_addresses; /* that a stranger may not name */
} ShoalDiscoverDhtStats;

/* @ops: static. */
ShoalDiscoverDhtNode *shoal_discover_dht_node_new (const ShoalDiscoverDhtNodeOptions *options,
                                                   const ShoalDiscoverDhtNodeOps     *ops,
                                                   gpointer                           owner,
                                                   gint64                             now_usec);

/* Not inside a callback. Members are forgotten. */
void shoal_discover_dht_node_free (ShoalDiscoverDhtNode *self);

/* The node of the other family on this machine, whose nodes we can tell of (BEP 32); NULL: none.
 * Unowned: the other forgets us before we go. */
void shoal_discover_dht_node_set_other (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtNode *other);

/* Goes on with the id and nodes of an earlier run, if @state is what _dup_state() gave. Before the
 * first packet. */
void shoal_discover_dht_node_restore (ShoalDiscoverDhtNode *self, GBytes *state);

/* Who we are and whom we know, for the next run; NULL while nobody is known who lives. */
GBytes *shoal_discover_dht_node_dup_state (ShoalDiscoverDhtNode *self);

/* FALSE: it was nothing for us. */
gboolean shoal_discover_dht_node_on_packet (ShoalDiscoverDhtNode   *self,
                                            const ShoalBaseAddress *from,
                                            const guint8           *data,
                                            gsize                   len,
                                            gint64                  now_usec);

/* Does what is due. To be called at the deadline, which each of these functions may change. */
void shoal_discover_dht_node_advance (ShoalDiscoverDhtNode *self, gint64 now_usec);

/* G_MAXINT64: never. */
gint64 shoal_discover_dht_node_get_deadline (ShoalDiscoverDhtNode *self);

/* A bootstrap node. @is_public: one that all of the world begins with; it is asked whom it knows
 * and left alone then. */
void shoal_discover_dht_node_add_router (ShoalDiscoverDhtNode   *self,
                                         const ShoalBaseAddress *address,
                                         gboolean                is_public,
                                         gint64                  now_usec);

/* A node may be at @address (a PORT message, a torrent's "nodes"): it is pinged sometime. Whether
 * it may be contacted is the caller's to know. */
void shoal_discover_dht_node_add_hint (ShoalDiscoverDhtNode *self, const ShoalBaseAddress *address);

/* Peers reach us by @port from now on. @is_mapped: whatever port our packets seem to come from. */
void
shoal_discover_dht_node_set_port (ShoalDiscoverDhtNode *self, guint16 port, gboolean is_mapped);

/* BEP 43: whether it asks and answers nobody from now on. */
void shoal_discover_dht_node_set_read_only (ShoalDiscoverDhtNode *self, gboolean is_read_only);

/* @member is looked up and announced when its turns come. @is_lacking: it wants peers soon. */
void shoal_discover_dht_node_add_member (ShoalDiscoverDhtNode   *self,
                                         ShoalDiscoverDhtMember *member,
                                         gboolean                is_lacking,
                                         gint64                  now_usec);

/* Nothing happens if it was not added. */
void shoal_discover_dht_node_remove_member (ShoalDiscoverDhtNode   *self,
                                            ShoalDiscoverDhtMember *member);

void shoal_discover_dht_node_set_lacking (ShoalDiscoverDhtNode   *self,
                                          ShoalDiscoverDhtMember *member,
                                          gboolean                is_lacking,
                                          gint64                  now_usec);

const ShoalSha1 *shoal_discover_dht_node_get_id (const ShoalDiscoverDhtNode *self);

/* Nodes that answered us, the last time too. */
guint shoal_discover_dht_node_count_sure (const ShoalDiscoverDhtNode *self);

ShoalDiscoverDhtTable *shoal_discover_dht_node_get_table (ShoalDiscoverDhtNode *self);

/* Whether it still looks for its place. */
gboolean shoal_discover_dht_node_is_joining (const ShoalDiscoverDhtNode *self);

void shoal_discover_dht_node_get_stats (const ShoalDiscoverDhtNode *self,
                                        ShoalDiscoverDhtStats      *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtNode, shoal_discover_dht_node_free)

G_END_DECLS
