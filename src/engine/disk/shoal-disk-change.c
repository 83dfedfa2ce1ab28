/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-change.h"

#include <errno.h>
#include <string.h>

#include "disk/shoal-disk-change-private.h"

gboolean
shoal_disk_change_enter (ShoalDiskChangeOp *self, ShoalDiskVisit *visit, GError **error)
{
  self->folder_id = self->op.storage->folder_id;
  return shoal_disk_storage_enter (self->op.storage, visit, error);
}

void
shoal_disk_change_answer (ShoalDiskChangeOp *self, gboolean is_cancelled)
{
  ShoalDiskChangeResult result = {
    .folder_id = self->folder_id,
    .bytes = self->bytes,
    .conflict = self->conflict,
    .n_left = self->n_left,
    .error = shoal_disk_storage_get_error (&self->op, is_cancelled),
  };

  self->func (&result, self->op.user_data);
  g_clear_error (&self->op.error);
  g_free (self->conflict);
}

void
shoal_disk_change_set_conflict (ShoalDiskChangeOp *self, char *path)
{
  g_clear_error (&self->op.error);
  self->op.error =
      shoal_disk_error_new (SHOAL_DISK_ERROR_CONFLICT, "something is there already", path);
  g_free (self->conflict);
  self->conflict = path;
}

gboolean
shoal_disk_change_sync_folders (ShoalDiskVisit *visit, const GPtrArray *paths, GError **error)
{
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint i;

  for (i = 0; i < paths->len; i++)
    if (!shoal_disk_storage_sync_folders (visit, g_ptr_array_index (paths, i), synced, error))
      return FALSE;
  return TRUE;
}

gboolean
shoal_disk_change_make_folders (ShoalDiskVisit *visit, const GPtrArray *paths, GError **error)
{
  const char *leaf;
  guint       i;
  int         fd;

  for (i = 0; i < paths->len; i++)
    {
      fd = shoal_disk_path_open_parent (&visit->base, g_ptr_array_index (paths, i), TRUE, &leaf);
      if (fd < 0)
        {
          g_autofree char *full =
              shoal_disk_path_dup_full (&visit->base, g_ptr_array_index (paths, i));

          g_propagate_error (error, shoal_disk_error_new_errno (errno, "create", full));
          return FALSE;
        }
      visit->syscalls->close (visit->syscalls->data, fd);
    }
  return shoal_disk_change_sync_folders (visit, paths, error);
}

/* Renaming one file, or the top folder. */
typedef struct
{
  ShoalDiskChangeOp change;
  guint             file; /* SHOAL_DISK_CACHE_ALL: the top folder */
  char             *name; /* owned */
} RenameOp;

/* Whether @path is, or lies in, or holds, what another file of the torrent is called. */
static gboolean
clashes (const char *path, const char *other)
{
  gsize len = strlen (path), other_len = strlen (other);
  gsize common = MIN (len, other_len);

  return strncmp (path, other, common) == 0 && (path[common] == '\0' || path[common] == '/') &&
         (other[common] == '\0' || other[common] == '/');
}

static gboolean
is_free_name (RenameOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             i;

  if (!shoal_disk_path_is_safe (self->name) || g_str_equal (self->name, storage->parts_path))
    {
      self->change.op.error =
          shoal_disk_error_new (SHOAL_DISK_ERROR_NAME, "no name for a file", self->name);
      return FALSE;
    }
  for (i = 0; i < storage->n_files; i++)
    if (i != self->file && shoal_disk_storage_is_real (storage, i) &&
        clashes (self->name, shoal_disk_storage_get_path (storage, i)))
      {
        shoal_disk_change_set_conflict (&self->change,
                                        shoal_disk_path_dup_full (&visit->base, self->name));
        return FALSE;
      }
  return TRUE;
}

