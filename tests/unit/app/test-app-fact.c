/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "app/shoal-app-fact.h"

#include <locale.h>
#include <string.h>

#define MB G_GUINT64_CONSTANT (1000000)
/* g_format_size() puts a no-break space between number and unit. */
#define NB "\xc2\xa0"

static ShoalTorrentInfo *
make_info (void)
{
  ShoalTorrentInfo *info = shoal_torrent_info_new ();

  info->name = g_strdup ("film & more");
  info->size = info->wanted_bytes = 100 * MB;
  return info;
}

static void
test_size (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info ();
  g_autofree char *whole = shoal_app_fact_dup_size (info);
  g_autofree char *part = NULL;
  g_autofree char *unknown = NULL;

  g_assert_cmpstr (whole, ==, "100.0" NB "MB");
  info->wanted_bytes = 30 * MB;
  part = shoal_app_fact_dup_size (info);
  g_assert_cmpstr (part, ==, "100.0" NB "MB, of which 30.0" NB "MB are wanted");
  info->is_magnet = TRUE;
  unknown = shoal_app_fact_dup_size (info);
  g_assert_cmpstr (unknown, ==, "Not known yet");
}

static const struct
{
  guint64     size;
  guint64     downloaded;
  guint64     uploaded;
  const char *words;
} ratio_cases[] = {
  { 100 * MB, 100 * MB, 52 * MB, "0.52" },
  { 100 * MB, 0, 250 * MB, "2.50" }, /* it was there already */
  { 100 * MB, 200 * MB, 100 * MB, "0.50" },
  { 0, 0, 0, "Not known yet" },
};

static void
test_ratio (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (ratio_cases); i++)
    {
      g_autoptr (ShoalTorrentInfo) info = make_info ();
      g_autofree char *words = NULL;

      info->size = ratio_cases[i].size;
      info->downloaded = ratio_cases[i].downloaded;
      info->uploaded = ratio_cases[i].uploaded;
      words = shoal_app_fact_dup_ratio (info);
      g_assert_cmpstr (words, ==, ratio_cases[i].words);
    }
}

static const struct
{
  guint       n_peers;
  guint       n_seeds;
  guint       copies_1000;
  gboolean    is_complete;
  const char *words;
} availability_cases[] = {
  { 0, 0, 0, FALSE, "Not known: nobody is connected" },
  { 3, 0, 1000, FALSE, "One copy among the connected" },
  { 3, 0, 1099, FALSE, "One copy among the connected" },
  { 3, 1, 1430, FALSE, "1.4 copies among the connected" },
  { 3, 0, 999, FALSE, "0.9 of a copy among the connected: nobody has all of the rest right now" },
  { 3, 0, 250, TRUE, "0.2 of a copy among the connected" },
};

static void
test_availability (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (availability_cases); i++)
    {
      g_autoptr (ShoalTorrentInfo) info = make_info ();
      g_autofree char *words = NULL;

      info->n_peers = availability_cases[i].n_peers;
      info->n_seeds = availability_cases[i].n_seeds;
      info->copies_1000 = availability_cases[i].copies_1000;
      info->done_bytes = availability_cases[i].is_complete ? info->size : 0;
      words = shoal_app_fact_dup_copies (info);
      g_assert_cmpstr (words, ==, availability_cases[i].words);
    }
}

static const struct
{
  guint       n_peers;
  guint       n_known;
  guint       n_seeds;
  const char *words;
} people_cases[] = {
  { 0, 0, 0, "Nobody" },
  { 1, 1, 0, "1 person is connected" },
  { 0, 5, 0, "0 of 5 people are connected" },
  { 12, 40, 3, "12 of 40 people are connected, 3 of them have everything" },
  { 2, 2, 1, "2 people are connected, 1 of them has everything" },
};

static void
test_people (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (people_cases); i++)
    {
      g_autoptr (ShoalTorrentInfo) info = make_info ();
      g_autofree char *words = NULL;

      info->n_peers = people_cases[i].n_peers;
      info->n_known = people_cases[i].n_known;
      info->n_seeds = people_cases[i].n_seeds;
      words = shoal_app_fact_dup_people (info);
      g_assert_cmpstr (words, ==, people_cases[i].words);
    }
}

static void
test_times (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info ();
  g_autofree char *never = shoal_app_fact_dup_time (0);
  g_autofree char *once = shoal_app_fact_dup_time (1764000000);
  g_autofree char *far = shoal_app_fact_dup_time (G_MAXINT64);
  g_autofree char *unseeded = shoal_app_fact_dup_seeding_time (info);

  g_assert_cmpstr (never, ==, "Not yet");
  g_assert_cmpstr (once, ==, "24 November 2025, 16:00");
  g_assert_cmpstr (far, ==, "Not yet"); /* no such day */
  g_assert_cmpstr (unseeded, ==, "Not yet");
}

static const struct
{
  ShoalModelPieceCounts counts;
  gboolean              is_alone;
  const char           *words;
} count_cases[] = {
  { { 10, 0, 0, 0 }, FALSE, "All 10 pieces are here" },
  { { 1, 0, 0, 0 }, FALSE, "The only piece is here" },
  { { 4, 1, 5, 0 }, FALSE, "4 of 10 pieces are here · 1 is on its way" },
  { { 4, 0, 3, 3 }, FALSE, "4 of 10 pieces are here · nobody who is connected has 3 of them" },
  { { 4, 0, 0, 6 }, TRUE, "4 of 10 pieces are here" },
};

static void
test_counts (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (count_cases); i++)
    {
      g_autofree char *words =
          shoal_app_fact_dup_counts (&count_cases[i].counts, count_cases[i].is_alone);

      g_assert_cmpstr (words, ==, count_cases[i].words);
    }
}

