/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-storage-private.h"

typedef struct
{
  ShoalDiskOp       op;
  ShoalDiskRange    range;
  ShoalDiskReadFunc func;
  guint8           *data; /* owned, until it goes to func */
} ReadOp;

static ShoalDiskStep
step_read (ShoalDiskJob *job)
{
  ReadOp        *self = (ReadOp *) job;
  ShoalDiskVisit visit;
  struct iovec   iov;

  if (!shoal_disk_storage_enter (self->op.storage, &visit, &self->op.error))
    return SHOAL_DISK_STEP_DONE;
  iov = (struct iovec){ self->data, self->range.length };
  shoal_disk_storage_read_iov (&visit, job->offset, &iov, 1, &self->op.error);
  shoal_disk_storage_leave (&visit);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_read (ShoalDiskJob *job, gboolean is_cancelled)
{
  ReadOp       *self = (ReadOp *) job;
  const GError *error = shoal_disk_storage_get_error (&self->op, is_cancelled);

  if (error != NULL)
    g_clear_pointer (&self->data, shoal_disk_buffer_give);
  self->func (&self->range, self->data, error, self->op.user_data);
  g_clear_error (&self->op.error);
  g_free (self);
}

static const ShoalDiskJobOps read_ops = { "read", step_read, finish_read };

ShoalDiskTicket
shoal_disk_storage_read (ShoalDiskStorage     *self,
                         const ShoalDiskRange *range,
                         ShoalDiskReadFunc     func,
                         gpointer              user_data)
{
  ReadOp *op = g_new0 (ReadOp, 1);
  guint32 size = shoal_codec_layout_get_piece_size (self->layout, range->piece);

  g_assert (range->length > 0 && range->length <= SHOAL_DISK_STORAGE_READ_MAX);
  g_assert (range->begin < size && range->length <= size - range->begin);

  op->range = *range;
  op->func = func;
  op->data = shoal_disk_buffer_take (self->queue->buffers, range->length);
  op->op.user_data = user_data;
  op->op.job.next = SHOAL_DISK_STEP_IO;
  shoal_disk_storage_set_range (&op->op,
                                shoal_codec_layout_get_piece_offset (self->layout, range->piece) +
                                    range->begin,
                                range->length);
  return shoal_disk_storage_submit (self, &op->op, &read_ops, SHOAL_DISK_ORDER_READ);
}
