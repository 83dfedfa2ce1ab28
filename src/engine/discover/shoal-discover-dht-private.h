/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-policy.h"
#include "codec/shoal-codec-krpc.h"
#include "discover/shoal-discover-dht-calls.h"
#include "discover/shoal-discover-dht-flood.h"
#include "discover/shoal-discover-dht-memory.h"
#include "discover/shoal-discover-dht-node.h"
#include "discover/shoal-discover-dht-peers.h"
#include "discover/shoal-discover-dht-search.h"
#include "discover/shoal-discover-dht-votes.h"

G_BEGIN_DECLS

/* What the files of a DHT node share. */

/* Endpoints that may be nodes and wait for a ping. */
#define SHOAL_DISCOVER_DHT_MAX_HINTS 64

/* Public bootstrap nodes that are known as such. */
#define SHOAL_DISCOVER_DHT_MAX_ROUTERS 32

/* Port 1 is that of one broken program, all over the network. Peers do listen at ports below 1024,
 * where firewalls let nothing else through; of nodes there are enough elsewhere, and what answers
 * to a datagram there is a server of names, of time or of calls, which strangers would have us ask.
 */
#define SHOAL_DISCOVER_DHT_FIRST_PEER_PORT 2
#define SHOAL_DISCOVER_DHT_FIRST_NODE_PORT 1024

struct _ShoalDiscoverDhtNode
{
  ShoalDiscoverDhtNodeOptions    options;
  const ShoalDiscoverDhtNodeOps *ops;
  gpointer                       owner; /* unowned: outlives us */
  ShoalDiscoverDhtNode          *other; /* unowned: forgets us before it goes; NULL: none */

  ShoalBaseRandom         random;
  ShoalDiscoverDhtSecret  secret;
  ShoalSha1               id;
  ShoalDiscoverDhtTable  *table; /* owned, as the next four */
  ShoalDiscoverDhtCalls  *calls;
  ShoalDiscoverDhtPeers  *peers;
  ShoalDiscoverDhtMemory *memory;
  ShoalCodecBencode      *reader;
  GByteArray             *out; /* owned: the packet being written */
  ShoalDiscoverDhtFlood   flood;
  ShoalDiscoverDhtVotes   votes;
  ShoalDiscoverDhtPlan    plan;
  ShoalDiscoverDhtStats   stats;

  ShoalBaseList lookups;
  GArray       *hints;   /* owned, of ShoalBaseAddress, the oldest first */
  GArray       *routers; /* owned, of ShoalBaseAddress: the public ones */

  gint64 hint_usec;    /* no ping of a hint before */
  gint64 refresh_usec; /* nobody is looked after before */
  gint64 self_usec;    /* when the own place is looked for next */
  gint64 health_usec;  /* when it is looked at whether enough are known */
  gint64 expire_usec;
  guint  n_bad_health; /* in a row */
  guint  n_pings;      /* of hints */

  guint is_port_mapped : 1;
  guint is_joined : 1; /* the own place was found once */
};

typedef enum
{
  SHOAL_DISCOVER_DHT_LOOKUP_SELF,   /* the own place */
  SHOAL_DISCOVER_DHT_LOOKUP_MEMBER, /* peers of a member, which is announced at the end */
} ShoalDiscoverDhtLookupKind;

struct _ShoalDiscoverDhtLookup
{
  ShoalBaseList              link;
  ShoalDiscoverDhtLookupKind kind;
  ShoalDiscoverDhtSearch    *search; /* owned */
  ShoalDiscoverDhtMember    *member; /* unowned: ends us before it goes; NULL: of none */
  GHashTable                *told;   /* owned: addresses of the peers that were found */
  GHashTable                *hosts;  /* owned: global ones of them, port 0 → how many (guint) */
};

/* shoal-discover-dht-node.c */

/* Sends @query, filled in but for id, transaction and read-only flag, to @call->to, and waits for
 * the answer. FALSE: too much is under way. */
