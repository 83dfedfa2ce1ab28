/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-tracker-list.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "discover/shoal-discover-tracker-private.h"

static ShoalDiscoverTracker *
tracker_at (const ShoalDiscoverTrackerList *self, guint index)
{
  return g_ptr_array_index (self->trackers, index);
}

static ShoalNetReactor *
get_reactor (const ShoalDiscoverTrackerList *self)
{
  return shoal_discover_announcer_get_reactor (self->announcer);
}

void
shoal_discover_tracker_free (ShoalDiscoverTracker *tracker)
{
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    g_free (tracker->links[i].message);
  shoal_discover_announcer_release (tracker->list->announcer, tracker->target);
  g_clear_pointer (&tracker->tracker_id, g_bytes_unref);
  g_free (tracker->links);
  g_free (tracker);
}

static void
on_timer (gpointer owner, gint64 now_usec)
{
  shoal_discover_tracker_plan (owner);
}

ShoalDiscoverTrackerList *
shoal_discover_tracker_list_new (ShoalDiscoverAnnouncer            *announcer,
                                 const ShoalDiscoverTrackerOptions *options,
                                 const ShoalDiscoverTrackerEvents  *events,
                                 gpointer                           owner)
{
  ShoalDiscoverTrackerList *self = g_new0 (ShoalDiscoverTrackerList, 1);

  self->announcer = announcer;
  self->options = *options;
  self->events = events;
  self->owner = owner;
  self->trackers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_discover_tracker_free);
  shoal_base_random_secure (&self->key, sizeof self->key);
  shoal_net_reactor_timer_init (&self->timer, on_timer, self);
  return self;
}

static void
free_now (ShoalDiscoverTrackerList *self)
{
  g_ptr_array_unref (self->trackers);
  g_free (self);
}

void
shoal_discover_tracker_leave (ShoalDiscoverTracker *tracker)
{
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    {
      ShoalDiscoverLink *link = &tracker->links[i];

      if (link->request == NULL)
        continue;
      if (link->is_stopping)
        shoal_discover_announcer_detach (link->request);
      else
        shoal_discover_announcer_withdraw (link->request);
      link->request = NULL;
    }
  if (tracker->scrape != NULL)
    shoal_discover_announcer_withdraw (tracker->scrape);
  tracker->scrape = NULL;
  shoal_discover_names_forget (shoal_discover_announcer_get_names (tracker->list->announcer),
                               tracker);
}

void
shoal_discover_tracker_list_free (ShoalDiscoverTrackerList *self)
{
  guint i;

  shoal_net_reactor_timer_clear (get_reactor (self), &self->timer);
  self->is_started = FALSE;
  for (i = 0; i < self->trackers->len; i++)
    shoal_discover_tracker_leave (tracker_at (self, i));
  if (self->n_busy > 0)
    self->is_dead = TRUE;
  else
    free_now (self);
}

void
shoal_discover_tracker_list_enter (ShoalDiscoverTrackerList *self)
{
  self->n_busy++;
}

void
shoal_discover_tracker_list_leave (ShoalDiscoverTrackerList *self)
{
  self->n_busy--;
  if (self->is_dead && self->n_busy == 0)
    free_now (self);
}

static gboolean
has_target (const ShoalDiscoverTrackerList *self, const ShoalDiscoverTarget *target)
{
  guint i;

  for (i = 0; i < self->trackers->len; i++)
    if (tracker_at (self, i)->target == target)
      return TRUE;
  return FALSE;
}

void
shoal_discover_tracker_list_insert (ShoalDiscoverTrackerList *self, ShoalDiscoverTracker *tracker)
{
  guint place = self->trackers->len;

  while (place > 0)
    {
      const ShoalDiscoverTracker *before = tracker_at (self, place - 1);

      if (before->group < tracker->group ||
          (before->group == tracker->group && before->tier <= tracker->tier))
        break;
      place--;
    }
  g_ptr_array_insert (self->trackers, (int) place, tracker);
}

ShoalDiscoverTracker *
shoal_discover_tracker_new (ShoalDiscoverTrackerList *self, ShoalDiscoverTarget *target)
{
  ShoalDiscoverTracker *tracker = g_new0 (ShoalDiscoverTracker, 1);

  tracker->list = self;
  tracker->target = target;
  tracker->n_seeds = tracker->n_leechers = -1;
  return tracker;
}

/* Takes the caller's count on @target over; NULL if it is there already or there are too many. */
static ShoalDiscoverTracker *
make_tracker (ShoalDiscoverTrackerList *self, ShoalDiscoverTarget *target)
{
  if (has_target (self, target) || self->trackers->len >= SHOAL_DISCOVER_MAX_TRACKERS)
    {
      shoal_discover_announcer_release (self->announcer, target);
      return NULL;
    }
  return shoal_discover_tracker_new (self, target);
}

