/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>
#include <string.h>

#include "discover/shoal-discover-backoff.h"
#include "discover/shoal-discover-url.h"

static void
test_intervals (void)
{
  static const struct
  {
    ShoalDiscoverAsked asked;
    guint32            interval, manual, early;
  } rows[] = {
    { { 0, 0, FALSE }, 1800, 60, 300 },
    { { 0, 0, TRUE }, 1800, 60, 300 },
    { { 1800, 900, FALSE }, 1800, 900, 900 },
    { { 10, 0, FALSE }, 300, 60, 300 },
    { { 10, 0, TRUE }, 10, 10, 10 },
    { { 1, 1, TRUE }, 1, 1, 1 },
    { { 10, 5, TRUE }, 10, 5, 5 },
    { { 1800, 5, FALSE }, 1800, 60, 60 },
    { { G_MAXUINT32, 0, FALSE }, 86400, 60, 300 },
    { { 600, 7200, FALSE }, 600, 600, 600 },
    { { G_MAXUINT32, G_MAXUINT32, TRUE }, 86400, 86400, 86400 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_assert_cmpuint (shoal_discover_backoff_interval_sec (&rows[i].asked), ==, rows[i].interval);
      g_assert_cmpuint (shoal_discover_backoff_manual_sec (&rows[i].asked), ==, rows[i].manual);
      g_assert_cmpuint (shoal_discover_backoff_early_sec (&rows[i].asked), ==, rows[i].early);
    }
}

static void
test_spread (void)
{
  static const struct
  {
    guint32 interval;
    gint64  most;
  } rows[] = { { 1, 1 }, { 300, 315 }, { 1800, 1890 }, { 86400, 86490 } };
  ShoalBaseRandom random;
  guint           i, k;

  shoal_base_random_init (&random, 1);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    for (k = 0; k < 1000; k++)
      {
        gint64 usec = shoal_discover_backoff_spread_usec (rows[i].interval, &random);

        g_assert_cmpint (usec, >=, rows[i].interval * (gint64) G_USEC_PER_SEC);
        g_assert_cmpint (usec, <=, rows[i].most * G_USEC_PER_SEC);
      }
}

static void
test_retry (void)
{
  static const struct
  {
    guint  fails;
    double least_sec;
  } rows[] = { { 1, 17.5 }, { 2, 55 }, { 3, 117.5 }, { 10, 1255 }, { 17, 3600 }, { 65535, 3600 } };
  ShoalBaseRandom random;
  gint64          smallest, largest;
  guint           i, k;

  shoal_base_random_init (&random, 2);
  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      smallest = G_MAXINT64;
      largest = 0;
      for (k = 0; k < 1000; k++)
        {
          gint64 usec = shoal_discover_backoff_retry_usec (rows[i].fails, &random);

          smallest = MIN (smallest, usec);
          largest = MAX (largest, usec);
        }
      g_assert_cmpfloat (smallest / 1e6, >=, rows[i].least_sec);
      g_assert_cmpfloat (smallest / 1e6, <, rows[i].least_sec * 1.05);
      g_assert_cmpfloat (largest / 1e6, >, rows[i].least_sec * 1.15);
      g_assert_cmpfloat (largest / 1e6, <=, rows[i].least_sec * 1.2 + 0.001);
    }
}

static void
test_url (void)
{
  static const struct
  {
    const char         *text;
    const char         *origin; /* NULL: refused */
    const char         *url_data;
    ShoalDiscoverScheme scheme;
    gboolean            can_scrape;
  } rows[] = {
    { "http://t.example/announce", "http://t.example:80", "/announce", 0, TRUE },
    { "https://t.example/announce.php?pk=a",
      "https://t.example:443",
      "/announce.php?pk=a",
      0,
      TRUE },
    { "http://t.example:81/x", "http://t.example:81", "/x", 0, FALSE },
    { "http://[::1]:81/a/announce", "http://::1:81", "/a/announce", 0, TRUE },
    { "udp://t.example:6969", "udp://t.example:6969", "", SHOAL_DISCOVER_SCHEME_UDP, TRUE },
    { "udp://t.example:6969/announce?k=1",
      "udp://t.example:6969",
      "/announce?k=1",
      SHOAL_DISCOVER_SCHEME_UDP,
      TRUE },
    { "udp://t.example:6969?k=1", "udp://t.example:6969", "?k=1", SHOAL_DISCOVER_SCHEME_UDP, TRUE },
    { "http://t.example/announce?left=0", NULL },
    { "http://t.example/announce?a=b&info_hash=x", NULL },
    { "http://t.example/announce?myleft=0", "http://t.example:80", "/announce?myleft=0", 0, TRUE },
    { "udp://t.example/announce", NULL },
    { "ftp://t.example/announce", NULL },
    { "http:///announce", NULL },
    { "wss://t.example/announce", NULL },
    { "t.example", NULL },
    { "", NULL },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalDiscoverUrl) url = shoal_discover_url_new (rows[i].text);

      g_assert_cmpstr (url != NULL ? url->origin : NULL, ==, rows[i].origin);
      if (url == NULL)
        continue;
      g_assert_cmpstr (url->url_data, ==, rows[i].url_data);
      g_assert_cmpint (url->scheme, ==, rows[i].scheme);
      g_assert_cmpint (url->can_scrape, ==, rows[i].can_scrape);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/backoff/intervals", test_intervals);
  g_test_add_func ("/discover/backoff/spread", test_spread);
  g_test_add_func ("/discover/backoff/retry", test_retry);
  g_test_add_func ("/discover/url/parts", test_url);
  return g_test_run ();
}
