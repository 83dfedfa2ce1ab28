/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

#include "base/shoal-base-policy.h"
#include "wire/shoal-wire-pex.h"

/* Peer exchange (BEP 11): connected peers tell each other whom else they are connected to. */

/* Between two messages to one peer: no shorter, whatever the network does to them on the way. */
#define INTERVAL_USEC (61 * (gint64) G_USEC_PER_SEC)

/* From the handshake to the first message: who comes at the same time is in it. */
#define FIRST_USEC (3 * G_USEC_PER_SEC)

/* Until there is looked again, after there was nothing to say. */
#define AGAIN_USEC (5 * G_USEC_PER_SEC)

/* Messages in a minute that are put up with; one is right. */
#define MAX_IN_WINDOW 6
#define WINDOW_USEC   (60 * (gint64) G_USEC_PER_SEC)

/* Rows that are looked at in the first message, and in each further one (which may hold 50 by the
 * BEP, and holds 100 with some). */
#define MAX_FIRST_ROWS 200
#define MAX_ROWS       100

gboolean
shoal_torrent_exchange_is_on (const ShoalTorrent *self)
{
  return self->env->settings->use_pex && !self->row.options.no_pex && !self->row.is_private;
}

guint8
shoal_torrent_exchange_get_extensions (const ShoalTorrent *self)
{
  return shoal_torrent_exchange_is_on (self) ? 1u << SHOAL_WIRE_EXTENSION_PEX : 0;
}

static gboolean
takes_messages (const ShoalTorrentLink *link)
{
  return shoal_peer_get_extension (link->peer)->ids[SHOAL_WIRE_EXTENSION_PEX] != 0;
}

/* A link-local address is of one network only, and the message does not say of which. */
static gboolean
has_meaning_elsewhere (const ShoalBaseAddress *address)
{
  return address->family != AF_INET6 ||
         shoal_base_policy_classify (address) != SHOAL_BASE_POLICY_KIND_LINK_LOCAL;
}

/* A peer is told only of those that it may name to others as well: nothing of a local network goes
 * out of it, and nobody hears of himself. */
static gboolean
filter_cb (gpointer owner, const ShoalBaseAddress *address)
{
  const ShoalTorrentLink *link = owner;
  const ShoalBaseAddress *reader = &link->known->address;

  return !shoal_base_address_equal (address, reader) && has_meaning_elsewhere (address) &&
         shoal_base_policy_allows (address,
                                   SHOAL_BASE_POLICY_WORD_STRANGER,
                                   reader,
                                   link->torrent->env->settings->allow_local);
}

static guint8
get_flags (const ShoalTorrentLink *link)
{
  const ShoalWireExtension *said = shoal_peer_get_extension (link->peer);
  guint8                    flags = 0;

  /* Who talks RC4 with us can do so with others, whether it says that it likes to or not. */
  if (said->encryption || shoal_peer_is_encrypted (link->peer))
    flags |= SHOAL_WIRE_PEX_ENCRYPTION;
  if (shoal_peer_is_upload_only (link->peer))
    flags |= SHOAL_WIRE_PEX_SEED;
  if (said->ids[SHOAL_WIRE_EXTENSION_HOLEPUNCH] != 0)
    flags |= SHOAL_WIRE_PEX_HOLEPUNCH;
  if (shoal_peer_is_outgoing (link->peer))
    flags |= SHOAL_WIRE_PEX_REACHABLE;
  return flags;
}

/* Puts it among those that others are told of, once it is known where it listens. */
static void
enlist (ShoalTorrentLink *link)
{
  if (link->slot != SHOAL_PIECE_SLOT_NONE && link->known->is_connectable)
    shoal_torrent_roster_join (link->torrent->roster, &link->known->address, get_flags (link));
}

static gboolean
is_due (ShoalTorrentLink *link, gint64 now_usec)
{
  ShoalTorrentExchange *exchange = &link->exchange;

  if (link->slot == SHOAL_PIECE_SLOT_NONE || !takes_messages (link))
    return FALSE;
  if (exchange->send_usec == 0)
    exchange->send_usec = now_usec + FIRST_USEC;
  return now_usec >= exchange->send_usec;
}

