/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "torrent/shoal-torrent-row.h"

void
shoal_torrent_changed (ShoalTorrent *self, gboolean is_urgent)
{
  shoal_torrent_stir (self);
  self->events->on_changed (self->owner, is_urgent);
}

gboolean
shoal_torrent_may_download (const ShoalTorrent *self)
{
  return self->is_joined && !self->is_blocked && self->check == NULL && !self->no_download &&
         !self->is_asking && self->phase == SHOAL_TORRENT_PHASE_READY;
}

gboolean
shoal_torrent_is_fetching (const ShoalTorrent *self)
{
  return shoal_torrent_may_download (self) && !shoal_torrent_is_finished (self);
}

gboolean
shoal_torrent_is_finished (const ShoalTorrent *self)
{
  return self->map != NULL && shoal_piece_map_is_finished (self->map);
}

gboolean
shoal_torrent_has_metainfo (const ShoalTorrent *self)
{
  return self->metainfo != NULL;
}

guint64
shoal_torrent_get_missing (const ShoalTorrent *self)
{
  if (self->map == NULL)
    return 0;
  return shoal_piece_files_get_wanted_size (self->files) -
         shoal_piece_files_get_wanted_had (self->files);
}

/* The last wanted piece came: told now to trackers and peers; to the person when it is durable. */
static void
note_complete (ShoalTorrent *self)
{
  guint i;

  self->was_complete = TRUE;
  shoal_torrent_note_seeding (self, self->is_joined);
  if (self->counts.base.completed_at == 0)
    self->counts.base.completed_at = g_get_real_time () / G_USEC_PER_SEC;
  if (self->is_joined && shoal_piece_map_get_bytes_left (self->map) == 0 && !self->was_whole)
    {
      self->was_whole = TRUE;
      self->events->on_whole (self->owner);
    }
  for (i = 0; i < self->links->len; i++)
    shoal_peer_set_upload_only (((ShoalTorrentLink *) g_ptr_array_index (self->links, i))->peer,
                                TRUE);
  shoal_torrent_close_useless (self);
  shoal_torrent_choke_soon (self);
  if (self->durable.is_dirty)
    shoal_torrent_checkpoint (self);
}

static void
report_complete (ShoalTorrent *self)
{
  ShoalEvent *event = shoal_event_new (SHOAL_EVENT_COMPLETE, self->id);

  event->number = shoal_piece_files_get_wanted_size (self->files);
  event->number2 = self->counts.wasted + self->counts.corrupt;
  self->events->on_event (self->owner, event);
}

void
shoal_torrent_review_complete (ShoalTorrent *self)
{
  gboolean is_finished = shoal_torrent_is_finished (self);

  shoal_torrent_play_review (self);
  if (self->phase != SHOAL_TORRENT_PHASE_READY || shoal_torrent_is_longer (self))
    return;
  if (!is_finished)
    {
      guint i;

      self->is_complete_durable = self->was_reported = FALSE;
      shoal_torrent_note_seeding (self, FALSE);
      if (!self->was_complete)
        return;
      for (i = 0; i < self->links->len; i++)
        shoal_peer_set_upload_only (((ShoalTorrentLink *) g_ptr_array_index (self->links, i))->peer,
                                    FALSE);
      self->was_complete = FALSE;
      shoal_torrent_review (self);
      return;
    }
  if (!self->was_complete)
    note_complete (self);
  if (!self->is_complete_durable && shoal_torrent_checkpoint_is_done (self))
    self->is_complete_durable = TRUE;
  if (self->is_complete_durable && !self->was_reported)
    {
      self->was_reported = TRUE;
      report_complete (self);
    }
  shoal_torrent_changed (self, TRUE);
}

gboolean
shoal_torrent_is_complete (const ShoalTorrent *self, gboolean and_durable)
{
  return shoal_torrent_is_finished (self) && (!and_durable || self->is_complete_durable);
}

gboolean
shoal_torrent_is_busy (const ShoalTorrent *self)
{
  return self->check != NULL || self->is_renaming || self->phase == SHOAL_TORRENT_PHASE_OPENING ||
         self->phase == SHOAL_TORRENT_PHASE_CHECKING || self->phase == SHOAL_TORRENT_PHASE_CHANGING;
}

