/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-tracker-private.h"

/* What a person is told of a tracker list. */

static ShoalDiscoverTracker *
tracker_at (const ShoalDiscoverTrackerList *self, guint index)
{
  return g_ptr_array_index (self->trackers, index);
}

ShoalTrackersState
shoal_discover_tracker_list_get_state (const ShoalDiscoverTrackerList *self)
{
  gboolean has_failed = FALSE;
  guint    i;

  if (self->trackers->len == 0)
    return SHOAL_TRACKERS_NONE;
  for (i = 0; i < self->trackers->len; i++)
    {
      const ShoalDiscoverTracker *tracker = tracker_at (self, i);

      if (shoal_discover_tracker_has_outcome (tracker, SHOAL_DISCOVER_OUTCOME_OK))
        return SHOAL_TRACKERS_WORKING;
      if (!shoal_discover_tracker_has_failed (tracker))
        return SHOAL_TRACKERS_TRYING;
      has_failed = TRUE;
    }
  return has_failed ? SHOAL_TRACKERS_FAILING : SHOAL_TRACKERS_TRYING;
}

static ShoalProblemCode
get_code (const ShoalDiscoverLink *link)
{
  switch ((ShoalDiscoverFault) link->fault)
    {
    case SHOAL_DISCOVER_FAULT_REFUSED:
      return SHOAL_PROBLEM_TRACKER_REFUSED;
    case SHOAL_DISCOVER_FAULT_STATUS:
      return SHOAL_PROBLEM_TRACKER_STATUS;
    case SHOAL_DISCOVER_FAULT_UNSAFE:
      return SHOAL_PROBLEM_UNSAFE;
    case SHOAL_DISCOVER_FAULT_BROKEN:
      return SHOAL_PROBLEM_TRACKER_BROKEN;
    case SHOAL_DISCOVER_FAULT_SILENT:
      return SHOAL_PROBLEM_TIMEOUT;
    case SHOAL_DISCOVER_FAULT_NONE:
    case SHOAL_DISCOVER_FAULT_NAME:
    case SHOAL_DISCOVER_FAULT_FAMILY:
    case SHOAL_DISCOVER_FAULT_LOCAL:
    case SHOAL_DISCOVER_FAULT_STOPPING:
      break;
    }
  return SHOAL_PROBLEM_UNREACHABLE;
}

/* The host stands for the tracker: the rest of a URL may hold a secret of the person's. */
ShoalProblem *
shoal_discover_tracker_list_dup_problem (const ShoalDiscoverTrackerList *self)
{
  guint i;

  for (i = 0; i < self->trackers->len; i++)
    {
      const ShoalDiscoverTracker *tracker = tracker_at (self, i);
      const ShoalDiscoverLink    *link = shoal_discover_tracker_get_telling (tracker);

      if (shoal_discover_tracker_has_failed (tracker))
        return shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_TRACKER,
                                       get_code (link),
                                       tracker->target->url->host,
                                       link->message,
                                       0,
                                       link->status);
    }
  return NULL;
}

void
shoal_discover_tracker_list_get_counts (const ShoalDiscoverTrackerList *self,
                                        int                            *n_seeds,
                                        int                            *n_leechers)
{
  guint i;

  *n_seeds = *n_leechers = -1;
  for (i = 0; i < self->trackers->len; i++)
    {
      *n_seeds = MAX (*n_seeds, tracker_at (self, i)->n_seeds);
      *n_leechers = MAX (*n_leechers, tracker_at (self, i)->n_leechers);
    }
}

guint
shoal_discover_tracker_list_get_n_trackers (const ShoalDiscoverTrackerList *self)
{
  return self->trackers->len;
}

static ShoalTrackerStatus
get_status (const ShoalDiscoverTracker *tracker)
{
  if (shoal_discover_tracker_is_busy (tracker))
    return SHOAL_TRACKER_STATUS_WORKING;
  if (shoal_discover_tracker_has_outcome (tracker, SHOAL_DISCOVER_OUTCOME_OK))
    return SHOAL_TRACKER_STATUS_OK;
  if (shoal_discover_tracker_has_failed (tracker))
    return SHOAL_TRACKER_STATUS_ERROR;
  return SHOAL_TRACKER_STATUS_NEW;
}

static gint64
to_epoch (gint64 usec, gint64 offset_usec)
{
  return usec != 0 ? (usec + offset_usec) / G_USEC_PER_SEC : 0;
}

static void
fill_from_links (const ShoalDiscoverTracker *tracker, ShoalTrackerInfo *row)
{
  gint64 offset_usec = g_get_real_time () - g_get_monotonic_time ();
  gint64 last_usec = 0;
  gint64 next_usec = 0;
  guint  i;

  for (i = 0; i < tracker->n_links; i++)
    {
      const ShoalDiscoverLink *link = &tracker->links[i];

      last_usec = MAX (last_usec, link->last_usec);
      row->n_peers = MAX (row->n_peers, link->n_peers);
      if (!link->is_discarded && link->next_usec != 0 &&
          (next_usec == 0 || link->next_usec < next_usec))
        next_usec = link->next_usec;
    }
  row->last_time = to_epoch (last_usec, offset_usec);
  if (tracker->list->is_started)
    row->next_time = to_epoch (next_usec, offset_usec);
}

static guint
get_tier (const ShoalDiscoverTracker *tracker)
{
  return MAX (tracker->tier, 1) - 1;
}

void
shoal_discover_tracker_list_get_origin (const ShoalDiscoverTrackerList *self,
                                        guint                           index,
                                        ShoalDiscoverOrigin            *out)
{
  const ShoalDiscoverTracker *tracker = tracker_at (self, index);

  *out = (ShoalDiscoverOrigin){
    .url = tracker->target->url->text,
    .host = tracker->target->url->name,
    .tier = get_tier (tracker),
    .by_person = tracker->word == SHOAL_BASE_POLICY_WORD_PERSON,
    .by_stranger = tracker->word == SHOAL_BASE_POLICY_WORD_STRANGER,
    .is_beside = tracker->is_beside,
  };
}

ShoalTrackerInfo *
shoal_discover_tracker_list_dup_row (const ShoalDiscoverTrackerList *self, guint index)
{
  const ShoalDiscoverTracker *tracker = tracker_at (self, index);
  const ShoalDiscoverLink    *link = shoal_discover_tracker_get_telling (tracker);
  ShoalTrackerInfo           *row = g_new0 (ShoalTrackerInfo, 1);

  row->url = g_strdup (tracker->target->url->text);
  row->message = link != NULL ? g_strdup (link->message) : NULL;
  row->tier = get_tier (tracker);
  row->status = get_status (tracker);
  if (row->status == SHOAL_TRACKER_STATUS_ERROR)
    {
      row->fault = get_code (link);
      row->http_status = link->status;
    }
  row->n_seeds = tracker->n_seeds;
  row->n_leechers = tracker->n_leechers;
  fill_from_links (tracker, row);
  return row;
}

gint64
shoal_discover_tracker_list_get_next_usec (const ShoalDiscoverTrackerList *self)
{
  return self->planned_usec;
}
