/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* How the program ends; scripts depend on the numbers. */
typedef enum
{
  SHOAL_CLI_EXIT_DONE = 0,
  SHOAL_CLI_EXIT_FAILED = 1,
  SHOAL_CLI_EXIT_USAGE = 2,
  SHOAL_CLI_EXIT_REJECTED = 3, /* the torrent or magnet was not acceptable */
  SHOAL_CLI_EXIT_STORAGE = 4,
  SHOAL_CLI_EXIT_SIGINT = 130,
  SHOAL_CLI_EXIT_SIGTERM = 143,
} ShoalCliExit;

/* The sentence for a person: what happened, to what, what to do; one line, safe for a terminal. The
 * caller owns it. @subject: what the problem is about where it does not say itself; may be NULL. */
char *shoal_cli_sentence_dup (const ShoalProblem *problem, const char *subject);

ShoalCliExit shoal_cli_sentence_get_exit (const ShoalProblem *problem);

/* A stranger's words, so that no terminal takes them for commands: control and bidi characters,
 * and invisible ones but joiners, become U+FFFD. The caller owns it. */
char *shoal_cli_sentence_dup_safe (const char *text);

G_END_DECLS
