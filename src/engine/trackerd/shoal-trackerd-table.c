/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-table.h"

#include <string.h>

#include "base/shoal-base-bytes.h"

/* Hosts are counted in this many groups, by a keyed hash. */
#define N_HOST_GROUPS 4096

/* When the table is nearly full, no group of hosts may hold more than this part of it. */
#define HOST_SHARE 64

typedef struct
{
  ShoalSwarmKey       info_hash;
  guint32             n_downloaded;
  ShoalTrackerdRoster ipv4;
  ShoalTrackerdRoster ipv6;
} Swarm;

struct _ShoalTrackerdTable
{
  ShoalTrackerdTableLimits limits;
  ShoalTrackerdKey         key;
  ShoalBaseRandom          random;
  GPtrArray               *swarms; /* owned, of Swarm */
  ShoalTrackerdIndex       index;  /* of swarms, by info-hash */
  guint32                 *hosts;  /* owned: entries of each group of hosts */
  guint                    n_peers;
  guint                    n_seeds;
  guint                    cursor;      /* of the sweep: a swarm … */
  guint                    peer_cursor; /* … and how far in it, both families after another */

  guint is_restricted : 1;
};

static Swarm *
swarm_at (const ShoalTrackerdTable *self, guint place)
{
  return g_ptr_array_index (self->swarms, place);
}

static void
free_swarm (gpointer data)
{
  Swarm *swarm = data;

  shoal_trackerd_roster_clear (&swarm->ipv4);
  shoal_trackerd_roster_clear (&swarm->ipv6);
  g_free (swarm);
}

static guint32
hash_swarm (gconstpointer owner, guint32 place)
{
  const ShoalTrackerdTable *self = owner;

  return (guint32) shoal_trackerd_hash (&self->key, &swarm_at (self, place)->info_hash, 20);
}

static gboolean
matches_swarm (gconstpointer owner, guint32 place, gconstpointer key)
{
  return shoal_sha1_equal (&swarm_at (owner, place)->info_hash, key);
}

static const ShoalTrackerdIndexOps index_ops = { hash_swarm, matches_swarm };

static guint32
find_place (const ShoalTrackerdTable *self, const ShoalSwarmKey *info_hash)
{
  guint32 hash = (guint32) shoal_trackerd_hash (&self->key, info_hash, sizeof *info_hash);

  return shoal_trackerd_index_find (&self->index, hash, info_hash, &index_ops, self);
}

static Swarm *
find_swarm (const ShoalTrackerdTable *self, const ShoalSwarmKey *info_hash)
{
  guint32 place = find_place (self, info_hash);

  return place != SHOAL_TRACKERD_INDEX_NONE ? swarm_at (self, place) : NULL;
}

static Swarm *
add_swarm (ShoalTrackerdTable *self, const ShoalSwarmKey *info_hash)
{
  Swarm *swarm = g_new0 (Swarm, 1);

  swarm->info_hash = *info_hash;
  g_ptr_array_add (self->swarms, swarm);
  shoal_trackerd_index_add (&self->index, self->swarms->len - 1, &index_ops, self);
  return swarm;
}

static gboolean
is_needless (const ShoalTrackerdTable *self, const Swarm *swarm)
{
  return swarm->ipv4.n + swarm->ipv6.n == 0 && !self->is_restricted;
}

static void
remove_swarm (ShoalTrackerdTable *self, guint place)
{
  guint last = self->swarms->len - 1;

  shoal_trackerd_index_remove (&self->index, place, &index_ops, self);
  if (place != last)
    shoal_trackerd_index_move (&self->index, hash_swarm (self, last), last, place);
  g_ptr_array_remove_index_fast (self->swarms, place);
}

ShoalTrackerdTable *
shoal_trackerd_table_new (const ShoalTrackerdTableLimits *limits)
{
  ShoalTrackerdTable *self = g_new0 (ShoalTrackerdTable, 1);

  self->limits = *limits;
  shoal_trackerd_key_init (&self->key);
  shoal_base_random_init_secure (&self->random);
  self->swarms = g_ptr_array_new_with_free_func (free_swarm);
  self->hosts = g_new0 (guint32, N_HOST_GROUPS);
  return self;
}

