/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-roster.h"

#include <string.h>

/* Up to here a look through the array costs less than an index. */
#define MAX_WITHOUT_INDEX 16

/* How often a pick draws, and then how far it goes on, before it gives up on a part of the array.
 */
#define MAX_TRIES 8

G_STATIC_ASSERT (sizeof (ShoalTrackerdPeer) == 48);

/* What index functions see as their owner. */
typedef struct
{
  const ShoalTrackerdRoster *roster;
  const ShoalTrackerdKey    *key;
} Keyed;

static guint32
hash_endpoint (const ShoalTrackerdKey *key, const guint8 ip[16], guint16 port)
{
  guint8 bytes[18];

  memcpy (bytes, ip, 16);
  memcpy (bytes + 16, &port, 2);
  return (guint32) shoal_trackerd_hash (key, bytes, sizeof bytes);
}

static guint32
hash_place (gconstpointer owner, guint32 place)
{
  const Keyed             *keyed = owner;
  const ShoalTrackerdPeer *peer = &keyed->roster->peers[place];

  return hash_endpoint (keyed->key, peer->ip, peer->port);
}

static gboolean
is_at (const ShoalTrackerdPeer *peer, const ShoalBaseAddress *address)
{
  return peer->port == address->port && memcmp (peer->ip, address->ip, 16) == 0;
}

static gboolean
matches_place (gconstpointer owner, guint32 place, gconstpointer key)
{
  const Keyed *keyed = owner;

  return is_at (&keyed->roster->peers[place], key);
}

static const ShoalTrackerdIndexOps index_ops = { hash_place, matches_place };

static gboolean
has_index (const ShoalTrackerdRoster *self)
{
  return self->index.slots != NULL;
}

void
shoal_trackerd_roster_clear (ShoalTrackerdRoster *self)
{
  g_free (self->peers);
  shoal_trackerd_index_clear (&self->index);
  *self = (ShoalTrackerdRoster){ 0 };
}

guint32
shoal_trackerd_roster_find (const ShoalTrackerdRoster *self,
                            const ShoalTrackerdKey    *key,
                            const ShoalBaseAddress    *address)
{
  Keyed   keyed = { self, key };
  guint32 i;

  if (has_index (self))
    return shoal_trackerd_index_find (
        &self->index, hash_endpoint (key, address->ip, address->port), address, &index_ops, &keyed);
  for (i = 0; i < self->n; i++)
    if (is_at (&self->peers[i], address))
      return i;
  return SHOAL_TRACKERD_ROSTER_NONE;
}

static void
set_size (ShoalTrackerdRoster *self, guint32 size)
{
  self->peers = g_renew (ShoalTrackerdPeer, self->peers, size);
  self->size = size;
}

/* Doubling a large array would hold twice of what is needed. */
static void
make_room (ShoalTrackerdRoster *self)
{
  if (self->n < self->size)
    return;
  set_size (self, self->size < 1024 ? MAX (1, self->size * 2) : self->size + self->size / 4);
}

static void
give_room_back (ShoalTrackerdRoster *self)
{
  if (self->n == 0)
    shoal_trackerd_roster_clear (self);
  else if (self->size >= 8 && self->n < self->size / 4)
    set_size (self, self->size / 2);
}

/* Moves the peer at @from to the free place @to. */
static void
move_peer (ShoalTrackerdRoster *self, const ShoalTrackerdKey *key, guint32 from, guint32 to)
{
  const ShoalTrackerdPeer *peer = &self->peers[from];

  if (from == to)
    return;
  if (has_index (self))
    shoal_trackerd_index_move (&self->index, hash_endpoint (key, peer->ip, peer->port), from, to);
  self->peers[to] = *peer;
}

static void
build_index (ShoalTrackerdRoster *self, const ShoalTrackerdKey *key)
{
  Keyed   keyed = { self, key };
  guint32 i;

  for (i = 0; i < self->n; i++)
    shoal_trackerd_index_add (&self->index, i, &index_ops, &keyed);
}

void
shoal_trackerd_roster_add (ShoalTrackerdRoster     *self,
                           const ShoalTrackerdKey  *key,
                           const ShoalTrackerdPeer *peer)
{
  Keyed   keyed = { self, key };
  guint32 place = self->n;

  make_room (self);
  if (!peer->is_seed)
    {
      place = self->n_leechers++;
      move_peer (self, key, place, self->n);
    }
  self->peers[place] = *peer;
  self->n++;
  if (has_index (self))
    shoal_trackerd_index_add (&self->index, place, &index_ops, &keyed);
  else if (self->n > MAX_WITHOUT_INDEX)
    build_index (self, key);
}

