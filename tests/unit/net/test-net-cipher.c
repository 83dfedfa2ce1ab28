/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "config.h"

#include "net/shoal-net-cipher.h"

#include <string.h>

#include "base/shoal-base-random.h"

/* The cipher is ours for speed, so nettle's is the judge. */

#define SIZE 5000

/* RFC 6229: a key of 40 bits, from the start and from 4080 on. */
static void
test_known (void)
{
  static const guint8 KEY[] = { 1, 2, 3, 4, 5 };
  static const guint8 FIRST[] = { 0xb2, 0x39, 0x63, 0x05, 0xf0, 0x3d, 0xc0, 0x27,
                                  0xcc, 0xc3, 0x52, 0x4a, 0x0a, 0x11, 0x18, 0xa8 };
  static const guint8 LATE[] = { 0xff, 0x25, 0xb5, 0x89, 0x95, 0x99, 0x67, 0x07,
                                 0xe5, 0x1f, 0xbd, 0xf0, 0x8b, 0x34, 0xd8, 0x75 };
  guint8              stream[SIZE] = { 0 };
  ShoalNetCipher      cipher;

  arcfour_set_key (&cipher.state, sizeof KEY, KEY);
  shoal_net_cipher_apply (&cipher, stream, stream, sizeof stream);
  g_assert_cmpmem (stream, sizeof FIRST, FIRST, sizeof FIRST);
  g_assert_cmpmem (stream + 4096, sizeof LATE, LATE, sizeof LATE);
}

/* Any key, any portions: the same bytes, and the same state afterwards. */
static void
test_portions (void)
{
  ShoalBaseRandom random;

  shoal_base_random_init (&random, 7);
  for (guint round = 0; round < 200; round++)
    {
      guint8             key[20], in[SIZE], out[SIZE], expected[SIZE];
      ShoalNetCipher     cipher;
      struct arcfour_ctx nettle;
      gsize              at = 0;

      for (guint i = 0; i < sizeof key; i++)
        key[i] = (guint8) shoal_base_random_below (&random, 256);
      for (guint i = 0; i < sizeof in; i++)
        in[i] = (guint8) shoal_base_random_below (&random, 256);
      arcfour_set_key (&cipher.state, sizeof key, key);
      arcfour_set_key (&nettle, sizeof key, key);
      arcfour_crypt (&nettle, sizeof in, expected, in);
      while (at < sizeof in)
        {
          gsize portion = shoal_base_random_below (&random, round < 100 ? 30 : 2000);
          gsize n = MIN (sizeof in - at, portion);

          shoal_net_cipher_apply (&cipher, out + at, in + at, n);
          at += n;
        }
      g_assert_cmpmem (out, sizeof out, expected, sizeof expected);
      g_assert_cmpmem (cipher.state.S, sizeof nettle.S, nettle.S, sizeof nettle.S);
      g_assert_cmpuint (cipher.state.i, ==, nettle.i);
      g_assert_cmpuint (cipher.state.j, ==, nettle.j);
      arcfour_set_key (&cipher.state, sizeof key, key);
      shoal_net_cipher_apply (&cipher, out, out, sizeof out); /* in place */
      g_assert_cmpmem (out, sizeof out, in, sizeof in);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/cipher/known", test_known);
  g_test_add_func ("/net/cipher/portions", test_portions);
  return g_test_run ();
}
