/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-bencode.h"

#include <string.h>

#include "codec/shoal-codec-bencode-writer.h"

static const ShoalCodecBencodeLimits limits = { .max_size = 1 << 20,
                                                .max_depth = 20,
                                                .max_tokens = 1000 };

static gboolean
parse_text (ShoalCodecBencode *document, const char *text, GError **error)
{
  return shoal_codec_bencode_parse (document, (const guint8 *) text, strlen (text), &limits, error);
}

static void
test_good (void)
{
  static const struct
  {
    const char            *text;
    ShoalCodecBencodeType  type;
    ShoalCodecBencodeFlaws flaws;
    gsize                  size;
  } rows[] = {
    { "i0e", SHOAL_CODEC_BENCODE_INTEGER, 0, 3 },
    { "i-9223372036854775808e", SHOAL_CODEC_BENCODE_INTEGER, 0, 22 },
    { "i99999999999999999999999999e", SHOAL_CODEC_BENCODE_INTEGER, 0, 28 },
    { "0:", SHOAL_CODEC_BENCODE_STRING, 0, 2 },
    { "4:spam", SHOAL_CODEC_BENCODE_STRING, 0, 6 },
    { "le", SHOAL_CODEC_BENCODE_LIST, 0, 2 },
    { "l4:spam4:eggse", SHOAL_CODEC_BENCODE_LIST, 0, 14 },
    { "de", SHOAL_CODEC_BENCODE_DICT, 0, 2 },
    { "d3:cow3:moo4:spaml1:a1:bee", SHOAL_CODEC_BENCODE_DICT, 0, 26 },
    { "i-0e", SHOAL_CODEC_BENCODE_INTEGER, SHOAL_CODEC_BENCODE_LEADING_ZERO, 4 },
    { "i03e", SHOAL_CODEC_BENCODE_INTEGER, SHOAL_CODEC_BENCODE_LEADING_ZERO, 4 },
    { "00000000000000000004:spam",
      SHOAL_CODEC_BENCODE_STRING,
      SHOAL_CODEC_BENCODE_LEADING_ZERO,
      25 },
    { "d1:b0:1:a0:e", SHOAL_CODEC_BENCODE_DICT, SHOAL_CODEC_BENCODE_UNSORTED, 12 },
    { "d2:ab0:1:a0:e", SHOAL_CODEC_BENCODE_DICT, SHOAL_CODEC_BENCODE_UNSORTED, 13 },
    { "d1:a0:2:ab0:e", SHOAL_CODEC_BENCODE_DICT, 0, 13 },
    { "d1:a0:1:a0:e", SHOAL_CODEC_BENCODE_DICT, SHOAL_CODEC_BENCODE_DUPLICATE_KEY, 12 },
    { "d0:0:0:0:e", SHOAL_CODEC_BENCODE_DICT, SHOAL_CODEC_BENCODE_DUPLICATE_KEY, 10 },
    { "i1exyz", SHOAL_CODEC_BENCODE_INTEGER, SHOAL_CODEC_BENCODE_TRAILING, 3 },
  };
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      gsize len;

      g_test_message ("%s", rows[i].text);
      parse_text (document, rows[i].text, &error);
      g_assert_no_error (error);
      g_assert_cmpint (
          shoal_codec_bencode_get_type (shoal_codec_bencode_get_root (document)), ==, rows[i].type);
      g_assert_cmpint (shoal_codec_bencode_get_flaws (document), ==, rows[i].flaws);
      g_assert_cmpuint (shoal_codec_bencode_get_size (document), ==, rows[i].size);
      g_assert_true (shoal_codec_bencode_get_span (shoal_codec_bencode_get_root (document), &len) ==
                     (const guint8 *) rows[i].text);
      g_assert_cmpuint (len, ==, rows[i].size);
    }
}

