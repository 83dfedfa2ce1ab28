/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-job-private.h"

#include <glib/gi18n.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-output.h"

/* What is said of a job while it runs, and in which order. */

static void
print_progress (ShoalCliJob *self, const ShoalTorrentInfo *info, const char *state)
{
  self->said_usec = g_get_monotonic_time ();
  self->said_state = state;
  shoal_cli_event_print_progress (&self->topic, info, state, self->totals.uploaded);
}

void
shoal_cli_job_print_progress (ShoalCliJob *self, const char *state)
{
  print_progress (self, self->info, state);
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

  if (self->was_complete || self->fault != NULL)
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
refuse (ShoalCliJob *self, ShoalCliFault *fault)
{
  self->fault = fault;
  shoal_cli_fault_say (fault);
  shoal_cli_job_stop (self, fault->exit);
}

/* The files of a magnet are known. */
static void
check_selection (ShoalCliJob *self, guint n_files)
{
  g_autofree guint8 *priorities = NULL;

  if (self->options->select == NULL || self->is_stopping)
    return;
  priorities = shoal_cli_options_parse_select (self->options->select, n_files);
  if (priorities == NULL)
    refuse (self, shoal_cli_job_make_selection_fault (self, n_files));
}

static void
on_metadata (ShoalCliJob *self, const ShoalEvent *event)
{
  double           seconds = (double) (g_get_monotonic_time () - self->begun_usec) / G_USEC_PER_SEC;
  g_autofree char *name = shoal_cli_sentence_dup_safe (event->text);
  g_autofree char *size = g_format_size (event->number);
  guint            n_files = (guint) event->number2;

  if (shoal_cli_output_is_json ())
    shoal_cli_event_print_metadata (&self->topic, event, seconds);
  else
    shoal_cli_output_note (
        ngettext ("%s: %s in %u file", "%s: %s in %u files", n_files), name, size, n_files);
  check_selection (self, n_files);
  if (event->is_error && self->options->select == NULL && !self->is_stopping)
    refuse (self, shoal_cli_job_make_link_fault (self, n_files));
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
    case SHOAL_EVENT_METADATA:
      on_metadata (self, event);
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
    case SHOAL_EVENT_LEFT:
      break; /* nothing on the command line makes a torrent leave */
    }
}

void
shoal_cli_job_take_event (ShoalCliJob *self, const ShoalEvent *event)
{
  if (self->is_added || event->kind == SHOAL_EVENT_LISTENING ||
      event->kind == SHOAL_EVENT_PORT_TAKEN)
    handle_event (self, event);
  else
    g_ptr_array_add (self->early, shoal_event_ref (event));
}

gboolean
shoal_cli_job_has_learnt (const ShoalCliJob *self)
{
  guint i;

  for (i = 0; i < self->early->len; i++)
    if (((const ShoalEvent *) g_ptr_array_index (self->early, i))->kind == SHOAL_EVENT_METADATA)
      return TRUE;
  return FALSE;
}

/* The row of a link whose details came before any row of it: what is said must not depend on how
 * quick the peers were. */
static ShoalTorrentInfo *
make_link_info (const ShoalCliJob *self)
{
  ShoalTorrentInfo *info = shoal_torrent_info_new ();

  info->name = shoal_api_dup_link_name (self->contents);
  info->state = SHOAL_TORRENT_STATE_METADATA;
  info->is_magnet = TRUE;
  return info;
}

static void
print_begin (ShoalCliJob *self, const ShoalTorrentInfo *info)
{
  shoal_cli_event_print_added (&self->topic, self->contents, info);
  print_progress (self, info, shoal_cli_event_name_state (info, self->is_seeding));
}

void
shoal_cli_job_say_added (ShoalCliJob *self)
{
  g_autoptr (ShoalTorrentInfo) info =
      shoal_cli_job_has_learnt (self) ? make_link_info (self) : shoal_torrent_info_ref (self->info);
  guint i;

  self->is_added = TRUE;
  if (self->is_magnet && !info->is_magnet)
    check_selection (self, info->n_files);
  if (shoal_cli_output_is_json ())
    print_begin (self, info);
  for (i = 0; i < self->early->len; i++)
    handle_event (self, g_ptr_array_index (self->early, i));
  g_ptr_array_set_size (self->early, 0);
}
