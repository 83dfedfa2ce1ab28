/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-backoff.h"
#include "discover/shoal-discover-request.h"
#include "discover/shoal-discover-tracker-list.h"

G_BEGIN_DECLS

/* The parts of a tracker list. See STATE.md for how an exit goes through its life. */

typedef struct _ShoalDiscoverTracker ShoalDiscoverTracker;

typedef enum
{
  SHOAL_DISCOVER_OUTCOME_NONE, /* not asked yet */
  SHOAL_DISCOVER_OUTCOME_OK,
  SHOAL_DISCOVER_OUTCOME_FAILED,
  SHOAL_DISCOVER_OUTCOME_ABSENT, /* the tracker has no address of the endpoint's family */
} ShoalDiscoverOutcome;

/* What goes between one tracker and one of our endpoints. */
typedef struct
{
  ShoalDiscoverTracker *tracker;   /* unowned: owns us */
  ShoalDiscoverRequest *request;   /* owned while it is under way: an announce or `stopped` */
  char                 *message;   /* owned: what came with the last answer, or failure; or NULL */
  gint64                next_usec; /* when to announce again; 0: at once */
  gint64                last_usec; /* of the last answer, or failure; 0: none */
  ShoalDiscoverAsked    asked;
  guint16               endpoint;
  guint16               fails;   /* in a row */
  guint16               n_peers; /* in the last answer */
  guint16               status;  /* of HTTP, if that is the fault */
  guint8                outcome; /* ShoalDiscoverOutcome, of the last announce */
  guint8                fault;   /* ShoalDiscoverFault, the same */
  guint8                event;   /* ShoalCodecTrackerEvent under way */

  guint is_known : 1;     /* the tracker answered a `started` and was not told `stopped` */
  guint may_know : 1;     /* a `started` is under way */
  guint is_stopping : 1;  /* the request is the last one */
  guint is_manual : 1;    /* the next announce was asked for by the person */
  guint is_discarded : 1; /* the retry would be "never" (BEP 31) */
} ShoalDiscoverLink;

struct _ShoalDiscoverTracker
{
  ShoalDiscoverTrackerList *list;       /* unowned: owns us */
  ShoalDiscoverTarget      *target;     /* counted */
  ShoalDiscoverLink        *links;      /* owned, one an endpoint; NULL until it is asked */
  ShoalDiscoverRequest     *scrape;     /* owned while it is under way */
  GBytes                   *tracker_id; /* owned, or NULL */
  gint64                    scraped_usec;
  int                       n_seeds; /* −1: not said, as the next */
  int                       n_leechers;
  guint16                   tier;
  guint16                   group;      /* trackers of a group stand in for each other */
  guint16                   n_reported; /* rounds of failures that were told */
  guint8                    word;       /* ShoalBasePolicyWord */
  guint8                    n_links;

  guint owes_completed : 1;    /* it knows us as a leecher, and we are none any more */
  guint sends_completed : 1;   /* one link is doing so */
  guint is_local_reported : 1; /* on_local_ignored was called */
  guint is_beside : 1;         /* in a tier that only the person has named */
};

struct _ShoalDiscoverTrackerList
{
  ShoalDiscoverAnnouncer           *announcer; /* unowned: outlives us */
  ShoalDiscoverTrackerOptions       options;
  const ShoalDiscoverTrackerEvents *events; /* unowned: lives as long as we */
  gpointer                          owner;  /* unowned: owns us */
  GPtrArray            *trackers; /* owned, of ShoalDiscoverTracker; by group, tier, preference */
  ShoalDiscoverTracker *current;  /* unowned: in trackers; the one of a private torrent in use */
  ShoalDiscoverTracker *source;   /* unowned: in trackers; the one that answered it last, or NULL */
  ShoalNetTimer         timer;    /* for the earliest thing to do */
  gint64                planned_usec; /* when that is; 0: nothing is planned */
  guint32               key;
  guint16               n_tiers;
  guint16               n_busy; /* depth of calls to the owner */

  guint is_started : 1;
  guint has_lost_source : 1; /* the one that answered it last was taken out */
  guint is_dead : 1;         /* freed inside a call to the owner: goes when that returns */
};

