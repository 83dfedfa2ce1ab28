/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "lab.h"

#include <string.h>

#include "codec/shoal-codec-tracker-serve.h"
#include "codec/shoal-codec-tracker-udp.h"

#define PATIENCE_USEC (20 * G_USEC_PER_SEC)

void
lab_init_options (ShoalDiscoverAnnouncerOptions *options)
{
  shoal_discover_announcer_options_init (options);
  options->http_timeout_usec = 2 * G_USEC_PER_SEC;
  options->udp_retry_usec = 50 * 1000;
  options->udp_timeout_usec = G_USEC_PER_SEC;
}

Lab *
lab_new (guint families, const ShoalDiscoverAnnouncerOptions *options)
{
  Lab                          *lab = g_new0 (Lab, 1);
  ShoalDiscoverAnnouncerOptions quick;
  ShoalBaseAddress              binds[2];
  g_autoptr (GError) error = NULL;
  guint i;

  lab_init_options (&quick);
  lab->reactor = shoal_net_reactor_new (NULL);
  lab->http = shoal_net_http_new (lab->reactor);
  g_assert_true (shoal_base_address_parse_ip (&binds[0], "127.0.0.1"));
  g_assert_true (shoal_base_address_parse_ip (&binds[1], "::1"));
  lab->endpoints = shoal_net_endpoint_open_all (lab->reactor, binds, families, 0, &error);
  g_assert_no_error (error);
  lab->announcer =
      shoal_discover_announcer_new (lab->reactor, lab->http, options != NULL ? options : &quick);
  for (i = 0; i < lab->endpoints->len; i++)
    g_assert_true (shoal_discover_announcer_add_endpoint (lab->announcer,
                                                          g_ptr_array_index (lab->endpoints, i)));
  return lab;
}

void
lab_free (Lab *lab)
{
  shoal_discover_announcer_free (lab->announcer);
  g_ptr_array_unref (lab->endpoints);
  shoal_net_http_free (lab->http);
  while (g_main_context_iteration (NULL, FALSE))
    ;
  shoal_net_reactor_free (lab->reactor);
  g_free (lab);
}

static gboolean
wake_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

void
lab_run_until (const guint *value, guint least)
{
  gboolean is_over = FALSE;
  guint    source = g_timeout_add (PATIENCE_USEC / 1000, wake_cb, &is_over);

  while (*value < least && !is_over)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (*value, >=, least);
  g_source_remove (source);
}

void
lab_run_for (guint ms)
{
  gboolean is_over = FALSE;

  g_timeout_add (ms, wake_cb, &is_over);
  while (!is_over)
    g_main_context_iteration (NULL, TRUE);
}

static void
get_stats (gpointer owner, ShoalDiscoverStats *out)
{
  *out = ((Torrent *) owner)->stats;
}

static void
on_peers (gpointer owner, const ShoalBaseAddress *peers, guint n, const ShoalBaseAddress *teller)
{
  Torrent *torrent = owner;

  g_array_append_vals (torrent->peers, peers, n);
  torrent->teller = *teller;
}

static void
on_announced (gpointer owner, const ShoalDiscoverAnnounced *announced)
{
  Torrent *torrent = owner;

  g_free (torrent->message);
  g_free (torrent->url);
  torrent->message = g_strdup (announced->message);
  torrent->url = g_strdup (announced->url);
  torrent->interval_sec = announced->interval_sec;
  if (announced->is_error)
    torrent->n_errors++;
  else
    torrent->n_ok++;
  if (torrent->frees_list)
    g_clear_pointer (&torrent->list, shoal_discover_tracker_list_free);
}

static void
on_changed (gpointer owner)
{
  ((Torrent *) owner)->n_changed++;
}

static void
on_local_ignored (gpointer owner, const char *url, guint n)
{
  ((Torrent *) owner)->n_local_calls++;
  ((Torrent *) owner)->n_local += n;
}

static void
on_switched (gpointer owner)
{
  Torrent *torrent = owner;

  torrent->n_switched++;
  g_array_set_size (torrent->peers, 0);
}

