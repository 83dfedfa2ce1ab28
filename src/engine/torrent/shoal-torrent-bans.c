/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-bans.h"

#include "base/shoal-base-policy.h"

struct _ShoalTorrentBans
{
  GArray     *list;  /* owned, of ShoalTorrentBan, in the order of the bans */
  GHashTable *hosts; /* owned: global hosts */
  GHashTable *local; /* owned: local address with port */
  GHashTable *ids;   /* owned: peer id of a local one */
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

  self->list = g_array_new (FALSE, TRUE, sizeof (ShoalTorrentBan));
  self->hosts = new_address_set ();
  self->local = new_address_set ();
  self->ids = g_hash_table_new_full (shoal_sha1_hash, shoal_sha1_equal_key, g_free, NULL);
  return self;
}

void
shoal_torrent_bans_free (ShoalTorrentBans *self)
{
  g_array_unref (self->list);
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

/* What @address is banned by. */
static ShoalBaseAddress
get_name (const ShoalBaseAddress *address)
{
  return shoal_base_policy_is_local (address) ? *address : shoal_base_address_get_host (address);
}

static GHashTable *
set_of (const ShoalTorrentBans *self, const ShoalBaseAddress *address)
{
  return shoal_base_policy_is_local (address) ? self->local : self->hosts;
}

/* Of one that was banned already: its peer id may be news, and the person's word stands above. */
static void
add_to_list (ShoalTorrentBans *self, const ShoalTorrentBan *ban, gboolean is_new)
{
  guint i;

  for (i = 0; !is_new && i < self->list->len; i++)
    {
      ShoalTorrentBan *old = &g_array_index (self->list, ShoalTorrentBan, i);

      if (!shoal_base_address_equal (&old->address, &ban->address))
        continue;
      old->reason = MAX (old->reason, ban->reason);
      if (ban->has_peer_id && !old->has_peer_id)
        {
          old->peer_id = ban->peer_id;
          old->has_peer_id = TRUE;
        }
    }
  if (is_new)
    g_array_append_val (self->list, *ban);
}

void
shoal_torrent_bans_add (ShoalTorrentBans       *self,
                        const ShoalBaseAddress *address,
                        const ShoalPeerId      *peer_id,
                        ShoalTorrentBanReason   reason)
{
  ShoalTorrentBan ban = { .address = get_name (address), .reason = reason };
  gboolean        is_new;

  if (peer_id != NULL && shoal_base_policy_is_local (address))
    {
      ban.peer_id = *peer_id;
      ban.has_peer_id = TRUE;
      add_to_set (self->ids, peer_id, sizeof *peer_id);
    }
  is_new = add_to_set (set_of (self, address), &ban.address, sizeof ban.address);
  add_to_list (self, &ban, is_new);
}

static void
drop (ShoalTorrentBans *self, guint index)
{
  const ShoalTorrentBan *ban = &g_array_index (self->list, ShoalTorrentBan, index);

  g_hash_table_remove (set_of (self, &ban->address), &ban->address);
  if (ban->has_peer_id)
    g_hash_table_remove (self->ids, &ban->peer_id);
  g_array_remove_index (self->list, index);
}

gboolean
shoal_torrent_bans_drop (ShoalTorrentBans *self, const ShoalBaseAddress *address)
{
  guint    n_before = self->list->len, i;
  gboolean is_all = address == NULL;

  for (i = self->list->len; i > 0; i--)
    {
      const ShoalTorrentBan *ban = &g_array_index (self->list, ShoalTorrentBan, i - 1);
      ShoalBaseAddress       name = is_all ? ban->address : get_name (address);

      if (shoal_base_address_equal (&ban->address, &name))
        drop (self, i - 1);
    }
  if (is_all)
    g_hash_table_remove_all (self->ids);
  return self->list->len < n_before;
}

gboolean
shoal_torrent_bans_contain (const ShoalTorrentBans *self,
                            const ShoalBaseAddress *address,
                            const ShoalPeerId      *peer_id)
{
  ShoalBaseAddress name = get_name (address);

  return g_hash_table_contains (set_of (self, address), &name) ||
         (peer_id != NULL && shoal_base_policy_is_local (address) &&
          g_hash_table_contains (self->ids, peer_id));
}

const GArray *
shoal_torrent_bans_get (const ShoalTorrentBans *self)
{
  return self->list;
}
