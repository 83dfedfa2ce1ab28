/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <unistd.h>

#include "disk/shoal-disk-storage-private.h"

/* For so long after a worker was in the folder, nobody looks whether it is still there. */
#define ENTERED_USEC G_USEC_PER_SEC

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

static guint64
get_offset (const ShoalDiskStorage *self, const ShoalDiskRange *range)
{
  guint32 size = shoal_codec_layout_get_piece_size (self->layout, range->piece);

  g_assert (range->length > 0 && range->length <= SHOAL_DISK_STORAGE_READ_MAX);
  g_assert (range->begin < size && range->length <= size - range->begin);
  return shoal_codec_layout_get_piece_offset (self->layout, range->piece) + range->begin;
}

ShoalDiskTicket
shoal_disk_storage_read (ShoalDiskStorage     *self,
                         const ShoalDiskRange *range,
                         ShoalDiskReadFunc     func,
                         gpointer              user_data)
{
  ReadOp *op = g_new0 (ReadOp, 1);

  op->range = *range;
  op->func = func;
  op->data = shoal_disk_buffer_take (self->queue->buffers, range->length);
  op->op.user_data = user_data;
  op->op.job.next = SHOAL_DISK_STEP_IO;
  shoal_disk_storage_set_range (&op->op, get_offset (self, range), range->length);
  return shoal_disk_storage_submit (self, &op->op, &read_ops, SHOAL_DISK_ORDER_READ);
}

static gboolean
was_entered (ShoalDiskStorage *self)
{
  return g_get_monotonic_time () - atomic_load (&self->entered_usec) < ENTERED_USEC;
}

/* The one file that the bytes lie in, if it is open. */
static gboolean
borrow_file (ShoalDiskStorage   *self,
             guint64             offset,
             guint32             length,
             ShoalCodecSpan     *span,
             ShoalDiskCacheLoan *loan)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));

  shoal_codec_layout_map (self->layout, offset, length, spans);
  if (spans->len != 1)
    return FALSE;
  *span = g_array_index (spans, ShoalCodecSpan, 0);
  return shoal_disk_storage_is_real (self, span->file) &&
         !shoal_disk_storage_reads_parts (self, span->file) &&
         shoal_disk_cache_borrow (self->queue->cache, self->id, span->file, FALSE, loan);
}

/* Looked at after the read: what was changed before it shows. A file that was deleted is for the
 * workers to find. */
static gboolean
is_as_we_left_it (ShoalDiskStorage *self, const ShoalCodecSpan *span, int fd)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;
  ShoalDiskVisit           visit = { .storage = self, .syscalls = syscalls };
  struct stat              st;

  if (syscalls->fstat (syscalls->data, fd, &st) != 0 || st.st_nlink == 0)
    return FALSE;
  shoal_disk_storage_look (&visit, span->file, fd);
  return !shoal_disk_storage_has_changed (self);
}

static gboolean
read_at_once (ShoalDiskStorage *self, const ShoalCodecSpan *span, int fd, guint8 *data)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;
  struct iovec             iov = { data, span->length };

  return syscalls->preadv_cached (syscalls->data, fd, &iov, 1, span->file_offset) ==
             (gssize) span->length &&
         is_as_we_left_it (self, span, fd);
}

guint8 *
shoal_disk_storage_read_cached (ShoalDiskStorage *self, const ShoalDiskRange *range)
{
  guint64            offset = get_offset (self, range);
  ShoalCodecSpan     span;
  ShoalDiskCacheLoan loan;
  guint8            *data;

  if (self->queue->syscalls->preadv_cached == NULL || !was_entered (self) ||
      !shoal_disk_queue_may_read (self->queue, &self->lane, offset, range->length) ||
      !borrow_file (self, offset, range->length, &span, &loan))
    return NULL;
  data = shoal_disk_buffer_take (self->queue->buffers, range->length);
  if (!read_at_once (self, &span, loan.fd, data))
    g_clear_pointer (&data, shoal_disk_buffer_give);
  shoal_disk_cache_give_back (self->queue->cache, &loan);
  return data;
}

/* How many pages of the file the bytes lie in. */
static guint64
count_pages (const ShoalCodecSpan *span)
{
  guint64 page = (guint64) sysconf (_SC_PAGESIZE);

  return (span->file_offset % page + span->length + page - 1) / page;
}

static gboolean
splice_at_once (ShoalDiskStorage *self, const ShoalCodecSpan *span, int fd, ShoalBasePipe *pipe)
{
  const ShoalDiskSyscalls *syscalls = self->queue->syscalls;

  while (pipe->len < span->length)
    {
      gssize n = syscalls->splice_cached (syscalls->data,
                                          fd,
                                          span->file_offset + pipe->len,
                                          pipe->in,
                                          (gsize) span->length - pipe->len);

      if (n <= 0)
        return FALSE;
      pipe->len += (gsize) n;
    }
  return is_as_we_left_it (self, span, fd);
}

static ShoalBasePipe *
splice_file (ShoalDiskStorage *self, const ShoalCodecSpan *span, int fd)
{
  guint64        n_pages = count_pages (span);
  ShoalBasePipe *pipe = n_pages <= SHOAL_BASE_PIPE_MAX_PAGES
                            ? shoal_base_pipe_take (self->queue->pipes, (guint) n_pages)
                            : NULL;

  if (pipe != NULL && !splice_at_once (self, span, fd, pipe))
    g_clear_pointer (&pipe, shoal_base_pipe_give);
  return pipe;
}

/* On some file systems (XFS) a splice waits for whoever writes to the same file, and he perhaps for
 * the disk. */
static gboolean
may_splice (ShoalDiskStorage *self)
{
  return self->queue->syscalls->splice_cached != NULL && was_entered (self) &&
         shoal_disk_queue_may_read (
             self->queue, &self->lane, 0, shoal_codec_layout_get_total_size (self->layout));
}

ShoalBasePipe *
shoal_disk_storage_splice_cached (ShoalDiskStorage *self, const ShoalDiskRange *range)
{
  guint64            offset = get_offset (self, range);
  ShoalBasePipe     *pipe;
  ShoalCodecSpan     span;
  ShoalDiskCacheLoan loan;

  if (!may_splice (self) || !borrow_file (self, offset, range->length, &span, &loan))
    return NULL;
  pipe = splice_file (self, &span, loan.fd);
  shoal_disk_cache_give_back (self->queue->cache, &loan);
  return pipe;
}
