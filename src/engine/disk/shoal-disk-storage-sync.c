/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <string.h>

#include "disk/shoal-disk-storage-private.h"

/* A checkpoint goes twice over the files: first beside other work, so that most bytes reach the
 * disk while nobody waits, then as a barrier for the few that came meanwhile. */
typedef struct
{
  ShoalDiskOp       op;
  ShoalDiskSyncFunc func;
  GArray           *files;  /* owned: ShoalDiskFileStat */
  GHashTable       *failed; /* owned: indices, also of the first time: the kernel tells only once */

  guint looks_at_all : 1;
  guint is_barrier : 1;
} SyncOp;

static void
note_failure (SyncOp *self, guint file, GError *error)
{
  g_hash_table_add (self->failed, GUINT_TO_POINTER (file));
  if (self->op.error == NULL)
    self->op.error = error;
  else
    g_error_free (error);
}

static gboolean
is_dirty (ShoalDiskStorage *storage, guint file)
{
  guint state = shoal_disk_storage_get_state (storage, file);

  return (state & (SHOAL_DISK_FILE_DIRTY | SHOAL_DISK_FILE_LOST)) != 0 &&
         (state & SHOAL_DISK_FILE_IN_PARTS) == 0;
}

/* Starting all before waiting for any lets the device order them. */
static void
start_writeback (SyncOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage  *storage = self->op.storage;
  ShoalDiskCacheLoan loan;
  guint              i;

  for (i = 0; i <= storage->n_files; i++)
    if (is_dirty (storage, i) && shoal_disk_storage_open (visit, i, FALSE, &loan, NULL))
      {
        visit->syscalls->start_writeback (visit->syscalls->data, loan.fd);
        shoal_disk_storage_close_file (visit, &loan);
      }
}

/* Whether the file open as @fd is still the one at its path: a deleted or replaced one takes writes
 * that nobody will find. */
static gboolean
is_at_its_path (ShoalDiskVisit *visit, guint file, int fd, struct stat *st)
{
  const char *path = shoal_disk_storage_get_path (visit->storage, file);
  struct stat at_path;

  if (visit->syscalls->fstat (visit->syscalls->data, fd, st) != 0)
    return FALSE;
  if (shoal_disk_path_stat (&visit->base, path, &at_path) == 0 && st->st_dev == at_path.st_dev &&
      st->st_ino == at_path.st_ino)
    return TRUE;
  errno = ENOENT;
  return FALSE;
}

static void
add_stat (SyncOp *self, guint file, const struct stat *st)
{
  ShoalDiskFileStat out = {
    .file = file,
    .size = (guint64) st->st_size,
    .mtime_nsec = (gint64) st->st_mtim.tv_sec * 1000000000 + st->st_mtim.tv_nsec,
    .exists = TRUE,
  };

  g_array_append_val (self->files, out);
}

/* The time that a checkpoint records must be durable with the data, or the next start distrusts it:
 * fdatasync() may leave it behind. After the first way over the files that costs little. */
static int
sync_fd (SyncOp *self, ShoalDiskVisit *visit, guint file, int fd)
{
  const ShoalDiskSyscalls *syscalls = visit->syscalls;
  int                      result = self->is_barrier ? syscalls->fsync (syscalls->data, fd)
                                                     : syscalls->fdatasync (syscalls->data, fd);

  /* What file systems say that cannot be written to: there is nothing to sync. One that could be
   * written to has gone read-only after an error, with what was written last in memory only. */
  if (result != 0 && errno == EROFS &&
      (shoal_disk_storage_get_state (visit->storage, file) & SHOAL_DISK_FILE_WRITTEN) != 0)
    return result;
  return result != 0 && (errno == EINVAL || errno == EROFS) ? 0 : result;
}

static void
look_after_sync (SyncOp *self, guint file, const struct stat *st)
{
  ShoalDiskStorage *storage = self->op.storage;

  if (!self->is_barrier)
    return;
  shoal_disk_storage_compare (storage, file, st);
  if (g_hash_table_contains (self->failed, GUINT_TO_POINTER (file)))
    return;
  shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_DIRTY);
  add_stat (self, file, st);
}

