/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-goals.h"
#include "app/shoal-app-label-line.h"

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
  assert_goals (2000,
                3 * 24 * 60,
                120,
                "at a ratio of 2.00 · after 3 days · when nobody took anything for 2 hours");
}

static void
assert_labels (const char *text, const char *expected)
{
  g_auto (GStrv) labels = shoal_app_label_line_from_text (text);
  g_autofree char *joined = g_strjoinv ("|", labels);

  g_assert_cmpstr (joined, ==, expected);
}

static void
test_labels (void)
{
  const char *const some[] = { "two words", "a", "a", NULL };
  g_autoptr (ShoalWords) words = shoal_words_new (some);
  g_autofree char *text = shoal_app_label_line_to_text (words);
  g_autofree char *none = shoal_app_label_line_to_text (NULL);

  assert_labels ("", "");
  assert_labels (" ,, ", "");
  assert_labels (" two words ,x,", "two words|x");
  g_assert_cmpstr (text, ==, "a, two words");
  g_assert_cmpstr (none, ==, "");
}

static void
assert_rest (const char *text, const ShoalWords *known, const char *expected)
{
  g_autofree char *rest = shoal_app_label_line_dup_rest (text, known);

  g_assert_cmpstr (rest, ==, expected);
}

static void
test_completion (void)
{
  const char *const some[] = { "images", "linux", "linux-old", NULL };
  g_autoptr (ShoalWords) known = shoal_words_new (some);

  assert_rest ("l", known, "inux");
  assert_rest ("linux", known, "-old");
  assert_rest ("linux, im", known, "ages");
  assert_rest ("x", known, NULL);
  assert_rest ("", known, NULL);
  assert_rest ("linux, ", known, NULL);
  assert_rest ("l", NULL, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/goals/goals", test_goals);
  g_test_add_func ("/app/goals/labels", test_labels);
  g_test_add_func ("/app/goals/completion", test_completion);
  return g_test_run ();
}
