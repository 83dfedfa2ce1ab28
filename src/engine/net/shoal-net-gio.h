/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <gio/gio.h>

#include "base/shoal-base-address.h"

G_BEGIN_DECLS

/* Between our addresses and GIO's. */

/* A GInetSocketAddress; the caller owns it. */
GSocketAddress *shoal_net_gio_to_socket_address (const ShoalBaseAddress *address);

/* FALSE, and family 0, for NULL and what is not an internet address. */
gboolean shoal_net_gio_from_socket_address (ShoalBaseAddress *out, GSocketAddress *address);

/* A resolver's answer (GInetAddress) as ShoalBaseAddress, without doubles and, if @family is not 0,
 * without the other family. The caller owns the array, which may be empty. */
GArray *shoal_net_gio_from_list (GList *addresses, guint16 port, int family);

/* What a GResolver has to be asked for @family (0: both). */
GResolverNameLookupFlags shoal_net_gio_get_lookup_flags (int family);

G_END_DECLS
