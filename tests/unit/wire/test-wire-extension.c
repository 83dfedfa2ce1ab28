/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "wire/shoal-wire-extension.h"

static gboolean
parse_bytes (ShoalWireExtension *extension, const guint8 *data, gsize len)
{
  g_autoptr (ShoalCodecBencode) bencode = shoal_codec_bencode_new ();
  /* A copy of its own size, so that a sanitizer sees a read beyond it. */
  g_autofree guint8 *copy = g_memdup2 (data, len);

  return shoal_wire_extension_parse (extension, bencode, copy, len);
}

static gboolean
parse (ShoalWireExtension *extension, const char *text)
{
  return parse_bytes (extension, (const guint8 *) text, strlen (text));
}

static void
test_round_trip (void)
{
  ShoalWireExtension ours, read;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  const guint8 ip[16] = { 0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 9 };

  shoal_wire_extension_init (&ours);
  for (guint id = 1; id < SHOAL_WIRE_EXTENSION_COUNT; id++)
    ours.ids[id] = (guint8) (id + 40);
  ours.port = 51413;
  ours.reqq = 2000;
  ours.metadata_size = 123456;
  ours.complete_ago_s = 77;
  ours.upload_only = TRUE;
  ours.encryption = TRUE;
  strcpy (ours.client, "Shoal 0.1.0");
  shoal_base_address_init_ipv6 (&ours.your_ip, ip, 0);
  shoal_wire_extension_write (&ours, out);
  shoal_wire_extension_init (&read);
  g_assert_true (parse_bytes (&read, out->data, out->len));
  g_assert_cmpmem (read.ids, sizeof read.ids, ours.ids, sizeof ours.ids);
  g_assert_cmpuint (read.port, ==, 51413);
  g_assert_cmpuint (read.reqq, ==, 2000);
  g_assert_cmpuint (read.metadata_size, ==, 123456);
  g_assert_cmpint (read.complete_ago_s, ==, 77);
  g_assert_true (read.upload_only);
  g_assert_true (read.encryption);
  g_assert_cmpstr (read.client, ==, "Shoal 0.1.0");
  g_assert_true (shoal_base_address_equal (&read.your_ip, &ours.your_ip));
}

/* As bytes: keys in order, and nothing that was not said. */
static void
test_bytes (void)
{
  ShoalWireExtension ours;
  g_autoptr (GByteArray) out = g_byte_array_new ();

  shoal_wire_extension_init (&ours);
  ours.ids[SHOAL_WIRE_EXTENSION_DONTHAVE] = 3;
  ours.reqq = 500;
  shoal_wire_extension_write (&ours, out);
  g_byte_array_append (out, (const guint8 *) "", 1);
  g_assert_cmpstr (
      (const char *) out->data, ==, "d1:md11:lt_donthavei3ee4:reqqi500e11:upload_onlyi0ee");
}

/* What a libtorrent, with keys we do not know, says. */
static void
test_foreign (void)
{
  ShoalWireExtension read;

  shoal_wire_extension_init (&read);
  g_assert_true (parse (&read,
                        "d12:complete_agoi-1e1:md11:lt_donthavei7e10:share_modei8e11:upload_onlyi3e"
                        "12:ut_holepunchi4e11:ut_metadatai2e6:ut_pexi1ee13:metadata_sizei31235e"
                        "4:reqqi2000e1:v17:libtorrent/2.0.116:yourip4:\x01\x02\x03\x04"
                        "e"));
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_DONTHAVE], ==, 7);
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_PEX], ==, 1);
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_METADATA], ==, 2);
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_UPLOAD_ONLY], ==, 3);
  g_assert_cmpint (read.complete_ago_s, ==, -1);
  g_assert_cmpstr (read.client, ==, "libtorrent/2.0.11");
  g_assert_cmpint (read.your_ip.family, ==, AF_INET);
  g_assert_cmpuint (read.your_ip.ip[3], ==, 4);
  g_assert_false (read.upload_only);
}

/* A later one changes what it names and leaves the rest. */
static void
test_adds (void)
{
  ShoalWireExtension read;

  shoal_wire_extension_init (&read);
  g_assert_true (parse (&read, "d1:md6:ut_pexi1e11:ut_metadatai2ee1:pi6881e4:reqqi100e1:v1:Ae"));
  g_assert_true (parse (&read, "d1:md6:ut_pexi0ee11:upload_onlyi1ee"));
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_PEX], ==, 0);
  g_assert_cmpuint (read.ids[SHOAL_WIRE_EXTENSION_METADATA], ==, 2);
  g_assert_cmpuint (read.port, ==, 6881);
  g_assert_cmpuint (read.reqq, ==, 100);
  g_assert_cmpstr (read.client, ==, "A");
  g_assert_true (read.upload_only);
  g_assert_true (parse (&read, "d11:upload_onlyi0ee"));
  g_assert_false (read.upload_only);
}

