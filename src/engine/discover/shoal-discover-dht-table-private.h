/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-dht-table.h"

G_BEGIN_DECLS

/* What the two files of the table share: one lets nodes in and out, the other looks at them. */

#define SHOAL_DISCOVER_DHT_MAX_BUCKETS SHOAL_DISCOVER_DHT_ID_BITS

/* Failures in a row after which a node is bad. */
#define SHOAL_DISCOVER_DHT_BAD_FAILURES 2

typedef struct
{
  GArray *live;   /* owned, of ShoalDiscoverDhtContact */
  GArray *spares; /* owned, the same, the newest last */
} ShoalDiscoverDhtBucket;

struct _ShoalDiscoverDhtTable
{
  ShoalSha1              own_id;
  ShoalDiscoverDhtBucket buckets[SHOAL_DISCOVER_DHT_MAX_BUCKETS]; /* the last in use holds all that
                                                                   * share more */
  guint n_buckets;
};

static inline ShoalDiscoverDhtContact *
shoal_discover_dht_table_get_contact (const GArray *contacts, guint i)
{
  return &g_array_index (contacts, ShoalDiscoverDhtContact, i);
}

/* It has answered, the last time too. */
static inline gboolean
shoal_discover_dht_table_is_sure (const ShoalDiscoverDhtContact *contact)
{
  return contact->replied_usec != 0 && contact->n_failures == 0;
}

static inline gboolean
shoal_discover_dht_table_is_bad (const ShoalDiscoverDhtContact *contact)
{
  return contact->n_failures >= SHOAL_DISCOVER_DHT_BAD_FAILURES;
}

/* The bucket of @id. */
static inline guint
shoal_discover_dht_table_get_place (const ShoalDiscoverDhtTable *self, const ShoalSha1 *id)
{
  return MIN (shoal_discover_dht_id_get_shared (&self->own_id, id), self->n_buckets - 1);
}

G_END_DECLS
