/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* Orders of the list, each in the direction in which it is wanted most. */
typedef enum
{
  SHOAL_MODEL_ORDER_ADDED,    /* the newest first */
  SHOAL_MODEL_ORDER_NAME,     /* as the person's language sorts, numbers by value */
  SHOAL_MODEL_ORDER_SIZE,     /* the largest first */
  SHOAL_MODEL_ORDER_PROGRESS, /* the least complete first */
  SHOAL_MODEL_ORDER_SPEED,    /* the fastest first: down, then up */
  SHOAL_MODEL_ORDER_RATIO,    /* what was given most first */
  SHOAL_MODEL_ORDER_QUEUE,    /* whose turn comes first */

  SHOAL_MODEL_ORDER_STATE,        /* what moves first, what needs attention last */
  SHOAL_MODEL_ORDER_DOWN,         /* the fastest first */
  SHOAL_MODEL_ORDER_UP,           /* the fastest first */
  SHOAL_MODEL_ORDER_TIME_LEFT,    /* what is there soonest first, what nobody can tell last */
  SHOAL_MODEL_ORDER_PEOPLE,       /* the most first, as all below but words */
  SHOAL_MODEL_ORDER_SEEDS,        /* of those who have everything */
  SHOAL_MODEL_ORDER_AVAILABILITY, /* of copies among the people */
  SHOAL_MODEL_ORDER_LEFT,         /* of bytes that are missing */
  SHOAL_MODEL_ORDER_DOWNLOADED,
  SHOAL_MODEL_ORDER_UPLOADED,
  SHOAL_MODEL_ORDER_COMPLETED, /* the newest first */
  SHOAL_MODEL_ORDER_SEEDING_TIME,
  SHOAL_MODEL_ORDER_LABELS,  /* by the first of them; what has none last */
  SHOAL_MODEL_ORDER_TRACKER, /* the same, by hosts */
  SHOAL_MODEL_ORDER_FOLDER,
} ShoalModelOrder;

/* < 0: @a stands before @b. Equal keys fall back to the time added, then the info-hash, in either
 * direction, so that the order is total and never changes by chance. */
int shoal_model_order_compare (ShoalModelOrder    order,
                               gboolean           is_reversed,
                               ShoalModelTorrent *a,
                               ShoalModelTorrent *b);

/* What an order looks at: where none of it has changed, rows stay where they are. */
ShoalModelChanges shoal_model_order_get_changes (ShoalModelOrder order);

/* Those of them that go on by themselves: rows must not move with each. */
#define SHOAL_MODEL_ORDER_LIVE (SHOAL_MODEL_CHANGE_PROGRESS | SHOAL_MODEL_CHANGE_NUMBERS)

/* Whether large comes before small, as long as it is not reversed. */
gboolean shoal_model_order_is_falling (ShoalModelOrder order);

/* The words that settings and actions use: "added", "name", "time-left" and so on. */
const char *shoal_model_order_to_string (ShoalModelOrder order);

/* Unknown words are SHOAL_MODEL_ORDER_ADDED. */
ShoalModelOrder shoal_model_order_from_string (const char *word);

G_END_DECLS
