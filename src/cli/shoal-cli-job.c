/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-job.h"

#include <glib/gi18n.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-json.h"

/* With --json: a progress event at least this often while there is something to say. */
#define PROGRESS_USEC G_USEC_PER_SEC

struct _ShoalCliJob
{
  const ShoalCliOptions *options; /* unowned: outlives us */
  char                  *source;
  char                   hash[65]; /* v1 in hex, v2 where there is no v1 */
  ShoalContents         *contents; /* owned */
  char                  *top_name;
  ShoalApiEngine        *engine; /* owned */
  ShoalTorrentInfo      *info;   /* owned; NULL: no row yet */
  ShoalTorrentId         id;
  ShoalCliExit           exit;
  gint64                 begun_usec;
  gint64                 said_usec;  /* when the last progress event was */
  gint64                 moved_usec; /* when the last byte came */
  guint64                moved_bytes;
  ShoalTotals            totals; /* of this run */
  ShoalTorrentState      said_state;
  ShoalCliJobFunc        on_ended;
  gpointer               user_data;

  guint is_seeding : 1;
  guint is_accepted : 1; /* the engine has it */
  guint is_added : 1;    /* and found out what is there: the event was sent */
  guint is_stopping : 1;
  guint was_complete : 1;
};

static void
begin_event (const ShoalCliJob *self, ShoalCliJson *json, const char *event)
{
  shoal_cli_json_begin (json, event);
  shoal_cli_json_add_string (json, "info_hash", self->hash);
  shoal_cli_json_add_string (json, "source", self->source);
}

static const char *
name_error (ShoalCliExit exit, const ShoalProblem *problem)
{
  if (problem->code == SHOAL_PROBLEM_TIMEOUT)
    return "timeout";
  if (exit == SHOAL_CLI_EXIT_REJECTED)
    return "rejected";
  return exit == SHOAL_CLI_EXIT_STORAGE ? "storage" : "failed";
}

static void
print_problem (const ShoalCliOptions *options,
               const char            *source,
               const char            *hash,
               const ShoalProblem    *problem)
{
  g_autofree char *sentence = shoal_cli_sentence_dup (problem, source);
  ShoalCliJson     json;

  fprintf (stderr, "shoal-cli: %s\n", sentence);
  if (!options->is_json)
    return;
  shoal_cli_json_begin (&json, "error");
  if (hash != NULL)
    shoal_cli_json_add_string (&json, "info_hash", hash);
  shoal_cli_json_add_string (&json, "source", source);
  shoal_cli_json_add_string (
      &json, "code", name_error (shoal_cli_sentence_get_exit (problem), problem));
  shoal_cli_json_add_string (&json, "message", sentence);
  shoal_cli_json_print (&json);
}

void
shoal_cli_job_report_problem (const ShoalCliOptions *options,
                              const char            *source,
                              const ShoalProblem    *problem)
{
  print_problem (options, source, NULL, problem);
}

/* The job ends, and not well. */
static void
fail (ShoalCliJob *self, const ShoalProblem *problem)
{
  if (self->is_stopping)
    return;
  self->exit = shoal_cli_sentence_get_exit (problem);
  print_problem (self->options, self->source, self->hash, problem);
  shoal_cli_job_stop (self);
}

static const char *
name_state (const ShoalTorrentInfo *info)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_CHECKING:
      return "checking";
    case SHOAL_TORRENT_STATE_SEEDING:
    case SHOAL_TORRENT_STATE_FINISHED:
      return "seeding";
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      if (info->stalled_time != 0 && info->n_peers > 0 && info->copies_1000 < 1000)
        return "waiting";
      return "downloading";
    case SHOAL_TORRENT_STATE_PAUSED:
    case SHOAL_TORRENT_STATE_WAITING:
    case SHOAL_TORRENT_STATE_STOPPED:
    case SHOAL_TORRENT_STATE_MOVING:
      break;
    }
  return "waiting";
}

