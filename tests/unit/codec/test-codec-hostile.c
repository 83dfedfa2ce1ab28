/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Torrents made to harm: refused or made harmless, each in less than a second of work. */

#include <time.h>

#include "codec-test-bencode.h"
#include "codec/shoal-codec-metainfo.h"

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__) || defined(__has_feature)
#define SLOWER 8
#else
#define SLOWER 1
#endif

/* Reads @text, which is taken over, against the clock. @code: −1 where it must be accepted. */
static ShoalCodecMetainfo *
read_hostile (GString *text, int code)
{
  g_autoptr (GBytes) bytes = g_string_free_to_bytes (text);
  g_autoptr (GError) error = NULL;
  clock_t             start = clock ();
  ShoalCodecMetainfo *metainfo = shoal_codec_metainfo_new_from_bytes (bytes, &error);
  double              seconds = (double) (clock () - start) / CLOCKS_PER_SEC;

  g_test_message ("%.3f s for %" G_GSIZE_FORMAT " bytes: %s",
                  seconds,
                  g_bytes_get_size (bytes),
                  error != NULL ? error->message : "accepted");
  g_assert_cmpfloat (seconds, <, 1.0 * SLOWER);
  if (code < 0)
    g_assert_no_error (error);
  else
    g_assert_error (error, SHOAL_CODEC_ERROR, code);
  return metainfo;
}

static void
refuse (GString *text, int code)
{
  g_assert_null (read_hostile (text, code));
}

static void
append_repeated (GString *text, const char *unit, guint n)
{
  for (; n > 0; n--)
    g_string_append (text, unit);
}

