/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-tracker-serve.h"

#include <string.h>
#include <sys/socket.h>

#include "codec/shoal-codec-tracker-http.h"

#define HASH   "%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A"
#define ID     "-SH0100-aaaaaaaaaaaa"
#define NEEDED "info_hash=" HASH "&peer_id=" ID "&port=6881"

static void
test_announce (void)
{
  ShoalCodecTrackerAnnounce announce;

  g_assert_cmpint (shoal_codec_tracker_serve_parse_announce (
                       NEEDED "&uploaded=1&downloaded=2&left=3&corrupt=4&key=00000ABC&event=started"
                              "&numwant=80&compact=1&no_peer_id=1&supportcrypto=1&unknown=x&flag&=",
                       &announce),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_OK);
  g_assert_cmpmem (
      announce.info_hash.bytes,
      20,
      "\x12\x34\x56\x78\x9a\xbc\xde\xf1\x23\x45\x67\x89\xab\xcd\xef\x12\x34\x56\x78\x9a",
      20);
  g_assert_cmpmem (announce.peer_id.bytes, 20, ID, 20);
  g_assert_cmpuint (announce.port, ==, 6881);
  g_assert_cmpuint (announce.uploaded, ==, 1);
  g_assert_cmpuint (announce.downloaded, ==, 2);
  g_assert_cmpuint (announce.left, ==, 3);
  g_assert_cmpuint (announce.corrupt, ==, 4);
  g_assert_cmpuint (announce.key, ==, 0xabc);
  g_assert_cmpint (announce.event, ==, SHOAL_CODEC_TRACKER_EVENT_STARTED);
  g_assert_cmpint (announce.num_want, ==, 80);
  g_assert_true (announce.has_key && announce.wants_compact && announce.wants_no_peer_id &&
                 announce.supports_encryption);

  g_assert_cmpint (shoal_codec_tracker_serve_parse_announce (
                       NEEDED "&key=odd-key!&event=dancing&numwant=-5", &announce),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_OK);
  g_assert_true (announce.left == SHOAL_CODEC_TRACKER_LEFT_UNKNOWN);
  g_assert_cmpint (announce.num_want, ==, SHOAL_CODEC_TRACKER_WANT_DEFAULT);
  g_assert_cmpint (announce.event, ==, SHOAL_CODEC_TRACKER_EVENT_NONE);
  g_assert_true (announce.has_key && !announce.wants_compact);
}

static void
test_refused (void)
{
  static const struct
  {
    const char                  *query;
    ShoalCodecTrackerServeResult result;
  } rows[] = {
    { "", SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH },
    { "&&&", SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH },
    { "info_hash=short&peer_id=" ID "&port=1", SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH },
    { "info_hash=" HASH "x&peer_id=" ID "&port=1", SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH },
    { "info_hash=" HASH "&port=1", SHOAL_CODEC_TRACKER_SERVE_BAD_PEER_ID },
    { "info_hash=" HASH "&peer_id=" ID, SHOAL_CODEC_TRACKER_SERVE_BAD_PORT },
    { "info_hash=" HASH "&peer_id=" ID "&port=0", SHOAL_CODEC_TRACKER_SERVE_BAD_PORT },
    { "info_hash=" HASH "&peer_id=" ID "&port=65536", SHOAL_CODEC_TRACKER_SERVE_BAD_PORT },
    { "info_hash=" HASH "&peer_id=" ID "&port=1%00", SHOAL_CODEC_TRACKER_SERVE_BAD_PORT },
    { NEEDED "&left=-1", SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER },
    { NEEDED "&left=99999999999999999999", SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER },
    { NEEDED "&left=1%00", SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER },
    { NEEDED "&x=%", SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE },
    { NEEDED "&x=%4", SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE },
    { NEEDED "&x=%4&y=4", SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE },
    { NEEDED "&x=%zz", SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE },
  };
  g_autofree char          *long_query = g_strnfill (SHOAL_CODEC_TRACKER_SERVE_MAX_QUERY + 1, 'a');
  ShoalCodecTrackerAnnounce announce;
  guint                     i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].query);
      g_assert_cmpint (
          shoal_codec_tracker_serve_parse_announce (rows[i].query, &announce), ==, rows[i].result);
      g_assert_nonnull (shoal_codec_tracker_serve_result_text (rows[i].result));
    }
  g_assert_cmpint (shoal_codec_tracker_serve_parse_announce (long_query, &announce),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_TOO_LONG);
}

static void
test_scrape_query (void)
{
  ShoalSwarmKey keys[2];
  guint         n;

  g_assert_cmpint (
      shoal_codec_tracker_serve_parse_scrape ("", keys, 2, &n), ==, SHOAL_CODEC_TRACKER_SERVE_OK);
  g_assert_cmpuint (n, ==, 0);
  g_assert_cmpint (shoal_codec_tracker_serve_parse_scrape (
                       "passkey=1&info_hash=" HASH "&info_hash=" ID, keys, 2, &n),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_OK);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpmem (keys[1].bytes, 20, ID, 20);
  g_assert_cmpint (shoal_codec_tracker_serve_parse_scrape (
                       "info_hash=" ID "&info_hash=" ID "&info_hash=" ID, keys, 2, &n),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_TOO_MANY);
  g_assert_cmpint (shoal_codec_tracker_serve_parse_scrape ("info_hash=abc", keys, 2, &n),
                   ==,
                   SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH);
}

