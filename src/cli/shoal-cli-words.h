/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <getopt.h>
#include <glib.h>

G_BEGIN_DECLS

/* The words after a verb. What every verb has is handled here: --json, --quiet, --help. */
enum
{
  SHOAL_CLI_WORD_JSON = 1000,
  SHOAL_CLI_WORD_QUIET,
};

#define SHOAL_CLI_WORDS_COMMON                                                                     \
  { "json", no_argument, NULL, SHOAL_CLI_WORD_JSON },                                              \
      { "quiet", no_argument, NULL, SHOAL_CLI_WORD_QUIET }, { "help", no_argument, NULL, 'h' },    \
  {                                                                                                \
    0                                                                                              \
  }

typedef struct
{
  const char          *short_options; /* of the verb's own: "d:p:" */
  const struct option *options;       /* ends with SHOAL_CLI_WORDS_COMMON */

  /* Takes one option; FALSE, after shoal_cli_words_complain(): wrong. NULL: it has none. */
  gboolean (*take) (gpointer data, int option, const char *value);
} ShoalCliWords;

/* Reads the options; argv[0] is the verb, and what is left begins at argv[optind]. FALSE: the
 * program ends with *exit_status; help was printed, or what is wrong was said. */
gboolean shoal_cli_words_read (const ShoalCliWords *self,
                               int                  argc,
                               char               **argv,
                               gpointer             data,
                               int                 *exit_status);

/* Says what is wrong with an option's value; NULL: it takes none. Returns FALSE. */
gboolean shoal_cli_words_complain (const char *option, const char *value, const char *what);

/* Says that the words of @verb are wrong; returns the exit status. */
int shoal_cli_words_refuse (const char *verb, const char *what);

G_END_DECLS
