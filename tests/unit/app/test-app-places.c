/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/torrents/shoal-app-places.h"

static void
test_none (void)
{
  g_autoptr (ShoalAppPlaces) places = shoal_app_places_new ();

  g_assert_false (shoal_app_places_overlap (places, "/home/me"));
}

static void
test_overlap (void)
{
  static const struct
  {
    const char *path;
    gboolean    overlaps;
  } cases[] = {
    { "/home/me/Downloads/photos", TRUE },
    { "/home/me/Downloads/photos/2026/a.jpg", TRUE },
    { "/home/me/Downloads", TRUE },
    { "/home", TRUE },
    { "/home/me/Downloads/photos 2", FALSE },
    { "/home/me/Downloads/photo", FALSE },
    { "/home/me/Downloads/music", FALSE },
    { "/home/me/Down", FALSE },
    { "/mnt/disk.iso", TRUE },
    { "/mnt/disk", FALSE },
    { "/mnt", TRUE },
  };
  g_autoptr (ShoalAppPlaces) places = shoal_app_places_new ();

  shoal_app_places_add (places, "/home/me/Downloads/photos");
  shoal_app_places_add (places, "/home/me/Downloads/photos");
  shoal_app_places_add (places, "/mnt/disk.iso");
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    g_assert_cmpint (shoal_app_places_overlap (places, cases[i].path), ==, cases[i].overlaps);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/places/none", test_none);
  g_test_add_func ("/app/places/overlap", test_overlap);
  return g_test_run ();
}
