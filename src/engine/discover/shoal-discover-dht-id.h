/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"
#include "base/shoal-base-random.h"

G_BEGIN_DECLS

/* Ids of DHT nodes, and swarm keys, which lie in the same space; the distance of two is their XOR
 * as a number (BEP 5). Pure, any thread. */

#define SHOAL_DISCOVER_DHT_ID_BITS 160

/* < 0: @a is closer to @target than @b is; 0: they are the same. */
int shoal_discover_dht_id_compare (const ShoalSha1 *target, const ShoalSha1 *a, const ShoalSha1 *b);

/* How many bits from the first on are the same in both: SHOAL_DISCOVER_DHT_ID_BITS if all are. */
guint shoal_discover_dht_id_get_shared (const ShoalSha1 *a, const ShoalSha1 *b);

/* Whether a node at @address may have @id by BEP 42. Local addresses may have any. */
gboolean shoal_discover_dht_id_is_compliant (const ShoalSha1 *id, const ShoalBaseAddress *address);

/* An id for a node that others see at @external, by BEP 42; any id if that is NULL or local. */
void shoal_discover_dht_id_make (ShoalSha1              *out,
                                 const ShoalBaseAddress *external,
                                 ShoalBaseRandom        *random);

/* An id of which exactly the first @n_shared < SHOAL_DISCOVER_DHT_ID_BITS bits are those of @id. */
void shoal_discover_dht_id_make_near (ShoalSha1       *out,
                                      const ShoalSha1 *id,
                                      guint            n_shared,
                                      ShoalBaseRandom *random);

/* Addresses that one party may well have all of count as one host: of IPv4 one address, of IPv6 a
 * /64; as one network: a /24, a /48. Local addresses are each a host and a network of their own,
 * together with their port: whoever can take part there could do worse. */
gboolean shoal_discover_dht_id_is_same_host (const ShoalBaseAddress *a, const ShoalBaseAddress *b);

gboolean shoal_discover_dht_id_is_same_network (const ShoalBaseAddress *a,
                                                const ShoalBaseAddress *b);

G_END_DECLS
