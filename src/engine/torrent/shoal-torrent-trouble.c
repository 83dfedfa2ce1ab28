/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "store/shoal-store-resume.h"
#include "torrent/shoal-torrent-problem.h"

/* What goes wrong with files and state: the torrent waits, looks again after a while, hashes what
 * it could not read, and goes on. */

/* A disk that was full is written to again when it has room for this, or for all that is missing.
 */
#define ENOUGH_ROOM (64 * 1024 * 1024)

/* So often in so long a device may report a fault before it is left alone: each further try may
 * cost what can still be saved of it. */
#define MAX_FAULTS  5
#define FAULTS_USEC (10 * 60 * G_USEC_PER_SEC)

static gboolean
is_final (ShoalTorrent *self, const ShoalProblem *problem)
{
  if (self->fail_on_storage || problem->domain == SHOAL_PROBLEM_DOMAIN_TORRENT ||
      problem->code == SHOAL_PROBLEM_CONFLICT || problem->code == SHOAL_PROBLEM_CLAIMED ||
      problem->code == SHOAL_PROBLEM_LONGER || problem->code == SHOAL_PROBLEM_INCOMPLETE ||
      problem->code == SHOAL_PROBLEM_INVALID || problem->code == SHOAL_PROBLEM_MISSING ||
      problem->code == SHOAL_PROBLEM_CHANGED)
    return TRUE;
  return problem->code == SHOAL_PROBLEM_IO && self->n_faults >= MAX_FAULTS;
}

void
shoal_torrent_set_problem (ShoalTorrent *self, ShoalProblem *problem)
{
  gboolean is_same = shoal_problem_equal (self->problem, problem);

  g_clear_pointer (&self->problem, shoal_problem_unref);
  self->problem = problem;
  self->is_on_trial = FALSE;
  if (problem == NULL || is_final (self, problem))
    self->retry_usec = 0;
  else
    self->retry_usec = shoal_net_reactor_get_now (self->env->reactor) + self->env->retry_usec;
  if (!is_same)
    shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_block (ShoalTorrent *self, ShoalProblem *problem)
{
  self->is_blocked = TRUE;
  shoal_torrent_set_problem (self, problem);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_review (self);
}

static void
count_fault (ShoalTorrent *self)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->env->reactor);

  if (now_usec - self->faults_usec > FAULTS_USEC)
    {
      self->faults_usec = now_usec;
      self->n_faults = 0;
    }
  self->n_faults++;
}

/* Pieces that we claim although a file of theirs is gone, or was cut off. */
static ShoalBaseBitset *
find_absent (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  guint                       n = shoal_codec_layout_get_n_pieces (self->layout);
  ShoalBaseBitset            *absent = shoal_base_bitset_new (n);
  g_autofree ShoalStoreFound *found = shoal_torrent_make_found (self, result);
  ShoalStoreResumeInput       input = {
          .layout = self->layout,
          .found = found,
          .parts = { .size = result->parts.exists ? (gint64) result->parts.size : -1 },
  };
  guint piece;

  for (piece = 0; piece < n; piece++)
    if (shoal_piece_map_get_state (self->map, piece) == SHOAL_PIECE_HAD &&
        !shoal_store_resume_has_bytes (&input, piece))
      shoal_base_bitset_set (absent, piece, TRUE);
  return absent;
}

/* They are no longer shown as had, nor offered: hashed, once the person has said what is to be
 * done.
 */
static void
doubt_absent_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;
  g_autoptr (ShoalBaseBitset) absent = NULL;
  guint piece;

  if (result->error == NULL && self->phase == SHOAL_TORRENT_PHASE_READY)
    {
      absent = find_absent (self, result);
      for (piece = shoal_base_bitset_next_set (absent, 0);
           piece < shoal_base_bitset_get_size (absent);
           piece = shoal_base_bitset_next_set (absent, piece + 1))
        shoal_torrent_doubt_piece (self, piece);
      shoal_torrent_review_complete (self);
      shoal_torrent_changed (self, TRUE);
    }
  shoal_torrent_settle (self);
}

