/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "base/shoal-base-policy.h"

/* The parts of a torrent that are published while somebody looks at them. */

static ShoalFileInfo *
make_file (ShoalTorrent *self, guint i, const ShoalFileInfo *before)
{
  const ShoalCodecFile *file = shoal_codec_layout_get_file (self->layout, i);
  ShoalFileInfo        *info = g_new0 (ShoalFileInfo, 1);

  info->path = before != NULL ? g_strdup (before->path) : shoal_torrent_dup_path (self, i);
  info->size = file->length;
  info->is_pad = (file->flags & SHOAL_CODEC_FILE_PAD) != 0;
  info->done_bytes = shoal_piece_files_get_bytes_had (self->files, i);
  info->priority = (ShoalFilePriority) shoal_piece_files_get_priority (self->files, i);
  return info;
}

static gboolean
is_same (const ShoalTorrent *self, guint i, const ShoalFileInfo *before)
{
  return before->done_bytes == shoal_piece_files_get_bytes_had (self->files, i) &&
         before->priority == shoal_piece_files_get_priority (self->files, i);
}

static gboolean
are_same (const ShoalTorrent *self, const ShoalFileList *before)
{
  guint i;

  for (i = 0; i < before->items->len; i++)
    if (!is_same (self, i, g_ptr_array_index (before->items, i)))
      return FALSE;
  return TRUE;
}

/* Thousands of files are told of several times a second: those that are the same are shared with
 * the list before. */
static ShoalFileList *
make_list (ShoalTorrent *self)
{
  guint            n = shoal_codec_layout_get_n_files (self->layout);
  const GPtrArray *before = self->shown_files != NULL ? self->shown_files->items : NULL;
  GPtrArray       *items = g_ptr_array_new_full (n, (GDestroyNotify) shoal_file_info_free);
  guint            i;

  for (i = 0; i < n; i++)
    {
      ShoalFileInfo *old = before != NULL ? g_ptr_array_index (before, i) : NULL;

      g_ptr_array_add (items,
                       old != NULL && is_same (self, i, old) ? shoal_file_info_share (old)
                                                             : make_file (self, i, old));
    }
  return shoal_file_list_new (items);
}

static void
fill_files (ShoalTorrent *self, ShoalTorrentDetails *details)
{
  if (self->shown_files == NULL || !are_same (self, self->shown_files))
    {
      ShoalFileList *list = make_list (self); /* before the old one goes: is_news() compares */

      g_clear_pointer (&self->shown_files, shoal_file_list_unref);
      self->shown_files = list;
    }
  self->is_shown = TRUE;
  details->file_list = shoal_file_list_ref (self->shown_files);
  details->files = details->file_list->items;
}

static ShoalPeerSource
get_source (const ShoalTorrentKnown *known)
{
  switch (known->source)
    {
    case SHOAL_TORRENT_SOURCE_RESUME:
      return SHOAL_PEER_SOURCE_RESUME;
    case SHOAL_TORRENT_SOURCE_EXCHANGE:
      return SHOAL_PEER_SOURCE_EXCHANGE;
    case SHOAL_TORRENT_SOURCE_DHT:
      return SHOAL_PEER_SOURCE_DHT;
    case SHOAL_TORRENT_SOURCE_MAGNET:
      return SHOAL_PEER_SOURCE_MAGNET;
    case SHOAL_TORRENT_SOURCE_TRACKER:
      return SHOAL_PEER_SOURCE_TRACKER;
    case SHOAL_TORRENT_SOURCE_LOCAL:
      return SHOAL_PEER_SOURCE_LOCAL;
    case SHOAL_TORRENT_SOURCE_INCOMING:
      return SHOAL_PEER_SOURCE_INCOMING;
    case SHOAL_TORRENT_SOURCE_PERSON:
      return SHOAL_PEER_SOURCE_PERSON;
    }
  g_return_val_if_reached (SHOAL_PEER_SOURCE_RESUME);
}

/* In thousandths of all pieces: 1000 only if it has each of them. */
static guint
get_done (const ShoalBaseBitset *bits)
{
  guint size = bits != NULL ? shoal_base_bitset_get_size (bits) : 0;

  return size > 0 ? (guint) ((guint64) shoal_base_bitset_count (bits) * 1000 / size) : 0;
}

