/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* What comes up: rows that changed, gathered and handed over a few times a second, at once where a
 * person waits. While the last snapshot was not taken, changes stay as marks. */

#define CALM_USEC   (G_USEC_PER_SEC / 4)
#define URGENT_USEC (G_USEC_PER_SEC / 20)

/* Answers and events that may gather before the oldest events go: a reader that hangs must not cost
 * memory without end. */
#define MAX_EVENTS 10000

static void
plan (ShoalSession *self, gboolean is_urgent)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->reactor);
  gint64 due_usec = self->published_usec + (is_urgent ? URGENT_USEC : CALM_USEC);

  if (self->phase == SHOAL_SESSION_PHASE_STOPPED)
    return;
  if (shoal_net_reactor_timer_is_set (&self->publisher) && (!is_urgent || self->is_urgent))
    return;
  self->is_urgent = is_urgent;
  shoal_net_reactor_timer_set (self->reactor, &self->publisher, MAX (due_usec, now_usec));
}

void
shoal_session_mark (ShoalSessionEntry *entry, gboolean is_urgent)
{
  ShoalSession *self = entry->session;

  if (shoal_session_entry_is_hidden (entry) || !self->is_listed)
    return;
  if (!shoal_base_list_is_linked (&entry->dirty))
    shoal_base_list_append (&self->dirty, &entry->dirty);
  plan (self, is_urgent);
}

void
shoal_session_report (ShoalSession *self, ShoalEvent *event)
{
  if ((self->watch & SHOAL_WATCH_EVENTS) == 0 && event->kind != SHOAL_EVENT_LISTENING &&
      event->kind != SHOAL_EVENT_PORT_TAKEN && event->kind != SHOAL_EVENT_LEFT)
    {
      ShoalSessionEntry *entry = shoal_session_find (self, event->id);

      if (entry == NULL || (entry->watch & SHOAL_WATCH_EVENTS) == 0)
        {
          shoal_event_unref (event);
          return;
        }
    }
  if (self->next->events->len >= MAX_EVENTS)
    g_ptr_array_remove_index (self->next->events, 0);
  g_ptr_array_add (self->next->events, event);
  plan (self, TRUE);
}

void
shoal_session_answer_with (ShoalSession *self, ShoalAnswer *answer)
{
  g_ptr_array_add (self->next->answers, answer);
  plan (self, TRUE);
}

void
shoal_session_answer (ShoalSession *self, guint64 serial, ShoalTorrentId id, ShoalProblem *problem)
{
  ShoalAnswer *answer = shoal_answer_new (serial, id);

  answer->problem = problem;
  shoal_session_answer_with (self, answer);
}

void
shoal_session_count (ShoalSessionEntry *entry)
{
  entry->session->n_listed -= entry->is_counted;
  entry->is_counted = !shoal_session_entry_is_hidden (entry);
  entry->session->n_listed += entry->is_counted;
  shoal_session_line_list (entry);
}

void
shoal_session_unlist (ShoalSession *self, ShoalTorrentId id)
{
  ShoalSessionEntry *entry = shoal_session_find (self, id);

  if (entry != NULL)
    shoal_base_list_remove (&entry->dirty);
  g_array_append_val (self->next->removed, id);
  plan (self, TRUE);
}

void
shoal_session_set_problem (ShoalSession *self, ShoalProblem *problem)
{
  g_clear_pointer (&self->problem, shoal_problem_unref);
  self->problem = problem;
  plan (self, TRUE);
}

void
shoal_session_publish_soon (ShoalSession *self)
{
  plan (self, TRUE);
}

void
shoal_session_touch (ShoalSession *self)
{
  plan (self, FALSE);
}

