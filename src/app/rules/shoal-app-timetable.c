/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/rules/shoal-app-timetable.h"

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