/* Renames on disk what is there; to have been renamed before is as good. */
static gboolean
rename_path (RenameOp *self, ShoalDiskVisit *visit, const char *from, const char *to)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *full = shoal_disk_path_dup_full (&visit->base, from);
  struct stat      st;

  g_ptr_array_add (paths, g_strdup (to));
  if (shoal_disk_path_stat (&visit->base, from, &st) != 0)
    {
      if (errno == ENOENT)
        return TRUE;
      self->change.op.error = shoal_disk_error_new_errno (errno, "look at", full);
      return FALSE;
    }
  if (!shoal_disk_change_make_folders (visit, paths, &self->change.op.error))
    {
      shoal_disk_path_prune (&visit->base, to);
      return FALSE;
    }
  if (shoal_disk_path_rename (&visit->base, from, &visit->base, to) != 0)
    {
      if (errno == EEXIST || errno == ENOTEMPTY)
        shoal_disk_change_set_conflict (&self->change, shoal_disk_path_dup_full (&visit->base, to));
      else
        self->change.op.error = shoal_disk_error_new_errno (errno, "rename", full);
      shoal_disk_path_prune (&visit->base, to);
      return FALSE;
    }
  g_ptr_array_add (paths, g_strdup (from));
  if (!shoal_disk_change_sync_folders (visit, paths, &self->change.op.error))
    {
      self->change.n_left =
          shoal_disk_path_rename (&visit->base, to, &visit->base, from) == 0 ? 0 : 1;
      return FALSE;
    }
  /* Only now: were the old folder's removal to last and the renaming not, the file were lost. */
  shoal_disk_path_prune (&visit->base, from);
  return TRUE;
}

static void
set_path (ShoalDiskStorage *storage, guint file, char *path)
{
  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  g_free (storage->paths[file]);
  storage->paths[file] = path;
}

static void
rename_file (RenameOp *self, ShoalDiskVisit *visit)
{
  const char *from = shoal_disk_storage_get_path (visit->storage, self->file);

  if (g_str_equal (from, self->name))
    return;
  if (is_free_name (self, visit) && rename_path (self, visit, from, self->name))
    set_path (visit->storage, self->file, g_steal_pointer (&self->name));
}

static gsize
get_top_length (const char *path)
{
  const char *slash = strchr (path, '/');

  return slash != NULL ? (gsize) (slash - path) : 0;
}

/* The first component that most files share, since some may have been renamed out of it; NULL if
 * none lies in a folder. The caller owns it. */
static char *
find_top (ShoalDiskStorage *storage)
{
  g_autoptr (GHashTable) counts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  const char *path;
  char       *top, *best = NULL;
  guint       i, n, most = 0;

  for (i = 0; i < storage->n_files; i++)
    {
      path = shoal_disk_storage_get_path (storage, i);
      if (!shoal_disk_storage_is_real (storage, i) || get_top_length (path) == 0)
        continue;
      top = g_strndup (path, get_top_length (path));
      n = 1 + GPOINTER_TO_UINT (g_hash_table_lookup (counts, top));
      if (n > most)
        {
          most = n;
          g_free (best);
          best = g_strdup (top);
        }
      g_hash_table_replace (counts, top, GUINT_TO_POINTER (n));
    }
  return best;
}

/* Files that lie in another folder already are looked at as any other's. */
static gboolean
top_is_free (RenameOp *self, ShoalDiskVisit *visit, const char *top)
{
  ShoalDiskStorage *storage = visit->storage;
  const char       *path;
  guint             i;

  if (strchr (self->name, '/') != NULL || !shoal_disk_path_is_safe (self->name) ||
      g_str_equal (self->name, storage->parts_path))
    {
      self->change.op.error =
          shoal_disk_error_new (SHOAL_DISK_ERROR_NAME, "no name for a folder", self->name);
      return FALSE;
    }
  for (i = 0; i < storage->n_files; i++)
    {
      path = shoal_disk_storage_get_path (storage, i);
      if (!shoal_disk_storage_is_real (storage, i) || !clashes (self->name, path) ||
          clashes (top, path))
        continue;
      shoal_disk_change_set_conflict (&self->change,
                                      shoal_disk_path_dup_full (&visit->base, self->name));
      return FALSE;
    }
  return TRUE;
}

static void
rename_top (RenameOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;
  g_autofree char  *top = find_top (storage);
  const char       *path;
  guint             i;

  if (top == NULL)
    {
      self->file = 0;
      rename_file (self, visit);
      return;
    }
  if (g_str_equal (top, self->name) || !top_is_free (self, visit, top) ||
      !rename_path (self, visit, top, self->name))
    return;
  for (i = 0; i < storage->n_files; i++)
    {
      path = shoal_disk_storage_get_path (storage, i);
      if (get_top_length (path) == strlen (top) && g_str_has_prefix (path, top))
        set_path (storage, i, g_strconcat (self->name, path + strlen (top), NULL));
    }
}

