/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The first page of the details: what is going on, the pieces, the speed, and the facts. A
 * ShoalAppDetailsPage that needs SHOAL_WATCH_PIECES. Numbers change once a second, a state at once;
 * nothing runs while it is not on the screen. */
#define SHOAL_TYPE_APP_DETAILS_OVERVIEW (shoal_app_details_overview_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppDetailsOverview,
                      shoal_app_details_overview,
                      SHOAL,
                      APP_DETAILS_OVERVIEW,
                      AdwBin)

G_END_DECLS
