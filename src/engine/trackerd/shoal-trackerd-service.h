/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "trackerd/shoal-trackerd-table.h"
#include "trackerd/shoal-trackerd.h"

G_BEGIN_DECLS

/* What the tracker says to a request: bytes in, bytes out, no sockets. Time is an argument. One
 * thread. */
typedef struct _ShoalTrackerdService ShoalTrackerdService;

/* Of @options, all but ports and addresses count. */
ShoalTrackerdService *shoal_trackerd_service_new (const ShoalTrackerdOptions *options);

void shoal_trackerd_service_free (ShoalTrackerdService *self);

/* Answers a datagram (BEP 15) into @out, which has room for SHOAL_CODEC_TRACKER_UDP_MAX_PACKET
 * bytes. Returns the length; 0: no answer. Without a connection id that was given to the same
 * address within the last two minutes there is none, so that nobody can make us send to others. */
gsize shoal_trackerd_service_answer_udp (ShoalTrackerdService   *self,
                                         const ShoalBaseAddress *from,
                                         const guint8           *data,
                                         gsize                   len,
                                         gint64                  now_usec,
                                         guint8                 *out);

/* Appends the answer to an announce by HTTP to @out. @query: raw, or NULL. */
void shoal_trackerd_service_answer_announce (ShoalTrackerdService   *self,
                                             const ShoalBaseAddress *from,
                                             const char             *query,
                                             gint64                  now_usec,
                                             GByteArray             *out);

/* The same for a scrape. */
void shoal_trackerd_service_answer_scrape (ShoalTrackerdService *self,
                                           const char           *query,
                                           GByteArray           *out);

/* To be called once a second: forgets those that stopped announcing. */
void shoal_trackerd_service_tick (ShoalTrackerdService *self, gint64 now_usec);

/* All but n_connections. */
void shoal_trackerd_service_get_stats (const ShoalTrackerdService *self, ShoalTrackerdStats *out);

ShoalTrackerdTable *shoal_trackerd_service_get_table (ShoalTrackerdService *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalTrackerdService, shoal_trackerd_service_free)

G_END_DECLS
