/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-words.h"

struct _ShoalSessionWords
{
  GHashTable *users; /* owned: ShoalWords, owned → how many have it */
};

static guint
hash_words (gconstpointer key)
{
  const ShoalWords *words = key;
  guint             hash = words->n, i;

  for (i = 0; i < words->n; i++)
    hash = hash * 31 + g_str_hash (words->items[i]);
  return hash;
}

static gboolean
are_equal (gconstpointer a, gconstpointer b)
{
  return shoal_words_equal (a, b);
}

ShoalSessionWords *
shoal_session_words_new (void)
{
  ShoalSessionWords *self = g_new0 (ShoalSessionWords, 1);

  self->users =
      g_hash_table_new_full (hash_words, are_equal, (GDestroyNotify) shoal_words_unref, NULL);
  return self;
}

void
shoal_session_words_free (ShoalSessionWords *self)
{
  g_assert (g_hash_table_size (self->users) == 0);
  g_hash_table_unref (self->users);
  g_free (self);
}

gboolean
shoal_session_words_has (const ShoalSessionWords *self, const ShoalWords *words)
{
  return words != NULL && g_hash_table_contains (self->users, words);
}

/* Takes @words over; returns the one there is. */
static ShoalWords *
join (ShoalSessionWords *self, ShoalWords *words)
{
  gpointer known = NULL, n = NULL;

  if (!g_hash_table_lookup_extended (self->users, words, &known, &n))
    {
      g_hash_table_insert (self->users, words, GUINT_TO_POINTER (1));
      return words;
    }
  shoal_words_unref (words);
  g_hash_table_steal (self->users, known);
  g_hash_table_insert (self->users, known, GUINT_TO_POINTER (GPOINTER_TO_UINT (n) + 1));
  return known;
}

static void
leave (ShoalSessionWords *self, ShoalWords *words)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (self->users, words));

  g_assert (n > 0);
  if (n == 1)
    {
      g_hash_table_remove (self->users, words);
      return;
    }
  g_hash_table_steal (self->users, words);
  g_hash_table_insert (self->users, words, GUINT_TO_POINTER (n - 1));
}

gboolean
shoal_session_words_set (ShoalSessionWords *self, ShoalWords **place, ShoalWords *words)
{
  ShoalWords *before = *place;
  gboolean    is_other = !shoal_words_equal (before, words);

  *place = words != NULL ? join (self, words) : NULL;
  if (before != NULL)
    leave (self, before);
  return is_other;
}

guint
shoal_session_words_get_size (const ShoalSessionWords *self)
{
  return g_hash_table_size (self->users);
}
