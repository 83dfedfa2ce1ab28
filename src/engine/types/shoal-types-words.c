/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-words.h"

#include "types/shoal-types-count.h"

static int
compare_words (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

ShoalWords *
shoal_words_new (const char *const *words)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  ShoalWords *self;
  guint       n = 0;

  for (; words != NULL && *words != NULL; words++)
    if (**words != '\0')
      g_ptr_array_add (all, (gpointer) (gintptr) *words);
  if (all->len == 0)
    return NULL;
  g_ptr_array_sort (all, compare_words);
  self = g_new0 (ShoalWords, 1);
  atomic_init (&self->ref_count, 1);
  self->items = g_new0 (char *, all->len + 1);
  for (guint i = 0; i < all->len; i++)
    if (n == 0 || !g_str_equal (self->items[n - 1], g_ptr_array_index (all, i)))
      self->items[n++] = g_strdup (g_ptr_array_index (all, i));
  self->n = n;
  return self;
}

ShoalWords *
shoal_words_ref (const ShoalWords *self)
{
  return self != NULL ? shoal_types_ref (self) : NULL;
}

void
shoal_words_unref (ShoalWords *self)
{
  if (self == NULL || !shoal_types_unref (self))
    return;
  g_strfreev (self->items);
  g_free (self);
}

gboolean
shoal_words_equal (const ShoalWords *a, const ShoalWords *b)
{
  if (a == b)
    return TRUE;
  return a != NULL && b != NULL && a->n == b->n &&
         g_strv_equal ((const char *const *) a->items, (const char *const *) b->items);
}

gboolean
shoal_words_contain (const ShoalWords *self, const char *word)
{
  return self != NULL && g_strv_contains ((const char *const *) self->items, word);
}
