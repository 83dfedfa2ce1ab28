/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "api/shoal-api-engine.h"

#include "session/shoal-session-thread.h"

struct _ShoalApiEngine
{
  GObject             parent_instance;
  ShoalSessionThread *thread;  /* owned */
  GHashTable         *waiting; /* owned: serial → Waiting */
  ShoalProblem       *problem; /* owned */
  guint64             last_serial;

  guint is_stopped : 1;
};

/* Who asked for the answer to a command. */
typedef struct
{
  guint64            serial;
  ShoalApiAnswerFunc func;
  gpointer           user_data;
} Waiting;

enum
{
  SNAPSHOT,
  N_SIGNALS
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (ShoalApiEngine, shoal_api_engine, G_TYPE_OBJECT)

static void
deliver_answer (ShoalApiEngine *self, const ShoalAnswer *answer)
{
  Waiting *waiting = g_hash_table_lookup (self->waiting, &answer->serial);

  if (waiting == NULL)
    return;
  g_hash_table_steal (self->waiting, &answer->serial);
  waiting->func (self, answer, waiting->user_data);
  g_free (waiting);
}

static void
snapshot_cb (ShoalSnapshot *snapshot, gpointer user_data)
{
  g_autoptr (ShoalApiEngine) self = g_object_ref (SHOAL_API_ENGINE (user_data));
  guint i;

  g_clear_pointer (&self->problem, shoal_problem_unref);
  if (snapshot->problem != NULL)
    self->problem = shoal_problem_ref (snapshot->problem);
  if (snapshot->is_stopped)
    self->is_stopped = TRUE;
  g_signal_emit (self, signals[SNAPSHOT], 0, snapshot);
  for (i = 0; i < snapshot->answers->len; i++)
    deliver_answer (self, g_ptr_array_index (snapshot->answers, i));
  shoal_snapshot_unref (snapshot);
}

static void
shoal_api_engine_dispose (GObject *object)
{
  ShoalApiEngine *self = SHOAL_API_ENGINE (object);

  g_clear_pointer (&self->thread, shoal_session_thread_stop);
  G_OBJECT_CLASS (shoal_api_engine_parent_class)->dispose (object);
}

static void
shoal_api_engine_finalize (GObject *object)
{
  ShoalApiEngine *self = SHOAL_API_ENGINE (object);

  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_clear_pointer (&self->problem, shoal_problem_unref);
  G_OBJECT_CLASS (shoal_api_engine_parent_class)->finalize (object);
}

static void
shoal_api_engine_class_init (ShoalApiEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = shoal_api_engine_dispose;
  object_class->finalize = shoal_api_engine_finalize;

  signals[SNAPSHOT] = g_signal_new ("snapshot",
                                    G_TYPE_FROM_CLASS (klass),
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
shoal_api_engine_init (ShoalApiEngine *self)
{
  self->waiting = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL, g_free);
}

ShoalApiEngine *
shoal_api_engine_new (const ShoalApiEngineOptions *options)
{
  ShoalApiEngine *self = g_object_new (SHOAL_TYPE_API_ENGINE, NULL);
  g_autoptr (ShoalSettings) defaults = shoal_settings_new ();
  ShoalSessionOptions session_options = {
    .state_path = options->state_path,
    .runtime_dir = options->runtime_dir,
    .is_held = options->is_held,
    .doubles = options->doubles,
    .settings = options->settings != NULL ? options->settings : defaults,
  };

  self->thread = shoal_session_thread_start (&session_options, snapshot_cb, self);
  return self;
}

const ShoalProblem *
shoal_api_engine_get_problem (ShoalApiEngine *self)
{
  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), NULL);
  return self->problem;
}

gboolean
shoal_api_engine_is_stopped (ShoalApiEngine *self)
{
  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), TRUE);
  return self->is_stopped;
}

/* Numbers @command and sends it; a stopped engine answers nothing any more. */
static guint64
send_command (ShoalApiEngine    *self,
              ShoalCommand      *command,
              ShoalApiAnswerFunc func,
              gpointer           user_data)
{
  guint64 serial = ++self->last_serial;

  command->serial = serial;
  if (func != NULL)
    {
      Waiting *waiting = g_new0 (Waiting, 1);

      *waiting = (Waiting){ serial, func, user_data };
      g_hash_table_insert (self->waiting, &waiting->serial, waiting);
    }
  shoal_session_thread_send (self->thread, command);
  return serial;
}

