/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-parts.h"

#include <errno.h>
#include <string.h>

#include "disk/shoal-disk-queue-private.h"

#define HEADER_SIZE   64
#define VERSION       1
#define PAGE          4096
#define HASH_SIZE     32
#define LOAD_AT_ONCE  16384
#define SIZE_OF_ENTRY 4

static const char magic[8] = { 'S', 'H', 'O', 'A', 'L', 'P', 'R', 'T' };

struct _ShoalDiskParts
{
  ShoalDiskQueue *queue; /* unowned: outlives us */
  guint8          hash[HASH_SIZE];
  guint32         piece_length;
  guint           n_pieces;
  guint           n_files;
  guint64         data_offset; /* of the first slot */

  /* Guarded by the shared lock. */
  GHashTable *slots; /* owned: piece → slot */
  GArray     *idle;  /* owned: slots below n_slots that are free */
  guint       n_slots;
};

static guint64
get_marks_offset (const ShoalDiskParts *self)
{
  return HEADER_SIZE + (guint64) SIZE_OF_ENTRY * self->n_pieces;
}

ShoalDiskParts *
shoal_disk_parts_new (ShoalDiskQueue        *queue,
                      const ShoalInfoHashes *hashes,
                      guint32                piece_length,
                      guint                  n_pieces,
                      guint                  n_files)
{
  ShoalDiskParts *self = g_new0 (ShoalDiskParts, 1);

  self->queue = queue;
  self->piece_length = piece_length;
  self->n_pieces = n_pieces;
  self->n_files = n_files;
  self->data_offset = (get_marks_offset (self) + n_files + PAGE) / PAGE * PAGE;
  if (hashes->has_v1)
    memcpy (self->hash, hashes->v1.bytes, sizeof hashes->v1.bytes);
  else
    memcpy (self->hash, hashes->v2.bytes, sizeof hashes->v2.bytes);
  self->slots = g_hash_table_new (g_direct_hash, g_direct_equal);
  self->idle = g_array_new (FALSE, FALSE, sizeof (guint));
  return self;
}

void
shoal_disk_parts_free (ShoalDiskParts *self)
{
  g_hash_table_unref (self->slots);
  g_array_unref (self->idle);
  g_free (self);
}

static void
put_le32 (guint8 *out, guint32 value)
{
  value = GUINT32_TO_LE (value);
  memcpy (out, &value, sizeof value);
}

static guint32
get_le32 (const guint8 *data)
{
  guint32 value;

  memcpy (&value, data, sizeof value);
  return GUINT32_FROM_LE (value);
}

static void
make_header (const ShoalDiskParts *self, guint8 header[HEADER_SIZE])
{
  memset (header, 0, HEADER_SIZE);
  memcpy (header, magic, sizeof magic);
  put_le32 (header + 8, VERSION);
  put_le32 (header + 12, self->piece_length);
  put_le32 (header + 16, self->n_pieces);
  put_le32 (header + 20, self->n_files);
  memcpy (header + 24, self->hash, HASH_SIZE);
}

static gboolean
read_all (ShoalDiskParts *self, int fd, guint64 offset, guint8 *out, gsize len)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;
  struct iovec             iov;
  gssize                   n;

  while (len > 0)
    {
      iov = (struct iovec){ out, len };
      n = syscalls->preadv (syscalls->data, fd, &iov, 1, offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n == 0)
        errno = 0;
      if (n <= 0)
        return FALSE;
      out += n;
      offset += (guint64) n;
      len -= (gsize) n;
    }
  return TRUE;
}

static int
write_all (ShoalDiskParts *self, int fd, guint64 offset, guint8 *data, gsize len)
{
  return shoal_disk_syscalls_write_all (self->queue->syscalls, fd, offset, data, len);
}

void
shoal_disk_parts_clear (ShoalDiskParts *self)
{
  shoal_disk_queue_lock_shared (self->queue);
  g_hash_table_remove_all (self->slots);
  g_array_set_size (self->idle, 0);
  self->n_slots = 0;
  shoal_disk_queue_unlock_shared (self->queue);
}

/* Takes over entries of the table from @first on. A slot lies below the number of pieces: whoever
 * wrote a larger one was not us. */
static gboolean
take_entries (ShoalDiskParts *self, guint first, const guint8 *data, guint n)
{
  guint   i;
  guint32 slot;

  for (i = 0; i < n; i++)
    {
      slot = get_le32 (data + i * SIZE_OF_ENTRY);
      if (slot > self->n_pieces)
        return FALSE;
      if (slot == 0)
        continue;
      shoal_disk_queue_lock_shared (self->queue);
      g_hash_table_insert (self->slots, GUINT_TO_POINTER (first + i), GUINT_TO_POINTER (slot - 1));
      self->n_slots = MAX (self->n_slots, slot);
      shoal_disk_queue_unlock_shared (self->queue);
    }
  return TRUE;
}

static gboolean
load_table (ShoalDiskParts *self, int fd)
{
  g_autofree guint8 *data = g_malloc (LOAD_AT_ONCE * SIZE_OF_ENTRY);
  guint              first, n;

  for (first = 0; first < self->n_pieces; first += n)
    {
      n = MIN (self->n_pieces - first, LOAD_AT_ONCE);
      if (!read_all (self,
                     fd,
                     HEADER_SIZE + (guint64) first * SIZE_OF_ENTRY,
                     data,
                     (gsize) n * SIZE_OF_ENTRY))
        return FALSE;
      errno = 0;
      if (!take_entries (self, first, data, n))
        return FALSE;
    }
  return TRUE;
}

