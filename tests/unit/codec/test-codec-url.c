/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-url.h"

#include <string.h>

static void
test_tracker (void)
{
  static const char *const rows[][2] = {
    { "http://a/announce", "http://a/announce" },
    { " \t https://a.b.c:8443/x?y=z&w= \r\n", "https://a.b.c:8443/x?y=z&w=" },
    { "UDP://Tracker.Example:80/announce", "udp://Tracker.Example:80/announce" },
    { "udp://10.0.0.1:6969", "udp://10.0.0.1:6969" },
    { "udp://[2001:db8::1]:6969/a", "udp://[2001:db8::1]:6969/a" },
    { "http://user:secret@a/announce", "http://user:secret@a/announce" },
    { "http://a/with space/\xc3\xa9\"<>", "http://a/with%20space/%C3%A9%22%3C%3E" },
    { "http://a/kept%2Fescape%zz%4", "http://a/kept%2Fescape%25zz%254" },
    { "udp://a", NULL },
    { "udp://a:0", NULL },
    { "udp://a:65536", NULL },
    { "http://a:port/", NULL },
    { "http://", NULL },
    { "http:///announce", NULL },
    { "http:a", NULL },
    { "http://..", NULL },
    { "http://a b/", NULL },
    { "http://\xc3\xa9.example/", "http://%C3%A9.example/" },
    { "http://a%20b/", NULL },
    { "http://a%00b/", NULL },
    { "http://[::1/", NULL },
    { "http://[zz]/", NULL },
    { "wss://a/", NULL },
    { "file:///etc/passwd", NULL },
    { "javascript:alert(1)", NULL },
    { "//a/announce", NULL },
    { "a", NULL },
    { "", NULL },
    { "  ", NULL },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *url = shoal_codec_url_dup_tracker (rows[i][0], strlen (rows[i][0]));

      g_test_message ("%s", rows[i][0]);
      g_assert_cmpstr (url, ==, rows[i][1]);
    }
}

static void
test_lengths (void)
{
  g_autofree char *path = g_strnfill (SHOAL_CODEC_URL_MAX, 'x');
  g_autofree char *longest = g_strconcat ("http://a/", path, NULL);
  g_autofree char *fits = NULL;

  g_assert_null (shoal_codec_url_dup_tracker (longest, strlen (longest)));
  fits = shoal_codec_url_dup_tracker (longest, SHOAL_CODEC_URL_MAX);
  g_assert_cmpuint (strlen (fits), ==, SHOAL_CODEC_URL_MAX);
  /* Too long once it is escaped. */
  longest[SHOAL_CODEC_URL_MAX - 1] = ' ';
  longest[SHOAL_CODEC_URL_MAX - 2] = '"';
  g_assert_null (shoal_codec_url_dup_tracker (longest, SHOAL_CODEC_URL_MAX));
  g_assert_null (shoal_codec_url_dup_tracker ("http://a/\0b", 11));
}

static void
test_web_seed (void)
{
  g_autofree char *udp = shoal_codec_url_dup_web_seed ("udp://a:80/", 11);
  g_autofree char *http = shoal_codec_url_dup_web_seed ("HTTP://a/x y", 12);

  g_assert_null (udp);
  g_assert_cmpstr (http, ==, "http://a/x%20y");
}

static void
test_trackers (void)
{
  g_autoptr (GArray) trackers = shoal_codec_tracker_array_new ();
  guint i;

  g_assert_true (shoal_codec_tracker_array_add (trackers, "http://a/", 9, 0));
  g_assert_false (shoal_codec_tracker_array_add (trackers, " http://a/", 10, 1));
  g_assert_false (shoal_codec_tracker_array_add (trackers, "x", 1, 1));
  for (i = 0; i < 2 * SHOAL_CODEC_URL_MAX_TRACKERS; i++)
    {
      g_autofree char *url = g_strdup_printf ("http://a/%u", i);

      shoal_codec_tracker_array_add (trackers, url, strlen (url), i);
    }
  g_assert_cmpuint (trackers->len, ==, SHOAL_CODEC_URL_MAX_TRACKERS);
}

static void
test_hosts (void)
{
  static const struct
  {
    const char *host;
    gint64      port;
    gboolean    ok;
  } rows[] = {
    { "a.example", 1, TRUE },    { "192.0.2.1", 65535, TRUE },
    { "2001:db8::1", 80, TRUE }, { "under_score-x", 80, TRUE },
    { "a", 0, FALSE },           { "a", 65536, FALSE },
    { "a", -1, FALSE },          { "", 80, FALSE },
    { "a b", 80, FALSE },        { "[::1]", 80, FALSE },
    { "a/b", 80, FALSE },        { "a:b", 80, FALSE },
    { "..", 80, FALSE },         { ".a", 80, FALSE },
    { "a%", 80, FALSE },
  };
  g_autofree char *long_name = g_strnfill (254, 'a');
  g_autoptr (GArray) hosts = shoal_codec_host_array_new ();
  guint i, n = 0;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_test_message ("%s", rows[i].host);
      g_assert_cmpint (
          shoal_codec_host_array_add (hosts, rows[i].host, strlen (rows[i].host), rows[i].port),
          ==,
          rows[i].ok);
      n += rows[i].ok;
    }
  g_assert_false (shoal_codec_host_array_add (hosts, long_name, 254, 80));
  g_assert_true (shoal_codec_host_array_add (hosts, long_name, 253, 80));
  g_assert_false (shoal_codec_host_array_add (hosts, "a\0b", 3, 80));
  g_assert_cmpuint (hosts->len, ==, n + 1);
}

static void
test_text (void)
{
  static const struct
  {
    const char *raw;
    gsize       len;
    gsize       max;
    const char *text;
  } rows[] = {
    { "", 0, 10, "" },
    { "plain", 5, 10, "plain" },
    { "plain", 5, 3, "pla" },
    { "a\0b",
      3,
      10,
      "a\xef\xbf\xbd"
      "b" },
    { "\xff\xff", 2, 10, "\xef\xbf\xbd\xef\xbf\xbd" },
    { "\xff\xff", 2, 5, "\xef\xbf\xbd" },
    { "\xc3\xa9\xc3\xa9", 4, 4, "\xc3\xa9\xc3\xa9" },
    { "line\nbreak", 10, 20, "line\nbreak" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = shoal_codec_url_dup_text (rows[i].raw, rows[i].len, rows[i].max);

      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

static void
test_escaped (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  shoal_codec_url_append_escaped (out, "aZ09-._~ %\0\xff+&", 15);
  g_assert_cmpstr (out->str, ==, "aZ09-._~%20%25%00%FF%2B%26%00");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/url/tracker", test_tracker);
  g_test_add_func ("/codec/url/lengths", test_lengths);
  g_test_add_func ("/codec/url/web-seed", test_web_seed);
  g_test_add_func ("/codec/url/trackers", test_trackers);
  g_test_add_func ("/codec/url/hosts", test_hosts);
  g_test_add_func ("/codec/url/text", test_text);
  g_test_add_func ("/codec/url/escaped", test_escaped);
  return g_test_run ();
}
