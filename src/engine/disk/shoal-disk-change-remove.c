/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "disk/shoal-disk-change-private.h"

/* Others get their turn after so many files. */
#define FILES_PER_STEP 256

/* Removing, or looking for what is in the way: a walk over all files. */
typedef struct
{
  ShoalDiskChangeOp change;
  char             *folder; /* owned; NULL: the storage's own */
  GHashTable       *kept;   /* owned: paths of files that stay; or NULL */
  guint             next;
} WalkOp;

static void
fail (WalkOp *self, ShoalDiskVisit *visit, guint file, const char *doing)
{
  if (self->change.op.error == NULL)
    self->change.op.error = shoal_disk_storage_new_error (visit, file, errno, doing);
}

/* An empty file that is empty is what it should be, without having been looked into. */
static gboolean
is_ours (ShoalDiskStorage *storage, guint file, const struct stat *st)
{
  guint state = shoal_disk_storage_get_state (storage, file);

  if (file == storage->n_files || (state & SHOAL_DISK_FILE_OURS) != 0)
    return TRUE;
  return (state & SHOAL_DISK_FILE_WANTED) != 0 && st->st_size == 0 &&
         shoal_codec_layout_get_file (storage->layout, file)->length == 0;
}

static gboolean
is_kept (WalkOp *self, ShoalDiskStorage *storage, const char *path)
{
  g_autofree char *full = NULL;

  if (self->kept == NULL || g_hash_table_size (self->kept) == 0)
    return FALSE;
  full = g_canonicalize_filename (path, storage->folder);
  return g_hash_table_contains (self->kept, full);
}

/* Only regular files are ours: a symlink in a file's place was put there by somebody else. So was
 * one that nothing was written to, and nothing in it right, and what another torrent keeps its data
 * in. */
static void
remove_file (WalkOp *self, ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage *storage = visit->storage;
  const char       *path = shoal_disk_storage_get_path (storage, file);
  struct stat       st;

  if (file < storage->n_files && !shoal_disk_storage_is_real (storage, file))
    return;
  if (shoal_disk_path_stat (&visit->base, path, &st) != 0)
    {
      if (errno != ENOENT && errno != ENOTDIR && errno != ELOOP && errno != ENAMETOOLONG)
        fail (self, visit, file, "look at");
      return;
    }
  if (!S_ISREG (st.st_mode) || !is_ours (storage, file, &st) || is_kept (self, storage, path) ||
      (file < storage->n_files && !shoal_disk_storage_claim (storage, file, &st)))
    return;
  if (shoal_disk_path_unlink (&visit->base, path, 0) != 0)
    {
      fail (self, visit, file, "remove");
      return;
    }
  shoal_disk_claims_drop (storage->claims, file);
  self->change.bytes += (guint64) st.st_size;
  shoal_disk_storage_clear_state (storage,
                                  file,
                                  SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_DIRTY |
                                      SHOAL_DISK_FILE_NEW | SHOAL_DISK_FILE_MARKED |
                                      SHOAL_DISK_FILE_OURS);
}

/* Folders go from the innermost outwards: longer paths first does that. */
static int
compare_lengths (gconstpointer a, gconstpointer b)
{
  return (int) strlen (*(const char *const *) b) - (int) strlen (*(const char *const *) a);
}

GPtrArray *
shoal_disk_change_list_folders (ShoalDiskStorage *storage)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GPtrArray *folders = g_ptr_array_new_with_free_func (g_free);
  guint      i;

  for (i = 0; i < storage->n_files; i++)
    {
      g_autofree char *path = g_strdup (shoal_disk_storage_get_path (storage, i));
      char            *slash;

      while ((slash = strrchr (path, '/')) != NULL)
        {
          *slash = '\0';
          if (!g_hash_table_add (seen, g_strdup (path)))
            break;
          g_ptr_array_add (folders, g_strdup (path));
        }
    }
  g_ptr_array_sort (folders, compare_lengths);
  return folders;
}

static void
remove_folders (WalkOp *self, ShoalDiskVisit *visit)
{
  g_autoptr (GPtrArray) folders = shoal_disk_change_list_folders (visit->storage);
  const char *folder;
  guint       i;

  for (i = 0; i < folders->len; i++)
    shoal_disk_path_unlink (&visit->base, g_ptr_array_index (folders, i), AT_REMOVEDIR);
  g_ptr_array_add (folders, NULL); /* the base */
  for (i = 0; i < folders->len && self->change.op.error == NULL; i++)
    {
      folder = g_ptr_array_index (folders, i);
      if (shoal_disk_path_sync_folder (&visit->base, folder) != 0 &&
          (folder == NULL || (errno != ENOENT && errno != ENOTDIR && errno != ELOOP)))
        {
          g_autofree char *full = shoal_disk_path_dup_full (&visit->base, folder);

          self->change.op.error = shoal_disk_error_new_errno (errno, "sync", full);
        }
    }
}

