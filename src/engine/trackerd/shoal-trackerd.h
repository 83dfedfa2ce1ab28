/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"
#include "codec/shoal-codec-tracker.h"
#include "net/shoal-net-error.h"

G_BEGIN_DECLS

/* A tracker: what a person runs to share files without anyone's server. HTTP /announce and /scrape,
 * UDP (BEP 15), IPv4 and IPv6, compact and dictionary replies. A peer is always registered at the
 * address it sends from; "ip" parameters are ignored. Belongs to the thread of its context. */
typedef struct _ShoalTrackerd ShoalTrackerd;

/* One announce, after it took effect. */
typedef struct
{
  const ShoalCodecTrackerAnnounce *request;
  ShoalBaseAddress peer;    /* the sender's address with the port it can be reached at */
  guint            n_seeds; /* of the swarm, over both families */
  guint            n_leechers;
  gboolean         is_udp;
} ShoalTrackerdAnnounce;

typedef struct
{
  guint16                 port;         /* HTTP; 0: any free one */
  guint16                 udp_port;     /* 0: the same number as HTTP */
  const ShoalBaseAddress *binds;        /* unowned: read by _new(); their ports are ignored */
  guint                   n_binds;      /* 0: all addresses, IPv4 and IPv6 */
  guint                   interval_sec; /* between announces; 0: 1800 */
  guint                   max_peers;    /* over all swarms; 0: 1,000,000 */
  guint                   timeout_sec;  /* of an HTTP connection in all; 0: 10 */
  const ShoalSwarmKey    *allowed;      /* unowned: read by _new() */
  guint                   n_allowed;    /* 0: every info-hash is served */

  /* NULL, or called for each announce that was accepted; must not free the tracker. */
  void (*on_announce) (gpointer owner, const ShoalTrackerdAnnounce *announce);
  gpointer owner; /* unowned */
} ShoalTrackerdOptions;

/* Listens when it returns; serves when @context runs. NULL with SHOAL_NET_ERROR that names the
 * address and port. */
ShoalTrackerd *
shoal_trackerd_new (GMainContext *context, const ShoalTrackerdOptions *options, GError **error);

/* Closes all connections. Not inside on_announce. */
void shoal_trackerd_free (ShoalTrackerd *self);

guint16 shoal_trackerd_get_port (const ShoalTrackerd *self);

guint16 shoal_trackerd_get_udp_port (const ShoalTrackerd *self);

typedef struct
{
  guint   n_swarms;
  guint   n_peers;
  guint   n_seeds; /* of the peers */
  guint   n_connections;
  guint64 n_announces;
  guint64 n_scrapes;
  guint64 n_refused; /* answered by a failure: malformed, not allowed, no room */
  guint64 n_dropped; /* not answered: no request, or no valid connection id */
} ShoalTrackerdStats;

void shoal_trackerd_get_stats (const ShoalTrackerd *self, ShoalTrackerdStats *out);

/* The counts of up to @max swarms, by info-hash; the caller owns the array (of
 * ShoalCodecTrackerScrapeRow). */
GArray *shoal_trackerd_dup_swarms (const ShoalTrackerd *self, guint max);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTrackerd, shoal_trackerd_free)

G_END_DECLS
