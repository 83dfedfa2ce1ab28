/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-text.h"

/* Marks, embeddings and isolates of direction, and what has no width: a name must not look like
 * another one, nor end differently than it does. */
static gboolean
is_deceptive (gunichar c)
{
  return (c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || c == 0x061c || c == 0x180e || c == 0xfeff || c == 0x00ad;
}

char *
shoal_app_text_dup_visible (const char *text)
{
  g_autofree char *valid = text != NULL ? g_utf8_make_valid (text, -1) : g_strdup ("");
  GString         *result = g_string_sized_new (strlen (valid));

  for (const char *at = valid; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\n' || c == '\t' || c == 0x2028 || c == 0x2029)
        g_string_append_c (result, ' ');
      else
        g_string_append_unichar (result, g_unichar_iscntrl (c) || is_deceptive (c) ? 0xfffd : c);
    }
  return g_string_free (result, FALSE);
}

char *
shoal_app_text_dup_markup (const char *text)
{
  g_autofree char *visible = shoal_app_text_dup_visible (text);

  return g_markup_escape_text (visible, -1);
}

char *
shoal_app_text_join (const char *const *parts, guint n_parts)
{
  GString *result = g_string_new (NULL);

  for (guint i = 0; i < n_parts; i++)
    {
      if (parts[i] == NULL || *parts[i] == '\0')
        continue;
      if (result->len > 0)
        g_string_append (result, " · ");
      g_string_append (result, parts[i]);
    }
  return g_string_free (result, FALSE);
}

static const ShoalAppTextPart *
find_part (const char *at, const ShoalAppTextPart *parts, guint n_parts, gsize *len)
{
  const char *end = *at == '{' ? strchr (at, '}') : NULL;

  if (end == NULL)
    return NULL;
  *len = end - at + 1;
  for (guint i = 0; i < n_parts; i++)
    if (strlen (parts[i].name) == *len - 2 && strncmp (parts[i].name, at + 1, *len - 2) == 0)
      return &parts[i];
  return NULL;
}

char *
shoal_app_text_fill (const char *pattern, const ShoalAppTextPart *parts, guint n_parts)
{
  GString *result = g_string_new (NULL);

  for (const char *at = pattern; *at != '\0';)
    {
      gsize                   len = 1;
      const ShoalAppTextPart *part = find_part (at, parts, n_parts, &len);

      if (part != NULL)
        g_string_append (result, part->value);
      else
        g_string_append_c (result, *at);
      at += part != NULL ? len : 1;
    }
  return g_string_free (result, FALSE);
}
