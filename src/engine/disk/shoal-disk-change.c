/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-change.h"

#include <errno.h>

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
