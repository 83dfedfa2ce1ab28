/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-filter.h"

G_BEGIN_DECLS

/* How many torrents are in each group, have each label, and are known to each tracker's host. Kept
 * by what changes, never counted anew; UI context only.
 *
 * Signal "changed" (ShoalModelCounts *, gboolean has_other_words, gpointer): once for a snapshot in
 * which a torrent came, went, or changed its group, labels or hosts; has_other_words: a label or a
 * host came or went. */
#define SHOAL_TYPE_MODEL_COUNTS (shoal_model_counts_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelCounts, shoal_model_counts, SHOAL, MODEL_COUNTS, GObject)

ShoalModelCounts *shoal_model_counts_new (void);

/* @before is no more, or not any more so, and @after is; either may be NULL. */
void shoal_model_counts_replace (ShoalModelCounts       *self,
                                 const ShoalTorrentInfo *before,
                                 const ShoalTorrentInfo *after);

/* All are gone. */
void shoal_model_counts_clear (ShoalModelCounts *self);

/* Tells of what was replaced since, if anything. */
void shoal_model_counts_tell (ShoalModelCounts *self);

guint shoal_model_counts_get_group (ShoalModelCounts *self, ShoalModelGroup group);

guint shoal_model_counts_get_label (ShoalModelCounts *self, const char *label);

guint shoal_model_counts_get_host (ShoalModelCounts *self, const char *host);

/* Those that any torrent has, as the person's language sorts; NULL-terminated, the caller's. */
char **shoal_model_counts_dup_labels (ShoalModelCounts *self);

char **shoal_model_counts_dup_hosts (ShoalModelCounts *self);

/* Sorts what those two return, in place. */
void shoal_model_counts_sort_words (char **words);

G_END_DECLS
