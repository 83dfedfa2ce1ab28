/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-watch-private.h"

#include <glib/gi18n.h>

#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

/* So many new files are taken from one look into the folder. */
#define MAX_FRESH 500

/* Changes come in crowds. */
#define CALM_MS 250

/* How often a folder is looked into where nobody tells of changes. */
#define POLL_SEC 5

G_DEFINE_FINAL_TYPE (ShoalAppWatch, shoal_app_watch, G_TYPE_OBJECT)

enum
{
  FOUND,
  TOAST,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

static GSettings *
get_settings (ShoalAppWatch *self)
{
  return shoal_app_session_get_settings (self->session);
}

static void
free_settled (gpointer settled)
{
  shoal_app_watch_settled_free (settled);
}

static void
take_troubles (ShoalAppWatch *self, const ShoalAppWatchJob *job)
{
  g_autofree char *folder = shoal_app_text_dup_visible (self->folder);
  g_autofree char *name = shoal_app_text_dup_visible (job->trouble);
  g_autofree char *sentence = NULL;
  ShoalAppTextPart parts[] = { { "folder", folder }, { "name", name } };

  if (job->trouble != NULL)
    {
      sentence = shoal_app_text_fill (_ ("“{name}” was added, but could not be moved away from "
                                         "the watched folder. Change its permissions, or leave "
                                         "such files where they are by the preferences."),
                                      &parts[1],
                                      1);
      shoal_app_watch_news_add_trouble (&self->news, sentence);
    }
  else if (job->error != NULL && !self->is_missing_said)
    {
      sentence = shoal_app_text_fill (_ ("The watched folder “{folder}” cannot be read. Put it "
                                         "back, or choose another one in the preferences."),
                                      parts,
                                      1);
      shoal_app_watch_news_add_trouble (&self->news, sentence);
    }
  self->is_missing_said = job->error != NULL;
}

static void
changed_cb (ShoalAppWatch *self)
{
  self->is_stale = TRUE;
  shoal_app_watch_schedule (self, CALM_MS * G_TIME_SPAN_MILLISECOND);
}

/* Once it tells of changes the folder is read again: some may have come in between. */
static void
watch_folder (ShoalAppWatch *self, const ShoalAppWatchJob *job)
{
  g_autoptr (GFile) folder = g_file_new_for_path (self->folder);

  if (job->is_fuse)
    {
      g_clear_object (&self->monitor);
      shoal_app_watch_schedule (self, POLL_SEC * G_USEC_PER_SEC);
      return;
    }
  if (self->monitor != NULL)
    return;
  self->monitor = g_file_monitor_directory (folder, G_FILE_MONITOR_WATCH_MOVES, NULL, NULL);
  if (self->monitor == NULL)
    return;
  g_signal_connect_object (
      self->monitor, "changed", G_CALLBACK (changed_cb), self, G_CONNECT_SWAPPED);
  self->is_stale = TRUE;
}

static void
errand_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppWatch) self = user_data;
  ShoalAppWatchJob *job = g_task_get_task_data (G_TASK (result));

  self->is_running = FALSE;
  if (self->session == NULL)
    return;
  if (self->folder == NULL || !g_str_equal (job->folder, self->folder))
    {
      self->is_stale = self->folder != NULL;
      shoal_app_watch_advance (self);
      return;
    }
  self->memory = g_steal_pointer (&job->memory);
  self->is_loaded = TRUE;
  take_troubles (self, job);
  shoal_app_watch_entry_take_files (self, job);
  self->has_more = job->has_more;
  watch_folder (self, job);
  shoal_app_watch_advance (self);
}

static void
run_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  shoal_app_watch_job_run (task_data);
  g_task_return_boolean (task, TRUE);
}

static void
free_job (gpointer job)
{
  shoal_app_watch_job_free (job);
}

static void
start_errand (ShoalAppWatch *self)
{
  g_autoptr (GTask) task = g_task_new (NULL, NULL, errand_cb, g_object_ref (self));
  g_autofree char *path =
      g_build_filename (g_get_user_state_dir (), SHOAL_STATE_NAME, "watched", NULL);
  ShoalAppWatchJob *job;

  if (self->memory == NULL)
    self->memory = shoal_app_watch_memory_new ();
  job = shoal_app_watch_job_new (self->folder, path, g_steal_pointer (&self->memory));
  job->is_loaded = self->is_loaded;
  job->max_fresh = MAX_FRESH + g_hash_table_size (self->entries);
  g_ptr_array_extend_and_steal (job->settled, g_steal_pointer (&self->settled));
  self->settled = g_ptr_array_new_with_free_func (free_settled);
  self->is_stale = FALSE;
  self->is_running = TRUE;
  self->generation++;
  g_task_set_source_tag (task, start_errand);
  g_task_set_task_data (task, job, free_job);
  g_task_run_in_thread (task, run_in_thread);
}

static gboolean
timer_cb (gpointer user_data)
{
  ShoalAppWatch *self = user_data;

  self->timer_source = 0;
  self->is_stale = TRUE;
  if (!self->is_running && self->folder != NULL)
    start_errand (self);
  return G_SOURCE_REMOVE;
}

void
shoal_app_watch_schedule (ShoalAppWatch *self, gint64 delay_usec)
{
  gint64 due_usec = g_get_monotonic_time () + delay_usec;

  if (self->timer_source != 0 && self->timer_usec <= due_usec)
    return;
  g_clear_handle_id (&self->timer_source, g_source_remove);
  self->timer_usec = due_usec;
  self->timer_source =
      g_timeout_add ((guint) (delay_usec / G_TIME_SPAN_MILLISECOND), timer_cb, self);
}

