/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "disk/shoal-disk-check.h"

#include <string.h>

#include "disk/shoal-disk-digest.h"
#include "disk/shoal-disk-hash.h"
#include "disk/shoal-disk-storage-private.h"

/* What one job checks, at least one piece. */
#define BYTES_PER_UNIT (16 * 1024 * 1024)

/* What one read asks for of a piece that is hashed alone: large for the device, small enough for a
 * core's cache. */
#define READ_SIZE (1024 * 1024)

/* Smaller pieces are read together, and hashed in lanes. What a core's cache does not hold of them
 * costs less than the lanes save. */
#define MAX_BATCH (4 * SHOAL_DISK_DIGEST_LANES)

/* The first piece of a batch may be a hole; of the others those are asked that are so large. */
#define MIN_HOLE (256 * 1024)

G_STATIC_ASSERT (SHOAL_DISK_SCRATCH_SIZE >= SHOAL_DISK_DIGEST_LANES * READ_SIZE);

#define HASH_SIZE sizeof (ShoalSha1)

enum
{
  ZEROS_UNKNOWN,
  ZEROS_BUSY,
  ZEROS_KNOWN,
};

struct _ShoalDiskCheck
{
  ShoalBaseList         link;    /* in the storage's checks */
  ShoalDiskStorage     *storage; /* unowned: closing it ends us */
  ShoalDiskCheckOptions options;
  ShoalBaseBitset      *pieces; /* owned; what is still to be begun */
  guint                 next;
  guint                 n_running;
  guint                 max_running;
  ShoalBaseList         units;
  gsize                 batch_size; /* of what is read together */
  gsize                 small_size; /* of pieces that may be */
  GError               *error;      /* owned */

  /* The digest of a whole piece of zeros; whoever needs it first computes it. */
  atomic_int zeros_state;
  ShoalSha1  zeros;

  guint is_paused : 1;
  guint is_cancelled : 1;
  guint has_vanished : 1; /* the folder: there is no use in going on */
};

/* A run of pieces. */
typedef struct
{
  ShoalDiskOp         op;
  ShoalBaseList       link;
  ShoalDiskTicket     ticket;
  ShoalDiskCheck     *check; /* unowned: it waits for us */
  guint               first;
  guint               n_pieces;
  ShoalDiskCheckItem *items; /* owned */
  guint8             *data;  /* owned scratch, from a read until its hash */
  ShoalDiskHash      *hash;  /* owned */

  /* What was read last: @n_read bytes of the pieces from @piece on, or the part from @position of
   * one that is larger than a read. */
  guint   piece;    /* index into items: the next to be judged */
  guint   n_whole;  /* pieces that lie whole in data */
  guint   n_alone;  /* to be read one by one, since together they could not be */
  guint32 position; /* in a large piece */
  guint32 n_read;

  guint has_begun : 1;
  guint is_blank : 1; /* what was read of a large piece is zeros */
} Unit;

static guint32
get_size (const Unit *self, guint i)
{
  return shoal_codec_layout_get_piece_size (self->op.storage->layout, self->first + i);
}

static guint64
get_offset (const Unit *self, guint i)
{
  return shoal_codec_layout_get_piece_offset (self->op.storage->layout, self->first + i);
}

static const guint8 *
get_expected (const Unit *self, guint i)
{
  return self->check->options.sha1s + (gsize) (self->first + i) * HASH_SIZE;
}

/* TRUE: right. */
static gboolean
judge (Unit *self, guint i, const ShoalSha1 *digest)
{
  gboolean is_right = memcmp (digest->bytes, get_expected (self, i), HASH_SIZE) == 0;

  self->items[i].verdict = is_right ? SHOAL_DISK_CHECK_RIGHT : SHOAL_DISK_CHECK_WRONG;
  return is_right;
}

/* Costs nothing where there is data. */
static gboolean
is_zeros (const guint8 *data, gsize size)
{
  return data[0] == 0 && memcmp (data, data + 1, size - 1) == 0;
}

/* A piece that could not be read has its verdict, and @error goes. */
static void
note_failure (Unit *self, guint i, GError *error)
{
  gboolean is_missing = g_error_matches (error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_MISSING);

  self->items[i].verdict = is_missing ? SHOAL_DISK_CHECK_MISSING : SHOAL_DISK_CHECK_UNREADABLE;
  if (is_missing || self->op.error != NULL)
    g_error_free (error);
  else
    self->op.error = error;
}

static gboolean
read_range (Unit *self, ShoalDiskVisit *visit, guint64 offset, guint32 length, GError **error)
{
  struct iovec iov = { self->data, length };

  return shoal_disk_storage_read_iov (visit, offset, &iov, 1, error);
}

