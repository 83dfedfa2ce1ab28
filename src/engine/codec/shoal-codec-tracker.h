/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* What is said to and by trackers, whatever the transport (BEP 3, 7, 15, 21, 23, 24, 31, 48). The
 * bytes of it are in shoal-codec-tracker-http.h and shoal-codec-tracker-udp.h. */

typedef enum
{
  SHOAL_CODEC_TRACKER_EVENT_NONE, /* values of BEP 15 */
  SHOAL_CODEC_TRACKER_EVENT_COMPLETED,
  SHOAL_CODEC_TRACKER_EVENT_STARTED,
  SHOAL_CODEC_TRACKER_EVENT_STOPPED,
  SHOAL_CODEC_TRACKER_EVENT_PAUSED, /* BEP 21, HTTP; over UDP it is "none" */
} ShoalCodecTrackerEvent;

/* For "left" while the size is unknown (a magnet); it is written as 16384, not 0. */
#define SHOAL_CODEC_TRACKER_LEFT_UNKNOWN G_MAXUINT64

/* For "num_want": as many as the tracker likes. */
#define SHOAL_CODEC_TRACKER_WANT_DEFAULT (-1)

/* An announce, to be written by a client or as a server has read it. */
typedef struct
{
  ShoalSwarmKey          info_hash;
  ShoalPeerId            peer_id;
  guint64                downloaded; /* bytes */
  guint64                left;
  guint64                uploaded;
  guint64                corrupt; /* HTTP, left out if 0 */
  ShoalCodecTrackerEvent event;
  gint32                 num_want;
  guint32                key; /* the same over all families and transports (BEP 7) */
  guint16                port;

  guint supports_encryption : 1; /* HTTP */
  guint wants_compact : 1;       /* as read: a client always asks for it */
  guint wants_no_peer_id : 1;    /* as read: the same */
  guint has_key : 1;             /* as read: UDP always has one */
} ShoalCodecTrackerAnnounce;

/* Numbers of a swarm; −1: not said. */
typedef struct
{
  gint64 complete;
  gint64 incomplete;
  gint64 downloaded;
} ShoalCodecTrackerCounts;

/* Peers of a reply that are kept; further ones are ignored. */
#define SHOAL_CODEC_TRACKER_MAX_PEERS 2000

/* Names among them: each costs a look-up. */
#define SHOAL_CODEC_TRACKER_MAX_HOSTS 100

/* For "retry in": do not come again (BEP 31). */
#define SHOAL_CODEC_TRACKER_RETRY_NEVER (-1)

/* An answer to an announce. */
typedef struct
{
  char *
      failure; /* owned: the tracker refused, in its words; NULL if it did not. Text from outside */
  char                   *warning;    /* owned, or NULL; text from outside */
  GBytes                 *tracker_id; /* owned, or NULL: to be sent back from now on */
  GArray                 *peers;      /* owned, of ShoalBaseAddress; ports are not 0 */
  GArray                 *hosts;      /* owned, of ShoalCodecHost: peers given by name */
  ShoalBaseAddress        external;   /* how the tracker sees us (BEP 24); family 0: not said */
  ShoalCodecTrackerCounts counts;
  guint32                 interval_s;     /* 0: not said */
  guint32                 min_interval_s; /* 0: not said */
  gint32                  retry_in_s;     /* after a failure; 0: not said */
} ShoalCodecTrackerReply;

ShoalCodecTrackerReply *shoal_codec_tracker_reply_new (void);

void shoal_codec_tracker_reply_free (ShoalCodecTrackerReply *self);

/* Appends peers of 6 (AF_INET) or 18 bytes each as trackers and peer exchange pack them, up to
 * SHOAL_CODEC_TRACKER_MAX_PEERS in all; port 0 and a remainder at the end are ignored. */
void shoal_codec_tracker_add_compact (GArray *peers, int family, const guint8 *data, gsize len);

/* One row of a scrape. */
typedef struct
{
  ShoalSwarmKey           info_hash;
  ShoalCodecTrackerCounts counts;
} ShoalCodecTrackerScrapeRow;

/* A peer as a server tells of it. */
typedef struct
{
  ShoalBaseAddress address;
  ShoalPeerId      peer_id;
} ShoalCodecTrackerPeer;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalCodecTrackerReply, shoal_codec_tracker_reply_free)

G_END_DECLS
