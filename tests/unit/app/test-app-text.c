/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-text.h"

static const struct
{
  const char *text;
  const char *visible;
} visible_cases[] = {
  { NULL, "" },
  { "plain", "plain" },
  { "Tom & Jerry <b>x</b> %s", "Tom & Jerry <b>x</b> %s" },
  { "two\nlines\tand", "two lines and" },
  { "bell\a", "bell\ufffd" },
  { "exe.\u202etxt", "exe.\ufffdtxt" },
  { "zero\u200bwidth", "zero\ufffdwidth" },
  { "Grüße 東京", "Grüße 東京" },
  { "bad\xff", "bad\ufffd" },
};

static void
test_visible (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (visible_cases); i++)
    {
      g_autofree char *visible = shoal_app_text_dup_visible (visible_cases[i].text);

      g_assert_cmpstr (visible, ==, visible_cases[i].visible);
    }
}

static void
test_markup (void)
{
  g_autofree char *markup = shoal_app_text_dup_markup ("Tom & <b>");

  g_assert_cmpstr (markup, ==, "Tom &amp; &lt;b&gt;");
}

static void
test_join (void)
{
  g_autofree char *joined = shoal_app_text_join ((const char *[]){ NULL, "a", "", "b" }, 4);
  g_autofree char *none = shoal_app_text_join (NULL, 0);

  g_assert_cmpstr (joined, ==, "a · b");
  g_assert_cmpstr (none, ==, "");
}

static const struct
{
  const char *pattern;
  const char *filled;
} fill_cases[] = {
  { "{a} of {b}", "{b} of 2" }, /* a value is not looked into */
  { "{b}{b}", "22" },           { "{c} {a", "{c} {a" }, { "}{b}{", "}2{" }, { "", "" },
};

static void
test_fill (void)
{
  const ShoalAppTextPart parts[] = { { "a", "{b}" }, { "b", "2" } };

  for (guint i = 0; i < G_N_ELEMENTS (fill_cases); i++)
    {
      g_autofree char *filled = shoal_app_text_fill (fill_cases[i].pattern, parts, 2);

      g_assert_cmpstr (filled, ==, fill_cases[i].filled);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/text/visible", test_visible);
  g_test_add_func ("/app/text/markup", test_markup);
  g_test_add_func ("/app/text/join", test_join);
  g_test_add_func ("/app/text/fill", test_fill);
  return g_test_run ();
}
