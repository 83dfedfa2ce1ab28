/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <sys/uio.h>

#include "base/shoal-base-pool.h"
#include "wire/shoal-wire-message.h"

G_BEGIN_DECLS

/* Where blocks that are expected next are received in place: of each the head of its message, then
 * its bytes, one after the other, as they lie in the stream if nothing else comes between. Only the
 * lengths are guessed, not which blocks come. One for all peers of an engine, for one read at a
 * time. Zero-initialised it has no slots. */

/* With what is before them, what a peer may bring in a turn. */
#define SHOAL_PEER_LANDING_MAX 16

typedef struct
{
  guint8  head[SHOAL_WIRE_MESSAGE_PIECE_HEAD];
  guint8  head_size; /* what is still to come of it */
  guint32 size;      /* of the block */
  guint8 *block;     /* owned */
} ShoalPeerLandingSlot;

typedef struct
{
  ShoalPeerLandingSlot slots[SHOAL_PEER_LANDING_MAX];
  guint                n_slots;
} ShoalPeerLanding;

/* One more slot, of which there are fewer than SHOAL_PEER_LANDING_MAX; fills 2 vectors. @size: at
 * most that of a block. */
void shoal_peer_landing_add (ShoalPeerLanding *self,
                             ShoalBasePool    *pool,
                             gsize             head_size,
                             guint32           size,
                             struct iovec      iov[2]);

/* No slots any more: their blocks go back. */
void shoal_peer_landing_clear (ShoalPeerLanding *self, ShoalBasePool *pool);

G_END_DECLS
