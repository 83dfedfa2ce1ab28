/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "session/shoal-session-labels.h"
#include "session/shoal-session-words.h"

/* Labels as they are kept, and kept once. */

/* "a|b": the labels made of @words. The caller's. */
static char *
make (const char *const *words)
{
  g_autoptr (ShoalWords) labels = shoal_session_labels_make (words, NULL);

  return labels != NULL ? g_strjoinv ("|", labels->items) : g_strdup ("");
}

static void
test_make (void)
{
  static const struct
  {
    const char *words[5];
    const char *labels;
  } rows[] = {
    { { NULL }, "" },
    { { "", "  ", "\t\n", NULL }, "" },
    { { "linux", "Film", "linux", NULL }, "Film|linux" },
    { { "  a  lot   of\tblanks ", NULL }, "a lot of blanks" },
    { { "bell\a\x7f", "\x1b[31mred", NULL }, "[31mred|bell" },
    { { "a\xe2\x80\xae"
        "b",
        NULL },
      "ab" }, /* right-to-left override */
    { { "zero\xe2\x80\x8b"
        "width",
        NULL },
      "zerowidth" },
    { { "\xd9\x86\xe2\x80\x8c\xd9\x87", NULL }, "\xd9\x86\xe2\x80\x8c\xd9\x87" },
    { { "e\xcc\x81", "\xc3\xa9", NULL }, "\xc3\xa9" }, /* one form */
    { { "\xff\xfe", NULL }, "\xef\xbf\xbd\xef\xbf\xbd" },
    { { "no\xc2\xa0"
        "break",
        NULL },
      "no break" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *labels = make (rows[i].words);

      g_assert_cmpstr (labels, ==, rows[i].labels);
    }
  g_assert_null (shoal_session_labels_make (NULL, NULL));
}

static void
test_limits (void)
{
  g_autofree char *long_word = g_strnfill (100000, 'x');
  g_autofree char *wide = NULL;
  const char      *one[] = { long_word, NULL };
  g_auto (GStrv) many = g_new0 (char *, 10001);
  g_autoptr (GString) cats = g_string_new (NULL);
  g_autoptr (ShoalWords) cut = shoal_session_labels_make (one, NULL);
  g_autoptr (ShoalWords) few = NULL;
  gboolean are_all = TRUE;
  guint    i;

  g_assert_cmpuint (strlen (cut->items[0]), ==, SHOAL_LABEL_MAX_CHARS);
  for (i = 0; i < 200; i++)
    g_string_append (cats, "\xf0\x9f\x90\x88 ");
  one[0] = cats->str;
  wide = make (one);
  g_assert_cmpint (g_utf8_strlen (wide, -1), <=, SHOAL_LABEL_MAX_CHARS);
  g_assert_true (g_utf8_validate (wide, -1, NULL));
  g_assert_false (g_str_has_suffix (wide, " "));
  for (i = 0; i < 10000; i++)
    many[i] = g_strdup_printf ("label %u", i);
  few = shoal_session_labels_make ((const char *const *) many, &are_all);
  g_assert_cmpuint (few->n, ==, SHOAL_LABELS_MAX);
  g_assert_false (are_all);
  for (i = SHOAL_LABELS_MAX; i < 10000; i++)
    strcpy (many[i], "label 1");
  shoal_words_unref (shoal_session_labels_make ((const char *const *) many, &are_all));
  g_assert_true (are_all);
}

static ShoalWords *
words_of (const char *text)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  return shoal_words_new ((const char *const *) words);
}

/* Ten thousand who have the same share it; who is last takes it along. */
static void
test_shared (void)
{
  g_autoptr (ShoalSessionWords) all = shoal_session_words_new ();
  g_autoptr (ShoalWords) some = words_of ("b,a");
  ShoalWords **places = g_new0 (ShoalWords *, 10000);
  guint        i;

  for (i = 0; i < 10000; i++)
    g_assert_true (shoal_session_words_set (all, &places[i], words_of ("a,b")));
  g_assert_cmpuint (shoal_session_words_get_size (all), ==, 1);
  g_assert_true (places[0] == places[9999]);
  g_assert_true (shoal_session_words_has (all, some));
  g_assert_false (shoal_session_words_has (all, NULL));
  g_assert_false (shoal_session_words_set (all, &places[0], words_of ("b,a")));
  g_assert_true (shoal_session_words_set (all, &places[0], words_of ("c")));
  g_assert_cmpuint (shoal_session_words_get_size (all), ==, 2);
  g_assert_true (shoal_session_words_set (all, &places[0], NULL));
  g_assert_false (shoal_session_words_set (all, &places[0], NULL));
  for (i = 1; i < 10000; i++)
    g_assert_true (shoal_session_words_set (all, &places[i], NULL));
  g_assert_cmpuint (shoal_session_words_get_size (all), ==, 0);
  g_free (places);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/session/labels/make", test_make);
  g_test_add_func ("/session/labels/limits", test_limits);
  g_test_add_func ("/session/labels/shared", test_shared);
  return g_test_run ();
}
