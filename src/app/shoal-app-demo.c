/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-demo.h"

#include <gio/gio.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>

#include "api/shoal-api-engine.h"
#include "api/shoal-api-torrent.h"
#include "api/shoal-api-tracker.h"

#define N_SEEDS 2
#define CHUNK   (1024 * 1024)

/* About 200 MB in three files, one of them in a folder. */
static const struct
{
  const char *path;
  guint64     size;
} samples[] = {
  { "film.bin", 150 * 1000 * 1000 },
  { "music.bin", 50 * 1000 * 1000 },
  { "notes/read me.txt", 1000 },
};

struct _ShoalAppDemo
{
  char            *folder;  /* owned: temporary; all the rest lies in it */
  ShoalAppSession *session; /* owned */
  GCancellable    *cancellable;
  GBytes          *torrent; /* owned */
  ShoalApiTracker *tracker; /* owned */
  ShoalApiEngine  *seeds[N_SEEDS];
  guint            n_ready;
  gint64           begun_usec;
  gint64           ended_usec; /* 0: not complete yet */
  guint            watch;      /* source; 0: none */

  guint is_making : 1; /* the worker uses us */
};

ShoalAppDemo *
shoal_app_demo_new (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = g_dir_make_tmp ("shoal-demo-XXXXXX", &error);
  g_autofree char *state = NULL;
  g_autofree char *run = NULL;
  g_autofree char *down = NULL;
  g_autofree char *notes = NULL;
  ShoalAppDemo    *self;

  if (folder == NULL)
    {
      g_printerr ("shoal: %s\n", error->message);
      return NULL;
    }
  state = g_build_filename (folder, "state", NULL);
  run = g_build_filename (folder, "run", NULL);
  down = g_build_filename (folder, "Downloads", NULL);
  notes = g_build_filename (folder, "source", _ ("Sample"), "notes", NULL);
  g_mkdir_with_parents (state, 0700);
  g_mkdir_with_parents (run, 0700);
  g_mkdir_with_parents (down, 0700);
  g_mkdir_with_parents (notes, 0700);
  g_setenv ("XDG_STATE_HOME", state, TRUE);

  self = g_new0 (ShoalAppDemo, 1);
  self->folder = g_steal_pointer (&folder);
  self->cancellable = g_cancellable_new ();
  return self;
}

static gboolean
write_sample (const char *path, guint64 size, GCancellable *cancellable, GError **error)
{
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GOutputStream) out = NULL;
  g_autofree guint8 *chunk = g_malloc (CHUNK);
  guint64            left;

  out = G_OUTPUT_STREAM (g_file_replace (file, NULL, FALSE, G_FILE_CREATE_NONE, NULL, error));
  for (left = size; out != NULL && left > 0;)
    {
      gsize n = (gsize) MIN (left, CHUNK);
      gsize done = 0;

      while (done < n)
        {
          gssize got = getrandom (chunk + done, n - done, 0);

          done += got > 0 ? (gsize) got : 0;
        }
      if (!g_output_stream_write_all (out, chunk, n, NULL, cancellable, error))
        return FALSE;
      left -= n;
    }
  return out != NULL && g_output_stream_close (out, NULL, error);
}

/* Where copy @n of the sample lies: 0 is the source, 1 and 2 are the seeds'. */
static char *
dup_place (const ShoalAppDemo *self, guint n)
{
  static const char *const names[] = { "source", "seed1", "seed2" };

  return g_build_filename (self->folder, names[n], NULL);
}

static gboolean
copy_sample (const ShoalAppDemo *self, guint copy, const char *path, GError **error)
{
  g_autofree char *from_place = dup_place (self, 0);
  g_autofree char *to_place = dup_place (self, copy);
  g_autofree char *from = g_build_filename (from_place, _ ("Sample"), path, NULL);
  g_autofree char *to = g_build_filename (to_place, _ ("Sample"), path, NULL);
  g_autofree char *folder = g_path_get_dirname (to);
  g_autoptr (GFile) from_file = g_file_new_for_path (from);
  g_autoptr (GFile) to_file = g_file_new_for_path (to);

  g_mkdir_with_parents (folder, 0700);
  return g_file_copy (from_file, to_file, G_FILE_COPY_NONE, self->cancellable, NULL, NULL, error);
}

