/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Names of places on the network as torrents, magnets and trackers give them: text from outside,
 * checked for form only. Any thread. */

/* Bytes of a URL; longer ones are not kept. Passkeys run to some hundred. */
#define SHOAL_CODEC_URL_MAX 4096

/* Trackers in one list: more than anybody announces to. It is searched for each one added. */
#define SHOAL_CODEC_URL_MAX_TRACKERS 500

/* A host that is a name or a numeric address (without brackets), and a port that is not 0. */
typedef struct
{
  char   *host; /* owned: by whoever owns the list it is in */
  guint16 port;
} ShoalCodecHost;

/* A tracker and the tier it is in (BEP 12): tiers count from 0, lists hold them in order. */
typedef struct
{
  char *url; /* owned: by whoever owns the list it is in */
  guint tier;
} ShoalCodecTracker;

/* A list of either, with the function that frees its strings; the caller's. */
GArray *shoal_codec_host_array_new (void);

GArray *shoal_codec_tracker_array_new (void);

/* FALSE, and @hosts unchanged, if @host is no name or address, or @port is 0 or beyond 65535. */
gboolean shoal_codec_host_array_add (GArray *hosts, const char *host, gsize host_len, gint64 port);

/* Trims @url, checks it and appends it to @trackers (of ShoalCodecTracker) as of @tier. FALSE if it
 * is none that shoal_codec_url_dup_tracker() knows, is there already, or the list is full. */
gboolean shoal_codec_tracker_array_add (GArray *trackers, const char *url, gsize len, guint tier);

/* @url trimmed, if it is http:, https: or (with a port) udp: with a host; NULL otherwise. Spaces
 * and bytes that may not stand in a URL are percent-encoded. The caller owns it. */
char *shoal_codec_url_dup_tracker (const char *url, gsize len);

/* The same for a web seed, http: or https:. */
char *shoal_codec_url_dup_web_seed (const char *url, gsize len);

/* Percent-encodes all but the unreserved characters of RFC 3986 and appends it. */
void shoal_codec_url_append_escaped (GString *out, gconstpointer data, gsize len);

/* Text from outside as valid UTF-8: bad bytes and NUL become U+FFFD, at most @max_len bytes of it
 * are kept. The caller owns it. */
char *shoal_codec_url_dup_text (gconstpointer data, gsize len, gsize max_len);

G_END_DECLS