/* Somebody has put another file in its place: what we wrote to the old one is gone, but what is
 * there now can be hashed, and written to. */
static gboolean
is_replaced (ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage *storage = visit->storage;
  struct stat       st;

  if (shoal_disk_path_stat (&visit->base, shoal_disk_storage_get_path (storage, file), &st) != 0 ||
      !S_ISREG (st.st_mode))
    return FALSE;
  shoal_disk_storage_set_changed (storage, file);
  return TRUE;
}

static void
sync_open_file (SyncOp *self, ShoalDiskVisit *visit, guint file, int fd)
{
  ShoalDiskStorage *storage = self->op.storage;
  struct stat       st;
  GError           *error;

  if (sync_fd (self, visit, file, fd) == 0 && is_at_its_path (visit, file, fd, &st))
    {
      look_after_sync (self, file, &st);
      return;
    }
  error = shoal_disk_storage_new_error (visit, file, errno, "sync");
  if (g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING))
    shoal_disk_cache_drop (storage->queue->cache, storage->id, file);
  if (g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING) &&
      is_replaced (visit, file))
    g_error_free (error);
  else
    note_failure (self, file, error);
}

static void
sync_file (SyncOp *self, ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage  *storage = self->op.storage;
  ShoalDiskCacheLoan loan;
  GError            *error = NULL;
  gboolean           is_open;

  is_open = shoal_disk_storage_open (visit, file, FALSE, &loan, &error);
  if ((shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_LOST) != 0 && is_open)
    shoal_disk_storage_set_changed (storage, file);
  shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_LOST);
  if (!is_open)
    {
      note_failure (self, file, error);
      return;
    }
  sync_open_file (self, visit, file, loan.fd);
  shoal_disk_storage_close_file (visit, &loan);
}

/* One that the first way over the files has synced, with its name, and nobody has written to since.
 * What lies on a file system of its own below the folder was not. */
static void
settle_flushed (SyncOp *self, ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage *storage = self->op.storage;
  const char       *path = shoal_disk_storage_get_path (storage, file);
  struct stat       st;

  if (shoal_disk_path_stat (&visit->base, path, &st) == 0 && S_ISREG (st.st_mode) &&
      st.st_dev == storage->folder_id.device)
    {
      look_after_sync (self, file, &st);
      shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_NEW);
    }
  else
    sync_file (self, visit, file);
}

static void
sync_dirty (SyncOp *self, ShoalDiskVisit *visit, guint file)
{
  guint state = shoal_disk_storage_get_state (self->op.storage, file);

  if (self->is_barrier && (state & SHOAL_DISK_FILE_FLUSHED) != 0 &&
      (state & SHOAL_DISK_FILE_LOST) == 0)
    settle_flushed (self, visit, file);
  else
    sync_file (self, visit, file);
}

static gboolean
sync_folder (ShoalDiskVisit *visit, const char *folder, GHashTable *synced, GError **error)
{
  const char      *relative = folder[0] != '\0' ? folder : NULL;
  g_autofree char *full = NULL;

  if (g_hash_table_contains (synced, folder))
    return TRUE;
  if (shoal_disk_path_sync_folder (&visit->base, relative) != 0 &&
      (relative == NULL || errno != ENOENT))
    {
      full = shoal_disk_path_dup_full (&visit->base, relative);
      g_propagate_error (error, shoal_disk_error_new_errno (errno, "sync", full));
      return FALSE;
    }
  g_hash_table_add (synced, g_strdup (folder));
  return TRUE;
}

gboolean
shoal_disk_storage_sync_folders (ShoalDiskVisit *visit,
                                 const char     *path,
                                 GHashTable     *synced,
                                 GError        **error)
{
  g_autofree char *folder = g_strdup (path);
  char            *slash = folder;

  if (!sync_folder (visit, "", synced, error))
    return FALSE;
  while ((slash = strchr (slash, '/')) != NULL)
    {
      *slash = '\0';
      if (!sync_folder (visit, folder, synced, error))
        return FALSE;
      *slash++ = '/';
    }
  return TRUE;
}