static void
print_progress (ShoalCliJob *self)
{
  const ShoalTorrentInfo *info = self->info;
  gboolean                is_checking = info->state == SHOAL_TORRENT_STATE_CHECKING;
  ShoalCliJson            json;

  self->said_usec = g_get_monotonic_time ();
  self->said_state = info->state;
  begin_event (self, &json, "progress");
  shoal_cli_json_add_uint (&json, "done", is_checking ? info->checked_bytes : info->done_bytes);
  shoal_cli_json_add_uint (&json, "size", info->wanted_bytes);
  shoal_cli_json_add_uint (&json, "down", info->down_bps);
  shoal_cli_json_add_uint (&json, "up", info->up_bps);
  shoal_cli_json_add_uint (&json, "uploaded", self->totals.uploaded);
  shoal_cli_json_add_uint (&json, "peers", info->n_peers);
  shoal_cli_json_add_uint (&json, "seeds", info->n_seeds);
  if (info->eta_sec >= 0)
    shoal_cli_json_add_uint (&json, "eta", (guint64) info->eta_sec);
  else
    shoal_cli_json_add_null (&json, "eta");
  shoal_cli_json_add_string (&json, "state", name_state (info));
  shoal_cli_json_print (&json);
}

static void
print_added (ShoalCliJob *self)
{
  ShoalCliJson json;

  begin_event (self, &json, "added");
  shoal_cli_json_add_string (&json, "name", self->contents->name);
  shoal_cli_json_add_uint (&json, "size", self->contents->size);
  shoal_cli_json_add_uint (&json, "files", self->contents->files->len);
  shoal_cli_json_add_uint (&json, "resumed_bytes", self->info->resumed_bytes);
  shoal_cli_json_print (&json);
}

