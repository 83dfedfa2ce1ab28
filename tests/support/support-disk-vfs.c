/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "support/support-disk-vfs.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <string.h>

#include <sqlite3.h>

#define SECTOR 4096 /* what SQLite's own layer says */

typedef struct
{
  char                    *folder; /* owned; ends in a slash */
  const ShoalDiskSyscalls *disk;
  SupportDiskVfsSyncedFunc func;
  gpointer                 user_data;
} Mount;

typedef struct
{
  sqlite3_file base;
  const Mount *mount; /* unowned: outlives the file */
  char        *path;  /* owned */
  int          fd;
  gboolean     is_nameless; /* its name is not known to be on the disk */
} File;

static sqlite3_vfs    *real_vfs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static GPtrArray      *mounts; /* guarded by lock */

static void
free_mount (gpointer data)
{
  Mount *mount = data;

  g_free (mount->folder);
  g_free (mount);
}

static const Mount *
find_mount (const char *path)
{
  const Mount *found = NULL;
  guint        i;

  pthread_mutex_lock (&lock);
  for (i = 0; path != NULL && found == NULL && i < mounts->len; i++)
    if (g_str_has_prefix (path, ((Mount *) g_ptr_array_index (mounts, i))->folder))
      found = g_ptr_array_index (mounts, i);
  pthread_mutex_unlock (&lock);
  return found;
}

static int
sync_folder_of (const Mount *mount, const char *path)
{
  const ShoalDiskSyscalls *disk = mount->disk;
  g_autofree char         *folder = g_path_get_dirname (path);
  int fd = disk->open_at (disk->data, AT_FDCWD, folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  int code = fd >= 0 && disk->fsync (disk->data, fd) == 0 ? SQLITE_OK : SQLITE_IOERR_DIR_FSYNC;

  if (fd >= 0)
    disk->close (disk->data, fd);
  return code;
}

static int
file_close (sqlite3_file *base)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;
  int                      result = disk->close (disk->data, file->fd);

  g_free (file->path);
  return result == 0 ? SQLITE_OK : SQLITE_IOERR_CLOSE;
}

static int
file_read (sqlite3_file *base, void *out, int n, sqlite3_int64 offset)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;
  int                      done = 0;

  while (done < n)
    {
      struct iovec iov = { (guint8 *) out + done, (gsize) (n - done) };
      gssize got = disk->preadv (disk->data, file->fd, &iov, 1, (guint64) offset + (guint64) done);

      if (got < 0 && errno == EINTR)
        continue;
      if (got < 0)
        return SQLITE_IOERR_READ;
      if (got == 0)
        break;
      done += (int) got;
    }
  memset ((guint8 *) out + done, 0, (gsize) (n - done));
  return done == n ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

static int
file_write (sqlite3_file *base, const void *data, int n, sqlite3_int64 offset)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;
  int                      done = 0;

  while (done < n)
    {
      struct iovec iov = { (guint8 *) (guintptr) data + done, (gsize) (n - done) };
      gssize put = disk->pwritev (disk->data, file->fd, &iov, 1, (guint64) offset + (guint64) done);

      if (put < 0 && errno == EINTR)
        continue;
      if (put <= 0)
        return put < 0 && errno != ENOSPC ? SQLITE_IOERR_WRITE : SQLITE_FULL;
      done += (int) put;
    }
  return SQLITE_OK;
}

static int
file_truncate (sqlite3_file *base, sqlite3_int64 size)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;

  return disk->ftruncate (disk->data, file->fd, (guint64) size) == 0 ? SQLITE_OK
                                                                     : SQLITE_IOERR_TRUNCATE;
}

/* The name of a new log or journal becomes durable with its first sync. */
static int
file_sync (sqlite3_file *base, int flags)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;
  int                      code = SQLITE_OK;

  if (disk->fsync (disk->data, file->fd) != 0)
    return SQLITE_IOERR_FSYNC;
  if (file->is_nameless)
    code = sync_folder_of (file->mount, file->path);
  if (code != SQLITE_OK)
    return code;
  file->is_nameless = FALSE;
  if (file->mount->func != NULL)
    file->mount->func (file->path, file->mount->user_data);
  return SQLITE_OK;
}

static int
file_size (sqlite3_file *base, sqlite3_int64 *size)
{
  File                    *file = (File *) base;
  const ShoalDiskSyscalls *disk = file->mount->disk;
  struct stat              st;

  if (disk->fstat (disk->data, file->fd, &st) != 0)
    return SQLITE_IOERR_FSTAT;
  *size = st.st_size;
  return SQLITE_OK;
}

static int
file_lock (sqlite3_file *base, int level)
{
  return SQLITE_OK;
}

static int
file_check_reserved_lock (sqlite3_file *base, int *is_locked)
{
  *is_locked = 0;
  return SQLITE_OK;
}

