/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SHOAL_APP_TIMETABLE_DAY_MINUTES (24 * 60)
#define SHOAL_APP_TIMETABLE_ALL_DAYS    0x7f

/* A time of the day on some days of the week. If its end is not after its beginning it ends on the
 * next day, which then need not be one of them. */
typedef struct
{
  guint days;         /* bit 0: Monday, to bit 6: Sunday */
  guint from_minutes; /* since midnight, by the clock on the wall */
  guint to_minutes;
} ShoalAppTimetable;

/* Whether @now lies in it. */
gboolean shoal_app_timetable_contains (const ShoalAppTimetable *self, GDateTime *now);

/* When that will be different, in seconds since 1970; G_MAXINT64: never. */
gint64 shoal_app_timetable_find_change (const ShoalAppTimetable *self, GDateTime *now);

G_END_DECLS
