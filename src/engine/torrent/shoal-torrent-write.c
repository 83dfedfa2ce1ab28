/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "torrent/shoal-torrent-problem.h"

/* From "all blocks are here" to "had": a piece is had when its hash was right and every write
 * returned its full count. */

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

static void submit_job (PieceJob *job);

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

void
shoal_torrent_gain_piece (ShoalTorrent *self, guint piece)
{
  shoal_piece_files_on_gained (self->files, piece);
  shoal_base_bitset_set (self->durable.since, piece, TRUE);
  self->durable.is_written_dirty = TRUE;
  self->durable.is_dirty = TRUE;
  self->durable.new_bytes += shoal_codec_layout_get_piece_size (self->layout, piece);
  shoal_torrent_announce_piece (self, piece);
  shoal_torrent_changed (self, FALSE);
  shoal_torrent_review_complete (self);
}

void
shoal_torrent_lose_piece (ShoalTorrent *self, guint piece)
{
  if (shoal_piece_map_get_state (self->map, piece) != SHOAL_PIECE_HAD)
    return;
  shoal_piece_map_lose (self->map, piece);
  shoal_piece_files_on_lost (self->files, piece);
  shoal_base_bitset_set (self->durable.since, piece, FALSE);
  self->durable.is_written_dirty = TRUE;
  self->durable.is_dirty = TRUE;
  shoal_torrent_review_complete (self);
}

static void
report_bad_piece (ShoalTorrent *self, guint piece, const ShoalPieceSender *senders, guint n)
{
  ShoalEvent *event;
  guint       i;

  if ((self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (SHOAL_EVENT_BAD_PIECE, self->id);
  event->number = piece;
  event->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  for (i = 0; i < n; i++)
    {
      const ShoalTorrentSender *who = NULL;

      if (i == 0 || senders[i] != senders[i - 1])
        who = shoal_torrent_knowns_find_sender (self->knowns, senders[i]);
      if (who != NULL)
        g_array_append_val (event->peers, who->address);
    }
  self->events->on_event (self->owner, event);
}

static void
on_piece_right (ShoalTorrent *self, guint piece, const ShoalSha1 *digests)
{
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint                   n;
  const ShoalPieceSender *senders = shoal_piece_ledger_get_senders (self->ledger, piece, &n);

  shoal_piece_blame_on_passed (self->blame, piece, senders, digests, n, banned);
  shoal_piece_ledger_on_verified (self->ledger, piece);
  shoal_torrent_gain_piece (self, piece);
  shoal_torrent_ban_senders (self, banned);
}

static void
on_piece_wrong (ShoalTorrent *self, guint piece, const ShoalSha1 *digests)
{
  g_autoptr (GArray) banned = g_array_new (FALSE, FALSE, sizeof (ShoalPieceSender));
  guint                   n;
  const ShoalPieceSender *senders = shoal_piece_ledger_get_senders (self->ledger, piece, &n);

  report_bad_piece (self, piece, senders, n);
  shoal_piece_blame_on_failed (self->blame, piece, senders, digests, n, banned);
  shoal_piece_ledger_on_failed (self->ledger, piece);
  self->counts.corrupt += shoal_codec_layout_get_piece_size (self->layout, piece);
  shoal_torrent_ban_senders (self, banned);
  shoal_torrent_ask_all (self);
}

/* Blocks that were written early, and that somebody else has changed since, are nobody's fault. */
static gboolean
is_spoilt (ShoalTorrent *self, const ShoalDiskPieceResult *result)
{
  return (result->error != NULL || !result->is_right) && shoal_torrent_notice_changes (self, TRUE);
}

static void
judge_piece (PieceJob *job, const ShoalDiskPieceResult *result)
{
  ShoalTorrent *self = job->torrent;

  if (is_late (job))
    return;
  if (is_spoilt (self, result))
    {
      if (!is_late (job))
        shoal_piece_ledger_on_failed (self->ledger, result->piece);
      return;
    }
  if (result->error != NULL)
    {
      shoal_piece_ledger_on_failed (self->ledger, result->piece);
      shoal_torrent_fail_storage (self, result->error);
    }
  else if (result->is_right)
    on_piece_right (self, result->piece, result->digests);
  else
    on_piece_wrong (self, result->piece, result->digests);
}

static void
verified_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob     *job = user_data;
  ShoalTorrent *self = job->torrent;

  judge_piece (job, result);
  job_free (job);
  shoal_torrent_settle (self);
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

static void
written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob     *job = user_data;
  ShoalTorrent *self = job->torrent;

  forget_writing (self, job->piece);
  give_back_blocks (job);
  judge_piece (job, result);
  job_free (job);
  shoal_torrent_settle (self);
}

static void
rest_written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob     *job = user_data;
  ShoalTorrent *self = job->torrent;

  forget_writing (self, job->piece);
  give_back_blocks (job);
  if (!is_late (job) && result->error == NULL)
    read_back (job);
  else
    {
      judge_piece (job, result);
      job_free (job);
    }
  shoal_torrent_settle (self);
}

