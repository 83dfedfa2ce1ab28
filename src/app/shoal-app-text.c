/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-text.h"

/* Unicode's marks for the two directions, and what sets a piece of text apart. */
#define LEFT_TO_RIGHT "\xe2\x80\x8e"
#define RIGHT_TO_LEFT "\xe2\x80\x8f"
#define ISOLATE       "\xe2\x81\xa8"
#define POP_ISOLATE   "\xe2\x81\xa9"

typedef enum
{
  DIRECTION_NONE, /* digits and signs */
  DIRECTION_LEFT_TO_RIGHT,
  DIRECTION_RIGHT_TO_LEFT,
} Direction;

/* The blocks of Hebrew, Arabic and their relatives. */
static Direction
get_direction (gunichar c)
{
  if ((c >= 0x590 && c <= 0x8ff) || (c >= 0xfb1d && c <= 0xfdff) || (c >= 0xfe70 && c <= 0xfefc) ||
      (c >= 0x10800 && c <= 0x10fff) || (c >= 0x1e800 && c <= 0x1efff))
    return g_unichar_isalpha (c) ? DIRECTION_RIGHT_TO_LEFT : DIRECTION_NONE;
  return g_unichar_isalpha (c) ? DIRECTION_LEFT_TO_RIGHT : DIRECTION_NONE;
}

/* That of the first letter. */
static Direction
find_direction (const char *text)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    if (get_direction (g_utf8_get_char (at)) != DIRECTION_NONE)
      return get_direction (g_utf8_get_char (at));
  return DIRECTION_NONE;
}

static gboolean
has_other_direction (const char *text, Direction direction)
{
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      Direction found = get_direction (g_utf8_get_char (at));

      if (found != DIRECTION_NONE && found != direction)
        return TRUE;
    }
  return FALSE;
}

/* Marks, embeddings and isolates of direction, and what has no width: a name must not look like
 * another one, nor end differently than it does. The joiners, U+200C and U+200D, are part of how
 * Persian and emoji are written. */
static gboolean
is_deceptive (gunichar c)
{
  return c == 0x200b || c == 0x200e || c == 0x200f || (c >= 0x202a && c <= 0x202e) ||
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
shoal_app_text_dup_line (const char *text, gboolean is_rtl)
{
  Direction direction = is_rtl ? DIRECTION_RIGHT_TO_LEFT : DIRECTION_LEFT_TO_RIGHT;
  Direction own = find_direction (text);

  if (own == DIRECTION_NONE || own == direction)
    return g_strdup (text);
  return g_strconcat (is_rtl ? RIGHT_TO_LEFT : LEFT_TO_RIGHT, ISOLATE, text, POP_ISOLATE, NULL);
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

static void
append_value (GString *result, const char *value, Direction around)
{
  gboolean is_apart = around != DIRECTION_NONE && has_other_direction (value, around);

  g_string_append (result, is_apart ? ISOLATE : "");
  g_string_append (result, value);
  g_string_append (result, is_apart ? POP_ISOLATE : "");
}

/* The direction of @pattern without its placeholders, whose names are Latin. */
static Direction
find_pattern_direction (const char *pattern)
{
  g_autoptr (GString) words = g_string_new (NULL);
  gboolean is_inside = FALSE;

  for (const char *at = pattern; *at != '\0'; at++)
    {
      is_inside = *at == '{' || (is_inside && *at != '}');
      if (!is_inside)
        g_string_append_c (words, *at);
    }
  return find_direction (words->str);
}

char *
shoal_app_text_fill (const char *pattern, const ShoalAppTextPart *parts, guint n_parts)
{
  Direction around = find_pattern_direction (pattern);
  GString  *result = g_string_new (NULL);

  for (const char *at = pattern; *at != '\0';)
    {
      gsize                   len = 1;
      const ShoalAppTextPart *part = find_part (at, parts, n_parts, &len);

      if (part != NULL)
        append_value (result, part->value, around);
      else
        g_string_append_c (result, *at);
      at += part != NULL ? len : 1;
    }
  return g_string_free (result, FALSE);
}
