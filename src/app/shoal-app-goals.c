/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-goals.h"

#include <glib/gi18n.h>
#include <string.h>

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
  g_autofree char *span = shoal_app_number_format_span ((gint64) minutes * 60);

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

char **
shoal_app_labels_from_text (const char *text)
{
  char **labels = g_strsplit (text, ",", -1);
  guint  n = 0;

  for (guint i = 0; labels[i] != NULL; i++)
    {
      char *label = g_strstrip (labels[i]);

      if (*label != '\0')
        labels[n++] = label;
      else
        g_free (label);
    }
  labels[n] = NULL;
  return labels;
}

char *
shoal_app_labels_to_text (const ShoalWords *labels)
{
  return labels != NULL ? g_strjoinv (", ", labels->items) : g_strdup ("");
}

char *
shoal_app_labels_dup_rest (const char *text, const ShoalWords *known)
{
  const char *comma = strrchr (text, ',');
  const char *begun = comma != NULL ? comma + 1 : text;

  while (g_ascii_isspace (*begun))
    begun++;
  if (*begun == '\0')
    return NULL;
  for (guint i = 0; known != NULL && i < known->n; i++)
    if (g_str_has_prefix (known->items[i], begun) && strlen (known->items[i]) > strlen (begun))
      return g_strdup (known->items[i] + strlen (begun));
  return NULL;
}
