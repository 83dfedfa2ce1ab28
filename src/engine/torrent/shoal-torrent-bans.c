/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-bans.h"

#include "base/shoal-base-policy.h"

struct _ShoalTorrentBans
{
  GArray     *global; /* owned, of ShoalBaseAddress: what hosts holds, in the order of the bans */
  GHashTable *hosts;  /* owned: global hosts */
  GHashTable *local;  /* owned: local address with port */
  GHashTable *ids;    /* owned: peer id of a local one */
};

static GHashTable *
new_address_set (void)
{
  return g_hash_table_new_full (
      shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);
}

ShoalTorrentBans *
shoal_torrent_bans_new (void)
{
  ShoalTorrentBans *self = g_new0 (ShoalTorrentBans, 1);

  self->global = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  self->hosts = new_address_set ();
  self->local = new_address_set ();
  self->ids = g_hash_table_new_full (shoal_sha1_hash, shoal_sha1_equal_key, g_free, NULL);
  return self;
}

void
shoal_torrent_bans_free (ShoalTorrentBans *self)
{
  g_array_unref (self->global);
  g_hash_table_unref (self->hosts);
  g_hash_table_unref (self->local);
  g_hash_table_unref (self->ids);
  g_free (self);
}

/* TRUE: @key is new. */
static gboolean
add_to_set (GHashTable *set, gconstpointer key, gsize size)
{
  return g_hash_table_size (set) < SHOAL_TORRENT_MAX_BANS &&
         g_hash_table_add (set, g_memdup2 (key, size));
}

void
shoal_torrent_bans_add (ShoalTorrentBans       *self,
                        const ShoalBaseAddress *address,
                        const ShoalPeerId      *peer_id)
{
  ShoalBaseAddress host = shoal_base_address_get_host (address);

  if (shoal_base_policy_is_local (address))
    {
      add_to_set (self->local, address, sizeof *address);
      if (peer_id != NULL)
        add_to_set (self->ids, peer_id, sizeof *peer_id);
    }
  else if (add_to_set (self->hosts, &host, sizeof host))
    g_array_append_val (self->global, host);
}

gboolean
shoal_torrent_bans_contain (const ShoalTorrentBans *self,
                            const ShoalBaseAddress *address,
                            const ShoalPeerId      *peer_id)
{
  ShoalBaseAddress host = shoal_base_address_get_host (address);

  if (shoal_base_policy_is_local (address))
    return g_hash_table_contains (self->local, address) ||
           (peer_id != NULL && g_hash_table_contains (self->ids, peer_id));
  return g_hash_table_contains (self->hosts, &host);
}

const GArray *
shoal_torrent_bans_get_global (const ShoalTorrentBans *self)
{
  return self->global;
}
