/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A message of ut_metadata. What was understood can be written, and reads the same. */

#include "fuzz-target.h"

#include <string.h>

#include "wire/shoal-wire-metadata.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ShoalCodecBencode) bencode = shoal_codec_bencode_new ();
  g_autoptr (GByteArray) written = g_byte_array_new ();
  ShoalWireMetadata read, again;

  shoal_wire_metadata_parse (&read, bencode, data, size);
  if (read.kind >= SHOAL_WIRE_METADATA_UNKNOWN)
    return 0;
  if (read.kind == SHOAL_WIRE_METADATA_DATA)
    {
      g_assert_true (read.data > data && read.data + read.len == data + size);
      g_assert_cmpuint (read.len, >, 0);
      g_assert_cmpuint (read.len, <=, SHOAL_WIRE_METADATA_BLOCK);
    }
  shoal_wire_metadata_write (&read, written);
  shoal_wire_metadata_parse (&again, bencode, written->data, written->len);
  g_assert_cmpint (again.kind, ==, read.kind);
  g_assert_cmpuint (again.block, ==, read.block);
  g_assert_cmpuint (again.total_size, ==, read.total_size);
  g_assert_cmpmem (again.data, again.len, read.data, read.len);
  return 0;
}
