/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-upnp-http.h"

#include <errno.h>
#include <gio/gio.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "net/shoal-net-egress.h"

#define DEFAULT_PORT 80
#define MAX_HEAD     (16 * 1024)

/* Waits for @events; FALSE: not in time. */
static gboolean
wait_for (int fd, short events, gint64 until_usec)
{
  struct pollfd item = { .fd = fd, .events = events };
  gint64        left_usec;
  int           n;

  do
    {
      left_usec = until_usec - g_get_monotonic_time ();
      if (left_usec <= 0)
        return FALSE;
      n = poll (&item, 1, (int) (left_usec / 1000) + 1);
    }
  while (n < 0 && errno == EINTR);
  return n > 0;
}

static gboolean
connect_to (int fd, const ShoalBaseAddress *address, gint64 until_usec)
{
  struct sockaddr_storage sa;
  socklen_t               len = shoal_base_address_to_sockaddr (address, &sa);
  int                     error = 0;
  socklen_t               error_len = sizeof error;

  if (connect (fd, (const struct sockaddr *) &sa, len) == 0)
    return TRUE;
  return errno == EINPROGRESS && wait_for (fd, POLLOUT, until_usec) &&
         getsockopt (fd, SOL_SOCKET, SO_ERROR, &error, &error_len) == 0 && error == 0;
}

static gboolean
send_all (int fd, const GString *text, gint64 until_usec)
{
  gsize sent = 0;

  while (sent < text->len)
    {
      gssize n = send (fd, text->str + sent, text->len - sent, MSG_NOSIGNAL);

      if (n > 0)
        sent += (gsize) n;
      else if (!(errno == EAGAIN || errno == EINTR) || !wait_for (fd, POLLOUT, until_usec))
        return FALSE;
    }
  return TRUE;
}

/* The value of header @name in @head, without blanks before it; NULL: it is not there. */
static const char *
find_header (const char *head, const char *name)
{
  gsize       len = strlen (name);
  const char *line;

  for (line = strstr (head, "\r\n"); line != NULL; line = strstr (line, "\r\n"))
    {
      line += 2;
      if (g_ascii_strncasecmp (line, name, len) == 0 && line[len] == ':')
        return line + len + 1 + strspn (line + len + 1, " \t");
    }
  return NULL;
}

/* One chunk at @at, and where the next one is. FALSE: it is not whole. @is_bad: it never will be.
 */
static gboolean
read_chunk (const char *data, gsize len, gsize *at, GString *out, gboolean *is_bad)
{
  const char *line_end = g_strstr_len (data + *at, (gssize) (len - *at), "\r\n");
  char       *size_end;
  guint64     size;
  gsize       begin;

  if (line_end == NULL)
    return FALSE;
  size = g_ascii_strtoull (data + *at, &size_end, 16);
  *is_bad = size_end == data + *at || size > SHOAL_DISCOVER_UPNP_HTTP_MAX_SIZE;
  begin = (gsize) (line_end - data) + 2;
  if (*is_bad || len - begin < size + 2)
    return FALSE;
  g_string_append_len (out, data + begin, (gssize) size);
  *at = begin + (gsize) size + 2;
  return TRUE;
}

static GBytes *
join_chunks (const char *data, gsize len, gboolean *is_bad)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize at = 0, had;

  do
    {
      had = out->len;
      if (!read_chunk (data, len, &at, out, is_bad))
        return NULL;
    }
  while (out->len > had);
  return g_string_free_to_bytes (g_steal_pointer (&out));
}