static void
early_written_cb (const ShoalDiskPieceResult *result, gpointer user_data)
{
  PieceJob     *job = user_data;
  ShoalTorrent *self = job->torrent;
  guint         n = job->n_blocks;
  guint         i;

  forget_writing (self, job->piece);
  give_back_blocks (job);
  if (!is_late (job))
    {
      gboolean is_whole = FALSE;

      for (i = 0; i < n; i++)
        is_whole |=
            shoal_piece_ledger_on_written (self->ledger,
                                           (ShoalPieceBlock){ job->piece, job->indices[i] },
                                           result->error == NULL) == SHOAL_PIECE_BLOCK_COMPLETE;
      self->durable.is_dirty = TRUE; /* the block map */
      if (result->error != NULL)
        shoal_torrent_fail_storage (self, result->error);
      else if (is_whole)
        shoal_torrent_submit_piece (self, job->piece);
    }
  job_free (job);
  shoal_torrent_settle (self);
}

/* Sets the bits of the files that a write of @piece may touch: those of a file that is skipped may
 * go to it, if it is there from before, or to the parts file. */
void
shoal_torrent_add_files_of (ShoalTorrent *self, guint piece, ShoalBaseBitset *files)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  shoal_codec_layout_map (self->layout,
                          shoal_codec_layout_get_piece_offset (self->layout, piece),
                          shoal_codec_layout_get_piece_size (self->layout, piece),
                          spans);
  for (i = 0; i < spans->len; i++)
    {
      guint file = g_array_index (spans, ShoalCodecSpan, i).file;

      if (shoal_codec_layout_get_file (self->layout, file)->flags & SHOAL_CODEC_FILE_PAD)
        continue;
      shoal_base_bitset_set (files, file, TRUE);
      if (shoal_piece_files_get_priority (self->files, file) == SHOAL_FILE_PRIORITY_SKIP)
        shoal_base_bitset_set (files, shoal_codec_layout_get_n_files (self->layout), TRUE);
    }
}

void
shoal_torrent_sync_also (ShoalTorrent *self, guint piece)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) files = shoal_base_bitset_new (parts + 1);
  guint file;

  shoal_torrent_add_files_of (self, piece, files);
  for (file = shoal_base_bitset_next_set (files, 0); file <= parts;
       file = shoal_base_bitset_next_set (files, file + 1))
    shoal_disk_storage_sync_also (self->storage, file);
}

/* Files of @piece whose mark the database lacks, and that were not asked for; appended to @names.
 * TRUE if some mark is still missing, asked for or not. */
static gboolean
find_unmarked (ShoalTorrent *self, guint piece, GArray *names)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) files = shoal_base_bitset_new (parts + 1);
  gboolean is_missing = FALSE;
  guint    file;

  shoal_torrent_add_files_of (self, piece, files);
  for (file = shoal_base_bitset_next_set (files, 0); file <= parts;
       file = shoal_base_bitset_next_set (files, file + 1))
    {
      guint32 name = file == parts ? SHOAL_STORE_PARTS_FILE : file;

      if (shoal_base_bitset_get (self->durable.marked, file))
        continue;
      is_missing = TRUE;
      if (shoal_base_bitset_set (self->durable.asked, file, TRUE))
        g_array_append_val (names, name);
    }
  return is_missing;
}

