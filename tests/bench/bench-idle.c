/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/support-session.h"
#include "trackerd/shoal-trackerd-thread.h"

/* What many torrents cost that nobody uses: to start with them, to have them, to quit. Seeds sleep;
 * with `stalled` they are torrents of which nobody has anything, which are awake.
 *
 *   bench-idle [torrents [udp|http|none|stalled [seconds]]]
 *
 * The tracker runs in the same process, on a thread whose time is not counted; its memory is. */

static long
get_rss_kib (void)
{
  long  pages = 0;
  FILE *file = fopen ("/proc/self/statm", "r");

  if (file == NULL || fscanf (file, "%*d %ld", &pages) != 1)
    pages = 0;
  if (file != NULL)
    fclose (file);
  return pages * (sysconf (_SC_PAGESIZE) / 1024);
}

static double
to_seconds (const struct timeval *time)
{
  return (double) time->tv_sec + (double) time->tv_usec / 1e6;
}

/* Of the engine's thread, which is this one here. */
static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return to_seconds (&usage.ru_utime) + to_seconds (&usage.ru_stime);
}

typedef struct
{
  gint64 usec;
  double cpu;
  long   rss_kib;
} Mark;

static Mark
begin (void)
{
  return (Mark){ g_get_monotonic_time (), get_cpu_seconds (), get_rss_kib () };
}

static void
print_step (const char *what, const Mark *mark)
{
  printf ("%-12s %7.2f s, %6.3f s of processor time, %+7ld KiB\n",
          what,
          (double) (g_get_monotonic_time () - mark->usec) / 1e6,
          get_cpu_seconds () - mark->cpu,
          get_rss_kib () - mark->rss_kib);
}

static void
run (SupportSession *self, guint n, gboolean is_announced, guint seconds)
{
  Mark mark = begin ();

  support_session_start (self);
  while (!self->is_loaded || (self->has_nothing ? self->n_downloading : self->n_seeding) < n)
    support_session_turn (self, G_USEC_PER_SEC);
  print_step ("listed", &mark);
  if (self->has_nothing)
    support_session_run (self, 40 * (gint64) G_USEC_PER_SEC); /* until a lull is called one */
  mark = begin ();
  while (is_announced && self->n_working < n)
    support_session_turn (self, G_USEC_PER_SEC);
  if (is_announced)
    print_step ("announced", &mark);
  support_session_run (self, 2 * G_USEC_PER_SEC);
  malloc_trim (0);
  mark = begin ();
  self->n_wakeups = 0;
  support_session_run (self, seconds * G_USEC_PER_SEC);
  print_step ("idle", &mark);
  printf ("             %u wake-ups, %u awake, %ld KiB resident\n",
          self->n_wakeups,
          self->totals.n_awake,
          get_rss_kib ());
  mark = begin ();
  support_session_stop (self);
  print_step ("quit", &mark);
  printf ("             %s\n", support_session_was_clean (self) ? "clean" : "NOT CLEAN");
}

int
main (int argc, char **argv)
{
  guint                n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10000;
  const char          *scheme = argc > 2 ? argv[2] : "udp";
  guint                seconds = argc > 3 ? (guint) g_ascii_strtoull (argv[3], NULL, 10) : 10;
  gboolean             has_nothing = strcmp (scheme, "stalled") == 0;
  gboolean             is_announced = strcmp (scheme, "none") != 0 && !has_nothing;
  ShoalBaseAddress     local = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
  ShoalTrackerdOptions options = { .binds = &local, .n_binds = 1 };
  g_autoptr (ShoalTrackerdThread) tracker = shoal_trackerd_thread_new (&options, NULL);
  g_autoptr (SupportSession) session = support_session_new ();
  g_autofree char *url =
      g_strdup_printf ("%s://127.0.0.1:%u/announce",
                       scheme,
                       g_str_equal (scheme, "udp") ? shoal_trackerd_thread_get_udp_port (tracker)
                                                   : shoal_trackerd_thread_get_port (tracker));
  const char *announce[] = { url, "udp://127.0.0.1:1/announce", "http://127.0.0.1:1/announce" };

  session->has_nothing = has_nothing;
  setvbuf (stdout, NULL, _IOLBF, 0);
  support_session_fill (session, n, announce, is_announced ? G_N_ELEMENTS (announce) : 0);
  malloc_trim (0);
  printf (
      "%u torrents, %s; %ld KiB resident before\n", n, is_announced ? url : scheme, get_rss_kib ());
  run (session, n, is_announced, seconds);
  return 0;
}
