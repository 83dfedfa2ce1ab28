/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* What a person has chosen for a torrent that is added, as the state has it. */

static int
get_ratio_1000 (const ShoalAddOptions *add)
{
  return add->seed_ratio >= 0 ? (int) MIN (add->seed_ratio * 1000, G_MAXINT) : -1;
}

ShoalStoreOptions
shoal_session_make_options (const ShoalAddOptions *add, gint64 queue_position)
{
  return (ShoalStoreOptions){
    .down_limit_bps = add->down_limit_bps,
    .up_limit_bps = add->up_limit_bps,
    .goals = { .ratio_1000 = get_ratio_1000 (add) },
    .has_goals = add->seed_ratio >= 0,
    .queue_position = queue_position,
    .paused = add->is_paused,
    .seeds = add->is_seed,
    .sequential = add->is_sequential,
    .asks = add->asks,
  };
}

void
shoal_session_take_options (ShoalSessionEntry *entry, const ShoalAddOptions *add)
{
  const ShoalStoreOptions before = entry->row.options;
  ShoalStoreOptions      *options = &entry->row.options;

  *options = shoal_session_make_options (add, before.queue_position);
  options->encryption = before.encryption;
  options->play_first = before.play_first;
  options->is_late = before.is_late;
  if (options->has_goals || add->replaces)
    return;
  options->has_goals = before.has_goals;
  options->goals = before.goals;
  options->goals_from_bytes = before.goals_from_bytes;
  options->goals_from_seconds = before.goals_from_seconds;
}
