/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-label-line.h"

#define KNOWN ((const char *const[]){ "films", "Linux", "linux isos", "música", NULL })

static void
check_parse (const char *text, const char *expected)
{
  g_auto (GStrv) labels = shoal_app_label_line_parse (text);
  g_autofree char *all = g_strjoinv ("|", labels);

  g_assert_cmpstr (all, ==, expected);
}

static void
test_parse (void)
{
  check_parse ("", "");
  check_parse (" , ,", "");
  check_parse ("films", "films");
  check_parse (" films ,linux isos,films, ", "films|linux isos");
  check_parse ("0123456789012345678901234567890123456789012345678901234567890 23 and more",
               "0123456789012345678901234567890123456789012345678901234567890 23");
  check_parse ("right\342\200\256left", "right\357\277\275left");
  check_parse ("\xff", "\357\277\275");
}

static void
test_complete (void)
{
  g_assert_cmpstr (shoal_app_label_line_complete ("f", KNOWN), ==, "ilms");
  g_assert_cmpstr (shoal_app_label_line_complete ("films, l", KNOWN), ==, "inux isos");
  g_assert_cmpstr (shoal_app_label_line_complete ("m", KNOWN), ==, "úsica");
  g_assert_null (shoal_app_label_line_complete ("", KNOWN));
  g_assert_null (shoal_app_label_line_complete ("films", KNOWN));
  g_assert_null (shoal_app_label_line_complete ("films, ", KNOWN));
  g_assert_null (shoal_app_label_line_complete ("films, f", KNOWN));
  g_assert_null (shoal_app_label_line_complete ("x", KNOWN));
}

static void
test_clean (void)
{
  g_autofree char *label = shoal_app_label_line_clean ("  films, old ");
  g_autofree char *none = shoal_app_label_line_clean (" , ");

  g_assert_cmpstr (label, ==, "films  old");
  g_assert_null (none);
}

static void
check_set (const char *text, const char *label, gboolean is_set, const char *expected)
{
  g_autofree char *result = shoal_app_label_line_set (text, label, is_set);

  g_assert_cmpstr (result, ==, expected);
}

static void
test_set (void)
{
  check_set ("", "films", TRUE, "films");
  check_set ("a,b", "films", TRUE, "a, b, films");
  check_set ("films,b", "films", TRUE, "b, films");
  check_set ("films,b", "films", FALSE, "b");
  check_set ("films", "films", FALSE, "");
}

static void
test_write (void)
{
  g_autofree char *none = shoal_app_label_line_write (NULL);
  g_autofree char *all = shoal_app_label_line_write (KNOWN);

  g_assert_cmpstr (none, ==, "");
  g_assert_cmpstr (all, ==, "films, Linux, linux isos, música");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/label-line/parse", test_parse);
  g_test_add_func ("/app/label-line/clean", test_clean);
  g_test_add_func ("/app/label-line/complete", test_complete);
  g_test_add_func ("/app/label-line/set", test_set);
  g_test_add_func ("/app/label-line/write", test_write);
  return g_test_run ();
}
