/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "piece/shoal-piece-resume.h"
#include "store/shoal-store-resume.h"
#include "torrent/shoal-torrent-problem.h"

/* From "new" to "ready": folder and files are looked at, the data is locked against other
 * processes, what the database claims is held against what is there, and what is in doubt is
 * hashed. */

/* The files cannot be opened: tried again by itself where that can help. */
static void
fail_open (ShoalTorrent *self, ShoalProblem *problem)
{
  self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  if (problem != NULL)
    {
      shoal_torrent_set_problem (self, problem);
    }
  shoal_torrent_review (self);
}

char *
shoal_torrent_dup_data_path (ShoalTorrent *self)
{
  const char *root = self->row.root_name;

  if (root == NULL)
    root = shoal_codec_metainfo_get_name (self->metainfo);
  return g_build_filename (self->row.save_path, root, NULL);
}

char *
shoal_torrent_dup_path (ShoalTorrent *self, guint file)
{
  const char *path = shoal_codec_layout_get_file (self->layout, file)->path;
  const char *root = self->row.root_name;

  if (root == NULL)
    return g_strdup (path);
  if (!shoal_codec_metainfo_has_folder (self->metainfo))
    return g_strdup (root);
  return g_strconcat (root, strchr (path, '/'), NULL);
}

/* Where each file lies when the top has another name than in the torrent, or a file was renamed;
 * NULL if all are as the torrent says. */
static GStrv
dup_paths (ShoalTorrent *self)
{
  guint         n = shoal_codec_layout_get_n_files (self->layout);
  const GArray *rows = self->loaded != NULL ? self->loaded->files : NULL;
  g_autoptr (GPtrArray) paths = NULL;
  guint i;

  paths = g_ptr_array_new_full (n + 1, g_free);
  for (i = 0; i < n; i++)
    g_ptr_array_add (paths, shoal_torrent_dup_path (self, i));
  for (i = 0; rows != NULL && i < rows->len; i++)
    {
      const ShoalStoreFile *file = &g_array_index (rows, ShoalStoreFile, i);

      if (file->renamed_path != NULL && file->file < n)
        {
          g_free (paths->pdata[file->file]);
          paths->pdata[file->file] = g_strdup (file->renamed_path);
        }
    }
  g_ptr_array_add (paths, NULL);
  return (GStrv) g_ptr_array_free (g_steal_pointer (&paths), FALSE);
}

static ShoalBaseBitset *
dup_wanted (ShoalTorrent *self)
{
  guint            n = shoal_codec_layout_get_n_files (self->layout);
  ShoalBaseBitset *wanted = shoal_base_bitset_new (n);
  guint            i;

  for (i = 0; i < n; i++)
    shoal_base_bitset_set (
        wanted, i, shoal_piece_files_get_priority (self->files, i) != SHOAL_FILE_PRIORITY_SKIP);
  return wanted;
}

static void
make_storage (ShoalTorrent *self)
{
  g_auto (GStrv) paths = dup_paths (self);
  g_autoptr (ShoalBaseBitset) wanted = dup_wanted (self);
  ShoalDiskStorageOptions options = {
    .queue = self->env->disk,
    .layout = self->layout,
    .folder = self->row.save_path,
    .folder_id = { self->row.folder.device, self->row.folder.inode, self->row.folder.fs_id },
    .hashes = self->row.hashes,
    .paths = (const char *const *) paths,
    .wanted = wanted,
    .creates_folder = TRUE,
  };

  self->storage = shoal_disk_storage_new (&options);
}

/* What the store's pure function needs of what prepare() saw. */
ShoalStoreFound *
shoal_torrent_make_found (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  ShoalStoreFound *found = g_new0 (ShoalStoreFound, result->n_files + 1);
  guint            i;

  for (i = 0; i < result->n_files; i++)
    {
      found[i].size = result->files[i].exists ? (gint64) result->files[i].size : -1;
      found[i].mtime_ns = result->files[i].mtime_nsec;
      found[i].in_parts = result->files[i].is_in_parts;
    }
  return found;
}

static gboolean
has_data (const ShoalDiskStatResult *result)
{
  guint i;

  for (i = 0; i < result->n_files; i++)
    if (result->files[i].exists && result->files[i].size > 0)
      return TRUE;
  return FALSE;
}

static ShoalBaseBitset *
bitset_of (ShoalTorrent *self, GBytes *bytes)
{
  gsize         len;
  const guint8 *data;

  if (bytes == NULL)
    return NULL;
  data = g_bytes_get_data (bytes, &len);
  return shoal_base_bitset_new_from_bytes (
      shoal_codec_layout_get_n_pieces (self->layout), data, len);
}

