/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* Where a result goes that a person named a file for. A file is replaced, whole or not at all, and
 * where a symbolic link leads; into a pipe or a character device it is written. */

/* What would fail at @path anyway, before hours of work; NULL: nothing is known to. */
ShoalProblem *shoal_cli_target_check (const char *path);

/* Blocks, at a pipe until somebody reads it. */
ShoalProblem *shoal_cli_target_write (const char *path, GBytes *bytes);

/* Whether @path is what standard output is, and no file. */
gboolean shoal_cli_target_is_stdout (const char *path);

G_END_DECLS
