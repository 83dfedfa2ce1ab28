/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-heap.h"
#include "base/shoal-base-random.h"

G_BEGIN_DECLS

/* When which torrent is looked up in the DHT and announced there: each once in a quarter of an hour
 * while there are few, or in 25 minutes where there are more than 1500 (others remember us for 30
 * to 45), and more often while it lacks peers. What all of them ask is bounded in queries a second,
 * however many there are: cheap lookups come more often than dear ones. Those that lack peers come
 * first, but leave every fourth turn to the others. Measured with 10,000 torrents in a simulated
 * network of 1000 nodes: each comes round in 28 minutes, with 11 queries a lookup (15 the first
 * time) and some 110 packets a second; the bound alone makes it an hour and a half where a lookup
 * takes 40. Pure: the caller's clock. One thread. */

#define SHOAL_DISCOVER_DHT_PLAN_INTERVAL_USEC      (15 * 60 * (gint64) G_USEC_PER_SEC)
#define SHOAL_DISCOVER_DHT_PLAN_LONG_INTERVAL_USEC (25 * 60 * (gint64) G_USEC_PER_SEC)
#define SHOAL_DISCOVER_DHT_PLAN_LACKING_USEC       (3 * 60 * (gint64) G_USEC_PER_SEC)

/* Queries of lookups a second, those that announce not counted: they go to who was asked before,
 * and what a router has to remember is with whom one talks. */
#define SHOAL_DISCOVER_DHT_PLAN_QUERIES_PER_SEC 80

/* What a lookup is taken to cost until it has ended. */
#define SHOAL_DISCOVER_DHT_PLAN_USUAL_QUERIES 16

/* After a calm time so many may begin at once, and so many be under way. */
#define SHOAL_DISCOVER_DHT_PLAN_BURST      3
#define SHOAL_DISCOVER_DHT_PLAN_MAX_ACTIVE 24

/* Lies inside its owner. */
typedef struct
{
  ShoalBaseHeapNode node;
  gint64            begun_usec; /* when it was taken last; 0: never */

  guint is_planned : 1;
  guint is_active : 1; /* taken, until it ends */
  guint is_lacking : 1;
} ShoalDiscoverDhtPlanItem;

typedef struct
{
  ShoalBaseHeap   *lacking; /* owned: of items */
  ShoalBaseHeap   *others;  /* owned: of items */
  ShoalBaseRandom *random;  /* unowned: outlives us */
  gint64 tokens_usec;       /* when one more may begin: behind by as much as may begin at once */
  guint  n_items;
  guint  n_active;
  guint  n_taken;
} ShoalDiscoverDhtPlan;

void shoal_discover_dht_plan_init (ShoalDiscoverDhtPlan *self, ShoalBaseRandom *random);

/* Items are forgotten. */
void shoal_discover_dht_plan_clear (ShoalDiscoverDhtPlan *self);

/* From now on it has its turns, the first as soon as it may be. @item: zeroed, or removed. */
void shoal_discover_dht_plan_add (ShoalDiscoverDhtPlan     *self,
                                  ShoalDiscoverDhtPlanItem *item,
                                  gboolean                  is_lacking,
                                  gint64                    now_usec);

/* Nothing happens if it is not in. */
void shoal_discover_dht_plan_remove (ShoalDiscoverDhtPlan *self, ShoalDiscoverDhtPlanItem *item);

void shoal_discover_dht_plan_set_lacking (ShoalDiscoverDhtPlan     *self,
                                          ShoalDiscoverDhtPlanItem *item,
                                          gboolean                  is_lacking,
                                          gint64                    now_usec);

/* Whose turn it is; it is active from then on. NULL: nobody's, before the deadline at least. */
ShoalDiscoverDhtPlanItem *shoal_discover_dht_plan_take (ShoalDiscoverDhtPlan *self,
                                                        gint64                now_usec);

/* Its turn is over, and has cost @n_queries: the next comes after the interval, or soon if
 * @n_answers is 0. */
void shoal_discover_dht_plan_end (ShoalDiscoverDhtPlan     *self,
                                  ShoalDiscoverDhtPlanItem *item,
                                  guint                     n_queries,
                                  guint                     n_answers,
                                  gint64                    now_usec);

/* G_MAXINT64: none. */
gint64 shoal_discover_dht_plan_get_deadline (ShoalDiscoverDhtPlan *self);

G_END_DECLS
