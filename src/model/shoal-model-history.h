/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "types/shoal-types-snapshot.h"

G_BEGIN_DECLS

/* The rates of the last hour: of all torrents together, and of each that moved something in it. A
 * plain struct for the UI context; time is an argument, monotonic.
 *
 * Nothing ticks. A rate that a snapshot tells holds until the next one says otherwise, and is
 * written down when that comes, or when somebody reads; a snapshot costs what has changed in it. */
typedef struct _ShoalModelHistory ShoalModelHistory;

/* Bytes per second; of more than 32 bits the most that these can say. */
typedef struct
{
  guint32 down_bps;
  guint32 up_bps;
} ShoalModelRates;

/* Most that shoal_model_history_read() gives. */
#define SHOAL_MODEL_HISTORY_MAX_SAMPLES 360

/* Series that are kept beside the one of all: 5 kB each. Beyond, those go first that moved nothing
 * for longest. */
#define SHOAL_MODEL_HISTORY_MAX_SERIES 2000

ShoalModelHistory *shoal_model_history_new (gint64 now_usec);

void shoal_model_history_free (ShoalModelHistory *self);

/* Forgets everything, as if it were new. */
void shoal_model_history_clear (ShoalModelHistory *self, gint64 now_usec);

void
shoal_model_history_apply (ShoalModelHistory *self, const ShoalSnapshot *snapshot, gint64 now_usec);

/* The rates of torrent @id (value 0: of all together) in the last minutes, 1 to 5 of them by the
 * second and up to 60 as means of ten seconds: oldest first, the last one is that of now. @rates
 * has room for SHOAL_MODEL_HISTORY_MAX_SAMPLES; its used length is returned. *n_unknown, of the
 * oldest: they lie before the beginning, and are 0. */
guint shoal_model_history_read (ShoalModelHistory *self,
                                ShoalTorrentId     id,
                                guint              minutes,
                                gint64             now_usec,
                                ShoalModelRates   *rates,
                                guint             *n_unknown);

/* How many series are kept, for tests. */
guint shoal_model_history_get_n_series (ShoalModelHistory *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalModelHistory, shoal_model_history_free)

G_END_DECLS
