/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-list.h"
#include "base/shoal-base-policy.h"
#include "discover/shoal-discover-url.h"
#include "net/shoal-net-resolve.h"

G_BEGIN_DECLS

/* Why a tracker gave no peers; a later one tells a person more. */
typedef enum
{
  SHOAL_DISCOVER_FAULT_NONE,
  SHOAL_DISCOVER_FAULT_STOPPING, /* there was no time left at quit */
  SHOAL_DISCOVER_FAULT_FAMILY,   /* addresses, but none of the family */
  SHOAL_DISCOVER_FAULT_NAME,     /* no address */
  SHOAL_DISCOVER_FAULT_LOCAL,    /* a local address on the word of somebody who may not name it */
  SHOAL_DISCOVER_FAULT_SILENT,   /* nobody is there, or does not answer in time */
  SHOAL_DISCOVER_FAULT_BROKEN,   /* what came is no tracker's answer */
  SHOAL_DISCOVER_FAULT_UNSAFE,   /* a certificate that is not trusted */
  SHOAL_DISCOVER_FAULT_STATUS,   /* no tracker's answer either, by an HTTP status other than 200 */
  SHOAL_DISCOVER_FAULT_REFUSED,  /* the tracker says no */
} ShoalDiscoverFault;

#define SHOAL_DISCOVER_N_FAMILIES 2

/* A tracker by scheme, host name and port: its addresses, how busy it is, whether it is there.
 * Shared by all URLs and torrents. */
typedef struct
{
  ShoalNetReactor *reactor; /* unowned: outlives us */
  char            *name;    /* owned */
  guint16          port;
  guint            ref_count; /* of targets, kept by the announcer */

  GArray          *addresses;  /* owned, of ShoalBaseAddress */
  gint64           known_usec; /* until when they are good; 0: not known */
  ShoalNetResolve *question;   /* owned while it is open */
  ShoalNetTimer    timer;      /* ends the question */
  ShoalBaseList    waiters;

  guint  n_failures[SHOAL_DISCOVER_N_FAMILIES]; /* in a row, by family */
  gint64 silent_usec[SHOAL_DISCOVER_N_FAMILIES];

  guint         n_busy;  /* requests under way, kept by the announcer */
  ShoalBaseList blocked; /* requests that wait until there are fewer, kept by the announcer */
} ShoalDiscoverHost;

/* Waits for addresses. Lies inside its owner, which cancels it before it goes. */
typedef struct
{
  ShoalBaseList link;
  void (*on_resolved) (gpointer owner); /* unlinked: pick again */
  gpointer owner;                       /* unowned: contains this */
} ShoalDiscoverHostWaiter;

typedef enum
{
  SHOAL_DISCOVER_HOST_PICKED,
  SHOAL_DISCOVER_HOST_UNKNOWN, /* has to be resolved first */
  SHOAL_DISCOVER_HOST_ABSENT,  /* no address */
  SHOAL_DISCOVER_HOST_FAMILY,  /* addresses, but none of that family */
  SHOAL_DISCOVER_HOST_LOCAL,   /* only local ones, which may not be contacted */
} ShoalDiscoverHostPick;

/* @reactor: unowned, outlives it. */
ShoalDiscoverHost *shoal_discover_host_new (ShoalNetReactor *reactor, const ShoalDiscoverUrl *url);

/* Nobody may be waiting. */
void shoal_discover_host_free (ShoalDiscoverHost *self);

/* What address is looked for. */
typedef struct
{
  int                 family;
  ShoalBasePolicyWord word; /* on whose word it would be contacted */
  gboolean            allow_local;
  gboolean            allow_stale; /* there is no time to ask again */
} ShoalDiscoverHostWish;

/* Another address after each failure. Numeric hosts are always known. */
ShoalDiscoverHostPick shoal_discover_host_pick (const ShoalDiscoverHost     *self,
                                                const ShoalDiscoverHostWish *wish,
                                                ShoalBaseAddress            *out);

/* Asks for the addresses; @waiter is called when they are there, or known not to be; not before
 * this returns. */
void shoal_discover_host_resolve (ShoalDiscoverHost *self, ShoalDiscoverHostWaiter *waiter);

void shoal_discover_host_cancel (ShoalDiscoverHost *self, ShoalDiscoverHostWaiter *waiter);

/* The outcome of a request; only whether anybody answered counts here. */
void shoal_discover_host_note (ShoalDiscoverHost *self, int family, ShoalDiscoverFault fault);

/* Whether it has been silent to several requests just now, so that further ones need not wait for
 * the same: a thousand torrents at one dead tracker would hold each other up for an hour. */
gboolean shoal_discover_host_is_silent (const ShoalDiscoverHost *self, int family);

G_END_DECLS
