/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "codec/shoal-codec-tracker.h"

#include <sys/socket.h>

#include "base/shoal-base-bytes.h"
#include "codec/shoal-codec-url.h"

ShoalCodecTrackerReply *
shoal_codec_tracker_reply_new (void)
{
  ShoalCodecTrackerReply *self = g_new0 (ShoalCodecTrackerReply, 1);

  self->peers = g_array_new (FALSE, FALSE, sizeof (ShoalBaseAddress));
  self->hosts = shoal_codec_host_array_new ();
  self->counts = (ShoalCodecTrackerCounts){ -1, -1, -1 };
  return self;
}

void
shoal_codec_tracker_reply_free (ShoalCodecTrackerReply *self)
{
  g_free (self->failure);
  g_free (self->warning);
  g_clear_pointer (&self->tracker_id, g_bytes_unref);
  g_array_unref (self->peers);
  g_array_unref (self->hosts);
  g_free (self);
}

void
shoal_codec_tracker_add_compact (GArray *peers, int family, const guint8 *data, gsize len)
{
  gsize ip_len = family == AF_INET ? 4 : 16;

  for (; len >= ip_len + 2 && peers->len < SHOAL_CODEC_TRACKER_MAX_PEERS; len -= ip_len + 2)
    {
      ShoalBaseAddress address;
      guint16          port = shoal_base_read_be16 (data + ip_len);

      if (family == AF_INET)
        shoal_base_address_init_ipv4 (&address, data, port);
      else
        shoal_base_address_init_ipv6 (&address, data, port);
      if (port != 0)
        g_array_append_val (peers, address);
      data += ip_len + 2;
    }
}