static void
compute_zeros (guint32 size, ShoalSha1 *digest)
{
  g_autoptr (ShoalDiskHash) hash = shoal_disk_hash_new ();
  g_autofree guint8 *zeros = g_malloc0 (READ_SIZE);
  guint32            n;

  for (; size > 0; size -= n)
    {
      n = MIN (size, READ_SIZE);
      shoal_disk_hash_feed (hash, zeros, n);
    }
  shoal_disk_hash_take (hash, digest);
}

static gboolean
has_zeros_digest (ShoalDiskCheck *check, guint32 size)
{
  int expected = ZEROS_UNKNOWN;

  if (size != shoal_codec_layout_get_piece_length (check->storage->layout))
    return FALSE;
  if (atomic_compare_exchange_strong (&check->zeros_state, &expected, ZEROS_BUSY))
    {
      compute_zeros (size, &check->zeros);
      atomic_store (&check->zeros_state, ZEROS_KNOWN);
    }
  return atomic_load (&check->zeros_state) == ZEROS_KNOWN;
}

/* A hole need not be read: sparse files of a torrent just begun are mostly that. */
static gboolean
skip_hole (Unit *self, ShoalDiskVisit *visit)
{
  guint32 size = get_size (self, self->piece);

  if (!has_zeros_digest (self->check, size) ||
      !shoal_disk_storage_is_hole (visit, get_offset (self, self->piece), size))
    return FALSE;
  self->items[self->piece].is_blank = !judge (self, self->piece, &self->check->zeros);
  self->piece++;
  return TRUE;
}

/* How many pieces, all of full length so that no gap lies between them, go into one read. */
static guint
count_whole (const Unit *self, ShoalDiskVisit *visit)
{
  guint32 piece_length = shoal_codec_layout_get_piece_length (self->op.storage->layout);
  guint   most = MIN (MAX_BATCH, (guint) (self->check->batch_size / piece_length));
  guint   n = 1;

  if (self->n_alone > 0)
    return 1;
  while (self->piece + n < self->n_pieces && n < most &&
         get_size (self, self->piece + n - 1) == piece_length &&
         (piece_length < MIN_HOLE ||
          !shoal_disk_storage_is_hole (
              visit, get_offset (self, self->piece + n), get_size (self, self->piece + n))))
    n++;
  return n;
}

/* Several small pieces at once; if that fails one by one, since one missing file should not take
 * its neighbours with it. */
static gboolean
read_small (Unit *self, ShoalDiskVisit *visit)
{
  GError *error = NULL;
  guint   i;

  self->n_whole = count_whole (self, visit);
  self->n_alone -= MIN (self->n_alone, 1);
  self->n_read = 0;
  for (i = 0; i < self->n_whole; i++)
    self->n_read += get_size (self, self->piece + i);
  if (read_range (self, visit, get_offset (self, self->piece), self->n_read, &error))
    return TRUE;
  if (self->n_whole > 1)
    {
      g_clear_error (&error);
      self->n_alone = self->n_whole - 1;
      self->n_whole = 1;
      self->n_read = get_size (self, self->piece);
      if (read_range (self, visit, get_offset (self, self->piece), self->n_read, &error))
        return TRUE;
    }
  note_failure (self, self->piece++, error);
  return FALSE;
}

static gboolean
read_large (Unit *self, ShoalDiskVisit *visit)
{
  GError *error = NULL;

  self->n_read = MIN (READ_SIZE, get_size (self, self->piece) - self->position);
  if (read_range (
          self, visit, get_offset (self, self->piece) + self->position, self->n_read, &error))
    return TRUE;
  note_failure (self, self->piece++, error);
  if (self->position > 0)
    {
      self->position = 0;
      g_clear_pointer (&self->hash, shoal_disk_hash_free);
    }
  return FALSE;
}

/* Whether the next piece goes into a batch. */
static gboolean
is_small (const Unit *self)
{
  return get_size (self, self->piece) <= self->check->small_size;
}

/* Reads until there is something to hash. The first time no file counts as open: what is at its
 * path now is what is to be checked. */
