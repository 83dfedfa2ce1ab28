/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* Orders of the list. None is by a live value, so no row moves by itself. */
typedef enum
{
  SHOAL_MODEL_ORDER_ADDED, /* the newest first */
  SHOAL_MODEL_ORDER_NAME,  /* as the person's language sorts, numbers by value */
  SHOAL_MODEL_ORDER_SIZE,  /* the largest first */
} ShoalModelOrder;

/* < 0: @a stands before @b. Equal keys fall back to the time added, then the info-hash, so that the
 * order is total and never changes by chance. */
int shoal_model_order_compare (ShoalModelOrder order, ShoalModelTorrent *a, ShoalModelTorrent *b);

/* The words that settings and actions use: "added", "name", "size". */
const char *shoal_model_order_to_string (ShoalModelOrder order);

/* Unknown words are SHOAL_MODEL_ORDER_ADDED. */
ShoalModelOrder shoal_model_order_from_string (const char *word);

G_END_DECLS
