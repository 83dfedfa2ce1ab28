/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-path.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#ifndef EXFAT_SUPER_MAGIC
#define EXFAT_SUPER_MAGIC 0x2011BAB0
#endif
#ifndef FUSE_SUPER_MAGIC
#define FUSE_SUPER_MAGIC 0x65735546
#endif

#define FOLDER_FLAGS (O_PATH | O_DIRECTORY | O_CLOEXEC)

/* No component that is empty, "." or "..". */
static gboolean
stays_below (const char *relative)
{
  const char *component = relative, *end;
  gsize       len;

  do
    {
      end = strchrnul (component, '/');
      len = (gsize) (end - component);
      if (len == 0 || (len <= 2 && strncmp (component, "..", len) == 0))
        return FALSE;
      component = end + 1;
    }
  while (*end != '\0');
  return TRUE;
}

gboolean
shoal_disk_path_is_safe (const char *relative)
{
  const char *c;

  for (c = relative; *c != '\0'; c++)
    if ((guint8) *c < 0x20 || *c == 0x7f)
      return FALSE;
  return stays_below (relative);
}

/* Whether inode numbers last beyond one mount: FAT has none, FUSE counts as it likes. */
static gboolean
keeps_inodes (const struct statfs *fs)
{
  guint32 type = (guint32) fs->f_type;

  return type != MSDOS_SUPER_MAGIC && type != EXFAT_SUPER_MAGIC && type != FUSE_SUPER_MAGIC;
}

static gboolean
is_expected_inode (const ShoalDiskFolderId *expected, const ShoalDiskFolderId *found)
{
  return expected->inode == 0 || expected->inode == found->inode;
}

static gboolean
is_same_file_system (const ShoalDiskFolderId *expected,
                     const ShoalDiskFolderId *found,
                     gboolean                 compares_inodes)
{
  return expected->fs_id != 0 && expected->fs_id == found->fs_id &&
         (!compares_inodes || is_expected_inode (expected, found));
}

guint64
shoal_disk_path_get_fs_id (const struct statfs *fs)
{
  return (guint64) (guint32) fs->f_fsid.__val[0] << 32 | (guint32) fs->f_fsid.__val[1];
}

/* The device of btrfs and of network mounts is another one after each boot; the id of the file
 * system mostly stays, so it stands in for the device. It is asked for only then: on a network
 * mount that is a question to the other end. */
static int
identify (const ShoalDiskSyscalls *syscalls,
          int                      fd,
          const ShoalDiskFolderId *expected,
          ShoalDiskFolderId       *found)
{
  struct stat   st;
  struct statfs fs;

  if (syscalls->fstat (syscalls->data, fd, &st) != 0)
    return -1;
  *found = (ShoalDiskFolderId){ .device = st.st_dev, .inode = st.st_ino };
  if (expected != NULL && expected->device == found->device && is_expected_inode (expected, found))
    {
      found->fs_id = expected->fs_id;
      return 0;
    }
  memset (&fs, 0, sizeof fs);
  if (syscalls->fstatfs (syscalls->data, fd, &fs) == 0)
    found->fs_id = shoal_disk_path_get_fs_id (&fs);
  if (expected == NULL || !shoal_disk_folder_id_is_known (expected) ||
      is_same_file_system (expected, found, keeps_inodes (&fs)))
    return 0;
  errno = ENODEV;
  return -1;
}