static void
send_to (ShoalTorrentLink *link, gint64 now_usec)
{
  ShoalTorrentExchange *exchange = &link->exchange;
  g_autoptr (GArray) added = g_array_new (FALSE, TRUE, sizeof (ShoalWirePexRow));
  g_autoptr (GArray) dropped = g_array_new (FALSE, TRUE, sizeof (ShoalBaseAddress));
  g_autoptr (GByteArray) message = NULL;

  exchange->send_usec = now_usec + AGAIN_USEC;
  exchange->reader.filter = filter_cb;
  exchange->reader.owner = link;
  if (!shoal_torrent_roster_read (
          link->torrent->roster, &exchange->reader, now_usec, added, dropped))
    return;
  message = g_byte_array_new ();
  shoal_wire_pex_write ((const ShoalWirePexRow *) (gconstpointer) added->data,
                        added->len,
                        (const ShoalBaseAddress *) (gconstpointer) dropped->data,
                        dropped->len,
                        message);
  exchange->send_usec = now_usec + INTERVAL_USEC;
  shoal_peer_send_extended (link->peer, SHOAL_WIRE_EXTENSION_PEX, message->data, message->len);
}

/* Whether we want messages may have changed since the handshake. */
static void
review_offer (ShoalTorrentLink *link)
{
  shoal_peer_set_extension (
      link->peer, SHOAL_WIRE_EXTENSION_PEX, shoal_torrent_exchange_is_on (link->torrent));
}

void
shoal_torrent_exchange_review (ShoalTorrent *self)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    review_offer (g_ptr_array_index (self->links, i));
}

void
shoal_torrent_exchange_tick (ShoalTorrent *self, gint64 now_usec)
{
  g_autoptr (GPtrArray) due = NULL;
  guint i;

  shoal_torrent_exchange_review (self);
  if (!shoal_torrent_exchange_is_on (self))
    return;
  due = g_ptr_array_new ();
  for (i = 0; i < self->links->len; i++)
    if (is_due (g_ptr_array_index (self->links, i), now_usec))
      g_ptr_array_add (due, g_ptr_array_index (self->links, i));
  for (i = 0; due->len > 0 && i < self->links->len; i++)
    enlist (g_ptr_array_index (self->links, i));
  for (i = 0; i < due->len; i++)
    send_to (g_ptr_array_index (due, i), now_usec);
}

/* Whether others may find it useful although the two of us did not: we had no room for it, or each
 * has nothing for the other, whoever of us was the first to say so. */
static gboolean
is_of_use_to_others (const ShoalTorrentLink *link, ShoalPeerClose reason)
{
  return reason == SHOAL_PEER_CLOSE_USELESS || reason == SHOAL_PEER_CLOSE_REPLACED ||
         (reason == SHOAL_PEER_CLOSE_REMOTE && shoal_torrent_link_is_useless (link));
}

void
shoal_torrent_exchange_link_gone (ShoalTorrentLink *link, ShoalPeerClose reason)
{
  ShoalTorrent *self = link->torrent;
  gint64        now_usec = shoal_net_reactor_get_now (self->env->reactor);
  gboolean      may_linger = is_of_use_to_others (link, reason);

  if (may_linger && shoal_torrent_exchange_is_on (self))
    enlist (link);
  shoal_torrent_roster_leave (self->roster, &link->known->address, may_linger, now_usec);
}

/* FALSE: it sends too many. */
static gboolean
count_message (ShoalTorrentExchange *exchange, gint64 now_usec)
{
  if (now_usec - exchange->window_usec >= WINDOW_USEC)
    {
      exchange->window_usec = now_usec;
      exchange->n_in_window = 0;
    }
  exchange->n_messages++;
  return ++exchange->n_in_window <= MAX_IN_WINDOW;
}

