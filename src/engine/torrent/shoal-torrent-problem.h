/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* What an error of a lower folder (codec, disk, store, net) means to a person; @subject: what it
 * was about, where the error does not know a path itself; may be NULL. NULL for a cancelled piece
 * of work. */
ShoalProblem *shoal_torrent_problem_from_error (const GError *error, const char *subject);

G_END_DECLS