gboolean
shoal_disk_path_open_base (const ShoalDiskSyscalls *syscalls,
                           const char              *folder,
                           const ShoalDiskFolderId *expected,
                           ShoalDiskFolderId       *found,
                           ShoalDiskPathBase       *out,
                           GError                 **error)
{
  int fd = syscalls->open_at (syscalls->data, AT_FDCWD, folder, FOLDER_FLAGS, 0);

  if (fd >= 0 && identify (syscalls, fd, expected, found) == 0)
    {
      *out = (ShoalDiskPathBase){ .syscalls = syscalls, .folder = folder, .fd = fd };
      out->recent = shoal_disk_recent_new (syscalls);
      return TRUE;
    }
  shoal_disk_syscalls_close (syscalls, fd);
  if (errno == ENODEV && fd >= 0)
    g_propagate_error (error,
                       shoal_disk_error_new (SHOAL_DISK_ERROR_VANISHED,
                                             "another folder than the one known is here",
                                             folder));
  else if (errno == ENOENT || errno == ENOTDIR)
    g_propagate_error (
        error, shoal_disk_error_new (SHOAL_DISK_ERROR_VANISHED, "the folder is not there", folder));
  else
    g_propagate_error (error, shoal_disk_error_new_errno (errno, "open", folder));
  return FALSE;
}

void
shoal_disk_path_close_base (ShoalDiskPathBase *base)
{
  g_clear_pointer (&base->recent, shoal_disk_recent_free);
  shoal_disk_syscalls_close (base->syscalls, base->fd);
  base->fd = -1;
}

static int
sync_fd_of (const ShoalDiskSyscalls *syscalls, int folder, const char *name, int flags)
{
  int fd = syscalls->open_at (
      syscalls->data, folder, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | flags, 0);
  int result = fd >= 0 ? syscalls->fsync (syscalls->data, fd) : -1;

  /* Some network and FUSE mounts have nothing to sync for a folder, and say so. */
  if (result != 0 && fd >= 0 && (errno == EINVAL || errno == ENOSYS || errno == EOPNOTSUPP))
    result = 0;
  shoal_disk_syscalls_close (syscalls, fd);
  return result;
}

int
shoal_disk_path_make_folder (const ShoalDiskSyscalls *syscalls, const char *folder)
{
  g_autofree char *parent = g_path_get_dirname (folder);
  struct stat      st;

  if (syscalls->stat_at (syscalls->data, AT_FDCWD, folder, &st) == 0)
    return 0;
  if (errno != ENOENT || g_str_equal (parent, folder))
    return -1;
  if (shoal_disk_path_make_folder (syscalls, parent) != 0)
    return -1;
  if (syscalls->mkdir_at (syscalls->data, AT_FDCWD, folder, 0777) != 0 && errno != EEXIST)
    return -1;
  return sync_fd_of (syscalls, AT_FDCWD, parent, 0);
}

char *
shoal_disk_path_dup_full (const ShoalDiskPathBase *base, const char *relative)
{
  return relative != NULL ? g_build_filename (base->folder, relative, NULL)
                          : g_strdup (base->folder);
}

static int
open_folder (const ShoalDiskPathBase *base, int folder, const char *name, gboolean creates)
{
  const ShoalDiskSyscalls *syscalls = base->syscalls;
  int fd = syscalls->open_at (syscalls->data, folder, name, FOLDER_FLAGS | O_NOFOLLOW, 0);

  if (fd >= 0 || errno != ENOENT || !creates)
    return fd;
  if (syscalls->mkdir_at (syscalls->data, folder, name, 0777) != 0 && errno != EEXIST)
    return -1;
  return syscalls->open_at (syscalls->data, folder, name, FOLDER_FLAGS | O_NOFOLLOW, 0);
}

static int
open_component (const ShoalDiskPathBase *base,
                int                      folder,
                const char              *component,
                gsize                    len,
                gboolean                 creates)
{
  char name[NAME_MAX + 1];

  if (len > NAME_MAX)
    {
      errno = ENAMETOOLONG;
      return -1;
    }
  memcpy (name, component, len);
  name[len] = '\0';
  return open_folder (base, folder, name, creates);
}

/* As shoal_disk_path_open_parent(), of a path that stays below; where it fails, *leaf is the
 * component that it failed at. */
