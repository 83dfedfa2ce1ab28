/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* One talk with the router by UPnP (Internet Gateway Device), which blocks and so runs on GLib's
 * pool, with copies of what it needs. Engine context only, and that is the thread's default one. */
typedef struct _ShoalDiscoverUpnp ShoalDiscoverUpnp;

/* What a router is asked for; it forgets by itself after that. */
#define SHOAL_DISCOVER_UPNP_LEASE_S 3600

/* Where a router takes orders. */
typedef struct
{
  char *url;     /* owned; NULL: not known, it is searched for */
  char *service; /* owned */
} ShoalDiscoverUpnpControl;

typedef struct
{
  ShoalBaseAddress         local;   /* ours, with the port to map, TCP and UDP */
  ShoalBaseAddress         gateway; /* the router that is believed most; family 0: none is known */
  guint16                  external_port; /* that is asked for, or taken back */
  ShoalDiscoverUpnpControl control;       /* copied */

  guint is_removal : 1;
} ShoalDiscoverUpnpAsk;

typedef enum
{
  SHOAL_DISCOVER_UPNP_MAPPED,
  SHOAL_DISCOVER_UPNP_REMOVED, /* or it could not be, which is the end as well */
  SHOAL_DISCOVER_UPNP_REFUSED,
  SHOAL_DISCOVER_UPNP_NOBODY, /* no router that understands */
} ShoalDiscoverUpnpOutcome;

typedef struct
{
  ShoalDiscoverUpnpOutcome outcome;
  int                      code;     /* of UPnP, for a refusal */
  ShoalBaseAddress         external; /* with the port; family 0: the router does not say */
  guint16                  external_port;
  ShoalDiscoverUpnpControl control; /* for the next time */
} ShoalDiscoverUpnpAnswer;

/* Once, and never before shoal_discover_upnp_start() returns; the talk is gone afterwards. @answer:
 * borrowed. */
typedef void (*ShoalDiscoverUpnpFunc) (gpointer owner, const ShoalDiscoverUpnpAnswer *answer);

ShoalDiscoverUpnp *shoal_discover_upnp_start (const ShoalDiscoverUpnpAsk *ask,
                                              ShoalDiscoverUpnpFunc       func,
                                              gpointer                    owner);

/* The function is not called; the talk goes on to its end alone. */
void shoal_discover_upnp_cancel (ShoalDiscoverUpnp *self);

void shoal_discover_upnp_control_copy (ShoalDiscoverUpnpControl       *to,
                                       const ShoalDiscoverUpnpControl *from);

void shoal_discover_upnp_control_clear (ShoalDiscoverUpnpControl *self);

/* Whether @url, named by a device on the network, may be fetched: http, by a numeric address of
 * this network that is neither loopback nor link-local, or the gateway's; and no name of a user. */
gboolean shoal_discover_upnp_may_fetch (const char *url, const ShoalBaseAddress *gateway);

/* Whether @url, named in the description that lies at @description, may be given orders: it may be
 * fetched, and is the describing device itself. Else anybody on the network could send us to any
 * other machine. */
gboolean shoal_discover_upnp_may_order (const char             *url,
                                        const char             *description,
                                        const ShoalBaseAddress *gateway);

G_END_DECLS
