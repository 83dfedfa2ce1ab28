/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "model/shoal-model-order.h"

static ShoalModelTorrent *
make_torrent (const char *name, guint64 size, gint64 added_time, guint8 hash)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

  info->name = g_strdup (name);
  info->size = size;
  info->added_time = added_time;
  info->hashes.v1.bytes[0] = hash;
  return shoal_model_torrent_new (info);
}

static const struct
{
  ShoalModelOrder order;
  struct
  {
    const char *name;
    guint64     size;
    gint64      added_time;
    guint8      hash;
  } first, second;
} order_cases[] = {
  { SHOAL_MODEL_ORDER_ADDED, { "z", 1, 200, 9 }, { "a", 9, 100, 1 } },
  { SHOAL_MODEL_ORDER_ADDED, { "z", 1, 100, 1 }, { "a", 9, 100, 2 } },
  { SHOAL_MODEL_ORDER_NAME, { "part 9", 1, 1, 1 }, { "part 10", 1, 2, 2 } },
  { SHOAL_MODEL_ORDER_NAME, { "Apple", 1, 1, 1 }, { "banana", 1, 2, 2 } },
  { SHOAL_MODEL_ORDER_NAME, { "same", 1, 2, 2 }, { "same", 1, 1, 1 } },
  { SHOAL_MODEL_ORDER_SIZE, { "a", 9, 1, 1 }, { "b", 1, 2, 2 } },
  { SHOAL_MODEL_ORDER_SIZE, { "b", G_MAXUINT64, 1, 1 }, { "a", 0, 2, 2 } },
  { SHOAL_MODEL_ORDER_SIZE, { "a", 5, 2, 2 }, { "b", 5, 1, 1 } },
};

static void
test_compare (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (order_cases); i++)
    {
      g_autoptr (ShoalModelTorrent) a = make_torrent (order_cases[i].first.name,
                                                      order_cases[i].first.size,
                                                      order_cases[i].first.added_time,
                                                      order_cases[i].first.hash);
      g_autoptr (ShoalModelTorrent) b = make_torrent (order_cases[i].second.name,
                                                      order_cases[i].second.size,
                                                      order_cases[i].second.added_time,
                                                      order_cases[i].second.hash);

      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, a, b), <, 0);
      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, b, a), >, 0);
      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, a, a), ==, 0);
    }
}

static void
test_words (void)
{
  for (ShoalModelOrder order = SHOAL_MODEL_ORDER_ADDED; order <= SHOAL_MODEL_ORDER_SIZE; order++)
    g_assert_cmpint (
        shoal_model_order_from_string (shoal_model_order_to_string (order)), ==, order);
  g_assert_cmpint (shoal_model_order_from_string ("?"), ==, SHOAL_MODEL_ORDER_ADDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/order/compare", test_compare);
  g_test_add_func ("/model/order/words", test_words);
  return g_test_run ();
}
