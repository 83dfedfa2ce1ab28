/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

#include "net/shoal-net-mse.h"
#include "torrent/shoal-torrent-problem.h"
#include "torrent/shoal-torrent-row.h"

/* One torrent: asleep as a row, awake as a ShoalTorrent while something is asked of it. */

static void
review_cb (gpointer owner)
{
  shoal_session_entry_review (owner);
}

static gsize
get_size (const char *text)
{
  return text != NULL ? strlen (text) + 1 : 0;
}

/* Thousands of entries have no room for more than they have to say. */
static GStringChunk *
make_chunk (const ShoalStoreRow *row)
{
  return g_string_chunk_new (get_size (row->name) + get_size (row->source) +
                             get_size (row->save_path) + get_size (row->root_name) + 1);
}

/* Whether it encrypts otherwise than the settings say: what may come in depends on whether any
 * does.
 */
static void
count_encrypting (ShoalSessionEntry *entry)
{
  ShoalSession *self = entry->session;
  guint         before = self->n_encrypting;

  self->n_encrypting -= entry->is_encrypting;
  entry->is_encrypting = entry->row.options.encryption > 0;
  self->n_encrypting += entry->is_encrypting;
  if ((before > 0) != (self->n_encrypting > 0))
    shoal_session_apply_encryption (self);
}

ShoalEncryption
shoal_session_entry_get_encryption (const ShoalSessionEntry *entry)
{
  return entry->row.options.encryption > 0 ? (ShoalEncryption) (entry->row.options.encryption - 1)
                                           : entry->session->settings->encryption;
}

void
shoal_session_entry_set_encryption (ShoalSessionEntry *entry, int encryption)
{
  entry->row.options.encryption = (guint32) (encryption + 1);
  count_encrypting (entry);
  if (entry->torrent != NULL)
    shoal_torrent_set_encryption (entry->torrent, encryption);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
}

ShoalSessionEntry *
shoal_session_entry_new (ShoalSession *self, const ShoalStoreRow *row)
{
  ShoalSessionEntry *entry = g_new0 (ShoalSessionEntry, 1);
  ShoalStoreRow      bare = *row;

  bare.trackers = NULL; /* the list has them, each URL once for all torrents */
  bare.n_trackers = 0;
  bare.labels = NULL; /* the session has them, once for all torrents */
  entry->session = self;
  entry->id = row->id;
  entry->resumed_bytes = G_MAXUINT64;
  entry->begun_usec = shoal_net_reactor_get_now (self->reactor);
  entry->texts = make_chunk (row);
  entry->row = shoal_torrent_row_copy (&bare, entry->texts);
  shoal_base_list_init (&entry->dirty);
  shoal_base_list_init (&entry->connecting);
  shoal_base_list_init (&entry->awake);
  shoal_base_list_init (&entry->limited);
  shoal_base_list_init (&entry->queued);
  shoal_base_list_init (&entry->looking);
  shoal_session_turn_init (&entry->turn);
  shoal_session_seeding_init (entry);
  shoal_session_queue_node_init (&entry->line, row->options.queue_position, row->options.is_late);
  if (row->stats.is_settled)
    entry->resumed_bytes = row->stats.wanted_have_bytes;
  shoal_net_reactor_task_init (&entry->reviewing, review_cb, entry);
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (entry->id.value), entry);
  if (row->hashes.has_v1)
    {
      shoal_net_mse_hash_key (&row->hashes.v1, &entry->key_hash);
      g_hash_table_insert (self->by_key, &entry->row.hashes.v1, entry);
      g_hash_table_insert (self->by_hash, &entry->key_hash, entry);
    }
  shoal_session_swarm_init (entry, row->trackers, row->n_trackers);
  shoal_session_labels_init (entry, row->labels);
  shoal_session_count (entry);
  count_encrypting (entry);
  return entry;
}

void
shoal_session_entry_free (ShoalSessionEntry *entry)
{
  shoal_session_visitors_turn_away (entry);
  shoal_base_list_remove (&entry->dirty);
  shoal_base_list_remove (&entry->connecting);
  shoal_base_list_remove (&entry->awake);
  shoal_base_list_remove (&entry->limited);
  shoal_base_list_remove (&entry->queued);
  shoal_base_list_remove (&entry->looking);
  shoal_session_turns_drop (&entry->session->turns, &entry->turn);
  shoal_session_queue_remove (entry->session->line, &entry->line);
  shoal_net_reactor_timer_clear (entry->session->reactor, &entry->goal_timer);
  shoal_session_lsd_forget (entry);
  shoal_net_reactor_cancel (&entry->reviewing);
  shoal_session_entry_set_loading (entry, FALSE);
  entry->session->n_listed -= entry->is_counted;
  entry->session->n_encrypting -= entry->is_encrypting;
  if (entry->row.hashes.has_v1)
    {
      g_hash_table_remove (entry->session->by_key, &entry->row.hashes.v1);
      g_hash_table_remove (entry->session->by_hash, &entry->key_hash);
    }
  g_clear_pointer (&entry->torrent, shoal_torrent_free);
  if (entry->session->dht.dht != NULL)
    shoal_discover_dht_remove (entry->session->dht.dht, &entry->dht);
  shoal_session_swarm_clear (entry);
  shoal_session_words_set (entry->session->words, &entry->labels, NULL);
  shoal_session_words_set (entry->session->words, &entry->hosts, NULL);
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  g_clear_pointer (&entry->add, shoal_add_options_free);
  g_clear_pointer (&entry->kept, g_hash_table_unref);
  g_clear_pointer (&entry->metainfo, shoal_codec_metainfo_unref);
  g_string_chunk_free (entry->texts);
  shoal_torrent_row_clear (&entry->row);
  g_clear_pointer (&entry->hints, g_ptr_array_unref);
  g_clear_pointer (&entry->more, g_array_unref);
  g_free (entry->move_target);
  g_clear_pointer (&entry->renames, g_ptr_array_unref);
  g_free (entry);
}

