/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-flood.h"

#include "base/shoal-base-bytes.h"
#include "base/shoal-base-policy.h"

/* Spreads hosts over the sets. */
#define GOLDEN   G_GUINT64_CONSTANT (0x9e3779b97f4a7c15)
#define SET_BITS 6

/* A host, never 0: an address of IPv4, a /64 of IPv6; of a local one every port is one. */
static guint64
make_host (const ShoalBaseAddress *from)
{
  if (shoal_base_policy_is_local (from))
    return shoal_base_address_hash (from) | (guint64) from->port << 32 | 1;
  if (from->family == AF_INET6)
    return shoal_base_read_be64 (from->ip) | 1;
  return (guint64) shoal_base_read_be32 (from->ip) << 1 | 1;
}

/* The row of @host; that of whom was not heard of for longest becomes its. */
static ShoalDiscoverDhtFloodRow *
ensure_row (ShoalDiscoverDhtFlood *self, guint64 host, gint64 now_usec)
{
  ShoalDiscoverDhtFloodRow *set = self->rows[(host * GOLDEN) >> (64 - SET_BITS)];
  ShoalDiscoverDhtFloodRow *oldest = set;
  guint                     way;

  G_STATIC_ASSERT (SHOAL_DISCOVER_DHT_FLOOD_SETS == 1 << SET_BITS);
  for (way = 0; way < SHOAL_DISCOVER_DHT_FLOOD_WAYS; way++)
    {
      if (set[way].host == host)
        return &set[way];
      if (set[way].seen_usec < oldest->seen_usec)
        oldest = &set[way];
    }
  *oldest = (ShoalDiscoverDhtFloodRow){ .host = host,
                                        .window_usec = now_usec,
                                        .silent_until_usec = G_MININT64 };
  return oldest;
}

gboolean
shoal_discover_dht_flood_admit (ShoalDiscoverDhtFlood  *self,
                                const ShoalBaseAddress *from,
                                gint64                  now_usec)
{
  ShoalDiscoverDhtFloodRow *row = ensure_row (self, make_host (from), now_usec);

  row->seen_usec = now_usec;
  if (now_usec < row->silent_until_usec)
    return FALSE;
  if (now_usec - row->window_usec > SHOAL_DISCOVER_DHT_FLOOD_WINDOW_USEC)
    {
      row->window_usec = now_usec;
      row->n_packets = 0;
    }
  if (++row->n_packets <= SHOAL_DISCOVER_DHT_FLOOD_MAX_PACKETS)
    return TRUE;
  row->silent_until_usec = now_usec + SHOAL_DISCOVER_DHT_FLOOD_PENALTY_USEC;
  row->n_packets = 0;
  return FALSE;
}

gboolean
shoal_discover_dht_flood_spend (ShoalDiscoverDhtFlood *self, gsize len, gint64 now_usec)
{
  gint64 elapsed_usec = now_usec - self->filled_usec;
  gint64 gained;

  if (self->filled_usec == 0 || elapsed_usec > 60 * (gint64) G_USEC_PER_SEC)
    {
      self->bytes = SHOAL_DISCOVER_DHT_FLOOD_BURST_BYTES;
      self->filled_usec = now_usec;
    }
  else
    {
      gained = elapsed_usec * SHOAL_DISCOVER_DHT_FLOOD_BYTES_PER_SEC / G_USEC_PER_SEC;
      self->bytes = MIN (self->bytes + gained, SHOAL_DISCOVER_DHT_FLOOD_BURST_BYTES);
      if (gained > 0)
        self->filled_usec = now_usec;
    }
  if (self->bytes <= 0)
    return FALSE;
  self->bytes -= (gint64) len;
  return TRUE;
}
