/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <adwaita.h>

#include "app/torrents/shoal-app-actions.h"

G_BEGIN_DECLS

/* The middle of the window: the search, what is filtered by, and the torrents in one view or
 * another. Typing into a view starts a search.
 *
 * Property "is-searching" (gboolean): the search is open. */
#define SHOAL_TYPE_APP_BROWSER (shoal_app_browser_get_type ())
G_DECLARE_FINAL_TYPE (ShoalAppBrowser, shoal_app_browser, SHOAL, APP_BROWSER, AdwBin)

/* Once, after construction. */
void shoal_app_browser_set_actions (ShoalAppBrowser *self, ShoalAppActions *actions);

/* "list" or "table". */
void shoal_app_browser_set_view (ShoalAppBrowser *self, const char *name);

/* What is filtered by is said where the filters are not seen. */
void shoal_app_browser_set_says_filter (ShoalAppBrowser *self, gboolean says_filter);

/* Opens the search and puts the focus into it. */
void shoal_app_browser_find (ShoalAppBrowser *self);

/* Ends the search, and shows all. */
void shoal_app_browser_clear (ShoalAppBrowser *self);

/* Opens the menu in which columns of the table are chosen. */
void shoal_app_browser_choose_columns (ShoalAppBrowser *self);

/* Puts the focus on the rows. */
void shoal_app_browser_focus_view (ShoalAppBrowser *self);

G_END_DECLS
