/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <gio/gio.h>
#include <string.h>

#include "discover/shoal-discover-upnp-http.h"

#define OK "HTTP/1.1 200 OK\r\n"

static void
test_answers (void)
{
  static const struct
  {
    const char *text, *body;
    gboolean    is_end, is_hopeless;
  } rows[] = {
    { OK "Content-Length: 3\r\n\r\nabc", "abc", FALSE, FALSE },
    { OK "content-LENGTH:3\r\n\r\nabcdef", "abc", FALSE, FALSE },
    { OK "A: b\r\nContent-Length: 0\r\n\r\n", "", FALSE, FALSE },
    { "HTTP/1.0 500 Internal\r\nContent-Length: 1\r\n\r\nx", "x", FALSE, FALSE },
    { OK "Content-Length: 3\r\n\r\nab", NULL, FALSE, FALSE },
    { OK "Content-Length: 3\r\n\r\nab", NULL, TRUE, TRUE },
    { OK "Content-Length: 99999999999999999999999\r\n\r\nab", NULL, FALSE, TRUE },
    { OK "Content-Length: -1\r\n\r\nab", NULL, FALSE, TRUE },
    { OK "\r\nabc", NULL, FALSE, FALSE },
    { OK "\r\nabc", "abc", TRUE, TRUE },
    { OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
      "abcde",
      FALSE,
      FALSE },
    { OK "Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n", NULL, FALSE, FALSE },
    { OK "Transfer-Encoding: chunked\r\n\r\n3\r\nab", NULL, FALSE, FALSE },
    { OK "Transfer-Encoding: chunked\r\n\r\n3\r\nab", NULL, TRUE, TRUE },
    { OK "Transfer-Encoding: chunked\r\n\r\nffffffff\r\nab", NULL, FALSE, TRUE },
    { OK "Transfer-Encoding: chunked\r\n\r\n-3\r\nab", NULL, FALSE, TRUE },
    { OK "Transfer-Encoding: chunked\r\n\r\nzz\r\nab", NULL, FALSE, TRUE },
    { "SSH-2.0-x\r\n\r\n", NULL, FALSE, TRUE },
    { OK "Content-Length: 3\r\n", NULL, FALSE, FALSE },
    { "", NULL, FALSE, FALSE },
    { "", NULL, TRUE, TRUE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      /* Exactly as long as it is: what reads on is seen by the sanitizer. */
      gsize            len = strlen (rows[i].text);
      g_autofree char *text = g_memdup2 (rows[i].text, MAX (len, 1));
      gboolean         is_hopeless;
      g_autoptr (GBytes) body =
          shoal_discover_upnp_http_parse (text, len, rows[i].is_end, &is_hopeless);

      if ((body != NULL) != (rows[i].body != NULL) || is_hopeless != rows[i].is_hopeless)
        g_error ("row %u", i);
      if (body != NULL)
        g_assert_cmpmem (g_bytes_get_data (body, NULL),
                         g_bytes_get_size (body),
                         rows[i].body,
                         strlen (rows[i].body));
    }
}

/* A device on loopback, in a thread. */
typedef struct
{
  GSocket *listener;
  char     text[64]; /* is sent again and again */
  guint    pause_ms; /* after each time */
  char     asked[2000];
} Device;

static gpointer
serve (gpointer data)
{
  Device *self = data;
  g_autoptr (GSocket) link = g_socket_accept (self->listener, NULL, NULL);

  g_assert_nonnull (link);
  g_socket_receive (link, self->asked, sizeof self->asked - 1, NULL, NULL);
  while (g_socket_send (link, self->text, strlen (self->text), NULL, NULL) > 0)
    g_usleep (self->pause_ms * 1000);
  return NULL;
}

/* What comes of it, and after how long. */
static GBytes *
ask (Device *self, const char *action, gint64 timeout_usec, gint64 *took_usec)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) any = g_inet_socket_address_new (loopback, 0);
  g_autoptr (GSocketAddress) bound = NULL;
  g_autoptr (GThread) thread = NULL;
  g_autofree char *url = NULL;
  gint64           begun_usec = g_get_monotonic_time ();
  ShoalBaseAddress local;
  GBytes          *body;

  self->listener =
      g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
  g_assert_true (g_socket_bind (self->listener, any, TRUE, NULL));
  g_assert_true (g_socket_listen (self->listener, NULL));
  bound = g_socket_get_local_address (self->listener, NULL);
  url = g_strdup_printf ("http://127.0.0.1:%u/a%%20b?c",
                         g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (bound)));
  thread = g_thread_new ("device", serve, self);
  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  body = shoal_discover_upnp_http_exchange (
      &(ShoalDiscoverUpnpHttp){ &local, url, action, "<xml/>", begun_usec + timeout_usec });
  *took_usec = g_get_monotonic_time () - begun_usec;
  g_thread_join (g_steal_pointer (&thread));
  g_clear_object (&self->listener);
  return body;
}

