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
