/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-counts.h"

#include <stdlib.h>

struct _ShoalModelCounts
{
  GObject parent_instance;

  guint       groups[SHOAL_MODEL_N_GROUPS];
  GHashTable *labels; /* owned; word, owned -> how many have it, never 0 */
  GHashTable *hosts;  /* owned; the same */

  guint has_moved : 1;
  guint has_other_words : 1;
};

G_DEFINE_FINAL_TYPE (ShoalModelCounts, shoal_model_counts, G_TYPE_OBJECT)

enum
{
  CHANGED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static void
count_word (ShoalModelCounts *self, GHashTable *table, const char *word, int by)
{
  guint n = GPOINTER_TO_UINT (g_hash_table_lookup (table, word)) + by;

  if (n == 0)
    g_hash_table_remove (table, word);
  else
    g_hash_table_insert (table, g_strdup (word), GUINT_TO_POINTER (n));
  if (n == 0 || (n == 1 && by > 0))
    self->has_other_words = TRUE;
}

static void
count_words (ShoalModelCounts *self, GHashTable *table, const ShoalWords *words, int by)
{
  for (guint i = 0; words != NULL && i < words->n; i++)
    count_word (self, table, words->items[i], by);
}

static void
replace_words (ShoalModelCounts *self,
               GHashTable       *table,
               const ShoalWords *before,
               const ShoalWords *after)
{
  if (shoal_words_equal (before, after))
    return;
  self->has_moved = TRUE;
  count_words (self, table, after, 1);
  count_words (self, table, before, -1);
}

static void
replace_groups (ShoalModelCounts *self, ShoalModelGroup before, ShoalModelGroup after)
{
  if (before == after)
    return;
  self->has_moved = TRUE;
  self->groups[before]--;
  self->groups[after]++;
}

static void
count_one (ShoalModelCounts *self, const ShoalTorrentInfo *info, int by)
{
  self->has_moved = TRUE;
  self->groups[SHOAL_MODEL_GROUP_ALL] += by;
  self->groups[shoal_model_group_of (info)] += by;
  count_words (self, self->labels, info->labels, by);
  count_words (self, self->hosts, info->hosts, by);
}

static void
shoal_model_counts_finalize (GObject *object)
{
  ShoalModelCounts *self = SHOAL_MODEL_COUNTS (object);

  g_clear_pointer (&self->labels, g_hash_table_unref);
  g_clear_pointer (&self->hosts, g_hash_table_unref);
  G_OBJECT_CLASS (shoal_model_counts_parent_class)->finalize (object);
}

static void
shoal_model_counts_class_init (ShoalModelCountsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = shoal_model_counts_finalize;
  signals[CHANGED] = g_signal_new ("changed",
                                   G_TYPE_FROM_CLASS (klass),
                                   G_SIGNAL_RUN_LAST,
                                   0,
                                   NULL,
                                   NULL,
                                   NULL,
                                   G_TYPE_NONE,
                                   1,
                                   G_TYPE_BOOLEAN);
}

static void
shoal_model_counts_init (ShoalModelCounts *self)
{
  self->labels = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->hosts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

ShoalModelCounts *
shoal_model_counts_new (void)
{
  return g_object_new (SHOAL_TYPE_MODEL_COUNTS, NULL);
}

void
shoal_model_counts_replace (ShoalModelCounts       *self,
                            const ShoalTorrentInfo *before,
                            const ShoalTorrentInfo *after)
{
  g_return_if_fail (SHOAL_IS_MODEL_COUNTS (self));

  if (before != NULL && after != NULL)
    {
      replace_groups (self, shoal_model_group_of (before), shoal_model_group_of (after));
      replace_words (self, self->labels, before->labels, after->labels);
      replace_words (self, self->hosts, before->hosts, after->hosts);
    }
  else if (after != NULL)
    count_one (self, after, 1);
  else if (before != NULL)
    count_one (self, before, -1);
}

void
shoal_model_counts_clear (ShoalModelCounts *self)
{
  g_return_if_fail (SHOAL_IS_MODEL_COUNTS (self));

  for (guint i = 0; i < SHOAL_MODEL_N_GROUPS; i++)
    self->groups[i] = 0;
  g_hash_table_remove_all (self->labels);
  g_hash_table_remove_all (self->hosts);
  self->has_moved = self->has_other_words = TRUE;
}

void
shoal_model_counts_tell (ShoalModelCounts *self)
{
  gboolean has_other_words = self->has_other_words;

  g_return_if_fail (SHOAL_IS_MODEL_COUNTS (self));

  if (!self->has_moved)
    return;
  self->has_moved = self->has_other_words = FALSE;
  g_signal_emit (self, signals[CHANGED], 0, has_other_words);
}

guint
shoal_model_counts_get_group (ShoalModelCounts *self, ShoalModelGroup group)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_COUNTS (self), 0);
  g_return_val_if_fail (group < SHOAL_MODEL_N_GROUPS, 0);
  return self->groups[group];
}

guint
shoal_model_counts_get_label (ShoalModelCounts *self, const char *label)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_COUNTS (self), 0);
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->labels, label));
}

guint
shoal_model_counts_get_host (ShoalModelCounts *self, const char *host)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_COUNTS (self), 0);
  return GPOINTER_TO_UINT (g_hash_table_lookup (self->hosts, host));
}

static int
compare_words (const void *a, const void *b)
{
  const char *first = *(const char *const *) a;
  const char *second = *(const char *const *) b;
  int         result = g_utf8_collate (first, second);

  return result != 0 ? result : g_strcmp0 (first, second);
}

void
shoal_model_counts_sort_words (char **words)
{
  qsort (words, g_strv_length (words), sizeof *words, compare_words);
}

static char **
dup_words (GHashTable *table)
{
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (table, NULL);
  char               **words = g_strdupv ((char **) keys);

  shoal_model_counts_sort_words (words);
  return words;
}

char **
shoal_model_counts_dup_labels (ShoalModelCounts *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_COUNTS (self), NULL);
  return dup_words (self->labels);
}

char **
shoal_model_counts_dup_hosts (ShoalModelCounts *self)
{
  g_return_val_if_fail (SHOAL_IS_MODEL_COUNTS (self), NULL);
  return dup_words (self->hosts);
}
