/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "torrent/shoal-torrent-path.h"
#include "torrent/shoal-torrent-problem.h"

/* From "new" to what is hashed before it is ready: where the files lie, what is there, and a lock
 * on them against other processes. */

void
shoal_torrent_fail_open (ShoalTorrent *self, ShoalProblem *problem)
{
  self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  if (problem != NULL)
    shoal_torrent_set_problem (self, problem);
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
  const char *renamed = NULL;

  if (self->renamed != NULL)
    renamed = g_hash_table_lookup (self->renamed, GUINT_TO_POINTER (file));
  return renamed != NULL ? g_strdup (renamed)
                         : shoal_torrent_path_make (self->metainfo, self->row.root_name, file);
}

char *
shoal_torrent_dup_full_path (ShoalTorrent *self, guint file)
{
  g_autofree char *path = shoal_torrent_dup_path (self, file);

  return g_build_filename (self->row.save_path, path, NULL);
}

/* Where each file lies: the top may have another name than in the torrent, a file was perhaps
 * renamed. */
static GStrv
dup_paths (ShoalTorrent *self)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  GStrv paths = g_new0 (char *, n + 1);
  guint i;

  for (i = 0; i < n; i++)
    paths[i] = shoal_torrent_dup_path (self, i);
  return paths;
}

static ShoalBaseBitset *
dup_wanted (ShoalTorrent *self)
{
  guint            n = shoal_codec_layout_get_n_files (self->layout);
  ShoalBaseBitset *wanted = shoal_base_bitset_new (n);
  guint            i;

  for (i = 0; i < n && !self->is_asking;
       i++) /* or empty files would be made of those in question */
    shoal_base_bitset_set (
        wanted, i, shoal_piece_files_get_priority (self->files, i) != SHOAL_FILE_PRIORITY_SKIP);
  return wanted;
}

/* Files that the last runs have left their size of: they were written, or pieces of them were
 * right. One that is skipped was perhaps only marked together with others. */
static ShoalBaseBitset *
dup_ours (ShoalTorrent *self, const ShoalBaseBitset *wanted)
{
  guint            n = shoal_codec_layout_get_n_files (self->layout);
  const GArray    *rows = self->loaded != NULL ? self->loaded->files : NULL;
  ShoalBaseBitset *ours = shoal_base_bitset_new (n);
  guint            i;

  for (i = 0; rows != NULL && i < rows->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (rows, ShoalStoreFile, i);

      if (row->file < n &&
          (row->size >= 0 || (row->open_for_write && shoal_base_bitset_get (wanted, row->file))))
        shoal_base_bitset_set (ours, row->file, TRUE);
    }
  return ours;
}

static void
make_storage (ShoalTorrent *self)
{
  g_auto (GStrv) paths = dup_paths (self);
  g_autoptr (ShoalBaseBitset) wanted = dup_wanted (self);
  g_autoptr (ShoalBaseBitset) ours = dup_ours (self, wanted);
  ShoalDiskStorageOptions options = {
    .queue = self->env->disk,
    .layout = self->layout,
    .folder = self->row.save_path,
    .folder_id = { self->row.folder.device, self->row.folder.inode, self->row.folder.fs_id },
    .hashes = self->row.hashes,
    .paths = (const char *const *) paths,
    .wanted = wanted,
    .ours = ours,
    .creates_folder = !self->no_download,
    .looks_only = self->no_download,
  };

  self->storage = shoal_disk_storage_new (&options);
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

/* Of what was complete a file is gone: who deleted it may want it back, or not, and that is for a
 * person to say. One that was never there is not gone: it may have been chosen just before a crash.
 * NULL: all are there, or what is gone is to be fetched. */
static ShoalProblem *
find_gone (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  const GArray *rows = self->loaded != NULL ? self->loaded->files : NULL;
  guint         i;

  if (!self->row.stats.is_settled || self->check_all || self->accepts_gone ||
      self->fail_on_storage || self->no_download)
    return NULL;
  for (i = 0; rows != NULL && i < rows->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (rows, ShoalStoreFile, i);

      if (row->size > 0 && shoal_torrent_is_absent (self, result, row->file))
        return shoal_torrent_make_missing (self, row->file);
    }
  return NULL;
}

/* Why the data could not be locked. */
static ShoalProblem *
make_lock_problem (ShoalTorrent *self, guint32 other_pid, const GError *error)
{
  if (error->code != SHOAL_STORE_ERROR_LOCKED)
    return shoal_torrent_problem_from_error (error, self->row.save_path);
  return shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                 SHOAL_PROBLEM_IN_USE,
                                 self->row.save_path,
                                 error->message,
                                 0,
                                 other_pid);
}

static void
lock_cb (gpointer user_data, guint32 other_pid, const GError *error)
{
  ShoalTorrent *self = user_data;

  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else if (error != NULL)
    shoal_torrent_fail_open (self, make_lock_problem (self, other_pid, error));
  else
    shoal_torrent_begin_check (self);
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
  ShoalProblem *problem =
      result->error != NULL ? shoal_torrent_problem_from_error (result->error, self->row.save_path)
                            : find_gone (self, result);

  if (result->error != NULL || problem != NULL || self->is_stopping)
    {
      shoal_torrent_fail_open (self, problem);
      shoal_torrent_settle (self);
      return;
    }
  note_folder (self, &result->folder_id);
  self->is_unresumed = FALSE;
  shoal_torrent_review_origin (self);
  shoal_torrent_note_sizes (self, result);
  /* What was never looked at to the end may hold anything. */
  if (self->loaded == NULL || self->loaded->written == NULL || !self->origin.is_proven)
    self->check_all |= has_data (result);
  if (self->loaded != NULL && !self->check_all)
    shoal_torrent_resume_pieces (self, result);
  self->resumed_bytes = shoal_piece_files_get_wanted_had (self->files);
  self->n_pending++;
  shoal_store_lock_data (self->env->store, &self->row, lock_cb, self);
  shoal_torrent_settle (self);
}

/* Looks at folder and files and goes on from there. */
static void
prepare (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_OPENING;
  self->n_pending++;
  shoal_disk_storage_prepare (self->storage, prepared_cb, self);
}

void
shoal_torrent_go_on_opening (ShoalTorrent *self)
{
  if (!shoal_torrent_resume_change (self))
    prepare (self);
}

void
shoal_torrent_open (ShoalTorrent *self, gboolean check_all)
{
  g_return_if_fail (self->phase == SHOAL_TORRENT_PHASE_NEW ||
                    self->phase == SHOAL_TORRENT_PHASE_BROKEN);

  self->check_all |= check_all;
  if (self->metainfo == NULL)
    {
      shoal_torrent_magnet_begin (self);
      return;
    }
  shoal_torrent_play_open (self);
  if (self->storage == NULL)
    make_storage (self);
  if (check_all)
    shoal_disk_storage_accept_folder (self->storage);
  shoal_torrent_go_on_opening (self);
}
