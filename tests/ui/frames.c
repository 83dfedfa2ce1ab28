/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that a benchmark puts into a program through GIO_EXTRA_MODULES: it writes down what
 * each frame of its windows took. A line "TIME UPDATE LAYOUT PAINT", all in µs, to the file
 * SHOAL_FRAMES: when the frame was done, by the monotonic clock, and how long animations, the
 * layout and the drawing took. The program knows nothing of it. */
#define G_LOG_DOMAIN "shoal-frames"

#include <gtk/gtk.h>
#include <string.h>

#include "module.h"

enum
{
  UPDATE,
  LAYOUT,
  PAINT,
  AFTER_PAINT,
  N_PHASES
};

static const char *const phases[N_PHASES] = { "update", "layout", "paint", "after-paint" };

static FILE  *out;
static gint64 begun_usec[N_PHASES];

static gboolean
phase_cb (GSignalInvocationHint *hint, guint n, const GValue *values, gpointer user_data)
{
  guint phase = GPOINTER_TO_UINT (user_data);

  begun_usec[phase] = g_get_monotonic_time ();
  /* A turn of the clock for an animation alone has no layout and no painting. */
  if (phase == AFTER_PAINT && begun_usec[LAYOUT] != 0 && begun_usec[PAINT] != 0)
    fprintf (out,
             "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT
             "\n",
             begun_usec[AFTER_PAINT],
             begun_usec[UPDATE] != 0 ? begun_usec[LAYOUT] - begun_usec[UPDATE] : 0,
             begun_usec[PAINT] - begun_usec[LAYOUT],
             begun_usec[AFTER_PAINT] - begun_usec[PAINT]);
  if (phase == AFTER_PAINT)
    memset (begun_usec, 0, sizeof begun_usec);
  return TRUE;
}

void
g_io_module_load (GIOModule *module)
{
  if (!begin_module (module, "SHOAL_FRAMES", &out))
    return;
  g_type_class_ref (GDK_TYPE_FRAME_CLOCK);
  for (guint i = 0; i < N_PHASES; i++)
    g_signal_add_emission_hook (
        g_signal_lookup (phases[i], GDK_TYPE_FRAME_CLOCK), 0, phase_cb, GUINT_TO_POINTER (i), NULL);
}