/* Submits the waiting jobs whose files are all marked now. */
static void
submit_waiting (ShoalTorrent *self)
{
  g_autoptr (GPtrArray) waiting = self->durable.waiting;
  guint i;

  self->durable.waiting = g_ptr_array_new ();
  for (i = 0; i < waiting->len; i++)
    submit_job (g_ptr_array_index (waiting, i));
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
marked_cb (gpointer user_data, const GError *error)
{
  ShoalTorrent *self = user_data;

  /* Files are asked for together with others of later calls: all count once the last answer is
   * there. */
  self->durable.n_asking--;
  if (error != NULL)
    {
      shoal_base_bitset_set_all (self->durable.asked, FALSE);
      shoal_torrent_drop_unfinished (self);
      shoal_torrent_fail_state (self, error);
    }
  else if (self->durable.n_asking == 0)
    {
      /* Whether a write follows or not, a checkpoint has to close them. */
      shoal_base_bitset_add (self->durable.open, self->durable.asked);
      shoal_base_bitset_add (self->durable.marked, self->durable.asked);
      shoal_base_bitset_set_all (self->durable.asked, FALSE);
      submit_waiting (self);
    }
  shoal_torrent_settle (self);
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
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (guint32));

  if (is_late (job))
    {
      give_back_blocks (job);
      job_free (job);
      return;
    }
  if (!find_unmarked (self, job->piece, files))
    {
      submit_to_disk (job);
      return;
    }
  g_ptr_array_add (self->durable.waiting, job);
  if (files->len == 0)
    return;
  self->n_pending++;
  self->durable.n_asking++;
  shoal_store_mark_open (
      self->env->store, self->id, (const guint32 *) files->data, files->len, marked_cb, self);
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

/* Bytes of unfinished pieces in memory, of all torrents: what is out of the pool and not with the
 * disk. */
static guint64
get_held_bytes (ShoalTorrent *self)
{
  guint64 taken = (guint64) shoal_base_pool_get_n_taken (self->env->pool) * SHOAL_BASE_BLOCK_SIZE;
  guint64 writing = shoal_disk_queue_get_write_bytes (self->env->disk);

  return taken - MIN (taken, writing);
}

/* Returns how many blocks it took. */
static guint
write_early (ShoalTorrent *self, guint piece)
{
  guint               n = shoal_codec_layout_get_n_blocks (self->layout, piece);
  g_autofree guint8 **blocks = g_new0 (guint8 *, n);
  guint               n_taken = shoal_piece_ledger_take_early (self->ledger, piece, blocks);

  if (n_taken > 0)
    submit_job (make_job (self, JOB_EARLY, piece, blocks));
  return n_taken;
}

static gboolean
may_write_early (const ShoalTorrent *self)
{
  return self->phase == SHOAL_TORRENT_PHASE_READY && !self->is_blocked && !self->is_stopping;
}

/* The torrent, of all of the engine, that has the least active piece with blocks in memory; NULL:
 * none has. */
static ShoalTorrent *
find_least_active (ShoalBaseList *holders, guint32 *piece)
{
  ShoalTorrent *best = NULL;
  guint64       best_activity = G_MAXUINT64;

  SHOAL_BASE_LIST_FOREACH (holders, node)
  {
    ShoalTorrent *self = SHOAL_BASE_LIST_ENTRY (node, ShoalTorrent, holding);
    guint32       least = shoal_piece_ledger_get_least_active (self->ledger);

    if (least == SHOAL_PIECE_NONE)
      shoal_base_list_remove (node); /* until it gets a block again */
    else if (may_write_early (self) &&
             shoal_piece_ledger_get_activity (self->ledger, least) < best_activity)
      {
        best = self;
        *piece = least;
        best_activity = shoal_piece_ledger_get_activity (self->ledger, least);
      }
  }
  return best;
}

void
shoal_torrent_relieve_memory (ShoalTorrent *self)
{
  guint64 budget = self->env->settings->memory_budget_bytes;
  guint64 held = get_held_bytes (self);

  if (!shoal_base_list_is_linked (&self->holding))
    shoal_base_list_append (self->env->holders, &self->holding);
  shoal_piece_picker_set_tight (self->picker, held > budget / 2);
  if (held <= budget)
    return;
  while (held > budget / 8 * 7)
    {
      guint32       piece = SHOAL_PIECE_NONE;
      ShoalTorrent *idlest = find_least_active (self->env->holders, &piece);
      guint         n_taken = idlest != NULL ? write_early (idlest, piece) : 0;

      if (n_taken == 0)
        return;
      held -= MIN (held, (guint64) n_taken * SHOAL_BASE_BLOCK_SIZE);
    }
}

void
shoal_torrent_write_unfinished (ShoalTorrent *self)
{
  guint32 piece;

  if (self->storage == NULL || self->is_blocked)
    return;
  while ((piece = shoal_piece_ledger_get_least_active (self->ledger)) != SHOAL_PIECE_NONE)
    if (write_early (self, piece) == 0)
      return;
}

void
shoal_torrent_drop_unfinished (ShoalTorrent *self)
{
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
