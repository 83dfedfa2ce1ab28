/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of the details with the options of a torrent (app/details/shoal-app-options.h). Needs
 * nothing to be watched. */
#define SHOAL_TYPE_APP_OPTIONS_PAGE (shoal_app_options_page_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppOptionsPage, shoal_app_options_page, SHOAL, APP_OPTIONS_PAGE, AdwBin)

G_END_DECLS
