/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-metainfo.h"

#include <gnutls/crypto.h>

#include "base/shoal-base-bytes.h"
#include "codec-test-bencode.h"

static ShoalCodecMetainfo *
parse (const char *text, GError **error)
{
  g_autoptr (GBytes) bytes = expand_bencode (text);

  return shoal_codec_metainfo_new_from_bytes (bytes, error);
}

/* A torrent whose info dictionary is @info. */
static ShoalCodecMetainfo *
parse_info (const char *info, GError **error)
{
  g_autofree char *text = g_strdup_printf ("d<info>%se", info);

  return parse (text, error);
}

static const char *
path_of (const ShoalCodecMetainfo *metainfo, guint file)
{
  return shoal_codec_layout_get_file (shoal_codec_metainfo_get_layout (metainfo), file)->path;
}

#define SINGLE "d<length>i40000e<name><file.bin><piece length>i16384e<pieces>@3e"

static void
test_single (void)
{
  g_autoptr (GBytes) info = expand_bencode (SINGLE);
  g_autoptr (ShoalCodecMetainfo) metainfo = parse_info (SINGLE, NULL);
  ShoalCodecLayout *layout;
  guint8            hash[20];
  guint             n;

  g_assert_nonnull (metainfo);
  g_assert_true (g_bytes_equal (shoal_codec_metainfo_get_info (metainfo), info));
  gnutls_hash_fast (GNUTLS_DIG_SHA1, g_bytes_get_data (info, NULL), g_bytes_get_size (info), hash);
  g_assert_true (shoal_codec_metainfo_get_hashes (metainfo)->has_v1);
  g_assert_false (shoal_codec_metainfo_get_hashes (metainfo)->has_v2);
  g_assert_cmpmem (shoal_codec_metainfo_get_hashes (metainfo)->v1.bytes, 20, hash, 20);
  g_assert_cmpstr (shoal_codec_metainfo_get_name (metainfo), ==, "file.bin");
  g_assert_false (shoal_codec_metainfo_has_folder (metainfo));
  g_assert_false (shoal_codec_metainfo_is_private (metainfo));
  g_assert_false (shoal_codec_metainfo_is_v2_only (metainfo));
  layout = shoal_codec_metainfo_get_layout (metainfo);
  g_assert_cmpuint (shoal_codec_layout_get_n_files (layout), ==, 1);
  g_assert_cmpstr (path_of (metainfo, 0), ==, "file.bin");
  g_assert_cmpuint (shoal_codec_layout_get_total_size (layout), ==, 40000);
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (layout), ==, 3);
  g_assert_cmpmem (
      shoal_codec_metainfo_get_piece_hash (metainfo, 2), 20, "HHHHHHHHHHHHHHHHHHHH", 20);
  shoal_codec_metainfo_get_trackers (metainfo, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (shoal_codec_metainfo_get_web_seeds (metainfo)[0]);
  g_assert_null (shoal_codec_metainfo_get_http_seeds (metainfo)[0]);
  shoal_codec_metainfo_get_nodes (metainfo, &n);
  g_assert_cmpuint (n, ==, 0);
  g_assert_null (shoal_codec_metainfo_get_comment (metainfo));
  g_assert_null (shoal_codec_metainfo_get_creator (metainfo));
  g_assert_null (shoal_codec_metainfo_get_source (metainfo));
  g_assert_cmpint (shoal_codec_metainfo_get_created (metainfo), ==, 0);
}

#define RICH                                                                                       \
  "d<announce><http://ignored/announce>"                                                           \
  "<announce-list>ll< http://a.example/announce ><udp://b.example:80><udp://no-port><gopher://c/>" \
  "i5ee<x>l<>el<http://a.example/announce>el<HTTPS://d.example/x y>ee"                             \
  "<azureus_properties>d<x>i1ee<comment><a plain one><comment.utf-8><a \xc3\xa9 comment>"          \
  "<created by><Maker 1.0\xff><creation date>i1700000000e"                                         \
  "<httpseeds>l<http://h.example/seed>e"                                                           \
  "<info>d<files>ld<attr><x><length>i10e<path>l<a>eed<length>i20e<path>l<sub><b>eee"               \
  "<name><tree><piece length>i16384e<pieces>@1<private>i1e<source><SRC>e"                          \
  "<nodes>ll<router.example>i6881eel<2001:db8::1>i6882eel<bad host>i1eel<h>i0eei3ee"               \
  "<url-list>l<http://w.example/data><http://w.example/data/><https://x.example/a "                \
  "b/><ftp://y/>eee"

