/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-private.h"

#include <string.h>

#include "codec/shoal-codec-tracker-http.h"
#include "codec/shoal-codec-url.h"

/* Bytes of a message that are kept: it stands in a row. */
#define MAX_MESSAGE 300

static void
complete_fault (ShoalDiscoverRequest *request, ShoalDiscoverFault fault, const char *message)
{
  g_autofree char    *bounded = NULL;
  ShoalDiscoverResult result = { .fault = fault, .remote = request->remote };

  if (message != NULL)
    bounded = shoal_codec_url_dup_text (message, strlen (message), MAX_MESSAGE);
  result.message = bounded;
  shoal_discover_queue_complete (request, &result);
}

static void
complete_reply (ShoalDiscoverRequest         *request,
                const ShoalCodecTrackerReply *reply,
                const ShoalBaseAddress       *remote)
{
  const char         *words = reply->failure != NULL ? reply->failure : reply->warning;
  g_autofree char    *bounded = NULL;
  ShoalDiscoverResult result = {
    .fault = reply->failure != NULL ? SHOAL_DISCOVER_FAULT_REFUSED : SHOAL_DISCOVER_FAULT_NONE,
    .reply = reply,
    .remote = *remote,
  };

  if (words != NULL)
    bounded = shoal_codec_url_dup_text (words, strlen (words), MAX_MESSAGE);
  result.message = bounded;
  shoal_discover_queue_complete (request, &result);
}

/* The asked-for swarms in the order of the packet or query: the leader's, then the joined. */
static guint
gather_hashes (ShoalDiscoverRequest *request, ShoalSwarmKey *out)
{
  guint n = 0;

  out[n++] = request->announce.info_hash;
  SHOAL_BASE_LIST_FOREACH (&request->joined, node)
  out[n++] = SHOAL_BASE_LIST_ENTRY (node, ShoalDiscoverRequest, link)->announce.info_hash;
  return n;
}

static const ShoalCodecTrackerCounts *
find_counts (const GArray *rows, const ShoalSwarmKey *info_hash)
{
  guint i;

  for (i = 0; i < rows->len; i++)
    {
      const ShoalCodecTrackerScrapeRow *row = &g_array_index (rows, ShoalCodecTrackerScrapeRow, i);

      if (shoal_sha1_equal (&row->info_hash, info_hash))
        return &row->counts;
    }
  return NULL;
}

/* Each scrape gets the row of its swarm. */
static void
complete_scrapes (ShoalDiscoverRequest *request, const GArray *rows, const ShoalBaseAddress *remote)
{
  ShoalBaseList answered;

  shoal_base_list_init (&answered);
  shoal_discover_queue_gather (request, &answered);
  while (!shoal_base_list_is_empty (&answered))
    {
      ShoalDiscoverRequest *next =
          SHOAL_BASE_LIST_ENTRY (answered.next, ShoalDiscoverRequest, link);
      ShoalDiscoverResult result = {
        .counts = find_counts (rows, &next->announce.info_hash),
        .remote = *remote,
      };

      shoal_discover_queue_complete (next, &result);
    }
}

/* A scrape of many that failed may have been too long: smaller ones from now on. */
static void
fail_scrape (ShoalDiscoverRequest *request, ShoalDiscoverFault fault, const char *message)
{
  gboolean is_answer =
      fault == SHOAL_DISCOVER_FAULT_REFUSED || fault == SHOAL_DISCOVER_FAULT_BROKEN;

  if (request->n_joined == 0 || !is_answer)
    {
      complete_fault (request, fault, message);
      return;
    }
  request->target->max_scrape = MAX (1, (request->n_joined + 1) / 2);
  shoal_discover_queue_return (request);
}

static void
fail (ShoalDiscoverRequest *request, ShoalDiscoverFault fault, const char *message)
{
  if (request->priority == SHOAL_DISCOVER_PRIORITY_SCRAPE)
    fail_scrape (request, fault, message);
  else
    complete_fault (request, fault, message);
}

static ShoalDiscoverFault
fault_of_error (const GError *error)
{
  static const struct
  {
    ShoalNetError      code;
    ShoalDiscoverFault fault;
  } rows[] = {
    { SHOAL_NET_ERROR_NAME, SHOAL_DISCOVER_FAULT_NAME },
    { SHOAL_NET_ERROR_FAMILY, SHOAL_DISCOVER_FAULT_FAMILY },
    { SHOAL_NET_ERROR_REFUSED, SHOAL_DISCOVER_FAULT_LOCAL },
    { SHOAL_NET_ERROR_CONNECT, SHOAL_DISCOVER_FAULT_SILENT },
    { SHOAL_NET_ERROR_TIMEOUT, SHOAL_DISCOVER_FAULT_SILENT },
    { SHOAL_NET_ERROR_CERTIFICATE, SHOAL_DISCOVER_FAULT_UNSAFE },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_error_matches (error, SHOAL_NET_ERROR, rows[i].code))
      return rows[i].fault;
  return SHOAL_DISCOVER_FAULT_BROKEN;
}

