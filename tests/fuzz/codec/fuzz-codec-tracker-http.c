/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "fuzz-target.h"

#include <glib.h>

#include "codec/shoal-codec-tracker-http.h"
#include "codec/shoal-codec-tracker-serve.h"

static void
check_reply (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (ShoalCodecTrackerReply) reply =
      shoal_codec_tracker_http_parse_reply (data, size, &error);
  guint i;

  g_assert_true ((reply == NULL) == (error != NULL));
  if (reply == NULL)
    return;
  g_assert_cmpuint (reply->peers->len, <=, SHOAL_CODEC_TRACKER_MAX_PEERS);
  g_assert_cmpuint (reply->hosts->len, <=, SHOAL_CODEC_TRACKER_MAX_HOSTS);
  g_assert_cmpint (reply->retry_in_s, >=, -1);
  g_assert_cmpint (reply->counts.complete, >=, -1);
  for (i = 0; i < reply->peers->len; i++)
    g_assert_cmpuint (g_array_index (reply->peers, ShoalBaseAddress, i).port, !=, 0);
  if (reply->failure != NULL)
    g_assert_true (g_utf8_validate (reply->failure, -1, NULL));
}

static void
check_scrape (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *failure = NULL;
  g_autoptr (GArray) rows =
      shoal_codec_tracker_http_parse_scrape (data, size, 60, &failure, &error);

  g_assert_true ((rows == NULL) == (error != NULL));
  if (rows != NULL)
    g_assert_cmpuint (rows->len, <=, 60);
}

/* A query that a server takes, and one that a client would make of the same values. */
static void
check_queries (const char *query)
{
  ShoalCodecTrackerAnnounce announce;
  ShoalSwarmKey             keys[74];
  guint                     n;
  g_autofree char          *scrape = NULL;

  if (shoal_codec_tracker_serve_parse_announce (query, &announce) == SHOAL_CODEC_TRACKER_SERVE_OK)
    {
      g_autofree char *url = shoal_codec_tracker_http_dup_announce_url (query, &announce, NULL);

      g_assert_nonnull (url);
    }
  shoal_codec_tracker_serve_parse_scrape (query, keys, G_N_ELEMENTS (keys), &n);
  g_assert_cmpuint (n, <=, G_N_ELEMENTS (keys));
  scrape = shoal_codec_tracker_http_dup_scrape_url (query, keys, n);
  g_assert_true ((scrape != NULL) == shoal_codec_tracker_http_can_scrape (query));
}

int
LLVMFuzzerTestOneInput (const uint8_t *data, size_t size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);

  check_reply (data, size);
  check_scrape (data, size);
  check_queries (text);
  return 0;
}