static void
print_peer (const ShoalCliJob *self, const ShoalEvent *event)
{
  gboolean     is_closed = event->kind == SHOAL_EVENT_PEER_CLOSED;
  char         address[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalCliJson json;

  begin_event (self, &json, "peer");
  shoal_cli_json_add_string (
      &json, "address", shoal_base_address_format (&event->address, TRUE, address));
  shoal_cli_json_add_string (&json, "client", event->text);
  shoal_cli_json_add_string (&json, "transport", event->is_utp ? "utp" : "tcp");
  shoal_cli_json_add_bool (&json, "encrypted", event->is_encrypted);
  shoal_cli_json_add_string (&json, "direction", event->is_incoming ? "in" : "out");
  shoal_cli_json_add_string (&json, "state", is_closed ? "closed" : "connected");
  shoal_cli_json_add_string (&json, "reason", event->reason);
  shoal_cli_json_print (&json);
}

static void
print_tracker (const ShoalCliJob *self, const ShoalEvent *event)
{
  ShoalCliJson json;

  if (self->options->is_json)
    {
      begin_event (self, &json, "tracker");
      shoal_cli_json_add_string (&json, "url", event->subject);
      shoal_cli_json_add_string (&json, "status", event->is_error ? "error" : "ok");
      shoal_cli_json_add_string (&json, "message", event->text);
      shoal_cli_json_add_uint (&json, "peers", event->number);
      shoal_cli_json_add_uint (&json, "interval", event->number2);
      shoal_cli_json_print (&json);
    }
  else if (event->is_error && !self->options->is_quiet)
    {
      g_autofree char *url = shoal_cli_sentence_dup_safe (event->subject);
      g_autofree char *text = shoal_cli_sentence_dup_safe (event->text != NULL ? event->text : "");

      fprintf (stderr, _ ("shoal-cli: tracker %s: %s\n"), url, text);
    }
}

static void
print_bad_piece (const ShoalCliJob *self, const ShoalEvent *event)
{
  g_autoptr (GString) peers = g_string_new ("[");
  ShoalCliJson json;
  guint        i;

  for (i = 0; event->peers != NULL && i < event->peers->len; i++)
    {
      char address[SHOAL_BASE_ADDRESS_TEXT_SIZE];

      if (i > 0)
        g_string_append_c (peers, ',');
      shoal_cli_json_quote (peers,
                            shoal_base_address_format (
                                &g_array_index (event->peers, ShoalBaseAddress, i), TRUE, address));
    }
  g_string_append_c (peers, ']');
  begin_event (self, &json, "bad_piece");
  shoal_cli_json_add_uint (&json, "piece", event->number);
  shoal_cli_json_add_raw (&json, "peers", peers->str);
  shoal_cli_json_print (&json);
}

static void
print_listening (const ShoalCliJob *self, const ShoalEvent *event)
{
  ShoalCliJson json;

  if (event->kind == SHOAL_EVENT_PORT_TAKEN)
    {
      if (!self->options->is_quiet)
        fprintf (stderr,
                 _ ("shoal-cli: port %u is in use; taking the next free one\n"),
                 event->tcp_port);
      return;
    }
  if (!self->options->is_json)
    return;
  begin_event (self, &json, "listening");
  shoal_cli_json_add_uint (&json, "tcp", event->tcp_port);
  shoal_cli_json_add_uint (&json, "udp", event->udp_port);
  shoal_cli_json_print (&json);
}

static void
on_complete (ShoalCliJob *self, const ShoalEvent *event)
{
  double       seconds = (double) (g_get_monotonic_time () - self->begun_usec) / G_USEC_PER_SEC;
  ShoalCliJson json;

  if (self->was_complete)
    return;
  self->was_complete = TRUE;
  if (self->is_seeding)
    return;
  if (self->options->is_json)
    {
      begin_event (self, &json, "complete");
      shoal_cli_json_add_double (&json, "seconds", seconds);
      shoal_cli_json_add_uint (&json, "bytes", event->number);
      shoal_cli_json_add_uint (&json, "wasted", event->number2);
      shoal_cli_json_print (&json);
    }
  if (!self->options->seeds)
    shoal_cli_job_stop (self);
}

static void
print_local_ignored (const ShoalCliJob *self, const ShoalEvent *event)
{
  g_autofree char *who = shoal_cli_sentence_dup_safe (event->subject);

  if (self->options->is_quiet)
    return;
  fprintf (
      stderr, _ ("shoal-cli: %s: local addresses were ignored; --allow-local allows them\n"), who);
}

static void
handle_event (ShoalCliJob *self, const ShoalEvent *event)
{
  switch (event->kind)
    {
    case SHOAL_EVENT_LISTENING:
    case SHOAL_EVENT_PORT_TAKEN:
      print_listening (self, event);
      break;
    case SHOAL_EVENT_PEER_CONNECTED:
    case SHOAL_EVENT_PEER_CLOSED:
      if (self->options->is_json)
        print_peer (self, event);
      break;
    case SHOAL_EVENT_TRACKER:
      print_tracker (self, event);
      break;
    case SHOAL_EVENT_BAD_PIECE:
      if (self->options->is_json)
        print_bad_piece (self, event);
      break;
    case SHOAL_EVENT_COMPLETE:
      on_complete (self, event);
      break;
    case SHOAL_EVENT_LOCAL_IGNORED:
      print_local_ignored (self, event);
      break;
    }
}

/* The row changed: its problem ends the job, a reached ratio too. */
static void
handle_info (ShoalCliJob *self, const ShoalTorrentInfo *info)
{
  g_clear_pointer (&self->info, shoal_torrent_info_unref);
  self->info = shoal_torrent_info_ref (info);
  if (info->downloaded != self->moved_bytes)
    {
      self->moved_bytes = info->downloaded;
      self->moved_usec = g_get_monotonic_time ();
    }
  if (!self->is_accepted || self->is_stopping)
    return;
  if (!self->is_added && info->resumed_bytes != G_MAXUINT64)
    {
      self->is_added = TRUE;
      if (self->options->is_json)
        print_added (self);
    }
  if (info->problem != NULL && (info->problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE ||
                                info->problem->domain == SHOAL_PROBLEM_DOMAIN_STATE ||
                                info->problem->domain == SHOAL_PROBLEM_DOMAIN_TORRENT))
    fail (self, info->problem);
  else if (self->options->is_json && self->is_added && info->state != self->said_state)
    print_progress (self);
  if (info->state == SHOAL_TORRENT_STATE_FINISHED && self->options->ratio >= 0 &&
      self->was_complete)
    shoal_cli_job_stop (self);
}

static void
print_stopped (const ShoalCliJob *self)
{
  ShoalCliJson json;

  if (!self->options->is_json || self->exit != SHOAL_CLI_EXIT_DONE || !self->is_added)
    return;
  begin_event (self, &json, "stopped");
  shoal_cli_json_add_uint (&json, "uploaded", self->totals.uploaded);
  shoal_cli_json_add_uint (&json, "downloaded", self->totals.downloaded);
  shoal_cli_json_print (&json);
}

static void
handle_end (ShoalCliJob *self)
{
  const ShoalProblem *problem = shoal_api_engine_get_problem (self->engine);

  if (!self->is_stopping && problem != NULL)
    {
      self->is_stopping = TRUE;
      self->exit = SHOAL_CLI_EXIT_FAILED;
      print_problem (self->options, self->source, self->hash, problem);
    }
  print_stopped (self);
  self->on_ended (self, self->user_data);
}

static void
snapshot_cb (ShoalApiEngine *engine, const ShoalSnapshot *snapshot, ShoalCliJob *self)
{
  guint i;

  self->totals = snapshot->totals;
  for (i = 0; i < snapshot->changed->len; i++)
    handle_info (self, g_ptr_array_index (snapshot->changed, i));
  for (i = 0; i < snapshot->events->len; i++)
    handle_event (self, g_ptr_array_index (snapshot->events, i));
  if (snapshot->problem != NULL && !snapshot->is_stopped &&
      snapshot->problem->code == SHOAL_PROBLEM_DAMAGED)
    print_problem (self->options, self->source, self->hash, snapshot->problem);
  else if (snapshot->problem != NULL && !snapshot->is_stopped)
    fail (self, snapshot->problem);
  if (snapshot->is_stopped)
    handle_end (self);
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
  self->id = answer->id;
  self->is_accepted = TRUE;
  if (self->info != NULL)
    handle_info (self, self->info);
}

static ShoalAddOptions *
make_add_options (ShoalCliJob *self, const char *save_path, ShoalProblem **problem)
{
  const ShoalCliOptions *options = self->options;
  ShoalAddOptions       *add = shoal_add_options_new (save_path);

  if (options->select != NULL)
    {
      add->priorities =
          shoal_cli_options_parse_select (options->select, self->contents->files->len);
      add->n_priorities = self->contents->files->len;
      if (add->priorities == NULL)
        {
          g_autofree char *text = g_strdup_printf (
              _ ("--select: the torrent has the files 1 to %u"), self->contents->files->len);

          *problem = shoal_problem_new (
              SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_INVALID, self->source, text);
          shoal_add_options_free (add);
          return NULL;
        }
    }
  g_ptr_array_add (options->peers, NULL);
  add->peers = g_strdupv ((char **) options->peers->pdata);
  g_ptr_array_set_size (options->peers, (int) options->peers->len - 1);
  g_ptr_array_add (options->trackers, NULL);
  add->trackers = g_strdupv ((char **) options->trackers->pdata);
  g_ptr_array_set_size (options->trackers, (int) options->trackers->len - 1);
  add->top_name = g_strdup (self->top_name);
  add->is_seed = self->is_seeding || options->seeds;
  add->seed_ratio = options->ratio;
  add->is_sequential = options->is_sequential;
  add->no_trackers = options->no_trackers;
  add->check_first = options->recheck;
  add->must_be_whole = self->is_seeding && !options->is_partial;
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

static ShoalSettings *
share_settings (const ShoalCliOptions *options, guint n_jobs)
{
  ShoalSettings *settings = shoal_settings_copy (options->settings);

  if (n_jobs > 1 && settings->down_limit_bps > 0)
    settings->down_limit_bps = MAX (settings->down_limit_bps / n_jobs, 1);
  if (n_jobs > 1 && settings->up_limit_bps > 0)
    settings->up_limit_bps = MAX (settings->up_limit_bps / n_jobs, 1);
  return settings;
}

static void
write_hash (ShoalCliJob *self)
{
  const ShoalInfoHashes *hashes = &self->contents->hashes;

  if (hashes->has_v1)
    shoal_base_hex_encode (hashes->v1.bytes, sizeof hashes->v1.bytes, self->hash);
  else
    shoal_base_hex_encode (hashes->v2.bytes, sizeof hashes->v2.bytes, self->hash);
}

static void
start_engine (ShoalCliJob *self, const ShoalCliJobOptions *options, ShoalAddOptions *add)
{
  g_autofree char *state_path = dup_state_path (self, options->save_path);
  g_autoptr (ShoalSettings) settings = share_settings (self->options, options->n_jobs);
  ShoalApiEngineOptions engine_options = { .state_path = state_path,
                                           .settings = settings,
                                           .is_held = TRUE };

  self->engine = shoal_api_engine_new (&engine_options);
  g_signal_connect (self->engine, "snapshot", G_CALLBACK (snapshot_cb), self);
  shoal_api_engine_watch (self->engine, (ShoalTorrentId){ 0 }, SHOAL_WATCH_EVENTS);
  shoal_api_engine_add (self->engine, options->torrent, add, added_cb, self);
}

static gboolean
ended_cb (gpointer user_data)
{
  ShoalCliJob *self = user_data;

  self->on_ended (self, self->user_data);
  return G_SOURCE_REMOVE;
}

ShoalCliJob *
shoal_cli_job_new (const ShoalCliJobOptions *options)
{
  ShoalCliJob *self = g_new0 (ShoalCliJob, 1);
  g_autoptr (ShoalProblem) problem = NULL;
  ShoalAddOptions *add;

  self->options = options->options;
  self->source = g_strdup (options->source);
  self->contents = shoal_contents_ref (options->contents);
  self->top_name = g_strdup (options->top_name);
  self->is_seeding = options->is_seeding;
  self->on_ended = options->on_ended;
  self->user_data = options->user_data;
  self->begun_usec = self->moved_usec = g_get_monotonic_time ();
  self->said_state = (ShoalTorrentState) -1;
  write_hash (self);
  add = make_add_options (self, options->save_path, &problem);
  if (add == NULL)
    {
      self->exit = SHOAL_CLI_EXIT_USAGE;
      self->is_stopping = TRUE;
      print_problem (self->options, self->source, self->hash, problem);
      g_idle_add (ended_cb, self);
      return self;
    }
  start_engine (self, options, add);
  return self;
}

void
shoal_cli_job_free (ShoalCliJob *self)
{
  if (self->engine != NULL)
    g_signal_handlers_disconnect_by_data (self->engine, self);
  g_clear_object (&self->engine);
  g_clear_pointer (&self->info, shoal_torrent_info_unref);
  shoal_contents_unref (self->contents);
  g_free (self->top_name);
  g_free (self->source);
  g_free (self);
}

void
shoal_cli_job_stop (ShoalCliJob *self)
{
  if (self->is_stopping)
    return;
  self->is_stopping = TRUE;
  shoal_api_engine_quit (self->engine);
}

ShoalCliExit
shoal_cli_job_get_exit (const ShoalCliJob *self)
{
  return self->exit;
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

  if (self->options->timeout_sec == 0 || self->was_complete || self->is_stopping ||
      now_usec - self->moved_usec < self->options->timeout_sec * G_USEC_PER_SEC)
    return;
  if (self->info != NULL && self->info->state == SHOAL_TORRENT_STATE_CHECKING)
    {
      self->moved_usec = now_usec;
      return;
    }
  problem = shoal_problem_new (
      SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_TIMEOUT, self->contents->name, NULL);
  fail (self, problem);
}

void
shoal_cli_job_tick (ShoalCliJob *self)
{
  gint64 now_usec = g_get_monotonic_time ();

  check_timeout (self, now_usec);
  if (self->options->is_json && self->is_added && self->info != NULL && !self->is_stopping &&
      now_usec - self->said_usec >= PROGRESS_USEC)
    print_progress (self);
}
