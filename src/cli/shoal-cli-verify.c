/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "api/shoal-api-torrent.h"
#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-source.h"
#include "cli/shoal-cli-words.h"

static gboolean
progress_cb (guint64 done_bytes, guint64 total_bytes, gpointer user_data)
{
  g_autofree char *text = NULL;

  if (!shoal_cli_output_has_bar () || total_bytes == 0)
    return TRUE;
  text = g_strdup_printf (_ ("checking %3u %%"), (guint) (done_bytes * 100 / total_bytes));
  shoal_cli_output_draw (text);
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
  shoal_cli_json_begin (&json, "verify");
  shoal_cli_json_add_uint (&json, "pieces", result->n_pieces);
  shoal_cli_json_add_uint (&json, "good", result->n_good);
  shoal_cli_json_add_raw (&json, "bad", bad->str);
  shoal_cli_json_add_raw (&json, "files", files->str);
  shoal_cli_json_add_double (&json, "seconds", seconds);
  shoal_cli_json_add_uint (&json, "bytes", result->bytes);
  shoal_cli_json_print (&json);
}

/* " 1 4-7": the numbers of @bad, which ascend. */
static char *
format_ranges (const GArray *bad)
{
  GString *out = g_string_new (NULL);
  guint    first, last;

  for (first = 0; first < bad->len; first = last + 1)
    {
      guint number = g_array_index (bad, guint, first);

      for (last = first; last + 1 < bad->len &&
                         g_array_index (bad, guint, last + 1) == number + (last + 1 - first);)
        last++;
      g_string_append_printf (out, last > first ? " %u-%u" : " %u", number, number + last - first);
    }
  return g_string_free (out, FALSE);
}

static void
print_text (const ShoalContents *contents, const ShoalApiVerifyResult *result)
{
  guint i;

  for (i = 0; i < contents->files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (contents->files, i);
      g_autofree char     *path = shoal_cli_output_dup_name (file->path);

      if (!file->is_pad)
        shoal_cli_output_result (
            "%s  %s", result->file_whole[i] ? _ ("whole ") : _ ("broken"), path);
    }
  if (result->bad->len > 0)
    {
      g_autofree char *ranges = format_ranges (result->bad);

      shoal_cli_output_result (_ ("Pieces that are missing or wrong:%s"), ranges);
    }
  shoal_cli_output_result (_ ("%u of %u pieces are whole"), result->n_good, result->n_pieces);
}

/* The object is the result and says all; it stays the only one on standard output. */
static int
conclude (const ShoalApiVerifyResult *result, const char *path)
{
  g_autofree char *safe = shoal_cli_sentence_dup_safe (path);

  if (result->n_good < result->n_pieces)
    shoal_cli_output_say (_ ("%s: %u of %u pieces are missing or wrong; fetch them with get"),
                          safe,
                          result->n_pieces - result->n_good,
                          result->n_pieces);
  else if (result->n_whole < result->n_files)
    shoal_cli_output_say (_ ("%s: all pieces are there, but %u of %u files are missing or longer "
                             "than they should be; fetch them with get, or cut them"),
                          safe,
                          result->n_files - result->n_whole,
                          result->n_files);
  else
    return SHOAL_CLI_EXIT_DONE;
  return SHOAL_CLI_EXIT_FAILED;
}

static int
verify (const char *source, const char *path)
{
  gint64 begun_usec = g_get_monotonic_time ();
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (GBytes) torrent = shoal_cli_source_read (source, NULL, &problem);
  g_autoptr (ShoalContents) contents = NULL;
  g_autoptr (ShoalApiVerifyResult) result = NULL;

  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents != NULL)
    result = shoal_api_verify (torrent, path, progress_cb, NULL, &problem);
  shoal_cli_output_hide ();
  if (result == NULL)
    return shoal_cli_fault_report (problem, source);
  if (shoal_cli_output_is_json ())
    print_json (contents, result, (double) (g_get_monotonic_time () - begun_usec) / G_USEC_PER_SEC);
  else
    print_text (contents, result);
  return conclude (result, path);
}

static const struct option long_options[] = {
  SHOAL_CLI_WORDS_COMMON,
};

int
shoal_cli_verify (int argc, char **argv)
{
  static const ShoalCliWords words = { "", long_options, NULL };
  int                        exit_status;

  if (!shoal_cli_words_read (&words, argc, argv, NULL, &exit_status))
    return exit_status;
  if (argc - optind != 2)
    return shoal_cli_words_refuse ("verify", _ ("name a torrent and the path of its data"));
  return verify (argv[optind], argv[optind + 1]);
}
