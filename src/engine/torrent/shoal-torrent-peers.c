/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "base/shoal-base-policy.h"

/* Who is connected: connections begin and end here. */

/* Connections with one global host (IPv6: one /64): more would be one party posing as many. */
#define MAX_PER_HOST 4

static ShoalNetEndpoint *
find_endpoint (ShoalTorrent *self, guint16 family)
{
  guint i;

  for (i = 0; i < self->env->endpoints->len; i++)
    {
      ShoalNetEndpoint *endpoint = g_ptr_array_index (self->env->endpoints, i);

      if (shoal_net_endpoint_get_address (endpoint)->family == family)
        return endpoint;
    }
  return NULL;
}

static ShoalPeerTerms
make_terms (ShoalTorrentLink *link, guint16 family)
{
  ShoalTorrent     *self = link->torrent;
  ShoalNetEndpoint *endpoint = find_endpoint (self, family);
  ShoalPeerTerms    terms = {
       .events = &shoal_torrent_peer_events,
       .owner = link,
       .swarm_key = self->row.hashes.v1,
       .peer_id = self->peer_id,
       .layout = self->layout,
       .have = shoal_piece_map_get_have (self->map),
       .down = self->down_bucket,
       .up = self->up_bucket,
       .metadata_size = (guint32) g_bytes_get_size (shoal_codec_metainfo_get_info (self->metainfo)),
       .listen_port = endpoint != NULL ? shoal_net_endpoint_get_port (endpoint) : 0,
       .upload_only = shoal_piece_map_is_finished (self->map),
  };

  return terms;
}

static ShoalTorrentLink *
make_link (ShoalTorrent *self, ShoalTorrentKnown *known)
{
  ShoalTorrentLink *link = g_new0 (ShoalTorrentLink, 1);

  link->torrent = self;
  link->known = known;
  link->slot = SHOAL_PIECE_SLOT_NONE;
  link->serial = ++self->last_serial;
  known->is_linked = TRUE;
  g_ptr_array_add (self->links, link);
  return link;
}

static gboolean
is_same_host (const ShoalBaseAddress *a, const ShoalBaseAddress *b)
{
  return a->family == b->family && memcmp (a->ip, b->ip, a->family == AF_INET ? 4 : 8) == 0;
}

static gboolean
is_host_full (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  guint n = 0, i;

  if (shoal_base_policy_is_local (address))
    return FALSE;
  for (i = 0; i < self->links->len; i++)
    {
      const ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      n += is_same_host (address, &link->known->address);
    }
  return n >= MAX_PER_HOST;
}

/* A connected peer that nobody would miss: both sides have had nothing for each other for a while.
 */
static ShoalTorrentLink *
find_useless (ShoalTorrent *self, gint64 now_usec)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);
      ShoalPeerStats    stats;

      if (link->slot == SHOAL_PIECE_SLOT_NONE || shoal_peer_is_interested (link->peer) ||
          shoal_peer_are_we_interested (link->peer))
        continue;
      shoal_peer_get_stats (link->peer, &stats);
      if (now_usec - stats.connected_usec > 60 * G_USEC_PER_SEC)
        return link;
    }
  return NULL;
}

static gboolean
has_room (ShoalTorrent *self)
{
  return self->links->len < self->env->settings->max_peers_per_torrent;
}

gboolean
shoal_torrent_accept (ShoalTorrent *self, ShoalPeer *peer)
{
  const ShoalBaseAddress *address = shoal_peer_get_remote_address (peer);
  ShoalTorrentKnown      *known;
  ShoalTorrentLink       *link;
  ShoalPeerTerms          terms;

  if (!self->is_joined || is_host_full (self, address) ||
      shoal_torrent_knowns_is_banned (self->knowns, address, NULL))
    return FALSE;
  if (!has_room (self))
    {
      ShoalTorrentLink *useless =
          find_useless (self, shoal_net_reactor_get_now (self->env->reactor));

      if (useless == NULL)
        return FALSE;
      shoal_peer_close (useless->peer, SHOAL_PEER_CLOSE_REPLACED);
    }
  known = shoal_torrent_knowns_add (self->knowns, address, SHOAL_TORRENT_SOURCE_INCOMING);
  if (known == NULL || known->is_linked)
    return FALSE;
  shoal_torrent_note_use (self);
  link = make_link (self, known);
  link->peer = peer;
  terms = make_terms (link, address->family);
  shoal_peer_accept (peer, &terms);
  return TRUE;
}

