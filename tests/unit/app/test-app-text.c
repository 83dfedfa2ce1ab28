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
  { "می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻" },
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

#define RLM "\xe2\x80\x8f"
#define LRM "\xe2\x80\x8e"
#define FSI "\xe2\x81\xa8"
#define PDI "\xe2\x81\xa9"

/* What is written the other way than what is around it is set apart. */
static void
test_direction (void)
{
  const ShoalAppTextPart parts[] = { { "a", "/home/me" }, { "b", "סרט" }, { "c", "12" } };
  g_autofree char       *latin = shoal_app_text_fill ("in {a} is {b}, {c}", parts, 3);
  g_autofree char       *hebrew = shoal_app_text_fill ("{a} של {b}, {c}", parts, 3);

  g_assert_cmpstr (latin, ==, "in /home/me is " FSI "סרט" PDI ", 12");
  g_assert_cmpstr (hebrew, ==, FSI "/home/me" PDI " של סרט, 12");
}

static const struct
{
  const char *text;
  gboolean    is_rtl;
  const char *line;
} line_cases[] = {
  { "film (1)", FALSE, "film (1)" },
  { "film (1)", TRUE, RLM FSI "film (1)" PDI },
  { "2 סרט", TRUE, "2 סרט" },
  { "2 סרט", FALSE, LRM FSI "2 סרט" PDI },
  { "12 (3)", TRUE, "12 (3)" },
  { "", TRUE, "" },
  { "открытые", TRUE, RLM FSI "открытые" PDI },
};

static void
test_line (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (line_cases); i++)
    {
      g_autofree char *line = shoal_app_text_dup_line (line_cases[i].text, line_cases[i].is_rtl);

      g_assert_cmpstr (line, ==, line_cases[i].line);
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
  g_test_add_func ("/app/text/direction", test_direction);
  g_test_add_func ("/app/text/line", test_line);
  return g_test_run ();
}
