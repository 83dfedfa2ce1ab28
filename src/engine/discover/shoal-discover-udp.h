/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-tracker-udp.h"
#include "net/shoal-net-udp.h"

G_BEGIN_DECLS

/* Exchanges with UDP trackers over one socket (BEP 15, 41): connection ids are shared by all
 * questions to a tracker and used for less than a minute; a packet counts only if transaction,
 * action and sender are those of a question that is open. Engine context only. */
typedef struct _ShoalDiscoverUdp ShoalDiscoverUdp;

/* One question and its answer. */
typedef struct _ShoalDiscoverUdpCall ShoalDiscoverUdpCall;

typedef struct
{
  gint64 retry_usec;   /* asked again after this, then twice, four times … */
  gint64 timeout_usec; /* … until this has passed without progress */
} ShoalDiscoverUdpTimes;

/* What is asked; copied. */
typedef struct
{
  ShoalCodecTrackerUdpAction action;      /* announce or scrape */
  ShoalCodecTrackerAnnounce  announce;    /* if it is one */
  const char                *url_data;    /* with an announce; unowned: outlives the call */
  const ShoalSwarmKey       *info_hashes; /* of a scrape, at most _UDP_MAX_SCRAPE */
  guint                      n_hashes;
  gboolean                   is_urgent; /* there is little time: asked again every 1.5 s */
} ShoalDiscoverUdpQuestion;

typedef enum
{
  SHOAL_DISCOVER_UDP_ANSWERED,    /* by a packet of the action that was asked for */
  SHOAL_DISCOVER_UDP_REFUSED,     /* by an error packet */
  SHOAL_DISCOVER_UDP_TIMEOUT,     /* no answer */
  SHOAL_DISCOVER_UDP_UNREACHABLE, /* the network says that nobody is there */
} ShoalDiscoverUdpOutcome;

/* Once a call, never before it was returned; the call is gone afterwards. @data: the packet, for
 * the first two outcomes. */
typedef void (*ShoalDiscoverUdpFunc) (gpointer                owner,
                                      ShoalDiscoverUdpOutcome outcome,
                                      const guint8           *data,
                                      gsize                   len);

/* Registers for replies at @socket; both unowned, they outlive it. */
ShoalDiscoverUdp *shoal_discover_udp_new (ShoalNetReactor             *reactor,
                                          ShoalNetUdp                 *socket,
                                          const ShoalDiscoverUdpTimes *times);

/* Goes on over @socket, of the same family: what was not answered yet is asked anew from there,
 * since a tracker may have given its connection id to the old address only. */
void shoal_discover_udp_set_socket (ShoalDiscoverUdp *self, ShoalNetUdp *socket);

/* Open calls are dropped. */
void shoal_discover_udp_free (ShoalDiscoverUdp *self);

ShoalDiscoverUdpCall *shoal_discover_udp_ask (ShoalDiscoverUdp               *self,
                                              const ShoalBaseAddress         *to,
                                              const ShoalDiscoverUdpQuestion *question,
                                              ShoalDiscoverUdpFunc            func,
                                              gpointer                        owner);

/* Ends @call, which is gone afterwards: its func will not be called. */
void shoal_discover_udp_cancel (ShoalDiscoverUdpCall *call);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverUdp, shoal_discover_udp_free)

G_END_DECLS
