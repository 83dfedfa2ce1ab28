/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/add/shoal-app-source.h"

#include <glib/gi18n.h>
#include <string.h>

#include "app/add/shoal-app-fetch.h"
#include "app/shoal-app-link.h"
#include "app/shoal-app-problem.h"
#include "app/shoal-app-settings.h"
#include "app/shoal-app-text.h"

/* The engine has its own, smaller limit for a torrent; this one keeps a film that was dropped by
 * mistake from being read into memory. */
#define READ_MAX (64 * 1024 * 1024)

struct _ShoalAppSource
{
  GObject parent_instance;

  ShoalAppSession *session;     /* owned */
  GFile           *file;        /* owned; NULL: it is in the list */
  ShoalTorrentId   torrent;     /* in the list; 0: none */
  GCancellable    *cancellable; /* owned */
  char            *name;        /* owned */
  char            *message;     /* owned; NULL: it has not failed */
  char            *link;        /* owned; NULL: it is none */
  GBytes          *bytes;       /* owned; NULL: not read yet */
  ShoalContents   *contents;    /* owned; NULL: not inspected yet */
  ShoalModelTree  *tree;        /* owned; NULL: not ready yet */
  guint64          received_bytes;
  guint64          expected_bytes; /* 0: nobody knows */
  guint            start_source;
  guint            state;

  guint is_web : 1;
  guint is_choice : 1; /* it was in the list before */
  guint gave_trackers : 1;
};

G_DEFINE_FINAL_TYPE (ShoalAppSource, shoal_app_source, G_TYPE_OBJECT)

enum
{
  PROP_0,
  PROP_STATE,
  N_PROPS
};

static GParamSpec *properties[N_PROPS];

enum
{
  PROGRESS,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

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

/* Takes the words of @sentence, in which {name} stands for what it is called. */
static void
fail_with_words (ShoalAppSource *self, const char *sentence)
{
  ShoalAppTextPart part = { "name", self->name };

  fail (self, shoal_app_text_fill (sentence, &part, 1));
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
  else if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_IS_DIRECTORY))
    fail_with_words (self, _ ("“{name}” is a folder. Choose a torrent file in it."));
  else
    fail_with_code (self, SHOAL_PROBLEM_IO, error->message, 0);
}

static void
fail_to_fetch (ShoalAppSource *self, const ShoalProblem *problem)
{
  gboolean is_status =
      problem->domain == SHOAL_PROBLEM_DOMAIN_NETWORK && problem->code == SHOAL_PROBLEM_UNREACHABLE;

  if (is_status && (problem->number == 404 || problem->number == 410))
    fail_with_words (self,
                     _ ("There is nothing at the address of “{name}”. Was it removed, or is the "
                        "address not complete?"));
  else if (is_status && (problem->number == 401 || problem->number == 403))
    fail_with_words (self,
                     _ ("The server does not give “{name}” to everybody. Fetch the torrent file "
                        "in a browser where you are logged in, and add that."));
  else
    fail_with_problem (self, problem);
}

static void
tree_loaded_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppSource) self = user_data;

  self->tree = shoal_model_tree_load_finish (result, NULL);
  if (self->tree != NULL)
    set_state (self, SHOAL_APP_SOURCE_READY);
}

/* A web page begins with a tag, a torrent never does. */
static gboolean
is_web_page (GBytes *bytes)
{
  gsize       len;
  const char *text = g_bytes_get_data (bytes, &len);
  gsize       i = 0;

  while (i < len && g_ascii_isspace (text[i]))
    i++;
  return i < len && text[i] == '<';
}

static void
fail_to_inspect (ShoalAppSource *self, const ShoalProblem *problem)
{
  if (self->is_web && problem->code == SHOAL_PROBLEM_MALFORMED && is_web_page (self->bytes))
    fail_with_words (self,
                     _ ("At the address of “{name}” is a web page and no torrent. Open it in a "
                        "browser, and copy the link to the torrent from there."));
  else
    fail_with_problem (self, problem);
}

static void
inspected_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  if (self->state != SHOAL_APP_SOURCE_READING)
    return;
  if (answer->contents == NULL)
    {
      if (answer->problem != NULL)
        fail_to_inspect (self, answer->problem);
      return;
    }
  self->contents = shoal_contents_ref (answer->contents);
  if (self->contents->name != NULL)
    {
      g_free (self->name);
      self->name = shoal_app_text_dup_visible (self->contents->name);
    }
  if (self->contents->known_as.value != 0)
    {
      self->torrent = self->contents->known_as;
      set_state (self, SHOAL_APP_SOURCE_KNOWN);
    }
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
      (self->state == SHOAL_APP_SOURCE_READING || self->state == SHOAL_APP_SOURCE_ADDING))
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

