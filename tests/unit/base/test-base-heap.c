/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-heap.h"

#include "base/shoal-base-random.h"

static void
test_order (void)
{
  g_autoptr (ShoalBaseHeap) heap = shoal_base_heap_new ();
  ShoalBaseHeapNode nodes[500] = { 0 };
  ShoalBaseRandom   random;
  gint64            last = G_MININT64;
  guint             i;

  shoal_base_random_init (&random, 7);
  for (i = 0; i < G_N_ELEMENTS (nodes); i++)
    shoal_base_heap_set (heap, &nodes[i], shoal_base_random_below (&random, 1000));
  for (i = 0; i < G_N_ELEMENTS (nodes); i += 3)
    shoal_base_heap_set (heap, &nodes[i], shoal_base_random_below (&random, 1000));
  for (i = 0; i < G_N_ELEMENTS (nodes); i += 5)
    shoal_base_heap_remove (heap, &nodes[i]);
  g_assert_cmpuint (shoal_base_heap_get_size (heap), ==, 400);
  while (shoal_base_heap_peek (heap) != NULL)
    {
      ShoalBaseHeapNode *node = shoal_base_heap_peek (heap);

      g_assert_cmpint (node->key, >=, last);
      g_assert_cmpuint ((guint) (node - nodes) % 5, !=, 0);
      last = node->key;
      shoal_base_heap_remove (heap, node);
      g_assert_cmpuint (node->place, ==, 0);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/heap/order", test_order);
  return g_test_run ();
}
