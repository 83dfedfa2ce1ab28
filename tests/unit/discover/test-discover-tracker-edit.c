/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "lab.h"

/* Lists of trackers that a person changes as a whole, and that come back after a restart. */

#define PERSON   SHOAL_BASE_POLICY_WORD_PERSON
#define TORRENT  SHOAL_BASE_POLICY_WORD_TORRENT
#define STRANGER SHOAL_BASE_POLICY_WORD_STRANGER

#define DEAD_URL  "http://127.0.0.1:1/announce"
#define DEAD_URL2 "http://127.0.0.1:2/announce"

static const char *invalid;

static ShoalDiscoverEdit
edit (Torrent *torrent, const char *const *urls)
{
  invalid = NULL;
  return shoal_discover_tracker_list_edit (torrent->list, urls, &invalid);
}

#define EDIT(torrent, ...) edit (torrent, (const char *const[]){ __VA_ARGS__, NULL })

/* "0:url 1b:url": tier, who named it, where it stands. The caller's. */
static char *
describe (Torrent *torrent)
{
  GString *out = g_string_new (NULL);
  guint    i;

  for (i = 0; i < shoal_discover_tracker_list_get_n_trackers (torrent->list); i++)
    {
      ShoalDiscoverOrigin origin;

      shoal_discover_tracker_list_get_origin (torrent->list, i, &origin);
      g_string_append_printf (out,
                              "%s%u%s%s%s:%s",
                              i > 0 ? " " : "",
                              origin.tier,
                              origin.by_person ? "p" : "",
                              origin.by_stranger ? "s" : "",
                              origin.is_beside ? "b" : "",
                              strrchr (origin.url, '/') + 1);
    }
  return g_string_free (out, FALSE);
}

#define assert_list(torrent, expected)                                                             \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_autofree char *all = describe (torrent);                                                     \
    g_assert_cmpstr (all, ==, expected);                                                           \
  }                                                                                                \
  G_STMT_END

static void
test_places (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, "http://a/a", NULL);
  torrent_add_tier (torrent, STRANGER, "http://b/b", NULL);
  g_assert_true (shoal_discover_tracker_list_add_tracker (torrent->list, "http://p/p"));
  assert_list (torrent, "0:a 1s:b 2pb:p");

  /* A tier with one of the torrent's own is of its own; one of the person's alone is not. */
  g_assert_cmpint (
      (int) EDIT (torrent, "http://b/b", "http://q/q", "", "http://p/p", "", "http://r/r"),
      ==,
      (int) SHOAL_DISCOVER_EDIT_DONE);
  assert_list (torrent, "0s:b 0p:q 1pb:p 2pb:r");

  /* Blank lines more than needed, and what comes twice, make no difference. */
  EDIT (torrent, "", "", "http://r/r", "", "", "http://b/b", "http://r/r", "http://b/b", "");
  assert_list (torrent, "1s:b 0pb:r");
  EDIT (torrent, "");
  assert_list (torrent, "");
}

