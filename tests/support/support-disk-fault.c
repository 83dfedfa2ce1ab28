/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "support/support-disk-fault.h"

#include <errno.h>
#include <pthread.h>

#include "base/shoal-base-random.h"

typedef struct
{
  guint n_calls;
  guint first; /* number of the first call that fails; 0: none */
  guint n_left;
  guint one_in;
  int   error_number;
  int   random_error_number;
} Plan;

struct _SupportDiskFault
{
  ShoalDiskSyscalls        table;
  const ShoalDiskSyscalls *below;

  pthread_mutex_t lock;
  pthread_cond_t  released;
  ShoalBaseRandom random;
  Plan            plans[SUPPORT_DISK_N_CALLS];
  int             open_flags;
  guint64         room;
  guint64         stalled_device;
  guint           n_stalled;
  guint           sync_usec;
  guint           write_usec;
  guint           rot_one_in;
  int             n_open;
  gboolean        is_short;
};

/* Counts a call; the errno it fails with, or 0. */
static int
plan_call (SupportDiskFault *self, SupportDiskCall call)
{
  Plan *plan = &self->plans[call];
  int   result = 0;

  pthread_mutex_lock (&self->lock);
  plan->n_calls++;
  if (plan->first != 0 && plan->n_calls >= plan->first && plan->n_left > 0)
    {
      plan->n_left -= plan->n_left != G_MAXUINT;
      result = plan->error_number;
    }
  else if (plan->one_in > 0 && shoal_base_random_below (&self->random, plan->one_in) == 0)
    result = plan->random_error_number;
  pthread_mutex_unlock (&self->lock);
  return result;
}

static gboolean
fails (SupportDiskFault *self, SupportDiskCall call)
{
  int error_number = plan_call (self, call);

  if (error_number != 0)
    errno = error_number;
  return error_number != 0;
}

static void
wait_while_stalled (SupportDiskFault *self, int fd)
{
  struct stat st = { 0 };

  pthread_mutex_lock (&self->lock);
  if (self->stalled_device != 0 && self->below->fstat (self->below->data, fd, &st) == 0 &&
      st.st_dev == self->stalled_device)
    {
      self->n_stalled++;
      while (self->stalled_device == st.st_dev)
        pthread_cond_wait (&self->released, &self->lock);
      self->n_stalled--;
    }
  pthread_mutex_unlock (&self->lock);
}

static gboolean
open_is_planned (SupportDiskFault *self, int flags)
{
  gboolean result;

  pthread_mutex_lock (&self->lock);
  result = self->open_flags == 0 || (flags & self->open_flags) != 0;
  pthread_mutex_unlock (&self->lock);
  return result;
}

static int
fault_open_at (gpointer data, int folder, const char *name, int flags, mode_t mode)
{
  SupportDiskFault *self = data;
  int               fd;

  if (open_is_planned (self, flags) && fails (self, SUPPORT_DISK_OPEN_AT))
    return -1;
  fd = self->below->open_at (self->below->data, folder, name, flags, mode);
  pthread_mutex_lock (&self->lock);
  self->n_open += fd >= 0;
  pthread_mutex_unlock (&self->lock);
  return fd;
}

static int
fault_close (gpointer data, int fd)
{
  SupportDiskFault *self = data;

  pthread_mutex_lock (&self->lock);
  self->n_open--;
  pthread_mutex_unlock (&self->lock);
  return self->below->close (self->below->data, fd);
}

/* A part of @iov, of at least one byte and at most @limit: returns how many entries of @out, which
 * has room for @n. */
static int
cut_iov (SupportDiskFault *self, const struct iovec *iov, int n, guint64 limit, struct iovec *out)
{
  int i;

  pthread_mutex_lock (&self->lock);
  if (self->is_short)
    limit = MIN (limit, 1 + shoal_base_random_below (&self->random, 40000));
  pthread_mutex_unlock (&self->lock);
  for (i = 0; i < n && limit > 0; i++)
    {
      out[i] = iov[i];
      out[i].iov_len = MIN (out[i].iov_len, limit);
      limit -= out[i].iov_len;
    }
  return i;
}

