/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-goals.h"

static void
assert_goals (int ratio_1000, guint minutes, guint idle_minutes, const char *expected)
{
  ShoalSeedGoals   goals = { ratio_1000, minutes, idle_minutes, SHOAL_GOAL_ACTION_STOP };
  g_autofree char *text = shoal_app_goals_dup_text (&goals);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_goals (void)
{
  assert_goals (-1, 0, 0, "never");
  assert_goals (0, 0, 0, "at a ratio of 0.00");
  assert_goals (1500, 0, 0, "at a ratio of 1.50");
  assert_goals (-1, 60, 0, "after 1 hour");
  assert_goals (-1, 90, 0, "after 1 hour 30 minutes");
  assert_goals (
      -1, 95, 1500, "after 1 hour 35 minutes · when nobody took anything for 1 day 1 hour");
  assert_goals (2000,
                3 * 24 * 60,
                120,
                "at a ratio of 2.00 · after 3 days · when nobody took anything for 2 hours");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/goals/goals", test_goals);
  return g_test_run ();
}
