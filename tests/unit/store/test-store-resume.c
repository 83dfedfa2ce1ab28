/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "store/shoal-store-resume.h"

#include <string.h>

/* Pieces of 10 bytes over four files; file 1 is empty, file 3 is a pad file:
 *
 *   piece  0          1          2          3          4
 *   bytes  aaaaaaaaaa aaaaacccccc cccccccccc cccccccccc ccccccpppp
 *   file a (0): 15 bytes, c (2): 31 bytes, p (3): 4 bytes */
#define N_PIECES     5
#define PIECE_LENGTH 10
#define TIME         1000

static ShoalCodecLayout *
make_layout (void)
{
  static const ShoalCodecFile files[] = {
    { .path = "t/a", .length = 15 },
    { .path = "t/b", .length = 0 },
    { .path = "t/c", .length = 31 },
    { .path = "t/p", .length = 4, .flags = SHOAL_CODEC_FILE_PAD },
  };

  return shoal_codec_layout_new (files, G_N_ELEMENTS (files), PIECE_LENGTH);
}

/* A file as the database and the disk have it. */
typedef struct
{
  gint64   row_size; /* −1: no row */
  gint64   row_time;
  gboolean is_open;
  gint64   size; /* −1: not there */
  gint64   time;
  gboolean in_parts;
} File;

#define SAME_A                                                                                     \
  {                                                                                                \
    15, TIME, FALSE, 15, TIME, FALSE                                                               \
  }
#define SAME_C                                                                                     \
  {                                                                                                \
    31, TIME, FALSE, 31, TIME, FALSE                                                               \
  }
#define NO_PARTS                                                                                   \
  {                                                                                                \
    -1, 0, FALSE, -1, 0, FALSE                                                                     \
  }

typedef struct
{
  const char *name;
  const char *written; /* '#': set, '.': clear; NULL: no set */
  const char *durable;
  gboolean    was_clean;
  File        a;
  File        c;
  File        parts;
  const char *expected; /* T: trusted, h: to hash, -: missing */
} Case;

