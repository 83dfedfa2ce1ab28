/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rules/shoal-app-timetable.h"

/* Those of a week, and the next one of today's name. */
#define MAX_DAYS 8

/* @day: 0 is Monday; may be the one before. */
static gboolean
has_day (const ShoalAppTimetable *self, int day)
{
  return (self->days & (1U << ((day + 7) % 7))) != 0;
}

gboolean
shoal_app_timetable_contains (const ShoalAppTimetable *self, GDateTime *now)
{
  int   day = g_date_time_get_day_of_week (now) - 1;
  guint minutes = (guint) (g_date_time_get_hour (now) * 60 + g_date_time_get_minute (now));

  if (self->from_minutes < self->to_minutes)
    return has_day (self, day) && minutes >= self->from_minutes && minutes < self->to_minutes;
  return (has_day (self, day) && minutes >= self->from_minutes) ||
         (has_day (self, day - 1) && minutes < self->to_minutes);
}

/* @days: after that of @now. */
static GDateTime *
new_on_day (GDateTime *now, int days, guint minutes)
{
  g_autoptr (GDateTime) day = g_date_time_add_days (now, days);

  return g_date_time_new (g_date_time_get_timezone (now),
                          g_date_time_get_year (day),
                          g_date_time_get_month (day),
                          g_date_time_get_day_of_month (day),
                          (int) minutes / 60,
                          (int) minutes % 60,
                          0);
}

gint64
shoal_app_timetable_find_change (const ShoalAppTimetable *self, GDateTime *now)
{
  gboolean    is_on = shoal_app_timetable_contains (self, now);
  const guint edges[] = { MIN (self->from_minutes, self->to_minutes),
                          MAX (self->from_minutes, self->to_minutes) };

  for (guint i = 0; i < MAX_DAYS * G_N_ELEMENTS (edges); i++)
    {
      g_autoptr (GDateTime) edge =
          new_on_day (now, (int) (i / G_N_ELEMENTS (edges)), edges[i % G_N_ELEMENTS (edges)]);

      if (edge != NULL && g_date_time_compare (edge, now) > 0 &&
          shoal_app_timetable_contains (self, edge) != is_on)
        return g_date_time_to_unix (edge);
    }
  return G_MAXINT64;
}
