/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "wire/shoal-wire-client.h"
#include "wire/shoal-wire-handshake.h"

static void
test_describe (void)
{
  static const struct
  {
    const char *id;
    const char *expected;
  } ROWS[] = {
    { "-TR4060-abcdefghijkl", "Transmission 4.0.6" },
    { "-TR2940-abcdefghijkl", "Transmission 2.94" },
    { "-qB4520-abcdefghijkl", "qBittorrent 4.5.2" },
    { "-LT20B0-abcdefghijkl", "libtorrent 2.0.11" },
    { "-lt0D60-abcdefghijkl", "rTorrent 0.13.6" },
    { "-DE211s-abcdefghijkl", "Deluge 2.1.1" },
    { "-UT3560-abcdefghijkl", "µTorrent 3.5.6" },
    { "-BC0201-abcdefghijkl", "BitComet 0.2.0.1" },
    { "-SH0100-abcdefghijkl", "Shoal 0.1.0" },
    { "-DE--_!-abcdefghijkl", "Deluge" },
    { "A2-1-36-0-abcdefghij", "aria2 1.36.0" },
    { "M7-9-2--abcdefghijkl", "BitTorrent 7.9.2" },
    { "-??1234-abcdefghijkl", "-??1234-" },
    { "T03I-----abcdefghijk", "T03I----" },
    { "ab\x01"
      "defghijklmnopqrs",
      "ab" },
    { "\x01\x02\x03\x04\x05\x06\x07\x08"
      "abcdefghijkl",
      "?" },
    { "\xff\xfe\xfd\xfc\xfb\xfa\xf9\xf8"
      "abcdefghijkl",
      "?" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ShoalPeerId id = { { 0 } };
      char        text[SHOAL_WIRE_CLIENT_SIZE];

      memcpy (id.bytes, ROWS[i].id, strnlen (ROWS[i].id, sizeof id.bytes));
      g_assert_cmpstr (shoal_wire_client_describe (&id, text), ==, ROWS[i].expected);
    }
}

/* Whatever bytes come, the answer is text that can be shown. */
static void
test_any_bytes (void)
{
  for (guint i = 0; i < 65536; i++)
    {
      ShoalPeerId id;
      char        text[SHOAL_WIRE_CLIENT_SIZE];

      memset (id.bytes, (int) (i & 0xff), sizeof id.bytes);
      id.bytes[0] = (guint8) ((i & 1) ? '-' : i >> 8);
      id.bytes[3] = (guint8) (i >> 8);
      id.bytes[7] = '-';
      shoal_wire_client_describe (&id, text);
      g_assert_cmpuint (strlen (text), >, 0);
      g_assert_true (g_utf8_validate (text, -1, NULL));
    }
}

static void
test_bitcomet (void)
{
  ShoalPeerId id = { "-BC0201-abcdefghijk" };

  g_assert_true (shoal_wire_client_is_bitcomet (&id));
  shoal_wire_handshake_make_peer_id (&id);
  g_assert_false (shoal_wire_client_is_bitcomet (&id));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/client/describe", test_describe);
  g_test_add_func ("/wire/client/any-bytes", test_any_bytes);
  g_test_add_func ("/wire/client/bitcomet", test_bitcomet);
  return g_test_run ();
}
