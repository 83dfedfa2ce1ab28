/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-session-private.h"

#include "app/shoal-app-asker.h"
#include "app/shoal-app-settings.h"

/* The engine itself keeps to 5 s; this is for an engine that does not. */
#define QUIT_SEC 5

/* A port that is being typed, or stepped to, is not one to listen on yet. */
#define PORT_MS 600

struct _ShoalAppSession
{
  GObject parent_instance;

  GSettings          *settings; /* owned */
  ShoalAppRules      *rules;    /* owned */
  ShoalModelTorrents *torrents; /* owned */
  ShoalModelHistory  *history;  /* owned */
  ShoalAppBeat       *beat;     /* owned */
  ShoalModelDetails  *details;  /* owned; what is watched goes there; NULL: nothing is */
  ShoalWatch          parts;    /* of it */
  ShoalApiEngine     *engine;   /* owned; NULL: none runs */
  ShoalProblem       *problem;  /* owned; NULL: all is well */
  guint               quit_source;
  guint               ended_source;
  guint               settings_source; /* settings that are to be sent; 0: none */
  guint64             settings_serial; /* of the command that sent them last; 0: as at the start */
  guint16             wished_port;     /* in them; 0: any */
  guint16             used_port;       /* instead of that one; 0: it is not taken */
  ShoalAppPhase       phase;

  GHashTable *questions; /* owned; serial -> Question, owned: commands whose answer is awaited */

  guint is_port_said : 1; /* somebody has told the person */
};

G_DEFINE_FINAL_TYPE (ShoalAppSession, shoal_app_session, G_TYPE_OBJECT)

