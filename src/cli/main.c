/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include <fcntl.h>
#include <glib/gi18n.h>
#include <locale.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/shoal-cli-help.h"
#include "cli/shoal-cli-output.h"
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
  g_autofree char *safe = NULL;
  guint            i;

  for (i = 0; i < G_N_ELEMENTS (verbs); i++)
    if (strcmp (verbs[i].name, argv[0]) == 0)
      return verbs[i].run (argc, argv);
  safe = shoal_cli_sentence_dup_safe (argv[0]);
  shoal_cli_output_say (_ ("%s: no such verb; see shoal-cli --help"), safe);
  return SHOAL_CLI_EXIT_USAGE;
}

static int
run (int argc, char **argv)
{
  if (argc < 2)
    {
      shoal_cli_output_say ("%s", _ ("a verb is missing; see shoal-cli --help"));
      return SHOAL_CLI_EXIT_USAGE;
    }
  if (strcmp (argv[1], "--help") == 0 || strcmp (argv[1], "-h") == 0)
    {
      shoal_cli_help_print (NULL);
      return SHOAL_CLI_EXIT_DONE;
    }
  if (strcmp (argv[1], "--version") == 0)
    {
      shoal_cli_output_result ("shoal-cli %s", SHOAL_VERSION);
      return SHOAL_CLI_EXIT_DONE;
    }
  return run_verb (argc - 1, argv + 1);
}

/* A file of ours must not get the number of a standard stream that whoever started us had closed:
 * messages would be written into it. */
static void
open_streams (void)
{
  int fd;

  for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
      _exit (SHOAL_CLI_EXIT_FAILED);
}

/* What a person has to know comes from the engine as problems and events; its log is for developers
 * and shown on demand, so that standard error keeps to one line a message. */
static GLogWriterOutput
log_cb (GLogLevelFlags level, const GLogField *fields, gsize n_fields, gpointer user_data)
{
  const gboolean *shows_all = user_data;

  if (!*shows_all && (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL)) == 0)
    return G_LOG_WRITER_HANDLED;
  return g_log_writer_default (level, fields, n_fields, NULL);
}

/* While there is nothing yet to be stopped cleanly. */
static void
leave_at_once (int number)
{
  _exit (number == SIGINT ? SHOAL_CLI_EXIT_SIGINT : SHOAL_CLI_EXIT_SIGTERM);
}

int
main (int argc, char **argv)
{
  static gboolean shows_log;
  int             status;

  open_streams ();
  shows_log = g_getenv ("G_MESSAGES_DEBUG") != NULL;
  g_log_set_writer_func (log_cb, &shows_log, NULL);
  setlocale (LC_ALL, "");
  bindtextdomain (GETTEXT_PACKAGE, SHOAL_LOCALE_DIR);
  bind_textdomain_codeset (GETTEXT_PACKAGE, "UTF-8");
  textdomain (GETTEXT_PACKAGE);
  signal (SIGPIPE, SIG_IGN);
  signal (SIGINT, leave_at_once);
  signal (SIGTERM, leave_at_once);

  status = run (argc, argv);
  if (shoal_cli_output_is_broken ())
    {
      shoal_cli_output_say (
          "%s", _ ("standard output cannot be written: its reader has ended, or its disk is full"));
      status = MAX (status, SHOAL_CLI_EXIT_FAILED);
    }
  return status;
}