static ShoalDiskStep
read_more (Unit *self)
{
  ShoalDiskStorage *storage = self->op.storage;
  ShoalDiskVisit    visit;
  gboolean          has_data = FALSE;
  gboolean          is_first = !self->has_begun;

  self->has_begun = TRUE;
  self->data = shoal_disk_queue_take_scratch (storage->queue);
  if (is_first)
    shoal_disk_cache_drop (storage->queue->cache, storage->id, SHOAL_DISK_CACHE_ALL);
  if (!shoal_disk_storage_enter (storage, &visit, &self->op.error))
    return SHOAL_DISK_STEP_DONE;
  if (is_first && self->check->options.from_device)
    shoal_disk_storage_forget_pages (&visit, self->op.job.offset, self->op.job.length);
  while (self->piece < self->n_pieces && !has_data)
    {
      if (self->position == 0 && skip_hole (self, &visit))
        continue;
      has_data = is_small (self) ? read_small (self, &visit) : read_large (self, &visit);
    }
  shoal_disk_storage_leave (&visit);
  return has_data ? SHOAL_DISK_STEP_COMPUTE : SHOAL_DISK_STEP_DONE;
}

static void
hash_large (Unit *self)
{
  ShoalSha1 digest;

  if (self->hash == NULL)
    self->hash = shoal_disk_hash_new ();
  self->is_blank = (self->position == 0 || self->is_blank) && is_zeros (self->data, self->n_read);
  shoal_disk_hash_feed (self->hash, self->data, self->n_read);
  self->position += self->n_read;
  if (self->position < get_size (self, self->piece))
    return;
  shoal_disk_hash_take (self->hash, &digest);
  self->items[self->piece].is_blank = !judge (self, self->piece, &digest) && self->is_blank;
  self->piece++;
  self->position = 0;
}

static void
hash_small (Unit *self)
{
  ShoalDiskDigest digests[MAX_BATCH];
  struct iovec    parts[MAX_BATCH];
  guint8         *data = self->data;
  guint           i;

  for (i = 0; i < self->n_whole; i++)
    {
      parts[i] = (struct iovec){ data, get_size (self, self->piece + i) };
      digests[i] = (ShoalDiskDigest){ .parts = &parts[i], .n_parts = 1 };
      data += parts[i].iov_len;
    }
  shoal_disk_digest_compute (digests, self->n_whole);
  for (i = 0; i < self->n_whole; i++)
    self->items[self->piece + i].is_blank = !judge (self, self->piece + i, &digests[i].sha1) &&
                                            is_zeros (parts[i].iov_base, parts[i].iov_len);
  self->piece += self->n_whole;
  self->n_whole = 0;
}

static void
let_data_go (Unit *self)
{
  if (self->data != NULL)
    shoal_disk_queue_give_scratch (self->op.storage->queue, g_steal_pointer (&self->data));
}

/* Hashing follows at once, so that a unit which waits for its turn holds no memory. */
static ShoalDiskStep
step_check (ShoalDiskJob *job)
{
  Unit         *self = (Unit *) job;
  ShoalDiskStep next = SHOAL_DISK_STEP_DONE;

  if (self->n_pieces == 0)
    return SHOAL_DISK_STEP_DONE;
  if (job->next == SHOAL_DISK_STEP_IO)
    next = read_more (self);
  else
    {
      if (is_small (self))
        hash_small (self);
      else
        hash_large (self);
      next = self->piece < self->n_pieces ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_DONE;
    }
  if (next != SHOAL_DISK_STEP_COMPUTE)
    let_data_go (self);
  return next;
}

static void advance (ShoalDiskCheck *self); /* a finished unit begins the next one */

static void
end_check (ShoalDiskCheck *self)
{
  void (*on_done) (const GError *error, gpointer user_data) = self->options.on_done;
  gpointer user_data = self->options.user_data;
  GError  *error = g_steal_pointer (&self->error);

  if (self->is_cancelled)
    {
      g_clear_error (&error);
      error = shoal_disk_error_new (SHOAL_DISK_ERROR_CANCELLED, "cancelled", NULL);
    }
  shoal_base_list_remove (&self->link);
  shoal_base_bitset_free (self->pieces);
  g_free (self);
  on_done (error, user_data);
  g_clear_error (&error);
}

static void
free_unit (Unit *self)
{
  g_clear_pointer (&self->hash, shoal_disk_hash_free);
  g_clear_error (&self->op.error);
  g_free (self->items);
  let_data_go (self);
  g_free (self);
}

/* Pieces up to where it came are judged, also when it was cancelled or the folder vanished. */
static void
finish_unit (ShoalDiskJob *job, gboolean is_cancelled)
{
  Unit           *self = (Unit *) job;
  ShoalDiskCheck *check = self->check;

  shoal_base_list_remove (&self->link);
  check->is_cancelled |= is_cancelled;
  check->has_vanished |=
      g_error_matches (self->op.error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED);
  if (check->error == NULL)
    check->error = g_steal_pointer (&self->op.error);
  if (self->piece > 0 && !check->storage->is_closed)
    check->options.on_pieces (self->items, self->piece, check->options.user_data);
  free_unit (self);
  check->n_running--;
  advance (check);
}

