/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-address.h"
#include "net/shoal-net-reactor.h"

G_BEGIN_DECLS

/* A listening TCP socket. Engine context only. */
typedef struct _ShoalNetListener ShoalNetListener;

/* Takes @fd over: connected, non-blocking, close-on-exec. May free the listener. */
typedef void (*ShoalNetListenerFunc) (gpointer owner, int fd, const ShoalBaseAddress *remote);

/* Takes @fd over: listening, non-blocking (as shoal-net-endpoint opens it). Connections wait in the
 * kernel until there is a @func: NULL at first is allowed. */
ShoalNetListener *shoal_net_listener_new (ShoalNetReactor     *reactor,
                                          int                  fd,
                                          ShoalNetListenerFunc func,
                                          gpointer             owner);

/* Safe inside its callback: the memory goes at the end of the turn. */
void shoal_net_listener_free (ShoalNetListener *self);

void
shoal_net_listener_set_func (ShoalNetListener *self, ShoalNetListenerFunc func, gpointer owner);

/* Connections dropped because the process had no descriptor left for them. */
guint64 shoal_net_listener_get_n_dropped (const ShoalNetListener *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetListener, shoal_net_listener_free)

G_END_DECLS
