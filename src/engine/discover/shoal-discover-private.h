/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "discover/shoal-discover-request.h"

G_BEGIN_DECLS

#define SHOAL_DISCOVER_N_SCHEMES 2

typedef struct
{
  ShoalNetEndpoint *endpoint; /* unowned: outlives the announcer */
  ShoalDiscoverUdp *udp;      /* owned */
  guint16           port;     /* that peers reach it by */
  guint16           family;
} ShoalDiscoverExit;

struct _ShoalDiscoverAnnouncer
{
  ShoalNetReactor              *reactor; /* unowned: outlives us */
  ShoalNetHttp                 *http;    /* unowned: outlives us */
  ShoalDiscoverAnnouncerOptions options;
  ShoalBaseRandom               random;
  ShoalDiscoverNames           *names; /* owned */

  ShoalDiscoverExit exits[SHOAL_DISCOVER_MAX_ENDPOINTS];
  guint             n_exits;

  GHashTable  *targets; /* owned: URL text inside → owned ShoalDiscoverTarget */
  GHashTable  *hosts;   /* owned: origin → owned ShoalDiscoverHost */
  ShoalNetTask purge;   /* of those nobody counts on any more */

  ShoalBaseList queues[SHOAL_DISCOVER_N_SCHEMES][SHOAL_DISCOVER_N_PRIORITIES];
  ShoalBaseList under_way;                             /* requests */
  guint         n_under_way[SHOAL_DISCOVER_N_SCHEMES]; /* joined scrapes count as one */
  guint         n_waiting;
  guint         n_minor; /* waiting or under way */
  ShoalNetTask  dispatch;
  guint64       n_sent;
  guint64       n_failed;

  ShoalDiscoverExternalFunc external_func;
  gpointer                  external_owner; /* unowned: outlives us */

  ShoalDiscoverFinishFunc finish_func;  /* NULL: not at quit */
  gpointer                finish_owner; /* unowned: outlives us */
  ShoalNetTimer           finish_timer;
  gint64                  finish_usec;
  gint64                  patience_usec; /* from then on minor ones are not waited for */

  guint is_finishing : 1;
  guint supports_encryption : 1;
};

struct _ShoalDiscoverRequest
{
  ShoalBaseList             link; /* in a queue, a host's blocked, under way or another's joined */
  ShoalDiscoverAnnouncer   *announcer; /* unowned: owns us */
  ShoalDiscoverTarget      *target;    /* counted */
  guint                     endpoint;
  ShoalBasePolicyWord       word;
  ShoalDiscoverPriority     priority;
  ShoalCodecTrackerAnnounce announce;   /* of a scrape its info-hash only */
  GBytes                   *tracker_id; /* owned, or NULL */
  ShoalDiscoverFillFunc     fill;
  ShoalDiscoverResultFunc   func;  /* NULL: nobody waits any more */
  gpointer                  owner; /* unowned: withdraws or detaches us before it goes */

  ShoalNetHttpCall       *http; /* owned while it is open, as are the others */
  ShoalDiscoverUdpCall   *udp;
  ShoalDiscoverHostWaiter waiter;
  ShoalBaseAddress        remote; /* of UDP */
  ShoalBaseList           joined; /* scrapes that ride along */
  ShoalDiscoverRequest   *leader; /* unowned: whom we ride along with */
  guint                   n_joined;

  guint is_under_way : 1;
  guint is_gathered : 1; /* answered, in a list of those to be told */
  guint is_manual : 1;
  guint is_minor : 1;     /* a `stopped` that is not waited for to the end */
  guint then_stopped : 1; /* another event goes first */
};

/* The request is on its way: over HTTP or UDP, until shoal_discover_queue_complete(), which may
 * come at once. */
void shoal_discover_exchange_start (ShoalDiscoverRequest *request);

/* Ends what start began. */
void shoal_discover_exchange_stop (ShoalDiscoverRequest *request);

/* A request has its result: told to its owner, the next one's turn. @request is gone; those that
 * rode along with it wait for a turn of their own unless they were completed before. */
void shoal_discover_queue_complete (ShoalDiscoverRequest      *request,
                                    const ShoalDiscoverResult *result);

/* A scrape was answered: moves @request and those that rode along into @out, to be completed one by
 * one (each completion may withdraw others of them). */
void shoal_discover_queue_gather (ShoalDiscoverRequest *request, ShoalBaseList *out);

/* Puts @request, which is under way, and those that rode along back into the queue. */
void shoal_discover_queue_return (ShoalDiscoverRequest *request);

/* At quit: drops all but `stopped`, orders these. */
void shoal_discover_queue_prepare_finish (ShoalDiscoverAnnouncer *self);

/* Completes everything as stopped. */
void shoal_discover_queue_drop_all (ShoalDiscoverAnnouncer *self);

/* But for minor ones, if @major. */
gboolean shoal_discover_queue_is_empty (const ShoalDiscoverAnnouncer *self, gboolean major);

void shoal_discover_queue_init (ShoalDiscoverAnnouncer *self);

/* Frees what is left, silently. */
void shoal_discover_queue_clear (ShoalDiscoverAnnouncer *self);

G_END_DECLS
