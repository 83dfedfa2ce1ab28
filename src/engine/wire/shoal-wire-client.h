/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-ids.h"

G_BEGIN_DECLS

#define SHOAL_WIRE_CLIENT_SIZE 48

/* Which program a peer id belongs to (BEP 20): "Transmission 4.0.6"; an unknown one is named by its
 * printable start. Never empty; printable ASCII and UTF-8 of our own only. Returns @out. */
const char *shoal_wire_client_describe (const ShoalPeerId *peer_id,
                                        char               out[SHOAL_WIRE_CLIENT_SIZE]);

/* BitComet refuses blocks with empty ones and copes badly with many requests. */
gboolean shoal_wire_client_is_bitcomet (const ShoalPeerId *peer_id);

/* rTorrent, and what else is made of its library: forgets a request for metadata (BEP 9) that comes
 * while it answers another one. */
gboolean shoal_wire_client_is_rtorrent (const ShoalPeerId *peer_id);

G_END_DECLS
