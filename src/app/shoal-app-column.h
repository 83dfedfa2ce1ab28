/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"

G_BEGIN_DECLS

/* What the table can show of a torrent: pure functions over one table of columns. */
typedef enum
{
  SHOAL_APP_COLUMN_NAME,
  SHOAL_APP_COLUMN_SIZE,
  SHOAL_APP_COLUMN_PROGRESS,
  SHOAL_APP_COLUMN_STATE,
  SHOAL_APP_COLUMN_DOWN,
  SHOAL_APP_COLUMN_UP,
  SHOAL_APP_COLUMN_TIME_LEFT,
  SHOAL_APP_COLUMN_RATIO,
  SHOAL_APP_COLUMN_PEOPLE,
  SHOAL_APP_COLUMN_SEEDS,
  SHOAL_APP_COLUMN_AVAILABILITY,
  SHOAL_APP_COLUMN_LEFT,
  SHOAL_APP_COLUMN_DOWNLOADED,
  SHOAL_APP_COLUMN_UPLOADED,
  SHOAL_APP_COLUMN_ADDED,
  SHOAL_APP_COLUMN_COMPLETED,
  SHOAL_APP_COLUMN_SEEDING_TIME,
  SHOAL_APP_COLUMN_QUEUE,
  SHOAL_APP_COLUMN_LABELS,
  SHOAL_APP_COLUMN_TRACKER,
  SHOAL_APP_COLUMN_FOLDER,
} ShoalAppColumn;

#define SHOAL_APP_N_COLUMNS (SHOAL_APP_COLUMN_FOLDER + 1)

/* The word that settings and actions use: "name", "time-left". Static. */
const char *shoal_app_column_get_key (ShoalAppColumn column);

/* FALSE: no column is called so; *column stays. */
gboolean shoal_app_column_from_key (const char *key, ShoalAppColumn *column);

/* What its header says, and in whole words what that means. Static, translated. */
const char *shoal_app_column_get_title (ShoalAppColumn column);

const char *shoal_app_column_get_meaning (ShoalAppColumn column);

/* The word of the order of rows that belongs to it; static. */
const char *shoal_app_column_get_order (ShoalAppColumn column);

/* Whether its texts stand at the end of the line, in digits of one width. */
gboolean shoal_app_column_is_number (ShoalAppColumn column);

/* Whether a person who never chose sees it. */
gboolean shoal_app_column_is_usual (ShoalAppColumn column);

/* How wide it is before anybody has changed that, in characters. */
guint shoal_app_column_get_n_chars (ShoalAppColumn column);

/* What the engine does not say of a torrent. */
typedef struct
{
  gint64 eta_sec; /* what is to be shown of the time left; −1: nothing */
  guint  rank;    /* shoal_model_torrent_get_rank() */
} ShoalAppColumnFacts;

/* What stands in the cell, fit to be shown as text; "" where there is nothing to be said. The
 * caller's. */
char *shoal_app_column_dup_text (ShoalAppColumn             column,
                                 const ShoalTorrentInfo    *info,
                                 const ShoalAppColumnFacts *facts);

G_END_DECLS