gboolean
shoal_torrent_connect_one (ShoalTorrent *self)
{
  gboolean           is_finished = shoal_piece_map_is_finished (self->map);
  gint64             wake_usec;
  ShoalTorrentKnown *known;
  ShoalTorrentLink  *link;
  ShoalNetEndpoint  *endpoint;
  ShoalPeerTerms     terms;

  if (!self->is_joined || !has_room (self) || !self->env->settings->use_tcp)
    return FALSE;
  known = shoal_torrent_knowns_choose (
      self->knowns, is_finished, shoal_net_reactor_get_now (self->env->reactor), &wake_usec);
  if (known == NULL)
    return FALSE;
  endpoint = find_endpoint (self, known->address.family);
  if (endpoint == NULL || is_host_full (self, &known->address))
    {
      known->next_usec = shoal_net_reactor_get_now (self->env->reactor) + 60 * G_USEC_PER_SEC;
      return TRUE;
    }
  if (known->seen_time == 0 && known->n_failures == 0)
    shoal_torrent_note_use (self);
  link = make_link (self, known);
  terms = make_terms (link, known->address.family);
  link->peer = shoal_peer_new_outgoing (
      self->env->peers, &known->address, shoal_net_endpoint_get_bind (endpoint), &terms);
  return TRUE;
}

guint
shoal_torrent_get_n_peers (const ShoalTorrent *self)
{
  return self->links->len;
}

/* Of two connections with one remote both sides keep the one that the higher id opened. */
static gboolean
keeps_new (const ShoalTorrentLink *link,
           const ShoalTorrentLink *other,
           const ShoalPeerId      *remote_id)
{
  gboolean is_outgoing = shoal_peer_is_outgoing (link->peer);

  if (is_outgoing == shoal_peer_is_outgoing (other->peer))
    return FALSE;
  return is_outgoing == (memcmp (&link->torrent->peer_id, remote_id, sizeof *remote_id) > 0);
}

static ShoalTorrentLink *
find_by_id (ShoalTorrent *self, const ShoalPeerId *id, const ShoalTorrentLink *but)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link != but && shoal_peer_get_state (link->peer) == SHOAL_PEER_STATE_READY &&
          memcmp (&shoal_peer_get_handshake (link->peer)->peer_id, id, sizeof *id) == 0)
        return link;
    }
  return NULL;
}

static ShoalPeerClose
handle_handshake (gpointer owner, ShoalPeer *peer, const ShoalWireHandshake *remote)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;
  ShoalTorrentLink *other;

  if (memcmp (&remote->peer_id, &self->peer_id, sizeof remote->peer_id) == 0)
    {
      link->known->is_self = TRUE;
      return SHOAL_PEER_CLOSE_SELF;
    }
  if (shoal_torrent_knowns_is_banned (self->knowns, &link->known->address, &remote->peer_id))
    return SHOAL_PEER_CLOSE_BANNED;
  other = find_by_id (self, &remote->peer_id, link);
  if (other == NULL)
    return SHOAL_PEER_CLOSE_NONE;
  if (!keeps_new (link, other, &remote->peer_id))
    return SHOAL_PEER_CLOSE_DUPLICATE;
  shoal_peer_close (other->peer, SHOAL_PEER_CLOSE_DUPLICATE);
  return SHOAL_PEER_CLOSE_NONE;
}

