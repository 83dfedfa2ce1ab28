/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-tracker-udp.h"

#include <string.h>
#include <sys/socket.h>

#include "base/shoal-base-bytes.h"

static void
test_connect (void)
{
  static const guint8 expected[] = {
    0, 0, 4, 0x17, 0x27, 0x10, 0x19, 0x80, 0, 0, 0, 0, 1, 2, 3, 4
  };
  guint8                      packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gsize                       len = shoal_codec_tracker_udp_write_connect (packet, 0x01020304);
  guint64                     connection = 0;
  guint32                     transaction;
  ShoalCodecTrackerUdpAction  action;
  ShoalCodecTrackerUdpRequest request;

  g_assert_cmpmem (packet, len, expected, sizeof expected);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &request));
  g_assert_cmpint (request.action, ==, SHOAL_CODEC_TRACKER_UDP_CONNECT);
  g_assert_cmpuint (request.transaction, ==, 0x01020304);
  packet[7] ^= 1;
  g_assert_false (shoal_codec_tracker_udp_parse_request (packet, len, &request));

  len = shoal_codec_tracker_udp_write_connect_reply (
      packet, 5, G_GUINT64_CONSTANT (0x1122334455667788));
  g_assert_true (shoal_codec_tracker_udp_parse_head (packet, len, &action, &transaction));
  g_assert_cmpint (action, ==, SHOAL_CODEC_TRACKER_UDP_CONNECT);
  g_assert_cmpuint (transaction, ==, 5);
  g_assert_false (shoal_codec_tracker_udp_parse_connect (packet, 15, &connection));
  g_assert_true (shoal_codec_tracker_udp_parse_connect (packet, len + 7, &connection));
  g_assert_cmpuint (connection, ==, G_GUINT64_CONSTANT (0x1122334455667788));
}

static void
test_announce (void)
{
  ShoalCodecTrackerAnnounce   announce = { .downloaded = 1,
                                           .left = SHOAL_CODEC_TRACKER_LEFT_UNKNOWN,
                                           .uploaded = 3,
                                           .event = SHOAL_CODEC_TRACKER_EVENT_STARTED,
                                           .num_want = -1,
                                           .key = 7,
                                           .port = 6881 };
  guint8                      packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gsize                       len;
  gsize                       cut;
  ShoalCodecTrackerUdpRequest request;

  memset (announce.info_hash.bytes, 'h', 20);
  memset (announce.peer_id.bytes, 'p', 20);
  len = shoal_codec_tracker_udp_write_announce (packet, 99, 5, &announce, NULL);
  g_assert_cmpuint (len, ==, 98);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &request));
  g_assert_cmpint (request.action, ==, SHOAL_CODEC_TRACKER_UDP_ANNOUNCE);
  g_assert_cmpuint (request.connection, ==, 99);
  g_assert_cmpmem (request.announce.info_hash.bytes, 20, announce.info_hash.bytes, 20);
  g_assert_cmpmem (request.announce.peer_id.bytes, 20, announce.peer_id.bytes, 20);
  g_assert_cmpuint (request.announce.downloaded, ==, 1);
  g_assert_cmpuint (request.announce.left, ==, 16384);
  g_assert_cmpuint (request.announce.uploaded, ==, 3);
  g_assert_cmpint (request.announce.event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpint (request.announce.num_want, ==, -1);
  g_assert_cmpuint (request.announce.key, ==, 7);
  g_assert_cmpuint (request.announce.port, ==, 6881);
  g_assert_cmpuint (request.ip, ==, 0);
  g_assert_cmpstr (request.url_data, ==, "");
  for (cut = 0; cut < len; cut++)
    g_assert_false (shoal_codec_tracker_udp_parse_request (packet, cut, &request));
  announce.event = SHOAL_CODEC_TRACKER_EVENT_PAUSED;
  shoal_codec_tracker_udp_write_announce (packet, 99, 5, &announce, NULL);
  g_assert_cmpuint (shoal_base_read_be32 (packet + 80), ==, 0);
  shoal_base_write_be32 (packet + 80, 4);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &request));
  g_assert_cmpint (request.announce.event, ==, SHOAL_CODEC_TRACKER_EVENT_NONE);
  announce.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  announce.num_want = 50;
  shoal_codec_tracker_udp_write_announce (packet, 99, 5, &announce, NULL);
  g_assert_cmpuint (shoal_base_read_be32 (packet + 92), ==, 0);
}

