/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-problem.h"

#include <string.h>

#define LAST_DOMAIN SHOAL_PROBLEM_DOMAIN_USE
#define LAST_CODE   SHOAL_PROBLEM_TIMEOUT

/* What the window says of failures: a sentence for each, in the person's language alone. */

static char *
say (int domain, int code, guint64 number)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new_full (
      (ShoalProblemDomain) domain, (ShoalProblemCode) code, "SUBJECT", "ENGLISH", 0, number);

  return shoal_app_problem_dup_sentence (problem);
}

static gboolean
has_sentence (int code)
{
  int domain;

  for (domain = 0; domain <= (int) LAST_DOMAIN; domain++)
    {
      g_autofree char *sentence = say (domain, code, 0);

      if (!g_str_has_prefix (sentence, "Something failed"))
        return TRUE;
    }
  return FALSE;
}

static void
test_all (void)
{
  int code;

  for (code = 0; code <= (int) LAST_CODE; code++)
    if (!has_sentence (code))
      g_error ("problem code %d has no sentence", code);
}

/* Words of strangers, and those of a library that has translated them. */
static gboolean
may_quote (int domain, int code)
{
  return (domain == (int) SHOAL_PROBLEM_DOMAIN_TRACKER &&
          code == (int) SHOAL_PROBLEM_TRACKER_REFUSED) ||
         (domain == (int) SHOAL_PROBLEM_DOMAIN_TORRENT && code == (int) SHOAL_PROBLEM_IO);
}

static void
test_no_english (void)
{
  int     domain, code;
  guint64 number;

  for (domain = 0; domain <= (int) LAST_DOMAIN; domain++)
    for (code = 0; code <= (int) LAST_CODE; code++)
      for (number = 0; number < 2; number++)
        {
          g_autofree char *sentence = say (domain, code, number * 51413);

          g_assert_true (may_quote (domain, code) == (strstr (sentence, "ENGLISH") != NULL));
          g_assert_null (strpbrk (sentence, "{}"));
          g_assert_true (g_str_has_suffix (sentence, ".") || g_str_has_suffix (sentence, "?") ||
                         code == (int) SHOAL_PROBLEM_PEER_ADDRESS);
        }
}

/* Where a request is refused, the sentence is of that, and not of anything. */
static void
test_requests (void)
{
  int code;

  for (code = (int) SHOAL_PROBLEM_INACTIVE; code <= (int) SHOAL_PROBLEM_PEER_UNREACHABLE; code++)
    {
      g_autofree char *sentence = say (SHOAL_PROBLEM_DOMAIN_USE, code, 7);
      g_autofree char *general = say (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_INVALID, 7);

      g_assert_false (g_str_has_prefix (sentence, "Something failed"));
      g_assert_cmpstr (sentence, !=, general);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/app/problem/all", test_all);
  g_test_add_func ("/app/problem/no-english", test_no_english);
  g_test_add_func ("/app/problem/requests", test_requests);
  return g_test_run ();
}
