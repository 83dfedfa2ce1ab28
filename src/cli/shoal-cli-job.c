/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-job-private.h"

#include <glib/gi18n.h>

#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-output.h"

/* With --json there is a progress event at least every second; ticks come every quarter. */
#define PROGRESS_USEC (G_USEC_PER_SEC * 7 / 10)

/* The job ends, and not well. The event comes last, when the engine has ended. */
static void
fail (ShoalCliJob *self, const ShoalProblem *problem)
{
  if (self->is_stopping)
    return;
  self->fault = shoal_cli_fault_new (problem, self->source, self->hash);
  shoal_cli_fault_say (self->fault);
  shoal_cli_job_stop (self, self->fault->exit);
}

static gboolean
is_final (const ShoalProblem *problem)
{
  return problem != NULL && (problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE ||
                             problem->domain == SHOAL_PROBLEM_DOMAIN_STATE ||
                             problem->domain == SHOAL_PROBLEM_DOMAIN_TORRENT);
}

static void
note_moved (ShoalCliJob *self)
{
  guint64 bytes = self->info->downloaded + self->info->metadata_bytes;

  if (bytes == self->moved_bytes)
    return;
  self->moved_bytes = bytes;
  self->moved_usec = g_get_monotonic_time ();
}

/* Whether it is known what is there already; of a link, that it is one. The row of a torrent that
 * sleeps does not name its files. */
static gboolean
is_begun (const ShoalCliJob *self)
{
  const ShoalTorrentInfo *info = self->info;

  if (info->is_magnet || shoal_cli_job_has_learnt (self))
    return TRUE;
  return info->resumed_bytes != G_MAXUINT64 && (info->n_files > 0 || !self->is_magnet);
}

/* What a changed row, or that the engine has the torrent now, brings about. */
static void
review (ShoalCliJob *self)
{
  const ShoalTorrentInfo *info = self->info;
  const char             *state = shoal_cli_event_name_state (info, self->is_seeding);

  if (!self->is_accepted || self->is_stopping)
    return;
  if (!self->is_added && is_begun (self))
    shoal_cli_job_say_added (self);
  if (is_final (info->problem))
    fail (self, info->problem);
  else if (shoal_cli_output_is_json () && self->is_added && state != self->said_state)
    shoal_cli_job_print_progress (self, state);
  if (info->state == SHOAL_TORRENT_STATE_FINISHED && self->options->ratio >= 0 &&
      self->was_complete)
    shoal_cli_job_stop (self, SHOAL_CLI_EXIT_DONE);
}

static void
take_info (ShoalCliJob *self, const ShoalTorrentInfo *info)
{
  g_clear_pointer (&self->info, shoal_torrent_info_unref);
  self->info = shoal_torrent_info_ref (info);
  note_moved (self);
  review (self);
}

/* The wished port is taken, as those after it are, or there are none after it: with several
 * torrents the others may be our own. Any other will do. */
static void
take_any_port (ShoalCliJob *self, guint16 taken_port)
{
  g_autoptr (ShoalSettings) settings = NULL;

  if (self->has_any_port || self->is_stopping)
    return;
  self->has_any_port = TRUE;
  self->taken_port = taken_port;
  settings = shoal_cli_job_make_settings (self);
  shoal_api_engine_set_settings (self->engine, settings);
}

/* Of the engine as a whole. A state that was set aside is no failure: a new one is begun. */
static void
take_problem (ShoalCliJob *self, const ShoalProblem *problem)
{
  g_autofree char *sentence = NULL;

  if (problem->domain == SHOAL_PROBLEM_DOMAIN_NETWORK && problem->code == SHOAL_PROBLEM_PORT_BUSY &&
      problem->number != 0)
    {
      take_any_port (self, (guint16) problem->number);
      return;
    }
  if (problem->code != SHOAL_PROBLEM_DAMAGED)
    {
      fail (self, problem);
      return;
    }
  if (self->was_damaged)
    return;
  self->was_damaged = TRUE;
  sentence = shoal_cli_sentence_dup (problem, self->source);
  shoal_cli_output_note ("%s", sentence);
}

/* A state that could not be kept at the end counts, unless completion was said: that was durable.
 */