static void
read_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppSource) self = user_data;
  g_autoptr (GError) error = NULL;

  self->bytes = shoal_app_fetch_file_finish (result, &error);
  if (self->session == NULL || self->state != SHOAL_APP_SOURCE_READING)
    return;
  if (self->bytes != NULL)
    {
      self->received_bytes = g_bytes_get_size (self->bytes);
      g_signal_emit (self, signals[PROGRESS], 0);
      inspect (self);
    }
  else if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    fail_to_read (self, error);
}

static void
progress_cb (guint64 received_bytes, guint64 total_bytes, gpointer user_data)
{
  ShoalAppSource *self = user_data;

  self->received_bytes = received_bytes;
  self->expected_bytes = total_bytes;
  g_signal_emit (self, signals[PROGRESS], 0);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (ShoalAppSource) self = user_data;
  ShoalApiFetched fetched;

  if (!shoal_app_fetch_finish (result, &fetched))
    return;
  self->bytes = g_steal_pointer (&fetched.torrent);
  self->link = g_steal_pointer (&fetched.magnet);
  if (self->session == NULL || self->state != SHOAL_APP_SOURCE_READING)
    ;
  else if (self->bytes != NULL)
    inspect (self);
  else if (self->link != NULL)
    set_state (self, SHOAL_APP_SOURCE_LINK);
  else if (fetched.problem != NULL)
    fail_to_fetch (self, fetched.problem);
  shoal_api_fetched_clear (&fetched);
}

/* They keep us, and are cancelled when nobody else does: see shoal_app_source_leave_out(). */
static gboolean
start_cb (gpointer user_data)
{
  ShoalAppSource *self = user_data;

  self->start_source = 0;
  if (self->is_choice)
    shoal_app_session_inspect_torrent (self->session, self->torrent, inspected_cb, G_OBJECT (self));
  else if (self->is_web)
    {
      g_autoptr (ShoalSettings) settings =
          shoal_app_settings_to_engine (shoal_app_session_get_settings (self->session));
      g_autofree char *url = g_file_get_uri (self->file);

      shoal_app_fetch_async (
          url, settings, self->cancellable, progress_cb, self, fetched_cb, g_object_ref (self));
    }
  else
    shoal_app_fetch_file_async (
        self->file, READ_MAX, self->cancellable, read_cb, g_object_ref (self));
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
  g_clear_pointer (&self->link, g_free);
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
  signals[PROGRESS] = g_signal_new ("progress",
                                    G_TYPE_FROM_CLASS (klass),
                                    G_SIGNAL_RUN_LAST,
                                    0,
                                    NULL,
                                    NULL,
                                    NULL,
                                    G_TYPE_NONE,
                                    0);
}

static void
shoal_app_source_init (ShoalAppSource *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
take_session (ShoalAppSource *self, ShoalAppSession *session)
{
  self->session = g_object_ref (session);
  self->start_source = g_idle_add (start_cb, self);
  g_signal_connect_object (
      session, "problem", G_CALLBACK (session_problem_cb), self, G_CONNECT_SWAPPED);
}

ShoalAppSource *
shoal_app_source_new (ShoalAppSession *session, GFile *file)
{
  ShoalAppSource  *self = g_object_new (SHOAL_TYPE_APP_SOURCE, NULL);
  g_autofree char *uri = g_file_get_uri (file);
  g_autofree char *base = g_file_get_basename (file);

  self->file = g_object_ref (file);
  self->is_web = g_file_has_uri_scheme (file, "http") || g_file_has_uri_scheme (file, "https");
  self->name = self->is_web ? shoal_app_link_dup_name (uri) : shoal_app_text_dup_visible (base);
  take_session (self, session);
  return self;
}

ShoalAppSource *
shoal_app_source_new_for_torrent (ShoalAppSession *session, ShoalTorrentId id, const char *name)
{
  ShoalAppSource *self = g_object_new (SHOAL_TYPE_APP_SOURCE, NULL);

  self->torrent = id;
  self->is_choice = TRUE;
  self->name = shoal_app_text_dup_visible (name);
  take_session (self, session);
  return self;
}

ShoalTorrentId
shoal_app_source_get_torrent (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), (ShoalTorrentId){ 0 });
  return self->torrent;
}

gboolean
shoal_app_source_is_choice (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), FALSE);
  return self->is_choice;
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

