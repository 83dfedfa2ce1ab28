/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* What torrents do, as the person tells them apart: each is in one group, and in ALL. */
typedef enum
{
  SHOAL_MODEL_GROUP_ALL,
  SHOAL_MODEL_GROUP_DOWNLOADING, /* or its details are fetched */
  SHOAL_MODEL_GROUP_SEEDING,
  SHOAL_MODEL_GROUP_COMPLETE, /* and not seeding */
  SHOAL_MODEL_GROUP_PAUSED,
  SHOAL_MODEL_GROUP_WAITING,
  SHOAL_MODEL_GROUP_CHECKING,
  SHOAL_MODEL_GROUP_ATTENTION,
  SHOAL_MODEL_N_GROUPS
} ShoalModelGroup;

/* The one that is not ALL; of one that is being moved the one it would be in otherwise. */
ShoalModelGroup shoal_model_group_of (const ShoalTorrentInfo *info);

/* Words of a search beyond this number are not looked at. */
#define SHOAL_MODEL_FILTER_MAX_WORDS 12

/* Which torrents are shown: those of a group, with a label, of a tracker's host, and with all words
 * of a search in the name, or in names of files as far as the engine has told. A plain value. */
typedef struct _ShoalModelFilter ShoalModelFilter;

ShoalModelFilter *shoal_model_filter_new (void);

void shoal_model_filter_free (ShoalModelFilter *self);

/* These say whether that changes anything. NULL as @label or @host: any. */
gboolean shoal_model_filter_set_group (ShoalModelFilter *self, ShoalModelGroup group);

gboolean shoal_model_filter_set_label (ShoalModelFilter *self, const char *label);

gboolean shoal_model_filter_set_host (ShoalModelFilter *self, const char *host);

/* Words in any order, apart from case and accents; what is known of a word that stays is kept. */
gboolean shoal_model_filter_set_text (ShoalModelFilter *self, const char *text);

ShoalModelGroup shoal_model_filter_get_group (const ShoalModelFilter *self);

/* Borrowed; NULL: any. */
const char *shoal_model_filter_get_label (const ShoalModelFilter *self);

const char *shoal_model_filter_get_host (const ShoalModelFilter *self);

guint shoal_model_filter_get_n_words (const ShoalModelFilter *self);

/* Folded; borrowed. */
const char *shoal_model_filter_get_word (const ShoalModelFilter *self, guint i);

/* Whether shoal_model_filter_set_found() has told of the word. */
gboolean shoal_model_filter_is_known (const ShoalModelFilter *self, guint i);

/* @ids, of ShoalTorrentId: the torrents that have @word in the name of a file. FALSE: the word is
 * not looked for any more. */
gboolean shoal_model_filter_set_found (ShoalModelFilter *self, const char *word, const GArray *ids);

/* TRUE: nothing is left out. */
gboolean shoal_model_filter_is_open (const ShoalModelFilter *self);

gboolean shoal_model_filter_match (const ShoalModelFilter *self, ShoalModelTorrent *torrent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalModelFilter, shoal_model_filter_free)

G_END_DECLS