/* Blocks of unfinished pieces that were written before the last end of the run. */
static void
restore_partials (ShoalTorrent *self, const ShoalStoreResumeInput *input)
{
  guint i;

  for (i = 0; i < self->loaded->partials->len; i++)
    {
      const ShoalStorePartial *row = &g_array_index (self->loaded->partials, ShoalStorePartial, i);
      gsize                    len;
      const guint8            *bits = g_bytes_get_data (row->blocks, &len);

      if (row->piece >= shoal_codec_layout_get_n_pieces (self->layout) ||
          shoal_piece_map_get_state (self->map, row->piece) != SHOAL_PIECE_MISSING ||
          (self->to_check != NULL && shoal_base_bitset_get (self->to_check, row->piece)) ||
          !shoal_store_resume_has_bytes (input, row->piece))
        continue;
      if (shoal_piece_resume_import (self->ledger, row->piece, bits, len) ==
          SHOAL_PIECE_BLOCK_COMPLETE)
        shoal_torrent_submit_piece (self, row->piece);
    }
}

/* Files that the last run left open for writing: a checkpoint closes them. */
static void
note_open_files (ShoalTorrent *self)
{
  guint parts = shoal_codec_layout_get_n_files (self->layout);
  guint i;

  for (i = 0; i < self->loaded->files->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (self->loaded->files, ShoalStoreFile, i);

      if (row->open_for_write)
        shoal_base_bitset_set (self->durable.open, MIN (row->file, parts), TRUE);
    }
}

/* Holds what the database claims against what is there. */
static void
resume (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  g_autoptr (ShoalBaseBitset) written = bitset_of (self, self->loaded->written);
  g_autoptr (ShoalBaseBitset) durable = bitset_of (self, self->loaded->durable);
  g_autofree ShoalStoreFound *found = shoal_torrent_make_found (self, result);
  ShoalStoreResumeInput       input = {
          .layout = self->layout,
          .written = written,
          .durable = durable,
          .files = (const ShoalStoreFile *) self->loaded->files->data,
          .n_files = self->loaded->files->len,
          .found = found,
          .parts = { .size = result->parts.exists ? (gint64) result->parts.size : -1,
                     .mtime_ns = result->parts.mtime_nsec },
          .was_clean = self->was_clean,
  };
  ShoalStoreResume outcome = shoal_store_resume (&input);

  shoal_torrent_drop_unfinished (self); /* of an attempt before that got no further */
  shoal_piece_map_load_have (self->map, outcome.trusted);
  shoal_piece_files_recount (self->files);
  if (!shoal_base_bitset_is_empty (outcome.to_hash))
    {
      g_clear_pointer (&self->to_check, shoal_base_bitset_free);
      self->to_check = g_steal_pointer (&outcome.to_hash);
      self->is_device_doubted = TRUE; /* whatever the kernel remembers of the last run */
    }
  if (outcome.trusted == NULL || written == NULL ||
      shoal_base_bitset_count (outcome.trusted) != shoal_base_bitset_count (written))
    self->durable.is_written_dirty = TRUE;
  note_open_files (self);
  restore_partials (self, &input);
  shoal_store_resume_clear (&outcome);
}

static void check_done_cb (const GError *error, gpointer user_data); /* ends by starting another */

/* @piece is what it should be. */
static void
find_right (ShoalTorrent *self, guint piece)
{
  shoal_piece_map_gain (self->map, piece);
  shoal_torrent_sync_also (self, piece);
  if (self->phase == SHOAL_TORRENT_PHASE_READY)
    {
      shoal_torrent_gain_piece (self, piece);
      return;
    }
  shoal_piece_files_on_gained (self->files, piece);
  shoal_base_bitset_set (self->durable.since, piece, TRUE);
}

/* What cannot be read may be right all the same: it is looked at once more, later. If that fails
 * too it is fetched again, and its writing lets the device put it elsewhere. */
static gboolean
is_worth_another_look (ShoalTorrent *self, const ShoalDiskCheckItem *item)
{
  gboolean is_unreadable = item->verdict == SHOAL_DISK_CHECK_UNREADABLE;
  gboolean was_unreadable =
      self->unreadable != NULL && shoal_base_bitset_get (self->unreadable, item->piece);

  if (is_unreadable && self->unreadable == NULL)
    self->unreadable = shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));
  if (self->unreadable != NULL)
    shoal_base_bitset_set (self->unreadable, item->piece, is_unreadable && !was_unreadable);
  return is_unreadable && !was_unreadable;
}

