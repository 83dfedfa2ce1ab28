/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-storage.h"

#include <errno.h>

#include "base/shoal-base-bytes.h"
#include "disk/shoal-disk-storage-private.h"

/* The name that the parts file has is fixed: others look for it to leave it alone. */
static char *
make_parts_path (const ShoalInfoHashes *hashes)
{
  g_autofree char *hex = hashes->has_v1
                             ? shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes)
                             : shoal_base_hex_dup (hashes->v2.bytes, sizeof hashes->v2.bytes);

  return g_strdup_printf (".%s.shoal-parts", hex);
}

static void
copy_paths (ShoalDiskStorage *self, const char *const *paths)
{
  guint i;

  self->paths = g_new0 (char *, self->n_files);
  for (i = 0; i < self->n_files && paths != NULL; i++)
    self->paths[i] = g_strdup (paths[i]);
}

static void
init_states (ShoalDiskStorage *self, const ShoalBaseBitset *wanted, const ShoalBaseBitset *ours)
{
  guint i;

  self->states = g_new0 (atomic_ushort, self->n_files + 1);
  for (i = 0; i < self->n_files; i++)
    {
      if (wanted == NULL || shoal_base_bitset_get (wanted, i))
        shoal_disk_storage_set_state (self, i, SHOAL_DISK_FILE_WANTED);
      if (ours != NULL && shoal_base_bitset_get (ours, i))
        shoal_disk_storage_set_state (self, i, SHOAL_DISK_FILE_OURS);
    }
}

ShoalDiskStorage *
shoal_disk_storage_new (const ShoalDiskStorageOptions *options)
{
  ShoalDiskStorage *self;
  ShoalCodecLayout *layout = options->layout;

  g_return_val_if_fail (options->queue != NULL && layout != NULL && options->folder != NULL, NULL);

  self = g_new0 (ShoalDiskStorage, 1);
  self->queue = options->queue;
  self->layout = shoal_codec_layout_ref (layout);
  self->id = ++self->queue->last_storage;
  self->n_files = shoal_codec_layout_get_n_files (layout);
  self->parts_path = make_parts_path (&options->hashes);
  self->creates_folder = options->creates_folder;
  self->looks_only = options->looks_only;
  self->preallocates = options->preallocates;
  self->folder = g_strdup (options->folder);
  self->folder_id = options->folder_id;
  copy_paths (self, options->paths);
  init_states (self, options->wanted, options->ours);
  atomic_init (&self->flush_fd, SHOAL_DISK_STORAGE_NOT_WRITTEN);
  self->stamps = shoal_disk_stamps_new (self->queue, self->n_files + 1);
  self->claims = shoal_disk_claims_new (self->queue, self->n_files + 1);
  self->parts = shoal_disk_parts_new (self->queue,
                                      &options->hashes,
                                      shoal_codec_layout_get_piece_length (layout),
                                      shoal_codec_layout_get_n_pieces (layout),
                                      self->n_files);
  shoal_base_list_init (&self->checks);
  shoal_disk_queue_lane_init (&self->lane);
  self->lane.device = options->folder_id.device;
  self->lane.where = self->folder;
  return self;
}

static void
free_storage (ShoalDiskStorage *self)
{
  guint i;

  for (i = 0; i < self->n_files; i++)
    g_free (self->paths[i]);
  g_free (self->paths);
  g_free (self->states);
  shoal_disk_claims_free (self->claims);
  shoal_disk_stamps_free (self->stamps);
  g_free (self->folder);
  g_free (self->parts_path);
  shoal_disk_parts_free (self->parts);
  shoal_codec_layout_unref (self->layout);
  g_free (self);
}

/* The last job of a storage: it runs after all others, since it runs alone. */
typedef struct
{
  ShoalDiskOp op;
  void (*on_closed) (gpointer user_data);
} CloseOp;