void
shoal_discover_tracker_list_shuffle (ShoalDiscoverTrackerList *self, GPtrArray *tier)
{
  ShoalBaseRandom *random = shoal_discover_announcer_get_random (self->announcer);
  guint            i;

  for (i = tier->len; i > 1; i--)
    {
      gpointer *a = &g_ptr_array_index (tier, i - 1);
      gpointer *b = &g_ptr_array_index (tier, shoal_base_random_below (random, i));
      gpointer  swap = *a;

      *a = *b;
      *b = swap;
    }
}

/* Groups: 0 for those of a private torrent and those a public one stands by; 1 and on for what is
 * announced beside them. Tiers count from 1, so that the person's can come first. */
void
shoal_discover_tracker_list_add_tier (ShoalDiscoverTrackerList *self,
                                      const char *const        *urls,
                                      guint                     n_urls,
                                      ShoalBasePolicyWord       word)
{
  g_autoptr (GPtrArray) tier = g_ptr_array_new ();
  gboolean is_apart = self->options.announce_all && !self->options.is_private;
  guint    i;

  self->n_tiers++;
  for (i = 0; i < n_urls; i++)
    {
      ShoalDiscoverTarget  *target = shoal_discover_announcer_intern (self->announcer, urls[i]);
      ShoalDiscoverTracker *tracker = target != NULL ? make_tracker (self, target) : NULL;

      if (tracker == NULL)
        continue;
      tracker->word = (guint8) word;
      tracker->tier = self->n_tiers;
      tracker->group = is_apart ? self->n_tiers : 0;
      g_ptr_array_add (tier, tracker);
    }
  shoal_discover_tracker_list_shuffle (self, tier);
  for (i = 0; i < tier->len; i++)
    shoal_discover_tracker_list_insert (self, g_ptr_array_index (tier, i));
  shoal_discover_tracker_plan_soon (self);
}

void
shoal_discover_tracker_forget_waits (ShoalDiscoverTracker *tracker)
{
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    {
      tracker->links[i].next_usec = 0;
      tracker->links[i].fails = 0;
      tracker->links[i].outcome = SHOAL_DISCOVER_OUTCOME_NONE;
      tracker->links[i].is_discarded = FALSE;
    }
  tracker->n_reported = 0;
}

ShoalDiscoverTracker *
shoal_discover_tracker_list_take (ShoalDiscoverTrackerList *self, ShoalDiscoverTarget *target)
{
  guint i;

  for (i = 0; i < self->trackers->len; i++)
    if (tracker_at (self, i)->target == target)
      {
        shoal_discover_announcer_release (self->announcer, target);
        return g_ptr_array_steal_index (self->trackers, i);
      }
  return make_tracker (self, target);
}

gboolean
shoal_discover_tracker_list_add_tracker (ShoalDiscoverTrackerList *self, const char *url)
{
  ShoalDiscoverTarget  *target = shoal_discover_announcer_intern (self->announcer, url);
  ShoalDiscoverTracker *tracker;

  if (target == NULL)
    return FALSE;
  tracker = shoal_discover_tracker_list_take (self, target);
  if (tracker == NULL)
    return TRUE;
  shoal_discover_tracker_forget_waits (tracker);
  tracker->word = SHOAL_BASE_POLICY_WORD_PERSON;
  tracker->is_beside = TRUE;
  if (!self->options.is_private)
    self->n_tiers++;
  tracker->tier = tracker->group = self->options.is_private ? 0 : self->n_tiers;
  shoal_discover_tracker_list_insert (self, tracker);
  shoal_discover_tracker_plan_soon (self);
  return TRUE;
}

void
shoal_discover_tracker_list_start (ShoalDiscoverTrackerList *self)
{
  guint i;

  if (self->is_started)
    return;
  self->is_started = TRUE;
  self->current = NULL;
  for (i = 0; i < self->trackers->len; i++)
    shoal_discover_tracker_forget_waits (tracker_at (self, i));
  shoal_discover_tracker_plan_soon (self);
}

static void
stop_link (ShoalDiscoverLink *link)
{
  ShoalDiscoverTracker *tracker = link->tracker;
  ShoalDiscoverOrder    order =
      shoal_discover_tracker_make_order (link, SHOAL_DISCOVER_PRIORITY_STOPPED);

  order.is_doubtful = !link->is_known;
  if (link->request != NULL && !link->is_stopping)
    g_clear_pointer (&link->request, shoal_discover_announcer_withdraw);
  if (link->request == NULL && (link->is_known || link->may_know))
    {
      link->is_stopping = TRUE;
      link->request = shoal_discover_announcer_submit (tracker->list->announcer, &order);
    }
  link->is_known = link->may_know = FALSE;
}

