/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "peer/shoal-peer-queue.h"

#include <string.h>

#define FIRST_SIZE 16

void
shoal_peer_queue_clear (ShoalPeerQueue *self)
{
  g_free (self->ranges);
  memset (self, 0, sizeof *self);
}

static void
make_room (ShoalPeerQueue *self)
{
  if (self->head + self->len < self->size)
    return;
  if (self->head >= self->len && self->head > 0)
    {
      memmove (self->ranges, self->ranges + self->head, self->len * sizeof *self->ranges);
      self->head = 0;
      return;
    }
  self->size = MAX (FIRST_SIZE, 2 * self->size);
  self->ranges = g_renew (ShoalWireRange, self->ranges, self->size);
}

void
shoal_peer_queue_push (ShoalPeerQueue *self, const ShoalWireRange *range)
{
  make_room (self);
  self->ranges[self->head + self->len++] = *range;
  self->bytes += range->length;
}

const ShoalWireRange *
shoal_peer_queue_get (const ShoalPeerQueue *self, guint place)
{
  g_return_val_if_fail (place < self->len, NULL);
  return &self->ranges[self->head + place];
}

guint
shoal_peer_queue_find (const ShoalPeerQueue *self, const ShoalWireRange *range)
{
  const ShoalWireRange *first = self->ranges + self->head;

  for (guint i = 0; i < self->len; i++)
    if (shoal_wire_range_equal (&first[i], range))
      return i;
  return SHOAL_PEER_QUEUE_NONE;
}

guint
shoal_peer_queue_find_start (const ShoalPeerQueue *self, guint32 piece, guint32 begin, guint max)
{
  const ShoalWireRange *first = self->ranges + self->head;

  for (guint i = 0; i < MIN (self->len, max); i++)
    if (first[i].piece == piece && first[i].begin == begin)
      return i;
  return SHOAL_PEER_QUEUE_NONE;
}

void
shoal_peer_queue_remove (ShoalPeerQueue *self, guint place)
{
  ShoalWireRange *entry = self->ranges + self->head + place;

  g_return_if_fail (place < self->len);
  self->bytes -= entry->length;
  self->len--;
  if (place == 0)
    self->head++;
  else
    memmove (entry, entry + 1, (self->len - place) * sizeof *entry);
  if (self->len == 0)
    self->head = 0;
}

void
shoal_peer_queue_check (const ShoalPeerQueue *self)
{
  guint64 bytes = 0;

  g_assert (self->head + self->len <= self->size);
  for (guint i = 0; i < self->len; i++)
    bytes += shoal_peer_queue_get (self, i)->length;
  g_assert (bytes == self->bytes);
}
