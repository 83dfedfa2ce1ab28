/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <net/if.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-bytes.h"
#include "lab.h"
#include "trackerd/shoal-trackerd-thread.h"

/* Our trackers' two sides against each other, other programs as clients of our tracker, and
 * opentracker as the tracker of our client; all in a network of their own. */

static gboolean in_namespace;

static void
enter_namespace (void)
{
  struct ifreq request = { .ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING | IFF_LOOPBACK };
  int          fd;

  if (unshare (CLONE_NEWNET) != 0 && unshare (CLONE_NEWUSER | CLONE_NEWNET) != 0)
    return;
  fd = socket (AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  in_namespace = ioctl (fd, SIOCSIFFLAGS, &request) == 0;
  close (fd);
}

/* Programs look for the network; here is one that leads nowhere. */
static gboolean
can_run (const char *program)
{
  g_autofree char *path = g_find_program_in_path (program);

  if (path != NULL && in_namespace)
    return TRUE;
  g_test_skip (path == NULL ? "the program is not installed" : "no network of one's own here");
  return FALSE;
}

/* Written on the tracker's thread. */
static atomic_uint n_heard[5]; /* by event */
static atomic_uint heard_port;

static void
on_announce (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  atomic_store (&heard_port, announce->peer.port);
  atomic_fetch_add (&n_heard[announce->request->event], 1);
}

static guint
get_heard (ShoalCodecTrackerEvent event)
{
  return atomic_load (&n_heard[event]);
}

static void
wait_for (ShoalCodecTrackerEvent event)
{
  gint64 give_up_usec = g_get_monotonic_time () + 30 * G_USEC_PER_SEC;

  while (get_heard (event) == 0 && g_get_monotonic_time () < give_up_usec)
    g_usleep (20 * 1000);
  g_assert_cmpuint (get_heard (event), >, 0);
}

static ShoalTrackerdThread *
start_tracker (guint interval_sec)
{
  ShoalBaseAddress     binds[2];
  ShoalTrackerdOptions options = {
    .binds = binds, .n_binds = 2, .interval_sec = interval_sec, .on_announce = on_announce
  };
  g_autoptr (GError) error = NULL;
  ShoalTrackerdThread *tracker;
  guint                i;

  for (i = 0; i < G_N_ELEMENTS (n_heard); i++)
    atomic_store (&n_heard[i], 0);
  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.1"));
  g_assert_true (shoal_base_address_parse_ip (&binds[1], "::1"));
  tracker = shoal_trackerd_thread_new (&options, &error);
  g_assert_no_error (error);
  return tracker;
}

static gboolean
knows_port (const Torrent *torrent, guint16 port)
{
  guint i;

  for (i = 0; i < torrent->peers->len; i++)
    if (g_array_index (torrent->peers, ShoalBaseAddress, i).port == port)
      return TRUE;
  return FALSE;
}

/* Two engines find each other through our tracker. */
static void
test_ours (gconstpointer data)
{
  g_autoptr (ShoalTrackerdThread) tracker = start_tracker (1);
  g_autoptr (Lab) seed_lab = lab_new (2, NULL);
  g_autoptr (Lab) lab = lab_new (2, NULL);
  g_autoptr (Torrent) seed = torrent_new (seed_lab, NULL);
  g_autoptr (Torrent) leech = torrent_new (lab, NULL);
  guint16 seed_port = shoal_net_endpoint_get_port (g_ptr_array_index (seed_lab->endpoints, 0));
  guint   i;

  for (i = 0; i < 2; i++)
    {
      g_autofree char *url = g_strdup_printf ("%s://%s:%u/announce",
                                              (const char *) data,
                                              i == 0 ? "127.0.0.1" : "[::1]",
                                              shoal_trackerd_thread_get_port (tracker));

      g_assert_true (shoal_discover_tracker_list_add_tracker (seed->list, url));
      g_assert_true (shoal_discover_tracker_list_add_tracker (leech->list, url));
    }
  seed->stats.left = 0;
  shoal_discover_tracker_list_start (seed->list);
  lab_run_until (&seed->n_ok, 2);
  shoal_discover_tracker_list_start (leech->list);
  lab_run_until (&leech->n_ok, 2);
  g_assert_true (knows_port (leech, seed_port));
  g_assert_cmpuint (leech->peers->len, >=, 2); /* both families */
  for (i = 0; i < leech->peers->len; i++)
    g_assert_true (shoal_base_policy_is_local (&g_array_index (leech->peers, ShoalBaseAddress, i)));

  /* It comes again as often as the tracker says, and is forgotten when it goes. */
  lab_run_until (&leech->n_ok, 4);
  shoal_discover_tracker_list_stop (seed->list);
  for (i = leech->n_ok; get_heard (SHOAL_CODEC_TRACKER_EVENT_STOPPED) < 2; i++)
    lab_run_until (&leech->n_ok, i);
  i = leech->n_ok;
  g_array_set_size (leech->peers, 0);
  lab_run_until (&leech->n_ok, i + 4);
  g_assert_cmpuint (get_heard (SHOAL_CODEC_TRACKER_EVENT_STOPPED), ==, 2);
  g_assert_false (knows_port (leech, seed_port));
}

typedef struct
{
  const char *name;
  const char *program;
  const char *scheme;
  gboolean    says_stopped; /* when it is asked to end */
} Client;

static GSubprocess *
launch (const char *const *arguments)
{
  g_autoptr (GError) error = NULL;
  GSubprocess *child = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_SILENCE, &error);

  g_assert_no_error (error);
  return child;
}

