/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "base/shoal-base-policy.h"
#include "torrent/shoal-torrent-bans.h"

/* Whom a person shuts out of a torrent, and lets in again. While it sleeps the database alone knows
 * who that is. */

/* A host is enough where it stands for one peer. */
static gboolean
parse (const char *text, ShoalBaseAddress *address)
{
  return text != NULL &&
         (shoal_base_address_parse (address, text) || shoal_base_address_parse_ip (address, text));
}

/* As shoal-torrent-bans.h names who is banned. */
static ShoalBaseAddress
get_name (const ShoalBaseAddress *address)
{
  return shoal_base_policy_is_local (address) ? *address : shoal_base_address_get_host (address);
}

static void
ban_asleep (ShoalSessionEntry *entry, const ShoalBaseAddress *address, guint64 serial)
{
  ShoalStoreBan ban = { .address = get_name (address),
                        .until = G_MAXINT64,
                        .reason = SHOAL_TORRENT_BAN_PERSON };

  entry->is_stale = entry->is_loading;
  shoal_store_add_ban (entry->session->store,
                       entry->id,
                       &ban,
                       shoal_session_kept_cb,
                       shoal_session_keep (entry, serial));
}

ShoalProblem *
shoal_session_bans_add (ShoalSessionEntry *entry, const char *text, guint64 serial)
{
  ShoalBaseAddress address;

  if (!parse (text, &address))
    return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                              SHOAL_PROBLEM_INVALID,
                              text,
                              "a peer is banned by its numeric address");
  if (address.port == 0 && shoal_base_policy_is_local (&address))
    return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                              SHOAL_PROBLEM_INVALID,
                              text,
                              "a peer of the local network is banned with its port");
  if (entry->torrent == NULL)
    {
      ban_asleep (entry, &address, serial);
      return NULL;
    }
  shoal_torrent_ban_peer (entry->torrent, &address);
  shoal_session_keep_saved (entry, serial);
  return NULL;
}

ShoalProblem *
shoal_session_bans_drop (ShoalSessionEntry *entry, const char *text, guint64 serial)
{
  ShoalBaseAddress address;

  if (text != NULL && !parse (text, &address))
    return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                              SHOAL_PROBLEM_INVALID,
                              text,
                              "a peer is let in again by its numeric address");
  if (entry->torrent != NULL)
    {
      shoal_torrent_unban_peer (entry->torrent, text != NULL ? &address : NULL);
      shoal_session_keep_saved (entry, serial);
      return NULL;
    }
  if (text != NULL)
    address = get_name (&address);
  entry->is_stale = entry->is_loading;
  shoal_store_drop_bans (entry->session->store,
                         entry->id,
                         text != NULL ? &address : NULL,
                         shoal_session_kept_cb,
                         shoal_session_keep (entry, serial));
  return NULL;
}
