/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-private.h"

/* The end: torrents stop and make everything durable, trackers are told, the state is closed. All
 * of it has one deadline; the data is safe before any tracker is told. */

#define DEADLINE_USEC   (9 * G_USEC_PER_SEC / 2)
#define LAST_WORDS_USEC (4 * G_USEC_PER_SEC)
#define DISK_STOP_USEC  (G_USEC_PER_SEC / 4)

static void
finish (ShoalSession *self)
{
  g_autoptr (GPtrArray) stuck = g_ptr_array_new_with_free_func (g_free);
  guint i;

  if (self->phase == SHOAL_SESSION_PHASE_STOPPED)
    return;
  shoal_net_reactor_timer_clear (self->reactor, &self->deadline);
  if (!shoal_disk_queue_stop (self->disk, self->disk_stop_usec, stuck))
    self->is_stuck = TRUE;
  for (i = 0; i < stuck->len; i++)
    g_message ("left behind at the end: %s", (const char *) g_ptr_array_index (stuck, i));
  self->phase = SHOAL_SESSION_PHASE_STOPPED;
  shoal_session_run_early (self);
  shoal_session_publish_last (self);
}

static void
closed_cb (gpointer user_data, const GError *error)
{
  ShoalSession *self = user_data;

  if (error != NULL)
    g_message ("the state could not be closed: %s", error->message);
  finish (self);
}

static void
close_state (ShoalSession *self, gboolean is_clean)
{
  shoal_session_dht_save (self);
  self->phase = SHOAL_SESSION_PHASE_CLOSING;
  shoal_store_close (self->store, is_clean, closed_cb, self);
}

void
shoal_session_quit_last_word (ShoalSession *self)
{
  if (self->phase == SHOAL_SESSION_PHASE_LAST_WORDS && self->has_told_trackers &&
      self->mappings_ending->len == 0)
    close_state (self, TRUE);
}

static void
last_words_cb (gpointer owner)
{
  ShoalSession *self = owner;

  self->has_told_trackers = TRUE;
  shoal_session_quit_last_word (self);
}

/* Somebody does not come to an end: what is known is committed, the rest is left as after a crash.
 */
static void
deadline_cb (gpointer owner, gint64 now_usec)
{
  ShoalSession *self = owner;

  if (self->phase == SHOAL_SESSION_PHASE_STOPPING)
    {
      self->is_stuck = TRUE;
      shoal_net_reactor_timer_set (self->reactor, &self->deadline, now_usec + G_USEC_PER_SEC / 4);
      close_state (self, FALSE);
    }
  else
    finish (self);
}

static gboolean
is_anybody_awake (ShoalSession *self)
{
  return self->n_loading > 0 || !shoal_base_list_is_empty (&self->awake);
}

void
shoal_session_quit_advance (ShoalSession *self)
{
  gint64 left_usec;

  if (self->phase != SHOAL_SESSION_PHASE_STOPPING || is_anybody_awake (self))
    return;
  self->phase = SHOAL_SESSION_PHASE_LAST_WORDS;
  left_usec = self->deadline.node.key - shoal_net_reactor_get_now (self->reactor);
  shoal_discover_announcer_finish (
      self->announcer, CLAMP (left_usec, 1, LAST_WORDS_USEC), last_words_cb, self);
}

void
shoal_session_quit (ShoalSession *self)
{
  GHashTableIter iter;
  gpointer       value;

  if (self->phase >= SHOAL_SESSION_PHASE_STOPPING)
    return;
  if (!self->is_listed)
    {
      self->phase = SHOAL_SESSION_PHASE_CLOSING;
      shoal_net_reactor_timer_set (self->reactor,
                                   &self->deadline,
                                   shoal_net_reactor_get_now (self->reactor) + self->stop_usec);
      close_state (self, FALSE);
      return;
    }
  self->phase = SHOAL_SESSION_PHASE_STOPPING;
  shoal_net_reactor_timer_set (
      self->reactor, &self->deadline, shoal_net_reactor_get_now (self->reactor) + self->stop_usec);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      ShoalSessionEntry *entry = value;

      shoal_session_visitors_turn_away (entry);
      if (entry->torrent == NULL)
        shoal_session_files_refuse (entry);
      if (entry->heirs != NULL)
        shoal_session_add_heirs (self, g_steal_pointer (&entry->heirs));
    }
  shoal_session_network_clear (self);
  shoal_session_lsd_review (self);
  shoal_session_mapping_review (self);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    shoal_session_entry_review (value);
  shoal_session_quit_advance (self);
}

void
shoal_session_quit_init (ShoalSession *self, gint64 stop_usec)
{
  self->stop_usec = stop_usec != 0 ? stop_usec : DEADLINE_USEC;
  self->disk_stop_usec = stop_usec != 0 ? stop_usec : DISK_STOP_USEC;
  shoal_net_reactor_timer_init (&self->deadline, deadline_cb, self);
}
