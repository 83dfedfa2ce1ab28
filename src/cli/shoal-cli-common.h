/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* What the verbs without an engine share. */

/* Says @problem on standard error and, with @is_json, as an error event; returns the exit status.
 */
int shoal_cli_common_fail (const ShoalProblem *problem, const char *subject, gboolean is_json);

G_END_DECLS
