/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "base/shoal-base-policy.h"
#include "wire/shoal-wire-holepunch.h"

/* BEP 55: a peer asks to be brought together with another one that cannot be reached. What both
 * would do then takes uTP (BEP 29), which is not spoken here: nobody is brought together, and it
 * is not offered; who asks for it all the same is told so at once, with the reason that comes
 * first. */

/* Between two answers to one peer; what it asks sooner gets none. */
#define ANSWER_USEC G_USEC_PER_SEC

static ShoalTorrentLink *
find_link (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink *link = g_ptr_array_index (self->links, i);

      if (link->slot != SHOAL_PIECE_SLOT_NONE &&
          shoal_base_address_equal (&link->known->address, address))
        return link;
    }
  return NULL;
}

static gboolean
is_self (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  const ShoalTorrentKnown *known = shoal_torrent_knowns_find (self->knowns, address);

  return known != NULL && known->is_self;
}

/* Never NONE: see above. */
static ShoalWireHolepunchFault
judge (ShoalTorrentLink *asker, const ShoalBaseAddress *address)
{
  ShoalTorrent           *self = asker->torrent;
  const ShoalBaseAddress *teller = shoal_peer_get_remote_address (asker->peer);
  gboolean                allow_local = self->env->settings->allow_local;

  if (address->port == 0 ||
      !shoal_base_policy_allows (address, SHOAL_BASE_POLICY_WORD_STRANGER, teller, allow_local))
    return SHOAL_WIRE_HOLEPUNCH_NO_SUCH_PEER;
  if (is_self (self, address))
    return SHOAL_WIRE_HOLEPUNCH_NO_SELF;
  if (find_link (self, address) == NULL)
    return SHOAL_WIRE_HOLEPUNCH_NOT_CONNECTED;
  return SHOAL_WIRE_HOLEPUNCH_NO_SUPPORT;
}

void
shoal_torrent_holepunch_handle (ShoalTorrentLink *link, const guint8 *data, gsize len)
{
  gint64             now_usec = shoal_net_reactor_get_now (link->torrent->env->reactor);
  guint8             out[SHOAL_WIRE_HOLEPUNCH_MAX_SIZE];
  ShoalWireHolepunch message;

  if (!shoal_wire_holepunch_parse (&message, data, len) ||
      message.type != SHOAL_WIRE_HOLEPUNCH_RENDEZVOUS || now_usec < link->holepunch_usec)
    return;
  link->holepunch_usec = now_usec + ANSWER_USEC;
  message.type = SHOAL_WIRE_HOLEPUNCH_ERROR;
  message.fault = judge (link, &message.address);
  shoal_peer_send_extended (
      link->peer, SHOAL_WIRE_EXTENSION_HOLEPUNCH, out, shoal_wire_holepunch_write (&message, out));
}
