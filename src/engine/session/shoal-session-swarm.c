/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include <string.h>

#include "wire/shoal-wire-handshake.h"

/* What a torrent is to its trackers, awake or asleep: the list of them, what they are told, and
 * what becomes of their answers. */

/* What trackers are told is missing while nobody knows: one block, so that it is not none. */
#define UNKNOWN_LEFT 16384

/* Of the peers that are named while a torrent sleeps. */
#define MAX_FOUND 20

static guint64
get_useful (const ShoalStoreStats *stats)
{
  return stats->payload_down - MIN (stats->payload_down, stats->wasted + stats->corrupt);
}

/* Asleep: whether it would be woken to connect to somebody. */
static gboolean
wants_peers (const ShoalSessionEntry *entry)
{
  return shoal_session_turns_wants (
      &entry->session->turns, &entry->turn, shoal_net_reactor_get_now (entry->session->reactor));
}

static void
get_stats_cb (gpointer owner, ShoalDiscoverStats *out)
{
  ShoalSessionEntry *entry = owner;
  ShoalStoreStats    stats;
  guint64            useful;

  shoal_session_entry_get_stats (entry, &stats);
  useful = get_useful (&stats);
  out->uploaded = stats.payload_up - entry->told.uploaded;
  out->downloaded = useful - MIN (useful, entry->told.downloaded);
  out->corrupt = stats.corrupt - entry->told.corrupt;
  out->left =
      entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE ? UNKNOWN_LEFT : stats.left_bytes;
  out->is_partial_seed = stats.left_bytes > 0 && stats.wanted_bytes > 0 &&
                         stats.wanted_have_bytes >= stats.wanted_bytes;
  out->wants_no_peers = entry->torrent == NULL && !wants_peers (entry);
}

/* Wakes those whose turn it is. */
static void
give_turns (ShoalSession *self)
{
  ShoalSessionTurn *turn;

  while ((turn = shoal_session_turns_take (&self->turns)) != NULL)
    shoal_net_reactor_defer (self->reactor,
                             &SHOAL_BASE_LIST_ENTRY (turn, ShoalSessionEntry, turn)->reviewing);
}

void
shoal_session_swarm_end_turn (ShoalSessionEntry *entry, gboolean was_useful)
{
  ShoalSession *self = entry->session;

  if (entry->turn.state == SHOAL_SESSION_TURN_ACTIVE)
    shoal_session_turns_end (
        &self->turns, &entry->turn, was_useful, shoal_net_reactor_get_now (self->reactor));
  give_turns (self);
}

static gboolean
has_leechers (const ShoalSessionEntry *entry)
{
  int n_seeds, n_leechers;

  shoal_discover_tracker_list_get_counts (entry->trackers, &n_seeds, &n_leechers);
  return n_leechers != 0;
}

void
shoal_session_swarm_keep_peers (ShoalSessionEntry      *entry,
                                const ShoalBaseAddress *peers,
                                guint                   n_peers)
{
  ShoalSession *self = entry->session;
  gint64        now_usec = shoal_net_reactor_get_now (self->reactor);

  if (!entry->is_loading && !shoal_base_list_is_linked (&entry->queued) &&
      (!has_leechers (entry) || !shoal_session_turns_offer (&self->turns, &entry->turn, now_usec)))
    return;
  g_clear_pointer (&entry->found, g_array_unref);
  entry->found = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  g_array_append_vals (entry->found, peers, MIN (n_peers, MAX_FOUND));
  give_turns (self);
}

void
shoal_session_swarm_hand_over (ShoalSessionEntry *entry)
{
  g_autoptr (GArray) found = g_steal_pointer (&entry->found);

  if (found != NULL)
    shoal_torrent_found_peers (
        entry->torrent, (const ShoalBaseAddress *) (gconstpointer) found->data, found->len);
}

static void
peers_cb (gpointer                owner,
          const ShoalBaseAddress *peers,
          guint                   n_peers,
          const ShoalBaseAddress *teller)
{
  ShoalSessionEntry *entry = owner;

  if (entry->torrent != NULL && !entry->is_stopping)
    shoal_torrent_found_peers (entry->torrent, peers, n_peers);
  else if (entry->is_dozing)
    shoal_session_swarm_keep_peers (entry, peers, n_peers);
}

