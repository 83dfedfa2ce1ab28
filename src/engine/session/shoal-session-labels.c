/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-labels.h"

#include <string.h>

#include "session/shoal-session-private.h"

/* Joiners shape letters of some scripts, and pictures. */
#define ZERO_WIDTH_NON_JOINER 0x200c
#define ZERO_WIDTH_JOINER     0x200d

/* No more of a word is looked at: what a label can hold in any script, and blanks besides. */
#define MAX_WORD_BYTES (SHOAL_LABEL_MAX_CHARS * 16)

static gboolean
is_shown (gunichar letter)
{
  if (letter == ZERO_WIDTH_NON_JOINER || letter == ZERO_WIDTH_JOINER)
    return TRUE;
  return g_unichar_type (letter) != G_UNICODE_CONTROL &&
         g_unichar_type (letter) != G_UNICODE_FORMAT;
}

/* Blanks at the ends go, those in between become one. */
static char *
tidy (const char *text)
{
  GString *out = g_string_new (NULL);
  gboolean has_gap = FALSE;
  guint    n = 0;

  for (; *text != '\0' && n < SHOAL_LABEL_MAX_CHARS; text += g_utf8_skip[(guchar) *text])
    {
      gunichar letter = g_utf8_get_char (text);

      if (g_unichar_isspace (letter))
        has_gap = out->len > 0;
      else if (is_shown (letter))
        {
          if (has_gap && ++n < SHOAL_LABEL_MAX_CHARS)
            g_string_append_c (out, ' ');
          if (n++ < SHOAL_LABEL_MAX_CHARS)
            g_string_append_unichar (out, letter);
          has_gap = FALSE;
        }
    }
  g_strchomp (out->str);
  return g_string_free (out, FALSE);
}

static char *
make_label (const char *word)
{
  g_autofree char *start = g_strndup (word, MAX_WORD_BYTES);
  g_autofree char *valid = g_utf8_make_valid (start, -1);
  g_autofree char *composed = g_utf8_normalize (valid, -1, G_NORMALIZE_DEFAULT_COMPOSE);

  return tidy (composed);
}

ShoalWords *
shoal_session_labels_make (const char *const *words, gboolean *are_all)
{
  g_autoptr (GPtrArray) labels = g_ptr_array_new_with_free_func (g_free);
  gboolean is_whole = TRUE;

  for (; words != NULL && *words != NULL && is_whole; words++)
    {
      char *label = make_label (*words);

      if (*label == '\0' || g_ptr_array_find_with_equal_func (labels, label, g_str_equal, NULL))
        g_free (label);
      else if (labels->len < SHOAL_LABELS_MAX)
        g_ptr_array_add (labels, label);
      else
        {
          g_free (label);
          is_whole = FALSE;
        }
    }
  if (are_all != NULL)
    *are_all = is_whole;
  g_ptr_array_add (labels, NULL);
  return shoal_words_new ((const char *const *) labels->pdata);
}

/* What others have as well is known to be in order. */
static ShoalWords *
check (ShoalSession *self, const ShoalWords *labels)
{
  if (labels == NULL || shoal_session_words_has (self->words, labels))
    return shoal_words_ref (labels);
  return shoal_session_labels_make ((const char *const *) labels->items, NULL);
}

void
shoal_session_labels_init (ShoalSessionEntry *entry, const ShoalWords *labels)
{
  shoal_session_words_set (entry->session->words, &entry->labels, check (entry->session, labels));
}

void
shoal_session_labels_take (ShoalSessionEntry *entry, const ShoalWords *labels)
{
  if (labels == NULL || !shoal_session_words_set (
                            entry->session->words, &entry->labels, check (entry->session, labels)))
    return;
  shoal_store_set_labels (entry->session->store, entry->id, entry->labels, NULL, NULL);
  shoal_session_mark (entry, TRUE);
}

ShoalProblem *
shoal_session_labels_set (ShoalSessionEntry *entry, char **words, guint64 serial)
{
  ShoalSession *self = entry->session;
  gboolean      are_all;
  ShoalWords   *labels = shoal_session_labels_make ((const char *const *) words, &are_all);

  if (!are_all)
    {
      shoal_words_unref (labels);
      return shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_USE,
                                     SHOAL_PROBLEM_TOO_MANY_LABELS,
                                     entry->row.name,
                                     "a torrent has no room for so many labels",
                                     0,
                                     SHOAL_LABELS_MAX);
    }
  if (shoal_session_words_set (self->words, &entry->labels, labels))
    shoal_session_mark (entry, TRUE);
  shoal_store_set_labels (self->store,
                          entry->id,
                          entry->labels,
                          shoal_session_kept_cb,
                          shoal_session_keep (entry, serial));
  return NULL;
}
