/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Lists of URLs, NULL-terminated, with an empty one between two tiers, never two, nor at an end;
 * each is the caller's. */

/* Of ShoalTrackerInfo, as they stand. */
char **shoal_app_tiers_from_trackers (const GPtrArray *trackers);

/* One URL in a line, empty lines between tiers. */
char **shoal_app_tiers_from_text (const char *text);

char *shoal_app_tiers_to_text (const char *const *urls);

/* @url gives way to @other; NULL: it goes. */
char **shoal_app_tiers_replace (const char *const *urls, const char *url, const char *other);

/* @url goes to the end of the tier before (−1) or after (1) its own, which is made if there is
 * none. */
char **shoal_app_tiers_move (const char *const *urls, const char *url, int by);

/* TRUE: a tracker can be asked at @url. */
gboolean shoal_app_tiers_is_url (const char *url);

G_END_DECLS
