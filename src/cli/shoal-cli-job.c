/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-job.h"

#include <glib/gi18n.h>
#include <stdlib.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-event.h"
#include "cli/shoal-cli-output.h"

/* With --json there is a progress event at least every second; ticks come every quarter. */
#define PROGRESS_USEC (G_USEC_PER_SEC * 7 / 10)

struct _ShoalCliJob
{
  const ShoalCliOptions *options; /* unowned: outlives us */
  char                  *source;  /* owned, as all to info */
  char                  *hash;
  ShoalCliTopic          topic; /* both, for the events */
  ShoalContents         *contents;
  char                  *top_name;
  ShoalApiEngine        *engine; /* NULL: it was never started */
  ShoalCliFault         *fault;  /* NULL: none */
  GPtrArray             *early;  /* of ShoalEvent: what happened before `added` was said */
  ShoalTorrentInfo      *info;   /* NULL: no row yet */
  ShoalCliExit           exit;
  guint                  index;
  guint                  max_peers;
  gint64                 begun_usec;
  gint64                 said_usec;  /* when the last progress event was */
  gint64                 moved_usec; /* when the last byte came */
  guint64                moved_bytes;
  ShoalTotals            totals;  /* of this run */
  ShoalTotals            counted; /* as they were when the shares were last measured */
  gint64                 counted_usec;
  ShoalCliShare          shares[SHOAL_CLI_N_DIRECTIONS];
  guint64                given_bps[SHOAL_CLI_N_DIRECTIONS]; /* what the engine was told */
  const char            *said_state;                        /* static; of the last progress event */
  guint16                taken_port;                        /* was asked for and is busy; 0: none */
  ShoalCliJobFunc        on_ended;
  gpointer               user_data;

  guint is_seeding : 1;
  guint has_any_port : 1; /* the wished ones were all taken */
  guint is_accepted : 1;  /* the engine has it */
  guint is_added : 1;     /* and found out what is there: the event was sent */
  guint is_stopping : 1;
  guint is_ended : 1;
  guint was_complete : 1;
  guint was_damaged : 1; /* it was said that the state was set aside */
};

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

static void
print_progress (ShoalCliJob *self, const char *state)
{
  self->said_usec = g_get_monotonic_time ();
  self->said_state = state;
  shoal_cli_event_print_progress (&self->topic, self->info, state, self->totals.uploaded);
}

static void
on_listening (ShoalCliJob *self, const ShoalEvent *event)
{
  if (self->taken_port != 0)
    shoal_cli_output_note (
        _ ("port %u is in use; listening on %u instead"), self->taken_port, event->tcp_port);
  self->taken_port = 0;
  if (shoal_cli_output_is_json ())
    shoal_cli_event_print_listening (&self->topic, event);
}

static void
on_tracker (ShoalCliJob *self, const ShoalEvent *event)
{
  g_autofree char *url = shoal_cli_sentence_dup_safe (event->subject);
  g_autofree char *text = NULL;

  if (shoal_cli_output_is_json ())
    {
      shoal_cli_event_print_tracker (&self->topic, event);
      return;
    }
  text = shoal_cli_sentence_dup_safe (event->text != NULL ? event->text : _ ("no reason given"));
  if (event->is_error)
    shoal_cli_output_note (_ ("tracker %s: %s"), url, text);
}

/* Everything is on disk and the state says so. `seed` does not claim it: it fetched nothing. */
static void
on_complete (ShoalCliJob *self, const ShoalEvent *event)
{
  double           seconds = (double) (g_get_monotonic_time () - self->begun_usec) / G_USEC_PER_SEC;
  g_autofree char *path = NULL;

  if (self->was_complete)
    return;
  self->was_complete = TRUE;
  if (self->is_seeding)
    return;
  path = shoal_cli_output_dup_name (self->info->data_path);
  shoal_cli_output_result ("%s", path);
  if (shoal_cli_output_is_json ())
    shoal_cli_event_print_complete (&self->topic, event, seconds);
  if (!self->options->seeds)
    shoal_cli_job_stop (self, SHOAL_CLI_EXIT_DONE);
}

