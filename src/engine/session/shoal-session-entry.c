/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"
#include "torrent/shoal-torrent-row.h"

/* One torrent: asleep as a row, awake as a ShoalTorrent while something is asked of it. */

/* Incoming peers that may wait for one torrent to be loaded. */
#define MAX_VISITORS 20

static void load (ShoalSessionEntry *entry);

static void
review_cb (gpointer owner)
{
  shoal_session_entry_review (owner);
}

ShoalSessionEntry *
shoal_session_entry_new (ShoalSession *self, const ShoalStoreRow *row)
{
  ShoalSessionEntry *entry = g_new0 (ShoalSessionEntry, 1);
  ShoalStoreRow      bare = *row;

  bare.trackers = NULL; /* the list has them, each URL once for all torrents */
  bare.n_trackers = 0;
  entry->session = self;
  entry->id = row->id;
  entry->resumed_bytes = G_MAXUINT64;
  entry->texts = g_string_chunk_new (256);
  entry->row = shoal_torrent_row_copy (&bare, entry->texts);
  shoal_base_list_init (&entry->dirty);
  shoal_base_list_init (&entry->connecting);
  shoal_base_list_init (&entry->awake);
  shoal_base_list_init (&entry->limited);
  shoal_net_reactor_task_init (&entry->reviewing, review_cb, entry);
  g_hash_table_insert (self->entries, GUINT_TO_POINTER (entry->id.value), entry);
  if (row->hashes.has_v1)
    g_hash_table_insert (self->by_key, &entry->row.hashes.v1, entry);
  shoal_session_swarm_init (entry, row->trackers, row->n_trackers);
  shoal_session_count (entry);
  return entry;
}

void
shoal_session_entry_turn_away (ShoalSessionEntry *entry)
{
  guint i;

  for (i = 0; entry->visitors != NULL && i < entry->visitors->len; i++)
    {
      shoal_peer_set_data (g_ptr_array_index (entry->visitors, i), NULL);
      shoal_peer_close (g_ptr_array_index (entry->visitors, i), SHOAL_PEER_CLOSE_REFUSED);
    }
  g_clear_pointer (&entry->visitors, g_ptr_array_unref);
}

void
shoal_session_entry_free (ShoalSessionEntry *entry)
{
  shoal_session_entry_turn_away (entry);
  shoal_base_list_remove (&entry->dirty);
  shoal_base_list_remove (&entry->connecting);
  shoal_base_list_remove (&entry->awake);
  shoal_base_list_remove (&entry->limited);
  shoal_net_reactor_cancel (&entry->reviewing);
  shoal_session_entry_set_loading (entry, FALSE);
  entry->session->n_listed -= entry->is_counted;
  if (entry->row.hashes.has_v1)
    g_hash_table_remove (entry->session->by_key, &entry->row.hashes.v1);
  g_clear_pointer (&entry->torrent, shoal_torrent_free);
  shoal_session_swarm_clear (entry);
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  g_clear_pointer (&entry->add, shoal_add_options_free);
  g_clear_pointer (&entry->metainfo, shoal_codec_metainfo_unref);
  g_string_chunk_free (entry->texts);
  shoal_torrent_row_clear (&entry->row);
  g_clear_pointer (&entry->hints, g_ptr_array_unref);
  g_free (entry->move_target);
  g_free (entry);
}

