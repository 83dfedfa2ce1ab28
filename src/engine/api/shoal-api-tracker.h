/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib-object.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "types/shoal-types-problem.h"

G_BEGIN_DECLS

/* A tracker of our own, on a thread of its own. Functions and callbacks belong to the thread, and
 * main context, that started it. */
typedef struct _ShoalApiTracker ShoalApiTracker;

typedef struct
{
  guint16          port;           /* HTTP; 0: any free one */
  guint16          udp_port;       /* 0: the same number as HTTP */
  GArray          *bind_addresses; /* of ShoalBaseAddress; NULL or empty: all */
  guint            interval_sec;   /* 0: 1800 */
  const ShoalSha1 *allowed;        /* info-hashes; NULL: any */
  guint            n_allowed;
} ShoalApiTrackerOptions;

typedef struct
{
  ShoalSha1        info_hash;
  ShoalBaseAddress address;
  const char      *event; /* static: "started", "completed", "stopped", "" */
  guint64          left;
  guint            n_seeds; /* of the torrent, after this announce */
  guint            n_peers;
  gboolean         is_udp;
} ShoalApiTrackerAnnounce;

typedef void (*ShoalApiTrackerFunc) (const ShoalApiTrackerAnnounce *announce, gpointer user_data);

/* Listens before it returns. @func may be NULL. NULL and *problem if a port is busy or an address
 * is not ours. */
ShoalApiTracker *shoal_api_tracker_start (const ShoalApiTrackerOptions *options,
                                          ShoalApiTrackerFunc           func,
                                          gpointer                      user_data,
                                          ShoalProblem                **problem);

guint16 shoal_api_tracker_get_port (const ShoalApiTracker *self);

guint16 shoal_api_tracker_get_udp_port (const ShoalApiTracker *self);

/* Ends its thread and frees it. */
void shoal_api_tracker_stop (ShoalApiTracker *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalApiTracker, shoal_api_tracker_stop)

G_END_DECLS
