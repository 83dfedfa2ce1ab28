/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-verbs.h"

#include <glib/gi18n.h>
#include <stdio.h>

#include "api/shoal-api-torrent.h"
#include "base/shoal-base-bytes.h"
#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-output.h"
#include "cli/shoal-cli-source.h"
#include "cli/shoal-cli-words.h"

static void
add_hash (ShoalCliJson *json, const char *name, gboolean is_there, const guint8 *bytes, gsize len)
{
  g_autofree char *hex = is_there ? shoal_base_hex_dup (bytes, len) : NULL;

  shoal_cli_json_add_string (json, name, hex);
}

static void
append_list (GString *out, char **strings)
{
  guint i;

  g_string_append_c (out, '[');
  for (i = 0; strings != NULL && strings[i] != NULL; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      shoal_cli_json_quote (out, strings[i]);
    }
  g_string_append_c (out, ']');
}

static void
add_list (ShoalCliJson *json, const char *name, char **strings)
{
  g_autoptr (GString) out = g_string_new (NULL);

  append_list (out, strings);
  shoal_cli_json_add_raw (json, name, out->str);
}

static void
add_tiers (ShoalCliJson *json, const GPtrArray *tiers)
{
  g_autoptr (GString) out = g_string_new ("[");
  guint i;

  for (i = 0; i < tiers->len; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_list (out, g_ptr_array_index (tiers, i));
    }
  g_string_append_c (out, ']');
  shoal_cli_json_add_raw (json, "trackers", out->str);
}

static void
add_files (ShoalCliJson *json, const GPtrArray *files)
{
  g_autoptr (GString) out = g_string_new ("[");
  guint i;

  for (i = 0; i < files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (files, i);
      g_autofree char     *object = NULL;
      ShoalCliJson         row;

      shoal_cli_json_begin (&row, NULL);
      shoal_cli_json_add_uint (&row, "index", i + 1);
      shoal_cli_json_add_string (&row, "path", file->path);
      shoal_cli_json_add_uint (&row, "size", file->size);
      shoal_cli_json_add_bool (&row, "pad", file->is_pad);
      object = shoal_cli_json_end (&row);
      if (i > 0)
        g_string_append_c (out, ',');
      g_string_append (out, object);
    }
  g_string_append_c (out, ']');
  shoal_cli_json_add_raw (json, "files", out->str);
}

/* What a magnet link leaves open is null. */
static void
add_sizes (ShoalCliJson *json, const ShoalContents *contents)
{
  if (contents->n_pieces == 0)
    {
      shoal_cli_json_add_null (json, "size");
      shoal_cli_json_add_null (json, "piece_length");
      shoal_cli_json_add_null (json, "pieces");
      shoal_cli_json_add_null (json, "private");
      return;
    }
  shoal_cli_json_add_uint (json, "size", contents->size);
  shoal_cli_json_add_uint (json, "piece_length", contents->piece_length);
  shoal_cli_json_add_uint (json, "pieces", contents->n_pieces);
  shoal_cli_json_add_bool (json, "private", contents->is_private);
}

static void
print_json (const ShoalContents *contents)
{
  const ShoalInfoHashes *hashes = &contents->hashes;
  ShoalCliJson           json;

  shoal_cli_json_begin (&json, "show");
  shoal_cli_json_add_string (&json, "name", contents->name);
  add_hash (&json, "info_hash_v1", hashes->has_v1, hashes->v1.bytes, sizeof hashes->v1.bytes);
  add_hash (&json, "info_hash_v2", hashes->has_v2, hashes->v2.bytes, sizeof hashes->v2.bytes);
  add_sizes (&json, contents);
  shoal_cli_json_add_string (&json, "comment", contents->comment);
  shoal_cli_json_add_string (&json, "creator", contents->creator);
  if (contents->created_time > 0)
    shoal_cli_json_add_uint (&json, "created", (guint64) contents->created_time);
  else
    shoal_cli_json_add_null (&json, "created");
  shoal_cli_json_add_string (&json, "source", contents->source);
  add_tiers (&json, contents->tiers);
  add_list (&json, "web_seeds", contents->web_seeds);
  add_list (&json, "nodes", contents->nodes);
  add_files (&json, contents->files);
  shoal_cli_json_print (&json);
}

static void
print_line (const char *label, const char *text)
{
  g_autofree char *safe = NULL;

  if (text == NULL)
    return;
  safe = shoal_cli_sentence_dup_safe (text);
  printf ("%s %s\n", label, safe);
}

