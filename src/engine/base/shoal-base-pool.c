/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-pool.h"

#include <stdlib.h>

#define PAGE 4096

struct _ShoalBasePool
{
  GPtrArray *idle; /* owned, with the blocks inside */
  guint      max_idle;
  guint      n_taken;
  guint64    n_ever_taken;
};

ShoalBasePool *
shoal_base_pool_new (guint max_idle)
{
  ShoalBasePool *self = g_new0 (ShoalBasePool, 1);

  self->idle = g_ptr_array_new_with_free_func (free);
  self->max_idle = max_idle;
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
  void *block = NULL;

  self->n_taken++;
  self->n_ever_taken++;
  if (self->idle->len > 0)
    {
      block = g_ptr_array_steal_index_fast (self->idle, self->idle->len - 1);
      return block;
    }
  if (posix_memalign (&block, PAGE, SHOAL_BASE_BLOCK_SIZE) != 0)
    g_error ("out of memory for a block");
  return block;
}

void
shoal_base_pool_give (ShoalBasePool *self, guint8 *block)
{
  g_assert (self->n_taken > 0);
  self->n_taken--;
  if (self->idle->len < self->max_idle)
    g_ptr_array_add (self->idle, block);
  else
    free (block);
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
