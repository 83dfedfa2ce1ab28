/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "trackerd/shoal-trackerd-index.h"

#define MIN_SLOTS 16

void
shoal_trackerd_index_clear (ShoalTrackerdIndex *self)
{
  g_free (self->slots);
  *self = (ShoalTrackerdIndex){ 0 };
}

guint32
shoal_trackerd_index_find (const ShoalTrackerdIndex    *self,
                           guint32                      hash,
                           gconstpointer                key,
                           const ShoalTrackerdIndexOps *ops,
                           gconstpointer                owner)
{
  guint32 slot;

  if (self->slots == NULL)
    return SHOAL_TRACKERD_INDEX_NONE;
  for (slot = hash & self->mask; self->slots[slot] != 0; slot = (slot + 1) & self->mask)
    if (ops->matches (owner, self->slots[slot] - 1, key))
      return self->slots[slot] - 1;
  return SHOAL_TRACKERD_INDEX_NONE;
}

static void
put (ShoalTrackerdIndex *self, guint32 hash, guint32 value)
{
  guint32 slot = hash & self->mask;

  while (self->slots[slot] != 0)
    slot = (slot + 1) & self->mask;
  self->slots[slot] = value;
}

static void
resize (ShoalTrackerdIndex          *self,
        guint32                      n_slots,
        const ShoalTrackerdIndexOps *ops,
        gconstpointer                owner)
{
  guint32 *old = self->slots;
  guint32  n_old = old != NULL ? self->mask + 1 : 0;
  guint32  i;

  self->slots = g_new0 (guint32, n_slots);
  self->mask = n_slots - 1;
  for (i = 0; i < n_old; i++)
    if (old[i] != 0)
      put (self, ops->hash (owner, old[i] - 1), old[i]);
  g_free (old);
}

void
shoal_trackerd_index_add (ShoalTrackerdIndex          *self,
                          guint32                      place,
                          const ShoalTrackerdIndexOps *ops,
                          gconstpointer                owner)
{
  if (self->slots == NULL)
    resize (self, MIN_SLOTS, ops, owner);
  else if (self->n >= (self->mask + 1) / 2)
    resize (self, (self->mask + 1) * 2, ops, owner);
  put (self, ops->hash (owner, place), place + 1);
  self->n++;
}

/* The slot that holds @value, which must be there. */
static guint32
slot_of (const ShoalTrackerdIndex *self, guint32 hash, guint32 value)
{
  guint32 slot = hash & self->mask;

  while (self->slots[slot] != value)
    {
      g_assert (self->slots[slot] != 0);
      slot = (slot + 1) & self->mask;
    }
  return slot;
}

/* Moves later elements of the run back, so that no lookup ends at the gap (Knuth, 6.4 R). */
static void
close_gap (ShoalTrackerdIndex          *self,
           guint32                      gap,
           const ShoalTrackerdIndexOps *ops,
           gconstpointer                owner)
{
  guint32 slot = gap;

  for (;;)
    {
      guint32 home;

      slot = (slot + 1) & self->mask;
      if (self->slots[slot] == 0)
        break;
      home = ops->hash (owner, self->slots[slot] - 1) & self->mask;
      if (((slot - home) & self->mask) < ((slot - gap) & self->mask))
        continue;
      self->slots[gap] = self->slots[slot];
      gap = slot;
    }
  self->slots[gap] = 0;
}

void
shoal_trackerd_index_remove (ShoalTrackerdIndex          *self,
                             guint32                      place,
                             const ShoalTrackerdIndexOps *ops,
                             gconstpointer                owner)
{
  close_gap (self, slot_of (self, ops->hash (owner, place), place + 1), ops, owner);
  self->n--;
  if (self->n == 0)
    shoal_trackerd_index_clear (self);
  else if (self->mask + 1 > MIN_SLOTS && self->n < (self->mask + 1) / 8)
    resize (self, (self->mask + 1) / 2, ops, owner);
}

void
shoal_trackerd_index_move (ShoalTrackerdIndex *self, guint32 hash, guint32 from, guint32 to)
{
  self->slots[slot_of (self, hash, from + 1)] = to + 1;
}
