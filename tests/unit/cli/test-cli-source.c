/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-source.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("shoal-cli-XXXXXX", NULL);
  fixture->path = g_build_filename (fixture->folder, "a b.torrent", NULL);
  g_assert_true (g_file_set_contents (fixture->path, "d1:x", 4, NULL));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
assert_read (const char *source)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) bytes = shoal_cli_source_read (source, NULL, &problem);

  g_assert_null (problem);
  g_assert_nonnull (bytes);
  g_assert_cmpmem (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), "d1:x", 4);
}

static void
assert_refused (const char *source, ShoalProblemDomain domain, ShoalProblemCode code)
{
  g_autoptr (ShoalProblem) problem = NULL;

  g_assert_null (shoal_cli_source_read (source, NULL, &problem));
  g_assert_nonnull (problem);
  g_assert_cmpint (problem->domain, ==, domain);
  g_assert_cmpint (problem->code, ==, code);
  g_assert_cmpstr (problem->subject, ==, source);
}

static void
test_read (Fixture *fixture, gconstpointer data)
{
  g_autofree char *uri = g_filename_to_uri (fixture->path, NULL, NULL);
  g_autofree char *loud = g_strconcat ("FILE", uri + strlen ("file"), NULL);

  assert_read (fixture->path);
  assert_read (uri);
  assert_read (loud);
  g_assert_nonnull (strstr (uri, "%20"));
}

/* A path is a path, even where it begins like an address of some kind. */
static void
test_odd_path (Fixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_build_filename (fixture->folder, "udp:tracker", NULL);
  g_autofree char *before = g_get_current_dir ();

  g_assert_cmpint (g_rename (fixture->path, path), ==, 0);
  g_assert_cmpint (chdir (fixture->folder), ==, 0);
  assert_read ("udp:tracker");
  g_assert_cmpint (chdir (before), ==, 0);
  g_assert_cmpint (g_rename (path, fixture->path), ==, 0);
}

static void
test_refused (Fixture *fixture, gconstpointer data)
{
  g_autofree char *missing = g_build_filename (fixture->folder, "missing", NULL);

  assert_refused (missing, SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_MISSING);
  assert_refused (fixture->folder, SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_IO);
  assert_refused ("file:relative", SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_IO);
  assert_refused ("/dev/zero", SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_TOO_LARGE);
  assert_refused ("magnet:?xt=", SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_UNSUPPORTED);
  assert_refused ("MAGNET:?xt=", SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_UNSUPPORTED);
}

static void
test_largest (Fixture *fixture, gconstpointer data)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) bytes = NULL;

  g_assert_cmpint (truncate (fixture->path, SHOAL_API_MAX_TORRENT_SIZE), ==, 0);
  bytes = shoal_cli_source_read (fixture->path, NULL, &problem);
  g_assert_nonnull (bytes);
  g_assert_cmpuint (g_bytes_get_size (bytes), ==, SHOAL_API_MAX_TORRENT_SIZE);
  g_assert_cmpint (truncate (fixture->path, SHOAL_API_MAX_TORRENT_SIZE + 1), ==, 0);
  assert_refused (fixture->path, SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_TOO_LARGE);
}

static void
test_magnet (void)
{
  g_assert_true (shoal_cli_source_is_magnet ("magnet:?xt=urn:btih:x"));
  g_assert_true (shoal_cli_source_is_magnet ("Magnet:"));
  g_assert_false (shoal_cli_source_is_magnet ("magnet"));
  g_assert_false (shoal_cli_source_is_magnet ("./magnet:?xt"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
#define ADD(name, func) g_test_add (name, Fixture, NULL, set_up, func, tear_down)
  ADD ("/cli/source/read", test_read);
  ADD ("/cli/source/odd-path", test_odd_path);
  ADD ("/cli/source/refused", test_refused);
  ADD ("/cli/source/largest", test_largest);
  g_test_add_func ("/cli/source/magnet", test_magnet);
  return g_test_run ();
}
