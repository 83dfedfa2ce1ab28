/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gtk/gtk.h>

#include "app/shoal-app-session.h"
#include "app/torrents/shoal-app-calm.h"
#include "model/shoal-model-filter.h"
#include "model/shoal-model-order.h"

G_BEGIN_DECLS

/* The torrents as the window shows them, filtered, sorted and selected; whatever view shows them,
 * list or table, shows this one.
 *
 * What is selected and then filtered out comes back selected when the filter lets it, unless the
 * person selected something else meanwhile. Rows in an order by live values move every 3 s at most,
 * and not under the person's hand.
 *
 * Signals: "filter" (), when what is shown was chosen otherwise; "selected" (), soon after other
 * torrents than before are selected, but not for each row that a held key goes over; "reveal"
 * (guint position), when a row that is looked for is there and selected, and is to be scrolled to;
 * "sort" (gboolean is_after), before and after rows move by themselves. */
#define SHOAL_TYPE_APP_COLLECTION (shoal_app_collection_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppCollection, shoal_app_collection, SHOAL, APP_COLLECTION, GObject)

ShoalAppCollection *shoal_app_collection_new (ShoalAppSession *session);

/* Borrowed. */
ShoalAppSession *shoal_app_collection_get_session (ShoalAppCollection *self);

/* A GtkMultiSelection of ShoalModelTorrent: the model of a view. Always the same; borrowed. */
GtkSelectionModel *shoal_app_collection_get_selection (ShoalAppCollection *self);

/* Of ShoalModelTorrent, in the order of the rows; shared, and never changed. */
GPtrArray *shoal_app_collection_ref_selected (ShoalAppCollection *self);

/* Where its row is; GTK_INVALID_LIST_POSITION: it has none. O(n). */
guint shoal_app_collection_find (ShoalAppCollection *self, ShoalModelTorrent *torrent);

/* Selects the torrent and reveals it, now or as soon as the engine has told of it; if the filter
 * would hide it, the filter goes. Several that are asked for at once are selected together. */
void shoal_app_collection_show_torrent (ShoalAppCollection *self, ShoalTorrentId id);

/* Reveals the first of those that are selected, if any is. */
void shoal_app_collection_reveal_selected (ShoalAppCollection *self);

/* Borrowed; changes with those below. */
const ShoalModelFilter *shoal_app_collection_get_filter (ShoalAppCollection *self);

void shoal_app_collection_set_group (ShoalAppCollection *self, ShoalModelGroup group);

/* NULL: any, here and in the next. */
void shoal_app_collection_set_label (ShoalAppCollection *self, const char *label);

void shoal_app_collection_set_host (ShoalAppCollection *self, const char *host);

/* Searches names at once, and those of files as soon as the engine answers. */
void shoal_app_collection_set_text (ShoalAppCollection *self, const char *text);

/* Shows all. */
void shoal_app_collection_clear_filter (ShoalAppCollection *self);

ShoalModelOrder shoal_app_collection_get_order (ShoalAppCollection *self);

gboolean shoal_app_collection_get_is_reversed (ShoalAppCollection *self);

void shoal_app_collection_set_order (ShoalAppCollection *self,
                                     ShoalModelOrder     order,
                                     gboolean            is_reversed);

/* When rows may move by themselves; views tell it what the person does. Borrowed. */
ShoalAppCalm *shoal_app_collection_get_calm (ShoalAppCollection *self);

G_END_DECLS
