/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-beat.h"

typedef struct _Listener Listener;

struct _Listener
{
  ShoalAppBeat *beat;
  Listener     *other;
  Listener     *late;
  guint         n_calls;
};

/* Two that do the same to each other, so that a test says the same whichever is called first. */
typedef struct
{
  ShoalAppBeat *beat;
  Listener      one;
  Listener      two;
  Listener      late;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer user_data)
{
  fixture->beat = shoal_app_beat_new ();
  fixture->one = (Listener){ fixture->beat, &fixture->two, &fixture->late, 0 };
  fixture->two = (Listener){ fixture->beat, &fixture->one, &fixture->late, 0 };
  fixture->late = (Listener){ fixture->beat, NULL, NULL, 0 };
}

static void
tear_down (Fixture *fixture, gconstpointer user_data)
{
  shoal_app_beat_leave (fixture->beat, &fixture->one);
  shoal_app_beat_leave (fixture->beat, &fixture->two);
  shoal_app_beat_leave (fixture->beat, &fixture->late);
  shoal_app_beat_free (fixture->beat);
}

static void
join_both (Fixture *fixture, ShoalAppBeatFunc func)
{
  shoal_app_beat_join (fixture->beat, func, &fixture->one);
  shoal_app_beat_join (fixture->beat, func, &fixture->two);
}

static void
count_cb (gpointer listener)
{
  ((Listener *) listener)->n_calls++;
}

static void
test_in_and_out (Fixture *fixture, gconstpointer user_data)
{
  join_both (fixture, count_cb);
  shoal_app_beat_join (fixture->beat, count_cb, &fixture->one);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls, ==, 1);
  g_assert_cmpuint (fixture->two.n_calls, ==, 1);
  g_assert_cmpuint (fixture->late.n_calls, ==, 0);

  shoal_app_beat_leave (fixture->beat, &fixture->one);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls, ==, 1);
  g_assert_cmpuint (fixture->two.n_calls, ==, 2);
}

static void
replace_cb (gpointer listener)
{
  Listener *self = listener;

  self->n_calls++;
  shoal_app_beat_leave (self->beat, self->other);
  shoal_app_beat_join (self->beat, count_cb, self->late);
}

static void
test_replaces_another (Fixture *fixture, gconstpointer user_data)
{
  join_both (fixture, replace_cb);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls + fixture->two.n_calls, ==, 1);
  g_assert_cmpuint (fixture->late.n_calls, ==, 0);

  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls + fixture->two.n_calls, ==, 2);
  g_assert_cmpuint (fixture->one.n_calls * fixture->two.n_calls, ==, 0);
  g_assert_cmpuint (fixture->late.n_calls, ==, 1);
}

static void
put_off_cb (gpointer listener)
{
  Listener *self = listener;

  self->n_calls++;
  shoal_app_beat_leave (self->beat, self->other);
  shoal_app_beat_join (self->beat, count_cb, self->other);
}

static void
test_comes_again (Fixture *fixture, gconstpointer user_data)
{
  join_both (fixture, put_off_cb);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls + fixture->two.n_calls, ==, 1);
}

static void
leave_cb (gpointer listener)
{
  Listener *self = listener;

  self->n_calls++;
  shoal_app_beat_leave (self->beat, self);
}

static void
test_leaves_itself (Fixture *fixture, gconstpointer user_data)
{
  join_both (fixture, leave_cb);
  shoal_app_beat_strike (fixture->beat);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls, ==, 1);
  g_assert_cmpuint (fixture->two.n_calls, ==, 1);
}

static void
strike_cb (gpointer listener)
{
  Listener *self = listener;

  self->n_calls++;
  shoal_app_beat_strike (self->beat);
}

static void
test_strikes (Fixture *fixture, gconstpointer user_data)
{
  join_both (fixture, strike_cb);
  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls, ==, 1);
  g_assert_cmpuint (fixture->two.n_calls, ==, 1);

  shoal_app_beat_strike (fixture->beat);
  g_assert_cmpuint (fixture->one.n_calls, ==, 2);
  g_assert_cmpuint (fixture->two.n_calls, ==, 2);
}

static gboolean
is_running (Fixture *fixture)
{
  return g_main_context_find_source_by_user_data (NULL, fixture->beat) != NULL;
}

static void
test_runs_while_heard (Fixture *fixture, gconstpointer user_data)
{
  g_assert_false (is_running (fixture));
  join_both (fixture, leave_cb);
  g_assert_true (is_running (fixture));
  while (fixture->one.n_calls == 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (fixture->one.n_calls, ==, 1);
  g_assert_cmpuint (fixture->two.n_calls, ==, 1);
  g_assert_false (is_running (fixture));
}

#define ADD(path, func) g_test_add (path, Fixture, NULL, set_up, func, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  ADD ("/app/beat/in-and-out", test_in_and_out);
  ADD ("/app/beat/replaces-another", test_replaces_another);
  ADD ("/app/beat/comes-again", test_comes_again);
  ADD ("/app/beat/leaves-itself", test_leaves_itself);
  ADD ("/app/beat/strikes", test_strikes);
  ADD ("/app/beat/runs-while-heard", test_runs_while_heard);
  return g_test_run ();
}
