/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-magnet.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "codec-test-bencode.h"

#define V1        "0123456789abcdef0123456789abcdef01234567"
#define V1_BASE32 "AERUKZ4JVPG66AJDIVTYTK6N54ASGRLH"
#define V2        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define XT1       "xt=urn:btih:" V1
#define XT2       "xt=urn:btmh:1220" V2

static void
test_accepted (void)
{
  /* What the link becomes when it is written again. */
  static const char *const rows[][2] = {
    { "magnet:?" XT1, "magnet:?" XT1 },
    { " MAGNET:?XT=URN:BTIH:0123456789ABCDEF0123456789abcdef01234567\n", "magnet:?" XT1 },
    { "magnet:?xt=urn:btih:" V1_BASE32, "magnet:?" XT1 },
    { "magnet:?xt=urn:btih:aerukz4jvpg66ajdivtytk6n54asgrlh", "magnet:?" XT1 },
    { "magnet:?xt=urn%3Abtih%3A" V1, "magnet:?" XT1 },
    { "magnet:?" XT2, "magnet:?" XT2 },
    { "magnet:?" XT2 "&" XT1, "magnet:?" XT1 "&" XT2 },
    { "magnet:?xt.1=urn:btih:" V1 "&xt.2=urn:btmh:1220" V2, "magnet:?" XT1 "&" XT2 },
    { "magnet:?xt=urn:sha1:AAAA&" XT1, "magnet:?" XT1 },
    { "magnet:?xt=urn:btih:damaged&" XT1, "magnet:?" XT1 },
    { "magnet:?" XT1 "&xt=urn:btih:ffffffffffffffffffffffffffffffffffffffff", "magnet:?" XT1 },
    { "magnet:?" XT1 "&dn=a+b%20c%2B&dn=second", "magnet:?" XT1 "&dn=a%20b%20c%2B" },
    { "magnet:?" XT1 "&dn=%FF%00", "magnet:?" XT1 "&dn=%EF%BF%BD%EF%BF%BD" },
    { "magnet:?" XT1 "&dn=", "magnet:?" XT1 },
    { "magnet:?dn=x&" XT1, "magnet:?" XT1 "&dn=x" },
    { "magnet:?" XT1
      "&tr=http%3A%2F%2Ft%2Fa%3Fk%3D1&tr=udp://u:80&tr=bad&tr=udp://u:80&tr.7=http://v/",
      "magnet:?" XT1 "&tr=http%3A%2F%2Ft%2Fa%3Fk%3D1&tr=udp%3A%2F%2Fu%3A80&tr=http%3A%2F%2Fv%2F" },
    { "magnet:?" XT1 "&amp;tr=http://t/&amp;dn=x", "magnet:?" XT1 "&dn=x&tr=http%3A%2F%2Ft%2F" },
    { "magnet:?" XT1 "&ws=http://w/&ws=http://w/&ws=ftp://w/",
      "magnet:?" XT1 "&ws=http%3A%2F%2Fw%2F" },
    { "magnet:?" XT1
      "&x.pe=host:80&x.pe=1.2.3.4:5&x.pe=[2001:db8::1]:6&x.pe=bad&x.pe=a:0&x.pe=%5B::1%5D:7",
      "magnet:?" XT1
      "&x.pe=host%3A80&x.pe=1.2.3.4%3A5&x.pe=%5B2001%3Adb8%3A%3A1%5D%3A6&x.pe=%5B%3A%3A1%5D%3A7" },
    { "magnet:?" XT1 "&x.pe=h:1&x.pe=H:1&x.pe=h:2&x.pe=h:1",
      "magnet:?" XT1 "&x.pe=h%3A1&x.pe=h%3A2" },
    { "magnet:?" XT1 "&so=0,2,4,6-8", "magnet:?" XT1 "&so=0,2,4,6-8" },
    { "magnet:?" XT1 "&so=8,6-7,1-3,2-5,x,-1,9-,5-2,1000000,-", "magnet:?" XT1 "&so=1-8" },
    { "magnet:?" XT1 "&so=999999,0-999999", "magnet:?" XT1 "&so=0-999999" },
    { "magnet:?" XT1 "&so=3&so=1", "magnet:?" XT1 "&so=1,3" },
    { "magnet:?" XT1 "&so=", "magnet:?" XT1 },
    { "magnet:?" XT1 "&so=a", "magnet:?" XT1 "&so=4294967295" },
    { "magnet:?" XT1 "&so=1000000-1000003", "magnet:?" XT1 "&so=4294967295" },
    { "magnet:?" XT1 "&so=4294967295", "magnet:?" XT1 "&so=4294967295" },
    { "magnet:?" XT1 "&so=a&so=5", "magnet:?" XT1 "&so=5" },
    { "magnet:?" XT1 "&so=5&so=a", "magnet:?" XT1 "&so=5" },
    { "magnet:?&&=&x&" XT1 "&unknown=%&tr", "magnet:?" XT1 },
    { "magnet:?" XT1 "&dn=%4&tr=%", "magnet:?" XT1 "&dn=%254" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShoalCodecMagnet) magnet = shoal_codec_magnet_parse (rows[i][0], &error);
      g_autoptr (ShoalCodecMagnet) again = NULL;
      g_autofree char *uri = NULL;
      g_autofree char *uri_again = NULL;

      g_test_message ("%s", rows[i][0]);
      g_assert_no_error (error);
      uri = shoal_codec_magnet_to_uri (magnet);
      g_assert_cmpstr (uri, ==, rows[i][1]);
      again = shoal_codec_magnet_parse (uri, &error);
      g_assert_no_error (error);
      uri_again = shoal_codec_magnet_to_uri (again);
      g_assert_cmpstr (uri_again, ==, uri);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char     *text;
    ShoalCodecError code;
  } rows[] = {
    { "", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?", SHOAL_CODEC_ERROR_MALFORMED },
    { "http://example/", SHOAL_CODEC_ERROR_MALFORMED },
    { V1, SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?dn=x", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:0123", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:" V1 "0", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:z123456789abcdef0123456789abcdef01234567", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:1ERUKZ4JVPG66AJDIVTYTK6N54ASGRLH", SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btmh:1220" V1, SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btmh:1114" V1, SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:btih:%00" V1, SHOAL_CODEC_ERROR_MALFORMED },
    { "magnet:?xt=urn:sha1:" V1_BASE32, SHOAL_CODEC_ERROR_UNSUPPORTED },
    { "magnet:?xt=urn:ed2k:31d6cfe0d16ae931b73c59d7e0c089c0", SHOAL_CODEC_ERROR_UNSUPPORTED },
  };
  g_autofree char *filler = g_strnfill (SHOAL_CODEC_MAGNET_MAX_SIZE, 'x');
  g_autofree char *large = g_strconcat ("magnet:?" XT1 "&dn=", filler, NULL);
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) problem = NULL;

      g_test_message ("%s", rows[i].text);
      g_assert_null (shoal_codec_magnet_parse (rows[i].text, &problem));
      g_assert_error (problem, SHOAL_CODEC_ERROR, (int) rows[i].code);
    }
  g_assert_null (shoal_codec_magnet_parse (large, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_values (void)
{
  g_autoptr (ShoalCodecMagnet) magnet =
      shoal_codec_magnet_parse ("magnet:?" XT1 "&" XT2 "&tr=http://a/&tr=http://b/", NULL);
  char hex[65];

  g_assert_true (magnet->hashes.has_v1 && magnet->hashes.has_v2);
  shoal_base_hex_encode (magnet->hashes.v1.bytes, 20, hex);
  g_assert_cmpstr (hex, ==, V1);
  shoal_base_hex_encode (magnet->hashes.v2.bytes, 32, hex);
  g_assert_cmpstr (hex, ==, V2);
  g_assert_cmpuint (g_array_index (magnet->trackers, ShoalCodecTracker, 0).tier, ==, 0);
  g_assert_cmpuint (g_array_index (magnet->trackers, ShoalCodecTracker, 1).tier, ==, 1);
}

static void
test_repeats (void)
{
  g_autoptr (GString) text = g_string_new ("magnet:?" XT1 "&so=0");
  g_autoptr (ShoalCodecMagnet) magnet = NULL;
  guint i;

  for (i = 0; i < 700; i++)
    g_string_append_printf (text, "&tr=http://t/%u&ws=http://w/%u&x.pe=h:%u", i, i, i + 1);
  for (i = 0; i < 5000; i++)
    g_string_append_printf (text, ",%u", 2 * i);
  magnet = shoal_codec_magnet_parse (text->str, NULL);
  g_assert_cmpuint (magnet->trackers->len, ==, SHOAL_CODEC_MAGNET_MAX_REPEATS);
  g_assert_cmpuint (magnet->web_seeds->len, ==, SHOAL_CODEC_MAGNET_MAX_REPEATS);
  g_assert_cmpuint (magnet->peers->len, ==, SHOAL_CODEC_MAGNET_MAX_REPEATS);
}

static void
test_from_metainfo (void)
{
  g_autoptr (GBytes) file =
      expand_bencode ("d<announce><http://t/announce><info>d<length>i1e<name><a b>"
                      "<piece length>i16384e<pieces>@1e<url-list><http://w/x>e");
  g_autoptr (ShoalCodecMetainfo) metainfo = shoal_codec_metainfo_new_from_bytes (file, NULL);
  g_autoptr (ShoalCodecMagnet) magnet = shoal_codec_magnet_new_from_metainfo (metainfo);
  g_autofree char *uri = shoal_codec_magnet_to_uri (magnet);
  g_autofree char *hex =
      shoal_base_hex_dup (shoal_codec_metainfo_get_hashes (metainfo)->v1.bytes, 20);
  g_autofree char *expected = g_strdup_printf (
      "magnet:?xt=urn:btih:%s&dn=a%%20b&tr=http%%3A%%2F%%2Ft%%2Fannounce&ws=http%%3A%%2F%%2Fw%%2Fx",
      hex);

  g_assert_cmpstr (uri, ==, expected);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/magnet/accepted", test_accepted);
  g_test_add_func ("/codec/magnet/refused", test_refused);
  g_test_add_func ("/codec/magnet/values", test_values);
  g_test_add_func ("/codec/magnet/repeats", test_repeats);
  g_test_add_func ("/codec/magnet/from-metainfo", test_from_metainfo);
  return g_test_run ();
}
