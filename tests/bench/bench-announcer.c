/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>
#include <malloc.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#include "base/shoal-base-bytes.h"
#include "discover/shoal-discover-tracker-list.h"
#include "trackerd/shoal-trackerd-thread.h"

/* What many torrents cost that announce to one tracker: memory while they sleep, time and processor
 * time to announce them all, to say `stopped` for all.
 *
 *   bench-announcer [torrents [udp|http]] */

static guint n_announced, n_errors;

static void
get_stats (gpointer owner, ShoalDiscoverStats *out)
{
  out->left = 1;
}

static void
on_announced (gpointer owner, const ShoalDiscoverAnnounced *announced)
{
  n_announced++;
  n_errors += announced->is_error;
}

static const ShoalDiscoverTrackerEvents events = {
  .get_stats = get_stats,
  .on_announced = on_announced,
};

static void
on_finished (gpointer owner)
{
  *(gboolean *) owner = TRUE;
}

static double
get_cpu_seconds (void)
{
  struct rusage usage;

  getrusage (RUSAGE_THREAD, &usage);
  return (double) usage.ru_utime.tv_sec + (double) usage.ru_stime.tv_sec +
         (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

static void
print_step (const char *what, gint64 begin_usec, double cpu)
{
  printf ("%-10s %.2f s, %.2f s of processor time\n",
          what,
          (double) (g_get_monotonic_time () - begin_usec) / 1e6,
          get_cpu_seconds () - cpu);
}

static ShoalDiscoverTrackerList *
make_list (ShoalDiscoverAnnouncer *announcer, guint number, const char *url)
{
  ShoalDiscoverTrackerOptions options = { 0 };
  const char *const           others[] = { "http://b.test/announce", "udp://c.test:6969/announce" };
  ShoalDiscoverTrackerList   *list;

  shoal_base_write_be32 (options.info_hash.bytes, number);
  list = shoal_discover_tracker_list_new (announcer, &options, &events, NULL);
  shoal_discover_tracker_list_add_tier (list, &url, 1, SHOAL_BASE_POLICY_WORD_PERSON);
  shoal_discover_tracker_list_add_tier (list, others, 2, SHOAL_BASE_POLICY_WORD_TORRENT);
  return list;
}

static void
run (ShoalNetReactor *reactor, ShoalDiscoverAnnouncer *announcer, guint n, const char *url)
{
  g_autofree ShoalDiscoverTrackerList **lists = g_new (ShoalDiscoverTrackerList *, n);
  size_t                                before = mallinfo2 ().uordblks;
  gint64                                begin_usec;
  double                                cpu;
  gboolean                              is_finished = FALSE;
  guint                                 i;

  for (i = 0; i < n; i++)
    lists[i] = make_list (announcer, i, url);
  printf ("asleep     %zu bytes a torrent with three trackers\n",
          (mallinfo2 ().uordblks - before) / n);

  begin_usec = g_get_monotonic_time ();
  cpu = get_cpu_seconds ();
  for (i = 0; i < n; i++)
    shoal_discover_tracker_list_start (lists[i]);
  while (n_announced < n)
    g_main_context_iteration (NULL, TRUE);
  print_step ("announced", begin_usec, cpu);
  printf ("afterwards %zu bytes a torrent; %u errors\n",
          (mallinfo2 ().uordblks - before) / n,
          n_errors);

  begin_usec = g_get_monotonic_time ();
  cpu = get_cpu_seconds ();
  for (i = 0; i < n; i++)
    shoal_discover_tracker_list_stop (lists[i]);
  shoal_discover_announcer_finish (announcer, 5 * G_USEC_PER_SEC, on_finished, &is_finished);
  while (!is_finished)
    g_main_context_iteration (NULL, TRUE);
  print_step ("stopped", begin_usec, cpu);
  for (i = 0; i < n; i++)
    shoal_discover_tracker_list_free (lists[i]);
}

int
main (int argc, char **argv)
{
  guint                n = argc > 1 ? (guint) g_ascii_strtoull (argv[1], NULL, 10) : 2000;
  const char          *scheme = argc > 2 ? argv[2] : "udp";
  ShoalBaseAddress     bind = { .family = AF_INET, .ip = { 127, 0, 0, 1 } };
  ShoalTrackerdOptions server = { .binds = &bind, .n_binds = 1 };
  g_autoptr (ShoalTrackerdThread) tracker = shoal_trackerd_thread_new (&server, NULL);
  ShoalNetReactor *reactor = shoal_net_reactor_new (NULL);
  ShoalNetHttp    *http = shoal_net_http_new (reactor);
  GPtrArray       *endpoints = shoal_net_endpoint_open_all (reactor, &bind, 1, 0, NULL);
  ShoalDiscoverAnnouncerOptions options;
  ShoalDiscoverAnnouncer       *announcer;
  g_autofree char              *url = g_strdup_printf (
      "%s://127.0.0.1:%u/announce", scheme, shoal_trackerd_thread_get_port (tracker));

  shoal_discover_announcer_options_init (&options);
  announcer = shoal_discover_announcer_new (reactor, http, &options);
  shoal_discover_announcer_add_endpoint (announcer, g_ptr_array_index (endpoints, 0));
  printf ("%u torrents, %s\n", n, url);
  run (reactor, announcer, n, url);
  shoal_discover_announcer_free (announcer);
  g_ptr_array_unref (endpoints);
  shoal_net_http_free (http);
  return 0;
}
