/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-label-line.h"

#include <string.h>

char **
shoal_app_label_line_from_text (const char *text)
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
shoal_app_label_line_to_text (const ShoalWords *labels)
{
  return labels != NULL ? g_strjoinv (", ", labels->items) : g_strdup ("");
}

char *
shoal_app_label_line_dup_rest (const char *text, const ShoalWords *known)
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
