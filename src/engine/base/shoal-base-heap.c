/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "base/shoal-base-heap.h"

struct _ShoalBaseHeap
{
  GPtrArray *nodes; /* owned; the nodes are not */
};

static ShoalBaseHeapNode *
node_at (const ShoalBaseHeap *self, guint place)
{
  return g_ptr_array_index (self->nodes, place - 1);
}

static void
put (ShoalBaseHeap *self, guint place, ShoalBaseHeapNode *node)
{
  g_ptr_array_index (self->nodes, place - 1) = node;
  node->place = place;
}

static void
sift_up (ShoalBaseHeap *self, ShoalBaseHeapNode *node)
{
  guint place = node->place;

  while (place > 1 && node_at (self, place / 2)->key > node->key)
    {
      put (self, place, node_at (self, place / 2));
      place /= 2;
    }
  put (self, place, node);
}

static void
sift_down (ShoalBaseHeap *self, ShoalBaseHeapNode *node)
{
  guint place = node->place;

  while (2 * place <= self->nodes->len)
    {
      guint child = 2 * place;

      if (child < self->nodes->len && node_at (self, child + 1)->key < node_at (self, child)->key)
        child++;
      if (node_at (self, child)->key >= node->key)
        break;
      put (self, place, node_at (self, child));
      place = child;
    }
  put (self, place, node);
}

ShoalBaseHeap *
shoal_base_heap_new (void)
{
  ShoalBaseHeap *self = g_new0 (ShoalBaseHeap, 1);

  self->nodes = g_ptr_array_new ();
  return self;
}

void
shoal_base_heap_free (ShoalBaseHeap *self)
{
  guint i;

  for (i = 0; i < self->nodes->len; i++)
    ((ShoalBaseHeapNode *) g_ptr_array_index (self->nodes, i))->place = 0;
  g_ptr_array_unref (self->nodes);
  g_free (self);
}

void
shoal_base_heap_set (ShoalBaseHeap *self, ShoalBaseHeapNode *node, gint64 key)
{
  node->key = key;
  if (node->place == 0)
    {
      g_ptr_array_add (self->nodes, node);
      node->place = self->nodes->len;
    }
  sift_up (self, node);
  sift_down (self, node);
}

void
shoal_base_heap_remove (ShoalBaseHeap *self, ShoalBaseHeapNode *node)
{
  ShoalBaseHeapNode *last;

  if (node->place == 0)
    return;
  last = node_at (self, self->nodes->len);
  g_ptr_array_set_size (self->nodes, (int) self->nodes->len - 1);
  if (last != node)
    {
      put (self, node->place, last);
      sift_up (self, last);
      sift_down (self, last);
    }
  node->place = 0;
}

ShoalBaseHeapNode *
shoal_base_heap_peek (ShoalBaseHeap *self)
{
  return self->nodes->len > 0 ? node_at (self, 1) : NULL;
}

guint
shoal_base_heap_get_size (const ShoalBaseHeap *self)
{
  return self->nodes->len;
}
