/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "api/shoal-api-tracker.h"

G_BEGIN_DECLS

/* A tracker on loopback, and what it was told. Lives longer than the swarm that uses it. */
typedef struct
{
  ShoalApiTracker *tracker; /* owned, as both addresses */
  char            *url;     /* over HTTP */
  char            *udp_url;
  guint            n_started;
  guint            n_completed;
  guint            n_stopped;
  guint            n_leechers; /* announces of who misses something */
  guint            n_seeds;    /* of the last torrent that announced */
  guint            n_peers;    /* as this */
  guint16          started_port;
  guint16          stopped_port;
} Tracker;

Tracker *tracker_new (guint interval_sec);

void tracker_free (Tracker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Tracker, tracker_free)

G_END_DECLS
