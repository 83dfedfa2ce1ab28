/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* What a person asks for: one line a command, each carried out by a function that answers it. */

static ShoalProblem *
no_such_torrent (void)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_NOT_FOUND, NULL, NULL);
}

static ShoalProblem *
make_problem (ShoalProblemCode code, const char *what, const char *subject)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, subject, what);
}

/* Answers; frees the command. */
static void
done (ShoalSession *self, ShoalCommand *command, ShoalProblem *problem)
{
  shoal_session_answer (self, command->serial, command->id, problem);
  shoal_command_free (command);
}

static ShoalProblem *
set_paused (ShoalSessionEntry *entry, gboolean is_paused)
{
  entry->row.options.paused = is_paused;
  if (!is_paused && entry->row.metainfo_kind != SHOAL_STORE_METAINFO_NONE)
    {
      entry->row.options.asks = FALSE; /* whoever starts it has chosen */
      if (entry->torrent != NULL)
        shoal_torrent_set_asking (entry->torrent, FALSE);
    }
  if (!is_paused || entry->is_missing)
    shoal_session_entry_clear_problem (entry);
  if (!is_paused && entry->torrent != NULL)
    shoal_torrent_retry (entry->torrent, FALSE);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
  return NULL;
}

static ShoalProblem *
set_seed (ShoalSessionEntry *entry, gboolean is_seed)
{
  shoal_session_seeding_set_seed (entry, is_seed);
  return NULL;
}

static ShoalProblem *
set_goals (ShoalSessionEntry *entry, const ShoalSeedGoals *goals)
{
  shoal_session_seeding_set_goals (entry, goals);
  return NULL;
}

static ShoalProblem *
set_sequential (ShoalSessionEntry *entry, gboolean is_sequential)
{
  entry->row.options.sequential = is_sequential;
  if (entry->torrent != NULL)
    shoal_torrent_set_sequential (entry->torrent, is_sequential);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
  return NULL;
}

static ShoalProblem *
set_limits (ShoalSessionEntry *entry, guint64 down_bps, guint64 up_bps)
{
  entry->row.options.down_limit_bps = down_bps;
  entry->row.options.up_limit_bps = up_bps;
  if (entry->torrent != NULL)
    shoal_torrent_set_limits (entry->torrent, down_bps, up_bps);
  shoal_session_entry_review_limits (entry);
  shoal_session_entry_save (entry);
  shoal_session_mark (entry, TRUE);
  return NULL;
}

static void
save_priorities (ShoalSessionEntry *entry, const GArray *files, ShoalFilePriority priority)
{
  g_autoptr (GArray) rows = shoal_store_priorities_new (files, (int) priority);

  shoal_store_set_priorities (
      entry->session->store, entry->id, (const ShoalStoreFile *) rows->data, rows->len, NULL, NULL);
}

/* A sleeping torrent has its priorities in the state alone. What of it is wanted and there is not
 * known any more: it wakes to find out, with the next start if it is paused now. */
static ShoalProblem *
set_priorities (ShoalSessionEntry *entry, const GArray *files, ShoalFilePriority priority)
{
  if (entry->row.metainfo_kind == SHOAL_STORE_METAINFO_NONE)
    return make_problem (
        SHOAL_PROBLEM_DETAILS_MISSING, "its files are not known yet", entry->row.name);
  if (entry->torrent != NULL && !entry->is_stopping)
    return shoal_torrent_set_priorities (entry->torrent, files, priority)
               ? NULL
               : make_problem (
                     SHOAL_PROBLEM_NO_FILE, "no such file in the torrent", entry->row.name);
  save_priorities (entry, files, priority);
  entry->is_stale = entry->is_loading;
  entry->is_rechosen = TRUE;
  shoal_session_entry_save_stats (entry);
  shoal_session_entry_review (entry);
  return NULL;
}

static ShoalProblem *
verify (ShoalSessionEntry *entry)
{
  shoal_session_entry_clear_problem (entry);
  if (entry->torrent != NULL && !entry->is_stopping)
    shoal_torrent_verify (entry->torrent);
  else
    entry->wants_check = TRUE;
  shoal_session_entry_review (entry);
  return NULL;
}

static ShoalProblem *
retry (ShoalSessionEntry *entry)
{
  shoal_session_entry_clear_problem (entry);
  if (entry->torrent != NULL)
    shoal_torrent_retry (entry->torrent, TRUE);
  shoal_session_entry_review (entry);
  return NULL;
}

static ShoalProblem *
announce (ShoalSessionEntry *entry)
{
  if (!entry->is_announced)
    return make_problem (SHOAL_PROBLEM_INACTIVE, "the torrent is not active", entry->row.name);
  shoal_discover_tracker_list_announce_now (entry->trackers);
  return NULL;
}

