/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-text.h"

/* In place: a character is written where it was read, or before. */
static void
drop_marks (char *text)
{
  char *out = text;

  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (!g_unichar_ismark (g_utf8_get_char (p)))
      for (const char *end = g_utf8_next_char (p), *byte = p; byte < end; byte++)
        *out++ = *byte;
  *out = '\0';
}

char *
shoal_model_text_fold (const char *text)
{
  g_autofree char *decomposed = NULL;
  char            *folded;

  if (g_str_is_ascii (text))
    return g_ascii_strdown (text, -1);
  decomposed = g_utf8_normalize (text, -1, G_NORMALIZE_ALL);
  if (decomposed == NULL)
    return g_ascii_strdown (text, -1);
  folded = g_utf8_casefold (decomposed, -1);
  drop_marks (folded);
  return folded;
}
