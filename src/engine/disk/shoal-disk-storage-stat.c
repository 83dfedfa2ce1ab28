/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <string.h>

#include "disk/shoal-disk-storage-private.h"

/* Preparing a storage, or looking at its files. */
typedef struct
{
  ShoalDiskOp        op;
  ShoalDiskStatFunc  func;
  ShoalDiskFileStat *files; /* owned */
  ShoalDiskFolderId  folder_id;
  guint64            free_bytes;
  ShoalDiskFileStat  parts;

  guint prepares : 1;
  guint has_parts : 1;
} StatOp;

/* Whoever asked is told, and it may be created anew. */
static gboolean
forget_existence (ShoalDiskStorage *storage, guint file)
{
  guint state = shoal_disk_storage_get_state (storage, file);

  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  shoal_disk_storage_forget_stamp (storage, file);
  shoal_disk_storage_clear_state (storage,
                                  file,
                                  SHOAL_DISK_FILE_EXISTS | SHOAL_DISK_FILE_NEW |
                                      SHOAL_DISK_FILE_LOST | SHOAL_DISK_FILE_OURS);
  if ((state & SHOAL_DISK_FILE_IN_PARTS) == 0)
    shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_DIRTY);
  return TRUE;
}

/* What a torrent that is prepared finds is held against its database, not against what was before.
 */
static void
look (StatOp *self, guint file, const struct stat *st)
{
  ShoalDiskStorage *storage = self->op.storage;

  if (self->prepares)
    shoal_disk_storage_accept (storage, file, st);
  else
    shoal_disk_storage_compare (storage, file, st);
}

static gboolean
look_at_file (StatOp *self, ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage  *storage = self->op.storage;
  ShoalDiskFileStat *out = &self->files[file];
  struct stat        st;

  out->file = file;
  if (!shoal_disk_storage_is_real (storage, file))
    return TRUE;
  if (shoal_disk_path_stat (&visit->base, shoal_disk_storage_get_path (storage, file), &st) != 0)
    {
      if (errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG)
        return forget_existence (storage, file);
      self->op.error = shoal_disk_storage_new_error (visit, file, errno, "look at");
      return FALSE;
    }
  if (!S_ISREG (st.st_mode))
    return forget_existence (storage, file);
  out->exists = TRUE;
  out->size = (guint64) st.st_size;
  out->mtime_nsec = (gint64) st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
  shoal_disk_storage_set_state (storage, file, SHOAL_DISK_FILE_EXISTS);
  look (self, file, &st);
  return TRUE;
}

static void
remove_parts (ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;

  forget_existence (storage, storage->n_files);
  shoal_disk_parts_clear (storage->parts);
  if (!storage->looks_only)
    shoal_disk_path_unlink (&visit->base, storage->parts_path, 0);
}

/* A damaged parts file has nothing that could be saved; its pieces are found missing. */
static gboolean
load_parts (StatOp *self, ShoalDiskVisit *visit, guint8 *marks)
{
  ShoalDiskStorage  *storage = self->op.storage;
  guint              file = storage->n_files;
  ShoalDiskCacheLoan loan;
  int                saved;

  shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  if (!shoal_disk_storage_open (visit, file, FALSE, &loan, &self->op.error))
    {
      shoal_disk_parts_clear (storage->parts);
      forget_existence (storage, file);
      if (!g_error_matches (self->op.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING))
        return FALSE;
      g_clear_error (&self->op.error);
      return TRUE;
    }
  self->has_parts = shoal_disk_parts_load (storage->parts, loan.fd, marks);
  saved = errno;
  shoal_disk_storage_close_file (visit, &loan);
  if (self->has_parts)
    return TRUE;
  if (saved != 0)
    {
      self->op.error = shoal_disk_storage_new_error (visit, file, saved, "read");
      return FALSE;
    }
  g_message ("%s in %s is damaged: its bytes are lost", storage->parts_path, storage->folder);
  remove_parts (visit);
  return TRUE;
}

static gboolean
has_marks (const guint8 *marks, guint n)
{
  guint i;

  for (i = 0; i < n; i++)
    if (marks[i] != SHOAL_DISK_PARTS_NOTHING)
      return TRUE;
  return FALSE;
}

static gboolean
look_at_all (StatOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage  *storage = self->op.storage;
  g_autofree guint8 *marks = g_malloc0 ((gsize) storage->n_files + 1);
  guint              i;

  if (!load_parts (self, visit, marks))
    return FALSE;
  for (i = 0; i < storage->n_files; i++)
    {
      if (!look_at_file (self, visit, i))
        return FALSE;
      shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_MARKED);
      if (self->has_parts && marks[i] != 0 && shoal_disk_storage_is_real (storage, i))
        shoal_disk_storage_set_state (storage, i, SHOAL_DISK_FILE_MARKED);
      if (self->has_parts && marks[i] == SHOAL_DISK_PARTS_LEAVING)
        shoal_disk_storage_set_state (storage, i, SHOAL_DISK_FILE_OURS);
      shoal_disk_storage_choose_place (storage, i);
      self->files[i].is_in_parts = shoal_disk_storage_reads_parts (storage, i);
    }
  /* Left behind when an export was interrupted after its last byte was safe. */
  if (self->has_parts && !has_marks (marks, storage->n_files))
    {
      remove_parts (visit);
      self->has_parts = FALSE;
    }
  return TRUE;
}

