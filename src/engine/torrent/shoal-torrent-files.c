/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "disk/shoal-disk-change.h"
#include "torrent/shoal-torrent-problem.h"

/* Which files are wanted, and where they are. What touches files is written down first (an intent),
 * so that the next start finishes or undoes it. */

/* Of a magnet: the files in @ranges, or all if there are none. */
static void
apply_selection (ShoalFilePriority *priorities, guint n, const GArray *ranges)
{
  guint i, file;

  for (i = 0; i < n; i++)
    priorities[i] = ranges->len > 0 ? SHOAL_FILE_PRIORITY_SKIP : SHOAL_FILE_PRIORITY_NORMAL;
  for (i = 0; i < ranges->len; i++)
    {
      const ShoalFileRange *range = &g_array_index (ranges, ShoalFileRange, i);

      for (file = range->first; file <= range->last && file < n; file++)
        priorities[file] = SHOAL_FILE_PRIORITY_NORMAL;
    }
}

void
shoal_torrent_load_priorities (ShoalTorrent *self, const ShoalAddOptions *add)
{
  guint                         n = shoal_codec_layout_get_n_files (self->layout);
  g_autofree ShoalFilePriority *priorities = g_new (ShoalFilePriority, n);
  guint                         i;

  for (i = 0; i < n; i++)
    priorities[i] = SHOAL_FILE_PRIORITY_NORMAL;
  for (i = 0; self->loaded != NULL && i < self->loaded->files->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (self->loaded->files, ShoalStoreFile, i);

      if (row->file < n && row->priority >= (int) SHOAL_FILE_PRIORITY_SKIP &&
          row->priority <= (int) SHOAL_FILE_PRIORITY_HIGH)
        priorities[row->file] = (ShoalFilePriority) row->priority;
    }
  for (i = 0; add != NULL && add->priorities != NULL && i < MIN (n, add->n_priorities); i++)
    priorities[i] = (ShoalFilePriority) MIN (add->priorities[i], SHOAL_FILE_PRIORITY_HIGH);
  if (add != NULL && add->select != NULL)
    apply_selection (priorities, n, add->select);
  shoal_piece_files_set_priorities (self->files, priorities);
}

const ShoalStoreFolder *
shoal_torrent_get_folder (const ShoalTorrent *self)
{
  return &self->row.folder;
}

static void
wanted_cb (const ShoalDiskChangeResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;
  gboolean      is_again = FALSE;

  if (--self->n_exporting == 0)
    {
      self->is_export_due = result->error != NULL;
      is_again = self->is_exporting_again;
      self->is_exporting_again = FALSE;
    }
  if (result->error != NULL)
    shoal_torrent_fail_again (self, result->error);
  else if (is_again)
    shoal_torrent_retry (self);
  shoal_torrent_settle (self);
}

static void
priorities_saved_cb (gpointer user_data, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (error != NULL)
    shoal_torrent_fail_state (self, error);
  shoal_torrent_settle (self);
}

static void
save_priorities (ShoalTorrent *self, const GArray *files, ShoalFilePriority priority)
{
  g_autoptr (GArray) rows = shoal_store_priorities_new (files, (int) priority);

  self->n_pending++;
  shoal_store_set_priorities (self->env->store,
                              self->id,
                              (const ShoalStoreFile *) rows->data,
                              rows->len,
                              priorities_saved_cb,
                              self);
}

void
shoal_torrent_update_wanted (ShoalTorrent *self)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) wanted = shoal_base_bitset_new (n);
  guint i;

  if (self->storage == NULL || self->is_asking)
    return;
  for (i = 0; i < n; i++)
    shoal_base_bitset_set (
        wanted, i, shoal_piece_files_get_priority (self->files, i) != SHOAL_FILE_PRIORITY_SKIP);
  self->is_export_due = TRUE;
  self->n_exporting++;
  self->n_pending++;
  shoal_disk_change_set_wanted (self->storage, wanted, wanted_cb, self);
}

gboolean
shoal_torrent_set_priorities (ShoalTorrent *self, const GArray *files, ShoalFilePriority priority)
{
  guint n = self->layout != NULL ? shoal_codec_layout_get_n_files (self->layout) : 0;
  guint i;

  for (i = 0; i < files->len; i++)
    if (g_array_index (files, guint, i) >= n)
      return FALSE;
  for (i = 0; i < files->len; i++)
    shoal_piece_files_set_priority (self->files, g_array_index (files, guint, i), priority);
  save_priorities (self, files, priority);
  shoal_torrent_update_wanted (self);
  shoal_torrent_review_complete (self);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_changed (self, TRUE);
  return TRUE;
}

