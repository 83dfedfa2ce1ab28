/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* The folders that torrents went to last, the newest first: a short list of absolute paths that is
 * remembered, and shown without the default folder, which has its own place. */

/* So many are remembered; of these so many are offered. */
#define SHOAL_APP_RECENT_MAX       12
#define SHOAL_APP_RECENT_MAX_SHOWN 6

/* @folders, NULL-terminated, with @folder at its head. The caller's. */
char **shoal_app_recent_add (const char *const *folders, const char *folder);

/* @folders without those in @gone. The caller's. */
char **shoal_app_recent_remove (const char *const *folders, const char *const *gone);

/* Those to offer beside @standard. The caller's. */
char **shoal_app_recent_offer (const char *const *folders, const char *standard);

/* Whether @folder is gone for good: what it lay in is there, and it is not. One of a disk that is
 * not connected now is away, and may come back. Looks at the disk: for a worker. */
gboolean shoal_app_recent_is_gone (const char *folder);

G_END_DECLS