/* Of a file that is gone, more is gone than the bytes that somebody wanted just now. */
static void
doubt_absent (ShoalTorrent *self)
{
  if (self->phase != SHOAL_TORRENT_PHASE_READY || self->is_stopping)
    return;
  self->n_pending++;
  shoal_disk_storage_stat (self->storage, doubt_absent_cb, self);
}

static void
fail (ShoalTorrent *self, const GError *error, gboolean is_counted)
{
  ShoalProblem *problem = shoal_torrent_problem_from_error (error, self->row.save_path);

  if (problem == NULL)
    return;
  if (problem->code == SHOAL_PROBLEM_FULL)
    problem->number = shoal_torrent_get_missing (self);
  if (problem->code == SHOAL_PROBLEM_IO && is_counted)
    count_fault (self);
  if (problem->code == SHOAL_PROBLEM_MISSING && !self->is_blocked)
    doubt_absent (self);
  shoal_torrent_drop_unfinished (self);
  shoal_torrent_block (self, problem);
}

/* What else fails before the problem is looked at is the same fault. */
void
shoal_torrent_fail_storage (ShoalTorrent *self, const GError *error)
{
  fail (self, error, !self->is_blocked);
}

void
shoal_torrent_fail_again (ShoalTorrent *self, const GError *error)
{
  fail (self, error, TRUE);
}

void
shoal_torrent_fail_state (ShoalTorrent *self, const GError *error)
{
  ShoalProblem *problem = shoal_torrent_problem_from_error (error, self->env->state_path);

  if (problem == NULL || problem->code == SHOAL_PROBLEM_STOPPING)
    g_clear_pointer (&problem, shoal_problem_unref);
  else
    shoal_torrent_block (self, problem);
}

void
shoal_torrent_doubt_piece (ShoalTorrent *self, guint piece)
{
  if (shoal_piece_map_get_state (self->map, piece) != SHOAL_PIECE_HAD)
    return;
  shoal_torrent_lose_piece (self, piece);
  if (self->doubted == NULL)
    self->doubted = shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));
  shoal_base_bitset_set (self->doubted, piece, TRUE);
}

/* What the file system says of its room is not true of a quota: only a write shows whether there is
 * some. Until then the problem stands, lest it come and go with each try; but not for ever, where
 * nobody sends anything to write. */
static void
begin_trial (ShoalTorrent *self)
{
  self->is_on_trial = TRUE;
  self->retry_usec = shoal_net_reactor_get_now (self->env->reactor) + self->env->retry_usec;
}

void
shoal_torrent_end_trial (ShoalTorrent *self)
{
  if (self->is_on_trial)
    shoal_torrent_set_problem (self, NULL);
}

void
shoal_torrent_unblock (ShoalTorrent *self)
{
  self->is_blocked = FALSE;
  if (self->problem != NULL && self->problem->code == SHOAL_PROBLEM_FULL)
    begin_trial (self);
  else
    shoal_torrent_set_problem (self, NULL);
  shoal_torrent_review (self);
  shoal_torrent_check_doubted (self);
  if (!shoal_torrent_checkpoint_is_done (self))
    shoal_torrent_checkpoint (self); /* the last one may have failed */
  shoal_torrent_review_complete (self);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_ask_all (self);
}

gboolean
shoal_torrent_is_absent (ShoalTorrent *self, const ShoalDiskStatResult *result, guint file)
{
  const ShoalCodecFile *what;

  if (file >= result->n_files || result->files[file].exists || result->files[file].is_in_parts)
    return FALSE;
  what = shoal_codec_layout_get_file (self->layout, file);
  return what->length > 0 && (what->flags & SHOAL_CODEC_FILE_PAD) == 0 &&
         shoal_piece_files_get_priority (self->files, file) != SHOAL_FILE_PRIORITY_SKIP;
}