static void
join (ShoalTorrent *self)
{
  self->is_joined = TRUE;
  self->counts.joined_usec = shoal_net_reactor_get_now (self->env->reactor);
  self->counts.last_block_usec = self->counts.joined_usec;
  shoal_torrent_note_seeding (self, shoal_torrent_is_finished (self));
  shoal_torrent_note_use (self);
  self->events->on_joined (self->owner);
  self->events->on_wants_peers (self->owner);
  shoal_torrent_choke_soon (self);
  shoal_torrent_changed (self, TRUE);
}

static void
leave (ShoalTorrent *self)
{
  ShoalStoreStats stats;

  shoal_torrent_note_seeding (self, FALSE);
  shoal_torrent_get_stats (self, &stats);
  self->counts.base.active_seconds = stats.active_seconds;
  self->is_joined = FALSE;
  self->counts.stalled_time = 0;
  shoal_torrent_save_peers (self);
  self->events->on_joined (self->owner);
  shoal_net_reactor_timer_clear (self->env->reactor, &self->choke);
  shoal_torrent_close_links (self);
  if (self->phase == SHOAL_TORRENT_PHASE_READY)
    shoal_torrent_write_unfinished (self);
  if (self->durable.is_dirty)
    shoal_torrent_checkpoint (self);
  shoal_torrent_changed (self, TRUE);
}

/* Whether its phase is one with peers. One that has just learnt what it is keeps them while its
 * files are looked at. */
static gboolean
has_peers_now (const ShoalTorrent *self)
{
  switch (self->phase)
    {
    case SHOAL_TORRENT_PHASE_METADATA:
    case SHOAL_TORRENT_PHASE_READY:
      return TRUE;
    case SHOAL_TORRENT_PHASE_OPENING:
    case SHOAL_TORRENT_PHASE_CHECKING:
      return self->is_joined && !self->is_introduced;
    case SHOAL_TORRENT_PHASE_NEW:
    case SHOAL_TORRENT_PHASE_CHANGING:
    case SHOAL_TORRENT_PHASE_BROKEN:
    case SHOAL_TORRENT_PHASE_STOPPING:
    case SHOAL_TORRENT_PHASE_STOPPED:
      break;
    }
  return FALSE;
}

static gboolean
should_join (const ShoalTorrent *self)
{
  gboolean is_out = self->problem != NULL &&
                    (self->retry_usec == 0 || self->problem->code == SHOAL_PROBLEM_VANISHED);

  return self->is_active && !self->is_stopping && has_peers_now (self) && !is_out &&
         (self->is_seed || !shoal_torrent_is_finished (self));
}

/* One step towards the end; the next one comes with the next answer. */
static void
advance_stop (ShoalTorrent *self)
{
  shoal_torrent_break_off (self);
  if (self->links->len > 0 || self->n_pending > 0)
    return;
  if (self->phase == SHOAL_TORRENT_PHASE_READY && !self->was_final_checkpoint &&
      !shoal_torrent_checkpoint_is_done (self))
    {
      self->was_final_checkpoint = TRUE; /* one try: a disk that fails must not hold up the end */
      shoal_torrent_checkpoint (self);
      return;
    }
  if (self->phase == SHOAL_TORRENT_PHASE_STOPPED)
    return;
  self->phase = SHOAL_TORRENT_PHASE_STOPPED;
  shoal_net_reactor_timer_clear (self->env->reactor, &self->tick);
  shoal_net_reactor_defer (self->env->reactor, &self->stopped);
}

void
shoal_torrent_review (ShoalTorrent *self)
{
  if (self->is_joined && !should_join (self))
    leave (self);
  else if (!self->is_joined && should_join (self) && self->links->len == 0)
    join (self);
  if (self->check_all && self->phase == SHOAL_TORRENT_PHASE_READY && !self->is_stopping &&
      !self->is_renaming)
    shoal_torrent_verify (self);
  if (self->is_stopping)
    advance_stop (self);
}