static void
test_requests (void)
{
  Device device = { .text = OK "Content-Length: 2\r\n\r\nhi", .pause_ms = 1 };
  gint64 took_usec;
  g_autoptr (GBytes) got = ask (&device, NULL, 20 * G_USEC_PER_SEC, &took_usec);
  g_autoptr (GBytes) posted = NULL;

  g_assert_nonnull (got);
  g_assert_true (g_str_has_prefix (device.asked, "GET /a%20b?c HTTP/1.1\r\nHost: 127.0.0.1:"));
  g_assert_true (g_str_has_suffix (device.asked, "\r\n\r\n"));
  memset (device.asked, 0, sizeof device.asked);
  posted = ask (&device, "service#Do", 20 * G_USEC_PER_SEC, &took_usec);
  g_assert_nonnull (posted);
  g_assert_true (g_str_has_prefix (device.asked, "POST /a%20b?c HTTP/1.1\r\n"));
  g_assert_nonnull (strstr (device.asked, "\r\nSOAPAction: \"service#Do\"\r\n"));
  g_assert_nonnull (strstr (device.asked, "\r\nContent-Length: 6\r\n"));
  g_assert_true (g_str_has_suffix (device.asked, "\r\n\r\n<xml/>"));
}

/* Who always sends a little has a time for all of it, and who sends a lot has a size. */
static void
test_drip (void)
{
  Device device = { .text = OK, .pause_ms = 50 };
  gint64 took_usec;
  g_autoptr (GBytes) body = ask (&device, NULL, G_USEC_PER_SEC / 2, &took_usec);

  g_assert_null (body);
  g_assert_cmpint (took_usec, >=, G_USEC_PER_SEC / 2);
  g_assert_cmpint (took_usec, <, 20 * G_USEC_PER_SEC);
}

static void
test_endless (void)
{
  Device device = { .text = OK "\r\n" };
  gint64 took_usec;
  g_autoptr (GBytes) body = ask (&device, NULL, 100 * G_USEC_PER_SEC, &took_usec);

  g_assert_null (body);
  g_assert_cmpint (took_usec, <, 90 * G_USEC_PER_SEC);
}

static void
test_urls (void)
{
  static const char *const urls[] = {
    "", "http://name/", "http://127.0.0.1:1/a b", "x", "http://127.0.0.1:1/\r\nA: b"
  };
  ShoalBaseAddress local;
  guint            i;

  g_assert_true (shoal_base_address_parse_ip (&local, "127.0.0.1"));
  for (i = 0; i < G_N_ELEMENTS (urls); i++)
    g_assert_null (shoal_discover_upnp_http_exchange (&(ShoalDiscoverUpnpHttp){
        &local, urls[i], NULL, NULL, g_get_monotonic_time () + G_USEC_PER_SEC }));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/discover/upnp-http/answers", test_answers);
  g_test_add_func ("/discover/upnp-http/requests", test_requests);
  g_test_add_func ("/discover/upnp-http/drip", test_drip);
  g_test_add_func ("/discover/upnp-http/endless", test_endless);
  g_test_add_func ("/discover/upnp-http/urls", test_urls);
  return g_test_run ();
}