static guint64
send_flag (ShoalApiEngine *self, ShoalCommandKind kind, ShoalTorrentId id, gboolean flag)
{
  ShoalCommand *command = shoal_command_new (kind, id);

  command->flag = flag;
  return send_command (self, command, NULL, NULL);
}

static guint64
send_address (ShoalApiEngine         *self,
              ShoalCommandKind        kind,
              ShoalTorrentId          id,
              const ShoalBaseAddress *address)
{
  char          text[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalCommand *command = shoal_command_new (kind, id);

  if (address != NULL)
    command->text = g_strdup (shoal_base_address_format (address, address->port != 0, text));
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_inspect (ShoalApiEngine    *self,
                          GBytes            *torrent,
                          ShoalApiAnswerFunc func,
                          gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_INSPECT, (ShoalTorrentId){ 0 });

  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), 0);
  command->bytes = g_bytes_ref (torrent);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_inspect_torrent (ShoalApiEngine    *self,
                                  ShoalTorrentId     id,
                                  ShoalApiAnswerFunc func,
                                  gpointer           user_data)
{
  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), 0);
  return send_command (self, shoal_command_new (SHOAL_COMMAND_INSPECT, id), func, user_data);
}

guint64
shoal_api_engine_add (ShoalApiEngine    *self,
                      GBytes            *torrent,
                      ShoalAddOptions   *options,
                      ShoalApiAnswerFunc func,
                      gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ADD, (ShoalTorrentId){ 0 });

  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), 0);
  command->bytes = g_bytes_ref (torrent);
  command->add = options;
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_add_magnet (ShoalApiEngine    *self,
                             const char        *uri,
                             ShoalAddOptions   *options,
                             ShoalApiAnswerFunc func,
                             gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ADD, (ShoalTorrentId){ 0 });

  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), 0);
  command->text = g_strdup (uri);
  command->add = options;
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_remove (ShoalApiEngine    *self,
                         ShoalTorrentId     id,
                         gboolean           with_files,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_REMOVE, id);

  g_return_val_if_fail (SHOAL_IS_API_ENGINE (self), 0);
  command->flag = with_files;
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_set_hidden (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_hidden)
{
  return send_flag (self, SHOAL_COMMAND_HIDE, id, is_hidden);
}

guint64
shoal_api_engine_set_paused (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_paused)
{
  return send_flag (self, SHOAL_COMMAND_SET_PAUSED, id, is_paused);
}

guint64
shoal_api_engine_set_seed (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_seed)
{
  return send_flag (self, SHOAL_COMMAND_SET_SEED, id, is_seed);
}

guint64
shoal_api_engine_set_sequential (ShoalApiEngine *self, ShoalTorrentId id, gboolean is_sequential)
{
  return send_flag (self, SHOAL_COMMAND_SET_SEQUENTIAL, id, is_sequential);
}

guint64
shoal_api_engine_set_priorities (ShoalApiEngine   *self,
                                 ShoalTorrentId    id,
                                 const guint      *files,
                                 guint             n_files,
                                 ShoalFilePriority priority)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_PRIORITIES, id);

  command->files = g_array_new (FALSE, FALSE, sizeof (guint));
  g_array_append_vals (command->files, files, n_files);
  command->number = priority;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_set_limits (ShoalApiEngine *self,
                             ShoalTorrentId  id,
                             guint64         down_bps,
                             guint64         up_bps)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_LIMITS, id);

  command->number = down_bps;
  command->number2 = up_bps;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_verify (ShoalApiEngine *self, ShoalTorrentId id)
{
  return send_flag (self, SHOAL_COMMAND_VERIFY, id, TRUE);
}

guint64
shoal_api_engine_move (ShoalApiEngine    *self,
                       ShoalTorrentId     id,
                       const char        *save_path,
                       ShoalApiAnswerFunc func,
                       gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_MOVE, id);

  command->text = g_strdup (save_path);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_cancel_move (ShoalApiEngine *self, ShoalTorrentId id)
{
  return send_command (self, shoal_command_new (SHOAL_COMMAND_CANCEL_MOVE, id), NULL, NULL);
}

