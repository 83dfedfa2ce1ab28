/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-pool.h"

#include "base/shoal-base-memory.h"

/* What is idle most of the time may be needed in the next moment, when several pieces are written
 * together: of that, one part in so many goes in one trim. */
#define TRIM_PART 32

struct _ShoalBasePool
{
  GPtrArray *idle;  /* owned, with the blocks inside */
  guint      n_low; /* the fewest that were idle since the last trim */
  guint      n_taken;
  guint64    n_ever_taken;
};

ShoalBasePool *
shoal_base_pool_new (void)
{
  ShoalBasePool *self = g_new0 (ShoalBasePool, 1);

  self->idle = g_ptr_array_new_with_free_func (shoal_base_memory_free);
  return self;
}

void
shoal_base_pool_free (ShoalBasePool *self)
{
  g_warn_if_fail (self->n_taken == 0);
  g_ptr_array_unref (self->idle);
  g_free (self);
}

guint8 *
shoal_base_pool_take (ShoalBasePool *self)
{
  guint8 *block;

  self->n_taken++;
  self->n_ever_taken++;
  if (self->idle->len > 0)
    {
      block = g_ptr_array_steal_index_fast (self->idle, self->idle->len - 1);
      self->n_low = MIN (self->n_low, self->idle->len);
      return block;
    }
  /* Not whole pages: what malloc puts around them would cost a page more for each block. */
  return shoal_base_memory_new (SHOAL_BASE_BLOCK_SIZE);
}

void
shoal_base_pool_give (ShoalBasePool *self, guint8 *block)
{
  g_assert (self->n_taken > 0);
  self->n_taken--;
  g_ptr_array_add (self->idle, block);
}

/* The first in the array are those that were not lent for the longest time. */
void
shoal_base_pool_trim (ShoalBasePool *self)
{
  guint n = (self->n_low + TRIM_PART - 1) / TRIM_PART;

  if (self->n_taken == 0)
    n = self->idle->len;
  if (n > 0)
    g_ptr_array_remove_range (self->idle, 0, n);
  self->n_low = self->idle->len;
}

guint
shoal_base_pool_get_n_taken (const ShoalBasePool *self)
{
  return self->n_taken;
}

guint64
shoal_base_pool_get_n_ever_taken (const ShoalBasePool *self)
{
  return self->n_ever_taken;
}
