/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-change-move-private.h"

#include <errno.h>

/* One file goes to the new place: by its name where that can be, else as a copy that gets its name
 * when it is whole. */

const char *
shoal_disk_change_move_get_path (const ShoalDiskChangeMove *self, guint file)
{
  return shoal_disk_storage_get_path (self->change.op.storage, file);
}

static gboolean
is_ours (const ShoalDiskChangeMove *self, guint file)
{
  ShoalDiskStorage *storage = self->change.op.storage;

  return file == storage->n_files || shoal_disk_storage_is_real (storage, file);
}

static gboolean
fail_at (ShoalDiskChangeMove     *self,
         const ShoalDiskPathBase *base,
         const char              *path,
         const char              *doing)
{
  int              saved = errno;
  g_autofree char *full = shoal_disk_path_dup_full (base, path);

  if (self->change.op.error == NULL)
    self->change.op.error = shoal_disk_error_new_errno (saved, doing, full);
  return FALSE;
}

gboolean
shoal_disk_change_move_fail_conflict (ShoalDiskChangeMove *self, const char *path)
{
  shoal_disk_change_set_conflict (&self->change,
                                  shoal_disk_path_dup_full (&self->target.base, path));
  return FALSE;
}

static gboolean
has_regular (const ShoalDiskPathBase *base, const char *path, struct stat *st)
{
  return shoal_disk_path_stat (base, path, st) == 0 && S_ISREG (st->st_mode);
}

gboolean
shoal_disk_change_move_find_source (ShoalDiskChangeMove *self,
                                    ShoalDiskVisit      *visit,
                                    guint                file,
                                    struct stat         *st,
                                    gboolean            *is_there)
{
  const char *path = shoal_disk_change_move_get_path (self, file);

  *is_there = FALSE;
  if (!is_ours (self, file))
    return TRUE;
  if (shoal_disk_path_stat (&visit->base, path, st) != 0)
    return errno == ENOENT || errno == ENOTDIR || errno == ELOOP || errno == ENAMETOOLONG ||
           fail_at (self, &visit->base, path, "look at");
  *is_there = S_ISREG (st->st_mode);
  return TRUE;
}

