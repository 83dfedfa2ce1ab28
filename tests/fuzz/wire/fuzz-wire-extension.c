/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The payload of an extension handshake. What was understood can be written, and reads the same. */

#include "fuzz-target.h"

#include <string.h>

#include "wire/shoal-wire-extension.h"

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autoptr (ShoalCodecBencode) bencode = shoal_codec_bencode_new ();
  g_autoptr (GByteArray) written = g_byte_array_new ();
  ShoalWireExtension read, again;

  shoal_wire_extension_init (&read);
  shoal_wire_extension_init (&again);
  if (!shoal_wire_extension_parse (&read, bencode, data, size))
    return 0;
  g_assert_true (g_utf8_validate (read.client, -1, NULL));
  shoal_wire_extension_write (&read, written);
  g_assert_true (shoal_wire_extension_parse (&again, bencode, written->data, written->len));
  g_assert_cmpmem (again.ids, sizeof again.ids, read.ids, sizeof read.ids);
  g_assert_cmpuint (again.port, ==, read.port);
  g_assert_cmpuint (again.reqq, ==, read.reqq);
  g_assert_cmpuint (again.metadata_size, ==, read.metadata_size);
  g_assert_cmpint (again.complete_ago_s, ==, read.complete_ago_s);
  g_assert_cmpint (again.upload_only, ==, read.upload_only);
  g_assert_cmpstr (again.client, ==, read.client);
  g_assert_true (shoal_base_address_equal (&again.your_ip, &read.your_ip));
  return 0;
}
