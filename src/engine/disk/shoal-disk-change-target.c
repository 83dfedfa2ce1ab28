/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-change-target.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

/* How deep folders may be nested when looking whether one lies in another: PATH_MAX / 2 and more.
 */
#define MAX_DEPTH 4096

void
shoal_disk_change_target_init (ShoalDiskChangeTarget *self, const char *folder)
{
  *self = (ShoalDiskChangeTarget){ .folder = g_strdup (folder) };
}

void
shoal_disk_change_target_clear (ShoalDiskChangeTarget *self)
{
  g_clear_pointer (&self->folder, g_free);
  g_clear_pointer (&self->first_made, g_free);
}

gboolean
shoal_disk_change_target_make (ShoalDiskChangeTarget   *self,
                               const ShoalDiskSyscalls *syscalls,
                               GError                 **error)
{
  g_autofree char *folder = g_strdup (self->folder);
  struct stat      st;
  int              result;

  while ((result = syscalls->stat_at (syscalls->data, AT_FDCWD, folder, &st)) != 0 &&
         errno == ENOENT)
    {
      char *above = g_path_get_dirname (folder);

      g_free (self->first_made);
      self->first_made = folder;
      folder = above;
    }
  if (result == 0 &&
      (self->first_made == NULL || shoal_disk_path_make_folder (syscalls, self->folder) == 0))
    return TRUE;
  g_propagate_error (error, shoal_disk_error_new_errno (errno, "create", self->folder));
  shoal_disk_change_target_unmake (self, syscalls);
  return FALSE;
}

void
shoal_disk_change_target_unmake (ShoalDiskChangeTarget *self, const ShoalDiskSyscalls *syscalls)
{
  g_autofree char *folder = g_strdup (self->folder);
  gsize            shortest = self->first_made != NULL ? strlen (self->first_made) : G_MAXSIZE;

  while (strlen (folder) >= shortest)
    {
      char *above = g_path_get_dirname (folder);

      if (syscalls->unlink_at (syscalls->data, AT_FDCWD, folder, AT_REMOVEDIR) != 0 &&
          errno != ENOENT)
        shortest = G_MAXSIZE;
      g_free (folder);
      folder = above;
    }
}

gboolean
shoal_disk_change_target_enter (ShoalDiskChangeTarget   *self,
                                const ShoalDiskSyscalls *syscalls,
                                GError                 **error)
{
  ShoalDiskFolderId found;

  if (!shoal_disk_path_open_base (syscalls, self->folder, &self->id, &found, &self->base, error))
    return FALSE;
  self->id = found;
  return TRUE;
}

gboolean
shoal_disk_change_target_lies_in (const ShoalDiskChangeTarget *self, const struct stat *folder)
{
  const ShoalDiskSyscalls *syscalls = self->base.syscalls;
  struct stat              here = { 0 }, last;
  gboolean                 is_inside = FALSE;
  guint                    i;
  int                      fd, above;

  fd = syscalls->open_at (syscalls->data, self->base.fd, ".", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
  for (i = 0; fd >= 0 && i < MAX_DEPTH && !is_inside; i++)
    {
      last = here;
      if (syscalls->fstat (syscalls->data, fd, &here) != 0 ||
          (i > 0 && here.st_dev == last.st_dev && here.st_ino == last.st_ino))
        break;
      is_inside = here.st_dev == folder->st_dev && here.st_ino == folder->st_ino;
      above = syscalls->open_at (syscalls->data, fd, "..", O_PATH | O_DIRECTORY | O_CLOEXEC, 0);
      syscalls->close (syscalls->data, fd);
      fd = above;
    }
  if (fd >= 0)
    syscalls->close (syscalls->data, fd);
  return is_inside;
}