void
shoal_torrent_settle (ShoalTorrent *self)
{
  g_assert (self->n_pending > 0);
  shoal_torrent_notice_changes (self, FALSE); /* the disk may have found some */
  self->n_pending--;
  if (self->n_pending == 0 && self->is_stopping)
    shoal_torrent_review (self);
}

static void
closed_cb (gpointer user_data)
{
  ShoalTorrent *self = user_data;

  self->events->on_stopped (self->owner);
}

static void
stopped_cb (gpointer owner)
{
  ShoalTorrent   *self = owner;
  ShoalStoreStats stats;

  if (self->map != NULL)
    shoal_torrent_save_written (self); /* what a check that was broken off has found */
  shoal_torrent_get_stats (self, &stats);
  shoal_store_save_stats (self->env->store, self->id, &stats);
  shoal_store_unlock_data (self->env->store, self->id);
  if (self->storage != NULL)
    shoal_disk_storage_close (g_steal_pointer (&self->storage), closed_cb, self);
  else
    closed_cb (self);
}

void
shoal_torrent_stop (ShoalTorrent *self)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  shoal_torrent_review (self);
}

void
shoal_torrent_set_active (ShoalTorrent *self, gboolean is_active)
{
  if (self->is_active == !!is_active)
    return;
  self->is_active = is_active;
  shoal_torrent_review (self);
}

gboolean
shoal_torrent_is_joined (const ShoalTorrent *self)
{
  return self->is_joined;
}

gboolean
shoal_torrent_is_opening (const ShoalTorrent *self)
{
  return self->problem == NULL &&
         (self->phase == SHOAL_TORRENT_PHASE_NEW || self->phase == SHOAL_TORRENT_PHASE_OPENING);
}

void
shoal_torrent_set_seed (ShoalTorrent *self, gboolean is_seed)
{
  self->is_seed = is_seed;
  shoal_torrent_review (self);
}

void
shoal_torrent_set_sequential (ShoalTorrent *self, gboolean is_sequential)
{
  self->row.options.sequential = is_sequential;
  if (self->picker != NULL)
    shoal_piece_picker_set_sequential (self->picker, is_sequential);
}