enum
{
  STOPPED,
  PROBLEM,
  PORT,
  ASKING,
  LEFT,
  REFUSED,
  UNMOVED,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

/* An answer under way to an object that may die before. */
typedef struct
{
  guint64            serial; /* 0: the engine itself knows who asked */
  ShoalAppAsker     *asker;  /* counted; NULL: nobody waits */
  ShoalAppAnswerFunc func;   /* NULL: nobody waits */
} Question;

static void
question_free (gpointer data)
{
  Question *question = data;

  g_clear_pointer (&question->asker, shoal_app_asker_release);
  g_free (question);
}

gpointer
shoal_app_session_new_question (ShoalAppAnswerFunc func, GObject *object)
{
  Question *question = g_new0 (Question, 1);

  question->asker = object != NULL ? shoal_app_asker_acquire (object) : NULL;
  question->func = func;
  return question;
}

void
shoal_app_session_answer_cb (ShoalApiEngine *engine, const ShoalAnswer *answer, gpointer user_data)
{
  Question *question = user_data;
  g_autoptr (GObject) object =
      question->asker != NULL ? shoal_app_asker_ref_object (question->asker) : NULL;

  if (object != NULL)
    question->func (object, answer);
  question_free (question);
}

guint64
shoal_app_session_ask (ShoalAppSession   *self,
                       guint64            serial,
                       ShoalAppAnswerFunc func,
                       GObject           *object)
{
  Question *question = shoal_app_session_new_question (func, object);

  question->serial = serial;
  g_hash_table_insert (self->questions, &question->serial, question);
  return serial;
}

/* What is not there any more cannot be steered, and its row is gone: nothing to tell. */
static gboolean
is_worth_telling (ShoalAppSession *self, const ShoalProblem *problem)
{
  return problem != NULL && problem->code != SHOAL_PROBLEM_NOT_FOUND &&
         self->phase == SHOAL_APP_PHASE_RUNNING;
}

/* What is refused of many torrents for one reason is told once. */
static void
hear_answers (ShoalAppSession *self, const ShoalSnapshot *snapshot)
{
  const ShoalProblem *told = NULL;

  for (guint i = 0; i < snapshot->answers->len; i++)
    {
      const ShoalAnswer *answer = g_ptr_array_index (snapshot->answers, i);
      Question          *question = g_hash_table_lookup (self->questions, &answer->serial);

      if (question == NULL)
        continue;
      g_hash_table_steal (self->questions, &answer->serial);
      if (question->func != NULL)
        {
          shoal_app_session_answer_cb (self->engine, answer, question);
          continue;
        }
      question_free (question);
      if (is_worth_telling (self, answer->problem) && !shoal_problem_equal (answer->problem, told))
        g_signal_emit (self, signals[REFUSED], 0, told = answer->problem);
    }
}

static void
drop_engine (ShoalAppSession *self)
{
  g_clear_handle_id (&self->quit_source, g_source_remove);
  g_clear_handle_id (&self->ended_source, g_source_remove);
  g_clear_handle_id (&self->settings_source, g_source_remove);
  g_hash_table_remove_all (self->questions);
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
}

static void
set_problem (ShoalAppSession *self, const ShoalProblem *problem)
{
  if (shoal_problem_equal (self->problem, problem))
    return;
  g_clear_pointer (&self->problem, shoal_problem_unref);
  if (problem != NULL)
    self->problem = shoal_problem_ref (problem);
  g_signal_emit (self, signals[PROBLEM], 0);
}

static void
finish_quit (ShoalAppSession *self, ShoalAppPhase phase)
{
  self->phase = phase;
  g_signal_emit (self, signals[STOPPED], 0);
}

static gboolean
quit_timeout_cb (gpointer user_data)
{
  ShoalAppSession *self = user_data;

  self->quit_source = 0;
  if (self->engine != NULL)
    {
      g_message ("the engine did not stop within %d s", QUIT_SEC);
      finish_quit (self, SHOAL_APP_PHASE_HUNG);
    }
  else
    finish_quit (self, SHOAL_APP_PHASE_IDLE);
  return G_SOURCE_REMOVE;
}

static gboolean
ended_cb (gpointer user_data)
{
  ShoalAppSession *self = user_data;

  self->ended_source = 0;
  drop_engine (self);
  if (self->phase == SHOAL_APP_PHASE_STOPPING)
    {
      finish_quit (self, SHOAL_APP_PHASE_IDLE);
      return G_SOURCE_REMOVE;
    }
  self->phase = SHOAL_APP_PHASE_FAILED;
  g_signal_emit (self, signals[PROBLEM], 0);
  return G_SOURCE_REMOVE;
}

/* Whether the engine had to take another port than the one that was asked for. */
static void
review_port (ShoalAppSession *self, const ShoalSnapshot *snapshot)
{
  guint16 port = snapshot->totals.port;
  guint16 used = port != self->wished_port && self->wished_port != 0 ? port : 0;

  if (!snapshot->is_loaded || snapshot->last_serial < self->settings_serial ||
      used == self->used_port)
    return;
  self->used_port = used;
  self->is_port_said = FALSE;
  g_signal_emit (self, signals[PORT], 0);
}

static void
tell_asking (ShoalAppSession *self, const ShoalSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->changed->len; i++)
    {
      const ShoalTorrentInfo *info = g_ptr_array_index (snapshot->changed, i);

      if (info->is_asking)
        g_signal_emit (self, signals[ASKING], 0, info->id.value);
    }
}

static void
tell_left (ShoalAppSession *self, const ShoalSnapshot *snapshot)
{
  for (guint i = 0; i < snapshot->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (snapshot->events, i);

      if (event->kind == SHOAL_EVENT_LEFT)
        g_signal_emit (self, signals[LEFT], 0, event->id.value, event->text);
    }
}

static void
snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, ShoalAppSession *self)
{
  set_problem (self, shoal_api_engine_get_problem (engine));
  if (self->phase == SHOAL_APP_PHASE_RUNNING)
    {
      shoal_model_torrents_apply (self->torrents, snapshot);
      shoal_model_history_apply (self->history, snapshot, g_get_monotonic_time ());
      if (self->details != NULL)
        shoal_model_details_apply (self->details, snapshot);
      review_port (self, snapshot);
      tell_asking (self, snapshot);
      tell_left (self, snapshot);
    }
  hear_answers (self, snapshot);
  /* The engine has answers to give after this signal, so it is let go later. */
  if (snapshot->is_stopped && self->ended_source == 0)
    self->ended_source = g_idle_add (ended_cb, self);
}

/* The caller's. */
static ShoalSettings *
make_settings (ShoalAppSession *self)
{
  ShoalSettings *settings = shoal_app_settings_to_engine (self->settings);

  settings->hold = shoal_app_rules_get_hold (self->rules);
  return settings;
}

