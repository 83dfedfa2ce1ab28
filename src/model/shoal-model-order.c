/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-order.h"

static const char *const order_words[] = {
  [SHOAL_MODEL_ORDER_ADDED] = "added",
  [SHOAL_MODEL_ORDER_NAME] = "name",
  [SHOAL_MODEL_ORDER_SIZE] = "size",
};

static int
compare_hashes (const ShoalInfoHashes *a, const ShoalInfoHashes *b)
{
  int result = memcmp (a->v1.bytes, b->v1.bytes, sizeof a->v1.bytes);

  return result != 0 ? result : memcmp (a->v2.bytes, b->v2.bytes, sizeof a->v2.bytes);
}

static int
compare_newest_first (const ShoalTorrentInfo *a, const ShoalTorrentInfo *b)
{
  if (a->added_time != b->added_time)
    return a->added_time > b->added_time ? -1 : 1;
  return compare_hashes (&a->hashes, &b->hashes);
}

int
shoal_model_order_compare (ShoalModelOrder order, ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  const ShoalTorrentInfo *info_a = shoal_model_torrent_get_info (a);
  const ShoalTorrentInfo *info_b = shoal_model_torrent_get_info (b);
  int                     result = 0;

  switch (order)
    {
    case SHOAL_MODEL_ORDER_ADDED:
      break;
    case SHOAL_MODEL_ORDER_NAME:
      result = strcmp (shoal_model_torrent_get_name_key (a), shoal_model_torrent_get_name_key (b));
      break;
    case SHOAL_MODEL_ORDER_SIZE:
      result = (info_a->size < info_b->size) - (info_a->size > info_b->size);
      break;
    }
  return result != 0 ? result : compare_newest_first (info_a, info_b);
}

const char *
shoal_model_order_to_string (ShoalModelOrder order)
{
  return order_words[order];
}

ShoalModelOrder
shoal_model_order_from_string (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (order_words); i++)
    if (g_strcmp0 (order_words[i], word) == 0)
      return i;
  return SHOAL_MODEL_ORDER_ADDED;
}
