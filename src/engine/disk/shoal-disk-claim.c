/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-claim.h"

#include <errno.h>
#include <fcntl.h>

#include "disk/shoal-disk-queue-private.h"

/* Never removed: two who had different ones would not see each other. */
#define COMMON_NAME "files.lock"

/* A storage claims so many files at most. The kernel walks a list of those whose inodes are not in
 * a row: with so many, in half a millisecond. */
#define MAX_HELD 32768

typedef struct
{
  guint64 place; /* its byte in the common file; 0: not known */
  guint8  held;  /* of ShoalDiskClaim */
} Entry;

struct _ShoalDiskClaims
{
  ShoalDiskQueue *queue;   /* unowned: outlives us */
  Entry          *entries; /* owned */
  guint           n_held;
  int             fd;      /* of the common file; −1: not open so far */
  guint8          turn;    /* whose all of this is */
  gboolean        is_told; /* that nothing can be claimed */
};

ShoalDiskClaims *
shoal_disk_claims_new (ShoalDiskQueue *queue, guint n_files)
{
  ShoalDiskClaims *self = g_new0 (ShoalDiskClaims, 1);

  self->queue = queue;
  self->entries = g_new0 (Entry, n_files);
  self->fd = -1;
  return self;
}

void
shoal_disk_claims_free (ShoalDiskClaims *self)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;

  if (self->fd >= 0)
    syscalls->close (syscalls->data, self->fd);
  g_free (self->entries);
  g_free (self);
}

/* Files made one after the other have inodes in a row: the kernel keeps their bytes as one lock, so
 * that thousands of them are no long list. An offset has 63 bits. */
static guint64
get_place (const struct stat *found)
{
  guint64 device = found->st_dev * G_GUINT64_CONSTANT (0x9e3779b97f4a7c15);

  return (((device >> 32) << 32) ^ found->st_ino) & G_MAXINT64;
}

static void
tell (ShoalDiskClaims *self, const char *reason)
{
  if (!self->is_told)
    g_message ("whether other torrents use the same files cannot be told: %s", reason);
  self->is_told = TRUE;
}

static gboolean
open_common (ShoalDiskClaims *self)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = NULL;
  g_autofree char *path = NULL;

  if (self->fd >= 0 || self->queue->dup_lock_folder == NULL)
    return self->fd >= 0;
  folder = self->queue->dup_lock_folder (&error);
  if (folder == NULL)
    {
      tell (self, error->message);
      return FALSE;
    }
  path = g_build_filename (folder, COMMON_NAME, NULL);
  do
    self->fd = syscalls->open_at (
        syscalls->data, AT_FDCWD, path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  while (self->fd < 0 && (errno == EMFILE || errno == ENFILE) &&
         shoal_disk_cache_make_room (self->queue->cache));
  if (self->fd < 0)
    tell (self, g_strerror (errno));
  return self->fd >= 0;
}

/* FALSE only if another has it. */
static gboolean
set_lock (ShoalDiskClaims *self, guint64 place, ShoalDiskClaim claim)
{
  static const int         types[] = { F_UNLCK, F_RDLCK, F_WRLCK };
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;

  if (!open_common (self) ||
      syscalls->lock_byte (syscalls->data, self->fd, place, types[claim]) == 0)
    return TRUE;
  if (errno == EAGAIN || errno == EACCES)
    return FALSE;
  tell (self, g_strerror (errno));
  return TRUE;
}

static void
let_go (ShoalDiskClaims *self, Entry *entry)
{
  if (entry->held == SHOAL_DISK_CLAIM_NONE)
    return;
  set_lock (self, entry->place, SHOAL_DISK_CLAIM_NONE);
  entry->held = SHOAL_DISK_CLAIM_NONE;
  self->n_held--;
}

static gboolean
take (ShoalDiskClaims *self, Entry *entry, ShoalDiskClaim claim)
{
  gboolean is_first = entry->held == SHOAL_DISK_CLAIM_NONE;

  if (entry->held >= claim || entry->place == 0 || (is_first && self->n_held >= MAX_HELD))
    return TRUE;
  if (!set_lock (self, entry->place, claim))
    return FALSE;
  self->n_held += is_first;
  entry->held = claim;
  return TRUE;
}

/* A claim goes with the file from place to place. */
static void
note (ShoalDiskClaims *self, Entry *entry, const struct stat *found)
{
  ShoalDiskClaim held = entry->held;
  guint64        place = get_place (found);

  if (entry->place == place)
    return;
  let_go (self, entry);
  entry->place = place;
  take (self, entry, held);
}

void
shoal_disk_claims_note (ShoalDiskClaims *self, guint file, const struct stat *found)
{
  shoal_disk_queue_take_turn (self->queue, &self->turn);
  note (self, &self->entries[file], found);
  shoal_disk_queue_give_turn (self->queue, &self->turn);
}

gboolean
shoal_disk_claims_take (ShoalDiskClaims   *self,
                        guint              file,
                        const struct stat *found,
                        ShoalDiskClaim     claim)
{
  Entry   *entry = &self->entries[file];
  gboolean is_ours;

  shoal_disk_queue_take_turn (self->queue, &self->turn);
  if (found != NULL)
    note (self, entry, found);
  is_ours = take (self, entry, claim);
  shoal_disk_queue_give_turn (self->queue, &self->turn);
  return is_ours;
}

void
shoal_disk_claims_release (ShoalDiskClaims *self, guint file)
{
  shoal_disk_queue_take_turn (self->queue, &self->turn);
  let_go (self, &self->entries[file]);
  shoal_disk_queue_give_turn (self->queue, &self->turn);
}

void
shoal_disk_claims_drop (ShoalDiskClaims *self, guint file)
{
  shoal_disk_queue_take_turn (self->queue, &self->turn);
  let_go (self, &self->entries[file]);
  self->entries[file].place = 0;
  shoal_disk_queue_give_turn (self->queue, &self->turn);
}