/* BEP 41. */
static void
test_url_data (void)
{
  static const struct
  {
    const char *options;
    gsize       len;
    const char *url_data;
  } rows[] = {
    { "\x02\x0c/dir?a=b&c=d", 14, "/dir?a=b&c=d" },
    { "\x02\x0c/dir?a=b&c=d\x01\x01\x00", 17, "/dir?a=b&c=d" },
    { "\x02\x00", 2, "" },
    { "\x02\x02/a\x02\x02/b", 8, "/a/b" },
    { "\x01\x09\x03xyz\x02\x02/a", 10, "/a" },
    { "\x00\x02\x02/a", 5, "" },
    { "\x02\x05/a", 4, "" },
    { "\x02", 1, "" },
    { "\x09", 1, "" },
  };
  ShoalCodecTrackerAnnounce   announce = { .num_want = -1 };
  guint8                      packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalCodecTrackerUdpRequest request;
  g_autofree char            *longest = g_strnfill (SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA, 'u');
  g_autofree char            *too_long = g_strnfill (SHOAL_CODEC_TRACKER_UDP_MAX_URL_DATA + 1, 'u');
  gsize                       len;
  guint                       i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      shoal_codec_tracker_udp_write_announce (packet, 1, 2, &announce, NULL);
      memcpy (packet + 98, rows[i].options, rows[i].len);
      g_assert_true (shoal_codec_tracker_udp_parse_request (packet, 98 + rows[i].len, &request));
      g_assert_cmpstr (request.url_data, ==, rows[i].url_data);
      g_assert_cmpuint (request.url_data_len, ==, strlen (rows[i].url_data));
    }
  len = shoal_codec_tracker_udp_write_announce (packet, 1, 2, &announce, "/dir?a=b&c=d");
  g_assert_cmpmem (packet + 98, len - 98, rows[0].options, rows[0].len);
  len = shoal_codec_tracker_udp_write_announce (packet, 1, 2, &announce, longest);
  g_assert_cmpuint (len, <=, SHOAL_CODEC_TRACKER_UDP_FRAME);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &request));
  g_assert_cmpstr (request.url_data, ==, longest);
  g_assert_cmpuint (
      shoal_codec_tracker_udp_write_announce (packet, 1, 2, &announce, too_long), ==, 98);
}

static void
test_announce_reply (gconstpointer data)
{
  int                               family = GPOINTER_TO_INT (data);
  gsize                             stride = family == AF_INET ? 6 : 18;
  guint8                            packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint8                            peers[300 * 18];
  ShoalCodecTrackerUdpAnnounceReply reply = { .interval_s = 1800,
                                              .leechers = 2,
                                              .seeders = 1,
                                              .peers = peers,
                                              .peers_len = 2 * stride,
                                              .family = family };
  g_autoptr (ShoalCodecTrackerReply) read = NULL;
  g_autoptr (ShoalCodecTrackerReply) many = NULL;
  gsize len;

  memset (peers, 7, sizeof peers);
  len = shoal_codec_tracker_udp_write_announce_reply (packet, 5, &reply);
  g_assert_cmpuint (len, ==, 20 + 2 * stride);
  g_assert_null (shoal_codec_tracker_udp_parse_announce (packet, 19, family));
  read = shoal_codec_tracker_udp_parse_announce (packet, len + 1, family);
  g_assert_cmpuint (read->interval_s, ==, 1800);
  g_assert_cmpint (read->counts.complete, ==, 1);
  g_assert_cmpint (read->counts.incomplete, ==, 2);
  g_assert_cmpint (read->counts.downloaded, ==, -1);
  g_assert_cmpuint (read->peers->len, ==, 2);
  g_assert_cmpuint (g_array_index (read->peers, ShoalBaseAddress, 1).family, ==, family);
  g_assert_cmpuint (g_array_index (read->peers, ShoalBaseAddress, 1).port, ==, 0x0707);
  reply.peers_len = 300 * stride;
  len = shoal_codec_tracker_udp_write_announce_reply (packet, 5, &reply);
  g_assert_cmpuint (len, <=, SHOAL_CODEC_TRACKER_UDP_FRAME);
  g_assert_cmpuint ((len - 20) % stride, ==, 0);
  many = shoal_codec_tracker_udp_parse_announce (packet, len, family);
  g_assert_cmpuint (many->peers->len, ==, (len - 20) / stride);
}

