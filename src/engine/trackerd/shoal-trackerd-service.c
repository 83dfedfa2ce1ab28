/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-service.h"

#include <stdlib.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-tracker-serve.h"
#include "codec/shoal-codec-tracker-udp.h"

#define DEFAULT_INTERVAL_SEC 1800
#define DEFAULT_MAX_PEERS    1000000

/* Who looks for peers may come again this soon. */
#define MIN_INTERVAL_SEC 60

/* A connection id is good for the part of time it was made in and the two after (BEP 15: two
 * minutes). */
#define CONNECTION_USEC (60 * G_USEC_PER_SEC)

/* Swarms in one scrape. Asking for all is refused: it would tell strangers what is shared here. */
#define MAX_SCRAPE 74

#define NOT_SERVED "this tracker does not serve this torrent"

struct _ShoalTrackerdService
{
  ShoalTrackerdTable *table;          /* owned */
  ShoalTrackerdKey    connection_key; /* of UDP connection ids */
  guint32             interval_sec;
  guint64             n_announces;
  guint64             n_scrapes;
  guint64             n_refused;
  guint64             n_dropped;

  void (*on_announce) (gpointer owner, const ShoalTrackerdAnnounce *announce);
  gpointer owner; /* unowned: outlives us */
};

ShoalTrackerdService *
shoal_trackerd_service_new (const ShoalTrackerdOptions *options)
{
  ShoalTrackerdService    *self = g_new0 (ShoalTrackerdService, 1);
  ShoalTrackerdTableLimits limits = {
    .interval_sec = options->interval_sec > 0 ? options->interval_sec : DEFAULT_INTERVAL_SEC,
    .max_peers = options->max_peers > 0 ? options->max_peers : DEFAULT_MAX_PEERS,
  };
  guint i;

  self->table = shoal_trackerd_table_new (&limits);
  self->interval_sec = limits.interval_sec;
  shoal_trackerd_key_init (&self->connection_key);
  self->on_announce = options->on_announce;
  self->owner = options->owner;
  for (i = 0; i < options->n_allowed; i++)
    shoal_trackerd_table_allow (self->table, &options->allowed[i]);
  return self;
}

void
shoal_trackerd_service_free (ShoalTrackerdService *self)
{
  shoal_trackerd_table_free (self->table);
  g_free (self);
}

static gboolean
serve_announce (ShoalTrackerdService            *self,
                const ShoalCodecTrackerAnnounce *request,
                const ShoalBaseAddress          *from,
                gint64                           now_usec,
                ShoalTrackerdTableReply         *reply)
{
  ShoalBaseAddress peer = *from;

  peer.port = request->port;
  if (!shoal_trackerd_table_announce (
          self->table, request, &peer, (guint32) (now_usec / G_USEC_PER_SEC), reply))
    {
      self->n_refused++;
      return FALSE;
    }
  self->n_announces++;
  return TRUE;
}

static void
report_announce (ShoalTrackerdService            *self,
                 const ShoalCodecTrackerAnnounce *request,
                 const ShoalBaseAddress          *from,
                 const ShoalTrackerdTableReply   *reply,
                 gboolean                         is_udp)
{
  ShoalTrackerdAnnounce announce = {
    .request = request,
    .peer = *from,
    .n_seeds = reply->n_seeds,
    .n_leechers = reply->n_leechers,
    .is_udp = is_udp,
  };

  announce.peer.port = request->port;
  if (self->on_announce != NULL)
    self->on_announce (self->owner, &announce);
}

/* A keyed hash of address and time needs no memory for those who asked, and cannot be guessed. */
static guint64
make_connection (ShoalTrackerdService *self, const ShoalBaseAddress *from, guint64 period)
{
  guint8 bytes[16 + 8];

  memcpy (bytes, from->ip, 16);
  shoal_base_write_be64 (bytes + 16, period);
  return shoal_trackerd_hash (&self->connection_key, bytes, sizeof bytes);
}

static gboolean
knows_connection (ShoalTrackerdService   *self,
                  const ShoalBaseAddress *from,
                  guint64                 connection,
                  guint64                 period)
{
  return connection == make_connection (self, from, period) ||
         connection == make_connection (self, from, period - 1) ||
         connection == make_connection (self, from, period - 2);
}

