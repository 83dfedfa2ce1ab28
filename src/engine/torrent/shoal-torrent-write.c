/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

/* Blocks go to the disk: a whole piece to be hashed and written, or some blocks of one, to be read
 * back and hashed when the rest is there. */

typedef enum
{
  JOB_WHOLE, /* all blocks in memory: hash, then write */
  JOB_EARLY, /* some blocks of an unfinished piece, to free memory */
  JOB_REST,  /* the last blocks of a piece that is partly on disk: write, then read back and hash */
} JobKind;

typedef struct
{
  ShoalTorrent *torrent;
  JobKind       kind;
  guint         epoch;
  guint         piece;
  guint         n_blocks; /* of `blocks`; may be fewer than the piece has */
  guint8      **blocks;   /* owned, with the blocks while they are not with the disk */
  guint        *indices;  /* owned; of the blocks, for EARLY and REST */
} PieceJob;

static void
forget_writing (ShoalTorrent *self, guint piece)
{
  guint i;

  for (i = 0; i < self->durable.writing->len; i++)
    if (g_array_index (self->durable.writing, guint, i) == piece)
      {
        g_array_remove_index_fast (self->durable.writing, i);
        return;
      }
}

static void
job_free (PieceJob *job)
{
  g_free (job->blocks);
  g_free (job->indices);
  g_free (job);
}

static void
give_back_blocks (PieceJob *job)
{
  guint i;

  for (i = 0; i < job->n_blocks; i++)
    shoal_base_pool_give (job->torrent->env->pool, job->blocks[i]);
  job->n_blocks = 0;
}

/* A job of the blocks in @blocks that are not NULL. */
static PieceJob *
make_job (ShoalTorrent *self, JobKind kind, guint piece, guint8 **blocks)
{
  PieceJob *job = g_new0 (PieceJob, 1);
  guint     n = shoal_codec_layout_get_n_blocks (self->layout, piece);
  guint     i;

  job->torrent = self;
  job->kind = kind;
  job->epoch = self->epoch;
  job->piece = piece;
  job->blocks = g_new (guint8 *, n);
  job->indices = g_new (guint, n);
  for (i = 0; i < n; i++)
    if (blocks[i] != NULL)
      {
        job->indices[job->n_blocks] = i;
        job->blocks[job->n_blocks++] = blocks[i];
      }
  return job;
}

static gboolean
is_late (const PieceJob *job)
{
  return job->epoch != job->torrent->epoch;
}

static ShoalDiskExpected
expected_of (ShoalTorrent *self, guint piece)
{
  ShoalDiskExpected expected = { .has_sha1 = TRUE };

  memcpy (expected.sha1.bytes,
          self->sha1s + piece * sizeof expected.sha1.bytes,
          sizeof expected.sha1.bytes);
  return expected;
}

static void
end_job (PieceJob *job)
{
  ShoalTorrent *self = job->torrent;

  job_free (job);
  shoal_torrent_settle (self);
}

static void
judge_and_end (PieceJob *job, const ShoalDiskPieceResult *result)
{
  if (!is_late (job))
    shoal_torrent_judge_piece (job->torrent, result);
  end_job (job);
}

static void
verified_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  judge_and_end (user_data, result);
}

static void
read_back (PieceJob *job)
{
  ShoalTorrent        *self = job->torrent;
  ShoalDiskPieceVerify verify = {
    .piece = job->piece,
    .expected = expected_of (self, job->piece),
    .wants_digests = shoal_piece_blame_wants_digests (self->blame, job->piece),
  };

  self->n_pending++;
  shoal_disk_storage_verify_piece (self->storage, &verify, verified_cb, job);
}

/* The disk needs them no longer. */
static void
take_back_blocks (PieceJob *job)
{
  forget_writing (job->torrent, job->piece);
  give_back_blocks (job);
}

static void
written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob *job = user_data;

  take_back_blocks (job);
  judge_and_end (job, result);
}

static void
rest_written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob     *job = user_data;
  ShoalTorrent *self = job->torrent;

  take_back_blocks (job);
  if (is_late (job) || result->error != NULL)
    {
      judge_and_end (job, result);
      return;
    }
  read_back (job);
  shoal_torrent_settle (self);
}

/* The first @n of the indices of @job were written, or not. */
static void
book_early (PieceJob *job, guint n, const GError *error)
{
  ShoalTorrent *self = job->torrent;
  gboolean      is_whole = FALSE;
  guint         i;

  for (i = 0; i < n; i++)
    is_whole |= shoal_piece_ledger_on_written (self->ledger,
                                               (ShoalPieceBlock){ job->piece, job->indices[i] },
                                               error == NULL) == SHOAL_PIECE_BLOCK_COMPLETE;
  self->durable.is_dirty = TRUE; /* the block map */
  if (error != NULL)
    shoal_torrent_fail_storage (self, error);
  else if (is_whole)
    shoal_torrent_submit_piece (self, job->piece);
}

static void
early_written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob *job = user_data;
  guint     n = job->n_blocks;

  take_back_blocks (job);
  if (!is_late (job))
    book_early (job, n, result->error);
  end_job (job);
}

