/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "store/shoal-store-file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <glib/gstdio.h>

#include "store/shoal-store.h"

gboolean
shoal_store_file_fail (const char *path, const char *doing, GError **error)
{
  int error_number = errno;

  g_set_error (error,
               SHOAL_STORE_ERROR,
               error_number == ENOSPC || error_number == EDQUOT ? (int) SHOAL_STORE_ERROR_FULL
                                                                : (int) SHOAL_STORE_ERROR_FAILED,
               "%s %s: %s",
               doing,
               path,
               g_strerror (error_number));
  return FALSE;
}

static void
sync_folder (const char *folder)
{
  int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  if (fd < 0)
    return;
  fsync (fd);
  close (fd);
}

/* A file that is there and whose name is not yet on the disk is lost in a power cut; SQLite sees to
 * its journals only. A folder may be new as well, and the one that it is in. */
static void
sync_folders_above (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  while (strcmp (folder, "/") != 0 && strcmp (folder, ".") != 0)
    {
      char *above = g_path_get_dirname (folder);

      sync_folder (folder);
      g_free (folder);
      folder = above;
    }
  sync_folder (folder);
}

gboolean
shoal_store_file_make (const char *path, gboolean *is_new, GError **error)
{
  int fd = open (path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);

  *is_new = fd >= 0;
  if (fd < 0 && errno != EEXIST)
    return shoal_store_file_fail (path, "making", error);
  if (fd >= 0)
    {
      close (fd);
      sync_folders_above (path);
    }
  else if (chmod (path, 0600) != 0 && access (path, R_OK | W_OK) != 0)
    return shoal_store_file_fail (path, "opening", error);
  return TRUE;
}

char *
shoal_store_file_set_aside (const char *path, GError **error)
{
  static const char *const suffixes[] = { "-wal", "-journal", "" };
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree char *time = g_date_time_format (now, "%Y%m%dT%H%M%SZ");
  g_autofree char *target = g_strdup_printf ("%s.damaged-%s", path, time);
  guint            i;

  for (i = 2; g_file_test (target, G_FILE_TEST_EXISTS); i++)
    {
      g_free (target);
      target = g_strdup_printf ("%s.damaged-%s-%u", path, time, i);
    }
  for (i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *from = g_strconcat (path, suffixes[i], NULL);
      g_autofree char *to = g_strconcat (target, suffixes[i], NULL);

      if (g_rename (from, to) != 0 && errno != ENOENT)
        {
          shoal_store_file_fail (from, "setting aside", error);
          return NULL;
        }
    }
  return g_steal_pointer (&target);
}

gboolean
shoal_store_file_make_folder (const char *path, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_mkdir_with_parents (folder, 0700) == 0 ||
         shoal_store_file_fail (folder, "making the folder", error);
}
