/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-endpoint.h"
#include "types/shoal-types-reach.h"

G_BEGIN_DECLS

/* Lets connections from outside in: asks the router to send those to our port on to us, TCP and
 * UDP, by PCP or NAT-PMP, and by UPnP if it answers neither; for IPv6, where the router is only a
 * gate, by PCP. Keeps that up while it exists. Engine context only, and that is the thread's
 * default one. */
typedef struct _ShoalDiscoverMapping ShoalDiscoverMapping;

/* What shoal_discover_mapping_get() says is different. Never called inside a function of this. */
typedef void (*ShoalDiscoverMappingFunc) (gpointer owner);

/* @endpoints: of ShoalNetEndpoint: what others are to reach; only read here. */
ShoalDiscoverMapping *shoal_discover_mapping_new (ShoalNetReactor         *reactor,
                                                  const GPtrArray         *endpoints,
                                                  ShoalDiscoverMappingFunc func,
                                                  gpointer                 owner);

/* At once; what was opened stays open until the router forgets it. Safe inside the function. */
void shoal_discover_mapping_free (ShoalDiscoverMapping *self);

/* Takes back what was opened. @done is called once, when that is done or @timeout_usec has passed,
 * and never before this returns; the other function is not called any more. */
void shoal_discover_mapping_finish (ShoalDiscoverMapping    *self,
                                    gint64                   timeout_usec,
                                    ShoalDiscoverMappingFunc done,
                                    gpointer                 owner);

/* @out: IPv4, IPv6. */
void shoal_discover_mapping_get (const ShoalDiscoverMapping *self, ShoalMapping out[2]);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalDiscoverMapping, shoal_discover_mapping_free)

G_END_DECLS
