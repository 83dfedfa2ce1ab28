/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-sentence.h"

#include <glib/gi18n.h>

char *
shoal_cli_sentence_dup_safe (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString         *out = g_string_new (NULL);
  const char      *p;

  for (p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || g_unichar_type (c) == G_UNICODE_FORMAT)
        c = 0xfffd;
      g_string_append_unichar (out, c);
    }
  return g_string_free (out, FALSE);
}

/* {subject}: whom or what it is about; {size}: the number as a size; {number}: as it is; {detail}:
 * a library's or a stranger's words. */
typedef struct
{
  ShoalProblemDomain domain;
  ShoalProblemCode   code;
  const char        *text;
} Sentence;

static const Sentence sentences[] = {
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_FULL,
    N_ ("{subject}: the disk is full; {size} more are needed. Make room and run the same command "
        "again") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_READ_ONLY,
    N_ ("{subject}: the file system is read-only. Choose another folder with --dir") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("{subject}: permission denied. Choose a folder that you may write to, or change its "
        "rights") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_VANISHED,
    N_ ("{subject}: the folder, or the disk it is on, is gone. Connect the disk and try again") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("{subject}: something else is in the way there. Move it, or choose another folder") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_MISSING,
    N_ ("{subject}: no such file or folder. Check the path") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_CHANGED,
    N_ ("{subject}: somebody else changed the file meanwhile. Run the command again") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_INCOMPLETE,
    N_ ("{subject}: the data is not complete, {size} are missing or wrong. Use --partial to seed "
        "what is there") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("{subject}: another program (process {number}) is writing this data. Stop it first") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_INVALID,
    N_ ("{subject}: cannot be used: {detail}. Choose another folder") },
  { SHOAL_PROBLEM_DOMAIN_STORAGE,
    SHOAL_PROBLEM_IO,
    N_ ("{subject}: reading or writing failed: {detail}. Check the disk") },
  { SHOAL_PROBLEM_DOMAIN_STATE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("{subject}: another shoal-cli (process {number}) works on the same torrent and folder. "
        "Stop it first") },
  { SHOAL_PROBLEM_DOMAIN_STATE,
    SHOAL_PROBLEM_NEWER,
    N_ ("{subject}: written by a newer Shoal. Use that one, or give another --state folder") },
  { SHOAL_PROBLEM_DOMAIN_STATE,
    SHOAL_PROBLEM_DAMAGED,
    N_ ("the saved state was damaged; it was kept as {subject}, and a new one begun") },
  { SHOAL_PROBLEM_DOMAIN_STATE,
    SHOAL_PROBLEM_FULL,
    N_ ("{subject}: no room to save the state. Make room, or give another --state folder") },
  { SHOAL_PROBLEM_DOMAIN_STATE,
    SHOAL_PROBLEM_IO,
    N_ ("{subject}: the state cannot be kept: {detail}. Give another --state folder") },
  { SHOAL_PROBLEM_DOMAIN_TORRENT,
    SHOAL_PROBLEM_MALFORMED,
    N_ ("{subject}: not a valid torrent: {detail}") },
  { SHOAL_PROBLEM_DOMAIN_TORRENT,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("{subject}: refused as unsafe: {detail}") },
  { SHOAL_PROBLEM_DOMAIN_TORRENT,
    SHOAL_PROBLEM_UNSUPPORTED,
    N_ ("{subject}: not supported: {detail}") },
  { SHOAL_PROBLEM_DOMAIN_TORRENT,
    SHOAL_PROBLEM_TOO_LARGE,
    N_ ("{subject}: too large for a torrent: {detail}") },
  { SHOAL_PROBLEM_DOMAIN_NETWORK,
    SHOAL_PROBLEM_PORT_BUSY,
    N_ ("port {number} is in use, and so are the next ones. Choose another with --port, or 0 for "
        "any") },
  { SHOAL_PROBLEM_DOMAIN_NETWORK,
    SHOAL_PROBLEM_UNREACHABLE,
    N_ ("{subject}: cannot be reached: {detail}. Check the address and the connection") },
  { SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_DUPLICATE, N_ ("{subject}: given twice") },
  { SHOAL_PROBLEM_DOMAIN_USE,
    SHOAL_PROBLEM_TIMEOUT,
    N_ ("{subject}: no byte arrived in time. Check that somebody shares it, or give a peer with "
        "--peer") },
  { SHOAL_PROBLEM_DOMAIN_USE, SHOAL_PROBLEM_STOPPING, N_ ("{subject}: stopped") },
};

static const char *
find_sentence (const ShoalProblem *problem)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].domain == problem->domain && sentences[i].code == problem->code)
      return _ (sentences[i].text);
  return _ ("{subject}: {detail}");
}

char *
shoal_cli_sentence_dup (const ShoalProblem *problem, const char *subject)
{
  const char      *detail = problem->outside_text;
  g_autofree char *size = g_format_size (problem->number);
  g_autofree char *number = g_strdup_printf ("%" G_GUINT64_FORMAT, problem->number);
  g_autoptr (GString) text = g_string_new (find_sentence (problem));

  if (problem->error_number != 0)
    detail = g_strerror (problem->error_number);
  if (problem->subject != NULL)
    subject = problem->subject;
  g_string_replace (text, "{size}", size, 1);
  g_string_replace (text, "{number}", number, 1);
  g_string_replace (text, "{detail}", detail != NULL ? detail : _ ("no reason was given"), 1);
  g_string_replace (text, "{subject}", subject != NULL ? subject : "shoal-cli", 1);
  return shoal_cli_sentence_dup_safe (text->str);
}

ShoalCliExit
shoal_cli_sentence_get_exit (const ShoalProblem *problem)
{
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_TORRENT)
    return SHOAL_CLI_EXIT_REJECTED;
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE &&
      problem->code != SHOAL_PROBLEM_INCOMPLETE && problem->code != SHOAL_PROBLEM_IN_USE &&
      problem->code != SHOAL_PROBLEM_MISSING)
    return SHOAL_CLI_EXIT_STORAGE;
  return SHOAL_CLI_EXIT_FAILED;
}
