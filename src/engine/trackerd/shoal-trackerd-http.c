/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-http.h"

#include <gio/gio.h>
#include <libsoup/soup.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/shoal-base-list.h"
#include "net/shoal-net-listener.h"

/* Clients come in crowds, when something new is out. */
#define BACKLOG 1024

struct _ShoalTrackerdHttp
{
  ShoalNetReactor      *reactor;     /* unowned: outlives us */
  ShoalTrackerdService *service;     /* unowned: outlives us */
  SoupServer           *server;      /* owned */
  GPtrArray            *listeners;   /* owned, of ShoalNetListener */
  ShoalBaseList         connections; /* owned, of Connection; the oldest first */
  ShoalNetTimer         timer;       /* for the oldest */
  gint64                timeout_usec;
  guint                 n_connections;
};

/* Lives as long as the GIOStream that libsoup holds. */
typedef struct
{
  ShoalBaseList      link;
  ShoalTrackerdHttp *http;   /* unowned: ends us before it goes */
  GIOStream         *stream; /* weak */
  GSocket           *socket; /* owned */
  ShoalBaseAddress   remote;
  gint64             deadline_usec;

  guint is_ended : 1;
} Connection;

static void
forget_connection (Connection *connection)
{
  shoal_base_list_remove (&connection->link);
  connection->http->n_connections--;
  g_object_unref (connection->socket);
  g_free (connection);
}

/* libsoup sees the end of the stream and lets go of it. */
static void
end_connection (Connection *connection)
{
  connection->is_ended = TRUE;
  g_socket_shutdown (connection->socket, TRUE, TRUE, NULL);
}

static Connection *
oldest_alive (ShoalTrackerdHttp *self)
{
  SHOAL_BASE_LIST_FOREACH (&self->connections, node)
  {
    Connection *connection = SHOAL_BASE_LIST_ENTRY (node, Connection, link);

    if (!connection->is_ended)
      return connection;
  }
  return NULL;
}

static void
arm_timer (ShoalTrackerdHttp *self)
{
  Connection *oldest = oldest_alive (self);

  if (oldest != NULL)
    shoal_net_reactor_timer_set (self->reactor, &self->timer, oldest->deadline_usec);
  else
    shoal_net_reactor_timer_clear (self->reactor, &self->timer);
}

static void
stream_gone_cb (gpointer user_data, GObject *stream)
{
  Connection        *connection = user_data;
  ShoalTrackerdHttp *self = connection->http;

  forget_connection (connection);
  arm_timer (self);
}

static void
on_timer (gpointer owner, gint64 now_usec)
{
  ShoalTrackerdHttp *self = owner;
  Connection        *oldest;

  while ((oldest = oldest_alive (self)) != NULL && oldest->deadline_usec <= now_usec)
    end_connection (oldest);
  arm_timer (self);
}

static GSocketAddress *
make_gio_address (const ShoalBaseAddress *address)
{
  struct sockaddr_storage native;
  socklen_t               len = shoal_base_address_to_sockaddr (address, &native);

  return g_socket_address_new_from_native (&native, len);
}

static void
hand_to_server (ShoalTrackerdHttp *self, GSocket *socket, const ShoalBaseAddress *remote)
{
  g_autoptr (GSocketConnection) stream = g_socket_connection_factory_create_connection (socket);
  g_autoptr (GSocketAddress) local = g_socket_get_local_address (socket, NULL);
  g_autoptr (GSocketAddress) from = make_gio_address (remote);
  GMainContext *context = shoal_net_reactor_get_context (self->reactor);
  Connection   *connection = g_new0 (Connection, 1);

  connection->http = self;
  connection->socket = g_object_ref (socket);
  connection->remote = *remote;
  connection->deadline_usec = shoal_net_reactor_get_now (self->reactor) + self->timeout_usec;
  connection->stream = G_IO_STREAM (stream);
  shoal_base_list_append (&self->connections, &connection->link);
  self->n_connections++;
  g_object_weak_ref (G_OBJECT (stream), stream_gone_cb, connection);
  g_main_context_push_thread_default (context);
  soup_server_accept_iostream (self->server, connection->stream, local, from, NULL);
  g_main_context_pop_thread_default (context);
  arm_timer (self);
}

static void
on_accept (gpointer owner, int fd, const ShoalBaseAddress *remote)
{
  ShoalTrackerdHttp *self = owner;
  g_autoptr (GSocket) socket = g_socket_new_from_fd (fd, NULL);
  Connection *oldest;

  if (socket == NULL)
    {
      close (fd);
      return;
    }
  g_socket_set_blocking (socket, FALSE);
  if (self->n_connections >= SHOAL_TRACKERD_HTTP_MAX_CONNECTIONS)
    {
      oldest = oldest_alive (self);
      if (oldest == NULL) /* all are ended, and libsoup has not run yet */
        return;
      end_connection (oldest);
    }
  hand_to_server (self, socket, remote);
}

