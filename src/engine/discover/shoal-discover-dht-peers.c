/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-peers.h"

typedef struct
{
  ShoalBaseAddress address;
  gint64           announced_usec;
} Peer;

typedef struct
{
  ShoalSwarmKey key;
  GArray       *peers; /* owned, of Peer */
} Swarm;

struct _ShoalDiscoverDhtPeers
{
  GHashTable *swarms; /* owned: key → Swarm */
  GHashTable *hosts;  /* owned: address without port → how many peers it is */
  guint       n_peers;
};

static void
swarm_free (gpointer data)
{
  Swarm *swarm = data;

  g_array_unref (swarm->peers);
  g_free (swarm);
}

ShoalDiscoverDhtPeers *
shoal_discover_dht_peers_new (void)
{
  ShoalDiscoverDhtPeers *self = g_new0 (ShoalDiscoverDhtPeers, 1);

  self->swarms = g_hash_table_new_full (shoal_sha1_hash, shoal_sha1_equal_key, NULL, swarm_free);
  self->hosts =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
  return self;
}

void
shoal_discover_dht_peers_free (ShoalDiscoverDhtPeers *self)
{
  g_hash_table_unref (self->swarms);
  g_hash_table_unref (self->hosts);
  g_free (self);
}

static Peer *
get_peer (const Swarm *swarm, guint i)
{
  return &g_array_index (swarm->peers, Peer, i);
}

static guint
count_host (const ShoalDiscoverDhtPeers *self, const ShoalBaseAddress *address)
{
  ShoalBaseAddress host = shoal_base_address_get_host (address);

  return GPOINTER_TO_UINT (g_hash_table_lookup (self->hosts, &host));
}

static void
set_host (ShoalDiscoverDhtPeers *self, const ShoalBaseAddress *address, guint n)
{
  ShoalBaseAddress host = shoal_base_address_get_host (address);

  if (n > 0)
    g_hash_table_insert (self->hosts, g_memdup2 (&host, sizeof host), GUINT_TO_POINTER (n));
  else
    g_hash_table_remove (self->hosts, &host);
}

gboolean
shoal_discover_dht_peers_has_room (const ShoalDiscoverDhtPeers *self,
                                   const ShoalSwarmKey         *key,
                                   const ShoalBaseAddress      *ip)
{
  const Swarm *swarm = g_hash_table_lookup (self->swarms, key);
  guint        i;

  if (self->n_peers < SHOAL_DISCOVER_DHT_MAX_PEERS &&
      count_host (self, ip) < SHOAL_DISCOVER_DHT_MAX_PER_HOST &&
      (swarm != NULL ? swarm->peers->len < SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM
                     : g_hash_table_size (self->swarms) < SHOAL_DISCOVER_DHT_MAX_SWARMS))
    return TRUE;
  /* Who is there already may stay. */
  for (i = 0; swarm != NULL && i < swarm->peers->len; i++)
    if (shoal_base_address_equal_ip (&get_peer (swarm, i)->address, ip))
      return TRUE;
  return FALSE;
}

static Swarm *
ensure_swarm (ShoalDiscoverDhtPeers *self, const ShoalSwarmKey *key)
{
  Swarm *swarm = g_hash_table_lookup (self->swarms, key);

  if (swarm != NULL)
    return swarm;
  swarm = g_new0 (Swarm, 1);
  swarm->key = *key;
  swarm->peers = g_array_new (FALSE, FALSE, sizeof (Peer));
  g_hash_table_insert (self->swarms, &swarm->key, swarm);
  return swarm;
}

/* A host that comes back from another port has moved: in one swarm it needs one place. */
static Peer *
find_host (const Swarm *swarm, const ShoalBaseAddress *peer, gboolean with_port)
{
  guint i;

  for (i = 0; i < swarm->peers->len; i++)
    if (with_port ? shoal_base_address_equal (&get_peer (swarm, i)->address, peer)
                  : shoal_base_address_equal_ip (&get_peer (swarm, i)->address, peer))
      return get_peer (swarm, i);
  return NULL;
}

gboolean
shoal_discover_dht_peers_add (ShoalDiscoverDhtPeers  *self,
                              const ShoalSwarmKey    *key,
                              const ShoalBaseAddress *peer,
                              gint64                  now_usec)
{
  Peer   row = { *peer, now_usec };
  Swarm *swarm = g_hash_table_lookup (self->swarms, key);
  Peer  *known = swarm != NULL ? find_host (swarm, peer, TRUE) : NULL;

  if (!shoal_discover_dht_peers_has_room (self, key, peer))
    return FALSE;
  if (known == NULL && swarm != NULL &&
      (swarm->peers->len >= SHOAL_DISCOVER_DHT_MAX_PEERS_PER_SWARM ||
       self->n_peers >= SHOAL_DISCOVER_DHT_MAX_PEERS ||
       count_host (self, peer) >= SHOAL_DISCOVER_DHT_MAX_PER_HOST))
    known = find_host (swarm, peer, FALSE);
  if (known != NULL)
    {
      *known = row;
      return TRUE;
    }
  g_array_append_val (ensure_swarm (self, key)->peers, row);
  self->n_peers++;
  set_host (self, peer, count_host (self, peer) + 1);
  return TRUE;
}

guint
shoal_discover_dht_peers_pick (const ShoalDiscoverDhtPeers *self,
                               const ShoalSwarmKey         *key,
                               ShoalBaseRandom             *random,
                               ShoalBaseAddress            *out,
                               guint                        max)
{
  const Swarm *swarm = g_hash_table_lookup (self->swarms, key);
  guint        n, first, i;

  if (swarm == NULL || swarm->peers->len == 0)
    return 0;
  n = MIN (swarm->peers->len, max);
  first = shoal_base_random_below (random, swarm->peers->len);
  for (i = 0; i < n; i++)
    out[i] = get_peer (swarm, (first + i) % swarm->peers->len)->address;
  return n;
}

static void
expire_swarm (ShoalDiscoverDhtPeers *self, Swarm *swarm, gint64 now_usec)
{
  guint i;

  for (i = 0; i < swarm->peers->len;)
    {
      Peer *peer = get_peer (swarm, i);

      if (now_usec - peer->announced_usec < SHOAL_DISCOVER_DHT_PEER_USEC)
        {
          i++;
          continue;
        }
      set_host (self, &peer->address, count_host (self, &peer->address) - 1);
      self->n_peers--;
      g_array_remove_index_fast (swarm->peers, i);
    }
}

void
shoal_discover_dht_peers_expire (ShoalDiscoverDhtPeers *self, gint64 now_usec)
{
  GHashTableIter iter;
  gpointer       value;

  g_hash_table_iter_init (&iter, self->swarms);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      expire_swarm (self, value, now_usec);
      if (((Swarm *) value)->peers->len == 0)
        g_hash_table_iter_remove (&iter);
    }
}

guint
shoal_discover_dht_peers_get_n_swarms (const ShoalDiscoverDhtPeers *self)
{
  return g_hash_table_size (self->swarms);
}

guint
shoal_discover_dht_peers_get_n_peers (const ShoalDiscoverDhtPeers *self)
{
  return self->n_peers;
}