static ShoalDiskStep
step_close (ShoalDiskJob *job)
{
  ShoalDiskStorage *storage = ((ShoalDiskOp *) job)->storage;

  shoal_disk_cache_drop (storage->queue->cache, storage->id, SHOAL_DISK_CACHE_ALL);
  shoal_disk_storage_leave_file_system (storage);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_close (ShoalDiskJob *job, gboolean is_cancelled)
{
  CloseOp *self = (CloseOp *) job;
  CloseOp  copy = *self;

  if (is_cancelled)
    step_close (job);
  free_storage (self->op.storage);
  g_free (self);
  if (copy.on_closed != NULL)
    copy.on_closed (copy.op.user_data);
}

static const ShoalDiskJobOps close_ops = { "close", step_close, finish_close };

void
shoal_disk_storage_close (ShoalDiskStorage *self,
                          void (*on_closed) (gpointer user_data),
                          gpointer user_data)
{
  CloseOp *op = g_new0 (CloseOp, 1);

  g_return_if_fail (!self->is_closed);

  shoal_disk_storage_cancel_checks (self);
  shoal_disk_queue_cancel_lane (self->queue, &self->lane);
  op->on_closed = on_closed;
  op->op.user_data = user_data;
  shoal_disk_storage_submit (self, &op->op, &close_ops, SHOAL_DISK_ORDER_ALONE);
  self->is_closed = TRUE;
}

ShoalDiskTicket
shoal_disk_storage_submit (ShoalDiskStorage      *self,
                           ShoalDiskOp           *op,
                           const ShoalDiskJobOps *ops,
                           ShoalDiskOrder         order)
{
  g_assert (!self->is_closed);

  op->storage = self;
  op->job.ops = ops;
  op->job.lane = &self->lane;
  op->job.order = order;
  return shoal_disk_queue_submit (self->queue, &op->job);
}

void
shoal_disk_storage_set_range (ShoalDiskOp *op, guint64 offset, guint64 length)
{
  op->job.offset = offset;
  op->job.length = length;
}

const GError *
shoal_disk_storage_get_error (ShoalDiskOp *op, gboolean is_cancelled)
{
  if (is_cancelled && op->error == NULL)
    op->error = shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", NULL);
  return op->error;
}

gboolean
shoal_disk_storage_enter (ShoalDiskStorage *self, ShoalDiskVisit *visit, GError **error)
{
  ShoalDiskFolderId found;

  visit->storage = self;
  visit->syscalls = self->queue->syscalls;
  visit->writes_whole = FALSE;
  if (shoal_disk_path_open_base (
          visit->syscalls, self->folder, &self->folder_id, &found, &visit->base, error))
    {
      atomic_store (&self->entered_usec, g_get_monotonic_time ());
      return TRUE;
    }
  atomic_store (&self->entered_usec, 0);
  /* Open files would keep a vanished mount busy. */
  shoal_disk_cache_drop (self->queue->cache, self->id, SHOAL_DISK_CACHE_ALL);
  return FALSE;
}

void
shoal_disk_storage_leave (ShoalDiskVisit *visit)
{
  shoal_disk_path_close_base (&visit->base);
}

const char *
shoal_disk_storage_get_path (const ShoalDiskStorage *self, guint file)
{
  if (file == self->n_files)
    return self->parts_path;
  return self->paths[file] != NULL ? self->paths[file]
                                   : shoal_codec_layout_get_file (self->layout, file)->path;
}

gboolean
shoal_disk_storage_is_real (const ShoalDiskStorage *self, guint file)
{
  return (shoal_codec_layout_get_file (self->layout, file)->flags &
          (SHOAL_CODEC_FILE_PAD | SHOAL_CODEC_FILE_SYMLINK)) == 0;
}

GError *
shoal_disk_storage_new_error (const ShoalDiskVisit *visit,
                              guint                 file,
                              int                   error_number,
                              const char           *doing)
{
  const char      *relative = shoal_disk_storage_get_path (visit->storage, file);
  g_autofree char *path = NULL;

  if (error_number == EACCES || error_number == EPERM || error_number == EROFS)
    path = shoal_disk_path_dup_existing (&visit->base, relative);
  else if (error_number == ELOOP || error_number == ENOTDIR)
    path = shoal_disk_path_dup_obstacle (&visit->base, relative);
  else
    path = shoal_disk_path_dup_full (&visit->base, relative);
  return shoal_disk_error_new_errno (error_number, doing, path);
}
