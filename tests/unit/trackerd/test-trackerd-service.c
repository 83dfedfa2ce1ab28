/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <glib.h>
#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-tracker-http.h"
#include "codec/shoal-codec-tracker-udp.h"
#include "trackerd/shoal-trackerd-service.h"

#define START (1000 * (gint64) G_USEC_PER_SEC)

#define HASH_A "%01%00%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01%01"
#define ID     "-XX0001-aaaaaaaaaaaa"

typedef struct
{
  guint                  n;
  ShoalBaseAddress       peer;
  ShoalCodecTrackerEvent event;
  guint                  n_seeds, n_leechers;
  gboolean               is_udp;
} Heard;

static void
on_announce (gpointer owner, const ShoalTrackerdAnnounce *announce)
{
  Heard *heard = owner;

  heard->n++;
  heard->peer = announce->peer;
  heard->event = announce->request->event;
  heard->n_seeds = announce->n_seeds;
  heard->n_leechers = announce->n_leechers;
  heard->is_udp = announce->is_udp;
}

static ShoalBaseAddress
address (const char *text)
{
  ShoalBaseAddress result;

  g_assert_true (shoal_base_address_parse (&result, text));
  return result;
}

static ShoalSwarmKey
hash_a (void)
{
  ShoalSwarmKey hash;

  memset (&hash, 1, sizeof hash);
  hash.bytes[1] = 0;
  return hash;
}

static ShoalCodecTrackerReply *
get (ShoalTrackerdService *service, const char *from, const char *query)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  ShoalBaseAddress        sender = address (from);
  ShoalCodecTrackerReply *reply;

  shoal_trackerd_service_answer_announce (service, &sender, query, START, out);
  reply = shoal_codec_tracker_http_parse_reply (out->data, out->len, &error);
  g_assert_no_error (error);
  return reply;
}

static void
test_http (void)
{
  Heard                heard = { 0 };
  ShoalTrackerdOptions options = { .interval_sec = 77,
                                   .on_announce = on_announce,
                                   .owner = &heard };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  g_autoptr (ShoalCodecTrackerReply) first = NULL;
  g_autoptr (ShoalCodecTrackerReply) second = NULL;
  g_autoptr (ShoalCodecTrackerReply) third = NULL;
  g_autoptr (ShoalCodecTrackerReply) fourth = NULL;
  ShoalBaseAddress *peer;

  /* The sender's own address counts, whatever "ip" says. */
  first = get (service,
               "80.1.1.1:40000",
               "info_hash=" HASH_A "&peer_id=" ID "&port=6881&left=5&compact=1&key=aa&ip=9.9.9.9"
               "&event=started");
  g_assert_null (first->failure);
  g_assert_cmpuint (first->interval_s, ==, 77);
  g_assert_cmpuint (first->min_interval_s, ==, 60);
  g_assert_cmpuint (first->peers->len, ==, 0);
  g_assert_cmpint (first->counts.incomplete, ==, 1);
  g_assert_true (shoal_base_address_equal_ip (&first->external, &heard.peer));
  g_assert_cmpuint (heard.n, ==, 1);
  g_assert_cmpuint (heard.peer.port, ==, 6881);
  g_assert_cmpint (heard.event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);

  second = get (service,
                "[2a00::5]:40000",
                "info_hash=" HASH_A "&peer_id=" ID "&port=6882&left=0&compact=1&key=bb");
  g_assert_cmpuint (second->peers->len, ==, 1);
  g_assert_cmpint (second->counts.complete, ==, 1);
  peer = &g_array_index (second->peers, ShoalBaseAddress, 0);
  g_assert_cmpuint (peer->port, ==, 6881);
  g_assert_cmpint (peer->family, ==, AF_INET);

  /* Dictionaries, both families. */
  third = get (service,
               "80.1.1.3:40000",
               "info_hash=" HASH_A "&peer_id=" ID "&port=6883&left=9&compact=0&key=cc");
  g_assert_cmpuint (third->peers->len, ==, 2);
  g_assert_cmpuint (heard.n_leechers, ==, 2);

  fourth = get (service,
                "80.1.1.4:40000",
                "info_hash=" HASH_A "&peer_id=" ID "&port=6884&left=9&numwant=1&key=dd");
  g_assert_cmpuint (fourth->peers->len, ==, 1);
}

