/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-reactor.h"
#include "trackerd/shoal-trackerd-service.h"

G_BEGIN_DECLS

/* The tracker's HTTP side: takes connections itself, so that there are never too many, none lasts,
 * and none sends a body; SoupServer speaks HTTP on them. Belongs to the reactor's thread. */
typedef struct _ShoalTrackerdHttp ShoalTrackerdHttp;

/* Further connections end the oldest one. */
#define SHOAL_TRACKERD_HTTP_MAX_CONNECTIONS 512

/* @reactor and @service: unowned, outlive it. @timeout_usec: from accept to the end of the answer.
 */
ShoalTrackerdHttp *shoal_trackerd_http_new (ShoalNetReactor      *reactor,
                                            ShoalTrackerdService *service,
                                            gint64                timeout_usec);

/* Ends all connections. */
void shoal_trackerd_http_free (ShoalTrackerdHttp *self);

/* Takes the listening socket @fd over. */
void shoal_trackerd_http_listen (ShoalTrackerdHttp *self, int fd);

guint shoal_trackerd_http_get_n_connections (const ShoalTrackerdHttp *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTrackerdHttp, shoal_trackerd_http_free)

G_END_DECLS
