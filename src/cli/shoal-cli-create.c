/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <errno.h>
#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-options.h"
#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-target.h"
#include "cli/shoal-cli-words.h"

#define MIN_PIECE (16 * 1024)
#define MAX_PIECE (256 * 1024 * 1024)

/* With --json: a progress event this often. */
#define PROGRESS_USEC (G_USEC_PER_SEC / 2)

typedef struct
{
  ShoalApiMakeOptions make;
  GPtrArray          *tiers;    /* of const char * */
  GHashTable         *trackers; /* a set of char *, owned: all of the tiers */
  GPtrArray          *web_seeds;
  const char         *out;
  gint64              said_usec;
} Create;

enum
{
  OPTION_WEB_SEED = 256,
  OPTION_PIECE_SIZE,
  OPTION_PRIVATE,
  OPTION_SOURCE,
  OPTION_COMMENT,
  OPTION_NO_DATE,
  OPTION_VERSION,
};

static const struct option long_options[] = {
  { "output", required_argument, NULL, 'o' },
  { "tracker", required_argument, NULL, 't' },
  { "web-seed", required_argument, NULL, OPTION_WEB_SEED },
  { "piece-size", required_argument, NULL, OPTION_PIECE_SIZE },
  { "private", no_argument, NULL, OPTION_PRIVATE },
  { "source", required_argument, NULL, OPTION_SOURCE },
  { "comment", required_argument, NULL, OPTION_COMMENT },
  { "no-date", no_argument, NULL, OPTION_NO_DATE },
  { "version", required_argument, NULL, OPTION_VERSION },
  SHOAL_CLI_WORDS_COMMON,
};

static gboolean
take_piece_size (Create *self, const char *text)
{
  guint64 bytes;

  if (!shoal_cli_options_parse_size (text, &bytes) || bytes < MIN_PIECE || bytes > MAX_PIECE ||
      (bytes & (bytes - 1)) != 0)
    return shoal_cli_words_complain (
        "piece-size", text, _ ("a power of two from 16Ki to 256Mi is expected"));
  self->make.piece_size = (guint32) bytes;
  return TRUE;
}

static gboolean
take_tracker (Create *self, const char *text)
{
  g_auto (GStrv) urls = g_strsplit (text, ",", -1);
  guint i;

  for (i = 0; urls[i] != NULL; i++)
    {
      char *url = shoal_api_dup_tracker (urls[i]);

      if (url == NULL)
        return shoal_cli_words_complain (
            "tracker",
            text,
            _ ("http or https addresses, or udp addresses with a port, are expected"));
      if (!g_hash_table_add (self->trackers, url))
        return shoal_cli_words_complain ("tracker", urls[i], _ ("named twice"));
    }
  g_ptr_array_add (self->tiers, (gpointer) text);
  return TRUE;
}

static gboolean
take_web_seed (Create *self, const char *text)
{
  if (!shoal_api_is_web_seed (text))
    return shoal_cli_words_complain ("web-seed", text, _ ("an http or https address is expected"));
  g_ptr_array_add (self->web_seeds, (gpointer) text);
  return TRUE;
}

/* Others could not read it. */
static gboolean
take_text (const char **out, const char *option, const char *text)
{
  if (!g_utf8_validate (text, -1, NULL))
    return shoal_cli_words_complain (option, text, _ ("text in UTF-8 is expected"));
  *out = text;
  return TRUE;
}

static gboolean
take_version (const char *text)
{
  if (strcmp (text, "1") == 0)
    return TRUE;
  if (strcmp (text, "2") == 0 || strcmp (text, "hybrid") == 0)
    return shoal_cli_words_complain (
        "version", text, _ ("making v2 and hybrid torrents is not supported yet"));
  return shoal_cli_words_complain ("version", text, _ ("1, 2 or hybrid is expected"));
}

static gboolean
take_option (gpointer data, int option, const char *value)
{
  Create *self = data;

  switch (option)
    {
    case 'o':
      self->out = value;
      return TRUE;
    case 't':
      return take_tracker (self, value);
    case OPTION_WEB_SEED:
      return take_web_seed (self, value);
    case OPTION_PIECE_SIZE:
      return take_piece_size (self, value);
    case OPTION_PRIVATE:
      self->make.is_private = TRUE;
      return TRUE;
    case OPTION_SOURCE:
      return take_text (&self->make.source, "source", value);
    case OPTION_COMMENT:
      return take_text (&self->make.comment, "comment", value);
    case OPTION_NO_DATE:
      self->make.no_date = TRUE;
      return TRUE;
    case OPTION_VERSION:
      return take_version (value);
    default:
      g_return_val_if_reached (FALSE);
    }
}

