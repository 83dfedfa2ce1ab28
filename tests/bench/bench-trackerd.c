/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <errno.h>
#include <glib.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-random.h"
#include "codec/shoal-codec-tracker-udp.h"
#include "trackerd/shoal-trackerd.h"

/* How many UDP announces a second our tracker answers, and how much memory its peers take. The
 * tracker runs in a process of its own, so that its processor time and memory are its alone; this
 * one sends from many addresses of 127/8. Not a test: nothing is asserted
 * about time. The last line is for programs: one JSON object, with announces a second of processor
 * time, and KiB.
 *
 *   bench-trackerd [peers [swarms [seconds]]] */

#define N_SOURCES 64
#define BATCH     64

typedef struct
{
  int     fd;
  guint64 connection;
} Source;

typedef struct
{
  Source          sources[N_SOURCES];
  guint           n_peers;
  guint           n_swarms;
  guint64         n_answers;
  ShoalBaseRandom random;
} Load;

static guint64
get_memory_kib (pid_t pid, const char *what)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", (int) pid);
  g_autofree char *text = NULL;
  const char      *line;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  line = strstr (text, what);
  return line != NULL ? g_ascii_strtoull (line + strlen (what), NULL, 10) : 0;
}

static double
get_cpu_seconds (pid_t pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/stat", (int) pid);
  g_autofree char *text = NULL;
  g_auto (GStrv) fields = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return 0;
  fields = g_strsplit (text, " ", 20);
  return (double) (g_ascii_strtoull (fields[13], NULL, 10) +
                   g_ascii_strtoull (fields[14], NULL, 10)) /
         (double) sysconf (_SC_CLK_TCK);
}

/* The tracker's process: never returns. */
static void
run_tracker (int report_fd, guint max_peers)
{
  ShoalBaseAddress     bind = { .family = AF_INET };
  ShoalTrackerdOptions options = { .binds = &bind, .n_binds = 1, .max_peers = max_peers };
  g_autoptr (GError) error = NULL;
  ShoalTrackerd *tracker = shoal_trackerd_new (NULL, &options, &error);
  guint16        port;

  if (tracker == NULL)
    g_error ("%s", error->message);
  port = shoal_trackerd_get_udp_port (tracker);
  if (write (report_fd, &port, sizeof port) != sizeof port)
    _exit (1);
  for (;;)
    g_main_context_iteration (NULL, TRUE);
}

