/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* How much a DHT node lets others have of it: who asks too often is not answered for a while, and
 * all together get so many bytes a second. Memory is the same whatever comes. A value,
 * zero-initialised. Pure: the caller's clock. One thread. */

/* Packets of one host within the window; more, and it is ignored for the penalty. */
#define SHOAL_DISCOVER_DHT_FLOOD_MAX_PACKETS  50
#define SHOAL_DISCOVER_DHT_FLOOD_WINDOW_USEC  (10 * (gint64) G_USEC_PER_SEC)
#define SHOAL_DISCOVER_DHT_FLOOD_PENALTY_USEC (5 * 60 * (gint64) G_USEC_PER_SEC)

/* Answers to all: bytes a second, and at once after a calm time. */
#define SHOAL_DISCOVER_DHT_FLOOD_BYTES_PER_SEC 20000
#define SHOAL_DISCOVER_DHT_FLOOD_BURST_BYTES   80000

/* Hosts that are counted at once, in sets of which the one not heard of for longest goes. */
#define SHOAL_DISCOVER_DHT_FLOOD_SETS 64
#define SHOAL_DISCOVER_DHT_FLOOD_WAYS 8

/* One host. */
typedef struct
{
  guint64 host; /* 0: free */
  gint64  window_usec;
  gint64  silent_until_usec;
  gint64  seen_usec;
  guint   n_packets;
} ShoalDiscoverDhtFloodRow;

typedef struct
{
  ShoalDiscoverDhtFloodRow rows[SHOAL_DISCOVER_DHT_FLOOD_SETS][SHOAL_DISCOVER_DHT_FLOOD_WAYS];
  gint64                   bytes; /* that may be sent; may fall below 0 by one packet */
  gint64                   filled_usec;
} ShoalDiscoverDhtFlood;

/* A query came. FALSE: it is to be ignored. */
gboolean shoal_discover_dht_flood_admit (ShoalDiscoverDhtFlood  *self,
                                         const ShoalBaseAddress *from,
                                         gint64                  now_usec);

/* Whether an answer may be sent now; @len bytes are counted if so. */
gboolean shoal_discover_dht_flood_spend (ShoalDiscoverDhtFlood *self, gsize len, gint64 now_usec);

G_END_DECLS