static void
test_http_malformed (void)
{
  static const char *const queries[] = {
    "",
    "info_hash=abc&peer_id=" ID "&port=1&left=1",
    "info_hash=" HASH_A "&peer_id=short&port=1&left=1",
    "info_hash=" HASH_A "&peer_id=" ID "&port=70000&left=1",
    "info_hash=" HASH_A "&peer_id=" ID "&port=1&left=-1",
    "info_hash=%0&peer_id=" ID "&port=1&left=1",
    "info_hash=" HASH_A "&peer_id=" ID "&left=1",
    "&&&===&",
  };
  ShoalTrackerdOptions options = { 0 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  ShoalTrackerdStats stats;
  guint              i;

  for (i = 0; i < G_N_ELEMENTS (queries); i++)
    {
      g_autoptr (ShoalCodecTrackerReply) reply = get (service, "80.1.1.1:1", queries[i]);

      g_assert_nonnull (reply->failure);
    }
  shoal_codec_tracker_reply_free (get (service, "80.1.1.1:1", NULL));
  shoal_trackerd_service_get_stats (service, &stats);
  g_assert_cmpuint (stats.n_peers, ==, 0);
  g_assert_cmpuint (stats.n_refused, ==, G_N_ELEMENTS (queries) + 1);
}

static void
test_http_scrape (void)
{
  ShoalTrackerdOptions options = { 0 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GByteArray) refused = g_byte_array_new ();
  g_autoptr (GArray) rows = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char            *failure = NULL;
  ShoalCodecTrackerScrapeRow *row;
  ShoalSwarmKey               hash = hash_a ();

  shoal_codec_tracker_reply_free (
      get (service, "80.1.1.1:1", "info_hash=" HASH_A "&peer_id=" ID "&port=1&left=0"));
  shoal_trackerd_service_answer_scrape (
      service, "info_hash=" HASH_A "&info_hash=zzzzzzzzzzzzzzzzzzzz&info_hash=" HASH_A, out);
  rows = shoal_codec_tracker_http_parse_scrape (out->data, out->len, 10, &failure, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (rows->len, ==, 1);
  row = &g_array_index (rows, ShoalCodecTrackerScrapeRow, 0);
  g_assert_true (shoal_sha1_equal (&row->info_hash, &hash));
  g_assert_cmpint (row->counts.complete, ==, 1);

  /* All of them: nobody's business. */
  shoal_trackerd_service_answer_scrape (service, NULL, refused);
  g_assert_null (
      shoal_codec_tracker_http_parse_scrape (refused->data, refused->len, 10, &failure, NULL));
  g_assert_nonnull (failure);
}

static guint64
connect_udp (ShoalTrackerdService *service, const char *from, gint64 now_usec)
{
  guint8           packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint8           out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalBaseAddress sender = address (from);
  gsize            len = shoal_codec_tracker_udp_write_connect (packet, 4711);
  guint64          connection;

  len = shoal_trackerd_service_answer_udp (service, &sender, packet, len, now_usec, out);
  g_assert_cmpuint (len, ==, 16);
  g_assert_cmphex (shoal_base_read_be32 (out + 4), ==, 4711);
  g_assert_true (shoal_codec_tracker_udp_parse_connect (out, len, &connection));
  return connection;
}

static gsize
announce_udp (ShoalTrackerdService *service,
              const char           *from,
              guint64               connection,
              gint64                now_usec,
              guint8               *out)
{
  ShoalBaseAddress          sender = address (from);
  guint8                    packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalCodecTrackerAnnounce announce = {
    .info_hash = hash_a (), .left = 1, .num_want = -1, .port = sender.port, .has_key = TRUE
  };
  gsize len =
      shoal_codec_tracker_udp_write_announce (packet, connection, 99, &announce, "/announce");

  return shoal_trackerd_service_answer_udp (service, &sender, packet, len, now_usec, out);
}

static void
test_udp (void)
{
  Heard                heard = { 0 };
  ShoalTrackerdOptions options = { .on_announce = on_announce, .owner = &heard };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  static const char *const families[] = { "80.1.1.%u:%u", "[2a00::%x]:%u" };
  guint8                   out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint                    f, i;

  for (f = 0; f < G_N_ELEMENTS (families); f++)
    for (i = 1; i <= 120; i++)
      {
        char    from[64];
        guint64 connection;
        gsize   len;
        g_autoptr (ShoalCodecTrackerReply) reply = NULL;

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        g_snprintf (from, sizeof from, families[f], i, 1000 + i);
#pragma GCC diagnostic pop
        connection = connect_udp (service, from, START);
        len = announce_udp (service, from, connection, START, out);
        reply = shoal_codec_tracker_udp_parse_announce (out, len, f == 0 ? AF_INET : AF_INET6);
        g_assert_nonnull (reply);
        g_assert_cmpuint (reply->interval_s, ==, 1800);
        g_assert_cmpuint (reply->peers->len, ==, MIN (i - 1, 50));
        g_assert_cmpint (reply->counts.incomplete, ==, i + 120 * f);
        g_assert_true (heard.is_udp);
        g_assert_cmpuint (heard.peer.port, ==, 1000 + i);
      }
}

static void
test_udp_connection (void)
{
  static const struct
  {
    const char *from;
    gint64      seconds;
    gboolean    is_good;
  } rows[] = {
    { "80.1.1.1:5", 0, TRUE },     { "80.1.1.1:6", 0, TRUE },  { "80.1.1.1:5", 120, TRUE },
    { "80.1.1.1:5", 300, FALSE },  { "80.1.1.2:5", 0, FALSE }, { "[2a00::1]:5", 0, FALSE },
    { "80.1.1.1:5", 3600, FALSE },
  };
  ShoalTrackerdOptions options = { 0 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  guint64            connection = connect_udp (service, "80.1.1.1:5", START);
  guint8             out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalTrackerdStats stats;
  guint              i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64 now_usec = START + rows[i].seconds * G_USEC_PER_SEC;
      gsize  len = announce_udp (service, rows[i].from, connection, now_usec, out);

      g_assert_cmpint (len > 0, ==, rows[i].is_good);
    }
  g_assert_cmpuint (announce_udp (service, "80.1.1.1:5", connection ^ 1, START, out), ==, 0);
  shoal_trackerd_service_get_stats (service, &stats);
  g_assert_cmpuint (stats.n_dropped, ==, 5);
}

static void
test_udp_others (void)
{
  ShoalSwarmKey        allowed = { { 42 } };
  ShoalTrackerdOptions options = { .allowed = &allowed, .n_allowed = 1 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  ShoalSwarmKey           asked[2] = { { { 42 } }, { { 43 } } };
  ShoalBaseAddress        from = address ("80.1.1.1:5");
  guint64                 connection = connect_udp (service, "80.1.1.1:5", START);
  guint8                  packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint8                  out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalCodecTrackerCounts counts[2];
  g_autofree char        *words = NULL;
  gsize                   len;
  guint                   n, i;

  /* Not allowed: said so. */
  len = announce_udp (service, "80.1.1.1:5", connection, START, out);
  words = shoal_codec_tracker_udp_dup_error (out, len);
  g_assert_nonnull (words);

  len = shoal_codec_tracker_udp_write_scrape (packet, connection, 5, asked, 2);
  len = shoal_trackerd_service_answer_udp (service, &from, packet, len, START, out);
  g_assert_true (shoal_codec_tracker_udp_parse_scrape (out, len, counts, 2, &n));
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpint (counts[0].complete, ==, 0);

  /* Whatever is cut or foreign: silence. */
  len = shoal_codec_tracker_udp_write_connect (packet, 1);
  for (i = 0; i < len; i++)
    g_assert_cmpuint (
        shoal_trackerd_service_answer_udp (service, &from, packet, i, START, out), ==, 0);
  memset (packet, 0xff, sizeof packet);
  g_assert_cmpuint (
      shoal_trackerd_service_answer_udp (service, &from, packet, sizeof packet, START, out), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/trackerd/service/http", test_http);
  g_test_add_func ("/trackerd/service/http-malformed", test_http_malformed);
  g_test_add_func ("/trackerd/service/http-scrape", test_http_scrape);
  g_test_add_func ("/trackerd/service/udp", test_udp);
  g_test_add_func ("/trackerd/service/udp-connection", test_udp_connection);
  g_test_add_func ("/trackerd/service/udp-others", test_udp_others);
  return g_test_run ();
}