static void
test_values_out_of_range (void)
{
  ShoalWireExtension read;

  shoal_wire_extension_init (&read);
  g_assert_true (parse (&read,
                        "d1:ei99e1:md6:ut_pexi256e11:ut_metadatai-1e11:lt_donthave1:3e"
                        "13:metadata_sizei-5e1:pi65536e4:reqqi0e11:upload_only1:11:vi5e"
                        "6:yourip5:abcdee"));
  for (guint id = 0; id < SHOAL_WIRE_EXTENSION_COUNT; id++)
    g_assert_cmpuint (read.ids[id], ==, 0);
  g_assert_cmpuint (read.metadata_size, ==, 0);
  g_assert_cmpuint (read.port, ==, 0);
  g_assert_cmpuint (read.reqq, ==, 0);
  g_assert_false (read.upload_only);
  g_assert_cmpstr (read.client, ==, "");
  g_assert_cmpint (read.your_ip.family, ==, 0);
  g_assert_true (parse (&read, "d1:mle1:pi99999999999999999999999999eee"));
}

static void
test_refused (void)
{
  static const char *const ROWS[] = {
    "",       "d",         "e",        "le",   "i5e",       "4:spam", "d1:m",
    "d1:mde", "d1:pi6881", "nonsense", "d1:p", "d99999:xe", "d-1:xe",
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ShoalWireExtension read, before;

      shoal_wire_extension_init (&read);
      read.port = 7;
      before = read;
      g_assert_false (parse (&read, ROWS[i]));
      g_assert_cmpmem (&read, sizeof read, &before, sizeof before);
    }
}

static void
test_client_text (void)
{
  static const struct
  {
    const char *bytes;
    const char *expected;
  } ROWS[] = {
    { "\xc2\xb5Torrent 3.5", "µTorrent 3.5" },
    { "a\nb\tc\x7f", "a?b?c?" },
    { "a\xe2\x80\xae"
      "b",
      "a?b" }, /* right-to-left override */
    { "a\xff\xc3", "a??" },
    { "<b>&amp;%s", "<b>&amp;%s" },
    { "0123456789012345678901234567890123456789012345678901234567890123456789",
      "012345678901234567890123456789012345678901234567890123456789012" },
    /* Cut before a character that would not fit. */
    { "01234567890123456789012345678901234567890123456789012345678901\xc3\xa4",
      "01234567890123456789012345678901234567890123456789012345678901" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ShoalWireExtension read;
      g_autofree char   *text =
          g_strdup_printf ("d1:v%" G_GSIZE_FORMAT ":%se", strlen (ROWS[i].bytes), ROWS[i].bytes);

      shoal_wire_extension_init (&read);
      g_assert_true (parse (&read, text));
      g_assert_cmpstr (read.client, ==, ROWS[i].expected);
      g_assert_true (g_utf8_validate (read.client, -1, NULL));
    }
}

/* Damaged in any place it is read or refused, never worse. */
static void
test_damaged (void)
{
  static const char GOOD[] = "d12:complete_agoi5e1:ei1e1:md11:lt_donthavei7e6:ut_pexi1ee"
                             "13:metadata_sizei31235e1:pi6881e4:reqqi250e11:upload_onlyi1e"
                             "1:v7:\xc2\xb5Torr\x01"
                             "6:yourip4:\x7f\x01\x01\x01"
                             "e";
  ShoalBaseRandom   random;

  shoal_base_random_init (&random, 9);
  for (guint round = 0; round < 5000; round++)
    {
      guint8             data[sizeof GOOD - 1];
      ShoalWireExtension read;

      memcpy (data, GOOD, sizeof data);
      for (guint k = 0; k <= round % 3; k++)
        data[shoal_base_random_below (&random, sizeof data)] =
            (guint8) shoal_base_random_next (&random);
      shoal_wire_extension_init (&read);
      parse_bytes (&read, data, 1 + shoal_base_random_below (&random, sizeof data));
      g_assert_true (g_utf8_validate (read.client, -1, NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/extension/round-trip", test_round_trip);
  g_test_add_func ("/wire/extension/bytes", test_bytes);
  g_test_add_func ("/wire/extension/foreign", test_foreign);
  g_test_add_func ("/wire/extension/adds", test_adds);
  g_test_add_func ("/wire/extension/values-out-of-range", test_values_out_of_range);
  g_test_add_func ("/wire/extension/refused", test_refused);
  g_test_add_func ("/wire/extension/client-text", test_client_text);
  g_test_add_func ("/wire/extension/damaged", test_damaged);
  return g_test_run ();
}