void
shoal_session_entry_count_files (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo)
{
  entry->n_files = shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo));
}

void
shoal_session_entry_review_limits (ShoalSessionEntry *entry)
{
  const ShoalStoreOptions *options = &entry->row.options;
  gboolean                 is_limited =
      entry->torrent != NULL && (options->down_limit_bps > 0 || options->up_limit_bps > 0);

  shoal_base_list_remove (&entry->limited);
  if (is_limited)
    shoal_base_list_append (&entry->session->limited, &entry->limited);
  shoal_session_limits_changed (entry->session);
}

void
shoal_session_entry_drop (ShoalSessionEntry *entry)
{
  ShoalSession  *self = entry->session;
  ShoalTorrentId id = entry->id;
  GPtrArray     *heirs = g_steal_pointer (&entry->heirs);

  entry->is_removing = TRUE;
  shoal_session_count (entry);
  g_hash_table_remove (self->entries, GUINT_TO_POINTER (id.value));
  shoal_session_unlist (self, id);
  shoal_session_apply_encryption (self); /* it may have been the only one with a wish of its own */
  if (heirs != NULL)
    shoal_session_add_heirs (self, heirs);
  shoal_session_quit_advance (self);
}

ShoalSessionEntry *
shoal_session_find (ShoalSession *self, ShoalTorrentId id)
{
  return g_hash_table_lookup (self->entries, GUINT_TO_POINTER (id.value));
}

gboolean
shoal_session_entry_is_hidden (const ShoalSessionEntry *entry)
{
  return entry->row.removed_at != 0 || entry->is_removing;
}

gboolean
shoal_session_entry_is_settled (const ShoalSessionEntry *entry)
{
  return entry->row.stats.is_settled && !entry->is_rechosen;
}

gboolean
shoal_session_entry_is_complete (const ShoalSessionEntry *entry)
{
  const ShoalStoreStats *stats = &entry->row.stats;

  if (entry->torrent != NULL && !shoal_session_entry_is_quiet (entry))
    return shoal_torrent_is_complete (entry->torrent, TRUE);
  return shoal_session_entry_is_settled (entry) ||
         (!entry->is_rechosen && stats->wanted_bytes > 0 &&
          stats->wanted_have_bytes >= stats->wanted_bytes);
}

gboolean
shoal_session_entry_is_quiet (const ShoalSessionEntry *entry)
{
  return entry->torrent == NULL || (shoal_session_entry_is_settled (entry) && !entry->is_stopping &&
                                    shoal_torrent_is_opening (entry->torrent));
}

gboolean
shoal_session_entry_wants_part (const ShoalSessionEntry *entry)
{
  return entry->session->phase == SHOAL_SESSION_PHASE_RUNNING && !entry->is_held &&
         !entry->row.options.paused && !shoal_session_entry_is_hidden (entry) &&
         (entry->row.options.seeds || !shoal_session_entry_is_complete (entry));
}

gboolean
shoal_session_entry_wants_active (const ShoalSessionEntry *entry)
{
  return shoal_session_entry_wants_part (entry) && shoal_session_line_lets (entry);
}

/* Of one that is to take part: whether its row is not enough for that. */
static gboolean
is_needed (const ShoalSessionEntry *entry)
{
  if (entry->visitors != NULL || entry->hints != NULL)
    return TRUE;
  if (entry->torrent != NULL)
    return !shoal_torrent_is_at_rest (entry->torrent);
  return !shoal_session_entry_is_settled (entry) || entry->turn.state == SHOAL_SESSION_TURN_ACTIVE;
}

gboolean
shoal_session_entry_wants_awake (const ShoalSessionEntry *entry)
{
  if (entry->session->phase != SHOAL_SESSION_PHASE_RUNNING || entry->is_held)
    return FALSE;
  if (entry->is_removing)
    return entry->is_deleting;
  if (entry->wants_move || entry->renames != NULL || entry->row.n_intents > 0)
    return TRUE;
  if (shoal_session_entry_is_hidden (entry))
    return FALSE;
  if (entry->wants_check || entry->wants_look || entry->add != NULL ||
      (entry->watch & ~SHOAL_WATCH_EVENTS) != 0 ||
      (entry->torrent != NULL && shoal_torrent_is_busy (entry->torrent)))
    return TRUE;
  return shoal_session_entry_wants_active (entry) && is_needed (entry);
}

