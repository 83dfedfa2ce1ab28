/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "net/shoal-net-security.h"
#include "types/shoal-types-settings.h"

G_BEGIN_DECLS

/* The ways there are to connect to a peer, by the encryption that is offered: which is first, and
 * which is left when the remote hangs up on one. Pure.
 *
 *              outgoing, one after the other             incoming
 *   off        none                                      none
 *   allow      none, either method                       any, not RC4 where there is a choice
 *   prefer     RC4, either method, none                  any, RC4 where there is a choice
 *   require    RC4                                       RC4
 *
 * "Either method" comes after RC4 only where the remote has answered, so that it knows encryption:
 * to one that hangs up at once it would be no different. */

/* What is known of one peer. Zero-initialised. */
typedef struct
{
  guint8 tried;  /* bit n: methods n were offered in the present try */
  guint8 worked; /* 1 + the methods that led to a connection last; 0: none has */

  guint answered : 1; /* it knows encryption, as the present try has shown */
} ShoalTorrentWay;

/* The methods to offer (mask of SHOAL_NET_METHOD_…) in the next connection; 0: none. */
guint8 shoal_torrent_way_get_methods (const ShoalTorrentWay *self, ShoalEncryption wish);

/* The connection in which @methods were offered was one: they come first from now on. */
void shoal_torrent_way_work (ShoalTorrentWay *self, guint8 methods);

/* It ended before the remote had said a word; @answered: but for its part of the encryption. TRUE:
 * the try is not over, there is another way. */
gboolean shoal_torrent_way_fail (ShoalTorrentWay *self,
                                 ShoalEncryption  wish,
                                 guint8           methods,
                                 gboolean         answered);

/* The try is over. */
void shoal_torrent_way_end (ShoalTorrentWay *self);

/* What incoming connections may be. */
void shoal_torrent_way_get_incoming (ShoalEncryption wish, ShoalNetSecurityTerms *out);

G_END_DECLS
