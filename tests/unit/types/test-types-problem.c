/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "types/shoal-types-problem.h"

static ShoalProblem *
new_problem (void)
{
  return shoal_problem_new_full (
      SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_FULL, "/a", "said so", 28, 5000);
}

/* Whether a row is published again depends on it: each fact counts. */
static void
test_equal (void)
{
  g_autoptr (ShoalProblem) problem = new_problem ();
  ShoalProblem other;
  guint        i;

  g_assert_true (shoal_problem_equal (NULL, NULL));
  g_assert_false (shoal_problem_equal (problem, NULL));
  g_assert_false (shoal_problem_equal (NULL, problem));
  for (i = 0; i < 7; i++)
    {
      g_autoptr (ShoalProblem) same = new_problem ();

      g_assert_true (shoal_problem_equal (problem, same));
      other = *same;
      other.domain = i == 0 ? SHOAL_PROBLEM_DOMAIN_STATE : other.domain;
      other.code = i == 1 ? SHOAL_PROBLEM_IO : other.code;
      other.error_number += i == 2;
      other.number += i == 3;
      other.subject = i == 4 ? (char *) (guintptr) "/b" : i == 5 ? NULL : other.subject;
      other.outside_text = i == 6 ? NULL : other.outside_text;
      g_assert_false (shoal_problem_equal (problem, &other));
      g_assert_false (shoal_problem_equal (&other, problem));
    }
}

/* Paths are any bytes, and a stranger's words too: what crosses can be shown. */
static void
test_text (void)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_TRACKER, SHOAL_PROBLEM_TRACKER_REFUSED, "/\xff/x", "\xc3(");
  g_autoptr (ShoalProblem) bare =
      shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_INVALID, NULL, NULL);

  g_assert_cmpstr (problem->subject, ==, "/\xef\xbf\xbd/x");
  g_assert_cmpstr (problem->outside_text, ==, "\xef\xbf\xbd(");
  g_assert_null (bare->subject);
  g_assert_null (bare->outside_text);
  g_assert_cmpint (bare->error_number, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/types/problem/equal", test_equal);
  g_test_add_func ("/types/problem/text", test_text);
  return g_test_run ();
}
