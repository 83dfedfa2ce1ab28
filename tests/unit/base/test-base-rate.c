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
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 22000000), <, 1000);
  g_assert_cmpuint (shoal_base_rate_get_bps (&rate, 200000000), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/rate/steady", test_steady);
  g_test_add_func ("/base/rate/fades", test_fades);
  return g_test_run ();
}
