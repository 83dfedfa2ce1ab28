/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <netinet/in.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/support-session.h"
#include "trackerd/shoal-trackerd-thread.h"

/* What many torrents cost that nobody uses: to start with them, to have them, to quit. Seeds sleep;
 * with `stalled` they are torrents of which nobody has anything, which are awake, and with `queued`
 * as many of these as by default, while all others wait for their turn. With `dead` their only
 * tracker is not there, with `hosts` each has one over HTTP that no other has.
 *
 *   bench-idle [torrents [udp|http|hosts|none|dead|stalled|queued [seconds]]]
 *
 * Another process makes the state, so that this one's memory is the engine's alone; it is told
 * before the start and after each step, and nothing is given back to the system by hand. The
 * tracker runs on a thread of this process: its memory is counted, of its processor time only what
 * it takes while all is idle. The last line is for programs: one JSON object, in seconds and KiB,
 * and of how many torrents the tracker heard that they are stopped.
 */

static atomic_uint n_told;

/* On the tracker's thread. */
static void
on_announce (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  if (announce->request->event == SHOAL_CODEC_TRACKER_EVENT_STOPPED)
    atomic_fetch_add (&n_told, 1);
}

static guint64
get_private_kib (void)
{
  g_autofree char *text = NULL;
  const char      *line;

  if (!g_file_get_contents ("/proc/self/status", &text, NULL, NULL))
    return 0;
  line = strstr (text, "RssAnon:");
  return line != NULL ? g_ascii_strtoull (line + strlen ("RssAnon:"), NULL, 10) : 0;
}

static double
to_seconds (const struct timeval *time)
{
  return (double) time->tv_sec + (double) time->tv_usec / 1e6;
}

static double
get_cpu_seconds (int who)
{
  struct rusage usage;

  getrusage (who, &usage);
  return to_seconds (&usage.ru_utime) + to_seconds (&usage.ru_stime);
}

typedef struct
{
  gint64  usec;
  double  cpu; /* of the engine's thread, which is this one here */
  double  all_cpu;
  guint64 private_kib;
} Mark;

typedef struct
{
  double  seconds;
  double  cpu;
  double  all_cpu;
  guint64 private_kib;
} Step;

static Mark
begin (void)
{
  return (Mark){ g_get_monotonic_time (),
                 get_cpu_seconds (RUSAGE_THREAD),
                 get_cpu_seconds (RUSAGE_SELF),
                 get_private_kib () };
}

static Step
end (const char *what, const Mark *mark)
{
  Step step = { .seconds = (double) (g_get_monotonic_time () - mark->usec) / 1e6,
                .cpu = get_cpu_seconds (RUSAGE_THREAD) - mark->cpu,
                .all_cpu = get_cpu_seconds (RUSAGE_SELF) - mark->all_cpu,
                .private_kib = get_private_kib () };

  printf ("%-10s %7.2f s, %6.3f s of processor time, %7" G_GUINT64_FORMAT " KiB private\n",
          what,
          step.seconds,
          step.cpu,
          step.private_kib);
  return step;
}

static void
run (SupportSession *self, guint n, gboolean is_announced, guint seconds)
{
  Mark mark = begin (), before = mark;
  Step listed, announced = { 0 }, idle, quit;

  support_session_start (self);
  while (!self->is_loaded || self->n_downloading + self->n_queued + self->n_seeding < n)
    support_session_turn (self, G_USEC_PER_SEC);
  listed = end ("listed", &mark);
  if (self->has_nothing)
    support_session_run (self, 40 * (gint64) G_USEC_PER_SEC); /* until a lull is called one */
  mark = begin ();
  while (is_announced && self->n_working < n)
    support_session_turn (self, G_USEC_PER_SEC);
  if (is_announced)
    announced = end ("announced", &mark);
  support_session_run (self, 2 * G_USEC_PER_SEC);
  mark = begin ();
  self->n_wakeups = 0;
  support_session_run (self, seconds * G_USEC_PER_SEC);
  idle = end ("idle", &mark);
  printf ("           %u wake-ups, %u awake\n", self->n_wakeups, self->totals.n_awake);
  mark = begin ();
  support_session_stop (self);
  quit = end ("quit", &mark);
  printf ("           %s, %u told\n",
          support_session_was_clean (self) ? "clean" : "NOT CLEAN",
          atomic_load (&n_told));
  printf ("{\"torrents\": %u, \"before\": %" G_GUINT64_FORMAT ", \"private\": %" G_GUINT64_FORMAT
          ", \"listed\": %.3f, \"announced\": %.3f, \"idle\": %.6f, \"quit\": %.3f, \"told\": %u, "
          "\"clean\": %s}\n",
          n,
          before.private_kib,
          idle.private_kib,
          listed.seconds,
          announced.seconds,
          idle.seconds > 0 ? idle.all_cpu / idle.seconds : 0,
          quit.seconds,
          atomic_load (&n_told),
          support_session_was_clean (self) ? "true" : "false");
}

