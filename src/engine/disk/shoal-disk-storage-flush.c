/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/magic.h>
#include <sys/statvfs.h>

#include "disk/shoal-disk-storage-private.h"

/* Where many files wait for a sync, the whole file system is synced at once: that costs as much as
 * a few of them, and does not open each again. What others have written there is waited for too,
 * which a sync of one file mostly does as well. */
#define MIN_FILES 64

/* Where that takes so long, somebody writes much there. A checkpoint has to end in time, also that
 * of a program that is to end: until the folder is looked at anew, only our own files are waited
 * for. */
#define SLOW_USEC G_USEC_PER_SEC

/* What shoal_disk_storage_note_writing() has in place of a descriptor. */
enum
{
  NOT_WRITTEN = SHOAL_DISK_STORAGE_NOT_WRITTEN,
  NOT_TO_BE_HAD = -2, /* until the next time that nothing waits for a sync */
};

/* Those of which it is known that syncing them leaves data, names and times on the device, and not
 * in its cache. */
static const guint32 known_file_systems[] = {
  EXT4_SUPER_MAGIC,
  BTRFS_SUPER_MAGIC,
  TMPFS_MAGIC,
};

void
shoal_disk_storage_set_file_system (ShoalDiskStorage *self, const struct statfs *fs)
{
  guint i;

  shoal_disk_stamps_set_place (self->stamps, fs);
  atomic_store (&self->flushes, FALSE);
  for (i = 0; i < G_N_ELEMENTS (known_file_systems); i++)
    if ((guint32) fs->f_type == known_file_systems[i])
      atomic_store (&self->flushes,
                    self->n_files >= MIN_FILES && self->queue->syscalls->sync_fs != NULL);
}

/* The kernel tells a descriptor of what went wrong since it was opened. */
void
shoal_disk_storage_note_writing (ShoalDiskVisit *visit)
{
  ShoalDiskStorage        *storage = visit->storage;
  const ShoalDiskSyscalls *syscalls = visit->syscalls;
  int                      expected = NOT_WRITTEN, fd;

  if (!atomic_load (&storage->flushes) || atomic_load (&storage->flush_fd) != NOT_WRITTEN)
    return;
  fd = syscalls->open_at (
      syscalls->data, visit->base.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
  if (!atomic_compare_exchange_strong (
          &storage->flush_fd, &expected, fd >= 0 ? fd : NOT_TO_BE_HAD) &&
      fd >= 0)
    syscalls->close (syscalls->data, fd);
}

static void
end_writing (ShoalDiskStorage *self, int next)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;
  int                      fd = atomic_exchange (&self->flush_fd, next);

  if (fd >= 0)
    syscalls->close (syscalls->data, fd);
}

void
shoal_disk_storage_leave_file_system (ShoalDiskStorage *self)
{
  end_writing (self, NOT_TO_BE_HAD);
}

void
shoal_disk_storage_end_sync (ShoalDiskStorage *self)
{
  guint i;

  for (i = 0; i <= self->n_files; i++)
    if ((shoal_disk_storage_get_state (self, i) &
         (SHOAL_DISK_FILE_DIRTY | SHOAL_DISK_FILE_NEW | SHOAL_DISK_FILE_LOST)) != 0)
      return;
  end_writing (self, NOT_WRITTEN);
}

/* Marks all that wait; whoever writes to one of them takes its mark away afterwards. */
static guint
mark_all (ShoalDiskStorage *self)
{
  guint i, n = 0;

  for (i = 0; i <= self->n_files; i++)
    {
      shoal_disk_storage_clear_state (self, i, SHOAL_DISK_FILE_FLUSHED);
      if ((shoal_disk_storage_get_state (self, i) &
           (SHOAL_DISK_FILE_DIRTY | SHOAL_DISK_FILE_IN_PARTS | SHOAL_DISK_FILE_LOST)) !=
          SHOAL_DISK_FILE_DIRTY)
        continue;
      shoal_disk_storage_set_state (self, i, SHOAL_DISK_FILE_FLUSHED);
      n++;
    }
  return n;
}

/* One that went read-only after an error syncs nothing any more, and yet says that all is well. */
static int
sync_file_system (const ShoalDiskSyscalls *syscalls, int fd)
{
  struct statfs fs;

  if (syscalls->sync_fs (syscalls->data, fd) != 0 ||
      syscalls->fstatfs (syscalls->data, fd, &fs) != 0)
    return -1;
  if ((fs.f_flags & ST_RDONLY) == 0)
    return 0;
  errno = EROFS;
  return -1;
}

gboolean
shoal_disk_storage_flush (ShoalDiskVisit *visit)
{
  ShoalDiskStorage        *storage = visit->storage;
  const ShoalDiskSyscalls *syscalls = visit->syscalls;
  guint                    n = mark_all (storage);
  int                      fd = atomic_load (&storage->flush_fd);
  gint64                   begin_usec = g_get_monotonic_time ();
  gboolean                 is_done;
  guint                    i;

  if (n >= MIN_FILES && atomic_load (&storage->flushes) && fd >= 0)
    {
      is_done = sync_file_system (syscalls, fd) == 0;
      if (g_get_monotonic_time () - begin_usec > SLOW_USEC)
        atomic_store (&storage->flushes, FALSE);
      if (is_done)
        return TRUE;
      g_message (
          "cannot sync the file system of %s at once: %s", storage->folder, g_strerror (errno));
      end_writing (storage, NOT_TO_BE_HAD); /* it has told what it knew */
    }
  for (i = 0; i <= storage->n_files; i++)
    shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_FLUSHED);
  return FALSE;
}
