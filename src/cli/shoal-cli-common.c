/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-common.h"

#include <stdio.h>

#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-sentence.h"

int
shoal_cli_common_fail (const ShoalProblem *problem, const char *subject, gboolean is_json)
{
  g_autofree char *sentence = shoal_cli_sentence_dup (problem, subject);
  ShoalCliExit     exit = shoal_cli_sentence_get_exit (problem);
  ShoalCliJson     json;

  fprintf (stderr, "shoal-cli: %s\n", sentence);
  if (is_json)
    {
      shoal_cli_json_begin (&json, "error");
      shoal_cli_json_add_string (&json,
                                 "code",
                                 exit == SHOAL_CLI_EXIT_REJECTED  ? "rejected"
                                 : exit == SHOAL_CLI_EXIT_STORAGE ? "storage"
                                                                  : "failed");
      shoal_cli_json_add_string (&json, "message", sentence);
      shoal_cli_json_print (&json);
    }
  return (int) exit;
}
