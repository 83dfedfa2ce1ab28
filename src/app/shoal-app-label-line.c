/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-label-line.h"

#include <string.h>

#include "app/shoal-app-text.h"
#include "types/shoal-types-words.h"

char *
shoal_app_label_line_clean (const char *text)
{
  g_autofree char *visible = shoal_app_text_dup_visible (text);
  char            *label = g_strstrip (g_strdelimit (visible, ",", ' '));
  g_autofree char *cut =
      g_utf8_substring (label, 0, MIN (g_utf8_strlen (label, -1), SHOAL_LABEL_MAX_CHARS));

  g_strchomp (cut);
  return *cut != '\0' ? g_steal_pointer (&cut) : NULL;
}

char **
shoal_app_label_line_parse (const char *text)
{
  g_auto (GStrv) parts = g_strsplit_set (text, ",\n", -1);
  GPtrArray *labels = g_ptr_array_new ();

  for (guint i = 0; parts[i] != NULL; i++)
    {
      char *label = shoal_app_label_line_clean (parts[i]);

      if (label == NULL || g_ptr_array_find_with_equal_func (labels, label, g_str_equal, NULL))
        g_free (label);
      else
        g_ptr_array_add (labels, label);
    }
  g_ptr_array_add (labels, NULL);
  return (char **) g_ptr_array_free (labels, FALSE);
}

char *
shoal_app_label_line_write (const char *const *labels)
{
  return labels != NULL ? g_strjoinv (", ", (char **) (gintptr) labels) : g_strdup ("");
}

const char *
shoal_app_label_line_complete (const char *text, const char *const *known)
{
  const char *last = strrchr (text, ',');
  g_auto (GStrv) labels = shoal_app_label_line_parse (text);

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
shoal_app_label_line_set (const char *text, const char *label, gboolean is_set)
{
  g_auto (GStrv) labels = shoal_app_label_line_parse (text);
  g_autoptr (GPtrArray) result = g_ptr_array_new ();

  for (guint i = 0; labels[i] != NULL; i++)
    if (!g_str_equal (labels[i], label))
      g_ptr_array_add (result, labels[i]);
  if (is_set)
    g_ptr_array_add (result, (gpointer) (gintptr) label);
  g_ptr_array_add (result, NULL);
  return shoal_app_label_line_write ((const char *const *) result->pdata);
}