static ShoalDiskStep
step_remove (ShoalDiskJob *job)
{
  WalkOp           *self = (WalkOp *) job;
  ShoalDiskStorage *storage = self->change.op.storage;
  ShoalDiskVisit    visit;
  guint             end = MIN (self->next + FILES_PER_STEP, storage->n_files + 1);

  shoal_disk_cache_drop (storage->queue->cache, storage->id, SHOAL_DISK_CACHE_ALL);
  if (!shoal_disk_change_enter (&self->change, &visit, &self->change.op.error))
    return SHOAL_DISK_STEP_DONE;
  for (; self->next < end; self->next++)
    remove_file (self, &visit, self->next);
  if (self->next > storage->n_files)
    {
      shoal_disk_parts_clear (storage->parts);
      remove_folders (self, &visit);
    }
  shoal_disk_storage_leave (&visit);
  return self->next > storage->n_files ? SHOAL_DISK_STEP_DONE : SHOAL_DISK_STEP_IO;
}

static void
finish_walk (ShoalDiskJob *job, gboolean is_cancelled)
{
  WalkOp *self = (WalkOp *) job;

  shoal_disk_change_answer (&self->change, is_cancelled);
  g_free (self->folder);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  g_free (self);
}

static const ShoalDiskJobOps remove_ops = { "remove files", step_remove, finish_walk };

static WalkOp *
new_walk (ShoalDiskChangeFunc func, gpointer user_data)
{
  WalkOp *self = g_new0 (WalkOp, 1);

  self->change.func = func;
  self->change.op.user_data = user_data;
  self->change.op.job.next = SHOAL_DISK_STEP_IO;
  self->change.op.job.is_bulk = TRUE;
  return self;
}

ShoalDiskTicket
shoal_disk_change_remove (ShoalDiskStorage   *storage,
                          GHashTable         *kept,
                          ShoalDiskChangeFunc func,
                          gpointer            user_data)
{
  WalkOp *op = new_walk (func, user_data);

  op->kept = kept != NULL ? g_hash_table_ref (kept) : NULL;
  return shoal_disk_storage_submit (storage, &op->change.op, &remove_ops, SHOAL_DISK_ORDER_ALONE);
}

static gboolean
is_in_the_way (WalkOp *self, const ShoalDiskPathBase *base, guint file)
{
  const char *path = shoal_disk_storage_get_path (self->change.op.storage, file);
  struct stat st;

  if (!shoal_disk_storage_is_real (self->change.op.storage, file) ||
      (shoal_disk_path_stat (base, path, &st) != 0 && errno == ENOENT))
    return FALSE;
  shoal_disk_change_set_conflict (&self->change, shoal_disk_path_dup_full (base, path));
  return TRUE;
}

/* A folder that does not exist holds nothing that could be in the way. */
static ShoalDiskStep
step_find_conflict (ShoalDiskJob *job)
{
  WalkOp           *self = (WalkOp *) job;
  ShoalDiskStorage *storage = self->change.op.storage;
  const char       *folder = self->folder != NULL ? self->folder : storage->folder;
  ShoalDiskPathBase base;
  ShoalDiskFolderId found;
  guint             end = MIN (self->next + FILES_PER_STEP, storage->n_files);

  if (!shoal_disk_path_open_base (
          storage->queue->syscalls, folder, NULL, &found, &base, &self->change.op.error))
    {
      if (g_error_matches (self->change.op.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED))
        g_clear_error (&self->change.op.error);
      return SHOAL_DISK_STEP_DONE;
    }
  while (self->next < end && !is_in_the_way (self, &base, self->next))
    self->next++;
  shoal_disk_path_close_base (&base);
  return self->next < end || end == storage->n_files ? SHOAL_DISK_STEP_DONE : SHOAL_DISK_STEP_IO;
}

static const ShoalDiskJobOps find_conflict_ops = { "look for files in the way",
                                                   step_find_conflict,
                                                   finish_walk };

ShoalDiskTicket
shoal_disk_change_find_conflict (ShoalDiskStorage   *storage,
                                 const char         *folder,
                                 ShoalDiskChangeFunc func,
                                 gpointer            user_data)
{
  WalkOp *op = new_walk (func, user_data);

  op->folder = g_strdup (folder);
  return shoal_disk_storage_submit (
      storage, &op->change.op, &find_conflict_ops, SHOAL_DISK_ORDER_READ);
}
