/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "codec/shoal-codec-bencode.h"
#include "codec/shoal-codec-tracker.h"

G_BEGIN_DECLS

/* HTTP trackers, the client's side (BEP 3, 7, 23, 24, 31, 48). Any thread. */

/* Bytes of a reply that are worth reading. */
#define SHOAL_CODEC_TRACKER_HTTP_MAX_SIZE (1024 * 1024)

/* Swarms in one scrape: a URL of some 5 kB. */
#define SHOAL_CODEC_TRACKER_HTTP_MAX_SCRAPE 60

/* What an announce says beside its values; may be NULL, and so may each member. */
typedef struct
{
  GBytes                 *tracker_id; /* unowned: from an earlier reply */
  const ShoalBaseAddress *ipv4;       /* unowned: our other addresses (BEP 7) */
  const ShoalBaseAddress *ipv6;       /* unowned */
} ShoalCodecTrackerHttpExtras;

/* The URL of an announce: the tracker's @url with the query joined to it by '?' or '&', so that a
 * passkey in path or query stays. The caller owns it. */
char *shoal_codec_tracker_http_dup_announce_url (const char                        *url,
                                                 const ShoalCodecTrackerAnnounce   *announce,
                                                 const ShoalCodecTrackerHttpExtras *extras);

/* Whether the last part of the path of @url begins with "announce", so that there is a scrape. */
gboolean shoal_codec_tracker_http_can_scrape (const char *url);

/* The URL of a scrape of @n swarms; NULL if there is none. The caller owns it. */
char *shoal_codec_tracker_http_dup_scrape_url (const char          *announce_url,
                                               const ShoalSwarmKey *info_hashes,
                                               guint                n);

/* Reads the answer to an announce. One with a "failure reason" is no error: see the reply's
 * failure. Errors: SHOAL_CODEC_ERROR. */
ShoalCodecTrackerReply *
shoal_codec_tracker_http_parse_reply (const guint8 *data, gsize len, GError **error);

/* Reads the answer to a scrape into rows (of ShoalCodecTrackerScrapeRow, at most @max_rows, also of
 * swarms nobody asked about); the caller owns the array. NULL and @error if it is no such answer,
 * or the tracker refused: then @failure (may be NULL) is set to its words, which the caller owns.
 */
GArray *shoal_codec_tracker_http_parse_scrape (const guint8 *data,
                                               gsize         len,
                                               guint         max_rows,
                                               char        **failure,
                                               GError      **error);

G_END_DECLS
