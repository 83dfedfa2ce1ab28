/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-pool.h"

#include <string.h>

#define N_BLOCKS 8

static void
take_all (ShoalBasePool *pool, guint8 *blocks[N_BLOCKS])
{
  guint i;

  for (i = 0; i < N_BLOCKS; i++)
    blocks[i] = shoal_base_pool_take (pool);
}

static void
give_all (ShoalBasePool *pool, guint8 *blocks[N_BLOCKS])
{
  guint i;

  for (i = 0; i < N_BLOCKS; i++)
    shoal_base_pool_give (pool, blocks[i]);
}

/* Each is a range of its own, of which every byte may be written. */
static void
test_blocks (void)
{
  g_autoptr (ShoalBasePool) pool = shoal_base_pool_new ();
  guint8 *blocks[N_BLOCKS];
  guint   round, i, j;

  for (round = 0; round < 3; round++)
    {
      take_all (pool, blocks);
      for (i = 0; i < N_BLOCKS; i++)
        {
          g_assert_cmpuint (GPOINTER_TO_SIZE (blocks[i]) % 64, ==, 0);
          memset (blocks[i], (int) i + 1, SHOAL_BASE_BLOCK_SIZE);
        }
      for (i = 0; i < N_BLOCKS; i++)
        for (j = 0; j < SHOAL_BASE_BLOCK_SIZE; j++)
          g_assert_cmpuint (blocks[i][j], ==, i + 1);
      give_all (pool, blocks);
    }
}

static void
test_counts (void)
{
  g_autoptr (ShoalBasePool) pool = shoal_base_pool_new ();
  guint8 *blocks[N_BLOCKS];
  guint8 *block;

  g_assert_cmpuint (shoal_base_pool_get_n_taken (pool), ==, 0);
  g_assert_cmpuint (shoal_base_pool_get_n_ever_taken (pool), ==, 0);
  take_all (pool, blocks);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (pool), ==, N_BLOCKS);
  g_assert_cmpuint (shoal_base_pool_get_n_ever_taken (pool), ==, N_BLOCKS);
  give_all (pool, blocks);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (pool), ==, 0);
  block = shoal_base_pool_take (pool);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (pool), ==, 1);
  g_assert_cmpuint (shoal_base_pool_get_n_ever_taken (pool), ==, N_BLOCKS + 1);
  shoal_base_pool_give (pool, block);
}

static guint
count_found (guint8 *const *blocks, guint8 *const *among)
{
  guint n = 0, i, j;

  for (i = 0; i < N_BLOCKS; i++)
    for (j = 0; j < N_BLOCKS; j++)
      n += blocks[i] == among[j];
  return n;
}

/* The first ones that came back are lent again, all of them, before malloc is asked. */
static void
test_reuse (void)
{
  g_autoptr (ShoalBasePool) pool = shoal_base_pool_new ();
  guint8 *first[N_BLOCKS], *again[N_BLOCKS];

  take_all (pool, first);
  give_all (pool, first);
  take_all (pool, again);
  g_assert_cmpuint (count_found (again, first), ==, N_BLOCKS);
  give_all (pool, again);
}

/* What is not needed goes little by little, what was lent last stays longest; with nothing out all
 * goes. That it is freed, and once, is for the sanitizers to see. */
static void
test_trim (void)
{
  g_autoptr (ShoalBasePool) pool = shoal_base_pool_new ();
  guint8 *first[N_BLOCKS], *again[N_BLOCKS], *out = shoal_base_pool_take (pool);
  guint   i;

  take_all (pool, first);
  give_all (pool, first);
  shoal_base_pool_trim (pool); /* all were out since it began */
  for (i = 0; i < N_BLOCKS / 2; i++)
    again[i] = shoal_base_pool_take (pool);
  for (i = 0; i < N_BLOCKS / 2; i++)
    g_assert_true (again[i] == first[N_BLOCKS - 1 - i]);
  for (i = N_BLOCKS / 2; i > 0; i--)
    shoal_base_pool_give (pool, again[i - 1]);
  shoal_base_pool_trim (pool); /* half was not: one of them goes */
  for (i = 0; i < N_BLOCKS - 1; i++)
    {
      again[i] = shoal_base_pool_take (pool);
      g_assert_true (again[i] == first[N_BLOCKS - 1 - i]);
    }
  again[i] = shoal_base_pool_take (pool);
  give_all (pool, again);
  shoal_base_pool_give (pool, out);
  shoal_base_pool_trim (pool);
  shoal_base_pool_trim (pool);
  g_assert_cmpuint (shoal_base_pool_get_n_taken (pool), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/pool/blocks", test_blocks);
  g_test_add_func ("/base/pool/counts", test_counts);
  g_test_add_func ("/base/pool/reuse", test_reuse);
  g_test_add_func ("/base/pool/trim", test_trim);
  return g_test_run ();
}
