/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-tracker-http.h"

#include <string.h>
#include <sys/socket.h>

#include "codec/shoal-codec-url.h"

static ShoalCodecTrackerReply *
parse (const char *text, gsize len, GError **error)
{
  return shoal_codec_tracker_http_parse_reply ((const guint8 *) text, len, error);
}

#define PARSE(literal) parse (literal, sizeof literal - 1, NULL)

static void
assert_peer (const ShoalCodecTrackerReply *reply, guint i, const char *expected)
{
  char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  g_assert_cmpuint (reply->peers->len, >, i);
  g_assert_cmpstr (
      shoal_base_address_format (&g_array_index (reply->peers, ShoalBaseAddress, i), TRUE, text),
      ==,
      expected);
}

static ShoalCodecTrackerAnnounce
make_announce (void)
{
  ShoalCodecTrackerAnnounce announce = {
    .uploaded = 1,
    .downloaded = 2,
    .left = 3,
    .port = 6881,
    .key = 0xabc,
    .num_want = SHOAL_CODEC_TRACKER_WANT_DEFAULT,
  };

  memcpy (announce.info_hash.bytes,
          "\x12\x34\x56\x78\x9a\xbc\xde\xf1\x23\x45\x67\x89\xab\xcd\xef\x12\x34\x56\x78\x9a",
          20);
  memcpy (announce.peer_id.bytes, "-SH0100-Za~.=& /?0\xff\0", 20);
  return announce;
}

#define HASH "%124Vx%9A%BC%DE%F1%23Eg%89%AB%CD%EF%124Vx%9A"
#define QUERY                                                                                      \
  "info_hash=" HASH "&peer_id=-SH0100-Za~.%3D%26%20%2F%3F0%FF%00&port=6881&uploaded=1&downloaded=" \
  "2&left=3&key=00000ABC"
#define TAIL "&compact=1&no_peer_id=1"

static void
test_announce_url (void)
{
  static const char *const rows[][2] = {
    { "http://t.example/announce", "http://t.example/announce?" QUERY TAIL },
    { "http://t.example:8080/x/announce?passkey=1%2f",
      "http://t.example:8080/x/announce?passkey=1%2f&" QUERY TAIL },
    { "https://t.example/announce?", "https://t.example/announce?" QUERY TAIL },
    { "https://t.example/announce?a=b&", "https://t.example/announce?a=b&" QUERY TAIL },
    { "http://t.example/announce#part", "http://t.example/announce?" QUERY TAIL },
    { "http://t.example", "http://t.example?" QUERY TAIL },
  };
  ShoalCodecTrackerAnnounce announce = make_announce ();
  guint                     i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *url =
          shoal_codec_tracker_http_dup_announce_url (rows[i][0], &announce, NULL);

      g_assert_cmpstr (url, ==, rows[i][1]);
    }
}

static void
test_announce_options (void)
{
  ShoalCodecTrackerAnnounce announce = make_announce ();
  g_autoptr (GBytes) id = g_bytes_new_static ("a b", 3);
  ShoalBaseAddress            v4, v6;
  ShoalCodecTrackerHttpExtras extras = { .tracker_id = id, .ipv4 = &v4, .ipv6 = &v6 };
  g_autofree char            *all = NULL;
  g_autofree char            *stopped = NULL;
  g_autofree char            *unknown = NULL;

  g_assert_true (shoal_base_address_parse_ip (&v4, "192.0.2.1"));
  g_assert_true (shoal_base_address_parse_ip (&v6, "2001:db8::1"));
  announce.event = SHOAL_CODEC_TRACKER_EVENT_STARTED;
  announce.num_want = 80;
  announce.corrupt = 9;
  announce.supports_encryption = 1;
  all = shoal_codec_tracker_http_dup_announce_url ("http://t/a", &announce, &extras);
  g_assert_nonnull (
      strstr (all,
              "&left=3&corrupt=9&key=00000ABC&event=started&numwant=80" TAIL
              "&supportcrypto=1&ipv4=192.0.2.1&ipv6=2001%3Adb8%3A%3A1&trackerid=a%20b"));
  announce.event = SHOAL_CODEC_TRACKER_EVENT_STOPPED;
  stopped = shoal_codec_tracker_http_dup_announce_url ("http://t/a", &announce, NULL);
  g_assert_nonnull (strstr (stopped, "&event=stopped&numwant=0"));
  announce.left = SHOAL_CODEC_TRACKER_LEFT_UNKNOWN;
  announce.event = SHOAL_CODEC_TRACKER_EVENT_PAUSED;
  unknown = shoal_codec_tracker_http_dup_announce_url ("http://t/a", &announce, NULL);
  g_assert_nonnull (strstr (unknown, "&left=16384&"));
  g_assert_nonnull (strstr (unknown, "&event=paused&"));
}

