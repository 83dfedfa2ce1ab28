/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-job.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-progress.h"
#include "cli/shoal-cli-room.h"
#include "cli/shoal-cli-source.h"

/* `get` and `seed`: jobs in one main loop, until all have ended or a signal ends them. */

#define TICK_MS 250

/* How often the torrents share the limits anew. */
#define SHARE_USEC G_USEC_PER_SEC

typedef struct
{
  ShoalCliOptions  *options; /* owned, as all below */
  GMainLoop        *loop;
  GPtrArray        *ready;    /* of Ready: sources that were read */
  GPtrArray        *jobs;     /* running and ended */
  ShoalCliFault    *fault;    /* that decides the exit status; NULL: none */
  ShoalCliProgress *progress; /* NULL: nothing is drawn */
  char             *save_path;
  char             *top_name;  /* NULL: as the torrents say */
  guint             n_started; /* of those that are ready, in order */
  guint             n_at_once; /* as many may run at a time */
  guint             n_running;
  gint64            shared_usec; /* when the limits were last divided */
  int               exit_status;

  guint was_signalled : 1;
  guint is_seeding : 1;  /* `seed` */
  guint is_stopping : 1; /* nothing is started any more */
} Run;

/* A torrent that was read and can be run. */
typedef struct
{
  const char    *source; /* unowned: of the options */
  char          *hash;
  GBytes        *torrent; /* NULL: a magnet link */
  ShoalContents *contents;
} Ready;

static void
ready_free (gpointer data)
{
  Ready *ready = data;

  g_free (ready->hash);
  g_clear_pointer (&ready->torrent, g_bytes_unref);
  shoal_contents_unref (ready->contents);
  g_free (ready);
}

/* Takes @fault over, which was said and printed. */
static void
note_fault (Run *self, ShoalCliFault *fault)
{
  self->exit_status = MAX (self->exit_status, (int) fault->exit);
  if (self->fault != NULL && self->fault->exit >= fault->exit)
    {
      shoal_cli_fault_free (fault);
      return;
    }
  g_clear_pointer (&self->fault, shoal_cli_fault_free);
  self->fault = fault;
}

static void
refuse (Run *self, const char *source, const char *hash, const ShoalProblem *problem)
{
  ShoalCliFault *fault = shoal_cli_fault_new (problem, source, hash);

  shoal_cli_fault_say (fault);
  shoal_cli_fault_print (fault);
  note_fault (self, fault);
}

static void
divide_limit (Run *self, ShoalCliDirection direction, guint64 limit_bps)
{
  g_autoptr (GPtrArray) shares = g_ptr_array_new ();
  guint i;

  for (i = 0; i < self->jobs->len; i++)
    {
      ShoalCliJob *job = g_ptr_array_index (self->jobs, i);

      if (!shoal_cli_job_is_ended (job))
        g_ptr_array_add (shares, shoal_cli_job_get_share (job, direction));
    }
  if (shares->len > 0)
    shoal_cli_share_divide (shares, limit_bps);
}

/* Those that still run share the limits anew. */
static void
share_limits (Run *self)
{
  const ShoalSettings *settings = self->options->settings;
  guint                i;

  self->shared_usec = g_get_monotonic_time ();
  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_measure (g_ptr_array_index (self->jobs, i), self->shared_usec);
  divide_limit (self, SHOAL_CLI_DIRECTION_DOWN, settings->down_limit_bps);
  divide_limit (self, SHOAL_CLI_DIRECTION_UP, settings->up_limit_bps);
  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_apply_shares (g_ptr_array_index (self->jobs, i));
}

/* Whether a torrent waits for another one to end. */
static gboolean
is_waiting (const Run *self)
{
  return !self->is_stopping && self->n_started < self->ready->len;
}

static void
job_ended_cb (ShoalCliJob *job, gpointer user_data)
{
  Run                 *self = user_data;
  const ShoalCliFault *fault = shoal_cli_job_get_fault (job);

  self->exit_status = MAX (self->exit_status, (int) shoal_cli_job_get_exit (job));
  if (fault != NULL)
    note_fault (self, shoal_cli_fault_copy (fault));
  if (--self->n_running == 0 && !is_waiting (self))
    g_main_loop_quit (self->loop);
  else
    share_limits (self);
}

static void
show_progress (Run *self)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();
  guint i;

  if (self->progress == NULL)
    return;
  for (i = 0; i < self->jobs->len; i++)
    {
      const ShoalCliJob      *job = g_ptr_array_index (self->jobs, i);
      const ShoalTorrentInfo *info = shoal_cli_job_get_info (job);

      if (info != NULL && !shoal_cli_job_is_stopping (job))
        g_ptr_array_add (infos, (gpointer) info);
    }
  shoal_cli_progress_show (self->progress, infos);
}

