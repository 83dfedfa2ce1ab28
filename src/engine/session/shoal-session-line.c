/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

#include "torrent/shoal-torrent-problem.h"

/* What the queue is told of the entries, and they of it. Whoever is reviewed says what he wants of
 * it; whom that concerns is reviewed in turn. */

/* Who moves nothing for so long gives up the place that another waits for. */
#define STALL_USEC (60 * (gint64) G_USEC_PER_SEC)

static ShoalSessionEntry *
to_entry (ShoalSessionQueueNode *node)
{
  return SHOAL_BASE_LIST_ENTRY (node, ShoalSessionEntry, line);
}

static gint64
get_now (const ShoalSession *self)
{
  return shoal_net_reactor_get_now (self->reactor);
}

gboolean
shoal_session_line_lets (const ShoalSessionEntry *entry)
{
  return entry->session->settings->hold == SHOAL_HOLD_NONE &&
         shoal_session_queue_lets (&entry->line);
}

/* While everything rests nobody can be asked what he has moved. */
static void
plan (ShoalSession *self)
{
  gint64 due_usec = shoal_session_queue_get_due (self->line);

  if (due_usec == G_MAXINT64 || self->settings->hold != SHOAL_HOLD_NONE)
    shoal_net_reactor_timer_clear (self->reactor, &self->line_timer);
  else
    shoal_net_reactor_timer_set (self->reactor, &self->line_timer, due_usec);
}

/* @reviewed is under review already; NULL: nobody. */
static void
settle (ShoalSession *self, const ShoalSessionEntry *reviewed)
{
  ShoalSessionQueueNode *node;

  if (!self->is_line_open)
    return;
  while ((node = shoal_session_queue_step (self->line, get_now (self))) != NULL)
    {
      ShoalSessionEntry *entry = to_entry (node);

      shoal_session_mark (entry, TRUE);
      if (entry != reviewed)
        shoal_net_reactor_defer (self->reactor, &entry->reviewing);
    }
  plan (self);
}

/* That it was in vain is known after a restart as well. */
static void
keep_late (ShoalSessionEntry *entry)
{
  if (entry->row.options.is_late == entry->line.is_late)
    return;
  entry->row.options.is_late = entry->line.is_late;
  shoal_session_entry_save (entry);
}

/* One that is being checked, or whose files cannot be had, keeps what it was until it is known what
 * there is of it. One that was nothing waits for its turn meanwhile. */
static ShoalSessionQueueKind
choose_kind (const ShoalSessionEntry *entry)
{
  if (!shoal_session_entry_wants_part (entry) || entry->row.options.asks ||
      (entry->problem != NULL && !entry->is_missing))
    return SHOAL_SESSION_QUEUE_NONE;
  if (entry->torrent != NULL && entry->line.kind != SHOAL_SESSION_QUEUE_NONE &&
      (shoal_torrent_is_busy (entry->torrent) ||
       shoal_torrent_get_problem (entry->torrent) != NULL))
    return (ShoalSessionQueueKind) entry->line.kind;
  return shoal_session_entry_is_complete (entry) ? SHOAL_SESSION_QUEUE_SEEDS
                                                 : SHOAL_SESSION_QUEUE_DOWNLOADS;
}

void
shoal_session_line_review (ShoalSessionEntry *entry)
{
  ShoalSession         *self = entry->session;
  ShoalSessionQueueKind kind;

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING || !entry->is_counted)
    return;
  kind = choose_kind (entry);
  if (kind == entry->line.kind)
    return;
  shoal_session_queue_set_kind (self->line, &entry->line, kind, get_now (self));
  keep_late (entry);
  settle (self, entry);
}

void
shoal_session_line_note (ShoalSessionEntry *entry)
{
  ShoalSession *self = entry->session;

  if (entry->line.state != SHOAL_SESSION_QUEUE_BESIDE || entry->torrent == NULL ||
      self->phase != SHOAL_SESSION_PHASE_RUNNING ||
      !shoal_session_queue_on_moved (
          self->line, &entry->line, shoal_torrent_get_moved_usec (entry->torrent), get_now (self)))
    return;
  keep_late (entry);
  settle (self, NULL);
}

gint64
shoal_session_line_get_free_position (const ShoalSession *self, gboolean is_first)
{
  return shoal_session_queue_get_free_position (self->line, is_first);
}

static void
timer_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession          *self = owner;
  ShoalSessionQueueNode *node;

  if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    return;
  while ((node = shoal_session_queue_peek_due (self->line, now_usec)) != NULL)
    {
      ShoalSessionEntry *entry = to_entry (node);

      shoal_session_queue_on_due (
          self->line,
          node,
          entry->torrent != NULL ? shoal_torrent_get_moved_usec (entry->torrent) : 0,
          now_usec);
      keep_late (entry);
    }
  settle (self, NULL);
}

/* Who waits for the answer to a move; gone with it. */
typedef struct
{
  ShoalSession *session;
  guint64       serial; /* 0: nobody does */
} MoveJob;

static void
saved_cb (gpointer user_data, const GError *error)
{
  MoveJob      *job = user_data;
  ShoalSession *self = job->session;
  ShoalProblem *problem =
      error != NULL ? shoal_torrent_problem_from_error (error, self->state_path) : NULL;

  if (job->serial != 0)
    shoal_session_answer (self, job->serial, (ShoalTorrentId){ 0 }, problem);
  else if (problem != NULL)
    shoal_session_set_problem (self, problem);
  g_free (job);
}