static void
print_hashes (const ShoalInfoHashes *hashes)
{
  g_autofree char *v1 =
      hashes->has_v1 ? shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes) : NULL;
  g_autofree char *v2 =
      hashes->has_v2 ? shoal_base_hex_dup (hashes->v2.bytes, sizeof hashes->v2.bytes) : NULL;

  print_line (_ ("Info-hash v1:"), v1);
  print_line (_ ("Info-hash v2:"), v2);
}

static void
print_files (const GPtrArray *files)
{
  guint i;

  if (files->len == 0)
    return;
  printf (_ ("Files:\n"));
  for (i = 0; i < files->len; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (files, i);
      g_autofree char     *size = g_format_size (file->size);
      g_autofree char     *path = shoal_cli_sentence_dup_safe (file->path);

      printf ("%6u  %10s  %s%s\n", i + 1, size, path, file->is_pad ? _ (" (padding)") : "");
    }
}

static void
print_text (const ShoalContents *contents)
{
  g_autofree char *size = g_format_size_full (contents->size, G_FORMAT_SIZE_LONG_FORMAT);
  g_autofree char *piece = g_format_size_full (contents->piece_length, G_FORMAT_SIZE_IEC_UNITS);
  guint            i, k;

  print_line (_ ("Name:"), contents->name);
  print_hashes (&contents->hashes);
  if (contents->n_pieces > 0)
    printf (_ ("Size: %s in %u pieces of %s\n"), size, contents->n_pieces, piece);
  if (contents->is_private)
    printf (_ ("Private: only its own trackers name peers\n"));
  print_line (_ ("Comment:"), contents->comment);
  print_line (_ ("Created by:"), contents->creator);
  if (contents->created_time > 0)
    {
      g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (contents->created_time);
      g_autofree char *text = date != NULL ? g_date_time_format (date, "%F %T") : NULL;

      print_line (_ ("Created:"), text);
    }
  print_line (_ ("Source:"), contents->source);
  for (i = 0; i < contents->tiers->len; i++)
    {
      char           **tier = g_ptr_array_index (contents->tiers, i);
      g_autofree char *label = g_strdup_printf (_ ("Tracker, tier %u:"), i + 1);

      for (k = 0; tier[k] != NULL; k++)
        print_line (label, tier[k]);
    }
  for (i = 0; contents->web_seeds != NULL && contents->web_seeds[i] != NULL; i++)
    print_line (_ ("Web seed:"), contents->web_seeds[i]);
  for (i = 0; contents->nodes != NULL && contents->nodes[i] != NULL; i++)
    print_line (_ ("DHT node:"), contents->nodes[i]);
  print_files (contents->files);
}

/* Of a file that is no torrent nothing is printed on standard output, not even an event. */
static int
refuse (const ShoalProblem *problem, const char *source)
{
  g_autoptr (ShoalCliFault) fault = shoal_cli_fault_new (problem, source, NULL);

  shoal_cli_fault_say (fault);
  if (fault->exit != SHOAL_CLI_EXIT_REJECTED)
    shoal_cli_fault_print (fault);
  return (int) fault->exit;
}

static int
show (const char *source, const ShoalSettings *settings)
{
  g_autoptr (ShoalProblem) problem = NULL;
  g_autoptr (ShoalContents) contents = NULL;
  g_autoptr (GBytes) torrent = NULL;

  if (shoal_cli_source_is_magnet (source))
    contents = shoal_api_read_magnet (source, &problem);
  else
    torrent = shoal_cli_source_read (source, settings, &problem);
  if (torrent != NULL)
    contents = shoal_api_read_torrent (torrent, source, &problem);
  if (contents == NULL)
    return refuse (problem, source);
  if (shoal_cli_output_is_json ())
    print_json (contents);
  else
    print_text (contents);
  return SHOAL_CLI_EXIT_DONE;
}

enum
{
  OPTION_ALLOW_LOCAL = 256,
};

static const struct option long_options[] = {
  { "allow-local", no_argument, NULL, OPTION_ALLOW_LOCAL },
  SHOAL_CLI_WORDS_COMMON,
};

static gboolean
take_option (gpointer data, int option, const char *value)
{
  ShoalSettings *settings = data;

  settings->allow_local = TRUE;
  return TRUE;
}

int
shoal_cli_show (int argc, char **argv)
{
  static const ShoalCliWords words = { "", long_options, take_option };
  g_autoptr (ShoalSettings) settings = shoal_settings_new ();
  int exit_status;

  if (!shoal_cli_words_read (&words, argc, argv, settings, &exit_status))
    return exit_status;
  if (argc - optind != 1)
    return shoal_cli_words_refuse ("show", _ ("name one torrent or magnet link"));
  return show (argv[optind], settings);
}
