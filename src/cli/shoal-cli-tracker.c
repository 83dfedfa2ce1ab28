/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <glib-unix.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <string.h>

#include "api/shoal-api-torrent.h"
#include "api/shoal-api-tracker.h"
#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-options.h"
#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-source.h"
#include "cli/shoal-cli-words.h"

/* A day: who announces more seldom is forgotten by others. */
#define MAX_INTERVAL 86400

enum
{
  OPTION_UDP_PORT = 256,
  OPTION_BIND,
  OPTION_INTERVAL,
};

static const struct option long_options[] = {
  { "port", required_argument, NULL, 'p' },
  { "udp-port", required_argument, NULL, OPTION_UDP_PORT },
  { "bind", required_argument, NULL, OPTION_BIND },
  { "interval", required_argument, NULL, OPTION_INTERVAL },
  SHOAL_CLI_WORDS_COMMON,
};

typedef struct
{
  ShoalApiTrackerOptions tracker;
  GArray                *binds;   /* owned, of ShoalBaseAddress */
  GArray                *allowed; /* owned, of ShoalSha1 */
  GMainLoop             *loop;
  int                    exit_status;
} Serve;

static gboolean
take_option (gpointer data, int option, const char *value)
{
  Serve  *self = data;
  guint64 number;

  switch (option)
    {
    case 'p':
      if (!shoal_cli_options_parse_number ("port", value, 0, G_MAXUINT16, &number))
        return FALSE;
      self->tracker.port = (guint16) number;
      return TRUE;
    case OPTION_UDP_PORT:
      if (!shoal_cli_options_parse_number ("udp-port", value, 0, G_MAXUINT16, &number))
        return FALSE;
      self->tracker.udp_port = (guint16) number;
      return TRUE;
    case OPTION_INTERVAL:
      if (!shoal_cli_options_parse_number ("interval", value, 1, MAX_INTERVAL, &number))
        return FALSE;
      self->tracker.interval_sec = (guint) number;
      return TRUE;
    case OPTION_BIND:
      return shoal_cli_options_parse_bind (self->binds, value);
    default:
      g_return_val_if_reached (FALSE);
    }
}

/* FALSE: said why; the status is noted. */
static gboolean
allow_torrent (Serve *self, const char *source)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) torrent = shoal_cli_source_read (source, NULL, &problem);
  g_autoptr (ShoalContents) contents = NULL;
  ShoalSha1 key;

  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents == NULL)
    {
      self->exit_status = shoal_cli_fault_report (problem, source);
      return FALSE;
    }
  if (contents->hashes.has_v1)
    g_array_append_val (self->allowed, contents->hashes.v1);
  if (contents->hashes.has_v2)
    {
      memcpy (key.bytes, contents->hashes.v2.bytes, sizeof key.bytes);
      g_array_append_val (self->allowed, key);
    }
  return TRUE;
}

static void
announce_cb (const ShoalApiTrackerAnnounce *announce, gpointer user_data)
{
  Serve       *self = user_data;
  char         hash[2 * sizeof announce->info_hash.bytes + 1];
  char         address[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  ShoalCliJson json;

  shoal_base_hex_encode (announce->info_hash.bytes, sizeof announce->info_hash.bytes, hash);
  shoal_cli_json_begin (&json, "announce");
  shoal_cli_json_add_string (&json, "info_hash", hash);
  shoal_cli_json_add_string (
      &json, "address", shoal_base_address_format (&announce->address, TRUE, address));
  shoal_cli_json_add_string (&json, "transport", announce->is_udp ? "udp" : "http");
  shoal_cli_json_add_string (&json, "announce_event", announce->event);
  shoal_cli_json_add_uint (&json, "left", announce->left);
  shoal_cli_json_add_uint (&json, "seeds", announce->n_seeds);
  shoal_cli_json_add_uint (&json, "peers", announce->n_peers);
  shoal_cli_json_print (&json);
  if (!shoal_cli_output_is_broken ())
    return;
  self->exit_status = SHOAL_CLI_EXIT_FAILED;
  g_main_loop_quit (self->loop);
}

static gboolean
sigint_cb (gpointer user_data)
{
  Serve *self = user_data;

  self->exit_status = SHOAL_CLI_EXIT_SIGINT;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static gboolean
sigterm_cb (gpointer user_data)
{
  Serve *self = user_data;

  self->exit_status = SHOAL_CLI_EXIT_SIGTERM;
  g_main_loop_quit (self->loop);
  return G_SOURCE_CONTINUE;
}

static void
say_listening (const ShoalApiTracker *tracker)
{
  guint16      port = shoal_api_tracker_get_port (tracker);
  guint16      udp_port = shoal_api_tracker_get_udp_port (tracker);
  ShoalCliJson json;

  shoal_cli_output_result (
      _ ("Serving http on port %u and udp on port %u; Ctrl+C ends it"), port, udp_port);
  fflush (stdout);
  if (!shoal_cli_output_is_json ())
    return;
  shoal_cli_json_begin (&json, "listening");
  shoal_cli_json_add_uint (&json, "tcp", port);
  shoal_cli_json_add_uint (&json, "udp", udp_port);
  shoal_cli_json_print (&json);
}

static int
serve (Serve *self)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (ShoalApiTracker) tracker = NULL;
  guint sigint, sigterm;

  self->tracker.bind_addresses = self->binds;
  self->tracker.allowed = (const ShoalSha1 *) self->allowed->data;
  self->tracker.n_allowed = self->allowed->len;
  tracker = shoal_api_tracker_start (
      &self->tracker, shoal_cli_output_is_json () ? announce_cb : NULL, self, &problem);
  if (tracker == NULL)
    return shoal_cli_fault_report (problem, NULL);
  self->loop = g_main_loop_new (NULL, FALSE);
  sigint = g_unix_signal_add (SIGINT, sigint_cb, self);
  sigterm = g_unix_signal_add (SIGTERM, sigterm_cb, self);
  say_listening (tracker);
  g_main_loop_run (self->loop);
  g_source_remove (sigint);
  g_source_remove (sigterm);
  g_main_loop_unref (self->loop);
  return self->exit_status;
}

int
shoal_cli_tracker (int argc, char **argv)
{
  static const ShoalCliWords words = { "p:", long_options, take_option };
  g_autoptr (GArray) binds = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  g_autoptr (GArray) allowed = g_array_new (FALSE, FALSE, sizeof (ShoalSha1));
  Serve self = { .binds = binds, .allowed = allowed, .tracker = { .port = 6969 } };
  int   exit_status;

  if (!shoal_cli_words_read (&words, argc, argv, &self, &exit_status))
    return exit_status;
  for (; optind < argc; optind++)
    if (!allow_torrent (&self, argv[optind]))
      return self.exit_status;
  return serve (&self);
}
