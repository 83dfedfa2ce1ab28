/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* What comes of trackers and of the local network, whose books are the owner's. */

/* Those that a private torrent does without (BEP 27). Whom an earlier run knew it may have from one
 * of them; if not, the tracker names him again. */
#define PUBLIC_SOURCES                                                                             \
  (1u << SHOAL_TORRENT_SOURCE_RESUME | 1u << SHOAL_TORRENT_SOURCE_EXCHANGE |                       \
   1u << SHOAL_TORRENT_SOURCE_DHT | 1u << SHOAL_TORRENT_SOURCE_LOCAL)

/* Below so many known peers trackers are asked for more. */
#define FEW_PEERS 20

void
shoal_torrent_found_peers (ShoalTorrent *self, const ShoalBaseAddress *peers, guint n_peers)
{
  guint i;

  for (i = 0; i < n_peers; i++)
    shoal_torrent_knowns_add (self->knowns, &peers[i], SHOAL_TORRENT_SOURCE_TRACKER);
  if (n_peers > 0)
    self->events->on_wants_peers (self->owner);
}

void
shoal_torrent_found_local_peer (ShoalTorrent *self, const ShoalBaseAddress *peer)
{
  if (shoal_torrent_knowns_add (self->knowns, peer, SHOAL_TORRENT_SOURCE_LOCAL) != NULL)
    self->events->on_wants_peers (self->owner);
}

static void
leave (ShoalTorrent *self, guint sources)
{
  guint i;

  shoal_torrent_knowns_forget (self->knowns, sources);
  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->known->is_forgotten)
        shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_LEFT);
    }
}

void
shoal_torrent_leave_peers (ShoalTorrent *self)
{
  leave (self, ~(1u << SHOAL_TORRENT_SOURCE_PERSON));
}

void
shoal_torrent_become_private (ShoalTorrent *self)
{
  self->row.is_private = TRUE;
  shoal_torrent_exchange_review (self);
  leave (self, PUBLIC_SOURCES);
}

gboolean
shoal_torrent_lacks_peers (const ShoalTorrent *self)
{
  return self->is_joined && !shoal_torrent_is_finished (self) &&
         shoal_torrent_knowns_get_size (self->knowns) < FEW_PEERS;
}
