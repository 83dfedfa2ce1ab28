/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "types/shoal-types-words.h"

static void
test_new (void)
{
  static const char *const some[] = { "b", "", "a", "b", "B", "a", NULL };
  static const char *const others[] = { "B", "a", "b", NULL };
  static const char *const nothing[] = { "", "", NULL };
  g_autoptr (ShoalWords) words = shoal_words_new (some);
  g_autoptr (ShoalWords) same = shoal_words_new (others);
  g_autofree char *all = g_strjoinv (" ", words->items);

  g_assert_cmpstr (all, ==, "B a b");
  g_assert_cmpuint (words->n, ==, 3);
  g_assert_true (shoal_words_equal (words, same));
  g_assert_true (shoal_words_contain (words, "B"));
  g_assert_false (shoal_words_contain (words, "c"));
  g_assert_null (shoal_words_new (nothing));
  g_assert_null (shoal_words_new (NULL));
}

static void
test_none (void)
{
  static const char *const some[] = { "a", NULL };
  g_autoptr (ShoalWords) words = shoal_words_new (some);
  g_autoptr (ShoalWords) again = shoal_words_ref (words);

  g_assert_true (again == words);
  g_assert_null (shoal_words_ref (NULL));
  shoal_words_unref (NULL);
  g_assert_true (shoal_words_equal (NULL, NULL));
  g_assert_false (shoal_words_equal (words, NULL));
  g_assert_false (shoal_words_equal (NULL, words));
  g_assert_false (shoal_words_contain (NULL, "a"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/types/words/new", test_new);
  g_test_add_func ("/types/words/none", test_none);
  return g_test_run ();
}
