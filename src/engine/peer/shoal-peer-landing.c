/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-landing.h"

void
shoal_peer_landing_add (ShoalPeerLanding *self,
                        ShoalBasePool    *pool,
                        gsize             head_size,
                        guint32           size,
                        struct iovec      iov[2])
{
  ShoalPeerLandingSlot *slot = &self->slots[self->n_slots++];

  g_assert (self->n_slots <= SHOAL_PEER_LANDING_MAX);
  g_assert (head_size <= sizeof slot->head && size <= SHOAL_BASE_BLOCK_SIZE);
  slot->head_size = (guint8) head_size;
  slot->size = size;
  slot->block = shoal_base_pool_take (pool);
  iov[0] = (struct iovec){ slot->head, head_size };
  iov[1] = (struct iovec){ slot->block, size };
}

void
shoal_peer_landing_clear (ShoalPeerLanding *self, ShoalBasePool *pool)
{
  while (self->n_slots > 0)
    shoal_base_pool_give (pool, self->slots[--self->n_slots].block);
}