static void
open_source (Source *source, guint number, guint16 port)
{
  guint8                  from_ip[4] = { 127, 1, (guint8) (number >> 8), (guint8) number };
  guint8                  to_ip[4] = { 127, 0, 0, 1 };
  ShoalBaseAddress        from, to;
  struct sockaddr_storage native;
  struct timeval          timeout = { .tv_sec = 2 };
  socklen_t               len;
  guint8                  packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gssize                  n;

  shoal_base_address_init_ipv4 (&from, from_ip, 0);
  shoal_base_address_init_ipv4 (&to, to_ip, port);
  source->fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  len = shoal_base_address_to_sockaddr (&from, &native);
  if (bind (source->fd, (struct sockaddr *) &native, len) != 0)
    g_error ("bind: %s", g_strerror (errno));
  len = shoal_base_address_to_sockaddr (&to, &native);
  if (connect (source->fd, (struct sockaddr *) &native, len) != 0)
    g_error ("connect: %s", g_strerror (errno));
  setsockopt (source->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  n = (gssize) shoal_codec_tracker_udp_write_connect (packet, number);
  send (source->fd, packet, (gsize) n, 0);
  n = recv (source->fd, packet, sizeof packet, 0);
  if (n < 16 || !shoal_codec_tracker_udp_parse_connect (packet, (gsize) n, &source->connection))
    g_error ("no connection id");
}

/* The announce of peer @number: always the same one. */
static gsize
write_peer (const Load *load, const Source *source, guint number, guint8 *out)
{
  ShoalCodecTrackerAnnounce announce = {
    .left = number % 4 == 0 ? 0 : 1,
    .num_want = 50,
    .key = number,
    .has_key = TRUE,
    .port = (guint16) (1 + number / N_SOURCES % 65000),
  };

  shoal_base_write_be32 (announce.info_hash.bytes, number % load->n_swarms);
  shoal_base_write_be32 (announce.info_hash.bytes + 16, number % load->n_swarms * 2654435761u);
  shoal_base_write_be32 (announce.peer_id.bytes, number);
  return shoal_codec_tracker_udp_write_announce (out, source->connection, number, &announce, NULL);
}

/* Sends @n announces of peers from @first on (or random ones) from one source and takes the answers
 * that have come. */
static void
do_batch (Load *load, guint from, guint first, gboolean is_random)
{
  static guint8         out[BATCH][SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  static guint8         in[BATCH][SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  static struct mmsghdr messages[BATCH];
  static struct iovec   iov[BATCH];
  Source               *source = &load->sources[from];
  int                   n, i, left;

  for (i = 0; i < BATCH; i++)
    {
      guint place = is_random ? shoal_base_random_below (&load->random, load->n_peers / N_SOURCES)
                              : first + (guint) i;

      iov[i].iov_base = out[i];
      iov[i].iov_len = write_peer (load, source, place * N_SOURCES + from, out[i]);
      messages[i].msg_hdr = (struct msghdr){ .msg_iov = &iov[i], .msg_iovlen = 1 };
    }
  left = sendmmsg (source->fd, messages, BATCH, 0);
  while (left > 0)
    {
      for (i = 0; i < BATCH; i++)
        {
          iov[i].iov_base = in[i];
          iov[i].iov_len = sizeof in[i];
        }
      n = recvmmsg (source->fd, messages, (guint) left, MSG_WAITFORONE, NULL);
      if (n <= 0)
        return; /* some were lost */
      for (i = 0; i < n; i++)
        load->n_answers += messages[i].msg_len >= 20 && in[i][3] == 1;
      left -= n;
    }
}

/* Returns answers a second of processor time. */
static double
print_state (const char *when, const Load *load, pid_t pid, double seconds, double cpu)
{
  printf ("%-10s %9" G_GUINT64_FORMAT
          " answers in %.2f s: %8.0f/s; tracker's processor time %.2f s:"
          " %8.0f/s a core; its memory %" G_GUINT64_FORMAT " KiB (most: %" G_GUINT64_FORMAT ")\n",
          when,
          load->n_answers,
          seconds,
          (double) load->n_answers / seconds,
          cpu,
          cpu > 0 ? (double) load->n_answers / cpu : 0,
          get_memory_kib (pid, "VmRSS:"),
          get_memory_kib (pid, "VmHWM:"));
  return cpu > 0 ? (double) load->n_answers / cpu : 0;
}

static double
fill (Load *load, pid_t pid)
{
  gint64 begin_usec = g_get_monotonic_time ();
  double cpu = get_cpu_seconds (pid);
  guint  first, i;

  for (first = 0; first < load->n_peers / N_SOURCES; first += BATCH)
    for (i = 0; i < N_SOURCES; i++)
      do_batch (load, i, first, FALSE);
  if (load->n_answers < load->n_peers)
    g_error ("of %u peers %" G_GUINT64_FORMAT " were answered", load->n_peers, load->n_answers);
  return print_state ("new peers",
                      load,
                      pid,
                      (double) (g_get_monotonic_time () - begin_usec) / 1e6,
                      get_cpu_seconds (pid) - cpu);
}

static double
hammer (Load *load, pid_t pid, guint seconds)
{
  gint64 begin_usec = g_get_monotonic_time ();
  double cpu = get_cpu_seconds (pid);
  guint  i = 0;

  load->n_answers = 0;
  while (g_get_monotonic_time () - begin_usec < seconds * (gint64) G_USEC_PER_SEC)
    do_batch (load, i++ % N_SOURCES, 0, TRUE);
  return print_state ("known ones",
                      load,
                      pid,
                      (double) (g_get_monotonic_time () - begin_usec) / 1e6,
                      get_cpu_seconds (pid) - cpu);
}

static guint
get_number (int argc, char **argv, int place, guint otherwise)
{
  return argc > place ? (guint) g_ascii_strtoull (argv[place], NULL, 10) : otherwise;
}

/* Each source announces whole batches. */
static guint
round_up (guint n_peers)
{
  const guint step = N_SOURCES * BATCH;

  return (n_peers + step - 1) / step * step;
}

int
main (int argc, char **argv)
{
  Load    load = { .n_peers = round_up (get_number (argc, argv, 1, 100000)) };
  guint   seconds = get_number (argc, argv, 3, 5);
  int     pipe_fds[2];
  guint16 port;
  pid_t   pid;
  guint64 before;
  double  of_new, of_known;
  guint   i;

  load.n_swarms = MAX (get_number (argc, argv, 2, 1000), 1);
  shoal_base_random_init (&load.random, 1);
  if (pipe (pipe_fds) != 0)
    g_error ("pipe: %s", g_strerror (errno));
  pid = fork ();
  if (pid == 0)
    run_tracker (pipe_fds[1], load.n_peers + 100000);
  if (read (pipe_fds[0], &port, sizeof port) != sizeof port)
    g_error ("the tracker did not start");
  for (i = 0; i < N_SOURCES; i++)
    open_source (&load.sources[i], i, port);
  before = get_memory_kib (pid, "VmRSS:");
  printf ("%u peers in %u swarms; memory before: %" G_GUINT64_FORMAT " KiB\n",
          load.n_peers,
          load.n_swarms,
          before);
  of_new = fill (&load, pid);
  of_known = hammer (&load, pid, seconds);
  printf ("{\"peers\": %u, \"new\": %.0f, \"known\": %.0f, \"before\": %" G_GUINT64_FORMAT
          ", \"memory\": %" G_GUINT64_FORMAT "}\n",
          load.n_peers,
          of_new,
          of_known,
          before,
          get_memory_kib (pid, "VmHWM:"));
  kill (pid, SIGKILL);
  waitpid (pid, NULL, 0);
  return 0;
}
