/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/rules/shoal-app-rules.h"
#include "app/shoal-app-settings.h"
#include "fake-monitor.h"

typedef struct
{
  GSettings     *settings;
  ShoalAppRules *rules;
  guint          n_signals;
} Fixture;

static void
hold_cb (Fixture *fixture)
{
  fixture->n_signals++;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->settings = g_settings_new (SHOAL_APP_ID);
  fixture->rules = shoal_app_rules_new (fixture->settings);
  g_signal_connect_swapped (fixture->rules, "hold", G_CALLBACK (hold_cb), fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  static const char *const keys[] = {
    SHOAL_APP_KEY_HOLD_METERED,   SHOAL_APP_KEY_HOLD_POWER,           SHOAL_APP_KEY_TIMETABLE,
    SHOAL_APP_KEY_TIMETABLE_DAYS, SHOAL_APP_KEY_ALTERNATIVE,          SHOAL_APP_KEY_TIMETABLE_FROM,
    SHOAL_APP_KEY_TIMETABLE_TO,   SHOAL_APP_KEY_NEXT_TIMETABLE_CHANGE
  };

  fake_monitor_set (FALSE, FALSE);
  g_assert_finalize_object (fixture->rules);
  for (guint i = 0; i < G_N_ELEMENTS (keys); i++)
    g_settings_reset (fixture->settings, keys[i]);
  g_object_unref (fixture->settings);
}

static void
assert_hold (Fixture *fixture, ShoalHold hold, guint n_signals)
{
  g_assert_cmpint (shoal_app_rules_get_hold (fixture->rules), ==, hold);
  g_assert_cmpuint (fixture->n_signals, ==, n_signals);
}

static void
test_hold (Fixture *fixture, gconstpointer data)
{
  assert_hold (fixture, SHOAL_HOLD_NONE, 0);
  fake_monitor_set (TRUE, FALSE);
  assert_hold (fixture, SHOAL_HOLD_METERED, 1);
  fake_monitor_set (FALSE, TRUE); /* by default the battery does not count */
  assert_hold (fixture, SHOAL_HOLD_NONE, 2);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_HOLD_POWER, TRUE);
  assert_hold (fixture, SHOAL_HOLD_POWER, 3);
  fake_monitor_set (TRUE, TRUE); /* what costs money is said first */
  assert_hold (fixture, SHOAL_HOLD_METERED, 4);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_HOLD_METERED, FALSE);
  assert_hold (fixture, SHOAL_HOLD_POWER, 5);
  fake_monitor_set (FALSE, FALSE);
  assert_hold (fixture, SHOAL_HOLD_NONE, 6);
}

/* Until what was gone on in spite of has been over. */
static void
test_go_on (Fixture *fixture, gconstpointer data)
{
  fake_monitor_set (TRUE, FALSE);
  shoal_app_rules_go_on (fixture->rules);
  assert_hold (fixture, SHOAL_HOLD_NONE, 2);
  fake_monitor_set (TRUE, FALSE);
  assert_hold (fixture, SHOAL_HOLD_NONE, 2);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_HOLD_POWER, TRUE);
  fake_monitor_set (TRUE, TRUE); /* that is another reason */
  assert_hold (fixture, SHOAL_HOLD_POWER, 3);
  fake_monitor_set (FALSE, FALSE);
  assert_hold (fixture, SHOAL_HOLD_NONE, 4);
  fake_monitor_set (TRUE, FALSE);
  assert_hold (fixture, SHOAL_HOLD_METERED, 5);
}

static gboolean
has_alternative (Fixture *fixture)
{
  return g_settings_get_boolean (fixture->settings, SHOAL_APP_KEY_ALTERNATIVE);
}

/* Whole days, so that the time at which this runs does not matter. */
static void
test_timetable (Fixture *fixture, gconstpointer data)
{
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_FROM, 0);
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_TO, 0);
  g_assert_false (has_alternative (fixture));
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_TIMETABLE, TRUE);
  g_assert_true (has_alternative (fixture));
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_DAYS, 0);
  g_assert_false (has_alternative (fixture));
  /* By hand: nothing takes it back before the timetable changes. */
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_ALTERNATIVE, TRUE);
  g_assert_true (has_alternative (fixture));
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_TIMETABLE, FALSE);
  g_assert_true (has_alternative (fixture));
}

static void
restart (Fixture *fixture)
{
  g_assert_finalize_object (fixture->rules);
  fixture->rules = shoal_app_rules_new (fixture->settings);
}

static void
test_by_hand (Fixture *fixture, gconstpointer data)
{
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_DAYS, 0);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_TIMETABLE, TRUE);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_ALTERNATIVE, TRUE);
  restart (fixture);
  g_assert_true (has_alternative (fixture));
  /* On no day: it says what it said before. */
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_FROM, 60);
  g_settings_set_int (fixture->settings, SHOAL_APP_KEY_TIMETABLE_TO, 120);
  g_assert_true (has_alternative (fixture));
  restart (fixture);
  g_assert_true (has_alternative (fixture));
  /* It changed meanwhile. */
  g_settings_set_int64 (fixture->settings, SHOAL_APP_KEY_NEXT_TIMETABLE_CHANGE, 1);
  restart (fixture);
  g_assert_false (has_alternative (fixture));
  /* Switched off and on again, it is asked anew. */
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_ALTERNATIVE, TRUE);
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_TIMETABLE, FALSE);
  g_assert_true (has_alternative (fixture));
  g_settings_set_boolean (fixture->settings, SHOAL_APP_KEY_TIMETABLE, TRUE);
  g_assert_false (has_alternative (fixture));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  fake_monitor_install ();
  g_test_add ("/app/rules/hold", Fixture, NULL, set_up, test_hold, tear_down);
  g_test_add ("/app/rules/go-on", Fixture, NULL, set_up, test_go_on, tear_down);
  g_test_add ("/app/rules/timetable", Fixture, NULL, set_up, test_timetable, tear_down);
  g_test_add ("/app/rules/by-hand", Fixture, NULL, set_up, test_by_hand, tear_down);
  return g_test_run ();
}
