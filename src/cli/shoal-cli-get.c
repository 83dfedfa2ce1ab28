/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <errno.h>
#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-job.h"
#include "cli/shoal-cli-progress.h"
#include "cli/shoal-cli-source.h"

/* `get` and `seed`: jobs in one main loop, until all have ended or a signal ends them. */

#define TICK_MS 250

typedef struct
{
  ShoalCliOptions  *options; /* owned */
  GMainLoop        *loop;    /* owned */
  GPtrArray        *jobs;    /* owned: running and ended */
  guint             n_running;
  int               exit_status;
  int               signal_status; /* 0: none came */
  ShoalCliProgress *progress;      /* owned; NULL: nothing is drawn */
} Run;

static void
note_exit (Run *self, int status)
{
  self->exit_status = MAX (self->exit_status, status);
}

static void
job_ended_cb (ShoalCliJob *job, gpointer user_data)
{
  Run *self = user_data;

  note_exit (self, (int) shoal_cli_job_get_exit (job));
  if (--self->n_running == 0)
    g_main_loop_quit (self->loop);
}

static void
show_progress (Run *self, gboolean is_last)
{
  g_autoptr (GPtrArray) infos = g_ptr_array_new ();
  guint i;

  if (self->progress == NULL)
    return;
  for (i = 0; i < self->jobs->len; i++)
    {
      const ShoalTorrentInfo *info = shoal_cli_job_get_info (g_ptr_array_index (self->jobs, i));

      if (info != NULL)
        g_ptr_array_add (infos, (gpointer) info);
    }
  shoal_cli_progress_show (self->progress, infos, is_last);
}

static gboolean
tick_cb (gpointer user_data)
{
  Run  *self = user_data;
  guint i;

  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_tick (g_ptr_array_index (self->jobs, i));
  show_progress (self, FALSE);
  return G_SOURCE_CONTINUE;
}

/* The first signal stops cleanly, a second one at once. */
static void
stop_all (Run *self, int status)
{
  guint i;

  if (self->signal_status != 0)
    _exit (status);
  self->signal_status = status;
  for (i = 0; i < self->jobs->len; i++)
    shoal_cli_job_stop (g_ptr_array_index (self->jobs, i));
}

static gboolean
sigint_cb (gpointer user_data)
{
  stop_all (user_data, SHOAL_CLI_EXIT_SIGINT);
  return G_SOURCE_CONTINUE;
}

static gboolean
sigterm_cb (gpointer user_data)
{
  stop_all (user_data, SHOAL_CLI_EXIT_SIGTERM);
  return G_SOURCE_CONTINUE;
}

static void
refuse (Run *self, const char *source, const ShoalProblem *problem)
{
  shoal_cli_job_report_problem (self->options, source, problem);
  note_exit (self, (int) shoal_cli_sentence_get_exit (problem));
}

/* A torrent that was read and can be run. */
typedef struct
{
  const char    *source; /* unowned: of the options */
  GBytes        *torrent;
  ShoalContents *contents;
} Ready;

static void
ready_free (gpointer data)
{
  Ready *ready = data;

  g_bytes_unref (ready->torrent);
  shoal_contents_unref (ready->contents);
  g_free (ready);
}

static ShoalProblem *
unsupported (const char *what)
{
  return shoal_problem_new (SHOAL_PROBLEM_DOMAIN_TORRENT, SHOAL_PROBLEM_UNSUPPORTED, NULL, what);
}

static Ready *
read_source (Run *self, const char *source)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (ShoalContents) contents = NULL;
  g_autoptr (GBytes) torrent = NULL;
  Ready *ready;

  if (shoal_cli_source_is_magnet (source))
    problem = unsupported (_ ("magnet links are not supported yet; give the .torrent file"));
  else
    torrent = shoal_cli_source_read (source, self->options->settings->allow_local, &problem);
  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents != NULL && contents->is_v2_only)
    problem = unsupported (_ ("a torrent of BitTorrent v2 alone; v1 and hybrid torrents are"));
  if (problem != NULL)
    {
      refuse (self, source, problem);
      return NULL;
    }
  ready = g_new0 (Ready, 1);
  ready->source = source;
  ready->torrent = g_steal_pointer (&torrent);
  ready->contents = g_steal_pointer (&contents);
  return ready;
}