static void
test_bad (void)
{
  static const struct
  {
    const char *text;
    const char *message;
  } rows[] = {
    { "", "offset 0: expected a value, found the end" },
    { "x", "offset 0: expected a value, found 'x'" },
    { "\x01", "offset 0: expected a value, found byte 0x01" },
    { "e", "offset 0: expected a value, found 'e'" },
    { "ie", "offset 1: expected a digit of an integer, found 'e'" },
    { "i-e", "offset 2: expected a digit of an integer, found 'e'" },
    { "i--1e", "offset 2: expected a digit of an integer, found '-'" },
    { "i+1e", "offset 1: expected a digit of an integer, found '+'" },
    { "i1.5e", "offset 2: expected the 'e' after an integer, found '.'" },
    { "i12", "offset 3: expected the 'e' after an integer, found the end" },
    { "5", "offset 0: a string that reaches beyond the end, at 1" },
    { "5:spam", "offset 0: a string that reaches beyond the end, at 6" },
    { "0x", "offset 1: expected the ':' after a string's length, found 'x'" },
    { "-1:a", "offset 0: expected a value, found '-'" },
    { "99999999999999999999:a", "offset 0: a string that reaches beyond the end, at 22" },
    { "18446744073709551616:", "offset 0: a string that reaches beyond the end, at 21" },
    { "4294967297:abcdef", "offset 0: a string that reaches beyond the end, at 17" },
    { "000000000000000000001:a", "offset 20: expected the ':' after a string's length, found '1'" },
    { "l", "offset 1: expected a value, found the end" },
    { "li1e", "offset 4: expected a value, found the end" },
    { "d", "offset 1: expected a key or the 'e' after a dictionary, found the end" },
    { "di1ei2ee", "offset 1: expected a key or the 'e' after a dictionary, found 'i'" },
    { "d1:ae", "offset 4: expected the value of a key, found 'e'" },
    { "d1:ad1:b", "offset 8: expected a value, found the end" },
    { "llllllllllllllllllllleeeeeeeeeeeeeeeeeeeee",
      "offset 20: containers nested more than 20 deep" },
  };
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", rows[i].text);
      g_assert_false (parse_text (document, rows[i].text, &error));
      g_assert_cmpint (error->domain, ==, SHOAL_CODEC_ERROR);
      g_assert_cmpstr (error->message, ==, rows[i].message);
      g_assert_null (shoal_codec_bencode_get_root (document).document);
      g_assert_false (parse_text (document, rows[i].text, NULL));
    }
}

/* Every text cut anywhere, and every byte of it changed, is read or refused within its bounds. */
static void
test_cut (void)
{
  static const char whole[] = "d4:dictd1:ai-1ee4:listli1e3:abcd1:xleee3:str5:hello3:zzzi42ee";
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  gsize cut, i;

  for (cut = 0; cut < sizeof whole - 1; cut++)
    {
      g_autofree guint8 *copy = g_memdup2 (whole, MAX (cut, 1));

      g_assert_false (shoal_codec_bencode_parse (document, copy, cut, &limits, NULL));
    }
  for (i = 0; i < 256 * (sizeof whole - 1); i++)
    {
      g_autofree guint8 *copy = g_memdup2 (whole, sizeof whole - 1);

      copy[i / 256] = (guint8) i;
      shoal_codec_bencode_parse (document, copy, sizeof whole - 1, &limits, NULL);
    }
}

static void
test_integers (void)
{
  static const struct
  {
    const char *text;
    gboolean    fits;
    gint64      value;
  } rows[] = {
    { "i0e", TRUE, 0 },
    { "i-0e", TRUE, 0 },
    { "i007e", TRUE, 7 },
    { "i9223372036854775807e", TRUE, G_MAXINT64 },
    { "i9223372036854775808e", FALSE, 0 },
    { "i18446744073709551615e", FALSE, 0 },
    { "i-9223372036854775808e", TRUE, G_MININT64 },
    { "i-9223372036854775809e", FALSE, 0 },
    { "1:1", FALSE, 0 },
    { "le", FALSE, 0 },
  };
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gint64   value = -77;
      gboolean fits;

      g_assert_true (parse_text (document, rows[i].text, NULL));
      fits = shoal_codec_bencode_get_integer (shoal_codec_bencode_get_root (document), &value);
      g_assert_cmpint (fits, ==, rows[i].fits);
      g_assert_cmpint (value, ==, fits ? rows[i].value : -77);
    }
}

