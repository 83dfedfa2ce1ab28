/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <string.h>

#include <glib.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-tracker-udp.h"
#include "trackerd/shoal-trackerd-service.h"

/* The input: requests one after another, each behind a byte that says how long it is and one for
 * its sender. The connection id is made right where a request could carry one, since nobody would
 * guess it. */

#define NOW_USEC (1000 * (gint64) G_USEC_PER_SEC)

static guint64
learn_connection (ShoalTrackerdService *service, const ShoalBaseAddress *from)
{
  guint8  packet[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint8  out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  guint64 connection = 0;
  gsize   len = shoal_codec_tracker_udp_write_connect (packet, 1);

  len = shoal_trackerd_service_answer_udp (service, from, packet, len, NOW_USEC, out);
  g_assert_true (shoal_codec_tracker_udp_parse_connect (out, len, &connection));
  return connection;
}

static void
send_one (ShoalTrackerdService *service, guint8 sender, const uint8_t *data, gsize size)
{
  guint8           ip[16] = { 0x2a, sender };
  guint8           packet[256];
  guint8           out[SHOAL_CODEC_TRACKER_UDP_MAX_PACKET];
  ShoalBaseAddress from;
  gsize            len;

  if (sender % 2 == 0)
    shoal_base_address_init_ipv4 (&from, ip, 5);
  else
    shoal_base_address_init_ipv6 (&from, ip, 5);
  memcpy (packet, data, size);
  if (size >= 8 && packet[0] != 0)
    shoal_base_write_be64 (packet, learn_connection (service, &from));
  len = shoal_trackerd_service_answer_udp (service, &from, packet, size, NOW_USEC, out);
  g_assert_cmpuint (len, <=, sizeof out);
  g_assert_true (len == 0 || len >= 8);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ShoalTrackerdOptions options = { .max_peers = 20 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  ShoalTrackerdStats stats;

  while (size > 2)
    {
      size_t len = MIN (data[0], size - 2);

      send_one (service, data[1], data + 2, len);
      data += 2 + len;
      size -= 2 + len;
    }
  shoal_trackerd_service_get_stats (service, &stats);
  g_assert_cmpuint (stats.n_peers, <=, 20);
  g_assert_cmpuint (stats.n_seeds, <=, stats.n_peers);
  g_assert_cmpuint (stats.n_swarms, <=, stats.n_peers);
  return 0;
}
