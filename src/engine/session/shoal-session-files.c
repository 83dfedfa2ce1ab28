/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* What a person does with the files of a torrent, and what needs it awake and idle: they move, they
 * are called otherwise, they go; one is fetched before the others. */

static ShoalProblem *
make_problem (ShoalProblemCode code, const char *what, const char *subject)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, subject, what);
}

/* Answers; frees the command. */
static void
refuse (ShoalSession *self, ShoalCommand *command, ShoalProblem *problem)
{
  shoal_session_answer (self, command->serial, command->id, problem);
  shoal_command_free (command);
}

void
shoal_session_files_move (ShoalSessionEntry *entry, ShoalCommand *command)
{
  if (entry->move_serial != 0 || entry->wants_move || entry->is_moving)
    {
      refuse (entry->session,
              command,
              make_problem (
                  SHOAL_PROBLEM_BUSY, "its files are being changed already", entry->row.name));
      return;
    }
  if (!g_path_is_absolute (command->text))
    {
      refuse (entry->session,
              command,
              make_problem (SHOAL_PROBLEM_RELATIVE, "not an absolute path", command->text));
      return;
    }
  shoal_session_entry_clear_problem (entry);
  entry->move_serial = command->serial;
  entry->move_target = g_steal_pointer (&command->text);
  entry->wants_move = TRUE;
  shoal_command_free (command);
  shoal_session_entry_review (entry);
}

ShoalProblem *
shoal_session_files_cancel_move (ShoalSessionEntry *entry)
{
  if (entry->wants_move)
    {
      g_autoptr (ShoalProblem) cancelled = make_problem (SHOAL_PROBLEM_CANCELLED, NULL, NULL);

      shoal_session_end_move (entry, cancelled);
      shoal_session_entry_review (entry);
      return NULL;
    }
  if (entry->torrent == NULL || !shoal_torrent_cancel_move (entry->torrent))
    return make_problem (
        SHOAL_PROBLEM_NOT_MOVING, "its files are not being moved", entry->row.name);
  return NULL;
}

void
shoal_session_files_rename (ShoalSessionEntry *entry, ShoalCommand *command)
{
  if (entry->renames == NULL)
    entry->renames = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_command_free);
  g_ptr_array_add (entry->renames, command);
  shoal_session_entry_clear_problem (entry);
  shoal_session_entry_review (entry);
}

/* The first of those that wait is done, or will not be. Takes @problem over. */
static void
end_rename (ShoalSessionEntry *entry, ShoalProblem *problem)
{
  const ShoalCommand *command = g_ptr_array_index (entry->renames, 0);

  entry->is_renaming = FALSE;
  shoal_session_answer (entry->session, command->serial, entry->id, problem);
  g_ptr_array_remove_index (entry->renames, 0);
  if (entry->renames->len == 0)
    g_clear_pointer (&entry->renames, g_ptr_array_unref);
}

void
shoal_session_files_refuse (ShoalSessionEntry *entry)
{
  g_autoptr (ShoalProblem) stopping = make_problem (SHOAL_PROBLEM_STOPPING, NULL, NULL);

  shoal_session_files_refuse_renames (entry, stopping);
  if (entry->move_serial != 0)
    shoal_session_end_move (entry, stopping);
}

void
shoal_session_files_refuse_renames (ShoalSessionEntry *entry, const ShoalProblem *problem)
{
  guint n_under_way = entry->is_renaming ? 1 : 0;

  while (entry->renames != NULL && entry->renames->len > n_under_way)
    {
      const ShoalCommand *command = g_ptr_array_index (entry->renames, n_under_way);

      shoal_session_answer (
          entry->session, command->serial, entry->id, shoal_problem_ref (problem));
      g_ptr_array_remove_index (entry->renames, n_under_way);
      if (entry->renames->len == 0)
        g_clear_pointer (&entry->renames, g_ptr_array_unref);
    }
}

/* What the torrent knows of its row by now, where it differs. */
static void
take_row (ShoalSessionEntry *entry)
{
  const ShoalStoreRow *known = shoal_torrent_get_row (entry->torrent);
  ShoalStoreRow       *row = &entry->row;
  guint                i;

  if (!g_str_equal (row->save_path, known->save_path))
    row->save_path = g_string_chunk_insert (entry->texts, known->save_path);
  if (g_strcmp0 (row->root_name, known->root_name) != 0)
    row->root_name = g_string_chunk_insert (entry->texts, known->root_name);
  row->folder = known->folder;
  g_free (row->intents);
  row->intents = g_memdup2 (known->intents, known->n_intents * sizeof *known->intents);
  row->n_intents = known->n_intents;
  for (i = 0; i < row->n_intents; i++)
    {
      ShoalStoreIntent *intent = &row->intents[i];

      if (intent->source != NULL)
        intent->source = g_string_chunk_insert (entry->texts, intent->source);
      if (intent->target != NULL)
        intent->target = g_string_chunk_insert (entry->texts, intent->target);
    }
  shoal_session_mark (entry, TRUE);
}