static void
stop_all (Run *self, ShoalCliExit exit)
{
  guint i;

  self->is_stopping = TRUE;
  if (self->n_running == 0)
    g_main_loop_quit (self->loop);
  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_stop (g_ptr_array_index (self->jobs, i), exit);
}

static void
start_job (Run *self, const Ready *ready)
{
  guint max_peers = shoal_cli_room_count_peers (
      shoal_cli_room_get_limit (), self->n_at_once, self->options->settings->max_peers);
  ShoalCliJobOptions options = {
    .options = self->options,
    .source = ready->source,
    .torrent = ready->torrent,
    .contents = ready->contents,
    .save_path = self->save_path,
    .top_name = self->top_name,
    .is_seeding = self->is_seeding,
    .index = self->n_started,
    .n_jobs = self->n_at_once,
    .max_peers = max_peers,
    .on_ended = job_ended_cb,
    .user_data = self,
  };

  self->n_started++;
  self->n_running++;
  g_ptr_array_add (self->jobs, shoal_cli_job_new (&options));
}

/* As many as fit. */
static void
start_more (Run *self)
{
  guint n_before = self->n_started;

  while (is_waiting (self) && self->n_running < self->n_at_once)
    start_job (self, g_ptr_array_index (self->ready, self->n_started));
  if (self->n_started > n_before)
    share_limits (self);
}

/* Nothing but a signal ends the torrents. */
static gboolean
never_ends (const Run *self)
{
  return self->options->seeds && self->options->ratio < 0;
}

/* Those that there is no room for would wait for ever. */
static void
refuse_rest (Run *self, guint64 limit)
{
  guint i;

  for (i = self->n_at_once; i < self->ready->len; i++)
    {
      const Ready *ready = g_ptr_array_index (self->ready, i);
      g_autoptr (ShoalProblem) problem = shoal_problem_new_full (
          SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_TOO_LARGE, ready->source, NULL, 0, limit);

      refuse (self, ready->source, ready->hash, problem);
    }
  g_ptr_array_set_size (self->ready, (int) self->n_at_once);
}

static gboolean
tick_cb (gpointer user_data)
{
  Run  *self = user_data;
  guint i;

  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_tick (g_ptr_array_index (self->jobs, i));
  start_more (self);
  if (g_get_monotonic_time () - self->shared_usec >= SHARE_USEC)
    share_limits (self);
  show_progress (self);
  if (shoal_cli_output_is_broken ())
    stop_all (self, SHOAL_CLI_EXIT_FAILED);
  return G_SOURCE_CONTINUE;
}

/* The first signal stops cleanly, a second one at once. */
static void
handle_signal (Run *self, ShoalCliExit exit)
{
  if (self->was_signalled)
    _exit ((int) exit);
  self->was_signalled = TRUE;
  stop_all (self, exit);
}

static gboolean
sigint_cb (gpointer user_data)
{
  handle_signal (user_data, SHOAL_CLI_EXIT_SIGINT);
  return G_SOURCE_CONTINUE;
}

static gboolean
sigterm_cb (gpointer user_data)
{
  handle_signal (user_data, SHOAL_CLI_EXIT_SIGTERM);
  return G_SOURCE_CONTINUE;
}

static ShoalProblem *
make_problem (ShoalProblemDomain domain, ShoalProblemCode code, const char *what)
{
  return shoal_problem_new (domain, code, NULL, what);
}

static gboolean
is_ready (const Run *self, const char *hash)
{
  guint i;

  for (i = 0; i < self->ready->len; i++)
    if (strcmp (((const Ready *) g_ptr_array_index (self->ready, i))->hash, hash) == 0)
      return TRUE;
  return FALSE;
}

/* Reads one source; what cannot be run is said, and the others go on. */
static void
read_source (Run *self, const char *source, gboolean takes_magnets)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (ShoalContents) contents = NULL;
  g_autoptr (GBytes) torrent = NULL;
  g_autofree char *hash = NULL;
  Ready           *ready;

  if (takes_magnets && shoal_cli_source_is_magnet (source))
    contents = shoal_api_read_magnet (source, &problem);
  else
    torrent = shoal_cli_source_read (source, self->options->settings, &problem);
  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents != NULL)
    hash = shoal_cli_job_dup_hash (contents);
  if (contents != NULL && contents->is_v2_only)
    problem = make_problem (SHOAL_PROBLEM_DOMAIN_TORRENT,
                            SHOAL_PROBLEM_UNSUPPORTED,
                            _ ("a torrent of BitTorrent v2 alone; look for a v1 or hybrid one"));
  else if (hash != NULL && is_ready (self, hash))
    problem = make_problem (SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_DUPLICATE, NULL);
  if (problem != NULL)
    {
      refuse (self, source, hash, problem);
      return;
    }
  ready = g_new0 (Ready, 1);
  ready->source = source;
  ready->hash = g_steal_pointer (&hash);
  ready->torrent = g_steal_pointer (&torrent);
  ready->contents = g_steal_pointer (&contents);
  g_ptr_array_add (self->ready, ready);
}

