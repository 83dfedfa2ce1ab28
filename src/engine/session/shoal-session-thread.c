/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "session/shoal-session-thread.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/resource.h>
#include <time.h>

#include "base/shoal-base-mailbox.h"
#include "session/shoal-session.h"

/* A stop takes 5 s at the most; a little more for the thread itself to end. */
#define STOP_TIMEOUT_SEC 6

struct _ShoalSessionThread
{
  pthread_t                thread;
  GMainContext            *context; /* owned: the engine's */
  GMainLoop               *loop;    /* owned: the engine's */
  ShoalBaseMailbox        *down;    /* owned: ShoalCommand to the engine */
  ShoalBaseMailbox        *up;      /* owned: ShoalSnapshot to us */
  ShoalSession            *session; /* owned: the engine thread's own */
  char                    *state_path;
  char                    *runtime_dir;
  ShoalSettings           *settings;
  gboolean                 is_held;
  ShoalSessionDoubles      doubles;
  ShoalSessionSnapshotFunc func;
  gpointer                 user_data;
  atomic_bool              is_out; /* a snapshot is on its way up */

  guint is_stopped : 1; /* ours: the last snapshot came */
};

/* On the engine thread. */

static void
command_cb (gpointer message, gpointer user_data)
{
  ShoalSessionThread *self = user_data;

  shoal_session_command (self->session, message);
}

static gboolean
can_publish (gpointer owner)
{
  ShoalSessionThread *self = owner;

  return !atomic_load (&self->is_out);
}

static void
publish (gpointer owner, ShoalSnapshot *snapshot)
{
  ShoalSessionThread *self = owner;
  gboolean            is_stopped = snapshot->is_stopped;

  atomic_store (&self->is_out, TRUE);
  shoal_base_mailbox_post (self->up, snapshot);
  if (is_stopped)
    g_main_loop_quit (self->loop);
}

static void *
run_engine (void *data)
{
  static const ShoalSessionEvents events = { can_publish, publish };
  ShoalSessionThread             *self = data;
  ShoalSessionOptions             options = {
                .state_path = self->state_path,
                .runtime_dir = self->runtime_dir,
                .settings = self->settings,
                .is_held = self->is_held,
                .doubles = &self->doubles,
  };

  pthread_setname_np (pthread_self (), "shoal-engine");
  g_main_context_push_thread_default (self->context);
  self->session = shoal_session_new (self->context, &options, &events, self);
  g_main_loop_run (self->loop);
  shoal_base_mailbox_close (self->down);
  if (!shoal_session_is_stuck (self->session))
    g_clear_pointer (&self->session, shoal_session_free);
  g_main_context_pop_thread_default (self->context);
  return NULL;
}

/* On the thread that made us. */

static void
snapshot_cb (gpointer message, gpointer user_data)
{
  ShoalSessionThread *self = user_data;
  ShoalSnapshot      *snapshot = message;

  self->is_stopped = snapshot->is_stopped;
  atomic_store (&self->is_out, FALSE);
  self->func (snapshot, self->user_data); /* may be the end of us */
}

/* A torrent keeps a lock file open, each peer a socket: the soft limit of a desktop session (1024)
 * is there for programs that use select(), which we do not. */
static void
raise_descriptor_limit (void)
{
  struct rlimit limit;

  if (getrlimit (RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur == limit.rlim_max)
    return;
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
}

ShoalSessionThread *
shoal_session_thread_start (const ShoalSessionOptions *options,
                            ShoalSessionSnapshotFunc   func,
                            gpointer                   user_data)
{
  ShoalSessionThread *self = g_new0 (ShoalSessionThread, 1);

  raise_descriptor_limit ();
  self->state_path = g_strdup (options->state_path);
  self->runtime_dir = g_strdup (options->runtime_dir);
  self->settings = shoal_settings_ref (options->settings);
  self->is_held = options->is_held;
  if (options->doubles != NULL)
    self->doubles = *options->doubles;
  self->func = func;
  self->user_data = user_data;
  self->context = g_main_context_new ();
  self->loop = g_main_loop_new (self->context, FALSE);
  self->down =
      shoal_base_mailbox_new (self->context, command_cb, self, (GDestroyNotify) shoal_command_free);
  self->up = shoal_base_mailbox_new (g_main_context_get_thread_default (),
                                     snapshot_cb,
                                     self,
                                     (GDestroyNotify) shoal_snapshot_unref);
  if (pthread_create (&self->thread, NULL, run_engine, self) != 0)
    g_error ("cannot start the engine thread");
  return self;
}

void
shoal_session_thread_send (ShoalSessionThread *self, ShoalCommand *command)
{
  shoal_base_mailbox_post (self->down, command);
}

/* FALSE if the thread did not end in time. */
static gboolean
join_engine (ShoalSessionThread *self)
{
  struct timespec until;

  clock_gettime (CLOCK_REALTIME, &until);
  until.tv_sec += MAX (STOP_TIMEOUT_SEC, self->doubles.stop_usec / G_USEC_PER_SEC + 1);
  return pthread_timedjoin_np (self->thread, NULL, &until) == 0;
}

void
shoal_session_thread_stop (ShoalSessionThread *self)
{
  if (!self->is_stopped)
    shoal_session_thread_send (self, shoal_command_new (SHOAL_COMMAND_QUIT, (ShoalTorrentId){ 0 }));
  shoal_base_mailbox_close (self->up);
  atomic_store (&self->is_out, FALSE);
  if (!join_engine (self))
    {
      g_warning ("the engine did not stop in time; what it had was left as it is on disk");
      return; /* the thread still uses all of this */
    }
  shoal_base_mailbox_unref (self->up);
  shoal_base_mailbox_unref (self->down);
  g_main_loop_unref (self->loop);
  g_main_context_unref (self->context);
  shoal_settings_unref (self->settings);
  g_free (self->state_path);
  g_free (self->runtime_dir);
  g_free (self);
}
