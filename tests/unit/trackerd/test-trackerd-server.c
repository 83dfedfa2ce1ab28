/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <arpa/inet.h>
#include <glib.h>
#include <poll.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "codec/shoal-codec-tracker-udp.h"
#include "trackerd/shoal-trackerd-http.h"
#include "trackerd/shoal-trackerd-thread.h"

/* The tracker runs on a thread of its own; here is a client with plain blocking sockets. */

#define QUERY                                                                                      \
  "info_hash=%01%00%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01"                         \
  "&peer_id=-XX0001-aaaaaaaaaaaa&left=5&compact=1&key=aa"

static atomic_uint n_heard;

static void
on_announce (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  g_assert_cmpuint (announce->request->left, ==, 5);
  atomic_fetch_add (&n_heard, 1);
}

static ShoalTrackerdThread *
start (void)
{
  ShoalBaseAddress     binds[2];
  ShoalTrackerdOptions options = {
    .binds = binds, .n_binds = 2, .timeout_sec = 2, .on_announce = on_announce
  };
  g_autoptr (GError) error = NULL;
  ShoalTrackerdThread *thread;

  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.1"));
  g_assert_true (shoal_base_address_parse_ip (&binds[1], "::1"));
  thread = shoal_trackerd_thread_new (&options, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (shoal_trackerd_thread_get_port (thread), !=, 0);
  g_assert_cmpuint (
      shoal_trackerd_thread_get_port (thread), ==, shoal_trackerd_thread_get_udp_port (thread));
  return thread;
}

static int
open_to (const ShoalTrackerdThread *thread, const char *ip, int type)
{
  ShoalBaseAddress        address;
  struct sockaddr_storage native;
  struct timeval          timeout = { .tv_sec = 20 };
  socklen_t               len;
  int                     fd;

  g_assert_true (shoal_base_address_parse_ip (&address, ip));
  address.port = shoal_trackerd_thread_get_port (thread);
  len = shoal_base_address_to_sockaddr (&address, &native);
  fd = socket (address.family, type | SOCK_CLOEXEC, 0);
  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (setsockopt (fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout), ==, 0);
  g_assert_cmpint (connect (fd, (const struct sockaddr *) &native, len), ==, 0);
  return fd;
}

/* Everything until the end of the connection, with zeros made visible. */
static char *
read_all (int fd)
{
  GString *text = g_string_new (NULL);
  char     part[4096];
  ssize_t  n;
  gsize    i;

  while ((n = recv (fd, part, sizeof part, 0)) > 0)
    g_string_append_len (text, part, n);
  close (fd);
  for (i = 0; i < text->len; i++)
    if (text->str[i] == '\0')
      text->str[i] = '?';
  return g_string_free (text, FALSE);
}

static char *
request (const ShoalTrackerdThread *thread, const char *ip, const char *text)
{
  int fd = open_to (thread, ip, SOCK_STREAM);

  g_assert_cmpint (send (fd, text, strlen (text), MSG_NOSIGNAL), ==, (gssize) strlen (text));
  return read_all (fd);
}

static char *
get (const ShoalTrackerdThread *thread, const char *ip, const char *path)
{
  g_autofree char *text = g_strdup_printf ("GET %s HTTP/1.1\r\nHost: x\r\n\r\n", path);

  return request (thread, ip, text);
}

static void
test_http (void)
{
  static const char *const hosts[] = { "127.0.0.1", "::1" };
  g_autoptr (ShoalTrackerdThread) thread = start ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      g_autofree char *first = get (thread, hosts[i], "/announce?" QUERY "&port=1111");
      g_autofree char *second = get (thread, hosts[i], "/announce?" QUERY "&port=2222");
      g_autofree char *scrape =
          get (thread,
               hosts[i],
               "/scrape?info_hash=%01%00%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01");

      g_assert_true (g_str_has_prefix (first, "HTTP/1.1 200 "));
      g_assert_nonnull (strstr (first, "8:intervali1800e"));
      g_assert_nonnull (strstr (second, i == 0 ? "5:peers6:" : "6:peers618:"));
      g_assert_nonnull (strstr (scrape, i == 0 ? "10:incompletei2e" : "10:incompletei4e"));
    }
  g_assert_cmpuint (atomic_load (&n_heard), ==, 4);
}

static void
test_http_odd (void)
{
  static const struct
  {
    const char *text;
    const char *status; /* "" : the connection just ends */
  } rows[] = {
    { "GET / HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 " },
    { "GET /announce/../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 404 " },
    { "HEAD /announce?x HTTP/1.1\r\nHost: x\r\n\r\n", "HTTP/1.1 405 " },
    { "GET /announce HTTP/1.0\r\n\r\n", "HTTP/1.0 200 " },
    { "nonsense\r\n\r\n", "HTTP/1.0 400 " },
    { "POST /announce HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000000\r\n\r\nabc", "" },
    { "GET /announce HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", "" },
    { "POST /announce HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 9\r\n\r\n",
      "" },
  };
  g_autoptr (ShoalTrackerdThread) thread = start ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *answer = request (thread, "127.0.0.1", rows[i].text);

      if (*rows[i].status == '\0')
        g_assert_cmpstr (answer, ==, "");
      else if (!g_str_has_prefix (answer, rows[i].status))
        g_error ("%s: %s", rows[i].text, answer);
    }
}

/* A header without end. */
static void
test_http_endless (void)
{
  g_autoptr (ShoalTrackerdThread) thread = start ();
  int     fd = open_to (thread, "127.0.0.1", SOCK_STREAM);
  char    junk[4096];
  gsize   sent = 0;
  ssize_t n;

  memset (junk, 'a', sizeof junk);
  while ((n = send (fd, junk, sizeof junk, MSG_NOSIGNAL)) > 0 && sent < 64 * 1024 * 1024)
    sent += (gsize) n;
  g_assert_cmpuint (sent, <, 64 * 1024 * 1024);
  close (fd);
}

