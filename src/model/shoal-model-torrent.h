/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* One torrent as the window sees it: the newest info the engine published, and what the person
 * asked for since. UI context only.
 *
 * Its one property, "status" (guint, read-only), is notified once for each snapshot that brought
 * something new, and once if others came before it in the queue, or went; its value is the
 * ShoalModelChanges of that time. */
#define SHOAL_TYPE_MODEL_TORRENT (shoal_model_torrent_get_type ())
G_DECLARE_FINAL_TYPE (ShoalModelTorrent, shoal_model_torrent, SHOAL, MODEL_TORRENT, GObject)

typedef enum
{
  SHOAL_MODEL_CHANGE_NONE = 0,
  SHOAL_MODEL_CHANGE_IDENTITY = 1 << 0, /* name, folder, sizes, times */
  SHOAL_MODEL_CHANGE_STATE = 1 << 1,    /* state, problem, trackers */
  SHOAL_MODEL_CHANGE_SWITCHES = 1 << 2, /* paused, seed, as the person sees them */
  SHOAL_MODEL_CHANGE_PROGRESS = 1 << 3, /* bytes done or checked */
  SHOAL_MODEL_CHANGE_NUMBERS = 1 << 4,  /* rates, counts of people, time left, totals */
  SHOAL_MODEL_CHANGE_FILING = 1 << 5,   /* labels, hosts of trackers, place in the queue */
  SHOAL_MODEL_CHANGE_OPTIONS = 1 << 6,  /* what a person has set, and how far a move is */
} ShoalModelChanges;

ShoalModelTorrent *shoal_model_torrent_new (const ShoalTorrentInfo *info);

/* The newest info; borrowed until the next snapshot. */
const ShoalTorrentInfo *shoal_model_torrent_get_info (ShoalModelTorrent *self);

ShoalTorrentId shoal_model_torrent_get_id (ShoalModelTorrent *self);

/* For sorting by name in the person's language; borrowed. */
const char *shoal_model_torrent_get_name_key (ShoalModelTorrent *self);

/* For a search, as shoal_model_text_fold(); borrowed. */
const char *shoal_model_torrent_get_folded_name (ShoalModelTorrent *self);

/* What the switches are to show: the wish while it is under way, then what the engine says. */
gboolean shoal_model_torrent_get_is_paused (ShoalModelTorrent *self);

gboolean shoal_model_torrent_get_is_seed (ShoalModelTorrent *self);

/* The person asked for this by the command @serial. */
void shoal_model_torrent_wish_paused (ShoalModelTorrent *self, gboolean is_paused, guint64 serial);

void shoal_model_torrent_wish_seed (ShoalModelTorrent *self, gboolean is_seed, guint64 serial);

/* Its place in the queue of all torrents, counted from 1; 0: not known yet. */
guint shoal_model_torrent_get_rank (ShoalModelTorrent *self);

/* Notifies, and returns TRUE, if it had another one before. */
gboolean shoal_model_torrent_set_rank (ShoalModelTorrent *self, guint rank);

/* The time left as it is shown, in seconds; −1: unknown. It follows the engine's estimate only when
 * that has moved by more than a sixth, so that the words stand still, wherever they stand. */
gint64 shoal_model_torrent_get_time_left (ShoalModelTorrent *self);

gboolean shoal_model_torrent_has_wish (ShoalModelTorrent *self);

/* Takes in a snapshot: @info, or NULL if it says nothing new about this torrent; @last_serial is
 * the snapshot's and ends the wishes up to it. Notifies at most once, and returns of what. */
ShoalModelChanges shoal_model_torrent_apply (ShoalModelTorrent      *self,
                                             const ShoalTorrentInfo *info,
                                             guint64                 last_serial);

/* Makes of the name what sorting and searching need, and would make for thousands at once. */
void shoal_model_torrent_prepare (ShoalModelTorrent *self);

G_END_DECLS
