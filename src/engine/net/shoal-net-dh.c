/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-dh.h"

#include <string.h>

#include <gmp.h>

/* GMP's numbers of fixed size: its growing ones would leave copies of the secret on the heap. */
#define LIMB_SIZE      sizeof (mp_limb_t)
#define N_LIMBS        (SHOAL_NET_DH_SIZE / LIMB_SIZE)
#define EXPONENT_BITS  (8 * SHOAL_NET_DH_EXPONENT_SIZE)
#define EXPONENT_LIMBS ((SHOAL_NET_DH_EXPONENT_SIZE + LIMB_SIZE - 1) / LIMB_SIZE)
#define GENERATOR      2

G_STATIC_ASSERT (GMP_NAIL_BITS == 0);
G_STATIC_ASSERT (SHOAL_NET_DH_SIZE % LIMB_SIZE == 0);

static const guint8 PRIME[SHOAL_NET_DH_SIZE] = {
  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xc9, 0x0f, 0xda, 0xa2, 0x21, 0x68, 0xc2, 0x34,
  0xc4, 0xc6, 0x62, 0x8b, 0x80, 0xdc, 0x1c, 0xd1, 0x29, 0x02, 0x4e, 0x08, 0x8a, 0x67, 0xcc, 0x74,
  0x02, 0x0b, 0xbe, 0xa6, 0x3b, 0x13, 0x9b, 0x22, 0x51, 0x4a, 0x08, 0x79, 0x8e, 0x34, 0x04, 0xdd,
  0xef, 0x95, 0x19, 0xb3, 0xcd, 0x3a, 0x43, 0x1b, 0x30, 0x2b, 0x0a, 0x6d, 0xf2, 0x5f, 0x14, 0x37,
  0x4f, 0xe1, 0x35, 0x6d, 0x6d, 0x51, 0xc2, 0x45, 0xe4, 0x85, 0xb5, 0x76, 0x62, 0x5e, 0x7e, 0xc6,
  0xf4, 0x4c, 0x42, 0xe9, 0xa6, 0x3a, 0x36, 0x21, 0x00, 0x00, 0x00, 0x00, 0x00, 0x09, 0x05, 0x63,
};

static void
read_limbs (mp_limb_t *out, gsize n_limbs, const guint8 *bytes, gsize len)
{
  gsize i;

  memset (out, 0, n_limbs * LIMB_SIZE);
  for (i = 0; i < len; i++)
    out[i / LIMB_SIZE] |= (mp_limb_t) bytes[len - 1 - i] << (8 * (i % LIMB_SIZE));
}

static void
write_limbs (guint8 out[SHOAL_NET_DH_SIZE], const mp_limb_t *limbs)
{
  gsize i;

  for (i = 0; i < SHOAL_NET_DH_SIZE; i++)
    out[SHOAL_NET_DH_SIZE - 1 - i] = (guint8) (limbs[i / LIMB_SIZE] >> (8 * (i % LIMB_SIZE)));
}

/* @out = @base to the power of @exponent, modulo the prime. */
static void
raise_to (guint8           out[SHOAL_NET_DH_SIZE],
          const mp_limb_t *base,
          gsize            n_base,
          const guint8     exponent[SHOAL_NET_DH_EXPONENT_SIZE])
{
  mp_limb_t  prime[N_LIMBS], power[EXPONENT_LIMBS], result[N_LIMBS];
  gsize      n_scratch = (gsize) mpn_sec_powm_itch ((mp_size_t) n_base, EXPONENT_BITS, N_LIMBS);
  mp_limb_t *scratch = g_new (mp_limb_t, n_scratch);

  read_limbs (prime, N_LIMBS, PRIME, sizeof PRIME);
  read_limbs (power, EXPONENT_LIMBS, exponent, SHOAL_NET_DH_EXPONENT_SIZE);
  mpn_sec_powm (
      result, base, (mp_size_t) n_base, power, EXPONENT_BITS, prime, (mp_size_t) N_LIMBS, scratch);
  write_limbs (out, result);
  explicit_bzero (power, sizeof power);
  explicit_bzero (result, sizeof result);
  explicit_bzero (scratch, n_scratch * sizeof *scratch);
  g_free (scratch);
}

void
shoal_net_dh_make_public (const guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE],
                          guint8       out[SHOAL_NET_DH_SIZE])
{
  const mp_limb_t generator = GENERATOR;

  raise_to (out, &generator, 1, exponent);
}

/* Not secret: it came over the wire. */
static gboolean
is_in_range (const guint8 number[SHOAL_NET_DH_SIZE])
{
  guint8 last[SHOAL_NET_DH_SIZE]; /* p − 1 */
  gsize  i;

  memcpy (last, PRIME, sizeof last);
  last[SHOAL_NET_DH_SIZE - 1]--;
  if (memcmp (number, last, sizeof last) >= 0)
    return FALSE;
  for (i = 0; i < SHOAL_NET_DH_SIZE - 1; i++)
    if (number[i] != 0)
      return TRUE;
  return number[SHOAL_NET_DH_SIZE - 1] >= 2;
}

gboolean
shoal_net_dh_agree (const guint8 exponent[SHOAL_NET_DH_EXPONENT_SIZE],
                    const guint8 remote[SHOAL_NET_DH_SIZE],
                    guint8       secret[SHOAL_NET_DH_SIZE])
{
  mp_limb_t base[N_LIMBS];

  if (!is_in_range (remote))
    return FALSE;
  read_limbs (base, N_LIMBS, remote, SHOAL_NET_DH_SIZE);
  raise_to (secret, base, N_LIMBS, exponent);
  return TRUE;
}
