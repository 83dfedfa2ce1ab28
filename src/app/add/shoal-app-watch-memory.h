/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A file of the watched folder as it was when somebody looked. */
typedef struct
{
  char   *name; /* owned; in the folder */
  guint64 size;
  gint64  mtime_usec;
} ShoalAppWatchFile;

ShoalAppWatchFile *shoal_app_watch_file_new (const char *name, guint64 size, gint64 mtime_usec);

void shoal_app_watch_file_free (ShoalAppWatchFile *self);

/* The same name, and not changed in between. */
gboolean shoal_app_watch_file_equal (const ShoalAppWatchFile *a, const ShoalAppWatchFile *b);

/* The files of the watched folder that are dealt with: added, not wanted, or no torrents. It
 * outlives the process, so that what was removed from the list does not come back from the folder,
 * and what is wrong is said once. One thread at a time. */
typedef struct _ShoalAppWatchMemory ShoalAppWatchMemory;

ShoalAppWatchMemory *shoal_app_watch_memory_new (void);

void shoal_app_watch_memory_free (ShoalAppWatchMemory *self);

/* What was saved at @path about @folder; nothing if that was about another, or is no good. */
void shoal_app_watch_memory_load (ShoalAppWatchMemory *self, const char *path, const char *folder);

/* Saves it, if it has changed. */
gboolean shoal_app_watch_memory_save (ShoalAppWatchMemory *self,
                                      const char          *path,
                                      const char          *folder,
                                      GError             **error);

void shoal_app_watch_memory_add (ShoalAppWatchMemory *self, const ShoalAppWatchFile *file);

gboolean shoal_app_watch_memory_has (ShoalAppWatchMemory *self, const ShoalAppWatchFile *file);

/* Forgets those whose name is not a key of @names. */
void shoal_app_watch_memory_keep (ShoalAppWatchMemory *self, GHashTable *names);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalAppWatchMemory, shoal_app_watch_memory_free)

G_END_DECLS
