/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What a person sees of one or more torrents: on a terminal a bar that redraws in place, into a
 * pipe a line every 5 s at most. Writes to standard error, so that standard output stays the
 * result's. */
typedef struct _ShoalCliProgress ShoalCliProgress;

ShoalCliProgress *shoal_cli_progress_new (void);

/* Leaves the line that stands there. */
void shoal_cli_progress_free (ShoalCliProgress *self);

/* @infos: of ShoalTorrentInfo, of the torrents that have a row. @is_last: draw it whatever the
 * time. */
void shoal_cli_progress_show (ShoalCliProgress *self, const GPtrArray *infos, gboolean is_last);

/* Takes a drawn bar away, before another line is printed. */
void shoal_cli_progress_hide (ShoalCliProgress *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCliProgress, shoal_cli_progress_free)

G_END_DECLS