static gboolean
send_settings_cb (gpointer user_data)
{
  ShoalAppSession *self = user_data;
  g_autoptr (ShoalSettings) settings = make_settings (self);

  self->settings_source = 0;
  self->wished_port = settings->port;
  if (self->phase == SHOAL_APP_PHASE_RUNNING)
    self->settings_serial = shoal_api_engine_set_settings (self->engine, settings);
  return G_SOURCE_REMOVE;
}

static void
settings_changed_cb (GSettings *settings, const char *key, ShoalAppSession *self)
{
  if (self->phase != SHOAL_APP_PHASE_RUNNING || !shoal_app_settings_concerns_engine (key))
    return;
  g_clear_handle_id (&self->settings_source, g_source_remove);
  if (g_str_equal (key, SHOAL_APP_KEY_PORT))
    self->settings_source = g_timeout_add (PORT_MS, send_settings_cb, self);
  else
    send_settings_cb (self);
}

/* Whether the network is metered, or everything rests, is different. */
static void
circumstances_cb (ShoalAppSession *self)
{
  if (self->phase == SHOAL_APP_PHASE_RUNNING && self->settings_source == 0)
    send_settings_cb (self);
}

static void
shoal_app_session_dispose (GObject *object)
{
  ShoalAppSession *self = SHOAL_APP_SESSION (object);

  drop_engine (self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  g_clear_object (&self->rules);
  g_clear_object (&self->settings);
  g_clear_object (&self->torrents);
  g_clear_object (&self->details);
  G_OBJECT_CLASS (shoal_app_session_parent_class)->dispose (object);
}

static void
shoal_app_session_finalize (GObject *object)
{
  ShoalAppSession *self = SHOAL_APP_SESSION (object);

  g_clear_pointer (&self->history, shoal_model_history_free);
  g_clear_pointer (&self->beat, shoal_app_beat_free);
  g_clear_pointer (&self->questions, g_hash_table_unref);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  G_OBJECT_CLASS (shoal_app_session_parent_class)->finalize (object);
}

static guint
add_signal (const char *name)
{
  return g_signal_new (
      name, SHOAL_TYPE_APP_SESSION, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

/* Of something that is the session's. */
static guint
add_pointer_signal (const char *name)
{
  return g_signal_new (name,
                       SHOAL_TYPE_APP_SESSION,
                       G_SIGNAL_RUN_LAST,
                       0,
                       NULL,
                       NULL,
                       NULL,
                       G_TYPE_NONE,
                       1,
                       G_TYPE_POINTER);
}

static void
shoal_app_session_class_init (ShoalAppSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = shoal_app_session_dispose;
  object_class->finalize = shoal_app_session_finalize;

  signals[STOPPED] = add_signal ("stopped");
  signals[PROBLEM] = add_signal ("problem");
  signals[PORT] = add_signal ("port");
  signals[ASKING] = g_signal_new ("asking",
                                  G_TYPE_FROM_CLASS (klass),
                                  G_SIGNAL_RUN_LAST,
                                  0,
                                  NULL,
                                  NULL,
                                  NULL,
                                  G_TYPE_NONE,
                                  1,
                                  G_TYPE_UINT);
  signals[LEFT] = g_signal_new ("left",
                                G_TYPE_FROM_CLASS (klass),
                                G_SIGNAL_RUN_LAST,
                                0,
                                NULL,
                                NULL,
                                NULL,
                                G_TYPE_NONE,
                                2,
                                G_TYPE_UINT,
                                G_TYPE_STRING);
  signals[REFUSED] = add_pointer_signal ("refused");
  signals[UNMOVED] = add_pointer_signal ("unmoved");
}

static void
shoal_app_session_init (ShoalAppSession *self)
{
  self->questions = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, question_free);
  self->torrents = shoal_model_torrents_new ();
  self->history = shoal_model_history_new (g_get_monotonic_time ());
  self->beat = shoal_app_beat_new ();
}

ShoalAppSession *
shoal_app_session_new (GSettings *settings)
{
  ShoalAppSession *self = g_object_new (SHOAL_TYPE_APP_SESSION, NULL);

  self->settings = g_object_ref (settings);
  self->rules = shoal_app_rules_new (settings);
  g_signal_connect (settings, "changed", G_CALLBACK (settings_changed_cb), self);
  g_signal_connect_object (g_network_monitor_get_default (),
                           "notify::network-metered",
                           G_CALLBACK (circumstances_cb),
                           self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (
      self->rules, "hold", G_CALLBACK (circumstances_cb), self, G_CONNECT_SWAPPED);
  return self;
}

void
shoal_app_session_start (ShoalAppSession *self)
{
  g_autoptr (ShoalSettings) settings = NULL;
  g_autofree char      *path = NULL;
  ShoalApiEngineOptions options = { 0 };

  g_return_if_fail (SHOAL_IS_APP_SESSION (self));
  g_return_if_fail (self->phase == SHOAL_APP_PHASE_IDLE);

  drop_engine (self);
  set_problem (self, NULL);
  shoal_model_torrents_clear (self->torrents);
  shoal_model_history_clear (self->history, g_get_monotonic_time ());
  settings = make_settings (self);
  path = g_build_filename (g_get_user_state_dir (), SHOAL_STATE_NAME, "state.db", NULL);
  options.state_path = path;
  options.settings = settings;
  self->settings_serial = 0;
  self->wished_port = settings->port;
  self->used_port = 0;
  self->engine = shoal_api_engine_new (&options);
  self->phase = SHOAL_APP_PHASE_RUNNING;
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (snapshot_cb), self);
  if (self->details != NULL)
    shoal_api_engine_watch (self->engine, shoal_model_details_get_id (self->details), self->parts);
}

void
shoal_app_session_quit (ShoalAppSession *self)
{
  g_return_if_fail (SHOAL_IS_APP_SESSION (self));

  if (self->phase == SHOAL_APP_PHASE_STOPPING)
    return;
  if (self->phase == SHOAL_APP_PHASE_RUNNING)
    shoal_api_engine_quit (self->engine);
  self->phase = SHOAL_APP_PHASE_STOPPING;
  self->quit_source =
      g_timeout_add_seconds (self->engine != NULL ? QUIT_SEC : 0, quit_timeout_cb, self);
}

ShoalAppPhase
shoal_app_session_get_phase (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), SHOAL_APP_PHASE_IDLE);
  return self->phase;
}