gboolean
shoal_disk_change_move_has_both_empty (const ShoalDiskChangeMove *self,
                                       guint                      file,
                                       const struct stat         *from)
{
  struct stat to;

  return from->st_size == 0 &&
         has_regular (&self->target.base, shoal_disk_change_move_get_path (self, file), &to) &&
         to.st_size == 0;
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
meet_existing (ShoalDiskChangeMove *self, guint file, const struct stat *from)
{
  const char *path = shoal_disk_change_move_get_path (self, file);
  struct stat to;

  if (self->is_resumed && has_regular (&self->target.base, path, &to) &&
      to.st_size == from->st_size && have_same_time (&to, from))
    {
      self->files[file] = SHOAL_DISK_CHANGE_MOVE_COPIED;
      self->change.bytes += (guint64) from->st_size;
      return TRUE;
    }
  return shoal_disk_change_move_fail_conflict (self, path);
}

static gboolean
begin_copy (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file)
{
  g_autofree char *failed_path = NULL;
  int              saved;

  self->copy = shoal_disk_copy_begin (&visit->base,
                                      shoal_disk_change_move_get_path (self, file),
                                      &self->target.base,
                                      self->temp,
                                      &failed_path);
  saved = errno;
  if (self->copy == NULL)
    self->change.op.error = shoal_disk_error_new_errno (saved, "open", failed_path);
  return self->copy != NULL;
}

gboolean
shoal_disk_change_move_begin_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file)
{
  const char *path = shoal_disk_change_move_get_path (self, file);
  struct stat from, to;
  gboolean    is_there;

  if (!shoal_disk_change_move_find_source (self, visit, file, &from, &is_there))
    return FALSE;
  if (is_there)
    shoal_disk_storage_compare (visit->storage, file, &from);
  else
    {
      if (self->is_resumed && is_ours (self, file) && has_regular (&self->target.base, path, &to))
        self->files[file] = SHOAL_DISK_CHANGE_MOVE_RENAMED;
      return TRUE;
    }
  if (shoal_disk_change_move_has_both_empty (self, file, &from))
    {
      self->files[file] = SHOAL_DISK_CHANGE_MOVE_COPIED;
      return TRUE;
    }
  if (shoal_disk_path_rename (&visit->base, path, &self->target.base, path) == 0)
    {
      self->files[file] = SHOAL_DISK_CHANGE_MOVE_RENAMED;
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
name_copy (ShoalDiskChangeMove *self, guint file)
{
  const char *path = shoal_disk_change_move_get_path (self, file);

  g_clear_pointer (&self->copy, shoal_disk_copy_free);
  if (shoal_disk_path_rename (&self->target.base, self->temp, &self->target.base, path) != 0)
    return errno == EEXIST ? shoal_disk_change_move_fail_conflict (self, path)
                           : fail_at (self, &self->target.base, path, "name");
  self->files[file] = SHOAL_DISK_CHANGE_MOVE_COPIED;
  self->change.bytes += self->file_bytes;
  self->file_bytes = 0;
  return TRUE;
}

gboolean
shoal_disk_change_move_copy_file (ShoalDiskChangeMove *self,
                                  ShoalDiskVisit      *visit,
                                  guint                file,
                                  guint64             *budget)
{
  guint64             before = self->file_bytes;
  ShoalDiskCopyResult result = shoal_disk_copy_step (self->copy, *budget, &self->file_bytes);
  const char         *path = shoal_disk_change_move_get_path (self, file);

  *budget -= MIN (*budget, self->file_bytes - before);
  if (result == SHOAL_DISK_COPY_DONE)
    return name_copy (self, file);
  if (result == SHOAL_DISK_COPY_MORE)
    {
      *budget = 0;
      return TRUE;
    }
  return shoal_disk_copy_failed_reading (self->copy)
             ? fail_at (self, &visit->base, path, "read")
             : fail_at (self, &self->target.base, path, "write");
}

/* Not every file system keeps the time of the original. */
void
shoal_disk_change_move_leave_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file)
{
  const char *path = shoal_disk_change_move_get_path (self, file);
  struct stat st;

  if (has_regular (&self->target.base, path, &st))
    shoal_disk_storage_accept (visit->storage, file, &st);
  if (shoal_disk_path_unlink (&visit->base, path, 0) != 0 && errno != ENOENT)
    self->change.n_left++;
}

/* What has the name at the new place only may be somebody else's, if we never had one. */
static gboolean
may_be_moved (const ShoalDiskChangeMove *self, guint file)
{
  ShoalDiskStorage *storage = self->change.op.storage;

  return file == storage->n_files ||
         (is_ours (self, file) &&
          (shoal_disk_storage_get_state (storage, file) & SHOAL_DISK_FILE_OURS) != 0);
}

void
shoal_disk_change_move_recall_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file)
{
  const char *path = shoal_disk_change_move_get_path (self, file);
  struct stat from, to;

  if (self->files[file] != SHOAL_DISK_CHANGE_MOVE_OLD || !may_be_moved (self, file) ||
      !has_regular (&self->target.base, path, &to))
    return;
  if (shoal_disk_path_stat (&visit->base, path, &from) != 0)
    self->files[file] = SHOAL_DISK_CHANGE_MOVE_RENAMED;
  else if (to.st_size == from.st_size && have_same_time (&to, &from))
    self->files[file] = SHOAL_DISK_CHANGE_MOVE_COPIED;
}

void
shoal_disk_change_move_return_file (ShoalDiskChangeMove *self, ShoalDiskVisit *visit, guint file)
{
  const char *path = shoal_disk_change_move_get_path (self, file);
  int         result = 0;

  if (self->files[file] == SHOAL_DISK_CHANGE_MOVE_RENAMED)
    result = shoal_disk_path_rename (&self->target.base, path, &visit->base, path);
  else if (self->files[file] == SHOAL_DISK_CHANGE_MOVE_COPIED)
    result = shoal_disk_path_unlink (&self->target.base, path, 0);
  self->change.n_left += result != 0;
}
