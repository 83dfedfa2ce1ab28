/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-random.h"
#include "peer/shoal-peer-queue.h"

static ShoalWireRange
make_range (guint32 number)
{
  return (ShoalWireRange){ number / 16, number % 16 * 16384, 1 + number % 100 };
}

/* The queue behaves as an array that is written in full each time. */
static void
test_against_array (void)
{
  ShoalBaseRandom random;
  ShoalPeerQueue  queue = { 0 };
  g_autoptr (GArray) model = g_array_new (FALSE, FALSE, sizeof (ShoalWireRange));

  shoal_base_random_init (&random, 1);
  for (guint step = 0; step < 50000; step++)
    {
      guint64        bytes = 0;
      ShoalWireRange range = make_range (shoal_base_random_below (&random, 1000));
      /* Fills and empties in turns, so that it grows, wraps and becomes empty. */
      guint bias = step / 1000 % 2 ? 70 : 30;

      if (shoal_base_random_below (&random, 100) < bias)
        {
          shoal_peer_queue_push (&queue, &range);
          g_array_append_val (model, range);
        }
      else if (model->len > 0)
        {
          guint place = shoal_base_random_below (&random, 2)
                            ? 0
                            : shoal_base_random_below (&random, model->len);

          shoal_peer_queue_remove (&queue, place);
          g_array_remove_index (model, place);
        }
      g_assert_cmpuint (queue.len, ==, model->len);
      shoal_peer_queue_check (&queue);
      if (step % 50 != 0)
        continue;
      for (guint i = 0; i < model->len; i++)
        {
          const ShoalWireRange *expected = &g_array_index (model, ShoalWireRange, i);

          g_assert_true (shoal_wire_range_equal (shoal_peer_queue_get (&queue, i), expected));
          bytes += expected->length;
        }
      g_assert_cmpuint (queue.bytes, ==, bytes);
    }
  shoal_peer_queue_clear (&queue);
}

static void
test_find (void)
{
  ShoalPeerQueue queue = { 0 };
  ShoalWireRange absent = { 3, 0, 1 };
  ShoalWireRange range;

  g_assert_cmpuint (shoal_peer_queue_find (&queue, &absent), ==, SHOAL_PEER_QUEUE_NONE);
  for (guint i = 0; i < 40; i++)
    {
      range = make_range (i);
      shoal_peer_queue_push (&queue, &range);
      shoal_peer_queue_push (&queue, &range); /* twice is two entries */
    }
  range = make_range (17);
  g_assert_cmpuint (shoal_peer_queue_find (&queue, &range), ==, 34);
  g_assert_cmpuint (shoal_peer_queue_find_start (&queue, 1, 16384, 80), ==, 34);
  g_assert_cmpuint (shoal_peer_queue_find_start (&queue, 1, 16384, 34), ==, SHOAL_PEER_QUEUE_NONE);
  shoal_peer_queue_remove (&queue, 34);
  g_assert_cmpuint (shoal_peer_queue_find (&queue, &range), ==, 34);
  shoal_peer_queue_remove (&queue, 34);
  g_assert_cmpuint (shoal_peer_queue_find (&queue, &range), ==, SHOAL_PEER_QUEUE_NONE);
  range.length++;
  g_assert_cmpuint (shoal_peer_queue_find (&queue, &range), ==, SHOAL_PEER_QUEUE_NONE);
  g_assert_cmpuint (shoal_peer_queue_find (&queue, &absent), ==, SHOAL_PEER_QUEUE_NONE);
  shoal_peer_queue_clear (&queue);
  g_assert_cmpuint (queue.len, ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/peer/queue/against-array", test_against_array);
  g_test_add_func ("/peer/queue/find", test_find);
  return g_test_run ();
}
