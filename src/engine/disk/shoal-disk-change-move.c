/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>

#include "disk/shoal-disk-change-private.h"
#include "disk/shoal-disk-change-target.h"
#include "disk/shoal-disk-copy.h"

/* Others get their turn after so much. */
#define BYTES_PER_STEP (16 * 1024 * 1024)
#define FILES_PER_STEP 256

typedef enum
{
  MOVE_LOOK,   /* at both folders, and for what is in the way */
  MOVE_FILES,  /* rename or copy one after the other */
  MOVE_FINISH, /* the new place holds: remove what was copied from the old one */
  MOVE_UNDO,
} MovePhase;

typedef enum
{
  FILE_OLD,
  FILE_RENAMED,
  FILE_COPIED,
} FileState;

typedef struct
{
  ShoalDiskChangeOp     change;
  ShoalDiskChangeTarget target;
  char                 *temp;  /* owned: what a copy is called until it is whole */
  guint8               *files; /* owned: a FileState each, the parts file last */
  ShoalDiskCopy        *copy;  /* owned */
  MovePhase             phase;
  guint                 next;
  guint64               total_bytes;
  guint64               file_bytes; /* of the file under way, copied so far */
  void (*on_progress) (guint64 bytes, guint64 total_bytes, gpointer user_data);

  guint is_resumed : 1;
} MoveOp;

typedef struct
{
  ShoalDiskMessage message;
  MoveOp          *op; /* unowned: its end comes after us */
  guint64          bytes;
  guint64          total_bytes;
} Progress;

static void
deliver_progress (ShoalDiskQueue *queue, ShoalDiskMessage *message)
{
  Progress *self = (Progress *) message;
  MoveOp   *op = self->op;

  if (!op->change.op.storage->is_closed)
    op->on_progress (self->bytes, self->total_bytes, op->change.op.user_data);
  g_free (self);
}

static void
post_progress (MoveOp *self)
{
  Progress *progress;

  if (self->on_progress == NULL)
    return;
  progress = g_new0 (Progress, 1);
  progress->message.deliver = deliver_progress;
  progress->op = self;
  progress->bytes = self->change.bytes + self->file_bytes;
  progress->total_bytes = self->total_bytes;
  shoal_disk_queue_post (self->change.op.storage->queue, &progress->message);
}

static const char *
get_path (const MoveOp *self, guint file)
{
  return shoal_disk_storage_get_path (self->change.op.storage, file);
}

static gboolean
is_ours (const MoveOp *self, guint file)
{
  ShoalDiskStorage *storage = self->change.op.storage;

  return file == storage->n_files || shoal_disk_storage_is_real (storage, file);
}

static gboolean
fail_at (MoveOp *self, const ShoalDiskPathBase *base, const char *path, const char *doing)
{
  int              saved = errno;
  g_autofree char *full = shoal_disk_path_dup_full (base, path);

  if (self->change.op.error == NULL)
    self->change.op.error = shoal_disk_error_new_errno (saved, doing, full);
  return FALSE;
}

static gboolean
has_regular (const ShoalDiskPathBase *base, const char *path, struct stat *st)
{
  return shoal_disk_path_stat (base, path, st) == 0 && S_ISREG (st->st_mode);
}

/* Whether there is a file to move; what is no regular file stays. FALSE with an error: nobody
 * knows, and going on would leave it behind. */
static gboolean
find_source (MoveOp *self, ShoalDiskVisit *visit, guint file, struct stat *st, gboolean *is_there)
{
  const char *path = get_path (self, file);

  *is_there = FALSE;
  if (!is_ours (self, file))
    return TRUE;
  if (shoal_disk_path_stat (&visit->base, path, st) != 0)
    return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG ||
           fail_at (self, &visit->base, path, "look at");
  *is_there = S_ISREG (st->st_mode);
  return TRUE;
}

static gboolean
goes_into_itself (MoveOp *self, ShoalDiskVisit *visit)
{
  g_autoptr (GPtrArray) folders = shoal_disk_change_list_folders (visit->storage);
  struct stat st;
  guint       i;

  for (i = 0; i < folders->len; i++)
    if (strchr (g_ptr_array_index (folders, i), '/') == NULL &&
        shoal_disk_path_stat (&visit->base, g_ptr_array_index (folders, i), &st) == 0 &&
        S_ISDIR (st.st_mode) && shoal_disk_change_target_lies_in (&self->target, &st))
      {
        self->change.op.error = shoal_disk_error_new (
            SHOAL_DISK_ERROR_INTO_ITSELF, "lies inside what is to be moved", self->target.folder);
        return TRUE;
      }
  return FALSE;
}

/* Sums up what there is, makes the folders for it, and finds what is in the way. After a crash that
 * may be ours. */
