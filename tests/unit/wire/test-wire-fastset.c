/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include <string.h>

#include "wire/shoal-wire-fastset.h"

static ShoalSwarmKey
make_key (guint8 byte)
{
  ShoalSwarmKey key;

  memset (key.bytes, byte, sizeof key.bytes);
  return key;
}

static ShoalBaseAddress
parse (const char *text)
{
  ShoalBaseAddress address;

  g_assert_true (shoal_base_address_parse_ip (&address, text));
  return address;
}

/* The two results that BEP 6 prints. */
static void
test_bep_vector (void)
{
  static const guint32 EXPECTED[] = { 1059, 431, 808, 1217, 287, 376, 1188, 353, 508 };
  ShoalBaseAddress     address = parse ("80.4.4.200");
  ShoalSwarmKey        key = make_key (0xaa);
  guint32              out[9];

  g_assert_cmpuint (shoal_wire_fastset_make (&address, &key, 1313, 7, out), ==, 7);
  g_assert_cmpmem (out, 7 * sizeof *out, EXPECTED, 7 * sizeof *out);
  g_assert_cmpuint (shoal_wire_fastset_make (&address, &key, 1313, 9, out), ==, 9);
  g_assert_cmpmem (out, sizeof out, EXPECTED, sizeof EXPECTED);
}

static void
test_same_network (void)
{
  static const struct
  {
    const char *a;
    const char *b;
    gboolean    same;
  } ROWS[] = {
    { "80.4.4.200", "80.4.4.1", TRUE },
    { "80.4.4.200", "80.4.5.200", FALSE },
    { "2001:db8::1", "2001:db8::ffff:1", TRUE },
    { "2001:db8::1", "2001:db8:0:1::1", FALSE },
  };
  ShoalSwarmKey key = make_key (1);

  for (guint i = 0; i < G_N_ELEMENTS (ROWS); i++)
    {
      ShoalBaseAddress a = parse (ROWS[i].a), b = parse (ROWS[i].b);
      guint32          set_a[5], set_b[5];

      g_assert_cmpuint (shoal_wire_fastset_make (&a, &key, 1 << 20, 5, set_a), ==, 5);
      g_assert_cmpuint (shoal_wire_fastset_make (&b, &key, 1 << 20, 5, set_b), ==, 5);
      g_assert_cmpint (memcmp (set_a, set_b, sizeof set_a) == 0, ==, ROWS[i].same);
    }
}

static void
test_few_pieces (void)
{
  ShoalBaseAddress address = parse ("80.4.4.200");
  ShoalSwarmKey    key = make_key (0xaa);

  for (guint n_pieces = 0; n_pieces < 40; n_pieces++)
    {
      guint32 out[10];
      guint   n = shoal_wire_fastset_make (&address, &key, n_pieces, 10, out);

      g_assert_cmpuint (n, ==, MIN (n_pieces, 10));
      for (guint i = 0; i < n; i++)
        {
          g_assert_cmpuint (out[i], <, n_pieces);
          for (guint k = 0; k < i; k++)
            g_assert_cmpuint (out[i], !=, out[k]);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/wire/fastset/bep-vector", test_bep_vector);
  g_test_add_func ("/wire/fastset/same-network", test_same_network);
  g_test_add_func ("/wire/fastset/few-pieces", test_few_pieces);
  return g_test_run ();
}
