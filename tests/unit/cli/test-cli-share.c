/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "cli/shoal-cli-share.h"

#define LIMIT 2000000

/* What each torrent could move if nothing held it up; 0: it has nobody. */
typedef struct
{
  ShoalCliShare shares[8];
  guint64       could[8];
  GPtrArray    *array; /* owned */
} Swarm;

static void
swarm_init (Swarm *self, const guint64 *could, guint n)
{
  guint i;

  *self = (Swarm){ .array = g_ptr_array_new () };
  for (i = 0; i < n; i++)
    {
      self->could[i] = could[i];
      g_ptr_array_add (self->array, &self->shares[i]);
    }
  shoal_cli_share_divide (self->array, LIMIT);
}

/* Lets @seconds pass. */
static void
swarm_run (Swarm *self, guint seconds)
{
  guint64 sum;
  guint   i;

  while (seconds-- > 0)
    {
      for (i = 0; i < self->array->len; i++)
        {
          ShoalCliShare *share = &self->shares[i];

          shoal_cli_share_count (share, MIN (share->bps, self->could[i]), G_USEC_PER_SEC);
          share->can_use = self->could[i] > 0;
        }
      shoal_cli_share_divide (self->array, LIMIT);
      for (sum = 0, i = 0; i < self->array->len; i++)
        {
          g_assert_cmpuint (self->shares[i].bps, >, 0);
          sum += self->shares[i].bps;
        }
      g_assert_cmpuint (sum, <=, LIMIT);
    }
}

static void
swarm_clear (Swarm *self)
{
  g_ptr_array_unref (self->array);
}

static void
test_equal_at_first (void)
{
  static const guint64 could[] = { 0, 0, 0, 0 };
  Swarm                swarm;
  guint                i;

  swarm_init (&swarm, could, 4);
  for (i = 0; i < 4; i++)
    g_assert_cmpuint (swarm.shares[i].bps, ==, LIMIT / 4);
  swarm_clear (&swarm);
}

/* Nobody has the second torrent: the first gets nearly all, and the second its part at once when
 * somebody comes. */
static void
test_one_with_nobody (void)
{
  static const guint64 could[] = { 10 * LIMIT, 0 };
  Swarm                swarm;

  swarm_init (&swarm, could, 2);
  swarm_run (&swarm, 2);
  g_assert_cmpuint (swarm.shares[0].bps, >=, LIMIT * 98 / 100);
  swarm.could[1] = 10 * LIMIT;
  swarm_run (&swarm, 1);
  g_assert_cmpuint (swarm.shares[1].bps, ==, LIMIT / 2);
  swarm_run (&swarm, 10);
  g_assert_cmpuint (swarm.shares[0].bps, ==, LIMIT / 2);
  g_assert_cmpuint (swarm.shares[1].bps, ==, LIMIT / 2);
  swarm_clear (&swarm);
}

/* Slow peers leave what they do not use to the others, keep what they do, and can grow again. */
static void
test_slow_ones (void)
{
  static const guint64 could[] = { 10 * LIMIT, LIMIT / 10, LIMIT / 20, 10 * LIMIT };
  Swarm                swarm;
  guint                i;

  swarm_init (&swarm, could, 4);
  swarm_run (&swarm, 20);
  for (i = 0; i < 60; i++)
    {
      swarm_run (&swarm, 1);
      g_assert_cmpuint (swarm.shares[0].bps, >=, LIMIT / 4);
      g_assert_cmpuint (swarm.shares[0].bps, ==, swarm.shares[3].bps);
      g_assert_cmpuint (swarm.shares[1].bps, >=, LIMIT / 10);
      g_assert_cmpuint (swarm.shares[2].bps, >=, LIMIT / 20);
    }
  swarm.could[2] = LIMIT;
  swarm_run (&swarm, 5);
  g_assert_cmpuint (swarm.shares[2].bps, >=, LIMIT / 4);
  swarm_clear (&swarm);
}

/* Connected, but nothing is moved: a floor is kept. */
static void
test_floor (void)
{
  static const guint64 could[] = { 10 * LIMIT, 1 };
  Swarm                swarm;

  swarm_init (&swarm, could, 2);
  swarm_run (&swarm, 40);
  g_assert_cmpuint (swarm.shares[1].bps, ==, LIMIT / 16);
  g_assert_cmpuint (swarm.shares[0].bps, ==, LIMIT - LIMIT / 16);
  swarm.could[1] = 10 * LIMIT;
  swarm_run (&swarm, 5);
  g_assert_cmpuint (swarm.shares[1].bps, ==, LIMIT / 2);
  swarm_clear (&swarm);
}

static void
test_tiny_limits (void)
{
  ShoalCliShare shares[3] = { { .can_use = TRUE }, { .can_use = FALSE }, { .can_use = TRUE } };
  g_autoptr (GPtrArray) array = g_ptr_array_new ();
  guint64 limit;
  guint   i;

  for (i = 0; i < 3; i++)
    g_ptr_array_add (array, &shares[i]);
  shoal_cli_share_divide (array, 0);
  g_assert_cmpuint (shares[0].bps, ==, 0);
  for (limit = 3; limit < 300; limit++)
    {
      shoal_cli_share_divide (array, limit);
      g_assert_cmpuint (shares[0].bps + shares[1].bps + shares[2].bps, <=, limit);
      g_assert_cmpuint (MIN (shares[0].bps, MIN (shares[1].bps, shares[2].bps)), >, 0);
    }
  shoal_cli_share_divide (array, 1);
  g_assert_cmpuint (shares[1].bps, ==, 1);
  shoal_cli_share_divide (array, G_MAXUINT64);
  g_assert_cmpuint (shares[0].bps, >, G_MAXUINT64 / 4);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/cli/share/equal-at-first", test_equal_at_first);
  g_test_add_func ("/cli/share/one-with-nobody", test_one_with_nobody);
  g_test_add_func ("/cli/share/slow-ones", test_slow_ones);
  g_test_add_func ("/cli/share/floor", test_floor);
  g_test_add_func ("/cli/share/tiny-limits", test_tiny_limits);
  return g_test_run ();
}
