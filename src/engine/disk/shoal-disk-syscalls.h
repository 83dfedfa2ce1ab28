/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/vfs.h>
#include <time.h>

G_BEGIN_DECLS

/* The kernel as the disk folder sees it: each member does what the call of its name does, returns
 * -1 with errno on failure, and gets the table's @data first. Tests put a table of their own in its
 * place (tests/support): one that fails, stalls, is full, or forgets what was not synced. Called on
 * workers, several at a time, and where that is said on the engine context. */
typedef struct _ShoalDiskSyscalls
{
  gpointer data; /* unowned: whoever made the table keeps it */

  int (*open_at) (gpointer data, int folder, const char *name, int flags, mode_t mode);

  int (*close) (gpointer data, int fd);

  gssize (*preadv) (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset);

  /* The same for what lies in memory, without waiting for a device or a server: else fewer bytes,
   * or EAGAIN, or EOPNOTSUPP where that cannot be told. On the engine context too. NULL: never. */
  gssize (*preadv_cached) (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset);

  /* splice() of what lies in memory, for as many bytes as @pipe (its end to write to) has pages
   * for, without waiting; else as above, or perhaps ENODATA. Engine context. NULL: never. */
  gssize (*splice_cached) (gpointer data, int fd, guint64 offset, int pipe, gsize length);

  gssize (*pwritev) (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset);

  /* On the engine context too, of what was just read from memory. */
  int (*fstat) (gpointer data, int fd, struct stat *out);

  /* Never follows a symlink in the last component. */
  int (*stat_at) (gpointer data, int folder, const char *name, struct stat *out);

  int (*fstatfs) (gpointer data, int fd, struct statfs *out);

  int (*fdatasync) (gpointer data, int fd);

  int (*fsync) (gpointer data, int fd);

  /* syncfs() that tells of all that could not be written there since @fd was opened; ENOSYS before
   * Linux 5.8, where it does not. NULL: never. */
  int (*sync_fs) (gpointer data, int fd);

  /* sync_file_range() with SYNC_FILE_RANGE_WRITE over the whole file: starts, does not wait. */
  int (*start_writeback) (gpointer data, int fd);

  /* @flags: of renameat2(). */
  int (*rename_at) (gpointer    data,
                    int         from_folder,
                    const char *from,
                    int         to_folder,
                    const char *to,
                    guint       flags);

  /* link(): the fallback for a rename that must not overwrite. */
  int (*link_at) (gpointer data, int from_folder, const char *from, int to_folder, const char *to);

  /* @flags: 0, or AT_REMOVEDIR. */
  int (*unlink_at) (gpointer data, int folder, const char *name, int flags);

  int (*mkdir_at) (gpointer data, int folder, const char *name, mode_t mode);

  int (*fallocate) (gpointer data, int fd, int mode, guint64 offset, guint64 length);

  int (*ftruncate) (gpointer data, int fd, guint64 length);

  /* @whence: SEEK_DATA or SEEK_HOLE; the file offset is used by nobody. */
  gint64 (*seek) (gpointer data, int fd, guint64 offset, int whence);

  int (*set_times) (gpointer data, int fd, const struct timespec times[2]);

  /* posix_fadvise() over a range; 0 or an errno, which nobody needs. */
  int (*advise) (gpointer data, int fd, guint64 offset, guint64 length, int advice);

  /* fcntl() with F_OFD_SETLK for one byte; @type: F_RDLCK, F_WRLCK or F_UNLCK. Never waits. */
  int (*lock_byte) (gpointer data, int fd, guint64 offset, int type);
} ShoalDiskSyscalls;

/* Closes @fd, unless it is -1, and leaves errno as it is. */
void shoal_disk_syscalls_close (const ShoalDiskSyscalls *self, int fd);

/* The kernel's own. */
const ShoalDiskSyscalls *shoal_disk_syscalls_get_real (void);

/* pwritev() until all of @data is written. 0, or -1 with errno: EIO if it writes nothing at all. */
int shoal_disk_syscalls_write_all (const ShoalDiskSyscalls *self,
                                   int                      fd,
                                   guint64                  offset,
                                   guint8                  *data,
                                   gsize                    len);

G_END_DECLS
