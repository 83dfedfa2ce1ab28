/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include <fcntl.h>

#include "base/shoal-base-memory.h"
#include "disk/shoal-disk-digest.h"
#include "disk/shoal-disk-hash.h"
#include "disk/shoal-disk-storage-private.h"

/* What verifying reads at a time: it stays in a core's cache for the hash. */
#define READ_SIZE (256 * 1024)

/* Pieces up to this size are hashed together. */
#define MAX_GATHERED (2 * 1024 * 1024)

G_STATIC_ASSERT (READ_SIZE % SHOAL_BASE_BLOCK_SIZE == 0);

/* Writing a piece, writing some of its blocks, or verifying it. */
typedef struct
{
  ShoalDiskOp        op;
  ShoalDiskPieceFunc func;
  guint              piece;
  guint8           **blocks;  /* unowned: the caller's, who gets them back */
  guint             *indices; /* owned; NULL: all of the piece */
  guint              n_blocks;
  ShoalDiskExpected  expected;
  ShoalSha1         *digests; /* owned; of all blocks of the piece */

  /* Verifying. */
  ShoalDiskHash *hash; /* owned */
  guint8        *data; /* owned */
  guint32        n_read;
  guint32        position;
  gboolean       makes_digests; /* the second time through the piece */

  guint wants_digests : 1;
  guint from_device : 1;
  guint is_right : 1;
} PieceOp;

static void
finish_piece (ShoalDiskJob *job, gboolean is_cancelled)
{
  PieceOp             *self = (PieceOp *) job;
  ShoalDiskPieceResult result = {
    .piece = self->piece,
    .blocks = self->blocks,
    .n_blocks = self->n_blocks,
    .digests = self->digests,
    .error = shoal_disk_storage_get_error (&self->op, is_cancelled),
    .is_right = self->is_right && !is_cancelled,
  };

  self->func (&result, self->op.user_data);
  g_clear_error (&self->op.error);
  g_clear_pointer (&self->hash, shoal_disk_hash_free);
  shoal_base_memory_free (self->data);
  g_free (self->digests);
  g_free (self->indices);
  g_free (self);
}

static PieceOp *
new_op (ShoalDiskStorage *storage, guint piece, ShoalDiskPieceFunc func, gpointer user_data)
{
  PieceOp *self = g_new0 (PieceOp, 1);

  g_assert (piece < shoal_codec_layout_get_n_pieces (storage->layout));
  self->op.user_data = user_data;
  self->func = func;
  self->piece = piece;
  shoal_disk_storage_set_range (&self->op,
                                shoal_codec_layout_get_piece_offset (storage->layout, piece),
                                shoal_codec_layout_get_piece_size (storage->layout, piece));
  return self;
}

static gboolean
is_expected (const ShoalDiskExpected *expected, const ShoalSha1 *digest)
{
  return expected->has_sha1 && shoal_sha1_equal (&expected->sha1, digest);
}

static guint32
get_block_size (const PieceOp *self, guint i)
{
  return shoal_codec_layout_get_block_size (
      self->op.storage->layout, self->piece, self->indices != NULL ? self->indices[i] : i);
}

/* All blocks of the piece, as parts of what is hashed. */
static struct iovec *
make_parts (const PieceOp *self)
{
  struct iovec *parts = g_new (struct iovec, self->n_blocks);
  guint         i;

  for (i = 0; i < self->n_blocks; i++)
    parts[i] = (struct iovec){ self->blocks[i], get_block_size (self, i) };
  return parts;
}

static void
judge (PieceOp *self, const ShoalSha1 *digest)
{
  guint i;

  self->is_right = is_expected (&self->expected, digest);
  if (self->is_right && !self->wants_digests)
    return;
  self->digests = g_new (ShoalSha1, self->n_blocks);
  for (i = 0; i < self->n_blocks; i++)
    shoal_disk_hash_compute (self->blocks[i], get_block_size (self, i), &self->digests[i]);
}

static void
hash_pieces (ShoalDiskJob **jobs, guint n_jobs, ShoalDiskStep *next)
{
  ShoalDiskDigest digests[SHOAL_DISK_GATHER_MAX];
  struct iovec   *parts[SHOAL_DISK_GATHER_MAX];
  guint           i;

  for (i = 0; i < n_jobs; i++)
    {
      parts[i] = make_parts ((PieceOp *) jobs[i]);
      digests[i] =
          (ShoalDiskDigest){ .parts = parts[i], .n_parts = ((PieceOp *) jobs[i])->n_blocks };
    }
  shoal_disk_digest_compute (digests, n_jobs);
  for (i = 0; i < n_jobs; i++)
    {
      judge ((PieceOp *) jobs[i], &digests[i].sha1);
      next[i] = ((PieceOp *) jobs[i])->is_right ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_DONE;
      g_free (parts[i]);
    }
}

