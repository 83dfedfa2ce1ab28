/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes per second, averaged over some five seconds, and the total. A value, zero-initialised. The
 * average decays in steps of a quarter of a second, so that reading it costs no timer; it is 0 when
 * nothing has come for ten seconds, or less than 100 B/s are left of it. */
typedef struct
{
  guint64 total_bytes;
  gint64  step_usec; /* start of the current step; 0: nothing counted yet */
  guint64 step_bytes;
  guint   n_still; /* closed steps without a byte, since the last with some */
  double  rate;
} ShoalBaseRate;

void shoal_base_rate_add (ShoalBaseRate *self, gint64 now_usec, gsize bytes);

/* It is over: the rate is 0 at once, and the total stays. */
void shoal_base_rate_stop (ShoalBaseRate *self);

/* Bytes per second as of @now_usec. */
guint64 shoal_base_rate_get_bps (ShoalBaseRate *self, gint64 now_usec);

G_END_DECLS
