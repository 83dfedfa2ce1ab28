/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "base/shoal-base-policy.h"
#include "base/shoal-base-random.h"
#include "trackerd/shoal-trackerd-hash.h"
#include "trackerd/shoal-trackerd-index.h"

G_BEGIN_DECLS

/* One peer of one swarm. 48 bytes, since there may be a million. */
typedef struct
{
  guint8      ip[16]; /* as in ShoalBaseAddress */
  ShoalPeerId peer_id;
  guint32     tag;      /* of who made the entry, see shoal_trackerd_table_announce() */
  guint32     seen_sec; /* when that one announced last */
  guint16     port;
  guint8      kind; /* ShoalBasePolicyKind of the address */
  guint8      is_seed;
} ShoalTrackerdPeer;

/* The peers of one address family in one swarm: an array, leechers first, with an index by address
 * and port once it is worth one. A value inside the swarm; zero-initialised; one thread. @key: the
 * table's secret, the same in every call. */
typedef struct
{
  ShoalTrackerdPeer *peers; /* owned */
  ShoalTrackerdIndex index;
  guint32            n;
  guint32            n_leechers; /* peers[0] … peers[n_leechers − 1] */
  guint32            size;       /* of the array */
} ShoalTrackerdRoster;

#define SHOAL_TRACKERD_ROSTER_NONE G_MAXUINT32

void shoal_trackerd_roster_clear (ShoalTrackerdRoster *self);

/* The place of the peer at @address (its port counts), or _NONE. */
guint32 shoal_trackerd_roster_find (const ShoalTrackerdRoster *self,
                                    const ShoalTrackerdKey    *key,
                                    const ShoalBaseAddress    *address);

/* Copies @peer, whose address must not be there yet. Places change. */
void shoal_trackerd_roster_add (ShoalTrackerdRoster     *self,
                                const ShoalTrackerdKey  *key,
                                const ShoalTrackerdPeer *peer);

/* Places change. */
void shoal_trackerd_roster_remove (ShoalTrackerdRoster    *self,
                                   const ShoalTrackerdKey *key,
                                   guint32                 place);

/* Makes the peer at @place a seed or a leecher; returns its new place. */
guint32 shoal_trackerd_roster_set_seed (ShoalTrackerdRoster    *self,
                                        const ShoalTrackerdKey *key,
                                        guint32                 place,
                                        gboolean                is_seed);

/* Who asks for peers. */
typedef struct
{
  const ShoalBaseAddress *address;    /* is not told of itself, nor of addresses it cannot reach */
  ShoalBasePolicyKind     kind;       /* of that address */
  guint32                 oldest_sec; /* peers seen before are not told any more */
  gboolean                is_seed;    /* is told of leechers only */
} ShoalTrackerdAsker;

/* Fills @out with up to @want peers, chosen at random; borrowed until the next change. O(want).
 * Returns how many. */
guint shoal_trackerd_roster_pick (const ShoalTrackerdRoster *self,
                                  const ShoalTrackerdAsker  *asker,
                                  ShoalBaseRandom           *random,
                                  const ShoalTrackerdPeer  **out,
                                  guint                      want);

G_END_DECLS