static int
file_control (sqlite3_file *base, int op, void *argument)
{
  return SQLITE_NOTFOUND;
}

static int
file_sector_size (sqlite3_file *base)
{
  return SECTOR;
}

static int
file_device_characteristics (sqlite3_file *base)
{
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

static const sqlite3_io_methods methods = {
  .iVersion = 1, /* neither shared memory nor memory maps */
  .xClose = file_close,
  .xRead = file_read,
  .xWrite = file_write,
  .xTruncate = file_truncate,
  .xSync = file_sync,
  .xFileSize = file_size,
  .xLock = file_lock,
  .xUnlock = file_lock,
  .xCheckReservedLock = file_check_reserved_lock,
  .xFileControl = file_control,
  .xSectorSize = file_sector_size,
  .xDeviceCharacteristics = file_device_characteristics,
};

/* Whoever makes the file of a database sees to its name, as the store does: the table is told of
 * both here. */
static int
settle_database (const Mount *mount, const char *path, int flags)
{
  return (flags & SQLITE_OPEN_MAIN_DB) != 0 ? sync_folder_of (mount, path) : SQLITE_OK;
}

static int
vfs_open (sqlite3_vfs *vfs, const char *path, sqlite3_file *out, int flags, int *out_flags)
{
  const Mount             *mount = find_mount (path);
  const ShoalDiskSyscalls *disk;
  File                    *file = (File *) out;
  int                      open_flags = O_CLOEXEC;

  if (mount == NULL)
    return real_vfs->xOpen (real_vfs, path, out, flags, out_flags);
  memset (file, 0, sizeof *file);
  disk = mount->disk;
  open_flags |= (flags & SQLITE_OPEN_READWRITE) != 0 ? O_RDWR : O_RDONLY;
  if ((flags & (SQLITE_OPEN_CREATE | SQLITE_OPEN_MAIN_DB)) != 0)
    open_flags |= O_CREAT;
  file->is_nameless = (flags & SQLITE_OPEN_CREATE) != 0;
  file->fd = disk->open_at (disk->data, AT_FDCWD, path, open_flags, 0600);
  if (file->fd < 0)
    return SQLITE_CANTOPEN;
  if (settle_database (mount, path, flags) != SQLITE_OK)
    {
      disk->close (disk->data, file->fd);
      return SQLITE_CANTOPEN;
    }
  file->mount = mount;
  file->path = g_strdup (path);
  file->base.pMethods = &methods;
  if (out_flags != NULL)
    *out_flags = flags;
  return SQLITE_OK;
}

static int
vfs_delete (sqlite3_vfs *vfs, const char *path, int sync_folder)
{
  const Mount             *mount = find_mount (path);
  const ShoalDiskSyscalls *disk;

  if (mount == NULL)
    return real_vfs->xDelete (real_vfs, path, sync_folder);
  disk = mount->disk;
  if (disk->unlink_at (disk->data, AT_FDCWD, path, 0) != 0)
    return errno == ENOENT ? SQLITE_IOERR_DELETE_NOENT : SQLITE_IOERR_DELETE;
  return sync_folder != 0 ? sync_folder_of (mount, path) : SQLITE_OK;
}

void
support_disk_vfs_install (void)
{
  static sqlite3_vfs vfs;

  g_assert_null (real_vfs);
  mounts = g_ptr_array_new_with_free_func (free_mount);
  real_vfs = sqlite3_vfs_find (NULL);
  vfs = *real_vfs;
  vfs.zName = "support-disk";
  vfs.szOsFile = MAX ((int) sizeof (File), real_vfs->szOsFile);
  vfs.xOpen = vfs_open;
  vfs.xDelete = vfs_delete;
  vfs.pNext = NULL;
  g_assert_cmpint (sqlite3_vfs_register (&vfs, 1), ==, SQLITE_OK);
}

void
support_disk_vfs_add (const char              *folder,
                      const ShoalDiskSyscalls *syscalls,
                      SupportDiskVfsSyncedFunc func,
                      gpointer                 user_data)
{
  Mount *mount = g_new0 (Mount, 1);

  mount->folder = g_strconcat (folder, "/", NULL);
  mount->disk = syscalls;
  mount->func = func;
  mount->user_data = user_data;
  pthread_mutex_lock (&lock);
  g_ptr_array_add (mounts, mount);
  pthread_mutex_unlock (&lock);
}

void
support_disk_vfs_remove (const char *folder)
{
  guint i;

  pthread_mutex_lock (&lock);
  for (i = mounts->len; i-- > 0;)
    {
      const Mount *mount = g_ptr_array_index (mounts, i);

      if (g_str_has_prefix (mount->folder, folder) && strlen (mount->folder) == strlen (folder) + 1)
        g_ptr_array_remove_index (mounts, i);
    }
  pthread_mutex_unlock (&lock);
}