void
shoal_session_entry_set_loading (ShoalSessionEntry *entry, gboolean is_loading)
{
  if (entry->is_loading == is_loading)
    return;
  entry->is_loading = is_loading;
  if (is_loading)
    entry->session->n_loading++;
  else
    entry->session->n_loading--;
  shoal_session_stir (entry->session);
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

  g_hash_table_remove (self->entries, GUINT_TO_POINTER (id.value));
  shoal_session_unlist (self, id);
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

/* All that is wanted is there, as far as the row knows. */
static gboolean
is_complete (const ShoalSessionEntry *entry)
{
  if (entry->torrent != NULL)
    return shoal_torrent_is_complete (entry->torrent, TRUE);
  return !entry->is_rechosen && entry->row.stats.wanted_bytes > 0 &&
         entry->row.stats.wanted_have_bytes >= entry->row.stats.wanted_bytes;
}

static gboolean
wants_active (const ShoalSessionEntry *entry)
{
  return entry->session->phase == SHOAL_SESSION_PHASE_RUNNING && !entry->is_held &&
         !entry->row.options.paused && !shoal_session_entry_is_hidden (entry) &&
         (entry->row.options.seeds || !is_complete (entry));
}

static gboolean
wants_awake (const ShoalSessionEntry *entry)
{
  if (entry->session->phase != SHOAL_SESSION_PHASE_RUNNING || entry->is_held)
    return FALSE;
  if (entry->is_removing)
    return entry->is_deleting;
  if (entry->wants_move || entry->row.n_intents > 0)
    return TRUE;
  if (shoal_session_entry_is_hidden (entry))
    return FALSE;
  return wants_active (entry) || entry->wants_check || entry->add != NULL ||
         (entry->watch & ~SHOAL_WATCH_EVENTS) != 0 ||
         (entry->torrent != NULL && shoal_torrent_is_busy (entry->torrent));
}

static void
changed_cb (gpointer owner, gboolean is_urgent)
{
  ShoalSessionEntry *entry = owner;

  shoal_session_mark (entry, is_urgent);
  shoal_session_stir (entry->session);
  if (is_urgent)
    shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

static void
event_cb (gpointer owner, ShoalEvent *event)
{
  ShoalSessionEntry *entry = owner;

  shoal_session_report (entry->session, event);
}

void
shoal_session_entry_wants_peers (ShoalSessionEntry *entry)
{
  if (!shoal_base_list_is_linked (&entry->connecting))
    shoal_base_list_append (&entry->session->connecting, &entry->connecting);
  shoal_session_stir (entry->session);
}

static void
wants_peers_cb (gpointer owner)
{
  shoal_session_entry_wants_peers (owner);
}

static void
lacks_peers_cb (gpointer owner)
{
  shoal_discover_tracker_list_want_peers (((ShoalSessionEntry *) owner)->trackers);
}

static void
joined_cb (gpointer owner)
{
  shoal_session_swarm_review (owner);
}

static void
whole_cb (gpointer owner)
{
  shoal_discover_tracker_list_complete (((ShoalSessionEntry *) owner)->trackers);
}

/* The files were moved, or were not. @problem: borrowed. */
static void
end_move (ShoalSessionEntry *entry, const ShoalProblem *problem)
{
  guint64 serial = entry->move_serial;

  if (problem == NULL && entry->move_target != NULL)
    {
      entry->row.save_path = g_string_chunk_insert (entry->texts, entry->move_target);
      entry->row.folder = (ShoalStoreFolder){ 0 };
    }
  entry->is_moving = entry->wants_move = FALSE;
  entry->move_serial = 0;
  entry->row.n_intents = 0;
  g_clear_pointer (&entry->move_target, g_free);
  if (serial != 0)
    shoal_session_answer (
        entry->session, serial, entry->id, problem != NULL ? shoal_problem_ref (problem) : NULL);
}

static void
files_changed_cb (gpointer owner, const ShoalProblem *problem)
{
  ShoalSessionEntry *entry = owner;

  if (entry->is_moving)
    end_move (entry, problem);
  else
    {
      entry->is_deleting = FALSE;
      if (problem != NULL)
        g_message ("some files of «%s» could not be deleted", entry->row.name);
    }
  shoal_session_entry_review (entry);
}

/* Who waits for what will not be done in this run is told so; a removal goes on with the next. */
static void
answer_at_end (ShoalSessionEntry *entry)
{
  if (entry->move_serial != 0)
    {
      g_autoptr (ShoalProblem) stopping =
          shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL);

      end_move (entry, stopping);
    }
  if (entry->remove_serial != 0 && entry->is_deleting)
    {
      shoal_session_answer (entry->session, entry->remove_serial, entry->id, NULL);
      entry->remove_serial = 0;
    }
}

/* The torrent sleeps: its row keeps what is to be shown of it. */
static void
stopped_cb (gpointer owner)
{
  ShoalSessionEntry *entry = owner;
  ShoalSession      *self = entry->session;
  ShoalStoreStats    before = entry->row.stats;
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

  shoal_torrent_fill_info (entry->torrent, info);
  entry->resumed_bytes = info->resumed_bytes;
  shoal_torrent_get_stats (entry->torrent, &entry->row.stats);
  self->asleep_down += entry->row.stats.payload_down - before.payload_down;
  self->asleep_up += entry->row.stats.payload_up - before.payload_up;
  g_clear_pointer (&entry->torrent, shoal_torrent_free);
  shoal_base_list_remove (&entry->awake);
  shoal_session_entry_review_limits (entry);
  entry->is_stopping = FALSE;
  if (entry->is_rechosen)
    shoal_session_entry_save_stats (entry);
  shoal_base_list_remove (&entry->connecting);
  shoal_session_mark (entry, TRUE);
  if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    answer_at_end (entry);
  shoal_session_entry_review (entry);
  shoal_session_quit_advance (self);
}

static const ShoalTorrentEvents torrent_events = {
  .on_changed = changed_cb,
  .on_event = event_cb,
  .on_wants_peers = wants_peers_cb,
  .on_lacks_peers = lacks_peers_cb,
  .on_joined = joined_cb,
  .on_whole = whole_cb,
  .on_files_changed = files_changed_cb,
  .on_stopped = stopped_cb,
};

static void
follow_hints (ShoalSessionEntry *entry, char **peers)
{
  g_autoptr (GPtrArray) hints = g_steal_pointer (&entry->hints);
  guint i;

  for (i = 0; peers != NULL && peers[i] != NULL; i++)
    shoal_session_add_peer (entry, peers[i]);
  for (i = 0; hints != NULL && i < hints->len; i++)
    shoal_session_add_peer (entry, g_ptr_array_index (hints, i));
}

gboolean
shoal_session_entry_hint (ShoalSessionEntry *entry, const char *host_port)
{
  if (entry->torrent != NULL && !entry->is_stopping)
    {
      shoal_session_add_peer (entry, host_port);
      return TRUE;
    }
  if (!wants_awake (entry) || entry->problem != NULL)
    return FALSE;
  if (entry->hints == NULL)
    entry->hints = g_ptr_array_new_with_free_func (g_free);
  g_ptr_array_add (entry->hints, g_strdup (host_port));
  return TRUE;
}

static void
admit_visitors (ShoalSessionEntry *entry)
{
  g_autoptr (GPtrArray) visitors = g_steal_pointer (&entry->visitors);
  guint i;

  for (i = 0; visitors != NULL && i < visitors->len; i++)
    {
      ShoalPeer *peer = g_ptr_array_index (visitors, i);

      shoal_peer_set_data (peer, NULL);
      g_hash_table_steal (entry->session->incoming, peer);
      if (shoal_torrent_accept (entry->torrent, peer))
        continue;
      g_hash_table_add (entry->session->incoming, peer);
      shoal_peer_close (peer, SHOAL_PEER_CLOSE_REFUSED);
    }
}

/* Takes @loaded over. */
static void
wake (ShoalSessionEntry *entry, ShoalCodecMetainfo *metainfo, ShoalStoreTorrent *loaded)
{
  g_autoptr (ShoalAddOptions) add = g_steal_pointer (&entry->add);
  ShoalTorrentOptions options = {
    .row = &entry->row,
    .loaded = loaded,
    .metainfo = metainfo,
    .add = add,
    .peer_id = &entry->peer_id,
    .events = &torrent_events,
    .owner = entry,
    .was_clean = entry->session->was_clean,
    .fail_on_storage = entry->fail_on_storage,
    .must_be_whole = entry->must_be_whole,
    .no_download = entry->no_download,
  };

  entry->is_moving = entry->move_target != NULL && !entry->wants_move; /* a crash broke it off */
  shoal_session_swarm_take_tiers (entry, metainfo);
  entry->torrent = shoal_torrent_new (&entry->session->env, &options);
  shoal_base_list_append (&entry->session->awake, &entry->awake);
  shoal_session_entry_review_limits (entry);
  shoal_torrent_set_watch (entry->torrent, entry->watch | entry->session->watch);
  shoal_torrent_open (entry->torrent, entry->wants_check || (add != NULL && add->check_first));
  entry->wants_check = entry->is_rechosen = FALSE;
  entry->session->slots_usec = 0; /* it gets its share of the upload slots with the next tick */
  follow_hints (entry, add != NULL ? add->peers : NULL);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
}

/* What a worker does with a torrent that was read from the database. */
typedef struct
{
  ShoalSession       *session;
  ShoalTorrentId      id;
  ShoalStoreTorrent  *loaded;
  ShoalCodecMetainfo *metainfo;
  GError             *error;
} ParseJob;

static ShoalDiskStep
parse_work (gpointer data)
{
  ParseJob *job = data;

  if (job->loaded->metainfo_kind == SHOAL_STORE_METAINFO_WHOLE)
    job->metainfo = shoal_codec_metainfo_new_from_bytes (job->loaded->metainfo, &job->error);
  else
    job->metainfo = shoal_codec_metainfo_new_from_info (job->loaded->metainfo, NULL, &job->error);
  return SHOAL_DISK_STEP_DONE;
}

static void
fail_load (ShoalSessionEntry *entry, const GError *error)
{
  g_clear_pointer (&entry->problem, shoal_problem_unref);
  entry->problem = shoal_torrent_problem_from_error (error, entry->row.name);
  shoal_session_entry_turn_away (entry);
  shoal_session_mark (entry, TRUE);
  entry->is_deleting = FALSE; /* nobody can tell which files are its own */
  if (entry->wants_move)
    end_move (entry, entry->problem);
}

static void
parse_done (gpointer data, gboolean is_cancelled)
{
  ParseJob          *job = data;
  ShoalSession      *self = job->session;
  ShoalSessionEntry *entry = shoal_session_find (self, job->id);

  shoal_session_entry_set_loading (entry, FALSE);
  if (job->error != NULL)
    fail_load (entry, job->error);
  else if (!entry->is_stale && !is_cancelled && wants_awake (entry))
    wake (entry, job->metainfo, g_steal_pointer (&job->loaded));
  else if (!entry->is_stale)
    shoal_session_entry_turn_away (entry);
  entry->is_stale = FALSE;
  g_clear_pointer (&job->loaded, shoal_store_torrent_free);
  g_clear_pointer (&job->metainfo, shoal_codec_metainfo_unref);
  g_clear_error (&job->error);
  g_free (job);
  shoal_session_entry_review (entry);
  shoal_session_quit_advance (self);
}

static void
loaded_cb (gpointer user_data, ShoalStoreTorrent *loaded, const GError *error)
{
  ShoalSessionEntry *entry = user_data;
  ParseJob          *job;
  ShoalDiskCall      call;

  if (error != NULL || loaded->metainfo == NULL)
    {
      g_autoptr (GError) missing = NULL;

      if (error == NULL)
        missing = g_error_new_literal (
            SHOAL_STORE_ERROR, SHOAL_STORE_ERROR_DAMAGED, "the torrent's metainfo is missing");
      shoal_session_entry_set_loading (entry, FALSE);
      g_clear_pointer (&loaded, shoal_store_torrent_free);
      fail_load (entry, error != NULL ? error : missing);
      shoal_session_entry_review (entry);
      shoal_session_quit_advance (entry->session);
      return;
    }
  job = g_new0 (ParseJob, 1);
  job->session = entry->session;
  job->id = entry->id;
  job->loaded = loaded;
  call = (ShoalDiskCall){
    .what = "parse a torrent",
    .work = parse_work,
    .done = parse_done,
    .data = job,
    .first = SHOAL_DISK_STEP_COMPUTE,
  };
  shoal_disk_queue_submit_call (entry->session->disk, &call);
}

static void
load (ShoalSessionEntry *entry)
{
  if (entry->is_loading)
    return;
  if (entry->metainfo != NULL)
    {
      g_autoptr (ShoalCodecMetainfo) metainfo = g_steal_pointer (&entry->metainfo);

      wake (entry, metainfo, NULL);
      return;
    }
  shoal_session_entry_set_loading (entry, TRUE);
  shoal_store_load_torrent (entry->session->store, entry->id, loaded_cb, entry);
}

/* The torrent's files cannot be opened, so they cannot be moved either. */
static void
refuse_move (ShoalSessionEntry *entry)
{
  const ShoalProblem *known = shoal_torrent_get_problem (entry->torrent);
  g_autoptr (ShoalProblem) problem =
      known != NULL
          ? shoal_problem_ref (known)
          : shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL);

  end_move (entry, problem);
}

