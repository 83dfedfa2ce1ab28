/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "torrent/shoal-torrent-private.h"

/* All who are known or connected: over a restart, and when they are shut out. */

guint
shoal_torrent_get_n_peers (const ShoalTorrent *self)
{
  return self->links->len;
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

      if (link->slot != SHOAL_PIECE_SLOT_NONE && shoal_torrent_link_is_useless (link))
        shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_USELESS);
    }
}

/* What it sent of unfinished pieces was in vain. */
static void
drop_sender (ShoalTorrent *self, ShoalPieceSender sender)
{
  guint n_blocks = self->ledger != NULL ? shoal_piece_ledger_drop_sender (self->ledger, sender) : 0;

  self->counts.wasted += (guint64) n_blocks * SHOAL_BASE_BLOCK_SIZE;
}

/* Whatever leads to somebody who is banned: there may be more links than the one that lied, and one
 * that is still being made. What came from liars of unfinished pieces goes with them. */
static void
close_banned (ShoalTorrent *self, ShoalTorrentBanReason reason)
{
  guint i;

  for (i = 0; i < self->links->len; i++)
    {
      ShoalTorrentLink        *link = g_ptr_array_index (self->links, i);
      const ShoalTorrentKnown *known = link->known;

      if (!shoal_torrent_knowns_is_banned (
              self->knowns, &known->address, known->has_peer_id ? &known->peer_id : NULL))
        continue;
      if (reason == SHOAL_TORRENT_BAN_BAD_DATA)
        drop_sender (self, known->sender);
      shoal_peer_close (link->peer, SHOAL_PEER_CLOSE_BANNED);
    }
}

/* On this machine and network another program may have the address tomorrow: only what a person
 * said of it is kept. */
static gboolean
is_worth_keeping (const ShoalTorrentBan *ban)
{
  return ban->reason == SHOAL_TORRENT_BAN_PERSON || !shoal_base_policy_is_local (&ban->address);
}

static void
save_bans (ShoalTorrent *self)
{
  const GArray             *bans = shoal_torrent_knowns_get_bans (self->knowns);
  g_autofree ShoalStoreBan *rows = g_new0 (ShoalStoreBan, bans->len + 1);
  guint                     n_rows = 0, i;

  for (i = 0; i < bans->len; i++)
    {
      const ShoalTorrentBan *ban = &g_array_index (bans, ShoalTorrentBan, i);

      if (is_worth_keeping (ban))
        rows[n_rows++] = (ShoalStoreBan){ .address = ban->address,
                                          .until = G_MAXINT64,
                                          .reason = (guint8) ban->reason };
    }
  shoal_store_save_bans (self->env->store, self->id, rows, n_rows);
}

void
shoal_torrent_ban_senders (ShoalTorrent *self, const GArray *senders)
{
  guint i;

  if (senders->len == 0)
    return;
  for (i = 0; i < senders->len; i++)
    {
      ShoalPieceSender          sender = g_array_index (senders, ShoalPieceSender, i);
      const ShoalTorrentSender *who = shoal_torrent_knowns_find_sender (self->knowns, sender);

      drop_sender (self, sender);
      if (who != NULL)
        shoal_torrent_knowns_ban (
            self->knowns, &who->address, &who->peer_id, SHOAL_TORRENT_BAN_BAD_DATA);
    }
  close_banned (self, SHOAL_TORRENT_BAN_BAD_DATA);
  save_bans (self);
}

static gboolean
leads_to (const ShoalTorrentLink *link, const ShoalBaseAddress *address)
{
  const ShoalBaseAddress *remote = shoal_peer_get_remote_address (link->peer);

  return shoal_base_address_equal (remote, address) ||
         shoal_base_address_equal (&link->known->address, address);
}

/* Who came to us is known by where it listens as well, and a local one by what it calls itself. */
void
shoal_torrent_ban_peer (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  gboolean is_linked = FALSE;
  guint    i;

  for (i = 0; i < self->links->len; i++)
    {
      const ShoalTorrentLink  *link = g_ptr_array_index (self->links, i);
      const ShoalTorrentKnown *known = link->known;

      if (!leads_to (link, address))
        continue;
      is_linked = TRUE;
      shoal_torrent_knowns_ban (self->knowns,
                                &known->address,
                                known->has_peer_id ? &known->peer_id : NULL,
                                SHOAL_TORRENT_BAN_PERSON);
    }
  if (!is_linked)
    shoal_torrent_knowns_ban (self->knowns, address, NULL, SHOAL_TORRENT_BAN_PERSON);
  close_banned (self, SHOAL_TORRENT_BAN_PERSON);
  save_bans (self);
  shoal_torrent_changed (self, TRUE);
}

void
shoal_torrent_unban_peer (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  if (!shoal_torrent_knowns_unban (self->knowns, address))
    return;
  save_bans (self);
  shoal_torrent_changed (self, TRUE);
}

gboolean
shoal_torrent_has_banned (const ShoalTorrent *self, const ShoalBaseAddress *address)
{
  return shoal_torrent_knowns_is_banned (self->knowns, address, NULL);
}

GArray *
shoal_torrent_dup_bans (const ShoalTorrent *self)
{
  const GArray *bans = shoal_torrent_knowns_get_bans (self->knowns);
  GArray       *rows = g_array_sized_new (FALSE, TRUE, sizeof (ShoalBanInfo), bans->len);
  guint         i;

  for (i = 0; i < bans->len; i++)
    {
      const ShoalTorrentBan *ban = &g_array_index (bans, ShoalTorrentBan, i);
      ShoalBanInfo           row = { .address = ban->address,
                                     .by_person = ban->reason == SHOAL_TORRENT_BAN_PERSON };

      g_array_append_val (rows, row);
    }
  return rows;
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
    {
      const ShoalStoreBan *row = &g_array_index (self->loaded->bans, ShoalStoreBan, i);

      shoal_torrent_knowns_ban (self->knowns,
                                &row->address,
                                NULL,
                                row->reason == SHOAL_TORRENT_BAN_PERSON
                                    ? SHOAL_TORRENT_BAN_PERSON
                                    : SHOAL_TORRENT_BAN_BAD_DATA);
    }
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
  self->roster = shoal_torrent_roster_new ();
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
  shoal_torrent_roster_free (self->roster);
  shoal_torrent_knowns_free (self->knowns);
}

static void
add_named (ShoalTorrent *self, const ShoalBaseAddress *address, ShoalTorrentSource source)
{
  ShoalTorrentKnown *known = shoal_torrent_knowns_add (self->knowns, address, source);

  if (known == NULL)
    return;
  known->next_usec = 0;
  self->events->on_wants_peers (self->owner);
}

void
shoal_torrent_add_peer (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  add_named (self, address, SHOAL_TORRENT_SOURCE_PERSON);
}

void
shoal_torrent_add_linked_peer (ShoalTorrent *self, const ShoalBaseAddress *address)
{
  add_named (self, address, SHOAL_TORRENT_SOURCE_MAGNET);
}
