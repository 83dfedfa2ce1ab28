/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include <string.h>

#include "base/shoal-base-policy.h"

/* Connections begin here: whom we connect to, and who may come in. */

/* Connections with one global host (IPv6: one /64): more would be one party posing as many. */
#define MAX_PER_HOST 4

guint16
shoal_torrent_get_port_for (const ShoalTorrent *self, const ShoalBaseAddress *remote)
{
  const ShoalNetEndpoint *endpoint = shoal_net_endpoint_find (self->env->endpoints, remote->family);

  if (endpoint == NULL)
    return 0;
  return shoal_base_policy_is_local (remote) ? shoal_net_endpoint_get_port (endpoint)
                                             : shoal_net_endpoint_get_public_port (endpoint);
}

static guint32
get_metadata_size (const ShoalTorrent *self)
{
  if (self->metainfo == NULL)
    return 0;
  return (guint32) g_bytes_get_size (shoal_codec_metainfo_get_info (self->metainfo));
}

ShoalEncryption
shoal_torrent_get_encryption (const ShoalTorrent *self)
{
  return self->row.options.encryption > 0 ? (ShoalEncryption) (self->row.options.encryption - 1)
                                          : self->env->settings->encryption;
}

/* Whether what is said over @link is, or will be, encrypted. */
static gboolean
is_secure (const ShoalTorrentLink *link)
{
  if (shoal_peer_is_encrypted (link->peer))
    return TRUE;
  return link->slot == SHOAL_PIECE_SLOT_NONE && shoal_peer_is_outgoing (link->peer) &&
         link->methods == SHOAL_NET_METHOD_RC4;
}

void
shoal_torrent_set_encryption (ShoalTorrent *self, int encryption)
{
  guint i;

  self->row.options.encryption = (guint32) (encryption + 1);
  if (shoal_torrent_get_encryption (self) != SHOAL_ENCRYPTION_REQUIRE)
    return;
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (!is_secure (link))
        shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_INSECURE);
    }
}

static ShoalPeerTerms
make_terms (ShoalTorrentLink *link)
{
  ShoalTorrent   *self = link->torrent;
  ShoalEncryption wish = shoal_torrent_get_encryption (self);
  ShoalPeerTerms  terms = {
     .events = &shoal_torrent_peer_events,
     .owner = link,
     .swarm_key = self->row.hashes.v1,
     .peer_id = self->peer_id,
     .layout = self->is_introduced ? self->layout : NULL,
     .have = self->is_introduced ? shoal_piece_map_get_have (self->map) : NULL,
     .down = self->down_bucket,
     .up = self->up_bucket,
     .metadata_size = get_metadata_size (self),
     .methods = link->methods,
     .listen_port = shoal_torrent_get_port_for (self, &link->known->address),
     .extensions =
         (guint8) (shoal_torrent_exchange_get_extensions (self) |
                  1u << SHOAL_WIRE_EXTENSION_METADATA | 1u << SHOAL_WIRE_EXTENSION_HOLEPUNCH),
     .upload_only = shoal_torrent_is_finished (self),
     .has_dht = shoal_torrent_uses_dht (self),
     .prefers_encryption = wish == SHOAL_ENCRYPTION_PREFER || wish == SHOAL_ENCRYPTION_REQUIRE,
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

/* FALSE if nobody can be spared for one more. */
static gboolean
make_room (ShoalTorrent *self)
{
  ShoalTorrentLink *useless;

  if (has_room (self))
    return TRUE;
  useless = find_useless (self, shoal_net_reactor_get_now (self->env->reactor));
  if (useless == NULL)
    return FALSE;
  shoal_peer_close (useless->peer, SHOAL_PEER_CLOSE_REPLACED);
  return TRUE;
}

/* The wish may be another one since it was asked for. */
static gboolean
is_too_bare (const ShoalTorrent *self, const ShoalPeer *peer)
{
  return shoal_torrent_get_encryption (self) == SHOAL_ENCRYPTION_REQUIRE &&
         !shoal_peer_is_encrypted (peer);
}

gboolean
shoal_torrent_accept (ShoalTorrent *self, ShoalPeer *peer)
{
  const ShoalBaseAddress *address = shoal_peer_get_remote_address (peer);
  ShoalTorrentKnown      *known;
  ShoalTorrentLink       *link;
  ShoalPeerTerms          terms;

  if (!self->is_joined || is_too_bare (self, peer) || is_host_full (self, address) ||
      shoal_torrent_knowns_is_banned (self->knowns, address, NULL) || !make_room (self))
    return FALSE;
  known = shoal_torrent_knowns_add (self->knowns, address, SHOAL_TORRENT_SOURCE_INCOMING);
  if (known == NULL || known->is_linked)
    return FALSE;
  shoal_torrent_note_use (self);
  link = make_link (self, known);
  link->peer = peer;
  terms = make_terms (link);
  shoal_peer_accept (peer, &terms);
  return TRUE;
}

gboolean
shoal_torrent_connect_one (ShoalTorrent *self)
{
  gboolean           is_finished = shoal_torrent_is_finished (self);
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
  endpoint = shoal_net_endpoint_find (self->env->endpoints, known->address.family);
  if (endpoint == NULL || is_host_full (self, &known->address))
    {
      known->next_usec = shoal_net_reactor_get_now (self->env->reactor) + 60 * G_USEC_PER_SEC;
      return TRUE;
    }
  if (known->seen_time == 0 && known->n_failures == 0)
    shoal_torrent_note_use (self);
  link = make_link (self, known);
  link->methods = shoal_torrent_way_get_methods (&known->way, shoal_torrent_get_encryption (self));
  terms = make_terms (link);
  link->peer = shoal_peer_new_outgoing (
      self->env->peers, &known->address, shoal_net_endpoint_get_bind (endpoint), &terms);
  return TRUE;
}
