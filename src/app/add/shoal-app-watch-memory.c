/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-watch-memory.h"

#include <string.h>

struct _ShoalAppWatchMemory
{
  GHashTable *files; /* owned; name -> ShoalAppWatchFile, owned */
  gboolean    is_changed;
};

ShoalAppWatchFile *
shoal_app_watch_file_new (const char *name, guint64 size, gint64 mtime_usec)
{
  ShoalAppWatchFile *self = g_new0 (ShoalAppWatchFile, 1);

  self->name = g_strdup (name);
  self->size = size;
  self->mtime_usec = mtime_usec;
  return self;
}

void
shoal_app_watch_file_free (ShoalAppWatchFile *self)
{
  g_free (self->name);
  g_free (self);
}

gboolean
shoal_app_watch_file_equal (const ShoalAppWatchFile *a, const ShoalAppWatchFile *b)
{
  return a->size == b->size && a->mtime_usec == b->mtime_usec && g_str_equal (a->name, b->name);
}

static void
free_file (gpointer file)
{
  shoal_app_watch_file_free (file);
}

ShoalAppWatchMemory *
shoal_app_watch_memory_new (void)
{
  ShoalAppWatchMemory *self = g_new0 (ShoalAppWatchMemory, 1);

  self->files = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, free_file);
  return self;
}

void
shoal_app_watch_memory_free (ShoalAppWatchMemory *self)
{
  g_hash_table_unref (self->files);
  g_free (self);
}

/* Takes @file over. */
static void
put (ShoalAppWatchMemory *self, ShoalAppWatchFile *file)
{
  g_hash_table_replace (self->files, file->name, file);
}

/* A line: size, time, and the name with what could be taken for a line's end escaped. */
static void
read_line (ShoalAppWatchMemory *self, const char *line)
{
  char            *end = NULL;
  guint64          size = g_ascii_strtoull (line, &end, 10);
  gint64           mtime_usec = g_ascii_strtoll (end, &end, 10);
  g_autofree char *name = *end == ' ' ? g_uri_unescape_string (end + 1, "/") : NULL;

  if (name != NULL && *name != '\0')
    put (self, shoal_app_watch_file_new (name, size, mtime_usec));
}

void
shoal_app_watch_memory_load (ShoalAppWatchMemory *self, const char *path, const char *folder)
{
  g_autofree char *text = NULL;
  g_autofree char *first = g_uri_escape_string (folder, "/", TRUE);
  g_auto (GStrv) lines = NULL;

  g_hash_table_remove_all (self->files);
  self->is_changed = FALSE;
  if (!g_file_get_contents (path, &text, NULL, NULL))
    return;
  lines = g_strsplit (text, "\n", -1);
  if (g_strcmp0 (lines[0], first) != 0)
    return;
  for (guint i = 1; lines[i] != NULL; i++)
    read_line (self, lines[i]);
}

gboolean
shoal_app_watch_memory_save (ShoalAppWatchMemory *self,
                             const char          *path,
                             const char          *folder,
                             GError             **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char   *parent = g_path_get_dirname (path);
  GHashTableIter     iter;
  ShoalAppWatchFile *file;

  if (!self->is_changed)
    return TRUE;
  g_string_append_uri_escaped (text, folder, "/", TRUE);
  g_string_append_c (text, '\n');
  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &file))
    {
      g_string_append_printf (
          text, "%" G_GUINT64_FORMAT " %" G_GINT64_FORMAT " ", file->size, file->mtime_usec);
      g_string_append_uri_escaped (text, file->name, NULL, FALSE);
      g_string_append_c (text, '\n');
    }
  g_mkdir_with_parents (parent, 0700);
  if (!g_file_set_contents (path, text->str, (gssize) text->len, error))
    return FALSE;
  self->is_changed = FALSE;
  return TRUE;
}

void
shoal_app_watch_memory_add (ShoalAppWatchMemory *self, const ShoalAppWatchFile *file)
{
  if (shoal_app_watch_memory_has (self, file))
    return;
  put (self, shoal_app_watch_file_new (file->name, file->size, file->mtime_usec));
  self->is_changed = TRUE;
}

gboolean
shoal_app_watch_memory_has (ShoalAppWatchMemory *self, const ShoalAppWatchFile *file)
{
  const ShoalAppWatchFile *known = g_hash_table_lookup (self->files, file->name);

  return known != NULL && shoal_app_watch_file_equal (known, file);
}

void
shoal_app_watch_memory_keep (ShoalAppWatchMemory *self, GHashTable *names)
{
  GHashTableIter iter;
  gpointer       name;

  g_hash_table_iter_init (&iter, self->files);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    if (!g_hash_table_contains (names, name))
      {
        g_hash_table_iter_remove (&iter);
        self->is_changed = TRUE;
      }
}
