/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The first byte says whether the rest is a whole parts file, or what follows the header that it
 * should have. Whatever it holds, no two pieces come to share a slot. */

#include "fuzz-target.h"

#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "disk/shoal-disk-parts.h"

#define N_PIECES     40
#define N_FILES      7
#define PIECE_LENGTH 16384
#define HEADER_SIZE  64

static int
put_in_file (ShoalDiskParts *parts, const uint8_t *data, size_t size)
{
  int     fd = memfd_create ("parts", MFD_CLOEXEC);
  guint64 offset = 0;

  if (fd < 0)
    abort ();
  if ((data[0] & 1) != 0)
    {
      offset = HEADER_SIZE;
      if (shoal_disk_parts_write_header (parts, fd) != 0)
        abort ();
    }
  if (pwrite (fd, data + 1, size - 1, (off_t) offset) != (gssize) (size - 1))
    abort ();
  return fd;
}

static void
assert_apart (ShoalDiskParts *parts)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_direct_hash, g_direct_equal);
  guint64 offset;
  guint   piece;

  for (piece = 0; piece < N_PIECES; piece++)
    if (shoal_disk_parts_find (parts, piece, &offset))
      {
        if (offset % 4096 != 0 || offset < 4096 ||
            !g_hash_table_add (seen, GSIZE_TO_POINTER (offset)))
          abort ();
      }
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  static ShoalDiskQueue *queue;
  ShoalDiskQueueOptions  options = { .n_workers = 2 };
  ShoalInfoHashes        hashes = { .has_v1 = 1 };
  ShoalDiskParts        *parts;
  guint8                 marks[N_FILES];
  int                    fd;
  guint                  piece;

  if (size == 0)
    return 0;
  if (queue == NULL)
    queue = shoal_disk_queue_new (&options);
  parts = shoal_disk_parts_new (queue, &hashes, PIECE_LENGTH, N_PIECES, N_FILES);
  fd = put_in_file (parts, data, size);
  if (!shoal_disk_parts_load (parts, fd, marks) && !shoal_disk_parts_is_empty (parts))
    abort ();
  assert_apart (parts);
  for (piece = 0; piece < N_PIECES; piece += 3)
    shoal_disk_parts_forget (parts, piece);
  for (piece = 0; piece < N_PIECES; piece += 2)
    shoal_disk_parts_reserve (parts, piece);
  assert_apart (parts);
  shoal_disk_parts_free (parts);
  close (fd);
  return 0;
}
