/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-random.h"
#include "codec/shoal-codec-pcp.h"

G_BEGIN_DECLS

/* Asks one router to let connections to one port in, for TCP and UDP, by PCP or, if the router does
 * not know that, by NAT-PMP; renews at half the time that was granted, and takes it back at the
 * end. Pure: packets in and out, the caller's clock. One thread. */
typedef struct _ShoalDiscoverPcp ShoalDiscoverPcp;

/* What is asked for; routers may grant less. */
#define SHOAL_DISCOVER_PCP_LIFETIME_S 3600

/* The first wait for an answer; each further one is twice as long, as many times. */
#define SHOAL_DISCOVER_PCP_WAIT_USEC (G_USEC_PER_SEC / 4)
#define SHOAL_DISCOVER_PCP_TRIES     7

/* Until a router that did not answer is asked again; one that refused says itself when, within
 * limits. */
#define SHOAL_DISCOVER_PCP_AGAIN_USEC (10 * 60 * (gint64) G_USEC_PER_SEC)

typedef enum
{
  SHOAL_DISCOVER_PCP_ASKING,
  SHOAL_DISCOVER_PCP_MAPPED,  /* TCP at least */
  SHOAL_DISCOVER_PCP_REFUSED, /* the router knows the protocol and will not */
  SHOAL_DISCOVER_PCP_SILENT,  /* no answer: it knows neither */
  SHOAL_DISCOVER_PCP_ENDED,   /* taken back, or given up */
} ShoalDiscoverPcpState;

/* @client: our address, from which packets are sent, with the port to map. @wish: the external port
 * to ask for, in general the same. */
ShoalDiscoverPcp *shoal_discover_pcp_new (const ShoalBaseAddress *client,
                                          guint16                 wish,
                                          ShoalBaseRandom        *random,
                                          gint64                  now_usec);

void shoal_discover_pcp_free (ShoalDiscoverPcp *self);

/* When shoal_discover_pcp_poll() has something; G_MAXINT64: never. */
gint64 shoal_discover_pcp_get_due (const ShoalDiscoverPcp *self);

/* Writes the next packet that is due and returns its length; 0: there is none. To be called until
 * then. */
gsize shoal_discover_pcp_poll (ShoalDiscoverPcp *self,
                               gint64            now_usec,
                               guint8            out[SHOAL_CODEC_PCP_MAX_SIZE]);

/* A packet from the router. What was not asked for is left alone. */
void
shoal_discover_pcp_receive (ShoalDiscoverPcp *self, const guint8 *data, gsize len, gint64 now_usec);

/* Takes back what was granted; ENDED when the router has answered, or did not a few times. */
void shoal_discover_pcp_end (ShoalDiscoverPcp *self, gint64 now_usec);

ShoalDiscoverPcpState shoal_discover_pcp_get_state (const ShoalDiscoverPcp *self);

/* Whether it was NAT-PMP that was spoken last. */
gboolean shoal_discover_pcp_is_old (const ShoalDiscoverPcp *self);

/* As which others reach the port by TCP, while it is MAPPED; family 0 if the router does not say
 * the address. */
const ShoalBaseAddress *shoal_discover_pcp_get_external (const ShoalDiscoverPcp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverPcp, shoal_discover_pcp_free)

G_END_DECLS