/* Blocks @first … @end − 1 of ours, which are adjacent in the piece. */
static gboolean
write_run (PieceOp *self, ShoalDiskVisit *visit, guint first, guint end)
{
  g_autofree struct iovec *iov = g_new (struct iovec, end - first);
  guint                    index = self->indices != NULL ? self->indices[first] : first;
  guint                    i;

  for (i = first; i < end; i++)
    iov[i - first] = (struct iovec){ self->blocks[i], get_block_size (self, i) };
  return shoal_disk_storage_write_iov (visit,
                                       self->op.job.offset +
                                           (guint64) index * SHOAL_BASE_BLOCK_SIZE,
                                       iov,
                                       end - first,
                                       &self->op.error);
}

static void
write_blocks (PieceOp *self)
{
  ShoalDiskVisit visit;
  guint          first, end = 0;
  gboolean       is_ok;

  if (!shoal_disk_storage_enter (self->op.storage, &visit, &self->op.error))
    return;
  do
    {
      first = end++;
      while (end < self->n_blocks &&
             (self->indices == NULL || self->indices[end] == self->indices[end - 1] + 1))
        end++;
      is_ok = write_run (self, &visit, first, end);
    }
  while (is_ok && end < self->n_blocks);
  shoal_disk_storage_leave (&visit);
}

static ShoalDiskStep
step_write_piece (ShoalDiskJob *job)
{
  ShoalDiskStep next = SHOAL_DISK_STEP_DONE;

  if (job->next == SHOAL_DISK_STEP_COMPUTE)
    hash_pieces (&job, 1, &next);
  else
    write_blocks ((PieceOp *) job);
  return next;
}

static ShoalDiskStep
step_write_blocks (ShoalDiskJob *job)
{
  write_blocks ((PieceOp *) job);
  return SHOAL_DISK_STEP_DONE;
}

static const ShoalDiskJobOps write_piece_ops = { "write a piece", step_write_piece, finish_piece };

static const ShoalDiskJobOps write_pieces_ops = { "write pieces",
                                                  step_write_piece,
                                                  finish_piece,
                                                  hash_pieces };

static const ShoalDiskJobOps write_blocks_ops = { "write blocks", step_write_blocks, finish_piece };

static ShoalDiskAdmission
submit_write (ShoalDiskStorage *storage, PieceOp *op, const ShoalDiskJobOps *ops)
{
  guint i;

  op->op.storage = storage;
  for (i = 0; i < op->n_blocks; i++)
    op->op.job.write_bytes += get_block_size (op, i);
  shoal_disk_storage_submit (storage, &op->op, ops, SHOAL_DISK_ORDER_WRITE);
  return shoal_disk_queue_get_admission (storage->queue);
}

/* Whether a piece waits for others: not if there could be too few of its size in memory. */
static gboolean
is_gathered (const PieceOp *self)
{
  return self->op.job.length <= MAX_GATHERED && shoal_disk_digest_get_min () > 0;
}

ShoalDiskAdmission
shoal_disk_storage_write_piece (ShoalDiskStorage          *self,
                                const ShoalDiskPieceWrite *write,
                                ShoalDiskPieceFunc         func,
                                gpointer                   user_data)
{
  PieceOp *op = new_op (self, write->piece, func, user_data);

  g_assert (write->n_blocks == shoal_codec_layout_get_n_blocks (self->layout, write->piece));

  op->blocks = write->blocks;
  op->n_blocks = write->n_blocks;
  op->expected = write->expected;
  op->wants_digests = write->wants_digests;
  op->op.job.next = SHOAL_DISK_STEP_COMPUTE;
  return submit_write (self, op, is_gathered (op) ? &write_pieces_ops : &write_piece_ops);
}

ShoalDiskAdmission
shoal_disk_storage_write_blocks (ShoalDiskStorage           *self,
                                 const ShoalDiskBlocksWrite *write,
                                 ShoalDiskPieceFunc          func,
                                 gpointer                    user_data)
{
  PieceOp *op = new_op (self, write->piece, func, user_data);

  g_assert (write->n_blocks > 0);

  op->blocks = write->blocks;
  op->n_blocks = write->n_blocks;
  op->indices = g_memdup2 (write->indices, write->n_blocks * sizeof (guint));
  op->op.job.next = SHOAL_DISK_STEP_IO;
  return submit_write (self, op, &write_blocks_ops);
}

