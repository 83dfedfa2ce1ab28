/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-sentence.h"

#include <errno.h>
#include <string.h>

#include "cli/shoal-cli-fault.h"

#define TORRENT SHOAL_PROBLEM_DOMAIN_TORRENT
#define STORAGE SHOAL_PROBLEM_DOMAIN_STORAGE
#define NETWORK SHOAL_PROBLEM_DOMAIN_NETWORK
#define STATE   SHOAL_PROBLEM_DOMAIN_STATE
#define USE     SHOAL_PROBLEM_DOMAIN_USE

/* Whatever the engine may say: one line, that names its subject and has no gap. */
static void
test_all (void)
{
  int     domain, code;
  guint64 number;

  for (domain = 0; domain <= (int) SHOAL_PROBLEM_DOMAIN_USE; domain++)
    for (code = 0; code <= (int) SHOAL_PROBLEM_TIMEOUT; code++)
      for (number = 0; number < 2; number++)
        {
          g_autoptr (ShoalProblem) problem = shoal_problem_new_full ((ShoalProblemDomain) domain,
                                                                     (ShoalProblemCode) code,
                                                                     "SUBJECT",
                                                                     NULL,
                                                                     0,
                                                                     number * 51413);
          g_autofree char *sentence = shoal_cli_sentence_dup (problem, NULL);
          ShoalCliExit     exit = shoal_cli_sentence_get_exit (problem);

          g_assert_null (strpbrk (sentence, "{}\n"));
          if (code != SHOAL_PROBLEM_PORT_BUSY && domain != SHOAL_PROBLEM_DOMAIN_NETWORK)
            g_assert_nonnull (strstr (sentence, "SUBJECT"));
          g_assert_null (strstr (sentence, "0 bytes"));
          g_assert_true (exit >= SHOAL_CLI_EXIT_FAILED && exit <= SHOAL_CLI_EXIT_STORAGE);
          g_assert_cmpint (exit, !=, SHOAL_CLI_EXIT_USAGE);
        }
}

static void
test_sentences (void)
{
  static const struct
  {
    ShoalProblemDomain domain;
    ShoalProblemCode   code;
    int                error_number;
    guint64            number;
    const char        *subject;
    const char        *detail;
    const char        *sentence;
    ShoalCliExit       exit;
  } rows[] = {
    { STORAGE,
      SHOAL_PROBLEM_FULL,
      ENOSPC,
      300,
      "/to",
      NULL,
      "/to: the disk is full; 300 bytes more are needed. Make room and run the same command again",
      SHOAL_CLI_EXIT_STORAGE },
    { STORAGE,
      SHOAL_PROBLEM_FULL,
      ENOSPC,
      0,
      "/to",
      NULL,
      "/to: the disk is full. Make room and run the same command again",
      SHOAL_CLI_EXIT_STORAGE },
    { STORAGE,
      SHOAL_PROBLEM_IO,
      EIO,
      0,
      "/to/file",
      "not this",
      "/to/file: reading or writing failed: Input/output error. Check the path and the disk",
      SHOAL_CLI_EXIT_STORAGE },
    { STORAGE,
      SHOAL_PROBLEM_MISSING,
      ENOENT,
      0,
      "/to",
      NULL,
      "/to: no such file or folder. Check the path",
      SHOAL_CLI_EXIT_FAILED },
    { STATE,
      SHOAL_PROBLEM_IN_USE,
      0,
      77,
      "x.db",
      NULL,
      "x.db: another shoal-cli (process 77) works on the same torrent and folder. Stop it first",
      SHOAL_CLI_EXIT_FAILED },
    { STATE,
      SHOAL_PROBLEM_FULL,
      0,
      0,
      "x.db",
      NULL,
      "x.db: no room to save the state. Make room, or give another --state folder",
      SHOAL_CLI_EXIT_STORAGE },
    { TORRENT,
      SHOAL_PROBLEM_MALFORMED,
      0,
      0,
      "x.torrent",
      "expected 'd'",
      "x.torrent: not a valid torrent: expected 'd'. Get the file again from where it came",
      SHOAL_CLI_EXIT_REJECTED },
    { NETWORK,
      SHOAL_PROBLEM_PORT_BUSY,
      0,
      6969,
      NULL,
      NULL,
      "port 6969 is in use. Choose another with --port, or 0 for any free one",
      SHOAL_CLI_EXIT_FAILED },
    { NETWORK,
      SHOAL_PROBLEM_ADDRESS,
      0,
      51413,
      NULL,
      "cannot listen at 1.2.3.4, port 51413: Cannot assign requested address",
      "cannot listen at 1.2.3.4, port 51413: Cannot assign requested address. Name an address of "
      "this machine with --bind",
      SHOAL_CLI_EXIT_FAILED },
    { USE,
      SHOAL_PROBLEM_TIMEOUT,
      0,
      30,
      "x.torrent",
      NULL,
      "x.torrent: no byte arrived for 30 s. Check that somebody shares it, or name a peer with "
      "--peer",
      SHOAL_CLI_EXIT_FAILED },
    { USE,
      SHOAL_PROBLEM_INVALID,
      0,
      0,
      "x",
      "{subject} {detail} {size}",
      "x: {subject} {detail} {size}",
      SHOAL_CLI_EXIT_FAILED },
    { USE,
      SHOAL_PROBLEM_INVALID,
      0,
      0,
      "{detail}\n\x1b[31m",
      "x",
      "{detail}\xef\xbf\xbd\xef\xbf\xbd[31m: x",
      SHOAL_CLI_EXIT_FAILED },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalProblem) problem = shoal_problem_new_full (rows[i].domain,
                                                                 rows[i].code,
                                                                 rows[i].subject,
                                                                 rows[i].detail,
                                                                 rows[i].error_number,
                                                                 rows[i].number);
      g_autofree char *sentence = shoal_cli_sentence_dup (problem, "not this");
      g_auto (GStrv) plain = g_strsplit (sentence, "\u00a0", -1);
      g_autofree char *joined = g_strjoinv (" ", plain);

      g_assert_cmpstr (joined, ==, rows[i].sentence);
      g_assert_cmpint (shoal_cli_sentence_get_exit (problem), ==, rows[i].exit);
    }
}

