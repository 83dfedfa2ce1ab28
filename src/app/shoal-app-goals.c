/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-goals.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"

static char *
fill_one (const char *pattern, const char *name, const char *value)
{
  ShoalAppTextPart part = { name, value };

  return shoal_app_text_fill (pattern, &part, 1);
}

static char *
fill_span (const char *pattern, guint minutes)
{
  g_autofree char *span = shoal_app_number_format_minutes (minutes);

  return minutes > 0 ? fill_one (pattern, "time", span) : NULL;
}

char *
shoal_app_goals_dup_text (const ShoalSeedGoals *goals)
{
  g_autofree char *number = g_strdup_printf ("%.2f", goals->ratio_1000 / 1000.0);
  g_autofree char *ratio =
      goals->ratio_1000 >= 0 ? fill_one (_ ("at a ratio of {n}"), "n", number) : NULL;
  g_autofree char *time = fill_span (_ ("after {time}"), goals->minutes);
  g_autofree char *idle =
      fill_span (_ ("when nobody took anything for {time}"), goals->idle_minutes);
  g_autofree char *text = shoal_app_text_join ((const char *[]){ ratio, time, idle }, 3);

  if (*text == '\0')
    return g_strdup (_ ("never"));
  return g_steal_pointer (&text);
}
