/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

/* One connection, from its handshake to its end: what its remote says goes to whom it concerns. */

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
  event->is_encrypted = !!shoal_peer_is_encrypted (link->peer);
  self->events->on_event (self->owner, event);
}

static void
handle_ready (gpointer owner, ShoalPeer *peer)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;

  link->slot = take_slot (link);
  link->ready_time = g_get_real_time () / G_USEC_PER_SEC;
  shoal_torrent_haves_begin (link);
  shoal_torrent_known_on_ready (
      link->known, &shoal_peer_get_handshake (peer)->peer_id, g_get_real_time () / G_USEC_PER_SEC);
  if (shoal_peer_is_outgoing (peer))
    shoal_torrent_way_work (&link->known->way, link->methods);
  if (self->ledger != NULL)
    shoal_piece_ledger_add_slot (self->ledger, link->slot, link->known->sender);
  if (self->is_held_back)
    shoal_peer_set_reading (peer, FALSE);
  shoal_torrent_tell_node (link);
  report_peer (link, SHOAL_EVENT_PEER_CONNECTED, NULL);
  shoal_torrent_choke_soon (self);
  shoal_torrent_changed (self, FALSE);
}

gboolean
shoal_torrent_link_is_useless (const ShoalTorrentLink *link)
{
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);

  if (!shoal_torrent_is_finished (link->torrent) || bits == NULL)
    return FALSE;
  return shoal_base_bitset_is_full (bits) || shoal_peer_is_upload_only (link->peer);
}

static void
note_bits (ShoalTorrentLink *link)
{
  const ShoalBaseBitset *bits = shoal_peer_get_bits (link->peer);

  link->known->is_seed = bits != NULL && shoal_base_bitset_is_full (bits);
  if (shoal_torrent_link_is_useless (link))
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
      if (known != link->known)
        shoal_torrent_magnet_remove_link (link); /* it goes on under another name */
      link->known = known;
    }
  if (shoal_torrent_link_is_useless (link))
    shoal_peer_close (peer, SHOAL_PEER_CLOSE_USELESS);
  else
    shoal_torrent_magnet_handle_extension (link);
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
  if (self->ledger != NULL)
    shoal_piece_ledger_remove_slot (self->ledger, link->slot);
  shoal_torrent_magnet_remove_link (link);
  shoal_torrent_choke_link_gone (link);
  g_ptr_array_index (self->slots, link->slot) = NULL;
}

/* What its peer has counted goes to the torrent's counts. */
static void
count_closed (ShoalTorrentLink *link)
{
  ShoalTorrent  *self = link->torrent;
  ShoalPeerStats stats;

  shoal_torrent_count_up (link, shoal_net_reactor_get_now (self->env->reactor));
  shoal_peer_get_stats (link->peer, &stats);
  self->counts.closed_protocol_down += stats.protocol_down;
  self->counts.closed_protocol_up += stats.protocol_up;
  self->counts.wasted += stats.wasted;
}

/* Whether it may be that the remote wants encryption, or does not want it: it hung up, or waits for
 * something else, and has said nothing. */
static gboolean
was_misunderstood (const ShoalTorrentLink *link, ShoalPeerClose reason)
{
  gboolean is_silent = reason == SHOAL_PEER_CLOSE_REMOTE || reason == SHOAL_PEER_CLOSE_INSECURE ||
                       reason == SHOAL_PEER_CLOSE_HANDSHAKE_TIMEOUT;

  return is_silent && shoal_peer_is_outgoing (link->peer) && !shoal_peer_has_heard (link->peer) &&
         shoal_peer_get_security (link->peer) <= SHOAL_NET_SECURITY_ANSWERED;
}

static gboolean
has_other_way (ShoalTorrentLink *link, ShoalPeerClose reason)
{
  gboolean answered = shoal_peer_get_security (link->peer) == SHOAL_NET_SECURITY_ANSWERED;

  return was_misunderstood (link, reason) &&
         shoal_torrent_way_fail (&link->known->way,
                                 shoal_torrent_get_encryption (link->torrent),
                                 link->methods,
                                 answered);
}

/* The peer list learns how it ended. */
static void
let_go (ShoalTorrentLink *link, gboolean worked, ShoalPeerClose reason)
{
  ShoalTorrent *self = link->torrent;
  gint64        now_usec = shoal_net_reactor_get_now (self->env->reactor);

  if (!has_other_way (link, reason))
    {
      shoal_torrent_knowns_on_closed (self->knowns, link->known, worked, now_usec);
      return;
    }
  shoal_torrent_knowns_fall_back (self->knowns, link->known, now_usec);
  self->events->on_wants_peers (self->owner);
}

static void
handle_closed (gpointer owner, ShoalPeer *peer, ShoalPeerClose reason)
{
  ShoalTorrentLink *link = owner;
  ShoalTorrent     *self = link->torrent;
  gboolean          was_ready = link->slot != SHOAL_PIECE_SLOT_NONE;

  if (was_ready)
    {
      shoal_torrent_exchange_link_gone (link, reason);
      count_closed (link);
      if (shoal_peer_is_interested (peer) || link->taken_usec != 0)
        shoal_torrent_note_use (self);
      report_peer (link, SHOAL_EVENT_PEER_CLOSED, shoal_peer_close_describe (reason));
      leave_swarm_books (link);
    }
  let_go (link, was_ready && !shoal_peer_close_is_fault (reason), reason);
  shoal_peer_free (peer);
  g_ptr_array_remove_fast (self->links, link);
  if (was_ready)
    shoal_torrent_ask_all (self);
  shoal_torrent_changed (self, FALSE);
  shoal_torrent_review (self);
}

static void
handle_extended (gpointer             owner,
                 ShoalPeer           *peer,
                 ShoalWireExtensionId id,
                 const guint8        *data,
                 gsize                len)
{
  if (id == SHOAL_WIRE_EXTENSION_METADATA)
    shoal_torrent_magnet_handle_message (owner, data, len);
  else if (id == SHOAL_WIRE_EXTENSION_PEX)
    shoal_torrent_exchange_handle (owner, data, len);
  else if (id == SHOAL_WIRE_EXTENSION_HOLEPUNCH)
    shoal_torrent_holepunch_handle (owner, data, len);
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
  .port = shoal_torrent_handle_port,
  .closed = handle_closed,
};
