/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "cli/shoal-cli-sentence.h"
#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* Why the program, or one of its torrents, ends with a status from 1 to 4. */
typedef struct
{
  ShoalCliExit exit;
  const char  *code;    /* static: of the error event */
  char        *source;  /* owned; how the person called it; NULL: of no torrent */
  char        *hash;    /* owned; in hex; NULL: not known */
  char        *message; /* owned; the sentence */
} ShoalCliFault;

ShoalCliFault *
shoal_cli_fault_new (const ShoalProblem *problem, const char *source, const char *hash);

/* Of wrong usage; @message is the whole sentence. */
ShoalCliFault *shoal_cli_fault_new_usage (const char *message);

ShoalCliFault *shoal_cli_fault_copy (const ShoalCliFault *self);

void shoal_cli_fault_free (ShoalCliFault *self);

/* The line on standard error. */
void shoal_cli_fault_say (const ShoalCliFault *self);

/* With --json: the error event, which is to be the last. */
void shoal_cli_fault_print (const ShoalCliFault *self);

/* All of it for a verb that ends with @problem: returns the exit status. */
int shoal_cli_fault_report (const ShoalProblem *problem, const char *source);

/* What @error_number of an access to @path means; the caller owns it. */
ShoalProblem *shoal_cli_fault_problem_from_errno (const char *path, int error_number);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCliFault, shoal_cli_fault_free)

G_END_DECLS
