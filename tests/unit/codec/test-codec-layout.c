/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-layout.h"

#include <string.h>

#define K 16384

static const ShoalCodecFile files[] = {
  { .path = "t/empty-first", .length = 0 },
  { .path = "t/a", .length = 3 * K },
  { .path = "t/b", .length = 10 },
  { .path = "t/empty", .length = 0 },
  { .path = "t/.pad/1", .length = 2 * K - 10, .flags = SHOAL_CODEC_FILE_PAD },
  { .path = "t/c", .length = 2 * K + 1 },
  { .path = "t/empty-last", .length = 0 },
};

/* "file:offset+length …" of a range, for comparing. */
static char *
dup_map (const ShoalCodecLayout *layout, guint64 offset, guint64 length)
{
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  GString *text = g_string_new (NULL);
  guint    i;

  shoal_codec_layout_map (layout, offset, length, spans);
  for (i = 0; i < spans->len; i++)
    {
      const ShoalCodecSpan *span = &g_array_index (spans, ShoalCodecSpan, i);

      g_string_append_printf (text,
                              "%s%u:%" G_GUINT64_FORMAT "+%" G_GUINT64_FORMAT,
                              i > 0 ? " " : "",
                              span->file,
                              span->file_offset,
                              span->length);
    }
  return g_string_free (text, FALSE);
}

static void
assert_map (const ShoalCodecLayout *layout, guint64 offset, guint64 length, const char *expected)
{
  g_autofree char *text = dup_map (layout, offset, length);

  g_assert_cmpstr (text, ==, expected);
}

static void
test_v1 (void)
{
  g_autoptr (ShoalCodecLayout) layout = shoal_codec_layout_new (files, G_N_ELEMENTS (files), 2 * K);
  guint first, last;

  g_assert_cmpuint (shoal_codec_layout_get_total_size (layout), ==, 7 * K + 1);
  g_assert_cmpuint (shoal_codec_layout_get_data_size (layout), ==, 5 * K + 11);
  g_assert_cmpuint (shoal_codec_layout_get_piece_length (layout), ==, 2 * K);
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (layout), ==, 4);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 0), ==, 2 * K);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 3), ==, K + 1);
  g_assert_cmpuint (shoal_codec_layout_get_piece_offset (layout, 3), ==, 6 * K);
  g_assert_cmpuint (shoal_codec_layout_get_n_blocks (layout, 0), ==, 2);
  g_assert_cmpuint (shoal_codec_layout_get_n_blocks (layout, 3), ==, 2);
  g_assert_cmpuint (shoal_codec_layout_get_block_size (layout, 3, 0), ==, K);
  g_assert_cmpuint (shoal_codec_layout_get_block_size (layout, 3, 1), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_get_n_files (layout), ==, G_N_ELEMENTS (files));
  g_assert_cmpstr (shoal_codec_layout_get_file (layout, 1)->path, ==, "t/a");
  g_assert_true (shoal_codec_layout_get_file (layout, 1)->path != files[1].path);
  g_assert_cmpuint (shoal_codec_layout_get_file (layout, 5)->offset, ==, 5 * K);
  g_assert_cmpint (shoal_codec_layout_get_file (layout, 4)->flags, ==, SHOAL_CODEC_FILE_PAD);

  g_assert_cmpuint (shoal_codec_layout_find_file (layout, 0), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_find_file (layout, 3 * K - 1), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_find_file (layout, 3 * K), ==, 2);
  g_assert_cmpuint (shoal_codec_layout_find_file (layout, 3 * K + 10), ==, 4);
  g_assert_cmpuint (shoal_codec_layout_find_file (layout, 7 * K), ==, 5);

  g_assert_false (shoal_codec_layout_get_file_pieces (layout, 0, &first, &last));
  g_assert_true (shoal_codec_layout_get_file_pieces (layout, 1, &first, &last));
  g_assert_cmpuint (first, ==, 0);
  g_assert_cmpuint (last, ==, 1);
  g_assert_true (shoal_codec_layout_get_file_pieces (layout, 5, &first, &last));
  g_assert_cmpuint (first, ==, 2);
  g_assert_cmpuint (last, ==, 3);

  assert_map (layout, 0, 7 * K + 1, "1:0+49152 2:0+10 4:0+32758 5:0+32769");
  assert_map (layout, 3 * K - 1, 2, "1:49151+1 2:0+1");
  assert_map (layout, 3 * K + 9, 2, "2:9+1 4:0+1");
  assert_map (layout, 3 * K, 10, "2:0+10");
  assert_map (layout, 7 * K, 1, "5:32768+1");
  assert_map (layout, 7 * K + 1, 0, "");
  assert_map (layout, 0, 0, "");
}