static gboolean
get_remote (SoupServerMessage *message, ShoalBaseAddress *out)
{
  GSocketAddress         *remote = soup_server_message_get_remote_address (message);
  struct sockaddr_storage native;
  gssize                  len = remote != NULL ? g_socket_address_get_native_size (remote) : -1;

  if (len <= 0 || (gsize) len > sizeof native ||
      !g_socket_address_to_native (remote, &native, sizeof native, NULL))
    return FALSE;
  return shoal_base_address_init_sockaddr (out, (const struct sockaddr *) &native, (socklen_t) len);
}

/* libsoup does not tell which stream a message came by, but who is at its other end. */
static void
end_connection_of (ShoalTrackerdHttp *self, SoupServerMessage *message)
{
  ShoalBaseAddress remote;

  if (!get_remote (message, &remote))
    return;
  SHOAL_BASE_LIST_FOREACH (&self->connections, node)
  {
    Connection *connection = SHOAL_BASE_LIST_ENTRY (node, Connection, link);

    if (shoal_base_address_equal (&connection->remote, &remote))
      end_connection (connection);
  }
}

/* Nothing that is asked here has a body: whoever sends one is cut off before it is read. */
static void
headers_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);
  SoupEncoding        encoding = soup_message_headers_get_encoding (headers);

  soup_message_body_set_accumulate (soup_server_message_get_request_body (message), FALSE);
  if (encoding == SOUP_ENCODING_NONE || (encoding == SOUP_ENCODING_CONTENT_LENGTH &&
                                         soup_message_headers_get_content_length (headers) == 0))
    return;
  end_connection_of (user_data, message);
}

static void
answer (SoupServerMessage *message, guint status, GByteArray *body)
{
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);

  soup_message_headers_replace (headers, "Connection", "close");
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (
      message, "text/plain", SOUP_MEMORY_COPY, (const char *) body->data, body->len);
}

static void
answer_text (SoupServerMessage *message, guint status, const char *text)
{
  g_autoptr (GByteArray) body = g_byte_array_new ();

  g_byte_array_append (body, (const guint8 *) text, (guint) strlen (text));
  answer (message, status, body);
}

static void
request_cb (SoupServer        *server,
            SoupServerMessage *message,
            const char        *path,
            GHashTable        *query,
            gpointer           user_data)
{
  ShoalTrackerdHttp *self = user_data;
  g_autoptr (GByteArray) body = g_byte_array_new ();
  const char      *raw_query = g_uri_get_query (soup_server_message_get_uri (message));
  ShoalBaseAddress from;

  if (strcmp (soup_server_message_get_method (message), "GET") != 0)
    answer_text (message, SOUP_STATUS_METHOD_NOT_ALLOWED, "GET only\n");
  else if (!get_remote (message, &from))
    answer_text (message, SOUP_STATUS_INTERNAL_SERVER_ERROR, "no address\n");
  else if (strcmp (path, "/announce") == 0)
    {
      shoal_trackerd_service_answer_announce (
          self->service, &from, raw_query, shoal_net_reactor_get_now (self->reactor), body);
      answer (message, SOUP_STATUS_OK, body);
    }
  else if (strcmp (path, "/scrape") == 0)
    {
      shoal_trackerd_service_answer_scrape (self->service, raw_query, body);
      answer (message, SOUP_STATUS_OK, body);
    }
  else
    answer_text (message, SOUP_STATUS_NOT_FOUND, "This is a BitTorrent tracker.\n");
}

ShoalTrackerdHttp *
shoal_trackerd_http_new (ShoalNetReactor      *reactor,
                         ShoalTrackerdService *service,
                         gint64                timeout_usec)
{
  ShoalTrackerdHttp *self = g_new0 (ShoalTrackerdHttp, 1);

  self->reactor = reactor;
  self->service = service;
  self->timeout_usec = timeout_usec;
  shoal_base_list_init (&self->connections);
  shoal_net_reactor_timer_init (&self->timer, on_timer, self);
  self->listeners =
      g_ptr_array_new_with_free_func ((GDestroyNotify) (gpointer) shoal_net_listener_free);
  self->server = soup_server_new (NULL, NULL);
  soup_server_add_early_handler (self->server, NULL, headers_cb, self, NULL);
  soup_server_add_handler (self->server, NULL, request_cb, self, NULL);
  return self;
}

void
shoal_trackerd_http_free (ShoalTrackerdHttp *self)
{
  g_ptr_array_unref (self->listeners);
  shoal_net_reactor_timer_clear (self->reactor, &self->timer);
  SHOAL_BASE_LIST_FOREACH (&self->connections, node)
  {
    Connection *connection = SHOAL_BASE_LIST_ENTRY (node, Connection, link);

    g_object_weak_unref (G_OBJECT (connection->stream), stream_gone_cb, connection);
    end_connection (connection);
    forget_connection (connection);
  }
  soup_server_disconnect (self->server);
  g_object_unref (self->server);
  g_free (self);
}

void
shoal_trackerd_http_listen (ShoalTrackerdHttp *self, int fd)
{
  listen (fd, BACKLOG);
  g_ptr_array_add (self->listeners, shoal_net_listener_new (self->reactor, fd, on_accept, self));
}

guint
shoal_trackerd_http_get_n_connections (const ShoalTrackerdHttp *self)
{
  return self->n_connections;
}