void
shoal_session_files_changed (ShoalSessionEntry *entry, const ShoalProblem *problem)
{
  take_row (entry);
  if (entry->is_moving)
    shoal_session_end_move (entry, problem);
  else if (entry->is_purging)
    {
      entry->is_deleting = entry->is_purging = FALSE;
      if (problem != NULL)
        g_message ("some files of «%s» could not be deleted", entry->row.name);
    }
  shoal_session_entry_review (entry);
}

void
shoal_session_files_renamed (ShoalSessionEntry *entry, const ShoalProblem *problem)
{
  take_row (entry);
  if (entry->is_renaming)
    end_rename (entry, problem != NULL ? shoal_problem_ref (problem) : NULL);
  shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

/* The torrent's files cannot be opened, so they cannot be moved either. */
static void
refuse_move (ShoalSessionEntry *entry)
{
  const ShoalProblem *known = shoal_torrent_get_problem (entry->torrent);
  g_autoptr (ShoalProblem) problem =
      known != NULL ? shoal_problem_ref (known) : make_problem (SHOAL_PROBLEM_STOPPING, NULL, NULL);

  shoal_session_end_move (entry, problem);
}

static void
start_rename (ShoalSessionEntry *entry)
{
  const ShoalCommand *command = g_ptr_array_index (entry->renames, 0);
  ShoalTorrentRename  rename = { .file = (guint) command->number,
                                 .folder = command->text2,
                                 .name = command->text };
  ShoalProblem       *problem = NULL;

  entry->is_renaming = shoal_torrent_rename (entry->torrent, &rename, &problem);
  if (entry->is_renaming)
    return;
  end_rename (entry, problem);
  shoal_net_reactor_defer (entry->session->reactor, &entry->reviewing);
}

void
shoal_session_files_review (ShoalSessionEntry *entry)
{
  if (entry->is_deleting && entry->is_intent_saved)
    {
      if (shoal_session_find_shared (entry))
        return;
      entry->is_purging = shoal_torrent_remove_files (entry->torrent, entry->kept);
      entry->is_deleting = entry->is_purging; /* or its files were never opened */
    }
  else if (entry->is_removing)
    return;
  else if (entry->wants_move)
    {
      entry->wants_move = FALSE;
      entry->is_moving = shoal_torrent_move (entry->torrent, entry->move_target);
      if (!entry->is_moving)
        refuse_move (entry);
    }
  else if (entry->renames != NULL && !entry->is_renaming)
    start_rename (entry);
}

/* Of one that sleeps nobody knows which files are wanted: it is as if others had been chosen. */
static void
play_asleep (ShoalSessionEntry *entry, guint file)
{
  if (file == G_MAXUINT)
    return;
  entry->is_rechosen = TRUE;
  shoal_session_entry_save_stats (entry);
}

ShoalProblem *
shoal_session_files_play_first (ShoalSessionEntry *entry, guint file)
{
  if (file != G_MAXUINT && entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    return make_problem (
        SHOAL_PROBLEM_DETAILS_MISSING, "its files are not known yet", entry->row.name);
  if (file != G_MAXUINT && entry->n_files > 0 && file >= entry->n_files)
    return make_problem (SHOAL_PROBLEM_NO_FILE, "no such file in the torrent", entry->row.name);
  if (entry->torrent != NULL && !entry->is_stopping)
    {
      if (!shoal_torrent_play_first (entry->torrent, file))
        return make_problem (SHOAL_PROBLEM_NO_FILE, "no such file in the torrent", entry->row.name);
      file = shoal_torrent_get_play_first (entry->torrent); /* it may be there already */
    }
  else
    play_asleep (entry, file);
  entry->row.options.play_first = file + 1;
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
  return NULL;
}

void
shoal_session_files_review_play (ShoalSessionEntry *entry)
{
  guint file = shoal_torrent_get_play_first (entry->torrent);

  if (entry->row.options.play_first == file + 1)
    return;
  entry->row.options.play_first = file + 1;
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
}