static void
test_lookup (void)
{
  static const char text[] = "d1:ai7e1:bl3:onei2ed1:xi3eee1:cd1:yi4ee1:d3:fin1:di9ee";
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  ShoalCodecBencodeValue root, list, dict, value, key;
  ShoalCodecBencodeIter  iter;
  gint64                 number = 0;
  gsize                  len;

  g_assert_true (parse_text (document, text, NULL));
  root = shoal_codec_bencode_get_root (document);
  g_assert_true (shoal_codec_bencode_find_integer (root, "a", &number));
  g_assert_cmpint (number, ==, 7);
  g_assert_false (shoal_codec_bencode_find_integer (root, "b", &number));
  g_assert_false (shoal_codec_bencode_find_integer (root, "nothing", &number));
  list = shoal_codec_bencode_find_typed (root, "b", SHOAL_CODEC_BENCODE_LIST);
  shoal_codec_bencode_iter_init (&iter, list);
  g_assert_true (shoal_codec_bencode_iter_next (&iter, &key, &value));
  g_assert_null (key.document);
  g_assert_true (shoal_codec_bencode_is_string (value, "one"));
  g_assert_false (shoal_codec_bencode_is_string (value, "on"));
  g_assert_true (shoal_codec_bencode_iter_next (&iter, NULL, &value));
  g_assert_true (shoal_codec_bencode_get_integer (value, &number));
  g_assert_cmpint (number, ==, 2);
  g_assert_true (shoal_codec_bencode_iter_next (&iter, NULL, &value));
  g_assert_true (shoal_codec_bencode_find_integer (value, "x", &number));
  g_assert_cmpint (number, ==, 3);
  g_assert_false (shoal_codec_bencode_iter_next (&iter, NULL, &value));
  dict = shoal_codec_bencode_find (root, "c");
  g_assert_cmpmem (shoal_codec_bencode_get_span (dict, &len), 8, "d1:yi4ee", 8);
  g_assert_cmpuint (len, ==, 8);
  g_assert_cmpuint (shoal_codec_bencode_get_offset (dict), ==, strstr (text, "d1:yi4ee") - text);
  g_assert_cmpint (shoal_codec_bencode_find_typed (root, "c", SHOAL_CODEC_BENCODE_LIST).document ==
                       NULL,
                   ==,
                   TRUE);
  /* The first of two. */
  g_assert_cmpmem (shoal_codec_bencode_find_string (root, "d", &len), len, "fin", 3);
  /* None chains. */
  value = shoal_codec_bencode_find (
      shoal_codec_bencode_find (shoal_codec_bencode_find (root, "q"), "r"), "s");
  g_assert_cmpint (shoal_codec_bencode_get_type (value), ==, SHOAL_CODEC_BENCODE_NONE);
  g_assert_null (shoal_codec_bencode_get_span (value, &len));
  g_assert_null (shoal_codec_bencode_get_string (value, &len));
  g_assert_cmpuint (len, ==, 0);
  shoal_codec_bencode_iter_init (&iter, value);
  g_assert_false (shoal_codec_bencode_iter_next (&iter, NULL, &value));
  shoal_codec_bencode_iter_init (&iter, shoal_codec_bencode_find (root, "a"));
  g_assert_false (shoal_codec_bencode_iter_next (&iter, NULL, &value));
}

static void
test_limits (void)
{
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();
  g_autoptr (GString) many = g_string_new ("l");
  g_autofree guint8 *big = g_malloc (2 << 20);
  g_autoptr (GError) error = NULL;
  ShoalCodecBencodeLimits deep = { .max_size = 8 << 20,
                                   .max_depth = 100000,
                                   .max_tokens = G_MAXUINT };
  guint                   i;

  for (i = 0; i < 999; i++)
    g_string_append (many, "0:");
  g_string_append (many, "e");
  g_assert_false (parse_text (document, many->str, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE);
  g_clear_error (&error);
  g_string_erase (many, 1, 2);
  g_assert_true (parse_text (document, many->str, &error));

  memset (big, 'l', 2 << 20);
  g_assert_false (shoal_codec_bencode_parse (document, big, 2 << 20, &limits, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE);
  g_assert_cmpstr (error->message, ==, "2097152 bytes, more than 1048576");
  g_clear_error (&error);
  /* A wish for more depth than there are frames is cut to them. */
  g_assert_false (shoal_codec_bencode_parse (document, big, 2 << 20, &deep, &error));
  g_assert_error (error, SHOAL_CODEC_ERROR, SHOAL_CODEC_ERROR_TOO_LARGE);
  g_assert_nonnull (strstr (error->message, "128 deep"));
}

static void
test_writer (void)
{
  static const char expected[] = "d1:ai-5e1:b3:x\0y1:cl4:spamde3:rawee";
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (ShoalCodecBencode) document = shoal_codec_bencode_new ();

  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_add_pair_integer (out, "a", -5);
  shoal_codec_bencode_writer_add_pair_bytes (out, "b", "x\0y", 3);
  shoal_codec_bencode_writer_add_string (out, "c");
  shoal_codec_bencode_writer_begin_list (out);
  shoal_codec_bencode_writer_add_string (out, "spam");
  shoal_codec_bencode_writer_begin_dict (out);
  shoal_codec_bencode_writer_end (out);
  shoal_codec_bencode_writer_add_raw (out, "3:raw", 5);
  shoal_codec_bencode_writer_end (out);
  shoal_codec_bencode_writer_end (out);
  g_assert_cmpmem (out->data, out->len, expected, sizeof expected - 1);
  g_assert_true (shoal_codec_bencode_parse (document, out->data, out->len, &limits, NULL));
  g_assert_cmpint (shoal_codec_bencode_get_flaws (document), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/bencode/good", test_good);
  g_test_add_func ("/codec/bencode/bad", test_bad);
  g_test_add_func ("/codec/bencode/cut", test_cut);
  g_test_add_func ("/codec/bencode/integers", test_integers);
  g_test_add_func ("/codec/bencode/lookup", test_lookup);
  g_test_add_func ("/codec/bencode/limits", test_limits);
  g_test_add_func ("/codec/bencode/writer", test_writer);
  return g_test_run ();
}