static gboolean
look_at_files (MoveOp *self, ShoalDiskVisit *visit)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  ShoalDiskVisit there = *visit;
  struct stat    from, to;
  gboolean       is_there;
  guint          i;

  for (i = 0; i <= visit->storage->n_files; i++)
    {
      if (!find_source (self, visit, i, &from, &is_there))
        return FALSE;
      if (!is_there)
        continue;
      self->total_bytes += (guint64) from.st_size;
      g_ptr_array_add (paths, g_strdup (get_path (self, i)));
      if (self->is_resumed ||
          shoal_disk_path_stat (&self->target.base, get_path (self, i), &to) != 0)
        continue;
      shoal_disk_change_set_conflict (
          &self->change, shoal_disk_path_dup_full (&self->target.base, get_path (self, i)));
      return FALSE;
    }
  there.base = self->target.base;
  return shoal_disk_change_make_folders (&there, paths, &self->change.op.error);
}

static ShoalDiskStep
look (MoveOp *self, ShoalDiskVisit *visit)
{
  const ShoalDiskFolderId *old_id = &visit->storage->folder_id;

  if (self->target.id.device == old_id->device && self->target.id.inode == old_id->inode)
    return SHOAL_DISK_STEP_DONE;
  if (goes_into_itself (self, visit) || !look_at_files (self, visit))
    {
      self->phase = MOVE_UNDO;
      return SHOAL_DISK_STEP_IO;
    }
  shoal_disk_cache_drop (visit->storage->queue->cache, visit->storage->id, SHOAL_DISK_CACHE_ALL);
  self->phase = MOVE_FILES;
  return SHOAL_DISK_STEP_IO;
}

/* FAT counts time in steps of two seconds. */
static gboolean
have_same_time (const struct stat *a, const struct stat *b)
{
  gint64 seconds = (gint64) a->st_mtim.tv_sec - (gint64) b->st_mtim.tv_sec;

  return (seconds == 0 && a->st_mtim.tv_nsec == b->st_mtim.tv_nsec) ||
         (seconds >= -2 && seconds <= 2 && (a->st_mtim.tv_nsec == 0 || b->st_mtim.tv_nsec == 0));
}

/* Something has the name at the new place: after a crash it is ours if it looks like the old one,
 * since a copy gets its name only when it is whole. */
static gboolean
meet_existing (MoveOp *self, guint file, const struct stat *from)
{
  struct stat to;

  if (self->is_resumed && has_regular (&self->target.base, get_path (self, file), &to) &&
      to.st_size == from->st_size && have_same_time (&to, from))
    {
      self->files[file] = FILE_COPIED;
      self->change.bytes += (guint64) from->st_size;
      return TRUE;
    }
  shoal_disk_change_set_conflict (
      &self->change, shoal_disk_path_dup_full (&self->target.base, get_path (self, file)));
  return FALSE;
}

static gboolean
begin_copy (MoveOp *self, ShoalDiskVisit *visit, guint file)
{
  g_autofree char *failed_path = NULL;
  int              saved;

  self->copy = shoal_disk_copy_begin (
      &visit->base, get_path (self, file), &self->target.base, self->temp, &failed_path);
  saved = errno;
  if (self->copy == NULL)
    self->change.op.error = shoal_disk_error_new_errno (saved, "open", failed_path);
  return self->copy != NULL;
}

/* Renames @file, or begins to copy it. */
static gboolean
begin_file (MoveOp *self, ShoalDiskVisit *visit, guint file)
{
  const char *path = get_path (self, file);
  struct stat from, to;
  gboolean    is_there;

  if (!find_source (self, visit, file, &from, &is_there))
    return FALSE;
  if (is_there)
    shoal_disk_storage_compare (visit->storage, file, &from);
  else
    {
      if (self->is_resumed && is_ours (self, file) && has_regular (&self->target.base, path, &to))
        self->files[file] = FILE_RENAMED;
      return TRUE;
    }
  if (shoal_disk_path_rename (&visit->base, path, &self->target.base, path) == 0)
    {
      self->files[file] = FILE_RENAMED;
      self->change.bytes += (guint64) from.st_size;
      return TRUE;
    }
  if (errno == EXDEV && shoal_disk_path_stat (&self->target.base, path, &to) != 0)
    return begin_copy (self, visit, file);
  if (errno == EEXIST || errno == ENOTEMPTY || errno == EXDEV)
    return meet_existing (self, file, &from);
  return fail_at (self, &visit->base, path, "move");
}

