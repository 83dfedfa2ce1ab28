/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A GIO module that a test puts into a program through GIO_EXTRA_MODULES: it writes down how long
 * each turn of the main loop took, that is the time between two calls of poll on the default
 * context. A line "WALL OWN RAN", all in µs, for each turn longer than a threshold, to the file
 * SHOAL_TURNS; OWN leaves out the time for which the thread was ready to run and others had the
 * processor, so that a busy machine does not fail the test; RAN is the time for which it had one.
 * What OWN has beyond RAN the thread waited, as for the X server, or the host of a virtual machine
 * gave the processor to others. The program knows nothing of it. */
#define G_LOG_DOMAIN "shoal-turns"

#include <fcntl.h>
#include <unistd.h>

#include "module.h"

#define THRESHOLD_USEC 5000

typedef struct
{
  gint64 ran_usec;
  gint64 delay_usec; /* for which it waited for a processor */
} Life;

static FILE    *out;
static GThread *main_thread;
static gint64   turn_start;
static Life     life_start;
static int      schedstat = -1;

/* What the thread has done in its life; zeros if the kernel does not say. */
static Life
read_life (void)
{
  char               text[100];
  gssize             n = schedstat >= 0 ? pread (schedstat, text, sizeof text - 1, 0) : 0;
  unsigned long long ran;
  unsigned long long delay;

  text[MAX (n, 0)] = '\0';
  if (sscanf (text, "%llu %llu", &ran, &delay) != 2)
    return (Life){ 0, 0 };
  return (Life){ (gint64) (ran / 1000), (gint64) (delay / 1000) };
}

static void
write_turn (gint64 wall_usec)
{
  Life life = read_life ();

  fprintf (out,
           "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT "\n",
           wall_usec,
           wall_usec - (life.delay_usec - life_start.delay_usec),
           life.ran_usec - life_start.ran_usec);
}

static gint
measure_poll (GPollFD *fds, guint n_fds, gint timeout)
{
  gint64 now = g_get_monotonic_time ();
  gint   result;

  if (g_thread_self () != main_thread)
    return g_poll (fds, n_fds, timeout);
  if (turn_start != 0 && now - turn_start > THRESHOLD_USEC)
    write_turn (now - turn_start);
  result = g_poll (fds, n_fds, timeout);
  life_start = read_life ();
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