static const Case cases[] = {
  { "clean stop", "#####", "#####", TRUE, SAME_A, SAME_C, NO_PARTS, "TTTTT" },
  { "nothing yet", ".....", ".....", TRUE, NO_PARTS, NO_PARTS, NO_PARTS, "-----" },
  { "no sets", NULL, NULL, TRUE, SAME_A, SAME_C, NO_PARTS, "-----" },
  { "sets of another size", "####", "######", TRUE, SAME_A, SAME_C, NO_PARTS, "-----" },
  { "half done", "#.#..", "#.#..", TRUE, SAME_A, SAME_C, NO_PARTS, "T-T--" },

  /* kill -9: the page cache lives, c was being written. */
  { "killed, written to since",
    "####.",
    "#.#..",
    FALSE,
    SAME_A,
    { 25, TIME, TRUE, 31, TIME + 5, FALSE },
    NO_PARTS,
    "ThTh-" },
  { "killed, marked but not written to",
    "#.#..",
    "#.#..",
    FALSE,
    SAME_A,
    { 25, TIME, TRUE, 25, TIME, FALSE },
    NO_PARTS,
    "T-T--" },
  { "killed before the first checkpoint",
    "###..",
    NULL,
    FALSE,
    { -1, 0, TRUE, 15, TIME, FALSE },
    { -1, 0, TRUE, 31, TIME, FALSE },
    NO_PARTS,
    "hhh--" },

  /* Power loss: what was not synced may be gone, the mark as well. */
  { "power loss, c is smaller than recorded",
    "#####",
    "#.##.",
    FALSE,
    SAME_A,
    { 31, TIME, TRUE, 30, TIME, FALSE },
    NO_PARTS,
    "Thhh-" },
  { "power loss, c is older than recorded",
    "#####",
    "#.##.",
    FALSE,
    SAME_A,
    { 31, TIME, TRUE, 31, TIME - 1, FALSE },
    NO_PARTS,
    "Thhhh" },
  { "power loss, the mark is lost",
    "#.##.",
    "#.##.",
    FALSE,
    SAME_A,
    { 31, TIME, FALSE, 31, TIME + 3, FALSE },
    NO_PARTS,
    "T-hh-" },
  { "power loss, the written set is older than the durable",
    "#....",
    "#.#..",
    FALSE,
    SAME_A,
    SAME_C,
    NO_PARTS,
    "T-h--" },

  /* Somebody else was there. */
  { "a mark after a clean stop is not believed",
    "#####",
    "#####",
    TRUE,
    SAME_A,
    { 31, TIME, TRUE, 31, TIME + 1, FALSE },
    NO_PARTS,
    "Thhhh" },
  { "shrunk",
    "#####",
    "#####",
    TRUE,
    SAME_A,
    { 31, TIME, FALSE, 22, TIME + 9 },
    NO_PARTS,
    "Thh--" },
  { "grown", "#####", "#####", TRUE, SAME_A, { 31, TIME, FALSE, 40, TIME + 9 }, NO_PARTS, "Thhhh" },
  { "touched",
    "#####",
    "#####",
    TRUE,
    SAME_A,
    { 31, TIME, FALSE, 31, TIME + 9 },
    NO_PARTS,
    "Thhhh" },
  { "older", "#####", "#####", TRUE, SAME_A, { 31, TIME, FALSE, 31, TIME - 9 }, NO_PARTS, "Thhhh" },
  { "touched, a",
    "#####",
    "#####",
    TRUE,
    { 15, TIME, FALSE, 15, TIME + 9 },
    SAME_C,
    NO_PARTS,
    "hhTTT" },
  { "replaced by an empty file",
    "#####",
    "#####",
    TRUE,
    { 15, TIME, FALSE, 0, TIME + 9 },
    SAME_C,
    NO_PARTS,
    "--TTT" },
  { "missing, a", "#####", "#####", TRUE, { 15, TIME, FALSE, -1, 0 }, SAME_C, NO_PARTS, "--TTT" },
  { "missing, c", "#####", "#####", TRUE, SAME_A, { 31, TIME, FALSE, -1, 0 }, NO_PARTS, "T----" },
  { "missing after a kill",
    "#####",
    "#####",
    FALSE,
    SAME_A,
    { 31, TIME, TRUE, -1, 0 },
    NO_PARTS,
    "T----" },
  { "a row without a size",
    "#####",
    "#####",
    TRUE,
    { -1, 0, FALSE, 15, TIME },
    SAME_C,
    NO_PARTS,
    "hhTTT" },

  /* a is skipped: what piece 1 has of it lies in the parts file. */
  { "parts",
    ".####",
    ".####",
    TRUE,
    { -1, 0, FALSE, -1, 0, TRUE },
    SAME_C,
    { 99, TIME, FALSE, 99, TIME },
    "-TTTT" },
  { "parts without a row",
    ".####",
    ".####",
    TRUE,
    { -1, 0, FALSE, -1, 0, TRUE },
    SAME_C,
    { -1, 0, FALSE, 99, TIME },
    "-hTTT" },
  { "parts changed",
    ".####",
    ".####",
    TRUE,
    { -1, 0, FALSE, -1, 0, TRUE },
    SAME_C,
    { 99, TIME, FALSE, 99, TIME + 1 },
    "-hTTT" },
  { "parts missing",
    ".####",
    ".####",
    TRUE,
    { -1, 0, FALSE, -1, 0, TRUE },
    SAME_C,
    { 99, TIME, FALSE, -1, 0 },
    "--TTT" },
};

static ShoalBaseBitset *
parse_bits (const char *picture)
{
  ShoalBaseBitset *bits;
  guint            i;

  if (picture == NULL)
    return NULL;
  bits = shoal_base_bitset_new ((guint) strlen (picture));
  for (i = 0; picture[i] != '\0'; i++)
    shoal_base_bitset_set (bits, i, picture[i] == '#');
  return bits;
}