static void
on_local_ignored (ShoalCliJob *self, const ShoalEvent *event)
{
  g_autofree char *who = shoal_cli_sentence_dup_safe (event->subject);

  shoal_cli_output_note (_ ("%s: local addresses were ignored; --allow-local allows them"), who);
}

static void
on_peer_unknown (ShoalCliJob *self, const ShoalEvent *event)
{
  g_autofree char *who = shoal_cli_sentence_dup_safe (event->subject);
  g_autofree char *text = shoal_cli_sentence_dup_safe (event->text);

  shoal_cli_output_note (_ ("peer %s: %s; check the name"), who, text);
}

static void
handle_event (ShoalCliJob *self, const ShoalEvent *event)
{
  switch (event->kind)
    {
    case SHOAL_EVENT_LISTENING:
      on_listening (self, event);
      break;
    case SHOAL_EVENT_PORT_TAKEN:
      self->taken_port = event->tcp_port;
      break;
    case SHOAL_EVENT_PEER_CONNECTED:
    case SHOAL_EVENT_PEER_CLOSED:
      if (shoal_cli_output_is_json ())
        shoal_cli_event_print_peer (&self->topic, event);
      break;
    case SHOAL_EVENT_PEER_UNKNOWN:
      on_peer_unknown (self, event);
      break;
    case SHOAL_EVENT_TRACKER:
      on_tracker (self, event);
      break;
    case SHOAL_EVENT_BAD_PIECE:
      if (shoal_cli_output_is_json ())
        shoal_cli_event_print_bad_piece (&self->topic, event);
      break;
    case SHOAL_EVENT_COMPLETE:
      on_complete (self, event);
      break;
    case SHOAL_EVENT_LOCAL_IGNORED:
      on_local_ignored (self, event);
      break;
    }
}

/* Where peers can connect is said at once; the rest after `added`. */
static void
take_event (ShoalCliJob *self, const ShoalEvent *event)
{
  if (self->is_added || event->kind == SHOAL_EVENT_LISTENING ||
      event->kind == SHOAL_EVENT_PORT_TAKEN)
    handle_event (self, event);
  else
    g_ptr_array_add (self->early, shoal_event_ref (event));
}

static void
say_added (ShoalCliJob *self)
{
  guint i;

  self->is_added = TRUE;
  if (shoal_cli_output_is_json ())
    {
      shoal_cli_event_print_added (&self->topic, self->contents, self->info);
      print_progress (self, shoal_cli_event_name_state (self->info, self->is_seeding));
    }
  for (i = 0; i < self->early->len; i++)
    handle_event (self, g_ptr_array_index (self->early, i));
  g_ptr_array_set_size (self->early, 0);
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
  if (self->info->downloaded == self->moved_bytes)
    return;
  self->moved_bytes = self->info->downloaded;
  self->moved_usec = g_get_monotonic_time ();
}