void
shoal_session_swarm_found_local (ShoalSessionEntry *entry, const ShoalBaseAddress *peer)
{
  if (entry->torrent != NULL && !entry->is_stopping)
    shoal_torrent_found_local_peer (entry->torrent, peer);
  else if (entry->is_dozing)
    shoal_session_swarm_keep_peers (entry, peer, 1);
}

static gboolean
is_event_watched (const ShoalSessionEntry *entry)
{
  return ((entry->watch | entry->session->watch) & SHOAL_WATCH_EVENTS) != 0;
}

static void
announced_cb (gpointer owner, const ShoalDiscoverAnnounced *announced)
{
  ShoalSessionEntry *entry = owner;
  ShoalEvent        *event;

  if (announced->is_error || entry->said_failure)
    shoal_session_mark (entry, FALSE);
  if (!is_event_watched (entry))
    return;
  event = shoal_event_new (SHOAL_EVENT_TRACKER, entry->id);
  event->subject = g_strdup (announced->url);
  event->text = g_strdup (announced->message);
  event->number = announced->n_peers;
  event->number2 = announced->interval_sec;
  event->is_error = announced->is_error;
  shoal_session_report (entry->session, event);
}

static void
changed_cb (gpointer owner)
{
  ShoalSessionEntry *entry = owner;

  if (entry->torrent != NULL && shoal_torrent_lacks_peers (entry->torrent))
    shoal_discover_tracker_list_want_peers (entry->trackers);
  /* Nobody looks at the trackers of a torrent that sleeps; only how they stand is in its row. */
  if (entry->torrent != NULL ||
      entry->said_trackers != shoal_discover_tracker_list_get_state (entry->trackers))
    shoal_session_mark (entry, FALSE);
}

static void
local_ignored_cb (gpointer owner, const char *url, guint n)
{
  ShoalSessionEntry *entry = owner;
  ShoalEvent        *event;

  if (!is_event_watched (entry))
    return;
  event = shoal_event_new (SHOAL_EVENT_LOCAL_IGNORED, entry->id);
  event->subject = g_strdup (url);
  event->number = n;
  shoal_session_report (entry->session, event);
}

static void
switched_cb (gpointer owner)
{
  ShoalSessionEntry *entry = owner;

  g_clear_pointer (&entry->found, g_array_unref);
  if (entry->torrent != NULL)
    shoal_torrent_leave_peers (entry->torrent);
}

static const ShoalDiscoverTrackerEvents events = {
  .get_stats = get_stats_cb,
  .on_peers = peers_cb,
  .on_announced = announced_cb,
  .on_changed = changed_cb,
  .on_local_ignored = local_ignored_cb,
  .on_switched = switched_cb,
};

static void
add_rows (ShoalSessionEntry *entry, const ShoalStoreTracker *rows, guint n)
{
  g_autofree ShoalDiscoverOrigin *origins = g_new0 (ShoalDiscoverOrigin, n + 1);
  guint                           i;

  for (i = 0; i < n; i++)
    origins[i] = (ShoalDiscoverOrigin){ .url = rows[i].url,
                                        .tier = rows[i].tier,
                                        .by_person = rows[i].by_person,
                                        .by_stranger = rows[i].by_stranger,
                                        .is_beside = rows[i].by_person && !rows[i].in_tiers };
  shoal_discover_tracker_list_restore (entry->trackers, origins, n);
  shoal_session_trackers_review_hosts (entry);
}

ShoalSessionNamed
shoal_session_swarm_name_torrent (const ShoalCodecMetainfo *metainfo)
{
  ShoalSessionNamed named = { .word = SHOAL_BASE_POLICY_WORD_TORRENT };

  named.trackers = shoal_codec_metainfo_get_trackers (metainfo, &named.n_trackers);
  return named;
}