static ShoalProblem *
add_peer (ShoalSessionEntry *entry, const char *text, guint64 serial)
{
  g_autofree char *host = NULL;
  guint16          port;
  ShoalBaseAddress address;

  if (!shoal_base_address_split_host_port (text, &host, &port))
    return make_problem (
        SHOAL_PROBLEM_PEER_ADDRESS, "a peer is given as HOST:PORT or [IPV6]:PORT", text);
  if (entry->torrent != NULL && shoal_base_address_parse (&address, text) &&
      shoal_torrent_has_banned (entry->torrent, &address))
    return make_problem (SHOAL_PROBLEM_PEER_BANNED, "the peer is banned from this torrent", text);
  if (!shoal_session_entry_hint (entry, text, serial))
    return make_problem (SHOAL_PROBLEM_INACTIVE, "the torrent is not active", entry->row.name);
  return NULL;
}

static ShoalProblem *
add_tracker (ShoalSessionEntry *entry, const char *url)
{
  if (!entry->row.has_tiers)
    return make_problem (SHOAL_PROBLEM_INACTIVE, "the torrent is not active", entry->row.name);
  if (!shoal_session_swarm_add_tracker (entry, url))
    return make_problem (
        SHOAL_PROBLEM_TRACKER_ADDRESS, "a tracker is given as an http, https or udp address", url);
  return NULL;
}

static ShoalProblem *
watch (ShoalSessionEntry *entry, ShoalWatch what)
{
  entry->watch = what;
  if (entry->torrent != NULL)
    shoal_torrent_set_watch (entry->torrent, what | entry->session->watch);
  shoal_session_mark (entry, TRUE);
  shoal_session_entry_review (entry);
  return NULL;
}

/* id 0: the events of all. */
static void
watch_all (ShoalSession *self, ShoalWatch what)
{
  self->watch = what & SHOAL_WATCH_EVENTS;
  SHOAL_BASE_LIST_FOREACH (&self->awake, node)
  {
    ShoalSessionEntry *entry = SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, awake);

    shoal_torrent_set_watch (entry->torrent, entry->watch | self->watch);
  }
}

static ShoalProblem *
set_encryption (ShoalSessionEntry *entry, guint64 encryption)
{
  if (encryption > SHOAL_ENCRYPTION_REQUIRE + 1)
    return make_problem (SHOAL_PROBLEM_INVALID, "no such way to encrypt", entry->row.name);
  shoal_session_entry_set_encryption (entry, (int) encryption - 1);
  return NULL;
}

/* Changes of what only the state keeps: answered when it has them; and a peer, whose name may have
 * to be asked for first. */
static ShoalProblem *
begin (ShoalSessionEntry *entry, const ShoalCommand *command)
{
  if (command->kind == SHOAL_COMMAND_ADD_PEER)
    return add_peer (entry, command->text, command->serial);
  if (command->kind == SHOAL_COMMAND_SET_TRACKERS)
    return shoal_session_trackers_set (entry, command->words, command->serial);
  if (command->kind == SHOAL_COMMAND_SET_LABELS)
    return shoal_session_labels_set (entry, command->words, command->serial);
  if (command->kind == SHOAL_COMMAND_BAN_PEER)
    return shoal_session_bans_add (entry, command->text, command->serial);
  return shoal_session_bans_drop (entry, command->text, command->serial);
}

static gboolean
is_answered_later (ShoalCommandKind kind)
{
  return kind == SHOAL_COMMAND_ADD_PEER || kind == SHOAL_COMMAND_SET_TRACKERS ||
         kind == SHOAL_COMMAND_SET_LABELS || kind == SHOAL_COMMAND_BAN_PEER ||
         kind == SHOAL_COMMAND_UNBAN_PEER;
}

/* Takes @command over. */
static void
begin_or_refuse (ShoalSession *self, ShoalSessionEntry *entry, ShoalCommand *command)
{
  ShoalProblem *problem = begin (entry, command);

  if (problem != NULL)
    done (self, command, problem);
  else
    shoal_command_free (command);
}