static ShoalPieceSlot
take_slot (ShoalTorrentLink *link)
{
  GPtrArray *slots = link->torrent->slots;
  guint      i;

  for (i = 0; i < slots->len; i++)
    if (g_ptr_array_index (slots, i) == NULL)
      {
        g_ptr_array_index (slots, i) = link;
        return i;
      }
  g_ptr_array_add (slots, link);
  return slots->len - 1;
}

static void
report_peer (ShoalTorrentLink *link, ShoalEventKind kind, const char *reason)
{
  ShoalTorrent *self = link->torrent;
  ShoalEvent   *event;

  if ((self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (kind, self->id);
  event->address = *shoal_peer_get_remote_address (link->peer);
  event->text = g_strdup (shoal_peer_get_client (link->peer));
  event->reason = reason;
  event->is_incoming = !shoal_peer_is_outgoing (link->peer);
  self->events->on_event (self->owner, event);
}

static void
handle_ready (gpointer owner, ShoalPeer *peer)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;

  link->slot = take_slot (link);
  shoal_torrent_known_on_ready (
      link->known, &shoal_peer_get_handshake (peer)->peer_id, g_get_real_time () / G_USEC_PER_SEC);
  shoal_piece_ledger_add_slot (self->ledger, link->slot, link->known->sender);
  if (self->is_held_back)
    shoal_peer_set_reading (peer, FALSE);
  report_peer (link, SHOAL_EVENT_PEER_CONNECTED, NULL);
  shoal_torrent_choke_soon (self);
  shoal_torrent_changed (self, FALSE);
}

/* Whether the remote can be of no use: it wants nothing, and has nothing that we want. */
static gboolean
is_useless (const ShoalTorrentLink *link)
{
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);

  if (!shoal_piece_map_is_finished (link->torrent->map) || bits == NULL)
    return FALSE;
  return shoal_base_bitset_is_full (bits) || shoal_peer_is_upload_only (link->peer);
}

static void
note_bits (ShoalTorrentLink *link)
{
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);

  link->known->is_seed = bits != NULL && shoal_base_bitset_is_full (bits);
  if (is_useless (link))
    shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_USELESS);
  else
    shoal_torrent_update_interest (link);
  shoal_torrent_changed (link->torrent, FALSE);
}

static void
handle_extension (gpointer owner, ShoalPeer *peer)
{
  ShoalTorrentLink  *link = owner;
  ShoalTorrent      *self = link->torrent;
  guint16            port = shoal_peer_get_extension (peer)->port;
  ShoalTorrentKnown *known;

  if (port != 0 && !link->known->is_connectable)
    {
      known = shoal_torrent_knowns_set_port (self->knowns, link->known, port);
      if (known == NULL)
        {
          shoal_peer_close (peer, SHOAL_PEER_CLOSE_DUPLICATE);
          return;
        }
      link->known = known;
    }
  if (is_useless (link))
    shoal_peer_close (peer, SHOAL_PEER_CLOSE_USELESS);
}

static void
handle_bitfield (gpointer               owner,
                 ShoalPeer             *peer,
                 const ShoalBaseBitset *before,
                 const ShoalBaseBitset *now)
{
  ShoalTorrentLink       *link = owner;
  ShoalPieceAvailability *availability = shoal_piece_map_get_availability (link->torrent->map);

  if (before != NULL)
    shoal_piece_availability_remove (availability, before);
  shoal_piece_availability_add (availability, now);
  link->interest_hint = 0;
  note_bits (link);
}

static void
handle_have (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;

  shoal_piece_availability_gain (shoal_piece_map_get_availability (self->map), bits, piece);
  if (shoal_base_bitset_is_full (bits))
    note_bits (link);
  else if (shoal_piece_map_wants (self->map, piece))
    shoal_torrent_update_interest (link);
}

static void
handle_lost (gpointer owner, ShoalPeer *peer, ShoalBaseBitset *bits, guint32 piece)
{
  ShoalTorrentLink *link = owner;

  shoal_piece_availability_lose (
      shoal_piece_map_get_availability (link->torrent->map), bits, piece);
  shoal_torrent_update_interest (link);
}

