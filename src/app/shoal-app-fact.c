/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "app/shoal-app-fact.h"

#include <glib/gi18n.h>

#include "app/shoal-app-number.h"
#include "app/shoal-app-text.h"
#include "base/shoal-base-bytes.h"

/* What comes before a v2 info-hash to say what it is: SHA-256, 32 bytes (multihash). */
#define MULTIHASH_PREFIX "1220"

/* Files that are named in a tooltip; further ones are counted. */
#define MAX_NAMED 2

static char *
fill_one (const char *pattern, const char *name, const char *value)
{
  const ShoalAppTextPart part = { name, value };

  return shoal_app_text_fill (pattern, &part, 1);
}

static char *
dup_count (const char *pattern, guint n)
{
  g_autofree char *number = g_strdup_printf ("%u", n);

  return fill_one (pattern, "n", number);
}

static char *
dup_count_of (const char *pattern, guint n, guint all)
{
  g_autofree char       *number = g_strdup_printf ("%u", n);
  g_autofree char       *total = g_strdup_printf ("%u", all);
  const ShoalAppTextPart parts[] = { { "n", number }, { "all", total } };

  return shoal_app_text_fill (pattern, parts, G_N_ELEMENTS (parts));
}

char *
shoal_app_fact_dup_size (const ShoalTorrentInfo *info)
{
  g_autofree char *size = g_format_size (info->size);
  g_autofree char *wanted = g_format_size (info->wanted_bytes);
  ShoalAppTextPart parts[] = { { "size", size }, { "wanted", wanted } };

  if (info->is_magnet)
    return g_strdup (_ ("Not known yet"));
  if (info->wanted_bytes >= info->size)
    return g_steal_pointer (&size);
  return shoal_app_text_fill (
      _ ("{size}, of which {wanted} are wanted"), parts, G_N_ELEMENTS (parts));
}

char *
shoal_app_fact_dup_amount (guint64 bytes)
{
  return bytes > 0 ? g_format_size (bytes) : g_strdup (_ ("Nothing"));
}

char *
shoal_app_fact_dup_ratio (const ShoalTorrentInfo *info)
{
  guint64 base = MAX (info->downloaded, info->size);

  if (base == 0)
    return g_strdup (_ ("Not known yet"));
  return g_strdup_printf ("%.2f", (double) info->uploaded / (double) base);
}

/* Tenths, rounded down: what is not quite a copy is none. */
static char *
dup_connected_copies (guint copies_1000)
{
  guint            tenths = copies_1000 / 100;
  g_autofree char *number = g_strdup_printf ("%.1f", (double) tenths / 10.0);

  if (copies_1000 < 1000)
    return fill_one (_ ("{n} of a copy among the connected"), "n", number);
  if (tenths == 10)
    return g_strdup (_ ("One copy among the connected"));
  return fill_one (_ ("{n} copies among the connected"), "n", number);
}

char *
shoal_app_fact_dup_copies (const ShoalTorrentInfo *info)
{
  gboolean         is_complete = !info->is_magnet && info->done_bytes >= info->wanted_bytes;
  g_autofree char *copies = NULL;

  if (info->is_magnet || info->n_peers == 0)
    return g_strdup (_ ("Not known: nobody is connected"));
  copies = dup_connected_copies (info->copies_1000);
  if (info->copies_1000 >= 1000 || is_complete || info->n_seeds > 0)
    return g_steal_pointer (&copies);
  return fill_one (_ ("{copies}: nobody has all of the rest right now"), "copies", copies);
}

static char *
dup_connected (const ShoalTorrentInfo *info)
{
  if (info->n_known <= info->n_peers)
    return dup_count (
        ngettext ("{n} person is connected", "{n} people are connected", info->n_peers),
        info->n_peers);
  return dup_count_of (ngettext ("{n} of {all} person is connected",
                                 "{n} of {all} people are connected",
                                 info->n_known),
                       info->n_peers,
                       info->n_known);
}

