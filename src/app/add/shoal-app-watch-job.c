/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-watch-job.h"

#include <string.h>

#define SUFFIX ".torrent"
#define ADDED  ".added"

/* So many names are tried where a file of that name was added before. */
#define MAX_TRIES 100

/* No folder is read beyond this: it is another kind of folder than was meant. */
#define MAX_FILES 200000

#define ATTRIBUTES                                                                                 \
  G_FILE_ATTRIBUTE_STANDARD_NAME                                                                   \
  "," G_FILE_ATTRIBUTE_STANDARD_TYPE "," G_FILE_ATTRIBUTE_STANDARD_SIZE                            \
  "," G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC

ShoalAppWatchSettled *
shoal_app_watch_settled_new (ShoalAppWatchFile *file, ShoalAppWatchAfter after)
{
  ShoalAppWatchSettled *self = g_new0 (ShoalAppWatchSettled, 1);

  self->file = file;
  self->after = after;
  return self;
}

void
shoal_app_watch_settled_free (ShoalAppWatchSettled *self)
{
  shoal_app_watch_file_free (self->file);
  g_free (self);
}

static void
free_settled (gpointer settled)
{
  shoal_app_watch_settled_free (settled);
}

static void
free_file (gpointer file)
{
  shoal_app_watch_file_free (file);
}

ShoalAppWatchJob *
shoal_app_watch_job_new (const char *folder, const char *memory_path, ShoalAppWatchMemory *memory)
{
  ShoalAppWatchJob *self = g_new0 (ShoalAppWatchJob, 1);

  self->folder = g_strdup (folder);
  self->memory_path = g_strdup (memory_path);
  self->memory = memory;
  self->settled = g_ptr_array_new_with_free_func (free_settled);
  self->fresh = g_ptr_array_new_with_free_func (free_file);
  self->max_fresh = G_MAXUINT;
  return self;
}

void
shoal_app_watch_job_free (ShoalAppWatchJob *self)
{
  g_clear_pointer (&self->memory, shoal_app_watch_memory_free);
  g_ptr_array_unref (self->settled);
  g_ptr_array_unref (self->fresh);
  g_clear_error (&self->error);
  g_free (self->trouble);
  g_free (self->memory_path);
  g_free (self->folder);
  g_free (self);
}

gboolean
shoal_app_watch_job_is_torrent (const char *name)
{
  gsize len = strlen (name);

  return *name != '.' && len > strlen (SUFFIX) &&
         g_ascii_strcasecmp (name + len - strlen (SUFFIX), SUFFIX) == 0;
}

/* NULL: it is no regular file. */
static ShoalAppWatchFile *
read_info (GFileInfo *info)
{
  g_autoptr (GDateTime) time = g_file_info_get_modification_date_time (info);

  if (g_file_info_get_file_type (info) != G_FILE_TYPE_REGULAR || time == NULL)
    return NULL;
  return shoal_app_watch_file_new (g_file_info_get_name (info),
                                   (guint64) g_file_info_get_size (info),
                                   g_date_time_to_unix (time) * G_USEC_PER_SEC +
                                       g_date_time_get_microsecond (time));
}

/* It may have been replaced by another one since it was read; that one is not touched. */
static gboolean
is_still (GFile *file, const ShoalAppWatchFile *then)
{
  g_autoptr (GFileInfo) info =
      g_file_query_info (file, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, NULL, NULL);
  ShoalAppWatchFile *now = info != NULL ? read_info (info) : NULL;
  gboolean           result = now != NULL && shoal_app_watch_file_equal (now, then);

  g_clear_pointer (&now, shoal_app_watch_file_free);
  return result;
}

/* No file that is there is overwritten. */
static gboolean
rename_to_added (GFile *folder, GFile *file, const char *name, GError **error)
{
  for (guint i = 1; i <= MAX_TRIES; i++)
    {
      g_autofree char *new_name =
          i == 1 ? g_strconcat (name, ADDED, NULL) : g_strdup_printf ("%s%s.%u", name, ADDED, i);
      g_autoptr (GFile) target = g_file_get_child (folder, new_name);

      g_clear_error (error);
      if (g_file_move (file, target, G_FILE_COPY_NO_FALLBACK_FOR_MOVE, NULL, NULL, NULL, error))
        return TRUE;
      if (!g_error_matches (*error, G_IO_ERROR, G_IO_ERROR_EXISTS))
        return FALSE;
    }
  return FALSE;
}

