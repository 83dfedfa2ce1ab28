/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-tracker.h"

G_BEGIN_DECLS

/* HTTP trackers, the server's side. Any thread. */

/* Bytes of a query that are read; a scrape of many swarms is the longest. */
#define SHOAL_CODEC_TRACKER_SERVE_MAX_QUERY 8192

typedef enum
{
  SHOAL_CODEC_TRACKER_SERVE_OK,
  SHOAL_CODEC_TRACKER_SERVE_TOO_LONG,
  SHOAL_CODEC_TRACKER_SERVE_BAD_ESCAPE,
  SHOAL_CODEC_TRACKER_SERVE_BAD_INFO_HASH, /* absent, or not 20 bytes */
  SHOAL_CODEC_TRACKER_SERVE_BAD_PEER_ID,
  SHOAL_CODEC_TRACKER_SERVE_BAD_PORT,
  SHOAL_CODEC_TRACKER_SERVE_BAD_NUMBER,
  SHOAL_CODEC_TRACKER_SERVE_TOO_MANY, /* swarms in a scrape */
} ShoalCodecTrackerServeResult;

/* A sentence for "failure reason". */
const char *shoal_codec_tracker_serve_result_text (ShoalCodecTrackerServeResult result);

/* Reads the raw query (what follows '?', still percent-encoded) of an announce. An event that is
 * unknown is none; "left" that is absent is SHOAL_CODEC_TRACKER_LEFT_UNKNOWN. */
ShoalCodecTrackerServeResult
shoal_codec_tracker_serve_parse_announce (const char *query, ShoalCodecTrackerAnnounce *out);

/* Reads the raw query of a scrape: *n swarms into @out, which has room for @max. With none in the
 * query *n is 0: everything is asked for. */
ShoalCodecTrackerServeResult
shoal_codec_tracker_serve_parse_scrape (const char *query, ShoalSwarmKey *out, guint max, guint *n);

/* What an answer to an announce says; pointers are unowned and may be NULL. */
typedef struct
{
  const ShoalCodecTrackerPeer *peers;
  guint                        n_peers;
  ShoalCodecTrackerCounts      counts; /* −1: left out */
  guint32                      interval_s;
  guint32                      min_interval_s; /* 0: left out */
  const ShoalBaseAddress      *external;       /* BEP 24 */
  const char                  *warning;

  guint compact : 1;    /* "peers" and "peers6" as bytes (BEP 23, 7), else dictionaries */
  guint no_peer_id : 1; /* dictionaries without ids */
} ShoalCodecTrackerServeReply;

/* Appends the bencoded answer to @out. */
void shoal_codec_tracker_serve_write_reply (GByteArray                        *out,
                                            const ShoalCodecTrackerServeReply *reply);

/* @rows must ascend by info-hash, as the dictionary must. */
void shoal_codec_tracker_serve_write_scrape (GByteArray                       *out,
                                             const ShoalCodecTrackerScrapeRow *rows,
                                             guint                             n_rows);

/* @retry_in_s as in ShoalCodecTrackerReply; 0 leaves it out. */
void shoal_codec_tracker_serve_write_failure (GByteArray *out, const char *text, gint32 retry_in_s);

G_END_DECLS
