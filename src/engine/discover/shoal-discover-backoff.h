/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-random.h"

G_BEGIN_DECLS

/* When to come back to a tracker. Pure; seconds as trackers count, microseconds as timers do. */

/* What a tracker asked for; 0: it did not say. */
typedef struct
{
  guint32 interval_sec;
  guint32 min_interval_sec;

  /* The tracker is on this machine or network. A floor is there to spare us work, and a stranger's
   * server our mistakes; a tracker of one's own may be as quick as it says. */
  gboolean is_local;
} ShoalDiscoverAsked;

/* Until the next regular announce: 1800 if it did not say, at least 300 (1 if local), at most a
 * day. */
guint32 shoal_discover_backoff_interval_sec (const ShoalDiscoverAsked *asked);

/* The least between two announces the person asks for: at least 60 (1 if local) and, if it did not
 * say, no more; never beyond the interval. */
guint32 shoal_discover_backoff_manual_sec (const ShoalDiscoverAsked *asked);

/* The least between two announces that are early for want of peers: as above, but 300 if it did not
 * say. */
guint32 shoal_discover_backoff_early_sec (const ShoalDiscoverAsked *asked);

/* @interval_sec in microseconds with up to a twentieth, at most 90 s, added at random, so that
 * torrents begun together do not stay together. */
gint64 shoal_discover_backoff_spread_usec (guint32 interval_sec, ShoalBaseRandom *random);

/* Until the next try after @fails > 0 failures in a row: 5 s + fails² × 12.5 s, at most an hour
 * (libtorrent's numbers), and up to a fifth more. */
gint64 shoal_discover_backoff_retry_usec (guint fails, ShoalBaseRandom *random);

G_END_DECLS
