/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-dh.h"

#include "base/shoal-base-bytes.h"

/* The numbers of this file were computed elsewhere. */

static void
assert_hex (const guint8 number[SHOAL_NET_DH_SIZE], const char *expected)
{
  g_autofree char *hex = shoal_base_hex_dup (number, SHOAL_NET_DH_SIZE);

  g_assert_cmpstr (hex, ==, expected);
}

static void
test_known (void)
{
  static const struct
  {
    const char *exponent, *expected;
  } cases[] = {
    { "0000000000000000000000000000000000000001",
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "00"
      "00000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
      "00"
      "0002" },
    { "0102030405060708090a0b0c0d0e0f1011121314",
      "96e112dab29e8c5272accb9b17b26887ce54a144a4e3b697c7d159b7a817e556b0918db2b4c658e02a87f7e5fb14"
      "b18a553e084cbf3dad2d30f16596ccb982d406258c61b30c5c1dae2ddc60bdbd48d79896312aad63238c39e1a633"
      "821eb693" },
    { "004000000000000000000000000000000050b7a4", /* a power with a leading zero */
      "0040508bcd5330ece46779e01f1422406fa3ae00a4214a4677a0217f5e3f2b9b280f3054025e0e0e69840bb7853a"
      "ddcd61ae9ff98814a35062d6b4d146160a79df1376b7848ef928b1f57b282ed9ce063ec065d3357f8e1a54d91115"
      "f0a8acb9" },
    { "ffffffffffffffffffffffffffffffffffffffff",
      "fe9aac142f64ad4d5bca7e30bea17d62c709de9e4c5694e2b27e8c6ed82510bb57952fcce38f6a5084b9699ec34b"
      "033ed1a0dbd51d70274bff40ae493f0ce2cdbd3cbd6055c9677a7eb70d29f4d8ecfbc2625316a7ae1a0d3d6605f0"
      "406bad79" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE], number[SHOAL_NET_DH_SIZE];

      g_assert_true (shoal_base_hex_decode (cases[i].exponent, exponent, sizeof exponent));
      shoal_net_dh_make_public (exponent, number);
      assert_hex (number, cases[i].expected);
    }
}

static void
test_agree (void)
{
  guint8 a[SHOAL_NET_DH_EXPONENT_SIZE], b[SHOAL_NET_DH_EXPONENT_SIZE];
  guint8 public_a[SHOAL_NET_DH_SIZE], public_b[SHOAL_NET_DH_SIZE], secret[SHOAL_NET_DH_SIZE];

  for (guint i = 0; i < sizeof a; i++)
    {
      a[i] = (guint8) (1 + i);
      b[i] = (guint8) (101 + i);
    }
  shoal_net_dh_make_public (a, public_a);
  shoal_net_dh_make_public (b, public_b);
  for (guint i = 0; i < 2; i++)
    {
      g_assert_true (shoal_net_dh_agree (i ? a : b, i ? public_b : public_a, secret));
      assert_hex (secret,
                  "d05ed96a95215a89b44073afe5d0b1626289ac01cff7849392948b2470b346547e944d7562a897ae"
                  "86976bc389999083ec09572dbdc8ed7f6a0a86a1aa42a3ca04209b72d8239890360435640643b764"
                  "79ed7836f1857963fcc7cb72084c3ab4");
    }
}

/* Which public keys are refused: everything that is not in 2 … p − 2. */
static void
test_range (void)
{
  static const struct
  {
    guint8   filler; /* of the 96 bytes, but for the prime's own when `near_prime` */
    gboolean near_prime;
    guint8   last;
    gboolean is_good;
  } cases[] = {
    { 0x00, FALSE, 0x00, FALSE }, { 0x00, FALSE, 0x01, FALSE }, { 0x00, FALSE, 0x02, TRUE },
    { 0x00, TRUE, 0x61, TRUE },   { 0x00, TRUE, 0x62, FALSE },  { 0x00, TRUE, 0x63, FALSE },
    { 0x00, TRUE, 0x64, FALSE },  { 0xff, FALSE, 0xff, FALSE }, { 0x80, FALSE, 0x01, TRUE },
  };
  guint8 prime[SHOAL_NET_DH_SIZE], number[SHOAL_NET_DH_SIZE], secret[SHOAL_NET_DH_SIZE];
  guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE] = { 0x12, 0x34 };

  g_assert_true (shoal_base_hex_decode (
      "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e34"
      "04ddef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a63a362100000000"
      "00090563",
      prime,
      sizeof prime));
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      memset (number, cases[i].filler, sizeof number);
      if (cases[i].near_prime)
        memcpy (number, prime, sizeof number);
      number[sizeof number - 1] = cases[i].last;
      g_assert_cmpint (shoal_net_dh_agree (exponent, number, secret), ==, cases[i].is_good);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/net/dh/known", test_known);
  g_test_add_func ("/net/dh/agree", test_agree);
  g_test_add_func ("/net/dh/range", test_range);
  return g_test_run ();
}
