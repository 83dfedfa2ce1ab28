/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "discover/shoal-discover-lsd-plan.h"

#define SECOND ((gint64) G_USEC_PER_SEC)
#define N_MANY 300

/* Whom the network is told of, and when. */

typedef struct
{
  ShoalDiscoverLsdPlan    plan;
  ShoalDiscoverLsdTorrent torrents[N_MANY];
  gint64                  told[N_MANY]; /* when last; 0: never */
  guint                   n_told[N_MANY];
  gint64                  now;
} Fixture;

static ShoalSwarmKey
key_of (guint n)
{
  ShoalSwarmKey key = { { 0 } };

  memcpy (key.bytes, &n, sizeof n);
  return key;
}

static Fixture *
fixture_new (void)
{
  Fixture *f = g_new0 (Fixture, 1);

  f->now = 1000 * SECOND;
  shoal_discover_lsd_plan_init (&f->plan);
  return f;
}

static void
add (Fixture *f, guint n, gboolean is_eager)
{
  ShoalSwarmKey key = key_of (n);

  shoal_discover_lsd_plan_add (&f->plan, &f->torrents[n], &key, is_eager, f->now);
}

/* Goes on to the next announce; returns how many are in it, 0 if there is none before @until. */
static guint
announce (Fixture *f, gint64 until)
{
  ShoalSwarmKey keys[SHOAL_CODEC_LSD_MAX_WRITTEN];
  gint64        due = shoal_discover_lsd_plan_get_due (&f->plan);
  guint         n, i;

  if (due > until)
    return 0;
  g_assert_cmpuint (shoal_discover_lsd_plan_take (&f->plan, due - 1, keys), ==, 0);
  f->now = MAX (f->now, due);
  n = shoal_discover_lsd_plan_take (&f->plan, f->now, keys);
  g_assert_cmpuint (n, >, 0);
  for (i = 0; i < n; i++)
    {
      guint which;

      memcpy (&which, keys[i].bytes, sizeof which);
      g_assert_true (f->told[which] == 0 ||
                     f->now - f->told[which] >= SHOAL_DISCOVER_LSD_AGAIN_USEC);
      f->told[which] = f->now;
      f->n_told[which]++;
    }
  return n;
}

/* The first soon, all that came together at once, then every five minutes. */
static void
test_few (void)
{
  g_autofree Fixture *f = fixture_new ();
  gint64              begin = f->now;

  g_assert_cmpint (shoal_discover_lsd_plan_get_due (&f->plan), ==, G_MAXINT64);
  add (f, 0, TRUE);
  add (f, 1, FALSE);
  g_assert_cmpuint (announce (f, G_MAXINT64 - 1), ==, 2);
  g_assert_cmpint (f->now - begin, ==, SHOAL_DISCOVER_LSD_GATHER_USEC);
  add (f, 2, TRUE); /* not before the pause is over */
  g_assert_cmpuint (announce (f, G_MAXINT64 - 1), ==, 1);
  g_assert_cmpint (
      f->now - begin, ==, SHOAL_DISCOVER_LSD_GATHER_USEC + SHOAL_DISCOVER_LSD_PAUSE_USEC);
  g_assert_cmpuint (announce (f, G_MAXINT64 - 1), ==, 2);
  g_assert_cmpint (
      f->now - begin, ==, SHOAL_DISCOVER_LSD_GATHER_USEC + SHOAL_DISCOVER_LSD_AGAIN_USEC);
  shoal_discover_lsd_plan_remove (&f->torrents[0]);
  shoal_discover_lsd_plan_remove (&f->torrents[0]);
  shoal_discover_lsd_plan_remove (&f->torrents[1]);
  shoal_discover_lsd_plan_remove (&f->torrents[2]);
  g_assert_true (shoal_discover_lsd_plan_is_empty (&f->plan));
}

/* Leaving and coming back does not make it speak more often than once a minute. */
static void
test_flapping (void)
{
  g_autofree Fixture *f = fixture_new ();
  gint64              last = 0;
  guint               i;

  for (i = 0; i < 20; i++)
    {
      add (f, 0, TRUE);
      f->told[0] = 0;
      g_assert_cmpuint (announce (f, G_MAXINT64 - 1), ==, 1);
      g_assert_true (last == 0 || f->now - last >= SHOAL_DISCOVER_LSD_PAUSE_USEC);
      last = f->now;
      shoal_discover_lsd_plan_remove (&f->torrents[0]);
    }
}

/* More than can be told of in five minutes: never more often than once a minute, in turns; who
 * wants something sooner than who only gives, and those are not forgotten. */
static void
test_many (void)
{
  g_autofree Fixture *f = fixture_new ();
  gint64              begin = f->now;
  gint64              last = 0;
  guint               n, i;

  for (i = 0; i < N_MANY; i++)
    add (f, i, i % 3 == 0);
  while ((n = announce (f, begin + 2 * 3600 * SECOND)) > 0)
    {
      g_assert_cmpuint (n, <=, SHOAL_CODEC_LSD_MAX_WRITTEN);
      g_assert_true (last == 0 || f->now - last >= SHOAL_DISCOVER_LSD_PAUSE_USEC);
      last = f->now;
    }
  for (i = 0; i < N_MANY; i++)
    g_assert_cmpuint (f->n_told[i], >=, i % 3 == 0 ? 18 : 3);
}

/* What is complete goes on as one that only gives, without being told of once more. */
static void
test_completed (void)
{
  g_autofree Fixture *f = fixture_new ();

  add (f, 0, TRUE);
  g_assert_cmpuint (announce (f, G_MAXINT64 - 1), ==, 1);
  add (f, 0, FALSE);
  g_assert_false (f->torrents[0].is_eager);
  g_assert_cmpuint (announce (f, f->now + SHOAL_DISCOVER_LSD_AGAIN_USEC - 1), ==, 0);
  g_assert_cmpuint (announce (f, f->now + SHOAL_DISCOVER_LSD_AGAIN_USEC), ==, 1);
  g_assert_cmpuint (f->n_told[0], ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/lsd-plan/few", test_few);
  g_test_add_func ("/discover/lsd-plan/flapping", test_flapping);
  g_test_add_func ("/discover/lsd-plan/many", test_many);
  g_test_add_func ("/discover/lsd-plan/completed", test_completed);
  return g_test_run ();
}
