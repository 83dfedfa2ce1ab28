/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "disk/shoal-disk-change.h"
#include "torrent/shoal-torrent-problem.h"

/* The files go to another folder, or go. What touches files is written down first (an intent), so
 * that the next start finishes or undoes it. */

struct _ShoalTorrentChange
{
  ShoalTorrent     *torrent;
  ShoalStoreIntent  intent;
  char             *target; /* owned */
  GHashTable       *kept;   /* unowned: the disk has what it needs of it once it is asked */
  ShoalProblem     *problem;
  ShoalTorrentPhase before;

  guint is_resumed : 1;
  guint is_search : 1;    /* what could not be opened may be at the new place */
  guint is_cancelled : 1; /* a person wants it to end */
  guint is_over : 1;      /* it cannot be ended any more */
  guint is_torn : 1;      /* some files are here, some there: it is to be gone on with */
  guint keeps_intent : 1;
};

typedef struct _ShoalTorrentChange Change;

const ShoalStoreFolder *
shoal_torrent_get_folder (const ShoalTorrent *self)
{
  return &self->row.folder;
}

const ShoalStoreRow *
shoal_torrent_get_row (const ShoalTorrent *self)
{
  return &self->row;
}

void
shoal_torrent_keep_intent (ShoalTorrent *self, const ShoalStoreIntent *intent)
{
  ShoalStoreRow    *row = &self->row;
  ShoalStoreIntent *kept;

  row->intents = g_renew (ShoalStoreIntent, row->intents, row->n_intents + 1);
  kept = &row->intents[row->n_intents++];
  *kept = *intent;
  kept->target = g_string_chunk_insert (self->row_texts, intent->target);
  if (intent->source != NULL)
    kept->source = g_string_chunk_insert (self->row_texts, intent->source);
}

/* What is left of the last run is done, or the next of it can be. */
static void
end_resumed (Change *change)
{
  ShoalTorrent *self = change->torrent;

  if (change->keeps_intent)
    return;
  self->row.n_intents--;
  if (!self->is_stopping)
    shoal_torrent_go_on_opening (self);
}

static void
change_done (Change *change)
{
  ShoalTorrent *self = change->torrent;

  self->phase = change->before;
  self->change = NULL;
  self->moved_bytes = 0;
  if (self->phase == SHOAL_TORRENT_PHASE_METADATA && self->metainfo != NULL)
    shoal_torrent_magnet_end (self); /* it was learnt meanwhile */
  if (change->is_resumed)
    end_resumed (change);
  else if (change->keeps_intent)
    shoal_torrent_keep_intent (self, &change->intent);
  if (change->is_torn)
    shoal_torrent_fail_open (self, shoal_problem_ref (change->problem));
  else if (change->is_search && change->problem == NULL && !self->is_stopping)
    shoal_torrent_open (self, FALSE);
  if (!change->is_torn || !change->is_resumed)
    self->events->on_files_changed (self->owner, change->problem);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
  g_clear_pointer (&change->problem, shoal_problem_unref);
  g_free (change->target);
  g_free (change);
  shoal_torrent_settle (self);
}

static void
intent_ended_cb (gpointer user_data, const GError *error)
{
  Change *change = user_data;

  if (error != NULL && change->problem == NULL)
    change->problem = shoal_torrent_problem_from_error (error, change->torrent->env->state_path);
  change_done (change);
}

static void
drop_intent (Change *change)
{
  ShoalTorrent *self = change->torrent;

  shoal_store_drop_intent (self->env->store, self->id, &change->intent, intent_ended_cb, change);
}

static void
relocked_cb (gpointer user_data, guint32 other_pid, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (error != NULL)
    shoal_torrent_fail_state (self, error);
  shoal_torrent_settle (self);
}

/* The files are at the new place: so says the row from now on. */
static void
adopt_folder (Change *change, const ShoalDiskFolderId *id)
{
  ShoalTorrent *self = change->torrent;

  self->row.save_path = g_string_chunk_insert (self->row_texts, change->target);
  self->row.folder = (ShoalStoreFolder){ id->device, id->inode, id->fs_id };
  shoal_store_unlock_data (self->env->store, self->id);
  self->n_pending++;
  shoal_store_lock_data (self->env->store, &self->row, relocked_cb, self);
}

