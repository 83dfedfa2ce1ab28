/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* The list of trackers as a person edits it, and the hosts by which torrents are told apart. */

void
shoal_session_trackers_review_hosts (ShoalSessionEntry *entry)
{
  guint                   n = shoal_discover_tracker_list_get_n_trackers (entry->trackers);
  g_autofree const char **hosts = g_new0 (const char *, n + 1);
  guint                   i;

  for (i = 0; i < n; i++)
    {
      ShoalDiscoverOrigin origin;

      shoal_discover_tracker_list_get_origin (entry->trackers, i, &origin);
      hosts[i] = origin.host;
    }
  shoal_session_words_set (entry->session->words, &entry->hosts, shoal_words_new (hosts));
}

static ShoalProblem *
refuse (ShoalDiscoverEdit result, const char *invalid)
{
  if (result == SHOAL_DISCOVER_EDIT_TOO_MANY)
    return shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_USE,
                                   SHOAL_PROBLEM_TOO_MANY_TRACKERS,
                                   NULL,
                                   "a torrent has no room for so many trackers",
                                   0,
                                   SHOAL_DISCOVER_MAX_TRACKERS);
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE,
                            SHOAL_PROBLEM_TRACKER_ADDRESS,
                            invalid,
                            "a tracker is given as an http, https or udp address");
}

ShoalProblem *
shoal_session_trackers_set (ShoalSessionEntry *entry, char **urls, guint64 serial)
{
  const char *const none[] = { NULL };
  const char       *invalid = NULL;
  ShoalDiscoverEdit result = shoal_discover_tracker_list_edit (
      entry->trackers, urls != NULL ? (const char *const *) urls : none, &invalid);

  if (result != SHOAL_DISCOVER_EDIT_DONE)
    return refuse (result, invalid);
  shoal_session_trackers_review_hosts (entry);
  shoal_session_swarm_save (entry);
  shoal_session_mark (entry, TRUE);
  shoal_session_keep_saved (entry, serial);
  return NULL;
}