static ShoalTorrentState
get_sleeping_state (const ShoalSessionEntry *entry)
{
  const ShoalStoreStats *stats = &entry->row.stats;
  gboolean               is_complete =
      shoal_session_entry_is_settled (entry) ||
      (stats->wanted_bytes > 0 && stats->wanted_have_bytes >= stats->wanted_bytes);

  if (entry->problem != NULL && !entry->is_missing)
    return SHOAL_TORRENT_STATE_STOPPED;
  if (entry->row.options.paused)
    return SHOAL_TORRENT_STATE_PAUSED;
  if (entry->problem != NULL)
    return SHOAL_TORRENT_STATE_WAITING;
  if (is_complete)
    return entry->row.options.seeds ? SHOAL_TORRENT_STATE_SEEDING : SHOAL_TORRENT_STATE_FINISHED;
  if (entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    return SHOAL_TORRENT_STATE_METADATA;
  /* Awake soon; or put to sleep by the end of the run, or because it has to wait. */
  return entry->session->phase == SHOAL_SESSION_PHASE_RUNNING && shoal_session_line_lets (entry)
             ? SHOAL_TORRENT_STATE_CHECKING
             : SHOAL_TORRENT_STATE_DOWNLOADING;
}

static void
fill_from_row (const ShoalSessionEntry *entry, ShoalTorrentInfo *info)
{
  const ShoalStoreRow *row = &entry->row;

  info->state = get_sleeping_state (entry);
  info->problem = entry->problem != NULL ? shoal_problem_ref (entry->problem) : NULL;
  info->save_path = g_strdup (row->save_path);
  info->size = row->total_size;
  info->n_files = entry->n_files;
  info->wanted_bytes = row->stats.wanted_bytes > 0 ? row->stats.wanted_bytes : row->total_size;
  info->done_bytes = row->stats.wanted_have_bytes;
  info->resumed_bytes = entry->resumed_bytes;
  info->downloaded = row->stats.payload_down;
  info->uploaded = row->stats.payload_up;
  info->wasted = row->stats.wasted;
  info->corrupt = row->stats.corrupt;
  info->completed_time = row->stats.completed_at;
  info->seeding_sec = (gint64) shoal_session_seeding_get_seconds (entry);
}

static gboolean
is_under_way (ShoalTorrentState state)
{
  return state == SHOAL_TORRENT_STATE_SEEDING || state == SHOAL_TORRENT_STATE_DOWNLOADING ||
         state == SHOAL_TORRENT_STATE_METADATA;
}

/* Of one that would take part: what keeps it from that. The torrent knows only that it must not. */
static void
say_why_it_waits (const ShoalSessionEntry *entry, ShoalTorrentInfo *info)
{
  const ShoalStoreRow *row = &entry->row;
  ShoalHold            hold = entry->session->settings->hold;

  if (!shoal_session_entry_wants_part (entry) || shoal_session_line_lets (entry) ||
      (!is_under_way (info->state) && info->state != SHOAL_TORRENT_STATE_PAUSED))
    return;
  if (row->options.asks && row->metainfo_kind != SHOAL_STORE_METAINFO_NONE)
    info->state = SHOAL_TORRENT_STATE_PAUSED; /* it waits for a person */
  else if (hold == SHOAL_HOLD_NONE)
    info->state = SHOAL_TORRENT_STATE_QUEUED;
  else
    info->state = SHOAL_TORRENT_STATE_WAITING;
  if (info->state != SHOAL_TORRENT_STATE_WAITING)
    return;
  g_clear_pointer (&info->problem, shoal_problem_unref);
  info->problem =
      shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_HELD, NULL, NULL, 0, hold);
}

static void
fill_options (ShoalSessionEntry *entry, ShoalTorrentInfo *info)
{
  const ShoalStoreOptions *options = &entry->row.options;

  info->down_limit_bps = options->down_limit_bps;
  info->up_limit_bps = options->up_limit_bps;
  info->goals = *shoal_session_seeding_get_goals (entry);
  info->queue_position = entry->line.position;
  info->is_seed = options->seeds;
  info->is_sequential = options->sequential;
  info->has_goals = options->has_goals;
  info->met_goal = options->met_goal;
}

/* It wakes for that alone, or goes on with it: what it had is known, as it was. */
static gboolean
is_opening_to_move (const ShoalSessionEntry *entry)
{
  return (entry->wants_move || entry->is_moving) && !entry->is_stopping && entry->torrent != NULL &&
         shoal_torrent_is_opening (entry->torrent) && entry->row.stats.wanted_bytes > 0;
}

