/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What is done to the database file from outside of SQLite. Worker thread. */

/* Makes the folder that @path lies in, for nobody else to read. */
gboolean shoal_store_file_make_folder (const char *path, GError **error);

/* Makes the file (0600), whose name is on the disk afterwards, or makes sure that nobody else may
 * read the one that is there. */
gboolean shoal_store_file_make (const char *path, gboolean *is_new, GError **error);

/* Moves the database and its log, both of which somebody may still want to look at, to a name that
 * is free; the caller owns it. NULL on failure. */
char *shoal_store_file_set_aside (const char *path, GError **error);

/* Sets @error from errno, and returns FALSE. @doing: "opening", … */
gboolean shoal_store_file_fail (const char *path, const char *doing, GError **error);

G_END_DECLS