static gboolean
make_samples (const ShoalAppDemo *self, GError **error)
{
  g_autofree char *source = dup_place (self, 0);
  guint            i, copy;

  for (i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *path = g_build_filename (source, _ ("Sample"), samples[i].path, NULL);

      if (!write_sample (path, samples[i].size, self->cancellable, error))
        return FALSE;
      for (copy = 1; copy <= N_SEEDS; copy++)
        if (!copy_sample (self, copy, samples[i].path, error))
          return FALSE;
    }
  return TRUE;
}

static gboolean
is_wanted_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  return !g_cancellable_is_cancelled (user_data);
}

/* On GLib's pool: sample data and torrent. */
static void
make_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  const ShoalAppDemo *self = task_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalProblem) problem = NULL;
  g_autofree char *place = dup_place (self, 0);
  g_autofree char *path = g_build_filename (place, _ ("Sample"), NULL);
  g_autofree char *url =
      g_strdup_printf ("http://127.0.0.1:%u/announce", shoal_api_tracker_get_port (self->tracker));
  const char *const   tiers[] = { url, NULL };
  ShoalApiMakeOptions options = { .path = path, .tiers = tiers };
  GBytes             *torrent;

  if (!make_samples (self, &error))
    {
      g_task_return_error (task, g_steal_pointer (&error));
      return;
    }
  torrent = shoal_api_make_torrent (&options, is_wanted_cb, cancellable, NULL, &problem);
  if (torrent == NULL)
    g_task_return_new_error (
        task, G_IO_ERROR, G_IO_ERROR_FAILED, "the sample torrent could not be made");
  else
    g_task_return_pointer (task, torrent, (GDestroyNotify) g_bytes_unref);
}

static ShoalSettings *
make_settings (void)
{
  ShoalSettings   *settings = shoal_settings_new ();
  ShoalBaseAddress loopback;

  shoal_base_address_parse_ip (&loopback, "127.0.0.1");
  g_array_append_val (settings->bind_addresses, loopback);
  settings->port = 0;
  settings->use_dht = FALSE;
  return settings;
}

static void
note_complete (ShoalAppDemo *self)
{
  ShoalModelTorrents *torrents = shoal_app_session_get_torrents (self->session);

  if (self->ended_usec == 0 && g_list_model_get_n_items (G_LIST_MODEL (torrents)) > 0)
    {
      g_autoptr (ShoalModelTorrent) torrent = g_list_model_get_item (G_LIST_MODEL (torrents), 0);
      const ShoalTorrentInfo *info = shoal_model_torrent_get_info (torrent);

      if (info->wanted_bytes > 0 && info->done_bytes == info->wanted_bytes)
        self->ended_usec = g_get_monotonic_time ();
    }
}

static gboolean
watch_cb (gpointer user_data)
{
  ShoalAppDemo *self = user_data;

  note_complete (self);
  if (self->ended_usec == 0)
    return G_SOURCE_CONTINUE;
  self->watch = 0;
  return G_SOURCE_REMOVE;
}

static void
add_to_window (ShoalAppDemo *self)
{
  g_autofree char *down = g_build_filename (self->folder, "Downloads", NULL);
  ShoalAddOptions *options = shoal_add_options_new (down);

  self->begun_usec = g_get_monotonic_time ();
  shoal_app_session_add (self->session, self->torrent, options, NULL, NULL);
  self->watch = g_timeout_add (20, watch_cb, self);
}

/* A seed says that it has everything: when both do, the window may ask. */
static void
seed_snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, ShoalAppDemo *self)
{
  guint i;

  for (i = 0; i < snapshot->changed->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (snapshot->changed, i);

      if (info->state != SHOAL_TORRENT_STATE_SEEDING || info->trackers != SHOAL_TRACKERS_WORKING)
        continue;
      g_signal_handlers_disconnect_by_data (engine, self);
      if (++self->n_ready == N_SEEDS)
        add_to_window (self);
      return;
    }
}

static void
start_seed (ShoalAppDemo *self, guint n)
{
  g_autofree char *name = g_strdup_printf ("state%u", n + 1);
  g_autofree char *state = g_build_filename (self->folder, name, "state.db", NULL);
  g_autofree char *place = dup_place (self, n + 1);
  g_autoptr (ShoalSettings) settings = make_settings ();
  ShoalApiEngineOptions options = { .state_path = state, .settings = settings };

  self->seeds[n] = shoal_api_engine_new (&options);
  g_signal_connect (self->seeds[n], "snapshot", G_CALLBACK (seed_snapshot_cb), self);
  shoal_api_engine_add (self->seeds[n], self->torrent, shoal_add_options_new (place), NULL, NULL);
}