/* What can only be done with an awake and idle torrent. */
static void
review_files (ShoalSessionEntry *entry)
{
  if (entry->is_deleting && entry->is_intent_saved)
    {
      if (!shoal_torrent_remove_files (entry->torrent))
        entry->is_deleting = FALSE; /* its files were never opened */
    }
  else if (entry->wants_move && !entry->is_removing)
    {
      entry->wants_move = FALSE;
      entry->is_moving = shoal_torrent_move (entry->torrent, entry->move_target);
      if (!entry->is_moving)
        refuse_move (entry);
    }
}

void
shoal_session_entry_review (ShoalSessionEntry *entry)
{
  if (entry->is_stopping || entry->is_loading || entry->is_forgetting)
    return;
  if (entry->torrent == NULL)
    {
      if (entry->is_intent_saved && !entry->is_deleting)
        shoal_session_remove_asleep (entry);
      else if (wants_awake (entry) && entry->problem == NULL)
        load (entry);
      return;
    }
  if (entry->row.options.seeds && !shoal_torrent_is_seed (entry->torrent))
    {
      entry->row.options.seeds = FALSE;
      shoal_session_entry_save (entry);
    }
  shoal_torrent_set_active (entry->torrent, wants_active (entry));
  if (!wants_awake (entry))
    {
      entry->is_stopping = TRUE;
      shoal_torrent_stop (entry->torrent);
      return;
    }
  if (!shoal_torrent_is_busy (entry->torrent))
    review_files (entry);
  if (entry->visitors != NULL && !shoal_torrent_is_busy (entry->torrent))
    admit_visitors (entry);
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

void
shoal_session_entry_visit (ShoalSessionEntry *entry, ShoalPeer *peer)
{
  gboolean is_early =
      entry->is_loading || (entry->torrent != NULL && shoal_torrent_is_busy (entry->torrent));

  if (wants_active (entry) && entry->torrent != NULL && !is_early)
    {
      g_hash_table_steal (entry->session->incoming, peer);
      if (shoal_torrent_accept (entry->torrent, peer))
        return;
      g_hash_table_add (entry->session->incoming, peer);
    }
  else if (wants_active (entry) && is_early &&
           (entry->visitors == NULL || entry->visitors->len < MAX_VISITORS))
    {
      if (entry->visitors == NULL)
        entry->visitors = g_ptr_array_new ();
      g_ptr_array_add (entry->visitors, peer);
      shoal_peer_set_data (peer, entry);
      return;
    }
  shoal_peer_close (peer, SHOAL_PEER_CLOSE_REFUSED);
}