static gboolean
is_interrupted (SupportDiskFault *self)
{
  gboolean result;

  pthread_mutex_lock (&self->lock);
  result = self->is_short && shoal_base_random_below (&self->random, 8) == 0;
  pthread_mutex_unlock (&self->lock);
  errno = EINTR;
  return result;
}

static void
rot (SupportDiskFault *self, const struct iovec *iov)
{
  pthread_mutex_lock (&self->lock);
  if (self->rot_one_in > 0 && shoal_base_random_below (&self->random, self->rot_one_in) == 0)
    *(guint8 *) iov->iov_base ^= 0x10;
  pthread_mutex_unlock (&self->lock);
}

static gssize
fault_preadv (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  SupportDiskFault        *self = data;
  g_autofree struct iovec *part = g_new (struct iovec, n);
  gssize                   result;

  wait_while_stalled (self, fd);
  if (fails (self, SUPPORT_DISK_PREADV) || is_interrupted (self))
    return -1;
  n = cut_iov (self, iov, n, G_MAXUINT64, part);
  result = self->below->preadv (self->below->data, fd, part, n, offset);
  if (result > 0)
    rot (self, part);
  return result;
}

/* Takes room for at most @want bytes. */
static guint64
take_room (SupportDiskFault *self, guint64 want)
{
  guint64 got;

  pthread_mutex_lock (&self->lock);
  got = MIN (want, self->room);
  if (self->room != G_MAXUINT64)
    self->room -= got;
  pthread_mutex_unlock (&self->lock);
  return got;
}

/* Returns as much later as *usec says, which the lock guards. */
static void
linger (SupportDiskFault *self, const guint *usec)
{
  int   saved = errno;
  guint time;

  pthread_mutex_lock (&self->lock);
  time = *usec;
  pthread_mutex_unlock (&self->lock);
  if (time > 0)
    g_usleep (time);
  errno = saved;
}

static int
take_sync_time (SupportDiskFault *self, int result)
{
  linger (self, &self->sync_usec);
  return result;
}

static gssize
fault_pwritev (gpointer data, int fd, const struct iovec *iov, int n, guint64 offset)
{
  SupportDiskFault        *self = data;
  g_autofree struct iovec *part = g_new (struct iovec, n);
  guint64                  want = 0, got;
  gssize                   result;
  int                      i;

  wait_while_stalled (self, fd);
  if (fails (self, SUPPORT_DISK_PWRITEV) || is_interrupted (self))
    return -1;
  n = cut_iov (self, iov, n, G_MAXUINT64, part);
  for (i = 0; i < n; i++)
    want += part[i].iov_len;
  got = take_room (self, want);
  if (got == 0 && want > 0)
    {
      errno = ENOSPC;
      return -1;
    }
  for (i = 0; i < n && got > 0; i++)
    {
      part[i].iov_len = MIN (part[i].iov_len, got);
      got -= part[i].iov_len;
    }
  result = self->below->pwritev (self->below->data, fd, part, i, offset);
  linger (self, &self->write_usec);
  return result;
}

static int
fault_fstat (gpointer data, int fd, struct stat *out)
{
  SupportDiskFault *self = data;

  return self->below->fstat (self->below->data, fd, out);
}

static int
fault_stat_at (gpointer data, int folder, const char *name, struct stat *out)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_STAT_AT)
             ? -1
             : self->below->stat_at (self->below->data, folder, name, out);
}

static int
fault_fstatfs (gpointer data, int fd, struct statfs *out)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_FSTATFS) ? -1
                                            : self->below->fstatfs (self->below->data, fd, out);
}