static void
check_pieces_cb (const ShoalDiskCheckItem *items, guint n_items, gpointer user_data)
{
  ShoalTorrent *self = user_data;
  guint         i;

  for (i = 0; i < n_items; i++)
    {
      self->checked_bytes += shoal_codec_layout_get_piece_size (self->layout, items[i].piece);
      if (!is_worth_another_look (self, &items[i]))
        shoal_base_bitset_set (self->to_check, items[i].piece, FALSE);
      if (items[i].verdict == SHOAL_DISK_CHECK_RIGHT)
        find_right (self, items[i].piece);
    }
  self->durable.is_written_dirty = TRUE;
  self->durable.is_dirty = TRUE;
  shoal_torrent_changed (self, FALSE);
}

/* Takes @pieces over; they are not had, nor open. */
static void
start_check (ShoalTorrent *self, ShoalBaseBitset *pieces)
{
  ShoalDiskCheckOptions options = {
    .pieces = pieces,
    .sha1s = self->sha1s,
    .on_pieces = check_pieces_cb,
    .on_done = check_done_cb,
    .user_data = self,
    .from_device = self->is_device_doubted,
  };

  g_clear_pointer (&self->to_check, shoal_base_bitset_free);
  self->to_check = pieces;
  self->is_device_doubted = FALSE;
  self->n_pending++;
  self->check = shoal_disk_check_start (self->storage, &options);
  shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_check_doubted (ShoalTorrent *self)
{
  if (self->doubted != NULL && self->check == NULL && !self->is_blocked && !self->is_stopping &&
      self->phase == SHOAL_TORRENT_PHASE_READY)
    start_check (self, g_steal_pointer (&self->doubted));
}

static void
become_ready (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_READY;
  g_clear_pointer (&self->loaded, shoal_store_torrent_free);
  self->was_whole = shoal_piece_map_get_bytes_left (self->map) == 0;
  if (self->must_be_whole && !shoal_piece_map_is_finished (self->map))
    {
      g_autofree char *path = shoal_torrent_dup_data_path (self);

      self->is_blocked = TRUE;
      shoal_torrent_set_problem (self,
                                 shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                                         SHOAL_PROBLEM_INCOMPLETE,
                                                         path,
                                                         NULL,
                                                         0,
                                                         shoal_torrent_get_missing (self)));
    }
  if (!shoal_torrent_checkpoint_is_done (self))
    shoal_torrent_checkpoint (self);
  shoal_torrent_review_complete (self);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
  shoal_torrent_check_doubted (self);
  shoal_torrent_review_foreign (self);
}

/* The check of a torrent that takes no part meanwhile. */
static void
end_check (ShoalTorrent *self, const GError *error)
{
  ShoalProblem *problem =
      error != NULL ? shoal_torrent_problem_from_error (error, self->row.save_path) : NULL;

  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else if (problem != NULL && problem->code == SHOAL_PROBLEM_VANISHED)
    {
      fail_open (self, g_steal_pointer (&problem));
      return;
    }
  else
    {
      if (problem != NULL)
        shoal_torrent_fail_storage (self, error);
      become_ready (self);
    }
  g_clear_pointer (&problem, shoal_problem_unref);
}

/* The check of what was in doubt. */
static void
end_second_look (ShoalTorrent *self, const GError *error)
{
  if (error != NULL)
    shoal_torrent_fail_storage (self, error);
  shoal_torrent_check_doubted (self); /* what came into doubt meanwhile */
  shoal_torrent_review_foreign (self);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
  shoal_torrent_review_complete (self);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_ask_all (self);
}

static void
check_done_cb (const GError *error, gpointer user_data)
{
  ShoalTorrent *self = user_data;
  g_autoptr (ShoalBaseBitset) left = g_steal_pointer (&self->to_check);

  self->check = NULL;
  if (self->doubted != NULL)
    shoal_base_bitset_add (self->doubted, left);
  else if (!shoal_base_bitset_is_empty (left))
    self->doubted = g_steal_pointer (&left);
  if (self->phase == SHOAL_TORRENT_PHASE_CHECKING)
    end_check (self, error);
  else
    end_second_look (self, error);
  shoal_torrent_settle (self);
}

static void
check (ShoalTorrent *self, ShoalBaseBitset *pieces)
{
  self->phase = SHOAL_TORRENT_PHASE_CHECKING;
  self->checked_bytes = 0;
  start_check (self, pieces);
}

static ShoalBaseBitset *
make_full (ShoalTorrent *self)
{
  ShoalBaseBitset *all = shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));

  shoal_base_bitset_set_all (all, TRUE);
  return all;
}

