/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "wire/shoal-wire-extension.h"
#include "wire/shoal-wire-pex.h"

typedef struct
{
  ShoalCodecBencode *bencode;
  guint8            *copy; /* of its own size, so that a sanitizer sees a read beyond it */
  ShoalWirePex       pex;
} Reading;

static gboolean
reading_init (Reading *self, const char *text, gsize len)
{
  self->bencode = shoal_codec_bencode_new ();
  self->copy = g_memdup2 (text, len);
  return shoal_wire_pex_parse (&self->pex, self->bencode, self->copy, len);
}

static void
reading_clear (Reading *self)
{
  shoal_codec_bencode_free (self->bencode);
  g_free (self->copy);
}

static ShoalBaseAddress
address (const char *text)
{
  ShoalBaseAddress out;

  g_assert_true (shoal_base_address_parse (&out, text));
  return out;
}

static void
assert_address (const ShoalBaseAddress *found, const char *expected)
{
  char text[SHOAL_BASE_ADDRESS_TEXT_SIZE];

  g_assert_cmpstr (shoal_base_address_format (found, TRUE, text), ==, expected);
}

static void
test_round_trip (void)
{
  ShoalWirePexRow  added[] = { { address ("[2001:db8::1]:6881"), SHOAL_WIRE_PEX_SEED },
                               { address ("1.2.3.4:80"), SHOAL_WIRE_PEX_REACHABLE },
                               { address ("5.6.7.8:9"), 0x1f } };
  ShoalBaseAddress dropped[] = { address ("9.9.9.9:99"), address ("[2001:db8::2]:2") };
  g_autoptr (GByteArray) out = g_byte_array_new ();
  Reading          read;
  ShoalWirePexRow  row;
  ShoalBaseAddress gone;

  shoal_wire_pex_write (added, 3, dropped, 2, out);
  g_assert_true (reading_init (&read, (const char *) out->data, out->len));
  g_assert_cmpuint (shoal_wire_pex_get_n_added (&read.pex), ==, 3);
  g_assert_cmpuint (shoal_wire_pex_get_n_dropped (&read.pex), ==, 2);
  shoal_wire_pex_get_added (&read.pex, 0, &row);
  assert_address (&row.address, "1.2.3.4:80");
  g_assert_cmpuint (row.flags, ==, SHOAL_WIRE_PEX_REACHABLE);
  shoal_wire_pex_get_added (&read.pex, 1, &row);
  assert_address (&row.address, "5.6.7.8:9");
  g_assert_cmpuint (row.flags, ==, 0x1f);
  shoal_wire_pex_get_added (&read.pex, 2, &row);
  assert_address (&row.address, "[2001:db8::1]:6881");
  g_assert_cmpuint (row.flags, ==, SHOAL_WIRE_PEX_SEED);
  shoal_wire_pex_get_dropped (&read.pex, 0, &gone);
  assert_address (&gone, "9.9.9.9:99");
  shoal_wire_pex_get_dropped (&read.pex, 1, &gone);
  assert_address (&gone, "[2001:db8::2]:2");
  reading_clear (&read);
}

/* As bytes: keys in order, none that is empty. */
static void
test_bytes (void)
{
  ShoalWirePexRow  added = { address ("97.98.99.100:25958"), 'x' };
  ShoalBaseAddress dropped = address ("65.66.67.68:17734");
  g_autoptr (GByteArray) out = g_byte_array_new ();

  shoal_wire_pex_write (&added, 1, &dropped, 1, out);
  g_byte_array_append (out, (const guint8 *) "", 1);
  g_assert_cmpstr ((const char *) out->data, ==, "d5:added6:abcdef7:added.f1:x7:dropped6:ABCDEFe");
}

/* What others write: all keys, also empty ones, and some of their own. */
static void
test_foreign (void)
{
  static const char text[] = "d5:added12:abcdefghijkl7:added.f2:\x02\xff"
                             "6:added60:8:added6.f0:7:dropped0:8:dropped60:4:morelee";
  Reading           read;
  ShoalWirePexRow   row;

  g_assert_true (reading_init (&read, text, sizeof text - 1));
  g_assert_cmpuint (shoal_wire_pex_get_n_added (&read.pex), ==, 2);
  g_assert_cmpuint (shoal_wire_pex_get_n_dropped (&read.pex), ==, 0);
  shoal_wire_pex_get_added (&read.pex, 0, &row);
  g_assert_cmpuint (row.flags, ==, SHOAL_WIRE_PEX_SEED);
  shoal_wire_pex_get_added (&read.pex, 1, &row);
  g_assert_cmpuint (row.flags, ==, 0x1f); /* bits that nobody has defined are not passed on */
  reading_clear (&read);
}