gboolean shoal_discover_dht_node_ask (ShoalDiscoverDhtNode *self,
                                      ShoalCodecKrpcQuery  *query,
                                      ShoalDiscoverDhtCall *call,
                                      gint64                now_usec);

/* Sends what is in self->out. */
void shoal_discover_dht_node_send (ShoalDiscoverDhtNode *self, const ShoalBaseAddress *to);

/* Whether @address, named by @teller, may be contacted as a peer, or asked as a node; counts it if
 * not. */
gboolean shoal_discover_dht_node_may_name_peer (ShoalDiscoverDhtNode   *self,
                                                const ShoalBaseAddress *address,
                                                const ShoalBaseAddress *teller);

gboolean shoal_discover_dht_node_may_name_node (ShoalDiscoverDhtNode   *self,
                                                const ShoalBaseAddress *address,
                                                const ShoalBaseAddress *teller);

/* shoal-discover-dht-answer.c */

void shoal_discover_dht_answer (ShoalDiscoverDhtNode        *self,
                                const ShoalBaseAddress      *from,
                                const ShoalCodecKrpcMessage *query,
                                gint64                       now_usec);

/* shoal-discover-dht-lookup.c */

/* Looks for whoever is closest to our own id, starting from the table and @nodes, which a bootstrap
 * node named; one that is under way is given them. */
void shoal_discover_dht_lookup_self (ShoalDiscoverDhtNode     *self,
                                     const ShoalCodecKrpcNode *nodes,
                                     guint                     n_nodes,
                                     gint64                    now_usec);

/* Begins those of members whose turn it is. */
void shoal_discover_dht_lookup_begin_due (ShoalDiscoverDhtNode *self, gint64 now_usec);

/* An answer to @call, of this lookup. The last thing that is done with it: a member's function is
 * called. */
void shoal_discover_dht_lookup_on_reply (ShoalDiscoverDhtNode        *self,
                                         const ShoalDiscoverDhtCall  *call,
                                         const ShoalCodecKrpcMessage *reply,
                                         gint64                       now_usec);

/* @call is late; with @is_final: it failed. */
void shoal_discover_dht_lookup_on_loss (ShoalDiscoverDhtNode       *self,
                                        const ShoalDiscoverDhtCall *call,
                                        gboolean                    is_final,
                                        gint64                      now_usec);

void shoal_discover_dht_lookup_free (ShoalDiscoverDhtNode *self, ShoalDiscoverDhtLookup *lookup);

/* shoal-discover-dht-upkeep.c */

void shoal_discover_dht_upkeep_init (ShoalDiscoverDhtNode *self, gint64 now_usec);

void shoal_discover_dht_upkeep_advance (ShoalDiscoverDhtNode *self, gint64 now_usec);

gint64 shoal_discover_dht_upkeep_get_deadline (ShoalDiscoverDhtNode *self);

/* Somebody lives, and the own place is not found yet. */
void shoal_discover_dht_upkeep_hurry (ShoalDiscoverDhtNode *self, gint64 now_usec);

/* A bootstrap node said whom it knows. */
void shoal_discover_dht_upkeep_on_router (ShoalDiscoverDhtNode        *self,
                                          const ShoalDiscoverDhtCall  *call,
                                          const ShoalCodecKrpcMessage *reply,
                                          gint64                       now_usec);

gboolean shoal_discover_dht_upkeep_is_router (const ShoalDiscoverDhtNode *self,
                                              const ShoalBaseAddress     *address);

/* Nodes that were named by one that was only to say that it lives: those there is a place for are
 * pinged sometime. */
void shoal_discover_dht_upkeep_on_named (ShoalDiscoverDhtNode        *self,
                                         const ShoalBaseAddress      *teller,
                                         const ShoalCodecKrpcMessage *reply);

/* @voter sees us at @choice: our id may have to be another (BEP 42). */
void shoal_discover_dht_upkeep_on_vote (ShoalDiscoverDhtNode   *self,
                                        const ShoalBaseAddress *voter,
                                        const ShoalBaseAddress *choice,
                                        gint64                  now_usec);

G_END_DECLS