static const ShoalDiskJobOps check_ops = { "check", step_check, finish_unit };

/* The next pieces to check, adjacent ones. */
static Unit *
make_unit (ShoalDiskCheck *check)
{
  const ShoalCodecLayout *layout = check->storage->layout;
  guint                   n = shoal_codec_layout_get_n_pieces (layout);
  Unit                   *self;
  guint64                 bytes = 0;
  guint                   i;

  check->next = shoal_base_bitset_next_set (check->pieces, check->next);
  if (check->next >= n)
    return NULL;
  self = g_new0 (Unit, 1);
  self->first = check->next;
  while (check->next < n && bytes < BYTES_PER_UNIT &&
         shoal_base_bitset_get (check->pieces, check->next))
    bytes += shoal_codec_layout_get_piece_size (layout, check->next++);
  self->n_pieces = check->next - self->first;
  self->items = g_new0 (ShoalDiskCheckItem, self->n_pieces);
  for (i = 0; i < self->n_pieces; i++)
    self->items[i].piece = self->first + i;
  shoal_disk_storage_set_range (
      &self->op, shoal_codec_layout_get_piece_offset (layout, self->first), bytes);
  return self;
}

static void
submit_unit (ShoalDiskCheck *self, Unit *unit)
{
  unit->check = self;
  unit->op.job.is_bulk = TRUE;
  unit->op.job.next = unit->n_pieces > 0 ? SHOAL_DISK_STEP_IO : SHOAL_DISK_STEP_COMPUTE;
  shoal_base_list_append (&self->units, &unit->link);
  unit->ticket =
      shoal_disk_storage_submit (self->storage, &unit->op, &check_ops, SHOAL_DISK_ORDER_READ);
  self->n_running++;
}

static void
begin_units (ShoalDiskCheck *self)
{
  Unit *unit;

  while (!self->is_paused && !self->is_cancelled && !self->has_vanished &&
         self->n_running < self->max_running && (unit = make_unit (self)) != NULL)
    submit_unit (self, unit);
}

/* The end never comes inside the call that leads to it: a unit of nothing brings it. */
static void
begin_or_end (ShoalDiskCheck *self)
{
  begin_units (self);
  if (self->n_running == 0 && (!self->is_paused || self->is_cancelled))
    submit_unit (self, g_new0 (Unit, 1));
}

static void
advance (ShoalDiskCheck *self)
{
  if (!self->storage->is_closed)
    begin_units (self);
  if (self->n_running == 0 && (!self->is_paused || self->is_cancelled || self->has_vanished))
    end_check (self);
}

static void
choose_sizes (ShoalDiskCheck *self)
{
  guint min_lanes = shoal_disk_digest_get_min ();

  self->batch_size = min_lanes > 0 ? SHOAL_DISK_SCRATCH_SIZE : READ_SIZE;
  self->small_size = min_lanes > 0 ? SHOAL_DISK_SCRATCH_SIZE / min_lanes : READ_SIZE;
}

ShoalDiskCheck *
shoal_disk_check_start (ShoalDiskStorage *storage, const ShoalDiskCheckOptions *options)
{
  ShoalDiskCheck *self = g_new0 (ShoalDiskCheck, 1);
  guint           n_pieces = shoal_codec_layout_get_n_pieces (storage->layout);

  self->storage = storage;
  self->options = *options;
  self->options.pieces = NULL;
  self->max_running = storage->queue->n_workers;
  shoal_base_list_init (&self->units);
  choose_sizes (self);
  shoal_base_list_append (&storage->checks, &self->link);
  if (options->pieces != NULL)
    self->pieces = shoal_base_bitset_copy (options->pieces);
  else
    {
      self->pieces = shoal_base_bitset_new (n_pieces);
      shoal_base_bitset_set_all (self->pieces, TRUE);
    }
  g_assert (shoal_base_bitset_get_size (self->pieces) == n_pieces);
  begin_or_end (self);
  return self;
}

void
shoal_disk_check_set_paused (ShoalDiskCheck *self, gboolean is_paused)
{
  self->is_paused = is_paused;
  begin_or_end (self);
}

void
shoal_disk_check_cancel (ShoalDiskCheck *self)
{
  self->is_cancelled = TRUE;
  SHOAL_BASE_LIST_FOREACH (&self->units, node)
  shoal_disk_queue_cancel (self->storage->queue, SHOAL_BASE_LIST_ENTRY (node, Unit, link)->ticket);
  begin_or_end (self);
}

void
shoal_disk_storage_cancel_checks (ShoalDiskStorage *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->checks, node)
  shoal_disk_check_cancel (SHOAL_BASE_LIST_ENTRY (node, ShoalDiskCheck, link));
}