static void
start_job (Run *self, const Ready *ready, const char *save_path, const char *top_name, guint n_jobs)
{
  ShoalCliJobOptions options = {
    .options = self->options,
    .source = ready->source,
    .torrent = ready->torrent,
    .contents = ready->contents,
    .save_path = save_path,
    .top_name = top_name,
    .is_seeding = top_name != NULL,
    .n_jobs = n_jobs,
    .on_ended = job_ended_cb,
    .user_data = self,
  };

  self->n_running++;
  g_ptr_array_add (self->jobs, shoal_cli_job_new (&options));
}

/* Makes the download folder; FALSE: said why not. */
static gboolean
make_folder (Run *self, const char *path)
{
  g_autoptr (ShoalProblem) problem = NULL;
  ShoalProblemCode code;

  if (g_mkdir_with_parents (path, 0777) == 0)
    return TRUE;
  code = errno == EROFS                        ? SHOAL_PROBLEM_READ_ONLY
         : errno == ENOSPC                     ? SHOAL_PROBLEM_FULL
         : errno == EACCES || errno == EPERM   ? SHOAL_PROBLEM_PERMISSION
         : errno == EEXIST || errno == ENOTDIR ? SHOAL_PROBLEM_CONFLICT
                                               : SHOAL_PROBLEM_IO;
  problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE, code, path, NULL, errno, 0);
  refuse (self, path, problem);
  return FALSE;
}

static void
start_get (Run *self)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (ready_free);
  g_autofree char *dir = g_canonicalize_filename (self->options->dir, NULL);
  guint            i;

  for (i = 0; i < self->options->sources->len; i++)
    {
      Ready *ready = read_source (self, g_ptr_array_index (self->options->sources, i));

      if (ready != NULL)
        g_ptr_array_add (all, ready);
    }
  if (all->len == 0 || !make_folder (self, dir))
    return;
  for (i = 0; i < all->len; i++)
    start_job (self, g_ptr_array_index (all, i), dir, NULL, all->len);
}

static void
start_seed (Run *self)
{
  const char      *path = g_ptr_array_index (self->options->sources, 1);
  Ready           *ready = read_source (self, g_ptr_array_index (self->options->sources, 0));
  g_autofree char *save_path = NULL;
  g_autofree char *top_name = NULL;

  if (ready == NULL)
    return;
  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autoptr (ShoalProblem) problem =
          shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE, SHOAL_PROBLEM_MISSING, path, NULL);

      refuse (self, path, problem);
    }
  else
    {
      shoal_api_find_data (ready->contents, path, &save_path, &top_name);
      start_job (self, ready, save_path, top_name, 1);
    }
  ready_free (ready);
}

static void
run_loop (Run *self)
{
  guint tick = g_timeout_add (TICK_MS, tick_cb, self);
  guint sigint = g_unix_signal_add (SIGINT, sigint_cb, self);
  guint sigterm = g_unix_signal_add (SIGTERM, sigterm_cb, self);

  if (self->n_running > 0)
    g_main_loop_run (self->loop);
  g_source_remove (tick);
  g_source_remove (sigint);
  g_source_remove (sigterm);
}

static void
say_done (const Run *self)
{
  guint i;

  for (i = 0; i < self->jobs->len; i++)
    {
      const ShoalTorrentInfo *info = shoal_cli_job_get_info (g_ptr_array_index (self->jobs, i));
      g_autofree char        *path = NULL;

      if (info == NULL || shoal_cli_job_get_exit (g_ptr_array_index (self->jobs, i)) != 0)
        continue;
      path = shoal_cli_sentence_dup_safe (info->data_path);
      printf ("%s\n", path);
    }
}

static int
run (int argc, char **argv, void (*start) (Run *self), gboolean is_get)
{
  Run self = { 0 };
  int status;

  self.options = shoal_cli_options_parse (argc, argv, &status);
  if (self.options == NULL)
    return status;
  self.loop = g_main_loop_new (NULL, FALSE);
  self.jobs = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_cli_job_free);
  if (!self.options->is_json && !self.options->is_quiet)
    self.progress = shoal_cli_progress_new ();
  start (&self);
  run_loop (&self);
  show_progress (&self, TRUE);
  g_clear_pointer (&self.progress, shoal_cli_progress_free);
  if (is_get && self.signal_status == 0 && !self.options->is_json && !self.options->is_quiet)
    say_done (&self);
  status = self.exit_status == 0 ? self.signal_status : self.exit_status;
  g_ptr_array_unref (self.jobs);
  g_main_loop_unref (self.loop);
  shoal_cli_options_free (self.options);
  return status;
}

int
shoal_cli_get (int argc, char **argv)
{
  return run (argc, argv, start_get, TRUE);
}

int
shoal_cli_seed (int argc, char **argv)
{
  return run (argc, argv, start_seed, FALSE);
}
