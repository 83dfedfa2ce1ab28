/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "discover/shoal-discover-dht-secret.h"

#include <string.h>

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#include "base/shoal-base-bytes.h"

#define KEY_LEN 20

/* Two uses of the seed that must not meet. */
#define USE_DRAW  1
#define USE_TOKEN 2

static void
derive (const ShoalDiscoverDhtSecret *self, guint8 use, guint64 number, guint8 out[KEY_LEN])
{
  guint8 input[SHOAL_DISCOVER_DHT_SEED_SIZE + 9];

  memcpy (input, self->seed, sizeof self->seed);
  input[sizeof self->seed] = use;
  shoal_base_write_be64 (input + sizeof self->seed + 1, number);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, input, sizeof input, out);
}

void
shoal_discover_dht_secret_init (ShoalDiscoverDhtSecret *self,
                                const guint8            seed[SHOAL_DISCOVER_DHT_SEED_SIZE],
                                gint64                  now_usec)
{
  memset (self, 0, sizeof *self);
  memcpy (self->seed, seed, sizeof self->seed);
  self->rotated_usec = now_usec;
  derive (self, USE_TOKEN, ++self->n_drawn, self->token_keys[0]);
  derive (self, USE_TOKEN, ++self->n_drawn, self->token_keys[1]);
}

guint64
shoal_discover_dht_secret_draw (ShoalDiscoverDhtSecret *self)
{
  guint8 digest[KEY_LEN];

  derive (self, USE_DRAW, ++self->n_drawn, digest);
  return shoal_base_read_be64 (digest);
}

static void
rotate (ShoalDiscoverDhtSecret *self, gint64 now_usec)
{
  gint64 elapsed_usec = now_usec - self->rotated_usec;

  if (elapsed_usec < SHOAL_DISCOVER_DHT_TOKEN_USEC)
    return;
  memcpy (self->token_keys[1], self->token_keys[0], KEY_LEN);
  if (elapsed_usec >= 2 * SHOAL_DISCOVER_DHT_TOKEN_USEC) /* nobody asked for long: both are old */
    derive (self, USE_TOKEN, ++self->n_drawn, self->token_keys[1]);
  derive (self, USE_TOKEN, ++self->n_drawn, self->token_keys[0]);
  self->rotated_usec = now_usec;
}

static void
compute_token (const guint8            token_key[KEY_LEN],
               const ShoalBaseAddress *ip,
               const ShoalSwarmKey    *key,
               guint8                  out[SHOAL_DISCOVER_DHT_TOKEN_SIZE])
{
  guint8 input[KEY_LEN + sizeof ip->ip + sizeof key->bytes];
  guint8 digest[KEY_LEN];

  memcpy (input, token_key, KEY_LEN);
  memcpy (input + KEY_LEN, ip->ip, sizeof ip->ip);
  memcpy (input + KEY_LEN + sizeof ip->ip, key->bytes, sizeof key->bytes);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, input, sizeof input, digest);
  memcpy (out, digest, SHOAL_DISCOVER_DHT_TOKEN_SIZE);
}

void
shoal_discover_dht_secret_make_token (ShoalDiscoverDhtSecret *self,
                                      const ShoalBaseAddress *ip,
                                      const ShoalSwarmKey    *key,
                                      gint64                  now_usec,
                                      guint8                  out[SHOAL_DISCOVER_DHT_TOKEN_SIZE])
{
  rotate (self, now_usec);
  compute_token (self->token_keys[0], ip, key, out);
}

gboolean
shoal_discover_dht_secret_check_token (ShoalDiscoverDhtSecret *self,
                                       const ShoalBaseAddress *ip,
                                       const ShoalSwarmKey    *key,
                                       gint64                  now_usec,
                                       const guint8           *token,
                                       gsize                   len)
{
  guint8 right[SHOAL_DISCOVER_DHT_TOKEN_SIZE];
  guint  i;

  if (len != sizeof right)
    return FALSE;
  rotate (self, now_usec);
  for (i = 0; i < G_N_ELEMENTS (self->token_keys); i++)
    {
      compute_token (self->token_keys[i], ip, key, right);
      if (gnutls_memcmp (right, token, len) == 0)
        return TRUE;
    }
  return FALSE;
}
