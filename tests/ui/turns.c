/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that a test puts into a program through GIO_EXTRA_MODULES: it writes down how long
 * each turn of the main loop took, that is the time between two calls of poll on the default
 * context. A line "WALL OWN", both in µs, for each turn longer than a threshold, to the file
 * SHOAL_TURNS; OWN leaves out the time for which the thread was ready to run and others had the
 * processor, so that a busy machine does not fail the test. The program knows nothing of it. */
#define G_LOG_DOMAIN "shoal-turns"

#include <fcntl.h>
#include <unistd.h>

#include "module.h"

#define THRESHOLD_USEC 5000

static FILE    *out;
static GThread *main_thread;
static gint64   turn_start;
static gint64   delay_start;
static int      schedstat = -1;

/* How long the thread has waited for a processor in its life, in µs; 0 if the kernel does not say.
 */
static gint64
read_delay (void)
{
  char               text[100];
  gssize             n = schedstat >= 0 ? pread (schedstat, text, sizeof text - 1, 0) : 0;
  unsigned long long run;
  unsigned long long delay;

  text[MAX (n, 0)] = '\0';
  return sscanf (text, "%llu %llu", &run, &delay) == 2 ? (gint64) (delay / 1000) : 0;
}

static gint
measure_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  gint64 now = g_get_monotonic_time ();
  gint   result;

  if (g_thread_self () != main_thread)
    return g_poll (fds, n_fds, timeout);
  if (turn_start != 0 && now - turn_start > THRESHOLD_USEC)
    fprintf (out,
             "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
             now - turn_start,
             now - turn_start - (read_delay () - delay_start));
  result = g_poll (fds, n_fds, timeout);
  delay_start = read_delay ();
  turn_start = g_get_monotonic_time ();
  return result;
}

void
g_io_module_load (GIOModule *module)
{
  if (!begin_module (module, "SHOAL_TURNS", &out))
    return;
  schedstat = open ("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC);
  main_thread = g_thread_self ();
  g_main_context_set_poll_func (NULL, measure_poll);
}
