/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "net/shoal-net-error.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* A host name becomes addresses. Engine context only, and that is the thread's default
 * context; the question is asked on GLib's pool. */
typedef struct _ShoalNetResolve ShoalNetResolve;

/* Once, never before shoal_net_resolve_start() returns; the question is gone afterwards. @n > 0
 * addresses with the port that was given, or @error (SHOAL_NET_ERROR). They have not been put
 * before the address policy: that is the caller's part. */
typedef void (*ShoalNetResolveFunc) (gpointer                owner,
                                     const ShoalBaseAddress *addresses,
                                     guint                   n,
                                     const GError           *error);

/* @host: a name or a numeric address; other than ASCII is refused. @family: AF_INET or AF_INET6 for
 * that one only, 0 for either. There is no timeout but the system's: the caller may cancel. */
ShoalNetResolve *shoal_net_resolve_start (ShoalNetReactor    *reactor,
                                          const char         *host,
                                          guint16             port,
                                          int                 family,
                                          ShoalNetResolveFunc func,
                                          gpointer            owner);

/* Ends the question, which is gone afterwards: its @func will not be called. */
void shoal_net_resolve_cancel (ShoalNetResolve *self);

/* Whether @host may be asked for: not empty, ASCII without blanks and control characters, at most
 * 253 bytes. */
gboolean shoal_net_resolve_is_host (const char *host);

G_END_DECLS
