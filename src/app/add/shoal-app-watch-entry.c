/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-watch-private.h"

#include "app/shoal-app-settings.h"

/* So many files are read and added at a time, and so many wait in the dialog when somebody is
 * asked. */
#define MAX_ADDING 16
#define MAX_ASKED  100

static GSettings *
get_settings (ShoalAppWatch *self)
{
  return shoal_app_session_get_settings (self->session);
}

void
shoal_app_watch_entry_free (gpointer data)
{
  ShoalAppWatchEntry *entry = data;

  g_clear_object (&entry->source);
  shoal_app_watch_file_free (entry->file);
  g_free (entry);
}

static ShoalAppWatchFile *
copy_file (const ShoalAppWatchFile *file)
{
  return shoal_app_watch_file_new (file->name, file->size, file->mtime_usec);
}

static ShoalAppWatchAfter
get_after (ShoalAppWatch *self)
{
  g_autofree char *word = g_settings_get_string (get_settings (self), SHOAL_APP_KEY_WATCH_AFTER);

  if (g_str_equal (word, "rename"))
    return SHOAL_APP_WATCH_RENAME;
  return g_str_equal (word, "trash") ? SHOAL_APP_WATCH_TRASH : SHOAL_APP_WATCH_LEAVE;
}

static void
drop_source (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  if (entry->source == NULL)
    return;
  g_signal_handlers_disconnect_by_data (entry->source, entry);
  g_clear_object (&entry->source);
  self->n_sources--;
  self->n_asked -= entry->state == SHOAL_APP_WATCH_ENTRY_ASKED;
}

static void
settle (ShoalAppWatch *self, ShoalAppWatchEntry *entry, ShoalAppWatchAfter after)
{
  drop_source (self, entry);
  entry->state = SHOAL_APP_WATCH_ENTRY_SETTLED;
  entry->generation = self->generation + 1;
  g_ptr_array_add (self->settled, shoal_app_watch_settled_new (copy_file (entry->file), after));
  self->is_stale = TRUE;
}

/* Looked at again when it changes, or some time later. */
static void
put_back (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  drop_source (self, entry);
  entry->state = SHOAL_APP_WATCH_ENTRY_DOUBTFUL;
  if (entry->since_usec == 0)
    entry->since_usec = g_get_monotonic_time ();
  shoal_app_watch_schedule (self, SHOAL_APP_WATCH_PATIENCE_USEC);
}

/* It may still be on its way here. What is empty is never more than the announcement of a file. */
static void
doubt (ShoalAppWatch *self, ShoalAppWatchEntry *entry, const char *message)
{
  gint64 now_usec = g_get_monotonic_time ();

  if (entry->file->size == 0)
    {
      drop_source (self, entry);
      entry->state = SHOAL_APP_WATCH_ENTRY_DOUBTFUL;
    }
  else if (entry->since_usec != 0 && now_usec - entry->since_usec >= SHOAL_APP_WATCH_PATIENCE_USEC)
    {
      shoal_app_watch_news_add_trouble (&self->news, message);
      settle (self, entry, SHOAL_APP_WATCH_LEAVE);
    }
  else
    put_back (self, entry);
}

static void
add_source (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  GSettings       *settings = get_settings (self);
  g_autofree char *folder = shoal_app_settings_dup_download_folder (settings);
  ShoalAddOptions *options = shoal_add_options_new (folder);

  options->is_paused = !g_settings_get_boolean (settings, SHOAL_APP_KEY_START_AT_ONCE);
  options->is_seed = g_settings_get_boolean (settings, SHOAL_APP_KEY_SEED);
  entry->state = SHOAL_APP_WATCH_ENTRY_ADDING;
  shoal_app_source_add (entry->source, options);
}

static void
handle_ready (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  g_autoptr (ShoalAppSource) source = g_object_ref (entry->source);

  if (!g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_WATCH_ASK))
    {
      add_source (self, entry);
      return;
    }
  entry->state = SHOAL_APP_WATCH_ENTRY_ASKED;
  self->n_asked++;
  shoal_app_watch_find (self, source);
}

/* Where the list has it: one that is about to be there may still fail to be saved. */
static void
handle_known (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  if (shoal_model_torrents_lookup (shoal_app_session_get_torrents (self->session),
                                   shoal_app_source_get_torrent (entry->source)) != NULL)
    settle (self, entry, get_after (self));
  else
    put_back (self, entry);
}

static void
handle_added (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  if (entry->state == SHOAL_APP_WATCH_ENTRY_ADDING)
    shoal_app_watch_news_add (&self->news, shoal_app_source_get_name (entry->source));
  settle (self, entry, get_after (self));
}

/* Without an engine nobody can say what it is. */
static void
handle_failed (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  const char *message = shoal_app_source_get_message (entry->source);

  if (entry->state == SHOAL_APP_WATCH_ENTRY_READING &&
      shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_RUNNING)
    {
      doubt (self, entry, message);
      return;
    }
  if (entry->state == SHOAL_APP_WATCH_ENTRY_ADDING)
    shoal_app_watch_news_add_trouble (&self->news, message);
  drop_source (self, entry);
  entry->state = SHOAL_APP_WATCH_ENTRY_PUT_OFF;
}

