/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-bytes.h"
#include "wire/shoal-wire-message.h"

static const ShoalWireRange RANGES[] = {
  { 1, 0x4000, 0x4000 },
  { 0xfffffffe, 0, 0x10 },
};

static void
assert_written (const guint8 *out, gsize size, const char *hex)
{
  g_autofree char *written = shoal_base_hex_dup (out, size);

  g_assert_cmpstr (written, ==, hex);
}

static void
test_each (void)
{
  guint8 out[64];

  assert_written (out, shoal_wire_message_write_keep_alive (out), "00000000");
  assert_written (
      out, shoal_wire_message_write_plain (out, SHOAL_WIRE_MESSAGE_UNCHOKE), "0000000101");
  assert_written (
      out, shoal_wire_message_write_plain (out, SHOAL_WIRE_MESSAGE_HAVE_ALL), "000000010e");
  assert_written (out,
                  shoal_wire_message_write_index (out, SHOAL_WIRE_MESSAGE_HAVE, 0x01020304),
                  "000000050401020304");
  assert_written (out,
                  shoal_wire_message_write_index (out, SHOAL_WIRE_MESSAGE_ALLOWED_FAST, 7),
                  "000000051100000007");
  assert_written (out,
                  shoal_wire_message_write_range (out, SHOAL_WIRE_MESSAGE_CANCEL, &RANGES[0]),
                  "0000000d08000000010000400000004000");
  assert_written (out,
                  shoal_wire_message_write_range (out, SHOAL_WIRE_MESSAGE_REJECT, &RANGES[1]),
                  "0000000d10fffffffe0000000000000010");
  assert_written (out, shoal_wire_message_write_port (out, 6881), "00000003091ae1");
  assert_written (
      out, shoal_wire_message_write_piece_head (out, &RANGES[0]), "00004009070000000100004000");
  assert_written (out, shoal_wire_message_write_bitfield_head (out, 3), "0000000405");
  assert_written (out, shoal_wire_message_write_extended_head (out, 3, 4), "000000061403");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/message/each", test_each);
  return g_test_run ();
}