static void
drop_waiting (ShoalTorrent *self)
{
  g_autoptr (GPtrArray) waiting = self->durable.waiting;
  guint i;

  self->durable.waiting = g_ptr_array_new ();
  for (i = 0; i < waiting->len; i++)
    {
      PieceJob *job = g_ptr_array_index (waiting, i);

      give_back_blocks (job);
      if (!is_late (job))
        shoal_piece_ledger_on_failed (self->ledger, job->piece);
      job_free (job);
    }
}

static void
submit_to_disk (PieceJob *job)
{
  ShoalTorrent      *self = job->torrent;
  ShoalDiskAdmission admission;

  self->n_pending++;
  g_array_append_val (self->durable.writing, job->piece);
  if (job->kind == JOB_WHOLE)
    {
      ShoalDiskPieceWrite write = {
        .piece = job->piece,
        .blocks = job->blocks,
        .n_blocks = job->n_blocks,
        .expected = expected_of (self, job->piece),
        .wants_digests = shoal_piece_blame_wants_digests (self->blame, job->piece),
      };

      admission = shoal_disk_storage_write_piece (self->storage, &write, written_cb, job);
    }
  else
    {
      ShoalDiskBlocksWrite write = { job->piece, job->indices, job->blocks, job->n_blocks };

      admission = shoal_disk_storage_write_blocks (
          self->storage, &write, job->kind == JOB_EARLY ? early_written_cb : rest_written_cb, job);
    }
  if (admission == SHOAL_DISK_FULL)
    shoal_torrent_hold_back (self, TRUE);
}

static void
submit_job (PieceJob *job)
{
  ShoalTorrent *self = job->torrent;

  if (is_late (job))
    {
      give_back_blocks (job);
      job_free (job);
      return;
    }
  if (shoal_torrent_mark_files (self, job->piece))
    submit_to_disk (job);
  else
    g_ptr_array_add (self->durable.waiting, job);
}

void
shoal_torrent_write_waiting (ShoalTorrent *self)
{
  g_autoptr (GPtrArray) waiting = self->durable.waiting;
  guint i;

  self->durable.waiting = g_ptr_array_new ();
  for (i = 0; i < waiting->len; i++)
    submit_job (g_ptr_array_index (waiting, i));
}

void
shoal_torrent_submit_piece (ShoalTorrent *self, guint piece)
{
  guint               n = shoal_codec_layout_get_n_blocks (self->layout, piece);
  g_autofree guint8 **blocks = g_new0 (guint8 *, n);
  guint               n_on_disk = shoal_piece_ledger_take_piece (self->ledger, piece, blocks);
  PieceJob           *job = make_job (self, n_on_disk == 0 ? JOB_WHOLE : JOB_REST, piece, blocks);

  if (job->n_blocks == 0)
    read_back (job);
  else
    submit_job (job);
}

guint
shoal_torrent_write_early (ShoalTorrent *self, guint piece)
{
  guint               n = shoal_codec_layout_get_n_blocks (self->layout, piece);
  g_autofree guint8 **blocks = g_new0 (guint8 *, n);
  guint               n_taken = shoal_piece_ledger_take_early (self->ledger, piece, blocks);

  if (n_taken > 0)
    submit_job (make_job (self, JOB_EARLY, piece, blocks));
  return n_taken;
}

void
shoal_torrent_drop_unfinished (ShoalTorrent *self)
{
  if (self->ledger == NULL)
    return;
  self->epoch++;
  drop_waiting (self);
  shoal_piece_ledger_reset (self->ledger);
  shoal_torrent_cancel_requests (self); /* or they are asked for twice */
}

static void
drained_cb (gpointer owner)
{
  shoal_torrent_hold_back (owner, FALSE);
}

void
shoal_torrent_write_init (ShoalTorrent *self)
{
  guint n_files = shoal_codec_layout_get_n_files (self->layout);

  self->durable.marked = shoal_base_bitset_new (n_files + 1);
  self->durable.asked = shoal_base_bitset_new (n_files + 1);
  self->durable.open = shoal_base_bitset_new (n_files + 1);
  self->durable.closing = shoal_base_bitset_new (n_files + 1);
  self->durable.waiting = g_ptr_array_new ();
  self->durable.writing = g_array_new (FALSE, FALSE, sizeof (guint));
  self->durable.since = shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));
  shoal_base_list_init (&self->holding);
  shoal_disk_queue_waiter_init (&self->drained, drained_cb, self);
}

void
shoal_torrent_write_clear (ShoalTorrent *self)
{
  drop_waiting (self);
  shoal_base_list_remove (&self->drained.link);
  shoal_base_list_remove (&self->holding);
  shoal_base_bitset_free (self->durable.marked);
  shoal_base_bitset_free (self->durable.asked);
  shoal_base_bitset_free (self->durable.open);
  shoal_base_bitset_free (self->durable.closing);
  shoal_base_bitset_free (self->durable.since);
  g_clear_pointer (&self->durable.copied, shoal_base_bitset_free);
  g_ptr_array_unref (self->durable.waiting);
  g_array_unref (self->durable.writing);
}
