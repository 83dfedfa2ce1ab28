/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* Local discovery: which torrents the network is told of, and what becomes of whom it names. */

static gboolean
is_wanted (const ShoalSession *self)
{
  return self->settings->use_lsd && self->phase == SHOAL_SESSION_PHASE_RUNNING &&
         self->endpoints->len > 0;
}

static void
heard_cb (gpointer owner, const ShoalSwarmKey *key, const ShoalBaseAddress *peer)
{
  ShoalSession      *self = owner;
  ShoalSessionEntry *entry = g_hash_table_lookup (self->by_key, key);

  /* It names itself, and it is near: the person let it by wanting local discovery. */
  if (entry != NULL && entry->lsd.is_planned &&
      shoal_base_policy_allows (peer, SHOAL_BASE_POLICY_WORD_PERSON, NULL, FALSE))
    shoal_session_swarm_found_local (entry, peer);
}

void
shoal_session_lsd_review_entry (ShoalSessionEntry *entry)
{
  ShoalSession *self = entry->session;
  gboolean is_shown = entry->is_announced && entry->row.hashes.has_v1 && !entry->row.is_private &&
                      !entry->row.options.no_lsd;

  if (self->lsd == NULL)
    return;
  if (is_shown)
    shoal_discover_lsd_add (self->lsd,
                            &entry->lsd,
                            &entry->row.hashes.v1,
                            entry->torrent != NULL &&
                                !shoal_torrent_is_complete (entry->torrent, FALSE));
  else
    shoal_discover_lsd_remove (self->lsd, &entry->lsd);
}

void
shoal_session_lsd_review (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       value;

  if (is_wanted (self) == (self->lsd != NULL))
    return;
  if (self->lsd != NULL)
    {
      g_clear_pointer (&self->lsd, shoal_discover_lsd_free);
      return;
    }
  self->lsd = shoal_discover_lsd_new (self->reactor, self->endpoints, heard_cb, self);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    shoal_session_lsd_review_entry (value);
}

void
shoal_session_lsd_forget (ShoalSessionEntry *entry)
{
  if (entry->session->lsd != NULL)
    shoal_discover_lsd_remove (entry->session->lsd, &entry->lsd);
}
