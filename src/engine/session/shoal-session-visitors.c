/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-way.h"

/* Incoming peers for torrents that are not there yet: they wait, while the torrent wakes or is
 * being added, for as long as a peer waits for a lookup. */

/* That wait for one torrent. */
#define MAX_VISITORS 20

/* That wait in all: strangers can make us load torrents, but not many at once. */
#define MAX_ALL_VISITORS 100

static void
refuse (ShoalPeer *peer)
{
  shoal_peer_set_data (peer, NULL);
  shoal_peer_close (peer, SHOAL_PEER_CLOSE_REFUSED);
}

/* The visitors, who wait no longer; the caller's. */
static GPtrArray *
take_all (ShoalSessionEntry *entry)
{
  if (entry->visitors != NULL)
    entry->session->n_visitors -= entry->visitors->len;
  return g_steal_pointer (&entry->visitors);
}

void
shoal_session_visitors_turn_away (ShoalSessionEntry *entry)
{
  g_autoptr (GPtrArray) visitors = take_all (entry);
  guint i;

  for (i = 0; visitors != NULL && i < visitors->len; i++)
    refuse (g_ptr_array_index (visitors, i));
}

/* FALSE: it was not taken. */
static gboolean
hand_over (ShoalSessionEntry *entry, ShoalPeer *peer)
{
  g_hash_table_steal (entry->session->incoming, peer);
  if (shoal_torrent_accept (entry->torrent, peer))
    return TRUE;
  g_hash_table_add (entry->session->incoming, peer);
  return FALSE;
}

void
shoal_session_visitors_admit (ShoalSessionEntry *entry)
{
  g_autoptr (GPtrArray) visitors = take_all (entry);
  guint i;

  for (i = 0; visitors != NULL && i < visitors->len; i++)
    {
      ShoalPeer *peer = g_ptr_array_index (visitors, i);

      shoal_peer_set_data (peer, NULL);
      if (!hand_over (entry, peer))
        refuse (peer);
    }
}

void
shoal_session_visitors_leave (ShoalSession *self, ShoalPeer *peer)
{
  ShoalSessionEntry *entry = shoal_peer_get_data (peer);

  if (entry == NULL)
    {
      g_ptr_array_remove_fast (self->strangers, peer);
      return;
    }
  shoal_peer_set_data (peer, NULL);
  g_ptr_array_remove_fast (entry->visitors, peer);
  entry->session->n_visitors--;
  if (entry->visitors->len == 0)
    g_clear_pointer (&entry->visitors, g_ptr_array_unref);
}

static gboolean
is_full (const ShoalSession *self)
{
  return self->n_visitors + self->strangers->len >= MAX_ALL_VISITORS;
}

static gboolean
has_room (const ShoalSessionEntry *entry)
{
  return !is_full (entry->session) &&
         (entry->visitors == NULL || entry->visitors->len < MAX_VISITORS);
}

static void
let_wait (ShoalSessionEntry *entry, ShoalPeer *peer)
{
  if (entry->visitors == NULL)
    entry->visitors = g_ptr_array_new ();
  g_ptr_array_add (entry->visitors, peer);
  entry->session->n_visitors++;
  shoal_peer_set_data (peer, entry);
  shoal_session_entry_review (entry);
}

/* Whether it has a torrent that knows by now whether it takes peers. */
static gboolean
is_at_home (const ShoalSessionEntry *entry)
{
  return entry->torrent != NULL && !entry->is_stopping && !shoal_torrent_is_busy (entry->torrent);
}

/* How it is connected with, whatever others may be. */
static ShoalNetSecurityTerms
get_terms (const ShoalSessionEntry *entry)
{
  ShoalNetSecurityTerms terms;

  shoal_torrent_way_get_incoming (shoal_session_entry_get_encryption (entry), &terms);
  return terms;
}

/* Where torrents differ in that, a stream that is not encrypted is known to be wrong only when it
 * has said which torrent it wants. */
static gboolean
is_too_bare (const ShoalSessionEntry *entry, const ShoalPeer *peer)
{
  return !get_terms (entry).accepts_bare &&
         shoal_peer_get_security (peer) == SHOAL_NET_SECURITY_NONE;
}

static gboolean
takes_visitors (const ShoalSessionEntry *entry)
{
  return shoal_session_entry_wants_active (entry) && entry->problem == NULL;
}

static void
visit (ShoalSessionEntry *entry, ShoalPeer *peer)
{
  if (!takes_visitors (entry) || is_too_bare (entry, peer))
    refuse (peer);
  else if (is_at_home (entry))
    {
      if (!hand_over (entry, peer))
        refuse (peer);
    }
  else if (has_room (entry))
    let_wait (entry, peer);
  else
    refuse (peer);
}

static gboolean
may_wait_unknown (const ShoalSession *self)
{
  return self->adding.length > 0 && !is_full (self);
}

static void
wait_unknown (ShoalSession *self, ShoalPeer *peer)
{
  if (!g_ptr_array_find (self->strangers, peer, NULL))
    g_ptr_array_add (self->strangers, peer);
}

/* What only looks as if it were there is not. */
static gboolean
is_known (const ShoalSessionEntry *entry)
{
  return entry != NULL && !entry->is_held && !shoal_session_entry_is_hidden (entry);
}

/* To go on with the handshake is to say that we have the torrent: as without encryption, nobody
 * hears so of one that takes no peers. */
ShoalNetKeyAnswer
shoal_session_visitors_find_key (ShoalSession          *self,
                                 ShoalPeer             *peer,
                                 const ShoalSha1       *hash,
                                 ShoalSwarmKey         *key,
                                 ShoalNetSecurityTerms *terms)
{
  ShoalSessionEntry *entry = g_hash_table_lookup (self->by_hash, hash);

  if (is_known (entry))
    {
      *key = entry->row.hashes.v1;
      *terms = get_terms (entry);
      return takes_visitors (entry) && terms->methods != 0 ? SHOAL_NET_KEY_FOUND
                                                           : SHOAL_NET_KEY_UNKNOWN;
    }
  if (!may_wait_unknown (self))
    return SHOAL_NET_KEY_UNKNOWN;
  wait_unknown (self, peer);
  return SHOAL_NET_KEY_LATER;
}

void
shoal_session_visitors_arrive (ShoalSession *self, ShoalPeer *peer, const ShoalSwarmKey *key)
{
  ShoalSessionEntry *entry = g_hash_table_lookup (self->by_key, key);

  if (is_known (entry))
    {
      shoal_session_mapping_note_visitor (self, shoal_peer_get_remote_address (peer));
      visit (entry, peer);
    }
  else if (may_wait_unknown (self))
    wait_unknown (self, peer);
  else
    refuse (peer);
}

void
shoal_session_visitors_ask_again (ShoalSession *self)
{
  g_autoptr (GPtrArray) strangers = g_steal_pointer (&self->strangers);
  guint i;

  self->strangers = g_ptr_array_new ();
  for (i = 0; i < strangers->len; i++)
    {
      ShoalPeer *peer = g_ptr_array_index (strangers, i);

      if (shoal_peer_get_security (peer) == SHOAL_NET_SECURITY_ANSWERED)
        shoal_peer_find_key_again (peer);
      else
        shoal_session_visitors_arrive (self, peer, &shoal_peer_get_handshake (peer)->swarm_key);
    }
}