static void
test_scrape_url (void)
{
  /* The examples of BEP 48 and of its convention. */
  static const char *const rows[][2] = {
    { "http://example.com/announce", "http://example.com/scrape?info_hash=" HASH },
    { "http://example.com/x/announce", "http://example.com/x/scrape?info_hash=" HASH },
    { "http://example.com/announce.php", "http://example.com/scrape.php?info_hash=" HASH },
    { "http://example.com/announce?x2%0644", "http://example.com/scrape?x2%0644&info_hash=" HASH },
    { "http://example.com/a", NULL },
    { "http://example.com/announce?x=2/4", "http://example.com/scrape?x=2/4&info_hash=" HASH },
    { "http://example.com/x%064announce", NULL },
    { "http://announce.example.com/", NULL },
    { "http://announce", NULL },
    { "http://example.com/announce/x", NULL },
    { "announce", NULL },
  };
  ShoalCodecTrackerAnnounce announce = make_announce ();
  guint                     i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *url =
          shoal_codec_tracker_http_dup_scrape_url (rows[i][0], &announce.info_hash, 1);

      g_assert_cmpstr (url, ==, rows[i][1]);
      g_assert_cmpint (shoal_codec_tracker_http_can_scrape (rows[i][0]), ==, rows[i][1] != NULL);
    }
}

static void
test_compact (void)
{
  g_autoptr (ShoalCodecTrackerReply) reply =
      PARSE ("d8:completei5e10:downloadedi50e11:external ip4:\x01\x02\x03\x04"
             "10:incompletei10e8:intervali1800e12:min intervali900e"
             "5:peers13:\x7f\x00\x00\x01\x1a\xe1\x05\x06\x07\x08\x00\x00x"
             "6:peers618:\x20\x01\x0d\xb8\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x1a\xe1"
             "10:tracker id3:a\0b15:warning message5:carefe and more");

  g_assert_nonnull (reply);
  g_assert_null (reply->failure);
  g_assert_cmpstr (reply->warning, ==, "caref");
  g_assert_cmpuint (reply->interval_s, ==, 1800);
  g_assert_cmpuint (reply->min_interval_s, ==, 900);
  g_assert_cmpint (reply->counts.complete, ==, 5);
  g_assert_cmpint (reply->counts.downloaded, ==, 50);
  g_assert_cmpint (reply->counts.incomplete, ==, 10);
  g_assert_cmpmem (
      g_bytes_get_data (reply->tracker_id, NULL), g_bytes_get_size (reply->tracker_id), "a\0b", 3);
  g_assert_cmpuint (reply->peers->len, ==, 2);
  assert_peer (reply, 0, "127.0.0.1:6881");
  assert_peer (reply, 1, "[2001:db8::1]:6881");
  g_assert_cmpuint (reply->external.family, ==, AF_INET);
  g_assert_cmpuint (reply->external.ip[3], ==, 4);
}