static ShoalDiskStep
step_rename (ShoalDiskJob *job)
{
  RenameOp      *self = (RenameOp *) job;
  ShoalDiskVisit visit;

  if (!shoal_disk_change_enter (&self->change, &visit, &self->change.op.error))
    return SHOAL_DISK_STEP_DONE;
  if (self->file == SHOAL_DISK_CACHE_ALL)
    rename_top (self, &visit);
  else
    rename_file (self, &visit);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_rename (ShoalDiskJob *job, gboolean is_cancelled)
{
  RenameOp *self = (RenameOp *) job;

  shoal_disk_change_answer (&self->change, is_cancelled);
  g_free (self->name);
  g_free (self);
}

static const ShoalDiskJobOps rename_ops = { "rename", step_rename, finish_rename };

static ShoalDiskTicket
submit_rename (ShoalDiskStorage   *storage,
               guint               file,
               const char         *name,
               ShoalDiskChangeFunc func,
               gpointer            user_data)
{
  RenameOp *op = g_new0 (RenameOp, 1);

  op->change.func = func;
  op->change.op.user_data = user_data;
  op->change.op.job.next = SHOAL_DISK_STEP_IO;
  op->file = file;
  op->name = g_strdup (name);
  return shoal_disk_storage_submit (storage, &op->change.op, &rename_ops, SHOAL_DISK_ORDER_ALONE);
}

ShoalDiskTicket
shoal_disk_change_rename_file (ShoalDiskStorage   *storage,
                               guint               file,
                               const char         *path,
                               ShoalDiskChangeFunc func,
                               gpointer            user_data)
{
  g_assert (file < storage->n_files);

  return submit_rename (storage, file, path, func, user_data);
}

ShoalDiskTicket
shoal_disk_change_rename_top (ShoalDiskStorage   *storage,
                              const char         *name,
                              ShoalDiskChangeFunc func,
                              gpointer            user_data)
{
  return submit_rename (storage, SHOAL_DISK_CACHE_ALL, name, func, user_data);
}

/* Selecting files. */
typedef struct
{
  ShoalDiskChangeOp change;
  ShoalBaseBitset  *wanted; /* owned */
} WantedOp;

static ShoalDiskStep
step_wanted (ShoalDiskJob *job)
{
  WantedOp         *self = (WantedOp *) job;
  ShoalDiskStorage *storage = self->change.op.storage;
  GError          **error = &self->change.op.error;
  ShoalDiskVisit    visit;
  guint             i, n_changes = 0;

  if (!shoal_disk_change_enter (&self->change, &visit, error))
    return SHOAL_DISK_STEP_DONE;
  for (i = 0; i < storage->n_files; i++)
    if (shoal_base_bitset_get (self->wanted, i))
      shoal_disk_storage_set_state (storage, i, SHOAL_DISK_FILE_WANTED);
    else
      {
        shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_WANTED);
        shoal_disk_storage_choose_place (storage, i);
      }
  if (shoal_disk_storage_export (&visit, &n_changes, error))
    shoal_disk_storage_create_wanted (&visit, &n_changes, error);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_wanted (ShoalDiskJob *job, gboolean is_cancelled)
{
  WantedOp *self = (WantedOp *) job;

  shoal_disk_change_answer (&self->change, is_cancelled);
  shoal_base_bitset_free (self->wanted);
  g_free (self);
}

static const ShoalDiskJobOps wanted_ops = { "select files", step_wanted, finish_wanted };

ShoalDiskTicket
shoal_disk_change_set_wanted (ShoalDiskStorage      *storage,
                              const ShoalBaseBitset *wanted,
                              ShoalDiskChangeFunc    func,
                              gpointer               user_data)
{
  WantedOp *op = g_new0 (WantedOp, 1);

  g_assert (shoal_base_bitset_get_size (wanted) == storage->n_files);

  op->change.func = func;
  op->change.op.user_data = user_data;
  op->change.op.job.next = SHOAL_DISK_STEP_IO;
  op->wanted = shoal_base_bitset_copy (wanted);
  return shoal_disk_storage_submit (storage, &op->change.op, &wanted_ops, SHOAL_DISK_ORDER_ALONE);
}
