/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-rate.h"

static void
test_steady (void)
{
  ShoalBaseRate rate = { 0 };
  gint64        now = 1000000;
  guint         i;

  for (i = 0; i < 200; i++, now += 100000)
    shoal_base_rate_add (&rate, now, 10000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now), >, 95000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now), <, 105000);
  g_assert_cmpuint (rate.total_bytes, ==, 2000000);
}

static void
test_fades (void)
{
  ShoalBaseRate rate = { 0 };

  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 5), ==, 0);
  shoal_base_rate_add (&rate, 1000000, 1000000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 2000000), >, 10000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 6000000), <, 100000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 11000000), >, 1000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 11250000), ==, 0);
  shoal_base_rate_add (&rate, 200000000, 1000000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 300000000), ==, 0);
  g_assert_cmpuint (rate.total_bytes, ==, 2000000);
}

/* What is slow all the time is no tail. */
static void
test_last_bytes (void)
{
  ShoalBaseRate rate = { 0 };
  gint64        now = 1000000;
  guint         i;

  shoal_base_rate_add (&rate, now, 300);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now + 250000), ==, 120);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now + 500000), ==, 108);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now + 750000), ==, 0);
  for (i = 0, now += 1000000; i < 100; i++, now += 250000)
    shoal_base_rate_add (&rate, now, 10);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now), >=, 39);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, now), <=, 40);
}

static void
test_stops (void)
{
  ShoalBaseRate rate = { 0 };

  shoal_base_rate_add (&rate, 1000000, 1000000);
  shoal_base_rate_add (&rate, 1300000, 1000000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 1300000), >, 0);
  shoal_base_rate_stop (&rate);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 1300000), ==, 0);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 1600000), ==, 0);
  g_assert_cmpuint (rate.total_bytes, ==, 2000000);
  shoal_base_rate_add (&rate, 1600000, 1000000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 1900000), >, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/rate/steady", test_steady);
  g_test_add_func ("/base/rate/fades", test_fades);
  g_test_add_func ("/base/rate/last-bytes", test_last_bytes);
  g_test_add_func ("/base/rate/stops", test_stops);
  return g_test_run ();
}
