/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-endpoint.h"
#include "net/shoal-net-http.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* What the tracker lists of all torrents share: how many announces are under way, names and
 * connection ids of trackers, requests to the same tracker joined, and the last words at quit. One
 * an engine; engine context only. */
typedef struct _ShoalDiscoverAnnouncer ShoalDiscoverAnnouncer;

/* Endpoints an announcer can have: trackers are told of each (BEP 7). */
#define SHOAL_DISCOVER_MAX_ENDPOINTS 8

typedef struct
{
  guint  max_http;          /* HTTP requests under way at once */
  guint  max_http_per_host; /* of them to one tracker, so that a hung one holds no other up */
  guint  max_udp;           /* UDP exchanges under way at once */
  gint64 http_timeout_usec;
  gint64 udp_retry_usec;   /* BEP 15: again after this, then twice, four times … */
  gint64 udp_timeout_usec; /* … until this has passed without an answer */

  guint allow_local : 1; /* the person's --allow-local */
} ShoalDiscoverAnnouncerOptions;

/* Fills in what is right outside of tests: 50, 10, 256; 30 s; 15 s, 30 s; FALSE. */
void shoal_discover_announcer_options_init (ShoalDiscoverAnnouncerOptions *options);

/* Told by trackers, to be weighed by votes: @ip is how @teller sees us (BEP 24). */
typedef void (*ShoalDiscoverExternalFunc) (gpointer                owner,
                                           const ShoalBaseAddress *ip,
                                           const ShoalBaseAddress *teller);

/* @reactor and @http: unowned, outlive the announcer. @options is copied. */
ShoalDiscoverAnnouncer *shoal_discover_announcer_new (ShoalNetReactor                     *reactor,
                                                      ShoalNetHttp                        *http,
                                                      const ShoalDiscoverAnnouncerOptions *options);

/* After all tracker lists are gone. What is under way is dropped. */
void shoal_discover_announcer_free (ShoalDiscoverAnnouncer *self);

/* Announces leave from @endpoint too, with its port, from now on. Before the first list starts, or
 * all while there is none. Unowned: outlives the announcer, or is replaced. FALSE if there are too
 * many. */
gboolean shoal_discover_announcer_add_endpoint (ShoalDiscoverAnnouncer *self,
                                                ShoalNetEndpoint       *endpoint);

/* @endpoint, of the same family, takes the place of @old, which may be freed afterwards. What is
 * under way goes on; lists are to be stopped before and started after, so that trackers hear that
 * we are elsewhere. */
void shoal_discover_announcer_replace_endpoint (ShoalDiscoverAnnouncer *self,
                                                ShoalNetEndpoint       *old,
                                                ShoalNetEndpoint       *endpoint);

/* Peers reach @endpoint by @port (a port mapping), not by its own. */
void shoal_discover_announcer_set_port (ShoalDiscoverAnnouncer *self,
                                        ShoalNetEndpoint       *endpoint,
                                        guint16                 port);

/* HTTP trackers are told that peers may connect to us encrypted. FALSE at first. */
void shoal_discover_announcer_set_supports_encryption (ShoalDiscoverAnnouncer *self,
                                                       gboolean                supports);

void shoal_discover_announcer_set_external_func (ShoalDiscoverAnnouncer   *self,
                                                 ShoalDiscoverExternalFunc func,
                                                 gpointer                  owner);

typedef void (*ShoalDiscoverFinishFunc) (gpointer owner);

/* For quit, once, after every list was stopped: drops all but `stopped` messages, sends first those
 * of the torrents that moved the most, and calls @func when all are answered or failed, or
 * @timeout_usec is over (then the rest is dropped); never before it returns. Minor ones are not
 * waited for longer than 1.5 s: those of torrents that moved nothing, whom nobody misses when the
 * tracker forgets them by itself, and those to trackers that may not know us. */
void shoal_discover_announcer_finish (ShoalDiscoverAnnouncer *self,
                                      gint64                  timeout_usec,
                                      ShoalDiscoverFinishFunc func,
                                      gpointer                owner);

typedef struct
{
  guint   n_waiting; /* requests that wait for their turn */
  guint   n_http;    /* under way */
  guint   n_udp;
  guint64 n_sent; /* since the start, all kinds */
  guint64 n_failed;
} ShoalDiscoverAnnouncerStats;

void shoal_discover_announcer_get_stats (const ShoalDiscoverAnnouncer *self,
                                         ShoalDiscoverAnnouncerStats  *out);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverAnnouncer, shoal_discover_announcer_free)

G_END_DECLS
