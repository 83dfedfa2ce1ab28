/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <stdatomic.h>

G_BEGIN_DECLS

/* What labels are cut to, and how many a torrent can have. */
#define SHOAL_LABEL_MAX_CHARS 64
#define SHOAL_LABELS_MAX      32

/* Short texts, sorted by bytes, none twice: labels, or hosts. Immutable, counted, any thread, so
 * that thousands of rows with the same ones share them. */
typedef struct
{
  atomic_uint ref_count; /* by shoal_words_ref() and shoal_words_unref() only */
  guint       n;
  char      **items; /* owned, NULL-terminated */
} ShoalWords;

/* Copies; sorts, and leaves out what comes again or is empty. NULL, if nothing is left; @words may
 * be NULL. */
ShoalWords *shoal_words_new (const char *const *words);

/* NULL stays NULL, in all of these. */
ShoalWords *shoal_words_ref (const ShoalWords *self);

void shoal_words_unref (ShoalWords *self);

gboolean shoal_words_equal (const ShoalWords *a, const ShoalWords *b);

gboolean shoal_words_contain (const ShoalWords *self, const char *word);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalWords, shoal_words_unref)

G_END_DECLS
