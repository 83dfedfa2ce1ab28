/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Bytes per second, averaged over some five seconds, and the total. A value, zero-initialised. The
 * average decays in steps of a quarter of a second, so that reading it costs no timer. */
typedef struct
{
  guint64 total_bytes;
  gint64  step_usec; /* start of the current step; 0: nothing counted yet */
  guint64 step_bytes;
  double  rate;
} ShoalBaseRate;

void shoal_base_rate_add (ShoalBaseRate *self, gint64 now_usec, gsize bytes);

/* Bytes per second as of @now_usec. */
guint64 shoal_base_rate_get_bps (ShoalBaseRate *self, gint64 now_usec);

G_END_DECLS
