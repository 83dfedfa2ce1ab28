/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-table-private.h"

#include <string.h>

#include "base/shoal-base-invariant.h"

/* Far nodes are cheap to have many of, and each doubling saves a lookup one bit of its way:
 * buckets hold so many, from the furthest on; all others SHOAL_DISCOVER_DHT_K. */
static const guint far_capacities[] = { 64, 32, 16 };

/* Failures in a row after which a node goes though nobody takes its place: where the network is
 * gone, all fail, and are needed when it is back. */
#define GONE_FAILURES 12

/* Nodes of a bucket that wait for a place. */
#define MAX_SPARES 8

static guint
get_capacity (guint bucket)
{
  return bucket < G_N_ELEMENTS (far_capacities) ? far_capacities[bucket] : SHOAL_DISCOVER_DHT_K;
}

static void
add_bucket (ShoalDiscoverDhtTable *self)
{
  ShoalDiscoverDhtBucket *bucket = &self->buckets[self->n_buckets++];

  bucket->live = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
  bucket->spares = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
}

static void
clear_buckets (ShoalDiscoverDhtTable *self)
{
  while (self->n_buckets > 0)
    {
      ShoalDiscoverDhtBucket *bucket = &self->buckets[--self->n_buckets];

      g_clear_pointer (&bucket->live, g_array_unref);
      g_clear_pointer (&bucket->spares, g_array_unref);
    }
}

ShoalDiscoverDhtTable *
shoal_discover_dht_table_new (const ShoalSha1 *own_id)
{
  ShoalDiscoverDhtTable *self = g_new0 (ShoalDiscoverDhtTable, 1);

  self->own_id = *own_id;
  add_bucket (self);
  return self;
}

void
shoal_discover_dht_table_free (ShoalDiscoverDhtTable *self)
{
  clear_buckets (self);
  g_free (self);
}

static gboolean
find_in (const GArray *contacts, const ShoalBaseAddress *address, guint *index)
{
  for (*index = 0; *index < contacts->len; ++*index)
    if (shoal_base_address_equal (&shoal_discover_dht_table_get_contact (contacts, *index)->address,
                                  address))
      return TRUE;
  return FALSE;
}

static ShoalDiscoverDhtContact *
find_live (ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address, guint *bucket)
{
  guint i;

  for (*bucket = 0; *bucket < self->n_buckets; ++*bucket)
    if (find_in (self->buckets[*bucket].live, address, &i))
      return shoal_discover_dht_table_get_contact (self->buckets[*bucket].live, i);
  return NULL;
}

static void
forget_spare (ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address)
{
  guint bucket, i;

  for (bucket = 0; bucket < self->n_buckets; bucket++)
    if (find_in (self->buckets[bucket].spares, address, &i))
      g_array_remove_index (self->buckets[bucket].spares, i);
}

static const ShoalDiscoverDhtContact *
find_host (const ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address, guint *bucket)
{
  guint i;

  for (*bucket = 0; *bucket < self->n_buckets; ++*bucket)
    for (i = 0; i < self->buckets[*bucket].live->len; i++)
      {
        const ShoalDiscoverDhtContact *contact =
            shoal_discover_dht_table_get_contact (self->buckets[*bucket].live, i);

        if (shoal_discover_dht_id_is_same_host (&contact->address, address))
          return contact;
      }
  return NULL;
}

/* A host that moved to another port is welcome there once it is gone from the old one. */
static gboolean
is_host_known (const ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address)
{
  guint                          bucket;
  const ShoalDiscoverDhtContact *contact = find_host (self, address, &bucket);

  return contact != NULL && !shoal_discover_dht_table_is_bad (contact);
}