static gsize
answer_udp_announce (ShoalTrackerdService              *self,
                     const ShoalBaseAddress            *from,
                     const ShoalCodecTrackerUdpRequest *request,
                     gint64                             now_usec,
                     guint8                            *out)
{
  guint8                            peers[SHOAL_TRACKERD_TABLE_MAX_WANT * 18];
  ShoalCodecTrackerUdpAnnounceReply answer = { .interval_s = self->interval_sec, .peers = peers };
  ShoalTrackerdTableReply           reply;
  guint                             address_len = from->family == AF_INET ? 4 : 16;
  guint                             i;

  if (!serve_announce (self, &request->announce, from, now_usec, &reply))
    return shoal_codec_tracker_udp_write_error (out, request->transaction, NOT_SERVED);
  for (i = 0; i < reply.n_same; i++)
    {
      memcpy (peers + answer.peers_len, reply.peers[i]->ip, address_len);
      shoal_base_write_be16 (peers + answer.peers_len + address_len, reply.peers[i]->port);
      answer.peers_len += address_len + 2;
    }
  answer.family = from->family;
  answer.seeders = reply.n_seeds;
  answer.leechers = reply.n_leechers;
  report_announce (self, &request->announce, from, &reply, TRUE);
  return shoal_codec_tracker_udp_write_announce_reply (out, request->transaction, &answer);
}

