/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-settings.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* Ways to find people beside the trackers, and what the window says about them. */
typedef enum
{
  SHOAL_APP_WAY_DHT,
  SHOAL_APP_WAY_EXCHANGE,
  SHOAL_APP_WAY_LOCAL,
} ShoalAppWay;

#define SHOAL_APP_N_WAYS 3

/* Static, in the person's language. */
const char *shoal_app_way_get_title (ShoalAppWay way);

/* How it stands with it for this torrent. @settings: what the engine was told. */
char *shoal_app_way_dup_text (ShoalAppWay             way,
                              const ShoalTorrentInfo *info,
                              const ShoalTotals      *totals,
                              const ShoalSettings    *settings);

G_END_DECLS