static void
made_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalAppDemo *self = user_data;
  g_autoptr (GError) error = NULL;
  guint i;

  self->is_making = FALSE;
  if (g_cancellable_is_cancelled (self->cancellable))
    return;
  self->torrent = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->torrent == NULL)
    {
      g_printerr ("shoal: %s\n", error->message);
      return;
    }
  for (i = 0; i < N_SEEDS; i++)
    start_seed (self, i);
}

void
shoal_app_demo_start (ShoalAppDemo *self, ShoalAppSession *session)
{
  g_autoptr (GTask) task = NULL;
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GArray) binds = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  ShoalApiTrackerOptions options = { .bind_addresses = binds, .interval_sec = 5 };
  ShoalBaseAddress       loopback;

  shoal_base_address_parse_ip (&loopback, "127.0.0.1");
  g_array_append_val (binds, loopback);
  self->session = g_object_ref (session);
  self->tracker = shoal_api_tracker_start (&options, NULL, NULL, &problem);
  if (self->tracker == NULL)
    {
      g_printerr ("shoal: %s\n", _ ("the demo's tracker could not listen on this machine"));
      return;
    }
  task = g_task_new (NULL, self->cancellable, made_cb, self);
  g_task_set_source_tag (task, shoal_app_demo_start);
  g_task_set_task_data (task, self, NULL);
  g_task_set_return_on_cancel (task, FALSE);
  self->is_making = TRUE;
  g_task_run_in_thread (task, make_thread);
}

static gboolean
is_same_file (const char *a, const char *b)
{
  g_autoptr (GMappedFile) map_a = g_mapped_file_new (a, FALSE, NULL);
  g_autoptr (GMappedFile) map_b = g_mapped_file_new (b, FALSE, NULL);

  return map_a != NULL && map_b != NULL &&
         g_mapped_file_get_length (map_a) == g_mapped_file_get_length (map_b) &&
         memcmp (g_mapped_file_get_contents (map_a),
                 g_mapped_file_get_contents (map_b),
                 g_mapped_file_get_length (map_a)) == 0;
}

static gboolean
is_whole (const ShoalAppDemo *self)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autofree char *from =
          g_build_filename (self->folder, "source", _ ("Sample"), samples[i].path, NULL);
      g_autofree char *to =
          g_build_filename (self->folder, "Downloads", _ ("Sample"), samples[i].path, NULL);

      if (!is_same_file (from, to))
        return FALSE;
    }
  return TRUE;
}

static void
say_result (const ShoalAppDemo *self)
{
  double           seconds = (double) (self->ended_usec - self->begun_usec) / G_USEC_PER_SEC;
  guint64          size = 0;
  g_autofree char *size_text = NULL;
  g_autofree char *rate_text = NULL;
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (samples); i++)
    size += samples[i].size;
  size_text = g_format_size (size);
  rate_text = g_format_size ((guint64) ((double) size / MAX (seconds, 0.001)));
  g_print (_ ("Verified: %s in 3 files, every piece by its hash and every byte against the source, "
              "%s/s.\n"),
           size_text,
           rate_text);
}

/* Removes @path with all that is in it; symbolic links are not followed. */
static void
remove_tree (const char *path)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (!g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    dir = g_dir_open (path, 0, NULL);
  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);

      remove_tree (child);
    }
  g_remove (path);
}

gboolean
shoal_app_demo_finish (ShoalAppDemo *self)
{
  gboolean was_right;
  guint    i;

  g_cancellable_cancel (self->cancellable);
  g_clear_handle_id (&self->watch, g_source_remove);
  while (self->is_making)
    g_main_context_iteration (NULL, TRUE);
  for (i = 0; i < N_SEEDS; i++)
    if (self->seeds[i] != NULL)
      g_signal_handlers_disconnect_by_data (self->seeds[i], self);
  for (i = 0; i < N_SEEDS; i++)
    g_clear_object (&self->seeds[i]);
  g_clear_pointer (&self->tracker, shoal_api_tracker_stop);
  was_right = self->ended_usec != 0 && is_whole (self);
  if (was_right)
    say_result (self);
  else
    g_printerr ("shoal: %s\n", _ ("the demo was ended before everything was there"));
  remove_tree (self->folder);
  g_clear_pointer (&self->torrent, g_bytes_unref);
  g_clear_object (&self->session);
  g_clear_object (&self->cancellable);
  g_free (self->folder);
  g_free (self);
  return was_right;
}
