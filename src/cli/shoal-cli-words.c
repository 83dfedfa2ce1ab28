/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-words.h"

#include <glib/gi18n.h>
#include <string.h>

#include "cli/shoal-cli-fault.h"
#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-output.h"

static void
report_usage (const char *message)
{
  g_autoptr (ShoalCliFault) fault = shoal_cli_fault_new_usage (message);

  shoal_cli_fault_say (fault);
  shoal_cli_fault_print (fault);
}

gboolean
shoal_cli_words_complain (const char *option, const char *value, const char *what)
{
  g_autofree char *message = value != NULL ? g_strdup_printf ("--%s=%s: %s", option, value, what)
                                           : g_strdup_printf ("--%s: %s", option, what);

  report_usage (message);
  return FALSE;
}

int
shoal_cli_words_refuse (const char *verb, const char *what)
{
  g_autofree char *message =
      g_strdup_printf (_ ("%s: %s; see shoal-cli %s --help"), verb, what, verb);

  report_usage (message);
  return SHOAL_CLI_EXIT_USAGE;
}

/* What getopt_long() found wrong: it answered @answer. A letter that it does not know stays in
 * optopt; the long options leave 0 or a known value there. */
static int
refuse_option (const char *verb, int answer, const char *short_options, const char *word)
{
  g_autofree char *name = NULL;
  g_autofree char *what = NULL;

  if (answer == '?' && optopt > 0 && optopt < 256 && strchr (short_options, optopt) == NULL)
    name = g_strdup_printf ("-%c", optopt);
  else
    name = g_strndup (word, strcspn (word, "="));
  if (answer == ':')
    what = g_strdup_printf (_ ("%s needs a value"), name);
  else if (name[1] == '-' && optopt != 0)
    what = g_strdup_printf (_ ("%s takes no value"), name);
  else
    what = g_strdup_printf (_ ("%s is none of its options"), name);
  return shoal_cli_words_refuse (verb, what);
}

/* --json and --quiet count for what is said of the other words, wherever they stand. */
static void
read_ahead (const char *short_options, const struct option *options, int argc, char **argv)
{
  int option;

  optind = 0;
  while ((option = getopt_long (argc, argv, short_options, options, NULL)) != -1)
    {
      if (option == SHOAL_CLI_WORD_JSON)
        shoal_cli_output_set_json (TRUE);
      else if (option == SHOAL_CLI_WORD_QUIET)
        shoal_cli_output_set_quiet (TRUE);
    }
}

gboolean
shoal_cli_words_read (const ShoalCliWords *self,
                      int                  argc,
                      char               **argv,
                      gpointer             data,
                      int                 *exit_status)
{
  g_autofree char *short_options = g_strconcat (":h", self->short_options, NULL);
  int              option;

  opterr = 0;
  read_ahead (short_options, self->options, argc, argv);
  optind = 0;
  while ((option = getopt_long (argc, argv, short_options, self->options, NULL)) != -1)
    {
      *exit_status = SHOAL_CLI_EXIT_USAGE;
      if (option == 'h')
        {
          shoal_cli_help_print (argv[0]);
          *exit_status = SHOAL_CLI_EXIT_DONE;
          return FALSE;
        }
      if (option == '?' || option == ':')
        {
          *exit_status = refuse_option (argv[0], option, short_options, argv[optind - 1]);
          return FALSE;
        }
      if (option != SHOAL_CLI_WORD_JSON && option != SHOAL_CLI_WORD_QUIET &&
          !self->take (data, option, optarg))
        return FALSE;
    }
  return TRUE;
}
