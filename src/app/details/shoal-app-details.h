/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* The details of what is selected: of one torrent pages (shoal-app-details-page.h says how one is
 * added), of several what they are together. What its visible page needs is watched, as long as it
 * is on the screen. 300 px are enough for it. Messages go to the action "win.toast" (s). */
#define SHOAL_TYPE_APP_DETAILS (shoal_app_details_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDetails, shoal_app_details, SHOAL, APP_DETAILS, AdwBin)

GtkWidget *shoal_app_details_new (void);

/* Once, after construction. */
void shoal_app_details_set_collection (ShoalAppDetails *self, ShoalAppCollection *collection);

/* Its own actions "torrent.…": wherever the focus is in the list, they are about what is selected.
 * Borrowed. */
ShoalAppActions *shoal_app_details_get_actions (ShoalAppDetails *self);

/* What is selected, of ShoalModelTorrent; copied. The same ones again change nothing. */
void shoal_app_details_set_torrents (ShoalAppDetails *self, GPtrArray *torrents);

/* Takes the focus to where they begin, wherever in them it was last. */
void shoal_app_details_focus_first (ShoalAppDetails *self);

G_END_DECLS