static int
walk (const ShoalDiskPathBase *base, const char *relative, gboolean creates, const char **leaf)
{
  const char *component = relative, *slash = strchr (relative, '/');
  int         fd = base->fd, below;

  if (slash == NULL)
    fd = open_folder (base, base->fd, ".", FALSE);
  while (fd >= 0 && slash != NULL)
    {
      below = open_component (base, fd, component, (gsize) (slash - component), creates);
      if (fd != base->fd)
        shoal_disk_syscalls_close (base->syscalls, fd);
      fd = below;
      if (fd >= 0)
        {
          component = slash + 1;
          slash = strchr (component, '/');
        }
    }
  *leaf = component;
  return fd;
}

int
shoal_disk_path_open_parent (const ShoalDiskPathBase *base,
                             const char              *relative,
                             gboolean                 creates,
                             const char             **leaf)
{
  *leaf = relative;
  if (creates)
    shoal_disk_recent_forget (base->recent); /* it may be that it is missing */
  if (stays_below (relative))
    return walk (base, relative, creates, leaf);
  errno = ELOOP;
  return -1;
}

static int
walk_and_keep (const ShoalDiskPathBase *base,
               const char              *relative,
               gboolean                 creates,
               const char             **leaf,
               gint64                   now_usec)
{
  const char *end;
  int         fd;

  shoal_disk_recent_forget (base->recent);
  fd = walk (base, relative, creates, leaf);
  end = fd >= 0 ? strrchr (relative, '/') : strchr (*leaf, '/');
  if (fd >= 0 || (errno == ENOENT && end != NULL))
    shoal_disk_recent_keep (
        base->recent, relative, end != NULL ? (gsize) (end - relative) : 0, fd, now_usec);
  return fd;
}

/* As shoal_disk_path_open_parent(), but what is returned stays the base's, until the next call.
 * *was_recent: it was not looked for now. */
static int
find_parent (const ShoalDiskPathBase *base,
             const char              *relative,
             gboolean                 creates,
             const char             **leaf,
             gboolean                *was_recent)
{
  gint64      now_usec = g_get_monotonic_time ();
  const char *slash = strrchr (relative, '/');
  int         fd = -1;

  *was_recent = FALSE;
  *leaf = slash != NULL ? slash + 1 : relative;
  if (!stays_below (relative))
    {
      errno = ELOOP;
      return -1;
    }
  *was_recent =
      shoal_disk_recent_find (base->recent, relative, now_usec, &fd) && (fd >= 0 || !creates);
  if (*was_recent && fd < 0)
    errno = ENOENT;
  if (*was_recent)
    return fd;
  return walk_and_keep (base, relative, creates, leaf, now_usec);
}

/* O_NONBLOCK: a fifo planted in a file's place must not hold a worker. O_NOATIME is the owner's
 * only; where a server makes somebody else the owner, a file would be made, and not be opened. */
static int
open_leaf (const ShoalDiskSyscalls *syscalls, int folder, const char *name, int flags, mode_t mode)
{
  int fd;

  flags |= O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  fd = -1;
  errno = EPERM;
  if ((flags & O_CREAT) == 0)
    fd = syscalls->open_at (syscalls->data, folder, name, flags | O_NOATIME, mode);
  if (fd < 0 && errno == EPERM)
    fd = syscalls->open_at (syscalls->data, folder, name, flags, mode);
  if (fd < 0 && errno == ENXIO)
    errno = EMEDIUMTYPE;
  return fd;
}

static int
insist_on_regular (const ShoalDiskSyscalls *syscalls, int fd)
{
  struct stat st;

  if (fd < 0)
    return -1;
  if (syscalls->fstat (syscalls->data, fd, &st) == 0 && S_ISREG (st.st_mode))
    return fd;
  shoal_disk_syscalls_close (syscalls, fd);
  errno = EMEDIUMTYPE;
  return -1;
}

