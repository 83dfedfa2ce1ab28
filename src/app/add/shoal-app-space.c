/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-space.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/add/shoal-app-recent.h"

#define HOST_PATH "xattr::document-portal.host-path"

static gboolean
query_free (GFile *file, GCancellable *cancellable, guint64 *free_bytes)
{
  g_autoptr (GFileInfo) info =
      g_file_query_filesystem_info (file, G_FILE_ATTRIBUTE_FILESYSTEM_FREE, cancellable, NULL);

  if (info == NULL || !g_file_info_has_attribute (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE))
    return FALSE;
  *free_bytes = g_file_info_get_attribute_uint64 (info, G_FILE_ATTRIBUTE_FILESYSTEM_FREE);
  return TRUE;
}

/* A folder that came through a portal lies under /run/…/doc/ID/; its real place is in an attribute
 * of the portal's file system. */
static gboolean
is_portal (const char *path)
{
  return g_str_has_prefix (path, "/run/") && strstr (path, "/doc/") != NULL;
}

char *
shoal_app_space_dup_name (const char *path)
{
  return is_portal (path) ? g_path_get_basename (path) : g_strdup (path);
}

static char *
dup_shown_path (const char *path, GCancellable *cancellable)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GFileInfo) info = NULL;
  const char *host_path = NULL;

  if (!is_portal (path))
    return g_strdup (path);
  info = g_file_query_info (file, HOST_PATH, G_FILE_QUERY_INFO_NONE, cancellable, NULL);
  if (info != NULL)
    host_path = g_file_info_get_attribute_string (info, HOST_PATH);
  return host_path != NULL ? g_strdup (host_path) : shoal_app_space_dup_name (path);
}

static void
query_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const char    *path = task_data;
  ShoalAppSpace *space = g_new0 (ShoalAppSpace, 1);
  GFile         *file = g_file_new_for_path (path);

  space->shown_path = dup_shown_path (path, cancellable);
  while (file != NULL && !query_free (file, cancellable, &space->free_bytes))
    {
      GFile *parent = g_file_get_parent (file);

      g_object_unref (file);
      file = parent;
    }
  space->is_free_known = file != NULL;
  space->is_there = g_file_test (path, G_FILE_TEST_IS_DIR);
  space->is_gone = shoal_app_recent_is_gone (path);
  space->is_refused = is_portal (path) && !space->is_there;
  g_clear_object (&file);
  g_task_return_pointer (task, space, (GDestroyNotify) shoal_app_space_free);
}

void
shoal_app_space_free (ShoalAppSpace *self)
{
  g_free (self->shown_path);
  g_free (self);
}

void
shoal_app_space_query_async (const char         *path,
                             GCancellable       *cancellable,
                             GAsyncReadyCallback callback,
                             gpointer            user_data)
{
  g_autoptr (GTask) task = g_task_new (NULL, cancellable, callback, user_data);

  g_task_set_source_tag (task, shoal_app_space_query_async);
  g_task_set_task_data (task, g_strdup (path), g_free);
  g_task_run_in_thread (task, query_in_thread);
}

char *
shoal_app_space_dup_text (const ShoalAppSpace *self, guint64 needed_bytes)
{
  g_autofree char *free_text = g_format_size (self->free_bytes);
  g_autofree char *other = NULL;

  if (!self->is_free_known)
    return NULL;
  if (needed_bytes == SHOAL_APP_SPACE_UNKNOWN)
    return g_strdup_printf (_ ("%s free"), free_text);
  if (needed_bytes > self->free_bytes)
    {
      other = g_format_size (needed_bytes - self->free_bytes);
      return g_strdup_printf (_ ("%s free, %s too little"), free_text, other);
    }
  other = g_format_size (self->free_bytes - needed_bytes);
  return g_strdup_printf (_ ("%s free, %s after this"), free_text, other);
}

ShoalAppSpace *
shoal_app_space_query_finish (GAsyncResult *result)
{
  return g_task_propagate_pointer (G_TASK (result), NULL);
}