static gboolean
is_network_known (const GArray *contacts, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < contacts->len; i++)
    {
      const ShoalDiscoverDhtContact *contact = shoal_discover_dht_table_get_contact (contacts, i);

      if (!shoal_discover_dht_table_is_bad (contact) &&
          shoal_discover_dht_id_is_same_network (&contact->address, address))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_admissible (const ShoalDiscoverDhtTable   *self,
               guint                          bucket,
               const ShoalDiscoverDhtContact *contact)
{
  return !shoal_sha1_equal (&contact->id, &self->own_id) &&
         !is_host_known (self, &contact->address) &&
         !is_network_known (self->buckets[bucket].live, &contact->address);
}

/* Whose place @contact takes: a bad one's, or that of the slowest that does not follow BEP 42 as it
 * does. */
static ShoalDiscoverDhtContact *
find_loser (const ShoalDiscoverDhtBucket *bucket, const ShoalDiscoverDhtContact *contact)
{
  ShoalDiscoverDhtContact *loser = NULL;
  guint                    i;

  for (i = 0; i < bucket->live->len; i++)
    {
      ShoalDiscoverDhtContact *other = shoal_discover_dht_table_get_contact (bucket->live, i);

      if (shoal_discover_dht_table_is_bad (other))
        return other;
      if (contact->is_compliant && !other->is_compliant &&
          (loser == NULL || other->rtt_ms > loser->rtt_ms))
        loser = other;
    }
  return loser;
}

static void
keep_spare (ShoalDiscoverDhtBucket *bucket, const ShoalDiscoverDhtContact *contact)
{
  guint i;

  if (find_in (bucket->spares, &contact->address, &i))
    g_array_remove_index (bucket->spares, i);
  if (bucket->spares->len == MAX_SPARES)
    g_array_remove_index (bucket->spares, 0);
  g_array_append_vals (bucket->spares, contact, 1);
}

/* Where it was before it moved. */
static void
remove_host (ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address)
{
  guint                          bucket;
  const ShoalDiscoverDhtContact *contact = find_host (self, address, &bucket);
  GArray                        *live;

  if (contact == NULL)
    return;
  live = self->buckets[bucket].live;
  g_array_remove_index (live, (guint) (contact - shoal_discover_dht_table_get_contact (live, 0)));
}

static void admit (ShoalDiscoverDhtTable *self, const ShoalDiscoverDhtContact *contact);

/* The last bucket becomes two. Those that belong into the new one, which may have less room, come
 * in like anybody. */
static void
split (ShoalDiscoverDhtTable *self)
{
  guint                   last = self->n_buckets - 1;
  ShoalDiscoverDhtBucket *old = &self->buckets[last];
  GArray                 *kinds[] = { old->live, old->spares };
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
  guint kind, i;

  add_bucket (self);
  for (kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (i = 0; i < kinds[kind]->len;)
      {
        ShoalDiscoverDhtContact *contact = shoal_discover_dht_table_get_contact (kinds[kind], i);

        if (shoal_discover_dht_table_get_place (self, &contact->id) == last)
          {
            i++;
            continue;
          }
        g_array_append_vals (moved, contact, 1);
        g_array_remove_index (kinds[kind], i);
      }
  for (i = 0; i < moved->len; i++)
    admit (self, shoal_discover_dht_table_get_contact (moved, i));
}

static void
admit (ShoalDiscoverDhtTable *self, const ShoalDiscoverDhtContact *contact)
{
  if (is_host_known (self, &contact->address))
    return;
  remove_host (self, &contact->address);
  for (;;)
    {
      guint                    place = shoal_discover_dht_table_get_place (self, &contact->id);
      ShoalDiscoverDhtBucket  *bucket = &self->buckets[place];
      ShoalDiscoverDhtContact *loser;

      if (!is_admissible (self, place, contact))
        return;
      if (bucket->live->len < get_capacity (place))
        {
          g_array_append_vals (bucket->live, contact, 1);
          return;
        }
      if (place == self->n_buckets - 1 && self->n_buckets < SHOAL_DISCOVER_DHT_MAX_BUCKETS)
        {
          split (self);
          continue;
        }
      loser = find_loser (bucket, contact);
      if (loser != NULL)
        *loser = *contact;
      else
        keep_spare (bucket, contact);
      return;
    }
}

/* A place is free: the spare that was heard of last gets it. */
static void
fill_place (ShoalDiscoverDhtTable *self, guint place)
{
  ShoalDiscoverDhtBucket *bucket = &self->buckets[place];

  while (bucket->spares->len > 0 && bucket->live->len < get_capacity (place))
    {
      ShoalDiscoverDhtContact spare =
          *shoal_discover_dht_table_get_contact (bucket->spares, bucket->spares->len - 1);

      g_array_set_size (bucket->spares, bucket->spares->len - 1);
      if (is_admissible (self, place, &spare))
        g_array_append_val (bucket->live, spare);
    }
}

static void
evict (ShoalDiscoverDhtTable *self, guint bucket, ShoalDiscoverDhtContact *contact)
{
  GArray *live = self->buckets[bucket].live;

  g_array_remove_index (live, (guint) (contact - shoal_discover_dht_table_get_contact (live, 0)));
  fill_place (self, bucket);
}

void
shoal_discover_dht_table_on_reply (ShoalDiscoverDhtTable  *self,
                                   const ShoalSha1        *id,
                                   const ShoalBaseAddress *address,
                                   guint                   rtt_ms,
                                   gint64                  now_usec)
{
  guint                    bucket;
  ShoalDiscoverDhtContact *known = find_live (self, address, &bucket);
  ShoalDiscoverDhtContact  contact = { .id = *id,
                                       .address = *address,
                                       .replied_usec = now_usec,
                                       .asked_usec = now_usec,
                                       .rtt_ms = rtt_ms };

  SHOAL_INVARIANT (shoal_discover_dht_table_check (self));
  if (known == NULL)
    {
      contact.is_compliant = shoal_discover_dht_id_is_compliant (id, address);
      forget_spare (self, address);
      admit (self, &contact);
    }
  else if (!shoal_sha1_equal (&known->id, id))
    evict (self, bucket, known);
  else
    {
      known->replied_usec = now_usec;
      known->rtt_ms = known->rtt_ms == 0 ? rtt_ms : (3 * known->rtt_ms + rtt_ms) / 4;
      known->n_failures = 0;
    }
}

gboolean
shoal_discover_dht_table_has_place (ShoalDiscoverDhtTable  *self,
                                    const ShoalSha1        *id,
                                    const ShoalBaseAddress *address)
{
  guint                         place = shoal_discover_dht_table_get_place (self, id);
  const ShoalDiscoverDhtBucket *bucket = &self->buckets[place];
  ShoalDiscoverDhtContact       contact = { .id = *id, .address = *address };

  contact.is_compliant = shoal_discover_dht_id_is_compliant (id, address);
  return is_admissible (self, place, &contact) &&
         (bucket->live->len < get_capacity (place) || place == self->n_buckets - 1 ||
          find_loser (bucket, &contact) != NULL);
}

gboolean
shoal_discover_dht_table_on_query (ShoalDiscoverDhtTable  *self,
                                   const ShoalSha1        *id,
                                   const ShoalBaseAddress *address,
                                   gint64                  now_usec)
{
  guint                    bucket;
  ShoalDiscoverDhtContact *known = find_live (self, address, &bucket);

  if (known == NULL)
    return shoal_discover_dht_table_has_place (self, id, address);
  if (shoal_sha1_equal (&known->id, id))
    known->queried_usec = now_usec;
  return FALSE;
}

void
shoal_discover_dht_table_on_asked (ShoalDiscoverDhtTable  *self,
                                   const ShoalBaseAddress *address,
                                   gint64                  now_usec)
{
  guint                    bucket;
  ShoalDiscoverDhtContact *known = find_live (self, address, &bucket);

  if (known != NULL)
    known->asked_usec = now_usec;
}

void
shoal_discover_dht_table_on_failure (ShoalDiscoverDhtTable  *self,
                                     const ShoalBaseAddress *address,
                                     gint64                  now_usec)
{
  guint                    bucket;
  ShoalDiscoverDhtContact *known = find_live (self, address, &bucket);

  forget_spare (self, address);
  if (known == NULL)
    return;
  known->n_failures++;
  if ((shoal_discover_dht_table_is_bad (known) && self->buckets[bucket].spares->len > 0) ||
      known->n_failures >= GONE_FAILURES)
    evict (self, bucket, known);
}

void
shoal_discover_dht_table_restore (ShoalDiscoverDhtTable  *self,
                                  const ShoalSha1        *id,
                                  const ShoalBaseAddress *address)
{
  ShoalDiscoverDhtContact contact = { .id = *id, .address = *address };

  contact.is_compliant = shoal_discover_dht_id_is_compliant (id, address);
  admit (self, &contact);
}

void
shoal_discover_dht_table_set_own_id (ShoalDiscoverDhtTable *self, const ShoalSha1 *own_id)
{
  g_autoptr (GArray) all = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
  guint bucket, i;

  for (bucket = 0; bucket < self->n_buckets; bucket++)
    {
      const ShoalDiscoverDhtBucket *old = &self->buckets[bucket];

      g_array_append_vals (all, old->live->data, old->live->len);
      g_array_append_vals (all, old->spares->data, old->spares->len);
    }
  clear_buckets (self);
  self->own_id = *own_id;
  add_bucket (self);
  for (i = 0; i < all->len; i++)
    admit (self, shoal_discover_dht_table_get_contact (all, i));
}

void
shoal_discover_dht_table_check (const ShoalDiscoverDhtTable *self)
{
  guint bucket, i;

  g_assert (self->n_buckets >= 1 && self->n_buckets <= SHOAL_DISCOVER_DHT_MAX_BUCKETS);
  for (bucket = 0; bucket < self->n_buckets; bucket++)
    {
      const ShoalDiscoverDhtBucket *checked = &self->buckets[bucket];

      g_assert (checked->live->len <= get_capacity (bucket));
      g_assert (checked->spares->len <= MAX_SPARES);
      for (i = 0; i < checked->live->len; i++)
        g_assert (shoal_discover_dht_table_get_place (
                      self, &shoal_discover_dht_table_get_contact (checked->live, i)->id) ==
                  bucket);
    }
}
