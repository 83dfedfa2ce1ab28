/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "disk/shoal-disk-change.h"

/* Which files are wanted, and how much. */

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

/* Whoever wants a file anew that was deleted meanwhile wants it fetched. */
static void
lose_deleted (ShoalTorrent *self, guint file)
{
  guint piece, first, last;

  if (shoal_codec_layout_get_file_pieces (self->layout, file, &first, &last))
    for (piece = first; piece <= last; piece++)
      shoal_torrent_lose_piece (self, piece);
}

static void
review_chosen (ShoalTorrent *self, const ShoalDiskStatResult *result)
{
  g_autoptr (ShoalBaseBitset) chosen = g_steal_pointer (&self->chosen);
  guint file;

  for (file = shoal_base_bitset_next_set (chosen, 0); file < shoal_base_bitset_get_size (chosen);
       file = shoal_base_bitset_next_set (chosen, file + 1))
    if (shoal_torrent_is_absent (self, result, file))
      lose_deleted (self, file);
  shoal_torrent_checkpoint (self); /* so that the next start does not trust it either */
  shoal_torrent_update_all_interest (self);
  shoal_torrent_ask_all (self);
  shoal_torrent_changed (self, TRUE);
}

/* Where something is under way still, its end looks again. */
static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (result->error != NULL)
    shoal_torrent_fail_storage (self, result->error);
  else if (self->chosen != NULL && self->n_exporting == 0 && !self->is_stopping &&
           self->phase == SHOAL_TORRENT_PHASE_READY)
    review_chosen (self, result);
  shoal_torrent_settle (self);
}

static void
look_for_chosen (ShoalTorrent *self)
{
  if (self->phase != SHOAL_TORRENT_PHASE_READY)
    {
      g_clear_pointer (&self->chosen, shoal_base_bitset_free); /* it is looked at anyway */
      return;
    }
  self->n_pending++;
  shoal_disk_storage_stat (self->storage, looked_cb, self);
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
    shoal_torrent_retry (self, FALSE);
  if (self->chosen != NULL && !self->is_export_due && !self->is_stopping)
    look_for_chosen (self);
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

static void
note_chosen (ShoalTorrent *self, guint file)
{
  if (shoal_piece_files_get_priority (self->files, file) != SHOAL_FILE_PRIORITY_SKIP)
    return;
  if (self->chosen == NULL)
    self->chosen = shoal_base_bitset_new (shoal_codec_layout_get_n_files (self->layout));
  shoal_base_bitset_set (self->chosen, file, TRUE);
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
    {
      guint file = g_array_index (files, guint, i);

      if (priority != SHOAL_FILE_PRIORITY_SKIP && self->storage != NULL)
        note_chosen (self, file);
      shoal_piece_files_set_priority (self->files, file, priority);
    }
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