static void
test_aligned (void)
{
  static const ShoalCodecFile v2[] = {
    { .path = "t/a", .length = 2 * K + 1 },
    { .path = "t/empty", .length = 0 },
    { .path = "t/b", .length = 2 * K },
    { .path = "t/c", .length = 5 },
  };
  g_autoptr (ShoalCodecLayout) layout = shoal_codec_layout_new_aligned (v2, 4, 2 * K);
  guint first, last;

  g_assert_cmpuint (shoal_codec_layout_get_total_size (layout), ==, 6 * K + 5);
  g_assert_cmpuint (shoal_codec_layout_get_data_size (layout), ==, 4 * K + 6);
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (layout), ==, 4);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 0), ==, 2 * K);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 1), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 2), ==, 2 * K);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 3), ==, 5);
  g_assert_cmpuint (shoal_codec_layout_get_n_blocks (layout, 1), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_get_block_size (layout, 1, 0), ==, 1);
  g_assert_true (shoal_codec_layout_get_file_pieces (layout, 2, &first, &last));
  g_assert_cmpuint (first, ==, 2);
  g_assert_cmpuint (last, ==, 2);
  assert_map (layout, 0, 6 * K + 5, "0:0+32769 2:0+32768 3:0+5");
  assert_map (layout, 2 * K + 1, K, "");
}

static void
test_single (void)
{
  static const ShoalCodecFile one = { .path = "file", .length = 1 };
  g_autoptr (ShoalCodecLayout) layout = shoal_codec_layout_new (&one, 1, 1u << 29);
  g_autoptr (ShoalCodecLayout) same = shoal_codec_layout_ref (layout);

  g_assert_true (same == layout);
  g_assert_cmpuint (shoal_codec_layout_get_n_pieces (layout), ==, 1);
  g_assert_cmpuint (shoal_codec_layout_get_piece_size (layout, 0), ==, 1);
  assert_map (layout, 0, 1, "0:0+1");
}

/* 300,000 files: every byte range is found again, and nothing is walked. */
static void
test_many (void)
{
  guint                      n = 300000;
  g_autofree ShoalCodecFile *list = g_new0 (ShoalCodecFile, n);
  g_autoptr (ShoalCodecLayout) layout = NULL;
  g_autoptr (GArray) spans = g_array_new (FALSE, FALSE, sizeof (ShoalCodecSpan));
  guint i;

  for (i = 0; i < n; i++)
    {
      list[i].path = "t/the-same-name";
      list[i].length = i % 3 == 0 ? 0 : i;
    }
  layout = shoal_codec_layout_new (list, n, 1 << 20);
  for (i = 1; i < n; i += 3)
    {
      const ShoalCodecFile *file = shoal_codec_layout_get_file (layout, i);

      g_assert_cmpuint (shoal_codec_layout_find_file (layout, file->offset), ==, i);
      g_assert_cmpuint (
          shoal_codec_layout_find_file (layout, file->offset + file->length - 1), ==, i);
      g_array_set_size (spans, 0);
      shoal_codec_layout_map (layout, file->offset, file->length, spans);
      g_assert_cmpuint (spans->len, ==, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/layout/v1", test_v1);
  g_test_add_func ("/codec/layout/aligned", test_aligned);
  g_test_add_func ("/codec/layout/single", test_single);
  g_test_add_func ("/codec/layout/many", test_many);
  return g_test_run ();
}
