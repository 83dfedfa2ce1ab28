/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-copy.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/shoal-base-memory.h"

#define COPY_SIZE (1024 * 1024)

struct _ShoalDiskCopy
{
  const ShoalDiskSyscalls *syscalls; /* unowned: the queue's */
  int                      from;
  int                      to;
  guint8                  *data; /* owned */
  guint64                  position;
  guint64                  data_end; /* until here there is no hole */
  struct stat              st;

  guint knows_no_holes : 1;
  guint failed_reading : 1;
};

ShoalDiskCopy *
shoal_disk_copy_begin (const ShoalDiskPathBase *from_base,
                       const char              *from,
                       const ShoalDiskPathBase *to_base,
                       const char              *to,
                       char                   **failed_path)
{
  ShoalDiskCopy     *self = g_new0 (ShoalDiskCopy, 1);
  ShoalDiskPathFlags flags = SHOAL_DISK_PATH_WRITE | SHOAL_DISK_PATH_CREATE | SHOAL_DISK_PATH_NEW;
  int                saved;

  self->syscalls = from_base->syscalls;
  self->to = -1;
  self->from = shoal_disk_path_open_file (from_base, from, SHOAL_DISK_PATH_READ, NULL);
  if (self->from >= 0 && self->syscalls->fsync (self->syscalls->data, self->from) == 0 &&
      self->syscalls->fstat (self->syscalls->data, self->from, &self->st) == 0)
    {
      if ((self->st.st_mode & S_IXUSR) != 0)
        flags |= SHOAL_DISK_PATH_EXECUTABLE;
      shoal_disk_path_unlink (to_base, to, 0);
      self->to = shoal_disk_path_open_file (to_base, to, flags, NULL);
    }
  if (self->to >= 0)
    {
      self->data = shoal_base_memory_new (COPY_SIZE);
      return self;
    }
  saved = errno;
  *failed_path = self->from < 0 || self->st.st_nlink == 0
                     ? shoal_disk_path_dup_full (from_base, from)
                     : shoal_disk_path_dup_full (to_base, to);
  shoal_disk_copy_free (self);
  errno = saved;
  return NULL;
}

/* Finds the next data. Where the file system tells nothing of holes, all is data. FALSE: none is
 * left. */
static gboolean
skip_hole (ShoalDiskCopy *self)
{
  const ShoalDiskSyscalls *syscalls = self->syscalls;
  gint64                   data, hole;

  if (self->position < self->data_end)
    return TRUE;
  data = syscalls->seek (syscalls->data, self->from, self->position, SEEK_DATA);
  if (data < 0 && errno == ENXIO)
    return FALSE;
  hole = data < 0 ? -1 : syscalls->seek (syscalls->data, self->from, (guint64) data, SEEK_HOLE);
  self->knows_no_holes = hole < 0;
  if (hole >= 0)
    self->position = (guint64) data;
  self->data_end = hole >= 0 ? (guint64) hole : (guint64) self->st.st_size;
  return self->position < self->data_end;
}

static gssize
read_some (ShoalDiskCopy *self, gsize size)
{
  struct iovec iov = { self->data, size };
  gssize       n;

  do
    n = self->syscalls->preadv (self->syscalls->data, self->from, &iov, 1, self->position);
  while (n < 0 && errno == EINTR);
  self->failed_reading = n < 0;
  return n;
}

static gboolean
write_all (ShoalDiskCopy *self, gsize size)
{
  return shoal_disk_syscalls_write_all (
             self->syscalls, self->to, self->position, self->data, size) == 0;
}

static gboolean
is_zero (const guint8 *data, gsize len)
{
  return data[0] == 0 && memcmp (data, data + 1, len - 1) == 0;
}

/* FALSE with errno. A file that has become shorter was changed by somebody else meanwhile. */
static gboolean
copy_some (ShoalDiskCopy *self)
{
  gssize n = read_some (self, (gsize) MIN (COPY_SIZE, self->data_end - self->position));

  if (n < 0)
    return FALSE;
  if (n == 0)
    {
      errno = EIO;
      return FALSE;
    }
  if (!(self->knows_no_holes && is_zero (self->data, (gsize) n)) && !write_all (self, (gsize) n))
    return FALSE;
  self->position += (guint64) n;
  return TRUE;
}

static ShoalDiskCopyResult
finish (ShoalDiskCopy *self)
{
  const ShoalDiskSyscalls *syscalls = self->syscalls;
  const struct timespec    times[2] = { self->st.st_atim, self->st.st_mtim };

  if (syscalls->ftruncate (syscalls->data, self->to, (guint64) self->st.st_size) != 0)
    return SHOAL_DISK_COPY_FAILED;
  /* Not every file system takes times; whoever trusts them looks again after a move. */
  syscalls->set_times (syscalls->data, self->to, times);
  return syscalls->fsync (syscalls->data, self->to) == 0 ? SHOAL_DISK_COPY_DONE
                                                         : SHOAL_DISK_COPY_FAILED;
}

ShoalDiskCopyResult
shoal_disk_copy_step (ShoalDiskCopy *self, guint64 budget, guint64 *copied)
{
  guint64 limit = self->position + budget;

  self->failed_reading = FALSE;
  while (self->position < (guint64) self->st.st_size && self->position < limit)
    {
      if (!skip_hole (self))
        break;
      if (!copy_some (self))
        return SHOAL_DISK_COPY_FAILED;
      *copied = self->position;
    }
  if (self->position < (guint64) self->st.st_size && self->position >= limit)
    return SHOAL_DISK_COPY_MORE;
  *copied = (guint64) self->st.st_size;
  return finish (self);
}

gboolean
shoal_disk_copy_failed_reading (const ShoalDiskCopy *self)
{
  return self->failed_reading;
}

void
shoal_disk_copy_free (ShoalDiskCopy *self)
{
  if (self->from >= 0)
    self->syscalls->close (self->syscalls->data, self->from);
  if (self->to >= 0)
    self->syscalls->close (self->syscalls->data, self->to);
  shoal_base_memory_free (self->data);
  g_free (self);
}
