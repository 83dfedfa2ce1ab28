/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"

/* Searches over the names of files. The database does them: nobody else knows the files of torrents
 * that sleep. */

typedef struct
{
  ShoalSession *session;
  guint64       serial;
} Search;

/* What is on its way out is not found. */
static void
drop_hidden (ShoalSession *self, GArray *ids)
{
  guint n = 0, i;

  for (i = 0; i < ids->len; i++)
    {
      ShoalTorrentId     id = g_array_index (ids, ShoalTorrentId, i);
      ShoalSessionEntry *entry = shoal_session_find (self, id);

      if (entry != NULL && !shoal_session_entry_is_hidden (entry))
        g_array_index (ids, ShoalTorrentId, n++) = id;
    }
  g_array_set_size (ids, n);
}

static void
found_cb (gpointer user_data, GArray *ids, const GError *error)
{
  g_autofree Search *search = user_data;
  ShoalSession      *self = search->session;
  ShoalAnswer       *answer = shoal_answer_new (search->serial, (ShoalTorrentId){ 0 });

  if (error != NULL)
    answer->problem = shoal_torrent_problem_from_error (error, self->state_path);
  if (ids != NULL)
    drop_hidden (self, ids);
  answer->found = ids;
  shoal_session_answer_with (self, answer);
}

void
shoal_session_search (ShoalSession *self, ShoalCommand *command)
{
  Search *search = g_new0 (Search, 1);

  search->session = self;
  search->serial = command->serial;
  shoal_store_search (self->store, command->text != NULL ? command->text : "", found_cb, search);
  shoal_command_free (command);
}