static void
check_rich (const ShoalCodecMetainfo *metainfo)
{
  const ShoalCodecTracker *trackers;
  const ShoalCodecHost    *nodes;
  const char *const       *seeds;
  guint                    n;

  trackers = shoal_codec_metainfo_get_trackers (metainfo, &n);
  g_assert_cmpuint (n, ==, 3);
  g_assert_cmpstr (trackers[0].url, ==, "http://a.example/announce");
  g_assert_cmpstr (trackers[1].url, ==, "udp://b.example:80");
  g_assert_cmpstr (trackers[2].url, ==, "https://d.example/x%20y");
  g_assert_cmpuint (trackers[0].tier, ==, 0);
  g_assert_cmpuint (trackers[1].tier, ==, 0);
  g_assert_cmpuint (trackers[2].tier, ==, 1);
  seeds = shoal_codec_metainfo_get_web_seeds (metainfo);
  g_assert_cmpuint (g_strv_length ((char **) seeds), ==, 2);
  g_assert_cmpstr (seeds[0], ==, "http://w.example/data/");
  g_assert_cmpstr (seeds[1], ==, "https://x.example/a%20b/");
  seeds = shoal_codec_metainfo_get_http_seeds (metainfo);
  g_assert_cmpuint (g_strv_length ((char **) seeds), ==, 1);
  g_assert_cmpstr (seeds[0], ==, "http://h.example/seed");
  nodes = shoal_codec_metainfo_get_nodes (metainfo, &n);
  g_assert_cmpuint (n, ==, 2);
  g_assert_cmpstr (nodes[0].host, ==, "router.example");
  g_assert_cmpuint (nodes[0].port, ==, 6881);
  g_assert_cmpstr (nodes[1].host, ==, "2001:db8::1");
  g_assert_cmpstr (shoal_codec_metainfo_get_comment (metainfo), ==, "a \xc3\xa9 comment");
  g_assert_cmpstr (shoal_codec_metainfo_get_creator (metainfo), ==, "Maker 1.0\xef\xbf\xbd");
  g_assert_cmpstr (shoal_codec_metainfo_get_source (metainfo), ==, "SRC");
  g_assert_cmpint (shoal_codec_metainfo_get_created (metainfo), ==, 1700000000);
  g_assert_true (shoal_codec_metainfo_is_private (metainfo));
  g_assert_true (shoal_codec_metainfo_has_folder (metainfo));
  g_assert_cmpstr (shoal_codec_metainfo_get_name (metainfo), ==, "tree");
  g_assert_cmpstr (path_of (metainfo, 0), ==, "tree/a");
  g_assert_cmpstr (path_of (metainfo, 1), ==, "tree/sub/b");
  g_assert_cmpint (
      shoal_codec_layout_get_file (shoal_codec_metainfo_get_layout (metainfo), 0)->flags,
      ==,
      SHOAL_CODEC_FILE_EXECUTABLE);
}

static void
test_rich (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = parse (RICH, &error);
  g_autoptr (ShoalCodecMetainfo) again = NULL;
  g_autoptr (ShoalCodecMetainfo) from_info = NULL;
  g_autoptr (GBytes) bytes = NULL;
  ShoalCodecMetainfoExtras extras = { NULL };

  g_assert_no_error (error);
  check_rich (metainfo);
  /* Written and read again, from a file and from its parts. */
  bytes = shoal_codec_metainfo_to_bytes (metainfo);
  again = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  g_assert_no_error (error);
  check_rich (again);
  g_assert_cmpint (shoal_codec_metainfo_get_flaws (again), ==, 0);
  g_assert_true (g_bytes_equal (shoal_codec_metainfo_get_info (again),
                                shoal_codec_metainfo_get_info (metainfo)));
  extras.trackers = shoal_codec_metainfo_get_trackers (metainfo, &extras.n_trackers);
  extras.web_seeds = shoal_codec_metainfo_get_web_seeds (metainfo);
  extras.http_seeds = shoal_codec_metainfo_get_http_seeds (metainfo);
  extras.nodes = shoal_codec_metainfo_get_nodes (metainfo, &extras.n_nodes);
  extras.comment = shoal_codec_metainfo_get_comment (metainfo);
  extras.creator = shoal_codec_metainfo_get_creator (metainfo);
  extras.created = shoal_codec_metainfo_get_created (metainfo);
  from_info = shoal_codec_metainfo_new_from_info (
      shoal_codec_metainfo_get_info (metainfo), &extras, &error);
  g_assert_no_error (error);
  check_rich (from_info);
}

