/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sqlite3.h>

G_BEGIN_DECLS

/* "SHOL", in the header of every database of ours. */
#define SHOAL_STORE_SCHEMA_APPLICATION_ID 0x53484f4c

/* What the newest of our schemas is called; PRAGMA user_version. */
#define SHOAL_STORE_SCHEMA_VERSION 6

/* Step i takes a database from version i to i + 1. The last step of a released Shoal is never
 * edited: a change is a new step. */
extern const char *const shoal_store_schema_steps[SHOAL_STORE_SCHEMA_VERSION];

/* Brings @handle to version @n_steps, each step in a transaction of its own with a row in
 * `migrations`; a step that fails leaves the version before it. FOREIGN and NEWER (*version says
 * which it is) before anything is touched; DAMAGED when it cannot be read. Worker thread. */
gboolean shoal_store_schema_migrate (sqlite3           *handle,
                                     const char *const *steps,
                                     guint              n_steps,
                                     guint32           *version,
                                     GError           **error);

/* Reads every page of what is read at each start, in O(rows): DAMAGED if something is wrong. What
 * is loaded a torrent at a time is not looked at. */
gboolean shoal_store_schema_check (sqlite3 *handle, GError **error);

G_END_DECLS