/* What a changed row, or that the engine has the torrent now, brings about. */
static void
review (ShoalCliJob *self)
{
  const ShoalTorrentInfo *info = self->info;
  const char             *state = shoal_cli_event_name_state (info, self->is_seeding);

  if (!self->is_accepted || self->is_stopping)
    return;
  if (!self->is_added && info->resumed_bytes != G_MAXUINT64)
    say_added (self);
  if (is_final (info->problem))
    fail (self, info->problem);
  else if (shoal_cli_output_is_json () && self->is_added && state != self->said_state)
    print_progress (self, state);
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

static ShoalSettings *
make_settings (const ShoalCliJob *self)
{
  ShoalSettings *settings = shoal_settings_copy (self->options->settings);

  settings->max_peers = MIN (settings->max_peers, self->max_peers);
  if (self->has_any_port)
    settings->port = 0;
  else if (settings->port != 0)
    settings->port = (guint16) MIN (settings->port + self->index, G_MAXUINT16);
  settings->down_limit_bps = self->shares[SHOAL_CLI_DIRECTION_DOWN].bps;
  settings->up_limit_bps = self->shares[SHOAL_CLI_DIRECTION_UP].bps;
  return settings;
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
  settings = make_settings (self);
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

static void
snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, ShoalCliJob *self)
{
  guint i;

  self->totals = snapshot->totals;
  for (i = 0; i < snapshot->changed->len; i++)
    take_info (self, g_ptr_array_index (snapshot->changed, i));
  for (i = 0; i < snapshot->events->len; i++)
    take_event (self, g_ptr_array_index (snapshot->events, i));
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

/* All files, or those of --select: what an earlier call selected does not count. NULL: there are
 * not so many. */
static guint8 *
make_priorities (const ShoalCliJob *self)
{
  guint   n = self->contents->files->len;
  guint8 *priorities;

  if (self->options->select != NULL)
    return shoal_cli_options_parse_select (self->options->select, n);
  priorities = g_malloc (n);
  memset (priorities, SHOAL_FILE_PRIORITY_NORMAL, n);
  return priorities;
}

static GStrv
dup_strv (const GPtrArray *strings)
{
  GStrv copy = g_new0 (char *, strings->len + 1);
  guint i;

  for (i = 0; i < strings->len; i++)
    copy[i] = g_strdup (g_ptr_array_index (strings, i));
  return copy;
}

static ShoalAddOptions *
make_add_options (const ShoalCliJob *self, const char *save_path, guint8 *priorities)
{
  const ShoalCliOptions *options = self->options;
  ShoalAddOptions       *add = shoal_add_options_new (save_path);

  add->priorities = priorities;
  add->n_priorities = self->contents->files->len;
  add->peers = dup_strv (options->peers);
  add->trackers = dup_strv (options->trackers);
  add->top_name = g_strdup (self->top_name);
  add->is_seed = self->is_seeding || options->seeds;
  add->seed_ratio = options->ratio;
  add->is_sequential = options->is_sequential;
  add->no_trackers = options->no_trackers;
  add->check_first = options->recheck;
  add->must_be_whole = self->is_seeding && !options->is_partial;
  add->no_download = self->is_seeding;
  add->fail_on_storage = TRUE;
  add->replaces = TRUE;
  return add;
}

/* One database for each torrent and download folder: @folder/HASH-FOLDER.db. */
static char *
dup_state_path (const ShoalCliJob *self, const char *save_path)
{
  g_autofree char *folder =
      self->options->state != NULL
          ? g_strdup (self->options->state)
          : g_build_filename (g_get_user_state_dir (), SHOAL_STATE_NAME, "cli", NULL);
  g_autofree char *real = realpath (save_path, NULL);
  g_autofree char *place = g_strconcat (
      real != NULL ? real : save_path, "/", self->top_name != NULL ? self->top_name : "", NULL);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA1, place, -1);
  g_autofree char *name = g_strdup_printf ("%s-%.16s.db", self->hash, digest);

  return g_build_filename (folder, name, NULL);
}

/* A first share, until the limits are divided anew. */
static guint64
get_part (guint64 limit_bps, guint n_jobs)
{
  return limit_bps > 0 ? MAX (limit_bps / n_jobs, 1) : 0;
}

static void
init_shares (ShoalCliJob *self, guint n_jobs)
{
  const ShoalSettings *settings = self->options->settings;
  guint                i;

  self->shares[SHOAL_CLI_DIRECTION_DOWN].bps = get_part (settings->down_limit_bps, n_jobs);
  self->shares[SHOAL_CLI_DIRECTION_UP].bps = get_part (settings->up_limit_bps, n_jobs);
  for (i = 0; i < SHOAL_CLI_N_DIRECTIONS; i++)
    self->given_bps[i] = self->shares[i].bps;
  self->counted_usec = self->begun_usec;
}

static void
start_engine (ShoalCliJob *self, const ShoalCliJobOptions *options, ShoalAddOptions *add)
{
  g_autofree char *state_path = dup_state_path (self, options->save_path);
  g_autoptr (ShoalSettings) settings = make_settings (self);
  ShoalApiEngineOptions engine_options = { .state_path = state_path,
                                           .settings = settings,
                                           .is_held = TRUE };

  self->engine = shoal_api_engine_new (&engine_options);
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (snapshot_cb), self);
  shoal_api_engine_watch (self->engine, (ShoalTorrentId){ 0 }, SHOAL_WATCH_EVENTS);
  shoal_api_engine_add (self->engine, options->torrent, add, added_cb, self);
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

/* --select names a file that the torrent does not have. */
static void
refuse_selection (ShoalCliJob *self)
{
  g_autofree char *text = g_strdup_printf (_ ("--select=%s: %s has the files 1 to %u"),
                                           self->options->select,
                                           self->source,
                                           self->contents->files->len);

  self->fault = shoal_cli_fault_new_usage (text);
  self->fault->source = g_strdup (self->source);
  self->fault->hash = g_strdup (self->hash);
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
  ShoalCliJob *self = g_new0 (ShoalCliJob, 1);
  guint8      *priorities;

  self->options = options->options;
  self->source = g_strdup (options->source);
  self->hash = shoal_cli_job_dup_hash (options->contents);
  self->topic = (ShoalCliTopic){ self->hash, self->source };
  self->contents = shoal_contents_ref (options->contents);
  self->top_name = g_strdup (options->top_name);
  self->early = g_ptr_array_new_with_free_func ((GDestroyNotify) shoal_event_unref);
  self->is_seeding = options->is_seeding;
  self->index = options->index;
  self->max_peers = options->max_peers;
  self->on_ended = options->on_ended;
  self->user_data = options->user_data;
  self->begun_usec = self->moved_usec = g_get_monotonic_time ();
  init_shares (self, options->n_jobs);
  priorities = make_priorities (self);
  if (priorities != NULL)
    start_engine (self, options, make_add_options (self, options->save_path, priorities));
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

ShoalCliShare *
shoal_cli_job_get_share (ShoalCliJob *self, ShoalCliDirection direction)
{
  return &self->shares[direction];
}

void
shoal_cli_job_measure (ShoalCliJob *self, gint64 now_usec)
{
  const ShoalTorrentInfo *info = self->info;
  ShoalCliShare          *down = &self->shares[SHOAL_CLI_DIRECTION_DOWN];
  ShoalCliShare          *up = &self->shares[SHOAL_CLI_DIRECTION_UP];
  gint64                  span_usec = now_usec - self->counted_usec;
  gboolean                is_connected = info != NULL && info->n_peers > 0 && !self->is_stopping;

  shoal_cli_share_count (down, self->totals.downloaded - self->counted.downloaded, span_usec);
  shoal_cli_share_count (up, self->totals.uploaded - self->counted.uploaded, span_usec);
  down->can_use = is_connected && info->state == SHOAL_TORRENT_STATE_DOWNLOADING;
  up->can_use = is_connected;
  self->counted = self->totals;
  self->counted_usec = now_usec;
}

void
shoal_cli_job_apply_shares (ShoalCliJob *self)
{
  g_autoptr (ShoalSettings) settings = NULL;
  gboolean is_new = FALSE;
  guint    i;

  for (i = 0; i < SHOAL_CLI_N_DIRECTIONS; i++)
    {
      is_new = is_new || self->given_bps[i] != self->shares[i].bps;
      self->given_bps[i] = self->shares[i].bps;
    }
  if (!is_new || self->is_stopping)
    return;
  settings = make_settings (self);
  shoal_api_engine_set_settings (self->engine, settings);
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
    print_progress (self, shoal_cli_event_name_state (self->info, self->is_seeding));
}