static void
fill_flags (const ShoalTorrentLink *link, ShoalPeerInfo *info)
{
  ShoalPeer *peer = link->peer;

  info->is_incoming = !shoal_peer_is_outgoing (peer);
  info->is_encrypted = !!shoal_peer_is_encrypted (peer);
  info->is_hidden = shoal_peer_get_security (peer) == SHOAL_NET_SECURITY_HIDDEN;
  info->is_local = shoal_base_policy_is_local (&info->address);
  info->is_upload_only = shoal_peer_is_upload_only (peer);
  info->is_suspected = link->torrent->blame != NULL &&
                       shoal_piece_blame_is_on_parole (link->torrent->blame, link->known->sender);
  info->we_choke = shoal_peer_is_choked_by_us (peer);
  info->we_want = shoal_peer_are_we_interested (peer);
  info->they_choke = shoal_peer_is_choking_us (peer);
  info->they_want = shoal_peer_is_interested (peer);
  info->is_snubbed = shoal_peer_is_snubbed (peer);
}

static ShoalPeerInfo *
dup_peer (const ShoalTorrentLink *link)
{
  ShoalPeerInfo *info = g_new0 (ShoalPeerInfo, 1);
  ShoalPeerStats stats;

  shoal_peer_get_stats (link->peer, &stats);
  info->address = *shoal_peer_get_remote_address (link->peer);
  info->client = g_strdup (shoal_peer_get_client (link->peer));
  info->source = get_source (link->known);
  info->down_bps = shoal_torrent_is_fetching (link->torrent) ? stats.down_bps : 0;
  info->up_bps = stats.up_bps;
  info->downloaded = stats.payload_down;
  info->uploaded = stats.payload_up;
  info->n_asked = stats.n_requests;
  info->n_asks = stats.n_requests_remote;
  info->done_1000 = get_done (shoal_peer_get_bits (link->peer));
  info->connected_time = link->ready_time;
  fill_flags (link, info);
  return info;
}

static GPtrArray *
dup_peers (ShoalTorrent *self)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_peer_info_free);
  guint      i;

  for (i = 0; i < self->links->len; i++)
    {
      const ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE)
        g_ptr_array_add (peers, dup_peer (link));
    }
  return peers;
}

static void
fill_pieces (ShoalTorrent *self, ShoalTorrentDetails *details)
{
  const ShoalPieceAvailability *availability = shoal_piece_map_get_availability (self->map);
  gsize                         len;
  const guint8 *have = shoal_base_bitset_get_bytes (shoal_piece_map_get_have (self->map), &len);
  guint         i;

  details->have = g_memdup2 (have, len);
  details->in_flight = g_malloc0 (len);
  details->availability = g_malloc (details->n_pieces);
  for (i = 0; i < details->n_pieces; i++)
    {
      ShoalPieceState state = shoal_piece_map_get_state (self->map, i);

      if (state == SHOAL_PIECE_OPEN || state == SHOAL_PIECE_VERIFYING)
        details->in_flight[i / 8] |= (guint8) (0x80 >> i % 8);
      details->availability[i] = (guint8) MIN (shoal_piece_availability_get (availability, i), 255);
    }
}

/* What says nothing new need not be said. */
static gboolean
is_news (const ShoalTorrentDetails *details, const ShoalFileList *said)
{
  return details->peers != NULL || details->have != NULL ||
         (details->file_list != NULL && details->file_list != said);
}

ShoalTorrentDetails *
shoal_torrent_dup_details (ShoalTorrent *self)
{
  const ShoalFileList *said = self->is_shown ? self->shown_files : NULL;
  ShoalTorrentDetails *details;

  if ((self->watch & ~SHOAL_WATCH_EVENTS) == 0)
    return NULL;
  details = shoal_torrent_details_new (self->id);
  if (self->watch & SHOAL_WATCH_PEERS)
    {
      details->peers = dup_peers (self);
      details->bans = shoal_torrent_dup_bans (self);
    }
  if (self->metainfo != NULL)
    {
      details->n_pieces = shoal_codec_layout_get_n_pieces (self->layout);
      details->piece_length = shoal_codec_layout_get_piece_length (self->layout);
      if (self->watch & SHOAL_WATCH_FILES)
        fill_files (self, details);
      if (self->watch & SHOAL_WATCH_PIECES)
        fill_pieces (self, details);
    }
  if (is_news (details, said) || (self->watch & SHOAL_WATCH_TRACKERS) != 0)
    return details;
  shoal_torrent_details_unref (details);
  return NULL;
}

void
shoal_torrent_set_watch (ShoalTorrent *self, ShoalWatch watch)
{
  self->watch = watch;
  self->is_shown = FALSE; /* who asks is told, if he was before or not */
  if ((watch & SHOAL_WATCH_FILES) == 0)
    shoal_torrent_details_clear (self);
}

void
shoal_torrent_details_rename (ShoalTorrent *self)
{
  shoal_torrent_details_clear (self);
}

void
shoal_torrent_details_clear (ShoalTorrent *self)
{
  self->is_shown = FALSE;
  g_clear_pointer (&self->shown_files, shoal_file_list_unref);
}
