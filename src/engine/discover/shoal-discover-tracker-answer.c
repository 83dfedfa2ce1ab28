/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-url.h"
#include "discover/shoal-discover-tracker-private.h"

#define NUM_WANT 200

/* Between two scrapes of one torrent at one tracker. */
#define MIN_SCRAPE_USEC (30 * (gint64) G_USEC_PER_SEC)

static gint64
get_now (const ShoalDiscoverTrackerList *self)
{
  return shoal_net_reactor_get_now (shoal_discover_announcer_get_reactor (self->announcer));
}

static ShoalCodecTrackerEvent
choose_event (ShoalDiscoverLink *link, const ShoalDiscoverStats *stats)
{
  ShoalDiscoverTracker *tracker = link->tracker;

  if (!link->is_known)
    return link->is_stopping ? SHOAL_CODEC_TRACKER_EVENT_STOPPED
                             : SHOAL_CODEC_TRACKER_EVENT_STARTED;
  if (tracker->owes_completed && !tracker->sends_completed)
    {
      tracker->sends_completed = TRUE;
      return SHOAL_CODEC_TRACKER_EVENT_COMPLETED;
    }
  if (link->is_stopping)
    return SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  if (stats->is_partial_seed)
    return SHOAL_CODEC_TRACKER_EVENT_PAUSED;
  return SHOAL_CODEC_TRACKER_EVENT_NONE;
}