/* More connections than there may be, all silent: each new one ends the oldest, and one that asks
 * is served. */
static void
test_http_many (void)
{
  enum
  {
    N = SHOAL_TRACKERD_HTTP_MAX_CONNECTIONS + 50
  };
  g_autoptr (ShoalTrackerdThread) thread = start ();
  g_autofree char *answer = NULL;
  int              fds[N];
  guint            i;
  char             byte;

  for (i = 0; i < N; i++)
    fds[i] = open_to (thread, "127.0.0.1", SOCK_STREAM);
  answer = get (thread, "127.0.0.1", "/announce?" QUERY "&port=1111");
  g_assert_true (g_str_has_prefix (answer, "HTTP/1.1 200 "));
  g_assert_cmpint (recv (fds[0], &byte, 1, 0), ==, 0);
  for (i = 0; i < N; i++)
    close (fds[i]);
}

static void
test_http_slow (void)
{
  g_autoptr (ShoalTrackerdThread) thread = start ();
  int    fd = open_to (thread, "127.0.0.1", SOCK_STREAM);
  gint64 begin_usec = g_get_monotonic_time ();
  char   byte;

  /* A byte now and then does not help. */
  while (send (fd, "G", 1, MSG_NOSIGNAL) == 1 && recv (fd, &byte, 1, MSG_DONTWAIT) != 0)
    {
      struct pollfd wait = { .fd = fd, .events = POLLIN };

      poll (&wait, 1, 100);
    }
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, >, 3 * G_USEC_PER_SEC / 2);
  g_assert_cmpint (g_get_monotonic_time () - begin_usec, <, 6 * G_USEC_PER_SEC);
  close (fd);
}

static void
test_udp (void)
{
  static const char *const hosts[] = { "127.0.0.1", "::1" };
  g_autoptr (ShoalTrackerdThread) thread = start ();
  guint8 packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint  i;

  for (i = 0; i < G_N_ELEMENTS (hosts); i++)
    {
      ShoalCodecTrackerAnnounce announce = { .left = 5, .num_want = -1, .port = 77 };
      g_autoptr (ShoalCodecTrackerReply) reply = NULL;
      int     fd = open_to (thread, hosts[i], SOCK_DGRAM);
      guint64 connection;
      gsize   len = shoal_codec_tracker_udp_write_connect (packet, 1);
      ssize_t n;

      g_assert_cmpint (send (fd, packet, len, 0), ==, (gssize) len);
      n = recv (fd, packet, sizeof packet, 0);
      g_assert_cmpint (n, ==, 16);
      g_assert_true (shoal_codec_tracker_udp_parse_connect (packet, (gsize) n, &connection));
      len = shoal_codec_tracker_udp_write_announce (packet, connection, 2, &announce, NULL);
      g_assert_cmpint (send (fd, packet, len, 0), ==, (gssize) len);
      n = recv (fd, packet, sizeof packet, 0);
      reply =
          shoal_codec_tracker_udp_parse_announce (packet, (gsize) n, i == 0 ? AF_INET : AF_INET6);
      g_assert_nonnull (reply);
      g_assert_cmpint (reply->counts.incomplete, ==, i + 1);
      close (fd);
    }
}

/* Without addresses: all, of both families, on one port. */
static void
test_everywhere (void)
{
  ShoalTrackerdOptions options = { .timeout_sec = 2 };
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalTrackerdThread) thread = shoal_trackerd_thread_new (&options, &error);
  g_autofree char *four = NULL;
  g_autofree char *six = NULL;

  g_assert_no_error (error);
  four = get (thread, "127.0.0.1", "/announce?" QUERY "&port=1111");
  six = get (thread, "::1", "/announce?" QUERY "&port=1111");
  g_assert_nonnull (strstr (four, "10:incompletei1e"));
  g_assert_nonnull (strstr (six, "10:incompletei2e"));
}

static void
test_busy (void)
{
  g_autoptr (ShoalTrackerdThread) first = start ();
  g_autoptr (GError) error = NULL;
  ShoalBaseAddress     binds[1];
  ShoalTrackerdOptions options = { .binds = binds, .n_binds = 1 };
  g_autofree char     *port = g_strdup_printf (":%u", shoal_trackerd_thread_get_port (first));

  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.1"));
  options.port = shoal_trackerd_thread_get_port (first);
  g_assert_null (shoal_trackerd_thread_new (&options, &error));
  g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_PORT_BUSY);
  g_assert_nonnull (strstr (error->message, "127.0.0.1"));
  g_assert_nonnull (strstr (error->message, port));
  g_clear_error (&error);

  g_assert_true (shoal_base_address_parse_ip (&binds[0], "192.0.2.77"));
  g_assert_null (shoal_trackerd_thread_new (&options, &error));
  g_assert_error (error, SHOAL_NET_ERROR, SHOAL_NET_ERROR_ADDRESS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trackerd/server/http", test_http);
  g_test_add_func ("/trackerd/server/http-odd", test_http_odd);
  g_test_add_func ("/trackerd/server/http-endless", test_http_endless);
  g_test_add_func ("/trackerd/server/http-many", test_http_many);
  g_test_add_func ("/trackerd/server/http-slow", test_http_slow);
  g_test_add_func ("/trackerd/server/udp", test_udp);
  g_test_add_func ("/trackerd/server/everywhere", test_everywhere);
  g_test_add_func ("/trackerd/server/busy", test_busy);
  return g_test_run ();
}