void
shoal_discover_tracker_stop (ShoalDiscoverTracker *tracker)
{
  guint i;

  tracker->sends_completed = FALSE;
  for (i = 0; i < tracker->n_links; i++)
    stop_link (&tracker->links[i]);
  tracker->owes_completed = tracker->sends_completed = FALSE;
}

void
shoal_discover_tracker_list_stop (ShoalDiscoverTrackerList *self)
{
  guint i;

  if (!self->is_started)
    return;
  self->is_started = FALSE;
  self->planned_usec = 0;
  shoal_net_reactor_timer_clear (get_reactor (self), &self->timer);
  for (i = 0; i < self->trackers->len; i++)
    shoal_discover_tracker_stop (tracker_at (self, i));
}

/* At the earliest that the tracker allows between two announces. */
static void
hasten (ShoalDiscoverLink *link, guint32 least_sec)
{
  gint64 earliest_usec = link->last_usec + least_sec * (gint64) G_USEC_PER_SEC;

  link->next_usec = MIN (link->next_usec, earliest_usec);
}

static void
complete_tracker (ShoalDiscoverTracker *tracker)
{
  gboolean is_first = TRUE;
  guint    i;

  for (i = 0; i < tracker->n_links; i++)
    {
      ShoalDiscoverLink *link = &tracker->links[i];

      if (!link->is_known && !link->may_know)
        continue;
      tracker->owes_completed = TRUE;
      if (link->fails > 0)
        continue;
      if (is_first)
        link->next_usec = 0; /* BEP 3: at once; the other addresses follow in their time */
      else
        hasten (link, shoal_discover_backoff_manual_sec (&link->asked));
      is_first = FALSE;
    }
}

void
shoal_discover_tracker_list_complete (ShoalDiscoverTrackerList *self)
{
  guint i;

  if (self->options.is_complete)
    return;
  self->options.is_complete = TRUE;
  for (i = 0; i < self->trackers->len; i++)
    complete_tracker (tracker_at (self, i));
  shoal_discover_tracker_plan_soon (self);
}

void
shoal_discover_tracker_list_announce_now (ShoalDiscoverTrackerList *self)
{
  guint i, k;

  for (i = 0; i < self->trackers->len; i++)
    for (k = 0; k < tracker_at (self, i)->n_links; k++)
      {
        ShoalDiscoverLink *link = &tracker_at (self, i)->links[k];

        link->is_manual = TRUE;
        link->is_discarded = FALSE;
        if (link->fails > 0)
          link->next_usec = 0;
        else
          hasten (link, shoal_discover_backoff_manual_sec (&link->asked));
      }
  shoal_discover_tracker_plan_soon (self);
}

void
shoal_discover_tracker_list_want_peers (ShoalDiscoverTrackerList *self)
{
  guint i, k;

  for (i = 0; i < self->trackers->len; i++)
    for (k = 0; k < tracker_at (self, i)->n_links; k++)
      {
        ShoalDiscoverLink *link = &tracker_at (self, i)->links[k];

        if (link->fails == 0 && link->is_known)
          hasten (link, shoal_discover_backoff_early_sec (&link->asked));
      }
  shoal_discover_tracker_plan_soon (self);
}

void
shoal_discover_tracker_list_scrape (ShoalDiscoverTrackerList *self)
{
  guint i;

  for (i = 0; i < self->trackers->len; i++)
    {
      ShoalDiscoverTracker *tracker = tracker_at (self, i);
      gboolean              is_first = i == 0 || tracker_at (self, i - 1)->group != tracker->group;

      if (is_first || shoal_discover_tracker_has_outcome (tracker, SHOAL_DISCOVER_OUTCOME_OK))
        shoal_discover_tracker_scrape (tracker);
    }
}

/* BEP 12: "moved to the front of its tier". */
void
shoal_discover_tracker_list_promote (ShoalDiscoverTrackerList *self, ShoalDiscoverTracker *tracker)
{
  guint place;

  if (!g_ptr_array_find (self->trackers, tracker, &place))
    return;
  for (; place > 0; place--)
    {
      ShoalDiscoverTracker *before = tracker_at (self, place - 1);

      if (before->group != tracker->group || before->tier != tracker->tier)
        return;
      g_ptr_array_index (self->trackers, place) = before;
      g_ptr_array_index (self->trackers, place - 1) = tracker;
    }
}
