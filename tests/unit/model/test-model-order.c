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

      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, FALSE, a, b), <, 0);
      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, FALSE, b, a), >, 0);
      g_assert_cmpint (shoal_model_order_compare (order_cases[i].order, FALSE, a, a), ==, 0);
    }
}

/* Nothing is more than anything. */
static ShoalWords *
make_words (guint value)
{
  const char *const few[] = { "films", "trips", NULL };

  return value < 500 ? shoal_words_new (few) : NULL;
}

/* What stands in a row of numbers, least first, or most, as the order says. */
static ShoalModelTorrent *
make_numbers (ShoalModelOrder order, guint value)
{
  g_autoptr (ShoalTorrentInfo) info = shoal_torrent_info_new ();

  info->name = g_strdup ("same");
  info->size = info->wanted_bytes = 1000;
  info->added_time = 100;
  info->hashes.v1.bytes[0] = 1;
  switch (order)
    {
    case SHOAL_MODEL_ORDER_PROGRESS:
      info->done_bytes = value;
      break;
    case SHOAL_MODEL_ORDER_SPEED:
      info->down_bps = value;
      break;
    case SHOAL_MODEL_ORDER_RATIO:
      info->uploaded = value;
      break;
    case SHOAL_MODEL_ORDER_QUEUE:
      info->queue_position = value;
      break;
    case SHOAL_MODEL_ORDER_STATE:
      info->state = value < 500 ? SHOAL_TORRENT_STATE_DOWNLOADING : SHOAL_TORRENT_STATE_STOPPED;
      break;
    case SHOAL_MODEL_ORDER_DOWN:
      info->down_bps = value;
      break;
    case SHOAL_MODEL_ORDER_UP:
      info->up_bps = value;
      break;
    case SHOAL_MODEL_ORDER_TIME_LEFT:
      info->state = SHOAL_TORRENT_STATE_DOWNLOADING;
      info->eta_sec = value < 500 ? value : -1;
      break;
    case SHOAL_MODEL_ORDER_PEOPLE:
      info->n_peers = value;
      break;
    case SHOAL_MODEL_ORDER_SEEDS:
      info->n_seeds = value;
      break;
    case SHOAL_MODEL_ORDER_AVAILABILITY:
      info->copies_1000 = value;
      break;
    case SHOAL_MODEL_ORDER_LEFT:
      info->done_bytes = 1000 - value;
      break;
    case SHOAL_MODEL_ORDER_DOWNLOADED:
      info->downloaded = value;
      break;
    case SHOAL_MODEL_ORDER_UPLOADED:
      info->uploaded = value;
      break;
    case SHOAL_MODEL_ORDER_COMPLETED:
      info->completed_time = value;
      break;
    case SHOAL_MODEL_ORDER_SEEDING_TIME:
      info->seeding_sec = value;
      break;
    case SHOAL_MODEL_ORDER_LABELS:
      info->labels = make_words (value);
      break;
    case SHOAL_MODEL_ORDER_TRACKER:
      info->hosts = make_words (value);
      break;
    case SHOAL_MODEL_ORDER_FOLDER:
      info->save_path = g_strdup (value < 500 ? "/a" : "/b");
      break;
    case SHOAL_MODEL_ORDER_ADDED:
    case SHOAL_MODEL_ORDER_NAME:
    case SHOAL_MODEL_ORDER_SIZE:
      break;
    }
  return shoal_model_torrent_new (info);
}

static void
test_numbers (void)
{
  for (ShoalModelOrder order = SHOAL_MODEL_ORDER_PROGRESS; order <= SHOAL_MODEL_ORDER_FOLDER;
       order++)
    {
      g_autoptr (ShoalModelTorrent) little = make_numbers (order, 10);
      g_autoptr (ShoalModelTorrent) much = make_numbers (order, 900);
      int sign = shoal_model_order_is_falling (order) ? -1 : 1;

      g_assert_cmpint (sign * shoal_model_order_compare (order, FALSE, little, much), <, 0);
      g_assert_cmpint (sign * shoal_model_order_compare (order, TRUE, little, much), >, 0);
      g_assert_cmpint (shoal_model_order_compare (order, TRUE, much, much), ==, 0);
    }
}

/* Turned around, what is equal stays as it was: the newest first. */
static void
test_reversed (void)
{
  g_autoptr (ShoalModelTorrent) old = make_torrent ("same", 5, 100, 1);
  g_autoptr (ShoalModelTorrent) new = make_torrent ("same", 5, 200, 2);
  g_autoptr (ShoalModelTorrent) large = make_torrent ("same", 9, 50, 3);

  g_assert_cmpint (shoal_model_order_compare (SHOAL_MODEL_ORDER_SIZE, FALSE, new, old), <, 0);
  g_assert_cmpint (shoal_model_order_compare (SHOAL_MODEL_ORDER_SIZE, TRUE, new, old), <, 0);
  g_assert_cmpint (shoal_model_order_compare (SHOAL_MODEL_ORDER_SIZE, FALSE, large, new), <, 0);
  g_assert_cmpint (shoal_model_order_compare (SHOAL_MODEL_ORDER_SIZE, TRUE, large, new), >, 0);
  g_assert_cmpint (shoal_model_order_compare (SHOAL_MODEL_ORDER_ADDED, TRUE, old, new), <, 0);
}

static void
test_words (void)
{
  for (ShoalModelOrder order = SHOAL_MODEL_ORDER_ADDED; order <= SHOAL_MODEL_ORDER_FOLDER; order++)
    g_assert_cmpint (
        shoal_model_order_from_string (shoal_model_order_to_string (order)), ==, order);
  g_assert_cmpint (shoal_model_order_from_string ("?"), ==, SHOAL_MODEL_ORDER_ADDED);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/model/order/compare", test_compare);
  g_test_add_func ("/model/order/numbers", test_numbers);
  g_test_add_func ("/model/order/reversed", test_reversed);
  g_test_add_func ("/model/order/words", test_words);
  return g_test_run ();
}
