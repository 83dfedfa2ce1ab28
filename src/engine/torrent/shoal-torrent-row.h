/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/shoal-store-row.h"

G_BEGIN_DECLS

/* A copy of @row that outlives the answer it came in: strings go to @texts, trackers and intents
 * are the copy's own until shoal_torrent_row_clear(). */
ShoalStoreRow shoal_torrent_row_copy (const ShoalStoreRow *row, GStringChunk *texts);

void shoal_torrent_row_clear (ShoalStoreRow *row);

G_END_DECLS