static void
distrust_all (ShoalTorrent *self)
{
  g_autoptr (ShoalBaseBitset) none =
      shoal_base_bitset_new (shoal_codec_layout_get_n_pieces (self->layout));

  shoal_torrent_drop_unfinished (self);
  shoal_base_bitset_set_all (self->durable.since, FALSE);
  g_clear_pointer (&self->doubted, shoal_base_bitset_free);
  shoal_piece_map_load_have (self->map, none);
  shoal_piece_files_recount (self->files);
  self->is_complete_durable = FALSE;
}

static void
begin_check (ShoalTorrent *self)
{
  ShoalBaseBitset *pieces = g_steal_pointer (&self->to_check);

  self->is_blocked = FALSE;
  shoal_torrent_set_problem (self, NULL);
  if (self->check_all)
    {
      g_clear_pointer (&pieces, shoal_base_bitset_free);
      pieces = make_full (self);
      distrust_all (self);
      self->check_all = FALSE;
    }
  if (pieces == NULL)
    become_ready (self);
  else
    check (self, pieces);
}

static void
lock_cb (gpointer user_data, guint32 other_pid, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else if (error != NULL)
    {
      ShoalProblem *problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                                      SHOAL_PROBLEM_IN_USE,
                                                      self->row.save_path,
                                                      error->message,
                                                      0,
                                                      other_pid);

      if (error->code != SHOAL_STORE_ERROR_LOCKED)
        {
          shoal_problem_unref (problem);
          problem = shoal_torrent_problem_from_error (error, self->row.save_path);
        }
      fail_open (self, problem);
    }
  else
    begin_check (self);
  shoal_torrent_settle (self);
}

static void
folder_saved_cb (gpointer user_data, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (error != NULL)
    shoal_torrent_fail_state (self, error);
  shoal_torrent_settle (self);
}

/* Remembers which folder it is: another one in its place later is not ours. */
static void
note_folder (ShoalTorrent *self, const ShoalDiskFolderId *id)
{
  ShoalStoreFolder folder = { id->device, id->inode, id->fs_id };

  if (self->row.folder.device == id->device && self->row.folder.inode == id->inode)
    return;
  self->row.folder = folder;
  self->n_pending++;
  shoal_store_set_folder (self->env->store, self->id, &folder, folder_saved_cb, self);
}

static void
prepared_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (result->error != NULL || self->is_stopping)
    {
      ShoalProblem *problem =
          result->error != NULL
              ? shoal_torrent_problem_from_error (result->error, self->row.save_path)
              : NULL;

      fail_open (self, problem);
      shoal_torrent_settle (self);
      return;
    }
  note_folder (self, &result->folder_id);
  self->is_unresumed = FALSE;
  /* What was never looked at to the end may hold anything. */
  if (self->loaded == NULL || self->loaded->written == NULL)
    self->check_all |= has_data (result);
  if (self->loaded != NULL && !self->check_all)
    resume (self, result);
  self->resumed_bytes = shoal_piece_files_get_wanted_had (self->files);
  self->n_pending++;
  shoal_store_lock_data (self->env->store, &self->row, lock_cb, self);
  shoal_torrent_settle (self);
}

void
shoal_torrent_prepare (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_OPENING;
  self->n_pending++;
  shoal_disk_storage_prepare (self->storage, prepared_cb, self);
}

void
shoal_torrent_open (ShoalTorrent *self, gboolean check_all)
{
  g_return_if_fail (self->phase == SHOAL_TORRENT_PHASE_NEW ||
                    self->phase == SHOAL_TORRENT_PHASE_BROKEN);

  self->check_all |= check_all;
  if (self->storage == NULL)
    make_storage (self);
  if (check_all)
    shoal_disk_storage_accept_folder (self->storage);
  if (!shoal_torrent_resume_move (self)) /* first: the files may lie in two places */
    shoal_torrent_prepare (self);
}

/* The disk makes a file that is gone anew only after it has said that it is. */
static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else if (result->error != NULL)
    fail_open (self, shoal_torrent_problem_from_error (result->error, self->row.save_path));
  else
    begin_check (self);
  shoal_torrent_settle (self);
}

void
shoal_torrent_verify (ShoalTorrent *self)
{
  self->check_all |= self->phase != SHOAL_TORRENT_PHASE_CHECKING;
  if (self->phase == SHOAL_TORRENT_PHASE_BROKEN)
    shoal_torrent_open (self, TRUE);
  if (self->phase != SHOAL_TORRENT_PHASE_READY || self->check != NULL || self->is_stopping)
    return;
  self->phase = SHOAL_TORRENT_PHASE_CHECKING;
  self->checked_bytes = 0;
  distrust_all (self);
  self->n_pending++;
  shoal_disk_storage_stat (self->storage, looked_cb, self);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
}
