/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-labels.h"

#include <string.h>

static char *
dup_label (const char *text)
{
  g_autofree char *plain = g_strstrip (g_utf8_make_valid (text, -1));
  g_autofree char *cut =
      g_utf8_substring (plain, 0, MIN (g_utf8_strlen (plain, -1), SHOAL_APP_LABELS_MAX_LENGTH));

  return g_strdup (g_strchomp (cut));
}

char **
shoal_app_labels_parse (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",\n", -1);
  GPtrArray *labels = g_ptr_array_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *label = dup_label (parts[i]);

      if (*label == '\0' || g_ptr_array_find_with_equal_func (labels, label, g_str_equal, NULL))
        g_free (label);
      else
        g_ptr_array_add (labels, label);
    }
  g_ptr_array_add (labels, NULL);
  return (char **) g_ptr_array_free (labels, FALSE);
}

char *
shoal_app_labels_write (const char *const *labels)
{
  return g_strjoinv (", ", (char **) (gintptr) labels);
}

const char *
shoal_app_labels_complete (const char *text, const char *const *known)
{
  const char *last = strrchr (text, ',');
  g_auto (GStrv) labels = shoal_app_labels_parse (text);

  last = last != NULL ? last + 1 : text;
  while (g_ascii_isspace (*last))
    last++;
  if (*last == '\0')
    return NULL;
  for (guint i = 0; known[i] != NULL; i++)
    if (g_str_has_prefix (known[i], last) && strlen (known[i]) > strlen (last) &&
        !g_strv_contains ((const char *const *) labels, known[i]))
      return known[i] + strlen (last);
  return NULL;
}

char *
shoal_app_labels_set (const char *text, const char *label, gboolean is_set)
{
  g_auto (GStrv) labels = shoal_app_labels_parse (text);
  g_autoptr (GPtrArray) result = g_ptr_array_new ();

  for (guint i = 0; labels[i] != NULL; i++)
    if (!g_str_equal (labels[i], label))
      g_ptr_array_add (result, labels[i]);
  if (is_set)
    g_ptr_array_add (result, (gpointer) (gintptr) label);
  g_ptr_array_add (result, NULL);
  return shoal_app_labels_write ((const char *const *) result->pdata);
}
