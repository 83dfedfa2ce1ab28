/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-lsd-plan.h"
#include "net/shoal-net-endpoint.h"

G_BEGIN_DECLS

/* Local discovery (BEP 14), for IPv4 and IPv6: tells the networks that this machine is in which
 * torrents it has, and hears the same of others. Nothing is sent, and no group joined, while there
 * are no torrents. Engine context only. */
typedef struct _ShoalDiscoverLsd ShoalDiscoverLsd;

/* @peer takes part in @key. It is a neighbour, which is to say that it may be local; it is nobody
 * that was heard of before, necessarily. */
typedef void (*ShoalDiscoverLsdFunc) (gpointer                owner,
                                      const ShoalSwarmKey    *key,
                                      const ShoalBaseAddress *peer);

typedef struct
{
  guint64 sent;     /* announces, one for each interface and family */
  guint64 received; /* announces of others */
  guint64 own;      /* our own, come back */
  guint64 refused;  /* from who is no neighbour */
  guint64 excess;   /* more than anybody needs to say */
  guint64 broken;   /* no announces */
} ShoalDiscoverLsdStats;

/* @endpoints: of ShoalNetEndpoint: on which port we can be reached; unowned, outlives this. What is
 * in it counts whenever something is sent. */
ShoalDiscoverLsd *shoal_discover_lsd_new (ShoalNetReactor     *reactor,
                                          const GPtrArray     *endpoints,
                                          ShoalDiscoverLsdFunc func,
                                          gpointer             owner);

/* The torrents in it are forgotten. Safe inside the function. */
void shoal_discover_lsd_free (ShoalDiscoverLsd *self);

/* @is_eager: it wants something. @torrent stays where it is until it is removed. May be called
 * again when that has changed. */
void shoal_discover_lsd_add (ShoalDiscoverLsd        *self,
                             ShoalDiscoverLsdTorrent *torrent,
                             const ShoalSwarmKey     *key,
                             gboolean                 is_eager);

void shoal_discover_lsd_remove (ShoalDiscoverLsd *self, ShoalDiscoverLsdTorrent *torrent);

const ShoalDiscoverLsdStats *shoal_discover_lsd_get_stats (const ShoalDiscoverLsd *self);

G_END_DECLS