const ShoalProblem *
shoal_app_session_get_problem (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->problem;
}

guint16
shoal_app_session_get_used_port (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), 0);
  return self->used_port;
}

gboolean
shoal_app_session_take_port_news (ShoalAppSession *self, guint16 *wished, guint16 *used)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), FALSE);

  if (self->used_port == 0 || self->is_port_said)
    return FALSE;
  self->is_port_said = TRUE;
  *wished = self->wished_port;
  *used = self->used_port;
  return TRUE;
}

ShoalModelTorrents *
shoal_app_session_get_torrents (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->torrents;
}

ShoalModelHistory *
shoal_app_session_get_history (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->history;
}

ShoalAppBeat *
shoal_app_session_get_beat (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->beat;
}

ShoalAppRules *
shoal_app_session_get_rules (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->rules;
}

GSettings *
shoal_app_session_get_settings (ShoalAppSession *self)
{
  g_return_val_if_fail (SHOAL_IS_APP_SESSION (self), NULL);
  return self->settings;
}

ShoalApiEngine *
shoal_app_session_get_engine (ShoalAppSession *self)
{
  return self->phase == SHOAL_APP_PHASE_RUNNING ? self->engine : NULL;
}

/* A command after the end of the engine is dropped: what was on the screen then is gone too. */
static gboolean
is_running (ShoalAppSession *self)
{
  return self->phase == SHOAL_APP_PHASE_RUNNING;
}

void
shoal_app_session_watch (ShoalAppSession *self, ShoalModelDetails *details, ShoalWatch parts)
{
  ShoalTorrentId old = { 0 };
  ShoalTorrentId new = { 0 };

  g_return_if_fail (SHOAL_IS_APP_SESSION (self));

  if (parts == SHOAL_WATCH_NONE)
    details = NULL;
  if (details == self->details && (details == NULL || parts == self->parts))
    return;
  if (self->details != NULL)
    old = shoal_model_details_get_id (self->details);
  if (details != NULL)
    new = shoal_model_details_get_id (details);
  g_set_object (&self->details, details);
  self->parts = parts;
  if (is_running (self) && old.value != 0 && old.value != new.value)
    shoal_api_engine_watch (self->engine, old, SHOAL_WATCH_NONE);
  if (is_running (self) && new.value != 0)
    shoal_api_engine_watch (self->engine, new, parts);
}
