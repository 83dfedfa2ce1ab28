/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>

#include "codec/shoal-codec-tracker-http.h"
#include "trackerd/shoal-trackerd-service.h"

/* The input: queries, one a line; every second one is a scrape's. Whatever comes, the answer is
 * one that our own client reads. */

#define NOW_USEC (1000 * (gint64) G_USEC_PER_SEC)

static void
announce (ShoalTrackerdService *service, guint line, const char *query)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecTrackerReply) reply = NULL;
  guint8           ip[16] = { 0x2a, (guint8) line };
  ShoalBaseAddress from;

  if (line % 4 == 0)
    shoal_base_address_init_ipv6 (&from, ip, 5);
  else
    shoal_base_address_init_ipv4 (&from, ip, 5);
  shoal_trackerd_service_answer_announce (service, &from, query, NOW_USEC, out);
  reply = shoal_codec_tracker_http_parse_reply (out->data, out->len, &error);
  g_assert_no_error (error);
  g_assert_true (reply->failure != NULL || reply->interval_s == 1800);
}

static void
scrape (ShoalTrackerdService *service, const char *query)
{
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GArray) rows = NULL;

  shoal_trackerd_service_answer_scrape (service, query, out);
  rows = shoal_codec_tracker_http_parse_scrape (out->data, out->len, 100, &failure, &error);
  g_assert_true (rows != NULL || failure != NULL);
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  ShoalTrackerdOptions options = { .max_peers = 20 };
  g_autoptr (ShoalTrackerdService) service = shoal_trackerd_service_new (&options);
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_auto (GStrv) lines = g_strsplit (text, "\n", 200);
  ShoalTrackerdStats stats;
  guint              i;

  for (i = 0; lines[i] != NULL; i++)
    if (i % 2 == 0)
      announce (service, i, lines[i]);
    else
      scrape (service, lines[i]);
  shoal_trackerd_service_get_stats (service, &stats);
  g_assert_cmpuint (stats.n_peers, <=, 20);
  return 0;
}
