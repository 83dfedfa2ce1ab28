/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <string.h>

#include "disk/shoal-disk-change-private.h"

/* A file, or a folder with all that is in it, gets another path below the base: one rename of the
 * file system, however many files that concerns. */
typedef struct
{
  ShoalDiskChangeOp change;
  guint             file;   /* where no folder is given */
  char             *folder; /* owned; NULL: the file */
  char             *to;     /* owned */
  gboolean          is_resumed;
  gboolean          leaves_files; /* none of those that are there is ours */
} RenameOp;

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize len = strlen (folder);

  return strncmp (path, folder, len) == 0 && path[len] == '/';
}

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
is_concerned (const RenameOp *self, guint file)
{
  const ShoalDiskStorage *storage = self->change.op.storage;

  if (self->folder == NULL)
    return file == self->file;
  return lies_in (shoal_disk_storage_get_path (storage, file), self->folder);
}

static gboolean
fail_conflict (RenameOp *self, ShoalDiskVisit *visit)
{
  shoal_disk_change_set_conflict (&self->change, shoal_disk_path_dup_full (&visit->base, self->to));
  return FALSE;
}

static gboolean
fail_at (RenameOp *self, ShoalDiskVisit *visit, const char *path, const char *doing)
{
  int              saved = errno;
  g_autofree char *full = shoal_disk_path_dup_full (&visit->base, path);

  self->change.op.error = shoal_disk_error_new_errno (saved, doing, full);
  return FALSE;
}

/* Files of the torrent that do not exist yet have their names all the same. */
static gboolean
is_free_name (RenameOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;
  guint             i;

  if (!shoal_disk_path_is_safe (self->to) || g_str_equal (self->to, storage->parts_path) ||
      (self->folder != NULL && lies_in (self->to, self->folder)))
    {
      self->change.op.error =
          shoal_disk_error_new (SHOAL_DISK_ERROR_NAME, "no name for a file or folder", self->to);
      return FALSE;
    }
  for (i = 0; i < storage->n_files; i++)
    if (!is_concerned (self, i) && shoal_disk_storage_is_real (storage, i) &&
        clashes (self->to, shoal_disk_storage_get_path (storage, i)))
      return fail_conflict (self, visit);
  return TRUE;
}

static gboolean
sync_both (RenameOp *self, ShoalDiskVisit *visit, const char *from)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, self->to);
  g_ptr_array_add (paths, (gpointer) (gintptr) from);
  return shoal_disk_change_sync_folders (visit, paths, &self->change.op.error);
}

/* Whether any of what is there is the torrent's. An empty file was made without writing to it. */
static gboolean
has_own (const RenameOp *self)
{
  ShoalDiskStorage *storage = self->change.op.storage;
  guint             i, state;

  for (i = 0; i < storage->n_files; i++)
    {
      if (!is_concerned (self, i) || !shoal_disk_storage_is_real (storage, i))
        continue;
      state = shoal_disk_storage_get_state (storage, i);
      if ((state & SHOAL_DISK_FILE_OURS) != 0 ||
          ((state & SHOAL_DISK_FILE_WANTED) != 0 &&
           shoal_codec_layout_get_file (storage->layout, i)->length == 0))
        return TRUE;
    }
  return FALSE;
}

/* Nothing of ours has the old name. What the new one names is ours if it was renamed before a
 * crash, though perhaps not durably; otherwise it is not. */
static gboolean
meet_nothing (RenameOp *self, ShoalDiskVisit *visit, const char *from)
{
  struct stat st;

  if (shoal_disk_path_stat (&visit->base, self->to, &st) != 0)
    return errno == ENOENT || errno == ENOTDIR || fail_at (self, visit, self->to, "look at");
  if (!self->is_resumed)
    return fail_conflict (self, visit);
  if (!sync_both (self, visit, from))
    return FALSE;
  shoal_disk_path_prune (&visit->base, from);
  return TRUE;
}

/* Where a file is renamed by a link, a crash can leave it with both names. */
static gboolean
is_half_done (RenameOp *self, ShoalDiskVisit *visit, const struct stat *old)
{
  struct stat st;

  return self->is_resumed && S_ISREG (old->st_mode) &&
         shoal_disk_path_stat (&visit->base, self->to, &st) == 0 && st.st_dev == old->st_dev &&
         st.st_ino == old->st_ino;
}

static gboolean
make_folders (RenameOp *self, ShoalDiskVisit *visit)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();

  g_ptr_array_add (paths, self->to);
  return shoal_disk_change_make_folders (visit, paths, &self->change.op.error);
}

