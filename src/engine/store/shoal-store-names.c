/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-names.h"

#include <string.h>

/* Combining Diacritical Marks: those that letters of Latin, Greek and Cyrillic are taken apart to.
 * In other scripts such marks are what vowels are written with, and stay. */
#define FIRST_ACCENT 0x300
#define LAST_ACCENT  0x36f

struct _ShoalStoreQuery
{
  char **words; /* owned, folded; the longest first */
  gsize *lens;  /* owned: of each */
  guint  n_words;
};

static gboolean
is_ascii (const char *text)
{
  for (; *text != '\0'; text++)
    if ((guchar) *text >= 0x80)
      return FALSE;
  return TRUE;
}

static char *
drop_accents (const char *text)
{
  GString *out = g_string_sized_new (strlen (text));

  for (; *text != '\0'; text += g_utf8_skip[(guchar) *text])
    {
      gunichar letter = g_utf8_get_char (text);

      if (letter < FIRST_ACCENT || letter > LAST_ACCENT)
        g_string_append_len (out, text, g_utf8_skip[(guchar) *text]);
    }
  return g_string_free (out, FALSE);
}

/* What folding the case brings in may have to be taken apart once more. */
static char *
fold_letters (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  g_autofree char *apart = g_utf8_normalize (valid, -1, G_NORMALIZE_ALL);
  g_autofree char *folded = g_utf8_casefold (apart, -1);
  g_autofree char *again = g_utf8_normalize (folded, -1, G_NORMALIZE_ALL);

  return drop_accents (again);
}

char *
shoal_store_names_fold (const char *text)
{
  char *folded = is_ascii (text) ? g_ascii_strdown (text, -1) : fold_letters (text);

  return g_strdelimit (folded, "\n", ' ');
}

void
shoal_store_names_append (GString *names, const char *path)
{
  g_autofree char *folded = shoal_store_names_fold (path);
  gsize            len = strlen (folded);

  if (names->len + len + 1 > SHOAL_STORE_MAX_NAMES_BYTES)
    return;
  g_string_append_len (names, folded, (gssize) len);
  g_string_append_c (names, '\n');
}

static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  gsize len_a = strlen (*(char *const *) a), len_b = strlen (*(char *const *) b);

  return len_a < len_b ? 1 : len_a > len_b ? -1 : 0;
}

/* A word of 500 bytes is in no name; what is cut may be half a letter, which folding makes one that
 * is in no name either. */
ShoalStoreQuery *
shoal_store_query_new (const char *text)
{
  ShoalStoreQuery *self = g_new0 (ShoalStoreQuery, 1);
  g_autofree char *start = g_strndup (text, SHOAL_STORE_MAX_SEARCH_BYTES);
  g_autofree char *folded = shoal_store_names_fold (start);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\f\v", -1);
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  guint i;

  for (i = 0; parts[i] != NULL && words->len < SHOAL_STORE_MAX_SEARCH_WORDS; i++)
    if (*parts[i] != '\0')
      g_ptr_array_add (words, parts[i]);
  g_ptr_array_sort (words, compare_lengths);
  self->n_words = words->len;
  self->words = g_new0 (char *, words->len + 1);
  self->lens = g_new0 (gsize, words->len + 1);
  for (i = 0; i < words->len; i++)
    {
      self->words[i] = g_strdup (g_ptr_array_index (words, i));
      self->lens[i] = strlen (self->words[i]);
    }
  return self;
}

void
shoal_store_query_free (ShoalStoreQuery *self)
{
  g_strfreev (self->words);
  g_free (self->lens);
  g_free (self);
}

/* But for the first. */
static gboolean
has_rest (const ShoalStoreQuery *self, const char *text, gsize len)
{
  guint i;

  for (i = 1; i < self->n_words; i++)
    if (memmem (text, len, self->words[i], self->lens[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* Most torrents are told apart by words that are nowhere in them; lines are looked at only where
 * the longest word is. */
gboolean
shoal_store_query_matches (const ShoalStoreQuery *self, const char *names, gsize len)
{
  const char *at = names, *end = names + len, *hit;

  if (self->n_words == 0 || len == 0 || !has_rest (self, names, len))
    return FALSE;
  while ((hit = memmem (at, (gsize) (end - at), self->words[0], self->lens[0])) != NULL)
    {
      const char *before = memrchr (at, '\n', (gsize) (hit - at));
      const char *first = before != NULL ? before + 1 : at;
      const char *last = memchr (hit, '\n', (gsize) (end - hit));

      if (last == NULL)
        last = end;
      if (has_rest (self, first, (gsize) (last - first)))
        return TRUE;
      at = last;
    }
  return FALSE;
}