static void
show_toast (ShoalAppWatch *self, AdwToast *toast)
{
  if (toast == NULL)
    return;
  g_signal_emit (self, signals[TOAST], 0, toast);
  g_object_unref (toast);
}

/* When a crowd of files is through, and not for each of them. */
static void
tell (ShoalAppWatch *self)
{
  if (self->is_running || self->is_stale || self->n_sources > self->n_asked ||
      !g_queue_is_empty (&self->waiting))
    return;
  show_toast (self, shoal_app_watch_news_take_added (&self->news));
  show_toast (self, shoal_app_watch_news_take_troubles (&self->news, self->notice));
}

void
shoal_app_watch_advance (ShoalAppWatch *self)
{
  shoal_app_watch_entry_read_next (self);
  if (self->has_more && g_queue_is_empty (&self->waiting))
    {
      self->is_stale = TRUE;
      self->has_more = FALSE;
    }
  if (self->is_stale && !self->is_running && self->folder != NULL)
    shoal_app_watch_schedule (self, CALM_MS * G_TIME_SPAN_MILLISECOND);
  tell (self);
}

/* What is in the dialog stays there; the files of it are not touched any more. */
static void
stop (ShoalAppWatch *self)
{
  g_clear_handle_id (&self->timer_source, g_source_remove);
  g_clear_object (&self->monitor);
  shoal_app_watch_entry_drop_all (self);
  g_ptr_array_set_size (self->settled, 0);
  g_clear_pointer (&self->memory, shoal_app_watch_memory_free);
  g_clear_pointer (&self->folder, g_free);
  self->is_loaded = self->is_stale = self->has_more = self->is_missing_said = FALSE;
}

static char *
dup_wished_folder (ShoalAppWatch *self)
{
  g_autofree char *folder = g_settings_get_string (get_settings (self), SHOAL_APP_KEY_WATCH_FOLDER);

  if (!g_settings_get_boolean (get_settings (self), SHOAL_APP_KEY_WATCH) ||
      !shoal_model_torrents_get_is_loaded (shoal_app_session_get_torrents (self->session)) ||
      !g_path_is_absolute (folder))
    return NULL;
  return g_steal_pointer (&folder);
}

static void
review (ShoalAppWatch *self)
{
  g_autofree char *folder = dup_wished_folder (self);

  if (g_strcmp0 (folder, self->folder) == 0)
    return;
  stop (self);
  self->folder = g_steal_pointer (&folder);
  self->is_stale = self->folder != NULL;
  if (self->is_stale && !self->is_running)
    start_errand (self);
}

static void
shoal_app_watch_dispose (GObject *object)
{
  ShoalAppWatch *self = SHOAL_APP_WATCH (object);

  stop (self);
  if (self->session != NULL)
    {
      g_signal_handlers_disconnect_by_data (get_settings (self), self);
      g_signal_handlers_disconnect_by_data (shoal_app_session_get_torrents (self->session), self);
    }
  g_clear_object (&self->notice);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_watch_parent_class)->dispose (object);
}

static void
shoal_app_watch_finalize (GObject *object)
{
  ShoalAppWatch *self = SHOAL_APP_WATCH (object);

  g_hash_table_unref (self->entries);
  g_ptr_array_unref (self->settled);
  shoal_app_watch_news_clear (&self->news);
  G_OBJECT_CLASS (shoal_app_watch_parent_class)->finalize (object);
}

static guint
add_signal (const char *name, GType parameter)
{
  return g_signal_new (name,
                       SHOAL_TYPE_APP_WATCH,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       1,
                       parameter);
}

static void
shoal_app_watch_class_init (ShoalAppWatchClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = shoal_app_watch_dispose;
  G_OBJECT_CLASS (klass)->finalize = shoal_app_watch_finalize;

  signals[FOUND] = add_signal ("found", SHOAL_TYPE_APP_SOURCE);
  signals[TOAST] = add_signal ("toast", ADW_TYPE_TOAST);
}

static void
shoal_app_watch_init (ShoalAppWatch *self)
{
  self->entries =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, shoal_app_watch_entry_free);
  self->settled = g_ptr_array_new_with_free_func (free_settled);
  shoal_app_watch_news_init (&self->news);
  g_queue_init (&self->waiting);
}

void
shoal_app_watch_find (ShoalAppWatch *self, ShoalAppSource *source)
{
  g_signal_emit (self, signals[FOUND], 0, source);
}

static gboolean
first_review_cb (gpointer user_data)
{
  ShoalAppWatch *self = user_data;

  self->timer_source = 0;
  review (self);
  return G_SOURCE_REMOVE;
}

ShoalAppWatch *
shoal_app_watch_new (ShoalAppSession *session, ShoalAppNotice *notice)
{
  ShoalAppWatch *self = g_object_new (SHOAL_TYPE_APP_WATCH, NULL);
  GSettings     *settings = shoal_app_session_get_settings (session);

  self->session = g_object_ref (session);
  self->notice = g_object_ref (notice);
  g_signal_connect_swapped (settings, "changed::" SHOAL_APP_KEY_WATCH, G_CALLBACK (review), self);
  g_signal_connect_swapped (
      settings, "changed::" SHOAL_APP_KEY_WATCH_FOLDER, G_CALLBACK (review), self);
  g_signal_connect_swapped (
      shoal_app_session_get_torrents (session), "notify::is-loaded", G_CALLBACK (review), self);
  /* A window that comes later finds the list loaded; nobody listens to us yet. */
  self->timer_source = g_idle_add (first_review_cb, self);
  return self;
}