static gboolean
rename_on_disk (RenameOp *self, ShoalDiskVisit *visit, const char *from)
{
  if (make_folders (self, visit) &&
      shoal_disk_path_rename (&visit->base, from, &visit->base, self->to) == 0)
    return TRUE;
  if (self->change.op.error == NULL && (errno == EEXIST || errno == ENOTEMPTY))
    fail_conflict (self, visit);
  else if (self->change.op.error == NULL)
    fail_at (self, visit, from, "rename");
  shoal_disk_path_prune (&visit->base, self->to);
  return FALSE;
}

/* FALSE with the error: all is as before. */
static gboolean
give_name (RenameOp *self, ShoalDiskVisit *visit, const char *from)
{
  struct stat st;

  self->leaves_files = !has_own (self);
  if (self->leaves_files)
    return meet_nothing (self, visit, from);
  if (shoal_disk_path_stat (&visit->base, from, &st) != 0)
    return errno == ENOENT || errno == ENOTDIR ? meet_nothing (self, visit, from)
                                               : fail_at (self, visit, from, "look at");
  if (is_half_done (self, visit, &st))
    {
      if (shoal_disk_path_unlink (&visit->base, from, 0) != 0)
        return fail_at (self, visit, from, "rename");
    }
  else if (!rename_on_disk (self, visit, from))
    return FALSE;
  if (!sync_both (self, visit, from))
    {
      self->change.n_left =
          shoal_disk_path_rename (&visit->base, self->to, &visit->base, from) == 0 ? 0 : 1;
      return FALSE;
    }
  /* Only now: were the old folder's removal to last and the renaming not, the file were lost. */
  shoal_disk_path_prune (&visit->base, from);
  return TRUE;
}

/* What was seen in its old place, if it stayed there, is of no concern any more. */
static void
set_path (RenameOp *self, guint file, char *path)
{
  ShoalDiskStorage *storage = self->change.op.storage;

  if (self->leaves_files)
    {
      shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_EXISTS);
      shoal_disk_storage_forget_stamp (storage, file);
    }
  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  g_free (storage->paths[file]);
  storage->paths[file] = path;
}

/* Pads have no file, but a path: it goes with the others. */
static void
set_paths (RenameOp *self, ShoalDiskStorage *storage)
{
  guint i;

  if (self->folder == NULL)
    {
      set_path (self, self->file, g_strdup (self->to));
      return;
    }
  for (i = 0; i < storage->n_files; i++)
    if (is_concerned (self, i))
      set_path (self,
                i,
                g_strconcat (self->to,
                             shoal_disk_storage_get_path (storage, i) + strlen (self->folder),
                             NULL));
}

static ShoalDiskStep
step_rename (ShoalDiskJob *job)
{
  RenameOp        *self = (RenameOp *) job;
  g_autofree char *from = NULL;
  ShoalDiskVisit   visit;

  if (!shoal_disk_change_enter (&self->change, &visit, &self->change.op.error))
    return SHOAL_DISK_STEP_DONE;
  from = g_strdup (self->folder != NULL ? self->folder
                                        : shoal_disk_storage_get_path (visit.storage, self->file));
  if (!g_str_equal (from, self->to) && is_free_name (self, &visit) &&
      give_name (self, &visit, from))
    set_paths (self, visit.storage);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_rename (ShoalDiskJob *job, gboolean is_cancelled)
{
  RenameOp *self = (RenameOp *) job;

  shoal_disk_change_answer (&self->change, is_cancelled);
  g_free (self->folder);
  g_free (self->to);
  g_free (self);
}

static const ShoalDiskJobOps rename_ops = { "rename", step_rename, finish_rename };

ShoalDiskTicket
shoal_disk_change_rename (ShoalDiskStorage      *storage,
                          const ShoalDiskRename *rename,
                          ShoalDiskChangeFunc    func,
                          gpointer               user_data)
{
  RenameOp *op = g_new0 (RenameOp, 1);

  g_assert (rename->folder != NULL || rename->file < storage->n_files);

  op->change.func = func;
  op->change.op.user_data = user_data;
  op->change.op.job.next = SHOAL_DISK_STEP_IO;
  op->file = rename->file;
  op->folder = g_strdup (rename->folder);
  op->to = g_strdup (rename->to);
  op->is_resumed = rename->is_resumed;
  return shoal_disk_storage_submit (storage, &op->change.op, &rename_ops, SHOAL_DISK_ORDER_ALONE);
}
