/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-syscalls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/utsname.h>
#include <unistd.h>

/* Pages that are asked for at a time. */
#define MAX_PAGES 512

static int
call_open_at (gpointer data, int folder, const char *name, int flags, mode_t mode)
{
  return openat (folder, name, flags, mode);
}

static int
call_close (gpointer data, int fd)
{
  return close (fd);
}

static gssize
call_preadv (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  return preadv (fd, iov, n, (off_t) offset);
}

/* tmpfs knows no RWF_NOWAIT: what is there may at worst be swapped out, as all that we have. Asking
 * for seals, which only files in memory have, waits for nothing, unlike fstatfs() on a network. */
static gssize
call_preadv_cached (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  gssize got = preadv2 (fd, iov, n, (off_t) offset, RWF_NOWAIT);

  if (got < 0 && errno == EOPNOTSUPP && fcntl (fd, F_GET_SEALS) >= 0)
    return preadv (fd, iov, n, (off_t) offset);
  return got;
}

/* The kernel says what lies in memory only of files that we own or may write to; of others it says
 * that everything does. */
static gboolean
may_ask (int fd)
{
  struct stat st;

  return (fcntl (fd, F_GETFL) & O_ACCMODE) == O_RDWR ||
         (fstat (fd, &st) == 0 && st.st_uid == geteuid ());
}

/* Whether all of it is in the page cache, up to date; the mapping is never touched. */
static gboolean
is_resident (int fd, guint64 offset, gsize length)
{
  gsize   page = (gsize) sysconf (_SC_PAGESIZE);
  guint64 start = offset - offset % page;
  gsize   size = (gsize) (offset - start) + length;
  gsize   n_pages = (size + page - 1) / page;
  guint8  pages[MAX_PAGES];
  void   *map;
  int     result;

  if (n_pages > MAX_PAGES || !may_ask (fd))
    return FALSE;
  map = mmap (NULL, size, PROT_READ, MAP_SHARED, fd, (off_t) start);
  if (map == MAP_FAILED)
    return FALSE;
  result = mincore (map, size, pages);
  munmap (map, size);
  for (gsize i = 0; i < n_pages && result == 0; i++)
    if ((pages[i] & 1) == 0)
      return FALSE;
  return result == 0;
}

/* A page that is not there would be waited for. One byte is read first: where that is not possible
 * without waiting, the file may be a server's, and every other call might wait too. */
static gssize
call_splice_cached (gpointer data, int fd, guint64 offset, int pipe, gsize length)
{
  off64_t      from = (off64_t) offset;
  guint8       byte;
  struct iovec iov = { &byte, 1 };

  if (preadv2 (fd, &iov, 1, from, RWF_NOWAIT) == 1)
    {
      if (!is_resident (fd, offset, length))
        {
          errno = ENODATA;
          return -1;
        }
    }
  else if (errno != EOPNOTSUPP || fcntl (fd, F_GET_SEALS) < 0)
    return -1;
  return splice (fd, &from, pipe, NULL, length, SPLICE_F_NONBLOCK);
}

static gssize
call_pwritev (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  return pwritev (fd, iov, n, (off_t) offset);
}

static int
call_fstat (gpointer data, int fd, struct stat *out)
{
  return fstat (fd, out);
}

static int
call_stat_at (gpointer data, int folder, const char *name, struct stat *out)
{
  return fstatat (folder, name, out, AT_SYMLINK_NOFOLLOW);
}

static int
call_fstatfs (gpointer data, int fd, struct statfs *out)
{
  return fstatfs (fd, out);
}

static int
call_fdatasync (gpointer data, int fd)
{
  return fdatasync (fd);
}

static int
call_fsync (gpointer data, int fd)
{
  return fsync (fd);
}

/* Before Linux 5.8 it is silent about what failed. */
static int
call_sync_fs (gpointer data, int fd)
{
  struct utsname name;
  guint          major, minor;

  if (uname (&name) != 0 || sscanf (name.release, "%u.%u", &major, &minor) != 2 || major < 5 ||
      (major == 5 && minor < 8))
    {
      errno = ENOSYS;
      return -1;
    }
  return syncfs (fd);
}

