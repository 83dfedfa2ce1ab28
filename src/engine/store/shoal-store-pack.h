/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "store/shoal-store-row.h"

G_BEGIN_DECLS

/* Peers and bans as one blob each: rows of their own would be millions. Any thread. */

/* Link-local addresses are left out: they mean nothing without the interface of that day. */
GBytes *shoal_store_pack_peers (const ShoalStorePeer *peers, guint n_peers);

GBytes *shoal_store_pack_bans (const ShoalStoreBan *bans, guint n_bans);

/* Appends to @peers, of ShoalStorePeer, as far as @bytes make sense, at most SHOAL_STORE_MAX_PEERS.
 * FALSE if some made none. */
gboolean shoal_store_unpack_peers (GBytes *bytes, GArray *peers);

/* Appends to @bans, of ShoalStoreBan, in the same way, at most SHOAL_STORE_MAX_BANS. */
gboolean shoal_store_unpack_bans (GBytes *bytes, GArray *bans);

/* More than anybody has met; 3 MB. */
#define SHOAL_STORE_MAX_BANS 100000

G_END_DECLS