void
shoal_trackerd_table_free (ShoalTrackerdTable *self)
{
  shoal_trackerd_index_clear (&self->index);
  g_ptr_array_unref (self->swarms);
  g_free (self->hosts);
  g_free (self);
}

void
shoal_trackerd_table_allow (ShoalTrackerdTable *self, const ShoalSwarmKey *info_hash)
{
  self->is_restricted = TRUE;
  if (find_swarm (self, info_hash) == NULL)
    add_swarm (self, info_hash);
}

/* A host has one IPv4 address, or a /64 of IPv6. */
static guint32 *
host_group (ShoalTrackerdTable *self, int family, const guint8 ip[16])
{
  return &self->hosts[shoal_trackerd_hash (&self->key, ip, family == AF_INET ? 4 : 8) %
                      N_HOST_GROUPS];
}

/* One host must not be able to fill the table; this machine itself is trusted. */
static gboolean
has_room_for (ShoalTrackerdTable *self, const ShoalBaseAddress *peer, ShoalBasePolicyKind kind)
{
  guint limit = self->limits.max_peers;

  if (self->n_peers >= limit)
    return FALSE;
  return kind == SHOAL_BASE_POLICY_KIND_LOOPBACK || self->n_peers < limit - limit / 8 ||
         *host_group (self, peer->family, peer->ip) <= limit / HOST_SHARE;
}

static guint32
make_tag (const ShoalTrackerdTable *self, const ShoalCodecTrackerAnnounce *announce)
{
  guint8 key[4];

  if (!announce->has_key)
    return (guint32) shoal_trackerd_hash (&self->key, &announce->peer_id, sizeof (ShoalPeerId));
  shoal_base_write_be32 (key, announce->key);
  return (guint32) shoal_trackerd_hash (&self->key, key, sizeof key);
}

static guint32
oldest_alive (const ShoalTrackerdTable *self, guint32 now_sec)
{
  guint64 lifetime = 2 * (guint64) self->limits.interval_sec + 60;

  return now_sec > lifetime ? (guint32) (now_sec - lifetime) : 0;
}

static void
remove_peer (ShoalTrackerdTable *self, Swarm *swarm, ShoalTrackerdRoster *roster, guint32 place)
{
  const ShoalTrackerdPeer *peer = &roster->peers[place];

  --*host_group (self, roster == &swarm->ipv4 ? AF_INET : AF_INET6, peer->ip);
  self->n_peers--;
  self->n_seeds -= peer->is_seed;
  shoal_trackerd_roster_remove (roster, &self->key, place);
}

static void
add_peer (ShoalTrackerdTable              *self,
          Swarm                           *swarm,
          const ShoalCodecTrackerAnnounce *announce,
          const ShoalBaseAddress          *address,
          guint32                          now_sec)
{
  ShoalTrackerdRoster *roster = address->family == AF_INET ? &swarm->ipv4 : &swarm->ipv6;
  ShoalTrackerdPeer    peer = {
       .peer_id = announce->peer_id,
       .tag = make_tag (self, announce),
       .seen_sec = now_sec,
       .port = address->port,
       .kind = (guint8) shoal_base_policy_classify (address),
       .is_seed = announce->left == 0,
  };

  memcpy (peer.ip, address->ip, 16);
  shoal_trackerd_roster_add (roster, &self->key, &peer);
  ++*host_group (self, address->family, address->ip);
  self->n_peers++;
  self->n_seeds += peer.is_seed;
}

static void
update_peer (ShoalTrackerdTable              *self,
             Swarm                           *swarm,
             ShoalTrackerdRoster             *roster,
             guint32                          place,
             const ShoalCodecTrackerAnnounce *announce)
{
  gboolean was_seed = roster->peers[place].is_seed;
  gboolean is_seed = announce->left == 0;

  if (!was_seed && is_seed && announce->event == SHOAL_CODEC_TRACKER_EVENT_COMPLETED)
    swarm->n_downloaded++;
  self->n_seeds += (guint) is_seed - (guint) was_seed;
  shoal_trackerd_roster_set_seed (roster, &self->key, place, is_seed);
}

