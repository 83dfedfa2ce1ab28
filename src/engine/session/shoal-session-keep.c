/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"

/* Answers that wait until what was asked for is in the state. */

typedef struct
{
  ShoalSession  *session;
  ShoalTorrentId id;
  guint64        serial;
} Keep;

gpointer
shoal_session_keep (ShoalSessionEntry *entry, guint64 serial)
{
  Keep *keep = g_new0 (Keep, 1);

  keep->session = entry->session;
  keep->id = entry->id;
  keep->serial = serial;
  return keep;
}

void
shoal_session_kept_cb (gpointer user_data, const GError *error)
{
  g_autofree Keep *keep = user_data;
  ShoalSession    *self = keep->session;

  shoal_session_answer (self,
                        keep->serial,
                        keep->id,
                        error != NULL ? shoal_torrent_problem_from_error (error, self->state_path)
                                      : NULL);
}

void
shoal_session_keep_saved (ShoalSessionEntry *entry, guint64 serial)
{
  shoal_store_flush (
      entry->session->store, shoal_session_kept_cb, shoal_session_keep (entry, serial));
}
