/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "base/shoal-base-bitset.h"

static void
test_spare_bits (void)
{
  const guint8 bytes[] = { 0x80, 0x7f };
  g_autoptr (ShoalBaseBitset) set = shoal_base_bitset_new_from_bytes (10, bytes, 2);
  const guint8 *out;
  gsize         len;

  g_assert_nonnull (set);
  g_assert_cmpuint (shoal_base_bitset_count (set), ==, 2);
  out = shoal_base_bitset_get_bytes (set, &len);
  g_assert_cmpuint (len, ==, 2);
  g_assert_cmphex (out[1], ==, 0x40);
  g_assert_null (shoal_base_bitset_new_from_bytes (10, bytes, 1));
}

static void
test_walk (void)
{
  const guint sizes[] = { 0, 1, 63, 64, 65, 128, 1000 };
  guint       s, i;

  for (s = 0; s < G_N_ELEMENTS (sizes); s++)
    {
      g_autoptr (ShoalBaseBitset) set = shoal_base_bitset_new (sizes[s]);

      g_assert_cmpuint (shoal_base_bitset_next_set (set, 0), ==, sizes[s]);
      for (i = 0; i < sizes[s]; i += 7)
        g_assert_true (shoal_base_bitset_set (set, i, TRUE));
      for (i = 0; i < sizes[s]; i++)
        {
          guint expected = (i + 6) / 7 * 7;

          g_assert_cmpuint (shoal_base_bitset_next_set (set, i), ==, MIN (expected, sizes[s]));
          g_assert_cmpuint (
              shoal_base_bitset_next_clear (set, i), ==, MIN (i % 7 == 0 ? i + 1 : i, sizes[s]));
        }
      shoal_base_bitset_set_all (set, TRUE);
      g_assert_true (shoal_base_bitset_is_full (set));
      g_assert_cmpuint (shoal_base_bitset_next_clear (set, 0), ==, sizes[s]);
    }
}

static void
test_algebra (void)
{
  g_autoptr (ShoalBaseBitset) a = shoal_base_bitset_new (100);
  g_autoptr (ShoalBaseBitset) b = shoal_base_bitset_new (100);

  shoal_base_bitset_set (a, 3, TRUE);
  shoal_base_bitset_set (a, 99, TRUE);
  shoal_base_bitset_set (b, 3, TRUE);
  g_assert_true (shoal_base_bitset_has_beyond (a, b));
  g_assert_false (shoal_base_bitset_has_beyond (b, a));
  shoal_base_bitset_subtract (a, b);
  g_assert_cmpuint (shoal_base_bitset_count (a), ==, 1);
  shoal_base_bitset_add (a, b);
  g_assert_cmpuint (shoal_base_bitset_count (a), ==, 2);
  g_assert_false (shoal_base_bitset_equal (a, b));
}

static void
test_common (void)
{
  g_autoptr (ShoalBaseBitset) a = shoal_base_bitset_new (200);
  g_autoptr (ShoalBaseBitset) b = shoal_base_bitset_new (200);
  guint i;

  for (i = 0; i < 200; i += 3)
    shoal_base_bitset_set (a, i, TRUE);
  for (i = 0; i < 200; i += 5)
    shoal_base_bitset_set (b, i, TRUE);
  for (i = 0; i < 210; i++)
    g_assert_cmpuint (
        shoal_base_bitset_next_common (a, b, i), ==, MIN ((i + 14) / 15 * 15, i > 195 ? 200 : 195));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/bitset/spare-bits", test_spare_bits);
  g_test_add_func ("/base/bitset/walk", test_walk);
  g_test_add_func ("/base/bitset/algebra", test_algebra);
  g_test_add_func ("/base/bitset/common", test_common);
  return g_test_run ();
}
