/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What one of several torrents has of a limit, in one direction. All rates in bytes per second. */
typedef struct
{
  guint64 bps;      /* its part of the limit; 0: there is no limit */
  guint64 used_bps; /* what it moved lately */

  guint can_use : 1;   /* it is connected to somebody, and has something to move */
  guint could_use : 1; /* when the limit was last divided */
} ShoalCliShare;

/* Counts what was moved in the last @span_usec into used_bps. */
void shoal_cli_share_count (ShoalCliShare *self, guint64 bytes, gint64 span_usec);

/* Divides @limit_bps anew among @shares (of ShoalCliShare, at least one) by what each could use:
 * one that uses less than it has gives it up, step by step and down to a floor from which it can
 * grow; those that are held up get all the rest in equal parts. The sum is never above the limit,
 * where that is at least one byte per second for each. To be called about once a second, and
 * when there are other shares than before. 0: no limit. */
void shoal_cli_share_divide (GPtrArray *shares, guint64 limit_bps);

G_END_DECLS