static void
handle_state (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  switch (shoal_app_source_get_state (entry->source))
    {
    case SHOAL_APP_SOURCE_READING:
    case SHOAL_APP_SOURCE_ADDING:
    case SHOAL_APP_SOURCE_LINK:
      break;
    case SHOAL_APP_SOURCE_READY:
      handle_ready (self, entry);
      break;
    case SHOAL_APP_SOURCE_KNOWN:
      handle_known (self, entry);
      break;
    case SHOAL_APP_SOURCE_FAILED:
      handle_failed (self, entry);
      break;
    case SHOAL_APP_SOURCE_ADDED:
      handle_added (self, entry);
      break;
    case SHOAL_APP_SOURCE_LEFT_OUT:
      settle (self, entry, SHOAL_APP_WATCH_LEAVE);
      break;
    }
}

static void
state_cb (ShoalAppWatchEntry *entry)
{
  ShoalAppWatch *self = entry->watch;

  g_object_ref (self);
  handle_state (self, entry);
  shoal_app_watch_advance (self);
  g_object_unref (self);
}

static void
start_reading (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  g_autofree char *path = g_build_filename (self->folder, entry->file->name, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);

  entry->state = SHOAL_APP_WATCH_ENTRY_READING;
  entry->source = shoal_app_source_new (self->session, file);
  self->n_sources++;
  g_signal_connect_swapped (entry->source, "notify::state", G_CALLBACK (state_cb), entry);
}

static void
enqueue (ShoalAppWatch *self, ShoalAppWatchEntry *entry)
{
  entry->state = SHOAL_APP_WATCH_ENTRY_WAITING;
  g_queue_push_tail (&self->waiting, entry);
}

/* Something is known about a file of this name: whether that still holds. */
static void
take_known (ShoalAppWatch           *self,
            ShoalAppWatchEntry      *entry,
            const ShoalAppWatchFile *file,
            gint64                   now_usec)
{
  gboolean is_same = shoal_app_watch_file_equal (entry->file, file);
  gboolean is_due = entry->state == SHOAL_APP_WATCH_ENTRY_DOUBTFUL && entry->since_usec != 0 &&
                    now_usec - entry->since_usec >= SHOAL_APP_WATCH_PATIENCE_USEC;

  entry->is_seen = TRUE;
  if (entry->state != SHOAL_APP_WATCH_ENTRY_DOUBTFUL &&
      entry->state != SHOAL_APP_WATCH_ENTRY_PUT_OFF)
    return;
  if (!is_same)
    {
      shoal_app_watch_file_free (entry->file);
      entry->file = copy_file (file);
      entry->since_usec = 0;
    }
  if (!is_same || is_due)
    enqueue (self, entry);
}

static void
take_fresh (ShoalAppWatch *self, const ShoalAppWatchFile *file, gint64 now_usec)
{
  ShoalAppWatchEntry *entry = g_hash_table_lookup (self->entries, file->name);

  if (entry != NULL)
    {
      take_known (self, entry, file, now_usec);
      return;
    }
  entry = g_new0 (ShoalAppWatchEntry, 1);
  entry->watch = self;
  entry->file = copy_file (file);
  entry->is_seen = TRUE;
  g_hash_table_insert (self->entries, g_strdup (file->name), entry);
  enqueue (self, entry);
}

static gboolean
is_settled (gpointer key, gpointer value, gpointer user_data)
{
  const ShoalAppWatchEntry *entry = value;

  return entry->state == SHOAL_APP_WATCH_ENTRY_SETTLED &&
         entry->generation <= entry->watch->generation;
}

static gboolean
is_gone (gpointer key, gpointer value, gpointer user_data)
{
  const ShoalAppWatchEntry *entry = value;

  return !entry->is_seen && (entry->state == SHOAL_APP_WATCH_ENTRY_DOUBTFUL ||
                             entry->state == SHOAL_APP_WATCH_ENTRY_PUT_OFF);
}

void
shoal_app_watch_entry_take_files (ShoalAppWatch *self, ShoalAppWatchJob *job)
{
  gint64         now_usec = g_get_monotonic_time ();
  GHashTableIter iter;
  gpointer       entry;

  g_hash_table_foreach_remove (self->entries, is_settled, NULL);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    ((ShoalAppWatchEntry *) entry)->is_seen = FALSE;
  for (guint i = 0; i < job->fresh->len; i++)
    take_fresh (self, g_ptr_array_index (job->fresh, i), now_usec);
  if (job->error == NULL && !job->has_more)
    g_hash_table_foreach_remove (self->entries, is_gone, NULL);
}

void
shoal_app_watch_entry_read_next (ShoalAppWatch *self)
{
  gboolean            asks = g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_WATCH_ASK);
  guint               max = asks ? MAX_ASKED : MAX_ADDING;
  ShoalAppWatchEntry *entry;

  while (self->n_sources < max && (entry = g_queue_pop_head (&self->waiting)) != NULL)
    start_reading (self, entry);
}

void
shoal_app_watch_entry_drop_all (ShoalAppWatch *self)
{
  GHashTableIter iter;
  gpointer       entry;

  g_queue_clear (&self->waiting);
  g_hash_table_iter_init (&iter, self->entries);
  while (g_hash_table_iter_next (&iter, NULL, &entry))
    drop_source (self, entry);
  g_hash_table_remove_all (self->entries);
}