/* In a process of its own. */
static void
fill (SupportSession *session, guint n, const char *const *announce, guint n_announce)
{
  int   status;
  pid_t pid = fork ();

  if (pid == 0)
    {
      support_session_fill (session, n, announce, n_announce);
      _exit (0);
    }
  if (pid < 0 || waitpid (pid, &status, 0) != pid || status != 0)
    g_error ("the state was not made");
}

/* A port that is free now, and that the tracker takes when the state, which names it, is made. */
static guint16
find_port (void)
{
  struct sockaddr_in address = { .sin_family = AF_INET };
  socklen_t          len = sizeof address;
  int                fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  if (bind (fd, (struct sockaddr *) &address, len) != 0 ||
      getsockname (fd, (struct sockaddr *) &address, &len) != 0)
    g_error ("no port");
  close (fd);
  return ntohs (address.sin_port);
}

int
main (int argc, char **argv)
{
  guint                n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 10000;
  const char          *scheme = argc > 2 ? argv[2] : "udp";
  guint                seconds = argc > 3 ? (guint) g_ascii_strtoull (argv[3], NULL, 10) : 10;
  gboolean             is_queued = strcmp (scheme, "queued") == 0;
  gboolean             has_nothing = strcmp (scheme, "stalled") == 0 || is_queued;
  gboolean             has_own_hosts = strcmp (scheme, "hosts") == 0;
  gboolean             is_dead = strcmp (scheme, "dead") == 0;
  gboolean             is_announced = strcmp (scheme, "none") != 0 && !has_nothing && !is_dead;
  ShoalBaseAddress     local = { .family = AF_INET,
                                 .ip = { has_own_hosts ? 0 : 127, 0, 0, !has_own_hosts } };
  guint16              port = is_announced ? find_port () : 0;
  ShoalTrackerdOptions options = {
    .binds = &local, .n_binds = 1, .port = port, .on_announce = on_announce
  };
  g_autoptr (ShoalTrackerdThread) tracker = NULL;
  g_autoptr (SupportSession) session = support_session_new ();
  g_autofree char *url =
      g_strdup_printf ("%s://127.0.0.1:%u/announce", has_own_hosts ? "http" : scheme, port);
  const char *announce[] = { url, "udp://127.0.0.1:1/announce", "http://127.0.0.1:1/announce" };
  const char *const *trackers = is_dead ? announce + 2 : announce;
  guint              n_trackers = is_announced ? G_N_ELEMENTS (announce) : (guint) is_dead;

  session->has_nothing = has_nothing;
  session->has_own_hosts = has_own_hosts;
  if (!is_queued)
    session->settings->max_downloading = 0;
  setvbuf (stdout, NULL, _IOLBF, 0);
  fill (session, n, trackers, n_trackers);
  if (is_announced)
    tracker = shoal_trackerd_thread_new (&options, NULL);
  printf ("%u torrents, %s; %" G_GUINT64_FORMAT " KiB private before\n",
          n,
          is_announced ? url : scheme,
          get_private_kib ());
  run (session, n, is_announced, seconds);
  return 0;
}
