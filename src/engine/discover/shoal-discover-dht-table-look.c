/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-table-private.h"

/* What can be learned from a routing table: who is close, who is stale, how many there are. */

/* Known nodes are asked this long after the last sign of them, a little before they stop being
 * good; bad ones at most so often. */
#define STALE_USEC     (12 * 60 * (gint64) G_USEC_PER_SEC)
#define RETRY_BAD_USEC (3 * 60 * (gint64) G_USEC_PER_SEC)

/* One that has just failed is asked once more soon: one packet may be lost. */
#define RETRY_USEC (20 * (gint64) G_USEC_PER_SEC)

ShoalDiscoverDhtStanding
shoal_discover_dht_contact_get_standing (const ShoalDiscoverDhtContact *contact, gint64 now_usec)
{
  gint64 seen_usec = MAX (contact->replied_usec, contact->queried_usec);

  if (contact->n_failures >= SHOAL_DISCOVER_DHT_BAD_FAILURES)
    return SHOAL_DISCOVER_DHT_BAD;
  if (contact->replied_usec == 0 || contact->n_failures > 0 ||
      now_usec - seen_usec > SHOAL_DISCOVER_DHT_GOOD_USEC)
    return SHOAL_DISCOVER_DHT_QUESTIONABLE;
  return SHOAL_DISCOVER_DHT_GOOD;
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

  if (gathering->only_sure ? !shoal_discover_dht_table_is_sure (contact)
                           : shoal_discover_dht_table_is_bad (contact) && !gathering->with_bad)
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
gather (Gathering *gathering, const ShoalDiscoverDhtBucket *bucket)
{
  guint i;

  for (i = 0; i < bucket->live->len; i++)
    gather_one (gathering, shoal_discover_dht_table_get_contact (bucket->live, i));
}

/* The bucket of the target is the closest to it, then come all nearer to us, which are equally far
 * from it, then one by one those further from us. */
static void
gather_by_distance (ShoalDiscoverDhtTable *self, Gathering *gathering)
{
  guint place = shoal_discover_dht_table_get_place (self, gathering->target);
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
        const ShoalDiscoverDhtContact *contact =
            shoal_discover_dht_table_get_contact (self->buckets[bucket].live, i);
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
      n += shoal_discover_dht_table_is_sure (
          shoal_discover_dht_table_get_contact (self->buckets[bucket].live, i));
  return n;
}

guint
shoal_discover_dht_table_get_n_buckets (const ShoalDiscoverDhtTable *self)
{
  return self->n_buckets;
}
