/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "codec/shoal-codec-names.h"

#include <string.h>

static void
test_components (void)
{
  static const struct
  {
    const char *raw;
    const char *clean; /* NULL: nothing usable */
  } rows[] = {
    { "plain.txt", "plain.txt" },
    { "", NULL },
    { ".", NULL },
    { "..", NULL },
    { "...", "..." },
    { ".hidden", ".hidden" },
    { " spaces ", " spaces " },
    { "a/b", "a_b" },
    { "../../etc/passwd", ".._.._etc_passwd" },
    { "..\\..\\boot.ini", ".._.._boot.ini" },
    { "tab\tnew\nline", "tab_new_line" },
    { "\x7f", "_" },
    { "c1\xc2\x85y", "c1_y" },
    { "na\xc3\xafve", "na\xc3\xafve" },
    { "\xe6\x97\xa5\xe6\x9c\xac", "\xe6\x97\xa5\xe6\x9c\xac" },
    { "latin\xe9.txt", "latin_.txt" },
    { "\xff\xfe", "__" },
    { "cut\xe6\x97", "cut_" },
    { "over\xc0\xaf", "over_" },
    { "surrogate\xed\xa0\x80", "surrogate_" },
    { "evil\xe2\x80\xaegpj.exe", "evilgpj.exe" },
    { ".\xe2\x80\x8b.", NULL },
    { "\xe2\x80\x8b", NULL },
    { "\xef\xbb\xbf"
      "bom",
      "bom" },
    { "\xe2\x81\xa6iso\xe2\x81\xa9", "iso" },
    { "line\xe2\x80\xa8sep", "line_sep" },
    { "CON.txt", "CON.txt" },
    /* Joiners, where they join. */
    { "\u0645\u06cc\u200c\u062e\u0648.txt", "\u0645\u06cc\u200c\u062e\u0648.txt" },
    { "\U0001f469\u200d\U0001f4bb", "\U0001f469\u200d\U0001f4bb" },
    { "\u2764\ufe0f\u200d\U0001f525", "\u2764\ufe0f\u200d\U0001f525" },
    { "\u0d28\u0d4d\u200d.mkv", "\u0d28\u0d4d\u200d.mkv" },
    { "\u200cstart", "start" },
    { "end\u200d", "end" },
    { "two\u200c\u200dfold", "two\u200dfold" },
    { "a\u200c b \u200dc", "a b c" },
    { "a\u200c\nb", "a_b" },
    { "a\u200d\u202eb", "ab" },
    { "a\u200c\xff", "a_" },
    { ".\u200d", NULL },
    { ".\u200d.", NULL },
    { "a.\u200db", "a.b" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new ("x/");
      gboolean is_usable = shoal_codec_names_append_component (
          out, (const guint8 *) rows[i].raw, strlen (rows[i].raw));

      g_test_message ("row %u", i);
      g_assert_cmpint (is_usable, ==, rows[i].clean != NULL);
      g_assert_cmpstr (out->str + 2, ==, rows[i].clean != NULL ? rows[i].clean : "");
      g_assert_true (g_utf8_validate (out->str, -1, NULL));
    }
}

static void
test_nul (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_assert_true (shoal_codec_names_append_component (out, (const guint8 *) "a\0b", 3));
  g_assert_cmpstr (out->str, ==, "a_b");
}

/* 300 bytes of @unit, then @ending, cleaned. */
static char *
dup_long (const char *unit, const char *ending)
{
  g_autoptr (GString) raw = g_string_new (NULL);
  GString *out = g_string_new (NULL);

  while (raw->len < 300)
    g_string_append (raw, unit);
  g_string_append (raw, ending);
  g_assert_true (shoal_codec_names_append_component (out, (const guint8 *) raw->str, raw->len));
  return g_string_free (out, FALSE);
}

static void
test_long (void)
{
  g_autofree char *plain = dup_long ("x", "");
  g_autofree char *extension = dup_long ("x", ".tar.gz");
  g_autofree char *no_extension = dup_long ("x", ".this-is-no-extension");
  g_autofree char *wide = dup_long ("\xe6\x97\xa5", ".mkv");
  g_autofree char *dots = dup_long (".", "");

  g_assert_cmpuint (strlen (plain), ==, 250);
  g_assert_cmpuint (strlen (extension), ==, 250);
  g_assert_true (g_str_has_suffix (extension, "x.gz") || g_str_has_suffix (extension, "x.tar.gz"));
  g_assert_cmpuint (strlen (no_extension), ==, 250);
  g_assert_true (g_str_has_suffix (no_extension, "xx"));
  g_assert_cmpuint (strlen (wide), <=, 250);
  g_assert_cmpuint (strlen (wide), >, 246);
  g_assert_true (g_str_has_suffix (wide, "\xe6\x97\xa5.mkv"));
  g_assert_true (g_utf8_validate (wide, -1, NULL));
  g_assert_cmpuint (strlen (dots), ==, 250);
}

static void
test_top (void)
{
  static const char *const rows[][2] = {
    { "name", "name" },
    { ".0123456789012345678901234567890123456789.shoal-parts",
      ".0123456789012345678901234567890123456789.shoal-part_" },
    { "x.SHOAL-PARTS", "x.SHOAL-PART_" },
    { ".shoal-parts.txt", ".shoal-parts.txt" },
    { ".\xe2\x80\x8b"
      "a.shoal-parts",
      ".a.shoal-part_" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      g_assert_true (
          shoal_codec_names_append_top (out, (const guint8 *) rows[i][0], strlen (rows[i][0])));
      g_assert_cmpstr (out->str, ==, rows[i][1]);
    }
}

/* Adds @paths (up to NULL) in two passes and returns what they became, joined by blanks. */
static char *
dup_resolved (const char *const *paths)
{
  g_autoptr (ShoalCodecNames) names = shoal_codec_names_new ();
  GString *out = g_string_new (NULL);
  guint    i;

  for (i = 0; paths[i] != NULL; i++)
    shoal_codec_names_add_folders (names, paths[i]);
  for (i = 0; paths[i] != NULL; i++)
    {
      g_autoptr (GString) path = g_string_new (paths[i]);
      ShoalCodecNamesResult result = shoal_codec_names_add_file (names, path);

      g_assert_cmpint (result, !=, SHOAL_CODEC_NAMES_REFUSED);
      g_assert_cmpint (result == SHOAL_CODEC_NAMES_RENAMED, ==, strcmp (path->str, paths[i]) != 0);
      g_string_append_printf (out, "%s%s", i > 0 ? " " : "", path->str);
    }
  return g_string_free (out, FALSE);
}

static void
test_clashes (void)
{
  static const struct
  {
    const char *paths[6];
    const char *resolved;
  } rows[] = {
    { { "t/a", "t/b", "t/d/a" }, "t/a t/b t/d/a" },
    { { "t/a.txt", "t/a.txt", "t/a.txt" }, "t/a.txt t/a.1.txt t/a.2.txt" },
    { { "t/Readme", "t/README" }, "t/Readme t/README.1" },
    { { "t/\xc3\x84", "t/\xc3\xa4", "t/a\xcc\x88" }, "t/\xc3\x84 t/\xc3\xa4.1 t/a\xcc\x88.2" },
    { { "t/stra\xc3\x9f"
        "e",
        "t/STRASSE" },
      "t/stra\xc3\x9f"
      "e t/STRASSE.1" },
    { { "t/\u0645\u200c\u062e", "t/\u0645\u062e" }, "t/\u0645\u200c\u062e t/\u0645\u062e.1" },
    { { "t/a", "t/a/b" }, "t/a.1 t/a/b" },
    { { "t/a/b", "t/A" }, "t/a/b t/A.1" },
    { { "t/D/x", "t/d/X" }, "t/D/x t/d/X.1" },
    { { "t/a", "t/a", "t/a.1" }, "t/a t/a.1 t/a.1.1" },
    { { "t/.x", "t/.x" }, "t/.x t/.x.1" },
    { { "single" }, "single" },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *resolved = dup_resolved (rows[i].paths);

      g_assert_cmpstr (resolved, ==, rows[i].resolved);
    }
}

/* 500 renames are made, the next one is refused; long names keep within NAME_MAX. */
static void
test_many_clashes (void)
{
  g_autoptr (ShoalCodecNames) names = shoal_codec_names_new ();
  g_autofree char *leaf = g_strnfill (255, 'x');
  guint            i;

  for (i = 0; i <= 500; i++)
    {
      g_autoptr (GString) path = g_string_new ("t/");

      g_string_append (path, leaf);
      g_assert_cmpint (shoal_codec_names_add_file (names, path),
                       ==,
                       i == 0 ? SHOAL_CODEC_NAMES_KEPT : SHOAL_CODEC_NAMES_RENAMED);
      g_assert_cmpuint (path->len, <=, 2 + SHOAL_CODEC_NAMES_MAX_COMPONENT);
    }
  {
    g_autoptr (GString) path = g_string_new ("t/");

    g_string_append (path, leaf);
    g_assert_cmpint (shoal_codec_names_add_file (names, path), ==, SHOAL_CODEC_NAMES_REFUSED);
  }
}

/* Names that occupy every number a clash would try. */
static void
test_occupied (void)
{
  g_autoptr (ShoalCodecNames) names = shoal_codec_names_new ();
  g_autoptr (GString) path = g_string_new (NULL);
  guint i;

  for (i = 1; i < 20000; i++)
    {
      g_string_printf (path, "t/a.%u", i);
      g_assert_cmpint (shoal_codec_names_add_file (names, path), ==, SHOAL_CODEC_NAMES_KEPT);
    }
  g_string_assign (path, "t/a");
  g_assert_cmpint (shoal_codec_names_add_file (names, path), ==, SHOAL_CODEC_NAMES_KEPT);
  g_string_assign (path, "t/a");
  g_assert_cmpint (shoal_codec_names_add_file (names, path), ==, SHOAL_CODEC_NAMES_REFUSED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/codec/names/components", test_components);
  g_test_add_func ("/codec/names/nul", test_nul);
  g_test_add_func ("/codec/names/long", test_long);
  g_test_add_func ("/codec/names/top", test_top);
  g_test_add_func ("/codec/names/clashes", test_clashes);
  g_test_add_func ("/codec/names/many-clashes", test_many_clashes);
  g_test_add_func ("/codec/names/occupied", test_occupied);
  return g_test_run ();
}
