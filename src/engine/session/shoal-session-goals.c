/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-goals.h"

static guint64
get_rest (guint minutes, guint64 seconds)
{
  guint64 goal = (guint64) minutes * 60;

  if (minutes == 0)
    return G_MAXUINT64;
  return goal - MIN (goal, seconds);
}

guint64
shoal_session_goals_get_wait (const ShoalSeedGoals *goals, const ShoalSessionGoalFacts *facts)
{
  double ratio = goals->ratio_1000 / 1000.0;

  if (goals->ratio_1000 >= 0 && (double) facts->uploaded >= ratio * (double) facts->basis)
    return 0;
  return MIN (get_rest (goals->minutes, facts->seconds),
              get_rest (goals->idle_minutes, facts->idle_seconds));
}
