/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-change-move-private.h"

#include <fcntl.h>
#include <string.h>

/* All files of a torrent go to another folder, in steps, or back. */

/* After so much others get their turn, a person hears how far it is, and cancelling is seen. */
#define BYTES_PER_STEP (4 * 1024 * 1024)
#define FILES_PER_STEP 256

typedef struct
{
  ShoalDiskMessage     message;
  ShoalDiskChangeMove *op; /* unowned: its end comes after us */
  guint64              bytes;
  guint64              total_bytes;
} Progress;

static void
deliver_progress (ShoalDiskQueue *queue, ShoalDiskMessage *message)
{
  Progress            *self = (Progress *) message;
  ShoalDiskChangeMove *op = self->op;

  if (!op->change.op.storage->is_closed)
    op->on_progress (self->bytes, self->total_bytes, op->change.op.user_data);
  g_free (self);
}

static void
post_progress (ShoalDiskChangeMove *self)
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

static gboolean
goes_into_itself (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
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
look_at_files (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new_with_free_func (g_free);
  ShoalDiskVisit there = *visit;
  struct stat    from, to;
  const char    *path;
  gboolean       is_there;
  guint          i;

  for (i = 0; i <= visit->storage->n_files; i++)
    {
      if (!shoal_disk_change_move_find_source (self, visit, i, &from, &is_there))
        return FALSE;
      if (!is_there)
        continue;
      self->total_bytes += (guint64) from.st_size;
      path = shoal_disk_change_move_get_path (self, i);
      g_ptr_array_add (paths, g_strdup (path));
      if (!self->is_resumed && shoal_disk_path_stat (&self->target.base, path, &to) == 0 &&
          !shoal_disk_change_move_has_both_empty (self, i, &from))
        return shoal_disk_change_move_fail_conflict (self, path);
    }
  there.base = self->target.base;
  return shoal_disk_change_make_folders (&there, paths, &self->change.op.error);
}

static ShoalDiskStep
look (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  const ShoalDiskFolderId *old_id = &visit->storage->folder_id;

  if (self->target.id.device == old_id->device && self->target.id.inode == old_id->inode)
    return SHOAL_DISK_STEP_DONE;
  if (goes_into_itself (self, visit) || !look_at_files (self, visit))
    {
      self->phase = SHOAL_DISK_CHANGE_MOVE_UNDO;
      return SHOAL_DISK_STEP_IO;
    }
  shoal_disk_cache_drop (visit->storage->queue->cache, visit->storage->id, SHOAL_DISK_CACHE_ALL);
  self->phase = SHOAL_DISK_CHANGE_MOVE_FILES;
  return SHOAL_DISK_STEP_IO;
}

static ShoalDiskStep
move_files (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  guint64  budget = BYTES_PER_STEP;
  guint    n_files = 0;
  gboolean is_ok = TRUE;

  while (is_ok && budget > 0 && n_files < FILES_PER_STEP && self->next <= visit->storage->n_files)
    {
      if (self->copy == NULL)
        is_ok = shoal_disk_change_move_begin_file (self, visit, self->next);
      if (is_ok && self->copy != NULL)
        is_ok = shoal_disk_change_move_copy_file (self, visit, self->next, &budget);
      if (is_ok && self->copy == NULL)
        {
          self->next++;
          n_files++;
        }
    }
  post_progress (self);
  if (!is_ok)
    self->phase = SHOAL_DISK_CHANGE_MOVE_UNDO;
  else if (self->next > visit->storage->n_files)
    self->phase = SHOAL_DISK_CHANGE_MOVE_FINISH;
  return SHOAL_DISK_STEP_IO;
}

/* Syncs the folders of all files that were moved, at @base. */
static gboolean
sync_folders (ShoalDiskChangeMove     *self,
              ShoalDiskVisit          *visit,
              const ShoalDiskPathBase *base,
              GError                 **error)
{
  g_autoptr (GPtrArray) paths = g_ptr_array_new ();
  ShoalDiskVisit there = *visit;
  guint          i;

  there.base = *base;
  for (i = 0; i <= visit->storage->n_files; i++)
    if (self->files[i] != SHOAL_DISK_CHANGE_MOVE_OLD)
      g_ptr_array_add (paths, g_strdup (shoal_disk_change_move_get_path (self, i)));
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
switch_folder (ShoalDiskChangeMove *self)
{
  ShoalDiskStorage *storage = self->change.op.storage;
  char             *old = storage->folder;

  shoal_disk_storage_leave_file_system (storage);
  storage->folder_id = self->change.folder_id = self->target.id;
  storage->folder = g_strdup (self->target.folder);
  shoal_disk_queue_set_place (
      storage->queue, &storage->lane, self->target.id.device, storage->folder);
  g_free (old);
}

static ShoalDiskStep
finish_move (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;
  struct statfs     fs;
  guint             i;

  if (!sync_folders (self, visit, &self->target.base, &self->change.op.error))
    {
      self->phase = SHOAL_DISK_CHANGE_MOVE_UNDO;
      return SHOAL_DISK_STEP_IO;
    }
  for (i = 0; i <= storage->n_files; i++)
    if (self->files[i] == SHOAL_DISK_CHANGE_MOVE_COPIED)
      shoal_disk_change_move_leave_file (self, visit, i);
  if (visit->syscalls->fstatfs (visit->syscalls->data, self->target.base.fd, &fs) == 0)
    shoal_disk_storage_set_file_system (storage, &fs);
  /* What an unclean stop could bring back is an old name of what is safe at the new place. Folders
   * go only when nothing can come back into them. */
  if (sync_folders (self, visit, &visit->base, NULL))
    prune_folders (storage, &visit->base);
  switch_folder (self);
  return SHOAL_DISK_STEP_DONE;
}

/* Puts back what was moved, the last one first. */
static ShoalDiskStep
undo (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  guint i;

  g_clear_pointer (&self->copy, shoal_disk_copy_free);
  shoal_disk_path_unlink (&self->target.base, self->temp, 0);
  for (i = 0; self->is_resumed && i <= visit->storage->n_files; i++)
    shoal_disk_change_move_recall_file (self, visit, i);
  for (i = visit->storage->n_files + 1; i-- > 0;)
    shoal_disk_change_move_return_file (self, visit, i);
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
run_phase (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  switch (self->phase)
    {
    case SHOAL_DISK_CHANGE_MOVE_LOOK:
      return look (self, visit);
    case SHOAL_DISK_CHANGE_MOVE_FILES:
      return move_files (self, visit);
    case SHOAL_DISK_CHANGE_MOVE_FINISH:
      return finish_move (self, visit);
    case SHOAL_DISK_CHANGE_MOVE_UNDO:
      return undo (self, visit);
    }
  g_assert_not_reached ();
}

/* A folder is gone in the middle of it: what was moved stays where it is. */
static ShoalDiskStep
give_up (ShoalDiskChangeMove *self, GError *error)
{
  guint i;

  for (i = 0; i <= self->change.op.storage->n_files; i++)
    self->change.n_left += self->files[i] != SHOAL_DISK_CHANGE_MOVE_OLD;
  if (self->change.op.error == NULL)
    self->change.op.error = error;
  else
    g_error_free (error);
  return SHOAL_DISK_STEP_DONE;
}

/* Of a move to another file system that an earlier run had nearly finished the old place has not
 * everything any more: that one goes on. */
static gboolean
can_go_back (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  guint i;

  if (!self->is_resumed || self->target.id.device == visit->storage->folder_id.device)
    return TRUE;
  for (i = 0; i <= visit->storage->n_files; i++)
    {
      shoal_disk_change_move_recall_file (self, visit, i);
      if (self->files[i] == SHOAL_DISK_CHANGE_MOVE_RENAMED)
        return FALSE;
    }
  return TRUE;
}

static void
notice_cancel (ShoalDiskChangeMove *self, ShoalDiskVisit *visit)
{
  ShoalDiskStorage *storage = visit->storage;

  if (self->phase == SHOAL_DISK_CHANGE_MOVE_LOOK || self->phase == SHOAL_DISK_CHANGE_MOVE_UNDO ||
      self->goes_on || !shoal_disk_queue_is_cancelled (storage->queue, &self->change.op.job))
    return;
  self->goes_on = !can_go_back (self, visit);
  if (self->goes_on)
    return;
  self->change.op.error =
      shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", self->target.folder);
  self->phase = SHOAL_DISK_CHANGE_MOVE_UNDO;
}

static ShoalDiskStep
step_move (ShoalDiskJob *job)
{
  ShoalDiskChangeMove *self = (ShoalDiskChangeMove *) job;
  ShoalDiskVisit       visit;
  ShoalDiskStep        next;
  GError              *error = NULL;

  if (!shoal_disk_change_enter (&self->change, &visit, &error))
    return give_up (self, error);
  if ((self->phase == SHOAL_DISK_CHANGE_MOVE_LOOK &&
       !shoal_disk_change_target_make (&self->target, visit.syscalls, &error)) ||
      !shoal_disk_change_target_enter (&self->target, visit.syscalls, &error))
    next = give_up (self, error);
  else
    {
      notice_cancel (self, &visit);
      next = run_phase (self, &visit);
      shoal_disk_path_close_base (&self->target.base);
    }
  shoal_disk_storage_leave (&visit);
  return next;
}

static void
answer_move (ShoalDiskJob *job, gboolean is_cancelled)
{
  ShoalDiskChangeMove *self = (ShoalDiskChangeMove *) job;

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
  ShoalDiskChangeMove *op = g_new0 (ShoalDiskChangeMove, 1);

  op->change.func = func;
  op->change.op.user_data = user_data;
  op->change.op.job.next = SHOAL_DISK_STEP_IO;
  op->change.op.job.is_bulk = TRUE;
  op->change.op.job.ends_itself = TRUE;
  op->change.op.job.must_begin = move->is_resumed;
  shoal_disk_change_target_init (&op->target, move->folder);
  op->temp = g_strconcat (storage->parts_path, "-move", NULL);
  op->files = g_new0 (guint8, storage->n_files + 1);
  op->on_progress = move->on_progress;
  op->is_resumed = move->is_resumed;
  return shoal_disk_storage_submit (storage, &op->change.op, &move_ops, SHOAL_DISK_ORDER_ALONE);
}