void
shoal_torrent_want_files (ShoalTorrent *self, const GArray *ranges)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (GArray) files = g_array_new (FALSE, FALSE, sizeof (guint));
  guint i, file;

  for (i = 0; i < ranges->len; i++)
    {
      const ShoalFileRange *range = &g_array_index (ranges, ShoalFileRange, i);

      for (file = range->first; file <= range->last && file < n; file++)
        if (shoal_piece_files_get_priority (self->files, file) == SHOAL_FILE_PRIORITY_SKIP)
          g_array_append_val (files, file);
    }
  if (files->len > 0)
    shoal_torrent_set_priorities (self, files, SHOAL_FILE_PRIORITY_NORMAL);
}

/* A change of the files that is under way. */
typedef struct
{
  ShoalTorrent     *torrent;
  ShoalStoreIntent  intent;
  char             *target; /* owned */
  GHashTable       *kept;   /* unowned: the disk has what it needs of it once it is asked */
  ShoalProblem     *problem;
  ShoalTorrentPhase before;
} Change;

static void
change_done (Change *change)
{
  ShoalTorrent *self = change->torrent;

  self->phase = change->before;
  if (self->phase == SHOAL_TORRENT_PHASE_METADATA && self->metainfo != NULL)
    shoal_torrent_magnet_end (self); /* it was learnt meanwhile */
  /* If the move was a rest of the last run, the torrent can be opened now. */
  if (self->is_unresumed && self->storage != NULL &&
      change->intent.kind == SHOAL_STORE_INTENT_MOVE && !self->is_stopping)
    shoal_torrent_prepare (self);
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

static void
moved_cb (const ShoalDiskChangeResult *result, gpointer user_data)
{
  Change       *change = user_data;
  ShoalTorrent *self = change->torrent;

  self->moving.value = 0;
  if (g_error_matches (result->error, SHOAL_DISK_ERROR, SHOAL_DISK_ERROR_CANCELLED))
    {
      change->problem =
          shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL);
      if (self->is_stopping)
        {
          change_done (change); /* the intent stays: the next start goes on with it */
          return;
        }
      shoal_store_drop_intent (
          self->env->store, self->id, &change->intent, intent_ended_cb, change);
      return;
    }
  if (result->error != NULL)
    {
      change->problem = shoal_torrent_problem_from_error (
          result->error, result->conflict != NULL ? result->conflict : change->target);
      shoal_store_drop_intent (
          self->env->store, self->id, &change->intent, intent_ended_cb, change);
      return;
    }
  adopt_folder (change, &result->folder_id);
  change->intent.folder = (ShoalStoreFolder){ result->folder_id.device,
                                              result->folder_id.inode,
                                              result->folder_id.fs_id };
  shoal_store_finish_intent (self->env->store, self->id, &change->intent, intent_ended_cb, change);
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
start_change (Change *change, gboolean is_resumed)
{
  ShoalTorrent *self = change->torrent;
  ShoalDiskMove move = { .folder = change->target, .is_resumed = is_resumed };

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
    change->problem =
        shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL);
  else
    {
      start_change (change, FALSE);
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
  self->n_pending++;
  shoal_torrent_drop_unfinished (self);
  shoal_torrent_review (self);
  shoal_torrent_changed (self, TRUE);
  return change;
}

/* There are no files yet: only the place is another one. */
static void
move_nothing (ShoalTorrent *self, const char *save_path)
{
  Change *change = make_change (self, SHOAL_STORE_INTENT_MOVE, save_path);

  self->row.save_path = g_string_chunk_insert (self->row_texts, save_path);
  self->row.folder = (ShoalStoreFolder){ 0 };
  shoal_store_finish_intent (self->env->store, self->id, &change->intent, intent_ended_cb, change);
}

gboolean
shoal_torrent_move (ShoalTorrent *self, const char *save_path)
{
  Change *change;

  if (self->phase == SHOAL_TORRENT_PHASE_METADATA && !self->is_stopping)
    {
      move_nothing (self, save_path);
      return TRUE;
    }
  if (self->phase != SHOAL_TORRENT_PHASE_READY || self->check != NULL || self->is_stopping)
    return FALSE;
  change = make_change (self, SHOAL_STORE_INTENT_MOVE, save_path);
  shoal_store_begin_intent (self->env->store, self->id, &change->intent, intent_begun_cb, change);
  return TRUE;
}

gboolean
shoal_torrent_resume_move (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->row.n_intents; i++)
    if (self->row.intents[i].kind == SHOAL_STORE_INTENT_MOVE)
      {
        Change *change = make_change (self, SHOAL_STORE_INTENT_MOVE, self->row.intents[i].target);

        self->row.n_intents = 0;
        start_change (change, TRUE);
        return TRUE;
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
  start_change (change, FALSE);
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
