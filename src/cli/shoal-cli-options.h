/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-info.h"
#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* The words after `get` and `seed`. */
typedef struct
{
  GPtrArray *
      sources; /* owned, of char *: what `get` is to fetch, or the torrent and the path of `seed` */
  char          *dir;    /* owned */
  char          *state;  /* owned; NULL: the usual place */
  char          *select; /* owned; NULL: all files */
  GPtrArray     *peers;  /* owned, of char *, as the next */
  GPtrArray     *trackers;
  ShoalSettings *settings;    /* owned */
  double         ratio;       /* of --seed=RATIO; < 0: none */
  gint64         timeout_sec; /* 0: never */

  guint seeds : 1; /* --seed */
  guint is_sequential : 1;
  guint no_trackers : 1;
  guint is_partial : 1;
  guint recheck : 1;
} ShoalCliOptions;

/* Reads them from @argv (argv[0] is the verb). NULL: wrong usage, which was said on standard error,
 * or help was asked for and given; *exit_status tells which. */
ShoalCliOptions *shoal_cli_options_parse (int argc, char **argv, int *exit_status);

void shoal_cli_options_free (ShoalCliOptions *self);

/* "10", "5M", "2Gi" → bytes; FALSE if it is nothing of the kind or too large. */
gboolean shoal_cli_options_parse_size (const char *text, guint64 *bytes);

/* A number of option --@option from @min to @max; anything else is said. */
gboolean shoal_cli_options_parse_number (const char *option,
                                         const char *text,
                                         guint64     min,
                                         guint64     max,
                                         guint64    *out);

/* The value of --bind, to @addresses (of ShoalBaseAddress); what is none is said. */
gboolean shoal_cli_options_parse_bind (GArray *addresses, const char *text);

/* "1,3-5" → a priority for each of @n_files files: normal or skip; the caller owns it. NULL if a
 * number is wrong, or nothing is left. */
guint8 *shoal_cli_options_parse_select (const char *text, guint n_files);

/* The same of a torrent whose files are not known yet: ShoalFileRange from 0, in order of @text;
 * the caller's. @text was accepted as an option. */
GArray *shoal_cli_options_parse_ranges (const char *text);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCliOptions, shoal_cli_options_free)

G_END_DECLS