void
shoal_disk_storage_forget_pages (ShoalDiskVisit *visit, guint64 offset, guint64 length)
{
  ShoalDiskStorage *storage = visit->storage;
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  ShoalDiskCacheLoan loan;
  guint              i, place;

  shoal_codec_layout_map (storage->layout, offset, length, spans);
  for (i = 0; i < spans->len; i++)
    {
      place = g_array_index (spans, ShoalCodecSpan, i).file;
      if (!shoal_disk_storage_is_real (storage, place))
        continue;
      if (shoal_disk_storage_reads_parts (storage, place))
        place = storage->n_files;
      if (!shoal_disk_storage_open (visit, place, FALSE, &loan, NULL))
        continue;
      visit->syscalls->advise (visit->syscalls->data, loan.fd, 0, 0, POSIX_FADV_DONTNEED);
      shoal_disk_storage_close_file (visit, &loan);
    }
}

static ShoalDiskStep
read_more (PieceOp *self)
{
  ShoalDiskVisit visit;
  struct iovec   iov;
  gboolean       is_ok;

  if (!shoal_disk_storage_enter (self->op.storage, &visit, &self->op.error))
    return SHOAL_DISK_STEP_DONE;
  if (self->data == NULL)
    {
      self->data = shoal_base_memory_new (READ_SIZE);
      self->hash = shoal_disk_hash_new ();
      if (self->from_device)
        shoal_disk_storage_forget_pages (&visit, self->op.job.offset, self->op.job.length);
    }
  self->n_read = (guint32) MIN (READ_SIZE, self->op.job.length - self->position);
  iov = (struct iovec){ self->data, self->n_read };
  is_ok = shoal_disk_storage_read_iov (
      &visit, self->op.job.offset + self->position, &iov, 1, &self->op.error);
  shoal_disk_storage_leave (&visit);
  return is_ok ? SHOAL_DISK_STEP_COMPUTE : SHOAL_DISK_STEP_DONE;
}

static void
add_digests (PieceOp *self)
{
  guint   block = self->position / SHOAL_BASE_BLOCK_SIZE;
  guint32 done, size;

  if (self->digests == NULL)
    self->digests =
        g_new (ShoalSha1, shoal_codec_layout_get_n_blocks (self->op.storage->layout, self->piece));
  for (done = 0; done < self->n_read; done += size)
    {
      size = MIN (SHOAL_BASE_BLOCK_SIZE, self->n_read - done);
      shoal_disk_hash_compute (self->data + done, size, &self->digests[block++]);
    }
}

/* A second way through the piece makes the digests, which are rarely wanted. */
static ShoalDiskStep
hash_more (PieceOp *self)
{
  ShoalSha1 digest;

  if (self->makes_digests)
    add_digests (self);
  else
    shoal_disk_hash_feed (self->hash, self->data, self->n_read);
  self->position += self->n_read;
  if (self->position < self->op.job.length)
    return SHOAL_DISK_STEP_IO;
  if (self->makes_digests)
    return SHOAL_DISK_STEP_DONE;
  shoal_disk_hash_take (self->hash, &digest);
  self->is_right = is_expected (&self->expected, &digest);
  if (self->is_right && !self->wants_digests)
    return SHOAL_DISK_STEP_DONE;
  self->makes_digests = TRUE;
  self->position = 0;
  return SHOAL_DISK_STEP_IO;
}

static ShoalDiskStep
step_verify (ShoalDiskJob *job)
{
  PieceOp *self = (PieceOp *) job;

  return job->next == SHOAL_DISK_STEP_IO ? read_more (self) : hash_more (self);
}

static const ShoalDiskJobOps verify_ops = { "verify a piece", step_verify, finish_piece };

ShoalDiskTicket
shoal_disk_storage_verify_piece (ShoalDiskStorage           *self,
                                 const ShoalDiskPieceVerify *verify,
                                 ShoalDiskPieceFunc          func,
                                 gpointer                    user_data)
{
  PieceOp *op = new_op (self, verify->piece, func, user_data);

  op->expected = verify->expected;
  op->wants_digests = verify->wants_digests;
  op->from_device = verify->from_device;
  op->op.job.next = SHOAL_DISK_STEP_IO;
  return shoal_disk_storage_submit (self, &op->op, &verify_ops, SHOAL_DISK_ORDER_READ);
}
