/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-cells.h"

#include <string.h>

/* A picture: "#" is here, "~" on its way, a digit: so many others have it. */
static ShoalTorrentDetails *
read_picture (const char *picture)
{
  ShoalTorrentDetails *details = shoal_torrent_details_new ((ShoalTorrentId){ 1 });
  guint                n = (guint) strlen (picture);

  details->n_pieces = n;
  details->piece_length = 16384;
  details->have = g_malloc0 (n / 8 + 1);
  details->in_flight = g_malloc0 (n / 8 + 1);
  details->availability = g_malloc0 (n + 1);
  for (guint i = 0; i < n; i++)
    if (picture[i] == '#')
      details->have[i / 8] |= (guint8) (0x80 >> i % 8);
    else if (picture[i] == '~')
      details->in_flight[i / 8] |= (guint8) (0x80 >> i % 8);
    else
      details->availability[i] = (guint8) (picture[i] - '0');
  return details;
}

static const struct
{
  const char *picture;
  guint       n_cells;
  const char *cells; /* "have/in-flight/nobody/copies" */
} fill_cases[] = {
  { "#", 1, "255/0/0/0 " },
  { "#~03", 4, "255/0/0/0 0/255/0/0 0/0/255/0 0/0/0/3 " },
  { "##00", 2, "255/0/0/0 0/0/255/0 " },
  { "#~03", 1, "63/63/63/3 " },
  { "#~03#", 2, "127/127/0/0 85/0/85/3 " },
  { "99999", 1, "0/0/0/9 " },
  { "13", 1, "0/0/0/2 " },
};

static void
test_fill (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (fill_cases); i++)
    {
      g_autoptr (ShoalTorrentDetails) details = read_picture (fill_cases[i].picture);
      g_autofree ShoalModelCell *cells = g_new0 (ShoalModelCell, fill_cases[i].n_cells);
      g_autoptr (GString) text = g_string_new (NULL);

      shoal_model_cells_fill (details, cells, fill_cases[i].n_cells);
      for (guint k = 0; k < fill_cases[i].n_cells; k++)
        g_string_append_printf (text,
                                "%u/%u/%u/%u ",
                                cells[k].have,
                                cells[k].in_flight,
                                cells[k].nobody,
                                cells[k].copies);
      g_assert_cmpstr (text->str, ==, fill_cases[i].cells);
    }
}

/* One of very many does not vanish, and all but one are not all. */
static void
test_few_are_seen (void)
{
  g_autofree char *picture = g_strnfill (2000, '0');
  g_autoptr (ShoalTorrentDetails) few = NULL;
  g_autoptr (ShoalTorrentDetails) most = NULL;
  ShoalModelCell cell;

  picture[1000] = '#';
  few = read_picture (picture);
  shoal_model_cells_fill (few, &cell, 1);
  g_assert_cmpuint (cell.have, ==, 1);
  g_assert_cmpuint (cell.nobody, ==, 254);
  memset (picture, '#', 2000);
  picture[1999] = '0';
  most = read_picture (picture);
  shoal_model_cells_fill (most, &cell, 1);
  g_assert_cmpuint (cell.have, ==, 254);
  g_assert_cmpuint (cell.nobody, ==, 1);
}

/* Every piece lies in exactly one cell, and no cell is empty. */
static void
test_ranges_are_a_partition (void)
{
  static const guint sizes[][2] = {
    { 1, 1 }, { 7, 3 }, { 100, 100 }, { 100000, 2400 }, { 4294967295u, 600 }
  };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      guint64 next = 0;

      for (guint cell = 0; cell < sizes[i][1]; cell++)
        {
          guint first;
          guint n = shoal_model_cells_get_range (sizes[i][0], sizes[i][1], cell, &first);

          g_assert_cmpuint (first, ==, next);
          g_assert_cmpuint (n, >, 0);
          next = (guint64) first + n;
        }
      g_assert_cmpuint (next, ==, sizes[i][0]);
    }
}

static void
test_counts (void)
{
  g_autoptr (ShoalTorrentDetails) details = read_picture ("##~0102~#");
  ShoalModelPieceCounts counts = shoal_model_cells_count (details, 0, 9);
  ShoalModelPieceCounts some = shoal_model_cells_count (details, 2, 3);

  g_assert_cmpuint (counts.n_have, ==, 3);
  g_assert_cmpuint (counts.n_in_flight, ==, 2);
  g_assert_cmpuint (counts.n_others, ==, 2);
  g_assert_cmpuint (counts.n_nobody, ==, 2);
  g_assert_cmpuint (some.n_have, ==, 0);
  g_assert_cmpuint (some.n_in_flight, ==, 1);
  g_assert_cmpuint (some.n_others, ==, 1);
  g_assert_cmpuint (some.n_nobody, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/cells/fill", test_fill);
  g_test_add_func ("/model/cells/few-are-seen", test_few_are_seen);
  g_test_add_func ("/model/cells/ranges", test_ranges_are_a_partition);
  g_test_add_func ("/model/cells/counts", test_counts);
  return g_test_run ();
}
