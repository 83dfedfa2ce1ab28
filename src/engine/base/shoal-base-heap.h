/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A binary heap of deadlines. Nodes lie inside their owners and know their place, so that setting,
 * moving and removing one costs O(log n) and allocates nothing beyond the array. One thread. */
typedef struct
{
  gint64 key;
  guint  place; /* 1-based; 0: not in a heap */
} ShoalBaseHeapNode;

typedef struct _ShoalBaseHeap ShoalBaseHeap;

ShoalBaseHeap *shoal_base_heap_new (void);

/* Nodes still inside are forgotten, not freed. */
void shoal_base_heap_free (ShoalBaseHeap *self);

/* Inserts @node with @key, or moves it there. */
void shoal_base_heap_set (ShoalBaseHeap *self, ShoalBaseHeapNode *node, gint64 key);

/* Takes @node out; nothing happens if it is not inside. */
void shoal_base_heap_remove (ShoalBaseHeap *self, ShoalBaseHeapNode *node);

/* The node with the smallest key, or NULL; it stays inside. */
ShoalBaseHeapNode *shoal_base_heap_peek (ShoalBaseHeap *self);

guint shoal_base_heap_get_size (const ShoalBaseHeap *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ShoalBaseHeap, shoal_base_heap_free)

G_END_DECLS