static ShoalProblem *
make_cancelled (const ShoalTorrent *self)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                            self->is_stopping || self->is_removing ? SHOAL_PROBLEM_STOPPING
                                                                   : SHOAL_PROBLEM_CANCELLED,
                            NULL,
                            NULL);
}

/* It was put back, but for what could not be; or a folder is gone, and nobody knows what it has. */
static void
fail_move (Change *change, const ShoalDiskChangeResult *result)
{
  ShoalTorrent *self = change->torrent;
  gboolean      is_cancelled =
      g_error_matches (result->error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED);

  change->problem =
      is_cancelled
          ? make_cancelled (self)
          : shoal_torrent_problem_from_error (
                result->error, result->conflict != NULL ? result->conflict : change->target);
  change->is_torn =
      !is_cancelled &&
      (result->n_left > 0 ||
       (change->is_resumed &&
        g_error_matches (result->error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_VANISHED)));
  change->keeps_intent = change->is_torn || (is_cancelled && self->is_stopping);
  if (change->keeps_intent)
    change_done (change);
  else
    drop_intent (change);
}

static void
moved_cb (const ShoalDiskChangeResult *result, gpointer user_data)
{
  Change       *change = user_data;
  ShoalTorrent *self = change->torrent;

  self->moving.value = 0;
  change->is_over = TRUE;
  if (result->error != NULL)
    {
      fail_move (change, result);
      return;
    }
  adopt_folder (change, &result->folder_id);
  change->intent.folder = (ShoalStoreFolder){ result->folder_id.device,
                                              result->folder_id.inode,
                                              result->folder_id.fs_id };
  shoal_store_finish_intent (self->env->store, self->id, &change->intent, intent_ended_cb, change);
}

/* What the disk moves is whole files; what a person hears of is what is right in them. */
static void
progress_cb (guint64 bytes, guint64 total_bytes, gpointer user_data)
{
  ShoalTorrent *self = ((Change *) user_data)->torrent;
  guint64       done = shoal_piece_files_get_wanted_had (self->files);

  if (total_bytes > 0)
    self->moved_bytes =
        MIN ((guint64) ((double) bytes / (double) total_bytes * (double) done), done);
  shoal_torrent_changed (self, FALSE);
}

static void
removed_cb (const ShoalDiskChangeResult *result, gpointer user_data)
{
  Change *change = user_data;

  if (result->error != NULL)
    change->problem =
        shoal_torrent_problem_from_error (result->error, change->torrent->row.save_path);
  change_done (change);
}

/* The folder was looked at, and nothing is to be removed. */
static void
left_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  change_done (user_data);
}

static void
start_change (Change *change)
{
  ShoalTorrent *self = change->torrent;
  ShoalDiskMove move = { .folder = change->target,
                         .on_progress = progress_cb,
                         .is_resumed = change->is_resumed };

  if (change->intent.kind == SHOAL_STORE_INTENT_MOVE)
    self->moving = shoal_disk_change_move (self->storage, &move, moved_cb, change);
  else if (shoal_torrent_is_in_the_way (self))
    shoal_disk_storage_stat (self->storage, left_cb, change);
  else
    shoal_disk_change_remove (self->storage, change->kept, removed_cb, change);
}

static void
intent_begun_cb (gpointer user_data, const GError *error)
{
  Change *change = user_data;

  if (error != NULL)
    change->problem = shoal_torrent_problem_from_error (error, change->torrent->env->state_path);
  else if (change->torrent->is_stopping)
    change->problem = make_cancelled (change->torrent);
  else if (change->is_cancelled)
    {
      change->problem = make_cancelled (change->torrent);
      change->is_over = TRUE;
      drop_intent (change);
      return;
    }
  else
    {
      start_change (change);
      return;
    }
  change_done (change);
}

static Change *
make_change (ShoalTorrent *self, ShoalStoreIntentKind kind, const char *target)
{
  Change *change = g_new0 (Change, 1);

  change->torrent = self;
  change->target = g_strdup (target);
  change->intent.kind = kind;
  change->intent.target = change->target;
  change->before = self->phase;
  self->phase = SHOAL_TORRENT_PHASE_CHANGING;
  self->change = change;
  self->n_pending++;
  shoal_torrent_drop_unfinished (self);
  shoal_torrent_review (self);
  shoal_torrent_changed (self, TRUE);
  return change;
}

