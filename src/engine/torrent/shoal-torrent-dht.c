/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What a torrent and its peers have to do with the DHT, whose node is the owner's (BEP 5). */

/* BEP 27: who is in a private torrent is told to nobody. */
gboolean
shoal_torrent_uses_dht (const ShoalTorrent *self)
{
  return self->env->has_dht && !self->row.is_private && !self->row.options.no_dht;
}

/* The node is behind the same port as we are, and behind the same router. */
void
shoal_torrent_tell_node (ShoalTorrentLink *link)
{
  ShoalTorrent *self = link->torrent;
  guint16 port = shoal_torrent_get_port_for (self, shoal_peer_get_remote_address (link->peer));

  if (shoal_torrent_uses_dht (self) && port != 0)
    shoal_peer_send_port (link->peer, port);
}

void
shoal_torrent_handle_port (gpointer owner, ShoalPeer *peer, guint16 port)
{
  ShoalTorrent    *self = ((ShoalTorrentLink *) owner)->torrent;
  ShoalBaseAddress address = *shoal_peer_get_remote_address (peer);

  address.port = port;
  if (shoal_torrent_uses_dht (self) && port != 0)
    self->events->on_node (self->owner, &address);
}

void
shoal_torrent_found_dht_peers (ShoalTorrent *self, const ShoalBaseAddress *peers, guint n_peers)
{
  guint i;

  for (i = 0; i < n_peers; i++)
    shoal_torrent_knowns_add (self->knowns, &peers[i], SHOAL_TORRENT_SOURCE_DHT);
  if (n_peers > 0)
    self->events->on_wants_peers (self->owner);
}