/* What a server writes, a client reads. */
static void
test_reply (gconstpointer data)
{
  gboolean                    compact = GPOINTER_TO_INT (data);
  ShoalCodecTrackerPeer       peers[3];
  ShoalBaseAddress            external;
  ShoalCodecTrackerServeReply reply = { .peers = peers,
                                        .n_peers = 3,
                                        .counts = { 1, 2, 3 },
                                        .interval_s = 1800,
                                        .min_interval_s = 60,
                                        .external = &external,
                                        .warning = "careful" };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecTrackerReply) read = NULL;
  guint i, k;

  reply.compact = compact;
  g_assert_true (shoal_base_address_parse (&peers[0].address, "192.0.2.1:1"));
  g_assert_true (shoal_base_address_parse (&peers[1].address, "[2001:db8::1]:2"));
  g_assert_true (shoal_base_address_parse (&peers[2].address, "192.0.2.3:3"));
  g_assert_true (shoal_base_address_parse_ip (&external, "198.51.100.7"));
  for (i = 0; i < 3; i++)
    memset (peers[i].peer_id.bytes, 'a' + (int) i, 20);
  shoal_codec_tracker_serve_write_reply (out, &reply);
  read = shoal_codec_tracker_http_parse_reply (out->data, out->len, NULL);
  g_assert_nonnull (read);
  g_assert_cmpint (read->counts.complete, ==, 1);
  g_assert_cmpint (read->counts.incomplete, ==, 2);
  g_assert_cmpint (read->counts.downloaded, ==, 3);
  g_assert_cmpuint (read->interval_s, ==, 1800);
  g_assert_cmpuint (read->min_interval_s, ==, 60);
  g_assert_cmpstr (read->warning, ==, "careful");
  g_assert_true (shoal_base_address_equal (&read->external, &external));
  g_assert_cmpuint (read->peers->len, ==, 3);
  for (i = 0; i < 3; i++)
    {
      for (k = 0; k < 3; k++)
        if (shoal_base_address_equal (&g_array_index (read->peers, ShoalBaseAddress, k),
                                      &peers[i].address))
          break;
      g_assert_cmpuint (k, <, 3);
    }
  {
    g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
    ShoalCodecBencodeLimits limits = { 10000, 8, 1000 };

    g_assert_true (shoal_codec_bencode_parse (document, out->data, out->len, &limits, NULL));
    g_assert_cmpint (shoal_codec_bencode_get_flaws (document), ==, 0);
  }
}

static void
test_bytes (void)
{
  ShoalCodecTrackerServeReply empty = { .counts = { -1, -1, -1 }, .interval_s = 5, .compact = 1 };
  ShoalCodecTrackerScrapeRow  row = { .counts = { 1, 2, 3 } };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const char *expected = "d8:intervali5e5:peers0:e";

  shoal_codec_tracker_serve_write_reply (out, &empty);
  g_assert_cmpmem (out->data, out->len, expected, strlen (expected));
  g_byte_array_set_size (out, 0);
  shoal_codec_tracker_serve_write_failure (out, "no", 61);
  expected = "d14:failure reason2:no8:retry ini2ee";
  g_assert_cmpmem (out->data, out->len, expected, strlen (expected));
  g_byte_array_set_size (out, 0);
  shoal_codec_tracker_serve_write_failure (out, "no", SHOAL_CODEC_TRACKER_RETRY_NEVER);
  expected = "d14:failure reason2:no8:retry in5:nevere";
  g_assert_cmpmem (out->data, out->len, expected, strlen (expected));
  g_byte_array_set_size (out, 0);
  memset (row.info_hash.bytes, 'x', 20);
  shoal_codec_tracker_serve_write_scrape (out, &row, 1);
  expected = "d5:filesd20:xxxxxxxxxxxxxxxxxxxxd8:completei1e10:downloadedi3e10:incompletei2eeee";
  g_assert_cmpmem (out->data, out->len, expected, strlen (expected));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/tracker-serve/announce", test_announce);
  g_test_add_func ("/codec/tracker-serve/refused", test_refused);
  g_test_add_func ("/codec/tracker-serve/scrape-query", test_scrape_query);
  g_test_add_data_func ("/codec/tracker-serve/reply-compact", GINT_TO_POINTER (1), test_reply);
  g_test_add_data_func ("/codec/tracker-serve/reply-dictionaries", GINT_TO_POINTER (0), test_reply);
  g_test_add_func ("/codec/tracker-serve/bytes", test_bytes);
  return g_test_run ();
}