static void
test_announce (void)
{
  static const struct
  {
    const char *text;
    const char *trackers; /* "tier url", joined by blanks */
  } rows[] = {
    { "d<announce><http://a/>", "0 http://a/" },
    { "d<announce>< http://a/\n>", "0 http://a/" },
    { "d<announce><a/announce>", "" },
    { "d<announce><udp://a:0>", "" },
    { "d<announce><http:///x>", "" },
    { "d<announce><http://[::1]:80/announce>", "0 http://[::1]:80/announce" },
    { "d<announce><http://a/><announce-list>le", "0 http://a/" },
    { "d<announce><http://a/><announce-list>llee", "0 http://a/" },
    { "d<announce><http://a/><announce-list>ll<bad>ee", "0 http://a/" },
    { "d<announce><http://a/><announce-list>ll<http://b/>ee", "0 http://b/" },
    { "d<announce><http://a/><announce-list>l<http://b/>e", "0 http://a/" },
    { "d<announce><http://a/><announce-list>d<x>l<http://b/>ee", "0 http://a/" },
    { "d<announce-list>ll<bad>el<http://b/>el<http://c/><http://b/>ee", "0 http://b/ 1 http://c/" },
    { "d<announce>i5e", "" },
    { "d<announce><wss://a/>", "" },
  };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = g_strconcat (rows[i].text, "<info>" SINGLE "e", NULL);
      g_autoptr (ShoalCodecMetainfo) metainfo = parse (text, NULL);
      g_autoptr (GString) found = g_string_new (NULL);
      const ShoalCodecTracker *trackers;
      guint                    n;

      g_test_message ("%s", rows[i].text);
      trackers = shoal_codec_metainfo_get_trackers (metainfo, &n);
      for (k = 0; k < n; k++)
        g_string_append_printf (
            found, "%s%u %s", k > 0 ? " " : "", trackers[k].tier, trackers[k].url);
      g_assert_cmpstr (found->str, ==, rows[i].trackers);
    }
}

/* Accepted, with the name of the last file as it became. */
static void
test_accepted (void)
{
  static const char *const rows[][2] = {
    { SINGLE, "file.bin" },
    { "d<length>i1e<name><n><name.utf-8><\xc3\xa4><piece length>i16384e<pieces>@1e", "\xc3\xa4" },
    { "d<length>i1e<name><n><name.utf-8>i1e<piece length>i16384e<pieces>@1e", "n" },
    { "d<length>i1e<name><..><piece length>i16384e<pieces>@1e",
      "7d7bf157819fee66f08fffde805ac91ba09f3bf3" },
    { "d<length>i1e<name><../../x><piece length>i16384e<pieces>@1e", ".._.._x" },
    { "d<length>i1e<name></etc/passwd><piece length>i16384e<pieces>@1e", "_etc_passwd" },
    { "d<length>i1e<name><.aaaa.shoal-parts><piece length>i1e<pieces>@1e", ".aaaa.shoal-part_" },
    { "d<attr><pl><length>i1e<name><n><piece length>i1e<pieces>@1e", "n" },
    { "d<files>ld<length>i1e<path>l<..><..><x>eee<name><n><piece length>i1e<pieces>@1e", "n/x" },
    { "d<files>ld<length>i1e<path>l<x><..>eee<name><n><piece length>i1e<pieces>@1e", "n/x/_" },
    { "d<files>ld<length>i1e<path>l<>eee<name><n><piece length>i1e<pieces>@1e", "n/_" },
    { "d<files>ld<length>i1e<path>l</abs>eee<name><n><piece length>i1e<pieces>@1e", "n/_abs" },
    { "d<files>ld<length>i1e<path>l<x>e<path.utf-8>l<y><z>eee<name><n><piece length>i1e<pieces>@1e",
      "n/y/z" },
    { "d<files>ld<length>i1e<path>l<x>e<path.utf-8>leee<name><n><piece length>i1e<pieces>@1e",
      "n/x" },
    { "d<files>ld<length>i1e<path>l<x>eed<length>i0e<path>l<X>eee<name><n><piece "
      "length>i1e<pieces>@1e",
      "n/X.1" },
    { "d<files>ld<length>i1e<path>l<x>eed<attr><p><length>i1eee<name><n><piece "
      "length>i1e<pieces>@2e",
      "n/.pad/2" },
    { "d<files>ld<length>i1e<path>l<x>eed<attr><p><length>i1e<path>l<x>eee<name><n><piece "
      "length>i1e<pieces>@2e",
      "n/x" },
    { "d<files>ld<length>i1e<path>l<x>eed<attr><l><path>l<s>e<symlink "
      "path>l<..><..><x>eee<name><n><piece length>i1e<pieces>@1e",
      "n/s" },
    { "d<files>ld<length>i1e<path>l<x>eed<attr><l><length>i-5e<path>l<s>eee<name><n><piece "
      "length>i1e<pieces>@1e",
      "n/s" },
    { "d<files>ld<length>i1e<path>l<x>ee<junk>e<name><n><piece length>i1e<pieces>@1e", NULL },
    /* Unsorted, leading zeros, unknown keys. */
    { "d<name><n><length>i01e<piece length>i016384e<pieces>@1<junk>d<x>lldeeeee", "n" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShoalCodecMetainfo) metainfo = parse_info (rows[i][0], &error);
      ShoalCodecLayout *layout;

      g_test_message ("%s", rows[i][0]);
      if (rows[i][1] == NULL)
        {
          g_assert_null (metainfo);
          continue;
        }
      g_assert_no_error (error);
      layout = shoal_codec_metainfo_get_layout (metainfo);
      g_assert_cmpstr (
          path_of (metainfo, shoal_codec_layout_get_n_files (layout) - 1), ==, rows[i][1]);
    }
}