static int
call_start_writeback (gpointer data, int fd)
{
  return sync_file_range (fd, 0, 0, SYNC_FILE_RANGE_WRITE);
}

static int
call_rename_at (gpointer    data,
                int         from_folder,
                const char *from,
                int         to_folder,
                const char *to,
                guint       flags)
{
  return renameat2 (from_folder, from, to_folder, to, flags);
}

static int
call_link_at (gpointer data, int from_folder, const char *from, int to_folder, const char *to)
{
  return linkat (from_folder, from, to_folder, to, 0);
}

static int
call_unlink_at (gpointer data, int folder, const char *name, int flags)
{
  return unlinkat (folder, name, flags);
}

static int
call_mkdir_at (gpointer data, int folder, const char *name, mode_t mode)
{
  return mkdirat (folder, name, mode);
}

/* The system call itself: glibc's posix_fallocate() would write every byte where the file system
 * cannot reserve. */
static int
call_fallocate (gpointer data, int fd, int mode, guint64 offset, guint64 length)
{
  return fallocate (fd, mode, (off_t) offset, (off_t) length);
}

static int
call_ftruncate (gpointer data, int fd, guint64 length)
{
  return ftruncate (fd, (off_t) length);
}

static gint64
call_seek (gpointer data, int fd, guint64 offset, int whence)
{
  return lseek (fd, (off_t) offset, whence);
}

static int
call_set_times (gpointer data, int fd, const struct timespec times[2])
{
  return futimens (fd, times);
}

static int
call_advise (gpointer data, int fd, guint64 offset, guint64 length, int advice)
{
  return posix_fadvise (fd, (off_t) offset, (off_t) length, advice);
}

static int
call_lock_byte (gpointer data, int fd, guint64 offset, int type)
{
  struct flock lock = {
    .l_type = (short) type, .l_whence = SEEK_SET, .l_start = (off_t) offset, .l_len = 1
  };

  return fcntl (fd, F_OFD_SETLK, &lock);
}

static const ShoalDiskSyscalls real_syscalls = {
  .open_at = call_open_at,
  .close = call_close,
  .preadv = call_preadv,
  .preadv_cached = call_preadv_cached,
  .splice_cached = call_splice_cached,
  .pwritev = call_pwritev,
  .fstat = call_fstat,
  .stat_at = call_stat_at,
  .fstatfs = call_fstatfs,
  .fdatasync = call_fdatasync,
  .fsync = call_fsync,
  .sync_fs = call_sync_fs,
  .start_writeback = call_start_writeback,
  .rename_at = call_rename_at,
  .link_at = call_link_at,
  .unlink_at = call_unlink_at,
  .mkdir_at = call_mkdir_at,
  .fallocate = call_fallocate,
  .ftruncate = call_ftruncate,
  .seek = call_seek,
  .set_times = call_set_times,
  .advise = call_advise,
  .lock_byte = call_lock_byte,
};

const ShoalDiskSyscalls *
shoal_disk_syscalls_get_real (void)
{
  return &real_syscalls;
}

void
shoal_disk_syscalls_close (const ShoalDiskSyscalls *self, int fd)
{
  int saved = errno;

  if (fd >= 0)
    self->close (self->data, fd);
  errno = saved;
}

int
shoal_disk_syscalls_write_all (const ShoalDiskSyscalls *self,
                               int                      fd,
                               guint64                  offset,
                               guint8                  *data,
                               gsize                    len)
{
  struct iovec iov = { data, len };
  gssize       n;

  while (iov.iov_len > 0)
    {
      n = self->pwritev (self->data, fd, &iov, 1, offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = EIO;
      if (n <= 0)
        return -1;
      iov.iov_base = (guint8 *) iov.iov_base + n;
      iov.iov_len -= (gsize) n;
      offset += (guint64) n;
    }
  return 0;
}