/* Changes the entry at @place if it is @announce's to change. */
static void
refresh_peer (ShoalTrackerdTable              *self,
              Swarm                           *swarm,
              ShoalTrackerdRoster             *roster,
              guint32                          place,
              const ShoalCodecTrackerAnnounce *announce,
              guint32                          now_sec)
{
  ShoalTrackerdPeer *peer = &roster->peers[place];
  guint32            tag = make_tag (self, announce);

  if (peer->tag != tag && now_sec - peer->seen_sec <= self->limits.interval_sec + 60)
    return;
  if (announce->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    {
      remove_peer (self, swarm, roster, place);
      return;
    }
  peer->tag = tag;
  peer->peer_id = announce->peer_id;
  peer->seen_sec = now_sec;
  update_peer (self, swarm, roster, place, announce);
}

static Swarm *
note_announce (ShoalTrackerdTable              *self,
               Swarm                           *swarm,
               const ShoalCodecTrackerAnnounce *announce,
               const ShoalBaseAddress          *peer,
               guint32                          now_sec)
{
  if (swarm != NULL)
    {
      ShoalTrackerdRoster *roster = peer->family == AF_INET ? &swarm->ipv4 : &swarm->ipv6;
      guint32              place = shoal_trackerd_roster_find (roster, &self->key, peer);

      if (place != SHOAL_TRACKERD_ROSTER_NONE)
        {
          refresh_peer (self, swarm, roster, place, announce, now_sec);
          return swarm;
        }
    }
  if (peer->port == 0 || announce->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED ||
      !has_room_for (self, peer, shoal_base_policy_classify (peer)))
    return swarm;
  if (swarm == NULL)
    swarm = add_swarm (self, &announce->info_hash);
  add_peer (self, swarm, announce, peer, now_sec);
  return swarm;
}

static void
pick_peers (ShoalTrackerdTable              *self,
            const Swarm                     *swarm,
            const ShoalCodecTrackerAnnounce *announce,
            const ShoalTrackerdAsker        *asker,
            ShoalTrackerdTableReply         *out)
{
  gboolean                   is_ipv4 = asker->address->family == AF_INET;
  const ShoalTrackerdRoster *same = is_ipv4 ? &swarm->ipv4 : &swarm->ipv6;
  const ShoalTrackerdRoster *other = is_ipv4 ? &swarm->ipv6 : &swarm->ipv4;
  guint                      want =
      announce->num_want < 0 ? SHOAL_TRACKERD_TABLE_DEFAULT_WANT : (guint) announce->num_want;

  if (announce->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    return;
  want = MIN (want, SHOAL_TRACKERD_TABLE_MAX_WANT);
  out->n_same = shoal_trackerd_roster_pick (same, asker, &self->random, out->peers, want);
  out->n_other = shoal_trackerd_roster_pick (
      other, asker, &self->random, out->peers + out->n_same, want - out->n_same);
}

gboolean
shoal_trackerd_table_announce (ShoalTrackerdTable              *self,
                               const ShoalCodecTrackerAnnounce *announce,
                               const ShoalBaseAddress          *peer,
                               guint32                          now_sec,
                               ShoalTrackerdTableReply         *out)
{
  Swarm             *swarm = find_swarm (self, &announce->info_hash);
  ShoalTrackerdAsker asker = {
    .address = peer,
    .kind = shoal_base_policy_classify (peer),
    .oldest_sec = oldest_alive (self, now_sec),
    .is_seed = announce->left == 0,
  };

  out->n_same = out->n_other = out->n_seeds = out->n_leechers = out->n_downloaded = 0;
  if (swarm == NULL && self->is_restricted)
    return FALSE;
  swarm = note_announce (self, swarm, announce, peer, now_sec);
  if (swarm == NULL)
    return TRUE;
  out->n_leechers = swarm->ipv4.n_leechers + swarm->ipv6.n_leechers;
  out->n_seeds = swarm->ipv4.n + swarm->ipv6.n - out->n_leechers;
  out->n_downloaded = swarm->n_downloaded;
  pick_peers (self, swarm, announce, &asker, out);
  if (is_needless (self, swarm))
    remove_swarm (self, find_place (self, &announce->info_hash));
  return TRUE;
}

static void
count_swarm (const Swarm *swarm, ShoalCodecTrackerCounts *out)
{
  out->incomplete = swarm->ipv4.n_leechers + swarm->ipv6.n_leechers;
  out->complete = swarm->ipv4.n + swarm->ipv6.n - out->incomplete;
  out->downloaded = swarm->n_downloaded;
}

gboolean
shoal_trackerd_table_scrape (const ShoalTrackerdTable *self,
                             const ShoalSwarmKey      *info_hash,
                             ShoalCodecTrackerCounts  *out)
{
  const Swarm *swarm = find_swarm (self, info_hash);

  *out = (ShoalCodecTrackerCounts){ 0 };
  if (swarm == NULL)
    return FALSE;
  count_swarm (swarm, out);
  return TRUE;
}

/* Looks at peers of @swarm from self->peer_cursor on; returns how many. The cursor is 0 again when
 * the swarm is through. Removal moves the last peer into the gap, so those left are looked at from
 * the end downwards. */
static guint
sweep_swarm (ShoalTrackerdTable *self, Swarm *swarm, guint32 oldest_sec, guint budget)
{
  guint total = swarm->ipv4.n + swarm->ipv6.n;
  guint left = self->peer_cursor > 0 ? MIN (self->peer_cursor, total) : total;
  guint looked = 0;

  for (; left > 0 && looked < budget; left--, looked++)
    {
      gboolean             is_ipv4 = left <= swarm->ipv4.n;
      ShoalTrackerdRoster *roster = is_ipv4 ? &swarm->ipv4 : &swarm->ipv6;
      guint32              place = is_ipv4 ? left - 1 : left - 1 - swarm->ipv4.n;

      if (roster->peers[place].seen_sec < oldest_sec)
        remove_peer (self, swarm, roster, place);
    }
  self->peer_cursor = left;
  return looked;
}

void
shoal_trackerd_table_sweep (ShoalTrackerdTable *self, guint32 now_sec, guint budget)
{
  guint32 oldest_sec = oldest_alive (self, now_sec);
  guint   looked = 0;
  guint   n_swarms = self->swarms->len;

  while (looked < budget && n_swarms-- > 0)
    {
      Swarm *swarm;

      if (self->cursor >= self->swarms->len)
        self->cursor = 0;
      swarm = swarm_at (self, self->cursor);
      looked += 1 + sweep_swarm (self, swarm, oldest_sec, budget - looked);
      if (self->peer_cursor > 0)
        return;
      if (is_needless (self, swarm))
        remove_swarm (self, self->cursor);
      else
        self->cursor++;
    }
}

guint
shoal_trackerd_table_get_sweep_budget (const ShoalTrackerdTable *self)
{
  guint64 total = (guint64) self->n_peers + self->swarms->len;

  return (guint) (1000 + 2 * total / MAX (1, self->limits.interval_sec));
}

guint
shoal_trackerd_table_get_n_swarms (const ShoalTrackerdTable *self)
{
  return self->swarms->len;
}

guint
shoal_trackerd_table_get_n_peers (const ShoalTrackerdTable *self)
{
  return self->n_peers;
}

guint
shoal_trackerd_table_get_n_seeds (const ShoalTrackerdTable *self)
{
  return self->n_seeds;
}

static int
compare_rows (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (ShoalSwarmKey));
}

GArray *
shoal_trackerd_table_dup_rows (const ShoalTrackerdTable *self, guint max)
{
  GArray *rows = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTrackerScrapeRow));
  guint   i;

  for (i = 0; i < MIN (max, self->swarms->len); i++)
    {
      ShoalCodecTrackerScrapeRow row = { .info_hash = swarm_at (self, i)->info_hash };

      count_swarm (swarm_at (self, i), &row.counts);
      g_array_append_val (rows, row);
    }
  g_array_sort (rows, compare_rows);
  return rows;
}

G_STATIC_ASSERT (G_STRUCT_OFFSET (ShoalCodecTrackerScrapeRow, info_hash) == 0);
