/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-random.h"
#include "codec/shoal-codec-tracker.h"
#include "discover/shoal-discover-announcer.h"
#include "discover/shoal-discover-host.h"
#include "discover/shoal-discover-names.h"
#include "discover/shoal-discover-udp.h"
#include "discover/shoal-discover-url.h"

G_BEGIN_DECLS

/* The announcer as the tracker lists of this folder use it: URLs shared, requests made. */

/* A tracker's URL, the same object for all torrents that have it. */
typedef struct
{
  ShoalDiscoverUrl  *url;  /* owned */
  ShoalDiscoverHost *host; /* counted */
  guint              ref_count;
  guint              max_scrape; /* swarms in one scrape: fewer after it was too long for it */
} ShoalDiscoverTarget;

/* One announce, or the scrape of one swarm, from its order to its result. */
typedef struct _ShoalDiscoverRequest ShoalDiscoverRequest;

/* In the order of their turn. */
typedef enum
{
  SHOAL_DISCOVER_PRIORITY_STOPPED, /* the tracker is to forget us */
  SHOAL_DISCOVER_PRIORITY_ANNOUNCE,
  SHOAL_DISCOVER_PRIORITY_SCRAPE,
  SHOAL_DISCOVER_N_PRIORITIES,
} ShoalDiscoverPriority;

/* Borrowed for the call. */
typedef struct
{
  ShoalDiscoverFault             fault;
  guint                          status;  /* of that fault: what the server gave; else 0 */
  const char                    *message; /* in English, or a tracker's words; NULL: nothing */
  const ShoalCodecTrackerReply  *reply;   /* of an announce, if one came (also a refusal by HTTP) */
  const ShoalCodecTrackerCounts *counts;  /* of a scrape, if it told of the swarm */
  ShoalBaseAddress               remote;  /* who answered, family 0 if nobody */
} ShoalDiscoverResult;

/* What is to be sent, asked for when it leaves; with the priority of `stopped` at the order. If
 * that is another event then (`completed`), `stopped` follows by itself once it was answered.
 * *tracker_id: borrowed, or NULL. */
typedef void (*ShoalDiscoverFillFunc) (gpointer                   owner,
                                       ShoalCodecTrackerAnnounce *announce,
                                       GBytes                   **tracker_id);

/* Once a request, never before the order returns; the request is gone afterwards. May do anything
 * but free the announcer. */
typedef void (*ShoalDiscoverResultFunc) (gpointer owner, const ShoalDiscoverResult *result);

typedef struct
{
  ShoalDiscoverTarget    *target;
  guint                   endpoint;
  ShoalBasePolicyWord     word; /* who named the URL */
  ShoalDiscoverPriority   priority;
  const ShoalSwarmKey    *info_hash; /* of a scrape */
  ShoalDiscoverFillFunc   fill;      /* of an announce */
  ShoalDiscoverResultFunc func;
  gpointer                owner;
  gboolean                is_manual; /* also if the host was silent just now */
  gboolean is_doubtful;              /* a `stopped` to one that may not know us: the least urgent */
} ShoalDiscoverOrder;

ShoalNetReactor *shoal_discover_announcer_get_reactor (ShoalDiscoverAnnouncer *self);

ShoalBaseRandom *shoal_discover_announcer_get_random (ShoalDiscoverAnnouncer *self);

ShoalDiscoverNames *shoal_discover_announcer_get_names (ShoalDiscoverAnnouncer *self);

gboolean shoal_discover_announcer_get_allow_local (const ShoalDiscoverAnnouncer *self);

gboolean shoal_discover_announcer_supports_encryption (const ShoalDiscoverAnnouncer *self);

guint shoal_discover_announcer_get_n_endpoints (const ShoalDiscoverAnnouncer *self);

/* AF_INET or AF_INET6. */
int shoal_discover_announcer_get_family (const ShoalDiscoverAnnouncer *self, guint endpoint);

guint16 shoal_discover_announcer_get_port (const ShoalDiscoverAnnouncer *self, guint endpoint);

/* NULL if @url is no tracker's. To be released. */
ShoalDiscoverTarget *shoal_discover_announcer_intern (ShoalDiscoverAnnouncer *self,
                                                      const char             *url);

void shoal_discover_announcer_release (ShoalDiscoverAnnouncer *self, ShoalDiscoverTarget *target);

ShoalDiscoverRequest *shoal_discover_announcer_submit (ShoalDiscoverAnnouncer   *self,
                                                       const ShoalDiscoverOrder *order);

/* Ends @request, which is gone afterwards: its func will not be called. */
void shoal_discover_announcer_withdraw (ShoalDiscoverRequest *request);

/* @request goes on; its owner goes. For `stopped` only. */
void shoal_discover_announcer_detach (ShoalDiscoverRequest *request);

/* A tracker's word on our address. */
void shoal_discover_announcer_tell_external (ShoalDiscoverAnnouncer *self,
                                             const ShoalBaseAddress *ip,
                                             const ShoalBaseAddress *teller);

G_END_DECLS
