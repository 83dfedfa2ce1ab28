/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "torrent/shoal-torrent-problem.h"

/* What is in doubt is hashed: before a torrent is ready, because a person asks for it, or beside
 * the swarm. */

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
      shoal_torrent_note_origin (self, &items[i]);
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
  if (self->is_removing)
    shoal_disk_check_cancel (self->check);
  shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_check_doubted (ShoalTorrent *self)
{
  if (self->doubted != NULL && self->check == NULL && !self->is_blocked && !self->is_stopping &&
      !self->is_removing && self->phase == SHOAL_TORRENT_PHASE_READY)
    start_check (self, g_steal_pointer (&self->doubted));
}

/* For a torrent that must be whole, and is not: a person has to say what is to be done. */
static void
block_incomplete (ShoalTorrent *self)
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

/* What was found right is the torrent's own, whoever wrote it. */
static void
own_files (ShoalTorrent *self)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  g_autoptr (ShoalBaseBitset) own = shoal_base_bitset_new (n);
  guint i;

  for (i = 0; i < n; i++)
    if (shoal_piece_files_get_bytes_had (self->files, i) > 0 &&
        !shoal_disk_storage_is_ours (self->storage, i))
      shoal_base_bitset_set (own, i, TRUE);
  if (!shoal_base_bitset_is_empty (own))
    shoal_disk_storage_own (self->storage, own);
}

static void
become_ready (ShoalTorrent *self)
{
  self->phase = SHOAL_TORRENT_PHASE_READY;
  own_files (self);
  g_clear_pointer (&self->loaded, shoal_store_torrent_free);
  self->was_whole = shoal_piece_map_get_bytes_left (self->map) == 0;
  if (self->must_be_whole && !shoal_piece_map_is_finished (self->map))
    block_incomplete (self);
  if (shoal_torrent_is_in_the_way (self) || shoal_torrent_is_longer (self))
    shoal_torrent_refuse_origin (self);
  if (!self->is_removing)
    shoal_torrent_hold_files (self);
  if (!shoal_torrent_checkpoint_is_done (self))
    shoal_torrent_checkpoint (self);
  shoal_torrent_magnet_introduce (self);
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
      shoal_torrent_fail_open (self, g_steal_pointer (&problem));
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
  own_files (self);
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

void
shoal_torrent_begin_check (ShoalTorrent *self)
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

/* The disk makes a file that is gone anew only after it has said that it is. */
static void
looked_cb (const ShoalDiskStatResult *result, gpointer user_data)
{
  ShoalTorrent *self = user_data;

  if (self->is_stopping)
    self->phase = SHOAL_TORRENT_PHASE_BROKEN;
  else if (result->error != NULL)
    shoal_torrent_fail_open (self,
                             shoal_torrent_problem_from_error (result->error, self->row.save_path));
  else
    {
      shoal_torrent_note_sizes (self, result);
      shoal_torrent_begin_check (self);
    }
  shoal_torrent_settle (self);
}

void
shoal_torrent_verify (ShoalTorrent *self)
{
  self->check_all |= self->phase != SHOAL_TORRENT_PHASE_CHECKING;
  if (self->phase == SHOAL_TORRENT_PHASE_BROKEN)
    shoal_torrent_open (self, TRUE);
  if (self->phase != SHOAL_TORRENT_PHASE_READY || self->check != NULL || self->is_stopping ||
      self->is_renaming)
    return;
  self->phase = SHOAL_TORRENT_PHASE_CHECKING;
  self->checked_bytes = 0;
  distrust_all (self);
  self->n_pending++;
  shoal_disk_storage_stat (self->storage, looked_cb, self);
  shoal_torrent_changed (self, TRUE);
  shoal_torrent_review (self);
}
