/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "base/shoal-base-pool.h"
#include "codec/shoal-codec-bencode.h"
#include "net/shoal-net-reactor.h"
#include "net/shoal-net-security.h"
#include "peer/shoal-peer-landing.h"

G_BEGIN_DECLS

/* What all peers of an engine share. Engine context only. */
typedef struct _ShoalPeerContext ShoalPeerContext;

/* @reactor, @pool: unowned, outlive this. @client: name and version for `v`, "Shoal 0.1.0". */
ShoalPeerContext *
shoal_peer_context_new (ShoalNetReactor *reactor, ShoalBasePool *pool, const char *client);

/* All its peers must have been freed. */
void shoal_peer_context_free (ShoalPeerContext *self);

ShoalNetReactor *shoal_peer_context_get_reactor (ShoalPeerContext *self);

ShoalBasePool *shoal_peer_context_get_pool (ShoalPeerContext *self);

const char *shoal_peer_context_get_client (const ShoalPeerContext *self);

/* For received bytes between get_buffers and on_bytes of one peer: *size bytes, borrowed. */
guint8 *shoal_peer_context_get_scratch (ShoalPeerContext *self, gsize *size);

/* The same for blocks that are received in place; empty between reads, as far as they brought
 * something. */
ShoalPeerLanding *shoal_peer_context_get_landing (ShoalPeerContext *self);

/* For one dictionary at a time; borrowed. */
ShoalCodecBencode *shoal_peer_context_get_bencode (ShoalPeerContext *self);

/* What incoming peers may be before it is known which torrent they want; at first not encrypted.
 * Counts for connections made from now on. */
void shoal_peer_context_set_security (ShoalPeerContext            *self,
                                      const ShoalNetSecurityTerms *incoming);

const ShoalNetSecurityTerms *shoal_peer_context_get_security (const ShoalPeerContext *self);

/* Peers that were made with this context and whose memory is not gone yet: a leak counter. */
guint shoal_peer_context_get_n_peers (const ShoalPeerContext *self);

/* For ShoalPeer alone: one came (+1) or went (−1). */
void shoal_peer_context_count_peer (ShoalPeerContext *self, int change);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalPeerContext, shoal_peer_context_free)

G_END_DECLS