static gsize
answer_udp_scrape (ShoalTrackerdService              *self,
                   const ShoalCodecTrackerUdpRequest *request,
                   guint8                            *out)
{
  ShoalCodecTrackerCounts counts[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  guint                   n = MIN (request->n_hashes, SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE);
  guint                   i;

  for (i = 0; i < n; i++)
    {
      ShoalSwarmKey info_hash;

      memcpy (&info_hash, request->info_hashes + 20 * i, 20);
      shoal_trackerd_table_scrape (self->table, &info_hash, &counts[i]);
    }
  self->n_scrapes++;
  return shoal_codec_tracker_udp_write_scrape_reply (out, request->transaction, counts, n);
}

static gsize
drop (ShoalTrackerdService *self)
{
  self->n_dropped++;
  return 0;
}

gsize
shoal_trackerd_service_answer_udp (ShoalTrackerdService   *self,
                                   const ShoalBaseAddress *from,
                                   const guint8           *data,
                                   gsize                   len,
                                   gint64                  now_usec,
                                   guint8                 *out)
{
  ShoalCodecTrackerUdpRequest request;
  guint64                     period = (guint64) (now_usec / CONNECTION_USEC);

  if (!shoal_codec_tracker_udp_parse_request (data, len, &request))
    return drop (self);
  if (request.action == SHOAL_CODEC_TRACKER_UDP_CONNECT)
    return shoal_codec_tracker_udp_write_connect_reply (
        out, request.transaction, make_connection (self, from, period));
  if (!knows_connection (self, from, request.connection, period))
    return drop (self);
  if (request.action == SHOAL_CODEC_TRACKER_UDP_ANNOUNCE)
    return answer_udp_announce (self, from, &request, now_usec, out);
  if (request.action == SHOAL_CODEC_TRACKER_UDP_SCRAPE)
    return answer_udp_scrape (self, &request, out);
  return drop (self);
}

static void
refuse (ShoalTrackerdService *self, GByteArray *out, ShoalCodecTrackerServeResult result)
{
  self->n_refused++;
  shoal_codec_tracker_serve_write_failure (out, shoal_codec_tracker_serve_result_text (result), 0);
}

static void
write_announce (ShoalTrackerdService            *self,
                const ShoalCodecTrackerAnnounce *request,
                const ShoalBaseAddress          *from,
                const ShoalTrackerdTableReply   *reply,
                GByteArray                      *out)
{
  ShoalCodecTrackerPeer       peers[SHOAL_TRACKERD_TABLE_MAX_WANT];
  ShoalCodecTrackerServeReply answer = {
    .peers = peers,
    .n_peers = reply->n_same + reply->n_other,
    .counts = { reply->n_seeds, reply->n_leechers, reply->n_downloaded },
    .interval_s = self->interval_sec,
    .min_interval_s = MIN (self->interval_sec, MIN_INTERVAL_SEC),
    .external = from,
    .compact = request->wants_compact,
    .no_peer_id = request->wants_no_peer_id,
  };
  guint i;

  for (i = 0; i < answer.n_peers; i++)
    {
      const ShoalTrackerdPeer *peer = reply->peers[i];
      gboolean                 is_ipv4 = (i < reply->n_same) == (from->family == AF_INET);

      if (is_ipv4)
        shoal_base_address_init_ipv4 (&peers[i].address, peer->ip, peer->port);
      else
        shoal_base_address_init_ipv6 (&peers[i].address, peer->ip, peer->port);
      peers[i].peer_id = peer->peer_id;
    }
  shoal_codec_tracker_serve_write_reply (out, &answer);
}

void
shoal_trackerd_service_answer_announce (ShoalTrackerdService   *self,
                                        const ShoalBaseAddress *from,
                                        const char             *query,
                                        gint64                  now_usec,
                                        GByteArray             *out)
{
  ShoalCodecTrackerAnnounce    request;
  ShoalTrackerdTableReply      reply;
  ShoalCodecTrackerServeResult result;

  result = shoal_codec_tracker_serve_parse_announce (query != NULL ? query : "", &request);
  if (result != SHOAL_CODEC_TRACKER_SERVE_OK)
    {
      refuse (self, out, result);
      return;
    }
  if (!serve_announce (self, &request, from, now_usec, &reply))
    {
      shoal_codec_tracker_serve_write_failure (out, NOT_SERVED, 0);
      return;
    }
  report_announce (self, &request, from, &reply, FALSE);
  write_announce (self, &request, from, &reply, out);
}

static int
compare_hashes (gconstpointer a, gconstpointer b)
{
  return memcmp (a, b, sizeof (ShoalSwarmKey));
}

/* Rows of those that are known, in the order the dictionary needs. */
static guint
fill_rows (ShoalTrackerdService       *self,
           ShoalSwarmKey              *hashes,
           guint                       n,
           ShoalCodecTrackerScrapeRow *rows)
{
  guint i, n_rows = 0;

  qsort (hashes, n, sizeof *hashes, compare_hashes);
  for (i = 0; i < n; i++)
    {
      gboolean is_twice = i > 0 && shoal_sha1_equal (&hashes[i - 1], &hashes[i]);

      rows[n_rows].info_hash = hashes[i];
      if (!is_twice && shoal_trackerd_table_scrape (self->table, &hashes[i], &rows[n_rows].counts))
        n_rows++;
    }
  return n_rows;
}

void
shoal_trackerd_service_answer_scrape (ShoalTrackerdService *self,
                                      const char           *query,
                                      GByteArray           *out)
{
  ShoalSwarmKey                hashes[MAX_SCRAPE];
  ShoalCodecTrackerScrapeRow   rows[MAX_SCRAPE];
  ShoalCodecTrackerServeResult result;
  guint                        n;

  result = shoal_codec_tracker_serve_parse_scrape (
      query != NULL ? query : "", hashes, G_N_ELEMENTS (hashes), &n);
  if (result == SHOAL_CODEC_TRACKER_SERVE_OK && n == 0)
    result = SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH;
  if (result != SHOAL_CODEC_TRACKER_SERVE_OK)
    {
      refuse (self, out, result);
      return;
    }
  self->n_scrapes++;
  shoal_codec_tracker_serve_write_scrape (out, rows, fill_rows (self, hashes, n, rows));
}

void
shoal_trackerd_service_tick (ShoalTrackerdService *self, gint64 now_usec)
{
  shoal_trackerd_table_sweep (self->table,
                              (guint32) (now_usec / G_USEC_PER_SEC),
                              shoal_trackerd_table_get_sweep_budget (self->table));
}

void
shoal_trackerd_service_get_stats (const ShoalTrackerdService *self, ShoalTrackerdStats *out)
{
  *out = (ShoalTrackerdStats){
    .n_swarms = shoal_trackerd_table_get_n_swarms (self->table),
    .n_peers = shoal_trackerd_table_get_n_peers (self->table),
    .n_seeds = shoal_trackerd_table_get_n_seeds (self->table),
    .n_announces = self->n_announces,
    .n_scrapes = self->n_scrapes,
    .n_refused = self->n_refused,
    .n_dropped = self->n_dropped,
  };
}

ShoalTrackerdTable *
shoal_trackerd_service_get_table (ShoalTrackerdService *self)
{
  return self->table;
}
