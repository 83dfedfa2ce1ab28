/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-counts.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* All torrents as one flat GListModel of ShoalModelTorrent, in the order in which they came; who
 * shows them sorts and filters. UI context only.
 *
 * Properties, all read-only: "n-items" (guint); "is-loaded" (gboolean), TRUE once the engine has
 * read its state, so that an empty list is known to be empty; "totals" (guint), a number that
 * changes when the totals do.
 *
 * Signal "changes" (ShoalModelTorrents *, guint changes, gpointer): once for a snapshot that
 * brought something new of torrents that were there; ShoalModelChanges of all of them together. */
#define SHOAL_TYPE_MODEL_TORRENTS (shoal_model_torrents_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelTorrents, shoal_model_torrents, SHOAL, MODEL_TORRENTS, GObject)

ShoalModelTorrents *shoal_model_torrents_new (void);

/* Takes a snapshot in. Items are added in one items-changed and removed in one for each run. */
void shoal_model_torrents_apply (ShoalModelTorrents *self, const ShoalSnapshot *snapshot);

/* NULL: no such torrent. O(1). Borrowed. */
ShoalModelTorrent *shoal_model_torrents_lookup (ShoalModelTorrents *self, ShoalTorrentId id);

/* Of these torrents; borrowed. It tells after the list did. */
ShoalModelCounts *shoal_model_torrents_get_counts (ShoalModelTorrents *self);

/* Borrowed; changes with the snapshots. */
const ShoalTotals *shoal_model_torrents_get_totals (ShoalModelTorrents *self);

/* Since when, by the monotonic clock, nobody of the DHT has answered; G_MAXINT64: nobody was asked;
 * −1: somebody answered. */
gint64 shoal_model_torrents_get_joining_usec (ShoalModelTorrents *self);

gboolean shoal_model_torrents_get_is_loaded (ShoalModelTorrents *self);

/* Of the last command whose effect is in the snapshots so far; known before anything of a snapshot
 * is told. */
guint64 shoal_model_torrents_get_last_serial (ShoalModelTorrents *self);

/* What the person asked for by the command @serial, shown until the engine has taken it in. */
void shoal_model_torrents_wish_paused (ShoalModelTorrents *self,
                                       ShoalModelTorrent  *torrent,
                                       gboolean            is_paused,
                                       guint64             serial);

void shoal_model_torrents_wish_seed (ShoalModelTorrents *self,
                                     ShoalModelTorrent  *torrent,
                                     gboolean            is_seed,
                                     guint64             serial);

/* Forgets everything: the engine was stopped and another will be started. */
void shoal_model_torrents_clear (ShoalModelTorrents *self);

G_END_DECLS