static ShoalTorrentInfo *
make_info (ShoalSessionEntry *entry)
{
  const ShoalStoreRow *row = &entry->row;
  ShoalTorrentInfo    *info = shoal_torrent_info_new ();

  info->id = entry->id;
  info->hashes = row->hashes;
  info->name = g_strdup (row->root_name != NULL ? row->root_name : row->name);
  if (shoal_session_entry_is_quiet (entry) || is_opening_to_move (entry))
    fill_from_row (entry, info);
  else
    shoal_torrent_fill_info (entry->torrent, info);
  if (is_opening_to_move (entry))
    info->state = SHOAL_TORRENT_STATE_MOVING;
  if (row->options.paused && is_under_way (info->state))
    info->state = SHOAL_TORRENT_STATE_PAUSED;
  say_why_it_waits (entry, info);
  if (entry->torrent != NULL || entry->is_announced)
    {
      info->trackers = shoal_discover_tracker_list_get_state (entry->trackers);
      info->tracker_problem = shoal_discover_tracker_list_dup_problem (entry->trackers);
    }
  entry->said_trackers = info->trackers;
  entry->said_failure = info->tracker_problem != NULL;
  info->data_path = g_build_filename (info->save_path, info->name, NULL);
  info->added_time = row->added_at;
  fill_options (entry, info);
  info->is_magnet = row->metainfo_kind == SHOAL_STORE_METAINFO_NONE;
  info->uses_dht = shoal_session_dht_may_have (entry);
  info->is_asking = row->options.asks && !info->is_magnet;
  info->is_paused = row->options.paused || info->is_asking;
  info->encryption = (int) row->options.encryption - 1;
  info->play_first = row->options.play_first - 1;
  info->is_private = row->is_private;
  info->labels = shoal_words_ref (entry->labels);
  info->hosts = shoal_words_ref (entry->hosts);
  return info;
}

static void
collect_entry (ShoalSession *self, ShoalSessionEntry *entry)
{
  ShoalTorrentInfo    *info = make_info (entry);
  ShoalTorrentDetails *details =
      entry->torrent != NULL ? shoal_torrent_dup_details (entry->torrent) : NULL;

  if (details != NULL && (entry->watch & SHOAL_WATCH_TRACKERS) != 0)
    details->trackers = shoal_session_swarm_dup_trackers (entry);
  g_ptr_array_add (self->next->changed, info);
  if (details != NULL)
    g_ptr_array_add (self->next->details, details);
}

static void
add_totals (ShoalTotals *totals, const ShoalSessionEntry *entry)
{
  ShoalStoreStats stats;

  shoal_torrent_get_stats (entry->torrent, &stats);
  totals->downloaded += stats.payload_down - entry->row.stats.payload_down;
  totals->uploaded += stats.payload_up - entry->row.stats.payload_up;
  totals->down_bps += shoal_torrent_get_down_bps (entry->torrent);
  totals->up_bps += shoal_torrent_get_up_bps (entry->torrent);
  totals->n_peers += shoal_torrent_get_n_peers (entry->torrent);
  totals->n_awake++;
}

static void
fill_totals (ShoalSession *self)
{
  ShoalTotals *totals = &self->next->totals;

  totals->downloaded = self->asleep_down;
  totals->uploaded = self->asleep_up;
  totals->n_torrents = self->n_listed;
  totals->reach = shoal_session_mapping_get_reach (self);
  SHOAL_BASE_LIST_FOREACH (&self->awake, node)
  add_totals (totals, SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, awake));
  shoal_session_dht_fill_totals (self, totals);
  if (self->endpoints->len > 0)
    totals->port = shoal_net_endpoint_get_port (g_ptr_array_index (self->endpoints, 0));
}

static void
publish_now (ShoalSession *self)
{
  ShoalSnapshot *snapshot;

  while (!shoal_base_list_is_empty (&self->dirty))
    {
      ShoalSessionEntry *entry = SHOAL_BASE_LIST_ENTRY (self->dirty.next, ShoalSessionEntry, dirty);

      shoal_base_list_remove (&entry->dirty);
      collect_entry (self, entry);
    }
  fill_totals (self);
  snapshot = g_steal_pointer (&self->next);
  self->next = shoal_snapshot_new ();
  self->is_urgent = FALSE;
  self->published_usec = shoal_net_reactor_get_now (self->reactor);
  snapshot->last_serial = self->last_serial;
  snapshot->is_loaded = self->is_listed;
  snapshot->problem = self->problem != NULL ? shoal_problem_ref (self->problem) : NULL;
  snapshot->is_stopped = self->phase == SHOAL_SESSION_PHASE_STOPPED;
  self->events->publish (self->owner, snapshot);
}

static void
publisher_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;

  if (self->events->can_publish (self->owner))
    publish_now (self);
  else
    shoal_net_reactor_timer_set (self->reactor, &self->publisher, now_usec + URGENT_USEC);
}

void
shoal_session_publish_last (ShoalSession *self)
{
  shoal_net_reactor_timer_clear (self->reactor, &self->publisher);
  publish_now (self);
}

void
shoal_session_publish_init (ShoalSession *self)
{
  self->next = shoal_snapshot_new ();
  shoal_base_list_init (&self->dirty);
  shoal_net_reactor_timer_init (&self->publisher, publisher_cb, self);
}