static void
handle_interest (gpointer owner, ShoalPeer *peer, gboolean interested)
{
  ShoalTorrentLink *link = owner;

  shoal_torrent_choke_soon (link->torrent);
}

static void
leave_swarm_books (ShoalTorrentLink *link)
{
  ShoalTorrent          *self = link->torrent;
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);

  if (bits != NULL)
    shoal_piece_availability_remove (shoal_piece_map_get_availability (self->map), bits);
  shoal_piece_ledger_remove_slot (self->ledger, link->slot);
  shoal_torrent_choke_link_gone (link);
  g_ptr_array_index (self->slots, link->slot) = NULL;
}

static void
handle_closed (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;
  gboolean          was_ready = link->slot != SHOAL_PIECE_SLOT_NONE;
  ShoalPeerStats    stats;

  if (was_ready)
    {
      shoal_torrent_count_up (link, shoal_net_reactor_get_now (self->env->reactor));
      if (shoal_peer_is_interested (peer) || link->taken_usec != 0)
        shoal_torrent_note_use (self);
      shoal_peer_get_stats (peer, &stats);
      self->counts.closed_protocol_down += stats.protocol_down;
      self->counts.closed_protocol_up += stats.protocol_up;
      self->counts.wasted += stats.wasted;
      report_peer (link, SHOAL_EVENT_PEER_CLOSED, shoal_peer_close_describe (reason));
      leave_swarm_books (link);
    }
  shoal_torrent_knowns_on_closed (self->knowns,
                                  link->known,
                                  was_ready && !shoal_peer_close_is_fault (reason),
                                  shoal_net_reactor_get_now (self->env->reactor));
  shoal_peer_free (peer);
  g_ptr_array_remove_fast (self->links, link);
  if (was_ready)
    shoal_torrent_ask_all (self);
  shoal_torrent_changed (self, FALSE);
  shoal_torrent_review (self);
}

void
shoal_torrent_close_links (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    shoal_peer_close (((ShoalTorrentLink *) g_ptr_array_index (self->links, i))->peer,
                      SHOAL_PEER_CLOSE_STOPPED);
}

void
shoal_torrent_close_useless (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE && is_useless (link))
        shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_USELESS);
    }
}

/* What it sent of unfinished pieces was in vain. */
static void
drop_sender (ShoalTorrent *self, ShoalPieceSender sender)
{
  guint n_blocks = shoal_piece_ledger_drop_sender (self->ledger, sender);

  self->counts.wasted += (guint64) n_blocks * SHOAL_BASE_BLOCK_SIZE;
}

/* Whatever leads to somebody who is banned: there may be more links than the one that lied, and one
 * that is still being made. What came over them of unfinished pieces goes with them. */
static void
close_banned (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink        *link = g_ptr_array_index (self->links, i);
      const ShoalTorrentKnown *known = link->known;

      if (!shoal_torrent_knowns_is_banned (
              self->knowns, &known->address, known->has_peer_id ? &known->peer_id : NULL))
        continue;
      drop_sender (self, known->sender);
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_BANNED);
    }
}

void
shoal_torrent_ban_senders (ShoalTorrent *self, const GArray *senders)
{
  const GArray             *bans = shoal_torrent_knowns_get_bans (self->knowns);
  g_autofree ShoalStoreBan *rows = NULL;
  guint                     i;

  if (senders->len == 0)
    return;
  for (i = 0; i < senders->len; i++)
    {
      ShoalPieceSender          sender = g_array_index (senders, ShoalPieceSender, i);
      const ShoalTorrentSender *who = shoal_torrent_knowns_find_sender (self->knowns, sender);

      drop_sender (self, sender);
      if (who != NULL)
        shoal_torrent_knowns_ban (self->knowns, &who->address, &who->peer_id);
    }
  close_banned (self);
  rows = g_new0 (ShoalStoreBan, bans->len + 1);
  for (i = 0; i < bans->len; i++)
    rows[i] = (ShoalStoreBan){ .address = g_array_index (bans, ShoalBaseAddress, i),
                               .until = G_MAXINT64 };
  shoal_store_save_bans (self->env->store, self->id, rows, bans->len);
}

