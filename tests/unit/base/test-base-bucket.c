/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-bucket.h"
#include "base/shoal-base-random.h"

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

#define RESERVE (256 * 1024)

/* As a stream does it: as much as there is in one piece, and more only if that was not all. */
static void
move_much (gpointer owner)
{
  Mover *self = owner;
  gsize  got;

  do
    self->moved += got = shoal_base_bucket_take (self->leaf, RESERVE, *self->now);
  while (got == RESERVE);
  shoal_base_bucket_wait (self->leaf, &self->waiter);
}

/* Two torrents below an engine, with three and with one to move bytes; what each has moved. */
typedef struct
{
  ShoalBaseBucket *root;
  ShoalBaseBucket *torrents[2];
  Mover            movers[4];
  gint64           now;
  ShoalBaseRandom  random;
} Tree;

static void
tree_init (Tree *self)
{
  guint i;

  *self = (Tree){ .now = 1 };
  shoal_base_random_init (&self->random, 20261122);
  self->root = shoal_base_bucket_new (NULL);
  for (i = 0; i < 2; i++)
    self->torrents[i] = shoal_base_bucket_new (self->root);
  for (i = 0; i < 4; i++)
    {
      self->movers[i].leaf = shoal_base_bucket_new (self->torrents[i == 3]);
      self->movers[i].now = &self->now;
      shoal_base_bucket_waiter_init (&self->movers[i].waiter, move_much, &self->movers[i]);
    }
}

static void
tree_clear (Tree *self)
{
  guint i;

  for (i = 0; i < 4; i++)
    {
      shoal_base_list_remove (&self->movers[i].waiter.link);
      shoal_base_bucket_free (self->movers[i].leaf);
    }
  for (i = 0; i < 2; i++)
    shoal_base_bucket_free (self->torrents[i]);
  shoal_base_bucket_free (self->root);
}

/* Ticks come when the engine has time for them: 10 to 20 times a second, now and then late. */
static void
tree_run (Tree *self, gint64 usec)
{
  gint64 until = self->now + usec;
  guint  i;

  while (self->now < until)
    {
      self->now += 50000 + shoal_base_random_below (&self->random, 50000);
      if (shoal_base_random_below (&self->random, 20) == 0)
        self->now += 100000;
      shoal_base_bucket_tick (self->root, self->now);
      for (i = 0; i < 2; i++)
        shoal_base_bucket_tick (self->torrents[i], self->now);
    }
}

static guint64
tree_count (const Tree *self, guint torrent)
{
  return torrent == 1 ? self->movers[3].moved
                      : self->movers[0].moved + self->movers[1].moved + self->movers[2].moved;
}

static void
assert_rate (guint64 bytes, gint64 usec, guint64 limit_bps)
{
  double rate = (double) bytes * G_USEC_PER_SEC / (double) usec;

  g_assert_cmpfloat (rate, >=, 0.95 * (double) limit_bps);
  g_assert_cmpfloat (rate, <=, 1.05 * (double) limit_bps);
}

/* @limits: of the engine and of each torrent; @expected: of each torrent, over any 10 s; 0: it is
 * not said. */
static void
check_limits (const guint64 *limits, const guint64 *expected)
{
  Tree    tree;
  guint64 before[2];
  gint64  began;
  guint   i, round;

  tree_init (&tree);
  shoal_base_bucket_set_limit (tree.root, limits[0], tree.now);
  for (i = 0; i < 2; i++)
    shoal_base_bucket_set_limit (tree.torrents[i], limits[1 + i], tree.now);
  for (i = 0; i < 4; i++)
    move_much (&tree.movers[i]);
  for (round = 0; round < 5; round++)
    {
      began = tree.now;
      for (i = 0; i < 2; i++)
        before[i] = tree_count (&tree, i);
      tree_run (&tree, 10 * G_USEC_PER_SEC);
      for (i = 0; i < 2; i++)
        if (expected[i] > 0)
          assert_rate (tree_count (&tree, i) - before[i], tree.now - began, expected[i]);
      if (limits[0] > 0)
        assert_rate (tree_count (&tree, 0) + tree_count (&tree, 1) - before[0] - before[1],
                     tree.now - began,
                     expected[0] > 0 ? MIN (limits[0], expected[0] + expected[1]) : limits[0]);
    }
  tree_clear (&tree);
}

/* Whatever is limited, and however high: to 5 % over 10 s. Where the engine is what limits, each
 * peer gets as much as the next, unless that is less or more than it moves at a time. */
static void
test_limits (void)
{
  static const struct
  {
    guint64 limits[3];
    guint64 expected[2];
  } cases[] = {
    { { 0, 300000, 70000 }, { 300000, 70000 } },
    { { 1000000, 0, 0 }, { 750000, 250000 } },
    { { 1000000, 300000, 0 }, { 300000, 700000 } },
    { { 1000000, 400000, 200000 }, { 400000, 200000 } },
    { { 5000, 0, 0 }, { 0, 0 } },
    { { 0, 1024, 5000 }, { 1024, 5000 } },
    { { 120000000, 0, 0 }, { 0, 0 } },
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++)
    check_limits (cases[i].limits, cases[i].expected);
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

/* What was taken under a higher limit, or under none, and comes back is no allowance under the new
 * one. */
static void
test_lower_limit (void)
{
  static const guint64 before[] = { 0, 10000000 };

  for (guint i = 0; i < G_N_ELEMENTS (before); i++)
    {
      ShoalBaseBucket *bucket = shoal_base_bucket_new (NULL);
      gint64           now = 1;
      guint64          moved;

      shoal_base_bucket_set_limit (bucket, before[i], now);
      now += G_USEC_PER_SEC;
      g_assert_cmpuint (shoal_base_bucket_take (bucket, RESERVE, now), ==, RESERVE);
      shoal_base_bucket_set_limit (bucket, 100000, now);
      shoal_base_bucket_give_back (bucket, RESERVE);
      moved = shoal_base_bucket_take (bucket, RESERVE, now);
      now += G_USEC_PER_SEC / 10;
      moved += shoal_base_bucket_take (bucket, RESERVE, now);
      g_assert_cmpuint (moved, >=, 10000);
      g_assert_cmpuint (moved, <=, 25000 + 10000);
      shoal_base_bucket_free (bucket);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/bucket/limit-and-fairness", test_limit_and_fairness);
  g_test_add_func ("/base/bucket/limits", test_limits);
  g_test_add_func ("/base/bucket/give-back", test_give_back);
  g_test_add_func ("/base/bucket/lower-limit", test_lower_limit);
  return g_test_run ();
}
