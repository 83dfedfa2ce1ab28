/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* Where peers come from and what the trackers say. */

static void
get_stats_cb (gpointer owner, ShoalDiscoverStats *out)
{
  ShoalTorrent *self = owner;

  out->uploaded = self->counts.up.total_bytes;
  out->downloaded = self->counts.down.total_bytes;
  out->downloaded -= MIN (out->downloaded, self->counts.wasted + self->counts.corrupt);
  out->corrupt = self->counts.corrupt;
  out->left = shoal_piece_map_get_bytes_left (self->map);
  out->is_partial_seed = out->left > 0 && shoal_piece_map_is_finished (self->map);
}

static void
peers_cb (gpointer                owner,
          const ShoalBaseAddress *peers,
          guint                   n_peers,
          const ShoalBaseAddress *teller)
{
  ShoalTorrent *self = owner;
  guint         i;

  for (i = 0; i < n_peers; i++)
    shoal_torrent_knowns_add (self->knowns, &peers[i], SHOAL_TORRENT_SOURCE_TRACKER);
  if (n_peers > 0)
    self->events->on_wants_peers (self->owner);
}

static void
announced_cb (gpointer owner, const ShoalDiscoverAnnounced *announced)
{
  ShoalTorrent *self = owner;
  ShoalEvent   *event;

  if ((self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (SHOAL_EVENT_TRACKER, self->id);
  event->subject = g_strdup (announced->url);
  event->text = g_strdup (announced->message);
  event->number = announced->n_peers;
  event->number2 = announced->interval_sec;
  event->is_error = announced->is_error;
  self->events->on_event (self->owner, event);
}

static void
changed_cb (gpointer owner)
{
  shoal_torrent_changed (owner, FALSE);
}

static void
local_ignored_cb (gpointer owner, const char *url, guint n)
{
  ShoalTorrent *self = owner;
  ShoalEvent   *event;

  if ((self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (SHOAL_EVENT_LOCAL_IGNORED, self->id);
  event->subject = g_strdup (url);
  event->number = n;
  self->events->on_event (self->owner, event);
}

static const ShoalDiscoverTrackerEvents tracker_events = {
  .get_stats = get_stats_cb,
  .on_peers = peers_cb,
  .on_announced = announced_cb,
  .on_changed = changed_cb,
  .on_local_ignored = local_ignored_cb,
};

/* The torrent's own, tier by tier. */
static void
add_tiers (ShoalTorrent *self)
{
  guint                    n, i;
  const ShoalCodecTracker *trackers = shoal_codec_metainfo_get_trackers (self->metainfo, &n);
  g_autoptr (GPtrArray) urls = g_ptr_array_new ();

  for (i = 0; i < n; i++)
    {
      g_ptr_array_add (urls, trackers[i].url);
      if (i + 1 < n && trackers[i + 1].tier == trackers[i].tier)
        continue;
      shoal_discover_tracker_list_add_tier (self->trackers,
                                            (const char *const *) urls->pdata,
                                            urls->len,
                                            SHOAL_BASE_POLICY_WORD_TORRENT);
      g_ptr_array_set_size (urls, 0);
    }
}

void
shoal_torrent_trackers_init (ShoalTorrent *self, const ShoalAddOptions *add)
{
  ShoalDiscoverTrackerOptions options = {
    .info_hash = self->row.hashes.v1,
    .peer_id = self->peer_id,
    .is_private = shoal_codec_metainfo_is_private (self->metainfo),
  };
  guint i;

  self->trackers =
      shoal_discover_tracker_list_new (self->env->announcer, &options, &tracker_events, self);
  if (add == NULL || !add->no_trackers)
    add_tiers (self);
  /* What was just asked for counts; else what was asked for when it was added. */
  for (i = 0; add != NULL && add->trackers != NULL && add->trackers[i] != NULL; i++)
    shoal_discover_tracker_list_add_tracker (self->trackers, add->trackers[i]);
  for (i = 0; add == NULL && i < self->row.n_trackers; i++)
    if (self->row.trackers[i].by_person)
      shoal_discover_tracker_list_add_tracker (self->trackers, self->row.trackers[i].url);
}

void
shoal_torrent_announce (ShoalTorrent *self)
{
  shoal_discover_tracker_list_announce_now (self->trackers);
}

gboolean
shoal_torrent_add_tracker (ShoalTorrent *self, const char *url)
{
  return shoal_discover_tracker_list_add_tracker (self->trackers, url);
}