static void
test_scrape (void)
{
  ShoalSwarmKey               keys[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  ShoalCodecTrackerCounts     counts[3] = { { 1, 2, 3 }, { -1, -1, -1 }, { G_MAXINT64, 0, 0 } };
  ShoalCodecTrackerCounts     read[3];
  guint8                      packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalCodecTrackerUdpRequest request;
  gsize                       len;
  guint                       n;

  memset (keys, 'k', sizeof keys);
  len =
      shoal_codec_tracker_udp_write_scrape (packet, 1, 2, keys, SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE);
  g_assert_cmpuint (len, <=, sizeof packet);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &request));
  g_assert_cmpuint (request.n_hashes, ==, SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE);
  g_assert_cmpmem (request.info_hashes, 20, keys, 20);
  g_assert_false (shoal_codec_tracker_udp_parse_request (packet, 35, &request));
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, 55, &request));
  g_assert_cmpuint (request.n_hashes, ==, 1);
  g_assert_cmpuint (shoal_codec_tracker_udp_write_scrape (packet, 1, 2, keys, 70),
                    <=,
                    SHOAL_CODEC_TRACKER_UDP_FRAME);

  len = shoal_codec_tracker_udp_write_scrape_reply (packet, 2, counts, 3);
  g_assert_cmpuint (len, ==, 8 + 36);
  g_assert_true (shoal_codec_tracker_udp_parse_scrape (packet, len, read, 3, &n));
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpint (read[0].complete, ==, 1);
  g_assert_cmpint (read[0].incomplete, ==, 2);
  g_assert_cmpint (read[0].downloaded, ==, 3);
  g_assert_cmpint (read[1].complete, ==, 0);
  g_assert_cmpint (read[2].complete, ==, G_MAXUINT32);
  g_assert_true (shoal_codec_tracker_udp_parse_scrape (packet, len - 1, read, 3, &n));
  g_assert_cmpuint (n, ==, 2);
  g_assert_true (shoal_codec_tracker_udp_parse_scrape (packet, len, read, 1, &n));
  g_assert_cmpuint (n, ==, 1);
  g_assert_false (shoal_codec_tracker_udp_parse_scrape (packet, 7, read, 1, &n));
}

static void
test_error (void)
{
  guint8                     packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  gsize                      len = shoal_codec_tracker_udp_write_error (packet, 2, "go away");
  g_autofree char           *text = shoal_codec_tracker_udp_dup_error (packet, len);
  g_autofree char           *empty = shoal_codec_tracker_udp_dup_error (packet, 8);
  g_autofree char           *damaged = NULL;
  g_autofree char           *much = g_strnfill (5000, 'x');
  guint32                    transaction;
  ShoalCodecTrackerUdpAction action;

  g_assert_cmpstr (text, ==, "go away");
  g_assert_cmpstr (empty, ==, "");
  g_assert_null (shoal_codec_tracker_udp_dup_error (packet, 7));
  packet[8] = 0xff;
  packet[len] = 0;
  damaged = shoal_codec_tracker_udp_dup_error (packet, len + 1);
  g_assert_cmpstr (damaged, ==, "\xef\xbf\xbdo away");
  packet[3] = 4;
  g_assert_false (shoal_codec_tracker_udp_parse_head (packet, len, &action, &transaction));
  packet[3] = 1;
  g_assert_null (shoal_codec_tracker_udp_dup_error (packet, len));
  g_assert_cmpuint (
      shoal_codec_tracker_udp_write_error (packet, 2, much), <=, SHOAL_CODEC_TRACKER_UDP_FRAME);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/tracker-udp/connect", test_connect);
  g_test_add_func ("/codec/tracker-udp/announce", test_announce);
  g_test_add_func ("/codec/tracker-udp/url-data", test_url_data);
  g_test_add_data_func (
      "/codec/tracker-udp/announce-reply-ipv4", GINT_TO_POINTER (AF_INET), test_announce_reply);
  g_test_add_data_func (
      "/codec/tracker-udp/announce-reply-ipv6", GINT_TO_POINTER (AF_INET6), test_announce_reply);
  g_test_add_func ("/codec/tracker-udp/scrape", test_scrape);
  g_test_add_func ("/codec/tracker-udp/error", test_error);
  return g_test_run ();
}