/* shoal-discover-tracker-plan.c */

/* Starts every announce that is due and sets the timer for the next. Calls nobody. */
void shoal_discover_tracker_plan (ShoalDiscoverTrackerList *self);

/* The planning of the next turn: what changed may have more to it. */
void shoal_discover_tracker_plan_soon (ShoalDiscoverTrackerList *self);

/* Makes the links of @tracker if it has none, and new ones for new endpoints. */
void shoal_discover_tracker_ensure_links (ShoalDiscoverTracker *tracker);

gboolean shoal_discover_tracker_has_outcome (const ShoalDiscoverTracker *tracker,
                                             ShoalDiscoverOutcome        outcome);

/* Whether it answers over no family that it has: those that it has not count only if it has none of
 * ours. */
gboolean shoal_discover_tracker_has_failed (const ShoalDiscoverTracker *tracker);

/* What its links have to say: one that works, else the failure that says most, so that a tracker's
 * own words stand above the silence of another address of it. NULL: it was never asked. */
const ShoalDiscoverLink *shoal_discover_tracker_get_telling (const ShoalDiscoverTracker *tracker);

gboolean shoal_discover_tracker_is_busy (const ShoalDiscoverTracker *tracker);

/* An announce on @link, as the announcer takes it. */
ShoalDiscoverOrder shoal_discover_tracker_make_order (ShoalDiscoverLink    *link,
                                                      ShoalDiscoverPriority priority);

/* shoal-discover-tracker-answer.c */

/* What to announce on a link (ShoalDiscoverFillFunc). */
void shoal_discover_tracker_fill (gpointer                   owner,
                                  ShoalCodecTrackerAnnounce *announce,
                                  GBytes                   **tracker_id);

/* The result of an announce on a link (ShoalDiscoverResultFunc). */
void shoal_discover_tracker_on_result (gpointer owner, const ShoalDiscoverResult *result);

/* Orders a scrape if the tracker has one and was not asked just now. */
void shoal_discover_tracker_scrape (ShoalDiscoverTracker *tracker);

/* shoal-discover-tracker-list.c */

/* Around each call to the owner, who may free the list: it goes with the outermost _leave() then.
 */
void shoal_discover_tracker_list_enter (ShoalDiscoverTrackerList *self);

void shoal_discover_tracker_list_leave (ShoalDiscoverTrackerList *self);

/* A tracker of @target that is not in the list yet. Takes the caller's count over. */
ShoalDiscoverTracker *shoal_discover_tracker_new (ShoalDiscoverTrackerList *self,
                                                  ShoalDiscoverTarget      *target);

/* Lets go of all that is under way; `stopped` messages go on by themselves. */
void shoal_discover_tracker_leave (ShoalDiscoverTracker *tracker);

/* Tells it `stopped`, if it knows of us or may. */
void shoal_discover_tracker_stop (ShoalDiscoverTracker *tracker);

/* After shoal_discover_tracker_leave(). */
void shoal_discover_tracker_free (ShoalDiscoverTracker *tracker);

/* No wait that was meant for another run counts any more. */
void shoal_discover_tracker_forget_waits (ShoalDiscoverTracker *tracker);

/* Behind all of its group and tier, before those of later ones. */
void shoal_discover_tracker_list_insert (ShoalDiscoverTrackerList *self,
                                         ShoalDiscoverTracker     *tracker);

/* The tracker with @target, taken out of the list; a new one if there is none, NULL if there are
 * too many. Takes the caller's count over. */
ShoalDiscoverTracker *shoal_discover_tracker_list_take (ShoalDiscoverTrackerList *self,
                                                        ShoalDiscoverTarget      *target);

/* In any order (BEP 12). */
void shoal_discover_tracker_list_shuffle (ShoalDiscoverTrackerList *self, GPtrArray *tier);

/* Moves @tracker to the front of its tier (BEP 12). */
void shoal_discover_tracker_list_promote (ShoalDiscoverTrackerList *self,
                                          ShoalDiscoverTracker     *tracker);

G_END_DECLS
