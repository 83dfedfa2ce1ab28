/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-cache.h"

#include <sys/resource.h>

#include "disk/shoal-disk-queue-private.h"

#define DEFAULT_OPEN 40
#define MIN_OPEN     4

typedef struct
{
  guint64 storage; /* 0: the slot is free */
  guint64 last_use;
  guint   file;
  guint   n_lent;
  int     fd;

  guint for_writing : 1;
  guint is_stale : 1; /* closed when given back, found by nobody */
} Slot;

/* Few enough for a walk at each use to be cheaper than a table. */
struct _ShoalDiskCache
{
  ShoalDiskQueue *queue; /* unowned: it owns us */
  Slot           *slots; /* owned */
  guint           n_slots;
  guint64         clock;
};

static guint
get_limit (guint max_open)
{
  struct rlimit limit;
  guint64       n = max_open > 0 ? max_open : DEFAULT_OPEN;

  if (getrlimit (RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur != RLIM_INFINITY)
    n = MIN (n, limit.rlim_cur / 8);
  return MAX ((guint) n, MIN_OPEN);
}

ShoalDiskCache *
shoal_disk_cache_new (ShoalDiskQueue *queue, guint max_open)
{
  ShoalDiskCache *self = g_new0 (ShoalDiskCache, 1);

  self->queue = queue;
  self->n_slots = get_limit (max_open);
  self->slots = g_new0 (Slot, self->n_slots);
  return self;
}

static void
close_fd (ShoalDiskCache *self, int fd)
{
  if (fd >= 0)
    self->queue->syscalls->close (self->queue->syscalls->data, fd);
}

void
shoal_disk_cache_free (ShoalDiskCache *self)
{
  guint i;

  for (i = 0; i < self->n_slots; i++)
    if (self->slots[i].storage != 0)
      {
        g_assert (self->slots[i].n_lent == 0);
        close_fd (self, self->slots[i].fd);
      }
  g_free (self->slots);
  g_free (self);
}

gboolean
shoal_disk_cache_borrow (ShoalDiskCache     *self,
                         guint64             storage,
                         guint               file,
                         gboolean            for_writing,
                         ShoalDiskCacheLoan *out)
{
  Slot *slot;
  guint i;

  shoal_disk_queue_lock_shared (self->queue);
  for (i = 0; i < self->n_slots; i++)
    {
      slot = &self->slots[i];
      if (slot->storage == storage && slot->file == file && !slot->is_stale &&
          (slot->for_writing || !for_writing))
        break;
    }
  if (i < self->n_slots)
    {
      slot->n_lent++;
      slot->last_use = ++self->clock;
      *out = (ShoalDiskCacheLoan){ .fd = slot->fd, .slot = i };
    }
  shoal_disk_queue_unlock_shared (self->queue);
  return i < self->n_slots;
}

/* Lock held. Frees the slot; whoever calls closes what is returned, without the lock. */
static int
vacate (Slot *slot)
{
  slot->storage = 0;
  return slot->fd;
}

/* Lock held. A free slot, else the one not used for longest, unless all are lent. */
static Slot *
find_victim (ShoalDiskCache *self)
{
  Slot *victim = NULL;
  Slot *slot;

  for (slot = self->slots; slot < self->slots + self->n_slots; slot++)
    {
      if (slot->storage == 0)
        return slot;
      if (slot->n_lent == 0 && (victim == NULL || slot->last_use < victim->last_use))
        victim = slot;
    }
  return victim;
}

/* Lock held. Marks what matches, and returns a descriptor to close, or -1 when all is done. */
static int
drop_next (ShoalDiskCache *self, guint64 storage, guint file, gboolean only_readers)
{
  Slot *slot;

  for (slot = self->slots; slot < self->slots + self->n_slots; slot++)
    if (slot->storage == storage && (file == SHOAL_DISK_CACHE_ALL || slot->file == file) &&
        !(only_readers && slot->for_writing))
      {
        slot->is_stale = TRUE;
        if (slot->n_lent == 0)
          return vacate (slot);
      }
  return -1;
}

static void
drop (ShoalDiskCache *self, guint64 storage, guint file, gboolean only_readers)
{
  int fd;

  do
    {
      shoal_disk_queue_lock_shared (self->queue);
      fd = drop_next (self, storage, file, only_readers);
      shoal_disk_queue_unlock_shared (self->queue);
      close_fd (self, fd);
    }
  while (fd >= 0);
}

void
shoal_disk_cache_lend (ShoalDiskCache     *self,
                       guint64             storage,
                       guint               file,
                       gboolean            for_writing,
                       ShoalDiskCacheLoan *loan)
{
  int   old_fd = -1;
  Slot *slot;

  /* There may be several: jobs that missed the file at the same moment each opened it. */
  if (for_writing)
    drop (self, storage, file, TRUE);
  shoal_disk_queue_lock_shared (self->queue);
  slot = find_victim (self);
  loan->slot = SHOAL_DISK_CACHE_NO_SLOT;
  if (slot != NULL)
    {
      old_fd = slot->storage != 0 ? vacate (slot) : -1;
      *slot = (Slot){ .storage = storage,
                      .last_use = ++self->clock,
                      .file = file,
                      .n_lent = 1,
                      .fd = loan->fd,
                      .for_writing = for_writing };
      loan->slot = (guint) (slot - self->slots);
    }
  shoal_disk_queue_unlock_shared (self->queue);
  close_fd (self, old_fd);
}

void
shoal_disk_cache_give_back (ShoalDiskCache *self, const ShoalDiskCacheLoan *loan)
{
  Slot *slot;
  int   fd = -1;

  if (loan->slot == SHOAL_DISK_CACHE_NO_SLOT)
    {
      close_fd (self, loan->fd);
      return;
    }
  slot = &self->slots[loan->slot];
  shoal_disk_queue_lock_shared (self->queue);
  g_assert (slot->n_lent > 0 && slot->fd == loan->fd);
  if (--slot->n_lent == 0 && slot->is_stale)
    fd = vacate (slot);
  shoal_disk_queue_unlock_shared (self->queue);
  close_fd (self, fd);
}

void
shoal_disk_cache_drop (ShoalDiskCache *self, guint64 storage, guint file)
{
  drop (self, storage, file, FALSE);
}

gboolean
shoal_disk_cache_make_room (ShoalDiskCache *self)
{
  Slot *slot;
  int   fd = -1;

  shoal_disk_queue_lock_shared (self->queue);
  for (slot = self->slots; slot < self->slots + self->n_slots && fd < 0; slot++)
    if (slot->storage != 0 && slot->n_lent == 0)
      fd = vacate (slot);
  shoal_disk_queue_unlock_shared (self->queue);
  close_fd (self, fd);
  return fd >= 0;
}

guint
shoal_disk_cache_get_n_open (ShoalDiskCache *self)
{
  guint i, n = 0;

  shoal_disk_queue_lock_shared (self->queue);
  for (i = 0; i < self->n_slots; i++)
    n += self->slots[i].storage != 0;
  shoal_disk_queue_unlock_shared (self->queue);
  return n;
}
