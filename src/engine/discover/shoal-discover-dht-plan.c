/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-plan.h"

#include "base/shoal-base-list.h"

/* So many turns go to those that lack peers before one goes to the others. */
#define LACKING_TURNS 3

/* After nobody could be asked. */
#define VAIN_USEC (60 * (gint64) G_USEC_PER_SEC)

#define QUERY_USEC ((gint64) G_USEC_PER_SEC / SHOAL_DISCOVER_DHT_PLAN_QUERIES_PER_SEC)

/* Up to so much is added to an interval, so that what began together does not stay together. */
#define JITTER 8

static ShoalDiscoverDhtPlanItem *
peek (ShoalBaseHeap *heap)
{
  ShoalBaseHeapNode *node = shoal_base_heap_peek (heap);

  return node == NULL
             ? NULL
             : (ShoalDiscoverDhtPlanItem *) (gpointer) ((guint8 *) node -
                                                        G_STRUCT_OFFSET (ShoalDiscoverDhtPlanItem,
                                                                         node));
}

void
shoal_discover_dht_plan_init (ShoalDiscoverDhtPlan *self, ShoalBaseRandom *random)
{
  *self = (ShoalDiscoverDhtPlan){ .lacking = shoal_base_heap_new (),
                                  .others = shoal_base_heap_new (),
                                  .random = random };
}

void
shoal_discover_dht_plan_clear (ShoalDiscoverDhtPlan *self)
{
  g_clear_pointer (&self->lacking, shoal_base_heap_free);
  g_clear_pointer (&self->others, shoal_base_heap_free);
}

static ShoalBaseHeap *
get_heap (const ShoalDiscoverDhtPlan *self, const ShoalDiscoverDhtPlanItem *item)
{
  return item->is_lacking ? self->lacking : self->others;
}

void
shoal_discover_dht_plan_add (ShoalDiscoverDhtPlan     *self,
                             ShoalDiscoverDhtPlanItem *item,
                             gboolean                  is_lacking,
                             gint64                    now_usec)
{
  g_return_if_fail (!item->is_planned);
  item->is_planned = TRUE;
  item->is_lacking = is_lacking != FALSE;
  self->n_items++;
  shoal_base_heap_set (get_heap (self, item), &item->node, now_usec);
}

void
shoal_discover_dht_plan_remove (ShoalDiscoverDhtPlan *self, ShoalDiscoverDhtPlanItem *item)
{
  if (!item->is_planned)
    return;
  shoal_base_heap_remove (get_heap (self, item), &item->node);
  self->n_active -= item->is_active;
  self->n_items--;
  *item = (ShoalDiscoverDhtPlanItem){ 0 };
}

void
shoal_discover_dht_plan_set_lacking (ShoalDiscoverDhtPlan     *self,
                                     ShoalDiscoverDhtPlanItem *item,
                                     gboolean                  is_lacking,
                                     gint64                    now_usec)
{
  gint64 due_usec = item->node.key;

  if (!item->is_planned || item->is_lacking == (is_lacking != FALSE))
    return;
  if (!item->is_active)
    shoal_base_heap_remove (get_heap (self, item), &item->node);
  item->is_lacking = is_lacking != FALSE;
  if (item->is_active)
    return;
  if (is_lacking && item->begun_usec != 0)
    due_usec = MIN (due_usec, item->begun_usec + SHOAL_DISCOVER_DHT_PLAN_LACKING_USEC);
  shoal_base_heap_set (get_heap (self, item), &item->node, MAX (due_usec, now_usec));
}

static gboolean
is_due (const ShoalDiscoverDhtPlanItem *item, gint64 now_usec)
{
  return item != NULL && item->node.key <= now_usec;
}

static ShoalDiscoverDhtPlanItem *
choose (ShoalDiscoverDhtPlan *self, gint64 now_usec)
{
  ShoalDiscoverDhtPlanItem *lacking = peek (self->lacking);
  ShoalDiscoverDhtPlanItem *other = peek (self->others);
  gboolean                  is_others_turn = self->n_taken % (LACKING_TURNS + 1) == LACKING_TURNS;

  if (is_due (lacking, now_usec) && !(is_others_turn && is_due (other, now_usec)))
    return lacking;
  return is_due (other, now_usec) ? other : NULL;
}

ShoalDiscoverDhtPlanItem *
shoal_discover_dht_plan_take (ShoalDiscoverDhtPlan *self, gint64 now_usec)
{
  const gint64              usual_usec = SHOAL_DISCOVER_DHT_PLAN_USUAL_QUERIES * QUERY_USEC;
  const gint64              burst_usec = (SHOAL_DISCOVER_DHT_PLAN_BURST - 1) * usual_usec;
  ShoalDiscoverDhtPlanItem *item;

  if (self->n_active >= SHOAL_DISCOVER_DHT_PLAN_MAX_ACTIVE || self->tokens_usec > now_usec)
    return NULL;
  item = choose (self, now_usec);
  if (item == NULL)
    return NULL;
  shoal_base_heap_remove (get_heap (self, item), &item->node);
  item->is_active = TRUE;
  item->begun_usec = now_usec;
  self->n_active++;
  self->n_taken++;
  self->tokens_usec = MAX (self->tokens_usec, now_usec - burst_usec) + usual_usec;
  return item;
}

/* One a second, as far as that is neither too often nor too late. */
static gint64
get_interval (const ShoalDiscoverDhtPlan *self, const ShoalDiscoverDhtPlanItem *item)
{
  return item->is_lacking ? SHOAL_DISCOVER_DHT_PLAN_LACKING_USEC
                          : CLAMP ((gint64) self->n_items * G_USEC_PER_SEC,
                                   SHOAL_DISCOVER_DHT_PLAN_INTERVAL_USEC,
                                   SHOAL_DISCOVER_DHT_PLAN_LONG_INTERVAL_USEC);
}

void
shoal_discover_dht_plan_end (ShoalDiscoverDhtPlan     *self,
                             ShoalDiscoverDhtPlanItem *item,
                             guint                     n_queries,
                             guint                     n_answers,
                             gint64                    now_usec)
{
  gint64 interval_usec = get_interval (self, item);

  if (!item->is_active)
    return;
  item->is_active = FALSE;
  self->n_active--;
  self->tokens_usec += ((gint64) n_queries - SHOAL_DISCOVER_DHT_PLAN_USUAL_QUERIES) * QUERY_USEC;
  if (n_answers == 0)
    interval_usec = VAIN_USEC;
  interval_usec +=
      (gint64) shoal_base_random_below (self->random, 1000) * interval_usec / (JITTER * 1000);
  shoal_base_heap_set (get_heap (self, item), &item->node, now_usec + interval_usec);
}

gint64
shoal_discover_dht_plan_get_deadline (ShoalDiscoverDhtPlan *self)
{
  const ShoalDiscoverDhtPlanItem *lacking = peek (self->lacking);
  const ShoalDiscoverDhtPlanItem *other = peek (self->others);
  gint64                          due_usec = G_MAXINT64;

  if (self->n_active >= SHOAL_DISCOVER_DHT_PLAN_MAX_ACTIVE)
    return G_MAXINT64;
  if (lacking != NULL)
    due_usec = lacking->node.key;
  if (other != NULL)
    due_usec = MIN (due_usec, other->node.key);
  return due_usec == G_MAXINT64 ? due_usec : MAX (due_usec, self->tokens_usec);
}
