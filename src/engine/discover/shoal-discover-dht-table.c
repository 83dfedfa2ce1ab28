/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-table.h"

#include <string.h>

#include "base/shoal-base-invariant.h"

/* Far nodes are cheap to have many of, and each doubling saves a lookup one bit of its way:
 * buckets hold so many, from the furthest on; all others SHOAL_DISCOVER_DHT_K. */
static const guint far_capacities[] = { 64, 32, 16 };

#define MAX_BUCKETS SHOAL_DISCOVER_DHT_ID_BITS

/* Nodes of a bucket that wait for a place. */
#define MAX_SPARES 8

/* Failures in a row after which a node is bad; after which it goes though nobody takes its place:
 * where the network is gone, all fail, and are needed when it is back. */
#define BAD_FAILURES  2
#define GONE_FAILURES 12

/* Known nodes are asked this long after the last sign of them, a little before they stop being
 * good; bad ones at most so often. */
#define STALE_USEC     (12 * 60 * (gint64) G_USEC_PER_SEC)
#define RETRY_BAD_USEC (3 * 60 * (gint64) G_USEC_PER_SEC)

/* One that has just failed is asked once more soon: one packet may be lost. */
#define RETRY_USEC (20 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  GArray *live;   /* owned, of ShoalDiscoverDhtContact */
  GArray *spares; /* owned, the same, the newest last */
} Bucket;

struct _ShoalDiscoverDhtTable
{
  ShoalSha1 own_id;
  Bucket    buckets[MAX_BUCKETS]; /* the last in use holds all that share more */
  guint     n_buckets;
};

static ShoalDiscoverDhtContact *
get_contact (const GArray *contacts, guint i)
{
  return &g_array_index (contacts, ShoalDiscoverDhtContact, i);
}

static guint
get_capacity (guint bucket)
{
  return bucket < G_N_ELEMENTS (far_capacities) ? far_capacities[bucket] : SHOAL_DISCOVER_DHT_K;
}

static void
add_bucket (ShoalDiscoverDhtTable *self)
{
  Bucket *bucket = &self->buckets[self->n_buckets++];

  bucket->live = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
  bucket->spares = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
}