static int
open_in (const ShoalDiskSyscalls *syscalls,
         int                      parent,
         const char              *leaf,
         ShoalDiskPathFlags       flags,
         gboolean                *is_new)
{
  int mode = (flags & SHOAL_DISK_PATH_WRITE) != 0 ? O_RDWR : O_RDONLY;
  int fd = -1;

  errno = ENOENT;
  if ((flags & SHOAL_DISK_PATH_NEW) == 0)
    fd = open_leaf (syscalls, parent, leaf, mode, 0);
  if (fd < 0 && errno == ENOENT && (flags & SHOAL_DISK_PATH_CREATE) != 0)
    {
      fd = open_leaf (syscalls,
                      parent,
                      leaf,
                      mode | O_CREAT | O_EXCL,
                      (flags & SHOAL_DISK_PATH_EXECUTABLE) != 0 ? 0777 : 0666);
      *is_new = fd >= 0;
      if (fd < 0 && errno == EEXIST && (flags & SHOAL_DISK_PATH_NEW) == 0)
        fd = open_leaf (syscalls, parent, leaf, mode, 0); /* another worker was quicker */
    }
  return fd;
}

int
shoal_disk_path_open_file (const ShoalDiskPathBase *base,
                           const char              *relative,
                           ShoalDiskPathFlags       flags,
                           gboolean                *is_new)
{
  gboolean    creates = (flags & SHOAL_DISK_PATH_CREATE) != 0;
  gboolean    is_made = FALSE, was_recent;
  const char *leaf;
  int         parent, fd;

  do
    {
      parent = find_parent (base, relative, creates, &leaf, &was_recent);
      fd = parent >= 0 ? open_in (base->syscalls, parent, leaf, flags, &is_made) : -1;
      if (fd < 0 && was_recent)
        shoal_disk_recent_forget (base->recent); /* it may be gone */
    }
  while (fd < 0 && was_recent);
  if (is_new != NULL)
    *is_new = is_made;
  return is_made ? fd : insist_on_regular (base->syscalls, fd);
}

int
shoal_disk_path_stat (const ShoalDiskPathBase *base, const char *relative, struct stat *out)
{
  const char *leaf;
  gboolean    was_recent;
  int         parent, result;

  do
    {
      parent = find_parent (base, relative, FALSE, &leaf, &was_recent);
      result = parent >= 0 ? base->syscalls->stat_at (base->syscalls->data, parent, leaf, out) : -1;
      if (result != 0 && was_recent && errno != ENOENT)
        shoal_disk_recent_forget (base->recent); /* it may be gone */
    }
  while (result != 0 && was_recent && errno != ENOENT);
  return result;
}

char *
shoal_disk_path_dup_obstacle (const ShoalDiskPathBase *base, const char *relative)
{
  g_autofree char *path = g_strdup (relative);
  char            *slash = path;
  struct stat      st;

  while ((slash = strchr (slash, '/')) != NULL)
    {
      *slash = '\0';
      if (shoal_disk_path_stat (base, path, &st) == 0 && !S_ISDIR (st.st_mode))
        return shoal_disk_path_dup_full (base, path);
      *slash++ = '/';
    }
  return shoal_disk_path_dup_full (base, relative);
}

char *
shoal_disk_path_dup_existing (const ShoalDiskPathBase *base, const char *relative)
{
  g_autofree char *path = g_strdup (relative);
  struct stat      st;

  while (shoal_disk_path_stat (base, path, &st) != 0)
    {
      char *slash = strrchr (path, '/');

      if (slash == NULL)
        return shoal_disk_path_dup_full (base, NULL);
      *slash = '\0';
    }
  return shoal_disk_path_dup_full (base, path);
}

int
shoal_disk_path_sync_folder (const ShoalDiskPathBase *base, const char *relative)
{
  const char *leaf;
  int         parent, result;

  if (relative == NULL)
    return sync_fd_of (base->syscalls, base->fd, ".", 0);
  parent = shoal_disk_path_open_parent (base, relative, FALSE, &leaf);
  result = parent >= 0 ? sync_fd_of (base->syscalls, parent, leaf, O_NOFOLLOW) : -1;
  shoal_disk_syscalls_close (base->syscalls, parent);
  return result;
}