static int
fault_fdatasync (gpointer data, int fd)
{
  SupportDiskFault *self = data;

  wait_while_stalled (self, fd);
  if (fails (self, SUPPORT_DISK_FDATASYNC))
    return -1;
  return take_sync_time (self, self->below->fdatasync (self->below->data, fd));
}

static int
fault_fsync (gpointer data, int fd)
{
  SupportDiskFault *self = data;

  wait_while_stalled (self, fd);
  if (fails (self, SUPPORT_DISK_FSYNC))
    return -1;
  return take_sync_time (self, self->below->fsync (self->below->data, fd));
}

static int
fault_sync_fs (gpointer data, int fd)
{
  SupportDiskFault *self = data;

  wait_while_stalled (self, fd);
  if (self->below->sync_fs == NULL)
    {
      errno = ENOSYS;
      return -1;
    }
  if (fails (self, SUPPORT_DISK_SYNC_FS))
    return -1;
  return take_sync_time (self, self->below->sync_fs (self->below->data, fd));
}

static int
fault_start_writeback (gpointer data, int fd)
{
  SupportDiskFault *self = data;

  return self->below->start_writeback (self->below->data, fd);
}

static int
fault_rename_at (gpointer    data,
                 int         from_folder,
                 const char *from,
                 int         to_folder,
                 const char *to,
                 guint       flags)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_RENAME_AT)
             ? -1
             : self->below->rename_at (self->below->data, from_folder, from, to_folder, to, flags);
}

static int
fault_link_at (gpointer data, int from_folder, const char *from, int to_folder, const char *to)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_LINK_AT)
             ? -1
             : self->below->link_at (self->below->data, from_folder, from, to_folder, to);
}

static int
fault_unlink_at (gpointer data, int folder, const char *name, int flags)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_UNLINK_AT)
             ? -1
             : self->below->unlink_at (self->below->data, folder, name, flags);
}

static int
fault_mkdir_at (gpointer data, int folder, const char *name, mode_t mode)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_MKDIR_AT)
             ? -1
             : self->below->mkdir_at (self->below->data, folder, name, mode);
}

static int
fault_fallocate (gpointer data, int fd, int mode, guint64 offset, guint64 length)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_FALLOCATE)
             ? -1
             : self->below->fallocate (self->below->data, fd, mode, offset, length);
}

static int
fault_ftruncate (gpointer data, int fd, guint64 length)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_FTRUNCATE)
             ? -1
             : self->below->ftruncate (self->below->data, fd, length);
}

static gint64
fault_seek (gpointer data, int fd, guint64 offset, int whence)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_SEEK)
             ? -1
             : self->below->seek (self->below->data, fd, offset, whence);
}

static int
fault_set_times (gpointer data, int fd, const struct timespec times[2])
{
  SupportDiskFault *self = data;

  return self->below->set_times (self->below->data, fd, times);
}

static int
fault_advise (gpointer data, int fd, guint64 offset, guint64 length, int advice)
{
  SupportDiskFault *self = data;

  return self->below->advise (self->below->data, fd, offset, length, advice);
}

static int
fault_lock_byte (gpointer data, int fd, guint64 offset, int type)
{
  SupportDiskFault *self = data;

  return fails (self, SUPPORT_DISK_LOCK_BYTE)
             ? -1
             : self->below->lock_byte (self->below->data, fd, offset, type);
}

static const ShoalDiskSyscalls fault_syscalls = {
  .open_at = fault_open_at,
  .close = fault_close,
  .preadv = fault_preadv,
  .pwritev = fault_pwritev,
  .fstat = fault_fstat,
  .stat_at = fault_stat_at,
  .fstatfs = fault_fstatfs,
  .fdatasync = fault_fdatasync,
  .fsync = fault_fsync,
  .sync_fs = fault_sync_fs,
  .start_writeback = fault_start_writeback,
  .rename_at = fault_rename_at,
  .link_at = fault_link_at,
  .unlink_at = fault_unlink_at,
  .mkdir_at = fault_mkdir_at,
  .fallocate = fault_fallocate,
  .ftruncate = fault_ftruncate,
  .seek = fault_seek,
  .set_times = fault_set_times,
  .advise = fault_advise,
  .lock_byte = fault_lock_byte,
};

