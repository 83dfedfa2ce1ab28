/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-number.h"

#define HOUR 3600
#define DAY  (24 * HOUR)

static const struct
{
  gint64      seconds;
  const char *words;
} span_cases[] = {
  { 0, "1 minute" },
  { 60, "1 minute" },
  { 61, "2 minutes" },
  { 180, "3 minutes" },
  { 59 * 60, "59 minutes" },
  { 59 * 60 + 1, "1 hour" },
  { HOUR, "1 hour" },
  { HOUR + 1, "1 hour 10 minutes" },
  { 2 * HOUR - 1, "2 hours" },
  { 2 * HOUR + 11 * 60, "2 hours 20 minutes" },
  { 4 * HOUR + 1, "5 hours" },
  { DAY, "24 hours" },
  { DAY + 1, "2 days" },
  { 60 * DAY, "60 days" },
  { G_MAXINT32 * G_GINT64_CONSTANT (1000), "more than two months" },
};

static void
test_span (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (span_cases); i++)
    {
      g_autofree char *words = shoal_app_number_format_span (span_cases[i].seconds);

      g_assert_cmpstr (words, ==, span_cases[i].words);
    }
}

static void
test_minutes (void)
{
  static const struct
  {
    guint       minutes;
    const char *words;
  } cases[] = {
    { 0, "0 minutes" },          { 1, "1 minute" },
    { 59, "59 minutes" },        { 60, "1 hour" },
    { 90, "1 hour 30 minutes" }, { 1440, "24 hours" },
    { 1441, "1 day 1 minute" },  { 1500, "1 day 1 hour" },
    { 4320, "3 days" },          { 4385, "3 days 1 hour 5 minutes" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *words = shoal_app_number_format_minutes (cases[i].minutes);

      g_assert_cmpstr (words, ==, cases[i].words);
    }
}

static const struct
{
  guint64 done;
  guint64 total;
  int     per_mille;
} fraction_cases[] = {
  { 0, 100, 0 },
  { 0, 0, 1000 },
  { 1, 1000, 1 },
  { 999999, 1000000, 999 },
  { G_MAXUINT64 - 1, G_MAXUINT64, 999 },
  { 100, 100, 1000 },
  { 200, 100, 1000 },
};

static void
test_fraction (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fraction_cases); i++)
    {
      double fraction =
          shoal_app_number_get_fraction (fraction_cases[i].done, fraction_cases[i].total);

      g_assert_cmpint ((int) (fraction * 1000.0 + 0.5), ==, fraction_cases[i].per_mille);
    }
}

static void
test_rate (void)
{
  g_autofree char *rate = shoal_app_number_format_rate (5100000);

  g_assert_cmpstr (rate, ==, "5.1\u00a0MB/s");
}

static const struct
{
  guint64 number;
  guint64 least;
  guint64 scale;
} scale_cases[] = {
  { 0, 0, 1 },
  { 1, 0, 1 },
  { 2, 0, 2 },
  { 3, 0, 5 },
  { 6, 0, 10 },
  { 10, 0, 10 },
  { 11, 0, 20 },
  { 999, 0, 1000 },
  { 1001, 0, 2000 },
  { 5100000, 10000, 10000000 },
  { 3, 10000, 10000 },
  { 4294967295u, 0, G_GUINT64_CONSTANT (5000000000) },
  { G_MAXUINT64, 0, G_GUINT64_CONSTANT (200000000000000000) },
};

static void
test_scale (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (scale_cases); i++)
    g_assert_cmpuint (shoal_app_number_get_scale (scale_cases[i].number, scale_cases[i].least),
                      ==,
                      scale_cases[i].scale);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/number/span", test_span);
  g_test_add_func ("/app/number/minutes", test_minutes);
  g_test_add_func ("/app/number/fraction", test_fraction);
  g_test_add_func ("/app/number/rate", test_rate);
  g_test_add_func ("/app/number/scale", test_scale);
  return g_test_run ();
}
