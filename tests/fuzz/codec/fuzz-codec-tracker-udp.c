/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>
#include <sys/socket.h>

#include "codec/shoal-codec-tracker-udp.h"

static void
check_replies (const guint8 *data, gsize size)
{
  g_autoptr (ShoalCodecTrackerReply) v4 =
      shoal_codec_tracker_udp_parse_announce (data, size, AF_INET);
  g_autoptr (ShoalCodecTrackerReply) v6 =
      shoal_codec_tracker_udp_parse_announce (data, size, AF_INET6);
  g_autofree char           *error = shoal_codec_tracker_udp_dup_error (data, size);
  ShoalCodecTrackerUdpAction action;
  ShoalCodecTrackerCounts    counts[SHOAL_CODEC_TRACKER_UDP_MAX_SCRAPE];
  guint32                    transaction;
  guint64                    connection;
  guint                      n;

  if (v4 != NULL && v6 != NULL)
    g_assert_cmpuint (v6->peers->len, <=, v4->peers->len + size / 6);
  if (error != NULL)
    g_assert_true (g_utf8_validate (error, -1, NULL));
  shoal_codec_tracker_udp_parse_head (data, size, &action, &transaction);
  shoal_codec_tracker_udp_parse_connect (data, size, &connection);
  shoal_codec_tracker_udp_parse_scrape (data, size, counts, G_N_ELEMENTS (counts), &n);
  g_assert_cmpuint (n, <=, G_N_ELEMENTS (counts));
}

/* What a server reads in an announce, a client would write. */
static void
check_request (const guint8 *data, gsize size)
{
  guint8                      packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalCodecTrackerUdpRequest request;
  ShoalCodecTrackerUdpRequest again;
  gsize                       len;

  if (!shoal_codec_tracker_udp_parse_request (data, size, &request))
    return;
  if (request.action == SHOAL_CODEC_TRACKER_UDP_SCRAPE)
    g_assert_true (request.info_hashes + 20 * request.n_hashes <= data + size);
  if (request.action != SHOAL_CODEC_TRACKER_UDP_ANNOUNCE)
    return;
  len = shoal_codec_tracker_udp_write_announce (
      packet, request.connection, request.transaction, &request.announce, request.url_data);
  g_assert_cmpuint (len, <=, sizeof packet);
  g_assert_true (shoal_codec_tracker_udp_parse_request (packet, len, &again));
  g_assert_cmpuint (again.transaction, ==, request.transaction);
  g_assert_cmpuint (again.announce.port, ==, request.announce.port);
  g_assert_cmpstr (again.url_data, ==, request.url_data);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  check_replies (data, size);
  check_request (data, size);
  return 0;
}
