/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* The sentence for a failure: what happened, to what, and what to do. Plain text, not markup, in
 * the person's language. The caller's. */
char *shoal_app_problem_dup_sentence (const ShoalProblem *problem);

/* The same for what was asked for and was not done: that does not go on by itself. */
char *shoal_app_problem_dup_refusal (const ShoalProblem *problem);

/* Whether asking the engine to try again may help without the person doing anything else. */
gboolean shoal_app_problem_can_retry (const ShoalProblem *problem);

G_END_DECLS