/* There are no files yet, or none that can be reached: only the place is another one. */
static void
move_nothing (Change *change)
{
  ShoalTorrent *self = change->torrent;

  change->is_over = TRUE;
  self->row.save_path = g_string_chunk_insert (self->row_texts, change->target);
  self->row.folder = (ShoalStoreFolder){ 0 };
  if (self->storage != NULL)
    shoal_disk_storage_go_to (self->storage, change->target);
  shoal_store_finish_intent (self->env->store, self->id, &change->intent, intent_ended_cb, change);
}

/* Not opened since files, or their folder, are gone: a person may have moved them. */
static gboolean
has_lost_files (const ShoalTorrent *self)
{
  return self->phase == SHOAL_TORRENT_PHASE_BROKEN && self->storage != NULL &&
         self->problem != NULL && self->problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE &&
         (self->problem->code == SHOAL_PROBLEM_MISSING ||
          self->problem->code == SHOAL_PROBLEM_VANISHED);
}

static gboolean
can_move (const ShoalTorrent *self)
{
  if (self->is_stopping || self->is_renaming)
    return FALSE;
  return self->phase == SHOAL_TORRENT_PHASE_METADATA || has_lost_files (self) ||
         (self->phase == SHOAL_TORRENT_PHASE_READY && self->check == NULL);
}

gboolean
shoal_torrent_move (ShoalTorrent *self, const char *save_path)
{
  gboolean is_search = has_lost_files (self);
  gboolean has_folder = !is_search || self->problem->code != SHOAL_PROBLEM_VANISHED;
  Change  *change;

  if (!can_move (self))
    return FALSE;
  change = make_change (self, SHOAL_STORE_INTENT_MOVE, save_path);
  change->is_search = is_search;
  if (change->before == SHOAL_TORRENT_PHASE_METADATA || !has_folder)
    move_nothing (change);
  else
    shoal_store_begin_intent (self->env->store, self->id, &change->intent, intent_begun_cb, change);
  return TRUE;
}

gboolean
shoal_torrent_cancel_move (ShoalTorrent *self)
{
  Change *change = self->change;

  if (change == NULL || change->intent.kind != SHOAL_STORE_INTENT_MOVE || change->is_over)
    return FALSE;
  change->is_cancelled = TRUE;
  if (self->moving.value != 0)
    shoal_disk_queue_cancel (self->env->disk, self->moving);
  return TRUE;
}

static void
resume_move (ShoalTorrent *self, const ShoalStoreIntent *intent)
{
  Change *change = make_change (self, SHOAL_STORE_INTENT_MOVE, intent->target);

  change->is_resumed = TRUE;
  start_change (change);
}

gboolean
shoal_torrent_resume_change (ShoalTorrent *self)
{
  while (self->row.n_intents > 0)
    {
      const ShoalStoreIntent *intent = &self->row.intents[self->row.n_intents - 1];

      if (intent->kind == SHOAL_STORE_INTENT_MOVE)
        {
          resume_move (self, intent);
          return TRUE;
        }
      if (intent->kind == SHOAL_STORE_INTENT_RENAME && shoal_torrent_resume_rename (self, intent))
        return TRUE;
      self->row.n_intents--; /* the owner's, or nothing that can be done */
    }
  return FALSE;
}

gboolean
shoal_torrent_remove_files (ShoalTorrent *self, GHashTable *kept)
{
  Change *change;

  if (self->phase != SHOAL_TORRENT_PHASE_READY && self->phase != SHOAL_TORRENT_PHASE_BROKEN)
    return FALSE;
  if (self->storage == NULL || self->is_stopping)
    return FALSE;
  change = make_change (self, SHOAL_STORE_INTENT_REMOVE_FILES, NULL);
  change->kept = kept;
  start_change (change);
  return TRUE;
}

void
shoal_torrent_set_removing (ShoalTorrent *self, gboolean is_removing)
{
  self->is_removing = is_removing;
  if (is_removing)
    {
      shoal_torrent_break_off (self);
      if (self->storage != NULL)
        shoal_disk_storage_release (self->storage); /* others that go too need not keep anything */
      return;
    }
  if (self->phase == SHOAL_TORRENT_PHASE_READY)
    shoal_torrent_hold_files (self);
  shoal_torrent_check_doubted (self);
}

void
shoal_torrent_break_off (ShoalTorrent *self)
{
  if (self->check != NULL)
    shoal_disk_check_cancel (self->check);
  if (self->moving.value != 0)
    shoal_disk_queue_cancel (self->env->disk, self->moving);
}