/* Bytes in the parts file are synced, or fail, with it. */
static void
settle_parts (SyncOp *self)
{
  ShoalDiskStorage *storage = self->op.storage;
  guint             i, state;

  if (g_hash_table_contains (self->failed, GUINT_TO_POINTER (storage->n_files)))
    return;
  for (i = 0; i < storage->n_files; i++)
    {
      state = shoal_disk_storage_get_state (storage, i);
      if ((state & SHOAL_DISK_FILE_DIRTY) != 0 && (state & SHOAL_DISK_FILE_IN_PARTS) != 0)
        shoal_disk_storage_clear_state (storage, i, SHOAL_DISK_FILE_DIRTY);
    }
}

static void
sync_new (SyncOp *self, ShoalDiskVisit *visit, guint file, GHashTable *synced)
{
  ShoalDiskStorage *storage = self->op.storage;
  GError           *error = NULL;

  if ((shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_NEW) == 0)
    return;
  if (shoal_disk_storage_sync_folders (
          visit, shoal_disk_storage_get_path (storage, file), synced, &error))
    shoal_disk_storage_clear_state (storage, file, SHOAL_DISK_FILE_NEW);
  else
    note_failure (self, file, error);
}

/* One that nobody wrote to. If it is gone, that is an error where it is wanted. */
static void
look_at_clean (SyncOp *self, ShoalDiskVisit *visit, guint file)
{
  ShoalDiskStorage *storage = self->op.storage;
  guint             state = shoal_disk_storage_get_state (storage, file);
  struct stat       st;
  gboolean          is_there;

  if ((state & SHOAL_DISK_FILE_EXISTS) == 0 || (state & SHOAL_DISK_FILE_IN_PARTS) != 0)
    return;
  is_there =
      shoal_disk_path_stat (&visit->base, shoal_disk_storage_get_path (storage, file), &st) == 0;
  if (is_there && !S_ISREG (st.st_mode))
    {
      is_there = FALSE;
      errno = ENOENT;
    }
  if (is_there)
    shoal_disk_storage_compare (storage, file, &st);
  else if ((state & SHOAL_DISK_FILE_WANTED) != 0)
    note_failure (self, file, shoal_disk_storage_new_error (visit, file, errno, "find"));
  else
    shoal_disk_storage_set_changed (storage, file);
}

/* Whoever is told of a failure records nothing: the next checkpoint has to name these again. */
static void
keep_dirty (SyncOp *self)
{
  guint i;

  for (i = 0; i < self->files->len; i++)
    shoal_disk_storage_set_state (self->op.storage,
                                  g_array_index (self->files, ShoalDiskFileStat, i).file,
                                  SHOAL_DISK_FILE_DIRTY);
}

/* Beside other work. */
static void
sync_early (SyncOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = self->op.storage;
  guint             i;

  if (shoal_disk_storage_flush (visit))
    return;
  start_writeback (self, visit);
  for (i = 0; i <= storage->n_files; i++)
    if (is_dirty (storage, i))
      sync_file (self, visit, i);
}

static void
sync_rest (SyncOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = self->op.storage;
  g_autoptr (GHashTable) synced = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint i;

  for (i = 0; i <= storage->n_files; i++)
    if (is_dirty (storage, i))
      sync_dirty (self, visit, i);
    else if (self->looks_at_all)
      look_at_clean (self, visit, i);
  for (i = 0; i <= storage->n_files; i++)
    sync_new (self, visit, i, synced);
  settle_parts (self);
}