/* Who is meant where the problem does not say. */
static void
test_subject (void)
{
  g_autoptr (ShoalProblem) problem = shoal_problem_new (USE, SHOAL_PROBLEM_DUPLICATE, NULL, NULL);
  g_autofree char *named = shoal_cli_sentence_dup (problem, "x.torrent");
  g_autofree char *unnamed = shoal_cli_sentence_dup (problem, NULL);

  g_assert_cmpstr (named, ==, "x.torrent: given twice. Name it once");
  g_assert_cmpstr (unnamed, ==, "shoal-cli: given twice. Name it once");
}

static void
test_safe (void)
{
  static const char *const rows[][2] = {
    { "plain Ünïcödé 日本語", "plain Ünïcödé 日本語" },
    { "a\nb\tc\x1b[0m",
      "a\xef\xbf\xbd"
      "b\xef\xbf\xbd"
      "c\xef\xbf\xbd[0m" },
    { "\xe2\x80\xaetxt.exe", "\xef\xbf\xbdtxt.exe" },             /* right-to-left override */
    { "\xe2\x81\xa6x\xe2\x81\xa9", "\xef\xbf\xbdx\xef\xbf\xbd" }, /* isolates */
    { "\xc2\x9b"
      "31m",
      "\xef\xbf\xbd"
      "31m" }, /* C1: some terminals obey it */
    { "\xff\xfe", "\xef\xbf\xbd\xef\xbf\xbd" },
    { "می\u200cخواهم 👩\u200d💻", "می\u200cخواهم 👩\u200d💻" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *safe = shoal_cli_sentence_dup_safe (rows[i][0]);

      g_assert_cmpstr (safe, ==, rows[i][1]);
    }
}

static void
test_codes (void)
{
  static const struct
  {
    ShoalProblemDomain domain;
    ShoalProblemCode   code;
    const char        *name;
  } rows[] = {
    { TORRENT, SHOAL_PROBLEM_UNSAFE, "rejected" }, { STORAGE, SHOAL_PROBLEM_READ_ONLY, "storage" },
    { STATE, SHOAL_PROBLEM_FULL, "storage" },      { USE, SHOAL_PROBLEM_TIMEOUT, "timeout" },
    { STATE, SHOAL_PROBLEM_IN_USE, "failed" },     { STORAGE, SHOAL_PROBLEM_INCOMPLETE, "failed" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalProblem) problem =
          shoal_problem_new (rows[i].domain, rows[i].code, NULL, NULL);
      g_autoptr (ShoalCliFault) fault = shoal_cli_fault_new (problem, "x", NULL);

      g_assert_cmpstr (fault->code, ==, rows[i].name);
    }
}

static void
test_errno (void)
{
  static const struct
  {
    int          error_number;
    ShoalCliExit exit;
  } rows[] = {
    { ENOENT, SHOAL_CLI_EXIT_FAILED },  { EACCES, SHOAL_CLI_EXIT_STORAGE },
    { EROFS, SHOAL_CLI_EXIT_STORAGE },  { ENOSPC, SHOAL_CLI_EXIT_STORAGE },
    { EDQUOT, SHOAL_CLI_EXIT_STORAGE }, { EEXIST, SHOAL_CLI_EXIT_STORAGE },
    { EIO, SHOAL_CLI_EXIT_STORAGE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalProblem) problem =
          shoal_cli_fault_problem_from_errno ("/x", rows[i].error_number);

      g_assert_cmpint (shoal_cli_sentence_get_exit (problem), ==, rows[i].exit);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/sentence/all", test_all);
  g_test_add_func ("/cli/sentence/sentences", test_sentences);
  g_test_add_func ("/cli/sentence/subject", test_subject);
  g_test_add_func ("/cli/sentence/safe", test_safe);
  g_test_add_func ("/cli/sentence/codes", test_codes);
  g_test_add_func ("/cli/sentence/errno", test_errno);
  return g_test_run ();
}
