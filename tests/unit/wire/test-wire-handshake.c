/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "wire/shoal-wire-handshake.h"

static ShoalWireHandshake
make_handshake (ShoalWireHandshakeFlags flags)
{
  ShoalWireHandshake handshake = { .flags = flags };

  for (guint i = 0; i < 20; i++)
    handshake.swarm_key.bytes[i] = (guint8) (0x30 + i);
  shoal_wire_handshake_make_peer_id (&handshake.peer_id);
  return handshake;
}

static void
test_bytes (void)
{
  ShoalWireHandshake handshake = make_handshake (
      SHOAL_WIRE_HANDSHAKE_EXTENSION | SHOAL_WIRE_HANDSHAKE_FAST | SHOAL_WIRE_HANDSHAKE_DHT);
  guint8 expected[SHOAL_WIRE_HANDSHAKE_SIZE] = "\x13"
                                               "BitTorrent protocol";
  guint8 out[SHOAL_WIRE_HANDSHAKE_SIZE];

  expected[25] = 0x10;
  expected[27] = 0x05;
  memcpy (expected + 28, handshake.swarm_key.bytes, 20);
  memcpy (expected + 48, handshake.peer_id.bytes, 20);
  shoal_wire_handshake_write (&handshake, out);
  g_assert_cmpmem (out, sizeof out, expected, sizeof expected);
}

static void
test_every_length (void)
{
  ShoalWireHandshake handshake = make_handshake (SHOAL_WIRE_HANDSHAKE_FAST);
  guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE + 8] = { 0 };

  shoal_wire_handshake_write (&handshake, data);
  for (gsize len = 0; len <= sizeof data; len++)
    {
      ShoalWireHandshake       read;
      ShoalWireHandshakeResult result = shoal_wire_handshake_parse (&read, data, len);

      if (len < SHOAL_WIRE_HANDSHAKE_KEY_SIZE)
        g_assert_cmpint (result, ==, SHOAL_WIRE_HANDSHAKE_MORE);
      else if (len < SHOAL_WIRE_HANDSHAKE_SIZE)
        g_assert_cmpint (result, ==, SHOAL_WIRE_HANDSHAKE_KEY);
      else
        g_assert_cmpint (result, ==, SHOAL_WIRE_HANDSHAKE_DONE);
      if (result == SHOAL_WIRE_HANDSHAKE_MORE)
        continue;
      g_assert_cmpint (read.flags, ==, SHOAL_WIRE_HANDSHAKE_FAST);
      g_assert_cmpmem (&read.swarm_key, 20, &handshake.swarm_key, 20);
      if (result == SHOAL_WIRE_HANDSHAKE_DONE)
        g_assert_cmpmem (&read.peer_id, 20, &handshake.peer_id, 20);
    }
}

/* A wrong byte is found as soon as it is there. */
static void
test_wrong_byte (void)
{
  ShoalWireHandshake handshake = make_handshake (0), read;
  guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE];

  for (gsize i = 0; i < 20; i++)
    {
      shoal_wire_handshake_write (&handshake, data);
      data[i] ^= 0x20;
      g_assert_cmpint (shoal_wire_handshake_parse (&read, data, i), ==, SHOAL_WIRE_HANDSHAKE_MORE);
      g_assert_cmpint (
          shoal_wire_handshake_parse (&read, data, i + 1), ==, SHOAL_WIRE_HANDSHAKE_BAD);
    }
}

/* All combinations of the flags come back; bits that mean nothing to us do not matter. */
static void
test_flags (void)
{
  for (guint flags = 0; flags < 16; flags++)
    {
      ShoalWireHandshake handshake = make_handshake (flags), read;
      guint8             data[SHOAL_WIRE_HANDSHAKE_SIZE];

      shoal_wire_handshake_write (&handshake, data);
      data[20] |= 0x80;
      data[27] |= 0x02;
      g_assert_cmpint (
          shoal_wire_handshake_parse (&read, data, sizeof data), ==, SHOAL_WIRE_HANDSHAKE_DONE);
      g_assert_cmpint (read.flags, ==, flags);
    }
}

static void
test_peer_id (void)
{
  ShoalPeerId first;

  shoal_wire_handshake_make_peer_id (&first);
  for (guint i = 0; i < 100; i++)
    {
      ShoalPeerId id;

      shoal_wire_handshake_make_peer_id (&id);
      g_assert_cmpmem (id.bytes, 8, "-SH0100-", 8);
      g_assert_cmpint (memcmp (id.bytes, first.bytes, sizeof id.bytes), !=, 0);
      for (guint k = 8; k < 20; k++)
        g_assert_true (g_ascii_isalnum (id.bytes[k]) || id.bytes[k] == '-' || id.bytes[k] == '_');
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/handshake/bytes", test_bytes);
  g_test_add_func ("/wire/handshake/every-length", test_every_length);
  g_test_add_func ("/wire/handshake/wrong-byte", test_wrong_byte);
  g_test_add_func ("/wire/handshake/flags", test_flags);
  g_test_add_func ("/wire/handshake/peer-id", test_peer_id);
  return g_test_run ();
}
