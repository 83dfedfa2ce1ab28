/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "session/shoal-session-goals.h"

typedef struct
{
  const char           *what;
  ShoalSeedGoals        goals;
  ShoalSessionGoalFacts facts;
  guint64               wait_sec;
} Case;

#define NEVER G_MAXUINT64

static const Case cases[] = {
  { "no goal", { .ratio_1000 = -1 }, { 100, 1, 1000000, 1000000 }, NEVER },
  { "less given", { .ratio_1000 = 1500 }, { 149, 100, 9, 9 }, NEVER },
  { "as much given", { .ratio_1000 = 1500 }, { 150, 100, 9, 9 }, 0 },
  { "more given", { .ratio_1000 = 1500 }, { 1000, 100, 9, 9 }, 0 },
  { "nothing needed", { .ratio_1000 = 0 }, { 0, 100, 0, 0 }, 0 },
  { "nothing to give", { .ratio_1000 = 2000 }, { 0, 0, 0, 0 }, 0 },
  { "huge", { .ratio_1000 = 1000 }, { G_MAXINT64, G_MAXINT64, 0, 0 }, 0 },
  { "time to come", { .ratio_1000 = -1, .minutes = 2 }, { 0, 1, 50, 0 }, 70 },
  { "time over", { .ratio_1000 = -1, .minutes = 2 }, { 0, 1, 120, 0 }, 0 },
  { "time long over", { .ratio_1000 = -1, .minutes = 2 }, { 0, 1, G_MAXUINT64, 0 }, 0 },
  { "long time", { .ratio_1000 = -1, .minutes = G_MAXUINT }, { 0, 1, 0, 0 }, 60 * 4294967295 },
  { "idle to come", { .ratio_1000 = -1, .idle_minutes = 1 }, { 0, 1, 900, 59 }, 1 },
  { "idle", { .ratio_1000 = -1, .idle_minutes = 1 }, { 0, 1, 900, 60 }, 0 },
  { "the first", { .ratio_1000 = 9000, .minutes = 9, .idle_minutes = 1 }, { 0, 1, 10, 10 }, 50 },
  { "any", { .ratio_1000 = 1000, .minutes = 9, .idle_minutes = 9 }, { 1, 1, 0, 0 }, 0 },
};

static void
test_wait (void)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("%s", cases[i].what);
      g_assert_cmpuint (
          shoal_session_goals_get_wait (&cases[i].goals, &cases[i].facts), ==, cases[i].wait_sec);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/goals/wait", test_wait);
  return g_test_run ();
}
