/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-storage-private.h"

/* Which torrent a file belongs to, while several may want it. */

gboolean
shoal_disk_storage_is_claimable (const ShoalDiskStorage *self, guint file)
{
  return file < self->n_files && shoal_disk_storage_is_real (self, file) &&
         shoal_codec_layout_get_file (self->layout, file)->length > 0;
}

gboolean
shoal_disk_storage_claim (ShoalDiskStorage *self, guint file, const struct stat *found)
{
  return !shoal_disk_storage_is_claimable (self, file) ||
         shoal_disk_claims_take (self->claims, file, found, SHOAL_DISK_CLAIM_SOLE);
}

GError *
shoal_disk_storage_new_claimed (const ShoalDiskVisit *visit, guint file)
{
  g_autofree char *path =
      shoal_disk_path_dup_full (&visit->base, shoal_disk_storage_get_path (visit->storage, file));

  return shoal_disk_error_new (
      SHOAL_DISK_ERROR_CLAIMED, "another torrent keeps its data in it", path);
}

/* Others get their turn after so many files. */
#define FILES_PER_STEP 256

typedef struct
{
  ShoalDiskOp      op;
  ShoalBaseBitset *begun; /* owned */
  ShoalBaseBitset *whole; /* owned */
  guint            next;
} HoldOp;

/* What is another's already stays so: whoever writes there is told. */
static ShoalDiskStep
step_hold (ShoalDiskJob *job)
{
  HoldOp           *self = (HoldOp *) job;
  ShoalDiskStorage *storage = self->op.storage;
  guint             end = MIN (self->next + FILES_PER_STEP, storage->n_files);
  guint             i;

  for (i = self->next; i < end; i++)
    {
      /* What lies in its place has nothing of ours. */
      if (!shoal_disk_storage_is_claimable (storage, i) ||
          shoal_disk_storage_reads_parts (storage, i))
        continue;
      if (shoal_base_bitset_get (self->begun, i))
        shoal_disk_claims_take (storage->claims, i, NULL, SHOAL_DISK_CLAIM_SOLE);
      else if (shoal_base_bitset_get (self->whole, i))
        shoal_disk_claims_take (storage->claims, i, NULL, SHOAL_DISK_CLAIM_SHARED);
    }
  self->next = end;
  return end < storage->n_files ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_DONE;
}

static void
finish_hold (ShoalDiskJob *job, gboolean is_cancelled)
{
  HoldOp *self = (HoldOp *) job;

  shoal_base_bitset_free (self->begun);
  shoal_base_bitset_free (self->whole);
  g_free (self);
}

static const ShoalDiskJobOps hold_ops = { "claim files", step_hold, finish_hold };

void
shoal_disk_storage_hold (ShoalDiskStorage      *self,
                         const ShoalBaseBitset *begun,
                         const ShoalBaseBitset *whole)
{
  HoldOp *op = g_new0 (HoldOp, 1);

  op->begun = shoal_base_bitset_copy (begun);
  op->whole = shoal_base_bitset_copy (whole);
  op->op.job.next = SHOAL_DISK_STEP_IO;
  shoal_disk_storage_submit (self, &op->op, &hold_ops, SHOAL_DISK_ORDER_READ);
}

/* Letting go of all of them. */
static ShoalDiskStep
step_release (ShoalDiskJob *job)
{
  ShoalDiskOp *op = (ShoalDiskOp *) job;
  guint        i;

  for (i = 0; i < op->storage->n_files; i++)
    shoal_disk_claims_release (op->storage->claims, i);
  return SHOAL_DISK_STEP_DONE;
}

static void
finish_release (ShoalDiskJob *job, gboolean is_cancelled)
{
  g_free (job);
}

static const ShoalDiskJobOps release_ops = { "let go of files", step_release, finish_release };

void
shoal_disk_storage_release (ShoalDiskStorage *self)
{
  ShoalDiskOp *op = g_new0 (ShoalDiskOp, 1);

  op->job.next = SHOAL_DISK_STEP_COMPUTE;
  shoal_disk_storage_submit (self, op, &release_ops, SHOAL_DISK_ORDER_READ);
}