static char *
dup_progress (ShoalAppSource *self)
{
  g_autofree char *some = g_format_size (self->received_bytes);
  g_autofree char *all = g_format_size (self->expected_bytes);
  ShoalAppTextPart parts[] = { { "some", some }, { "all", all } };

  if (!self->is_web)
    return g_strdup (_ ("Reading…"));
  if (self->received_bytes == 0)
    return g_strdup (_ ("Connecting…"));
  return shoal_app_text_fill (self->expected_bytes != 0 ? _ ("Fetching, {some} of {all}")
                                                        : _ ("Fetching, {some}"),
                              parts,
                              G_N_ELEMENTS (parts));
}

char *
shoal_app_source_dup_about (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);

  switch ((ShoalAppSourceState) self->state)
    {
    case SHOAL_APP_SOURCE_READING:
      return dup_progress (self);
    case SHOAL_APP_SOURCE_FAILED:
      return g_strdup (self->message);
    case SHOAL_APP_SOURCE_KNOWN:
      return g_strdup (self->gave_trackers ? _ ("In the list already; its trackers were added")
                                           : _ ("In the list already"));
    case SHOAL_APP_SOURCE_READY:
    case SHOAL_APP_SOURCE_ADDING:
    case SHOAL_APP_SOURCE_ADDED:
    case SHOAL_APP_SOURCE_LEFT_OUT:
    case SHOAL_APP_SOURCE_LINK:
      break;
    }
  return self->contents != NULL ? g_format_size (self->contents->size) : g_strdup ("");
}

guint64
shoal_app_source_get_received_bytes (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), 0);
  return self->received_bytes;
}

const char *
shoal_app_source_get_message (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->message;
}

const char *
shoal_app_source_get_link (ShoalAppSource *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), NULL);
  return self->link;
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

guint
shoal_app_source_get_n_trackers (ShoalAppSource *self)
{
  guint n = 0;

  g_return_val_if_fail (SHOAL_IS_APP_SOURCE (self), 0);

  if (self->state != SHOAL_APP_SOURCE_KNOWN || self->contents->is_private || self->gave_trackers)
    return 0;
  for (guint i = 0; i < self->contents->tiers->len; i++)
    n += g_strv_length (g_ptr_array_index (self->contents->tiers, i));
  return n;
}

void
shoal_app_source_add_trackers (ShoalAppSource *self)
{
  g_return_if_fail (SHOAL_IS_APP_SOURCE (self));

  if (shoal_app_source_get_n_trackers (self) == 0)
    return;
  for (guint i = 0; i < self->contents->tiers->len; i++)
    {
      char **urls = g_ptr_array_index (self->contents->tiers, i);

      for (guint j = 0; urls[j] != NULL; j++)
        shoal_app_session_add_tracker (self->session, self->torrent, urls[j], NULL, NULL);
    }
  self->gave_trackers = TRUE;
  set_state (self, SHOAL_APP_SOURCE_KNOWN);
}

static void
added_cb (gpointer object, const ShoalAnswer *answer)
{
  ShoalAppSource *self = SHOAL_APP_SOURCE (object);

  if (self->state != SHOAL_APP_SOURCE_ADDING)
    return;
  if (answer->problem != NULL && answer->problem->code != SHOAL_PROBLEM_DUPLICATE)
    {
      fail_with_problem (self, answer->problem);
      return;
    }
  self->torrent = answer->id;
  set_state (self, SHOAL_APP_SOURCE_ADDED);
}

void
shoal_app_source_add (ShoalAppSource *self, ShoalAddOptions *options)
{
  g_return_if_fail (SHOAL_IS_APP_SOURCE (self));
  g_return_if_fail (self->state == SHOAL_APP_SOURCE_READY);

  set_state (self, SHOAL_APP_SOURCE_ADDING);
  if (!self->is_choice)
    {
      shoal_app_session_add (self->session, self->bytes, options, added_cb, G_OBJECT (self));
      return;
    }
  shoal_app_session_choose (self->session, self->torrent, options);
  set_state (self, SHOAL_APP_SOURCE_ADDED);
}

void
shoal_app_source_leave_out (ShoalAppSource *self)
{
  g_return_if_fail (SHOAL_IS_APP_SOURCE (self));

  if (self->state == SHOAL_APP_SOURCE_ADDING || self->state == SHOAL_APP_SOURCE_ADDED)
    return;
  g_cancellable_cancel (self->cancellable);
  set_state (self, SHOAL_APP_SOURCE_LEFT_OUT);
}