static void
test_deep (void)
{
  static const char *const units[][2] = {
    { "l", "e" }, { "d1:a", "e" }, { "ld1:a", "ee" }, { "l", "" }, { "d1:a", "" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (units); i++)
    {
      GString *text = g_string_new ("d4:info");

      append_repeated (text, units[i][0], 1000000);
      append_repeated (text, units[i][1], 1000000);
      refuse (text, SHOAL_CODEC_ERROR_TOO_LARGE);
    }
}

static void
test_many_values (void)
{
  GString *text = g_string_new ("d1:al");

  append_repeated (text, "0:", 4000000);
  g_string_append (text, "ee");
  refuse (text, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_many_keys (void)
{
  GString *text = g_string_new ("d4:infod");
  guint    i;

  for (i = 0; i < 900000; i++)
    g_string_append_printf (text, "7:%07ule", i);
  g_string_append (text, "ee");
  refuse (text, SHOAL_CODEC_ERROR_MALFORMED);
}

static void
test_huge_file (void)
{
  GString *text = g_string_new ("d1:a");

  g_string_append_printf (text, "%u:", SHOAL_CODEC_METAINFO_MAX_SIZE);
  g_string_set_size (text, SHOAL_CODEC_METAINFO_MAX_SIZE + 20);
  refuse (text, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_long_integer (void)
{
  GString *text = g_string_new ("d4:infod6:lengthi");

  append_repeated (text, "9", 10000000);
  g_string_append (text, "e4:name1:n12:piece lengthi16384e6:pieces0:ee");
  refuse (text, SHOAL_CODEC_ERROR_MALFORMED);
}

/* The most pieces there may be, and one more. */
static void
test_many_pieces (void)
{
  guint n;

  for (n = SHOAL_CODEC_METAINFO_MAX_PIECES; n <= SHOAL_CODEC_METAINFO_MAX_PIECES + 1; n++)
    {
      g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
      GString *text = g_string_new (NULL);
      gsize    end;

      g_string_printf (text,
                       "d4:infod6:lengthi%" G_GUINT64_FORMAT
                       "e4:name1:n12:piece lengthi16384e6:pieces%u:",
                       (guint64) n * 16384,
                       n * 20);
      end = text->len + n * 20;
      g_string_set_size (text, end);
      g_string_append (text, "ee");
      metainfo = read_hostile (
          text, n > SHOAL_CODEC_METAINFO_MAX_PIECES ? (int) SHOAL_CODEC_ERROR_TOO_LARGE : -1);
    }
}

static GString *
begin_files (void)
{
  return g_string_new ("d4:infod5:filesl");
}

/* @total: bytes of all files; pieces of 16 MiB. */
static GString *
end_files (GString *text, const char *name, guint64 total)
{
  guint64 n = (total + (1 << 24) - 1) >> 24;

  g_string_append_printf (text,
                          "e4:name%" G_GSIZE_FORMAT
                          ":%s12:piece lengthi16777216e6:pieces%" G_GUINT64_FORMAT ":",
                          strlen (name),
                          name,
                          n * 20);
  append_repeated (text, "HHHHHHHHHHHHHHHHHHHH", (guint) n);
  g_string_append (text, "ee");
  return text;
}

static void
append_file (GString *text, guint64 length, const char *name)
{
  g_string_append_printf (text,
                          "d6:lengthi%" G_GUINT64_FORMAT "e4:pathl%" G_GSIZE_FORMAT ":%see",
                          length,
                          strlen (name),
                          name);
}

static void
test_duplicates (void)
{
  static const struct
  {
    guint n;
    int   code;
  } rows[] = { { 501, -1 }, { 502, SHOAL_CODEC_ERROR_UNSAFE }, { 5000, SHOAL_CODEC_ERROR_UNSAFE } };
  guint i, k;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
      GString *text = begin_files ();

      for (k = 0; k < rows[i].n; k++)
        append_file (text, 1, k % 2 == 0 ? "same" : "SAME");
      metainfo = read_hostile (end_files (text, "n", rows[i].n), rows[i].code);
    }
}

/* 200,000 files, each with names that all begin alike. */
static void
test_many_files (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  GString *text = begin_files ();
  guint    i;

  for (i = 0; i < 200000; i++)
    g_string_append_printf (text,
                            "d6:lengthi1000e4:pathl3:dir4:d%03u27:a-name-like-many-others%04uee",
                            i % 1000,
                            i / 1000);
  metainfo = read_hostile (end_files (text, "n", 200000 * 1000), -1);
  g_assert_cmpuint (
      shoal_codec_layout_get_n_files (shoal_codec_metainfo_get_layout (metainfo)), ==, 200000);
}

/* Names that hash alike under the usual string hash (33 × h + c), had they been its keys. */
static void
test_colliding_names (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  GString *text = begin_files ();
  guint    i, bit;

  for (i = 0; i < 1 << 16; i++)
    {
      char name[33] = "";

      for (bit = 0; bit < 16; bit++)
        memcpy (name + 2 * bit, i >> bit & 1 ? "15" : "0V", 3);
      append_file (text, 1, name);
    }
  metainfo = read_hostile (end_files (text, "n", 1 << 16), -1);
}

static void
test_deep_folders (void)
{
  guint i, depth;

  for (depth = 99; depth <= 101; depth++)
    {
      g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
      GString *text = begin_files ();

      for (i = 0; i < 2000; i++)
        {
          g_string_append (text, "d6:lengthi1e4:pathl");
          append_repeated (text, i % 2 == 0 ? "1:a" : "1:b", depth - 1);
          g_string_append_printf (text, "5:f%04uee", i);
        }
      metainfo = read_hostile (end_files (text, "n", 2000),
                               depth > 100 ? (int) SHOAL_CODEC_ERROR_TOO_LARGE : -1);
    }
}

/* Few bytes that say a long path for very many files. */
static void
test_long_folders (void)
{
  g_autofree char *name = g_strnfill (250, 'x');
  GString         *text = g_string_new ("d4:infod9:file tree");
  guint            i;

  for (i = 0; i < 95; i++)
    g_string_append_printf (text, "d250:%s", name);
  g_string_append (text, "d");
  for (i = 0; i < 300000; i++)
    g_string_append_printf (text, "6:%06ud0:d6:lengthi0eee", i);
  append_repeated (text, "e", 96);
  g_string_append (text, "12:meta versioni2e4:name1:n12:piece lengthi16384eee");
  refuse (text, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_deep_tree (void)
{
  GString *text = g_string_new ("d4:infod9:file tree");

  append_repeated (text, "d1:a", 101);
  g_string_append (text, "d0:d6:lengthi0eee");
  append_repeated (text, "e", 101);
  g_string_append (text, "12:meta versioni2e4:name1:n12:piece lengthi16384eee");
  refuse (text, SHOAL_CODEC_ERROR_TOO_LARGE);
}

static void
test_long_names (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  g_autofree char *name = g_strnfill (300, 'x');
  g_autofree char *folded = g_strnfill (100000, '\xcc');
  GString         *text = begin_files ();
  guint            i;

  for (i = 0; i < 100; i++)
    append_file (text, 1, name);
  append_file (text, 1, folded);
  metainfo = read_hostile (end_files (text, name, 101), -1);
  for (i = 0; i < 101; i++)
    {
      const char *path =
          shoal_codec_layout_get_file (shoal_codec_metainfo_get_layout (metainfo), i)->path;

      g_assert_cmpuint (strlen (path), <=, 255 + 1 + 255);
      g_assert_nonnull (strchr (path, '/'));
      g_assert_cmpuint (strlen (strchr (path, '/') + 1), <=, 255);
    }
}

/* Marks that belong in another order, as many as a name may hold. */
static void
test_combining (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  GString *text = begin_files ();
  GString *name = g_string_new ("a");
  guint    i;

  for (i = 0; i < 60; i++)
    g_string_append (name, i % 2 == 0 ? "\xcc\x81" : "\xcc\xa3");
  for (i = 0; i < 20000; i++)
    {
      g_autofree char *numbered = g_strdup_printf ("%s%u", name->str, i);

      append_file (text, 1, numbered);
    }
  g_string_free (name, TRUE);
  metainfo = read_hostile (end_files (text, "n", 20000), -1);
}

static void
test_many_urls (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  GString *text = g_string_new ("d13:announce-listl");
  guint    i, n;

  for (i = 0; i < 200000; i++)
    g_string_append_printf (text, "l22:http://t/announce%05ue", i % 100000);
  g_string_append (text, "e7:comment1000000:");
  append_repeated (text, "\xff", 1000000);
  g_string_append (
      text,
      "4:infod6:lengthi1e4:name1:n12:piece lengthi1e6:pieces20:HHHHHHHHHHHHHHHHHHHHe8:url-listl");
  for (i = 0; i < 100000; i++)
    g_string_append_printf (text, "18:http://s/file%05u", i);
  g_string_append (text, "ee");
  metainfo = read_hostile (text, -1);
  shoal_codec_metainfo_get_trackers (metainfo, &n);
  g_assert_cmpuint (n, ==, SHOAL_CODEC_URL_MAX_TRACKERS);
  g_assert_cmpuint (g_strv_length ((char **) shoal_codec_metainfo_get_web_seeds (metainfo)),
                    ==,
                    SHOAL_CODEC_METAINFO_MAX_SEEDS);
  g_assert_cmpuint (strlen (shoal_codec_metainfo_get_comment (metainfo)), <=, 65536);
}

/* A rejected URL costs as much as a kept one. */
static void
test_bad_urls (void)
{
  g_autoptr (ShoalCodecMetainfo) metainfo = NULL;
  GString *text = g_string_new ("d13:announce-listl");
  guint    i;

  for (i = 0; i < 100000; i++)
    g_string_append (text, "l10:gopher://xe");
  g_string_append (
      text, "e4:infod6:lengthi1e4:name1:n12:piece lengthi1e6:pieces20:HHHHHHHHHHHHHHHHHHHHee");
  metainfo = read_hostile (text, -1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/hostile/deep", test_deep);
  g_test_add_func ("/codec/hostile/many-values", test_many_values);
  g_test_add_func ("/codec/hostile/many-keys", test_many_keys);
  g_test_add_func ("/codec/hostile/huge-file", test_huge_file);
  g_test_add_func ("/codec/hostile/long-integer", test_long_integer);
  g_test_add_func ("/codec/hostile/many-pieces", test_many_pieces);
  g_test_add_func ("/codec/hostile/duplicates", test_duplicates);
  g_test_add_func ("/codec/hostile/many-files", test_many_files);
  g_test_add_func ("/codec/hostile/colliding-names", test_colliding_names);
  g_test_add_func ("/codec/hostile/deep-folders", test_deep_folders);
  g_test_add_func ("/codec/hostile/long-folders", test_long_folders);
  g_test_add_func ("/codec/hostile/deep-tree", test_deep_tree);
  g_test_add_func ("/codec/hostile/long-names", test_long_names);
  g_test_add_func ("/codec/hostile/combining", test_combining);
  g_test_add_func ("/codec/hostile/many-urls", test_many_urls);
  g_test_add_func ("/codec/hostile/bad-urls", test_bad_urls);
  return g_test_run ();
}