GBytes *
shoal_discover_upnp_http_parse (const char *data, gsize len, gboolean is_end, gboolean *is_hopeless)
{
  const char      *end = g_strstr_len (data, (gssize) len, "\r\n\r\n");
  g_autofree char *head = NULL;
  const char      *text;
  guint64          size;

  *is_hopeless = is_end || (end == NULL && len > MAX_HEAD);
  if (end == NULL)
    return NULL;
  head = g_strndup (data, (gsize) (end - data));
  *is_hopeless |= !g_str_has_prefix (head, "HTTP/1.") || strlen (head) < (gsize) (end - data);
  end += 4;
  len -= (gsize) (end - data);
  if (!g_str_has_prefix (head, "HTTP/1."))
    return NULL;
  text = find_header (head, "Transfer-Encoding");
  if (text != NULL && g_ascii_strncasecmp (text, "chunked", 7) == 0)
    {
      gboolean is_bad = FALSE;
      GBytes  *body = join_chunks (end, len, &is_bad);

      *is_hopeless |= is_bad;
      return body;
    }
  text = find_header (head, "Content-Length");
  if (text == NULL)
    return is_end ? g_bytes_new (end, len) : NULL;
  size = g_ascii_strtoull (text, NULL, 10);
  *is_hopeless |= size > SHOAL_DISCOVER_UPNP_HTTP_MAX_SIZE;
  return size <= len ? g_bytes_new (end, (gsize) size) : NULL;
}

static GBytes *
receive (int fd, gint64 until_usec)
{
  g_autoptr (GByteArray) all = g_byte_array_new ();
  gboolean is_hopeless = FALSE;

  while (!is_hopeless && all->len < SHOAL_DISCOVER_UPNP_HTTP_MAX_SIZE + MAX_HEAD)
    {
      guint8  data[4096];
      gssize  n = wait_for (fd, POLLIN, until_usec) ? recv (fd, data, sizeof data, 0) : -1;
      GBytes *body;

      if (n < 0 && errno == EAGAIN && g_get_monotonic_time () < until_usec)
        continue;
      if (n < 0)
        return NULL;
      g_byte_array_append (all, data, (guint) n);
      body =
          shoal_discover_upnp_http_parse ((const char *) all->data, all->len, n == 0, &is_hopeless);
      if (body != NULL)
        return body;
    }
  return NULL;
}

/* NULL: @self is nothing that can be asked for. */
static GString *
make_request (const ShoalDiscoverUpnpHttp *self, ShoalBaseAddress *address)
{
  g_autoptr (GUri) uri = g_uri_parse (self->url, G_URI_FLAGS_ENCODED, NULL);
  const char *path, *query;
  char        host[SHOAL_BASE_ADDRESS_TEXT_SIZE];
  GString    *out;

  if (uri == NULL || g_uri_get_host (uri) == NULL || strpbrk (self->url, " \t\r\n") != NULL ||
      !shoal_base_address_parse_ip (address, g_uri_get_host (uri)))
    return NULL;
  address->port = g_uri_get_port (uri) > 0 ? (guint16) g_uri_get_port (uri) : DEFAULT_PORT;
  path = *g_uri_get_path (uri) != '\0' ? g_uri_get_path (uri) : "/";
  query = g_uri_get_query (uri);
  out = g_string_new (self->action != NULL ? "POST " : "GET ");
  g_string_append_printf (
      out, "%s%s%s", path, query != NULL ? "?" : "", query != NULL ? query : "");
  g_string_append_printf (out,
                          " HTTP/1.1\r\nHost: %s\r\nUser-Agent: Shoal\r\nConnection: close\r\n",
                          shoal_base_address_format (address, TRUE, host));
  if (self->action != NULL)
    g_string_append_printf (out,
                            "Content-Type: text/xml; charset=\"utf-8\"\r\nSOAPAction: \"%s\"\r\n"
                            "Content-Length: %" G_GSIZE_FORMAT "\r\n",
                            self->action,
                            strlen (self->body));
  g_string_append_printf (out, "\r\n%s", self->action != NULL ? self->body : "");
  return out;
}

GBytes *
shoal_discover_upnp_http_exchange (const ShoalDiscoverUpnpHttp *self)
{
  ShoalBaseAddress address, bind = *self->bind;
  g_autoptr (GString) request = make_request (self, &address);
  GBytes *body = NULL;
  int     fd;

  if (request == NULL)
    return NULL;
  bind.port = 0;
  fd = shoal_net_egress_open (address.family, SHOAL_NET_EGRESS_ROUTER_HTTP, &bind);
  if (fd < 0)
    return NULL;
  if (connect_to (fd, &address, self->until_usec) && send_all (fd, request, self->until_usec))
    body = receive (fd, self->until_usec);
  close (fd);
  return body;
}
