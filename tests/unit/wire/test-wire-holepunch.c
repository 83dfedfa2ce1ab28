/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "wire/shoal-wire-holepunch.h"

static gboolean
parse (ShoalWireHolepunch *self, const char *bytes, gsize len)
{
  /* A copy of its own size, so that a sanitizer sees a read beyond it. */
  g_autofree guint8 *copy = g_memdup2 (bytes, len);

  return shoal_wire_holepunch_parse (self, copy, len);
}

static void
assert_round_trip (const char *text, ShoalWireHolepunchType type, guint32 fault, gsize size)
{
  ShoalWireHolepunch ours = { .type = type, .fault = fault };
  ShoalWireHolepunch read;
  guint8             out[SHOAL_WIRE_HOLEPUNCH_MAX_SIZE];

  g_assert_true (shoal_base_address_parse (&ours.address, text));
  g_assert_cmpuint (shoal_wire_holepunch_write (&ours, out), ==, size);
  g_assert_true (parse (&read, (const char *) out, size));
  g_assert_cmpint (read.type, ==, type);
  g_assert_cmpuint (read.fault, ==, fault);
  g_assert_true (shoal_base_address_equal (&read.address, &ours.address));
}

static void
test_round_trip (void)
{
  assert_round_trip ("1.2.3.4:567", SHOAL_WIRE_HOLEPUNCH_RENDEZVOUS, 0, 12);
  assert_round_trip (
      "1.2.3.4:567", SHOAL_WIRE_HOLEPUNCH_ERROR, SHOAL_WIRE_HOLEPUNCH_NOT_CONNECTED, 12);
  assert_round_trip ("[2001:db8::7]:65535", SHOAL_WIRE_HOLEPUNCH_CONNECT, 0, 24);
}

static void
test_bytes (void)
{
  ShoalWireHolepunch read;

  g_assert_true (parse (&read, "\0\0\1\2\3\4\x1a\xe1\0\0\0\0", 12));
  g_assert_cmpint (read.type, ==, SHOAL_WIRE_HOLEPUNCH_RENDEZVOUS);
  g_assert_cmpuint (read.address.port, ==, 6881);
  g_assert_cmpuint (read.address.ip[3], ==, 4);
  g_assert_true (parse (&read, "\2\0\1\2\3\4\x1a\xe1\0\0\0\2", 12));
  g_assert_cmpuint (read.fault, ==, SHOAL_WIRE_HOLEPUNCH_NOT_CONNECTED);
}

/* Without the fault, as some write it, and with more after it than there is today. */
static void
test_lengths (void)
{
  ShoalWireHolepunch read;

  g_assert_true (parse (&read, "\1\0\1\2\3\4\x1a\xe1", 8));
  g_assert_cmpuint (read.fault, ==, 0);
  g_assert_true (parse (&read, "\1\0\1\2\3\4\x1a\xe1\0\0\0\0more", 16));
  g_assert_false (parse (&read, "\1\0\1\2\3\4\x1a", 7));
  g_assert_false (parse (&read, "\1", 1));
  g_assert_false (parse (&read, "", 0));
  g_assert_false (parse (&read, "\1\1\1\2\3\4\x1a\xe1\0\0\0\0", 12));
  g_assert_false (parse (&read, "\3\0\1\2\3\4\x1a\xe1\0\0\0\0", 12));
  g_assert_false (parse (&read, "\1\2\1\2\3\4\x1a\xe1\0\0\0\0", 12));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/holepunch/round-trip", test_round_trip);
  g_test_add_func ("/wire/holepunch/bytes", test_bytes);
  g_test_add_func ("/wire/holepunch/lengths", test_lengths);
  return g_test_run ();
}