static ShoalDiskStep
step_sync (ShoalDiskJob *job)
{
  SyncOp           *self = (SyncOp *) job;
  ShoalDiskStorage *storage = self->op.storage;
  ShoalDiskVisit    visit;

  if (!shoal_disk_storage_enter (storage, &visit, &self->op.error))
    return SHOAL_DISK_STEP_DONE;
  if (self->is_barrier)
    sync_rest (self, &visit);
  else
    sync_early (self, &visit);
  if (self->op.error != NULL)
    keep_dirty (self);
  if (self->is_barrier)
    shoal_disk_storage_end_sync (storage);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

/* Names files that were written and not synced, those in the parts file or all: without its folder
 * nothing can be said of any. */
static void
distrust (SyncOp *self, gboolean all)
{
  ShoalDiskStorage *storage = self->op.storage;
  guint             i, state;

  for (i = 0; i < storage->n_files; i++)
    {
      state = shoal_disk_storage_get_state (storage, i);
      if ((state & SHOAL_DISK_FILE_DIRTY) != 0 && (all || (state & SHOAL_DISK_FILE_IN_PARTS) != 0))
        g_hash_table_add (self->failed, GUINT_TO_POINTER (i));
    }
}

static void
answer (SyncOp *self, gboolean is_cancelled)
{
  g_autoptr (GArray) failed = g_array_new (FALSE, FALSE, sizeof (guint));
  GHashTableIter      iter;
  gpointer            file;
  guint               index;
  ShoalDiskSyncResult result = {
    .files = (const ShoalDiskFileStat *) (gpointer) self->files->data,
    .n_files = self->files->len,
    .error = shoal_disk_storage_get_error (&self->op, is_cancelled),
  };

  g_hash_table_iter_init (&iter, self->failed);
  while (g_hash_table_iter_next (&iter, &file, NULL))
    {
      index = GPOINTER_TO_UINT (file);
      g_array_append_val (failed, index);
    }
  result.failed = (const guint *) (gpointer) failed->data;
  result.n_failed = failed->len;
  self->func (&result, self->op.user_data);
}

static void
finish_sync (ShoalDiskJob *job, gboolean is_cancelled)
{
  SyncOp           *self = (SyncOp *) job;
  ShoalDiskStorage *storage = self->op.storage;
  gboolean          has_vanished =
      g_error_matches (self->op.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED);

  if (!self->is_barrier && !is_cancelled && !has_vanished && !storage->is_closed)
    {
      self->is_barrier = TRUE;
      job->order = SHOAL_DISK_ORDER_SYNC;
      job->next = SHOAL_DISK_STEP_IO;
      shoal_disk_queue_resubmit (storage->queue, job);
      return;
    }
  if (has_vanished || g_hash_table_remove (self->failed, GUINT_TO_POINTER (storage->n_files)))
    distrust (self, has_vanished);
  answer (self, is_cancelled || !self->is_barrier);
  g_clear_error (&self->op.error);
  g_array_unref (self->files);
  g_hash_table_unref (self->failed);
  g_free (self);
}

static const ShoalDiskJobOps sync_ops = { "sync", step_sync, finish_sync };

ShoalDiskTicket
shoal_disk_storage_sync (ShoalDiskStorage *self,
                         gboolean          looks_at_all,
                         ShoalDiskSyncFunc func,
                         gpointer          user_data)
{
  SyncOp *op = g_new0 (SyncOp, 1);

  op->func = func;
  op->looks_at_all = looks_at_all;
  op->op.user_data = user_data;
  op->op.job.next = SHOAL_DISK_STEP_IO;
  op->files = g_array_new (FALSE, FALSE, sizeof (ShoalDiskFileStat));
  op->failed = g_hash_table_new (g_direct_hash, g_direct_equal);
  return shoal_disk_storage_submit (self, &op->op, &sync_ops, SHOAL_DISK_ORDER_READ);
}

void
shoal_disk_storage_sync_also (ShoalDiskStorage *self, guint file)
{
  g_return_if_fail (file <= self->n_files);

  if ((shoal_disk_storage_get_state (self, file) & SHOAL_DISK_FILE_EXISTS) != 0)
    shoal_disk_storage_set_state (self, file, SHOAL_DISK_FILE_DIRTY);
}
