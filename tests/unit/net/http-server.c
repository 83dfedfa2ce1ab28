/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "http-server.h"

#include <stdlib.h>
#include <string.h>

#define BOMB_SIZE (64 * 1024 * 1024)

static void
answer_text (SoupServerMessage *message, guint status, const char *text)
{
  soup_server_message_set_status (message, status, NULL);
  soup_server_message_set_response (message, "text/plain", SOUP_MEMORY_COPY, text, strlen (text));
}

static GByteArray *
pack_zeros (gsize size)
{
  g_autoptr (GZlibCompressor) packer = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_GZIP, 9);
  g_autofree guint8 *zeros = g_malloc0 (size);
  GByteArray        *packed = g_byte_array_new ();
  gsize              n_in = 0, n_read, n_written;
  GConverterResult   result = G_CONVERTER_CONVERTED;

  while (result != G_CONVERTER_FINISHED)
    {
      guint8 out[16384];

      result = g_converter_convert (G_CONVERTER (packer),
                                    zeros + n_in,
                                    size - n_in,
                                    out,
                                    sizeof out,
                                    G_CONVERTER_INPUT_AT_END,
                                    &n_read,
                                    &n_written,
                                    NULL);
      g_assert_cmpint (result, !=, G_CONVERTER_ERROR);
      n_in += n_read;
      g_byte_array_append (packed, out, (guint) n_written);
    }
  return packed;
}

static void
answer_packed (SoupServerMessage *message, gsize size)
{
  GByteArray *packed = pack_zeros (size);
  gsize       len = packed->len;

  soup_message_headers_append (
      soup_server_message_get_response_headers (message), "Content-Encoding", "gzip");
  soup_server_message_set_status (message, 200, NULL);
  soup_server_message_set_response (message,
                                    "application/octet-stream",
                                    SOUP_MEMORY_TAKE,
                                    (const char *) g_byte_array_free (packed, FALSE),
                                    len);
}

static void
append_more (SoupServerMessage *message)
{
  static const char chunk[65536];

  soup_message_body_append (
      soup_server_message_get_response_body (message), SOUP_MEMORY_STATIC, chunk, sizeof chunk);
  soup_server_message_unpause (message);
}

static void
answer_endless (SoupServerMessage *message)
{
  soup_server_message_set_status (message, 200, NULL);
  soup_message_headers_set_encoding (soup_server_message_get_response_headers (message),
                                     SOUP_ENCODING_CHUNKED);
  soup_message_body_set_accumulate (soup_server_message_get_response_body (message), FALSE);
  g_signal_connect (message, "wrote-chunk", G_CALLBACK (append_more), NULL);
  append_more (message);
}

static void
answer_raw (SoupServerMessage *message, const char *text)
{
  g_autoptr (GIOStream) stream = soup_server_message_steal_connection (message);

  g_output_stream_write_all (
      g_io_stream_get_output_stream (stream), text, strlen (text), NULL, NULL, NULL);
  g_io_stream_close (stream, NULL, NULL);
}

static void
redirect (SoupServerMessage *message, const char *location)
{
  soup_server_message_set_status (message, 302, NULL);
  if (location != NULL)
    soup_message_headers_append (
        soup_server_message_get_response_headers (message), "Location", location);
}

static void
answer_hops (SoupServerMessage *message, const char *query)
{
  g_autofree char *location = g_strdup_printf ("hops?%d", atoi (query) - 1);

  if (atoi (query) == 0)
    answer_text (message, 200, "hello");
  else
    redirect (message, location);
}

static gboolean
answer_redirect (SoupServerMessage *message, const char *path, const char *query)
{
  g_autofree char *decoded = query != NULL ? g_uri_unescape_string (query, NULL) : NULL;

  if (strcmp (path, "/to") == 0)
    redirect (message, decoded);
  else if (strcmp (path, "/hops") == 0)
    answer_hops (message, query);
  else if (strcmp (path, "/loop") == 0)
    redirect (message, "/loop");
  else if (strcmp (path, "/nowhere") == 0)
    redirect (message, NULL);
  else
    return FALSE;
  return TRUE;
}

static gboolean
answer_badly (SoupServerMessage *message, const char *path)
{
  if (strcmp (path, "/bomb") == 0)
    answer_packed (message, BOMB_SIZE);
  else if (strcmp (path, "/endless") == 0)
    answer_endless (message);
  else if (strcmp (path, "/slow") == 0)
    soup_server_message_pause (message);
  else if (strcmp (path, "/long") == 0)
    answer_raw (message, "HTTP/1.1 200 OK\r\nContent-Length: 1000000000000\r\n\r\nabc");
  else if (strcmp (path, "/short") == 0)
    answer_raw (message, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc");
  else if (strcmp (path, "/garbage") == 0)
    answer_raw (message, "SSH-2.0-nobody\r\n\r\n");
  else
    return FALSE;
  return TRUE;
}

static void
answer_well (SoupServerMessage *message, const char *path, const char *query)
{
  SoupMessageHeaders *request = soup_server_message_get_request_headers (message);

  if (strcmp (path, "/echo") == 0)
    answer_text (message, 200, query != NULL ? query : "");
  else if (strcmp (path, "/whoami") == 0)
    answer_text (message, 200, soup_server_message_get_remote_host (message));
  else if (strcmp (path, "/agent") == 0)
    answer_text (message, 200, soup_message_headers_get_one (request, "User-Agent"));
  else if (strcmp (path, "/missing") == 0)
    answer_text (message, 404, "not here");
  else if (strcmp (path, "/gzip") == 0)
    answer_packed (message, 1000);
  else
    answer_text (message, 200, "hello");
  if (strcmp (path, "/close") == 0)
    soup_message_headers_append (
        soup_server_message_get_response_headers (message), "Connection", "close");
}

static void
handle_request (SoupServer        *server,
                SoupServerMessage *message,
                const char        *path,
                GHashTable        *parsed,
                gpointer           user_data)
{
  const char *query = g_uri_get_query (soup_server_message_get_uri (message));

  if (!answer_redirect (message, path, query) && !answer_badly (message, path))
    answer_well (message, path, query);
}

SoupServer *
http_server_new (guint16 *port, GTlsCertificate *certificate)
{
  SoupServer *server = soup_server_new (NULL, NULL);
  GSList     *uris;

  soup_server_add_handler (server, NULL, handle_request, NULL, NULL);
  if (certificate != NULL)
    soup_server_set_tls_certificate (server, certificate);
  g_assert_true (
      soup_server_listen_all (server, 0, certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0, NULL));
  uris = soup_server_get_uris (server);
  *port = (guint16) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  return server;
}
