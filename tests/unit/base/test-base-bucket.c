/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-bucket.h"

typedef struct
{
  ShoalBaseBucket      *leaf;
  ShoalBaseBucketWaiter waiter;
  guint64               moved;
  gint64               *now;
} Mover;

static void
move (gpointer owner)
{
  Mover *self = owner;
  gsize  got;

  while ((got = shoal_base_bucket_take (self->leaf, 16384, *self->now)) > 0)
    {
      self->moved += got;
      if (got < 16384)
        break;
    }
  shoal_base_bucket_wait (self->leaf, &self->waiter);
}

static void
test_limit_and_fairness (void)
{
  gint64           now = 1;
  ShoalBaseBucket *root = shoal_base_bucket_new (NULL);
  Mover            movers[10] = { 0 };
  guint64          total = 0;
  guint            i;

  shoal_base_bucket_set_limit (root, 500000, now);
  for (i = 0; i < G_N_ELEMENTS (movers); i++)
    {
      movers[i].leaf = shoal_base_bucket_new (root);
      movers[i].now = &now;
      shoal_base_bucket_waiter_init (&movers[i].waiter, move, &movers[i]);
      move (&movers[i]);
    }
  for (; now < 10 * G_USEC_PER_SEC; now += 50000)
    shoal_base_bucket_tick (root, now);
  for (i = 0; i < G_N_ELEMENTS (movers); i++)
    {
      total += movers[i].moved;
      g_assert_cmpuint (movers[i].moved, >, 400000);
      g_assert_cmpuint (movers[i].moved, <, 600000);
    }
  g_assert_cmpuint (total, >, 4750000);
  g_assert_cmpuint (total, <, 5250000);

  for (i = 0; i < G_N_ELEMENTS (movers); i++)
    shoal_base_list_remove (&movers[i].waiter.link);
  shoal_base_bucket_set_limit (root, 0, now);
  g_assert_cmpuint (shoal_base_bucket_take (movers[0].leaf, 1 << 30, now), ==, 1 << 30);
  for (i = 0; i < G_N_ELEMENTS (movers); i++)
    shoal_base_bucket_free (movers[i].leaf);
  shoal_base_bucket_free (root);
}

static void
test_give_back (void)
{
  ShoalBaseBucket *root = shoal_base_bucket_new (NULL);
  ShoalBaseBucket *leaf = shoal_base_bucket_new (root);
  gsize            got;

  shoal_base_bucket_set_limit (root, 100000, 0);
  got = shoal_base_bucket_take (leaf, 50000, 100000);
  g_assert_cmpuint (got, ==, 10000);
  g_assert_cmpuint (shoal_base_bucket_take (leaf, 1, 100000), ==, 0);
  shoal_base_bucket_give_back (leaf, 4000);
  g_assert_cmpuint (shoal_base_bucket_take (leaf, 50000, 100000), ==, 4000);
  shoal_base_bucket_free (leaf);
  shoal_base_bucket_free (root);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/bucket/limit-and-fairness", test_limit_and_fairness);
  g_test_add_func ("/base/bucket/give-back", test_give_back);
  return g_test_run ();
}
