/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "session/shoal-session-goals.h"

/* A seed that has reached a goal stops, or leaves the list. Time that passes has a timer for each
 * seed with such a goal, asleep or awake; what is given is looked at while it is given. */

/* So often the share ratio of one that is taken from is looked at. */
#define LOOK_USEC G_USEC_PER_SEC

const ShoalSeedGoals *
shoal_session_seeding_get_goals (const ShoalSessionEntry *entry)
{
  return entry->row.options.has_goals ? &entry->row.options.goals
                                      : &entry->session->settings->goals;
}

static guint64
count_seconds (const ShoalSessionEntry *entry, const ShoalStoreStats *stats)
{
  gint64 now_usec = shoal_net_reactor_get_now (entry->session->reactor);

  if (entry->dozing_usec == 0)
    return stats->seeding_seconds;
  return stats->seeding_seconds + (guint64) (now_usec - entry->dozing_usec) / G_USEC_PER_SEC;
}

guint64
shoal_session_seeding_get_seconds (const ShoalSessionEntry *entry)
{
  return count_seconds (entry, &entry->row.stats);
}

static guint64
get_wait (ShoalSessionEntry *entry)
{
  const ShoalStoreOptions *options = &entry->row.options;
  ShoalSessionGoalFacts    facts;
  ShoalStoreStats          stats;
  guint64                  seconds, from_seconds;

  shoal_session_entry_get_stats (entry, &stats);
  seconds = count_seconds (entry, &stats);
  from_seconds = MIN (options->goals_from_seconds, seconds);
  facts = (ShoalSessionGoalFacts){
    .uploaded = stats.payload_up - MIN (options->goals_from_bytes, stats.payload_up),
    .basis = MAX (stats.payload_down, entry->row.total_size),
    .seconds = seconds - from_seconds,
    .idle_seconds = seconds - CLAMP (stats.taken_seconds, from_seconds, seconds),
  };
  return shoal_session_goals_get_wait (shoal_session_seeding_get_goals (entry), &facts);
}

static gboolean
has_any_goal (const ShoalSessionEntry *entry)
{
  const ShoalSeedGoals *goals = shoal_session_seeding_get_goals (entry);

  return goals->ratio_1000 >= 0 || goals->minutes > 0 || goals->idle_minutes > 0;
}

/* Whether all that is wanted is there for good, and nothing is being done with it. */
static gboolean
is_settled_seed (const ShoalSessionEntry *entry)
{
  if (!shoal_session_entry_wants_part (entry) || !entry->row.options.seeds || entry->is_stopping ||
      entry->is_loading || entry->wants_check || entry->wants_move || entry->is_moving)
    return FALSE;
  if (shoal_session_entry_is_quiet (entry))
    return shoal_session_entry_is_settled (entry);
  return !shoal_torrent_is_busy (entry->torrent) &&
         shoal_torrent_is_complete (entry->torrent, TRUE);
}

static void
set_seeding (ShoalSessionEntry *entry, gboolean is_seed)
{
  entry->row.options.seeds = is_seed;
  if (entry->torrent != NULL)
    shoal_torrent_set_seed (entry->torrent, is_seed);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
}

static void
tell_left (ShoalSessionEntry *entry)
{
  ShoalEvent *event = shoal_event_new (SHOAL_EVENT_LEFT, entry->id);

  event->text = g_strdup (entry->row.name);
  shoal_session_report (entry->session, event);
}

/* Where it leaves the list it is only hidden: the person may want it back. */
static void
reach_goal (ShoalSessionEntry *entry)
{
  entry->row.options.met_goal = TRUE;
  set_seeding (entry, FALSE);
  if (shoal_session_seeding_get_goals (entry)->action == SHOAL_GOAL_ACTION_REMOVE)
    {
      shoal_session_hide (entry, TRUE);
      tell_left (entry);
    }
  shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

void
shoal_session_seeding_review (ShoalSessionEntry *entry)
{
  ShoalNetReactor *reactor = entry->session->reactor;
  guint64          wait_sec = G_MAXUINT64;

  if (has_any_goal (entry) && is_settled_seed (entry))
    wait_sec = get_wait (entry);
  if (wait_sec == 0)
    reach_goal (entry);
  /* While it takes no part the time that counts stands still. */
  if (wait_sec == 0 || wait_sec == G_MAXUINT64 || !shoal_session_line_lets (entry))
    shoal_net_reactor_timer_clear (reactor, &entry->goal_timer);
  else
    shoal_net_reactor_timer_set (reactor,
                                 &entry->goal_timer,
                                 shoal_net_reactor_get_now (reactor) +
                                     (gint64) wait_sec * G_USEC_PER_SEC);
}

void
shoal_session_seeding_note (ShoalSessionEntry *entry)
{
  ShoalNetReactor *reactor = entry->session->reactor;
  gint64           due_usec = shoal_net_reactor_get_now (reactor) + LOOK_USEC;

  if (shoal_session_seeding_get_goals (entry)->ratio_1000 < 0 || entry->torrent == NULL ||
      !shoal_torrent_is_complete (entry->torrent, FALSE) ||
      (shoal_net_reactor_timer_is_set (&entry->goal_timer) &&
       entry->goal_timer.node.key <= due_usec))
    return;
  shoal_net_reactor_timer_set (reactor, &entry->goal_timer, due_usec);
}

static void
timer_cb (gpointer owner, gint64 now_usec)
{
  shoal_session_seeding_review (owner);
}

void
shoal_session_seeding_init (ShoalSessionEntry *entry)
{
  shoal_net_reactor_timer_init (&entry->goal_timer, timer_cb, entry);
}

/* What was given so far counts no longer, so that it does not stop at once. */
static void
begin_anew (ShoalSessionEntry *entry)
{
  ShoalStoreStats stats;

  shoal_session_entry_get_stats (entry, &stats);
  entry->row.options.goals_from_bytes = stats.payload_up;
  entry->row.options.goals_from_seconds = count_seconds (entry, &stats);
}

void
shoal_session_seeding_set_seed (ShoalSessionEntry *entry, gboolean is_seed)
{
  if (is_seed && !entry->row.options.seeds && get_wait (entry) == 0)
    begin_anew (entry);
  entry->row.options.met_goal = FALSE;
  set_seeding (entry, is_seed);
  shoal_session_entry_review (entry);
}

void
shoal_session_seeding_set_goals (ShoalSessionEntry *entry, const ShoalSeedGoals *goals)
{
  ShoalStoreOptions *options = &entry->row.options;

  options->has_goals = goals != NULL;
  options->goals = goals != NULL ? *goals : SHOAL_SEED_GOALS_NONE;
  options->goals.ratio_1000 = MAX (options->goals.ratio_1000, -1);
  options->goals_from_bytes = options->goals_from_seconds = 0;
  if (options->met_goal && get_wait (entry) > 0)
    {
      options->met_goal = FALSE; /* it had stopped for another one */
      options->seeds = TRUE;
    }
  set_seeding (entry, options->seeds);
  shoal_session_entry_review (entry);
}

void
shoal_session_seeding_apply_settings (ShoalSession *self, const ShoalSettings *before)
{
  GHashTableIter iter;
  gpointer       value;

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING ||
      shoal_seed_goals_equal (&before->goals, &self->settings->goals))
    return;
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalSessionEntry *entry = value;

      if (entry->row.options.has_goals)
        continue;
      shoal_session_mark (entry, FALSE);
      shoal_session_seeding_review (entry);
    }
}