static void
check_end (ShoalCliJob *self)
{
  const ShoalProblem *problem = shoal_api_engine_get_problem (self->engine);

  if (self->fault != NULL || self->was_complete || problem == NULL ||
      problem->code == SHOAL_PROBLEM_DAMAGED)
    return;
  self->fault = shoal_cli_fault_new (problem, self->source, self->hash);
  self->exit = self->fault->exit;
  shoal_cli_fault_say (self->fault);
}

static void
on_end (ShoalCliJob *self)
{
  self->is_stopping = self->is_ended = TRUE;
  check_end (self);
  if (self->fault != NULL)
    shoal_cli_fault_print (self->fault);
  else if (shoal_cli_output_is_json ())
    shoal_cli_event_print_stopped (&self->topic, &self->totals);
  self->on_ended (self, self->user_data);
}

/* What a magnet is comes before what is done with it, all else after it. */
static void
take_events (ShoalCliJob *self, const ShoalSnapshot *snapshot, gboolean of_metadata)
{
  guint i;

  for (i = 0; i < snapshot->events->len; i++)
    {
      const ShoalEvent *event = g_ptr_array_index (snapshot->events, i);

      if ((event->kind == SHOAL_EVENT_METADATA) == of_metadata)
        shoal_cli_job_take_event (self, event);
    }
}

static void
snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, ShoalCliJob *self)
{
  guint i;

  self->totals = snapshot->totals;
  take_events (self, snapshot, TRUE);
  for (i = 0; i < snapshot->changed->len; i++)
    take_info (self, g_ptr_array_index (snapshot->changed, i));
  take_events (self, snapshot, FALSE);
  if (snapshot->problem != NULL && !snapshot->is_stopped)
    take_problem (self, snapshot->problem);
  if (snapshot->is_stopped)
    on_end (self);
}

static void
added_cb (ShoalApiEngine *engine, const ShoalAnswer *answer, gpointer user_data)
{
  ShoalCliJob *self = user_data;

  if (answer->problem != NULL)
    {
      fail (self, answer->problem);
      return;
    }
  self->is_accepted = TRUE;
  if (self->info != NULL)
    review (self);
}

static void
start_engine (ShoalCliJob *self, const ShoalCliJobOptions *options, ShoalAddOptions *add)
{
  g_autofree char *state_path = shoal_cli_job_dup_state_path (self, options->save_path);
  g_autoptr (ShoalSettings) settings = shoal_cli_job_make_settings (self);
  ShoalApiEngineOptions engine_options = { .state_path = state_path,
                                           .settings = settings,
                                           .is_held = TRUE };

  self->engine = shoal_api_engine_new (&engine_options);
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (snapshot_cb), self);
  shoal_api_engine_watch (self->engine, (ShoalTorrentId){ 0 }, SHOAL_WATCH_EVENTS);
  if (options->torrent != NULL)
    shoal_api_engine_add (self->engine, options->torrent, add, added_cb, self);
  else
    shoal_api_engine_add_magnet (self->engine, options->source, add, added_cb, self);
}

static gboolean
refused_cb (gpointer user_data)
{
  ShoalCliJob *self = user_data;

  self->is_ended = TRUE;
  shoal_cli_fault_print (self->fault);
  self->on_ended (self, self->user_data);
  return G_SOURCE_REMOVE;
}

/* @text: taken. */
static ShoalCliFault *
make_usage_fault (const ShoalCliJob *self, char *text)
{
  ShoalCliFault *fault = shoal_cli_fault_new_usage (text);

  fault->source = g_strdup (self->source);
  fault->hash = g_strdup (self->hash);
  g_free (text);
  return fault;
}

ShoalCliFault *
shoal_cli_job_make_selection_fault (const ShoalCliJob *self, guint n_files)
{
  return make_usage_fault (self,
                           g_strdup_printf (_ ("--select=%s: %s has the files 1 to %u"),
                                            self->options->select,
                                            self->source,
                                            n_files));
}

ShoalCliFault *
shoal_cli_job_make_link_fault (const ShoalCliJob *self, guint n_files)
{
  return make_usage_fault (
      self,
      g_strdup_printf (_ ("%s: so= selects none of the files 1 to %u; --select selects others"),
                       self->source,
                       n_files));
}