/* The first; G_MAXUINT: none is, but one was cut off. */
static guint
find_absent_file (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  guint i;

  for (i = 0; i < result->n_files; i++)
    if (shoal_torrent_is_absent (self, result, i))
      return i;
  return G_MAXUINT;
}

ShoalProblem *
shoal_torrent_make_missing (ShoalTorrent *self, guint file)
{
  g_autofree char *path = file != G_MAXUINT ? shoal_torrent_dup_full_path (self, file)
                                            : shoal_torrent_dup_data_path (self);

  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_MISSING, path, NULL);
}

static void
review_files (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  guint64 enough = MIN (shoal_torrent_get_missing (self), ENOUGH_ROOM);
  g_autoptr (ShoalBaseBitset) absent = NULL;
  guint piece;

  if (result->error != NULL)
    {
      shoal_torrent_fail_storage (self, result->error);
      return;
    }
  if (self->problem->code == SHOAL_PROBLEM_FULL && result->free_bytes < enough)
    return;
  if ((self->problem->code == SHOAL_PROBLEM_CONFLICT ||
       self->problem->code == SHOAL_PROBLEM_LONGER) &&
      shoal_torrent_review_conflict (self, result))
    return;
  /* Until then a wanted file that is not there says nothing about its bytes. */
  if (self->is_export_due)
    {
      self->is_exporting_again = TRUE;
      if (self->n_exporting == 0)
        shoal_torrent_update_wanted (self);
      return;
    }
  absent = find_absent (self, result);
  /* Who deleted a file may want it back, or not: that is for a person to say. */
  if (!shoal_base_bitset_is_empty (absent) && self->problem->code != SHOAL_PROBLEM_MISSING)
    {
      shoal_torrent_set_problem (
          self, shoal_torrent_make_missing (self, find_absent_file (self, result)));
      shoal_torrent_review (self);
      return;
    }
  for (piece = shoal_base_bitset_next_set (absent, 0); piece < shoal_base_bitset_get_size (absent);
       piece = shoal_base_bitset_next_set (absent, piece + 1))
    shoal_torrent_lose_piece (self, piece);
  shoal_torrent_unblock (self);
}

static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  self->is_looking = FALSE;
  shoal_torrent_notice_changes (self, TRUE); /* what was cut is hashed; what is gone, not */
  if (self->problem != NULL && self->phase == SHOAL_TORRENT_PHASE_READY && !self->is_stopping)
    review_files (self, result);
  shoal_torrent_settle (self);
}

void
shoal_torrent_retry (ShoalTorrent *self, gboolean accepts_gone)
{
  if (self->problem == NULL || self->is_stopping || self->is_looking)
    return;
  if (self->problem->code == SHOAL_PROBLEM_MISSING && !accepts_gone &&
      self->phase == SHOAL_TORRENT_PHASE_READY)
    return;
  self->accepts_gone |= accepts_gone && self->problem->code == SHOAL_PROBLEM_MISSING;
  if (self->phase == SHOAL_TORRENT_PHASE_BROKEN)
    shoal_torrent_open (self, FALSE);
  else if (self->phase == SHOAL_TORRENT_PHASE_READY &&
           self->problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE &&
           self->problem->code != SHOAL_PROBLEM_INCOMPLETE)
    {
      self->is_looking = TRUE;
      self->n_pending++;
      shoal_disk_storage_stat (self->storage, looked_cb, self);
    }
  else if (self->phase == SHOAL_TORRENT_PHASE_READY)
    shoal_torrent_unblock (self);
}

void
shoal_torrent_tick_problem (ShoalTorrent *self, gint64 now_usec)
{
  if (self->retry_usec == 0 || now_usec < self->retry_usec)
    return;
  if (self->is_on_trial)
    {
      shoal_torrent_end_trial (self);
      return;
    }
  self->retry_usec = now_usec + self->env->retry_usec;
  shoal_torrent_retry (self, FALSE);
}