static void
handle_http_scrape (ShoalDiscoverRequest       *request,
                    const ShoalNetHttpResponse *response,
                    const guint8               *data,
                    gsize                       len)
{
  g_autofree char *failure = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GArray) rows = shoal_codec_tracker_http_parse_scrape (
      data, len, SHOAL_CODEC_TRACKER_HTTP_MAX_SCRAPE, &failure, &error);

  if (rows != NULL)
    complete_scrapes (request, rows, &response->remote);
  else if (failure != NULL)
    fail (request, SHOAL_DISCOVER_FAULT_REFUSED, failure);
  else
    fail (request, SHOAL_DISCOVER_FAULT_BROKEN, error->message);
}

static void
complete_status (ShoalDiscoverRequest *request, const ShoalNetHttpResponse *response)
{
  char                text[32];
  ShoalDiscoverResult result = { .fault = SHOAL_DISCOVER_FAULT_STATUS,
                                 .status = response->status,
                                 .message = text,
                                 .remote = response->remote };

  g_snprintf (text, sizeof text, "HTTP status %u", response->status);
  shoal_discover_queue_complete (request, &result);
}

/* Some trackers refuse by a status of 400 or more with a proper answer. */
static void
handle_http_announce (ShoalDiscoverRequest       *request,
                      const ShoalNetHttpResponse *response,
                      const guint8               *data,
                      gsize                       len)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecTrackerReply) reply = NULL;

  reply = shoal_codec_tracker_http_parse_reply (data, len, &error);
  if (reply != NULL && (response->status == 200 || reply->failure != NULL))
    {
      complete_reply (request, reply, &response->remote);
      return;
    }
  if (response->status != 200)
    complete_status (request, response);
  else
    complete_fault (request, SHOAL_DISCOVER_FAULT_BROKEN, error->message);
}

static void
on_http (gpointer owner, const ShoalNetHttpResponse *response, const GError *error)
{
  ShoalDiscoverRequest *request = owner;
  const guint8         *data;
  gsize                 len;

  request->http = NULL;
  if (error != NULL)
    {
      fail (request, fault_of_error (error), error->message);
      return;
    }
  data = g_bytes_get_data (response->body, &len);
  if (request->priority == SHOAL_DISCOVER_PRIORITY_SCRAPE)
    handle_http_scrape (request, response, data, len);
  else
    handle_http_announce (request, response, data, len);
}

static char *
make_http_url (ShoalDiscoverRequest *request)
{
  ShoalCodecTrackerHttpExtras extras = { .tracker_id = request->tracker_id };
  ShoalSwarmKey               hashes[SHOAL_CODEC_TRACKER_HTTP_MAX_SCRAPE];
  const char                 *text = request->target->url->text;

  if (request->priority != SHOAL_DISCOVER_PRIORITY_SCRAPE)
    return shoal_codec_tracker_http_dup_announce_url (text, &request->announce, &extras);
  return shoal_codec_tracker_http_dup_scrape_url (text, hashes, gather_hashes (request, hashes));
}

static void
start_http (ShoalDiscoverRequest *request)
{
  ShoalDiscoverAnnouncer  *self = request->announcer;
  const ShoalDiscoverExit *exit = &self->exits[request->endpoint];
  g_autofree char         *url = make_http_url (request);
  ShoalNetHttpRequest      get = {
         .url = url,
         .word = request->word,
         .bind = shoal_net_endpoint_get_bind (exit->endpoint),
         .family = exit->family,
         .max_bytes = SHOAL_CODEC_TRACKER_HTTP_MAX_SIZE,
         .timeout_usec = self->options.http_timeout_usec,
         .allow_local = self->options.allow_local,
  };

  if (request->word == SHOAL_BASE_POLICY_WORD_TORRENT)
    get.local_suffixes = shoal_net_http_tracker_suffixes;
  request->http = shoal_net_http_get (self->http, &get, on_http, request);
}