static const ShoalDiscoverTrackerEvents torrent_events = {
  get_stats, on_peers, on_announced, on_changed, on_local_ignored, on_switched,
};

Torrent *
torrent_new (Lab *lab, const ShoalDiscoverTrackerOptions *options)
{
  static const ShoalDiscoverTrackerOptions plain = { .info_hash = { { 1, 0, 2 } } };
  Torrent                                 *torrent = g_new0 (Torrent, 1);
  ShoalDiscoverTrackerOptions              given = options != NULL ? *options : plain;

  memcpy (given.peer_id.bytes, "-SH0001-abcdefghijkl", 20);
  torrent->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  torrent->stats.left = 1000;
  torrent->list =
      shoal_discover_tracker_list_new (lab->announcer, &given, &torrent_events, torrent);
  return torrent;
}

void
torrent_add_tier (Torrent *torrent, ShoalBasePolicyWord word, const char *url, ...)
{
  g_autoptr (GPtrArray) urls = g_ptr_array_new ();
  va_list more;

  va_start (more, url);
  for (; url != NULL; url = va_arg (more, const char *))
    g_ptr_array_add (urls, (gpointer) url);
  va_end (more);
  shoal_discover_tracker_list_add_tier (
      torrent->list, (const char *const *) urls->pdata, urls->len, word);
}

void
torrent_free (Torrent *torrent)
{
  if (torrent->list != NULL)
    shoal_discover_tracker_list_free (torrent->list);
  g_array_unref (torrent->peers);
  g_free (torrent->message);
  g_free (torrent->url);
  g_free (torrent);
}

static void
note_web (WebTracker *tracker, SoupServerMessage *message, const char *query)
{
  GSocketAddress           *remote = soup_server_message_get_remote_address (message);
  ShoalCodecTrackerAnnounce announce;

  g_assert_cmpint (shoal_codec_tracker_serve_parse_announce (query, &announce),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_OK);
  tracker->n_families[g_socket_address_get_family (remote) == G_SOCKET_FAMILY_IPV6]++;
  g_array_append_val (tracker->announces, announce);
  g_ptr_array_add (tracker->queries, g_strdup (query));
  tracker->n_requests++;
}

static void
note_scrape (WebTracker *tracker, const char *query)
{
  tracker->n_scrapes++;
  g_free (tracker->scrape_query);
  tracker->scrape_query = g_strdup (query);
}

static gboolean
does_hang (const WebTracker *tracker, SoupServerMessage *message)
{
  GSocketAddress *remote = soup_server_message_get_remote_address (message);

  return tracker->hangs ||
         (tracker->hangs_ipv6 && g_socket_address_get_family (remote) == G_SOCKET_FAMILY_IPV6);
}

static void
web_cb (SoupServer        *server,
        SoupServerMessage *message,
        const char        *path,
        GHashTable        *parsed,
        gpointer           user_data)
{
  WebTracker         *tracker = user_data;
  SoupMessageHeaders *headers = soup_server_message_get_response_headers (message);
  const char         *body = tracker->body != NULL ? tracker->body : "d8:intervali1800e5:peers0:e";

  if (g_str_has_suffix (path, "/scrape"))
    note_scrape (tracker, g_uri_get_query (soup_server_message_get_uri (message)));
  else
    note_web (tracker, message, g_uri_get_query (soup_server_message_get_uri (message)));
  if (g_str_has_suffix (path, "/scrape"))
    body = tracker->scrape_body != NULL ? tracker->scrape_body : "d5:filesdee";
  if (does_hang (tracker, message))
    {
      soup_server_message_pause (message);
      return;
    }
  if (tracker->location != NULL)
    soup_message_headers_replace (headers, "Location", tracker->location);
  if (tracker->encoding != NULL)
    soup_message_headers_replace (headers, "Content-Encoding", tracker->encoding);
  soup_server_message_set_status (message, tracker->status != 0 ? tracker->status : 200, NULL);
  soup_server_message_set_response (message,
                                    "text/plain",
                                    SOUP_MEMORY_COPY,
                                    body,
                                    tracker->body_len > 0 ? tracker->body_len : strlen (body));
}

