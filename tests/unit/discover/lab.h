/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "base/shoal-base-random.h"
#include "codec/shoal-codec-tracker.h"
#include "discover/shoal-discover-tracker-list.h"
#include "net/shoal-net-udp.h"

G_BEGIN_DECLS

/* An engine's worth of what tracker lists stand on, on loopback, in the default context. */
typedef struct
{
  ShoalNetReactor        *reactor;
  ShoalNetHttp           *http;
  GPtrArray              *endpoints;
  ShoalDiscoverAnnouncer *announcer;
} Lab;

/* @families: how many endpoints: 1: 127.0.0.1, 2: and ::1. @options: NULL: quick timeouts. */
Lab *lab_new (guint families, const ShoalDiscoverAnnouncerOptions *options);

/* Timeouts that suit a test: UDP 50 ms, 1 s; HTTP 2 s. */
void lab_init_options (ShoalDiscoverAnnouncerOptions *options);

void lab_free (Lab *lab);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Lab, lab_free)

/* Runs until *value ≥ @least; fails the test after 20 s. */
void lab_run_until (const guint *value, guint least);

/* Runs for this long: for what must not happen. */
void lab_run_for (guint ms);

/* The owner of a tracker list. */
typedef struct
{
  ShoalDiscoverTrackerList *list;
  ShoalDiscoverStats        stats;
  GArray                   *peers; /* of ShoalBaseAddress: all that were told */
  ShoalBaseAddress          teller;
  guint                     n_ok; /* announces */
  guint                     n_errors;
  guint                     n_changed;
  guint                     n_local_calls;
  guint                     n_local;
  guint                     n_switched;
  char                     *message; /* of the last announce */
  char                     *url;     /* the same */
  guint                     interval_sec;

  guint frees_list : 1; /* on the next announce */
} Torrent;

Torrent *torrent_new (Lab *lab, const ShoalDiscoverTrackerOptions *options);

void torrent_add_tier (Torrent *torrent, ShoalBasePolicyWord word, const char *url, ...)
    G_GNUC_NULL_TERMINATED;

void torrent_free (Torrent *torrent);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Torrent, torrent_free)

/* A tracker that does as it is told. */
typedef struct _WebTracker WebTracker;

struct _WebTracker
{
  SoupServer *server;
  guint16     port;
  guint       n_requests; /* announces */
  guint       n_scrapes;
  char       *scrape_query; /* of the last */
  GArray     *announces;    /* of ShoalCodecTrackerAnnounce, as they came */
  GPtrArray  *queries;      /* their raw text */
  guint       n_families[2];

  guint       status;   /* 0: 200 */
  const char *body;     /* NULL: an empty list of peers */
  gsize       body_len; /* 0: strlen */
  const char *scrape_body;
  const char *location; /* of a redirect */
  const char *encoding;
  gboolean    hangs; /* takes the request and says nothing */
  gboolean    hangs_ipv6;
};

/* On 127.0.0.1 and ::1. */
WebTracker *web_tracker_new (void);

/* The same over TLS. */
WebTracker *web_tracker_new_secure (GTlsCertificate *certificate);

void web_tracker_free (WebTracker *tracker);

/* "http://127.0.0.1:PORT/announce", valid until the next call. */
const char *web_tracker_url (const WebTracker *tracker);

const ShoalCodecTrackerAnnounce *web_tracker_get (const WebTracker *tracker, guint index);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (WebTracker, web_tracker_free)

/* The same over UDP. */
typedef struct
{
  ShoalNetUdp     *socket;
  ShoalNetUdp     *other; /* another port, to answer from */
  guint16          port;
  ShoalBaseRandom  random;
  guint64          connection; /* the id given out last: the one that counts */
  guint            n_connects;
  guint            n_scrapes;
  GArray          *announces; /* of ShoalCodecTrackerAnnounce */
  char            *url_data;  /* of the last */
  ShoalBaseAddress peers[3];
  guint            n_peers;

  guint       loss;              /* percent, each way */
  gboolean    wrong_transaction; /* an answer with a wrong one goes before each right one */
  gboolean    wrong_source;      /* an answer from elsewhere goes before each right one */
  gboolean    wrong_action;      /* an answer to something else goes before each right one */
  gboolean    forgets;           /* is restarted: no id it gave is good; set back by itself */
  gboolean    says_bad_id;       /* a bad id is told, not ignored */
  const char *refusal;
  gboolean    hangs;
} UdpTracker;

UdpTracker *udp_tracker_new (Lab *lab, int family);

void udp_tracker_free (UdpTracker *tracker);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (UdpTracker, udp_tracker_free)

G_END_DECLS
