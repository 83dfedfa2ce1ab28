/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>

#include "disk/shoal-disk-storage-private.h"

/* A file that was deleted under us takes writes that nobody will ever read, and keeps its room on
 * the disk while it is open. */
static gboolean
find_open (ShoalDiskVisit *visit, guint file, gboolean for_writing, ShoalDiskCacheLoan *loan)
{
  ShoalDiskStorage *storage = visit->storage;
  struct stat       st;

  if (!shoal_disk_cache_borrow (storage->queue->cache, storage->id, file, for_writing, loan))
    return FALSE;
  if (visit->syscalls->fstat (visit->syscalls->data, loan->fd, &st) != 0 || st.st_nlink > 0)
    return TRUE;
  shoal_disk_storage_set_state (storage, file, SHOAL_DISK_FILE_LOST);
  shoal_disk_claims_drop (storage->claims, file);
  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  shoal_disk_cache_give_back (storage->queue->cache, loan);
  return FALSE;
}

/* One that was not there when it was looked at and is now was made by somebody else: it is not ours
 * to write to. An empty one may be anybody's. */
static ShoalDiskPathFlags
get_path_flags (ShoalDiskStorage *storage, guint file, gboolean for_writing)
{
  ShoalDiskPathFlags flags = SHOAL_DISK_PATH_READ;

  if (for_writing)
    flags |= SHOAL_DISK_PATH_WRITE;
  if (for_writing && (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_EXISTS) == 0)
    flags |= shoal_disk_storage_is_claimable (storage, file)
                 ? SHOAL_DISK_PATH_CREATE | SHOAL_DISK_PATH_NEW
                 : SHOAL_DISK_PATH_CREATE;
  if (file < storage->n_files && (shoal_codec_layout_get_file (storage->layout, file)->flags &
                                  SHOAL_CODEC_FILE_EXECUTABLE) != 0)
    flags |= SHOAL_DISK_PATH_EXECUTABLE;
  return flags;
}

/* What is there where nothing should be, as an errno. */
static int
find_obstacle (ShoalDiskVisit *visit, const char *path)
{
  struct stat st;

  if (shoal_disk_path_stat (&visit->base, path, &st) != 0 || S_ISREG (st.st_mode))
    return EEXIST;
  return S_ISLNK (st.st_mode) ? ELOOP : EMEDIUMTYPE;
}

static int
open_file (ShoalDiskVisit *visit, guint file, gboolean for_writing, GError **error)
{
  ShoalDiskStorage  *storage = visit->storage;
  ShoalDiskPathFlags flags = get_path_flags (storage, file, for_writing);
  const char        *path = shoal_disk_storage_get_path (storage, file);
  gboolean           is_new;
  int                fd;

  do
    fd = shoal_disk_path_open_file (&visit->base, path, flags, &is_new);
  while (fd < 0 && (errno == EMFILE || errno == ENFILE) &&
         shoal_disk_cache_make_room (storage->queue->cache));
  if (fd < 0)
    {
      if (errno == EEXIST)
        errno = find_obstacle (visit, path);
      g_propagate_error (error, shoal_disk_storage_new_error (visit, file, errno, "open"));
      return -1;
    }
  shoal_disk_storage_set_state (storage,
                                file,
                                is_new ? SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_NEW |
                                             SHOAL_DISK_FILE_DIRTY
                                       : SHOAL_DISK_FILE_EXISTS);
  if (is_new)
    shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_FLUSHED);
  return fd;
}

/* Workers of one storage make files in turn: each knows of the others' what is not somebody else's.
 */
static int
open_or_make (ShoalDiskVisit *visit, guint file, gboolean for_writing, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  int               fd;

  if (!for_writing || (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_EXISTS) != 0)
    return open_file (visit, file, for_writing, error);
  shoal_disk_queue_take_turn (storage->queue, &storage->making);
  fd = open_file (visit, file, for_writing, error);
  shoal_disk_queue_give_turn (storage->queue, &storage->making);
  return fd;
}

/* While the descriptor is kept the claim is too. */
static gboolean
claim (ShoalDiskVisit *visit, guint file, int fd, GError **error)
{
  struct stat st;

  if (visit->syscalls->fstat (visit->syscalls->data, fd, &st) != 0 ||
      shoal_disk_storage_claim (visit->storage, file, &st))
    return TRUE;
  g_propagate_error (error, shoal_disk_storage_new_claimed (visit, file));
  return FALSE;
}

/* A parts file that failed to get its header before is there, and gets it now. Others may have it
 * open by now, and write to it: they take turns with us. */
static gboolean
complete_parts (ShoalDiskVisit *visit, ShoalDiskCacheLoan *loan, GError **error)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             file = storage->n_files;
  int               result;

  shoal_disk_storage_begin_write (visit, file, loan->fd);
  result = shoal_disk_parts_write_header (storage->parts, loan->fd);
  shoal_disk_storage_end_write (visit, file, loan->fd);
  if (result == 0)
    return TRUE;
  g_propagate_error (error, shoal_disk_storage_new_error (visit, file, errno, "write"));
  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  shoal_disk_storage_close_file (visit, loan);
  shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_EXISTS);
  return FALSE;
}

gboolean
shoal_disk_storage_open (ShoalDiskVisit     *visit,
                         guint               file,
                         gboolean            for_writing,
                         ShoalDiskCacheLoan *loan,
                         GError            **error)
{
  ShoalDiskStorage *storage = visit->storage;
  gboolean          is_known;

  if (find_open (visit, file, for_writing, loan))
    return TRUE;
  is_known = (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_EXISTS) != 0;
  loan->fd = open_or_make (visit, file, for_writing, error);
  if (loan->fd < 0)
    return FALSE;
  if (for_writing && !claim (visit, file, loan->fd, error))
    {
      visit->syscalls->close (visit->syscalls->data, loan->fd);
      return FALSE;
    }
  if (!is_known && for_writing && visit->writes_whole)
    loan->slot = SHOAL_DISK_CACHE_NO_SLOT; /* nobody will write more to it */
  else
    shoal_disk_cache_lend (storage->queue->cache, storage->id, file, for_writing, loan);
  return file != storage->n_files || !for_writing || is_known ||
         complete_parts (visit, loan, error);
}

void
shoal_disk_storage_close_file (ShoalDiskVisit *visit, const ShoalDiskCacheLoan *loan)
{
  shoal_disk_cache_give_back (visit->storage->queue->cache, loan);
}
