/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-way.h"

#define RC4    SHOAL_NET_METHOD_RC4
#define EITHER (SHOAL_NET_METHOD_PLAIN | SHOAL_NET_METHOD_RC4)

/* One try after the other at a remote that takes none of them: which methods were offered, as
 * digits, a blank between tries. */
static void
check_ways (ShoalTorrentWay *way, ShoalEncryption wish, gboolean answers, const char *expected)
{
  g_autoptr (GString) seen = g_string_new (NULL);

  for (guint try = 0; try < 2; try++)
    {
      guint8 methods;

      if (try > 0)
        g_string_append_c (seen, ' ');
      do
        {
          methods = shoal_torrent_way_get_methods (way, wish);
          g_string_append_printf (seen, "%u", methods);
        }
      while (shoal_torrent_way_fail (way, wish, methods, answers && methods != 0));
    }
  g_assert_cmpstr (seen->str, ==, expected);
}

static void
test_ways (void)
{
  ShoalTorrentWay way = { 0 };

  check_ways (&way, SHOAL_ENCRYPTION_OFF, FALSE, "0 0");
  check_ways (&way, SHOAL_ENCRYPTION_ALLOW, FALSE, "03 03");
  check_ways (&way, SHOAL_ENCRYPTION_ALLOW, TRUE, "03 03");
  check_ways (&way, SHOAL_ENCRYPTION_PREFER, FALSE, "20 20");
  check_ways (&way, SHOAL_ENCRYPTION_PREFER, TRUE, "230 230");
  check_ways (&way, SHOAL_ENCRYPTION_REQUIRE, TRUE, "2 2");
}

static void
test_remembers (void)
{
  ShoalTorrentWay way = { 0 };

  shoal_torrent_way_work (&way, EITHER);
  check_ways (&way, SHOAL_ENCRYPTION_ALLOW, FALSE, "30 30");
  check_ways (&way, SHOAL_ENCRYPTION_PREFER, FALSE, "320 320");
  check_ways (&way, SHOAL_ENCRYPTION_REQUIRE, FALSE, "2 2");
  check_ways (&way, SHOAL_ENCRYPTION_OFF, FALSE, "0 0");
  shoal_torrent_way_work (&way, 0);
  check_ways (&way, SHOAL_ENCRYPTION_ALLOW, FALSE, "03 03");
  check_ways (&way, SHOAL_ENCRYPTION_PREFER, FALSE, "02 02");
  check_ways (&way, SHOAL_ENCRYPTION_REQUIRE, FALSE, "2 2");
  shoal_torrent_way_work (&way, RC4);
  check_ways (&way, SHOAL_ENCRYPTION_ALLOW, FALSE, "03 03");
  check_ways (&way, SHOAL_ENCRYPTION_PREFER, TRUE, "230 230");
}

/* The wish changes in the middle of a try. */
static void
test_wish_changes (void)
{
  ShoalTorrentWay way = { 0 };

  g_assert_true (shoal_torrent_way_fail (&way, SHOAL_ENCRYPTION_ALLOW, 0, FALSE));
  g_assert_cmpuint (shoal_torrent_way_get_methods (&way, SHOAL_ENCRYPTION_OFF), ==, 0);
  g_assert_cmpuint (shoal_torrent_way_get_methods (&way, SHOAL_ENCRYPTION_REQUIRE), ==, RC4);
  g_assert_false (shoal_torrent_way_fail (&way, SHOAL_ENCRYPTION_OFF, 0, FALSE));
  g_assert_cmpuint (way.tried, ==, 0);
}

static void
test_incoming (void)
{
  static const struct
  {
    ShoalEncryption wish;
    guint8          methods;
    guint           prefers_rc4, accepts_bare;
  } cases[] = {
    { SHOAL_ENCRYPTION_OFF, 0, FALSE, TRUE },
    { SHOAL_ENCRYPTION_ALLOW, EITHER, FALSE, TRUE },
    { SHOAL_ENCRYPTION_PREFER, EITHER, TRUE, TRUE },
    { SHOAL_ENCRYPTION_REQUIRE, RC4, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ShoalNetSecurityTerms terms;

      shoal_torrent_way_get_incoming (cases[i].wish, &terms);
      g_assert_cmpuint (terms.methods, ==, cases[i].methods);
      g_assert_cmpuint (terms.prefers_rc4, ==, cases[i].prefers_rc4);
      g_assert_cmpuint (terms.accepts_bare, ==, cases[i].accepts_bare);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/torrent/way/ways", test_ways);
  g_test_add_func ("/torrent/way/remembers", test_remembers);
  g_test_add_func ("/torrent/way/wish-changes", test_wish_changes);
  g_test_add_func ("/torrent/way/incoming", test_incoming);
  return g_test_run ();
}