static void
test_dictionaries (void)
{
  g_autoptr (ShoalCodecTrackerReply) reply =
      PARSE ("d8:intervali60e5:peersl"
             "d2:ip9:192.0.2.77:peer id20:aaaaaaaaaaaaaaaaaaaa4:porti1ee"
             "d2:ip11:2001:db8::54:porti65535ee"
             "d2:ip12:peer.example4:porti80ee"
             "d2:ip9:bad host!4:porti80ee"
             "d2:ip9:192.0.2.84:porti0ee"
             "d2:ip9:192.0.2.84:porti65536ee"
             "d2:ip9:192.0.2.84:porti-1ee"
             "d4:porti5ee"
             "i7e"
             "ee");

  g_assert_nonnull (reply);
  g_assert_cmpuint (reply->peers->len, ==, 2);
  assert_peer (reply, 0, "192.0.2.7:1");
  assert_peer (reply, 1, "[2001:db8::5]:65535");
  g_assert_cmpuint (reply->hosts->len, ==, 1);
  g_assert_cmpstr (g_array_index (reply->hosts, ShoalCodecHost, 0).host, ==, "peer.example");
  g_assert_cmpuint (g_array_index (reply->hosts, ShoalCodecHost, 0).port, ==, 80);
}

static void
test_failure (void)
{
  static const struct
  {
    const char *text;
    const char *failure;
    gint32      retry_in_s;
  } rows[] = {
    { "d14:failure reason8:not heree", "not here", 0 },
    { "d14:failure reason4:full8:retry ini5ee", "full", 300 },
    { "d14:failure reason4:full8:retry in1:5e", "full", 300 },
    { "d14:failure reason4:full8:retry in5:nevere", "full", SHOAL_CODEC_TRACKER_RETRY_NEVER },
    { "d14:failure reason4:full8:retry ini-5ee", "full", 0 },
    { "d14:failure reason4:full8:retry ini9223372036854775807ee", "full", G_MAXINT32 / 60 * 60 },
    { "d14:failure reason4:\xff"
      "abc8:intervali5ee",
      "\xef\xbf\xbd"
      "abc",
      0 },
    { "d14:failure reason0:e", "", 0 },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalCodecTrackerReply) reply = parse (rows[i].text, strlen (rows[i].text), NULL);

      g_assert_nonnull (reply);
      g_assert_cmpstr (reply->failure, ==, rows[i].failure);
      g_assert_cmpint (reply->retry_in_s, ==, rows[i].retry_in_s);
    }
}

static void
test_malformed (void)
{
  static const char *const rows[] = {
    "",
    "<html>not found</html>",
    "de",
    "i5e",
    "le",
    "d5:hello5:worlde",
    "d8:intervali60e5:peers6:abc",
    "d8:intervallllllllllleeeeeeeeeee",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse (rows[i], strlen (rows[i]), &error));
      g_assert_cmpint (error->domain, ==, SHOAL_CODEC_ERROR);
      g_assert_true (g_str_has_prefix (error->message, "not a tracker's answer: "));
    }
}

/* Wrong types and numbers without sense are as if not said. */
static void
test_odd (void)
{
  g_autoptr (ShoalCodecTrackerReply) reply =
      PARSE ("d8:complete1:x11:external ip5:abcde10:incompletei-7e8:intervali-1e12:min "
             "intervali99999999999e"
             "5:peersi5e6:peers6le10:tracker idi1e15:warning messagei1ee");

  g_assert_nonnull (reply);
  g_assert_cmpint (reply->counts.complete, ==, -1);
  g_assert_cmpint (reply->counts.incomplete, ==, -1);
  g_assert_cmpuint (reply->interval_s, ==, 0);
  g_assert_cmpuint (reply->min_interval_s, ==, G_MAXINT32);
  g_assert_cmpuint (reply->peers->len, ==, 0);
  g_assert_cmpuint (reply->external.family, ==, 0);
  g_assert_null (reply->tracker_id);
  g_assert_null (reply->warning);
}

