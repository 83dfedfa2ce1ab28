/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A message of the holepunch extension. What was understood can be written, and reads the same. */

#include "fuzz-target.h"

#include "wire/shoal-wire-holepunch.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ShoalWireHolepunch read, again;
  guint8             out[SHOAL_WIRE_HOLEPUNCH_MAX_SIZE];

  if (!shoal_wire_holepunch_parse (&read, data, size))
    return 0;
  g_assert_true (shoal_wire_holepunch_parse (&again, out, shoal_wire_holepunch_write (&read, out)));
  g_assert_cmpint (again.type, ==, read.type);
  g_assert_cmpuint (again.fault, ==, read.fault);
  g_assert_true (shoal_base_address_equal (&again.address, &read.address));
  return 0;
}
