/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-dht-id.h"

G_BEGIN_DECLS

/* The routing table of a DHT node (BEP 5): whom it knows, sorted into buckets by how many bits
 * their ids share with its own, the further away the fewer. Only who has answered us gets in (and
 * who was in when the last run ended). Holds one node a host, and one of a network a bucket, so
 * that no single party fills it; prefers ids that follow BEP 42. Pure: the caller's clock. One
 * thread. */
typedef struct _ShoalDiscoverDhtTable ShoalDiscoverDhtTable;

/* How many are asked for and answered with: k of BEP 5. */
#define SHOAL_DISCOVER_DHT_K 8

/* After so long without a sign a node is no longer good. */
#define SHOAL_DISCOVER_DHT_GOOD_USEC (15 * 60 * (gint64) G_USEC_PER_SEC)

typedef struct
{
  ShoalSha1        id;
  ShoalBaseAddress address;
  gint64           replied_usec; /* when it last answered; 0: not yet */
  gint64           queried_usec; /* when it last asked us; 0: never */
  gint64           asked_usec;   /* when we last asked it; 0: never */
  guint            rtt_ms;
  guint            n_failures; /* in a row */

  guint is_compliant : 1; /* BEP 42 */
} ShoalDiscoverDhtContact;

typedef enum
{
  SHOAL_DISCOVER_DHT_GOOD,
  SHOAL_DISCOVER_DHT_QUESTIONABLE,
  SHOAL_DISCOVER_DHT_BAD,
} ShoalDiscoverDhtStanding;

ShoalDiscoverDhtTable *shoal_discover_dht_table_new (const ShoalSha1 *own_id);

void shoal_discover_dht_table_free (ShoalDiscoverDhtTable *self);

/* Sorts everybody anew by another id of ours. */
void shoal_discover_dht_table_set_own_id (ShoalDiscoverDhtTable *self, const ShoalSha1 *own_id);

ShoalDiscoverDhtStanding
shoal_discover_dht_contact_get_standing (const ShoalDiscoverDhtContact *contact, gint64 now_usec);

/* It answered a query of ours. An endpoint that was known by another id loses its place: who
 * changes his id at will is looking for a place of his choice. */
void shoal_discover_dht_table_on_reply (ShoalDiscoverDhtTable  *self,
                                        const ShoalSha1        *id,
                                        const ShoalBaseAddress *address,
                                        guint                   rtt_ms,
                                        gint64                  now_usec);

/* It asked us. TRUE: it is not known, and there would be a place for it if it answers a ping. */
gboolean shoal_discover_dht_table_on_query (ShoalDiscoverDhtTable  *self,
                                            const ShoalSha1        *id,
                                            const ShoalBaseAddress *address,
                                            gint64                  now_usec);

/* A query to it is on its way, or was not answered. */
void shoal_discover_dht_table_on_asked (ShoalDiscoverDhtTable  *self,
                                        const ShoalBaseAddress *address,
                                        gint64                  now_usec);

void shoal_discover_dht_table_on_failure (ShoalDiscoverDhtTable  *self,
                                          const ShoalBaseAddress *address,
                                          gint64                  now_usec);

/* Somebody from the last run, not heard of in this one. */
void shoal_discover_dht_table_restore (ShoalDiscoverDhtTable  *self,
                                       const ShoalSha1        *id,
                                       const ShoalBaseAddress *address);

/* Whether there is a place for such a node now. */
gboolean shoal_discover_dht_table_has_place (ShoalDiscoverDhtTable  *self,
                                             const ShoalSha1        *id,
                                             const ShoalBaseAddress *address);

/* The closest to @target, the closest first, at most @max. @only_sure: those that answered, the
 * last time too; else all that are not bad, and only if there are none those. Pointers are good
 * until the table changes. */
guint shoal_discover_dht_table_find_closest (ShoalDiscoverDhtTable          *self,
                                             const ShoalSha1                *target,
                                             gboolean                        only_sure,
                                             const ShoalDiscoverDhtContact **out,
                                             guint                           max);

/* Who is to be asked next to find out whether it is still there; NULL: nobody before *wake_usec
 * (G_MAXINT64: nobody at all). *n_shared: bits it shares with our id. */
const ShoalDiscoverDhtContact *shoal_discover_dht_table_choose_stale (ShoalDiscoverDhtTable *self,
                                                                      gint64  now_usec,
                                                                      guint  *n_shared,
                                                                      gint64 *wake_usec);

guint shoal_discover_dht_table_get_size (const ShoalDiscoverDhtTable *self);

/* Of them, those that answered, the last time too. */
guint shoal_discover_dht_table_count_sure (const ShoalDiscoverDhtTable *self);

guint shoal_discover_dht_table_get_n_buckets (const ShoalDiscoverDhtTable *self);

/* For invariants: aborts if the structure contradicts itself. */
void shoal_discover_dht_table_check (const ShoalDiscoverDhtTable *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverDhtTable, shoal_discover_dht_table_free)

G_END_DECLS
