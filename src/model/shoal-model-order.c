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

/* What moves comes before what rests, and what needs the person last: one click turns it around. */
static int
get_rank (const ShoalTorrentInfo *info)
{
  switch (info->state)
    {
    case SHOAL_TORRENT_STATE_DOWNLOADING:
      return 0;
    case SHOAL_TORRENT_STATE_METADATA:
      return 1;
    case SHOAL_TORRENT_STATE_CHECKING:
      return 2;
    case SHOAL_TORRENT_STATE_MOVING:
      return 3;
    case SHOAL_TORRENT_STATE_SEEDING:
      return 4;
    case SHOAL_TORRENT_STATE_QUEUED:
      return 5;
    case SHOAL_TORRENT_STATE_WAITING:
      return 6;
    case SHOAL_TORRENT_STATE_FINISHED:
      return 7;
    case SHOAL_TORRENT_STATE_PAUSED:
      return 8;
    case SHOAL_TORRENT_STATE_STOPPED:
      return 9;
    }
  return 10;
}

static int
compare_state (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return RISING (get_rank (shoal_model_torrent_get_info (a)),
                 get_rank (shoal_model_torrent_get_info (b)));
}

static guint64
get_time_left (ShoalModelTorrent *torrent)
{
  gint64 left_sec = shoal_model_torrent_get_time_left (torrent);

  return shoal_model_torrent_get_info (torrent)->state == SHOAL_TORRENT_STATE_DOWNLOADING &&
                 left_sec >= 0
             ? (guint64) left_sec
             : G_MAXUINT64;
}

static int
compare_time_left (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  guint64 first = get_time_left (a);
  guint64 second = get_time_left (b);

  return RISING (first, second);
}

static guint64
get_left (const ShoalTorrentInfo *info)
{
  return info->wanted_bytes > info->done_bytes ? info->wanted_bytes - info->done_bytes : 0;
}

static int
compare_left (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  guint64 first = get_left (shoal_model_torrent_get_info (a));
  guint64 second = get_left (shoal_model_torrent_get_info (b));

  return FALLING (first, second);
}

/* Falling by a number of the info. */
#define COMPARE_NUMBER(name, field)                                                                \
  static int compare_##name (ShoalModelTorrent *a, ShoalModelTorrent *b)                           \
  {                                                                                                \
    return FALLING (shoal_model_torrent_get_info (a)->field,                                       \
                    shoal_model_torrent_get_info (b)->field);                                      \
  }

COMPARE_NUMBER (down, down_bps)
COMPARE_NUMBER (up, up_bps)
COMPARE_NUMBER (people, n_peers)
COMPARE_NUMBER (seeds, n_seeds)
COMPARE_NUMBER (availability, copies_1000)
COMPARE_NUMBER (downloaded, downloaded)
COMPARE_NUMBER (uploaded, uploaded)
COMPARE_NUMBER (completed, completed_time)
COMPARE_NUMBER (seeding_time, seeding_sec)

/* By the first of them, then the next. */
static int
compare_words (const ShoalWords *a, const ShoalWords *b)
{
  int result = 0;

  if (a == NULL || b == NULL)
    return (a == NULL) - (b == NULL);
  for (guint i = 0; result == 0 && i < MIN (a->n, b->n); i++)
    result = strcmp (a->items[i], b->items[i]);
  return result != 0 ? result : RISING (a->n, b->n);
}

static int
compare_labels (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return compare_words (shoal_model_torrent_get_info (a)->labels,
                        shoal_model_torrent_get_info (b)->labels);
}

static int
compare_tracker (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return compare_words (shoal_model_torrent_get_info (a)->hosts,
                        shoal_model_torrent_get_info (b)->hosts);
}

static int
compare_folder (ShoalModelTorrent *a, ShoalModelTorrent *b)
{
  return g_strcmp0 (shoal_model_torrent_get_info (a)->save_path,
                    shoal_model_torrent_get_info (b)->save_path);
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
  [SHOAL_MODEL_ORDER_STATE] = { "state", compare_state, SHOAL_MODEL_CHANGE_STATE, FALSE },
  [SHOAL_MODEL_ORDER_DOWN] = { "down", compare_down, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_UP] = { "up", compare_up, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_TIME_LEFT] = { "time-left",
                                    compare_time_left,
                                    SHOAL_MODEL_CHANGE_NUMBERS,
                                    FALSE },
  [SHOAL_MODEL_ORDER_PEOPLE] = { "people", compare_people, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_SEEDS] = { "seeds", compare_seeds, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_AVAILABILITY] = { "availability",
                                       compare_availability,
                                       SHOAL_MODEL_CHANGE_NUMBERS,
                                       TRUE },
  [SHOAL_MODEL_ORDER_LEFT] = { "left", compare_left, SHOAL_MODEL_CHANGE_PROGRESS, TRUE },
  [SHOAL_MODEL_ORDER_DOWNLOADED] = { "downloaded",
                                     compare_downloaded,
                                     SHOAL_MODEL_CHANGE_NUMBERS,
                                     TRUE },
  [SHOAL_MODEL_ORDER_UPLOADED] = { "uploaded", compare_uploaded, SHOAL_MODEL_CHANGE_NUMBERS, TRUE },
  [SHOAL_MODEL_ORDER_COMPLETED] = { "completed",
                                    compare_completed,
                                    SHOAL_MODEL_CHANGE_IDENTITY,
                                    TRUE },
  [SHOAL_MODEL_ORDER_SEEDING_TIME] = { "seeding-time",
                                       compare_seeding_time,
                                       SHOAL_MODEL_CHANGE_NUMBERS,
                                       TRUE },
  [SHOAL_MODEL_ORDER_LABELS] = { "labels", compare_labels, SHOAL_MODEL_CHANGE_FILING, FALSE },
  [SHOAL_MODEL_ORDER_TRACKER] = { "tracker", compare_tracker, SHOAL_MODEL_CHANGE_FILING, FALSE },
  [SHOAL_MODEL_ORDER_FOLDER] = { "folder", compare_folder, SHOAL_MODEL_CHANGE_IDENTITY, FALSE },
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