/* The whole copy gets its name. */
static gboolean
name_copy (MoveOp *self, guint file)
{
  const char *path = get_path (self, file);

  g_clear_pointer (&self->copy, shoal_disk_copy_free);
  if (shoal_disk_path_rename (&self->target.base, self->temp, &self->target.base, path) != 0)
    {
      if (errno != EEXIST)
        return fail_at (self, &self->target.base, path, "name");
      shoal_disk_change_set_conflict (&self->change,
                                      shoal_disk_path_dup_full (&self->target.base, path));
      return FALSE;
    }
  self->files[file] = FILE_COPIED;
  self->change.bytes += self->file_bytes;
  self->file_bytes = 0;
  return TRUE;
}

static gboolean
go_on_copying (MoveOp *self, ShoalDiskVisit *visit, guint file, guint64 *budget)
{
  guint64             before = self->file_bytes;
  ShoalDiskCopyResult result = shoal_disk_copy_step (self->copy, *budget, &self->file_bytes);
  gboolean            is_reading;

  *budget -= MIN (*budget, self->file_bytes - before);
  if (result == SHOAL_DISK_COPY_DONE)
    return name_copy (self, file);
  if (result == SHOAL_DISK_COPY_MORE)
    {
      *budget = 0;
      return TRUE;
    }
  is_reading = shoal_disk_copy_failed_reading (self->copy);
  return is_reading ? fail_at (self, &visit->base, get_path (self, file), "read")
                    : fail_at (self, &self->target.base, get_path (self, file), "write");
}

static ShoalDiskStep
move_files (MoveOp *self, ShoalDiskVisit *visit)
{
  guint64  budget = BYTES_PER_STEP;
  guint    n_files = 0;
  gboolean is_ok = TRUE;

  while (is_ok && budget > 0 && n_files < FILES_PER_STEP && self->next <= visit->storage->n_files)
    {
      if (self->copy == NULL)
        is_ok = begin_file (self, visit, self->next);
      if (is_ok && self->copy != NULL)
        is_ok = go_on_copying (self, visit, self->next, &budget);
      if (is_ok && self->copy == NULL)
        {
          self->next++;
          n_files++;
        }
    }
  post_progress (self);
  if (!is_ok)
    self->phase = MOVE_UNDO;
  else if (self->next > visit->storage->n_files)
    self->phase = MOVE_FINISH;
  return SHOAL_DISK_STEP_IO;
}

/* Syncs the folders of all files that were moved, at @base. */
static gboolean
sync_folders (MoveOp *self, ShoalDiskVisit *visit, const ShoalDiskPathBase *base, GError **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  ShoalDiskVisit there = *visit;
  guint          i;

  there.base = *base;
  for (i = 0; i <= visit->storage->n_files; i++)
    if (self->files[i] != FILE_OLD)
      g_ptr_array_add (paths, g_strdup (get_path (self, i)));
  g_ptr_array_set_free_func (paths, g_free);
  return shoal_disk_change_sync_folders (&there, paths, error);
}

static void
prune_folders (ShoalDiskStorage *storage, const ShoalDiskPathBase *base)
{
  g_autoptr (GPtrArray) folders = shoal_disk_change_list_folders (storage);
  guint i;

  for (i = 0; i < folders->len; i++)
    shoal_disk_path_unlink (base, g_ptr_array_index (folders, i), AT_REMOVEDIR);
}

/* From here on the new place has the data. */
static void
switch_folder (MoveOp *self)
{
  ShoalDiskStorage *storage = self->change.op.storage;
  char             *old = storage->folder;

  storage->folder_id = self->change.folder_id = self->target.id;
  storage->folder = g_strdup (self->target.folder);
  shoal_disk_queue_set_place (
      storage->queue, &storage->lane, self->target.id.device, storage->folder);
  g_free (old);
}

/* Not every file system keeps the time of the original. */
static void
leave_copy (MoveOp *self, ShoalDiskVisit *visit, guint file)
{
  struct stat st;

  if (has_regular (&self->target.base, get_path (self, file), &st))
    shoal_disk_storage_accept (visit->storage, file, &st);
  if (shoal_disk_path_unlink (&visit->base, get_path (self, file), 0) != 0 && errno != ENOENT)
    self->change.n_left++;
}

static ShoalDiskStep
finish_move (MoveOp *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;
  struct statfs     fs;
  guint             i;

  if (!sync_folders (self, visit, &self->target.base, &self->change.op.error))
    {
      self->phase = MOVE_UNDO;
      return SHOAL_DISK_STEP_IO;
    }
  for (i = 0; i <= storage->n_files; i++)
    if (self->files[i] == FILE_COPIED)
      leave_copy (self, visit, i);
  if (visit->syscalls->fstatfs (visit->syscalls->data, self->target.base.fd, &fs) == 0)
    shoal_disk_stamps_set_place (storage->stamps, &fs);
  /* What an unclean stop could bring back is an old name of what is safe at the new place. Folders
   * go only when nothing can come back into them. */
  if (sync_folders (self, visit, &visit->base, NULL))
    prune_folders (storage, &visit->base);
  switch_folder (self);
  return SHOAL_DISK_STEP_DONE;
}

