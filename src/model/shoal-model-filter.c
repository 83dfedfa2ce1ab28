/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-filter.h"

#include <string.h>

#include "model/shoal-model-text.h"

typedef struct
{
  char       *text;  /* owned; folded */
  GHashTable *found; /* owned set of id values; NULL: not known */
} Word;

struct _ShoalModelFilter
{
  ShoalModelGroup group;
  char           *label; /* owned; NULL: any */
  char           *host;  /* owned; NULL: any */
  GPtrArray      *words; /* owned, of Word, owned */
};

/* What is moved goes on being what it was. */
static ShoalModelGroup
get_group_of_moving (const ShoalTorrentInfo *info)
{
  if (info->is_paused)
    return SHOAL_MODEL_GROUP_PAUSED;
  if (info->is_magnet || info->done_bytes < info->wanted_bytes)
    return SHOAL_MODEL_GROUP_DOWNLOADING;
  return info->is_seed ? SHOAL_MODEL_GROUP_SEEDING : SHOAL_MODEL_GROUP_COMPLETE;
}

ShoalModelGroup
shoal_model_group_of (const ShoalTorrentInfo *info)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_METADATA:
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      return SHOAL_MODEL_GROUP_DOWNLOADING;
    case SHOAL_TORRENT_STATE_SEEDING:
      return SHOAL_MODEL_GROUP_SEEDING;
    case SHOAL_TORRENT_STATE_FINISHED:
      return SHOAL_MODEL_GROUP_COMPLETE;
    case SHOAL_TORRENT_STATE_PAUSED:
      return SHOAL_MODEL_GROUP_PAUSED;
    case SHOAL_TORRENT_STATE_WAITING:
    case SHOAL_TORRENT_STATE_QUEUED:
      return SHOAL_MODEL_GROUP_WAITING;
    case SHOAL_TORRENT_STATE_CHECKING:
      return SHOAL_MODEL_GROUP_CHECKING;
    case SHOAL_TORRENT_STATE_MOVING:
      return get_group_of_moving (info);
    case SHOAL_TORRENT_STATE_STOPPED:
      return SHOAL_MODEL_GROUP_ATTENTION;
    }
  return SHOAL_MODEL_GROUP_ALL;
}

static void
word_free (gpointer data)
{
  Word *word = data;

  g_free (word->text);
  g_clear_pointer (&word->found, g_hash_table_unref);
  g_free (word);
}

ShoalModelFilter *
shoal_model_filter_new (void)
{
  ShoalModelFilter *self = g_new0 (ShoalModelFilter, 1);

  self->words = g_ptr_array_new_with_free_func (word_free);
  return self;
}

void
shoal_model_filter_free (ShoalModelFilter *self)
{
  g_free (self->label);
  g_free (self->host);
  g_ptr_array_unref (self->words);
  g_free (self);
}

gboolean
shoal_model_filter_set_group (ShoalModelFilter *self, ShoalModelGroup group)
{
  if (self->group == group)
    return FALSE;
  self->group = group;
  return TRUE;
}

static gboolean
set_string (char **field, const char *value)
{
  if (g_strcmp0 (*field, value) == 0)
    return FALSE;
  g_free (*field);
  *field = g_strdup (value);
  return TRUE;
}

gboolean
shoal_model_filter_set_label (ShoalModelFilter *self, const char *label)
{
  return set_string (&self->label, label);
}

gboolean
shoal_model_filter_set_host (ShoalModelFilter *self, const char *host)
{
  return set_string (&self->host, host);
}

static Word *
find_word (const GPtrArray *words, const char *text)
{
  for (guint i = 0; i < words->len; i++)
    {
      Word *word = g_ptr_array_index (words, i);

      if (g_str_equal (word->text, text))
        return word;
    }
  return NULL;
}

static GPtrArray *
split_words (const char *text, const GPtrArray *known)
{
  GPtrArray       *words = g_ptr_array_new_with_free_func (word_free);
  g_autofree char *folded = shoal_model_text_fold (text);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n\v\f", -1);

  for (guint i = 0; parts[i] != NULL && words->len < SHOAL_MODEL_FILTER_MAX_WORDS; i++)
    {
      const Word *same = find_word (known, parts[i]);
      Word       *word;

      if (parts[i][0] == '\0' || find_word (words, parts[i]) != NULL)
        continue;
      word = g_new0 (Word, 1);
      word->text = g_strdup (parts[i]);
      if (same != NULL && same->found != NULL)
        word->found = g_hash_table_ref (same->found);
      g_ptr_array_add (words, word);
    }
  return words;
}

static gboolean
words_equal (const GPtrArray *a, const GPtrArray *b)
{
  if (a->len != b->len)
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (find_word (b, ((const Word *) g_ptr_array_index (a, i))->text) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
shoal_model_filter_set_text (ShoalModelFilter *self, const char *text)
{
  g_autoptr (GPtrArray) old = self->words;

  self->words = split_words (text != NULL ? text : "", old);
  return !words_equal (old, self->words);
}

ShoalModelGroup
shoal_model_filter_get_group (const ShoalModelFilter *self)
{
  return self->group;
}

const char *
shoal_model_filter_get_label (const ShoalModelFilter *self)
{
  return self->label;
}

const char *
shoal_model_filter_get_host (const ShoalModelFilter *self)
{
  return self->host;
}

guint
shoal_model_filter_get_n_words (const ShoalModelFilter *self)
{
  return self->words->len;
}

const char *
shoal_model_filter_get_word (const ShoalModelFilter *self, guint i)
{
  return ((const Word *) g_ptr_array_index (self->words, i))->text;
}

gboolean
shoal_model_filter_is_known (const ShoalModelFilter *self, guint i)
{
  return ((const Word *) g_ptr_array_index (self->words, i))->found != NULL;
}

gboolean
shoal_model_filter_set_found (ShoalModelFilter *self, const char *text, const GArray *ids)
{
  Word *word = find_word (self->words, text);

  if (word == NULL)
    return FALSE;
  g_clear_pointer (&word->found, g_hash_table_unref);
  word->found = g_hash_table_new (NULL, NULL);
  for (guint i = 0; i < ids->len; i++)
    g_hash_table_add (word->found, GUINT_TO_POINTER (g_array_index (ids, ShoalTorrentId, i).value));
  return TRUE;
}

gboolean
shoal_model_filter_is_open (const ShoalModelFilter *self)
{
  return self->group == SHOAL_MODEL_GROUP_ALL && self->label == NULL && self->host == NULL &&
         self->words->len == 0;
}

static gboolean
has_word (const Word *word, ShoalModelTorrent *torrent)
{
  guint32 id = shoal_model_torrent_get_id (torrent).value;

  return strstr (shoal_model_torrent_get_folded_name (torrent), word->text) != NULL ||
         (word->found != NULL && g_hash_table_contains (word->found, GUINT_TO_POINTER (id)));
}

gboolean
shoal_model_filter_match (const ShoalModelFilter *self, ShoalModelTorrent *torrent)
{
  const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);

  if (self->group != SHOAL_MODEL_GROUP_ALL && self->group != shoal_model_group_of (info))
    return FALSE;
  if (self->label != NULL && !shoal_words_contain (info->labels, self->label))
    return FALSE;
  if (self->host != NULL && !shoal_words_contain (info->hosts, self->host))
    return FALSE;
  for (guint i = 0; i < self->words->len; i++)
    if (!has_word (g_ptr_array_index (self->words, i), torrent))
      return FALSE;
  return TRUE;
}
