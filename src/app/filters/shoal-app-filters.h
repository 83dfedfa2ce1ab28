/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-collection.h"

G_BEGIN_DECLS

/* The pane at the start: what torrents do, their labels, and their trackers, each with how many
 * there are. One of each kind can be chosen, and these go together; "All" ends all of them.
 *
 * Signal "chosen" (): the person has chosen something. */
#define SHOAL_TYPE_APP_FILTERS (shoal_app_filters_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFilters, shoal_app_filters, SHOAL, APP_FILTERS, AdwBin)

/* Once, after construction. */
void shoal_app_filters_set_collection (ShoalAppFilters *self, ShoalAppCollection *collection);

G_END_DECLS