guint64
shoal_api_engine_retry (ShoalApiEngine *self, ShoalTorrentId id)
{
  return send_flag (self, SHOAL_COMMAND_RETRY, id, TRUE);
}

guint64
shoal_api_engine_announce (ShoalApiEngine *self, ShoalTorrentId id)
{
  return send_flag (self, SHOAL_COMMAND_ANNOUNCE, id, TRUE);
}

guint64
shoal_api_engine_add_peer (ShoalApiEngine    *self,
                           ShoalTorrentId     id,
                           const char        *host_port,
                           ShoalApiAnswerFunc func,
                           gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ADD_PEER, id);

  command->text = g_strdup (host_port);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_add_tracker (ShoalApiEngine    *self,
                              ShoalTorrentId     id,
                              const char        *url,
                              ShoalApiAnswerFunc func,
                              gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ADD_TRACKER, id);

  command->text = g_strdup (url);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_set_trackers (ShoalApiEngine    *self,
                               ShoalTorrentId     id,
                               const char *const *urls,
                               ShoalApiAnswerFunc func,
                               gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_TRACKERS, id);

  command->words = g_strdupv ((gpointer) (guintptr) urls);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_ban_peer (ShoalApiEngine *self, ShoalTorrentId id, const ShoalBaseAddress *address)
{
  return send_address (self, SHOAL_COMMAND_BAN_PEER, id, address);
}

guint64
shoal_api_engine_unban_peer (ShoalApiEngine         *self,
                             ShoalTorrentId          id,
                             const ShoalBaseAddress *address)
{
  return send_address (self, SHOAL_COMMAND_UNBAN_PEER, id, address);
}

guint64
shoal_api_engine_set_labels (ShoalApiEngine *self, ShoalTorrentId id, const char *const *labels)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_LABELS, id);

  command->words = g_strdupv ((gpointer) (guintptr) labels);
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_set_goals (ShoalApiEngine *self, ShoalTorrentId id, const ShoalSeedGoals *goals)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_GOALS, id);

  command->flag = goals != NULL;
  if (goals != NULL)
    command->goals = *goals;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_set_encryption (ShoalApiEngine *self, ShoalTorrentId id, int encryption)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SET_ENCRYPTION, id);

  command->number = (guint64) (encryption + 1);
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_rename (ShoalApiEngine    *self,
                         ShoalTorrentId     id,
                         guint              file,
                         const char        *name,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_RENAME, id);

  command->number = file;
  command->text = g_strdup (name);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_rename_folder (ShoalApiEngine    *self,
                                ShoalTorrentId     id,
                                const char        *folder,
                                const char        *name,
                                ShoalApiAnswerFunc func,
                                gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_RENAME, id);

  command->text = g_strdup (name);
  command->text2 = g_strdup (folder);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_play_first (ShoalApiEngine *self, ShoalTorrentId id, guint file)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_PLAY_FIRST, id);

  command->number = file;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_enqueue (ShoalApiEngine       *self,
                          const ShoalTorrentId *ids,
                          guint                 n_ids,
                          ShoalQueuePlace       place,
                          ShoalTorrentId        before)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_ENQUEUE, before);

  command->ids = g_array_new (FALSE, FALSE, sizeof (ShoalTorrentId));
  g_array_append_vals (command->ids, ids, n_ids);
  command->number = place;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_search (ShoalApiEngine    *self,
                         const char        *text,
                         ShoalApiAnswerFunc func,
                         gpointer           user_data)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SEARCH, (ShoalTorrentId){ 0 });

  command->text = g_strdup (text);
  return send_command (self, command, func, user_data);
}

guint64
shoal_api_engine_watch (ShoalApiEngine *self, ShoalTorrentId id, ShoalWatch what)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_WATCH, id);

  command->number = what;
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_set_settings (ShoalApiEngine *self, const ShoalSettings *settings)
{
  ShoalCommand *command = shoal_command_new (SHOAL_COMMAND_SETTINGS, (ShoalTorrentId){ 0 });

  command->settings = shoal_settings_ref (settings);
  return send_command (self, command, NULL, NULL);
}

guint64
shoal_api_engine_quit (ShoalApiEngine *self)
{
  return send_flag (self, SHOAL_COMMAND_QUIT, (ShoalTorrentId){ 0 }, TRUE);
}
