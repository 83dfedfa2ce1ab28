/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-sentence.h"

#include <glib/gi18n.h>
#include <string.h>

/* Persian and emoji are written with these; they move nothing. */
static gboolean
is_joiner (gunichar c)
{
  return c == 0x200c || c == 0x200d;
}

char *
shoal_cli_sentence_dup_safe (const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  GString         *out = g_string_new (NULL);
  const char      *p;

  for (p = valid; *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (g_unichar_iscntrl (c) || (g_unichar_type (c) == G_UNICODE_FORMAT && !is_joiner (c)))
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
  const char        *without_number; /* instead, where the number is 0; NULL: the same */
} Sentence;

#define TORRENT SHOAL_PROBLEM_DOMAIN_TORRENT
#define STORAGE SHOAL_PROBLEM_DOMAIN_STORAGE
#define NETWORK SHOAL_PROBLEM_DOMAIN_NETWORK
#define STATE   SHOAL_PROBLEM_DOMAIN_STATE
#define USE     SHOAL_PROBLEM_DOMAIN_USE

static const Sentence sentences[] = {
  { STORAGE,
    SHOAL_PROBLEM_FULL,
    N_ ("{subject}: the disk is full; {size} more are needed. Make room and run the same command "
        "again"),
    N_ ("{subject}: the disk is full. Make room and run the same command again") },
  { STORAGE,
    SHOAL_PROBLEM_READ_ONLY,
    N_ ("{subject}: the file system is read-only. Choose a place that can be written to") },
  { STORAGE,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("{subject}: permission denied. Choose a place that you have the right to use, or change "
        "its rights") },
  { STORAGE,
    SHOAL_PROBLEM_VANISHED,
    N_ ("{subject}: the folder, or the disk it is on, is gone. Connect the disk and try again") },
  { STORAGE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("{subject}: something else is in the way there. Move it, or choose another place") },
  { STORAGE,
    SHOAL_PROBLEM_LONGER,
    N_ ("{subject}: longer than the {size} that the torrent says, so it is another file, or "
        "something was added to it. Move it, or choose another place with --dir"),
    N_ ("{subject}: not empty, as the torrent says, so it is another file, or something was added "
        "to it. Move it, or choose another place with --dir") },
  { STORAGE,
    SHOAL_PROBLEM_CLAIMED,
    N_ ("{subject}: another torrent keeps its data there. Choose another folder with --dir") },
  { STORAGE, SHOAL_PROBLEM_MISSING, N_ ("{subject}: no such file or folder. Check the path") },
  { STORAGE,
    SHOAL_PROBLEM_CHANGED,
    N_ ("{subject}: somebody else changed it meanwhile. Run the command again") },
  { STORAGE,
    SHOAL_PROBLEM_INCOMPLETE,
    N_ ("{subject}: the data is not complete, {size} are missing or wrong. Use --partial to seed "
        "what is there"),
    N_ ("{subject}: the data is not complete. Use --partial to seed what is there") },
  { STORAGE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("{subject}: another program (process {number}) has this torrent open in this folder. Stop "
        "it first, or choose another folder"),
    N_ ("{subject}: another program has this torrent open in this folder. Stop it first, or choose "
        "another folder") },
  { STORAGE,
    SHOAL_PROBLEM_INVALID,
    N_ ("{subject}: cannot be used: {detail}. Choose another place") },
  { STORAGE,
    SHOAL_PROBLEM_IO,
    N_ ("{subject}: reading or writing failed: {detail}. Check the path and the disk") },
  { STATE,
    SHOAL_PROBLEM_IN_USE,
    N_ ("{subject}: another shoal-cli (process {number}) works on the same torrent and folder. "
        "Stop it first"),
    N_ ("{subject}: another shoal-cli works on the same torrent and folder. Stop it first") },
  { STATE,
    SHOAL_PROBLEM_NEWER,
    N_ ("{subject}: written by a newer Shoal. Use that one, or give another --state folder") },
  { STATE,
    SHOAL_PROBLEM_DAMAGED,
    N_ ("the saved state was damaged; it was kept as {subject}, and a new one begun") },
  { STATE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("{subject}: this is not a state of Shoal. Give another --state folder") },
  { STATE,
    SHOAL_PROBLEM_FULL,
    N_ ("{subject}: no room to save the state. Make room, or give another --state folder") },
  { STATE,
    SHOAL_PROBLEM_IO,
    N_ ("{subject}: the state cannot be kept: {detail}. Give another --state folder") },
  { TORRENT,
    SHOAL_PROBLEM_MALFORMED,
    N_ ("{subject}: not a valid torrent: {detail}. Get the file again from where it came") },
  { TORRENT,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("{subject}: refused as unsafe: {detail}. Do not trust where it came from") },
  { TORRENT, SHOAL_PROBLEM_UNSUPPORTED, N_ ("{subject}: not supported: {detail}") },
  { TORRENT,
    SHOAL_PROBLEM_TOO_LARGE,
    N_ ("{subject}: larger than a .torrent file may be, {size}. Check that it is one"),
    N_ ("{subject}: too large: {detail}. Check that it is a torrent") },
  { NETWORK,
    SHOAL_PROBLEM_PORT_BUSY,
    N_ ("port {number} is in use. Choose another with --port, or 0 for any free one") },
  { NETWORK, SHOAL_PROBLEM_ADDRESS, N_ ("{detail}. Name an address of this machine with --bind") },
  { NETWORK, SHOAL_PROBLEM_PERMISSION, N_ ("{detail}. Choose a port above 1023 with --port") },
  { NETWORK,
    SHOAL_PROBLEM_UNREACHABLE,
    N_ ("{subject}: cannot be reached: {detail}. Check the address and the connection") },
  { NETWORK,
    SHOAL_PROBLEM_UNSAFE,
    N_ ("{subject}: its certificate is not trusted: {detail}. Check the address and the clock") },
  { USE,
    SHOAL_PROBLEM_TOO_LARGE,
    N_ ("{subject}: not started, since no more than {number} files may be open at a time. Raise "
        "that limit with ulimit -n, or name fewer torrents") },
  { USE,
    SHOAL_PROBLEM_UNSUPPORTED,
    N_ ("{subject}: such addresses are not supported. Give a path, or a file:, http: or https: "
        "address") },
  { USE, SHOAL_PROBLEM_DUPLICATE, N_ ("{subject}: given twice. Name it once") },
  { USE,
    SHOAL_PROBLEM_CONFLICT,
    N_ ("{subject}: the torrent would be written over the data that it is made of. Name another "
        "file with -o") },
  { USE, SHOAL_PROBLEM_MISSING, N_ ("{subject}: no such file. Check the path") },
  { USE,
    SHOAL_PROBLEM_PERMISSION,
    N_ ("{subject}: permission denied. Check who has the right to read it") },
  { USE, SHOAL_PROBLEM_IO, N_ ("{subject}: cannot be read: {detail}. Check the path") },
  { USE,
    SHOAL_PROBLEM_TIMEOUT,
    N_ ("{subject}: no byte arrived for {number} s. Check that somebody shares it, or name a peer "
        "with --peer") },
  { USE, SHOAL_PROBLEM_STOPPING, N_ ("{subject}: stopped") },
  { USE, SHOAL_PROBLEM_HELD, N_ ("{subject}: waiting, since everything rests for now") },
};

static const char *
find_sentence (const ShoalProblem *problem)
{
  guint i;

  for (i = 0; i < G_N_ELEMENTS (sentences); i++)
    if (sentences[i].domain == problem->domain && sentences[i].code == problem->code)
      return problem->number == 0 && sentences[i].without_number != NULL
                 ? _ (sentences[i].without_number)
                 : _ (sentences[i].text);
  return _ ("{subject}: {detail}");
}

/* One pass: what is put in is not looked at again, it may be a stranger's. */
static char *
expand (const char *text, const char *const *names, const char *const *values)
{
  GString *out = g_string_new (NULL);
  guint    i;

  while (*text != '\0')
    {
      for (i = 0; names[i] != NULL && !g_str_has_prefix (text, names[i]); i++)
        ;
      if (names[i] == NULL)
        {
          g_string_append_c (out, *text++);
          continue;
        }
      g_string_append (out, values[i]);
      text += strlen (names[i]);
    }
  return g_string_free (out, FALSE);
}

char *
shoal_cli_sentence_dup (const ShoalProblem *problem, const char *subject)
{
  static const char *const names[] = { "{subject}", "{size}", "{number}", "{detail}", NULL };
  g_autofree char         *size = g_format_size (problem->number);
  g_autofree char         *number = g_strdup_printf ("%" G_GUINT64_FORMAT, problem->number);
  g_autofree char         *text = NULL;
  const char              *values[] = { "shoal-cli", size, number, _ ("no reason was given") };

  if (problem->subject != NULL || subject != NULL)
    values[0] = problem->subject != NULL ? problem->subject : subject;
  if (problem->error_number != 0)
    values[3] = g_strerror (problem->error_number);
  else if (problem->outside_text != NULL)
    values[3] = problem->outside_text;
  text = expand (find_sentence (problem), names, values);
  return shoal_cli_sentence_dup_safe (text);
}

/* What is wrong with the disk, as opposed to what is on it. */
static gboolean
is_storage (ShoalProblemCode code)
{
  return code == SHOAL_PROBLEM_FULL || code == SHOAL_PROBLEM_READ_ONLY ||
         code == SHOAL_PROBLEM_PERMISSION || code == SHOAL_PROBLEM_IO;
}

ShoalCliExit
shoal_cli_sentence_get_exit (const ShoalProblem *problem)
{
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_TORRENT)
    return SHOAL_CLI_EXIT_REJECTED;
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_STATE && is_storage (problem->code))
    return SHOAL_CLI_EXIT_STORAGE;
  if (problem->domain == SHOAL_PROBLEM_DOMAIN_STORAGE &&
      problem->code != SHOAL_PROBLEM_INCOMPLETE && problem->code != SHOAL_PROBLEM_IN_USE &&
      problem->code != SHOAL_PROBLEM_MISSING)
    return SHOAL_CLI_EXIT_STORAGE;
  return SHOAL_CLI_EXIT_FAILED;
}
