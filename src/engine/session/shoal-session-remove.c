/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"

/* A torrent goes: the intent is written down, it stops, its files go if asked, it is forgotten. */

void
shoal_session_hide (ShoalSessionEntry *entry, gboolean is_hidden)
{
  entry->row.removed_at = is_hidden ? g_get_real_time () / G_USEC_PER_SEC : 0;
  shoal_session_count (entry);
  shoal_store_set_removed (entry->session->store, entry->id, entry->row.removed_at, NULL, NULL);
  if (is_hidden)
    shoal_session_unlist (entry->session, entry->id);
  shoal_session_mark (entry, TRUE);
}

static void
forgotten_cb (gpointer user_data, const GError *error)
{
  ShoalSessionEntry *entry = user_data;
  ShoalSession      *self = entry->session;
  guint64            serial = entry->remove_serial;
  ShoalTorrentId     id = entry->id;

  if (serial != 0)
    shoal_session_answer (self,
                          serial,
                          id,
                          error != NULL ? shoal_torrent_problem_from_error (error, self->state_path)
                                        : NULL);
  shoal_session_entry_drop (entry);
}

void
shoal_session_remove_asleep (ShoalSessionEntry *entry)
{
  ShoalStoreIntent intent = { .kind = entry->remove_kind };

  entry->is_forgetting = TRUE;
  shoal_store_finish_intent (entry->session->store, entry->id, &intent, forgotten_cb, entry);
}

static void
begun_cb (gpointer user_data, const GError *error)
{
  ShoalSessionEntry *entry = user_data;

  if (error == NULL)
    entry->is_intent_saved = TRUE;
  else
    {
      entry->is_removing = entry->is_deleting = FALSE;
      if (entry->torrent != NULL)
        shoal_torrent_set_removing (entry->torrent, FALSE);
      shoal_session_answer (entry->session,
                            entry->remove_serial,
                            entry->id,
                            shoal_torrent_problem_from_error (error, entry->session->state_path));
      entry->remove_serial = 0;
      shoal_session_count (entry);
      shoal_session_mark (entry, TRUE);
    }
  shoal_session_entry_review (entry);
}

void
shoal_session_remove (ShoalSessionEntry *entry, guint64 serial, gboolean with_files)
{
  ShoalStoreIntent intent = { .kind = with_files ? SHOAL_STORE_INTENT_REMOVE_FILES
                                                 : SHOAL_STORE_INTENT_REMOVE };

  g_autoptr (ShoalProblem) gone =
      shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_NOT_FOUND, NULL, NULL);

  shoal_session_files_refuse_renames (entry, gone);
  entry->is_removing = TRUE;
  entry->is_deleting = with_files;
  entry->remove_kind = intent.kind;
  entry->remove_serial = serial;
  entry->row.options.paused = TRUE;
  shoal_session_entry_clear_problem (entry);
  shoal_session_count (entry);
  shoal_session_unlist (entry->session, entry->id);
  if (entry->torrent != NULL)
    shoal_torrent_set_removing (entry->torrent, TRUE);
  shoal_store_begin_intent (entry->session->store, entry->id, &intent, begun_cb, entry);
}
