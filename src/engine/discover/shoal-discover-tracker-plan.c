/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-tracker-private.h"

static ShoalDiscoverTracker *
tracker_at (const ShoalDiscoverTrackerList *self, guint index)
{
  return g_ptr_array_index (self->trackers, index);
}

static gint64
get_now (const ShoalDiscoverTrackerList *self)
{
  return shoal_net_reactor_get_now (shoal_discover_announcer_get_reactor (self->announcer));
}

void
shoal_discover_tracker_ensure_links (ShoalDiscoverTracker *tracker)
{
  guint n = shoal_discover_announcer_get_n_endpoints (tracker->list->announcer);
  guint i;

  if (tracker->n_links > 0 || n == 0)
    return;
  tracker->links = g_new0 (ShoalDiscoverLink, n);
  tracker->n_links = (guint8) n;
  for (i = 0; i < n; i++)
    {
      tracker->links[i].tracker = tracker;
      tracker->links[i].endpoint = (guint16) i;
    }
}

gboolean
shoal_discover_tracker_has_outcome (const ShoalDiscoverTracker *tracker,
                                    ShoalDiscoverOutcome        outcome)
{
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    if (tracker->links[i].outcome == outcome)
      return TRUE;
  return FALSE;
}

gboolean
shoal_discover_tracker_has_failed (const ShoalDiscoverTracker *tracker)
{
  guint i, n_absent = 0;

  for (i = 0; i < tracker->n_links; i++)
    n_absent += tracker->links[i].outcome == SHOAL_DISCOVER_OUTCOME_ABSENT;
  return (n_absent > 0 && n_absent == tracker->n_links) ||
         shoal_discover_tracker_has_outcome (tracker, SHOAL_DISCOVER_OUTCOME_FAILED);
}

static gboolean
tells_more (const ShoalDiscoverLink *a, const ShoalDiscoverLink *b)
{
  if ((a->outcome == SHOAL_DISCOVER_OUTCOME_OK) != (b->outcome == SHOAL_DISCOVER_OUTCOME_OK))
    return a->outcome == SHOAL_DISCOVER_OUTCOME_OK;
  if (a->fault == b->fault)
    return a->message != NULL && b->message == NULL;
  return a->fault > b->fault;
}

const ShoalDiscoverLink *
shoal_discover_tracker_get_telling (const ShoalDiscoverTracker *tracker)
{
  const ShoalDiscoverLink *choice = tracker->links;
  guint                    i;

  for (i = 1; i < tracker->n_links; i++)
    if (tells_more (&tracker->links[i], choice))
      choice = &tracker->links[i];
  return choice;
}

gboolean
shoal_discover_tracker_is_busy (const ShoalDiscoverTracker *tracker)
{
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    if (tracker->links[i].request != NULL)
      return TRUE;
  return FALSE;
}

ShoalDiscoverOrder
shoal_discover_tracker_make_order (ShoalDiscoverLink *link, ShoalDiscoverPriority priority)
{
  const ShoalDiscoverTracker *tracker = link->tracker;

  return (ShoalDiscoverOrder){
    .target = tracker->target,
    .endpoint = link->endpoint,
    .word = (ShoalBasePolicyWord) tracker->word,
    .priority = priority,
    .fill = shoal_discover_tracker_fill,
    .func = shoal_discover_tracker_on_result,
    .owner = link,
  };
}

static void
announce (ShoalDiscoverLink *link)
{
  ShoalDiscoverTracker *tracker = link->tracker;
  ShoalDiscoverOrder    order =
      shoal_discover_tracker_make_order (link, SHOAL_DISCOVER_PRIORITY_ANNOUNCE);

  order.is_manual = link->is_manual;
  link->is_manual = FALSE;
  link->is_stopping = FALSE;
  link->event = SHOAL_CODEC_TRACKER_EVENT_NONE; /* known when it leaves */
  link->request = shoal_discover_announcer_submit (tracker->list->announcer, &order);
}

/* Announces on @link if it is time; otherwise lowers *next_usec to when it will be. */
static void
tend (ShoalDiscoverLink *link, gint64 now_usec, gint64 *next_usec)
{
  if (link->request != NULL || link->is_discarded)
    return;
  if (link->next_usec <= now_usec)
    announce (link);
  else
    *next_usec = MIN (*next_usec, link->next_usec);
}

/* Whether the next tracker has to stand in for @link. */
static gboolean
is_failing (const ShoalDiscoverLink *link)
{
  return link->request == NULL && (link->fails > 0 || link->is_discarded);
}