static void
test_invalid (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_auto (GStrv) many = g_new0 (char *, SHOAL_DISCOVER_MAX_TRACKERS + 2);
  guint i;

  torrent_add_tier (torrent, TORRENT, "http://a/a", NULL);
  g_assert_cmpint ((int) EDIT (torrent, "http://b/b", "", "ftp://c/c", "x"),
                   ==,
                   (int) SHOAL_DISCOVER_EDIT_INVALID);
  g_assert_cmpstr (invalid, ==, "ftp://c/c");
  assert_list (torrent, "0:a");
  for (i = 0; i <= SHOAL_DISCOVER_MAX_TRACKERS; i++)
    many[i] = g_strdup_printf ("http://%u.example/a", i);
  g_assert_cmpint (
      (int) edit (torrent, (const char *const *) many), ==, (int) SHOAL_DISCOVER_EDIT_TOO_MANY);
  assert_list (torrent, "0:a");
  g_clear_pointer (&many[SHOAL_DISCOVER_MAX_TRACKERS], g_free);
  g_assert_cmpint (
      (int) edit (torrent, (const char *const *) many), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  g_assert_cmpuint (
      shoal_discover_tracker_list_get_n_trackers (torrent->list), ==, SHOAL_DISCOVER_MAX_TRACKERS);
}

/* One goes and is told, one stays and is not asked anew, one comes and is. */
static void
test_announces (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) stays = web_tracker_new ();
  g_autoptr (WebTracker) goes = web_tracker_new ();
  g_autoptr (WebTracker) comes = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  g_autofree char  *kept = g_strdup (web_tracker_url (stays));
  ShoalTrackerInfo *row;

  stays->body = "d8:completei5e10:incompletei9e8:intervali900e5:peers0:e";
  torrent_add_tier (torrent, TORRENT, kept, NULL);
  g_assert_true (shoal_discover_tracker_list_add_tracker (torrent->list, web_tracker_url (goes)));
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 2);
  g_assert_cmpint (
      (int) EDIT (torrent, web_tracker_url (comes), "", kept), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  lab_run_until (&goes->n_requests, 2);
  lab_run_until (&comes->n_requests, 1);
  lab_run_until (&torrent->n_ok, 3);
  lab_run_for (100);
  g_assert_cmpint (web_tracker_get (goes, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpint (web_tracker_get (comes, 0)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpuint (stays->n_requests, ==, 1);
  row = shoal_discover_tracker_list_dup_row (torrent->list, 0);
  g_assert_cmpstr (row->url, ==, kept);
  g_assert_cmpint (row->n_seeds, ==, 5);
  g_assert_cmpint (row->status, ==, SHOAL_TRACKER_STATUS_OK);
  shoal_tracker_info_free (row);
  shoal_discover_tracker_list_stop (torrent->list);
  lab_run_until (&stays->n_requests, 2);
  lab_run_until (&comes->n_requests, 2);
  g_assert_cmpuint (goes->n_requests, ==, 2);
}

/* Whatever is under way, nothing is left of who goes. */
static void
test_under_way (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) hangs = web_tracker_new ();
  g_autoptr (WebTracker) comes = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  guint n_errors;

  hangs->hangs = TRUE;
  torrent_add_tier (torrent, TORRENT, web_tracker_url (hangs), DEAD_URL, NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&hangs->n_requests, 1);
  g_assert_cmpint (
      (int) EDIT (torrent, web_tracker_url (comes)), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  lab_run_until (&torrent->n_ok, 1);
  n_errors = torrent->n_errors;
  g_assert_cmpint ((int) EDIT (torrent, DEAD_URL), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  lab_run_until (&torrent->n_errors, n_errors + 1);
  g_assert_cmpint (
      shoal_discover_tracker_list_get_state (torrent->list), ==, SHOAL_TRACKERS_FAILING);
  shoal_discover_tracker_list_stop (torrent->list);
  g_assert_cmpint ((int) EDIT (torrent, DEAD_URL2), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  lab_run_for (50);
}

/* A paused torrent tells nobody. */
static void
test_stopped (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) goes = web_tracker_new ();
  g_autoptr (WebTracker) comes = web_tracker_new ();
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);

  torrent_add_tier (torrent, TORRENT, web_tracker_url (goes), NULL);
  g_assert_cmpint (
      (int) EDIT (torrent, web_tracker_url (comes)), ==, (int) SHOAL_DISCOVER_EDIT_DONE);
  lab_run_for (100);
  g_assert_cmpuint (goes->n_requests + comes->n_requests, ==, 0);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);
  g_assert_cmpuint (goes->n_requests, ==, 0);
  g_assert_cmpuint (comes->n_requests, ==, 1);
}

/* BEP 27: one at a time, in the order that the person gave; and who came by one that is gone goes
 * before the peers of the next come. */
static void
test_private (void)
{
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (WebTracker) first = web_tracker_new ();
  g_autoptr (WebTracker) second = web_tracker_new ();
  ShoalDiscoverTrackerOptions options = { .is_private = TRUE };
  g_autoptr (Torrent) torrent = torrent_new (lab, &options);
  g_autofree char *url = g_strdup (web_tracker_url (second));

  torrent_add_tier (torrent, TORRENT, web_tracker_url (first), NULL);
  shoal_discover_tracker_list_start (torrent->list);
  lab_run_until (&torrent->n_ok, 1);

  /* Another behind it: nothing happens. */
  EDIT (torrent, web_tracker_url (first), "", url);
  lab_run_for (200);
  g_assert_cmpuint (first->n_requests + second->n_requests, ==, 1);
  g_assert_cmpuint (torrent->n_switched, ==, 0);

  EDIT (torrent, url);
  lab_run_until (&torrent->n_ok, 2);
  lab_run_until (&first->n_requests, 2);
  g_assert_cmpint (web_tracker_get (first, 1)->event, ==, SHOAL_CODEC_TRACKER_EVENT_STOPPED);
  g_assert_cmpuint (torrent->n_switched, ==, 1);
  lab_run_for (100);
  g_assert_cmpuint (torrent->n_switched, ==, 1);
  assert_list (torrent, "0p:announce");
}

/* As get_origin() gives it, it comes back. */
static void
test_restore (void)
{
  static const ShoalDiscoverOrigin origins[] = {
    { .url = "http://a/a", .tier = 0 },
    { .url = "http://q/q", .tier = 1, .by_person = 1 },
    { .url = "http://s/s", .tier = 2, .by_stranger = 1 },
    { .url = "http://p/p", .tier = 2, .by_person = 1, .is_beside = 1 },
    { .url = "no tracker", .tier = 2, .by_person = 1, .is_beside = 1 },
    { .url = "http://a/a", .tier = 9, .by_stranger = 1 },
  };
  g_autoptr (Lab) lab = lab_new (1, NULL);
  g_autoptr (Torrent) torrent = torrent_new (lab, NULL);
  ShoalDiscoverTrackerOptions options = { .is_private = TRUE };
  g_autoptr (Torrent) hidden = torrent_new (lab, &options);

  shoal_discover_tracker_list_restore (torrent->list, origins, G_N_ELEMENTS (origins));
  assert_list (torrent, "0:a 1p:q 2s:s 3pb:p");
  shoal_discover_tracker_list_restore (hidden->list, origins, G_N_ELEMENTS (origins));
  assert_list (hidden, "0pb:p 0:a 1p:q 2s:s");
  shoal_discover_tracker_list_restore (torrent->list, origins, 0);
  assert_list (torrent, "0:a 1p:q 2s:s 3pb:p");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/tracker-edit/places", test_places);
  g_test_add_func ("/discover/tracker-edit/invalid", test_invalid);
  g_test_add_func ("/discover/tracker-edit/announces", test_announces);
  g_test_add_func ("/discover/tracker-edit/under-way", test_under_way);
  g_test_add_func ("/discover/tracker-edit/stopped", test_stopped);
  g_test_add_func ("/discover/tracker-edit/private", test_private);
  g_test_add_func ("/discover/tracker-edit/restore", test_restore);
  return g_test_run ();
}
