/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* What is published of one torrent while somebody watches it: files, peers, trackers and pieces,
 * each as new as the last snapshot that had it. A part that is not watched any more stays as it was
 * last. And what its .torrent says, once somebody has asked for that. UI context only.
 *
 * Properties, all read-only: "files", "peers", "trackers", "pieces", "contents" (guint): numbers
 * that change when the part does, and not otherwise. 0: nothing is known of it yet. */
#define SHOAL_TYPE_MODEL_DETAILS (shoal_model_details_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelDetails, shoal_model_details, SHOAL, MODEL_DETAILS, GObject)

ShoalModelDetails *shoal_model_details_new (ShoalTorrentId id);

ShoalTorrentId shoal_model_details_get_id (ShoalModelDetails *self);

/* Takes in what @snapshot says of this torrent, if anything. */
void shoal_model_details_apply (ShoalModelDetails *self, const ShoalSnapshot *snapshot);

/* Each is borrowed until the next snapshot, immutable (who refs it may keep it), and NULL until it
 * is known; the elements are as in ShoalTorrentDetails. */
GPtrArray *shoal_model_details_get_files (ShoalModelDetails *self);

GPtrArray *shoal_model_details_get_peers (ShoalModelDetails *self);

/* Who is shut out of the torrent; known with the peers. */
guint shoal_model_details_get_n_bans (ShoalModelDetails *self);

GPtrArray *shoal_model_details_get_trackers (ShoalModelDetails *self);

/* With `have`, `in_flight` and `availability`. */
const ShoalTorrentDetails *shoal_model_details_get_pieces (ShoalModelDetails *self);

const ShoalContents *shoal_model_details_get_contents (ShoalModelDetails *self);

void shoal_model_details_set_contents (ShoalModelDetails *self, const ShoalContents *contents);

G_END_DECLS