char *
shoal_app_fact_dup_people (const ShoalTorrentInfo *info)
{
  g_autofree char *connected = NULL;
  g_autofree char *whole = NULL;
  ShoalAppTextPart parts[2];

  if (info->n_peers == 0 && info->n_known == 0)
    return g_strdup (_ ("Nobody"));
  connected = dup_connected (info);
  if (info->n_seeds == 0)
    return g_steal_pointer (&connected);
  whole = dup_count (
      ngettext ("{n} of them has everything", "{n} of them have everything", info->n_seeds),
      info->n_seeds);
  parts[0] = (ShoalAppTextPart){ "connected", connected };
  parts[1] = (ShoalAppTextPart){ "whole", whole };
  /* Translators: "12 of 40 people are connected" and "3 of them have everything". */
  return shoal_app_text_fill (_ ("{connected}, {whole}"), parts, 2);
}

char *
shoal_app_fact_dup_seeding_time (const ShoalTorrentInfo *info)
{
  if (info->seeding_sec <= 0)
    return g_strdup (_ ("Not yet"));
  return shoal_app_number_format_span (info->seeding_sec);
}

char *
shoal_app_fact_dup_time (gint64 time)
{
  g_autoptr (GDateTime) date = time > 0 ? g_date_time_new_from_unix_local (time) : NULL;

  if (date == NULL)
    return g_strdup (_ ("Not yet"));
  /* Translators: a day and a time of it, as for strftime: "22 November 2026, 18:05". */
  return g_date_time_format (date, _ ("%-e %B %Y, %H:%M"));
}

char *
shoal_app_fact_dup_pieces (guint n_pieces, guint32 piece_length)
{
  g_autofree char *number = g_strdup_printf ("%u", n_pieces);
  g_autofree char *size = g_format_size_full (piece_length, G_FORMAT_SIZE_IEC_UNITS);
  ShoalAppTextPart parts[] = { { "n", number }, { "size", size } };

  return shoal_app_text_fill (ngettext ("{n} piece of {size}", "{n} pieces of {size}", n_pieces),
                              parts,
                              G_N_ELEMENTS (parts));
}

static guint
sum_counts (const ShoalModelPieceCounts *counts)
{
  return counts->n_have + counts->n_in_flight + counts->n_others + counts->n_nobody;
}

char *
shoal_app_fact_dup_counts (const ShoalModelPieceCounts *counts, gboolean is_alone)
{
  guint            n_pieces = sum_counts (counts);
  g_autofree char *here = NULL;
  g_autofree char *coming = NULL;
  g_autofree char *nobody = NULL;

  if (counts->n_have == n_pieces)
    return dup_count (ngettext ("The only piece is here", "All {n} pieces are here", n_pieces),
                      n_pieces);
  here = dup_count_of (
      ngettext ("{n} of {all} piece is here", "{n} of {all} pieces are here", n_pieces),
      counts->n_have,
      n_pieces);
  if (counts->n_in_flight > 0)
    coming = dup_count (ngettext ("{n} is on its way", "{n} are on their way", counts->n_in_flight),
                        counts->n_in_flight);
  if (counts->n_nobody > 0 && !is_alone)
    nobody = dup_count (ngettext ("nobody who is connected has {n} of them",
                                  "nobody who is connected has {n} of them",
                                  counts->n_nobody),
                        counts->n_nobody);
  return shoal_app_text_join ((const char *[]){ here, coming, nobody }, 3);
}

static char *
dup_standing (const ShoalModelPieceCounts *counts)
{
  guint       n = sum_counts (counts);
  guint       kinds[] = { counts->n_have, counts->n_in_flight, counts->n_others, counts->n_nobody };
  const char *all[] = {
    _ ("here"), _ ("on the way"), _ ("others have it"), _ ("nobody who is connected has it")
  };
  const char *some[] = {
    ngettext ("{n} here", "{n} here", counts->n_have),
    ngettext ("{n} on the way", "{n} on the way", counts->n_in_flight),
    ngettext ("{n} that others have", "{n} that others have", counts->n_others),
    ngettext ("{n} that nobody has", "{n} that nobody has", counts->n_nobody)
  };
  char *parts[G_N_ELEMENTS (kinds)] = { NULL };
  char *result;

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i] == n)
      return g_strdup (all[i]);
  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i] > 0)
      parts[i] = dup_count (some[i], kinds[i]);
  result = shoal_app_text_join ((const char *const *) parts, G_N_ELEMENTS (parts));
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    g_free (parts[i]);
  return result;
}