SupportDiskFault *
support_disk_fault_new (const ShoalDiskSyscalls *below, guint64 seed)
{
  SupportDiskFault *self = g_new0 (SupportDiskFault, 1);

  self->below = below != NULL ? below : shoal_disk_syscalls_get_real ();
  self->table = fault_syscalls;
  self->table.data = self;
  self->room = G_MAXUINT64;
  pthread_mutex_init (&self->lock, NULL);
  pthread_cond_init (&self->released, NULL);
  shoal_base_random_init (&self->random, seed);
  return self;
}

void
support_disk_fault_free (SupportDiskFault *self)
{
  pthread_mutex_destroy (&self->lock);
  pthread_cond_destroy (&self->released);
  g_free (self);
}

const ShoalDiskSyscalls *
support_disk_fault_get_syscalls (SupportDiskFault *self)
{
  return &self->table;
}

void
support_disk_fault_fail (SupportDiskFault *self,
                         SupportDiskCall   call,
                         guint             nth,
                         guint             n_times,
                         int               error_number)
{
  Plan *plan = &self->plans[call];

  pthread_mutex_lock (&self->lock);
  plan->first = plan->n_calls + nth;
  plan->n_left = n_times;
  plan->error_number = error_number;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_fail_randomly (SupportDiskFault *self,
                                  SupportDiskCall   call,
                                  guint             one_in,
                                  int               error_number)
{
  pthread_mutex_lock (&self->lock);
  self->plans[call].one_in = one_in;
  self->plans[call].random_error_number = error_number;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_open_flags (SupportDiskFault *self, int flags)
{
  pthread_mutex_lock (&self->lock);
  self->open_flags = flags;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_heal (SupportDiskFault *self)
{
  guint i;

  pthread_mutex_lock (&self->lock);
  for (i = 0; i < SUPPORT_DISK_N_CALLS; i++)
    self->plans[i].first = self->plans[i].one_in = 0;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_short (SupportDiskFault *self, gboolean is_short)
{
  pthread_mutex_lock (&self->lock);
  self->is_short = is_short;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_rot (SupportDiskFault *self, guint one_in)
{
  pthread_mutex_lock (&self->lock);
  self->rot_one_in = one_in;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_room (SupportDiskFault *self, guint64 bytes)
{
  pthread_mutex_lock (&self->lock);
  self->room = bytes;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_sync_usec (SupportDiskFault *self, guint usec)
{
  pthread_mutex_lock (&self->lock);
  self->sync_usec = usec;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_set_write_usec (SupportDiskFault *self, guint usec)
{
  pthread_mutex_lock (&self->lock);
  self->write_usec = usec;
  pthread_mutex_unlock (&self->lock);
}

void
support_disk_fault_stall (SupportDiskFault *self, guint64 device)
{
  pthread_mutex_lock (&self->lock);
  self->stalled_device = device;
  pthread_cond_broadcast (&self->released);
  pthread_mutex_unlock (&self->lock);
}

guint
support_disk_fault_get_n_stalled (SupportDiskFault *self)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = self->n_stalled;
  pthread_mutex_unlock (&self->lock);
  return n;
}

guint
support_disk_fault_get_n_calls (SupportDiskFault *self, SupportDiskCall call)
{
  guint n;

  pthread_mutex_lock (&self->lock);
  n = self->plans[call].n_calls;
  pthread_mutex_unlock (&self->lock);
  return n;
}

int
support_disk_fault_get_n_open (SupportDiskFault *self)
{
  int n;

  pthread_mutex_lock (&self->lock);
  n = self->n_open;
  pthread_mutex_unlock (&self->lock);
  return n;
}