static void
clear_buckets (ShoalDiscoverDhtTable *self)
{
  while (self->n_buckets > 0)
    {
      Bucket *bucket = &self->buckets[--self->n_buckets];

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

ShoalDiscoverDhtStanding
shoal_discover_dht_contact_get_standing (const ShoalDiscoverDhtContact *contact, gint64 now_usec)
{
  gint64 seen_usec = MAX (contact->replied_usec, contact->queried_usec);

  if (contact->n_failures >= BAD_FAILURES)
    return SHOAL_DISCOVER_DHT_BAD;
  if (contact->replied_usec == 0 || contact->n_failures > 0 ||
      now_usec - seen_usec > SHOAL_DISCOVER_DHT_GOOD_USEC)
    return SHOAL_DISCOVER_DHT_QUESTIONABLE;
  return SHOAL_DISCOVER_DHT_GOOD;
}

static gboolean
is_sure (const ShoalDiscoverDhtContact *contact)
{
  return contact->replied_usec != 0 && contact->n_failures == 0;
}

static gboolean
is_bad (const ShoalDiscoverDhtContact *contact)
{
  return contact->n_failures >= BAD_FAILURES;
}

static guint
get_place (const ShoalDiscoverDhtTable *self, const ShoalSha1 *id)
{
  return MIN (shoal_discover_dht_id_get_shared (&self->own_id, id), self->n_buckets - 1);
}

static gboolean
find_in (const GArray *contacts, const ShoalBaseAddress *address, guint *index)
{
  for (*index = 0; *index < contacts->len; ++*index)
    if (shoal_base_address_equal (&get_contact (contacts, *index)->address, address))
      return TRUE;
  return FALSE;
}

static ShoalDiscoverDhtContact *
find_live (ShoalDiscoverDhtTable *self, const ShoalBaseAddress *address, guint *bucket)
{
  guint i;

  for (*bucket = 0; *bucket < self->n_buckets; ++*bucket)
    if (find_in (self->buckets[*bucket].live, address, &i))
      return get_contact (self->buckets[*bucket].live, i);
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
        const ShoalDiscoverDhtContact *contact = get_contact (self->buckets[*bucket].live, i);

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

  return contact != NULL && !is_bad (contact);
}

static gboolean
is_network_known (const GArray *contacts, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < contacts->len; i++)
    {
      const ShoalDiscoverDhtContact *contact = get_contact (contacts, i);

      if (!is_bad (contact) && shoal_discover_dht_id_is_same_network (&contact->address, address))
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
find_loser (const Bucket *bucket, const ShoalDiscoverDhtContact *contact)
{
  ShoalDiscoverDhtContact *loser = NULL;
  guint                    i;

  for (i = 0; i < bucket->live->len; i++)
    {
      ShoalDiscoverDhtContact *other = get_contact (bucket->live, i);

      if (is_bad (other))
        return other;
      if (contact->is_compliant && !other->is_compliant &&
          (loser == NULL || other->rtt_ms > loser->rtt_ms))
        loser = other;
    }
  return loser;
}

static void
keep_spare (Bucket *bucket, const ShoalDiscoverDhtContact *contact)
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
  g_array_remove_index (live, (guint) (contact - get_contact (live, 0)));
}

static void admit (ShoalDiscoverDhtTable *self, const ShoalDiscoverDhtContact *contact);

/* The last bucket becomes two. Those that belong into the new one, which may have less room, come
 * in like anybody. */
static void
split (ShoalDiscoverDhtTable *self)
{
  guint   last = self->n_buckets - 1;
  Bucket *old = &self->buckets[last];
  GArray *kinds[] = { old->live, old->spares };
  g_autoptr (GArray) moved = g_array_new (FALSE, FALSE, sizeof (ShoalDiscoverDhtContact));
  guint kind, i;

  add_bucket (self);
  for (kind = 0; kind < G_N_ELEMENTS (kinds); kind++)
    for (i = 0; i < kinds[kind]->len;)
      {
        ShoalDiscoverDhtContact *contact = get_contact (kinds[kind], i);

        if (get_place (self, &contact->id) == last)
          {
            i++;
            continue;
          }
        g_array_append_vals (moved, contact, 1);
        g_array_remove_index (kinds[kind], i);
      }
  for (i = 0; i < moved->len; i++)
    admit (self, get_contact (moved, i));
}

static void
admit (ShoalDiscoverDhtTable *self, const ShoalDiscoverDhtContact *contact)
{
  if (is_host_known (self, &contact->address))
    return;
  remove_host (self, &contact->address);
  for (;;)
    {
      guint                    place = get_place (self, &contact->id);
      Bucket                  *bucket = &self->buckets[place];
      ShoalDiscoverDhtContact *loser;

      if (!is_admissible (self, place, contact))
        return;
      if (bucket->live->len < get_capacity (place))
        {
          g_array_append_vals (bucket->live, contact, 1);
          return;
        }
      if (place == self->n_buckets - 1 && self->n_buckets < MAX_BUCKETS)
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
  Bucket *bucket = &self->buckets[place];

  while (bucket->spares->len > 0 && bucket->live->len < get_capacity (place))
    {
      ShoalDiscoverDhtContact spare = *get_contact (bucket->spares, bucket->spares->len - 1);

      g_array_set_size (bucket->spares, bucket->spares->len - 1);
      if (is_admissible (self, place, &spare))
        g_array_append_val (bucket->live, spare);
    }
}

static void
evict (ShoalDiscoverDhtTable *self, guint bucket, ShoalDiscoverDhtContact *contact)
{
  GArray *live = self->buckets[bucket].live;

  g_array_remove_index (live, (guint) (contact - get_contact (live, 0)));
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
  guint                   place = get_place (self, id);
  const Bucket           *bucket = &self->buckets[place];
  ShoalDiscoverDhtContact contact = { .id = *id, .address = *address };

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
  if ((is_bad (known) && self->buckets[bucket].spares->len > 0) ||
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
      const Bucket *old = &self->buckets[bucket];

      g_array_append_vals (all, old->live->data, old->live->len);
      g_array_append_vals (all, old->spares->data, old->spares->len);
    }
  clear_buckets (self);
  self->own_id = *own_id;
  add_bucket (self);
  for (i = 0; i < all->len; i++)
    admit (self, get_contact (all, i));
}

/* What is looked for, while the closest are gathered. */
typedef struct
{
  const ShoalSha1                *target;
  const ShoalDiscoverDhtContact **out;
  guint                           n;
  guint                           max;
  gboolean                        only_sure;
  gboolean                        with_bad;
} Gathering;

static void
gather_one (Gathering *gathering, const ShoalDiscoverDhtContact *contact)
{
  guint i = gathering->n;

  if (gathering->only_sure ? !is_sure (contact) : is_bad (contact) && !gathering->with_bad)
    return;
  while (i > 0 && shoal_discover_dht_id_compare (
                      gathering->target, &contact->id, &gathering->out[i - 1]->id) < 0)
    {
      if (i < gathering->max)
        gathering->out[i] = gathering->out[i - 1];
      i--;
    }
  if (i < gathering->max)
    gathering->out[i] = contact;
  gathering->n = MIN (gathering->n + 1, gathering->max);
}

static void
gather (Gathering *gathering, const Bucket *bucket)
{
  guint i;

  for (i = 0; i < bucket->live->len; i++)
    gather_one (gathering, get_contact (bucket->live, i));
}

/* The bucket of the target is the closest to it, then come all nearer to us, which are equally far
 * from it, then one by one those further from us. */
static void
gather_by_distance (ShoalDiscoverDhtTable *self, Gathering *gathering)
{
  guint place = get_place (self, gathering->target);
  guint i;

  gather (gathering, &self->buckets[place]);
  if (gathering->n < gathering->max)
    for (i = place + 1; i < self->n_buckets; i++)
      gather (gathering, &self->buckets[i]);
  for (i = place; i-- > 0 && gathering->n < gathering->max;)
    gather (gathering, &self->buckets[i]);
}

guint
shoal_discover_dht_table_find_closest (ShoalDiscoverDhtTable          *self,
                                       const ShoalSha1                *target,
                                       gboolean                        only_sure,
                                       const ShoalDiscoverDhtContact **out,
                                       guint                           max)
{
  Gathering gathering = { .target = target, .out = out, .max = max, .only_sure = only_sure };

  gather_by_distance (self, &gathering);
  if (gathering.n == 0 && !only_sure)
    {
      gathering.with_bad = TRUE;
      gather_by_distance (self, &gathering);
    }
  return gathering.n;
}

/* When @contact is to be asked; sooner if somebody waits for its place. */
static gint64
get_due (const ShoalDiscoverDhtContact *contact, gboolean is_place_wanted)
{
  gint64 seen_usec = MAX (contact->replied_usec, contact->queried_usec);

  if (contact->replied_usec == 0 && contact->n_failures == 0)
    return contact->asked_usec == 0 ? 0 : contact->asked_usec + RETRY_USEC;
  if (contact->n_failures == 1)
    return contact->asked_usec + RETRY_USEC;
  if (contact->n_failures > 1)
    return contact->asked_usec + RETRY_BAD_USEC * contact->n_failures;
  seen_usec = MAX (seen_usec, contact->asked_usec);
  return seen_usec + (is_place_wanted ? SHOAL_DISCOVER_DHT_GOOD_USEC / 2 : STALE_USEC);
}

const ShoalDiscoverDhtContact *
shoal_discover_dht_table_choose_stale (ShoalDiscoverDhtTable *self,
                                       gint64                 now_usec,
                                       guint                 *n_shared,
                                       gint64                *wake_usec)
{
  const ShoalDiscoverDhtContact *chosen = NULL;
  gint64                         first_usec = G_MAXINT64;
  guint                          bucket, i;

  for (bucket = 0; bucket < self->n_buckets; bucket++)
    for (i = 0; i < self->buckets[bucket].live->len; i++)
      {
        const ShoalDiscoverDhtContact *contact = get_contact (self->buckets[bucket].live, i);
        gint64 due_usec = get_due (contact, self->buckets[bucket].spares->len > 0);

        if (due_usec >= first_usec)
          continue;
        first_usec = due_usec;
        chosen = contact;
      }
  *wake_usec = first_usec;
  if (chosen == NULL || first_usec > now_usec)
    return NULL;
  *n_shared = shoal_discover_dht_id_get_shared (&self->own_id, &chosen->id);
  return chosen;
}

guint
shoal_discover_dht_table_get_size (const ShoalDiscoverDhtTable *self)
{
  guint n = 0, bucket;

  for (bucket = 0; bucket < self->n_buckets; bucket++)
    n += self->buckets[bucket].live->len;
  return n;
}

guint
shoal_discover_dht_table_count_sure (const ShoalDiscoverDhtTable *self)
{
  guint n = 0, bucket, i;

  for (bucket = 0; bucket < self->n_buckets; bucket++)
    for (i = 0; i < self->buckets[bucket].live->len; i++)
      n += is_sure (get_contact (self->buckets[bucket].live, i));
  return n;
}

guint
shoal_discover_dht_table_get_n_buckets (const ShoalDiscoverDhtTable *self)
{
  return self->n_buckets;
}

void
shoal_discover_dht_table_check (const ShoalDiscoverDhtTable *self)
{
  guint bucket, i;

  g_assert (self->n_buckets >= 1 && self->n_buckets <= MAX_BUCKETS);
  for (bucket = 0; bucket < self->n_buckets; bucket++)
    {
      const Bucket *checked = &self->buckets[bucket];

      g_assert (checked->live->len <= get_capacity (bucket));
      g_assert (checked->spares->len <= MAX_SPARES);
      for (i = 0; i < checked->live->len; i++)
        g_assert (get_place (self, &get_contact (checked->live, i)->id) == bucket);
    }
}
