/* SPDX-FileCopyrightText: 2026 The Shoal authors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#define G_LOG_DOMAIN "shoal"
#include "config.h"

#include "net/shoal-net-cipher.h"

#include <gnutls/crypto.h>

#define LABEL_SIZE 4

/* The begin of the key stream tells about the key: it is thrown away. */
#define DISCARDED 1024

void
shoal_net_cipher_init (ShoalNetCipher      *self,
                       ShoalNetCipherSender sender,
                       const guint8         secret[SHOAL_NET_DH_SIZE],
                       const ShoalSwarmKey *key)
{
  guint8    input[LABEL_SIZE + SHOAL_NET_DH_SIZE + sizeof key->bytes];
  guint8    discarded[DISCARDED] = { 0 };
  ShoalSha1 digest;

  memcpy (input, sender == SHOAL_NET_CIPHER_INITIATOR ? "keyA" : "keyB", LABEL_SIZE);
  memcpy (input + LABEL_SIZE, secret, SHOAL_NET_DH_SIZE);
  memcpy (input + LABEL_SIZE + SHOAL_NET_DH_SIZE, key->bytes, sizeof key->bytes);
  gnutls_hash_fast (GNUTLS_DIG_SHA1, input, sizeof input, digest.bytes);
  arcfour_set_key (&self->state, sizeof digest.bytes, digest.bytes);
  arcfour_crypt (&self->state, sizeof discarded, discarded, discarded);
  explicit_bzero (input, sizeof input);
  explicit_bzero (&digest, sizeof digest);
  explicit_bzero (discarded, sizeof discarded);
}

/* What a step of RC4 takes from one to the next; bytes, in words of the machine. */
typedef struct
{
  guint i;
  guint j;
  guint value; /* state[i] */
} Step;

/* The next byte of the key stream. What the next step begins with is fetched before this one stores
 * anything, so that it need not wait for the stores; in the one case that these change it, it is
 * known what they put there. */
static inline guint
take_step (guint8 *state, Step *step)
{
  guint value = step->value;
  guint j = (guint8) (step->j + value);
  guint following = (guint8) (step->i + 1);
  guint fetched = state[following];
  guint other = state[j];

  state[j] = (guint8) value;
  state[step->i] = (guint8) other;
  step->i = following;
  step->j = j;
  step->value = j == following ? value : fetched;
  return state[(guint8) (value + other)];
}

/* The state is nettle's, whose arcfour_crypt() takes half as long again. */
void
shoal_net_cipher_apply (ShoalNetCipher *self, guint8 *out, const guint8 *in, gsize n)
{
  guint8 *state = self->state.S;
  Step    step = { .i = (guint8) (self->state.i + 1), .j = self->state.j };
  guint64 word, stream;
  gsize   at;
  guint   k;

  step.value = state[step.i];
  for (at = 0; at + sizeof word <= n; at += sizeof word)
    {
      stream = 0;
#pragma GCC unroll 8
      for (k = 0; k < 64; k += 8)
        stream |= (guint64) take_step (state, &step) << k;
      memcpy (&word, in + at, sizeof word);
      word ^= GUINT64_TO_LE (stream);
      memcpy (out + at, &word, sizeof word);
    }
  for (; at < n; at++)
    out[at] = in[at] ^ (guint8) take_step (state, &step);
  self->state.i = (guint8) (step.i - 1);
  self->state.j = (guint8) step.j;
}

void
shoal_net_cipher_apply_vectors (ShoalNetCipher *self, const struct iovec *iov, gsize n)
{
  for (; n > 0; iov++)
    {
      gsize part = MIN (n, iov->iov_len);

      shoal_net_cipher_apply (self, iov->iov_base, iov->iov_base, part);
      n -= part;
    }
}