/* Puts back what was moved, the last one first. */
static ShoalDiskStep
undo (MoveOp *self, ShoalDiskVisit *visit)
{
  const char *path;
  guint       i;
  int         result;

  g_clear_pointer (&self->copy, shoal_disk_copy_free);
  shoal_disk_path_unlink (&self->target.base, self->temp, 0);
  for (i = visit->storage->n_files + 1; i-- > 0;)
    {
      path = get_path (self, i);
      result = 0;
      if (self->files[i] == FILE_RENAMED)
        result = shoal_disk_path_rename (&self->target.base, path, &visit->base, path);
      else if (self->files[i] == FILE_COPIED)
        result = shoal_disk_path_unlink (&self->target.base, path, 0);
      self->change.n_left += result != 0;
    }
  if (sync_folders (self, visit, &visit->base, NULL) &&
      sync_folders (self, visit, &self->target.base, NULL))
    {
      prune_folders (visit->storage, &self->target.base);
      shoal_disk_change_target_unmake (&self->target, visit->syscalls);
    }
  self->change.bytes = 0;
  return SHOAL_DISK_STEP_DONE;
}

static ShoalDiskStep
run_phase (MoveOp *self, ShoalDiskVisit *visit)
{
  switch (self->phase)
    {
    case MOVE_LOOK:
      return look (self, visit);
    case MOVE_FILES:
      return move_files (self, visit);
    case MOVE_FINISH:
      return finish_move (self, visit);
    case MOVE_UNDO:
      return undo (self, visit);
    }
  g_assert_not_reached ();
}

/* A folder is gone in the middle of it: what was moved stays where it is. */
static ShoalDiskStep
give_up (MoveOp *self, GError *error)
{
  guint i;

  for (i = 0; i <= self->change.op.storage->n_files; i++)
    self->change.n_left += self->files[i] != FILE_OLD;
  if (self->change.op.error == NULL)
    self->change.op.error = error;
  else
    g_error_free (error);
  return SHOAL_DISK_STEP_DONE;
}

static void
notice_cancel (MoveOp *self)
{
  ShoalDiskStorage *storage = self->change.op.storage;

  if (self->phase == MOVE_LOOK || self->phase == MOVE_UNDO ||
      !shoal_disk_queue_is_cancelled (storage->queue, &self->change.op.job))
    return;
  self->change.op.error =
      shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", self->target.folder);
  self->phase = MOVE_UNDO;
}

static ShoalDiskStep
step_move (ShoalDiskJob *job)
{
  MoveOp        *self = (MoveOp *) job;
  ShoalDiskVisit visit;
  ShoalDiskStep  next;
  GError        *error = NULL;

  notice_cancel (self);
  if (!shoal_disk_change_enter (&self->change, &visit, &error))
    return give_up (self, error);
  if ((self->phase == MOVE_LOOK &&
       !shoal_disk_change_target_make (&self->target, visit.syscalls, &error)) ||
      !shoal_disk_change_target_enter (&self->target, visit.syscalls, &error))
    next = give_up (self, error);
  else
    {
      next = run_phase (self, &visit);
      shoal_disk_path_close_base (&self->target.base);
    }
  shoal_disk_storage_leave (&visit);
  return next;
}

static void
answer_move (ShoalDiskJob *job, gboolean is_cancelled)
{
  MoveOp *self = (MoveOp *) job;

  shoal_disk_change_answer (&self->change, is_cancelled);
  g_clear_pointer (&self->copy, shoal_disk_copy_free);
  g_free (self->files);
  g_free (self->temp);
  shoal_disk_change_target_clear (&self->target);
  g_free (self);
}

static const ShoalDiskJobOps move_ops = { "move", step_move, answer_move };

ShoalDiskTicket
shoal_disk_change_move (ShoalDiskStorage    *storage,
                        const ShoalDiskMove *move,
                        ShoalDiskChangeFunc  func,
                        gpointer             user_data)
{
  MoveOp *op = g_new0 (MoveOp, 1);

  op->change.func = func;
  op->change.op.user_data = user_data;
  op->change.op.job.next = SHOAL_DISK_STEP_IO;
  op->change.op.job.is_bulk = TRUE;
  op->change.op.job.ends_itself = TRUE;
  shoal_disk_change_target_init (&op->target, move->folder);
  op->temp = g_strconcat (storage->parts_path, "-move", NULL);
  op->files = g_new0 (guint8, storage->n_files + 1);
  op->on_progress = move->on_progress;
  op->is_resumed = move->is_resumed;
  return shoal_disk_storage_submit (storage, &op->change.op, &move_ops, SHOAL_DISK_ORDER_ALONE);
}
