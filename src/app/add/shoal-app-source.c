/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-source.h"

#include "api/shoal-api-torrent.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

/* The engine has its own, smaller limit for a torrent; this one keeps a film that was dropped by
 * mistake from being read into memory. */
#define READ_MAX   (64 * 1024 * 1024)
#define READ_CHUNK (256 * 1024)

struct _ShoalAppSource
{
  GObject parent_instance;

  ShoalAppSession *session;     /* owned */
  GFile           *file;        /* owned; NULL: it is in the list */
  ShoalTorrentId   torrent;     /* which; 0: it is not */
  GCancellable    *cancellable; /* owned */
  char            *name;        /* owned */
  char            *message;     /* owned; NULL: it has not failed */
  GBytes          *bytes;       /* owned; NULL: not read yet */
  ShoalContents   *contents;    /* owned; NULL: not inspected yet */
  ShoalModelTree  *tree;        /* owned; NULL: not ready yet */
  guint            start_source;
  guint            state;
};

G_DEFINE_FINAL_TYPE (ShoalAppSource, shoal_app_source, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

static void
set_state (ShoalAppSource *self, ShoalAppSourceState state)
{
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* Takes @message over. */
static void
fail (ShoalAppSource *self, char *message)
{
  g_free (self->message);
  self->message = message;
  set_state (self, SHOAL_APP_SOURCE_FAILED);
}

static char *
dup_subject (ShoalAppSource *self)
{
  return self->file != NULL ? g_file_get_parse_name (self->file) : g_strdup (self->name);
}

static void
fail_with_problem (ShoalAppSource *self, const ShoalProblem *problem)
{
  g_autofree char *path = dup_subject (self);
  g_autoptr (ShoalProblem) named = shoal_problem_new_full (problem->domain,
                                                           problem->code,
                                                           path,
                                                           problem->outside_text,
                                                           problem->error_number,
                                                           problem->number);

  fail (self, shoal_app_problem_dup_sentence (problem->subject != NULL ? problem : named));
}

static void
fail_with_code (ShoalAppSource *self, ShoalProblemCode code, const char *text, guint64 number)
{
  g_autofree char *path = dup_subject (self);
  g_autoptr (ShoalProblem) problem =
      shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_TORRENT, code, path, text, 0, number);

  fail (self, shoal_app_problem_dup_sentence (problem));
}

static void
fail_to_read (ShoalAppSource *self, const GError *error)
{
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    fail_with_code (self, SHOAL_PROBLEM_MISSING, NULL, 0);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED))
    fail_with_code (self, SHOAL_PROBLEM_PERMISSION, NULL, 0);
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE))
    fail_with_code (self, SHOAL_PROBLEM_TOO_LARGE, NULL, READ_MAX);
  else
    fail_with_code (self, SHOAL_PROBLEM_IO, error->message, 0);
}

static void
tree_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppSource) self = user_data;

  self->tree = shoal_model_tree_load_finish (result, NULL);
  if (self->tree != NULL)
    set_state (self, SHOAL_APP_SOURCE_READY);
}

static void
inspected_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  if (answer->contents == NULL)
    {
      if (answer->problem != NULL)
        fail_with_problem (self, answer->problem);
      return;
    }
  self->contents = shoal_contents_ref (answer->contents);
  if (self->contents->name != NULL)
    {
      g_free (self->name);
      self->name = shoal_app_text_dup_visible (self->contents->name);
    }
  if (self->contents->known_as.value != 0)
    set_state (self, SHOAL_APP_SOURCE_KNOWN);
  else if (answer->problem != NULL)
    fail_with_problem (self, answer->problem);
  else
    shoal_model_tree_load_async (
        self->contents, self->cancellable, tree_loaded_cb, g_object_ref (self));
}

/* An engine that could not start, or had to end, answers nobody. */
static void
session_problem_cb (ShoalAppSource *self)
{
  const ShoalProblem *problem = shoal_app_session_get_problem (self->session);

  if (shoal_app_session_get_phase (self->session) == SHOAL_APP_PHASE_FAILED && problem != NULL &&
      self->state == SHOAL_APP_SOURCE_READING)
    {
      g_cancellable_cancel (self->cancellable);
      fail_with_problem (self, problem);
    }
}

static void
inspect (ShoalAppSource *self)
{
  session_problem_cb (self);
  shoal_app_session_inspect (self->session, self->bytes, inspected_cb, G_OBJECT (self));
}

static gboolean
read_stream (GInputStream *stream, GByteArray *into, GCancellable *cancellable, GError **error)
{
  for (;;)
    {
      gsize  len = into->len;
      gssize n;

      g_byte_array_set_size (into, len + READ_CHUNK);
      n = g_input_stream_read (stream, into->data + len, READ_CHUNK, cancellable, error);
      g_byte_array_set_size (into, len + MAX (n, 0));
      if (n <= 0)
        return n == 0;
      if (into->len > READ_MAX)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_MESSAGE_TOO_LARGE, "too large");
          return FALSE;
        }
    }
}

static void
read_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  g_autoptr (GByteArray) into = g_byte_array_new ();
  g_autoptr (GFileInputStream) stream = NULL;
  GError *error = NULL;

  stream = g_file_read (task_data, cancellable, &error);
  if (stream == NULL || !read_stream (G_INPUT_STREAM (stream), into, cancellable, &error))
    g_task_return_error (task, error);
  else
    g_task_return_pointer (
        task, g_byte_array_free_to_bytes (g_steal_pointer (&into)), (GDestroyNotify) g_bytes_unref);
}

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (source);
  g_autoptr (GError) error = NULL;

  self->bytes = g_task_propagate_pointer (G_TASK (result), &error);
  if (self->bytes != NULL)
    inspect (self);
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_to_read (self, error);
}

