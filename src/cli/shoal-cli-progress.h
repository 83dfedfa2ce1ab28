/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What a person sees of one or more torrents: on a terminal a bar that redraws in place, into a
 * pipe a line every 5 s at most. Writes to standard error, so that standard output stays the
 * result's. */
typedef struct _ShoalCliProgress ShoalCliProgress;

/* @is_seed: nothing is fetched, what is missing stays so. */
ShoalCliProgress *shoal_cli_progress_new (gboolean is_seed);

void shoal_cli_progress_free (ShoalCliProgress *self);

/* @infos: of ShoalTorrentInfo, of the torrents that have a row. */
void shoal_cli_progress_show (ShoalCliProgress *self, const GPtrArray *infos);

/* The line itself, with a bar that fits into @columns; 0: without one. The caller owns it. */
char *shoal_cli_progress_dup_line (const GPtrArray *infos, gboolean is_seed, guint columns);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCliProgress, shoal_cli_progress_free)

G_END_DECLS