void
shoal_discover_tracker_fill (gpointer                   owner,
                             ShoalCodecTrackerAnnounce *announce,
                             GBytes                   **tracker_id)
{
  ShoalDiscoverLink        *link = owner;
  ShoalDiscoverTrackerList *self = link->tracker->list;
  ShoalDiscoverStats        stats = { 0 };

  self->events->get_stats (self->owner, &stats);
  announce->info_hash = self->options.info_hash;
  announce->peer_id = self->options.peer_id;
  announce->key = self->key;
  announce->has_key = TRUE;
  announce->uploaded = stats.uploaded;
  announce->downloaded = stats.downloaded;
  announce->corrupt = stats.corrupt;
  announce->left = stats.is_left_unknown ? SHOAL_CODEC_TRACKER_LEFT_UNKNOWN : stats.left;
  announce->event = choose_event (link, &stats);
  announce->num_want = NUM_WANT;
  if (stats.wants_no_peers || announce->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    announce->num_want = 0;
  announce->wants_compact = TRUE;
  announce->wants_no_peer_id = TRUE;
  announce->supports_encryption = !!shoal_discover_announcer_supports_encryption (self->announcer);
  link->event = (guint8) announce->event;
  if (announce->event == SHOAL_CODEC_TRACKER_EVENT_STARTED)
    link->may_know = TRUE;
  *tracker_id = link->tracker->tracker_id;
}

/* Copies what may be contacted on the tracker's word to @out; returns how many local ones are not
 * among them. */
static guint
filter_peers (const ShoalDiscoverTrackerList *self,
              const ShoalBaseAddress         *peers,
              guint                           n,
              const ShoalBaseAddress         *teller,
              GArray                         *out)
{
  gboolean allow_local = shoal_discover_announcer_get_allow_local (self->announcer);
  guint    i, n_ignored = 0;

  for (i = 0; i < n; i++)
    {
      if (peers[i].port == 0)
        continue;
      if (shoal_base_policy_allows (
              &peers[i], SHOAL_BASE_POLICY_WORD_STRANGER, teller, allow_local))
        g_array_append_val (out, peers[i]);
      else if (shoal_base_policy_is_local (&peers[i]))
        n_ignored++;
    }
  return n_ignored;
}

static void
report_local (ShoalDiscoverTracker *tracker, guint n)
{
  ShoalDiscoverTrackerList *self = tracker->list;

  if (tracker->is_local_reported)
    return;
  tracker->is_local_reported = TRUE;
  if (self->events->on_local_ignored != NULL)
    self->events->on_local_ignored (self->owner, tracker->target->url->text, n);
}

static void
deliver_peers (ShoalDiscoverTracker   *tracker,
               const ShoalBaseAddress *peers,
               guint                   n,
               const ShoalBaseAddress *teller)
{
  ShoalDiscoverTrackerList *self = tracker->list;
  g_autoptr (GArray) good = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  guint n_ignored = filter_peers (self, peers, n, teller, good);

  if (good->len > 0 && self->events->on_peers != NULL)
    self->events->on_peers (self->owner, (gconstpointer) good->data, good->len, teller);
  if (n_ignored > 0 && !self->is_dead)
    report_local (tracker, n_ignored);
}

static void
on_named_peers (gpointer                owner,
                const ShoalBaseAddress *addresses,
                guint                   n,
                const ShoalBaseAddress *teller)
{
  ShoalDiscoverTracker     *tracker = owner;
  ShoalDiscoverTrackerList *self = tracker->list;

  shoal_discover_tracker_list_enter (self);
  deliver_peers (tracker, addresses, n, teller);
  shoal_discover_tracker_list_leave (self);
}

static void
ask_names (ShoalDiscoverLink            *link,
           const ShoalCodecTrackerReply *reply,
           const ShoalBaseAddress       *teller)
{
  ShoalDiscoverTrackerList *self = link->tracker->list;
  guint                     i;

  for (i = 0; i < MIN (reply->hosts->len, SHOAL_DISCOVER_NAMES_MAX_PER_REPLY); i++)
    {
      const ShoalCodecHost      *host = &g_array_index (reply->hosts, ShoalCodecHost, i);
      ShoalDiscoverNamesQuestion question = {
        .host = host->host,
        .port = host->port,
        .family = shoal_discover_announcer_get_family (self->announcer, link->endpoint),
        .teller = *teller,
      };

      shoal_discover_names_ask (shoal_discover_announcer_get_names (self->announcer),
                                &question,
                                on_named_peers,
                                link->tracker);
    }
}

static void
set_message (ShoalDiscoverLink *link, const char *message)
{
  g_free (link->message);
  link->message = g_strdup (message);
}

static int
clamp_count (gint64 count)
{
  return count < 0 ? -1 : (int) MIN (count, G_MAXINT);
}

static void
note_counts (ShoalDiscoverTracker *tracker, const ShoalCodecTrackerCounts *counts)
{
  if (counts->complete >= 0)
    tracker->n_seeds = clamp_count (counts->complete);
  if (counts->incomplete >= 0)
    tracker->n_leechers = clamp_count (counts->incomplete);
}

static void
note_reply (ShoalDiscoverLink            *link,
            const ShoalCodecTrackerReply *reply,
            const ShoalBaseAddress       *remote)
{
  ShoalDiscoverTracker     *tracker = link->tracker;
  ShoalDiscoverTrackerList *self = tracker->list;
  ShoalBaseRandom          *random = shoal_discover_announcer_get_random (self->announcer);

  link->outcome = SHOAL_DISCOVER_OUTCOME_OK;
  link->fault = SHOAL_DISCOVER_FAULT_NONE;
  link->fails = 0;
  tracker->n_reported = 0;
  link->is_known = TRUE;
  link->asked.interval_sec = reply->interval_s;
  link->asked.min_interval_sec = reply->min_interval_s;
  link->asked.is_local = shoal_base_policy_is_local (remote);
  link->next_usec =
      link->last_usec + shoal_discover_backoff_spread_usec (
                            shoal_discover_backoff_interval_sec (&link->asked), random);
  link->n_peers = (guint16) MIN (reply->peers->len + reply->hosts->len, G_MAXUINT16);
  note_counts (tracker, &reply->counts);
  if (reply->tracker_id != NULL)
    {
      g_clear_pointer (&tracker->tracker_id, g_bytes_unref);
      tracker->tracker_id = g_bytes_ref (reply->tracker_id);
    }
  if (link->event == SHOAL_CODEC_TRACKER_EVENT_COMPLETED)
    tracker->owes_completed = FALSE;
  if (tracker->owes_completed && !tracker->sends_completed)
    link->next_usec = 0;
}

static void
note_failure (ShoalDiscoverLink *link, const ShoalDiscoverResult *result)
{
  ShoalDiscoverTrackerList *self = link->tracker->list;
  ShoalBaseRandom          *random = shoal_discover_announcer_get_random (self->announcer);
  gint32                    retry_in_sec = result->reply != NULL ? result->reply->retry_in_s : 0;
  gint64                    delay_usec;

  link->fails = (guint16) MIN (link->fails + 1, G_MAXUINT16);
  delay_usec = shoal_discover_backoff_retry_usec (link->fails, random);
  if (retry_in_sec == SHOAL_CODEC_TRACKER_RETRY_NEVER)
    link->is_discarded = TRUE;
  else if (retry_in_sec > 0)
    delay_usec = MAX (delay_usec, retry_in_sec * (gint64) G_USEC_PER_SEC);
  link->next_usec = link->last_usec + delay_usec;
  if (result->reply != NULL && result->reply->interval_s > 0)
    link->asked.interval_sec = result->reply->interval_s;
}

/* How often each family of ours that could reach @tracker has failed in a row: 0 while one works or
 * may yet. */
static guint
count_rounds (const ShoalDiscoverTracker *tracker)
{
  guint least = G_MAXUINT;
  guint most = 0;
  guint i;

  for (i = 0; i < tracker->n_links; i++)
    {
      const ShoalDiscoverLink *link = &tracker->links[i];
      gboolean is_asked = link->outcome != SHOAL_DISCOVER_OUTCOME_NONE || link->request != NULL;

      most = MAX (most, link->fails);
      if (is_asked && !link->is_discarded && link->outcome != SHOAL_DISCOVER_OUTCOME_ABSENT)
        least = MIN (least, link->fails);
    }
  return MIN (least, most);
}

/* A tracker that does not answer is told of once a round, however many families it was asked over;
 * a family that it does not have is no failure of it. */
static gboolean
is_failure_news (ShoalDiscoverTracker *tracker)
{
  guint n_rounds = count_rounds (tracker);

  if (!shoal_discover_tracker_has_failed (tracker) || n_rounds <= tracker->n_reported)
    return FALSE;
  tracker->n_reported = (guint16) n_rounds;
  return TRUE;
}

/* Until it is asked again, at the earliest; 0: it is not. */
static guint
get_pause_sec (const ShoalDiscoverLink *link, const ShoalDiscoverResult *result)
{
  if (result->fault == SHOAL_DISCOVER_FAULT_NONE)
    return shoal_discover_backoff_interval_sec (&link->asked);
  if (link->is_discarded)
    return 0;
  return (guint) ((link->next_usec - link->last_usec) / G_USEC_PER_SEC);
}

static void
report_announced (ShoalDiscoverLink *link, const ShoalDiscoverResult *result)
{
  ShoalDiscoverTrackerList *self = link->tracker->list;
  ShoalDiscoverAnnounced    announced = {
       .url = link->tracker->target->url->text,
       .message = shoal_discover_tracker_get_telling (link->tracker)->message,
       .n_peers = link->n_peers,
       .interval_sec = get_pause_sec (link, result),
       .family = shoal_discover_announcer_get_family (self->announcer, link->endpoint),
       .is_error = result->fault != SHOAL_DISCOVER_FAULT_NONE,
  };

  if (announced.is_error)
    announced.n_peers = 0;
  if (self->events->on_announced != NULL)
    self->events->on_announced (self->owner, &announced);
}

/* The peers of a private torrent are those of one tracker. */
static void
note_source (ShoalDiscoverTracker *tracker)
{
  ShoalDiscoverTrackerList *self = tracker->list;
  gboolean is_other = self->has_lost_source || (self->source != NULL && self->source != tracker);

  self->source = tracker;
  self->has_lost_source = FALSE;
  if (is_other && self->options.is_private && self->events->on_switched != NULL)
    self->events->on_switched (self->owner);
}

/* Calls to the owner, each of which may free the list. */
static void
tell_owner (ShoalDiscoverLink *link, const ShoalDiscoverResult *result, gboolean is_news)
{
  ShoalDiscoverTrackerList *self = link->tracker->list;

  if (is_news)
    report_announced (link, result);
  if (!self->is_dead && result->fault == SHOAL_DISCOVER_FAULT_LOCAL)
    report_local (link->tracker, 0);
  if (!self->is_dead && result->fault == SHOAL_DISCOVER_FAULT_NONE && result->reply != NULL)
    note_source (link->tracker);
  if (!self->is_dead && result->fault == SHOAL_DISCOVER_FAULT_NONE && result->reply != NULL)
    deliver_peers (link->tracker,
                   (gconstpointer) result->reply->peers->data,
                   result->reply->peers->len,
                   &result->remote);
  if (!self->is_dead && self->events->on_changed != NULL)
    self->events->on_changed (self->owner);
}

static void
handle_reply (ShoalDiscoverLink *link, const ShoalDiscoverResult *result)
{
  ShoalDiscoverTracker         *tracker = link->tracker;
  ShoalDiscoverTrackerList     *self = tracker->list;
  const ShoalCodecTrackerReply *reply = result->reply;

  note_reply (link, reply, &result->remote);
  set_message (link, result->message);
  shoal_discover_tracker_list_promote (self, tracker);
  ask_names (link, reply, &result->remote);
  if (reply->external.family != 0)
    shoal_discover_announcer_tell_external (self->announcer, &reply->external, &result->remote);
  if (reply->counts.complete < 0 && reply->counts.incomplete < 0)
    shoal_discover_tracker_scrape (tracker);
}

/* Whether it is worth telling. */
static gboolean
handle_failure (ShoalDiscoverLink *link, const ShoalDiscoverResult *result)
{
  link->fault = result->fault;
  link->status = (guint16) result->status;
  link->outcome = result->fault == SHOAL_DISCOVER_FAULT_FAMILY ? SHOAL_DISCOVER_OUTCOME_ABSENT
                                                               : SHOAL_DISCOVER_OUTCOME_FAILED;
  note_failure (link, result);
  set_message (link, result->message);
  return is_failure_news (link->tracker);
}

void
shoal_discover_tracker_on_result (gpointer owner, const ShoalDiscoverResult *result)
{
  ShoalDiscoverLink        *link = owner;
  ShoalDiscoverTrackerList *self = link->tracker->list;
  gboolean                  is_news = TRUE;

  link->request = NULL;
  link->may_know = FALSE;
  link->last_usec = get_now (self);
  if (link->event == SHOAL_CODEC_TRACKER_EVENT_COMPLETED)
    link->tracker->sends_completed = FALSE;
  if (result->fault == SHOAL_DISCOVER_FAULT_STOPPING)
    return;
  if (link->is_stopping)
    {
      link->is_stopping = FALSE;
      shoal_discover_tracker_plan_soon (self);
      return;
    }
  if (result->fault == SHOAL_DISCOVER_FAULT_NONE)
    handle_reply (link, result);
  else
    is_news = handle_failure (link, result);
  shoal_discover_tracker_plan_soon (self);
  shoal_discover_tracker_list_enter (self);
  tell_owner (link, result, is_news);
  shoal_discover_tracker_list_leave (self);
}

static void
on_scraped (gpointer owner, const ShoalDiscoverResult *result)
{
  ShoalDiscoverTracker     *tracker = owner;
  ShoalDiscoverTrackerList *self = tracker->list;

  tracker->scrape = NULL;
  if (result->counts == NULL)
    return;
  note_counts (tracker, result->counts);
  shoal_discover_tracker_list_enter (self);
  if (self->events->on_changed != NULL)
    self->events->on_changed (self->owner);
  shoal_discover_tracker_list_leave (self);
}

/* Over the endpoint that works, if one does; else one that may. */
static guint
choose_scrape_endpoint (const ShoalDiscoverTracker *tracker)
{
  guint i, choice = 0;

  for (i = tracker->n_links; i > 0; i--)
    if (tracker->links[i - 1].outcome != SHOAL_DISCOVER_OUTCOME_ABSENT)
      choice = i - 1;
  for (i = 0; i < tracker->n_links; i++)
    if (tracker->links[i].outcome == SHOAL_DISCOVER_OUTCOME_OK)
      return i;
  return choice;
}

void
shoal_discover_tracker_scrape (ShoalDiscoverTracker *tracker)
{
  ShoalDiscoverTrackerList *self = tracker->list;
  gint64                    now_usec = get_now (self);
  ShoalDiscoverOrder        order = {
           .target = tracker->target,
           .endpoint = choose_scrape_endpoint (tracker),
           .word = (ShoalBasePolicyWord) tracker->word,
           .priority = SHOAL_DISCOVER_PRIORITY_SCRAPE,
           .info_hash = &self->options.info_hash,
           .func = on_scraped,
           .owner = tracker,
  };

  if (!tracker->target->url->can_scrape || tracker->scrape != NULL ||
      shoal_discover_announcer_get_n_endpoints (self->announcer) == 0 ||
      (tracker->scraped_usec != 0 && now_usec - tracker->scraped_usec < MIN_SCRAPE_USEC))
    return;
  tracker->scraped_usec = now_usec;
  tracker->scrape = shoal_discover_announcer_submit (self->announcer, &order);
}
