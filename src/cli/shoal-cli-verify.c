/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <getopt.h>
#include <glib/gi18n.h>
#include <stdio.h>
#include <unistd.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-common.h"
#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-sentence.h"
#include "cli/shoal-cli-source.h"

static gboolean
progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  const gboolean *is_drawn = user_data;

  if (*is_drawn && total_bytes > 0)
    fprintf (stderr, _ ("\rchecking %3u %%"), (guint) (done_bytes * 100 / total_bytes));
  return TRUE;
}

static void
print_json (const ShoalContents *contents, const ShoalApiVerifyResult *result, double seconds)
{
  g_autoptr (GString) bad = g_string_new ("[");
  g_autoptr (GString) files = g_string_new ("[");
  ShoalCliJson json;
  guint        i;

  for (i = 0; i < result->bad->len; i++)
    g_string_append_printf (bad, i > 0 ? ",%u" : "%u", g_array_index (result->bad, guint, i));
  for (i = 0; i < contents->files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (contents->files, i);
      g_autofree char     *object = NULL;
      ShoalCliJson         row;

      shoal_cli_json_begin (&row, NULL);
      shoal_cli_json_add_string (&row, "path", file->path);
      shoal_cli_json_add_uint (&row, "size", file->size);
      shoal_cli_json_add_bool (&row, "complete", result->file_whole[i]);
      object = shoal_cli_json_end (&row);
      if (i > 0)
        g_string_append_c (files, ',');
      g_string_append (files, object);
    }
  g_string_append_c (bad, ']');
  g_string_append_c (files, ']');
  shoal_cli_json_begin (&json, NULL);
  shoal_cli_json_add_uint (&json, "pieces", result->n_pieces);
  shoal_cli_json_add_uint (&json, "good", result->n_good);
  shoal_cli_json_add_raw (&json, "bad", bad->str);
  shoal_cli_json_add_raw (&json, "files", files->str);
  shoal_cli_json_add_double (&json, "seconds", seconds);
  shoal_cli_json_add_uint (&json, "bytes", result->bytes);
  shoal_cli_json_print (&json);
}

static void
print_text (const ShoalContents *contents, const ShoalApiVerifyResult *result)
{
  guint i;

  for (i = 0; i < contents->files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (contents->files, i);
      g_autofree char     *path = shoal_cli_sentence_dup_safe (file->path);

      if (!file->is_pad)
        printf ("%s  %s\n", result->file_whole[i] ? _ ("whole ") : _ ("broken"), path);
    }
  if (result->bad->len > 0)
    {
      printf (_ ("Pieces that are missing or wrong:"));
      for (i = 0; i < result->bad->len; i++)
        printf (" %u", g_array_index (result->bad, guint, i));
      printf ("\n");
    }
  printf (_ ("%u of %u pieces are whole\n"), result->n_good, result->n_pieces);
}

typedef struct
{
  gboolean is_json;
  gboolean is_quiet;
} Options;

static int
verify (const char *source, const char *path, const Options *options)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) torrent = shoal_cli_source_read (source, FALSE, &problem);
  g_autoptr (ShoalContents) contents = NULL;
  g_autoptr (ShoalApiVerifyResult) result = NULL;
  gboolean is_drawn = !options->is_json && !options->is_quiet && isatty (STDERR_FILENO) != 0;
  gint64   begun_usec = g_get_monotonic_time ();

  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents != NULL)
    result = shoal_api_verify (torrent, path, progress_cb, &is_drawn, &problem);
  if (is_drawn)
    fputs ("\r\033[K", stderr);
  if (result == NULL)
    return shoal_cli_common_fail (problem, contents == NULL ? source : path, FALSE);
  if (options->is_json)
    print_json (contents, result, (double) (g_get_monotonic_time () - begun_usec) / G_USEC_PER_SEC);
  else if (!options->is_quiet)
    print_text (contents, result);
  if (result->n_good == result->n_pieces)
    return SHOAL_CLI_EXIT_DONE;
  {
    g_autofree char *safe = shoal_cli_sentence_dup_safe (path);

    fprintf (stderr,
             _ ("shoal-cli: %s: %u of %u pieces are missing or wrong; fetch them with get\n"),
             safe,
             result->n_pieces - result->n_good,
             result->n_pieces);
  }
  return SHOAL_CLI_EXIT_FAILED;
}

int
shoal_cli_verify (int argc, char **argv)
{
  static const struct option long_options[] = {
    { "json", no_argument, NULL, 'j' },
    { "quiet", no_argument, NULL, 'q' },
    { "help", no_argument, NULL, 'h' },
    { 0 },
  };
  Options options = { 0 };
  int     option;

  optind = 1;
  while ((option = getopt_long (argc, argv, "h", long_options, NULL)) != -1)
    {
      if (option == 'h')
        {
          shoal_cli_help_print ("verify");
          return SHOAL_CLI_EXIT_DONE;
        }
      if (option == '?')
        return SHOAL_CLI_EXIT_USAGE;
      options.is_json |= option == 'j';
      options.is_quiet |= option == 'q';
    }
  if (argc - optind != 2)
    {
      fprintf (stderr, "shoal-cli: %s\n", _ ("verify: name a torrent and the path of its data"));
      return SHOAL_CLI_EXIT_USAGE;
    }
  return verify (argv[optind], argv[optind + 1], &options);
}
