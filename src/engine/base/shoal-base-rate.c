/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-rate.h"

#define STEP_USEC    (G_USEC_PER_SEC / 4)
#define WINDOW_STEPS 20 /* five seconds: long enough to read, short enough to believe */

/* Closes all steps that ended before @now_usec. */
static void
advance (ShoalBaseRate *self, gint64 now_usec)
{
  gint64 steps;

  if (self->step_usec == 0)
    {
      self->step_usec = now_usec;
      return;
    }
  steps = (now_usec - self->step_usec) / STEP_USEC;
  if (steps <= 0)
    return;
  self->rate +=
      ((double) self->step_bytes * G_USEC_PER_SEC / STEP_USEC - self->rate) / WINDOW_STEPS * 2;
  self->step_bytes = 0;
  if (steps > 8 * WINDOW_STEPS)
    self->rate = 0;
  else
    for (gint64 i = 1; i < steps; i++)
      self->rate -= self->rate / WINDOW_STEPS * 2;
  if (self->rate < 1)
    self->rate = 0;
  self->step_usec += steps * STEP_USEC;
}

void
shoal_base_rate_add (ShoalBaseRate *self, gint64 now_usec, gsize bytes)
{
  advance (self, now_usec);
  self->step_bytes += bytes;
  self->total_bytes += bytes;
}

guint64
shoal_base_rate_get_bps (ShoalBaseRate *self, gint64 now_usec)
{
  if (self->step_usec == 0)
    return 0;
  advance (self, now_usec);
  return (guint64) self->rate;
}
