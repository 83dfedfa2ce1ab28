/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "model/shoal-model-order.h"

#define RISING(a, b)  (((a) > (b)) - ((a) < (b)))
#define FALLING(a, b) RISING (b, a)

static int
compare_hashes (const ShoalInfoHashes *a, const ShoalInfoHashes *b)
{
  int result = memcmp (a->v1.bytes, b->v1.bytes, sizeof a->v1.bytes);

  return result != 0 ? result : memcmp (a->v2.bytes, b->v2.bytes, sizeof a->v2.bytes);
}

static int
compare_added (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return FALLING (shoal_model_torrent_get_info (a)->added_time,
                  shoal_model_torrent_get_info (b)->added_time);
}

static int
compare_name (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return strcmp (shoal_model_torrent_get_name_key (a), shoal_model_torrent_get_name_key (b));
}

static int
compare_size (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return FALLING (shoal_model_torrent_get_info (a)->size, shoal_model_torrent_get_info (b)->size);
}

/* Of a link whose details are not known, nothing is there; of one with no wanted files, all is. */
static double
get_fraction (const ShoalTorrentInfo *info)
{
  if (info->is_magnet)
    return -1.0;
  return info->wanted_bytes > 0 ? (double) info->done_bytes / (double) info->wanted_bytes : 1.0;
}

static int
compare_progress (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  double first = get_fraction (shoal_model_torrent_get_info (a));
  double second = get_fraction (shoal_model_torrent_get_info (b));

  return RISING (first, second);
}

static int
compare_speed (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  const ShoalTorrentInfo *first = shoal_model_torrent_get_info (a);
  const ShoalTorrentInfo *second = shoal_model_torrent_get_info (b);

  if (first->down_bps != second->down_bps)
    return FALLING (first->down_bps, second->down_bps);
  return FALLING (first->up_bps, second->up_bps);
}

static double
get_ratio (const ShoalTorrentInfo *info)
{
  guint64 base = MAX (info->downloaded, info->size);

  return base > 0 ? (double) info->uploaded / (double) base : 0.0;
}

static int
compare_ratio (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  double first = get_ratio (shoal_model_torrent_get_info (a));
  double second = get_ratio (shoal_model_torrent_get_info (b));

  return FALLING (first, second);
}

static int
compare_queue (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return RISING (shoal_model_torrent_get_info (a)->queue_position,
                 shoal_model_torrent_get_info (b)->queue_position);
}

static const struct
{
  const char *word;
  int (*compare) (ShoalModelTorrent *a, ShoalModelTorrent *b);
  ShoalModelChanges changes;
  gboolean          is_falling;
} orders[] = {
  [SHOAL_MODEL_ORDER_ADDED] = { "added", compare_added, SHOAL_MODEL_CHANGE_IDENTITY, TRUE },
  [SHOAL_MODEL_ORDER_NAME] = { "name", compare_name, SHOAL_MODEL_CHANGE_IDENTITY, FALSE },
  [SHOAL_MODEL_ORDER_SIZE] = { "size", compare_size, SHOAL_MODEL_CHANGE_IDENTITY, TRUE },
  [SHOAL_MODEL_ORDER_PROGRESS] = { "progress",
                                   compare_progress,
                                   SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_PROGRESS,
                                   FALSE },
  [SHOAL_MODEL_ORDER_SPEED] = { "speed", compare_speed, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_RATIO] = { "ratio",
                                compare_ratio,
                                SHOAL_MODEL_CHANGE_IDENTITY | SHOAL_MODEL_CHANGE_NUMBERS,
                                TRUE },
  [SHOAL_MODEL_ORDER_QUEUE] = { "queue", compare_queue, SHOAL_MODEL_CHANGE_FILING, FALSE },
};

int
shoal_model_order_compare (ShoalModelOrder    order,
                           gboolean           is_reversed,
                           ShoalModelTorrent *a,
                           ShoalModelTorrent *b)
{
  int result = orders[order].compare (a, b);

  if (result != 0)
    return is_reversed ? -result : result;
  result = compare_added (a, b);
  if (result != 0)
    return result;
  return compare_hashes (&shoal_model_torrent_get_info (a)->hashes,
                         &shoal_model_torrent_get_info (b)->hashes);
}

ShoalModelChanges
shoal_model_order_get_changes (ShoalModelOrder order)
{
  return orders[order].changes;
}

gboolean
shoal_model_order_is_falling (ShoalModelOrder order)
{
  return orders[order].is_falling;
}

const char *
shoal_model_order_to_string (ShoalModelOrder order)
{
  return orders[order].word;
}

ShoalModelOrder
shoal_model_order_from_string (const char *word)
{
  for (guint i = 0; i < G_N_ELEMENTS (orders); i++)
    if (g_strcmp0 (orders[i].word, word) == 0)
      return i;
  return SHOAL_MODEL_ORDER_ADDED;
}