ShoalSessionNamed
shoal_session_swarm_name_magnet (const ShoalCodecMagnet *magnet)
{
  return (ShoalSessionNamed){
    .trackers = (const ShoalCodecTracker *) (gconstpointer) magnet->trackers->data,
    .n_trackers = magnet->trackers->len,
    .word = SHOAL_BASE_POLICY_WORD_STRANGER,
  };
}

GArray *
shoal_session_swarm_make_rows (const ShoalSessionNamed *named, const ShoalAddOptions *add)
{
  GArray *rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreTracker));
  guint   i;

  for (i = 0; i < named->n_trackers && rows->len < SHOAL_DISCOVER_MAX_TRACKERS; i++)
    {
      ShoalStoreTracker row = { .url = named->trackers[i].url,
                                .tier = named->trackers[i].tier,
                                .by_stranger = named->word == SHOAL_BASE_POLICY_WORD_STRANGER };

      if (add == NULL || !add->no_trackers)
        g_array_append_val (rows, row);
    }
  for (i = 0; add != NULL && add->trackers != NULL && add->trackers[i] != NULL; i++)
    {
      ShoalStoreTracker row = { .url = add->trackers[i], .tier = i, .by_person = TRUE };

      g_array_append_val (rows, row);
    }
  return rows;
}

static void
make_list (ShoalSessionEntry *entry, const ShoalStoreTracker *rows, guint n)
{
  ShoalDiscoverTrackerOptions options = {
    .info_hash = entry->row.hashes.v1,
    .peer_id = entry->peer_id,
    .is_private = entry->row.is_private,
  };

  entry->trackers =
      shoal_discover_tracker_list_new (entry->session->announcer, &options, &events, entry);
  add_rows (entry, rows, n);
}

void
shoal_session_swarm_init (ShoalSessionEntry *entry, const ShoalStoreTracker *rows, guint n)
{
  shoal_wire_handshake_make_peer_id (&entry->peer_id);
  make_list (entry, rows, n);
}

void
shoal_session_swarm_clear (ShoalSessionEntry *entry)
{
  shoal_discover_tracker_list_stop (entry->trackers);
  g_clear_pointer (&entry->trackers, shoal_discover_tracker_list_free);
  g_clear_pointer (&entry->found, g_array_unref);
}

/* The row of tracker @index; its URL is the list's. */
static ShoalStoreTracker
make_row (const ShoalSessionEntry *entry, guint index)
{
  ShoalDiscoverOrigin origin;

  shoal_discover_tracker_list_get_origin (entry->trackers, index, &origin);
  return (ShoalStoreTracker){ .url = origin.url,
                              .tier = origin.tier,
                              .by_person = origin.by_person,
                              .by_stranger = origin.by_stranger,
                              .in_tiers = origin.by_person && !origin.is_beside };
}

void
shoal_session_swarm_save (ShoalSessionEntry *entry)
{
  guint              n = shoal_discover_tracker_list_get_n_trackers (entry->trackers);
  ShoalStoreTracker *rows = g_new0 (ShoalStoreTracker, n + 1);
  guint              i;

  for (i = 0; i < n; i++)
    rows[i] = make_row (entry, i);
  entry->row.has_tiers = TRUE;
  shoal_store_save_trackers (entry->session->store, entry->id, rows, n);
  g_free (rows);
}

void
shoal_session_swarm_take_tiers (ShoalSessionEntry *entry, const ShoalCodecMetainfo *metainfo)
{
  ShoalSessionNamed named = shoal_session_swarm_name_torrent (metainfo);
  g_autoptr (GArray) rows = NULL;

  if (entry->row.has_tiers)
    return;
  rows = shoal_session_swarm_make_rows (&named, NULL);
  add_rows (entry, (const ShoalStoreTracker *) rows->data, rows->len);
  shoal_session_swarm_save (entry);
}

void
shoal_session_swarm_replace (ShoalSessionEntry       *entry,
                             const ShoalSessionNamed *named,
                             const ShoalAddOptions   *add)
{
  g_autoptr (GArray) rows = shoal_session_swarm_make_rows (named, add);

  shoal_session_swarm_clear (entry);
  entry->is_announced = FALSE;
  make_list (entry, (const ShoalStoreTracker *) rows->data, rows->len);
  shoal_session_swarm_save (entry);
}

