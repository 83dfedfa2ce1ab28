/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"
#include "codec/shoal-codec-lsd.h"

G_BEGIN_DECLS

/* Which torrents are named on the local network next (BEP 14): each every five minutes, all
 * together in one announce a minute. With more of them than that can name, those that still want
 * something come round sooner than those that only give. Pure: the caller's clock. One thread. */

#define SHOAL_DISCOVER_LSD_PAUSE_USEC (60 * (gint64) G_USEC_PER_SEC)
#define SHOAL_DISCOVER_LSD_AGAIN_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

/* After the first torrent has come: others that come with it are in the same announce. */
#define SHOAL_DISCOVER_LSD_GATHER_USEC G_USEC_PER_SEC

/* Places of an announce that are kept for those that only give. */
#define SHOAL_DISCOVER_LSD_KEPT 6

/* Lies inside its owner; zero-initialised it is in no plan. */
typedef struct
{
  ShoalBaseList link;
  ShoalSwarmKey key;
  gint64        told_usec; /* 0: never */

  guint is_planned : 1;
  guint is_eager : 1; /* it wants something */
} ShoalDiscoverLsdTorrent;

typedef struct
{
  ShoalBaseList eager; /* who was told of longest ago first; so both */
  ShoalBaseList calm;
  gint64        next_usec; /* nothing is sent before */
} ShoalDiscoverLsdPlan;

void shoal_discover_lsd_plan_init (ShoalDiscoverLsdPlan *self);

gboolean shoal_discover_lsd_plan_is_empty (const ShoalDiscoverLsdPlan *self);

/* Puts @torrent into the plan, or says that it has become eager, or is no longer. */
void shoal_discover_lsd_plan_add (ShoalDiscoverLsdPlan    *self,
                                  ShoalDiscoverLsdTorrent *torrent,
                                  const ShoalSwarmKey     *key,
                                  gboolean                 is_eager,
                                  gint64                   now_usec);

/* Nothing happens if it is not in the plan. */
void shoal_discover_lsd_plan_remove (ShoalDiscoverLsdTorrent *torrent);

/* When there is something to announce; G_MAXINT64: never. */
gint64 shoal_discover_lsd_plan_get_due (const ShoalDiscoverLsdPlan *self);

/* Takes those that are due, at most SHOAL_CODEC_LSD_MAX_WRITTEN, and returns how many; 0 before
 * their time. They count as told. */
guint shoal_discover_lsd_plan_take (ShoalDiscoverLsdPlan *self,
                                    gint64                now_usec,
                                    ShoalSwarmKey         keys[SHOAL_CODEC_LSD_MAX_WRITTEN]);

G_END_DECLS