/* One endpoint, one group: trackers in their order up to the first that works or is being asked;
 * those before it that failed are tried again in their time. */
static void
plan_endpoint (ShoalDiscoverTrackerList *self, guint from, guint endpoint, gint64 *next_usec)
{
  gint64  now_usec = get_now (self);
  guint16 group = tracker_at (self, from)->group;
  guint   i;

  for (i = from; i < self->trackers->len && tracker_at (self, i)->group == group; i++)
    {
      ShoalDiscoverLink *link;

      shoal_discover_tracker_ensure_links (tracker_at (self, i));
      link = &tracker_at (self, i)->links[endpoint];
      tend (link, now_usec, next_usec);
      if (!is_failing (link))
        return;
    }
}

static gint64
plan_public (ShoalDiscoverTrackerList *self)
{
  guint  n_endpoints = shoal_discover_announcer_get_n_endpoints (self->announcer);
  gint64 next_usec = G_MAXINT64;
  guint  i, endpoint;

  for (i = 0; i < self->trackers->len; i++)
    {
      if (i > 0 && tracker_at (self, i)->group == tracker_at (self, i - 1)->group)
        continue;
      for (endpoint = 0; endpoint < n_endpoints; endpoint++)
        plan_endpoint (self, i, endpoint, &next_usec);
    }
  return next_usec;
}

/* Whether a private torrent may stay with @tracker: it works, is being asked, or was not yet. */
static gboolean
is_usable (const ShoalDiscoverTracker *tracker)
{
  guint i;

  if (tracker->n_links == 0)
    return TRUE;
  for (i = 0; i < tracker->n_links; i++)
    if (!is_failing (&tracker->links[i]))
      return TRUE;
  return FALSE;
}

/* The earliest time a tracker all of whose links failed may be asked again. */
static gint64
get_retry_usec (const ShoalDiscoverTracker *tracker)
{
  gint64 retry_usec = G_MAXINT64;
  guint  i;

  for (i = 0; i < tracker->n_links; i++)
    if (!tracker->links[i].is_discarded)
      retry_usec = MIN (retry_usec, tracker->links[i].next_usec);
  return retry_usec;
}

/* The one tracker of a private torrent (BEP 27): the present one until it fails on all endpoints,
 * then the first in order that is usable or due. NULL, and *next_usec, if all have to wait. */
static ShoalDiscoverTracker *
choose_private (ShoalDiscoverTrackerList *self, gint64 *next_usec)
{
  gint64 now_usec = get_now (self);
  guint  i;

  if (self->current != NULL && is_usable (self->current))
    return self->current;
  for (i = 0; i < self->trackers->len; i++)
    {
      ShoalDiscoverTracker *tracker = tracker_at (self, i);
      gint64                retry_usec;

      if (is_usable (tracker))
        return tracker;
      retry_usec = get_retry_usec (tracker);
      if (retry_usec <= now_usec)
        return tracker;
      *next_usec = MIN (*next_usec, retry_usec);
    }
  return NULL;
}

static gint64
plan_private (ShoalDiscoverTrackerList *self)
{
  gint64 now_usec = get_now (self);
  gint64 next_usec = G_MAXINT64;
  guint  i;

  self->current = choose_private (self, &next_usec);
  if (self->current == NULL)
    return next_usec;
  shoal_discover_tracker_ensure_links (self->current);
  for (i = 0; i < self->current->n_links; i++)
    tend (&self->current->links[i], now_usec, &next_usec);
  return next_usec;
}

void
shoal_discover_tracker_plan (ShoalDiscoverTrackerList *self)
{
  ShoalNetReactor *reactor = shoal_discover_announcer_get_reactor (self->announcer);
  gint64           next_usec;

  shoal_net_reactor_timer_clear (reactor, &self->timer);
  self->planned_usec = 0;
  if (!self->is_started || self->trackers->len == 0)
    return;
  next_usec = self->options.is_private ? plan_private (self) : plan_public (self);
  if (next_usec == G_MAXINT64)
    return;
  self->planned_usec = next_usec;
  shoal_net_reactor_timer_set (reactor, &self->timer, next_usec);
}

void
shoal_discover_tracker_plan_soon (ShoalDiscoverTrackerList *self)
{
  if (!self->is_started)
    return;
  self->planned_usec = get_now (self);
  shoal_net_reactor_timer_set (
      shoal_discover_announcer_get_reactor (self->announcer), &self->timer, self->planned_usec);
}