static WebTracker *
start_web_tracker (GTlsCertificate *certificate)
{
  SoupServerListenOptions options = certificate != NULL ? SOUP_SERVER_LISTEN_HTTPS : 0;
  WebTracker             *tracker = g_new0 (WebTracker, 1);
  g_autoptr (GError) error = NULL;
  g_autoptr (GInetAddress) ipv6 = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV6);
  GSList *uris;

  tracker->announces = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTrackerAnnounce));
  tracker->queries = g_ptr_array_new_with_free_func (g_free);
  tracker->server = soup_server_new (NULL, NULL);
  soup_server_add_handler (tracker->server, NULL, web_cb, tracker, NULL);
  if (certificate != NULL)
    soup_server_set_tls_certificate (tracker->server, certificate);
  g_assert_true (soup_server_listen_local (
      tracker->server, 0, options | SOUP_SERVER_LISTEN_IPV4_ONLY, &error));
  g_assert_no_error (error);
  uris = soup_server_get_uris (tracker->server);
  tracker->port = (guint16) g_uri_get_port (uris->data);
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);
  {
    g_autoptr (GSocketAddress) address = g_inet_socket_address_new (ipv6, tracker->port);

    g_assert_true (soup_server_listen (tracker->server, address, options, &error));
    g_assert_no_error (error);
  }
  return tracker;
}

WebTracker *
web_tracker_new (void)
{
  return start_web_tracker (NULL);
}

WebTracker *
web_tracker_new_secure (GTlsCertificate *certificate)
{
  return start_web_tracker (certificate);
}

void
web_tracker_free (WebTracker *tracker)
{
  soup_server_disconnect (tracker->server);
  g_object_unref (tracker->server);
  g_array_unref (tracker->announces);
  g_ptr_array_unref (tracker->queries);
  g_free (tracker->scrape_query);
  g_free (tracker);
}

const char *
web_tracker_url (const WebTracker *tracker)
{
  static char text[64];

  g_snprintf (text, sizeof text, "http://127.0.0.1:%u/announce", tracker->port);
  return text;
}

const ShoalCodecTrackerAnnounce *
web_tracker_get (const WebTracker *tracker, guint index)
{
  g_assert_cmpuint (index, <, tracker->announces->len);
  return &g_array_index (tracker->announces, ShoalCodecTrackerAnnounce, index);
}

static gboolean
is_lost (UdpTracker *tracker)
{
  return shoal_base_random_below (&tracker->random, 100) < tracker->loss;
}

static void
answer_udp (UdpTracker *tracker, const ShoalBaseAddress *to, const guint8 *packet, gsize len)
{
  guint8 wrong[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];

  memcpy (wrong, packet, len);
  if (tracker->wrong_transaction)
    {
      wrong[7] ^= 0xff;
      shoal_net_udp_send (tracker->socket, to, wrong, len);
    }
  if (tracker->wrong_action)
    {
      memcpy (wrong, packet, len);
      wrong[3] = wrong[3] == 0 ? 1 : 0;
      shoal_net_udp_send (tracker->socket, to, wrong, len);
    }
  if (tracker->wrong_source)
    {
      memcpy (wrong, packet, len);
      memset (wrong + 8, 0xee, len - 8); /* believed, it would show */
      shoal_net_udp_send (tracker->other, to, wrong, len);
      shoal_net_udp_flush (tracker->other);
    }
  if (!is_lost (tracker))
    shoal_net_udp_send (tracker->socket, to, packet, len);
}

