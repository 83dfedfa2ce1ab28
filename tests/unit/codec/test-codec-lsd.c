/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "codec/shoal-codec-lsd.h"

#define HASH_A "0123456789abcdef0123456789abcdef01234567"
#define HASH_B "ffffffffffffffffffffffffffffffffffffffff"

static gboolean
parse (ShoalCodecLsd *self, const char *text)
{
  /* A copy of its own size, so that a sanitizer sees a read beyond it. */
  g_autofree guint8 *copy = g_memdup2 (text, strlen (text));

  return shoal_codec_lsd_parse (self, copy, strlen (text));
}

static void
test_bytes (void)
{
  ShoalCodecLsd announce = { .port = 6881, .n_keys = 1, .cookie = "c00k1e" };
  guint8        out[SHOAL_CODEC_LSD_MAX_SIZE];
  gsize         len;

  memset (announce.keys[0].bytes, 0xff, 20);
  len = shoal_codec_lsd_write (&announce, "239.192.152.143:6771", out);
  g_assert_cmpmem (out,
                   len,
                   "BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
                   "Infohash: " HASH_B "\r\ncookie: c00k1e\r\n\r\n\r\n",
                   strlen ("BT-SEARCH * HTTP/1.1\r\nHost: 239.192.152.143:6771\r\nPort: 6881\r\n"
                           "Infohash: " HASH_B "\r\ncookie: c00k1e\r\n\r\n\r\n"));
}

static void
test_full (void)
{
  ShoalCodecLsd announce = { .port = 65535, .n_keys = SHOAL_CODEC_LSD_MAX_WRITTEN };
  ShoalCodecLsd read;
  guint8        out[SHOAL_CODEC_LSD_MAX_SIZE];
  gsize         len;
  guint         i;

  memset (announce.cookie, 'x', sizeof announce.cookie - 1);
  for (i = 0; i < announce.n_keys; i++)
    memset (announce.keys[i].bytes, (int) i, 20);
  len = shoal_codec_lsd_write (&announce, "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff]:6771", out);
  g_assert_cmpuint (len, <=, SHOAL_CODEC_LSD_MAX_SIZE);
  g_assert_true (shoal_codec_lsd_parse (&read, out, len));
  g_assert_cmpuint (read.port, ==, 65535);
  g_assert_cmpuint (read.n_keys, ==, announce.n_keys);
  g_assert_cmpmem (read.keys, sizeof read.keys, announce.keys, sizeof announce.keys);
  g_assert_cmpstr (read.cookie, ==, announce.cookie);
}

/* As others write it: other orders, other cases, more headers, one line end for the other. */
static void
test_foreign (void)
{
  ShoalCodecLsd read;

  g_assert_true (parse (&read,
                        "BT-SEARCH * HTTP/1.1\nhost:239.192.152.143:6771\nINFOHASH:   " HASH_A
                        "  \nX-More: yes\nInfohash: FFFFFFFFFFFFFFFFFFFFffffffffffffffffffff\n"
                        "Port:\t51413\n\n\nPort: 7\n"));
  g_assert_cmpuint (read.port, ==, 51413);
  g_assert_cmpuint (read.n_keys, ==, 2);
  g_assert_cmpuint (read.keys[0].bytes[1], ==, 0x23);
  g_assert_cmpstr (read.cookie, ==, "");
}

static void
test_refused (void)
{
  static const char *const TEXTS[] = {
    "",
    "\r\n",
    "BT-SEARCH * HTTP/1.0\r\nPort: 1\r\nInfohash: " HASH_A "\r\n\r\n",
    "NOTIFY * HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 0\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 65536\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 99999999999\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: -1\r\nInfohash: " HASH_A "\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: " HASH_A "0\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: 012\r\n\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: 1\r\nInfohash: g123456789abcdef0123456789abcdef01234567\r\n",
    "BT-SEARCH * HTTP/1.1\r\n\r\nPort: 1\r\nInfohash: " HASH_A "\r\n",
    "BT-SEARCH * HTTP/1.1\r\nPort: \r\nInfohash: " HASH_A "\r\n\r\n",
  };
  ShoalCodecLsd read;
  guint         i;

  for (i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    g_assert_false (parse (&read, TEXTS[i]));
}

/* More swarms than there are places, and a cookie that is too long. */
static void
test_cut (void)
{
  g_autoptr (GString) text = g_string_new ("BT-SEARCH * HTTP/1.1\r\nPort: 1\r\ncookie: ");
  ShoalCodecLsd read;
  guint         i;

  for (i = 0; i < 500; i++)
    g_string_append_c (text, 'y');
  g_string_append (text, "\r\n");
  for (i = 0; i < 100; i++)
    g_string_append (text, "Infohash: " HASH_A "\r\n");
  g_assert_true (parse (&read, text->str));
  g_assert_cmpuint (read.n_keys, ==, SHOAL_CODEC_LSD_MAX_READ);
  g_assert_cmpuint (strlen (read.cookie), ==, SHOAL_CODEC_LSD_COOKIE_SIZE - 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/lsd/bytes", test_bytes);
  g_test_add_func ("/codec/lsd/full", test_full);
  g_test_add_func ("/codec/lsd/foreign", test_foreign);
  g_test_add_func ("/codec/lsd/refused", test_refused);
  g_test_add_func ("/codec/lsd/cut", test_cut);
  return g_test_run ();
}
