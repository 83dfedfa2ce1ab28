/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal-cli"
#include "config.h"

#include "cli/shoal-cli-fault.h"

#include <errno.h>

#include "cli/shoal-cli-json.h"
#include "cli/shoal-cli-output.h"

static const char *
name_code (const ShoalProblem *problem, ShoalCliExit exit)
{
  if (problem->code == SHOAL_PROBLEM_TIMEOUT)
    return "timeout";
  if (exit == SHOAL_CLI_EXIT_REJECTED)
    return "rejected";
  return exit == SHOAL_CLI_EXIT_STORAGE ? "storage" : "failed";
}

ShoalCliFault *
shoal_cli_fault_new (const ShoalProblem *problem, const char *source, const char *hash)
{
  ShoalCliFault *self = g_new0 (ShoalCliFault, 1);

  self->exit = shoal_cli_sentence_get_exit (problem);
  self->code = name_code (problem, self->exit);
  self->source = g_strdup (source);
  self->hash = g_strdup (hash);
  self->message = shoal_cli_sentence_dup (problem, source);
  return self;
}

ShoalCliFault *
shoal_cli_fault_new_usage (const char *message)
{
  ShoalCliFault *self = g_new0 (ShoalCliFault, 1);

  self->exit = SHOAL_CLI_EXIT_USAGE;
  self->code = "failed";
  self->message = shoal_cli_sentence_dup_safe (message);
  return self;
}

ShoalCliFault *
shoal_cli_fault_copy (const ShoalCliFault *self)
{
  ShoalCliFault *copy = g_memdup2 (self, sizeof *self);

  copy->source = g_strdup (self->source);
  copy->hash = g_strdup (self->hash);
  copy->message = g_strdup (self->message);
  return copy;
}

void
shoal_cli_fault_free (ShoalCliFault *self)
{
  g_free (self->source);
  g_free (self->hash);
  g_free (self->message);
  g_free (self);
}

void
shoal_cli_fault_say (const ShoalCliFault *self)
{
  shoal_cli_output_say ("%s", self->message);
}

void
shoal_cli_fault_print (const ShoalCliFault *self)
{
  ShoalCliJson json;

  if (!shoal_cli_output_is_json ())
    return;
  shoal_cli_json_begin (&json, "error");
  if (self->hash != NULL)
    shoal_cli_json_add_string (&json, "info_hash", self->hash);
  if (self->source != NULL)
    shoal_cli_json_add_string (&json, "source", self->source);
  shoal_cli_json_add_string (&json, "code", self->code);
  shoal_cli_json_add_string (&json, "message", self->message);
  shoal_cli_json_print (&json);
}

int
shoal_cli_fault_report (const ShoalProblem *problem, const char *source)
{
  g_autoptr (ShoalCliFault) self = shoal_cli_fault_new (problem, source, NULL);

  shoal_cli_fault_say (self);
  shoal_cli_fault_print (self);
  return (int) self->exit;
}

ShoalProblem *
shoal_cli_fault_problem_from_errno (const char *path, int error_number)
{
  ShoalProblemCode code = SHOAL_PROBLEM_IO;

  if (error_number == ENOENT)
    code = SHOAL_PROBLEM_MISSING;
  else if (error_number == EACCES || error_number == EPERM)
    code = SHOAL_PROBLEM_PERMISSION;
  else if (error_number == EROFS)
    code = SHOAL_PROBLEM_READ_ONLY;
  else if (error_number == ENOSPC || error_number == EDQUOT)
    code = SHOAL_PROBLEM_FULL;
  else if (error_number == EEXIST || error_number == ENOTDIR || error_number == EISDIR)
    code = SHOAL_PROBLEM_CONFLICT;
  return shoal_problem_new_full (SHOAL_PROBLEM_DOMAIN_STORAGE, code, path, NULL, error_number, 0);
}