/* Four pieces of 100 bytes: here, on its way, with others, with nobody. */
static ShoalTorrentDetails *
make_pieces (void)
{
  ShoalTorrentDetails *pieces = shoal_torrent_details_new ((ShoalTorrentId){ 1 });

  pieces->n_pieces = 4;
  pieces->piece_length = 100;
  pieces->have = g_malloc0 (1);
  pieces->have[0] = 0x80;
  pieces->in_flight = g_malloc0 (1);
  pieces->in_flight[0] = 0x40;
  pieces->availability = g_malloc0 (4);
  pieces->availability[2] = 2;
  return pieces;
}

static void
add_file (ShoalContents *contents, const char *path, guint64 size, gboolean is_pad)
{
  ShoalFileInfo *file = g_new0 (ShoalFileInfo, 1);

  file->path = g_strdup (path);
  file->size = size;
  file->is_pad = is_pad;
  g_ptr_array_add (contents->files, file);
}

static const struct
{
  guint       first;
  guint       n;
  const char *words;
} range_cases[] = {
  { 0, 1, "Piece 1: here\na" },
  { 1, 1, "Piece 2: on the way\nb%s" },
  { 2, 1, "Piece 3: others have it\nb%s\nd" },
  { 3, 1, "Piece 4: nobody who is connected has it\nd" },
  { 0,
    4,
    "Pieces 1 to 4: 1 here · 1 on the way · 1 that others have · 1 that nobody has\na\nb%s\nand 1 "
    "more file" },
};

static void
test_range (void)
{
  g_autoptr (ShoalTorrentDetails) pieces = make_pieces ();
  g_autoptr (ShoalContents) contents = shoal_contents_new ();

  add_file (contents, "a", 60, FALSE);
  add_file (contents, ".pad/40", 40, TRUE);
  add_file (contents, "b%s", 150, FALSE);
  add_file (contents, "empty", 0, FALSE);
  add_file (contents, "d", 150, FALSE);
  for (guint i = 0; i < G_N_ELEMENTS (range_cases); i++)
    {
      g_autofree char *words =
          shoal_app_fact_dup_range (pieces, contents, range_cases[i].first, range_cases[i].n);

      g_assert_cmpstr (words, ==, range_cases[i].words);
    }
}

/* Nothing of a name can turn the words around or add lines to them. */
static void
test_range_of_strangers (void)
{
  g_autoptr (ShoalTorrentDetails) pieces = make_pieces ();
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autofree char *words = NULL;

  add_file (contents, "a\nb\xe2\x80\xae", 400, FALSE);
  words = shoal_app_fact_dup_range (pieces, contents, 0, 1);
  g_assert_cmpstr (words, ==, "Piece 1: here\na b\xef\xbf\xbd");
}

static void
test_hashes (void)
{
  g_autoptr (ShoalTorrentInfo) info = make_info ();
  g_autofree char *none = shoal_app_fact_dup_hash_v1 (&info->hashes);
  g_autofree char *v1 = NULL;
  g_autofree char *v2 = NULL;

  g_assert_null (none);
  info->hashes.has_v1 = info->hashes.has_v2 = TRUE;
  info->hashes.v1.bytes[0] = 0xab;
  info->hashes.v2.bytes[31] = 0xcd;
  v1 = shoal_app_fact_dup_hash_v1 (&info->hashes);
  v2 = shoal_app_fact_dup_hash_v2 (&info->hashes);
  g_assert_cmpstr (v1, ==, "ab00000000000000000000000000000000000000");
  g_assert_cmpstr (v2, ==, "00000000000000000000000000000000000000000000000000000000000000cd");
}

#define HASH "0000000000000000000000000000000000000000"

static void
test_link (void)
{
  static const char *const tier[] = { "http://a.example/ann?k=1&x=2", "udp://b.example:1", NULL };
  g_autoptr (ShoalTorrentInfo) info = make_info ();
  g_autoptr (ShoalContents) contents = shoal_contents_new ();
  g_autofree char *bare = NULL;
  g_autofree char *full = NULL;

  info->hashes.has_v1 = TRUE;
  bare = shoal_app_fact_dup_link (info, NULL);
  g_assert_cmpstr (bare, ==, "magnet:?xt=urn:btih:" HASH "&dn=film%20%26%20more");
  info->hashes.has_v2 = TRUE;
  g_ptr_array_add (contents->tiers, g_strdupv ((char **) tier));
  contents->web_seeds = g_strsplit ("https://c.example/d", " ", -1);
  full = shoal_app_fact_dup_link (info, contents);
  g_assert_cmpstr (full,
                   ==,
                   "magnet:?xt=urn:btih:" HASH "&xt=urn:btmh:1220" HASH
                   "000000000000000000000000&dn=film%20%26%20more"
                   "&tr=http%3A%2F%2Fa.example%2Fann%3Fk%3D1%26x%3D2&tr=udp%3A%2F%2Fb.example%3A1"
                   "&ws=https%3A%2F%2Fc.example%2Fd");
}

int
main (int argc, char **argv)
{
  setlocale (LC_ALL, "C.UTF-8");
  g_setenv ("TZ", "UTC", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/app/fact/size", test_size);
  g_test_add_func ("/app/fact/ratio", test_ratio);
  g_test_add_func ("/app/fact/availability", test_availability);
  g_test_add_func ("/app/fact/people", test_people);
  g_test_add_func ("/app/fact/times", test_times);
  g_test_add_func ("/app/fact/counts", test_counts);
  g_test_add_func ("/app/fact/range", test_range);
  g_test_add_func ("/app/fact/range-of-strangers", test_range_of_strangers);
  g_test_add_func ("/app/fact/hashes", test_hashes);
  g_test_add_func ("/app/fact/link", test_link);
  return g_test_run ();
}