static void
handle_udp_scrape (ShoalDiscoverRequest *request, const guint8 *data, gsize len)
{
  ShoalCodecTrackerCounts counts[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  ShoalSwarmKey           hashes[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  guint                   n_asked = gather_hashes (request, hashes);
  g_autoptr (GArray) rows = g_array_new (FALSE, FALSE, sizeof (ShoalCodecTrackerScrapeRow));
  ShoalBaseAddress remote = request->remote;
  guint            i, n;

  if (!shoal_codec_tracker_udp_parse_scrape (data, len, counts, n_asked, &n))
    {
      fail (request, SHOAL_DISCOVER_FAULT_BROKEN, "the answer is too short");
      return;
    }
  for (i = 0; i < n; i++)
    {
      ShoalCodecTrackerScrapeRow row = { hashes[i], counts[i] };

      g_array_append_val (rows, row);
    }
  complete_scrapes (request, rows, &remote);
}

static void
handle_udp_announce (ShoalDiscoverRequest *request, const guint8 *data, gsize len)
{
  ShoalBaseAddress remote = request->remote;
  g_autoptr (ShoalCodecTrackerReply) reply =
      shoal_codec_tracker_udp_parse_announce (data, len, remote.family);

  if (reply != NULL)
    complete_reply (request, reply, &remote);
  else
    complete_fault (request, SHOAL_DISCOVER_FAULT_BROKEN, "the answer is too short");
}

static void
on_udp (gpointer owner, ShoalDiscoverUdpOutcome outcome, const guint8 *data, gsize len)
{
  ShoalDiscoverRequest *request = owner;
  g_autofree char      *words = NULL;

  request->udp = NULL;
  switch (outcome)
    {
    case SHOAL_DISCOVER_UDP_ANSWERED:
      if (request->priority == SHOAL_DISCOVER_PRIORITY_SCRAPE)
        handle_udp_scrape (request, data, len);
      else
        handle_udp_announce (request, data, len);
      break;
    case SHOAL_DISCOVER_UDP_REFUSED:
      words = shoal_codec_tracker_udp_dup_error (data, len);
      fail (request, SHOAL_DISCOVER_FAULT_REFUSED, words);
      break;
    case SHOAL_DISCOVER_UDP_TIMEOUT:
      fail (request, SHOAL_DISCOVER_FAULT_SILENT, "no answer");
      break;
    case SHOAL_DISCOVER_UDP_UNREACHABLE:
      fail (request, SHOAL_DISCOVER_FAULT_SILENT, "nobody is there");
      break;
    }
}

static void
ask_udp (ShoalDiscoverRequest *request)
{
  const ShoalDiscoverExit *exit = &request->announcer->exits[request->endpoint];
  ShoalSwarmKey            hashes[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  ShoalDiscoverUdpQuestion question = {
    .action = SHOAL_CODEC_TRACKER_UDP_ANNOUNCE,
    .announce = request->announce,
    .url_data = request->target->url->url_data,
    .is_urgent = request->priority == SHOAL_DISCOVER_PRIORITY_STOPPED,
  };

  if (request->priority == SHOAL_DISCOVER_PRIORITY_SCRAPE)
    {
      question.action = SHOAL_CODEC_TRACKER_UDP_SCRAPE;
      question.info_hashes = hashes;
      question.n_hashes = gather_hashes (request, hashes);
    }
  request->udp = shoal_discover_udp_ask (exit->udp, &request->remote, &question, on_udp, request);
}

static void
start_udp (ShoalDiscoverRequest *request)
{
  const ShoalDiscoverAnnouncer *self = request->announcer;
  ShoalDiscoverHost            *host = request->target->host;
  ShoalDiscoverHostWish         wish = {
            .family = self->exits[request->endpoint].family,
            .word = request->word,
            .allow_local = self->options.allow_local,
            .allow_stale = self->is_finishing,
  };

  switch (shoal_discover_host_pick (host, &wish, &request->remote))
    {
    case SHOAL_DISCOVER_HOST_PICKED:
      ask_udp (request);
      break;
    case SHOAL_DISCOVER_HOST_UNKNOWN:
      shoal_discover_host_resolve (host, &request->waiter);
      break;
    case SHOAL_DISCOVER_HOST_ABSENT:
      fail (request, SHOAL_DISCOVER_FAULT_NAME, "the name has no address");
      break;
    case SHOAL_DISCOVER_HOST_FAMILY:
      fail (request,
            SHOAL_DISCOVER_FAULT_FAMILY,
            wish.family == AF_INET6 ? "it has no IPv6 address" : "it has no IPv4 address");
      break;
    case SHOAL_DISCOVER_HOST_LOCAL:
      fail (request, SHOAL_DISCOVER_FAULT_LOCAL, "a local address that nobody here named");
      break;
    }
}

static void
on_resolved (gpointer owner)
{
  start_udp (owner);
}

void
shoal_discover_exchange_start (ShoalDiscoverRequest *request)
{
  request->waiter.on_resolved = on_resolved;
  request->waiter.owner = request;
  if (request->target->url->scheme == SHOAL_DISCOVER_SCHEME_HTTP)
    start_http (request);
  else
    start_udp (request);
}

void
shoal_discover_exchange_stop (ShoalDiscoverRequest *request)
{
  if (request->http != NULL)
    shoal_net_http_cancel (request->http);
  if (request->udp != NULL)
    shoal_discover_udp_cancel (request->udp);
  request->http = NULL;
  request->udp = NULL;
  shoal_discover_host_cancel (request->target->host, &request->waiter);
}