static void
test_odd (void)
{
  static const struct
  {
    const char *text;
    gboolean    is_read;
    guint       n_added;
    guint       n_dropped;
  } ROWS[] = {
    { "de", TRUE, 0, 0 },
    { "", FALSE, 0, 0 },
    { "le", FALSE, 0, 0 },
    { "i3e", FALSE, 0, 0 },
    { "d5:added6:abcde", FALSE, 0, 0 },
    { "d5:added5:abcdee", TRUE, 0, 0 },
    { "d5:added8:abcdefghe", TRUE, 1, 0 },
    { "d5:addedi6ee", TRUE, 0, 0 },
    { "d5:addedl6:abcdefee", TRUE, 0, 0 },
    { "d5:added6:abcdef7:added.f9:123456789e", TRUE, 1, 0 },
    { "d7:dropped6:abcdef8:dropped618:abcdefghijklmnopqre", TRUE, 0, 2 },
    { "d5:addedd5:added6:abcdefee", TRUE, 0, 0 },
    { "d1:allllllllllleeeeeeeeeee", FALSE, 0, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      Reading         read;
      ShoalWirePexRow row;

      g_assert_cmpint (
          reading_init (&read, ROWS[i].text, strlen (ROWS[i].text)), ==, ROWS[i].is_read);
      g_assert_cmpuint (shoal_wire_pex_get_n_added (&read.pex), ==, ROWS[i].n_added);
      g_assert_cmpuint (shoal_wire_pex_get_n_dropped (&read.pex), ==, ROWS[i].n_dropped);
      for (guint n = 0; n < ROWS[i].n_added; n++)
        {
          shoal_wire_pex_get_added (&read.pex, n, &row);
          g_assert_cmpuint (row.flags, ==, 0);
        }
      reading_clear (&read);
    }
}

/* As many rows as the largest message holds are read without copying, and none beyond that. */
static void
test_large (void)
{
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autofree char *head = NULL;
  Reading          read;
  ShoalWirePexRow  row;
  guint            n = (SHOAL_WIRE_EXTENSION_MAX_PEX - 30) / 6;

  head = g_strdup_printf ("d5:added%u:", n * 6);
  g_byte_array_append (rows, (const guint8 *) head, (guint) strlen (head));
  for (guint i = 0; i < n; i++)
    g_byte_array_append (rows, (const guint8 *) "abcdef", 6);
  g_byte_array_append (rows, (const guint8 *) "e", 1);
  g_assert_true (reading_init (&read, (const char *) rows->data, rows->len));
  g_assert_cmpuint (shoal_wire_pex_get_n_added (&read.pex), ==, n);
  shoal_wire_pex_get_added (&read.pex, n - 1, &row);
  assert_address (&row.address, "97.98.99.100:25958");
  reading_clear (&read);
  g_byte_array_set_size (rows, SHOAL_WIRE_EXTENSION_MAX_PEX + 1);
  g_assert_false (reading_init (&read, (const char *) rows->data, rows->len));
  reading_clear (&read);
}

/* One host has one spelling. */
static void
test_mapped (void)
{
  static const char text[] = "d6:added618:\0\0\0\0\0\0\0\0\0\0\xff\xff\x01\x02\x03\x04\0\x50"
                             "e";
  Reading           read;
  ShoalWirePexRow   row;

  g_assert_true (reading_init (&read, text, sizeof text - 1));
  shoal_wire_pex_get_added (&read.pex, 0, &row);
  assert_address (&row.address, "1.2.3.4:80");
  reading_clear (&read);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/pex/round-trip", test_round_trip);
  g_test_add_func ("/wire/pex/bytes", test_bytes);
  g_test_add_func ("/wire/pex/foreign", test_foreign);
  g_test_add_func ("/wire/pex/odd", test_odd);
  g_test_add_func ("/wire/pex/large", test_large);
  g_test_add_func ("/wire/pex/mapped", test_mapped);
  return g_test_run ();
}