static void
make_torrent (const char *folder, const char *torrent, const char *url)
{
  g_autofree char  *data = g_build_filename (folder, "data.bin", NULL);
  const char *const arguments[] = { "transmission-create", "-o", torrent, "-t", url, data, NULL };
  g_autofree char  *content = g_strnfill (200000, 'x');
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (g_file_set_contents (data, content, -1, &error));
  child = launch (arguments);
  g_assert_true (g_subprocess_wait_check (child, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_unlink (data), ==, 0);
}

/* aria2 asks UDP trackers by the socket of its DHT. */
static GSubprocess *
launch_client (const Client *client, const char *folder, const char *torrent)
{
  static const char script[] =
      "import libtorrent as lt, sys, time\n"
      "s = lt.session({'listen_interfaces': '127.0.0.1:0', 'enable_dht': False,\n"
      "  'enable_lsd': False, 'enable_upnp': False, 'enable_natpmp': False})\n"
      "h = s.add_torrent({'ti': lt.torrent_info(sys.argv[1]), 'save_path': sys.argv[2]})\n"
      "time.sleep(40)\n";
  const char *const aria[] = { "aria2c",
                               "--no-conf",
                               "--enable-dht=true",
                               "--enable-dht6=false",
                               "--bt-enable-lpd=false",
                               "--listen-port=16881",
                               "--dht-listen-port=16881",
                               "-d",
                               folder,
                               torrent,
                               NULL };
  const char *const transmission[] = {
    "transmission-cli", "-g", folder, "-w", folder, "-M", "-p", "16882", torrent, NULL
  };
  const char *const libtorrent[] = { "/usr/bin/python3", "-c", script, torrent, folder, NULL };

  if (strcmp (client->program, "aria2c") == 0)
    return launch (aria);
  if (strcmp (client->program, "transmission-cli") == 0)
    return launch (transmission);
  return launch (libtorrent);
}

/* From version 4 on Transmission sends nothing to a UDP tracker on loopback, which is all there is
 * here; test-interop-clients.py has it ask one on a network. */
static gboolean
avoids_loopback (const Client *client)
{
  const char *const arguments[] = { client->program, "--version", NULL };
  g_autoptr (GSubprocess) child = NULL;
  g_autofree char *version = NULL;

  if (strcmp (client->program, "transmission-cli") != 0 || strcmp (client->scheme, "udp") != 0)
    return FALSE;
  child = g_subprocess_newv (
      arguments, G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_MERGE, NULL);
  g_assert_nonnull (child);
  g_assert_true (g_subprocess_communicate_utf8 (child, NULL, NULL, &version, NULL, NULL));
  if (strstr (version, "transmission-cli 3") != NULL)
    return FALSE;
  g_test_skip ("this transmission-cli does not ask UDP trackers on loopback");
  return TRUE;
}

static void
remove_folder (const char *folder)
{
  const char *const arguments[] = { "rm", "-rf", folder, NULL };
  g_autoptr (GSubprocess) child = launch (arguments);

  g_subprocess_wait (child, NULL, NULL);
}

static void
test_client (gconstpointer data)
{
  const Client    *client = data;
  g_autofree char *folder = NULL;
  g_autofree char *torrent = NULL;
  g_autofree char *url = NULL;
  g_autoptr (ShoalTrackerdThread) tracker = NULL;
  g_autoptr (GSubprocess) child = NULL;

  if (!can_run (client->program) || !can_run ("transmission-create") || avoids_loopback (client))
    return;
  tracker = start_tracker (60);
  folder = g_dir_make_tmp ("shoal-interop-XXXXXX", NULL);
  torrent = g_build_filename (folder, "x.torrent", NULL);
  url = g_strdup_printf (
      "%s://127.0.0.1:%u/announce", client->scheme, shoal_trackerd_thread_get_port (tracker));
  make_torrent (folder, torrent, url);
  child = launch_client (client, folder, torrent);
  wait_for (SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpuint (atomic_load (&heard_port), !=, 0);
  if (client->says_stopped)
    {
      g_subprocess_send_signal (child, SIGINT);
      wait_for (SHOAL_CODEC_TRACKER_EVENT_STOPPED);
    }
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
  remove_folder (folder);
}

static guint16
find_port (void)
{
  ShoalBaseAddress   address = { .family = AF_INET };
  int                fd = shoal_net_endpoint_open_socket (&address, SOCK_STREAM);
  struct sockaddr_in bound;
  socklen_t          len = sizeof bound;

  g_assert_cmpint (getsockname (fd, (struct sockaddr *) &bound, &len), ==, 0);
  close (fd);
  return ntohs (bound.sin_port);
}

static gboolean
is_listening (guint16 port)
{
  struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons (port) };
  int                fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  gboolean           is_there;

  address.sin_addr.s_addr = htonl (INADDR_LOOPBACK);
  is_there = connect (fd, (struct sockaddr *) &address, sizeof address) == 0;
  close (fd);
  return is_there;
}

static GSubprocess *
launch_opentracker (const char *folder, const char *port)
{
  /* UDP before TCP, which is looked for. */
  const char *const arguments[] = { "opentracker", "-i", "127.0.0.1", "-P",   port,
                                    "-p",          port, "-d",        folder, "-u",
                                    "nobody",      "-w", "allowed",   NULL };

  return launch (arguments);
}

/* Our client, all its events, with opentracker. */
static void
test_opentracker (gconstpointer data)
{
  ShoalDiscoverTrackerOptions options = { .info_hash = { { 0xab, 0, 0xcd } } };
  g_autofree char            *folder = NULL;
  g_autofree char            *list = NULL;
  g_autofree char            *hash = shoal_base_hex_dup (options.info_hash.bytes, 20);
  g_autofree char            *line = g_strconcat (hash, "\n", NULL);
  guint16                     port = find_port ();
  g_autofree char            *text = g_strdup_printf ("%u", port);
  g_autofree char *url = g_strdup_printf ("%s://127.0.0.1:%u/announce", (const char *) data, port);
  g_autoptr (GSubprocess) child = NULL;
  g_autoptr (Lab) seed_lab = NULL;
  g_autoptr (Lab) lab = NULL;
  g_autoptr (Torrent) seed = NULL;
  g_autoptr (Torrent) leech = NULL;
  guint16 seed_port;
  int     n_seeds, n_leechers;
  guint   tries;

  if (!can_run ("opentracker"))
    return;
  folder = g_dir_make_tmp ("shoal-opentracker-XXXXXX", NULL);
  list = g_build_filename (folder, "allowed", NULL);
  g_assert_cmpint (g_chmod (folder, 0755), ==, 0);
  /* opentracker of 2024 crashes on a last line that does not end. */
  g_assert_true (g_file_set_contents (list, line, -1, NULL));
  child = launch_opentracker (folder, text);
  for (tries = 0; tries < 500 && !is_listening (port); tries++)
    g_usleep (20 * 1000);
  g_assert_true (is_listening (port));

  seed_lab = lab_new (1, NULL);
  lab = lab_new (1, NULL);
  seed = torrent_new (seed_lab, &options);
  leech = torrent_new (lab, &options);
  seed->stats.left = 0;
  torrent_add_tier (seed, SHOAL_BASE_POLICY_WORD_TORRENT, url, NULL);
  torrent_add_tier (leech, SHOAL_BASE_POLICY_WORD_TORRENT, url, NULL);
  shoal_discover_tracker_list_start (seed->list);
  lab_run_until (&seed->n_ok, 1);
  shoal_discover_tracker_list_start (leech->list);
  lab_run_until (&leech->n_ok, 1);
  seed_port = shoal_net_endpoint_get_port (g_ptr_array_index (seed_lab->endpoints, 0));
  g_assert_true (knows_port (leech, seed_port));
  shoal_discover_tracker_list_get_counts (leech->list, &n_seeds, &n_leechers);
  g_assert_cmpint (n_seeds, ==, 1);
  g_assert_cmpint (n_leechers, ==, 1);

  leech->stats.left = 0;
  shoal_discover_tracker_list_complete (leech->list);
  lab_run_until (&leech->n_ok, 2);
  shoal_discover_tracker_list_get_counts (leech->list, &n_seeds, &n_leechers);
  g_assert_cmpint (n_seeds, ==, 2);

  shoal_discover_tracker_list_stop (seed->list);
  tries = leech->n_changed;
  lab_run_for (100);
  shoal_discover_tracker_list_scrape (leech->list);
  lab_run_until (&leech->n_changed, tries + 1);
  shoal_discover_tracker_list_get_counts (leech->list, &n_seeds, &n_leechers);
  g_assert_cmpint (n_seeds, ==, 1);
  g_subprocess_force_exit (child);
  g_subprocess_wait (child, NULL, NULL);
  remove_folder (folder);
}

int
main (int argc, char **argv)
{
  static const Client clients[] = {
    { "aria2-http", "aria2c", "http", TRUE },
    { "aria2-udp", "aria2c", "udp", TRUE },
    { "transmission-http", "transmission-cli", "http", TRUE },
    { "transmission-udp", "transmission-cli", "udp", TRUE },
    { "libtorrent-http", "/usr/bin/python3", "http", FALSE },
    { "libtorrent-udp", "/usr/bin/python3", "udp", FALSE },
  };
  guint i;

  enter_namespace ();
  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/interop/trackers/ours-http", "http", test_ours);
  g_test_add_data_func ("/interop/trackers/ours-udp", "udp", test_ours);
  for (i = 0; i < G_N_ELEMENTS (clients); i++)
    {
      g_autofree char *path = g_strdup_printf ("/interop/trackers/%s", clients[i].name);

      g_test_add_data_func (path, &clients[i], test_client);
    }
  g_test_add_data_func ("/interop/trackers/opentracker-http", "http", test_opentracker);
  g_test_add_data_func ("/interop/trackers/opentracker-udp", "udp", test_opentracker);
  return g_test_run ();
}
