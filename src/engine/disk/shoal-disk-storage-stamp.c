/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>

#include "disk/shoal-disk-storage-private.h"

/* Whether files are as we left them. */

void
shoal_disk_storage_set_changed (ShoalDiskStorage *self, guint file)
{
  shoal_disk_storage_set_state (self, file, SHOAL_DISK_FILE_CHANGED);
  atomic_store (&self->has_changed, TRUE);
}

static void
look (ShoalDiskStorage *self, guint file, const struct stat *found)
{
  if (shoal_disk_stamps_look (self->stamps, file, found))
    shoal_disk_storage_set_changed (self, file);
}

void
shoal_disk_storage_begin_write (ShoalDiskVisit *visit, guint file, int fd)
{
  struct stat st;
  int         saved = errno;

  shoal_disk_storage_note_writing (visit);
  shoal_disk_stamps_take_turn (visit->storage->stamps, file);
  if (shoal_disk_stamps_is_known (visit->storage->stamps, file) &&
      visit->syscalls->fstat (visit->syscalls->data, fd, &st) == 0)
    look (visit->storage, file, &st);
  shoal_disk_storage_set_state (
      visit->storage, file, SHOAL_DISK_FILE_OURS | SHOAL_DISK_FILE_WRITTEN);
  errno = saved;
}

void
shoal_disk_storage_end_write (ShoalDiskVisit *visit, guint file, int fd)
{
  int saved = errno;

  shoal_disk_stamps_leave (visit->storage->stamps, file, visit->syscalls, fd);
  /* After all that changes the file, which may be its time. */
  shoal_disk_storage_clear_state (visit->storage, file, SHOAL_DISK_FILE_FLUSHED);
  shoal_disk_stamps_give_turn (visit->storage->stamps, file);
  errno = saved;
}

void
shoal_disk_storage_look (ShoalDiskVisit *visit, guint file, int fd)
{
  ShoalDiskStorage *storage = visit->storage;
  struct stat       st;
  int               saved = errno;

  if (!shoal_disk_stamps_try_turn (storage->stamps, file))
    return;
  if (visit->syscalls->fstat (visit->syscalls->data, fd, &st) == 0)
    look (storage, file, &st);
  shoal_disk_stamps_give_turn (storage->stamps, file);
  errno = saved;
}

void
shoal_disk_storage_compare (ShoalDiskStorage *self, guint file, const struct stat *found)
{
  shoal_disk_stamps_take_turn (self->stamps, file);
  look (self, file, found);
  shoal_disk_stamps_give_turn (self->stamps, file);
  shoal_disk_claims_note (self->claims, file, found);
}

void
shoal_disk_storage_accept (ShoalDiskStorage *self, guint file, const struct stat *found)
{
  shoal_disk_stamps_take_turn (self->stamps, file);
  shoal_disk_stamps_note (self->stamps, file, found);
  shoal_disk_stamps_give_turn (self->stamps, file);
  shoal_disk_claims_note (self->claims, file, found);
}

void
shoal_disk_storage_forget_stamp (ShoalDiskStorage *self, guint file)
{
  shoal_disk_stamps_take_turn (self->stamps, file);
  shoal_disk_stamps_forget (self->stamps, file);
  shoal_disk_stamps_give_turn (self->stamps, file);
  shoal_disk_claims_drop (self->claims, file);
}

/* Whether the state says so, which it says only once. */
static gboolean
take (ShoalDiskStorage *self, guint file)
{
  if ((shoal_disk_storage_get_state (self, file) & SHOAL_DISK_FILE_CHANGED) == 0)
    return FALSE;
  shoal_disk_storage_clear_state (self, file, SHOAL_DISK_FILE_CHANGED);
  return TRUE;
}

gboolean
shoal_disk_storage_take_changed (ShoalDiskStorage *self, ShoalBaseBitset *changed)
{
  gboolean are_parts;
  guint    i;

  /* Before the states are read: what changes meanwhile is found by the next call at the latest. */
  if (!atomic_exchange (&self->has_changed, FALSE))
    return FALSE;
  are_parts = take (self, self->n_files);
  for (i = 0; i < self->n_files; i++)
    if (take (self, i) ||
        (are_parts && (shoal_disk_storage_get_state (self, i) & SHOAL_DISK_FILE_IN_PARTS) != 0))
      shoal_base_bitset_set (changed, i, TRUE);
  return !shoal_base_bitset_is_empty (changed);
}

gboolean
shoal_disk_storage_has_changed (ShoalDiskStorage *self)
{
  return atomic_load (&self->has_changed);
}