static void
look_at_parts (StatOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = self->op.storage;
  struct stat       st;

  self->parts = (ShoalDiskFileStat){ .file = storage->n_files };
  if (!self->has_parts || shoal_disk_path_stat (&visit->base, storage->parts_path, &st) != 0)
    return;
  self->parts.exists = TRUE;
  self->parts.size = (guint64) st.st_size;
  self->parts.mtime_nsec = (gint64) st.st_mtim.tv_sec * 1000000000 + st.st_mtim.tv_nsec;
  look (self, storage->n_files, &st);
}

/* The folder is taken as it is found if nobody knew it, or if its file system was mounted anew. */
static gboolean
find_folder (StatOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage        *storage = self->op.storage;
  const ShoalDiskSyscalls *syscalls = storage->queue->syscalls;
  struct statfs            fs;

  visit->storage = storage;
  visit->syscalls = syscalls;
  visit->writes_whole = FALSE;
  if (self->prepares && storage->creates_folder &&
      !shoal_disk_folder_id_is_known (&storage->folder_id) &&
      shoal_disk_path_make_folder (syscalls, storage->folder) != 0)
    {
      self->op.error = shoal_disk_error_new_errno (errno, "create", storage->folder);
      return FALSE;
    }
  if (!shoal_disk_path_open_base (syscalls,
                                  storage->folder,
                                  &storage->folder_id,
                                  &self->folder_id,
                                  &visit->base,
                                  &self->op.error))
    {
      shoal_disk_storage_leave_file_system (storage);
      return FALSE;
    }
  shoal_disk_queue_set_place (
      storage->queue, &storage->lane, self->folder_id.device, storage->folder);
  if (syscalls->fstatfs (syscalls->data, visit->base.fd, &fs) == 0)
    {
      shoal_disk_storage_set_file_system (storage, &fs);
      self->free_bytes =
          (guint64) fs.f_bavail * (guint64) (fs.f_frsize > 0 ? fs.f_frsize : fs.f_bsize);
      self->folder_id.fs_id = shoal_disk_path_get_fs_id (&fs);
    }
  storage->folder_id = self->folder_id;
  return TRUE;
}

void
shoal_disk_storage_accept_folder (ShoalDiskStorage *self)
{
  self->folder_id.inode = 0;
}

void
shoal_disk_storage_go_to (ShoalDiskStorage *self, const char *folder)
{
  char *old = self->folder;

  self->folder = g_strdup (folder);
  self->folder_id = (ShoalDiskFolderId){ 0 };
  shoal_disk_queue_set_place (self->queue, &self->lane, 0, self->folder);
  g_free (old);
}

static void
forget_changes (ShoalDiskStorage *storage)
{
  guint i;

  for (i = 0; i <= storage->n_files; i++)
    shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_CHANGED);
}

static ShoalDiskStep
step_stat (ShoalDiskJob *job)
{
  StatOp        *self = (StatOp *) job;
  ShoalDiskVisit visit;
  guint          n_changes = 0;
  gboolean       is_ok;

  if (!find_folder (self, &visit))
    return SHOAL_DISK_STEP_DONE;
  if (self->prepares)
    forget_changes (self->op.storage);
  self->files = g_new0 (ShoalDiskFileStat, self->op.storage->n_files);
  is_ok = look_at_all (self, &visit);
  if (is_ok && self->prepares && !self->op.storage->looks_only &&
      shoal_disk_storage_export (&visit, &n_changes, &self->op.error) &&
      shoal_disk_storage_create_wanted (&visit, &n_changes, &self->op.error) && n_changes > 0)
    look_at_all (self, &visit);
  look_at_parts (self, &visit);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_stat (ShoalDiskJob *job, gboolean is_cancelled)
{
  StatOp             *self = (StatOp *) job;
  ShoalDiskStatResult result = {
    .folder_id = self->folder_id,
    .files = self->files,
    .n_files = self->files != NULL ? self->op.storage->n_files : 0,
    .free_bytes = self->free_bytes,
    .error = shoal_disk_storage_get_error (&self->op, is_cancelled),
    .parts = self->parts,
    .has_parts = self->has_parts,
  };

  self->func (&result, self->op.user_data);
  g_clear_error (&self->op.error);
  g_free (self->files);
  g_free (self);
}

static const ShoalDiskJobOps stat_ops = { "look at files", step_stat, finish_stat };

static ShoalDiskTicket
submit_stat (ShoalDiskStorage *self, gboolean prepares, ShoalDiskStatFunc func, gpointer user_data)
{
  StatOp *op = g_new0 (StatOp, 1);

  op->func = func;
  op->op.user_data = user_data;
  op->prepares = prepares;
  op->op.job.next = SHOAL_DISK_STEP_IO;
  return shoal_disk_storage_submit (self, &op->op, &stat_ops, SHOAL_DISK_ORDER_ALONE);
}

ShoalDiskTicket
shoal_disk_storage_prepare (ShoalDiskStorage *self, ShoalDiskStatFunc func, gpointer user_data)
{
  return submit_stat (self, TRUE, func, user_data);
}

ShoalDiskTicket
shoal_disk_storage_stat (ShoalDiskStorage *self, ShoalDiskStatFunc func, gpointer user_data)
{
  return submit_stat (self, FALSE, func, user_data);
}
