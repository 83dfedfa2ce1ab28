/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What the window says about a tracker; pure functions, the strings are the caller's. */

/* How the last question ended: "answered 2 minutes ago: 34 seeding, 5 downloading". */
char *shoal_app_tracker_dup_last (const ShoalTrackerInfo *info, gint64 now_sec);

/* "asked again in 12 minutes"; NULL: nothing to say. */
char *shoal_app_tracker_dup_next (const ShoalTrackerInfo *info, gint64 now_sec);

/* A host as a person knows it, visibly: what is encoded in it is written out. */
char *shoal_app_tracker_dup_host (const char *host);

/* The same of the whole address, without the name and the password that may stand in it. */
char *shoal_app_tracker_dup_url (const char *url);

G_END_DECLS