void
shoal_torrent_save_peers (ShoalTorrent *self)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (ShoalStorePeer));
  guint i;

  for (i = 0; i < shoal_torrent_knowns_get_size (self->knowns); i++)
    {
      const ShoalTorrentKnown *known = shoal_torrent_knowns_get (self->knowns, i);
      ShoalStorePeer           row = {
                  .address = known->address,
                  .seen_at = known->seen_time,
                  .source = (guint8) known->source,
                  .n_failures = (guint8) known->n_failures,
      };

      if (known->is_connectable && !known->is_self &&
          (known->seen_time != 0 || known->source == SHOAL_TORRENT_SOURCE_PERSON) &&
          rows->len < SHOAL_STORE_MAX_PEERS)
        g_array_append_val (rows, row);
    }
  shoal_store_save_peers (
      self->env->store, self->id, (const ShoalStorePeer *) rows->data, rows->len);
}

static void
load_peers (ShoalTorrent *self)
{
  guint i;

  for (i = 0; self->loaded != NULL && i < self->loaded->bans->len; i++)
    shoal_torrent_knowns_ban (
        self->knowns, &g_array_index (self->loaded->bans, ShoalStoreBan, i).address, NULL);
  for (i = 0; self->loaded != NULL && i < self->loaded->peers->len; i++)
    {
      const ShoalStorePeer *row = &g_array_index (self->loaded->peers, ShoalStorePeer, i);
      ShoalTorrentKnown    *known =
          shoal_torrent_knowns_add (self->knowns, &row->address, SHOAL_TORRENT_SOURCE_RESUME);

      if (known != NULL)
        known->seen_time = row->seen_at;
    }
}

void
shoal_torrent_peers_init (ShoalTorrent *self)
{
  self->knowns = shoal_torrent_knowns_new (self->env->external);
  self->links = g_ptr_array_new_with_free_func (g_free);
  self->slots = g_ptr_array_new ();
  load_peers (self);
}

void
shoal_torrent_peers_clear (ShoalTorrent *self)
{
  g_assert (self->links->len == 0);
  g_ptr_array_unref (self->links);
  g_ptr_array_unref (self->slots);
  shoal_torrent_knowns_free (self->knowns);
}

void
shoal_torrent_add_peer (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  ShoalTorrentKnown *known =
      shoal_torrent_knowns_add (self->knowns, address, SHOAL_TORRENT_SOURCE_PERSON);

  if (known == NULL)
    return;
  known->next_usec = 0;
  self->events->on_wants_peers (self->owner);
}

static void
handle_extended (gpointer             owner,
                 ShoalPeer           *peer,
                 ShoalWireExtensionId id,
                 const guint8        *data,
                 gsize                len)
{
}

static void
handle_port (gpointer owner, ShoalPeer *peer, guint16 port)
{
}

static void
handle_requests (gpointer owner, ShoalPeer *peer)
{
  shoal_torrent_serve (owner);
}

const ShoalPeerEvents shoal_torrent_peer_events = {
  .handshake = handle_handshake,
  .ready = handle_ready,
  .extension = handle_extension,
  .extended = handle_extended,
  .bitfield = handle_bitfield,
  .have = handle_have,
  .lost = handle_lost,
  .choke = shoal_torrent_handle_choke,
  .interest = handle_interest,
  .wants_requests = shoal_torrent_handle_wants_requests,
  .block = shoal_torrent_handle_block,
  .rejected = shoal_torrent_handle_rejected,
  .dropped = shoal_torrent_handle_dropped,
  .snubbed = shoal_torrent_handle_snubbed,
  .requests = handle_requests,
  .port = handle_port,
  .closed = handle_closed,
};