/* Time that it seeds asleep counts as well. One that has not been awake just now may be anywhere.
 */
static void
note_doze (ShoalSessionEntry *entry)
{
  if (entry->is_announced && !entry->is_dozing)
    shoal_session_patrol_want (entry);
  entry->is_dozing = entry->is_announced;
  if (entry->is_dozing && entry->dozing_usec == 0)
    entry->dozing_usec = shoal_net_reactor_get_now (entry->session->reactor);
  else if (!entry->is_dozing && entry->dozing_usec != 0)
    {
      shoal_session_entry_count_doze (entry);
      shoal_session_entry_save_stats (entry);
    }
}

void
shoal_session_entry_count_doze (ShoalSessionEntry *entry)
{
  gint64  now_usec = shoal_net_reactor_get_now (entry->session->reactor);
  guint64 seconds = (guint64) (now_usec - entry->dozing_usec) / G_USEC_PER_SEC;

  if (entry->dozing_usec == 0)
    return;
  entry->row.stats.active_seconds += seconds;
  entry->row.stats.seeding_seconds += seconds;
  entry->dozing_usec = 0;
}

void
shoal_session_entry_clear_problem (ShoalSessionEntry *entry)
{
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  entry->is_missing = FALSE;
}

static void
review_asleep (ShoalSessionEntry *entry)
{
  if (entry->is_intent_saved && !entry->is_deleting)
    shoal_session_remove_asleep (entry);
  else if (shoal_session_entry_wants_awake (entry) && (entry->problem == NULL || entry->is_missing))
    shoal_session_load (entry);
  else
    {
      shoal_base_list_remove (&entry->queued);
      shoal_session_visitors_turn_away (entry);
    }
}

static void
fall_asleep (ShoalSessionEntry *entry)
{
  entry->is_dozing = shoal_session_entry_wants_active (entry);
  entry->is_stopping = TRUE;
  shoal_torrent_stop (entry->torrent);
}

static void
review_awake (ShoalSessionEntry *entry)
{
  shoal_session_files_review_play (entry);
  shoal_torrent_set_active (entry->torrent, shoal_session_entry_wants_active (entry));
  if (!shoal_session_entry_wants_awake (entry))
    {
      fall_asleep (entry);
      return;
    }
  if (shoal_torrent_is_busy (entry->torrent))
    return;
  entry->is_dozing = FALSE;
  shoal_session_files_review (entry);
  shoal_session_visitors_admit (entry);
}

void
shoal_session_entry_review (ShoalSessionEntry *entry)
{
  shoal_session_line_review (entry);
  if (entry->is_stopping || entry->is_loading || entry->is_forgetting)
    return;
  if (entry->torrent != NULL)
    review_awake (entry);
  else
    review_asleep (entry);
  shoal_session_swarm_review (entry);
  if (entry->torrent == NULL)
    note_doze (entry);
  shoal_session_seeding_review (entry);
}

gboolean
shoal_session_entry_hint (ShoalSessionEntry *entry, const char *host_port, guint64 serial)
{
  if (!shoal_session_entry_wants_active (entry) || entry->problem != NULL)
    return FALSE;
  if (entry->torrent != NULL && !entry->is_stopping)
    {
      shoal_session_add_peer_for (entry, host_port, serial);
      return TRUE;
    }
  if (entry->hints == NULL)
    entry->hints = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (entry->hints, g_strdup (host_port));
  shoal_session_answer (entry->session, serial, entry->id, NULL);
  shoal_session_entry_review (entry);
  return TRUE;
}

static void
saved_cb (gpointer user_data, const GError *error)
{
  ShoalSession *self = user_data;

  if (error != NULL)
    shoal_session_set_problem (self, shoal_torrent_problem_from_error (error, self->state_path));
}

void
shoal_session_entry_get_stats (ShoalSessionEntry *entry, ShoalStoreStats *stats)
{
  if (entry->torrent != NULL)
    shoal_torrent_get_stats (entry->torrent, stats);
  else
    *stats = entry->row.stats;
}

void
shoal_session_entry_set_rules (ShoalSessionEntry *entry, const ShoalAddOptions *add)
{
  entry->fail_on_storage = add->fail_on_storage;
  entry->must_be_whole = add->must_be_whole;
  entry->no_download = add->no_download;
}

void
shoal_session_entry_save_stats (ShoalSessionEntry *entry)
{
  if (entry->is_rechosen)
    {
      entry->row.stats.wanted_bytes = 0; /* not known */
      entry->row.stats.is_settled = FALSE;
    }
  shoal_store_save_stats (entry->session->store, entry->id, &entry->row.stats);
}

void
shoal_session_entry_save (ShoalSessionEntry *entry)
{
  shoal_store_set_options (
      entry->session->store, entry->id, &entry->row.options, saved_cb, entry->session);
}