void
shoal_trackerd_roster_remove (ShoalTrackerdRoster *self, const ShoalTrackerdKey *key, guint32 place)
{
  Keyed keyed = { self, key };

  if (has_index (self))
    shoal_trackerd_index_remove (&self->index, place, &index_ops, &keyed);
  if (place < self->n_leechers)
    {
      self->n_leechers--;
      move_peer (self, key, self->n_leechers, place);
      place = self->n_leechers;
    }
  self->n--;
  move_peer (self, key, self->n, place);
  if (self->n <= MAX_WITHOUT_INDEX / 2)
    shoal_trackerd_index_clear (&self->index);
  give_room_back (self);
}

guint32
shoal_trackerd_roster_set_seed (ShoalTrackerdRoster    *self,
                                const ShoalTrackerdKey *key,
                                guint32                 place,
                                gboolean                is_seed)
{
  ShoalTrackerdPeer peer = self->peers[place];

  if (peer.is_seed == is_seed)
    return place;
  peer.is_seed = is_seed;
  shoal_trackerd_roster_remove (self, key, place);
  shoal_trackerd_roster_add (self, key, &peer);
  return is_seed ? self->n - 1 : self->n_leechers - 1;
}

/* A loopback address means another machine to everyone but this one, a private one to everyone
 * outside of the network; and strangers need not learn of them. */
static gboolean
can_reach (ShoalBasePolicyKind asker, ShoalBasePolicyKind peer)
{
  if (peer == SHOAL_BASE_POLICY_KIND_GLOBAL)
    return TRUE;
  if (peer == SHOAL_BASE_POLICY_KIND_LOOPBACK)
    return asker == SHOAL_BASE_POLICY_KIND_LOOPBACK;
  return asker != SHOAL_BASE_POLICY_KIND_GLOBAL;
}

static gboolean
fits (const ShoalTrackerdPeer *peer, const ShoalTrackerdAsker *asker)
{
  return peer->seen_sec >= asker->oldest_sec &&
         can_reach (asker->kind, (ShoalBasePolicyKind) peer->kind) && !is_at (peer, asker->address);
}

/* A random peer that fits among peers[from] … peers[to − 1]. Drawing again, before it goes on to
 * the next, keeps the neighbours of unfit ones from being told twice as often. */
static const ShoalTrackerdPeer *
pick_one (const ShoalTrackerdRoster *self,
          const ShoalTrackerdAsker  *asker,
          ShoalBaseRandom           *random,
          guint32                    from,
          guint32                    to)
{
  guint32 offset = 0;
  guint   tries;

  for (tries = 0; tries < 2 * MAX_TRIES; tries++)
    {
      const ShoalTrackerdPeer *peer;

      if (tries < MAX_TRIES)
        offset = shoal_base_random_below (random, to - from);
      else
        offset = (offset + 1) % (to - from);
      peer = &self->peers[from + offset];
      if (fits (peer, asker))
        return peer;
    }
  return NULL;
}

/* One peer from each of @want equal parts of the array: random, never twice the same, and in the
 * order of memory. */
guint
shoal_trackerd_roster_pick (const ShoalTrackerdRoster *self,
                            const ShoalTrackerdAsker  *asker,
                            ShoalBaseRandom           *random,
                            const ShoalTrackerdPeer  **out,
                            guint                      want)
{
  guint32 n = asker->is_seed ? self->n_leechers : self->n;
  guint32 parts = MIN (want, n);
  guint32 i, n_picked = 0;

  for (i = 0; i < parts; i++)
    {
      guint32                  from = (guint32) ((guint64) n * i / parts);
      guint32                  to = (guint32) ((guint64) n * (i + 1) / parts);
      const ShoalTrackerdPeer *peer = pick_one (self, asker, random, from, to);

      if (peer != NULL)
        out[n_picked++] = peer;
    }
  return n_picked;
}

G_STATIC_ASSERT (SHOAL_TRACKERD_ROSTER_NONE == SHOAL_TRACKERD_INDEX_NONE);