/* Those that concern one torrent and are answered at once. */
static ShoalProblem *
carry_out (ShoalSessionEntry *entry, const ShoalCommand *command)
{
  switch (command->kind)
    {
    case SHOAL_COMMAND_HIDE:
      shoal_session_hide (entry, command->flag);
      shoal_session_entry_review (entry);
      return NULL;
    case SHOAL_COMMAND_SET_PAUSED:
      return set_paused (entry, command->flag);
    case SHOAL_COMMAND_SET_SEED:
      return set_seed (entry, command->flag);
    case SHOAL_COMMAND_SET_GOALS:
      return set_goals (entry, command->flag ? &command->goals : NULL);
    case SHOAL_COMMAND_SET_SEQUENTIAL:
      return set_sequential (entry, command->flag);
    case SHOAL_COMMAND_SET_PRIORITIES:
      return set_priorities (entry, command->files, (ShoalFilePriority) command->number);
    case SHOAL_COMMAND_SET_LIMITS:
      return set_limits (entry, command->number, command->number2);
    case SHOAL_COMMAND_VERIFY:
      return verify (entry);
    case SHOAL_COMMAND_RETRY:
      return retry (entry);
    case SHOAL_COMMAND_ANNOUNCE:
      return announce (entry);
    case SHOAL_COMMAND_ADD_TRACKER:
      return add_tracker (entry, command->text);
    case SHOAL_COMMAND_WATCH:
      return watch (entry, (ShoalWatch) command->number);
    case SHOAL_COMMAND_CANCEL_MOVE:
      return shoal_session_files_cancel_move (entry);
    case SHOAL_COMMAND_SET_ENCRYPTION:
      return set_encryption (entry, command->number);
    case SHOAL_COMMAND_PLAY_FIRST:
      return shoal_session_files_play_first (entry, (guint) command->number);
    case SHOAL_COMMAND_ADD_PEER:
    case SHOAL_COMMAND_SET_TRACKERS:
    case SHOAL_COMMAND_BAN_PEER:
    case SHOAL_COMMAND_UNBAN_PEER:
    case SHOAL_COMMAND_SET_LABELS:
    case SHOAL_COMMAND_INSPECT:
    case SHOAL_COMMAND_ADD:
    case SHOAL_COMMAND_ENQUEUE:
    case SHOAL_COMMAND_SEARCH:
    case SHOAL_COMMAND_REMOVE:
    case SHOAL_COMMAND_MOVE:
    case SHOAL_COMMAND_RENAME:
    case SHOAL_COMMAND_SETTINGS:
    case SHOAL_COMMAND_QUIT:
      break;
    }
  g_return_val_if_reached (NULL);
}

/* Those that need the state to have been read. Takes @command over. */
static void
command_torrent (ShoalSession *self, ShoalCommand *command)
{
  ShoalSessionEntry *entry = shoal_session_find (self, command->id);
  guint64            serial = command->serial;
  gboolean           flag = command->flag;

  if (entry == NULL || entry->is_removing)
    done (self, command, no_such_torrent ());
  else if (command->kind == SHOAL_COMMAND_MOVE)
    shoal_session_files_move (entry, command);
  else if (command->kind == SHOAL_COMMAND_RENAME)
    shoal_session_files_rename (entry, command);
  else if (is_answered_later (command->kind))
    begin_or_refuse (self, entry, command);
  else if (command->kind == SHOAL_COMMAND_REMOVE)
    {
      shoal_command_free (command);
      shoal_session_remove (entry, serial, flag);
    }
  else
    done (self, command, carry_out (entry, command));
}

static void
command_session (ShoalSession *self, ShoalCommand *command)
{
  if (command->kind == SHOAL_COMMAND_SETTINGS)
    shoal_session_apply_settings (self, g_steal_pointer (&command->settings));
  else if (command->kind == SHOAL_COMMAND_QUIT)
    shoal_session_quit (self);
  else
    watch_all (self, (ShoalWatch) command->number);
  done (self, command, NULL);
}

static void
run_command (ShoalSession *self, ShoalCommand *command)
{
  gboolean is_general = command->kind == SHOAL_COMMAND_SETTINGS ||
                        command->kind == SHOAL_COMMAND_QUIT ||
                        (command->kind == SHOAL_COMMAND_WATCH && command->id.value == 0);

  self->last_serial = MAX (self->last_serial, command->serial);
  if (is_general)
    command_session (self, command);
  else if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    done (self,
          command,
          shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, NULL, NULL));
  else if (command->kind == SHOAL_COMMAND_INSPECT)
    shoal_session_inspect (self, command);
  else if (command->kind == SHOAL_COMMAND_ADD)
    shoal_session_add (self, command);
  else if (command->kind == SHOAL_COMMAND_SEARCH)
    shoal_session_search (self, command);
  else if (command->kind == SHOAL_COMMAND_ENQUEUE)
    shoal_session_line_enqueue (self, command);
  else
    command_torrent (self, command);
}

void
shoal_session_command (ShoalSession *self, ShoalCommand *command)
{
  /* What is asked for before the list was read waits for it, in order. */
  if (self->phase == SHOAL_SESSION_PHASE_LOADING && command->kind != SHOAL_COMMAND_QUIT)
    g_ptr_array_add (self->early, command);
  else
    run_command (self, command);
}

void
shoal_session_run_early (ShoalSession *self)
{
  g_autoptr (GPtrArray) early = g_steal_pointer (&self->early);
  guint i;

  self->early = g_ptr_array_new ();
  for (i = 0; i < early->len; i++)
    run_command (self, g_ptr_array_index (early, i));
}