static void
print_progress (Create *self, guint64 done_bytes, guint64 total_bytes)
{
  gint64       now_usec = g_get_monotonic_time ();
  ShoalCliJson json;

  if (now_usec - self->said_usec < PROGRESS_USEC && done_bytes < total_bytes)
    return;
  self->said_usec = now_usec;
  shoal_cli_json_begin (&json, "progress");
  shoal_cli_json_add_uint (&json, "done", done_bytes);
  shoal_cli_json_add_uint (&json, "size", total_bytes);
  shoal_cli_json_print (&json);
}

static gboolean
progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  g_autofree char *text = NULL;

  if (shoal_cli_output_is_json ())
    print_progress (user_data, done_bytes, total_bytes);
  if (!shoal_cli_output_has_bar () || total_bytes == 0)
    return TRUE;
  text = g_strdup_printf (_ ("hashing %3u %%"), (guint) (done_bytes * 100 / total_bytes));
  shoal_cli_output_draw (text);
  return TRUE;
}

static void
report (GBytes *torrent, const char *out)
{
  g_autoptr (ShoalContents) contents = shoal_api_read_torrent (torrent, out, NULL);
  g_autofree char *magnet = shoal_api_dup_magnet (torrent);
  g_autofree char *hash =
      shoal_base_hex_dup (contents->hashes.v1.bytes, sizeof contents->hashes.v1.bytes);
  g_autofree char *name = shoal_cli_output_dup_name (out);
  ShoalCliJson     json;

  shoal_cli_output_result ("%s\n%s", name, magnet);
  if (!shoal_cli_output_is_json ())
    return;
  shoal_cli_json_begin (&json, "complete");
  shoal_cli_json_add_string (&json, "info_hash", hash);
  shoal_cli_json_add_string (&json, "magnet", magnet);
  shoal_cli_json_print (&json);
}

/* What would fail anyway fails before hours of hashing. */
static ShoalProblem *
check_paths (const char *path, const char *out)
{
  if (access (path, R_OK) != 0)
    return shoal_cli_fault_problem_from_errno (path, errno);
  return shoal_cli_target_check (out);
}

static int
create (Create *self, const char *path)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_basename (absolute);
  g_autofree char *out =
      self->out != NULL ? g_strdup (self->out) : g_strconcat (base, ".torrent", NULL);
  g_autoptr (ShoalProblem) problem = check_paths (path, out);
  g_autoptr (GBytes) torrent = NULL;
  gboolean is_stdout = shoal_cli_target_is_stdout (out);
  guint    n_left_out = 0;

  g_ptr_array_add (self->tiers, NULL);
  g_ptr_array_add (self->web_seeds, NULL);
  self->make.path = absolute;
  self->make.out = out;
  self->make.tiers = (const char *const *) self->tiers->pdata;
  self->make.web_seeds = (const char *const *) self->web_seeds->pdata;
  if (problem == NULL)
    torrent = shoal_api_make_torrent (&self->make, progress_cb, self, &n_left_out, &problem);
  shoal_cli_output_hide ();
  if (torrent != NULL)
    problem = shoal_cli_target_write (out, torrent);
  if (problem != NULL)
    return shoal_cli_fault_report (problem, path);
  if (n_left_out > 0)
    shoal_cli_output_note (
        ngettext ("%u symbolic link or special file was left out; put a copy in its place to have "
                  "it in the torrent",
                  "%u symbolic links or special files were left out; put copies in their places "
                  "to have them in the torrent",
                  n_left_out),
        n_left_out);
  if (!is_stdout)
    report (torrent, out);
  return SHOAL_CLI_EXIT_DONE;
}

int
shoal_cli_create (int argc, char **argv)
{
  static const ShoalCliWords words = { "o:t:", long_options, take_option };
  g_autoptr (GPtrArray) tiers = g_ptr_array_new ();
  g_autoptr (GPtrArray) web_seeds = g_ptr_array_new ();
  g_autoptr (GHashTable) trackers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  Create self = { .tiers = tiers, .trackers = trackers, .web_seeds = web_seeds };
  int    exit_status;

  if (!shoal_cli_words_read (&words, argc, argv, &self, &exit_status))
    return exit_status;
  if (argc - optind != 1)
    return shoal_cli_words_refuse ("create", _ ("name one file or folder"));
  if (shoal_cli_output_is_json () && self.out != NULL && shoal_cli_target_is_stdout (self.out))
    return shoal_cli_words_refuse (
        "create",
        _ ("with --json standard output carries the events, so name another file with -o"));
  return create (&self, argv[optind]);
}