static void
test_bitcomet_pad (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = parse_info (
      "d<files>ld<length>i1e<path>l<x>eed<length>i4e<path>l<_____padding_file_0_upgrade____>eee"
      "<name><_____padding_file_><piece length>i5e<pieces>@1e",
      NULL);
  ShoalCodecLayout *layout = shoal_codec_metainfo_get_layout (metainfo);

  g_assert_cmpint (shoal_codec_layout_get_file (layout, 0)->flags, ==, 0);
  g_assert_cmpint (shoal_codec_layout_get_file (layout, 1)->flags, ==, SHOAL_CODEC_FILE_PAD);
}

static void
test_refused (void)
{
  static const struct
  {
    const char     *info;
    ShoalCodecError code;
    const char     *message; /* part of it */
  } rows[] = {
    { "de", SHOAL_CODEC_ERROR_MALFORMED, "no 'pieces'" },
    { "le", SHOAL_CODEC_ERROR_MALFORMED, "expected a dictionary 'info' in the file, found a list" },
    { "i1e", SHOAL_CODEC_ERROR_MALFORMED, "found an integer" },
    { "d<length>i1e<name><n><pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "'piece length': expected a count of bytes, found nothing" },
    { "d<length>i1e<name><n><piece length>i0e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "pieces of 0 bytes" },
    { "d<length>i1e<name><n><piece length>i-16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "pieces of -16384 bytes" },
    { "d<length>i1e<name><n><piece length>i4294983680e<pieces>@1e",
      SHOAL_CODEC_ERROR_TOO_LARGE,
      "pieces of 4294983680 bytes, more than 536870912" },
    { "d<length>i1e<name><n><piece length>i9223372036854775808e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "beyond 64 bits" },
    { "d<length>i1e<name><n><piece length><16384><pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "found a string" },
    { "d<length>i1e<name><n><piece length>i16384e<pieces>@1<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "a second 'pieces'" },
    { "d<pieces>@1<length>i1e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "a second 'pieces'" },
    { "d<length>i1e<name><n><piece length>i16384e<pieces>i5ee",
      SHOAL_CODEC_ERROR_MALFORMED,
      "'pieces' is an integer" },
    { "d<length>i1e<name><n><piece length>i16384e<pieces><abc>e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "3 bytes of piece hashes, where 1 pieces have 20" },
    { "d<length>i1e<name><n><piece length>i16384e<pieces><>e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "0 bytes of piece hashes" },
    { "d<length>i1e<name><n><piece length>i16384e<pieces>@2e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "40 bytes of piece hashes" },
    { "d<length>i16385e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "where 2 pieces have 40" },
    { "d<length>i1e<piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "has no name: expected a string, found nothing" },
    { "d<length>i1e<name><><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "found an empty one" },
    { "d<length>i1e<name>le<piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "found a list" },
    { "d<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "neither 'length' nor 'files'" },
    { "d<length>i-1e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "file 1, 'n': expected its length in bytes, found a negative number" },
    { "d<length>i9223372036854775808e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "found a number beyond 64 bits" },
    { "d<length>i9223372036854775807e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_TOO_LARGE,
      "more than 281474976710655 bytes" },
    { "d<length>i281474976710655e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_TOO_LARGE,
      "17179869184 pieces, more than 2097152" },
    { "d<length>i0e<name><n><piece length>i16384e<pieces><>e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "all files of the torrent are empty" },
    { "d<files>le<name><n><piece length>i16384e<pieces><>e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "no files" },
    { "d<files>d<a>i1ee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "'files' is a dictionary, not a list" },
    { "d<files>li1ee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "file 1 is an integer" },
    { "d<files>ld<length>i1eee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "file 1 has no path" },
    { "d<files>ld<length>i1e<path>leee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "file 1 has no path" },
    { "d<files>ld<length>i1e<path><x>ee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "file 1 has no path" },
    { "d<files>ld<length>i1e<path>l<x>i1eeee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "expected a string in the path of file 1, found an integer" },
    { "d<files>ld<path>l<x>eee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "found nothing" },
    { "d<files>ld<length>i5e<length>i1e<path>l<x>eee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "a second 'length'" },
    { "d<files>ld<attr><p><length>i9ee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "" },
    { "d<files>ld<attr><p><length>i9eee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "all files of the torrent are empty" },
    /* Sums that would wrap. */
    { "d<files>ld<length>i9223372036854775807e<path>l<x>eed<length>i9223372036854775807e<path>l<y>"
      "eed<length>i3e<path>l<z>eee<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_TOO_LARGE,
      "the files up to number 1" },
    { "d<files>ld<length>i281474976710655e<path>l<x>eed<length>i1e<path>l<y>eee<name><n><piece "
      "length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_TOO_LARGE,
      "the files up to number 2" },
    { "d<length>i1e<meta version>i3e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_UNSUPPORTED,
      "version 3" },
    { "d<length>i1e<meta version>i0e<name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "'meta version'" },
    { "d<length>i1e<meta version><2><name><n><piece length>i16384e<pieces>@1e",
      SHOAL_CODEC_ERROR_MALFORMED,
      "'meta version' is a string" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].info);
      g_assert_null (parse_info (rows[i].info, &error));
      g_test_message ("-> %s", error->message);
      g_assert_error (error, SHOAL_CODEC_ERROR, (int) rows[i].code);
      g_assert_nonnull (strstr (error->message, rows[i].message));
      g_assert_null (parse_info (rows[i].info, NULL));
    }
}

static void
test_no_torrent (void)
{
  static const char *const rows[][2] = {
    { "", "the file is empty" },
    { "<html>", NULL },
    { "x", "this is no torrent: expected 'd' at offset 0, found something else" },
    { "de", "this is no torrent: expected a dictionary 'info' in the file, found nothing" },
    { "d<info>" SINGLE "<info>" SINGLE "e", "a second 'info'" },
    { "d<info>", "offset 7: expected a value, found the end" },
  };
  g_autoptr (GBytes) page = g_bytes_new_static ("<!DOCTYPE html>", 15);
  g_autoptr (GError) error = NULL;
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) problem = NULL;

      g_assert_null (parse (rows[i][0], &problem));
      g_assert_error (problem, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED);
      if (rows[i][1] != NULL)
        g_assert_nonnull (strstr (problem->message, rows[i][1]));
    }
  g_assert_null (shoal_codec_metainfo_new_from_bytes (page, &error));
  g_assert_nonnull (strstr (error->message, "web page"));
}

static void
test_from_info (void)
{
  g_autoptr (GBytes) trailing = expand_bencode (SINGLE "x");
  g_autoptr (GBytes) list = expand_bencode ("le");
  g_autoptr (GBytes) good = expand_bencode (SINGLE);
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  g_autoptr (GBytes) file = NULL;

  g_assert_null (shoal_codec_metainfo_new_from_info (trailing, NULL, &error));
  g_assert_cmpstr (error->message, ==, "1 bytes after the info dictionary");
  g_clear_error (&error);
  g_assert_null (shoal_codec_metainfo_new_from_info (list, NULL, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED);
  g_clear_error (&error);
  metainfo = shoal_codec_metainfo_new_from_info (good, NULL, &error);
  g_assert_no_error (error);
  g_assert_true (shoal_codec_metainfo_get_info (metainfo) == good);
  file = shoal_codec_metainfo_to_bytes (metainfo);
  g_assert_cmpuint (g_bytes_get_size (file), ==, g_bytes_get_size (good) + strlen ("d4:infoe"));
}

#define ROOT     "<pieces root><RRRRRRRRRRRRRRRRRRRRRRRRRRRRRRRR>"
#define V2(tree) "d<file tree>" tree "<meta version>i2e<name><n><piece length>i16384ee"

static void
test_v2 (void)
{
  static const char info[] =
      V2 ("d<dir>d<empty>d<>d<length>i0eee<x>d<>d<attr><x><length>i16385e" ROOT "eee"
          "<y>d<>d<length>i5e" ROOT "eee");
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo = parse_info (info, &error);
  g_autoptr (ShoalCodecMetainfo) single = NULL;
  g_autoptr (GBytes) bytes = expand_bencode (info);
  guint8            hash[32];
  ShoalCodecLayout *layout;

  g_assert_no_error (error);
  gnutls_hash_fast (
      GNUTLS_DIG_SHA256, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), hash);
  g_assert_true (shoal_codec_metainfo_is_v2_only (metainfo));
  g_assert_cmpmem (shoal_codec_metainfo_get_hashes (metainfo)->v2.bytes, 32, hash, 32);
  g_assert_null (shoal_codec_metainfo_get_piece_hash (metainfo, 0));
  layout = shoal_codec_metainfo_get_layout (metainfo);
  g_assert_cmpuint (shoal_codec_layout_get_n_files (layout), ==, 3);
  g_assert_cmpstr (path_of (metainfo, 0), ==, "n/dir/empty");
  g_assert_cmpstr (path_of (metainfo, 1), ==, "n/dir/x");
  g_assert_cmpstr (path_of (metainfo, 2), ==, "n/y");
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (layout), ==, 3);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 1), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_get_data_size (layout), ==, 16390);

  single = parse_info (V2 ("d<y.bin>d<>d<length>i5e" ROOT "eee"), &error);
  g_assert_no_error (error);
  g_assert_false (shoal_codec_metainfo_has_folder (single));
  g_assert_cmpstr (shoal_codec_metainfo_get_name (single), ==, "y.bin");
  g_assert_cmpstr (path_of (single, 0), ==, "y.bin");
}

static void
test_v2_refused (void)
{
  static const char *const rows[] = {
    V2 ("de"),
    V2 ("le"),
    V2 ("d<>d<length>i5e" ROOT "ee"),
    V2 ("d<x>d<>d<length>i5eeee"),
    V2 ("d<x>d<>d<length>i5e<pieces root><short>eee"),
    V2 ("d<x>d<>d<length>i-5e" ROOT "eee"),
    V2 ("d<x>d<>d<length>i5e" ROOT "e<z>d<>d<length>i5e" ROOT "eeee"),
    V2 ("d<x>i1ee"),
    V2 ("d<>d<>d<length>i5e" ROOT "ee<#>d<>d<length>i5e" ROOT "eee"),
    V2 ("d<x>d<>d<length>i0eeee"),
    V2 ("d<y>d<>d<length>i5e" ROOT "ee<x>d<>d<length>i5e" ROOT "eee"),
    V2 ("d<x>d<>d<length>i05e" ROOT "eee"),
    "d<file tree>d<x>d<>d<length>i5e" ROOT "eee<meta version>i2e<name><n><piece length>i16385ee",
    "d<file tree>d<x>d<>d<length>i5e" ROOT "eee<meta version>i2e<name><n><piece length>i8192ee",
    "d<file tree>d<x>d<>d<length>i5e" ROOT "eee<meta version>i2e<piece length>i16384ee",
    "d<meta version>i2e<name><n><piece length>i16384ee",
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i]);
      g_assert_null (parse_info (rows[i], &error));
      g_test_message ("-> %s", error->message);
      g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED);
    }
}

#define TREE "<file tree>d<x>d<>d<length>i5e" ROOT "ee<y>d<>d<length>i16384e" ROOT "eee"
#define HYBRID(files, pieces)                                                                      \
  "d" TREE "<files>l" files "e<meta version>i2e<name><n><piece length>i16384e<pieces>" pieces "e"
#define FILE_X "d<length>i5e<path>l<x>ee"
#define FILE_Y "d<length>i16384e<path>l<y>ee"
#define PAD(n) "d<attr><p><length>i" n "e<path>l<.pad><" n ">ee"

static void
test_hybrid (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecMetainfo) metainfo =
      parse_info (HYBRID (FILE_X PAD ("16379") FILE_Y, "@2"), &error);
  g_autoptr (ShoalCodecMetainfo) single = NULL;

  g_assert_no_error (error);
  g_assert_true (shoal_codec_metainfo_get_hashes (metainfo)->has_v1);
  g_assert_true (shoal_codec_metainfo_get_hashes (metainfo)->has_v2);
  g_assert_false (shoal_codec_metainfo_is_v2_only (metainfo));
  g_assert_cmpuint (
      shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo)), ==, 3);
  g_assert_cmpstr (path_of (metainfo, 2), ==, "n/y");
  single =
      parse_info ("d<file tree>d<n>d<>d<length>i5e" ROOT "eee<length>i5e<meta version>i2e<name><n>"
                  "<piece length>i16384e<pieces>@1e",
                  &error);
  g_assert_no_error (error);
  g_assert_cmpstr (path_of (single, 0), ==, "n");
}

/* BEP 47 in both halves: listed, of no length, never made. */
static void
test_links (void)
{
  static const char info[] =
      "d<file tree>d<a>d<>d<length>i5e" ROOT "ee<link>d<>d<attr><xl><symlink path>l<a>eeee"
      "<files>ld<length>i5e<path>l<a>eed<attr><l><length>i0e<path>l<link>e<symlink path>l<a>eee"
      "<meta version>i2e<name><n><piece length>i16384e<pieces>@1e";
  static const char v2[] =
      V2 ("d<a>d<>d<length>i5e" ROOT "ee<link>d<>d<attr><xl><symlink path>l<a>eeee");
  const char *const rows[] = { info, v2 };
  guint             i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (ShoalCodecMetainfo) metainfo = parse_info (rows[i], &error);
      const ShoalCodecFile *file;

      g_assert_no_error (error);
      file = shoal_codec_layout_get_file (shoal_codec_metainfo_get_layout (metainfo), 1);
      g_assert_cmpstr (file->path, ==, "n/link");
      g_assert_cmpuint (file->length, ==, 0);
      g_assert_cmpint (file->flags & SHOAL_CODEC_FILE_PAD, !=, 0);
      g_assert_cmpint (file->flags & SHOAL_CODEC_FILE_SYMLINK, !=, 0);
    }
}

static void
test_hybrid_refused (void)
{
  static const char *const rows[] = {
    HYBRID (FILE_X FILE_Y, "@2"),
    HYBRID (FILE_Y FILE_X, "@2"),
    HYBRID (FILE_X, "@1"),
    HYBRID (FILE_X PAD ("16379") FILE_Y FILE_X, "@3"),
    HYBRID (FILE_X PAD ("16379") "d<length>i16384e<path>l<z>ee", "@2"),
    HYBRID (FILE_X PAD ("16378") FILE_Y, "@2"),
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (parse_info (rows[i], &error));
      g_test_message ("-> %s", error->message);
      g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_MALFORMED);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/metainfo/single", test_single);
  g_test_add_func ("/codec/metainfo/rich", test_rich);
  g_test_add_func ("/codec/metainfo/announce", test_announce);
  g_test_add_func ("/codec/metainfo/accepted", test_accepted);
  g_test_add_func ("/codec/metainfo/bitcomet-pad", test_bitcomet_pad);
  g_test_add_func ("/codec/metainfo/refused", test_refused);
  g_test_add_func ("/codec/metainfo/no-torrent", test_no_torrent);
  g_test_add_func ("/codec/metainfo/from-info", test_from_info);
  g_test_add_func ("/codec/metainfo/v2", test_v2);
  g_test_add_func ("/codec/metainfo/v2-refused", test_v2_refused);
  g_test_add_func ("/codec/metainfo/hybrid", test_hybrid);
  g_test_add_func ("/codec/metainfo/links", test_links);
  g_test_add_func ("/codec/metainfo/hybrid-refused", test_hybrid_refused);
  return g_test_run ();
}