static void
add_row (GArray *rows, guint32 index, const File *file)
{
  ShoalStoreFile row = { .file = index,
                         .priority = SHOAL_STORE_PRIORITY_UNSET,
                         .size = file->row_size,
                         .mtime_ns = file->row_time,
                         .open_for_write = file->is_open };

  if (file->row_size >= 0 || file->is_open)
    g_array_append_val (rows, row);
}

static ShoalStoreFound
found_of (const File *file)
{
  return (ShoalStoreFound){ file->size, file->time, file->in_parts };
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autoptr (ShoalCodecLayout) layout = make_layout ();
  g_autoptr (ShoalBaseBitset) written = parse_bits (test->written);
  g_autoptr (ShoalBaseBitset) durable = parse_bits (test->durable);
  g_autoptr (GArray) rows = g_array_new (FALSE, TRUE, sizeof (ShoalStoreFile));
  ShoalStoreFile  foreign = { .file = 77, .size = 1 };
  ShoalStoreFound found[4] = { found_of (&test->a), { 0, 5 }, found_of (&test->c), { -1, 0 } };
  ShoalStoreResumeInput input = { .layout = layout,
                                  .written = written,
                                  .durable = durable,
                                  .found = found,
                                  .parts = found_of (&test->parts),
                                  .was_clean = test->was_clean };
  ShoalStoreResume      result;
  char                  picture[N_PIECES + 1] = "";
  guint                 i;

  g_array_append_val (rows, foreign);
  add_row (rows, SHOAL_STORE_PARTS_FILE, &test->parts);
  add_row (rows, 2, &test->c);
  add_row (rows, 0, &test->a);
  input.files = (const ShoalStoreFile *) (gpointer) rows->data;
  input.n_files = rows->len;
  result = shoal_store_resume (&input);
  for (i = 0; i < N_PIECES; i++)
    {
      gboolean is_trusted = shoal_base_bitset_get (result.trusted, i);
      gboolean is_to_hash = shoal_base_bitset_get (result.to_hash, i);
      gboolean is_missing = shoal_base_bitset_get (result.missing, i);

      g_assert_cmpint (is_trusted + is_to_hash + is_missing, ==, 1);
      picture[i] = is_trusted ? 'T' : is_to_hash ? 'h' : '-';
    }
  g_assert_cmpstr (picture, ==, test->expected);
  shoal_store_resume_clear (&result);
  g_assert_null (result.trusted);
}

static void
test_has_bytes (void)
{
  g_autoptr (ShoalCodecLayout) layout = make_layout ();
  ShoalStoreFound       found[4] = { { 15, 1 }, { -1, 0 }, { 12, 1 }, { -1, 0 } };
  ShoalStoreResumeInput input = { .layout = layout, .found = found, .parts = { -1, 0 } };

  g_assert_true (shoal_store_resume_has_bytes (&input, 0));
  g_assert_true (shoal_store_resume_has_bytes (&input, 1));
  g_assert_false (shoal_store_resume_has_bytes (&input, 2));
  found[0].size = 14;
  g_assert_true (shoal_store_resume_has_bytes (&input, 0));
  g_assert_false (shoal_store_resume_has_bytes (&input, 1));
  found[0] = (ShoalStoreFound){ -1, 0, 1 };
  g_assert_false (shoal_store_resume_has_bytes (&input, 1));
  input.parts.size = 0;
  g_assert_true (shoal_store_resume_has_bytes (&input, 1));
  found[2].size = 31;
  g_assert_true (shoal_store_resume_has_bytes (&input, 4));
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);
  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strconcat ("/store/resume/", cases[i].name, NULL);

      g_test_add_data_func (path, &cases[i], test_case);
    }
  g_test_add_func ("/store/resume/has-bytes", test_has_bytes);
  return g_test_run ();
}
