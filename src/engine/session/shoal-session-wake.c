/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* A torrent while it is awake: what it tells, and how it falls asleep. */

static void
changed_cb (gpointer owner, gboolean is_urgent)
{
  ShoalSessionEntry *entry = owner;

  shoal_session_mark (entry, is_urgent);
  shoal_session_stir (entry->session);
  shoal_session_line_note (entry);
  shoal_session_seeding_note (entry);
  if (entry->turn.state == SHOAL_SESSION_TURN_ACTIVE &&
      shoal_torrent_get_n_interested (entry->torrent) > 0)
    shoal_session_swarm_end_turn (entry, TRUE);
  if (is_urgent)
    shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

static void
event_cb (gpointer owner, ShoalEvent *event)
{
  ShoalSessionEntry *entry = owner;

  entry->was_reported |= event->kind == SHOAL_EVENT_COMPLETE;
  shoal_session_report (entry->session, event);
}

void
shoal_session_entry_wants_peers (ShoalSessionEntry *entry)
{
  if (!shoal_base_list_is_linked (&entry->connecting))
    shoal_base_list_append (&entry->session->connecting, &entry->connecting);
  shoal_session_connect_soon (entry->session);
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
  shoal_session_dht_review_entry (owner);
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

void
shoal_session_end_move (ShoalSessionEntry *entry, const ShoalProblem *problem)
{
  guint64 serial = entry->move_serial;

  entry->is_moving = entry->wants_move = FALSE;
  entry->move_serial = 0;
  g_clear_pointer (&entry->move_target, g_free);
  if (serial != 0)
    shoal_session_answer (
        entry->session, serial, entry->id, problem != NULL ? shoal_problem_ref (problem) : NULL);
}

static void
files_changed_cb (gpointer owner, const ShoalProblem *problem)
{
  shoal_session_files_changed (owner, problem);
}

static void
renamed_cb (gpointer owner, const ShoalProblem *problem)
{
  shoal_session_files_renamed (owner, problem);
}

/* Who waits for what will not be done in this run is told so; a removal goes on with the next. */
static void
answer_at_end (ShoalSessionEntry *entry)
{
  shoal_session_files_refuse (entry);
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
  entry->row.folder = *shoal_torrent_get_folder (entry->torrent);
  g_clear_pointer (&entry->torrent, shoal_torrent_free);
  shoal_base_list_remove (&entry->awake);
  shoal_session_entry_review_limits (entry);
  entry->is_stopping = FALSE;
  shoal_session_swarm_end_turn (entry, FALSE);
  if (entry->is_rechosen)
    shoal_session_entry_save_stats (entry);
  shoal_base_list_remove (&entry->connecting);
  shoal_session_mark (entry, TRUE);
  if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    answer_at_end (entry);
  shoal_session_entry_review (entry);
  shoal_session_quit_advance (self);
}

static void
metainfo_cb (gpointer owner, ShoalCodecMetainfo *metainfo)
{
  shoal_session_magnet_on_metainfo (owner, metainfo);
}

static void
rest_cb (gpointer owner)
{
  ShoalSessionEntry *entry = owner;

  shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

static void
node_cb (gpointer owner, const ShoalBaseAddress *address)
{
  shoal_session_dht_hint (((ShoalSessionEntry *) owner)->session, address);
}

static const ShoalTorrentEvents torrent_events = {
  .on_changed = changed_cb,
  .on_event = event_cb,
  .on_wants_peers = wants_peers_cb,
  .on_lacks_peers = lacks_peers_cb,
  .on_joined = joined_cb,
  .on_whole = whole_cb,
  .on_metainfo = metainfo_cb,
  .on_rest = rest_cb,
  .on_node = node_cb,
  .on_files_changed = files_changed_cb,
  .on_renamed = renamed_cb,
  .on_stopped = stopped_cb,
};

static void
follow_hints (ShoalSessionEntry *entry, char **peers)
{
  g_autoptr (GPtrArray) hints = g_steal_pointer (&entry->hints);
  guint i;

  for (i = 0; peers != NULL && peers[i] != NULL; i++)
    shoal_session_add_peer (entry, peers[i], SHOAL_BASE_POLICY_WORD_PERSON);
  for (i = 0; hints != NULL && i < hints->len; i++)
    shoal_session_add_peer (entry, g_ptr_array_index (hints, i), SHOAL_BASE_POLICY_WORD_PERSON);
}

void
shoal_session_wake (ShoalSessionEntry  *entry,
                    ShoalCodecMetainfo *metainfo,
                    ShoalStoreTorrent  *loaded)
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
    .was_reported = entry->was_reported || entry->is_dozing,
  };

  shoal_session_entry_count_doze (entry);
  shoal_session_entry_clear_problem (entry);
  entry->is_moving = entry->move_target != NULL && !entry->wants_move; /* a crash broke it off */
  if (metainfo != NULL)
    {
      shoal_session_entry_count_files (entry, metainfo);
      shoal_session_swarm_take_tiers (entry, metainfo);
      shoal_session_dht_take_nodes (entry, metainfo);
    }
  entry->torrent = shoal_torrent_new (&entry->session->env, &options);
  shoal_base_list_append (&entry->session->awake, &entry->awake);
  shoal_session_entry_review_limits (entry);
  shoal_torrent_set_watch (entry->torrent, entry->watch | entry->session->watch);
  shoal_torrent_set_removing (entry->torrent, entry->is_removing);
  shoal_torrent_open (entry->torrent, entry->wants_check || (add != NULL && add->check_first));
  entry->row.n_intents =
      MIN (entry->row.n_intents, shoal_torrent_get_row (entry->torrent)->n_intents);
  entry->wants_check = entry->wants_look = entry->is_rechosen = FALSE;
  entry->session->slots_usec = 0; /* it gets its share of the upload slots with the next tick */
  follow_hints (entry, add != NULL ? add->peers : NULL);
  shoal_session_magnet_ask_peers (entry);
  shoal_session_magnet_want_more (entry);
  shoal_session_swarm_hand_over (entry);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
}
