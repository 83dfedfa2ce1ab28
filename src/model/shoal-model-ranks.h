/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "model/shoal-model-torrent.h"

G_BEGIN_DECLS

/* Places in the queue as a person counts them: 1, 2, 3 and so on, from positions that have gaps. UI
 * context only. */

/* Gives each of @torrents (ShoalModelTorrent) its rank. One whose rank was another one before is
 * told, with SHOAL_MODEL_CHANGE_FILING. Returns whether there was any. Some 2 ms for 10,000. */
gboolean shoal_model_ranks_assign (const GPtrArray *torrents);

G_END_DECLS
