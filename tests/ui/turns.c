/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that a test puts into a program through GIO_EXTRA_MODULES: it writes down how long
 * each turn of the main loop took, that is the time between two calls of poll on the default
 * context. A line "END DURATION", both in µs, for each turn longer than a threshold, to the file
 * SHOAL_TURNS. The program itself knows nothing of it. */
#define G_LOG_DOMAIN "shoal-turns"

#include <gio/gio.h>
#include <stdio.h>

#define THRESHOLD_USEC 5000

static FILE    *out;
static GThread *main_thread;
static gint64   turn_start;

static gint
measure_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  gint64 now = g_get_monotonic_time ();
  gint   result;

  if (g_thread_self () == main_thread && turn_start != 0 && now - turn_start > THRESHOLD_USEC)
    fprintf (out, "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n", now, now - turn_start);
  result = g_poll (fds, n_fds, timeout);
  if (g_thread_self () == main_thread)
    turn_start = g_get_monotonic_time ();
  return result;
}

void g_io_module_load (GIOModule *module);

void g_io_module_unload (GIOModule *module);

char **g_io_module_query (void);

void
g_io_module_load (GIOModule *module)
{
  const char *path = g_getenv ("SHOAL_TURNS");

  g_type_module_use (G_TYPE_MODULE (module));
  if (path == NULL || out != NULL)
    return;
  out = fopen (path, "w");
  if (out == NULL)
    return;
  setvbuf (out, NULL, _IOLBF, 0);
  main_thread = g_thread_self ();
  g_main_context_set_poll_func (NULL, measure_poll);
}

void
g_io_module_unload (GIOModule *module)
{
}

char **
g_io_module_query (void)
{
  return g_new0 (char *, 1);
}
