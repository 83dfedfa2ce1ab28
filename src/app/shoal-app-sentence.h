/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-info.h"
#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* What the window says about a torrent, made from what the engine published; pure functions, the
 * strings are the caller's. */

/* What a row shows of a torrent: colour of the bar, word for the state. */
typedef enum
{
  SHOAL_APP_MOOD_DOWNLOADING,
  SHOAL_APP_MOOD_SEEDING, /* or complete */
  SHOAL_APP_MOOD_PAUSED,
  SHOAL_APP_MOOD_WAITING,  /* nothing the person must do */
  SHOAL_APP_MOOD_CHECKING, /* or moving */
  SHOAL_APP_MOOD_TROUBLE,  /* needs attention */
} ShoalAppMood;

ShoalAppMood shoal_app_sentence_get_mood (const ShoalTorrentInfo *info);

/* "Downloading", "Seeding", …: one of the window's words for the state. Static, translated. */
const char *shoal_app_sentence_get_state_word (const ShoalTorrentInfo *info);

/* Bytes done and to be done, as the bar shows them. */
void shoal_app_sentence_get_progress (const ShoalTorrentInfo *info, guint64 *done, guint64 *total);

/* What is beside a torrent. */
typedef struct
{
  gint64 eta_sec;         /* what is to be shown of the time left; −1: nothing */
  gint64 now_sec;         /* since the epoch */
  gint64 dht_joining_sec; /* how long nobody of the DHT has answered; −1: somebody did */
} ShoalAppMoment;

/* "1.2 GB of 3.9 GB · 3 minutes left · 5.1 MB/s from 12 of 40 people". */
char *shoal_app_sentence_dup_row (const ShoalTorrentInfo *info, const ShoalAppMoment *moment);

/* Why nobody is connected, as a sentence that stands alone. */
char *shoal_app_sentence_dup_why_nobody (const ShoalTorrentInfo *info,
                                         const ShoalAppMoment   *moment);

/* What a screen reader says of the row: the name, the state, and the tenths that are done. */
char *shoal_app_sentence_dup_spoken (const ShoalTorrentInfo *info);

/* The same, and how fast it goes at this moment, if it does. */
char *shoal_app_sentence_dup_spoken_now (const ShoalTorrentInfo *info);

/* "↓ 5.1 MB/s  ↑ 320 kB/s", and that it is held back by the alternative limits, if it is. */
char *shoal_app_sentence_dup_totals (const ShoalTotals *totals, gboolean has_alternative);

G_END_DECLS
