/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

/* The pieces that the remote at @address may have although choked (BEP 6), the same from everyone
 * who sees it there: up to @n of them (all, if the torrent has no more) to @out. Returns how many.
 * BEP 6 speaks of IPv4; for IPv6 the upper 64 bits stand in for the network. */
guint shoal_wire_fastset_make (const ShoalBaseAddress *address,
                               const ShoalSwarmKey    *swarm_key,
                               guint                   n_pieces,
                               guint                   n,
                               guint32                *out);

G_END_DECLS
