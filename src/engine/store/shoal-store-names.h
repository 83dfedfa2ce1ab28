/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the names of a torrent's files are searched in: paths, folded, each in a line of its own.
 * Pure. Any thread. */

/* Paths beyond it are not found: some 100,000 files with long names. */
#define SHOAL_STORE_MAX_NAMES_BYTES (16 * 1024 * 1024)

/* What is searched for is cut to these. */
#define SHOAL_STORE_MAX_SEARCH_BYTES 512
#define SHOAL_STORE_MAX_SEARCH_WORDS 16

/* @text, which may be any bytes, as one line without case, compatibility forms and the accents of
 * Latin, Greek and Cyrillic letters. The caller's. */
char *shoal_store_names_fold (const char *text);

/* Appends @path to @names as a line, unless there would be too much of them. */
void shoal_store_names_append (GString *names, const char *path);

/* Words that are searched for. Immutable. */
typedef struct _ShoalStoreQuery ShoalStoreQuery;

/* @text: words with blanks between them. */
ShoalStoreQuery *shoal_store_query_new (const char *text);

void shoal_store_query_free (ShoalStoreQuery *self);

/* Whether all words occur in one line of @names, of @len bytes and not ended by a NUL. FALSE if
 * there is no word. */
gboolean shoal_store_query_matches (const ShoalStoreQuery *self, const char *names, gsize len);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalStoreQuery, shoal_store_query_free)

G_END_DECLS
