/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "types/shoal-types-problem.h"
#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* Whether @source is a magnet link. */
gboolean shoal_cli_source_is_magnet (const char *source);

/* The bytes of the torrent at @source: a path, "-" for standard input, a file:, http: or https:
 * URI; a magnet link is refused. @settings: how http is spoken; NULL: the defaults. NULL with
 * *problem (the caller's). */
GBytes *
shoal_cli_source_read (const char *source, const ShoalSettings *settings, ShoalProblem **problem);

G_END_DECLS
