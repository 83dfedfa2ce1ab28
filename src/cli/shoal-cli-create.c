/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <getopt.h>
#include <glib/gi18n.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-common.h"
#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-options.h"
#include "cli/shoal-cli-sentence.h"

/* With --json: a progress event this often. */
#define PROGRESS_USEC (G_USEC_PER_SEC / 2)

typedef struct
{
  ShoalApiMakeOptions make;
  GPtrArray          *tiers; /* of const char * */
  GPtrArray          *web_seeds;
  const char         *out;
  gint64              said_usec;

  guint is_json : 1;
  guint is_quiet : 1;
  guint is_drawn : 1;
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
  OPTION_JSON,
  OPTION_QUIET,
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
  { "json", no_argument, NULL, OPTION_JSON },
  { "quiet", no_argument, NULL, OPTION_QUIET },
  { "help", no_argument, NULL, 'h' },
  { 0 },
};

static gboolean
take_piece_size (Create *self, const char *text)
{
  guint64 bytes;

  if (!shoal_cli_options_parse_size (text, &bytes) || bytes < 16384 || bytes > 256 * 1024 * 1024 ||
      (bytes & (bytes - 1)) != 0)
    {
      fprintf (stderr,
               "shoal-cli: --piece-size=%s: %s\n",
               text,
               _ ("a power of two from 16Ki to 256Mi is expected"));
      return FALSE;
    }
  self->make.piece_size = (guint32) bytes;
  return TRUE;
}

static gboolean
take_version (const char *text)
{
  if (strcmp (text, "1") == 0)
    return TRUE;
  fprintf (stderr,
           "shoal-cli: --version=%s: %s\n",
           text,
           strcmp (text, "2") == 0 || strcmp (text, "hybrid") == 0
               ? _ ("making v2 and hybrid torrents is not supported yet")
               : _ ("1, 2 or hybrid is expected"));
  return FALSE;
}

static gboolean
take_option (Create *self, int option, const char *value)
{
  switch (option)
    {
    case 'o':
      self->out = value;
      return TRUE;
    case 't':
      g_ptr_array_add (self->tiers, (gpointer) value);
      return TRUE;
    case OPTION_WEB_SEED:
      g_ptr_array_add (self->web_seeds, (gpointer) value);
      return TRUE;
    case OPTION_PIECE_SIZE:
      return take_piece_size (self, value);
    case OPTION_PRIVATE:
      self->make.is_private = TRUE;
      return TRUE;
    case OPTION_SOURCE:
      self->make.source = value;
      return TRUE;
    case OPTION_COMMENT:
      self->make.comment = value;
      return TRUE;
    case OPTION_NO_DATE:
      self->make.no_date = TRUE;
      return TRUE;
    case OPTION_VERSION:
      return take_version (value);
    case OPTION_JSON:
      self->is_json = TRUE;
      return TRUE;
    case OPTION_QUIET:
      self->is_quiet = TRUE;
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  Create *self = user_data;
  gint64  now_usec = g_get_monotonic_time ();

  if (self->is_drawn && total_bytes > 0)
    fprintf (stderr, _ ("\rhashing %3u %%"), (guint) (done_bytes * 100 / total_bytes));
  if (self->is_json && (now_usec - self->said_usec >= PROGRESS_USEC || done_bytes == total_bytes))
    {
      ShoalCliJson json;

      self->said_usec = now_usec;
      shoal_cli_json_begin (&json, "progress");
      shoal_cli_json_add_uint (&json, "done", done_bytes);
      shoal_cli_json_add_uint (&json, "size", total_bytes);
      shoal_cli_json_print (&json);
    }
  return TRUE;
}

/* Whole or not at all: a half-written .torrent helps nobody. */
static gboolean
write_torrent (const char *path, GBytes *torrent, ShoalProblem **problem)
{
  g_autoptr (GError) error = NULL;
  gsize       len;
  const char *data = g_bytes_get_data (torrent, &len);

  if (g_file_set_contents_full (
          path, data, (gssize) len, G_FILE_SET_CONTENTS_CONSISTENT, 0644, &error))
    return TRUE;
  *problem = shoal_problem_new (SHOAL_PROBLEM_DOMAIN_STORAGE,
                                error->code == G_FILE_ERROR_NOSPC   ? SHOAL_PROBLEM_FULL
                                : error->code == G_FILE_ERROR_ROFS  ? SHOAL_PROBLEM_READ_ONLY
                                : error->code == G_FILE_ERROR_ACCES ? SHOAL_PROBLEM_PERMISSION
                                                                    : SHOAL_PROBLEM_IO,
                                path,
                                error->message);
  return FALSE;
}

static void
report (const Create *self, GBytes *torrent, const char *out)
{
  g_autoptr (ShoalContents) contents = shoal_api_read_torrent (torrent, out, NULL);
  g_autofree char *magnet = shoal_api_dup_magnet (torrent);
  g_autofree char *hash =
      shoal_base_hex_dup (contents->hashes.v1.bytes, sizeof contents->hashes.v1.bytes);

  if (self->is_json)
    {
      ShoalCliJson json;

      shoal_cli_json_begin (&json, "complete");
      shoal_cli_json_add_string (&json, "info_hash", hash);
      shoal_cli_json_add_string (&json, "magnet", magnet);
      shoal_cli_json_print (&json);
    }
  else if (!self->is_quiet)
    printf ("%s\n%s\n", out, magnet);
}

static int
create (Create *self, const char *path)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) torrent = NULL;
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *base = g_path_get_basename (absolute);
  g_autofree char *out =
      self->out != NULL ? g_strdup (self->out) : g_strconcat (base, ".torrent", NULL);

  g_ptr_array_add (self->tiers, NULL);
  g_ptr_array_add (self->web_seeds, NULL);
  self->make.path = absolute;
  self->make.tiers = (const char *const *) self->tiers->pdata;
  self->make.web_seeds = (const char *const *) self->web_seeds->pdata;
  self->is_drawn = !self->is_json && !self->is_quiet && isatty (STDERR_FILENO) != 0;
  torrent = shoal_api_make_torrent (&self->make, progress_cb, self, &problem);
  if (self->is_drawn)
    fputs ("\r\033[K", stderr);
  if (torrent == NULL || !write_torrent (out, torrent, &problem))
    return shoal_cli_common_fail (problem, path, self->is_json);
  report (self, torrent, out);
  return SHOAL_CLI_EXIT_DONE;
}

int
shoal_cli_create (int argc, char **argv)
{
  g_autoptr (GPtrArray) tiers = g_ptr_array_new ();
  g_autoptr (GPtrArray) web_seeds = g_ptr_array_new ();
  Create self = { .tiers = tiers, .web_seeds = web_seeds };
  int    option;

  optind = 1;
  while ((option = getopt_long (argc, argv, "o:t:h", long_options, NULL)) != -1)
    {
      if (option == 'h')
        {
          shoal_cli_help_print ("create");
          return SHOAL_CLI_EXIT_DONE;
        }
      if (!take_option (&self, option, optarg))
        return SHOAL_CLI_EXIT_USAGE;
    }
  if (argc - optind != 1)
    {
      fprintf (stderr, "shoal-cli: %s\n", _ ("create: name one file or folder"));
      return SHOAL_CLI_EXIT_USAGE;
    }
  return create (&self, argv[optind]);
}
