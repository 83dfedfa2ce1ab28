/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of the details with those who are connected: who they are, what goes on with each, how
 * they were found; one can be added, or banned. Needs SHOAL_WATCH_PEERS. */
#define SHOAL_TYPE_APP_PEOPLE_PAGE (shoal_app_people_page_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppPeoplePage, shoal_app_people_page, SHOAL, APP_PEOPLE_PAGE, AdwBin)

G_END_DECLS