/* One that cannot be moved is remembered instead, so that nothing happens to it twice. */
static void
settle (ShoalAppWatchJob *self, GFile *folder, const ShoalAppWatchSettled *settled)
{
  const char *name = settled->file->name;
  g_autoptr (GFile) file = g_file_get_child (folder, name);
  g_autoptr (GError) error = NULL;
  gboolean is_moved = FALSE;

  if (!is_still (file, settled->file))
    return;
  if (settled->after == SHOAL_APP_WATCH_RENAME)
    is_moved = rename_to_added (folder, file, name, &error);
  else if (settled->after == SHOAL_APP_WATCH_TRASH)
    is_moved = g_file_trash (file, NULL, &error);
  if (is_moved)
    return;
  shoal_app_watch_memory_add (self->memory, settled->file);
  if (settled->after != SHOAL_APP_WATCH_LEAVE && self->trouble == NULL)
    self->trouble = g_strdup (name);
  if (error != NULL)
    g_message ("cannot move “%s” away: %s", name, error->message);
}

static void
take_info (ShoalAppWatchJob *self, GFileInfo *info, GHashTable *names)
{
  ShoalAppWatchFile *file = NULL;

  if (shoal_app_watch_job_is_torrent (g_file_info_get_name (info)))
    file = read_info (info);
  if (file == NULL)
    return;
  g_hash_table_add (names, g_strdup (file->name));
  if (shoal_app_watch_memory_has (self->memory, file))
    shoal_app_watch_file_free (file);
  else if (self->fresh->len < self->max_fresh)
    g_ptr_array_add (self->fresh, file);
  else
    {
      self->has_more = TRUE;
      shoal_app_watch_file_free (file);
    }
}

static void
read_folder (ShoalAppWatchJob *self, GFile *folder)
{
  g_autoptr (GHashTable) names = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autoptr (GFileEnumerator) files =
      g_file_enumerate_children (folder, ATTRIBUTES, G_FILE_QUERY_INFO_NONE, NULL, &self->error);
  GFileInfo *info = NULL;

  if (files == NULL)
    return;
  for (guint n = 0; n < MAX_FILES; n++)
    {
      if (!g_file_enumerator_iterate (files, &info, NULL, NULL, &self->error) || info == NULL)
        break;
      take_info (self, info, names);
    }
  if (self->error == NULL)
    shoal_app_watch_memory_keep (self->memory, names);
}

/* The oldest first, as if each had been given when it came. */
static int
compare_files (gconstpointer a, gconstpointer b)
{
  const ShoalAppWatchFile *first = *(const ShoalAppWatchFile *const *) a;
  const ShoalAppWatchFile *second = *(const ShoalAppWatchFile *const *) b;

  if (first->mtime_usec != second->mtime_usec)
    return first->mtime_usec < second->mtime_usec ? -1 : 1;
  return strcmp (first->name, second->name);
}

static gboolean
is_on_fuse (GFile *folder)
{
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (folder, G_FILE_ATTRIBUTE_FILESYSTEM_TYPE, NULL, NULL);
  const char *type = info != NULL
                         ? g_file_info_get_attribute_string (info, G_FILE_ATTRIBUTE_FILESYSTEM_TYPE)
                         : NULL;

  return type != NULL && g_str_has_prefix (type, "fuse");
}

void
shoal_app_watch_job_run (ShoalAppWatchJob *self)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);
  g_autoptr (GError) error = NULL;

  if (!self->is_loaded)
    shoal_app_watch_memory_load (self->memory, self->memory_path, self->folder);
  self->is_loaded = TRUE;
  for (guint i = 0; i < self->settled->len; i++)
    settle (self, folder, g_ptr_array_index (self->settled, i));
  read_folder (self, folder);
  g_ptr_array_sort (self->fresh, compare_files);
  self->is_fuse = is_on_fuse (folder);
  if (!shoal_app_watch_memory_save (self->memory, self->memory_path, self->folder, &error))
    g_message ("cannot save what was done in the watched folder: %s", error->message);
}