void
shoal_session_swarm_merge (ShoalSessionEntry       *entry,
                           const ShoalSessionNamed *named,
                           const ShoalAddOptions   *add)
{
  g_autoptr (GArray) rows = NULL;

  if (entry->row.is_private || !entry->row.has_tiers)
    return;
  rows = shoal_session_swarm_make_rows (named, add);
  add_rows (entry, (const ShoalStoreTracker *) rows->data, rows->len);
  shoal_session_swarm_save (entry);
  shoal_session_mark (entry, FALSE);
}

void
shoal_session_swarm_become_private (ShoalSessionEntry *entry)
{
  guint              n = shoal_discover_tracker_list_get_n_trackers (entry->trackers);
  GStringChunk      *texts = g_string_chunk_new (256);
  ShoalStoreTracker *rows = g_new0 (ShoalStoreTracker, n + 1);
  guint              i;

  for (i = 0; i < n; i++)
    {
      rows[i] = make_row (entry, i);
      rows[i].url = g_string_chunk_insert (texts, rows[i].url);
    }
  shoal_session_swarm_clear (entry);
  entry->is_announced = FALSE;
  make_list (entry, rows, n);
  g_free (rows);
  g_string_chunk_free (texts);
  shoal_session_dht_review_entry (entry);
  shoal_session_lsd_review_entry (entry);
  shoal_store_save_peers (entry->session->store, entry->id, NULL, 0);
}

gboolean
shoal_session_swarm_add_tracker (ShoalSessionEntry *entry, const char *url)
{
  if (!shoal_discover_tracker_list_add_tracker (entry->trackers, url))
    return FALSE;
  shoal_session_trackers_review_hosts (entry);
  shoal_session_swarm_save (entry);
  shoal_session_mark (entry, FALSE);
  return TRUE;
}

/* What is told from now on counts from here (BEP 3). */
static void
begin_count (ShoalSessionEntry *entry)
{
  ShoalStoreStats stats;

  shoal_session_entry_get_stats (entry, &stats);
  entry->told.uploaded = stats.payload_up;
  entry->told.downloaded = get_useful (&stats);
  entry->told.corrupt = stats.corrupt;
}

static gboolean
wants_announced (const ShoalSessionEntry *entry)
{
  if (entry->torrent != NULL && shoal_torrent_is_joined (entry->torrent))
    return TRUE;
  if (!shoal_session_entry_wants_active (entry) || entry->problem != NULL)
    return FALSE;
  if (entry->torrent == NULL)
    return shoal_session_entry_is_settled (entry) || entry->is_dozing;
  /* On its way from one to the other: to others nothing changes. */
  return entry->is_dozing && (entry->is_stopping || shoal_torrent_is_opening (entry->torrent));
}

static void
review_announced (ShoalSessionEntry *entry)
{
  gboolean wants = wants_announced (entry);

  if (wants == entry->is_announced)
    {
      shoal_session_dht_review_entry (entry);
      return;
    }
  entry->is_announced = wants;
  if (wants)
    {
      begin_count (entry);
      shoal_discover_tracker_list_start (entry->trackers);
    }
  else
    {
      shoal_discover_tracker_list_stop (entry->trackers);
      shoal_session_turns_drop (&entry->session->turns, &entry->turn);
      g_clear_pointer (&entry->found, g_array_unref);
    }
  shoal_session_dht_review_entry (entry);
}

void
shoal_session_swarm_review (ShoalSessionEntry *entry)
{
  review_announced (entry);
  shoal_session_lsd_review_entry (entry);
}

GPtrArray *
shoal_session_swarm_dup_trackers (const ShoalSessionEntry *entry)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_tracker_info_free);
  guint      i;

  for (i = 0; i < shoal_discover_tracker_list_get_n_trackers (entry->trackers); i++)
    g_ptr_array_add (rows, shoal_discover_tracker_list_dup_row (entry->trackers, i));
  return rows;
}
