/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-rate.h"

#define STEP_USEC    (G_USEC_PER_SEC / 4)
#define WINDOW_STEPS 20 /* five seconds: long enough to read, short enough to believe */

/* The tail of an average says nothing any more: after so many steps without a byte, or below so
 * much. */
#define STILL_STEPS 40
#define LEAST_BPS   100

static void
close_step (ShoalBaseRate *self)
{
  double bps = (double) self->step_bytes * G_USEC_PER_SEC / STEP_USEC;

  self->rate += (bps - self->rate) / WINDOW_STEPS * 2;
  self->n_still = self->step_bytes == 0 ? self->n_still + 1 : 0;
  self->step_bytes = 0;
  if (self->n_still >= STILL_STEPS || (self->n_still > 0 && self->rate < LEAST_BPS))
    self->rate = 0;
}

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
  for (gint64 i = 0; i < MIN (steps, STILL_STEPS + 1); i++)
    close_step (self);
  self->step_usec += steps * STEP_USEC;
}

void
shoal_base_rate_add (ShoalBaseRate *self, gint64 now_usec, gsize bytes)
{
  advance (self, now_usec);
  self->step_bytes += bytes;
  self->total_bytes += bytes;
}

void
shoal_base_rate_stop (ShoalBaseRate *self)
{
  self->rate = 0;
  self->step_bytes = 0;
}

guint64
shoal_base_rate_get_bps (ShoalBaseRate *self, gint64 now_usec)
{
  if (self->step_usec == 0)
    return 0;
  advance (self, now_usec);
  return (guint64) self->rate;
}