/* A torrent on the web, for a worker. */
typedef struct
{
  char          *url;      /* owned */
  ShoalSettings *settings; /* owned */
  GBytes        *bytes;    /* owned; NULL: it did not come */
  ShoalProblem  *problem;  /* owned; why not */
} Fetch;

static void
fetch_free (gpointer data)
{
  Fetch *fetch = data;

  g_clear_pointer (&fetch->settings, shoal_settings_unref);
  g_clear_pointer (&fetch->bytes, g_bytes_unref);
  g_clear_pointer (&fetch->problem, shoal_problem_unref);
  g_free (fetch->url);
  g_free (fetch);
}

static void
fetch_in_thread (GTask *task, gpointer source, gpointer task_data, GCancellable *cancellable)
{
  Fetch *fetch = task_data;

  fetch->bytes = shoal_api_fetch_torrent (fetch->url, fetch->settings, &fetch->problem);
  g_task_return_boolean (task, TRUE);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (source);
  const Fetch    *fetch = g_task_get_task_data (G_TASK (result));

  /* Cancelled, it comes before the worker is done with what it was given. */
  if (!g_task_propagate_boolean (G_TASK (result), NULL))
    return;
  if (fetch->bytes == NULL)
    {
      fail_with_problem (self, fetch->problem);
      return;
    }
  self->bytes = g_bytes_ref (fetch->bytes);
  inspect (self);
}

static void
start_fetch (ShoalAppSource *self)
{
  g_autoptr (GTask) task = g_task_new (self, self->cancellable, fetched_cb, NULL);
  Fetch *fetch = g_new0 (Fetch, 1);

  fetch->url = g_file_get_uri (self->file);
  fetch->settings = shoal_app_settings_to_engine (shoal_app_session_get_settings (self->session));
  g_task_set_source_tag (task, start_fetch);
  g_task_set_task_data (task, fetch, fetch_free);
  g_task_set_return_on_cancel (task, TRUE);
  g_task_run_in_thread (task, fetch_in_thread);
}

static gboolean
start_cb (gpointer user_data)
{
  ShoalAppSource *self = user_data;
  g_autoptr (GTask) task = NULL;

  self->start_source = 0;
  if (self->torrent.value != 0)
    {
      shoal_app_session_inspect_torrent (
          self->session, self->torrent, inspected_cb, G_OBJECT (self));
      return G_SOURCE_REMOVE;
    }
  if (g_file_has_uri_scheme (self->file, "http") || g_file_has_uri_scheme (self->file, "https"))
    {
      start_fetch (self);
      return G_SOURCE_REMOVE;
    }
  task = g_task_new (self, self->cancellable, read_cb, NULL);
  g_task_set_source_tag (task, start_cb);
  g_task_set_task_data (task, g_object_ref (self->file), g_object_unref);
  g_task_run_in_thread (task, read_in_thread);
  return G_SOURCE_REMOVE;
}

static void
shoal_app_source_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  switch (prop_id)
    {
    case PROP_STATE:
      g_value_set_uint (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
shoal_app_source_dispose (GObject *object)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  g_clear_handle_id (&self->start_source, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (shoal_app_source_parent_class)->dispose (object);
}

static void
shoal_app_source_finalize (GObject *object)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  g_clear_object (&self->cancellable);
  g_clear_object (&self->file);
  g_clear_object (&self->tree);
  g_clear_pointer (&self->contents, shoal_contents_unref);
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_pointer (&self->message, g_free);
  g_clear_pointer (&self->name, g_free);
  G_OBJECT_CLASS (shoal_app_source_parent_class)->finalize (object);
}

static void
shoal_app_source_class_init (ShoalAppSourceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = shoal_app_source_get_property;
  object_class->dispose = shoal_app_source_dispose;
  object_class->finalize = shoal_app_source_finalize;

  properties[PROP_STATE] = g_param_spec_uint (
      "state", NULL, NULL, 0, G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
shoal_app_source_init (ShoalAppSource *self)
{
  self->cancellable = g_cancellable_new ();
}

ShoalAppSource *
shoal_app_source_new (ShoalAppSession *session, GFile *file)
{
  ShoalAppSource  *self = g_object_new (SHOAL_TYPE_APP_SOURCE, NULL);
  g_autofree char *base = g_file_get_basename (file);

  self->session = g_object_ref (session);
  self->file = g_object_ref (file);
  self->name = shoal_app_text_dup_visible (base);
  self->start_source = g_idle_add (start_cb, self);
  g_signal_connect_object (
      session, "problem", G_CALLBACK (session_problem_cb), self, G_CONNECT_SWAPPED);
  return self;
}

ShoalAppSource *
shoal_app_source_new_for_torrent (ShoalAppSession *session, ShoalTorrentId id, const char *name)
{
  ShoalAppSource *self = g_object_new (SHOAL_TYPE_APP_SOURCE, NULL);

  self->session = g_object_ref (session);
  self->torrent = id;
  self->name = shoal_app_text_dup_visible (name);
  self->start_source = g_idle_add (start_cb, self);
  return self;
}

ShoalTorrentId
shoal_app_source_get_torrent (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), (ShoalTorrentId){ 0 });
  return self->torrent;
}

ShoalAppSourceState
shoal_app_source_get_state (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), SHOAL_APP_SOURCE_FAILED);
  return self->state;
}

const char *
shoal_app_source_get_name (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->name;
}

const char *
shoal_app_source_get_message (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->message;
}

GBytes *
shoal_app_source_get_bytes (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->bytes;
}

const ShoalContents *
shoal_app_source_get_contents (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->contents;
}

ShoalModelTree *
shoal_app_source_get_tree (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->tree;
}