static void
test_caps (void)
{
  g_autoptr (GString) text = g_string_new ("d5:peersl");
  g_autoptr (GString) compact = g_string_new (NULL);
  g_autoptr (ShoalCodecTrackerReply) reply = NULL;
  g_autoptr (ShoalCodecTrackerReply) packed = NULL;
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < 5000; i++)
    g_string_append_printf (
        text, "d2:ip9:192.0.2.74:porti%uee%s", i + 1, i < 300 ? "d2:ip6:a.name4:porti1ee" : "");
  g_string_append (text, "ee");
  reply = parse (text->str, text->len, NULL);
  g_assert_nonnull (reply);
  g_assert_cmpuint (reply->peers->len, ==, SHOAL_CODEC_TRACKER_MAX_PEERS);
  g_assert_cmpuint (reply->hosts->len, ==, SHOAL_CODEC_TRACKER_MAX_HOSTS);
  g_string_append (compact, "d5:peers60000:");
  for (i = 0; i < 60000; i++)
    g_string_append_c (compact, 'x');
  g_string_append (compact, "e");
  packed = parse (compact->str, compact->len, NULL);
  g_assert_cmpuint (packed->peers->len, ==, SHOAL_CODEC_TRACKER_MAX_PEERS);
  g_string_set_size (compact, SHOAL_CODEC_TRACKER_HTTP_MAX_SIZE + 1);
  g_assert_null (parse (compact->str, compact->len, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_scrape (void)
{
  static const char answer[] =
      "d5:filesd20:xxxxxxxxxxxxxxxxxxxxd8:completei11e10:downloadedi13772e10:incompletei19ee"
      "20:yyyyyyyyyyyyyyyyyyyyd8:completei21e10:downloadedi206e10:incompletei20ee"
      "3:badd8:completei1eee5:flagsdee";
  g_autoptr (GArray) rows = shoal_codec_tracker_http_parse_scrape (
      (const guint8 *) answer, sizeof answer - 1, 60, NULL, NULL);
  g_autoptr (GArray) one = shoal_codec_tracker_http_parse_scrape (
      (const guint8 *) answer, sizeof answer - 1, 1, NULL, NULL);
  const ShoalCodecTrackerScrapeRow *row;

  g_assert_cmpuint (rows->len, ==, 2);
  row = &g_array_index (rows, ShoalCodecTrackerScrapeRow, 1);
  g_assert_cmpmem (row->info_hash.bytes, 20, "yyyyyyyyyyyyyyyyyyyy", 20);
  g_assert_cmpint (row->counts.complete, ==, 21);
  g_assert_cmpint (row->counts.downloaded, ==, 206);
  g_assert_cmpint (row->counts.incomplete, ==, 20);
  g_assert_cmpuint (one->len, ==, 1);
}

static void
test_scrape_failure (void)
{
  static const char refused[] = "d14:failure reason4:nopee";
  g_autofree char  *failure = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_null (shoal_codec_tracker_http_parse_scrape (
      (const guint8 *) refused, sizeof refused - 1, 60, &failure, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_UNSUPPORTED);
  g_assert_cmpstr (failure, ==, "nope");
  g_clear_error (&error);
  g_clear_pointer (&failure, g_free);
  g_assert_null (shoal_codec_tracker_http_parse_scrape (
      (const guint8 *) "d5:filesi1ee", 12, 60, &failure, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED);
  g_assert_null (failure);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/tracker-http/announce-url", test_announce_url);
  g_test_add_func ("/codec/tracker-http/announce-options", test_announce_options);
  g_test_add_func ("/codec/tracker-http/scrape-url", test_scrape_url);
  g_test_add_func ("/codec/tracker-http/compact", test_compact);
  g_test_add_func ("/codec/tracker-http/dictionaries", test_dictionaries);
  g_test_add_func ("/codec/tracker-http/failure", test_failure);
  g_test_add_func ("/codec/tracker-http/malformed", test_malformed);
  g_test_add_func ("/codec/tracker-http/odd", test_odd);
  g_test_add_func ("/codec/tracker-http/caps", test_caps);
  g_test_add_func ("/codec/tracker-http/scrape", test_scrape);
  g_test_add_func ("/codec/tracker-http/scrape-failure", test_scrape_failure);
  return g_test_run ();
}