void
shoal_torrent_set_asking (ShoalTorrent *self, gboolean is_asking)
{
  if (self->is_asking == !!is_asking)
    return;
  self->is_asking = is_asking;
  if (!is_asking && self->metainfo != NULL)
    shoal_torrent_update_wanted (self);
  shoal_torrent_update_all_interest (self);
  shoal_torrent_ask_all (self);
  shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_set_limits (ShoalTorrent *self, guint64 down_bps, guint64 up_bps)
{
  gint64 now_usec = shoal_net_reactor_get_now (self->env->reactor);

  shoal_base_bucket_set_limit (self->down_bucket, down_bps, now_usec);
  shoal_base_bucket_set_limit (self->up_bucket, up_bps, now_usec);
}

void
shoal_torrent_tick_buckets (ShoalTorrent *self, gint64 now_usec)
{
  shoal_base_bucket_tick (self->down_bucket, now_usec);
  shoal_base_bucket_tick (self->up_bucket, now_usec);
}

static void
make_pieces (ShoalTorrent *self)
{
  self->map = shoal_piece_map_new (self->layout, self->env->random);
  self->ledger = shoal_piece_ledger_new (self->map, self->env->pool);
  self->picker = shoal_piece_picker_new (self->map, self->ledger, self->env->random);
  self->files = shoal_piece_files_new (self->map);
  self->blame = shoal_piece_blame_new ();
  self->choker = shoal_piece_choker_new (self->env->random);
  shoal_piece_picker_set_sequential (self->picker, self->row.options.sequential);
}

/* Where files lie that were renamed by themselves. */
static void
load_paths (ShoalTorrent *self)
{
  guint n = shoal_codec_layout_get_n_files (self->layout);
  guint i;

  for (i = 0; self->loaded != NULL && i < self->loaded->files->len; i++)
    {
      const ShoalStoreFile *row = &g_array_index (self->loaded->files, ShoalStoreFile, i);

      if (row->renamed_path != NULL && row->file < n)
        shoal_torrent_set_path (self, row->file, row->renamed_path);
    }
}

void
shoal_torrent_make_contents (ShoalTorrent          *self,
                             ShoalCodecMetainfo    *metainfo,
                             const ShoalAddOptions *add)
{
  self->metainfo = shoal_codec_metainfo_ref (metainfo);
  self->layout = shoal_codec_metainfo_get_layout (metainfo);
  self->sha1s = shoal_codec_metainfo_get_piece_hash (metainfo, 0);
  make_pieces (self);
  load_paths (self);
  shoal_torrent_load_priorities (self, add);
  shoal_torrent_write_init (self);
}

static void
clear_contents (ShoalTorrent *self)
{
  shoal_torrent_write_clear (self);
  shoal_piece_choker_free (self->choker);
  shoal_piece_blame_free (self->blame);
  shoal_piece_files_free (self->files);
  shoal_piece_picker_free (self->picker);
  shoal_piece_ledger_free (self->ledger);
  shoal_piece_map_free (self->map);
  shoal_codec_metainfo_unref (self->metainfo);
}

ShoalTorrent *
shoal_torrent_new (const ShoalTorrentEnv *env, const ShoalTorrentOptions *options)
{
  ShoalTorrent *self = g_new0 (ShoalTorrent, 1);

  self->env = env;
  self->events = options->events;
  self->owner = options->owner;
  self->id = options->row->id;
  self->loaded = options->loaded;
  self->was_clean = options->was_clean;
  self->is_unresumed = TRUE;
  self->resumed_bytes = G_MAXUINT64;
  self->row_texts = g_string_chunk_new (256);
  self->row = shoal_torrent_row_copy (options->row, self->row_texts);
  self->peer_id = *options->peer_id;
  self->is_introduced = options->metainfo != NULL;
  self->is_asking = self->row.options.asks;
  self->is_seed = self->row.options.seeds;
  self->counts.base = self->counts.saved = self->row.stats;
  self->down_bucket = shoal_base_bucket_new (env->down_bucket);
  self->up_bucket = shoal_base_bucket_new (env->up_bucket);
  shoal_torrent_set_limits (self, self->row.options.down_limit_bps, self->row.options.up_limit_bps);
  self->fail_on_storage = options->fail_on_storage;
  self->must_be_whole = options->must_be_whole;
  self->no_download = options->no_download;
  self->was_reported = options->was_reported;
  if (options->metainfo != NULL)
    shoal_torrent_make_contents (self, options->metainfo, options->add);
  shoal_torrent_peers_init (self);
  shoal_torrent_haves_init (self);
  shoal_net_reactor_task_init (&self->stopped, stopped_cb, self);
  shoal_net_reactor_timer_init (&self->choke, shoal_torrent_choke_cb, self);
  shoal_net_reactor_timer_init (&self->tick, shoal_torrent_tick_cb, self);
  shoal_torrent_stir (self);
  return self;
}

void
shoal_torrent_free (ShoalTorrent *self)
{
  shoal_net_reactor_timer_clear (self->env->reactor, &self->tick);
  shoal_net_reactor_timer_clear (self->env->reactor, &self->choke);
  shoal_net_reactor_cancel (&self->stopped);
  shoal_torrent_magnet_clear (self);
  shoal_torrent_peers_clear (self);
  shoal_torrent_haves_clear (self);
  shoal_torrent_details_clear (self);
  if (self->metainfo != NULL)
    clear_contents (self);
  g_clear_pointer (&self->renamed, g_hash_table_unref);
  shoal_base_bucket_free (self->down_bucket);
  shoal_base_bucket_free (self->up_bucket);
  g_clear_pointer (&self->loaded, shoal_store_torrent_free);
  g_clear_pointer (&self->to_check, shoal_base_bitset_free);
  g_clear_pointer (&self->chosen, shoal_base_bitset_free);
  g_clear_pointer (&self->doubted, shoal_base_bitset_free);
  g_clear_pointer (&self->unreadable, shoal_base_bitset_free);
  g_free (self->foreign.path);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  shoal_torrent_row_clear (&self->row);
  g_string_chunk_free (self->row_texts);
  g_free (self);
}