static void
report_refused (ShoalTorrentLink *link, guint n)
{
  ShoalTorrent *self = link->torrent;
  gboolean      was_told = link->exchange.n_refused > 0;
  char          text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalEvent   *event;

  link->exchange.n_refused += n;
  self->counts.refused += n;
  if (n == 0 || was_told || (self->watch & SHOAL_WATCH_EVENTS) == 0)
    return;
  event = shoal_event_new (SHOAL_EVENT_LOCAL_IGNORED, self->id);
  event->subject =
      g_strdup (shoal_base_address_format (shoal_peer_get_remote_address (link->peer), TRUE, text));
  event->number = n;
  self->events->on_event (self->owner, event);
}

static gboolean
may_be_named (const ShoalTorrentLink *link, const ShoalBaseAddress *address)
{
  return has_meaning_elsewhere (address) &&
         shoal_base_policy_allows (address,
                                   SHOAL_BASE_POLICY_WORD_STRANGER,
                                   shoal_peer_get_remote_address (link->peer),
                                   link->torrent->env->settings->allow_local);
}

/* One host under many ports would be many attempts on it: the first counts. */
static gboolean
is_repeated (GHashTable *hosts, const ShoalBaseAddress *address)
{
  ShoalBaseAddress *host;

  if (shoal_base_policy_is_local (address))
    return FALSE;
  host = g_memdup2 (address, sizeof *address);
  host->port = 0;
  return !g_hash_table_add (hosts, host);
}

static gboolean
take_row (ShoalTorrentLink *link, const ShoalWirePexRow *row, guint *room)
{
  ShoalTorrent      *self = link->torrent;
  gboolean           is_new = shoal_torrent_knowns_find (self->knowns, &row->address) == NULL;
  ShoalTorrentKnown *known;

  if (is_new && *room == 0)
    return FALSE;
  known = shoal_torrent_knowns_hear (
      self->knowns, &row->address, shoal_peer_get_remote_address (link->peer));
  if (known == NULL || !is_new)
    return FALSE;
  known->is_seed = (row->flags & SHOAL_WIRE_PEX_SEED) != 0;
  *room -= 1;
  return TRUE;
}

static void
take_rows (ShoalTorrentLink *link, const ShoalWirePex *pex)
{
  ShoalTorrent *self = link->torrent;
  guint         n = MIN (shoal_wire_pex_get_n_added (pex),
                 link->exchange.n_messages == 1 ? MAX_FIRST_ROWS : MAX_ROWS);
  guint         room =
      shoal_torrent_knowns_get_room (self->knowns, shoal_peer_get_remote_address (link->peer));
  guint n_taken = 0, n_refused = 0, i;
  g_autoptr (GHashTable) hosts =
      g_hash_table_new_full (shoal_base_address_hash, shoal_base_address_equal_key, g_free, NULL);

  for (i = 0; i < n; i++)
    {
      ShoalWirePexRow row;

      shoal_wire_pex_get_added (pex, i, &row);
      if (row.address.port == 0)
        continue;
      if (!may_be_named (link, &row.address))
        n_refused++;
      else if (!is_repeated (hosts, &row.address))
        n_taken += take_row (link, &row, &room);
    }
  report_refused (link, n_refused);
  self->counts.exchanged += n_taken;
  if (n_taken > 0)
    self->events->on_wants_peers (self->owner);
}

void
shoal_torrent_exchange_handle (ShoalTorrentLink *link, const guint8 *data, gsize len)
{
  ShoalTorrent *self = link->torrent;
  ShoalWirePex  pex;

  if (!count_message (&link->exchange, shoal_net_reactor_get_now (self->env->reactor)))
    {
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_FLOOD);
      return;
    }
  if (!shoal_torrent_exchange_is_on (self) || !self->is_joined ||
      !shoal_wire_pex_parse (&pex, shoal_peer_context_get_bencode (self->env->peers), data, len))
    return;
  take_rows (link, &pex);
}