/* @problem stands in the way of all that were read. */
static void
refuse_ready (Run *self, const ShoalProblem *problem)
{
  guint i;

  for (i = 0; i < self->ready->len; i++)
    {
      const Ready *ready = g_ptr_array_index (self->ready, i);

      refuse (self, ready->source, ready->hash, problem);
    }
}

static void
start_jobs (Run *self, const char *save_path, const char *top_name, gboolean is_seeding)
{
  guint64 limit = shoal_cli_room_get_limit ();

  self->save_path = g_strdup (save_path);
  self->top_name = g_strdup (top_name);
  self->is_seeding = is_seeding;
  if (self->ready->len == 0)
    return;
  self->n_at_once = shoal_cli_room_count_torrents (limit, self->ready->len);
  if (self->n_at_once < self->ready->len && never_ends (self))
    refuse_rest (self, limit);
  else if (self->n_at_once < self->ready->len)
    shoal_cli_output_note (_ ("%u of %u torrents run at a time, the others wait: no more than %u "
                              "files may be open (ulimit -n)"),
                           self->n_at_once,
                           self->ready->len,
                           (guint) limit);
  start_more (self);
}

static void
start_get (Run *self)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autofree char *dir = g_canonicalize_filename (self->options->dir, NULL);
  guint            i;

  for (i = 0; i < self->options->sources->len; i++)
    read_source (self, g_ptr_array_index (self->options->sources, i), TRUE);
  if (self->ready->len > 0 && g_mkdir_with_parents (dir, 0777) != 0)
    problem = shoal_cli_fault_problem_from_errno (dir, errno);
  if (problem != NULL)
    refuse_ready (self, problem);
  else
    start_jobs (self, dir, NULL, FALSE);
}

static void
start_seed (Run *self)
{
  const char      *path = g_ptr_array_index (self->options->sources, 1);
  g_autofree char *save_path = NULL;
  g_autofree char *top_name = NULL;
  const Ready     *ready;

  read_source (self, g_ptr_array_index (self->options->sources, 0), FALSE);
  if (self->ready->len == 0)
    return;
  if (access (path, F_OK) != 0)
    {
      g_autoptr (ShoalProblem) problem = shoal_cli_fault_problem_from_errno (path, errno);

      refuse_ready (self, problem);
      return;
    }
  ready = g_ptr_array_index (self->ready, 0);
  shoal_api_find_data (ready->contents, path, &save_path, &top_name);
  start_jobs (self, save_path, top_name, TRUE);
}

/* Who started us may have wanted SIGHUP to be ignored (nohup). */
static gboolean
is_ignored (int number)
{
  struct sigaction action;

  return sigaction (number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

static void
run_loop (Run *self)
{
  guint tick = g_timeout_add (TICK_MS, tick_cb, self);

  g_unix_signal_add (SIGINT, sigint_cb, self);
  g_unix_signal_add (SIGTERM, sigterm_cb, self);
  if (!is_ignored (SIGHUP))
    g_unix_signal_add (SIGHUP, sigterm_cb, self);
  if (self->n_running > 0)
    g_main_loop_run (self->loop);
  g_source_remove (tick);
}

static int
run (int argc, char **argv, void (*start) (Run *self), gboolean is_seed)
{
  Run self = { 0 };
  int status;

  self.options = shoal_cli_options_parse (argc, argv, &status);
  if (self.options == NULL)
    return status;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.ready = g_ptr_array_new_with_free_func (ready_free);
  self.jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_cli_job_free);
  if (!shoal_cli_output_is_json () && !shoal_cli_output_is_quiet ())
    self.progress = shoal_cli_progress_new (is_seed);
  start (&self);
  run_loop (&self);
  shoal_cli_output_leave ();
  /* Of several torrents one may have gone on after the one that failed. */
  if (self.fault != NULL && self.exit_status <= SHOAL_CLI_EXIT_STORAGE &&
      !shoal_cli_json_was_error ())
    shoal_cli_fault_print (self.fault);
  g_clear_pointer (&self.progress, shoal_cli_progress_free);
  g_clear_pointer (&self.fault, shoal_cli_fault_free);
  g_ptr_array_unref (self.jobs);
  g_ptr_array_unref (self.ready);
  g_main_loop_unref (self.loop);
  g_free (self.save_path);
  g_free (self.top_name);
  shoal_cli_options_free (self.options);
  return self.exit_status;
}

int
shoal_cli_get (int argc, char **argv)
{
  return run (argc, argv, start_get, FALSE);
}

int
shoal_cli_seed (int argc, char **argv)
{
  return run (argc, argv, start_seed, TRUE);
}