static void
save_positions (ShoalSession *self, const GPtrArray *moved, guint64 serial)
{
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ShoalStorePosition));
  MoveJob *job = g_new0 (MoveJob, 1);
  guint    i;

  for (i = 0; i < moved->len; i++)
    {
      ShoalSessionEntry *entry = to_entry (g_ptr_array_index (moved, i));
      ShoalStorePosition row = { entry->id, entry->line.position };

      entry->row.options.queue_position = row.position;
      g_array_append_val (rows, row);
      shoal_session_mark (entry, TRUE);
    }
  job->session = self;
  job->serial = serial;
  shoal_store_set_positions (
      self->store, (const ShoalStorePosition *) rows->data, rows->len, saved_cb, job);
}

/* The state is in order, but may have the same position twice. */
static void
take_listed (ShoalSessionEntry *entry)
{
  shoal_session_queue_append (entry->session->line, &entry->line);
  entry->row.options.queue_position = entry->line.position;
}

static void
come_back (ShoalSessionEntry *entry)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();

  shoal_session_queue_insert (entry->session->line, &entry->line, moved);
  if (moved->len > 0)
    save_positions (entry->session, moved, 0);
}

void
shoal_session_line_list (ShoalSessionEntry *entry)
{
  ShoalSession *self = entry->session;

  if (entry->is_counted == shoal_base_list_is_linked (&entry->line.order))
    return;
  if (!entry->is_counted)
    {
      shoal_session_queue_remove (self->line, &entry->line);
      settle (self, NULL);
    }
  else if (self->is_listed)
    come_back (entry);
  else
    take_listed (entry);
}

/* @nodes: of entries in the line. */
static void
move (ShoalSession          *self,
      const GPtrArray       *nodes,
      ShoalQueuePlace        place,
      ShoalSessionQueueNode *before,
      guint64                serial)
{
  g_autoptr (GPtrArray) moved = g_ptr_array_new ();
  guint i;

  shoal_session_queue_move (
      self->line, (ShoalSessionQueueNode **) nodes->pdata, nodes->len, place, before, moved);
  for (i = 0; i < nodes->len; i++)
    keep_late (to_entry (g_ptr_array_index (nodes, i)));
  save_positions (self, moved, serial);
  settle (self, NULL);
}

void
shoal_session_line_raise (ShoalSessionEntry *entry)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();

  g_ptr_array_add (nodes, &entry->line);
  if (entry->is_counted)
    move (entry->session, nodes, SHOAL_QUEUE_TOP, NULL, 0);
}

static ShoalSessionQueueNode *
find_node (ShoalSession *self, ShoalTorrentId id)
{
  ShoalSessionEntry *entry = shoal_session_find (self, id);

  return entry != NULL && entry->is_counted ? &entry->line : NULL;
}

static ShoalProblem *
use_problem (ShoalProblemCode code, const char *what)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_USE, code, NULL, what);
}

/* NULL: the answer comes later. */
static ShoalProblem *
enqueue (ShoalSession *self, const ShoalCommand *command)
{
  g_autoptr (GPtrArray) nodes = g_ptr_array_new ();
  ShoalSessionQueueNode *before = find_node (self, command->id);
  guint                  i;

  if (command->ids == NULL || command->number > SHOAL_QUEUE_BEFORE)
    return use_problem (SHOAL_PROBLEM_INVALID, "no place in the queue");
  for (i = 0; i < command->ids->len; i++)
    {
      ShoalSessionQueueNode *node =
          find_node (self, g_array_index (command->ids, ShoalTorrentId, i));

      if (node != NULL)
        g_ptr_array_add (nodes, node);
    }
  if (nodes->len == 0 ||
      (command->number == SHOAL_QUEUE_BEFORE && command->id.value != 0 && before == NULL))
    return use_problem (SHOAL_PROBLEM_NOT_FOUND, NULL);
  move (self, nodes, (ShoalQueuePlace) command->number, before, command->serial);
  return NULL;
}

void
shoal_session_line_enqueue (ShoalSession *self, ShoalCommand *command)
{
  ShoalProblem *problem = enqueue (self, command);

  if (problem != NULL)
    shoal_session_answer (self, command->serial, (ShoalTorrentId){ 0 }, problem);
  shoal_command_free (command);
}

static void
take_limits (ShoalSession *self)
{
  shoal_session_queue_set_limit (
      self->line, SHOAL_SESSION_QUEUE_DOWNLOADS, self->settings->max_downloading);
  shoal_session_queue_set_limit (
      self->line, SHOAL_SESSION_QUEUE_SEEDS, self->settings->max_seeding);
}

void
shoal_session_line_open (ShoalSession *self)
{
  self->is_line_open = TRUE;
  settle (self, NULL);
}

void
shoal_session_line_apply_settings (ShoalSession *self, const ShoalSettings *before)
{
  GHashTableIter iter;
  gpointer       value;

  take_limits (self);
  if (self->phase != SHOAL_SESSION_PHASE_RUNNING)
    return;
  if (before->hold != self->settings->hold)
    {
      shoal_session_queue_forgive (self->line, get_now (self));
      g_hash_table_iter_init (&iter, self->entries);
      while (g_hash_table_iter_next (&iter, NULL, &value))
        {
          shoal_session_mark (value, TRUE);
          shoal_session_entry_review (value);
        }
    }
  settle (self, NULL);
}

void
shoal_session_line_init (ShoalSession *self, gint64 stall_usec)
{
  self->line = shoal_session_queue_new (stall_usec != 0 ? stall_usec : STALL_USEC);
  shoal_net_reactor_timer_init (&self->line_timer, timer_cb, self);
  take_limits (self);
}
