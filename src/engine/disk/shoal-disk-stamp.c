/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-stamp.h"

#include <linux/magic.h>

#include "disk/shoal-disk-queue-private.h"

/* A clock of the kernel moves on after a millisecond at the earliest: a file whose time is closer
 * to it than this was written in the present tick, in which others' writes get the same time. */
#define TICK_NSEC (500 * 1000)

#define NSEC G_GINT64_CONSTANT (1000000000)

typedef struct
{
  gint64 size; /* −1: nothing is known */
  gint64 mtime_nsec;
} Stamp;

struct _ShoalDiskStamps
{
  ShoalDiskQueue *queue; /* unowned: outlives us */
  Stamp          *files; /* owned; each belongs to whoever has its turn */
  guint8         *turns; /* owned */
  gboolean        compares_times;
};

static const guint32 foreign_file_systems[] = {
  AFS_FS_MAGIC,     AFS_SUPER_MAGIC, CEPH_SUPER_MAGIC, CIFS_SUPER_MAGIC, CODA_SUPER_MAGIC,
  FUSE_SUPER_MAGIC, NFS_SUPER_MAGIC, SMB2_SUPER_MAGIC, SMB_SUPER_MAGIC,  V9FS_MAGIC,
};

ShoalDiskStamps *
shoal_disk_stamps_new (ShoalDiskQueue *queue, guint n_files)
{
  ShoalDiskStamps *self = g_new0 (ShoalDiskStamps, 1);
  guint            i;

  self->queue = queue;
  self->files = g_new (Stamp, n_files);
  self->turns = g_new0 (guint8, n_files);
  for (i = 0; i < n_files; i++)
    self->files[i].size = -1;
  return self;
}

void
shoal_disk_stamps_free (ShoalDiskStamps *self)
{
  g_free (self->files);
  g_free (self->turns);
  g_free (self);
}

void
shoal_disk_stamps_set_place (ShoalDiskStamps *self, const struct statfs *fs)
{
  guint i;

  self->compares_times = TRUE;
  for (i = 0; i < G_N_ELEMENTS (foreign_file_systems); i++)
    if ((guint32) fs->f_type == foreign_file_systems[i])
      self->compares_times = FALSE;
}

void
shoal_disk_stamps_take_turn (ShoalDiskStamps *self, guint file)
{
  shoal_disk_queue_take_turn (self->queue, &self->turns[file]);
}

gboolean
shoal_disk_stamps_try_turn (ShoalDiskStamps *self, guint file)
{
  return shoal_disk_queue_try_turn (self->queue, &self->turns[file]);
}

void
shoal_disk_stamps_give_turn (ShoalDiskStamps *self, guint file)
{
  shoal_disk_queue_give_turn (self->queue, &self->turns[file]);
}

static gint64
to_nsec (const struct timespec *time)
{
  return (gint64) time->tv_sec * NSEC + time->tv_nsec;
}

gboolean
shoal_disk_stamps_is_known (const ShoalDiskStamps *self, guint file)
{
  return self->files[file].size >= 0;
}

gboolean
shoal_disk_stamps_look (ShoalDiskStamps *self, guint file, const struct stat *found)
{
  Stamp before = self->files[file];

  shoal_disk_stamps_note (self, file, found);
  return before.size >= 0 &&
         (before.size != found->st_size ||
          (self->compares_times && before.mtime_nsec != self->files[file].mtime_nsec));
}

void
shoal_disk_stamps_note (ShoalDiskStamps *self, guint file, const struct stat *left)
{
  self->files[file] = (Stamp){ left->st_size, to_nsec (&left->st_mtim) };
}

/* Kernels since 6.13 give a time of its own to each write after which somebody looked: that lies
 * before the coarse clock only by chance. */
static gboolean
is_of_this_tick (const struct stat *st)
{
  struct timespec now;
  gint64          age;

  clock_gettime (CLOCK_REALTIME_COARSE, &now);
  age = to_nsec (&now) - to_nsec (&st->st_mtim);
  return age >= 0 && age < TICK_NSEC;
}

void
shoal_disk_stamps_leave (ShoalDiskStamps         *self,
                         guint                    file,
                         const ShoalDiskSyscalls *syscalls,
                         int                      fd)
{
  struct timespec times[2] = { { 0, UTIME_OMIT }, { 0, 0 } };
  struct stat     st;

  if (syscalls->fstat (syscalls->data, fd, &st) != 0)
    {
      shoal_disk_stamps_forget (self, file);
      return;
    }
  if (self->compares_times && is_of_this_tick (&st))
    {
      clock_gettime (CLOCK_REALTIME, &times[1]);
      if (syscalls->set_times (syscalls->data, fd, times) == 0 &&
          syscalls->fstat (syscalls->data, fd, &st) != 0)
        {
          shoal_disk_stamps_forget (self, file);
          return;
        }
    }
  shoal_disk_stamps_note (self, file, &st);
}

void
shoal_disk_stamps_forget (ShoalDiskStamps *self, guint file)
{
  self->files[file].size = -1;
}
