/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of the details with the trackers of a torrent, tier by tier, what each said last and
 * when it is asked next, and with the other ways to find people. Needs SHOAL_WATCH_TRACKERS. */
#define SHOAL_TYPE_APP_TRACKERS_PAGE (shoal_app_trackers_page_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppTrackersPage,
                      shoal_app_trackers_page,
                      SHOAL,
                      APP_TRACKERS_PAGE,
                      AdwBin)

G_END_DECLS
