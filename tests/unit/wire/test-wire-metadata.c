/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "base/shoal-base-random.h"
#include "wire/shoal-wire-metadata.h"

/* @storage: a copy of its own size, so that a sanitizer sees a read beyond it; the caller's. */
static ShoalWireMetadata
parse (const void *data, gsize len, guint8 **storage)
{
  g_autoptr (ShoalCodecBencode) bencode = shoal_codec_bencode_new ();
  ShoalWireMetadata message;

  *storage = g_memdup2 (data, len);
  shoal_wire_metadata_parse (&message, bencode, *storage, len);
  return message;
}

static ShoalWireMetadataKind
kind_of (const char *text)
{
  g_autofree guint8 *storage = NULL;

  return parse (text, strlen (text), &storage).kind;
}

static void
test_bytes (void)
{
  static const guint8 body[] = "hello";
  ShoalWireMetadata   message = { .kind = SHOAL_WIRE_METADATA_REQUEST, .block = 7 };
  g_autoptr (GByteArray) out = g_byte_array_new ();

  shoal_wire_metadata_write (&message, out);
  g_assert_cmpmem (out->data, out->len, "d8:msg_typei0e5:piecei7ee", 25);
  g_byte_array_set_size (out, 0);
  message.kind = SHOAL_WIRE_METADATA_REJECT;
  shoal_wire_metadata_write (&message, out);
  g_assert_cmpmem (out->data, out->len, "d8:msg_typei2e5:piecei7ee", 25);
  g_byte_array_set_size (out, 0);
  message = (ShoalWireMetadata){ SHOAL_WIRE_METADATA_DATA, 1, 16389, body, 5 };
  shoal_wire_metadata_write (&message, out);
  g_assert_cmpmem (out->data, out->len, "d8:msg_typei1e5:piecei1e10:total_sizei16389eehello", 50);
}

static void
test_round_trip (void)
{
  ShoalBaseRandom    random;
  g_autofree guint8 *body = g_malloc (SHOAL_WIRE_METADATA_BLOCK);
  guint              i;

  shoal_base_random_init (&random, 9);
  for (i = 0; i < 300; i++)
    {
      ShoalWireMetadata message = { .kind = i % 3, .block = i * 7919 }, read;
      g_autoptr (GByteArray) out = g_byte_array_new ();
      g_autofree guint8 *storage = NULL;

      if (message.kind == SHOAL_WIRE_METADATA_DATA)
        {
          message.data = body;
          message.len = 1 + shoal_base_random_below (&random, SHOAL_WIRE_METADATA_BLOCK);
          message.total_size = 1 + shoal_base_random_below (&random, G_MAXUINT32 - 1);
          memset (body, (int) i, message.len);
        }
      shoal_wire_metadata_write (&message, out);
      read = parse (out->data, out->len, &storage);
      g_assert_cmpint (read.kind, ==, message.kind);
      g_assert_cmpuint (read.block, ==, message.block);
      g_assert_cmpuint (read.total_size, ==, message.total_size);
      g_assert_cmpmem (read.data, read.len, message.data, message.len);
    }
}

/* What other programs write: more keys, another order, and no total_size. */
static void
test_foreign (void)
{
  static const char  with_more[] = "d8:msg_typei1e5:piecei0e10:total_sizei3e1:xli1ed1:yi2eeeeabc";
  static const char  unsorted[] = "d5:piecei4e8:msg_typei0ee";
  static const char  without[] = "d8:msg_typei1e5:piecei0eeabc";
  g_autofree guint8 *one = NULL, *two = NULL, *three = NULL;
  ShoalWireMetadata  message = parse (with_more, sizeof with_more - 1, &one);

  g_assert_cmpint (message.kind, ==, SHOAL_WIRE_METADATA_DATA);
  g_assert_cmpuint (message.total_size, ==, 3);
  g_assert_cmpmem (message.data, message.len, "abc", 3);
  message = parse (unsorted, sizeof unsorted - 1, &two);
  g_assert_cmpint (message.kind, ==, SHOAL_WIRE_METADATA_REQUEST);
  g_assert_cmpuint (message.block, ==, 4);
  message = parse (without, sizeof without - 1, &three);
  g_assert_cmpint (message.kind, ==, SHOAL_WIRE_METADATA_DATA);
  g_assert_cmpuint (message.total_size, ==, 0);
}

static void
test_refused (void)
{
  g_assert_cmpint (kind_of ("d8:msg_typei3e5:piecei0ee"), ==, SHOAL_WIRE_METADATA_UNKNOWN);
  g_assert_cmpint (kind_of ("d8:msg_typei-1e5:piecei0ee"), ==, SHOAL_WIRE_METADATA_UNKNOWN);
  g_assert_cmpint (kind_of (""), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("le"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d8:msg_typei0ee"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d5:piecei0ee"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d8:msg_typei0e5:piecei-1ee"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d8:msg_typei0e5:piecei4294967296ee"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d8:msg_type1:05:piecei0ee"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of ("d8:msg_typei0e5:piecei0e"), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (
      kind_of ("d8:msg_typei1e5:piecei0e10:total_sizei3ee"), ==, SHOAL_WIRE_METADATA_BAD);
}

/* A size that is none is as if not said; a large one is told as it is, for who asked to judge. */
static void
test_sizes (void)
{
  static const char  negative[] = "d8:msg_typei1e5:piecei0e10:total_sizei-5eeabc";
  static const char  large[] = "d8:msg_typei1e5:piecei0e10:total_sizei99999999999eeabc";
  g_autofree guint8 *one = NULL, *two = NULL, *three = NULL;
  g_autoptr (GByteArray) long_block = g_byte_array_new ();

  g_assert_cmpuint (parse (negative, sizeof negative - 1, &one).total_size, ==, 0);
  g_assert_cmpuint (
      parse (large, sizeof large - 1, &two).total_size, ==, G_GUINT64_CONSTANT (99999999999));
  g_byte_array_append (long_block, (const guint8 *) "d8:msg_typei1e5:piecei0ee", 25);
  g_byte_array_set_size (long_block, 25 + SHOAL_WIRE_METADATA_BLOCK + 1);
  g_assert_cmpint (
      parse (long_block->data, long_block->len, &three).kind, ==, SHOAL_WIRE_METADATA_BAD);
}

/* A dictionary that nests or lists without end is refused before it costs anything. */
static void
test_bombs (void)
{
  g_autoptr (GString) deep = g_string_new ("d8:msg_typei0e5:piecei0e1:x");
  g_autoptr (GString) wide = g_string_new ("d8:msg_typei0e5:piecei0e1:xl");
  guint i;

  for (i = 0; i < 5000; i++)
    g_string_append_c (deep, 'l');
  for (i = 0; i < 5000; i++)
    g_string_append (wide, "i1e");
  g_string_append (wide, "ee");
  g_assert_cmpint (kind_of (deep->str), ==, SHOAL_WIRE_METADATA_BAD);
  g_assert_cmpint (kind_of (wide->str), ==, SHOAL_WIRE_METADATA_BAD);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/metadata/bytes", test_bytes);
  g_test_add_func ("/wire/metadata/round-trip", test_round_trip);
  g_test_add_func ("/wire/metadata/foreign", test_foreign);
  g_test_add_func ("/wire/metadata/refused", test_refused);
  g_test_add_func ("/wire/metadata/sizes", test_sizes);
  g_test_add_func ("/wire/metadata/bombs", test_bombs);
  return g_test_run ();
}
