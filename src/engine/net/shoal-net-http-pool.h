/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <libsoup/soup.h>

#include "net/shoal-net-http-address.h"

G_BEGIN_DECLS

/* The libsoup sessions of shoal-net-http: one for each origin and set of rules, since what a
 * session connects to and where it leaves from hold for all of its requests. The least recently
 * used goes when there are too many. Engine context only. */
typedef struct _ShoalNetHttpPool ShoalNetHttpPool;

ShoalNetHttpPool *shoal_net_http_pool_new (void);

void shoal_net_http_pool_free (ShoalNetHttpPool *self);

/* The session for @url under @rules; the caller owns the reference, and with it outlives the pool's
 * interest. */
SoupSession *
shoal_net_http_pool_take (ShoalNetHttpPool *self, GUri *url, const ShoalNetHttpRules *rules);

guint shoal_net_http_pool_get_size (const ShoalNetHttpPool *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalNetHttpPool, shoal_net_http_pool_free)

G_END_DECLS
