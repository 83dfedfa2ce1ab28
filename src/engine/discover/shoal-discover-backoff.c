/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-backoff.h"

#define DEFAULT_INTERVAL_SEC 1800
#define MIN_INTERVAL_SEC     300
#define MAX_INTERVAL_SEC     (24 * 60 * 60)

#define MANUAL_SEC 60
#define EARLY_SEC  300

#define MAX_SPREAD_SEC 90

#define RETRY_BASE_USEC (5 * G_USEC_PER_SEC)
#define RETRY_STEP_USEC (25 * G_USEC_PER_SEC / 2)
#define MAX_RETRY_USEC  (3600 * (gint64) G_USEC_PER_SEC)

/* Beyond these the hour is reached, and squares stay small. */
#define MAX_FAILS 100

guint32
shoal_discover_backoff_interval_sec (const ShoalDiscoverAsked *asked)
{
  guint32 floor_sec = asked->is_local ? 1 : MIN_INTERVAL_SEC;

  if (asked->interval_sec == 0)
    return DEFAULT_INTERVAL_SEC;
  return CLAMP (asked->interval_sec, floor_sec, MAX_INTERVAL_SEC);
}

static guint32
least_sec (const ShoalDiscoverAsked *asked, guint32 default_sec)
{
  guint32 floor_sec = asked->is_local ? 1 : MANUAL_SEC;
  guint32 least = asked->min_interval_sec > 0 ? asked->min_interval_sec : default_sec;

  return MIN (MAX (least, floor_sec), shoal_discover_backoff_interval_sec (asked));
}

guint32
shoal_discover_backoff_manual_sec (const ShoalDiscoverAsked *asked)
{
  return least_sec (asked, MANUAL_SEC);
}

guint32
shoal_discover_backoff_early_sec (const ShoalDiscoverAsked *asked)
{
  return least_sec (asked, EARLY_SEC);
}

gint64
shoal_discover_backoff_spread_usec (guint32 interval_sec, ShoalBaseRandom *random)
{
  guint32 spread_ms = MIN (interval_sec / 20, MAX_SPREAD_SEC) * 1000;

  return interval_sec * (gint64) G_USEC_PER_SEC +
         shoal_base_random_below (random, spread_ms + 1) * (gint64) 1000;
}

gint64
shoal_discover_backoff_retry_usec (guint fails, ShoalBaseRandom *random)
{
  gint64 n = MIN (fails, MAX_FAILS);
  gint64 delay = MIN (RETRY_BASE_USEC + n * n * RETRY_STEP_USEC, MAX_RETRY_USEC);

  return delay + shoal_base_random_below (random, (guint32) (delay / 5000) + 1) * (gint64) 1000;
}
