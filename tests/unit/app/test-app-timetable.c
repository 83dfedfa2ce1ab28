/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/rules/shoal-app-timetable.h"

/* 2024 began with a Monday. @day: of its first week, from 1. */
static gboolean
contains (ShoalAppTimetable timetable, int day, int hour, int minute)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2024, 1, day, hour, minute, 59);

  return shoal_app_timetable_contains (&timetable, now);
}

static void
test_within_a_day (void)
{
  const ShoalAppTimetable work = { .days = 0x1f, .from_minutes = 8 * 60, .to_minutes = 22 * 60 };

  g_assert_false (contains (work, 1, 7, 59));
  g_assert_true (contains (work, 1, 8, 0));
  g_assert_true (contains (work, 5, 21, 59));
  g_assert_false (contains (work, 5, 22, 0));
  g_assert_false (contains (work, 6, 12, 0)); /* a Saturday */
  g_assert_false (contains (work, 7, 12, 0));
}

/* The day is the one on which it begins. */
static void
test_over_midnight (void)
{
  const ShoalAppTimetable night = { .days = 1U << 6,
                                    .from_minutes = 23 * 60,
                                    .to_minutes = 6 * 60 };

  g_assert_false (contains (night, 6, 23, 30));
  g_assert_false (contains (night, 7, 5, 0));
  g_assert_false (contains (night, 7, 22, 59));
  g_assert_true (contains (night, 7, 23, 0));
  g_assert_true (contains (night, 8, 5, 59)); /* a Monday */
  g_assert_false (contains (night, 8, 6, 0));
}

static void
test_whole_days (void)
{
  const ShoalAppTimetable all = { SHOAL_APP_TIMETABLE_ALL_DAYS, 600, 600 };
  const ShoalAppTimetable none = { 0, 600, 600 };
  const ShoalAppTimetable one = { 1U << 2, 600, 600 };

  for (int day = 1; day <= 8; day++)
    for (int hour = 0; hour < 24; hour++)
      {
        g_assert_true (contains (all, day, hour, 0));
        g_assert_false (contains (none, day, hour, 0));
      }
  g_assert_false (contains (one, 3, 9, 59));
  g_assert_true (contains (one, 3, 10, 0));
  g_assert_true (contains (one, 4, 9, 59));
  g_assert_false (contains (one, 4, 10, 0));
}

static void
assert_change (ShoalAppTimetable timetable, int day, int hour, int next_day, int next_hour)
{
  g_autoptr (GDateTime) now = g_date_time_new_utc (2024, 1, day, hour, 0, 30);
  g_autoptr (GDateTime) next = g_date_time_new_utc (2024, 1, next_day, next_hour, 0, 0);

  g_assert_cmpint (
      shoal_app_timetable_find_change (&timetable, now), ==, g_date_time_to_unix (next));
}

static void
test_change (void)
{
  const ShoalAppTimetable work = { .days = 0x1f, .from_minutes = 8 * 60, .to_minutes = 22 * 60 };
  const ShoalAppTimetable night = { 1U << 6, .from_minutes = 23 * 60, .to_minutes = 6 * 60 };
  const ShoalAppTimetable two = { 3U << 2, 600, 600 };

  assert_change (work, 1, 7, 1, 8);
  assert_change (work, 1, 8, 1, 22);
  assert_change (work, 1, 22, 2, 8);
  assert_change (work, 5, 22, 8, 8); /* over the weekend */
  assert_change (night, 7, 23, 8, 6);
  assert_change (night, 8, 6, 14, 23);
  assert_change (two, 3, 10, 5, 10); /* one day goes on into the other */
  assert_change (two, 5, 10, 10, 10);
}

static void
test_no_change (void)
{
  const ShoalAppTimetable all = { SHOAL_APP_TIMETABLE_ALL_DAYS, 600, 600 };
  const ShoalAppTimetable none = { 0, 500, 600 };
  g_autoptr (GDateTime) now = g_date_time_new_utc (2024, 1, 1, 10, 0, 0);

  g_assert_cmpint (shoal_app_timetable_find_change (&all, now), ==, G_MAXINT64);
  g_assert_cmpint (shoal_app_timetable_find_change (&none, now), ==, G_MAXINT64);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/timetable/within-a-day", test_within_a_day);
  g_test_add_func ("/app/timetable/over-midnight", test_over_midnight);
  g_test_add_func ("/app/timetable/whole-days", test_whole_days);
  g_test_add_func ("/app/timetable/change", test_change);
  g_test_add_func ("/app/timetable/no-change", test_no_change);
  return g_test_run ();
}