static void
refuse_selection (ShoalCliJob *self)
{
  self->fault = shoal_cli_job_make_selection_fault (self, self->contents->files->len);
  self->exit = self->fault->exit;
  self->is_stopping = TRUE;
  shoal_cli_fault_say (self->fault);
  g_idle_add (refused_cb, self);
}

char *
shoal_cli_job_dup_hash (const ShoalContents *contents)
{
  const ShoalInfoHashes *hashes = &contents->hashes;

  return hashes->has_v1 ? shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes)
                        : shoal_base_hex_dup (hashes->v2.bytes, sizeof hashes->v2.bytes);
}

ShoalCliJob *
shoal_cli_job_new (const ShoalCliJobOptions *options)
{
  ShoalCliJob     *self = g_new0 (ShoalCliJob, 1);
  ShoalAddOptions *add;

  self->options = options->options;
  self->source = g_strdup (options->source);
  self->hash = shoal_cli_job_dup_hash (options->contents);
  self->topic = (ShoalCliTopic){ self->hash, self->source };
  self->contents = shoal_contents_ref (options->contents);
  self->top_name = g_strdup (options->top_name);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_event_unref);
  self->is_magnet = options->torrent == NULL;
  self->is_seeding = options->is_seeding;
  self->index = options->index;
  self->max_peers = options->max_peers;
  self->on_ended = options->on_ended;
  self->user_data = options->user_data;
  self->begun_usec = self->moved_usec = g_get_monotonic_time ();
  shoal_cli_job_init_shares (self, options->n_jobs);
  add = shoal_cli_job_make_add_options (self, options->save_path);
  if (add != NULL)
    start_engine (self, options, add);
  else
    refuse_selection (self);
  return self;
}

static void
release_engine (ShoalCliJob *self)
{
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
}

void
shoal_cli_job_free (ShoalCliJob *self)
{
  release_engine (self);
  g_clear_pointer (&self->info, shoal_torrent_info_unref);
  g_clear_pointer (&self->fault, shoal_cli_fault_free);
  g_ptr_array_unref (self->early);
  shoal_contents_unref (self->contents);
  g_free (self->top_name);
  g_free (self->source);
  g_free (self->hash);
  g_free (self);
}

void
shoal_cli_job_stop (ShoalCliJob *self, ShoalCliExit exit)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  self->exit = exit;
  shoal_api_engine_quit (self->engine);
}

gboolean
shoal_cli_job_is_stopping (const ShoalCliJob *self)
{
  return self->is_stopping;
}

gboolean
shoal_cli_job_is_ended (const ShoalCliJob *self)
{
  return self->is_ended;
}

ShoalCliExit
shoal_cli_job_get_exit (const ShoalCliJob *self)
{
  return self->exit;
}

const ShoalCliFault *
shoal_cli_job_get_fault (const ShoalCliJob *self)
{
  return self->fault;
}

const ShoalTorrentInfo *
shoal_cli_job_get_info (const ShoalCliJob *self)
{
  return self->info;
}

static void
check_timeout (ShoalCliJob *self, gint64 now_usec)
{
  g_autoptr (ShoalProblem) problem = NULL;
  gint64 limit_usec = self->options->timeout_sec * G_USEC_PER_SEC;

  if (limit_usec == 0 || self->is_seeding || self->was_complete || self->is_stopping)
    return;
  if (self->info != NULL && self->info->state == SHOAL_TORRENT_STATE_CHECKING)
    self->moved_usec = now_usec;
  if (now_usec - self->moved_usec < limit_usec)
    return;
  problem = shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_USE,
                                    SHOAL_PROBLEM_TIMEOUT,
                                    self->source,
                                    NULL,
                                    0,
                                    (guint64) self->options->timeout_sec);
  fail (self, problem);
}

void
shoal_cli_job_tick (ShoalCliJob *self)
{
  gint64 now_usec = g_get_monotonic_time ();

  if (self->is_ended)
    release_engine (self);
  check_timeout (self, now_usec);
  if (shoal_cli_output_is_json () && self->is_added && !self->is_stopping &&
      now_usec - self->said_usec >= PROGRESS_USEC)
    shoal_cli_job_print_progress (self, shoal_cli_event_name_state (self->info, self->is_seeding));
}