static char *
dup_which (guint first, guint n)
{
  g_autofree char *from = g_strdup_printf ("%u", first + 1);
  g_autofree char *to = g_strdup_printf ("%u", first + n);
  ShoalAppTextPart parts[] = { { "from", from }, { "to", to } };

  return shoal_app_text_fill (
      n == 1 ? _ ("Piece {from}") : _ ("Pieces {from} to {to}"), parts, G_N_ELEMENTS (parts));
}

static void
append_name (GString *text, const char *path)
{
  g_autofree char *visible = shoal_app_text_dup_visible (path);

  g_string_append_printf (text, "\n%s", visible);
}

/* The names of the files that have bytes from @start up to @end, each on a line. */
static void
append_files (GString *text, const ShoalContents *contents, guint64 start, guint64 end)
{
  guint64 at = 0;
  guint   n_found = 0;

  for (guint i = 0; i < contents->files->len && at < end; i++)
    {
      const ShoalFileInfo *file = g_ptr_array_index (contents->files, i);
      gboolean             is_in = at + file->size > start && file->size > 0 && !file->is_pad;

      at += file->size;
      if (is_in && n_found++ < MAX_NAMED)
        append_name (text, file->path);
    }
  if (n_found > MAX_NAMED)
    {
      guint            n_more = n_found - MAX_NAMED;
      g_autofree char *more =
          dup_count (ngettext ("and {n} more file", "and {n} more files", n_more), n_more);

      g_string_append_printf (text, "\n%s", more);
    }
}

char *
shoal_app_fact_dup_range (const ShoalTorrentDetails *pieces,
                          const ShoalContents       *contents,
                          guint                      first,
                          guint                      n)
{
  ShoalModelPieceCounts counts = shoal_model_cells_count (pieces, first, n);
  g_autofree char      *which = dup_which (first, n);
  g_autofree char      *standing = dup_standing (&counts);
  ShoalAppTextPart      parts[] = { { "pieces", which }, { "standing", standing } };
  /* Translators: "Pieces 12 to 15: 3 here · 1 on the way". */
  char    *line = shoal_app_text_fill (_ ("{pieces}: {standing}"), parts, G_N_ELEMENTS (parts));
  GString *text = g_string_new (line);

  g_free (line);
  if (contents != NULL)
    append_files (text,
                  contents,
                  (guint64) first * pieces->piece_length,
                  ((guint64) first + n) * pieces->piece_length);
  return g_string_free (text, FALSE);
}

char *
shoal_app_fact_dup_hash_v1 (const ShoalInfoHashes *hashes)
{
  if (!hashes->has_v1)
    return NULL;
  return shoal_base_hex_dup (hashes->v1.bytes, sizeof hashes->v1.bytes);
}

char *
shoal_app_fact_dup_hash_v2 (const ShoalInfoHashes *hashes)
{
  if (!hashes->has_v2)
    return NULL;
  return shoal_base_hex_dup (hashes->v2.bytes, sizeof hashes->v2.bytes);
}

static void
append_parameter (GString *uri, const char *name, const char *value)
{
  g_string_append_printf (uri, "&%s=", name);
  g_string_append_uri_escaped (uri, value, NULL, FALSE);
}

static void
append_trackers (GString *uri, const ShoalContents *contents)
{
  for (guint i = 0; contents->tiers != NULL && i < contents->tiers->len; i++)
    {
      char **urls = g_ptr_array_index (contents->tiers, i);

      for (; *urls != NULL; urls++)
        append_parameter (uri, "tr", *urls);
    }
}

char *
shoal_app_fact_dup_link (const ShoalTorrentInfo *info, const ShoalContents *contents)
{
  g_autofree char *v1 = shoal_app_fact_dup_hash_v1 (&info->hashes);
  g_autofree char *v2 = shoal_app_fact_dup_hash_v2 (&info->hashes);
  GString         *uri = g_string_new ("magnet:?");

  if (v1 != NULL)
    g_string_append_printf (uri, "xt=urn:btih:%s", v1);
  if (v2 != NULL)
    g_string_append_printf (uri, "%sxt=urn:btmh:" MULTIHASH_PREFIX "%s", v1 != NULL ? "&" : "", v2);
  append_parameter (uri, "dn", info->name);
  if (contents != NULL)
    append_trackers (uri, contents);
  for (char **seed = contents != NULL ? contents->web_seeds : NULL; seed != NULL && *seed != NULL;
       seed++)
    append_parameter (uri, "ws", *seed);
  return g_string_free (uri, FALSE);
}
