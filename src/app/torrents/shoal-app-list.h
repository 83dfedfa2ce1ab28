/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/shoal-app-session.h"
#include "app/torrents/shoal-app-row.h"

G_BEGIN_DECLS

/* All torrents in a recycling list, with their menu and their keys.
 *
 * Signal "remove" (ShoalAppList *, GPtrArray *torrents, gboolean with_files, gpointer): the person
 * wants them gone; of ShoalModelTorrent. Messages go to the action "win.toast" (s). */
#define SHOAL_TYPE_APP_LIST (shoal_app_list_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppList, shoal_app_list, SHOAL, APP_LIST, AdwBin)

/* Once, after construction. */
void shoal_app_list_set_session (ShoalAppList *self, ShoalAppSession *session);

/* Selects the torrent and scrolls to it, now or as soon as the engine has told of it. */
void shoal_app_list_show_torrent (ShoalAppList *self, ShoalTorrentId id);

/* The order of the rows, as shoal_model_order_to_string(). */
void shoal_app_list_set_sort (ShoalAppList *self, const char *word);

void shoal_app_list_set_layout (ShoalAppList *self, ShoalAppRowLayout layout);

G_END_DECLS
