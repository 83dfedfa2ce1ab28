/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "disk/shoal-disk-path.h"
#include "disk/shoal-disk-recent.h"

int
shoal_disk_path_unlink (const ShoalDiskPathBase *base, const char *relative, int flags)
{
  const char *leaf;
  int         parent, result;

  shoal_disk_recent_forget (base->recent);
  parent = shoal_disk_path_open_parent (base, relative, FALSE, &leaf);
  if (parent < 0)
    return -1;
  result = base->syscalls->unlink_at (base->syscalls->data, parent, leaf, flags);
  shoal_disk_syscalls_close (base->syscalls, parent);
  return result;
}

static gboolean
is_unsupported (int error_number)
{
  return error_number == EINVAL || error_number == ENOSYS || error_number == EOPNOTSUPP ||
         error_number == EPERM;
}

static int
rename_leaf (const ShoalDiskSyscalls *syscalls,
             int                      from_folder,
             const char              *from,
             int                      to_folder,
             const char              *to)
{
  struct stat st;
  int         saved;

  if (syscalls->rename_at (syscalls->data, from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
    return 0;
  if (!is_unsupported (errno))
    return -1;
  if (syscalls->link_at (syscalls->data, from_folder, from, to_folder, to) == 0)
    {
      if (syscalls->unlink_at (syscalls->data, from_folder, from, 0) == 0)
        return 0;
      saved = errno;
      syscalls->unlink_at (syscalls->data, to_folder, to, 0);
      errno = saved;
      return -1;
    }
  if (!is_unsupported (errno) && errno != EMLINK)
    return -1;
  if (syscalls->stat_at (syscalls->data, to_folder, to, &st) == 0)
    {
      errno = EEXIST;
      return -1;
    }
  return syscalls->rename_at (syscalls->data, from_folder, from, to_folder, to, 0);
}

int
shoal_disk_path_rename (const ShoalDiskPathBase *from_base,
                        const char              *from,
                        const ShoalDiskPathBase *to_base,
                        const char              *to)
{
  const ShoalDiskSyscalls *syscalls = from_base->syscalls;
  const char              *from_leaf, *to_leaf;
  int                      from_folder, to_folder = -1, result = -1;

  shoal_disk_recent_forget (from_base->recent);
  shoal_disk_recent_forget (to_base->recent);
  from_folder = shoal_disk_path_open_parent (from_base, from, FALSE, &from_leaf);
  if (from_folder >= 0)
    to_folder = shoal_disk_path_open_parent (to_base, to, TRUE, &to_leaf);
  if (to_folder >= 0)
    result = rename_leaf (syscalls, from_folder, from_leaf, to_folder, to_leaf);
  shoal_disk_syscalls_close (syscalls, from_folder);
  shoal_disk_syscalls_close (syscalls, to_folder);
  return result;
}

void
shoal_disk_path_prune (const ShoalDiskPathBase *base, const char *relative)
{
  g_autofree char *folder = g_strdup (relative);
  char            *slash;

  while ((slash = strrchr (folder, '/')) != NULL)
    {
      *slash = '\0';
      if (shoal_disk_path_unlink (base, folder, AT_REMOVEDIR) != 0 && errno != ENOENT)
        return;
    }
}
