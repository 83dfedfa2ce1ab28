/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <glib/gstdio.h>

#include "app/add/shoal-app-recent.h"

#define LIST(...) ((const char *const[]){ __VA_ARGS__, NULL })

static void
check (char **folders, const char *expected)
{
  g_autofree char *all = g_strjoinv (" ", folders);

  g_assert_cmpstr (all, ==, expected);
  g_strfreev (folders);
}

static void
test_add (void)
{
  const char *none[] = { NULL };

  check (shoal_app_recent_add (none, "/a"), "/a");
  check (shoal_app_recent_add (LIST ("/b", "/c"), "/a"), "/a /b /c");
  check (shoal_app_recent_add (LIST ("/b", "/a"), "/a/"), "/a /b");
  check (shoal_app_recent_add (LIST ("/b", "relative", "", "/b"), "/"), "/ /b");
  check (
      shoal_app_recent_add (
          LIST ("/1", "/2", "/3", "/4", "/5", "/6", "/7", "/8", "/9", "/10", "/11", "/12"), "/a"),
      "/a /1 /2 /3 /4 /5 /6 /7 /8 /9 /10 /11");
}

static void
test_remove (void)
{
  check (shoal_app_recent_remove (LIST ("/a", "/b", "/c"), LIST ("/b", "/d")), "/a /c");
}

static void
test_offer (void)
{
  check (shoal_app_recent_offer (LIST ("/a", "/b", "/c"), "/b/"), "/a /c");
  check (shoal_app_recent_offer (LIST ("/1", "/2", "/3", "/4", "/5", "/6", "/7"), "/1"),
         "/2 /3 /4 /5 /6 /7");
}

static void
test_gone (void)
{
  g_autofree char *folder = g_dir_make_tmp ("shoal-recent-XXXXXX", NULL);
  g_autofree char *gone = g_build_filename (folder, "gone", NULL);
  g_autofree char *away = g_build_filename (gone, "away", NULL);

  g_assert_false (shoal_app_recent_is_gone (folder));
  g_assert_true (shoal_app_recent_is_gone (gone));
  g_assert_false (shoal_app_recent_is_gone (away));
  g_assert_cmpint (g_rmdir (folder), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/recent/add", test_add);
  g_test_add_func ("/app/recent/remove", test_remove);
  g_test_add_func ("/app/recent/offer", test_offer);
  g_test_add_func ("/app/recent/gone", test_gone);
  return g_test_run ();
}
