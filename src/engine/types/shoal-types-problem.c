/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "types/shoal-types-problem.h"

#include "types/shoal-types-count.h"

static char *
dup_valid (const char *text)
{
  return text != NULL ? g_utf8_make_valid (text, -1) : NULL;
}

ShoalProblem *
shoal_problem_new_full (ShoalProblemDomain domain,
                        ShoalProblemCode   code,
                        const char        *subject,
                        const char        *outside_text,
                        int                error_number,
                        guint64            number)
{
  ShoalProblem *self = g_new0 (ShoalProblem, 1);

  atomic_init (&self->ref_count, 1);
  self->domain = domain;
  self->code = code;
  self->subject = dup_valid (subject);
  self->outside_text = dup_valid (outside_text);
  self->error_number = error_number;
  self->number = number;
  return self;
}

ShoalProblem *
shoal_problem_new (ShoalProblemDomain domain,
                   ShoalProblemCode   code,
                   const char        *subject,
                   const char        *outside_text)
{
  return shoal_problem_new_full (domain, code, subject, outside_text, 0, 0);
}

ShoalProblem *
shoal_problem_ref (const ShoalProblem *self)
{
  return shoal_types_ref (self);
}

void
shoal_problem_unref (ShoalProblem *self)
{
  if (!shoal_types_unref (self))
    return;
  g_free (self->subject);
  g_free (self->outside_text);
  g_free (self);
}

gboolean
shoal_problem_equal (const ShoalProblem *a, const ShoalProblem *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL)
    return FALSE;
  return a->domain == b->domain && a->code == b->code && a->error_number == b->error_number &&
         a->number == b->number && g_strcmp0 (a->subject, b->subject) == 0 &&
         g_strcmp0 (a->outside_text, b->outside_text) == 0;
}
