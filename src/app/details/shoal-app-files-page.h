/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

/* The page of the details with the files of a torrent: which are wanted and how much, how far they
 * are, opened, shown, renamed, played first. Needs SHOAL_WATCH_FILES. */
#define SHOAL_TYPE_APP_FILES_PAGE (shoal_app_files_page_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppFilesPage, shoal_app_files_page, SHOAL, APP_FILES_PAGE, AdwBin)

G_END_DECLS
