/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-sentence.h"
#include "cli/shoal-cli-verbs.h"

static const struct
{
  const char *name;
  int (*run) (int argc, char **argv);
} verbs[] = {
  { "get", shoal_cli_get },   { "seed", shoal_cli_seed },     { "create", shoal_cli_create },
  { "show", shoal_cli_show }, { "verify", shoal_cli_verify }, { "tracker", shoal_cli_tracker },
};

static int
run_verb (int argc, char **argv)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, argv[0]) == 0)
      return verbs[i].run (argc, argv);
  {
    g_autofree char *safe = shoal_cli_sentence_dup_safe (argv[0]);

    fprintf (stderr, _ ("shoal-cli: %s: no such verb; see shoal-cli --help\n"), safe);
  }
  return SHOAL_CLI_EXIT_USAGE;
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHOAL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);

  if (argc < 2)
    {
      fputs (_ ("shoal-cli: a verb is missing; see shoal-cli --help\n"), stderr);
      return SHOAL_CLI_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      shoal_cli_help_print (NULL);
      return SHOAL_CLI_EXIT_DONE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      printf ("shoal-cli %s\n", SHOAL_VERSION);
      return SHOAL_CLI_EXIT_DONE;
    }
  return run_verb (argc - 1, argv + 1);
}