static gsize
answer_announce (UdpTracker *tracker, const ShoalCodecTrackerUdpRequest *request, guint8 *out)
{
  guint8                            peers[3 * 18];
  ShoalCodecTrackerUdpAnnounceReply reply = {
    .interval_s = 1800, .seeders = 7, .leechers = 3, .peers = peers
  };
  guint i;

  g_array_append_val (tracker->announces, request->announce);
  g_free (tracker->url_data);
  tracker->url_data = g_strdup (request->url_data);
  for (i = 0; i < tracker->n_peers; i++)
    reply.peers_len +=
        shoal_base_address_write_compact (&tracker->peers[i], peers + reply.peers_len);
  reply.family = shoal_net_udp_get_local_address (tracker->socket)->family;
  if (tracker->refusal != NULL)
    return shoal_codec_tracker_udp_write_error (out, request->transaction, tracker->refusal);
  return shoal_codec_tracker_udp_write_announce_reply (out, request->transaction, &reply);
}

static gsize
answer_scrape (UdpTracker *tracker, const ShoalCodecTrackerUdpRequest *request, guint8 *out)
{
  ShoalCodecTrackerCounts counts[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  guint                   i;

  tracker->n_scrapes++;
  for (i = 0; i < request->n_hashes; i++)
    counts[i] = (ShoalCodecTrackerCounts){ request->info_hashes[20 * i], 5, 1000 };
  return shoal_codec_tracker_udp_write_scrape_reply (
      out, request->transaction, counts, request->n_hashes);
}

static gsize
make_udp_answer (UdpTracker *tracker, const ShoalCodecTrackerUdpRequest *request, guint8 *out)
{
  if (request->action == SHOAL_CODEC_TRACKER_UDP_CONNECT)
    {
      tracker->n_connects++;
      shoal_base_random_secure (&tracker->connection, sizeof tracker->connection);
      return shoal_codec_tracker_udp_write_connect_reply (
          out, request->transaction, tracker->connection);
    }
  if (tracker->forgets)
    {
      tracker->connection ^= 1;
      tracker->forgets = FALSE;
    }
  if (request->connection != tracker->connection)
    return tracker->says_bad_id ? shoal_codec_tracker_udp_write_error (
                                      out, request->transaction, "connection id mismatch")
                                : 0;
  if (request->action == SHOAL_CODEC_TRACKER_UDP_SCRAPE)
    return answer_scrape (tracker, request, out);
  return answer_announce (tracker, request, out);
}

static gboolean
on_datagram (gpointer owner, const ShoalBaseAddress *from, const guint8 *data, gsize len)
{
  UdpTracker                 *tracker = owner;
  ShoalCodecTrackerUdpRequest request;
  guint8                      out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gsize                       n;

  g_assert_true (shoal_codec_tracker_udp_parse_request (data, len, &request));
  if (tracker->hangs || is_lost (tracker))
    return TRUE;
  n = make_udp_answer (tracker, &request, out);
  if (n > 0)
    answer_udp (tracker, from, out, n);
  return TRUE;
}

static const ShoalNetUdpOps udp_ops = { on_datagram, NULL };

UdpTracker *
udp_tracker_new (Lab *lab, int family)
{
  UdpTracker      *tracker = g_new0 (UdpTracker, 1);
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse_ip (&address, family == AF_INET ? "127.0.0.1" : "::1"));
  tracker->socket =
      shoal_net_udp_new (lab->reactor, shoal_net_endpoint_open_socket (&address, SOCK_DGRAM));
  tracker->other =
      shoal_net_udp_new (lab->reactor, shoal_net_endpoint_open_socket (&address, SOCK_DGRAM));
  shoal_net_udp_register (tracker->socket, SHOAL_NET_UDP_ANY, &udp_ops, tracker);
  tracker->port = shoal_net_udp_get_local_address (tracker->socket)->port;
  tracker->announces = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTrackerAnnounce));
  shoal_base_random_init (&tracker->random, 5);
  return tracker;
}

void
udp_tracker_free (UdpTracker *tracker)
{
  shoal_net_udp_free (tracker->socket);
  shoal_net_udp_free (tracker->other);
  g_array_unref (tracker->announces);
  g_free (tracker->url_data);
  g_free (tracker);
}