/* Slots that no piece has are free. Of two pieces with one slot nobody knows whose bytes are in it:
 * a lost write of the table can do that, and both have lost theirs. */
static void
find_idle_slots (ShoalDiskParts *self)
{
  g_autofree guint8 *n_users = g_malloc0 ((gsize) self->n_slots + 1);
  GHashTableIter     iter;
  gpointer           slot;
  guint              i;

  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    n_users[GPOINTER_TO_UINT (slot)] = MIN (n_users[GPOINTER_TO_UINT (slot)] + 1, 2);
  g_hash_table_iter_init (&iter, self->slots);
  while (g_hash_table_iter_next (&iter, NULL, &slot))
    if (n_users[GPOINTER_TO_UINT (slot)] > 1)
      g_hash_table_iter_remove (&iter);
  for (i = 0; i < self->n_slots; i++)
    if (n_users[i] != 1)
      g_array_append_val (self->idle, i);
}

gboolean
shoal_disk_parts_load (ShoalDiskParts *self, int fd, guint8 *marks)
{
  guint8   header[HEADER_SIZE], expected[HEADER_SIZE];
  gboolean is_good;

  shoal_disk_parts_clear (self);
  make_header (self, expected);
  if (!read_all (self, fd, 0, header, HEADER_SIZE))
    return FALSE;
  errno = 0;
  if (memcmp (header, expected, HEADER_SIZE) != 0)
    return FALSE;
  is_good =
      load_table (self, fd) && read_all (self, fd, get_marks_offset (self), marks, self->n_files);
  if (is_good)
    {
      shoal_disk_queue_lock_shared (self->queue);
      find_idle_slots (self);
      shoal_disk_queue_unlock_shared (self->queue);
    }
  if (!is_good)
    shoal_disk_parts_clear (self);
  return is_good;
}

gboolean
shoal_disk_parts_find (ShoalDiskParts *self, guint piece, guint64 *offset)
{
  gpointer slot;
  gboolean has_slot;

  shoal_disk_queue_lock_shared (self->queue);
  has_slot = g_hash_table_lookup_extended (self->slots, GUINT_TO_POINTER (piece), NULL, &slot);
  shoal_disk_queue_unlock_shared (self->queue);
  if (has_slot)
    *offset = self->data_offset + (guint64) GPOINTER_TO_UINT (slot) * self->piece_length;
  return has_slot;
}

guint64
shoal_disk_parts_reserve (ShoalDiskParts *self, guint piece)
{
  guint64 offset;
  guint   slot;

  if (shoal_disk_parts_find (self, piece, &offset))
    return offset;
  shoal_disk_queue_lock_shared (self->queue);
  if (self->idle->len > 0)
    {
      slot = g_array_index (self->idle, guint, self->idle->len - 1);
      g_array_set_size (self->idle, self->idle->len - 1);
    }
  else
    slot = self->n_slots++;
  g_hash_table_insert (self->slots, GUINT_TO_POINTER (piece), GUINT_TO_POINTER (slot));
  shoal_disk_queue_unlock_shared (self->queue);
  return self->data_offset + (guint64) slot * self->piece_length;
}

void
shoal_disk_parts_forget (ShoalDiskParts *self, guint piece)
{
  gpointer value;
  guint    slot;

  shoal_disk_queue_lock_shared (self->queue);
  if (g_hash_table_steal_extended (self->slots, GUINT_TO_POINTER (piece), NULL, &value))
    {
      slot = GPOINTER_TO_UINT (value);
      g_array_append_val (self->idle, slot);
    }
  shoal_disk_queue_unlock_shared (self->queue);
}

gboolean
shoal_disk_parts_is_empty (ShoalDiskParts *self)
{
  gboolean is_empty;

  shoal_disk_queue_lock_shared (self->queue);
  is_empty = g_hash_table_size (self->slots) == 0;
  shoal_disk_queue_unlock_shared (self->queue);
  return is_empty;
}

/* The file reaches to the first slot at once, so that the table reads as zeros. */
int
shoal_disk_parts_write_header (ShoalDiskParts *self, int fd)
{
  guint8 header[HEADER_SIZE];
  guint8 last = 0;

  make_header (self, header);
  if (write_all (self, fd, self->data_offset - 1, &last, 1) != 0)
    return -1;
  return write_all (self, fd, 0, header, HEADER_SIZE);
}

int
shoal_disk_parts_record (ShoalDiskParts *self, int fd, guint piece)
{
  guint8  entry[SIZE_OF_ENTRY];
  guint64 offset;
  guint32 value = 0;

  if (shoal_disk_parts_find (self, piece, &offset))
    value = 1 + (guint32) ((offset - self->data_offset) / self->piece_length);
  put_le32 (entry, value);
  return write_all (self, fd, HEADER_SIZE + (guint64) piece * SIZE_OF_ENTRY, entry, SIZE_OF_ENTRY);
}

int
shoal_disk_parts_mark (ShoalDiskParts *self, int fd, guint file, ShoalDiskPartsMark mark)
{
  guint8 byte = mark;

  return write_all (self, fd, get_marks_offset (self) + file, &byte, 1);
}
